#include "tenbo/shell/bindings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "keys.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

constexpr std::array<const char*, action_count> action_names{
    "home", "find", "measure", "markup", "markup_add", "bookmark", "style", "ledger", "structures", "priority", "alarms", "feeds", "review", "section", "layers", "clear", "play", "play_reverse", "step_back",
    "step_forward", "water_mode", "night", "language", "fullscreen", "screenshot", "help", "profile", "save", "undo", "redo",
    "bigger", "smaller", "quit", "move_forward", "move_back", "move_left", "move_right", "move_up", "move_down",
    "move_fast"};

struct Default { Action action; const char* chords; };
constexpr Default defaults[] = {
    {Action::home, "Home"}, {Action::find, "Ctrl+F"}, {Action::measure, "M"}, {Action::markup, "K"}, {Action::markup_add, "Ctrl+Enter"},
    {Action::bookmark, "B"},
    {Action::style, "Y"}, {Action::ledger, "I"}, {Action::structures, "F6"}, {Action::priority, "F7"}, {Action::alarms, "F4"}, {Action::feeds, "F5"}, {Action::review, "F8"}, {Action::section, "X"}, {Action::layers, "Tab"}, {Action::clear, "Escape"}, {Action::play, "Space"},
    {Action::play_reverse, "Shift+Space"}, {Action::step_back, "Left"}, {Action::step_forward, "Right"},
    {Action::water_mode, "T"}, {Action::night, "N"}, {Action::language, "L"}, {Action::fullscreen, "F11"},
    {Action::screenshot, "F12"}, {Action::help, "F1"}, {Action::profile, "F3"}, {Action::save, "Ctrl+S"}, {Action::undo, "Ctrl+Z"},
    {Action::redo, "Ctrl+Y Ctrl+Shift+Z"}, {Action::bigger, "Ctrl+Plus Ctrl+Equal"}, {Action::smaller, "Ctrl+Minus"},
    {Action::quit, "Ctrl+Q"}, {Action::move_forward, "W Up"}, {Action::move_back, "S Down"}, {Action::move_left, "A"},
    {Action::move_right, "D"}, {Action::move_up, "E"}, {Action::move_down, "Q"}, {Action::move_fast, "LeftShift"},
};

std::optional<Action> parse_action(std::string_view word) {
  for (std::size_t i = 0; i < action_count; ++i)
    if (word == action_names[i]) return static_cast<Action>(i);
  return std::nullopt;
}

Error bad(const std::string& file, std::string place, std::string message, std::string remedy = {}) {
  return {ErrorCode::invalid_argument, std::move(message), file, std::move(place), std::move(remedy)};
}

}  // namespace

const char* to_string(Action action) {
  return action < Action::count ? action_names[static_cast<std::size_t>(action)] : "none";
}

Result<Chord> parse_chord(std::string_view text) {
  Chord chord;
  std::string_view rest = text;
  for (;;) {
    const auto plus = rest.find('+');
    if (plus == std::string_view::npos || plus + 1 == rest.size()) break;
    const std::string mod = lower_case(rest.substr(0, plus));
    if (mod == "ctrl" || mod == "control") chord.ctrl = true;
    else if (mod == "shift") chord.shift = true;
    else if (mod == "alt") chord.alt = true;
    else
      return Error{ErrorCode::invalid_argument,
                   fmt::format("\"{}\" in \"{}\" is no modifier; expected Ctrl, Shift or Alt", rest.substr(0, plus), text)};
    rest.remove_prefix(plus + 1);
  }
  const std::string wanted = lower_case(rest);
  std::vector<std::string> names;
  for (const KeyName& k : key_names()) {
    if (lower_case(k.name) == wanted) {
      chord.key = k.key;
      return chord;
    }
    names.emplace_back(k.name);
  }
  const std::string near = nearest(std::string(rest), names);
  return Error{ErrorCode::invalid_argument, fmt::format("no key is called \"{}\"", rest), {}, {},
               near.empty() ? "keys are A to Z, 0 to 9, F1 to F12, Space, Home, Left, ..." : fmt::format("did you mean \"{}\"?", near)};
}

std::string to_string(const Chord& chord) {
  std::string out;
  if (chord.ctrl) out += "Ctrl+";
  if (chord.alt) out += "Alt+";
  if (chord.shift) out += "Shift+";
  for (const KeyName& k : key_names())
    if (k.key == chord.key) return out + k.name;
  return out + fmt::format("#{}", chord.key);
}

Bindings::Bindings() {
  for (const Default& d : defaults) {
    std::string_view rest = d.chords;
    while (!rest.empty()) {
      const auto space = std::min(rest.find(' '), rest.size());
      chords_[static_cast<std::size_t>(d.action)].push_back(parse_chord(rest.substr(0, space)).value());
      rest.remove_prefix(std::min(space + 1, rest.size()));
    }
  }
}

Result<Bindings> Bindings::parse(const std::string& text, const std::string& file) {
  nlohmann::json root;
  try {
    root = nlohmann::json::parse(text, nullptr, true, /*ignore_comments=*/true);
  } catch (const nlohmann::json::parse_error& e) {
    return Error{ErrorCode::malformed, fmt::format("not valid JSON: {}", e.what()), file, fmt::format("byte {}", e.byte)};
  }
  if (!root.is_object()) return bad(file, "$", fmt::format("found {}, expected an object", root.type_name()));
  for (const auto& [key, value] : root.items())
    if (key != "bindings") return bad(file, "$." + key, "unknown key; expected \"bindings\"");
  if (!root.contains("bindings")) return bad(file, "$", "\"bindings\" is missing");
  const auto& table = root["bindings"];
  if (!table.is_object()) return bad(file, "$.bindings", fmt::format("found {}, expected an object", table.type_name()));

  Bindings out;
  std::array<bool, action_count> changed{};
  for (const auto& [word, value] : table.items()) {
    const std::string place = "$.bindings." + word;
    const auto action = parse_action(word);
    if (!action) {
      const std::string near = nearest(word, {action_names.begin(), action_names.end()});
      return bad(file, place, fmt::format("no action is called \"{}\"", word), near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }
    const auto list = value.is_array() ? value : nlohmann::json::array({value});
    auto& chords = out.chords_[static_cast<std::size_t>(*action)];
    changed[static_cast<std::size_t>(*action)] = true;
    chords.clear();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string item_place = value.is_array() ? fmt::format("{}[{}]", place, i) : place;
      if (!list[i].is_string())
        return bad(file, item_place, fmt::format("found {}, expected a key such as \"Ctrl+S\"", list[i].type_name()));
      auto chord = parse_chord(list[i].get<std::string>());
      if (!chord) return bad(file, item_place, chord.error().message, chord.error().remedy);
      chords.push_back(*chord);
    }
  }
  // A key taken from the file leaves its default action; two actions of the file must not share one.
  for (std::size_t a = 0; a < action_count; ++a) {
    if (!changed[a]) continue;
    for (const Chord& c : out.chords_[a])
      for (std::size_t b = 0; b < action_count; ++b) {
        auto& other = out.chords_[b];
        if (b == a || std::find(other.begin(), other.end(), c) == other.end()) continue;
        if (changed[b])
          return bad(file, "$.bindings", fmt::format("{} is bound to both \"{}\" and \"{}\"", to_string(c), action_names[std::min(a, b)], action_names[std::max(a, b)]),
                     "give one of them another key");
        std::erase(other, c);
      }
  }
  return out;
}

Result<Bindings> Bindings::load(const std::filesystem::path& path) {
  auto text = read_text_file(path, 1 << 20);
  if (!text) return text.error();
  return parse(*text, path.string());
}

Result<Bindings> Bindings::load_or_default(const std::filesystem::path& path) {
  if (!path.empty()) return load(path);
  std::filesystem::path config;
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg && *xdg) config = xdg;
  else if (const char* home = std::getenv("HOME"); home && *home) config = std::filesystem::path(home) / ".config";
  if (config.empty()) return Bindings();
  const auto file = config / "tenbo" / "bindings.json";
  return file_stamp(file).exists ? load(file) : Result<Bindings>(Bindings());
}

std::string Bindings::label(Action action) const {
  std::string out;
  for (const Chord& c : chords(action)) out += (out.empty() ? "" : " / ") + to_string(c);
  return out;
}

Action Bindings::find(const Chord& pressed) const {
  for (std::size_t a = 0; a < action_count; ++a)
    for (const Chord& c : chords_[a]) {
      const bool held = is_held(static_cast<Action>(a));
      if (held ? c.key == pressed.key && !pressed.ctrl && !pressed.alt : c == pressed) return static_cast<Action>(a);
    }
  return Action::count;
}

}  // namespace tenbo::shell
