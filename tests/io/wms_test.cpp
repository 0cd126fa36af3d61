// Pictures of a WMS. The server (wms_server.h) works out the place of each pixel from the box that it is asked for, by the standards'
// order of axes and the formulas of Web Mercator: a picture has the right colours only where reader and server agree.
#include <gtest/gtest.h>

#include "pyramid/wms_times.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/raster.h"
#include "wms_server.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

geo::Extent box(double west, double south, double east, double north) {
  geo::Extent e;
  e.add(west, south);
  e.add(east, north);
  return e;
}
io::ImageryOptions quick(int max_zoom = 8) {
  io::ImageryOptions o;
  o.remote.cache_bytes = 0;
  o.remote.retry_seconds = 0.01;
  o.remote.rest_seconds = 0;
  o.remote.attempts = 1;
  o.max_zoom = max_zoom;
  return o;
}
// Red, green, blue of the middle of a small picture there.
std::array<int, 3> at(const io::Imagery& imagery, double lon, double lat) {
  const auto image = imagery.tile(box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05), 64);
  if (!image) return {-1, -1, -1};
  const auto* p = image->pixel(32, 32);
  return {p[0], p[1], p[2]};
}
void expect_place(const io::Imagery& imagery, double lon, double lat, const std::string& what) {
  const auto c = at(imagery, lon, lat);
  EXPECT_NEAR(c[0], WmsPlace::red(lon), 2) << what;
  EXPECT_NEAR(c[1], WmsPlace::green(lat), 2) << what;
}

struct Case {
  const char *version, *crs, *asked;  // offered, and what the reader should choose
  const char* more = "";
};

}  // namespace

TEST(Wms, EveryPixelLiesWhereItSaysInEveryVersionAndOrderOfAxes) {
  const auto dir = scratch("wms_places");
  for (const Case& c : {Case{"1.3.0", "EPSG:4326 EPSG:3857", "CRS=EPSG:3857"}, Case{"1.1.1", "EPSG:4326 EPSG:3857", "SRS=EPSG:3857"}, Case{"1.3.0", "EPSG:4326", "CRS=EPSG:4326"},
                        Case{"1.1.1", "EPSG:4326", "SRS=EPSG:4326"}, Case{"1.3.0", "CRS:84 EPSG:4326", "CRS=CRS:84"}, Case{"1.3.0", "EPSG:6668", "CRS=EPSG:6668"},
                        Case{"1.3.0", "EPSG:6697", "CRS=EPSG:6697"}, Case{"1.1.1", "EPSG:6697", "SRS=EPSG:6697"}, Case{"1.3.0", "EPSG:4326 EPSG:3857 EPSG:2443", "CRS=EPSG:4326", "&crs=EPSG:4326"}}) {
    std::string host;
    HttpServer server([&](const HttpRequest& r) {
      if (r.target.find("key=K") == std::string::npos) return answer("", 403);
      if (r.target.find("GetCapabilities") != std::string::npos) return answer(wms_capabilities(c.version, host, c.crs));
      return answer(wms_picture(r.target, dir));
    });
    host = server.host();
    const fs::path path = server.url(std::string("/map?SERVICE=WMS&REQUEST=GetCapabilities&key=K") + c.more);
    const auto kind = io::identify(path);
    ASSERT_TRUE(kind.ok()) << kind.error().text();
    EXPECT_EQ(kind->at(0).kind, io::DataKind::imagery);
    const auto i = io::open_imagery(path, quick());
    const std::string what = std::string(c.version) + " " + c.crs;
    ASSERT_TRUE(i.ok()) << what << ": " << i.error().text();
    EXPECT_EQ((*i)->extent().west, 138);
    EXPECT_EQ((*i)->extent().north, 37);
    EXPECT_EQ((*i)->attribution(), "Rivers Office");
    expect_place(**i, 139.3, 35.2, what);
    expect_place(**i, 141.4, 36.6, what);
    std::string map;
    for (const auto& t : server.asked())
      if (t.find("GetMap") != std::string::npos) map = t;
    EXPECT_NE(map.find(c.asked), std::string::npos) << map;
    EXPECT_NE(map.find("FORMAT=image%2Fpng"), std::string::npos) << map;
    EXPECT_NE(map.find("TRANSPARENT=TRUE"), std::string::npos) << map;
    EXPECT_NE(map.find("LAYERS=map"), std::string::npos) << map;
  }
}

TEST(Wms, LayerStyleFormatAndSizeAreChosenFromWhatThereIs) {
  const auto dir = scratch("wms_choice");
  std::string host, elsewhere;
  const std::string second = "</Layer><Layer><Name>other</Name><Style><Name>night</Name></Style>";
  HttpServer server([&](const HttpRequest& r) {
    if (r.target.find("GetCapabilities") != std::string::npos) return answer(wms_capabilities("1.3.0", elsewhere.empty() ? host : elsewhere, "EPSG:3857", second, "<MaxWidth>300</MaxWidth><MaxHeight>260</MaxHeight>"));
    return answer(wms_picture(r.target, dir));
  });
  host = server.host();
  const auto open = [&](const std::string& more) { return io::open_imagery(server.url("/map?service=WMS" + more), quick()); };
  const auto why = [&](const std::string& more) {
    const auto i = open(more);
    return i ? std::string() : i.error().text();
  };
  EXPECT_NE(why("").find("map, other"), std::string::npos) << why("");
  EXPECT_NE(why("&layers=none").find("no layer \"none\""), std::string::npos);
  EXPECT_NE(why("&layers=map&styles=night").find("no style \"night\"; there are: plain"), std::string::npos) << why("&layers=map&styles=night");
  EXPECT_NE(why("&layers=map&format=image/tiff").find("no \"image/tiff\": there are image/svg+xml, image/jpeg, image/png"), std::string::npos);
  EXPECT_NE(why("&layers=map&crs=EPSG:2443").find("\"EPSG:2443\": there are EPSG:3857"), std::string::npos);
  const auto i = open("&layers=map,other&styles=plain,night");
  ASSERT_TRUE(i.ok()) << i.error().text();
  expect_place(**i, 139.3, 35.2, "two layers");
  const auto map = server.asked().back();
  EXPECT_NE(map.find("LAYERS=map%2Cother&STYLES=plain%2Cnight"), std::string::npos) << map;
  EXPECT_NE(map.find("WIDTH=260&HEIGHT=260"), std::string::npos) << map;
  EXPECT_NE(map.find("/map?"), std::string::npos);
  elsewhere = "maps.example.org";
  EXPECT_NE(why("&layers=map").find("another origin"), std::string::npos);
}

TEST(Wms, WhatTheServiceSaysInPlaceOfAPictureIsAnError) {
  const auto dir = scratch("wms_faults");
  std::string host, body;
  int status = 200;
  std::string capabilities;
  HttpServer server([&](const HttpRequest& r) {
    if (r.target.find("GetCapabilities") != std::string::npos) return answer(capabilities);
    return body.empty() ? answer(wms_picture(r.target, dir)) : answer(body, status, "Content-Type: application/vnd.ogc.se_xml\r\n");
  });
  host = server.host();
  const auto why = [&] {
    const auto i = io::open_imagery(server.url("/map?SERVICE=WMS&key=secret"), quick());
    return i ? std::string() : i.error().text();
  };
  capabilities = wms_capabilities("1.3.0", host, "EPSG:3857");
  EXPECT_EQ(why(), "");
  body = "<?xml version=\"1.0\"?><ServiceExceptionReport version=\"1.3.0\" xmlns=\"http://www.opengis.net/ogc\"><ServiceException code=\"LayerNotDefined\"> no such thing </ServiceException></ServiceExceptionReport>";
  EXPECT_NE(why().find("the service says: LayerNotDefined: no such thing"), std::string::npos) << why();
  EXPECT_EQ(why().find("secret"), std::string::npos);
  body = "\n<ServiceExceptionReport version=\"1.1.1\"><ServiceException>msDrawMap(): \xE4\xB8\x8D\xE6\x98\x8E</ServiceException></ServiceExceptionReport>";
  EXPECT_NE(why().find("msDrawMap(): 不明"), std::string::npos) << why();
  body = "<html><body>Busy</body></html>";
  EXPECT_NE(why().find("in place of a picture"), std::string::npos) << why();
  body = "neither";
  EXPECT_NE(why(), "");
  status = 500;
  EXPECT_NE(why().find("500"), std::string::npos);
  status = 404;
  EXPECT_NE(why().find("404"), std::string::npos) << "a WMS that has no picture is at fault, and no blank map";
  body.clear();
  status = 200;
  capabilities = body = "<ServiceExceptionReport><ServiceException code=\"X\">closed</ServiceException></ServiceExceptionReport>";
  EXPECT_NE(why().find("the service says: X: closed"), std::string::npos);
  capabilities = "<html/>";
  EXPECT_NE(why().find("no description of a WMS"), std::string::npos);
  capabilities = wms_capabilities("1.3.0", host, "EPSG:3857").substr(0, 400);
  EXPECT_NE(why().find("no XML"), std::string::npos);
  capabilities = wms_capabilities("1.0.0", host, "EPSG:3857");
  EXPECT_NE(why().find("version \"1.0.0\""), std::string::npos);
  capabilities = wms_capabilities("1.3.0", host, "EPSG:3857", "", "<MaxWidth>8</MaxWidth>");
  EXPECT_NE(why().find("8 pixels at most"), std::string::npos);
}

// One tile that the service cannot draw is said with the layer, and a coarser one stands in.
TEST(Wms, OneFaultCostsOnePictureAndTheCacheServesOffline) {
  const auto dir = scratch("wms_offline");
  std::string host;
  std::atomic<bool> down{false};
  std::atomic<bool> sick{false};
  HttpServer server([&](const HttpRequest& r) {
    if (down) return answer("", 503);
    if (r.target.find("GetCapabilities") != std::string::npos) return answer(wms_capabilities("1.3.0", host, "EPSG:3857"));
    if (sick) return answer("<ServiceExceptionReport><ServiceException>disk full</ServiceException></ServiceExceptionReport>");
    return answer(wms_picture(r.target, dir));
  });
  host = server.host();
  auto options = quick();
  options.remote.cache = dir / "cache";
  options.remote.cache_bytes = 64 << 20;
  const fs::path path = server.url("/map?SERVICE=WMS");
  {
    const auto i = io::open_imagery(path, options);
    ASSERT_TRUE(i.ok()) << i.error().text();
    expect_place(**i, 139.3, 35.2, "there");
    sick = true;
    EXPECT_EQ(at(**i, 141.4, 36.6)[0], -1) << "nothing coarser has come of this place yet";
    std::string why;
    EXPECT_GT((*i)->missing(why), 0u);
    EXPECT_NE(why.find("disk full"), std::string::npos) << why;
    ASSERT_FALSE((*i)->notes().errors.empty());
  }
  {  // what the service says now takes nothing from the cache
    const auto i = io::open_imagery(path, options);
    EXPECT_FALSE(i.ok());
  }
  down = true;
  const auto i = io::open_imagery(path, options);
  ASSERT_TRUE(i.ok()) << i.error().text();
  expect_place(**i, 139.3, 35.2, "from the cache");
  ASSERT_FALSE((*i)->notes().warnings.empty());
  EXPECT_NE((*i)->notes().warnings[0].message.find("shown as kept"), std::string::npos);
}

TEST(Wms, MomentsOfTheDimensionTime) {
  const auto dir = scratch("wms_time");
  for (const char* version : {"1.3.0", "1.1.1"}) {
    std::string host;
    const std::string when = "2026-11-21T00:00:00Z/2026-11-21T02:00:00Z/PT1H,2026-11-22";
    const std::string dimension = std::string(version) == "1.3.0" ? "<Dimension name=\"time\" units=\"ISO8601\" default=\"2026-11-21T01:00:00Z\">" + when + "</Dimension>"
                                                                   : "<Dimension name=\"time\" units=\"ISO8601\"/><Extent name=\"time\" default=\"2026-11-21T01:00:00Z\">" + when + "</Extent>";
    HttpServer server([&](const HttpRequest& r) {
      if (r.target.find("GetCapabilities") != std::string::npos) return answer(wms_capabilities(version, host, "EPSG:3857", dimension));
      auto q = wms_query(r.target);
      const auto& t = q["TIME"];
      const int blue = t == "2026-11-21T00:00:00Z" ? 40 : t == "2026-11-21T02:00:00Z" ? 80 : t == "2026-11-22" ? 120 : t.empty() ? 200 : 0;
      return answer(wms_picture(r.target, dir, blue));
    });
    host = server.host();
    const auto i = io::open_imagery(server.url("/map?SERVICE=WMS"), quick());
    ASSERT_TRUE(i.ok()) << i.error().text();
    ASSERT_EQ((*i)->times().size(), 4u);
    EXPECT_EQ(geo::format_utc((*i)->times()[1]), "2026-11-21T01:00:00Z");
    EXPECT_EQ(geo::format_utc((*i)->times()[3]), "2026-11-22T00:00:00Z");
    EXPECT_EQ(at(**i, 139.3, 35.2)[2], 200) << "its own default";
    for (const auto& [step, blue] : {std::pair<std::size_t, int>{0, 40}, {2, 80}, {3, 120}}) {
      const auto then = (*i)->at_time(step);
      ASSERT_TRUE(then);
      EXPECT_EQ(at(*then, 139.3, 35.2)[2], blue) << step;
      expect_place(*then, 141.4, 36.6, "then");
    }
    EXPECT_FALSE((*i)->at_time(4));
    const auto one = io::open_imagery(server.url("/map?SERVICE=WMS&time=2026-11-22"), quick());
    ASSERT_TRUE(one.ok());
    EXPECT_TRUE((*one)->times().empty());
    EXPECT_EQ(at(**one, 139.3, 35.2)[2], 120) << "named in the address";
  }
}

// Periods by the calendar: GNU date's answers.
TEST(Wms, TimesAreReadAsIso8601HasThem) {
  const auto words = [](const std::string& text) {
    std::string out;
    for (const auto& t : io::pyramid::read_wms_times(text).times) out += (out.empty() ? "" : " ") + geo::format_utc(t.at).substr(0, 16);
    return out;
  };
  EXPECT_EQ(words("2026-01-31/2026-04-30/P1M"), "2026-01-31T00:00 2026-02-28T00:00 2026-03-31T00:00 2026-04-30T00:00");
  EXPECT_EQ(words("2024-02-29/2028-03-01/P1Y"), "2024-02-29T00:00 2025-02-28T00:00 2026-02-28T00:00 2027-02-28T00:00 2028-02-29T00:00");
  EXPECT_EQ(words(" 2026 , 2026-11,2026-11-21T03Z,2026-11-21T03:04Z"), "2026-01-01T00:00 2026-11-01T00:00 2026-11-21T03:00 2026-11-21T03:04");
  EXPECT_EQ(words("2026-11-21T09:00:00+09:00"), "2026-11-21T00:00");
  EXPECT_EQ(words("2026-11-21T00:00:00/2026-11-21T01:00:00/PT20M"), "2026-11-21T00:00 2026-11-21T00:20 2026-11-21T00:40 2026-11-21T01:00");
  EXPECT_EQ(words("2026-11-21/2026-11-23"), "2026-11-21T00:00 2026-11-23T00:00");
  EXPECT_EQ(words("current,2026-13-01,2026-11-21/2026-11-20/P1D,2026-11-21/2026-11-22/PX"), "2026-11-21T00:00 2026-11-22T00:00");
  EXPECT_EQ(io::pyramid::read_wms_times("current,2026-13-01,x").unread, 3u);
  const auto many = io::pyramid::read_wms_times("1900-01-01T00:00:00Z/2026-11-21T00:00:00Z/PT5M");
  EXPECT_EQ(many.times.size(), io::pyramid::most_wms_times);
  EXPECT_TRUE(many.more);
  EXPECT_EQ(geo::format_utc(many.times.back().at), "2026-11-21T00:00:00Z");
  EXPECT_EQ(geo::format_utc(many.times.front().at), "2026-11-14T01:25:00Z");  // 1999 * 5 minutes before
  EXPECT_EQ(io::pyramid::read_wms_times("0001-01-01/9999-12-31/PT0.001S").times.size(), io::pyramid::most_wms_times);
}
