// The priority list at the desk: it is ranked while it is open, follows the time and the sliders, flies and draws, and writes its table.
#include <gmock/gmock.h>

#include <fstream>

#include "panel_desk.h"

namespace tenbo::shell {
namespace {

using testing::Contains;

// Four bridges in a field of two steps: at the second one the water reaches the first two. Roads: a block with a way round for bridge A alone.
// `english`: of the column name_en of the first two.
std::shared_ptr<const runtime::PriorityBase> a_base(const runtime::TimeState& time, std::vector<std::string> names = {"𠮷野橋（新町通り）", "髙﨑大橋"}, std::vector<std::string> english = {}) {
  auto output = std::make_shared<runtime::PluginOutput>();
  auto table = std::make_shared<geo::FeatureTable>();
  auto base = std::make_shared<runtime::PriorityBase>();
  const auto add = [&](const char* id, const char* name, double lon, runtime::Grade grade, int year, float traffic) {
    runtime::Structure s;
    s.feature = table->add_feature(id, "bridge");
    s.id = id, s.name = name, s.lon = lon, s.lat = 35.7, s.grade = grade, s.year = year ? std::optional(year) : std::nullopt;
    output->structures.push_back(s);
    inspection::PriorityFacts f{grade, year};
    f.traffic = traffic;
    f.source = "市の点検台帳 2025";
    base->facts.push_back(f);
  };
  add("A", names[0].c_str(), 139.8005, runtime::Grade::II, 2024, 50'000);
  add("B", names[1].c_str(), 139.8100, runtime::Grade::IV, 2023, inspection::unknown_length);
  add("C", "千鳥橋", 139.8200, runtime::Grade::III, 2019, 1'200);
  add("D", "朝凪橋", 139.8300, runtime::Grade::not_inspected, 0, 9'000);
  for (std::uint32_t i = 0; i < english.size(); ++i) table->add_text(i, "name_en", english[i]);
  output->records = table;
  base->structures = output;
  base->spec.structures = "bridges";
  base->spec.hazards = {"flood"};
  base->spec.roads.layer = "roads";
  base->spec.roads.speed = "speed";
  runtime::PriorityHazard h;
  h.layer = "flood";
  h.about.title = {"千鳥川 洪水予測", "Chidori flood forecast"};
  h.about.source = "千鳥川河川事務所";
  h.about.issued = time.steps[6];
  h.about.classes = {{{"0.5m未満", "below 0.5 m"}, 0.5}, {{"0.5〜3m", "0.5-3 m"}, 1.0}};
  auto report = std::make_shared<runtime::ImpactReport>();
  auto objects = std::make_shared<runtime::ImpactObjects>();
  objects->times = {time.steps[9], time.steps[15]};
  objects->classes = {{0, 0, 0, impact::unknown}, {1, 2, 0, impact::unknown}};
  report->objects = objects;
  h.report = report;
  h.asset = {0, 1, 2, 3};
  h.source.issue_time = time.steps[6];
  base->hazards.push_back(h);
  const std::vector<std::vector<geo::GeoPoint>> lines{{{139.8, 35.7}, {139.801, 35.7}}, {{139.801, 35.7}, {139.803, 35.703}, {139.8, 35.703}, {139.8, 35.7}}, {{139.809, 35.7}, {139.811, 35.7}}};
  std::vector<inspection::RoadLine> roads;
  for (std::uint32_t i = 0; i < lines.size(); ++i) roads.push_back({i, lines[i], 40});
  base->roads = std::make_shared<const inspection::RoadNetwork>(inspection::RoadNetwork::build(roads, 1));
  return base;
}

struct PriorityPanel : test::PanelDesk {
  PriorityPanel() : PanelDesk("priority") {}
  void open() {
    engine.scene_for_test().priority.structures = "bridges";
    engine.priority_state.base = a_base(engine.time());
    key(GLFW_KEY_F7);
    settle();
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto& row : desk->state().priority.report->rows) out.push_back(desk->state().priority.report->structure(row).id);
    return out;
  }
};

TEST_F(PriorityPanel, FollowsTheTimeAndTheSliders) {
  frames(4);
  EXPECT_FALSE(engine.priority_wanted);
  open();
  EXPECT_TRUE(engine.priority_wanted);
  ASSERT_TRUE(desk->state().priority.report);
  // step 9 is shown: the water comes in an hour (6 steps of 10 min) to A and B; nobody knows of D; C is dry. Scores by the table of the guide:
  // B 1 x 12/13 x 0.5, D 0.6 x 0.5 x log(9001)/log(50001), A 0.3 x 0.5 x 12/13 x 1
  EXPECT_THAT(ids(), testing::ElementsAre("B", "D", "A"));
  EXPECT_NEAR(desk->state().priority.report->rows[0].priority.score, 100 * 12.0 / 13 * 0.5, 1e-6);
  EXPECT_EQ(desk->state().priority.report->structures, 4u);
  engine.time_for_test().now = engine.time().steps[20];
  settle();
  EXPECT_NEAR(desk->state().priority.report->rows[0].priority.score, 50, 1e-9) << "it is there";
  desk->state().priority.weights = inspection::PriorityWeights{1, 0, 0, 12};
  desk->state().priority.touched = false;
  settle();
  EXPECT_THAT(ids(), testing::ElementsAre("B", "C", "D", "A")) << "by condition alone: 1, 0.85 (overdue), 0.6, 0.3";
  desk->state().priority.poor = true;
  settle();
  EXPECT_THAT(ids(), testing::ElementsAre("B", "C", "D"));
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().shows(Panel::priority));
  EXPECT_FALSE(engine.priority_wanted) << "nobody looks: nothing is worked out";
}

TEST_F(PriorityPanel, ARowFliesThereAndShowsItsWayRound) {
  open();
  desk->state().priority.weights = inspection::PriorityWeights{0, 0, 1, 12};
  settle();
  ASSERT_EQ(ids().front(), "A");
  const auto& row = desk->state().priority.report->rows[0];
  ASSERT_TRUE(row.detour);
  EXPECT_EQ(row.detour->around, inspection::Around::found);
  EXPECT_GT(row.detour->extra_seconds, 0);
  const auto plain = last.overlay.vertices.size();
  desk->state().priority.go_to = 0;
  frames(3);
  EXPECT_THAT(engine.calls, Contains("fly"));
  EXPECT_THAT(engine.calls, Contains("select bridges A"));
  EXPECT_EQ(desk->state().priority.chosen, 0u);
  EXPECT_GT(last.overlay.vertices.size(), plain);
  desk->state().priority.go_to = 0;
  frames(3);
  EXPECT_FALSE(desk->state().priority.chosen) << "a second press lets go";
}

// The rows of a list with name_en are drawn, letter by letter, as those of a list whose names are these; in Japanese they are not.
TEST_F(PriorityPanel, NamesAreInTheLanguageOfTheGlass) {
  const auto drawn = [&](std::vector<std::string> names, std::vector<std::string> english) {
    engine.priority_state.base = a_base(engine.time(), std::move(names), std::move(english));
    settle();
    std::vector<float> out;
    for (const auto& v : last.overlay.vertices) out.insert(out.end(), {v.x, v.y, v.u, v.v});
    return out;
  };
  open();
  engine.set_language(runtime::Language::en);
  settle();
  const auto japanese_alone = drawn({"甲橋", "乙橋"}, {}), with_column = drawn({"甲橋", "乙橋"}, {"Yoshino Bridge", "Takasaki Bridge"}), plain = drawn({"Yoshino Bridge", "Takasaki Bridge"}, {});
  EXPECT_EQ(with_column, plain);
  EXPECT_NE(with_column, japanese_alone);
  engine.set_language(runtime::Language::ja);
  settle();
  EXPECT_EQ(drawn({"甲橋", "乙橋"}, {"Yoshino Bridge", "Takasaki Bridge"}), drawn({"甲橋", "乙橋"}, {}));
}

TEST_F(PriorityPanel, TheTableGoesIntoAFile) {
  std::filesystem::remove_all(folder);
  open();
  desk->state().priority.out = PriorityTool::Out::csv;
  settle();
  std::filesystem::path written;
  for (const auto& e : std::filesystem::directory_iterator(folder)) written = e.path();
  std::ifstream in(written);
  std::string head, first;
  std::getline(in, head);
  std::getline(in, first);
  EXPECT_THAT(head, testing::StartsWith("\xEF\xBB\xBFrank,score,id,name,kind,grade,inspected,overdue"));
  EXPECT_THAT(first, testing::StartsWith("1,46.15,B,髙﨑大橋,,IV,2023,no,1.0000"));
}

TEST_F(PriorityPanel, NothingNamedOrNothingKnownIsSaid) {
  key(GLFW_KEY_F7);
  frames(6);
  EXPECT_FALSE(desk->state().priority.report) << "the scene has no list";
  engine.scene_for_test().priority.structures = "bridges";
  engine.priority_state.error = "the layer \"bridges\" could not be read";
  frames(6);
  EXPECT_FALSE(desk->state().priority.report);
}

struct Shot {
  const char* name;
  glm::uvec2 size;
  bool japanese, night, chosen;
};
class PriorityPictures : public PriorityPanel, public testing::WithParamInterface<Shot> {};

TEST_P(PriorityPictures, AreDrawnForSomebodyToLookAt) {
  const Shot& shot = GetParam();
  size = shot.size;
  engine.set_language(shot.japanese ? runtime::Language::ja : runtime::Language::en);
  desk->state().night = shot.night;
  open();
  if (shot.chosen) desk->state().priority.go_to = 0;
  settle();
  draw(std::string("priority_") + shot.name);
  EXPECT_FALSE(last.overlay.commands.empty());
}

INSTANTIATE_TEST_SUITE_P(All, PriorityPictures,
                         testing::Values(Shot{"ja", {1920, 1080}, true, false, true}, Shot{"wall_en", {3840, 1080}, false, true, true}, Shot{"small_en", {1024, 768}, false, false, false}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace tenbo::shell
