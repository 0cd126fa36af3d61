// The card of a photograph with its camera, and the section plane's, against a fake engine: what they ask for.
#include <gmock/gmock.h>

#include <functional>

#include "desk.h"
#include "fake_engine.h"
#include "overlay_raster.h"

namespace tenbo::shell {
namespace {

struct CutEngine final : test::FakeEngine {
  bool photographed = false;
  std::shared_ptr<const Image> picture = [] {
    auto image = std::make_shared<Image>();
    image->width = 80, image->height = 60;
    image->rgba.assign(80 * 60 * 4, 180);
    return image;
  }();
  scene::Camera through = scene::look_at({139.80, 35.70, 40}, 200, 30, -20, 50);
  std::vector<scene::Camera> flown;

  void set_section(std::optional<scene::SectionSpec> section) override { scene_for_test().section = std::move(section); }
  std::optional<runtime::PhotoCard> photo_card() const override {
    if (!photographed || !selected()) return std::nullopt;
    runtime::PhotoCard card;
    card.layer = 3, card.feature = 0, card.name = "DJI_0012.JPG", card.date = "2026-04-01 09:30:00 +09:00", card.date_offset = true, card.camera = "DJI FC3411";
    card.place = "120.5 m", card.view = "30°, −20°", card.source = "市", card.aspect = 4.0 / 3, card.rolled = 3, card.through = through;
    return card;
  }
  runtime::Photograph camera_photograph(std::uint32_t, std::uint32_t) override { return {picture, {}}; }
  void fly_to(const scene::Camera& camera, double) override { flown.push_back(camera); }
};

struct CutPanels : testing::Test {
  CutEngine engine;
  runtime::TextTable words = std::move(runtime::TextTable::load(std::string(TENBO_SOURCE_DIR) + "/assets/lang")).value();
  Bindings bindings;
  Log log{LogLevel::error};
  std::unique_ptr<Desk> desk = std::make_unique<Desk>(engine, words, bindings, DeskHost{}, DeskOptions{}, log);
  glm::uvec2 size{1920, 1080};
  Desk::Frame last;
  test::Atlas atlas;
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
  // Touches the card from its top down until something has happened.
  bool touch(const std::function<bool()>& done, float from, float across) {
    const Rect card = desk->ui().layout().right;
    for (float y = card.y0 + from; y < card.y1 && !done(); y += 14) click({card.x0 + card.width() * across, y});
    return done();
  }
};

TEST_F(CutPanels, TheViewThroughACameraHoldsAllOfItsPicture) {
  engine.photographed = true;
  engine.select(test::FakeEngine::a_bridge());
  for (const bool ja : {true, false}) {
    engine.set_language(ja ? runtime::Language::ja : runtime::Language::en);
    frames(12);
    picture(ja ? "photo_ja" : "photo_en");
  }
  ASSERT_TRUE(touch([&] { return !engine.flown.empty() && engine.flown.back().lon == engine.through.lon; }, 90, 0.9f));
  EXPECT_EQ(engine.flown.back().heading, engine.through.heading);
  EXPECT_NEAR(engine.flown.back().fov, 50, 1e-9) << "a wide window is as high as the picture";
}

TEST_F(CutPanels, ThePlaneIsMadeMovedTurnedAndTakenAway) {
  desk->act(Action::section);
  frames(12);
  ASSERT_TRUE(desk->state().shows(Panel::section));
  ASSERT_TRUE(engine.scene().section) << "X cuts at once";
  const auto made = *engine.scene().section;
  ASSERT_TRUE(made.azimuth);
  EXPECT_NEAR(*made.azimuth, engine.camera().heading, 1e-6);
  for (const bool ja : {true, false}) {
    engine.set_language(ja ? runtime::Language::ja : runtime::Language::en);
    frames(12);
    picture(ja ? "section_ja" : "section_en");
  }
  const auto moved = [&] { return !engine.scene().section || engine.scene().section->lat != made.lat; };
  ASSERT_TRUE(touch(moved, 90, 0.25f)) << "nearer, on the left";
  ASSERT_TRUE(engine.scene().section);
  EXPECT_LT(engine.scene().section->lat, made.lat) << "one looks northwards, and it has come nearer";
  ASSERT_TRUE(touch([&] { return engine.scene().section->height.has_value(); }, 90, 0.75f)) << "level, on the right";
  EXPECT_FALSE(engine.scene().section->azimuth);
  ASSERT_TRUE(touch([&] { return !engine.scene().section.has_value(); }, 90, 0.75f)) << "no section any more";
  ASSERT_TRUE(touch([&] { return engine.scene().section.has_value(); }, 60, 0.5f)) << "again, by the button";
  desk->act(Action::clear);
  EXPECT_FALSE(desk->state().shows(Panel::section));
}

}  // namespace
}  // namespace tenbo::shell
