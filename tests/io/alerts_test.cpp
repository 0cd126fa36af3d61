// Alerts and earthquakes from outside Japan: CAP, the USGS's GeoJSON, ShakeMap. Expected values: the messages' own text, written
// here, and of public alerts counts of their tags.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "gdal_tools.h"
#include "tenbo/io/cap.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/raster.h"
#include "tenbo/io/shakemap.h"
#include "tenbo/io/usgs.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

const fs::path alerts = fs::path(TENBO_SHARED_DATA) / "weather-a/cap";

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++n;
  return n;
}
std::string alert(const std::string& info, const std::string& status = "Actual", const std::string& type = "Alert") {
  return "<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>a-1</identifier><sender>duty@example.org</sender>"
         "<sent>2026-11-21T09:00:00+09:00</sent><status>" + status + "</status><msgType>" + type + "</msgType><scope>Public</scope>" + info + "</alert>";
}
std::string grid(const std::string& rows, const std::string& spec = "lon_min=\"139\" lat_min=\"35\" lon_max=\"139.2\" lat_max=\"35.1\" nlon=\"3\" nlat=\"2\"") {
  return "<?xml version=\"1.0\"?><shakemap_grid xmlns=\"http://earthquake.usgs.gov/eqcenter/shakemap\" event_id=\"x1\" shakemap_version=\"2\" process_timestamp=\"2026-11-21T00:10:00Z\" "
         "map_status=\"REVIEWED\" shakemap_event_type=\"ACTUAL\" shakemap_originator=\"xx\"><event event_id=\"x1\" magnitude=\"6.5\" depth=\"12.0\" lat=\"35.05\" lon=\"139.1\" "
         "event_timestamp=\"2026-11-21T00:00:00UTC\" event_description=\"Somewhere\"/><grid_specification " + spec + "/>"
         "<grid_field index=\"1\" name=\"LON\" units=\"dd\"/><grid_field index=\"2\" name=\"LAT\" units=\"dd\"/><grid_field index=\"3\" name=\"PGA\" units=\"%g\"/>"
         "<grid_field index=\"4\" name=\"MMI\" units=\"intensity\"/><grid_data>\n" + rows + "</grid_data></shakemap_grid>";
}
const std::string rows = "139.0 35.1 1 2\n139.1 35.1 3 4.5\n139.2 35.1 5 nan\n139.0 35.0 7 8\n139.1 35.0 9 1e1\n139.2 35.0 -1 6\n";

}  // namespace

TEST(Cap, AnAlertWithAreas) {
  const auto r = io::read_cap(alert("<info><category>Met</category><event>Flood</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
                                    "<expires>2026-11-21T12:00:00+09:00</expires><web>file:///etc/passwd</web><area><areaDesc>A &amp; B</areaDesc>"
                                    "<polygon>35.0,139.0 35.1,139.0 35.1,139.1 35.0,139.0</polygon><polygon>35,139 36,139</polygon><circle>35.5,139.5 12.5</circle><circle>here 1</circle>"
                                    "<geocode><valueName>JIS</valueName><value>13101</value></geocode></area></info>", "Exercise", "Update"), "test.cap");
  ASSERT_TRUE(r.ok()) << r.error().text();
  EXPECT_EQ(r->status, io::CapStatus::exercise);
  EXPECT_EQ(r->message, io::CapMessage::update);
  EXPECT_EQ(geo::format_utc(r->sent), "2026-11-21T00:00:00Z");
  ASSERT_EQ(r->infos.size(), 1u);
  const auto& i = r->infos[0];
  EXPECT_EQ(i.urgency, io::CapUrgency::immediate);
  EXPECT_EQ(i.severity, io::CapSeverity::severe);
  EXPECT_EQ(i.certainty, io::CapCertainty::observed);
  EXPECT_EQ(geo::format_utc(*i.expires), "2026-11-21T03:00:00Z");
  ASSERT_EQ(i.areas.size(), 1u);
  EXPECT_EQ(i.areas[0].description, "A & B");
  ASSERT_EQ(i.areas[0].polygons.size(), 1u);
  EXPECT_EQ(i.areas[0].polygons[0][1], (std::pair{139.0, 35.1}));
  ASSERT_EQ(i.areas[0].circles.size(), 1u);
  EXPECT_EQ(i.areas[0].circles[0].radius_km, 12.5);
  EXPECT_EQ(i.areas[0].geocodes[0].value, "13101");
  EXPECT_EQ(r->diagnostics.warnings.size(), 2u);  // the open polygon and the circle without a place
}

// Fiji's sea: 4 by 2 degrees across the meridian of 180 degrees, not 356 by 2 the other way.
TEST(Cap, PolygonsOverTheDateLineAndOpenOnes) {
  const auto polygons = [](const std::string& text) {
    const auto r = io::read_cap(alert("<info><category>Met</category><event>Storm</event><urgency>Future</urgency><severity>Minor</severity><certainty>Likely</certainty><area><areaDesc>A</areaDesc><polygon>" + text +
                                      "</polygon></area></info>"), "test.cap");
    EXPECT_TRUE(r.ok());
    return std::pair(r->infos.at(0).areas.at(0).polygons, r->diagnostics.warnings.size());
  };
  using Ring = std::vector<std::pair<double, double>>;
  EXPECT_EQ(polygons("-18,178 -18,-178 -16,-178 -16,178 -18,178").first.at(0), (Ring{{178, -18}, {182, -18}, {182, -16}, {178, -16}, {178, -18}}));
  EXPECT_EQ(polygons("-18,-178 -16,-178 -16,178 -18,178 -18,-178").first.at(0), (Ring{{-178, -18}, {-178, -16}, {-182, -16}, {-182, -18}, {-178, -18}}));
  const auto open = polygons("35,139 35,140 36,140");
  EXPECT_EQ(open.first.at(0), (Ring{{139, 35}, {140, 35}, {140, 36}, {139, 35}}));
  EXPECT_EQ(open.second, 1u) << "said, not lost";
  EXPECT_EQ(polygons("80,0 80,120 80,-120 80,0").first.at(0).at(2), (std::pair{-120.0, 80.0})) << "around the pole: as it is written";
}

TEST(Cap, WhatCannotBeTrustedIsRefused) {
  EXPECT_FALSE(io::read_cap(alert("", "Real"), "t").ok());
  EXPECT_FALSE(io::read_cap(alert("", "Actual", "Shout"), "t").ok());
  EXPECT_EQ(io::read_cap("<feed/>", "t").error().code, ErrorCode::unsupported);
  EXPECT_FALSE(io::read_cap("<!DOCTYPE alert [<!ENTITY a \"b\">]>" + alert(""), "t").ok());
  const auto whole = alert("<info><event>Flood</event></info>");
  for (std::size_t n = 0; n < whole.size(); ++n) ASSERT_FALSE(io::read_cap(whole.substr(0, n), "t").ok()) << n;
}

TEST(Cap, PublicAlerts) {
  if (!fs::exists(alerts)) GTEST_SKIP() << "no alerts in " << alerts;
  for (const auto& e : fs::directory_iterator(alerts)) {
    const auto text = test::slurp(e.path());
    const auto r = io::read_cap(text, e.path().string());
    if (e.path().extension() == ".atom") {
      EXPECT_FALSE(r.ok());
      continue;
    }
    ASSERT_TRUE(r.ok()) << r.error().text();
    std::size_t areas = 0, parameters = 0, geocodes = 0;
    for (const auto& i : r->infos) {
      areas += i.areas.size();
      parameters += i.parameters.size();
      for (const auto& a : i.areas) geocodes += a.geocodes.size();
    }
    EXPECT_EQ(r->infos.size(), count(text, "<info>") + count(text, "<cap:info>")) << e.path();
    EXPECT_EQ(areas, count(text, "<area>") + count(text, "<cap:area>")) << e.path();
    EXPECT_EQ(parameters, count(text, "<parameter>") + count(text, "<cap:parameter>")) << e.path();
    EXPECT_EQ(geocodes, count(text, "<geocode>") + count(text, "<cap:geocode>")) << e.path();
  }
}

TEST(Usgs, AFeedWithNulls) {
  const std::string feed = R"({"type":"FeatureCollection","metadata":{"generated":1795219200000},"features":[
    {"type":"Feature","id":"us1","properties":{"mag":6.1,"place":"Somewhere","time":1795219140000,"updated":1795219150000,"tsunami":1,"alert":"green","mmi":5.2,"magType":"mww","status":"reviewed","type":"earthquake","title":"M 6.1","url":"file:///etc/passwd"},"geometry":{"type":"Point","coordinates":[142.5,38.1,10.5]}},
    {"type":"Feature","id":"us2","properties":{"mag":null,"time":1795219140000,"tsunami":0},"geometry":{"type":"Point","coordinates":[190.0,-10.0,null]}},
    {"type":"Feature","id":"us3","properties":{"mag":2},"geometry":{"type":"Point","coordinates":[1,2,3]}},
    {"type":"Feature","id":"us4","properties":{"time":1},"geometry":null}]})";
  const auto r = io::read_usgs(feed, "feed.json");
  ASSERT_TRUE(r.ok()) << r.error().text();
  ASSERT_EQ(r->earthquakes.size(), 2u);
  EXPECT_EQ(r->diagnostics.errors.size(), 2u);
  EXPECT_EQ(r->earthquakes[0].magnitude.value(), 6.1);
  EXPECT_EQ(r->earthquakes[0].depth.value(), 10.5);
  EXPECT_EQ(r->earthquakes[0].intensity.value(), 5.2);
  EXPECT_TRUE(r->earthquakes[0].tsunami);
  EXPECT_EQ(geo::format_utc(r->earthquakes[0].time), "2026-11-20T23:59:00Z");
  EXPECT_TRUE(r->earthquakes[1].magnitude.missing());
  EXPECT_TRUE(r->earthquakes[1].depth.missing());
  EXPECT_EQ(r->earthquakes[1].lon, -170);
  for (const char* wrong : {"", "[]", "{}", "{\"type\":\"Topology\"}", "{\"type\":\"FeatureCollection\",\"features\":{}}", "{\"type\":\"Feature\"}"}) EXPECT_FALSE(io::read_usgs(wrong, "t").ok()) << wrong;
  for (std::size_t n = 0; n < feed.size(); ++n) ASSERT_FALSE(io::read_usgs(feed.substr(0, n), "t").ok()) << n;
  EXPECT_EQ(io::read_usgs(std::string(100u << 20, ' '), "t").error().code, ErrorCode::out_of_budget);
  EXPECT_FALSE(io::read_usgs(std::string(100'000, '['), "t").ok());
}

TEST(ShakeMap, AGridByItsRowsPlaces) {
  const auto r = io::read_shakemap(grid(rows), "grid.xml");
  ASSERT_TRUE(r.ok()) << r.error().text();
  EXPECT_EQ(r->width, 3);
  EXPECT_EQ(r->height, 2);
  EXPECT_EQ(r->magnitude.value(), 6.5);
  EXPECT_EQ(r->depth.value(), 12.0);
  EXPECT_EQ(geo::format_utc(*r->event_time), "2026-11-21T00:00:00Z");
  EXPECT_NEAR(r->geotransform[0], 138.95, 1e-9);
  EXPECT_NEAR(r->geotransform[3], 35.15, 1e-9);
  ASSERT_EQ(r->fields.size(), 2u);
  EXPECT_EQ(r->fields[1].name, "MMI");
  EXPECT_EQ(r->fields[0].values, (std::vector<float>{1, 3, 5, 7, 9, -1}));
  EXPECT_TRUE(std::isnan(r->fields[1].values[2]));
  EXPECT_EQ(r->fields[1].values[4], 10.f);
  // From the south, and with a point outside.
  const auto other = io::read_shakemap(grid("139.0 35.0 7 8\n139.1 35.0 9 10\n139.2 35.0 -1 6\n139.0 35.1 1 2\n139.1 35.1 3 4\n150 35.1 5 5\n"), "grid.xml");
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->fields[0].values[3], 7.f);
  EXPECT_TRUE(std::isnan(other->fields[0].values[2]));
  EXPECT_EQ(other->diagnostics.warnings.size(), 1u);
}

TEST(ShakeMap, GridsThatLieAreRefused) {
  EXPECT_FALSE(io::read_shakemap(grid("1 2 3"), "t").ok());
  EXPECT_FALSE(io::read_shakemap(grid(rows, "lon_min=\"139\""), "t").ok());
  EXPECT_EQ(io::read_shakemap(grid(rows, "lon_min=\"139\" lat_min=\"35\" lon_max=\"140\" lat_max=\"36\" nlon=\"100000\" nlat=\"100000\""), "t").error().code, ErrorCode::out_of_budget);
  EXPECT_FALSE(io::read_shakemap(grid(rows, "lon_min=\"139\" lat_min=\"35\" lon_max=\"140\" lat_max=\"36\" nlon=\"2000\" nlat=\"2000\""), "t").ok());
  EXPECT_FALSE(io::read_shakemap(grid("139.0 35.1 one 2\n" + rows), "t").ok());
  std::string twice = grid(rows);
  twice.replace(twice.find("index=\"2\""), 9, "index=\"1\"");
  EXPECT_FALSE(io::read_shakemap(twice, "t").ok());
}

TEST(Cap, AnAlertOpensAsAVectorLayer) {
  const auto dir = test::scratch("cap_table");
  test::write(dir / "flood.cap", alert("<info><event>Flood</event><severity>Severe</severity><area><areaDesc>A</areaDesc><polygon>35,139 36,139 36,140 35,139</polygon>"
                                       "<circle>35,139 10</circle><geocode><valueName>J</valueName><value>13</value></geocode></area></info>", "Test"));
  Progress progress;
  ASSERT_EQ(io::identify(dir / "flood.cap")->front().kind, io::DataKind::vector);
  const auto v = io::read_vector(dir / "flood.cap", {}, progress, {});
  ASSERT_TRUE(v.ok()) << v.error().text();
  ASSERT_EQ(v->features.size(), 1u);
  EXPECT_EQ(geo::to_text(v->features.value(0, "severity")), "severe");
  EXPECT_EQ(geo::to_text(v->features.value(0, "code")), "13");
  ASSERT_EQ(v->parts.size(), 2u);
  // 10 km to the north of 35 N, to a few metres.
  double north = -90;
  for (std::uint32_t i = 0; i < v->parts[1].count; ++i) north = std::max(north, v->points[v->parts[1].first + i].lat);
  EXPECT_NEAR((north - 35) * 110.94, 10, 0.05);  // km a degree of latitude at 35 N, GRS80
  EXPECT_EQ(v->diagnostics.warnings.size(), 1u);
}

TEST(ShakeMap, AGridOpensAsAField) {
  const auto dir = test::scratch("shakemap_field");
  test::write(dir / "grid.xml", grid(rows));
  ASSERT_EQ(io::identify(dir / "grid.xml")->front().kind, io::DataKind::field);
  const auto f = io::open_field({dir / "grid.xml"}, {});
  ASSERT_TRUE(f.ok()) << f.error().text();
  EXPECT_EQ(f->field->info().quantity, "MMI");
  EXPECT_EQ(geo::format_utc(f->field->info().valid_times.at(0)), "2026-11-21T00:00:00Z");
  EXPECT_EQ(geo::format_utc(*f->field->info().issue_time), "2026-11-21T00:10:00Z");
  EXPECT_FLOAT_EQ(*f->field->value(0, 139.1, 35.1), 4.5f);
  EXPECT_TRUE(std::isnan(*f->field->value(0, 139.2, 35.1)));
  io::FieldOptions options;
  options.variable = "PGA";
  const auto pga = io::open_field({dir / "grid.xml"}, options);
  ASSERT_TRUE(pga.ok());
  EXPECT_EQ(pga->field->info().unit, "%g");
  EXPECT_FLOAT_EQ(*pga->field->value(0, 139.0, 35.0), 7.f);
  options.variable = "PGX";
  EXPECT_FALSE(io::open_field({dir / "grid.xml"}, options).ok());
}
