#include "tenbo/geo/crs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>
#include <thread>

#include "tenbo/geo/ellipsoid.h"
#include "tool.h"

namespace tenbo::geo {
namespace {

using test::numbers;
using test::run_tool;

Crs crs(const std::string& text) {
  auto parsed = Crs::parse(text);
  EXPECT_TRUE(parsed.ok()) << text << ": " << (parsed ? "" : parsed.error().text());
  return parsed ? *parsed : Crs();
}

double metres_apart(const GeoPoint& a, const GeoPoint& b) { return glm::distance(to_ecef(a), to_ecef(b)); }

struct Named {
  const char* text;
  const char* id;
  const char* name;  // from the EPSG registry
  bool north_first;
  VerticalKind vertical;
};

TEST(Crs, KnowsEveryWayOfNamingOne) {
  const Named cases[] = {
      {"EPSG:6697", "EPSG:6697", "JGD2011 + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"epsg:6697", "EPSG:6697", "JGD2011 + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"EPSG::6697", "EPSG:6697", "JGD2011 + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {" \n EPSG:6697 ", "EPSG:6697", "JGD2011 + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"http://www.opengis.net/def/crs/EPSG/0/6697", "EPSG:6697", "JGD2011 + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"https://www.opengis.net/def/crs/EPSG/9.9.1/6668", "EPSG:6668", "JGD2011", true, VerticalKind::unknown},
      {"urn:ogc:def:crs:EPSG::6697", "EPSG:6697", "JGD2011 + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"urn:ogc:def:crs:EPSG:6.12:25833", "EPSG:25833", "ETRS89 / UTM zone 33N", false, VerticalKind::unknown},
      {"urn:x-ogc:def:crs:EPSG:4326", "EPSG:4326", "WGS 84", true, VerticalKind::unknown},
      {"http://www.opengis.net/gml/srs/epsg.xml#25833", "EPSG:25833", "ETRS89 / UTM zone 33N", false, VerticalKind::unknown},
      {"urn:ogc:def:crs,crs:EPSG::25833,crs:EPSG::5783", "EPSG:25833+5783", "ETRS89 / UTM zone 33N + DHHN92 height", false, VerticalKind::orthometric},
      {"urn:ogc:def:crs,crs:EPSG:6.12:3068,crs:EPSG:6.12:5783", "EPSG:3068+5783", "DHDN / Soldner Berlin + DHHN92 height", true, VerticalKind::orthometric},
      {"urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH", "EPSG:25832+5783", "ETRS89 / UTM zone 32N + DHHN92 height", false, VerticalKind::orthometric},
      {"fguuid:jgd2011.bl", "EPSG:6668", "JGD2011", true, VerticalKind::unknown},
      {"http://www.opengis.net/def/crs/EPSG/0/10169", "EPSG:10169", "JGD2011 / Japan Plane Rectangular CS VIII + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"EPSG:10162", "EPSG:10162", "JGD2011 / Japan Plane Rectangular CS I + JGD2011 (vertical) height", true, VerticalKind::orthometric},
      {"EPSG:6677", "EPSG:6677", "JGD2011 / Japan Plane Rectangular CS IX", true, VerticalKind::unknown},
      {"EPSG:4979", "EPSG:4979", "WGS 84", true, VerticalKind::ellipsoidal},
      {"EPSG:4978", "EPSG:4978", "WGS 84", false, VerticalKind::ellipsoidal},
      {"OGC:CRS84", "OGC:CRS84", "WGS 84 (CRS84)", false, VerticalKind::unknown},
      {"urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84", "WGS 84 (CRS84)", false, VerticalKind::unknown},
  };
  for (const Named& c : cases) {
    const Crs parsed = crs(c.text);
    EXPECT_EQ(parsed.id(), c.id) << c.text;
    EXPECT_EQ(parsed.name(), c.name) << c.text;
    EXPECT_EQ(parsed.north_first(), c.north_first) << c.text;
    EXPECT_EQ(parsed.vertical(), c.vertical) << c.text;
    const Crs again = crs(parsed.definition());
    EXPECT_EQ(again.id(), c.id) << c.text;
    EXPECT_EQ(again.vertical(), c.vertical) << c.text;
  }
}

TEST(Crs, ReadsTextsOfOtherPrograms) {
  const Crs esri = crs(R"(GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137.0,298.257222101]],)"
                       R"(PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]])");
  EXPECT_TRUE(esri.is_geographic());
  EXPECT_FALSE(esri.north_first());  // ESRI's WKT has longitude first
  const Crs projected = crs(R"(PROJCS["JGD_2011_Japan_Zone_9",GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",)"
                            R"(SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],)"
                            R"(PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],)"
                            R"(PARAMETER["Central_Meridian",139.8333333333333],PARAMETER["Scale_Factor",0.9999],)"
                            R"(PARAMETER["Latitude_Of_Origin",36.0],UNIT["Meter",1.0]])");
  EXPECT_FALSE(projected.is_geographic());
  EXPECT_DOUBLE_EQ(projected.linear_unit(), 1.0);
  const Crs proj = crs("+proj=utm +zone=54 +datum=WGS84 +units=us-ft");
  EXPECT_NEAR(proj.linear_unit(), 1200.0 / 3937.0, 1e-12);
  const Crs bound = crs("+proj=tmerc +lat_0=36 +lon_0=139.8333333333333 +k=0.9999 +ellps=bessel +towgs84=-146.414,507.337,680.507 +units=m");
  EXPECT_TRUE(bound.is_valid());
}

TEST(Crs, RefusesWhatHasNoPlace) {
  for (const std::string text : {"", "   ", "EPSG:", "EPSG:99999999", "EPSG:6695", "hello", "+proj=nonsense", "PROJCS[", "EPSG:6697+6697",
                                 "urn:ogc:def:crs,crs:EPSG::25833,crs:EPSG::5783,crs:EPSG::4326", "EPSG:1",
                                 R"(LOCAL_CS["arbitrary",UNIT["metre",1]])"}) {
    const auto parsed = Crs::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument) << text;
    EXPECT_FALSE(parsed.error().remedy.empty());
  }
  EXPECT_FALSE(Crs::parse(std::string("EPSG:6697\0x", 11)).ok());
  EXPECT_FALSE(Crs::parse(std::string(2 << 20, '[')).ok());
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "A[";
  EXPECT_FALSE(Crs::parse(deep).ok());
  EXPECT_FALSE(Crs().is_valid());
  EXPECT_FALSE(Transformer::to_geographic(Crs(), AxisOrder::xy).ok());
}

// Points spread over a box in the CRS, through ours and through cs2cs (PROJ's own program) to EPSG:4326 and back. Not to
// OGC:CRS84: for Tokyo and Amersfoort PROJ takes another shift there than for EPSG:4326, and hardly anybody asks for that.
// one_shift = false: PROJ chooses among several datum shifts by where a point lies, and may choose another on the way back; ours
// takes the same both ways, so that a place found on the map is the data's own.
// closes = false: the box goes beyond the area of the best of them, at whose edge PROJ itself does not come back to the point.
struct Box { const char* crs; double x0, y0, x1, y1; bool one_shift = true, closes = true; };
void PrintTo(const Box& box, std::ostream* out) { *out << box.crs; }
class AgainstCs2cs : public testing::TestWithParam<Box> {};

TEST_P(AgainstCs2cs, SamePlaceBothWays) {
  if (!test::have_tool("cs2cs")) GTEST_SKIP() << "cs2cs (proj-bin) is not installed";
  const Box box = GetParam();
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<GeoPoint> points;
  std::string input;
  for (int i = 0; i < 500; ++i) {
    const GeoPoint p{box.x0 + unit(random) * (box.x1 - box.x0), box.y0 + unit(random) * (box.y1 - box.y0), unit(random) * 100};
    points.push_back(p);
    char line[128];
    std::snprintf(line, sizeof line, "%.17g %.17g 0\n", p.lon, p.lat);
    input += line;
  }
  const auto expected = numbers(run_tool(std::string("PROJ_NETWORK=OFF cs2cs -f %.15g '") + box.crs + "' EPSG:4326", input));  // latitude, longitude
  ASSERT_EQ(expected.size(), points.size());

  const Crs from = crs(box.crs);
  auto made = Transformer::to_geographic(from, AxisOrder::authority);
  ASSERT_TRUE(made.ok()) << made.error().text();
  std::vector<GeoPoint> got = points;
  EXPECT_EQ(made->transform(got), 0u);
  for (std::size_t i = 0; i < points.size(); ++i) {
    ASSERT_LT(metres_apart({got[i].lon, got[i].lat, 0}, {expected[i][1], expected[i][0], 0}), 1e-4) << box.crs << " " << i;
    EXPECT_DOUBLE_EQ(got[i].height, points[i].height * from.vertical_unit());
  }

  // x,y order, and back.
  auto xy = Transformer::to_geographic(from, AxisOrder::xy);
  ASSERT_TRUE(xy.ok());
  std::vector<GeoPoint> swapped = points;
  if (from.north_first())
    for (auto& p : swapped) std::swap(p.lon, p.lat);
  EXPECT_EQ(xy->clone().transform(swapped), 0u);
  for (std::size_t i = 0; i < points.size(); ++i) ASSERT_LT(metres_apart(swapped[i], got[i]), 1e-6);

  // The other way, against PROJ's own other way (which need not close to a millimetre over a three-parameter shift).
  input.clear();
  for (const GeoPoint& p : got) {
    char line[128];
    std::snprintf(line, sizeof line, "%.17g %.17g 0\n", p.lat, p.lon);
    input += line;
  }
  const auto returned = numbers(run_tool(std::string("PROJ_NETWORK=OFF cs2cs -f %.15g EPSG:4326 '") + box.crs + "'", input));
  ASSERT_EQ(returned.size(), points.size());
  auto back = Transformer::from_geographic(from, AxisOrder::authority);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->transform(got), 0u);
  const double unit_m = from.is_geographic() ? 111'320.0 : from.linear_unit();
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (box.one_shift) {
      ASSERT_LT(std::abs(got[i].lon - returned[i][0]) * unit_m, 1e-4);
      ASSERT_LT(std::abs(got[i].lat - returned[i][1]) * unit_m, 1e-4);
    }
    if (box.closes) {
      ASSERT_LT(std::abs(got[i].lon - points[i].lon) * unit_m, 0.02);
      ASSERT_LT(std::abs(got[i].lat - points[i].lat) * unit_m, 0.02);
    }
    ASSERT_NEAR(got[i].height, points[i].height, 1e-9);
  }
}

INSTANTIATE_TEST_SUITE_P(Places, AgainstCs2cs, testing::Values(
    Box{"EPSG:6668", 24, 123, 45, 145}, Box{"EPSG:4326", -80, -170, 80, 170}, Box{"EPSG:4612", 30, 130, 45, 145},
    Box{"EPSG:4301", 30, 130, 45, 145, false}, Box{"EPSG:6677", -60000, -60000, 60000, 60000}, Box{"EPSG:2451", -60000, -60000, 60000, 60000},
    Box{"EPSG:30169", -60000, -60000, 60000, 60000}, Box{"EPSG:32654", 300000, 3500000, 700000, 4500000}, Box{"EPSG:3857", 15000000, 4000000, 16000000, 5000000},
    Box{"EPSG:25833", 380000, 5800000, 400000, 5830000}, Box{"EPSG:3068", 10000, 10000, 40000, 40000},
    Box{"EPSG:3068", -600000, -500000, 500000, 500000, false, false}, Box{"EPSG:31467", 3100000, 5100000, 4100000, 6200000, false, false}, Box{"EPSG:28992", 80000, 400000, 150000, 500000},
    Box{"EPSG:23830", 400000, 9200000, 700000, 9400000}, Box{"EPSG:27700", 400000, 200000, 550000, 400000}, Box{"EPSG:2263", 950000, 180000, 1050000, 240000},
    Box{"EPSG:3031", -2000000, -2000000, 2000000, 2000000}, Box{"EPSG:4269", 30, -120, 45, -80, false}));

// NTF (Paris) counts gradians from Paris. cs2cs takes any angle for degrees, so GDAL's tool is the judge here.
TEST(Transformer, TakesGradians) {
  if (!test::have_tool("gdaltransform")) GTEST_SKIP() << "gdaltransform (gdal-bin) is not installed";
  const auto expected = numbers(run_tool("gdaltransform -s_srs EPSG:4807 -t_srs OGC:CRS84", "2.5 52.25\n0.1 50\n"));
  ASSERT_EQ(expected.size(), 2u);
  auto made = Transformer::to_geographic(crs("EPSG:4807"), AxisOrder::authority);
  ASSERT_TRUE(made.ok());
  std::vector<GeoPoint> p{{52.25, 2.5, 7}, {50, 0.1, 7}};
  EXPECT_EQ(made->transform(p), 0u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_LT(metres_apart({p[i].lon, p[i].lat, 0}, {expected[i][0], expected[i][1], 0}), 1e-4);
    EXPECT_EQ(p[i].height, 7);
  }
}

TEST(Transformer, NullTransformationsAreIdentities) {
  for (const char* id : {"EPSG:6697", "EPSG:6668", "EPSG:6667", "EPSG:4326", "EPSG:4979", "EPSG:4258", "OGC:CRS84"}) {
    auto made = Transformer::to_geographic(crs(id), AxisOrder::authority);
    ASSERT_TRUE(made.ok()) << id;
    EXPECT_TRUE(made->is_identity()) << id;
    EXPECT_FALSE(made->is_ballpark()) << id;
  }
  for (const char* id : {"EPSG:4301", "EPSG:6677", "EPSG:4807", "EPSG:4978", "EPSG:3857"}) {
    auto made = Transformer::to_geographic(crs(id), AxisOrder::authority);
    ASSERT_TRUE(made.ok()) << id;
    EXPECT_FALSE(made->is_identity()) << id;
  }
}

TEST(Transformer, SaysWhenNoDatumShiftIsKnown) {
  auto unknown = Transformer::to_geographic(crs("+proj=longlat +ellps=bessel"), AxisOrder::xy);
  ASSERT_TRUE(unknown.ok());
  EXPECT_TRUE(unknown->is_ballpark());
  auto known = Transformer::to_geographic(crs("EPSG:4301"), AxisOrder::xy);
  ASSERT_TRUE(known.ok());
  EXPECT_FALSE(known->is_ballpark());
}

TEST(Transformer, HeightsAreKeptInTheirDatum) {
  // A geoid that PROJ might apply by itself (EGM96 is in Debian) must not touch a height.
  for (const char* id : {"EPSG:6697", "EPSG:4326+5773", "EPSG:25833+5783", "EPSG:10169"}) {
    auto made = Transformer::to_geographic(crs(id), AxisOrder::authority);
    ASSERT_TRUE(made.ok()) << id;
    std::vector<GeoPoint> p{{35.5, 139.5, 12.34}};
    if (!crs(id).is_geographic()) p = {{5800000, 390000, 12.34}};
    if (std::string(id) == "EPSG:25833+5783") p = {{390000, 5800000, 12.34}};
    if (std::string(id) == "EPSG:10169") p = {{156561.1, 21007.4, 12.34}};
    EXPECT_EQ(made->transform(p), 0u) << id;
    EXPECT_EQ(p[0].height, 12.34) << id;
  }
  // Units and direction of the vertical axis: NAVD88 height in US survey feet (EPSG:6360), and a depth in metres (EPSG:5715).
  auto feet = Transformer::to_geographic(crs("EPSG:4326+6360"), AxisOrder::authority);
  ASSERT_TRUE(feet.ok());
  std::vector<GeoPoint> p{{40, -74, 3937}};
  EXPECT_EQ(feet->transform(p), 0u);
  EXPECT_NEAR(p[0].height, 1200, 1e-9);
  auto depth = Transformer::to_geographic(crs("EPSG:4326+5715"), AxisOrder::authority);
  ASSERT_TRUE(depth.ok());
  p = {{40, -74, 10}};
  EXPECT_EQ(depth->transform(p), 0u);
  EXPECT_NEAR(p[0].height, -10, 1e-9);
}

TEST(Transformer, GeocentricGivesEllipsoidalHeights) {
  auto made = Transformer::to_geographic(crs("EPSG:4978"), AxisOrder::authority);
  ASSERT_TRUE(made.ok());
  const glm::dvec3 e = to_ecef({139.7, 35.6, 123.4});
  std::vector<GeoPoint> p{{e.x, e.y, e.z}};
  EXPECT_EQ(made->transform(p), 0u);
  EXPECT_LT(metres_apart(p[0], {139.7, 35.6, 123.4}), 1e-6);
}

TEST(Transformer, BadPointsBecomeNanAndAreCounted) {
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  for (const char* id : {"EPSG:6697", "EPSG:6677", "EPSG:4978", "EPSG:4301", "EPSG:3857"}) {
    auto made = Transformer::to_geographic(crs(id), AxisOrder::xy);
    ASSERT_TRUE(made.ok()) << id;
    std::vector<GeoPoint> p{{nan, 35, 0}, {139, inf, 0}, {139, 35, nan}, {1e308, 1e308, 0}, {-1e300, 1e300, 1e308}};
    EXPECT_EQ(made->transform(p), p.size()) << id;
    for (const auto& q : p) EXPECT_TRUE(std::isnan(q.lon) && std::isnan(q.lat) && std::isnan(q.height)) << id << " " << q.lon << " " << q.lat << " " << q.height;
  }
  auto geographic = Transformer::to_geographic(crs("EPSG:6697"), AxisOrder::authority);
  std::vector<GeoPoint> swapped{{139.7, 35.6, 0}};  // longitude where a latitude belongs
  EXPECT_EQ(geographic->transform(swapped), 1u);
}

TEST(Transformer, ClonesWorkOnManyThreads) {
  auto made = Transformer::to_geographic(crs("EPSG:6677"), AxisOrder::authority);
  ASSERT_TRUE(made.ok());
  std::vector<GeoPoint> expected{{-35000, -7000, 0}};
  made->transform(expected);
  std::vector<std::thread> threads;
  std::vector<double> worst(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const Transformer own = made->clone();
      for (int i = 0; i < 200; ++i) {
        std::vector<GeoPoint> p{{-35000, -7000, 0}};
        own.transform(p);
        worst[static_cast<std::size_t>(t)] = std::max(worst[static_cast<std::size_t>(t)], std::abs(p[0].lon - expected[0].lon));
      }
    });
  for (auto& t : threads) t.join();
  for (const double w : worst) EXPECT_EQ(w, 0);
}

}  // namespace
}  // namespace tenbo::geo
