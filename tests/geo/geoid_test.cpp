#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <thread>

#include "tenbo/geo/crs.h"
#include "tool.h"

namespace tenbo::geo {
namespace {
namespace fs = std::filesystem;

class GeoidFiles : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("tenbo-geoid-test-" + std::to_string(getpid()));
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  // A small grid in NOAA's gtx format: 40 header bytes, then big-endian floats from the south-west corner.
  std::string write_gtx(const char* name, double south, double west, double step, int rows, int columns, const std::vector<float>& values) {
    const fs::path path = dir_ / name;
    std::ofstream out(path, std::ios::binary);
    const auto put = [&](auto bits) {
      for (int shift = (sizeof bits - 1) * 8; shift >= 0; shift -= 8) out.put(static_cast<char>(bits >> shift & 0xFF));
    };
    for (const double d : {south, west, step, step}) put(std::bit_cast<std::uint64_t>(d));
    put(static_cast<std::uint32_t>(rows));
    put(static_cast<std::uint32_t>(columns));
    for (const float v : values) put(std::bit_cast<std::uint32_t>(v));
    return path.string();
  }
  fs::path dir_;
};

// Every point through PROJ's own cs2cs with the same grid; points without a value are '*' there and NaN here.
void expect_like_cs2cs(const std::string& grid, double west, double south, double east, double north, int count) {
  auto geoid = Geoid::open(grid);
  ASSERT_TRUE(geoid.ok()) << geoid.error().text();
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<GeoPoint> points;
  std::string input;
  for (int i = 0; i < count; ++i) {
    GeoPoint p{west + unit(random) * (east - west), south + unit(random) * (north - south), 0};
    if (i % 5 == 0) p = {std::round(p.lon * 40) / 40, std::round(p.lat * 60) / 60, 0};  // on nodes of GSI's grid
    points.push_back(p);
    char line[128];
    std::snprintf(line, sizeof line, "%.17g %.17g 0\n", p.lon, p.lat);
    input += line;
  }
  const auto expected = test::numbers(test::run_tool(
      "PROJ_NETWORK=OFF cs2cs -f %.9f +proj=longlat +datum=WGS84 +geoidgrids=" + grid + " +vunits=m +type=crs +to EPSG:4979", input));
  ASSERT_EQ(expected.size(), points.size());
  int values = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double n = geoid->undulation(points[i].lon, points[i].lat);
    ASSERT_EQ(expected[i].size(), 3u);
    if (std::isnan(expected[i][2])) {
      EXPECT_TRUE(std::isnan(n)) << points[i].lon << " " << points[i].lat << " " << n;
    } else {
      ++values;
      ASSERT_NEAR(n, expected[i][2], 1e-4) << points[i].lon << " " << points[i].lat;
    }
  }
  EXPECT_GT(values, count / 10);
}

TEST_F(GeoidFiles, GsiGeoidAgreesWithCs2cs) {
  const fs::path grid = fs::path(TENBO_SHARED_DATA) / "dem-a/geoid/jp_gsi_gsigeo2011.tif";
  if (!fs::exists(grid)) GTEST_SKIP() << "real data absent: " << grid;
  if (!test::have_tool("cs2cs")) GTEST_SKIP() << "cs2cs (proj-bin) is not installed";
  const std::string copy = (dir_ / "gsi geoid.tif").string();
  fs::copy_file(grid, copy);
  const std::string path = fs::absolute(grid).lexically_normal().string();
  expect_like_cs2cs(path, 137, 34, 141, 37, 10000);      // land, coast and the sea without values
  expect_like_cs2cs(path, 144, 42.8, 146.2, 44.6, 4000);
  auto geoid = Geoid::open(copy);
  ASSERT_TRUE(geoid.ok()) << geoid.error().text();
  EXPECT_EQ(geoid->name(), "gsi geoid.tif");
  EXPECT_NEAR(geoid->undulation(139.7413574722, 35.6580992222), 36.7, 0.15);  // Japan's origin of longitude and latitude
  EXPECT_TRUE(std::isnan(geoid->undulation(0, 0)));
  EXPECT_TRUE(std::isnan(geoid->undulation(std::nan(""), 35)));
  EXPECT_TRUE(std::isnan(geoid->undulation(1e308, 35)));
}

TEST_F(GeoidFiles, WorldGridClosesAtTheDateLine) {
  const char* grid = "/usr/share/proj/egm96_15.gtx";
  if (!fs::exists(grid)) GTEST_SKIP() << "egm96_15.gtx (proj-data) is not installed";
  expect_like_cs2cs(grid, -180, -90, 180, 90, 5000);
  auto geoid = Geoid::open(grid);
  ASSERT_TRUE(geoid.ok());
  EXPECT_NEAR(geoid->undulation(179.999, 10), geoid->undulation(-179.999, 10), 0.02);
  EXPECT_NEAR(geoid->undulation(200, 10), geoid->undulation(-160, 10), 1e-6);
  // NGA's own test values for EGM96 (OUTPUT.DAT: 38.628155, 269.779155 -> -31.628; -14.621217, 305.021114 -> -2.969).
  EXPECT_NEAR(geoid->undulation(269.779155, 38.628155), -31.628, 0.05);
  EXPECT_NEAR(geoid->undulation(305.021114, -14.621217), -2.969, 0.05);
}

TEST_F(GeoidFiles, NodataCornersFollowProj) {
  if (!test::have_tool("cs2cs")) GTEST_SKIP() << "cs2cs (proj-bin) is not installed";
  std::vector<float> values;
  for (int i = 0; i < 100; ++i) values.push_back(i % 7 == 3 ? -88.8888f : 30 + 0.1f * static_cast<float>(i * i % 37));
  const std::string path = write_gtx("holes.gtx", 35, 139, 0.1, 10, 10, values);
  expect_like_cs2cs(path, 138.8, 34.8, 140.1, 36.1, 4000);
}

TEST_F(GeoidFiles, RefusesWhatIsNoGeoid) {
  EXPECT_EQ(Geoid::open("").error().code, ErrorCode::not_found);
  EXPECT_EQ(Geoid::open((dir_ / "absent.gtx").string()).error().code, ErrorCode::not_found);
  EXPECT_EQ(Geoid::open(dir_.string()).error().code, ErrorCode::not_found);
  const std::string text = (dir_ / "text.gtx").string();
  std::ofstream(text) << "hello";
  EXPECT_FALSE(Geoid::open(text).ok());
  const std::string empty = (dir_ / "empty.tif").string();
  std::ofstream(empty).flush();
  EXPECT_FALSE(Geoid::open(empty).ok());
  const std::string mountains = write_gtx("dem.gtx", 35, 139, 0.1, 4, 4, std::vector<float>(16, 3776.f));
  const auto dem = Geoid::open(mountains);
  ASSERT_FALSE(dem.ok());
  EXPECT_EQ(dem.error().code, ErrorCode::malformed);
  const std::string broken = write_gtx("short.gtx", 35, 139, 0.1, 4000, 4000, std::vector<float>(16, 30.f));
  const auto cut = Geoid::open(broken);  // PROJ reads values when asked: none can be had
  EXPECT_FALSE(cut.ok());
}

TEST_F(GeoidFiles, AnswersManyThreads) {
  std::vector<float> values;
  for (int i = 0; i < 200 * 200; ++i) values.push_back(30 + static_cast<float>(i % 200) * 0.01f);
  auto geoid = Geoid::open(write_gtx("threads.gtx", 30, 130, 0.05, 200, 200, values));
  ASSERT_TRUE(geoid.ok());
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (unsigned t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      std::uniform_real_distribution<double> unit(0, 9.9);
      for (int i = 0; i < 20000; ++i) {
        const double lon = 130 + unit(random), lat = 30 + unit(random);
        if (!(std::abs(geoid->undulation(lon, lat) - (30 + (lon - 130) / 0.05 * 0.01)) < 1e-4)) ++wrong;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(GeoidFiles, HeightPolicyRefusesToMix) {
  HeightPolicy policy;
  EXPECT_TRUE(policy.accepts(VerticalKind::ellipsoidal).ok());  // the scene has no datum yet
  policy.scene = VerticalKind::orthometric;
  EXPECT_TRUE(policy.accepts(VerticalKind::orthometric).ok());
  EXPECT_TRUE(policy.accepts(VerticalKind::unknown).ok());
  const Status refused = policy.accepts(VerticalKind::ellipsoidal);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::mismatch);
  EXPECT_NE(refused.error().text().find("--geoid"), std::string::npos);
  EXPECT_TRUE(std::isnan(policy.offset(VerticalKind::ellipsoidal, 139, 35)));
  EXPECT_EQ(policy.offset(VerticalKind::orthometric, 139, 35), 0);
  policy.geoid = *Geoid::open(write_gtx("flat.gtx", 30, 130, 1, 11, 11, std::vector<float>(121, 36.5f)));
  EXPECT_TRUE(policy.accepts(VerticalKind::ellipsoidal).ok());
  EXPECT_NEAR(policy.offset(VerticalKind::ellipsoidal, 139, 35), -36.5, 1e-5);
  policy.scene = VerticalKind::ellipsoidal;
  EXPECT_NEAR(policy.offset(VerticalKind::orthometric, 139, 35), 36.5, 1e-5);
  EXPECT_TRUE(std::isnan(policy.offset(VerticalKind::orthometric, 0, 0)));
}

}  // namespace
}  // namespace tenbo::geo
