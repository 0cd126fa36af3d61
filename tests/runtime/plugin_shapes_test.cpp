// Shapes from plugin to host (tests/plugins/cases_shapes.cpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tenbo/base/file.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PluginShapesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("plugin_shapes_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::unique_ptr<PluginLayer> publisher(const std::string& what, const std::string& file = "") {
    std::vector<std::pair<std::string, std::string>> parameters{{"case", what}};
    if (!file.empty()) parameters.emplace_back("files", file);
    auto l = host_->create_layer("publisher", parameters);
    EXPECT_TRUE(l) << l.error().text();
    host_->settle(30s);
    return l ? std::move(*l) : nullptr;
  }
  std::vector<geo::GeoPoint> ring(const PluginShapes& s, const PluginShape& shape, std::uint32_t i) const {
    const auto& r = s.rings[shape.first_ring + i];
    return {s.points.begin() + r.first, s.points.begin() + r.first + r.count};
  }
  fs::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<PluginHost> host_ = PluginHost::create({{fs::path(TENBO_BINARY_DIR) / "tests/plugins"}, 20s}, jobs_, log_);
};

TEST_F(PluginShapesTest, ArriveAsTheyWerePublished) {
  const auto l = publisher("shapes");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->shapes && o->records);
  EXPECT_EQ(o->actuality, Actuality::actual);
  EXPECT_EQ(o->headline, "高いところへ");
  EXPECT_THAT(o->notes, ElementsAre("訂正: 震度を改めた"));
  EXPECT_TRUE(o->warnings.empty());
  EXPECT_EQ(o->records->size(), 5u);
  EXPECT_EQ(geo::to_text(o->records->value(4, "name")), "nowhere");
  const auto& s = *o->shapes;
  EXPECT_EQ(s.legend_title, "Warnings");
  ASSERT_EQ(s.classes.size(), 3u);
  EXPECT_EQ(s.classes[0].label.ja, "注意");
  EXPECT_EQ(s.classes[0].label.en, "Advisory");
  EXPECT_EQ(s.classes[1].level, 4);
  EXPECT_TRUE(s.classes[2].hatched);
  EXPECT_EQ(s.classes[2].level, -1);
  EXPECT_EQ(s.classes[1].colour, (Rgba8{255, 40, 0, 200}));
  ASSERT_EQ(s.shapes.size(), 5u);

  const auto& area = s.shapes[0];
  EXPECT_EQ(area.kind, PluginShapeKind::area);
  EXPECT_EQ(area.shape_class, 1u);
  ASSERT_EQ(area.rings, 3u);
  EXPECT_EQ(ring(s, area, 0).size(), 4u);  // the corner that closed it is said once
  EXPECT_FALSE(s.rings[area.first_ring].hole);
  EXPECT_TRUE(s.rings[area.first_ring + 1].hole);
  EXPECT_FALSE(s.rings[area.first_ring + 2].hole);  // beside it
  EXPECT_TRUE(area.shown_at(std::nullopt));
  EXPECT_FALSE(area.shown_at(geo::Instant{1'699'999'999'999}));
  EXPECT_TRUE(area.shown_at(geo::Instant{1'700'000'000'000}));
  EXPECT_FALSE(area.shown_at(geo::Instant{1'700'003'600'000}));

  EXPECT_EQ(s.shapes[1].label, "coast");
  EXPECT_EQ(ring(s, s.shapes[1], 0).size(), 3u);
  EXPECT_EQ(s.shapes[2].height, -30'000);
  EXPECT_EQ(s.shapes[4].kind, PluginShapeKind::none);
  EXPECT_DOUBLE_EQ(s.extent.west, 139);
  EXPECT_DOUBLE_EQ(s.extent.east, 141.5);
  EXPECT_DOUBLE_EQ(s.extent.north, 36);

  ASSERT_TRUE(s.shapes[3].front);
  const auto& f = *s.shapes[3].front;
  EXPECT_FALSE(f.radius_at({1'699'999'999'999}));
  EXPECT_EQ(f.radius_at({1'700'000'000'000}), 0);
  EXPECT_EQ(f.radius_at({1'700'000'005'000}), 30'000);
  EXPECT_EQ(f.radius_at({1'700'000'015'000}), 75'000);
  EXPECT_EQ(f.radius_at({1'700'000'020'000}), 90'000);
  EXPECT_FALSE(f.radius_at({1'700'000'020'001}));
}

TEST_F(PluginShapesTest, AnExerciseAndATestSaySo) {
  EXPECT_EQ(publisher("shapes_exercise")->output()->actuality, Actuality::exercise);
  EXPECT_EQ(publisher("shapes_test")->output()->actuality, Actuality::test);
}

TEST_F(PluginShapesTest, WhatHasNoPlaceIsListedWithoutOne) {
  for (const auto& [what, said, shape] : {std::tuple{"shapes_nan_corner", "1 shapes have no usable place", 0}, {"shapes_nan_point", "1 shapes have no usable place", 2},
                                          {"shapes_line_of_one", "1 shapes have no usable place", 1}, {"shapes_front_nowhere", "1 shapes have no usable place", 3}}) {
    const auto l = publisher(what);
    ASSERT_EQ(l->state(), PluginState::ready) << what << ": " << l->error().text();
    EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr(said))) << what;
    EXPECT_EQ(l->output()->shapes->shapes[static_cast<std::size_t>(shape)].kind, PluginShapeKind::none) << what;
    EXPECT_EQ(l->output()->records->size(), 5u);
  }
  EXPECT_THAT(publisher("shapes_nan_height")->output()->warnings, ElementsAre(HasSubstr("1 points have no usable height")));
  EXPECT_THAT(publisher("shapes_never")->output()->warnings, ElementsAre(HasSubstr("1 shapes end before they begin")));
  EXPECT_THAT(publisher("shapes_broken_label")->output()->warnings, ElementsAre(HasSubstr("UTF-8")));
}

TEST_F(PluginShapesTest, GeometryOfAReadersRowsIsWhole) {
  // Row 0: two polygons, the first with a hole; row 1: a point, which is no area.
  const auto file = dir_ / "areas.geojson";
  std::ofstream(file) << R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"code":"1310100"},"geometry":{"type":"MultiPolygon","coordinates":[
      [[[139,35],[140,35],[140,36],[139,36],[139,35]],[[139.4,35.4],[139.4,35.6],[139.6,35.6],[139.6,35.4],[139.4,35.4]]],
      [[[141,35],[141.1,35],[141.1,35.1],[141,35]]]]}},
    {"type":"Feature","properties":{"code":"1310200"},"geometry":{"type":"Point","coordinates":[139,35]}}]})";
  const auto l = publisher("shapes_from_reader", file.string());
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  EXPECT_EQ(geo::to_text(o->records->value(1, "code")), "1310200");
  const auto& s = *o->shapes;
  ASSERT_EQ(s.shapes.size(), 4u);
  ASSERT_EQ(s.shapes[0].rings, 3u);
  EXPECT_EQ(ring(s, s.shapes[0], 0).size(), 4u);
  EXPECT_TRUE(s.rings[s.shapes[0].first_ring + 1].hole);
  EXPECT_FALSE(s.rings[s.shapes[0].first_ring + 2].hole);
  ASSERT_EQ(s.shapes[1].rings, 3u);  // the edges, closed
  EXPECT_EQ(ring(s, s.shapes[1], 0).size(), 5u);
  EXPECT_EQ(ring(s, s.shapes[1], 0).front().lon, ring(s, s.shapes[1], 0).back().lon);
  ASSERT_EQ(s.shapes[2].rings, 1u);
  EXPECT_NEAR(ring(s, s.shapes[2], 0)[0].lon, 139.5, 1e-6);  // the largest polygon's middle
  EXPECT_EQ(s.shapes[3].kind, PluginShapeKind::none);
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("1 shapes have no usable place")));
  const auto beyond = publisher("shapes_row_beyond", file.string());
  EXPECT_EQ(beyond->state(), PluginState::failed);
  EXPECT_THAT(beyond->error().text(), HasSubstr("shapes[3].reader_row"));
}

struct Wrong {
  const char* what;
  const char* said;
};
std::string name_of(const ::testing::TestParamInfo<Wrong>& wrong) { return wrong.param.what; }
void PrintTo(const Wrong& w, std::ostream* out) { *out << w.what; }

class WrongShapes : public PluginShapesTest, public ::testing::WithParamInterface<Wrong> {};
TEST_P(WrongShapes, FailTheirLayerWithAMessage) {
  const auto l = publisher(std::string("shapes_") + GetParam().what);
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), AllOf(HasSubstr("plugin publisher"), HasSubstr(GetParam().said)));
  EXPECT_FALSE(l->output());
}
INSTANTIATE_TEST_SUITE_P(
    Cases, WrongShapes,
    ::testing::Values(Wrong{"null", "tenbo_shapes is NULL"}, Wrong{"size_0", "tenbo_shapes.size"}, Wrong{"null_about", "about is NULL"}, Wrong{"wrong_status", "about.status"},
                      Wrong{"headline_not_utf8", "about.headline"}, Wrong{"null_notes", "about.notes"}, Wrong{"title_not_utf8", "legend_title"},
                      Wrong{"classes_huge", "class_count"}, Wrong{"null_classes", "classes is NULL"}, Wrong{"class_without_label", "classes[1]"},
                      Wrong{"wrong_level", "classes[1].level"}, Wrong{"wrong_pattern", "classes[2].pattern"}, Wrong{"null_records", "records is NULL"},
                      Wrong{"null_shapes", "shapes is NULL"}, Wrong{"shapes_huge", "shape_count"}, Wrong{"uneven_sizes", "shapes[3].size"},
                      Wrong{"wrong_kind", "shapes[0].kind"}, Wrong{"wrong_class", "shapes[0].shape_class"}, Wrong{"wrong_row", "shapes[4].row"},
                      Wrong{"without_place", "neither by lon_lat"}, Wrong{"two_places", "both lon_lat"}, Wrong{"stray_handle", "shapes[0].from_reader"},
                      Wrong{"no_points", "shapes[0].point_count"}, Wrong{"points_huge", "shapes[0].point_count"}, Wrong{"point_of_two", "shapes[2].point_count"},
                      Wrong{"null_rings", "shapes[0].ring_starts"}, Wrong{"rings_huge", "shapes[0].ring_count"}, Wrong{"first_ring_not_0", "ring_starts[0]"},
                      Wrong{"rings_not_ascending", "ring_starts[2]"}, Wrong{"ring_beyond_points", "ring_starts[2]"}, Wrong{"mad_from", "shapes[0].from"},
                      Wrong{"mad_flag", "shapes[0].has_until"}, Wrong{"null_label", "shapes[1].label"}, Wrong{"null_front", "shapes[3].front is NULL"},
                      Wrong{"front_of_one", "front.count"}, Wrong{"front_huge", "front.count"}, Wrong{"front_not_ascending", "seconds[2]"},
                      Wrong{"front_nan_radius", "metres[1]"}, Wrong{"front_negative", "metres[0]"}, Wrong{"front_null_radii", "front.metres"},
                      Wrong{"front_mad_start", "front.start"}),
    name_of);

}  // namespace
}  // namespace tenbo::runtime
