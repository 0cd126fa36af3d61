// The whole desk against a fake engine: events in, engine calls and pictures out.
#include "desk.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "fake_engine.h"
#include "ledger_sample.h"
#include "overlay_raster.h"
#include "tenbo/base/process.h"
#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

using testing::Contains;
using testing::StartsWith;

struct DeskTest : testing::Test {
  test::FakeEngine engine;
  runtime::TextTable words = std::move(runtime::TextTable::load(std::string(TENBO_SOURCE_DIR) + "/assets/lang")).value();
  Bindings bindings;
  Log log{LogLevel::error};
  std::string clipboard;
  int fullscreens = 0;
  std::unique_ptr<Desk> desk = make();
  glm::uvec2 size{1920, 1080};
  Desk::Frame last;

  std::unique_ptr<Desk> make() {
    DeskHost host;
    host.toggle_fullscreen = [this] { ++fullscreens; };
    host.clipboard = [this] { return clipboard; };
    host.set_clipboard = [this](const std::string& t) { clipboard = t; };
    return std::make_unique<Desk>(engine, words, bindings, host, DeskOptions{std::string(TENBO_BINARY_DIR) + "/shell_test_screenshots"}, log);
  }
  void frames(int n, double dt = 0.05) {
    for (int i = 0; i < n; ++i) {
      desk->input(size, dt);
      last = desk->build(size, 1, dt);
    }
  }
  void key(int k, bool ctrl = false, bool shift = false) {
    desk->post(KeyEvent{k, true, false, ctrl, shift});
    desk->post(KeyEvent{k, false, false, ctrl, shift});
    if (ctrl) desk->post(KeyEvent{GLFW_KEY_LEFT_CONTROL, false});
    frames(2);
  }
  void type(std::string_view text) {
    for (std::size_t pos = 0; pos < text.size();) desk->post(CharEvent{next_code_point(text, pos)});
    frames(2);
  }
  void click(glm::vec2 at, MouseButton button = MouseButton::left) {
    desk->post(MoveEvent{at});
    desk->post(ButtonEvent{button, true, at});
    desk->post(ButtonEvent{button, false, at});
    frames(4);
  }
  void drag(glm::vec2 from, glm::vec2 to, MouseButton button) {
    desk->post(MoveEvent{from});
    desk->post(ButtonEvent{button, true, from});
    for (int i = 1; i <= 5; ++i) desk->post(MoveEvent{from + (to - from) * (static_cast<float>(i) / 5)});
    desk->post(ButtonEvent{button, false, to});
    frames(6);
  }
  glm::vec2 middle() const {
    const Rect& f = desk->ui().layout().free;
    return {std::floor((f.x0 + f.x1) / 2), std::floor(f.y0 + f.height() * 0.6f)};
  }
};

TEST_F(DeskTest, KeysAskForWhatTheGuideSays) {
  frames(8);
  key(GLFW_KEY_L);
  EXPECT_EQ(engine.language(), runtime::Language::en);
  key(GLFW_KEY_N);
  EXPECT_TRUE(engine.night);
  key(GLFW_KEY_T);
  EXPECT_EQ(engine.water_mode(), render::WaterMode::classes);
  key(GLFW_KEY_SPACE);
  EXPECT_TRUE(engine.time().playing);
  key(GLFW_KEY_SPACE);
  EXPECT_FALSE(engine.time().playing);
  const auto before = *engine.time().now;
  key(GLFW_KEY_RIGHT);
  EXPECT_EQ(engine.time().now->ms, before.ms + 600'000);
  key(GLFW_KEY_LEFT);
  EXPECT_EQ(*engine.time().now, before);
  key(GLFW_KEY_Z, true);
  EXPECT_THAT(engine.calls, Contains("undo"));
  key(GLFW_KEY_Z, true, true);
  EXPECT_THAT(engine.calls, Contains("redo"));
  key(GLFW_KEY_HOME);
  EXPECT_THAT(engine.calls, Contains("fly"));
  key(GLFW_KEY_B);
  EXPECT_THAT(engine.calls, Contains(StartsWith("bookmark")));
  key(GLFW_KEY_F11);
  EXPECT_EQ(fullscreens, 1);
  key(GLFW_KEY_F1);
  EXPECT_TRUE(desk->state().help);
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().help);
}

TEST_F(DeskTest, PlayAtTheEndBeginsAgain) {
  frames(2);
  engine.time_for_test().now = engine.time().steps.back();
  key(GLFW_KEY_SPACE);
  EXPECT_TRUE(engine.time().playing);
  EXPECT_EQ(*engine.time().now, engine.time().steps.front());
}

TEST_F(DeskTest, AClickSelectsAndEscapeLetsGo) {
  frames(8);
  engine.next_pick = test::FakeEngine::a_bridge();
  click(middle());
  ASSERT_TRUE(engine.selected());
  EXPECT_EQ(engine.selected()->feature_id, "brid_4f1c2a90-1");
  frames(8);
  EXPECT_FALSE(desk->ui().layout().right.empty());
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(engine.selected());
}

TEST_F(DeskTest, ADoubleClickFlies) {
  frames(8);
  const glm::vec2 at = middle();
  click(at);
  frames(1, 0.01);
  click(at);
  EXPECT_THAT(engine.calls, Contains("fly"));
}

TEST_F(DeskTest, ADoubleTapOfAShakyFingerFliesThoughFramesAreSlow) {
  frames(8);
  const glm::vec2 at = middle();
  double t = 100;
  for (const glm::vec2 tap : {at, at + glm::vec2(14, -9)}) {
    desk->post(ButtonEvent{MouseButton::left, true, tap, false, t += 0.05});
    desk->post(ButtonEvent{MouseButton::left, false, tap, false, t += 0.1});
  }
  frames(6, 1.0);
  EXPECT_THAT(engine.calls, Contains("fly"));
}

TEST_F(DeskTest, AFingerThatStaysPinsAndOneThatLeavesSelects) {
  frames(8);
  const glm::vec2 at = middle();
  desk->post(ButtonEvent{MouseButton::left, true, at});
  frames(11);  // 0.55 s
  EXPECT_FALSE(desk->state().pin);
  frames(2);
  ASSERT_TRUE(desk->state().pin);
  EXPECT_FALSE(desk->ui().layout().right.empty()) << "the probe's card is shown";
  desk->post(ButtonEvent{MouseButton::left, false, at});
  frames(2);
  EXPECT_THAT(engine.calls, testing::Not(Contains("pick"))) << "it was no click";
  const auto pinned = *desk->state().pin;
  desk->post(MoveEvent{at + glm::vec2(200, 50)});
  frames(2);
  EXPECT_EQ(desk->state().ground->lon, pinned.lon) << "the probe stays with the pin";
  click(at, MouseButton::right);
  EXPECT_FALSE(desk->state().pin) << "once more on the pin lets go";
  click(at + glm::vec2(60, 0), MouseButton::right);
  EXPECT_TRUE(desk->state().pin);
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().pin);
  // A press and its release within one slow frame are a click, however long the frame took.
  desk->post(ButtonEvent{MouseButton::left, true, at});
  desk->post(ButtonEvent{MouseButton::left, false, at});
  frames(3, 2.0);
  EXPECT_FALSE(desk->state().pin);
  EXPECT_THAT(engine.calls, Contains("pick"));
}

TEST_F(DeskTest, TheButtonsMoveTheCameraWithOneFinger) {
  frames(8);
  const Rect nav = desk->ui().layout().nav;
  ASSERT_FALSE(nav.empty());
  const auto tap = [&](int i) {
    click({nav.x0 + nav.width() / 2, nav.y0 + 4 + 44 * (static_cast<float>(i) + 0.5f)});
    frames(12);
  };
  const scene::Camera start = engine.camera();
  tap(0);
  EXPECT_LT(engine.camera().height, start.height);
  tap(1);
  EXPECT_NEAR(engine.camera().height, start.height, 0.02 * start.height) << "out again by as much";
  tap(3);
  EXPECT_LT(engine.camera().pitch, start.pitch - 5);
  tap(2);
  EXPECT_NEAR(engine.camera().pitch, start.pitch, 1);
  tap(5);
  EXPECT_GT(engine.camera().heading, start.heading + 8);
  tap(4);
  EXPECT_NEAR(engine.camera().heading, start.heading, 1);
  tap(6);
  EXPECT_THAT(engine.calls, Contains("fly"));
  EXPECT_NEAR(std::remainder(engine.camera().heading, 360), 0, 0.01);
  // Held, it goes on.
  const scene::Camera before = engine.camera();
  desk->post(ButtonEvent{MouseButton::left, true, {nav.x0 + 22, nav.y0 + 26}});
  frames(40);
  EXPECT_LT(engine.camera().height, 0.3 * before.height);
  desk->post(ButtonEvent{MouseButton::left, false, {nav.x0 + 22, nav.y0 + 26}});
  frames(12);
  EXPECT_FALSE(desk->busy());
}

TEST_F(DeskTest, TwoFingersMoveTheMapWithAlt) {
  frames(8);
  const scene::Camera start = engine.camera();
  desk->post(ScrollEvent{{1, 1}, middle(), false, false, true});
  frames(2);
  EXPECT_NE(engine.camera().lon, start.lon);
  EXPECT_EQ(engine.camera().heading, start.heading);
}

// The time bar says both axes and opens the card; its buttons choose issue and future.
TEST_F(DeskTest, TheTimeBarOpensTheForecast) {
  engine.forecast_for_test();
  frames(8);
  const Rect bar = desk->ui().layout().time_bar;
  click({bar.x0 + 340, bar.y0 + bar.height() / 2});
  ASSERT_TRUE(desk->state().shows(Panel::forecast)) << "the words beside the transport are a button";
  EXPECT_EQ(desk->state().forecast.layer, 1u);
  frames(8);
  const Rect card = desk->ui().layout().right;
  ASSERT_FALSE(card.empty());
  // Down three columns of the card, half a finger a step: each button that is a finger high is hit, wherever it stands.
  for (const float x : {0.1f, 0.5f, 0.8f, 0.92f})
    for (float y = card.y0 + 110; y < card.y0 + 560; y += 22) {
      (void)engine.show(1, {"latest", "mean", std::nullopt, false});
      click({card.x0 + card.width() * x, y});
    }
  const auto asked = [&](const std::string& call) { return std::count(engine.calls.begin(), engine.calls.end(), call); };
  EXPECT_GT(asked("show latest p10"), 0);
  EXPECT_GT(asked("show latest max"), 0);
  EXPECT_GT(asked("show latest probability >= 0.5"), 0) << "a probability is of reaching something";
  EXPECT_GT(asked("show latest mean changed"), 0);
  EXPECT_GT(asked("show latest mean >= 3"), 0) << "plus goes to the next class of the palette";
  EXPECT_GT(asked("show " + geo::format_utc(engine.layers()[0].forecast->issues[1]) + " mean"), 0) << "one issue earlier";
  desk->state().forecast.layer = 3;
  frames(2);
  for (float y = card.y0 + 150; y < card.y0 + 360; y += 22) click({card.x0 + card.width() * 0.4f, y});
  EXPECT_THAT(engine.calls, Contains("fly")) << "the list of areas flies to one that rose";
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().shows(Panel::forecast));
}

TEST_F(DeskTest, AFingerMovesTheLayerList) {
  for (int i = 0; i < 30; ++i) {
    engine.layers_for_test().push_back(engine.layers_for_test().front());
    engine.layers_for_test().back().id = static_cast<std::uint32_t>(100 + i);
  }
  frames(12);
  const Rect left = desk->ui().layout().left;
  const auto shown = [&] {
    std::vector<float> out;
    for (const auto& v : last.overlay.vertices) out.push_back(v.y);
    return out;
  };
  const auto before = shown();
  drag({left.x0 + 150, left.y0 + 400}, {left.x0 + 150, left.y0 + 150}, MouseButton::left);
  EXPECT_NE(shown(), before);
  EXPECT_TRUE(desk->state().unfolded.empty()) << "what the finger began on is not pressed";
}

TEST_F(DeskTest, TheScreenshotHoldsWhatIsDrawnOnTheMap) {
  frames(8);
  ASSERT_TRUE(desk->screenshot().ok());
  EXPECT_TRUE(engine.drawn.vertices.empty());
  desk->act(Action::measure);
  desk->state().measure.points = {{139.795, 35.700, 5}, {139.805, 35.706, 30}};
  frames(2);
  const auto path = desk->screenshot();
  ASSERT_TRUE(path.ok());
  const auto line = engine.drawn.vertices.size();
  EXPECT_GT(line, 100u);
  click(middle(), MouseButton::right);
  ASSERT_TRUE(desk->screenshot().ok());
  EXPECT_GT(engine.drawn.vertices.size(), line);
  std::filesystem::remove_all(path->parent_path());
}

TEST_F(DeskTest, DragsMoveTheCameraAndDoNotSelect) {
  frames(8);
  const scene::Camera start = engine.camera();
  drag(middle(), middle() + glm::vec2(120, 40), MouseButton::left);
  EXPECT_NE(engine.camera().lon, start.lon);
  EXPECT_EQ(engine.camera().heading, start.heading);
  EXPECT_THAT(engine.calls, testing::Not(Contains("pick")));
  const scene::Camera panned = engine.camera();
  drag(middle(), middle() + glm::vec2(60, 0), MouseButton::middle);
  EXPECT_NE(engine.camera().heading, panned.heading);
  const scene::Camera turned = engine.camera();
  drag(middle(), middle() + glm::vec2(0, 80), MouseButton::right);
  EXPECT_LT(engine.camera().height, turned.height);
  const scene::Camera zoomed = engine.camera();
  desk->post(ScrollEvent{{0, 2}, middle()});
  frames(2);
  EXPECT_LT(engine.camera().height, zoomed.height);
}

TEST_F(DeskTest, PanelsKeepTheMouseToThemselves) {
  frames(8);
  const scene::Camera start = engine.camera();
  const Rect& left = desk->ui().layout().left;
  const glm::vec2 inside{left.x0 + 60, left.y1 - 30};
  desk->post(ScrollEvent{{0, 3}, inside});
  drag(inside, middle(), MouseButton::left);
  click(inside);
  EXPECT_EQ(engine.camera().lon, start.lon);
  EXPECT_EQ(engine.camera().height, start.height);
  EXPECT_THAT(engine.calls, testing::Not(Contains("pick")));
}

TEST_F(DeskTest, HeldKeysWalkUntilReleasedOrTheWindowLosesThem) {
  frames(4);
  const scene::Camera start = engine.camera();
  desk->post(KeyEvent{GLFW_KEY_W, true});
  frames(2);
  EXPECT_TRUE(desk->busy());
  EXPECT_NE(engine.camera().lat, start.lat);
  desk->post(KeyEvent{GLFW_KEY_W, false});
  frames(1);
  const scene::Camera there = engine.camera();
  frames(3);
  EXPECT_EQ(engine.camera().lat, there.lat);
  desk->post(KeyEvent{GLFW_KEY_W, true});
  desk->post(LeaveEvent{});
  frames(1);
  const scene::Camera left = engine.camera();
  frames(3);
  EXPECT_EQ(engine.camera().lat, left.lat);
}

TEST_F(DeskTest, TypingFindsAndLettersDoNothingElse) {
  frames(8);
  key(GLFW_KEY_F, true);
  frames(2);
  ASSERT_TRUE(desk->ui().typing());
  desk->post(KeyEvent{GLFW_KEY_L, true});
  type("Ⅰ-Ⅳ ℃ ㎥ ≥ 髙 﨑 𠮷");
  EXPECT_EQ(engine.language(), runtime::Language::ja) << "L is a letter here";
  EXPECT_EQ(desk->state().find_text, "Ⅰ-Ⅳ ℃ ㎥ ≥ 髙 﨑 𠮷") << "what is typed is what is asked, in all planes";
  frames(6);
  EXPECT_EQ(desk->state().found.size(), 2u);
  // Out through the clipboard and in again.
  key(GLFW_KEY_A, true);
  key(GLFW_KEY_C, true);
  EXPECT_EQ(clipboard, "Ⅰ-Ⅳ ℃ ㎥ ≥ 髙 﨑 𠮷");
  clipboard = "𠮷野橋 \xEE\x80\x80";
  key(GLFW_KEY_V, true);
  EXPECT_EQ(desk->state().find_text, clipboard);
  key(GLFW_KEY_ENTER);
  frames(4);
  EXPECT_THAT(engine.calls, Contains("fly"));
}

TEST_F(DeskTest, BackspaceTakesOneCharacterOfAnyPlane) {
  frames(4);
  key(GLFW_KEY_F, true);
  type("橋𠮷");
  key(GLFW_KEY_BACKSPACE);
  EXPECT_EQ(desk->state().find_text, "橋");
}

TEST_F(DeskTest, DroppedFilesOpen) {
  desk->post(DropEvent{{"/tmp/a.tif", "/tmp/b.gml"}});
  frames(1);
  EXPECT_EQ(engine.added.size(), 2u);
}

TEST_F(DeskTest, TheTrackSetsTheTime) {
  frames(8);
  const Rect bar = desk->ui().layout().time_bar;
  const auto before = *engine.time().now;
  const glm::vec2 at{bar.x0 + bar.width() * 0.8f, bar.y0 + 0.5f * 8 + (bar.height() - 8) * 0.55f};
  drag(at, at + glm::vec2(50, 0), MouseButton::left);
  EXPECT_GT(*engine.time().now, before);
  EXPECT_THAT(engine.calls, Contains("time"));
}

TEST_F(DeskTest, MeasuringCollectsPointsAndDrawsTheLine) {
  frames(8);
  key(GLFW_KEY_M);
  click(middle());
  frames(12);
  click(middle() + glm::vec2(100, 60));
  EXPECT_EQ(desk->state().measure.points.size(), 2u);
  EXPECT_FALSE(engine.selected());
  EXPECT_FALSE(desk->state().measure.profile.empty());
  key(GLFW_KEY_ESCAPE);
  EXPECT_TRUE(desk->state().measure.points.empty());
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().shows(Panel::measure));
}

TEST_F(DeskTest, MarksAreKeptBesideTheScene) {
  const auto dir = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "desk_markup";
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  engine.scene_for_test().path = dir / "city.json";
  frames(2);
  key(GLFW_KEY_K);
  ASSERT_TRUE(desk->state().shows(Panel::markup));
  desk->state().markup.author = "当直";
  desk->state().markup.kind = MarkKind::line;
  frames(8);
  engine.next_pick = runtime::Picked{};
  engine.next_pick->position = {139.80, 35.70, 3};
  click(middle());
  desk->act(Action::markup_add);
  EXPECT_TRUE(desk->state().markup.marks.empty()) << "one point is no line";
  engine.next_pick->position = {139.81, 35.705, 4};
  click(middle() + glm::vec2(100, 60));
  EXPECT_FALSE(engine.selected());
  desk->state().markup.note = "通行止め";
  desk->act(Action::markup_add);
  frames(2);
  ASSERT_EQ(desk->state().markup.marks.size(), 1u);
  EXPECT_TRUE(desk->state().markup.points.empty());

  // GDAL's own tool, as others would read it
  const auto ran = run_child("/usr/bin/ogrinfo", {"-al", "-q", (dir / "city.markup.gpkg").string()}, {});
  ASSERT_TRUE(ran);
  const std::string said(reinterpret_cast<const char*>(ran->output.data()), ran->output.size());
  EXPECT_EQ(ran->exit_code, 0) << ran->error_tail;
  for (const char* word : {"通行止め", "当直", "kind (String) = line", "139.8 35.7 3,139.81 35.705 4"}) EXPECT_NE(said.find(word), std::string::npos) << word << "\n" << said;

  // what another desk draws meanwhile is not lost
  auto other = read_markup(dir / "city.markup.gpkg");
  ASSERT_TRUE(other);
  ASSERT_EQ(other->marks.size(), 1u);
  EXPECT_EQ(other->marks[0], desk->state().markup.marks[0]);
  other->marks.push_back({MarkKind::point, {{139.7, 35.6, 0}}, "本部", "対策室", geo::Instant{1'700'000'000'000}});
  ASSERT_TRUE(write_markup(dir / "city.markup.gpkg", other->marks));
  desk->state().markup.kind = MarkKind::area;
  for (const auto& p : {geo::GeoPoint{139.80, 35.70, 0}, {139.81, 35.70, 0}, {139.81, 35.71, 0}}) desk->state().markup.points.push_back(p);
  desk->act(Action::markup_add);
  ASSERT_EQ(desk->state().markup.marks.size(), 3u);
  desk->state().markup.remove = 0;
  frames(1);
  ASSERT_EQ(desk->state().markup.marks.size(), 2u);
  desk->act(Action::undo);  // what was removed comes back, in its place and in the file
  EXPECT_EQ(read_markup(dir / "city.markup.gpkg")->marks.size(), 3u);
  ASSERT_EQ(desk->state().markup.marks.size(), 3u);
  EXPECT_EQ(desk->state().markup.marks[0].note, "通行止め");
  desk->state().markup.remove = 0;
  frames(1);
  desk = make();  // the next day
  frames(2);
  ASSERT_EQ(desk->state().markup.marks.size(), 2u);
  EXPECT_EQ(desk->state().markup.marks[0].note, "本部");
  EXPECT_EQ(desk->state().markup.marks[1].points.size(), 3u) << "a closed ring is not closed twice";
}

TEST_F(DeskTest, CtrlEnterAddsTheMarkWhileItsNoteIsTyped) {
  const auto dir = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "desk_markup_typed";
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  engine.scene_for_test().path = dir / "city.json";
  frames(2);
  key(GLFW_KEY_K);
  auto& tool = desk->state().markup;
  tool.author = "A";
  frames(10);
  const Rect card = desk->ui().layout().right;
  for (float y = card.y0 + 420; y > card.y0 + 130 && tool.note.empty(); y -= 12) {  // up the card: the author's field, then the note's
    click({card.x0 + card.width() * 0.6f, y});
    if (desk->ui().typing()) type("x");
  }
  ASSERT_EQ(tool.note, "x");
  ASSERT_TRUE(desk->ui().typing());
  tool.kind = MarkKind::point;
  tool.points = {{139.8, 35.7, 0}};
  key(GLFW_KEY_ENTER, true);
  frames(4);
  ASSERT_EQ(tool.marks.size(), 1u);
  EXPECT_EQ(tool.marks[0].note, "x");
  EXPECT_EQ(tool.note, "") << "the field does not put it back";
  EXPECT_FALSE(desk->ui().typing());
}

TEST_F(DeskTest, WhatIsNoMarkUpIsNotWrittenOver) {
  const auto dir = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "desk_markup_broken";
  std::filesystem::create_directories(dir);
  std::ofstream(dir / "city.markup.gpkg") << "not a GeoPackage";
  engine.scene_for_test().path = dir / "city.json";
  frames(2);
  desk->act(Action::markup);
  frames(1);
  EXPECT_FALSE(desk->state().shows(Panel::markup));
  EXPECT_FALSE(desk->state().toasts.empty());
  desk->state().open(Panel::markup);
  desk->state().markup.points = {{139.8, 35.7, 0}};
  desk->state().markup.author = "x";
  desk->act(Action::markup_add);
  std::ifstream back(dir / "city.markup.gpkg");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(back), {}), "not a GeoPackage");
}

TEST_F(DeskTest, TheScreenshotIsAPngOfTheWindowsSize) {
  frames(1);
  const auto path = desk->screenshot();
  ASSERT_TRUE(path.ok()) << path.error().text();
  EXPECT_TRUE(std::filesystem::exists(*path));
  const auto second = desk->screenshot();
  EXPECT_NE(*path, *second) << "two in one second are two files";
  std::filesystem::remove(*path);
  std::filesystem::remove(*second);
}

runtime::LedgerPair a_pair(const runtime::TimeState& time) {
  runtime::LedgerPair p;
  p.spec = {"flood", "buildings", "町丁目", "", ""};
  p.hazard = "千鳥川 洪水予測";
  p.assets = "建築物";
  p.report = test::sample_report(time.steps[6], 600'000);
  p.hazard_source = p.report->hazard;
  return p;
}

TEST_F(DeskTest, TheLedgersRowShowsItsObjectsAndFollowsTheTime) {
  engine.pairs = {a_pair(engine.time())};  // its step 3 is what is shown
  frames(2);
  EXPECT_FALSE(engine.ledger_wanted);
  key(GLFW_KEY_I);
  EXPECT_TRUE(engine.ledger_wanted);
  frames(8);
  ASSERT_TRUE(desk->state().ledger.report);
  const auto settle = [&] {
    for (int i = 0; i < 500 && desk->busy(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      frames(1);
    }
    frames(2);
  };
  desk->state().ledger.row = LedgerRow{2, std::nullopt, false};
  frames(1);
  settle();
  ASSERT_TRUE(engine.marked);
  EXPECT_THAT(*engine.marked, testing::ElementsAre("bldg_0", "bldg_1", "bldg_2", "bldg_3"));
  engine.time_for_test().now = engine.time().steps[8];  // step 2
  frames(1);
  settle();
  EXPECT_THAT(*engine.marked, testing::ElementsAre("bldg_0", "bldg_1"));
  desk->state().ledger.go_to = 3;
  frames(1);
  EXPECT_THAT(engine.calls, Contains("select buildings bldg_3"));
  EXPECT_THAT(engine.calls, Contains("fly"));
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(engine.marked) << "lets go of the row";
  EXPECT_TRUE(desk->state().shows(Panel::ledger));
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().shows(Panel::ledger));
  EXPECT_FALSE(engine.ledger_wanted) << "nobody looks: nothing is counted";
}

TEST_F(DeskTest, AToolStandsBeforeThePanelThatIsOpenAndGivesItBack) {
  key(GLFW_KEY_I);
  key(GLFW_KEY_M);
  EXPECT_EQ(desk->state().tool, Panel::measure);
  EXPECT_TRUE(desk->state().shows(Panel::ledger)) << "it goes on counting";
  key(GLFW_KEY_Y);
  EXPECT_EQ(desk->state().tool, Panel::style) << "one tool in hand";
  key(GLFW_KEY_ESCAPE);
  EXPECT_EQ(desk->state().tool, Panel::none);
  EXPECT_EQ(desk->state().panel, Panel::ledger);
  key(GLFW_KEY_M);
  key(GLFW_KEY_F7);
  EXPECT_EQ(desk->state().tool, Panel::none) << "what is asked for is seen";
  EXPECT_EQ(desk->state().panel, Panel::priority);
}

TEST_F(DeskTest, TheLedgersTablesGoIntoFiles) {
  engine.pairs = {a_pair(engine.time())};
  desk->act(Action::ledger);
  frames(4);
  desk->state().ledger.out = LedgerTool::Out::csv;
  frames(1);
  for (int i = 0; i < 500 && desk->state().ledger.writing; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    frames(1);
  }
  ASSERT_FALSE(desk->state().toasts.empty());
  std::filesystem::path written;
  for (const auto& e : std::filesystem::directory_iterator(std::string(TENBO_BINARY_DIR) + "/shell_test_screenshots"))
    if (e.path().filename().string().starts_with("impact-flood-buildings-")) written = e.path();
  ASSERT_FALSE(written.empty());
  std::ifstream file(written);
  std::string line;
  int lines = 0;
  while (std::getline(file, line)) ++lines;
  EXPECT_EQ(lines, 1 + static_cast<int>(engine.pairs[0].report->rows.size()));
  std::filesystem::remove(written);
}

TEST_F(DeskTest, AtRestNothingIsWanted) {
  frames(12);
  EXPECT_FALSE(desk->busy());
  engine.layers_for_test()[3].progress = -1;  // loading, nobody knows how far
  frames(1);
  EXPECT_TRUE(desk->busy());
}

TEST_F(DeskTest, AFullPageOfGlyphsStartsTheFontsOver) {
  frames(2);
  const auto before = engine.glyphs()->generation();
  for (char32_t c = 0x4E00; c < 0x9F00 && engine.glyphs()->generation() == before; ++c) engine.glyphs()->glyph(c, 60, true);
  ASSERT_NE(engine.glyphs()->generation(), before);
  frames(2);
  EXPECT_FALSE(last.overlay.vertices.empty());
}

TEST_F(DeskTest, EveryWordExistsInBothLanguages) {
  EXPECT_EQ(words.keys(runtime::Language::ja), words.keys(runtime::Language::en));
  for (std::size_t a = 0; a < action_count; ++a) {
    const std::string key = std::string("action.") + to_string(static_cast<Action>(a));
    EXPECT_NE(words.tr(key, runtime::Language::en), key);
  }
}

// Pictures to look at, and the bounds of what is drawn: no triangle index out of range, panels inside the picture.
struct Shot { const char* name; glm::uvec2 size; float scale; bool japanese, night; int scene; };
class DeskPictures : public DeskTest, public testing::WithParamInterface<Shot> {};

TEST_P(DeskPictures, Draws) {
  const Shot shot = GetParam();
  size = shot.size;
  engine.set_language(shot.japanese ? runtime::Language::ja : runtime::Language::en);
  desk->state().user_scale = shot.scale;
  if (shot.night) desk->act(Action::night);
  if (shot.scene == 1) engine.select(test::FakeEngine::a_bridge());
  if (shot.scene == 2) {
    desk->act(Action::measure);
    desk->state().measure.points = {{139.795, 35.700, 5}, {139.805, 35.706, 30}, {139.812, 35.699, 9}};
  }
  if (shot.scene == 3) {
    desk->state().open(Panel::style);
    desk->state().style.layer = 2;
    scene::LayerStyle style;
    style.attribute = "bldg:measuredHeight";
    engine.set_style(2, style);
  }
  if (shot.scene == 6) {
    desk->act(Action::markup);
    auto& m = desk->state().markup;
    m.author = "当直 山田";
    m.note = "通行止め、迂回路あり";
    m.kind = MarkKind::area;
    m.points = {{139.795, 35.700, 5}, {139.805, 35.706, 30}, {139.812, 35.699, 9}};
    m.marks = {{MarkKind::point, {{139.79, 35.705, 5}}, "現地対策本部", "対策室", geo::Instant{1'763'683'200'000}},
               {MarkKind::line, {{139.78, 35.700, 5}, {139.79, 35.698, 5}}, "", "消防 第二", geo::Instant{1'763'684'100'000}}};
  }
  if (shot.scene == 7 || shot.scene == 8) {
    engine.raise_alarms();
    engine.name_feeds();
    desk->act(shot.scene == 7 ? Action::alarms : Action::feeds);
    desk->state().alarms.by = "当直 山田";
    if (shot.scene == 8) engine.set_clock(live::Clock::Mode::replayed, 60);
  }
  if (shot.scene >= 20) {
    engine.pairs = {a_pair(engine.time())};
    desk->act(Action::ledger);
    desk->state().ledger.tab = static_cast<LedgerTab>(shot.scene - 20);
    if (shot.scene == 20) desk->state().ledger.row = LedgerRow{2, 1u, false};
  }
  if (shot.scene >= 10 && shot.scene <= 12) {
    engine.forecast_for_test();
    desk->state().open(Panel::forecast);
    desk->state().forecast.layer = shot.scene == 11 ? 3 : 1;
    if (shot.scene == 12) (void)engine.show(1, {geo::format_utc(engine.layers()[0].forecast->issues[1]), "7", 0.5, true});
  }
  if (shot.scene == 4) desk->act(Action::help);
  if (shot.scene == 5) {
    desk->state().find_text = "橋";
    desk->state().find_open = true;
    desk->state().bookmarks = true;
    desk->state().unfolded = {2, 3};
    desk->state().say("画像を保存しました: screenshots/tenbo-20261121-093000.png");
    desk->state().say("shelters.geojson: line 3: not valid JSON", true);
  }
  frames(1);
  desk->post(MoveEvent{middle()});
  frames(12);
  for (const auto& c : last.overlay.commands)
    for (std::uint32_t i = 0; i < c.index_count; ++i)
      ASSERT_LT(last.overlay.indices[c.first_index + i] + c.vertex_offset, last.overlay.vertices.size());
  EXPECT_FALSE(last.overlay.commands.empty());

  render::OverlayList list;
  runtime::draw_hud(last.hud, *engine.glyphs(), list);
  test::Atlas atlas;
  atlas.update(*engine.glyphs());
  Image image = test::backdrop(static_cast<int>(size.x), static_cast<int>(size.y));
  test::draw_overlay(list, atlas, image);
  test::draw_overlay(last.overlay, atlas, image);
  test::save_png(std::string(TENBO_BINARY_DIR) + "/shell_pictures/" + shot.name + ".png", image);
}

INSTANTIATE_TEST_SUITE_P(All, DeskPictures,
                         testing::Values(Shot{"card_ja", {1920, 1080}, 1, true, false, 1}, Shot{"measure_en", {1920, 1080}, 1, false, false, 2},
                                         Shot{"wall_style_ja", {3840, 1080}, 1, true, false, 3}, Shot{"portrait_card_ja", {1080, 1920}, 1, true, false, 1},
                                         Shot{"small_card_en", {1024, 768}, 1, false, false, 1}, Shot{"help_ja", {1920, 1080}, 1, true, false, 4},
                                         Shot{"menus_night_ja", {1920, 1080}, 1, true, true, 5}, Shot{"plain_en", {1920, 1080}, 1, false, false, 0},
                                         Shot{"alarms_ja", {1920, 1080}, 1, true, false, 7}, Shot{"alarms_wall_en", {3840, 1080}, 1, false, true, 7},
                                         Shot{"feeds_en", {1920, 1080}, 1, false, false, 8}, Shot{"feeds_wall_ja", {3840, 1080}, 1, true, false, 8},
                                         Shot{"alarms_small_en", {1024, 768}, 1, false, false, 7}, Shot{"feeds_portrait_ja", {1080, 1920}, 1, true, true, 8},
                                         Shot{"markup_ja", {1920, 1080}, 1, true, false, 6}, Shot{"large_en", {1920, 1080}, 1.5f, false, false, 1},
                                         Shot{"ledger_ja", {1920, 1080}, 1, true, false, 20}, Shot{"ledger_first_en", {1920, 1080}, 1, false, false, 21},
                                         Shot{"wall_ledger_rank_ja", {3840, 1080}, 1, true, false, 22}, Shot{"wall_ledger_en", {3840, 1080}, 1, false, true, 20},
                                         Shot{"ledger_basis_en", {1920, 1080}, 1, false, false, 23}, Shot{"small_ledger_rank_en", {1024, 768}, 1, false, false, 22},
                                         Shot{"forecast_ja", {1920, 1080}, 1, true, false, 10}, Shot{"areas_en", {1920, 1080}, 1, false, false, 11},
                                         Shot{"wall_forecast_en", {3840, 1080}, 1, false, false, 12}, Shot{"portrait_forecast_ja", {1080, 1920}, 1, true, false, 12},
                                         Shot{"small_forecast_ja", {1024, 768}, 1, true, true, 10},
                                         Shot{"double_ja", {1920, 1080}, 2, true, false, 5}, Shot{"double_wall_en", {3840, 1080}, 2, false, false, 1}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace tenbo::shell
