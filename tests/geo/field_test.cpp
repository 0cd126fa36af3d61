#include "tenbo/geo/field.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <random>
#include <stdexcept>
#include <thread>

#include "tool.h"

namespace tenbo::geo {
namespace {
namespace fs = std::filesystem;

FieldInfo info(int width, int height, std::array<double, 6> transform, const char* crs, int steps) {
  FieldInfo i;
  i.grid.width = width;
  i.grid.height = height;
  i.grid.geotransform = transform;
  if (*crs) i.grid.crs = *Crs::parse(crs);
  for (int s = 0; s < steps; ++s) i.valid_times.push_back({1000 * (s + 1)});
  return i;
}

Field::Loader counting_loader(std::size_t cells, std::shared_ptr<std::atomic<int>> count) {
  return [=](std::size_t step) -> Result<std::shared_ptr<const FieldSlice>> {
    ++*count;
    return std::shared_ptr<const FieldSlice>(std::make_shared<FieldSlice>(FieldSlice{std::vector<float>(cells, static_cast<float>(step))}));
  };
}

TEST(Field, TimesAndSteps) {
  const auto count = std::make_shared<std::atomic<int>>(0);
  const Field f(info(4, 3, {139, 0.5, 0, 36, 0, -0.5}, "EPSG:6668", 3), counting_loader(12, count));
  EXPECT_EQ(f.steps(), 3u);
  EXPECT_EQ(f.step_at({999}), std::nullopt);
  EXPECT_EQ(f.step_at({1000}), 0u);
  EXPECT_EQ(f.step_at({1999}), 0u);
  EXPECT_EQ(f.step_at({2000}), 1u);
  EXPECT_EQ(f.step_at({99999}), 2u);
  const Field still(info(4, 3, {139, 0.5, 0, 36, 0, -0.5}, "EPSG:6668", 0), counting_loader(12, count));
  EXPECT_EQ(still.steps(), 1u);
  EXPECT_EQ(still.step_at({-5}), 0u);
  EXPECT_EQ(*f.value(2, 139.1, 35.9), 2.f);
  EXPECT_TRUE(std::isnan(*f.value(2, 130, 35.9)));
  EXPECT_FALSE(f.slice(3).ok());
}

TEST(Field, KeepsWithinItsBudget) {
  const auto count = std::make_shared<std::atomic<int>>(0);
  const Field f(info(100, 100, {139, 0.01, 0, 36, 0, -0.01}, "EPSG:6668", 10), counting_loader(10000, count), 3 * 40000);
  for (int round = 0; round < 2; ++round)
    for (std::size_t s = 0; s < 3; ++s) EXPECT_EQ((*f.slice(s))->values[0], static_cast<float>(s));
  EXPECT_EQ(*count, 3);
  ASSERT_TRUE(f.slice(9).ok());  // pushes the oldest out
  EXPECT_EQ(*count, 4);
  ASSERT_TRUE(f.slice(1).ok());
  EXPECT_EQ(*count, 4);
  ASSERT_TRUE(f.slice(0).ok());
  EXPECT_EQ(*count, 5);
  const Field tiny(info(100, 100, {139, 0.01, 0, 36, 0, -0.01}, "EPSG:6668", 10), counting_loader(10000, count), 1);
  ASSERT_TRUE(tiny.slice(0).ok());
  ASSERT_TRUE(tiny.slice(0).ok());
  EXPECT_EQ(*count, 6);
}

TEST(Field, LoadsAStepOnceForManyThreads) {
  const auto count = std::make_shared<std::atomic<int>>(0);
  const Field f(info(10, 10, {139, 0.1, 0, 36, 0, -0.1}, "EPSG:6677", 4), counting_loader(100, count));
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 400; ++i) {
        const auto slice = f.slice(i % 4);
        if (!slice || (*slice)->values[5] != static_cast<float>(i % 4)) ++wrong;
        (void)f.cell_at(139.9, 35.9);
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(*count, 4);
}

TEST(Field, LoaderFailuresAreErrors) {
  const auto i = info(2, 2, {0, 1, 0, 2, 0, -1}, "", 3);
  const Field f(i, [](std::size_t step) -> Result<std::shared_ptr<const FieldSlice>> {
    if (step == 0) throw std::runtime_error("boom");
    if (step == 1) return std::shared_ptr<const FieldSlice>();
    return std::shared_ptr<const FieldSlice>(std::make_shared<FieldSlice>(FieldSlice{{1, 2, 3}}));
  });
  EXPECT_NE(f.slice(0).error().message.find("boom"), std::string::npos);
  EXPECT_EQ(f.slice(1).error().code, ErrorCode::mismatch);
  EXPECT_EQ(f.slice(2).error().code, ErrorCode::mismatch);
  EXPECT_FALSE(Field(i, nullptr).slice(0).ok());
}

// Cells against gdallocationinfo on a raster whose pixels hold their own number, edges and corners of pixels included.
struct GridCase { const char* crs; std::array<double, 6> transform; double west, south, east, north; };
class CellsLikeGdal : public testing::TestWithParam<GridCase> {};

TEST_P(CellsLikeGdal, SameCell) {
  if (!test::have_tool("gdallocationinfo")) GTEST_SKIP() << "gdallocationinfo (gdal-bin) is not installed";
  const GridCase g = GetParam();
  const int width = 37, height = 23;
  const fs::path dir = fs::temp_directory_path() / ("tenbo-field-" + std::to_string(getpid()));
  fs::create_directories(dir);
  {
    std::ofstream raw(dir / "cells.raw", std::ios::binary);
    for (std::int32_t i = 0; i < width * height; ++i) raw.write(reinterpret_cast<const char*>(&i), 4);
    std::ofstream vrt(dir / "cells.vrt");
    vrt.precision(17);
    vrt << "<VRTDataset rasterXSize=\"" << width << "\" rasterYSize=\"" << height << "\"><SRS dataAxisToSRSAxisMapping=\""
        << (Crs::parse(g.crs)->north_first() ? "2,1" : "1,2") << "\">" << g.crs << "</SRS><GeoTransform>";
    for (int i = 0; i < 6; ++i) vrt << (i ? "," : "") << g.transform[static_cast<std::size_t>(i)];
    vrt << "</GeoTransform><VRTRasterBand dataType=\"Int32\" band=\"1\" subClass=\"VRTRawRasterBand\">"
           "<SourceFilename relativeToVRT=\"1\">cells.raw</SourceFilename><ByteOrder>LSB</ByteOrder></VRTRasterBand></VRTDataset>";
  }
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<std::pair<double, double>> points;
  std::string input;
  const bool geographic = Crs::parse(g.crs)->is_geographic();
  for (int i = 0; i < 800; ++i) {
    double lon = g.west + unit(random) * (g.east - g.west), lat = g.south + unit(random) * (g.north - g.south);
    if (geographic && i % 4 == 0) {  // exactly on edges of pixels
      lon = g.transform[0] + g.transform[1] * static_cast<double>(random() % 38);
      lat = g.transform[3] + g.transform[5] * static_cast<double>(random() % 24);
    }
    points.emplace_back(lon, lat);
    char line[96];
    std::snprintf(line, sizeof line, "%.17g %.17g\n", lon, lat);
    input += line;
  }
  // -valonly prints an empty line for a point outside.
  std::istringstream lines(test::run_tool("gdallocationinfo -valonly -wgs84 '" + (dir / "cells.vrt").string() + "'", input));
  const Field f(info(width, height, g.transform, g.crs, 0), nullptr);
  int inside = 0;
  for (const auto& [lon, lat] : points) {
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    const auto cell = f.cell_at(lon, lat);
    ASSERT_EQ(cell.has_value(), !line.empty()) << lon << " " << lat << " " << line;
    if (!cell) continue;
    ++inside;
    ASSERT_EQ(cell->second * width + cell->first, std::stoi(line)) << lon << " " << lat;
  }
  EXPECT_GT(inside, 100);
  fs::remove_all(dir);
}

INSTANTIATE_TEST_SUITE_P(Grids, CellsLikeGdal, testing::Values(
    GridCase{"EPSG:4326", {139, 0.01, 0, 36, 0, -0.01}, 138.95, 35.7, 139.45, 36.05},
    GridCase{"EPSG:6668", {139, 1.0 / 90, 0, 36, 0, -1.0 / 120}, 138.95, 35.7, 139.45, 36.05},
    GridCase{"EPSG:6677", {-8000, 100, 0, -35000, 0, -100}, 139.74, 35.65, 139.80, 35.69},
    GridCase{"EPSG:32654", {380000, 90, 20, 3950000, 15, -80}, 139.66, 35.66, 139.73, 35.70},
    GridCase{"EPSG:3857", {15540000, 30, 0, 4250000, 0, 30}, 139.597, 35.6305, 139.609, 35.637}));

TEST(GridGeometry, InverseAndSingular) {
  GridGeometry g;
  g.geotransform = {100, 2, 0.5, 200, -0.25, -3};
  double c = 0, r = 0, x = 0, y = 0;
  g.pixel_to_crs(7.25, 3.5, x, y);
  ASSERT_TRUE(g.crs_to_pixel(x, y, c, r));
  EXPECT_NEAR(c, 7.25, 1e-12);
  EXPECT_NEAR(r, 3.5, 1e-12);
  for (const std::array<double, 6> t : {std::array<double, 6>{0, 0, 0, 0, 0, 1}, {0, 1, 2, 0, 2, 4}, {0, 0, 0, 0, 0, 0}, {0, std::nan(""), 0, 0, 0, 1}}) {
    g.geotransform = t;
    EXPECT_FALSE(g.crs_to_pixel(1, 1, c, r));
  }
}

}  // namespace
}  // namespace tenbo::geo
