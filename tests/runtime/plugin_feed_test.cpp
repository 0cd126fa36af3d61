// Messages of feeds through the host to the plugin tests/plugins/listener.cpp, which says what it was told in its title.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <thread>

#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class PluginFeed : public ::testing::Test {
 protected:
  std::unique_ptr<PluginLayer> start(const std::string& what) {
    auto l = host_->create_layer("listener", {{"case", what}});
    EXPECT_TRUE(l) << l.error().text();
    return l ? std::move(*l) : nullptr;
  }
  std::unique_ptr<PluginLayer> layer(const std::string& what) {
    auto l = start(what);
    host_->settle(30s);
    return l;
  }
  template <class F>
  bool frames_until(F&& done) {
    for (int i = 0; i < 3000 && !done(); ++i) {
      host_->tick(2ms);
      std::this_thread::sleep_for(5ms);
    }
    return done();
  }
  PluginMessage message(const std::string& text, const std::string& source = "a/b") {
    PluginMessage m;
    m.number = ++number_;
    m.arrival = {1'700'000'000'000 + static_cast<std::int64_t>(number_)};
    m.feed = "gauges";
    m.source = source;
    auto body = std::make_shared<std::vector<std::byte>>(text.size());
    std::ranges::copy(std::as_bytes(std::span(text)), body->begin());
    m.body = std::move(body);
    return m;
  }
  // What its title says once it has taken all.
  std::string told(PluginLayer& l) {
    EXPECT_TRUE(frames_until([&] { return l.state() == PluginState::failed || (l.state() == PluginState::ready && !l.taking_messages()); }));
    const auto o = l.output();
    return o ? o->title : "nothing: " + l.error().text();
  }

  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::uint64_t number_ = 0;
  std::unique_ptr<PluginHost> host_ = PluginHost::create({{fs::path(TENBO_BINARY_DIR) / "tests/plugins"}, 20s}, jobs_, log_);
};

TEST_F(PluginFeed, MessagesComeInOrderManyAtATime) {
  const auto l = layer("slow");
  EXPECT_TRUE(l->wants_messages());
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    l->deliver({message(std::to_string(i)), message("x")});
    expected += "gauges:" + std::to_string(i) + ";gauges:x;";
  }
  EXPECT_EQ(told(*l), expected);
  EXPECT_LT(std::stoi(l->output()->source), 100) << "what waits comes in one call";
}

TEST_F(PluginFeed, WhatComesBeforeItIsActiveWaits) {
  const auto l = start("slow_start");
  l->deliver({message("early")});
  EXPECT_EQ(told(*l), "gauges:early;");
}

TEST_F(PluginFeed, StartingOverForgetsWhatWaitedAndWhatWasTold) {
  const auto l = layer("slow");
  l->deliver({message("one")});
  EXPECT_EQ(told(*l), "gauges:one;");
  l->deliver({message("two")});
  l->start_over();
  number_ = 0;
  l->deliver({message("one"), message("other")});
  EXPECT_EQ(told(*l), "over;gauges:one;gauges:other;");
}

TEST_F(PluginFeed, APluginThatDidNotAskIsToldNothing) {
  const auto l = layer("deaf");
  EXPECT_FALSE(l->wants_messages());
  l->deliver({message("x")});
  EXPECT_EQ(told(*l), "");
  const auto plain = host_->create_layer("publisher", {{"case", "field"}});
  ASSERT_TRUE(plain);
  host_->settle(30s);
  (*plain)->start_over();
  (*plain)->deliver({message("x")});
  EXPECT_EQ(told(**plain), "試験");
}

TEST_F(PluginFeed, SubscribingTwiceOrLateIsAnError) {
  const auto twice = layer("twice");
  EXPECT_EQ(twice->state(), PluginState::failed);
  EXPECT_THAT(twice->error().text(), HasSubstr("was called before"));
  const auto late = layer("texts");
  ASSERT_TRUE(late->set_parameter("case", "late"));
  EXPECT_TRUE(frames_until([&] { return late->state() == PluginState::failed; }));
  EXPECT_THAT(late->error().text(), HasSubstr("during activate"));
}

TEST_F(PluginFeed, AThrowCostsTheLayer) {
  const auto l = layer("throws");
  l->deliver({message("x")});
  EXPECT_TRUE(frames_until([&] { return l->state() == PluginState::failed; }));
  EXPECT_THAT(l->error().text(), HasSubstr("not this message"));
  EXPECT_FALSE(l->taking_messages());
}

// The text is this test's own; what is expected of it stands in it.
std::string jma(const std::string& title, const std::string& status, const std::string& info, const std::string& body = "") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Report xmlns=\"http://xml.kishou.go.jp/jmaxml1/\"><Control><Title>" + title +
         "</Title><DateTime>2026-11-21T00:00:10Z</DateTime><Status>" + status +
         "</Status><EditorialOffice>気象庁本庁</EditorialOffice><PublishingOffice>気象庁</PublishingOffice></Control>"
         "<Head xmlns=\"http://xml.kishou.go.jp/jmaxml1/informationBasis1/\"><Title>見出し</Title><ReportDateTime>2026-11-21T09:00:00+09:00</ReportDateTime>"
         "<TargetDateTime>2026-11-21T09:00:00+09:00</TargetDateTime><EventID>20261121085900</EventID><InfoType>" + info +
         "</InfoType><Serial>3</Serial><InfoKind>地震情報</InfoKind><InfoKindVersion>1.0_1</InfoKindVersion><Headline><Text>本文</Text></Headline></Head>"
         "<Body xmlns=\"http://xml.kishou.go.jp/jmaxml1/body/seismology1/\">" + body + "</Body></Report>";
}
const std::string cap =
    "<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>a-2</identifier><sender>duty@example.org</sender>"
    "<sent>2026-11-21T00:00:00Z</sent><status>Test</status><msgType>Update</msgType><scope>Public</scope>"
    "<references>duty@example.org,a-0,2026-11-20T22:00:00Z duty@example.org,a-1,2026-11-20T23:00:00Z</references><incidents>storm</incidents>"
    "<info><category>Met</category><event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
    "<expires>2026-11-21T02:00:00Z</expires><senderName>Duty Office</senderName><headline>It rises</headline>"
    "<area><areaDesc>A</areaDesc><polygon>35,139 36,139 36,140 35,139</polygon></area></info></alert>";

TEST_F(PluginFeed, HeadsSayWhatAMessageIsEvenWhereItHasNoRows) {
  const auto l = layer("heads");
  const std::string issued = "1795219200000";  // date -u -d 2026-11-21T00:00:00Z +%s
  l->deliver({message(jma("震度速報", "訓練", "取消", "<Text>取り消します</Text>"))});
  EXPECT_EQ(told(*l), "VXSE51|震度速報|気象庁|20261121085900|本文||1|2|3|" + issued + "|-|0 rows;");
  l->start_over();
  l->deliver({message(jma("季節観測", "通常", "発表"))});  // a telegram whose body is not read
  EXPECT_EQ(told(*l), "over;|季節観測|気象庁|20261121085900|本文||0|0|3|" + issued + "|-|0 rows;");
  l->start_over();
  l->deliver({message(cap)});
  EXPECT_EQ(told(*l), "over;CAP|Flood|Duty Office|storm|It rises|duty@example.org,a-0,2026-11-20T22:00:00Z\nduty@example.org,a-1,2026-11-20T23:00:00Z|2|1|0|" +
                          issued + "|1795226400000|1 rows;");
}

TEST_F(PluginFeed, GeoJsonAndTablesAreReadToo) {
  const auto l = layer("heads");
  const std::string point = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[139.5,35.5]}}]})";
  l->deliver({message(point), message("\n " + point, "../../etc/x"), message("name,lon,lat\na,139.5,35.5\nb,139.6,35.5\n", "gauges.CSV")});
  EXPECT_EQ(told(*l), "no head, 1 rows;no head, 1 rows;no head, 2 rows;");
}

TEST_F(PluginFeed, NothingInAMessageMakesAReaderFollowIt) {
  const auto l = layer("heads");
  const std::string feature = R"("features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[139.5,35.5]}}])";
  l->deliver({message(R"({"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"file:///etc/passwd"}},)" + feature + "}"),
              message(R"({"type":"FeatureCollection","\u0063rs":{"properties":{"href":"http://127.0.0.1:1/"},"type":"\u006cink"},)" + feature + "}"),
              message("<OGRVRTDataSource><OGRVRTLayer name=\"a\"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>", "a.vrt"),
              message("<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><NetworkLink><Link><href>http://127.0.0.1:1/</href></Link></NetworkLink></kml>", "a.kml"),
              message(""), message(R"({"type":)")});
  EXPECT_EQ(told(*l), "unreadable;unreadable;unreadable;unreadable;unreadable;unreadable;");
  EXPECT_EQ(l->state(), PluginState::ready);
}

TEST_F(PluginFeed, FieldsAreReadFromTheirBytes) {
  const auto l = layer("fields");
  const std::string grid =
      "<?xml version=\"1.0\"?><shakemap_grid xmlns=\"http://earthquake.usgs.gov/eqcenter/shakemap\" event_id=\"x1\" shakemap_version=\"2\" process_timestamp=\"2026-11-21T00:10:00Z\" "
      "map_status=\"REVIEWED\" shakemap_event_type=\"ACTUAL\" shakemap_originator=\"xx\"><event event_id=\"x1\" magnitude=\"6.5\" depth=\"12.0\" lat=\"35.05\" lon=\"139.1\" "
      "event_timestamp=\"2026-11-21T00:00:00UTC\" event_description=\"Somewhere\"/><grid_specification lon_min=\"139\" lat_min=\"35\" lon_max=\"139.2\" lat_max=\"35.1\" nlon=\"3\" nlat=\"2\"/>"
      "<grid_field index=\"1\" name=\"LON\" units=\"dd\"/><grid_field index=\"2\" name=\"LAT\" units=\"dd\"/><grid_field index=\"3\" name=\"MMI\" units=\"intensity\"/><grid_data>\n"
      "139.0 35.1 1\n139.1 35.1 2\n139.2 35.1 3\n139.0 35.0 4\n139.1 35.0 5\n139.2 35.0 6\n</grid_data></shakemap_grid>";
  l->deliver({message(grid, "shakemap/latest"), message("\x89HDF\r\n\x1a\n", "depth.nc"), message("<VRTDataset/>", "a.vrt"), message("GRIB")});
  EXPECT_EQ(told(*l), "3x2 6;unreadable;unreadable;unreadable;");
}

}  // namespace
}  // namespace tenbo::runtime
