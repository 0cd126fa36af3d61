#include "../../engine/runtime/src/hazard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

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

// A rectangle of degrees: west, south, east, north.
struct Box {
  double w, s, e, n;
};
std::vector<render::FeatureStyle> classify(bool dry, const std::vector<Box>& boxes) {
  auto f = field(dry);
  JobSystem jobs(2);
  auto footprints = std::make_shared<Footprints>();
  footprints->count = 1;
  for (const auto& b : boxes) {
    footprints->add_part(0, impact::Shape::area);
    for (const auto& [lon, lat] : {std::pair(b.w, b.s), std::pair(b.e, b.s), std::pair(b.e, b.n), std::pair(b.w, b.n)}) footprints->add_point(lon, lat);
  }
  PreparedOverlaps prepared;
  prepared.field = f.field;
  prepare(prepared, *footprints, jobs);
  EXPECT_TRUE(prepared.done);
  const auto slice = *f.field->slice(0);
  std::vector<render::FeatureStyle> styles(1);
  classify_buildings(f, *slice, classify_cells(f, *slice), prepared.overlaps, {10.f}, styles, jobs);
  return styles;
}

TEST(Hazard, TheLargestOverlapWins) {
  const auto s = classify(false, {{0.2, 0.3, 0.4, 1.3}})[0];
  EXPECT_EQ(s.hazard, (Rgba8{255, 216, 1, 255}));
  EXPECT_FLOAT_EQ(s.hazard_height, 11.f);  // 10 m of ground and 1 m of water
}

TEST(Hazard, ATieGoesToTheDeeper) {
  EXPECT_EQ(classify(false, {{0.2, 1.2, 0.4, 1.4}, {1.2, 0.2, 1.4, 0.4}})[0].hazard, (Rgba8{255, 183, 1, 255}));
}

TEST(Hazard, UnknownIsNotDry) {
  const auto unknown = classify(false, {{1.2, 1.2, 1.4, 1.4}})[0];
  EXPECT_EQ(unknown.hazard.a, 0);
  EXPECT_TRUE(unknown.flags & render::feature_hazard_unknown);
  const auto dry = classify(true, {{1.2, 1.2, 1.4, 1.4}})[0];
  EXPECT_EQ(dry.hazard.a, 0);
  EXPECT_FALSE(dry.flags & render::feature_hazard_unknown);
}

TEST(Hazard, OutsideTheFieldNothingIsSaid) {
  const auto s = classify(false, {{7.2, 1.2, 7.4, 1.4}})[0];
  EXPECT_EQ(s.hazard.a, 0);
  EXPECT_EQ(s.flags, 0u);
}

TEST(Hazard, WaterThatTouchesCountsThoughMostIsElsewhere) {
  EXPECT_EQ(classify(false, {{1.9, 0.2, 3.9, 0.4}})[0].hazard, (Rgba8{255, 183, 1, 255}));
}

// A sample at each roof's middle, as there was before, says 4 m of the first and 1 m of the second; by area it is the other way round.
TEST(Hazard, AreaCountsAndNotWhereTheMiddleLies) {
  EXPECT_EQ(classify(false, {{0.1, 0.1, 0.9, 0.9}, {1.01, 0.01, 1.1, 0.1}})[0].hazard, (Rgba8{255, 216, 1, 255}));
  EXPECT_EQ(classify(false, {{0.89, 0.2, 1.13, 0.4}})[0].hazard, (Rgba8{255, 183, 1, 255})) << "46 % in 1 m, 54 % in 4 m";
  EXPECT_FLOAT_EQ(classify(false, {{0.89, 0.2, 1.13, 0.4}})[0].hazard_height, 14.f);
}

TEST(Hazard, FootprintsThatNoWayLeadsFromHaveNoClass) {
  auto f = field(false);
  JobSystem jobs(1);
  const auto slice = *f.field->slice(0);
  std::vector<render::FeatureStyle> styles(1);
  styles[0].hazard = {1, 2, 3, 255};
  classify_buildings(f, *slice, classify_cells(f, *slice), {}, {10.f}, styles, jobs);
  EXPECT_EQ(styles[0].hazard.a, 0);
  EXPECT_EQ(styles[0].flags, 0u);
}

}  // namespace
}  // namespace tenbo::runtime
