// The rain plugin on nowcasts that the test writes itself (grib2_writer.h): values are known from the levels.
#include <gmock/gmock.h>

#include <cmath>

#include "grib2_writer.h"
#include "plugin_test_support.h"

namespace tenbo::runtime {
namespace {
using ::testing::HasSubstr;

class HazardRainTest : public ShippedPlugin {
 protected:
  // 6 x 4 cells, a step every half hour: the level is the step's number and two; one cell has no data in
  // the second step. Levels mean 0, 2, 10, 40. The parameter is one of the Agency's own for rain.
  void nowcast(const std::string& name, int steps = 3, int category = 1, int number = 203, int discipline = 0) {
    std::string fields;
    for (int s = 0; s < steps; ++s) {
      std::vector<std::uint8_t> levels(24, static_cast<std::uint8_t>(s + 2));
      if (s == 1) levels[8] = 0;  // second row, third column
      fields += test::grib_section4(30 * s, category, number) + test::grib_section5_runs(levels.size(), 8, 4, {0, 2, 10, 40}) + test::grib_section6() + test::grib_section(7, test::grib_runs(levels, 8, 4));
    }
    put("new", test::grib_message(test::grib_section1() + test::grib_section3({}) + fields, discipline));
    std::filesystem::rename(path("new"), path(name));
  }
  std::unique_ptr<PluginLayer> rain(Parameters more) {
    Parameters p{{"path", path("nowcast_grib2.bin")}};
    p.insert(p.end(), more.begin(), more.end());
    return layer("hazard_rain", p);
  }
  static float value(const PluginOutput& o, std::size_t step, double lon = 139.4) { return *o.field->value(step, lon, 35.9); }
};

TEST_F(HazardRainTest, RatesHaveTheOfficialClasses) {
  nowcast("nowcast_grib2.bin");
  const auto l = rain({{"unit", "mm/h"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->field);
  EXPECT_EQ(o->palette, "rain");
  EXPECT_FALSE(o->is_water_depth);
  EXPECT_EQ(o->source, "気象庁");
  EXPECT_EQ(geo::format_utc(*o->issue_time), "2016-08-22T02:00:00Z");
  const auto& info = o->field->info();
  EXPECT_EQ(info.quantity, "rain intensity");
  EXPECT_EQ(info.unit, "mm/h");
  ASSERT_EQ(info.valid_times.size(), 3u);
  EXPECT_EQ(geo::format_utc(info.valid_times[1]), "2016-08-22T02:30:00Z");
  EXPECT_FLOAT_EQ(value(*o, 0), 2);
  EXPECT_FLOAT_EQ(value(*o, 1), 10);
  EXPECT_TRUE(std::isnan(value(*o, 1, 139.2)));
  EXPECT_FLOAT_EQ(value(*o, 2), 40);
}

TEST_F(HazardRainTest, UnitsBecomeMillimetresAnHour) {
  nowcast("nowcast_grib2.bin");
  const auto seconds = rain({{"unit", "kg m-2 s-1"}});
  ASSERT_EQ(seconds->state(), PluginState::ready) << seconds->error().text();
  EXPECT_FLOAT_EQ(value(*seconds->output(), 0), 7200);
  EXPECT_EQ(seconds->output()->palette, "rain");
  const auto amounts = rain({{"unit", "mm"}});  // of half an hour
  ASSERT_EQ(amounts->state(), PluginState::ready) << amounts->error().text();
  EXPECT_FLOAT_EQ(value(*amounts->output(), 1), 20);
  EXPECT_EQ(amounts->output()->field->info().unit, "mm/h");
  const auto other = rain({{"unit", "K"}});
  ASSERT_EQ(other->state(), PluginState::ready);
  EXPECT_EQ(other->output()->palette, "");
  EXPECT_EQ(other->output()->field->info().unit, "K");
}

// The Agency's tornado nowcast has the same packing: its levels of 1 to 3 are no millimetres, whatever the layer says of them.
TEST_F(HazardRainTest, WhatIsNoMoistureIsRefusedByItsNumbers) {
  const auto refused = [&](int category, int number, int discipline, const char* numbers) {
    nowcast("nowcast_grib2.bin", 3, category, number, discipline);
    const auto l = rain({{"unit", "mm/h"}, {"quantity", "rain intensity"}});
    EXPECT_EQ(l->state(), PluginState::failed) << numbers;
    EXPECT_THAT(l->error().text(), ::testing::AllOf(HasSubstr(numbers), HasSubstr("0-1-8"), HasSubstr("\"variable\"")));
  };
  refused(193, 0, 0, "0-193-0");
  refused(1, 3, 10, "10-1-3");
  refused(1, 208, 0, "0-1-208, landslide risk");
  nowcast("nowcast_grib2.bin", 3, 1, 8);  // the WMO's own: total precipitation
  EXPECT_EQ(rain({{"unit", "mm/h"}})->state(), PluginState::ready);
}

TEST_F(HazardRainTest, TheRealTornadoNowcastIsRefused) {
  const std::string file = std::string(TENBO_SHARED_DATA) + "/weather-a/grib2/Z__C_RJTD_20160822020000_NOWC_GPV_Ggis10km_Pphw10_FH0000-0100_grib2.bin";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto l = layer("hazard_rain", {{"path", file}, {"unit", "mm/h"}});
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), HasSubstr("0-193-0 of centre 34"));
}

// A file that is followed and turns out to be another product: what is shown stays, and why is said.
TEST_F(HazardRainTest, AnotherProductInThePlaceOfTheRainChangesNothing) {
  nowcast("nowcast_grib2.bin");
  const auto l = rain({{"unit", "mm/h"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  nowcast("nowcast_grib2.bin", 2, 193, 0);
  ASSERT_TRUE(frames_until([&] { return !l->output()->warnings.empty() && l->output()->warnings.back().find("0-193-0") != std::string::npos; }));
  EXPECT_EQ(l->output()->field->info().valid_times.size(), 3u);
}

TEST_F(HazardRainTest, AccumulationsAreSumsAndUnknownStaysUnknown) {
  nowcast("nowcast_grib2.bin");
  const auto l = rain({{"unit", "mm/h"}, {"show", "accumulation"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  EXPECT_EQ(o->field->info().unit, "mm");
  EXPECT_EQ(o->palette, "rain-amount");
  EXPECT_FLOAT_EQ(value(*o, 0), 1);   // 2 mm/h for half an hour
  EXPECT_FLOAT_EQ(value(*o, 1), 6);
  EXPECT_FLOAT_EQ(value(*o, 2), 26);
  EXPECT_FLOAT_EQ(value(*o, 0, 139.2), 1);
  EXPECT_TRUE(std::isnan(value(*o, 1, 139.2)));
  EXPECT_TRUE(std::isnan(value(*o, 2, 139.2)));
  nowcast("nowcast_grib2.bin", 1);
  const auto one = rain({{"unit", "mm/h"}, {"show", "accumulation"}});
  EXPECT_EQ(one->state(), PluginState::failed);
  EXPECT_THAT(one->error().text(), HasSubstr("equal steps"));
}

TEST_F(HazardRainTest, FollowsItsFileAndKeepsTheLastGoodData) {
  nowcast("nowcast_grib2.bin");
  const auto l = rain({{"unit", "mm/h"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  nowcast("nowcast_grib2.bin", 2);
  ASSERT_TRUE(frames_until([&] { return l->output()->field->info().valid_times.size() == 2; }));
  put("nowcast_grib2.bin", "GRIB is not what this is");
  ASSERT_TRUE(frames_until([&] { return !l->output()->warnings.empty() && l->output()->warnings.back().find("cannot be read") != std::string::npos; }));
  EXPECT_EQ(l->state(), PluginState::ready);
  EXPECT_EQ(l->output()->field->info().valid_times.size(), 2u);
}

}  // namespace
}  // namespace tenbo::runtime
