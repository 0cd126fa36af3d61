#pragma once
// Which key does what. Defaults are in the program; a strict JSON file changes them:
//   { "bindings": { "home": ["Home", "H"], "save": "Ctrl+S", "night": [] } }
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::shell {

// What a person can ask for with a key. The order is that of the help page.
enum class Action {
  home, find, measure, markup, markup_add, bookmark, style, ledger, structures, priority, alarms, feeds, review, section, layers, clear,
  play, play_reverse, step_back, step_forward,
  water_mode, night, language, fullscreen, screenshot, help, profile,
  save, undo, redo, bigger, smaller, quit,
  move_forward, move_back, move_left, move_right, move_up, move_down, move_fast,  // held, not pressed
  count
};
inline constexpr std::size_t action_count = static_cast<std::size_t>(Action::count);
const char* to_string(Action action);  // the word in the JSON file and, after "action.", in the language files

// A key with its modifiers. `key` is GLFW's code (which is ASCII for letters and digits).
struct Chord {
  int key = 0;
  bool ctrl = false, shift = false, alt = false;
  friend bool operator==(const Chord&, const Chord&) = default;
};
Result<Chord> parse_chord(std::string_view text);  // "Ctrl+Shift+Z", "F12", "Space"; case does not matter
std::string to_string(const Chord& chord);

class Bindings {
 public:
  Bindings();  // the defaults
  // Defaults, changed by the file's text. Unknown actions and keys name the nearest; one chord for two actions fails.
  static Result<Bindings> parse(const std::string& text, const std::string& file = {});
  static Result<Bindings> load(const std::filesystem::path& path);
  // --bindings FILE, else bindings.json in the user's configuration folder if there is one, else the defaults.
  static Result<Bindings> load_or_default(const std::filesystem::path& path);

  // None for Action::count.
  const std::vector<Chord>& chords(Action action) const { return chords_[static_cast<std::size_t>(action)]; }
  std::string label(Action action) const;  // "Ctrl+Y / Ctrl+Shift+Z" for tooltips and help; empty = unbound
  // What this key press asks for. Movement keys match whatever the modifiers, so that "faster" can be held with them.
  Action find(const Chord& pressed) const;  // Action::count = nothing
  static bool is_held(Action action) { return action >= Action::move_forward && action < Action::count; }

 private:
  std::array<std::vector<Chord>, action_count + 1> chords_;
};

}  // namespace tenbo::shell
