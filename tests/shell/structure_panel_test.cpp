// A structure's card and the list of doubtful bindings, against a fake engine: what they say, and what they ask for.
#include <gmock/gmock.h>

#include "desk.h"
#include "fake_engine.h"
#include "overlay_raster.h"
#include "tenbo/inspection/model.h"

namespace tenbo::shell {
namespace {

struct StructureEngine final : test::FakeEngine {
  std::shared_ptr<const inspection::Register> records;
  std::vector<runtime::BindingCard> doubtful;
  std::vector<std::string> said;
  std::optional<int> year;
  std::vector<runtime::StructureSensor> sensors;

  StructureEngine() {
    inspection::RegisterBuilder b;
    const inspection::Inspection seen[] = {{2014, 0, 0, runtime::Grade::II, 0}, {2019, 0, 0, runtime::Grade::III, 0}, {2024, 0, 0, runtime::Grade::III, 0}};
    inspection::StructureRow row;
    row.id = "BR-0012", row.name = "千鳥橋", row.kind = inspection::Kind::bridge;
    row.length = 61.5f, row.width = 9.2f, row.spans = 2, row.built = 1971;
    row.source = "市の点検台帳 2025";
    row.inspections = seen;
    b.add(row);
    inspection::Defect d;
    d.kind = inspection::DefectKind::corrosion, d.member = inspection::Member::main_girder, d.span = 1, d.element = b.intern("0101"), d.grade = 'e', d.year = 2024;
    d.along = 3, d.length = 1.2f, d.width = 0.4f, d.response = b.intern("C2"), d.note = b.intern("断面減少が見られる");
    b.add(d);
    d.kind = inspection::DefectKind::crack, d.member = inspection::Member::abutment, d.grade = 'c', d.length = 1.5f, d.width = 0.0004f, d.response = b.intern("B"), d.note = 0;
    b.add(d);
    records = b.finish();
    runtime::BindingCard card;
    card.layer = 3, card.structure = 7, card.layer_name = "bridges", card.key = "BR-0040", card.name = "雪見橋";
    card.surety = inspection::Surety::doubtful;
    card.choices = {{"brid_a", "雪見橋（上り）", "brid", {139.8, 35.7, 5}, 0.49f, 4, {inspection::Reason::near, inspection::Reason::part_of_name, inspection::Reason::rival}},
                    {"brid_b", "雪見橋（下り）", "brid", {139.8, 35.7, 5}, 0.48f, 6, {inspection::Reason::near, inspection::Reason::part_of_name, inspection::Reason::rival}}};
    doubtful = {card};
  }
  std::optional<runtime::StructureCard> structure_card() const override {
    if (!selected()) return std::nullopt;
    runtime::StructureCard card;
    card.pick = {3, 0, inspection::Member::main_girder, 1, "0101", 3, false, 0};
    card.records = records;
    card.generated = true;
    card.sensors = sensors;
    card.assumed = inspection::assumed_heading | inspection::assumed_height;
    card.state = inspection::state_by(*records, 0, year.value_or(9999));
    card.year = year;
    card.years = inspection::years_of(*records, 0);
    for (const auto& d : card.state.defects) card.defects.push_back({d.defect, d.change, true, 0});
    return card;
  }
  std::vector<runtime::BindingCard> binding_reviews() const override { return doubtful; }
  Status review_binding(std::uint32_t layer, std::uint32_t structure, const std::string& model, bool accepted, const std::string& by) override {
    said.push_back(std::to_string(layer) + " " + std::to_string(structure) + " " + model + (accepted ? " accepted " : " rejected ") + by);
    doubtful.clear();
    return {};
  }
  std::vector<int> inspection_years() const override { return inspection::years_of(*records); }
  std::optional<int> inspection_year() const override { return year; }
  void set_inspection_year(std::optional<int> y) override { year = y; }
};

struct StructurePanel : testing::Test {
  StructureEngine engine;
  runtime::TextTable words = std::move(runtime::TextTable::load(std::string(TENBO_SOURCE_DIR) + "/assets/lang")).value();
  Bindings bindings;
  Log log{LogLevel::error};
  std::unique_ptr<Desk> desk = std::make_unique<Desk>(engine, words, bindings, DeskHost{}, DeskOptions{}, log);
  glm::uvec2 size{1920, 1080};
  Desk::Frame last;
  test::Atlas atlas;  // only what is new is sent
  void frames(int n) {
    for (int i = 0; i < n; ++i) {
      desk->input(size, 0.05);
      last = desk->build(size, 1, 0.05);
    }
  }
  void picture(const std::string& name) {
    render::OverlayList list;
    runtime::draw_hud(last.hud, *engine.glyphs(), list);
    atlas.update(*engine.glyphs());
    Image image = test::backdrop(static_cast<int>(size.x), static_cast<int>(size.y));
    test::draw_overlay(list, atlas, image);
    test::draw_overlay(last.overlay, atlas, image);
    test::save_png(std::string(TENBO_BINARY_DIR) + "/shell_pictures/" + name + ".png", image);
  }
  void click(glm::vec2 at) {
    desk->post(MoveEvent{at});
    desk->post(ButtonEvent{MouseButton::left, true, at});
    frames(2);
    desk->post(ButtonEvent{MouseButton::left, false, at});
    frames(4);
  }
};

TEST_F(StructurePanel, Pictures) {
  for (const bool ja : {true, false}) {
    engine.set_language(ja ? runtime::Language::ja : runtime::Language::en);
    engine.select(test::FakeEngine::a_bridge());
    frames(12);
    EXPECT_FALSE(last.overlay.commands.empty());
    picture(ja ? "structure_ja" : "structure_en");
    engine.select(std::nullopt);
    desk->act(Action::review);
    frames(12);
    picture(ja ? "review_ja" : "review_en");
    desk->act(Action::review);
  }
  size = {3840, 1080};
  engine.select(test::FakeEngine::a_bridge());
  frames(12);
  picture("wall_structure_en");
}

// Each character is a quad: what is written more is drawn more.
TEST_F(StructurePanel, TheChartOfASensorHasItsNumbers) {
  runtime::StructureSensor s;
  s.id = "T-1", s.unit = "mm", s.value = 3, s.level = 0;
  s.card.title = "Tilt", s.card.value = "3 mm";
  s.card.line = {{0, 1}, {0.5, 2}, {1, 3}};
  s.card.levels = {{2.5, {255, 0, 0, 255}, "Warning  2.5 mm"}};
  s.card.from = "09-12 09:00", s.card.to = "09-13 09:00";
  const auto drawn = [&] {
    engine.sensors = {s};
    engine.select(test::FakeEngine::a_bridge());
    size = {1920, 2160};
    frames(12);
    return last.overlay.vertices.size();
  };
  const auto all = drawn();
  picture("structure_sensor_chart");
  s.card.levels[0].label.clear();
  const auto no_level = drawn();
  EXPECT_GE(all, no_level + 4 * 12) << "the threshold is named";
  s.unit.clear();
  EXPECT_GE(no_level, drawn() + 2 * 4 * 2) << "greatest and least have their unit";
  s.unit = "mm", s.card.from.clear(), s.card.to.clear();
  EXPECT_GE(no_level, drawn() + 4 * 18) << "from when to when";
}

TEST_F(StructurePanel, TheSliderShowsTheYearsBefore) {
  engine.select(test::FakeEngine::a_bridge());
  frames(10);
  const Rect& card = desk->ui().layout().right;
  ASSERT_FALSE(card.empty());
  EXPECT_FALSE(engine.inspection_year());
  for (float y = card.y0; y < card.y1 && !engine.inspection_year(); y += 12) click({card.x0 + card.width() * 0.1f, y});
  ASSERT_TRUE(engine.inspection_year());
  EXPECT_EQ(*engine.inspection_year(), 2014);  // the left end
}

TEST_F(StructurePanel, WhoReviewsSaysItByName) {
  desk->act(Action::review);
  frames(10);
  ASSERT_TRUE(desk->state().shows(Panel::review));
  desk->state().review.by = "K. Sato";
  const Rect card = desk->ui().layout().right;
  ASSERT_FALSE(card.empty());
  for (float y = card.y0 + 90; y < card.y1 && engine.said.empty(); y += 12) click({card.x0 + card.width() * 0.4f, y});
  ASSERT_FALSE(engine.said.empty());
  EXPECT_EQ(engine.said.front(), "3 7 brid_a accepted K. Sato");
  desk->act(Action::review);
  frames(2);
  EXPECT_FALSE(desk->state().shows(Panel::review));
}

}  // namespace
}  // namespace tenbo::shell
