// The panels of alarms and feeds, and the sound, at a desk with a fake engine.
#include <gmock/gmock.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "desk.h"
#include "fake_engine.h"
#include "sound.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {
namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct AlarmDesk : testing::Test {
  test::FakeEngine engine;
  runtime::TextTable words = std::move(runtime::TextTable::load(std::string(TENBO_SOURCE_DIR) + "/assets/lang")).value();
  Bindings bindings;
  Log log{LogLevel::error};
  std::vector<int> sounds;
  std::unique_ptr<Desk> desk = make();
  glm::uvec2 size{1920, 1080};

  std::unique_ptr<Desk> make() {
    DeskHost host;
    host.sound = [this](int level) { sounds.push_back(level); };
    return std::make_unique<Desk>(engine, words, bindings, host, DeskOptions{}, log);
  }
  void frames(int n) {
    for (int i = 0; i < n; ++i) {
      desk->input(size, 0.05);
      desk->build(size, 1, 0.05);
    }
  }
  void key(int k) {
    desk->post(KeyEvent{k, true, false, false, false});
    desk->post(KeyEvent{k, false, false, false, false});
    frames(8);
  }
  void click(glm::vec2 at) {
    desk->post(MoveEvent{at});
    frames(2);
    desk->post(ButtonEvent{MouseButton::left, true, at});
    desk->post(ButtonEvent{MouseButton::left, false, at});
    frames(4);
  }
  void type(std::string_view text) {
    for (std::size_t pos = 0; pos < text.size();) desk->post(CharEvent{next_code_point(text, pos)});
    frames(3);
  }
};

TEST_F(AlarmDesk, AnAlarmSoundsOnceAsLoudAsTheWorst) {
  frames(2);
  EXPECT_THAT(sounds, IsEmpty());
  engine.raise_alarms();
  frames(5);
  EXPECT_THAT(sounds, ElementsAre(4));
}

TEST_F(AlarmDesk, ASceneOfAMuseumIsSilentUntilSomebodySwitchesItOn) {
  engine.scene_for_test().alarm_sound = false;
  engine.scene_for_test().path = "museum.json";
  engine.raise_alarms();
  frames(3);
  EXPECT_THAT(sounds, IsEmpty());
  desk->state().alarms.sound = true;
  engine.raise_alarms();
  frames(3);
  EXPECT_THAT(sounds, ElementsAre(4));
}

TEST_F(AlarmDesk, KeysOpenThePanelsAndEscapeClosesThem) {
  engine.raise_alarms();
  engine.name_feeds();
  key(GLFW_KEY_F4);
  EXPECT_TRUE(desk->state().shows(Panel::alarms));
  key(GLFW_KEY_F5);
  EXPECT_TRUE(desk->state().shows(Panel::feeds));
  EXPECT_FALSE(desk->state().shows(Panel::alarms)) << "one at a time";
  key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(desk->state().shows(Panel::feeds));
}

// Where things are: the right column begins with the heading and the name; rows follow, the worst first.
TEST_F(AlarmDesk, AnAlarmIsFlownToAndAcknowledgedByName) {
  engine.raise_alarms();
  desk->act(Action::alarms);
  desk->state().probe = false;
  frames(10);
  const Rect r = desk->ui().layout().right;
  const float row = r.y0 + 168;  // in the first row, of several lines of text
  click({r.x0 + 120, row});
  EXPECT_THAT(engine.calls, Contains("fly"));
  EXPECT_NEAR(engine.camera().lon, 139.79, 0.1);
  const glm::vec2 check{r.x1 - 12 - 22, row};
  click(check);
  EXPECT_THAT(engine.calls, Not(Contains(testing::StartsWith("acknowledge")))) << "nobody has said who";
  desk->state().alarms.by = "当直 山田";
  click(check);
  EXPECT_THAT(engine.calls, Contains("acknowledge dyke by 当直 山田"));
  EXPECT_EQ(engine.open_alarms(), 2u);
  click(check);
  EXPECT_THAT(engine.calls, Contains("acknowledge gauge by 当直 山田")) << "the name is remembered";
}

TEST_F(AlarmDesk, InThePastNothingIsAcknowledged) {
  engine.raise_alarms();
  engine.name_feeds();
  engine.set_clock(live::Clock::Mode::stopped, 1);
  desk->act(Action::alarms);
  desk->state().alarms.by = "当直 山田";
  desk->state().probe = false;
  frames(10);
  const Rect r = desk->ui().layout().right;
  for (float y = r.y0 + 60; y < r.y0 + 400; y += 22) click({r.x1 - 34, y});
  EXPECT_EQ(engine.open_alarms(), 3u);
}

TEST_F(AlarmDesk, TheTimeBarHasTheClockAndTheWayBack) {
  frames(8);
  const float without = desk->ui().layout().time_bar.x0;
  engine.name_feeds();
  engine.set_clock(live::Clock::Mode::stopped, 1);
  engine.calls.clear();
  frames(8);
  const Rect bar = desk->ui().layout().time_bar;
  EXPECT_EQ(bar.x0, without);
  const float x = bar.x0 + 4 * 44 + 13 * 8 + 12 + 70;  // after the transport and its speed
  click({x, bar.y1 - 4 - 22});
  EXPECT_THAT(engine.calls, Contains("clock"));
  EXPECT_EQ(engine.clock().mode, live::Clock::Mode::real);
  // The list: its fifth line is replay x60.
  click({x, bar.y0 + 4 + 22});
  frames(4);
  EXPECT_EQ(engine.clock().mode, live::Clock::Mode::real) << "opened, not chosen";
  // It stands above its box, for below it the window ends: six lines of a finger each, within a padding of 1.25 units.
  const float foot = bar.y0 + 4 - 2 - 10;
  click({x, foot - 20 - 44});
  EXPECT_EQ(engine.clock().mode, live::Clock::Mode::replayed);
  EXPECT_DOUBLE_EQ(engine.clock().speed, 60);
}

// RIFF/WAVE as Microsoft and IBM specified it in 1991: sizes in the head, samples within 16 bits.
TEST(AlarmTone, IsAWaveOfAtMostTwoSeconds) {
  std::size_t before = 0;
  for (const int level : {0, 2, 3, 4, 5}) {
    const auto wave = alarm_tone(level);
    ASSERT_GT(wave.size(), 44u);
    const auto u32 = [&](std::size_t at) {
      std::uint32_t v = 0;
      std::memcpy(&v, wave.data() + at, 4);
      return v;
    };
    EXPECT_EQ(std::memcmp(wave.data(), "RIFF", 4), 0);
    EXPECT_EQ(u32(4), wave.size() - 8);
    EXPECT_EQ(u32(24), 44'100u);
    EXPECT_EQ(u32(40), wave.size() - 44);
    EXPECT_LT((static_cast<double>(wave.size()) - 44) / 2 / 44'100, 2.0);
    std::int16_t first = 1, most = 0;
    std::memcpy(&first, wave.data() + 44, 2);
    EXPECT_EQ(first, 0) << "no click";
    for (std::size_t at = 44; at + 1 < wave.size(); at += 2) {
      std::int16_t s = 0;
      std::memcpy(&s, wave.data() + at, 2);
      most = std::max(most, s);
    }
    EXPECT_GT(most, 5'000);
    EXPECT_LT(most, 16'000) << "not at full scale";
    EXPECT_GE(wave.size(), before) << "worse is longer";
    before = wave.size();
  }
}

TEST(Sound, GoesToAPlayerThatWorksAndWithoutOneIsSilent) {
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / "tmp/sound";
  fs::remove_all(dir);
  fs::create_directories(dir);
  EXPECT_TRUE(sound_players({dir}).empty());
  Sound none(sound_players({dir}));
  EXPECT_FALSE(none.possible());
  none.play(5);
  const auto script = [&](const char* name, const std::string& body) {
    std::ofstream(dir / name) << "#!/bin/sh\n" << body << "\n";
    fs::permissions(dir / name, fs::perms::owner_all);
  };
  script("pw-play", "exit 1");  // there, and no server runs
  script("aplay", "cp \"$2\" '" + (dir / "heard.tmp").string() + "' && mv '" + (dir / "heard.tmp").string() + "' '" + (dir / "heard.wav").string() + "'");
  const auto players = sound_players({dir});
  ASSERT_EQ(players.size(), 2u);
  EXPECT_EQ(players[0].filename(), "pw-play");
  Sound sound(players);
  sound.play(3);
  for (int i = 0; i < 2000 && !fs::exists(dir / "heard.wav"); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_TRUE(fs::exists(dir / "heard.wav"));
  EXPECT_EQ(fs::file_size(dir / "heard.wav"), alarm_tone(3).size());
}

}  // namespace
}  // namespace tenbo::shell
