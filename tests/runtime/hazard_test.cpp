#include "../../engine/runtime/src/hazard.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tenbo::runtime {
namespace {

// A 2 x 2 grid of cells of one degree: west column 0.3 and 1.0 m, east column NaN and 4.0 m (rows from the north).
FieldLayer field(bool nodata_is_dry) {
  geo::FieldInfo info;
  info.grid.width = info.grid.height = 2;
  info.grid.geotransform = {0, 1, 0, 2, 0, -1};
  info.grid.crs = *geo::Crs::parse("EPSG:4326");
  info.nodata_is_dry = nodata_is_dry;
  info.extent.add(0, 0);
  info.extent.add(2, 2);
  FieldLayer layer;
  layer.field = std::make_shared<geo::Field>(info, [](std::size_t) {
    auto s = std::make_shared<geo::FieldSlice>();
    s->values = {0.3f, NAN, 1.0f, 4.0f};
    return Result<std::shared_ptr<const geo::FieldSlice>>(s);
  });
  Palette p;
  // MLIT's flood depth classes, the first three
  for (auto [from, g] : {std::pair(0.01, 245), std::pair(0.5, 216), std::pair(3.0, 183)}) {
    PaletteStop s;
    s.from = from;
    s.colour = {255, static_cast<std::uint8_t>(g), 1, 255};
    p.stops.push_back(s);
  }
  layer.palette = p;
  return layer;
}

std::vector<render::FeatureStyle> classify(bool dry, const std::vector<FootprintSample>& samples) {
  auto f = field(dry);
  std::vector<render::FeatureStyle> styles(1);
  classify_buildings(f, **f.field->slice(0), samples, {10.f}, styles);
  return styles;
}

TEST(Hazard, TheLargestOverlapWins) {
  const auto s = classify(false, {{0, 30.f, 0.5, 1.5}, {0, 70.f, 0.5, 0.5}})[0];
  EXPECT_EQ(s.hazard, (Rgba8{255, 216, 1, 255}));
  EXPECT_FLOAT_EQ(s.hazard_height, 11.f);  // 10 m of ground and 1 m of water
}

TEST(Hazard, ATieGoesToTheDeeper) {
  EXPECT_EQ(classify(false, {{0, 50.f, 0.5, 1.5}, {0, 50.f, 1.5, 0.5}})[0].hazard, (Rgba8{255, 183, 1, 255}));
}

TEST(Hazard, UnknownIsNotDry) {
  const auto unknown = classify(false, {{0, 10.f, 1.5, 1.5}})[0];
  EXPECT_EQ(unknown.hazard.a, 0);
  EXPECT_TRUE(unknown.flags & render::feature_hazard_unknown);
  const auto dry = classify(true, {{0, 10.f, 1.5, 1.5}})[0];
  EXPECT_EQ(dry.hazard.a, 0);
  EXPECT_FALSE(dry.flags & render::feature_hazard_unknown);
}

TEST(Hazard, OutsideTheFieldNothingIsSaid) {
  const auto s = classify(false, {{0, 10.f, 7.5, 1.5}})[0];
  EXPECT_EQ(s.hazard.a, 0);
  EXPECT_EQ(s.flags, 0u);
}

TEST(Hazard, WaterThatTouchesCountsThoughMostIsElsewhere) {
  EXPECT_EQ(classify(false, {{0, 5.f, 1.5, 0.5}, {0, 95.f, 7.5, 1.5}})[0].hazard, (Rgba8{255, 183, 1, 255}));
}

}  // namespace
}  // namespace tenbo::runtime
