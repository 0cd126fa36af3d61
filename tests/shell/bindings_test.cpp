#include "tenbo/shell/bindings.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <gmock/gmock.h>

#include <fstream>

namespace tenbo::shell {
namespace {

using testing::HasSubstr;

TEST(Bindings, DefaultsAreThoseOfTheGuide) {
  const Bindings b;
  const std::pair<Chord, Action> expected[] = {
      {{GLFW_KEY_HOME}, Action::home},         {{GLFW_KEY_F1}, Action::help},       {{GLFW_KEY_F12}, Action::screenshot},
      {{GLFW_KEY_F11}, Action::fullscreen},    {{GLFW_KEY_L}, Action::language},    {{GLFW_KEY_N}, Action::night},
      {{GLFW_KEY_T}, Action::water_mode},      {{GLFW_KEY_SPACE}, Action::play},    {{GLFW_KEY_LEFT}, Action::step_back},
      {{GLFW_KEY_RIGHT}, Action::step_forward}, {{GLFW_KEY_S, true}, Action::save}, {{GLFW_KEY_Z, true}, Action::undo},
      {{GLFW_KEY_Y, true}, Action::redo},      {{GLFW_KEY_F, true}, Action::find},  {{GLFW_KEY_M}, Action::measure},
      {{GLFW_KEY_B}, Action::bookmark},        {{GLFW_KEY_ESCAPE}, Action::clear},  {{GLFW_KEY_W}, Action::move_forward},
      {{GLFW_KEY_S}, Action::move_back},       {{GLFW_KEY_Q}, Action::move_down},   {{GLFW_KEY_E}, Action::move_up}};
  for (const auto& [chord, action] : expected) EXPECT_EQ(b.find(chord), action) << to_string(chord);
  EXPECT_EQ(b.find({GLFW_KEY_W, false, true}), Action::move_forward) << "shift only makes it faster";
  EXPECT_EQ(b.find({GLFW_KEY_S, true}), Action::save) << "and Ctrl+S is not walking back";
  EXPECT_EQ(b.find({GLFW_KEY_J}), Action::count);
}

TEST(Bindings, NoTwoDefaultsShareAKey) {
  const Bindings b;
  for (std::size_t i = 0; i < action_count; ++i)
    for (const Chord& c : b.chords(static_cast<Action>(i)))
      for (std::size_t k = i + 1; k < action_count; ++k)
        for (const Chord& d : b.chords(static_cast<Action>(k))) EXPECT_FALSE(c == d) << to_string(c);
}

TEST(Bindings, ChordsReadBackAsWritten) {
  for (const char* text : {"Ctrl+Shift+Z", "F12", "Space", "Alt+Home", "Ctrl+Plus", "Q"}) {
    const auto chord = parse_chord(text);
    ASSERT_TRUE(chord.ok()) << text;
    EXPECT_EQ(parse_chord(to_string(*chord)).value(), *chord);
  }
  EXPECT_EQ(parse_chord("ctrl+s").value(), (Chord{GLFW_KEY_S, true}));
}

TEST(Bindings, AFileChangesWhatItNames) {
  const auto b = Bindings::parse(R"({ "bindings": { "home": ["Home", "H"], "save": "Ctrl+Shift+S", "night": [] } } // mine)");
  ASSERT_TRUE(b.ok()) << b.error().text();
  EXPECT_EQ(b->find({GLFW_KEY_H}), Action::home);
  EXPECT_EQ(b->find({GLFW_KEY_S, true}), Action::count);
  EXPECT_EQ(b->find({GLFW_KEY_N}), Action::count);
  EXPECT_EQ(b->find({GLFW_KEY_F1}), Action::help);
  EXPECT_EQ(b->label(Action::home), "Home / H");
}

TEST(Bindings, AKeyTakenFromADefaultLeavesIt) {
  const auto b = Bindings::parse(R"({"bindings": {"measure": "N"}})");
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(b->find({GLFW_KEY_N}), Action::measure);
  EXPECT_TRUE(b->chords(Action::night).empty());
}

TEST(Bindings, ErrorsNamePlaceAndRemedy) {
  struct Case { const char* json; const char* place; const char* message; const char* remedy; };
  const Case cases[] = {
      {R"({"bindings": {"hone": "Home"}})", "$.bindings.hone", "no action is called \"hone\"", "\"home\""},
      {R"({"bindings": {"home": "Ctrl+Hom"}})", "$.bindings.home", "no key is called \"Hom\"", "\"Home\""},
      {R"({"bindings": {"home": "Strg+H"}})", "$.bindings.home", "\"Strg\"", ""},
      {R"({"bindings": {"home": ["H", 3]}})", "$.bindings.home[1]", "found number", ""},
      {R"({"bindings": {"home": "H", "help": "h"}})", "$.bindings", "bound to both", "another key"},
      {R"({"binding": {}})", "$.binding", "unknown key", ""},
      {R"({"bindings": []})", "$.bindings", "expected an object", ""},
      {R"([])", "$", "expected an object", ""},
      {R"({})", "$", "missing", ""},
      {R"({"bindings": )", "byte", "not valid JSON", ""},
      {"", "byte", "not valid JSON", ""},
  };
  for (const Case& c : cases) {
    const auto b = Bindings::parse(c.json, "keys.json");
    ASSERT_FALSE(b.ok()) << c.json;
    EXPECT_EQ(b.error().file, "keys.json");
    EXPECT_THAT(b.error().place, HasSubstr(c.place));
    EXPECT_THAT(b.error().message, HasSubstr(c.message));
    EXPECT_THAT(b.error().remedy, HasSubstr(c.remedy));
  }
}

TEST(Bindings, AMissingFileIsAnErrorAndNoFileTheDefaults) {
  EXPECT_FALSE(Bindings::load_or_default("/nowhere/bindings.json").ok());
  EXPECT_TRUE(Bindings::load_or_default({}).ok());
}

}  // namespace
}  // namespace tenbo::shell
