#include "tenbo/io/sip4d.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "gdal/module.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
constexpr const char* meta_name = "sip4d_zip_meta.json";
constexpr std::uint64_t largest_meta = 4 << 20;  // bytes
constexpr std::size_t most_entries = 1000, most_classes = 256;

std::string text_at(const Json& j, const char* key) {
  const auto it = j.find(key);
  if (it == j.end() || !it->is_string()) return {};
  return to_valid_utf8(it->get<std::string>());
}
std::string name_at(const Json& j, const char* key) {
  const auto it = j.find(key);
  return it != j.end() && it->is_object() ? text_at(*it, "name") : std::string();
}
// "2026-11-21T09:00:00", as the format has it: Japan's time where no zone is said.
std::optional<geo::Instant> time_at(const Json& j, const char* key) {
  std::string s = text_at(j, key);
  if (s.size() < 16) return std::nullopt;
  if (s.back() == 'z') s.back() = 'Z';
  if (s.back() != 'Z' && s.find('+', 10) == std::string::npos && s.find('-', 10) == std::string::npos) s += "+09:00";
  const auto t = geo::parse_instant(s);
  if (!t) return std::nullopt;
  return *t;
}

// Within the archive, on every system.
bool stays_inside(const std::string& file) {
  const fs::path p(file);
  return !file.empty() && file.size() < 512 && file.find('\\') == std::string::npos && file.find('\0') == std::string::npos && !p.is_absolute() && p.has_filename() &&
         std::none_of(p.begin(), p.end(), [](const fs::path& part) { return part == ".."; });
}

Json parsed(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  int depth = 0, deepest = 0;  // the parser goes down by itself
  for (const char c : text) {
    depth += c == '[' || c == '{';
    depth -= c == ']' || c == '}';
    deepest = std::max(deepest, depth);
  }
  return deepest > 64 ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false);
}

std::optional<Rgba8> colour_at(const Json& j, const char* key) {
  std::string s = text_at(j, key);
  if (s.starts_with('#')) s.erase(0, 1);
  unsigned v = 0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), v, 16);
  if (s.size() != 6 || ec != std::errc() || end != s.data() + s.size()) return std::nullopt;
  return Rgba8{static_cast<std::uint8_t>(v >> 16), static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v), 255};
}

std::optional<double> number_at(const Json& j, const char* key) {
  const auto it = j.find(key);
  if (it == j.end()) return std::nullopt;
  double v = NAN;
  if (it->is_number()) {
    v = it->get<double>();
  } else if (it->is_string()) {  // the format lets values be texts too
    const auto& s = it->get_ref<const std::string&>();
    const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), v);
    if (ec != std::errc() || end != s.data() + s.size()) return std::nullopt;
  }
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}

// Why it is not understood; empty: it is, and stands in the entry.
std::string take_grades(const Json& style, const Json& classes, const std::string& label, Sip4dEntry& entry, Diagnostics& diagnostics) {
  constexpr Rgba8 grey{0x8c, 0x8c, 0x8c, 255};
  const auto least = number_at(style, "minvalue");
  if (!least) return "its \"minvalue\" is no number";
  if (entry.style_column.empty()) return "it is graded, and names no column";
  double above = *least;
  bool any = false;
  std::vector<std::string> uncoloured;
  for (const auto& c : classes) {
    if (!c.is_object()) return "a class is no object";
    const auto to = number_at(c, "value");
    if (!to) return "it is graded, and the value of a class is no number";
    if (entry.classes.empty() ? *to < above : *to <= above) return "it is graded, and its values do not ascend";
    auto colour = colour_at(c, "fill");
    if (!colour) colour = colour_at(c, "color");
    // A class without a colour keeps its place, or its values would fall into the class below it.
    if (!colour) uncoloured.push_back(text_at(c, "title").substr(0, 60));
    any = any || colour;
    entry.classes.push_back({"", text_at(c, "title"), colour.value_or(grey), above, *to});
    above = *to;
  }
  if (!any) return "no class has a colour";
  for (const auto& title : uncoloured) diagnostics.warn({ErrorCode::malformed, "the class \"" + to_valid_utf8(title) + "\" of its legend has no colour, and is grey", label, "", ""});
  return {};
}

}  // namespace

const Sip4dEntry* Sip4d::entry(std::string_view name) const {
  if (name.empty()) return entries.empty() ? nullptr : &entries.front();
  for (const auto& e : entries)
    if (e.file == name || e.title == name) return &e;
  return nullptr;
}

Result<Sip4d> parse_sip4d(std::string_view meta, const std::string& label) {
  const auto bad = [&](const std::string& why, const char* place) { return Error{ErrorCode::malformed, why, label, place, "the archive is no whole SIP4D-ZIP: ask whoever made it"}; };
  const Json j = parsed(meta);
  if (!j.is_object()) return bad(std::string(meta_name) + " is no JSON object", "");
  Sip4d out;
  out.title = text_at(j, "title");
  out.author = name_at(j, "author");
  out.disaster = name_at(j, "disaster");
  out.category = text_at(j, "category");
  out.sharing = text_at(j, "openflg");
  out.licence = text_at(j, "license_id");
  out.note = text_at(j, "note");
  out.status = text_at(j, "testflg");
  out.time = time_at(j, "information_date");
  if (!out.time) out.time = time_at(j, "updated");
  if (!out.time) out.diagnostics.warn({ErrorCode::malformed, "says no time that can be read", label, "information_date", ""});
  if (out.status != "通常" && out.status != "訓練" && out.status != "試験")
    out.diagnostics.warn({ErrorCode::malformed, out.status.empty() ? "does not say whether it is an exercise" : "has the status \"" + out.status.substr(0, 60) + "\", which is none of 通常, 訓練, 試験", label, "testflg", ""});
  const auto list = j.find("entry");
  if (list == j.end() || !list->is_array() || list->empty()) return bad("names no layer", "entry");
  if (list->size() > most_entries) return bad("names " + std::to_string(list->size()) + " layers, more than " + std::to_string(most_entries), "entry");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& e = (*list)[i];
    const std::string place = "entry[" + std::to_string(i) + "]";
    Sip4dEntry entry;
    if (e.is_object()) {
      entry.type = text_at(e, "type");
      entry.title = text_at(e, "title");
      entry.file = text_at(e, "file");
      entry.time = time_at(e, "information_date");
      if (!entry.time) entry.time = out.time ? out.time : time_at(e, "updated");
    }
    if (!stays_inside(entry.file)) {
      out.diagnostics.fail({ErrorCode::malformed, entry.file.empty() ? "names no file" : "names a file outside of the archive", label, place + ".file", ""});
      continue;
    }
    out.entries.push_back(std::move(entry));
  }
  if (out.entries.empty()) return bad("names no layer whose file lies in the archive", "entry");
  return out;
}

void parse_sip4d_style(std::string_view json, const std::string& label, Sip4dEntry& entry, Diagnostics& diagnostics) {
  const Json j = parsed(json);
  const auto left_out = [&](const std::string& why) {
    entry.classes.clear();
    entry.style_column.clear();
    diagnostics.warn({ErrorCode::unsupported, "its legend is left out: " + why, label, "", ""});
  };
  if (!j.is_object()) return left_out("it is no JSON object");
  const auto classes = j.find("classes");
  if (classes == j.end() || !classes->is_array() || classes->empty() || classes->size() > most_classes) return left_out("it has no classes, or too many");
  entry.style_column = text_at(j, "column");
  if (j.contains("minvalue")) {
    if (const auto why = take_grades(j, *classes, label, entry, diagnostics); !why.empty()) left_out(why);
    return;
  }
  for (const auto& c : *classes) {
    if (!c.is_object()) return left_out("a class is no object");
    Sip4dClass one;
    one.title = text_at(c, "title");
    if (const auto v = c.find("value"); v != c.end()) one.value = v->is_string() ? to_valid_utf8(v->get<std::string>()) : v->is_number() ? v->dump() : "";
    auto colour = colour_at(c, "fill");
    if (!colour) colour = colour_at(c, "color");
    if (!colour) continue;  // a picture for points: the others keep their colour
    one.colour = *colour;
    if (one.value.empty() && !entry.style_column.empty()) continue;
    entry.classes.push_back(std::move(one));
  }
  if (entry.classes.empty()) left_out("no class has a colour");
}

Result<std::optional<Sip4d>> read_sip4d(const fs::path& path) {
  std::error_code ec;
  fs::path folder = path;
  if (is_url(path)) return std::optional<Sip4d>();
  if (!fs::is_directory(path, ec)) {
    if (lower_case(path.extension().string()) != ".zip") return std::optional<Sip4d>();
    const auto gdal = gdal::functions();
    if (!gdal) return gdal.error();
    const auto members = (*gdal)->members(path);
    if (!members) return members.error();
    if (std::none_of(members->begin(), members->end(), [](const auto& m) { return m.path.filename() == meta_name; })) return std::optional<Sip4d>();
    auto unpacked = (*gdal)->unpack(path);
    if (!unpacked) return unpacked.error();
    folder = *unpacked;
  }
  if (!fs::is_regular_file(folder / meta_name, ec)) return std::optional<Sip4d>();
  const auto meta = read_text_file(folder / meta_name, largest_meta);
  if (!meta) return meta.error();
  const std::string label = shown(path);
  auto out = parse_sip4d(*meta, label);
  if (!out) return out.error();
  out->folder = folder;
  for (auto& e : out->entries) {
    const fs::path file = folder / e.file;
    const auto style = (file.parent_path() / file.stem()).string() + "_style.json";
    if (!fs::is_regular_file(style, ec)) continue;
    if (const auto text = read_text_file(style, largest_meta)) parse_sip4d_style(*text, label + ": " + fs::path(style).filename().string(), e, out->diagnostics);
  }
  return std::optional(std::move(*out));
}

}  // namespace tenbo::io
