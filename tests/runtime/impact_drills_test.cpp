// What an impact makes of a layer that holds what is real and what is of an exercise: areas and houses that the test lays out, and figures
// worked out by hand from its drawing.
#include <gmock/gmock.h>

#include "../../engine/runtime/src/impact/report.h"
#include "tenbo/runtime/impact_drills.h"

namespace tenbo::runtime {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const geo::Instant early{1'900'000'000'000}, late{1'900'003'600'000};

// West to east, in hundredths of a degree:   0     1         2         3        4        5
//                                            | real| exercise| unknown |        |exercise|      and 6 to 7 the exercise's unknown
//                                            | 4   | 5       | (real)  |        | 4      |
// The real one is in force from `late` on, all others from `early` on.
std::shared_ptr<PluginOutput> layer(bool all_of_an_exercise) {
  auto out = std::make_shared<PluginOutput>();
  auto records = std::make_shared<geo::FeatureTable>();
  auto shapes = std::make_shared<PluginShapes>();
  shapes->classes = {{{255, 0, 0, 255}, false, 4, {"危険警報", "Danger"}}, {{200, 0, 255, 255}, true, 5, {"【訓練】特別警報", "[Exercise] Emergency"}},
                     {{90, 90, 90, 255}, true, -1, {"不明", "Not known"}}, {{90, 90, 90, 255}, true, -1, {"【訓練】不明", "[Exercise] Not known"}}};
  const auto area = [&](double west, double east, std::uint32_t shape_class, bool drill, geo::Instant from) {
    const auto row = records->add_feature("r" + std::to_string(records->size()), "area");
    records->add_text(row, "status", drill || all_of_an_exercise ? "訓練" : "通常");
    PluginShape s;
    s.kind = PluginShapeKind::area;
    s.row = row;
    s.shape_class = shape_class;
    s.from = from;
    s.first_ring = static_cast<std::uint32_t>(shapes->rings.size());
    s.rings = 1;
    shapes->rings.push_back({static_cast<std::uint32_t>(shapes->points.size()), 5, false});
    for (const auto& [x, y] : {std::pair{west, 0.0}, {east, 0.0}, {east, 1.0}, {west, 1.0}, {west, 0.0}}) shapes->points.push_back({138 + x / 100, 34 + y / 100, 0});
    shapes->shapes.push_back(s);
  };
  area(0, 1, 0, false, late);
  area(1, 2, 1, true, early);
  area(2, 3, 2, false, early);
  area(4, 5, 0, true, early);  // a class that the real one has, too
  area(6, 7, 3, true, early);
  out->records = records;
  out->shapes = shapes;
  out->actuality = Actuality::exercise;
  return out;
}

struct Case {
  LayerAssets assets;
  Case() {
    const std::vector<std::pair<double, double>> houses{{0.1, 0.4}, {0.8, 1.6}, {1.2, 1.4}, {6.2, 6.4}, {1.6, 2.2}, {4.2, 4.4}};
    for (std::uint32_t a = 0; a < houses.size(); ++a) {
      assets.ids.push_back("house" + std::to_string(a));
      assets.names.emplace_back();
      assets.group.push_back(0);
      assets.shapes.add_part(a, impact::Shape::area);
      for (const auto& [x, y] : {std::pair{houses[a].first, 0.4}, {houses[a].second, 0.4}, {houses[a].second, 0.6}, {houses[a].first, 0.6}}) assets.shapes.add_point(138 + x / 100, 34 + y / 100);
    }
    assets.shapes.count = static_cast<std::uint32_t>(houses.size());
    assets.groups = {""};
  }
  ImpactReport report(bool all_of_an_exercise, impact::Rule rule = impact::Rule::largest_share) {
    ImpactReport out;
    auto places = shape_places(layer(all_of_an_exercise), "warnings");
    EXPECT_TRUE(places.ok()) << places.error().text();
    if (!places) return out;
    JobSystem jobs{1};
    const auto overlaps = places->overlap(assets.shapes, jobs);
    EXPECT_TRUE(overlaps.ok());
    auto objects = std::make_shared<ImpactObjects>();
    objects->assets = std::make_shared<const LayerAssets>(assets);
    if (overlaps) {
      EXPECT_TRUE(make_report(*places, assets, *overlaps, {0, 1}, rule, "", jobs, out, objects.get()));
    }
    out.objects = objects;
    out.hazard.actuality = all_of_an_exercise ? Actuality::exercise : Actuality::part_exercise;
    return out;
  }
};
std::vector<std::string> labels(const ImpactReport& r) {
  std::vector<std::string> out;
  for (const auto& c : r.classes) out.push_back(c.label.ja);
  return out;
}
std::vector<std::string> listed(const ImpactReport& r) {
  std::vector<std::string> out;
  for (const auto& a : r.touched) out.push_back(a.id);
  return out;
}

TEST(ImpactDrills, AnExerciseNeverHidesWhatIsRealAndIsCountedApart) {
  Case c;
  for (const auto rule : {impact::Rule::largest_share, impact::Rule::anywhere}) {
    SCOPED_TRACE(impact::to_string(rule));
    const auto r = c.report(false, rule);
    EXPECT_THAT(labels(r), ElementsAre("【訓練】危険警報", "【訓練】特別警報", "危険警報")) << "level 5 of an exercise below level 4 of what is real";
    EXPECT_EQ(drill_classes(r), 2u);
    ASSERT_EQ(r.objects->classes.size(), 2u);
    // House 1 lies for three quarters in the exercise; house 4 partly where nobody knows; house 3 where the exercise does not know.
    EXPECT_THAT(r.objects->classes[0], ElementsAre(0, 2, 2, 0, impact::unknown, 1));
    EXPECT_THAT(r.objects->classes[1], ElementsAre(3, 3, 2, 0, impact::unknown, 1));
    EXPECT_THAT(r.objects->worst, ElementsAre(3, 3, 2, 0, impact::unknown, 1));
    EXPECT_THAT(r.objects->first, ElementsAre(1, 1, 0, ImpactObjects::never, ImpactObjects::never, 0)) << "by what is real, where anything is";
    EXPECT_EQ(r.sums[0].touched, 3);
    EXPECT_EQ(touched_in_drill(r, 0), 3);
    EXPECT_EQ(r.sums[1].touched, 4);
    EXPECT_EQ(touched_in_drill(r, 1), 2);
    EXPECT_EQ(r.whole.touched, 4);
    EXPECT_EQ(touched_in_drill(r, std::nullopt), 2);
    EXPECT_EQ(r.whole.unknown, 1);
    EXPECT_EQ(r.whole.untouched, 1);
    EXPECT_THAT(listed(r), ElementsAre("house0", "house1", "house2", "house5")) << "what is real first, though later";
    EXPECT_THAT(ranked(r, 0), ElementsAre(0, 1, 2, 5));
    const auto csv = impact_csv(r, false);
    EXPECT_THAT(csv, HasSubstr("[Exercise] Emergency,,1,1,1,features,,,,exercise\r\n"));
    EXPECT_THAT(csv, HasSubstr(",Danger,,2,2,2,features,,,,actual\r\n"));
  }
}

TEST(ImpactDrills, AnExerciseAloneIsCountedAsEver) {
  Case c;
  const auto r = c.report(true);
  EXPECT_THAT(labels(r), ElementsAre("危険警報", "【訓練】特別警報"));
  EXPECT_EQ(drill_classes(r), 0u);
  EXPECT_THAT(r.objects->classes[1], ElementsAre(1, 2, 2, impact::unknown, 2, 1)) << "the larger share, and its own unknown";
  EXPECT_EQ(r.sums[1].touched, 5);
  EXPECT_EQ(touched_in_drill(r, 1), 5);
  EXPECT_EQ(class_actuality(r, 1), Actuality::exercise);
}

}  // namespace
}  // namespace tenbo::runtime
