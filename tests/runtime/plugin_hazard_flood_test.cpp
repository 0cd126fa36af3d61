// The flood plugin on files made by, and compared with, GDAL's own tools.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "plugin_test_support.h"

namespace tenbo::runtime {
namespace {
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using HazardFlood = ShippedPlugin;
constexpr const char* start = "2026-11-21T09:00:00+09:00";

class HazardFloodTest : public HazardFlood {
 protected:
  // A GeoTIFF of two steps over 4 x 3 cells near Tamana: value = base + step + column / 10; no data in the first cell.
  void make(const std::string& name, double base) {
    for (int s = 0; s < 2; ++s) {
      std::ostringstream grid;
      grid << "ncols 4\nnrows 3\nxllcorner 130.5\nyllcorner 32.9\ncellsize 0.01\nNODATA_value -9999\n";
      for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 4; ++c) grid << (r + c == 0 ? -9999.0 : base + s + c / 10.0) << ' ';
        grid << '\n';
      }
      put("step" + std::to_string(s) + ".asc", grid.str());
    }
    tool("gdalbuildvrt", {"-q", "-separate", "-a_srs", "EPSG:6668", path("both.vrt"), path("step0.asc"), path("step1.asc")});
    tool("gdal_translate", {"-q", "-ot", "Float32", path("both.vrt"), path("new.tif")});
    std::filesystem::rename(path("new.tif"), path(name));
  }
  double located(const std::string& file, int band, double lon, double lat) {
    return std::stod(tool("gdallocationinfo", {"-valonly", "-geoloc", "-b", std::to_string(band), file, std::to_string(lon), std::to_string(lat)}));
  }
  std::unique_ptr<PluginLayer> flood(const std::string& file, Parameters more = {}) {
    Parameters p{{"path", file}, {"start", start}, {"step_seconds", "3600"}};
    p.insert(p.end(), more.begin(), more.end());
    return layer("hazard_flood", p);
  }
};

TEST_F(HazardFloodTest, PublishesWhatGdalFindsInTheFile) {
  make("depth.tif", 1);
  const auto l = flood(path("depth.tif"), {{"source", "Office of Rivers"}, {"issue_time", "2026-11-21T08:00:00+09:00"}, {"certainty", "simulated"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->field);
  EXPECT_EQ(o->palette, "flood-depth");
  EXPECT_TRUE(o->is_water_depth);
  EXPECT_EQ(o->source, "Office of Rivers");
  EXPECT_EQ(o->certainty, geo::Certainty::simulated);
  EXPECT_EQ(geo::format_utc(*o->issue_time), "2026-11-20T23:00:00Z");
  const auto& info = o->field->info();
  EXPECT_EQ(info.quantity, "water depth");
  EXPECT_EQ(info.unit, "m");
  ASSERT_EQ(info.valid_times.size(), 2u);
  EXPECT_EQ(geo::format_utc(info.valid_times[0]), "2026-11-21T00:00:00Z");
  EXPECT_EQ(geo::format_utc(info.valid_times[1]), "2026-11-21T01:00:00Z");
  for (const double lon : {130.513, 130.524, 130.538})
    for (const int step : {0, 1})
      EXPECT_FLOAT_EQ(*o->field->value(static_cast<std::size_t>(step), lon, 32.912), static_cast<float>(located(path("depth.tif"), step + 1, lon, 32.912)));
  EXPECT_TRUE(std::isnan(*o->field->value(0, 130.504, 32.926)));  // no data is unknown
  EXPECT_FALSE(info.nodata_is_dry);
}

TEST_F(HazardFloodTest, FollowsItsFileAndKeepsTheLastGoodData) {
  make("depth.tif", 1);
  const auto l = flood(path("depth.tif"));
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto before = l->output();
  make("depth.tif", 5);  // renamed over
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 2; }));
  EXPECT_FLOAT_EQ(*l->output()->field->value(0, 130.513, 32.912), 5.1f);
  EXPECT_FLOAT_EQ(*before->field->value(1, 130.513, 32.912), 2.1f);  // the old snapshot is what it was

  put("depth.tif", "II*\0 not a picture of anything");  // rewritten in place
  ASSERT_TRUE(frames_until([&] { return !l->output()->warnings.empty() && l->output()->warnings.back().find("cannot be read") != std::string::npos; }));
  EXPECT_EQ(l->state(), PluginState::ready);
  EXPECT_EQ(l->output()->revision, 2u);
  EXPECT_THAT(l->output()->warnings.back(), HasSubstr("raster"));  // and why
  EXPECT_FLOAT_EQ(*l->output()->field->value(1, 130.513, 32.912), 6.1f);

  make("depth.tif", 7);
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 3; }));
  EXPECT_FLOAT_EQ(*l->output()->field->value(0, 130.513, 32.912), 7.1f);
  EXPECT_THAT(l->output()->warnings, Not(Contains(HasSubstr("cannot be read"))));
}

TEST_F(HazardFloodTest, SaysWhatTheDataDoesNotSay) {
  make("depth.tif", 1);
  const auto l = flood(path("depth.tif"));
  ASSERT_TRUE(l->output()) << l->error().text();
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("where the data comes from")));
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("issued")));
  EXPECT_EQ(l->output()->certainty, geo::Certainty::unknown);
}

TEST_F(HazardFloodTest, OtherUnitsAreNeverDrawnAsMetres) {
  make("depth.tif", 100);
  const auto l = flood(path("depth.tif"), {{"unit", "cm"}});
  ASSERT_TRUE(l->output()) << l->error().text();
  EXPECT_FALSE(l->output()->is_water_depth);
  EXPECT_EQ(l->output()->palette, "");
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("cm")));
}

TEST_F(HazardFloodTest, AFileThatIsNotThereFailsTheLayerWithItsName) {
  const auto l = flood(path("nowhere.tif"));
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), HasSubstr("nowhere.tif"));
}

TEST_F(HazardFloodTest, RealModelOutput) {
  const std::string file = std::string(TENBO_SHARED_DATA) + "/weather-a/sfincs/sfincs_map.nc";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const auto l = layer("hazard_flood", {{"path", file}, {"variable", "zs"}, {"crs", "EPSG:32633"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->field);
  ASSERT_EQ(o->field->info().valid_times.size(), 3u);
  EXPECT_EQ(geo::format_utc(o->field->info().valid_times[0]), "2010-02-05T00:00:00Z");  // 345600 s after 2010-02-01
  // The same values as GDAL has in each band, whatever the order of rows.
  for (int band = 1; band <= 3; ++band) {
    std::istringstream xyz(tool("gdal_translate", {"-q", "-of", "XYZ", "-b", std::to_string(band), "NETCDF:\"" + file + "\":zs", "/vsistdout/"}));
    std::vector<float> expected, found;
    for (double x, y, v; xyz >> x >> y >> v;)
      if (v != -99999) expected.push_back(static_cast<float>(v));
    const auto slice = o->field->slice(static_cast<std::size_t>(band - 1));
    ASSERT_TRUE(slice);
    for (const float v : (*slice)->values)
      if (!std::isnan(v)) found.push_back(v);
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found.size(), expected.size());
    ASSERT_FALSE(found.empty());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-4);  // XYZ is printed text
  }
}
}  // namespace
}  // namespace tenbo::runtime
