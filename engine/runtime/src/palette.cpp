#include "tenbo/runtime/palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {
using Json = nlohmann::json;

// Thrown and caught within this file: the first thing wrong ends the reading.
struct Wrong { Error error; };

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  [[noreturn]] void fail(const std::string& place, std::string message, std::string remedy = "") const {
    throw Wrong{{ErrorCode::malformed, std::move(message), file_, place, std::move(remedy)}};
  }

  void keys(const Json& object, const std::string& place, const std::vector<std::string>& known) const {
    if (!object.is_object()) fail(place, fmt::format("found {}, expected an object", object.type_name()));
    for (const auto& [key, value] : object.items())
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        const std::string near = nearest(key, known);
        fail(place + "." + key, "unknown key", near.empty() ? "known keys: " + fmt::format("{}", fmt::join(known, ", ")) : "did you mean \"" + near + "\"?");
      }
  }

  const Json& need(const Json& object, const std::string& place, const char* key) const {
    const auto it = object.find(key);
    if (it == object.end()) fail(place, fmt::format("\"{}\" is missing", key));
    return *it;
  }

  std::string text(const Json& value, const std::string& place) const {
    if (!value.is_string()) fail(place, fmt::format("found {}, expected a string", value.type_name()));
    return value.get<std::string>();
  }
  std::string text_or(const Json& object, const std::string& place, const char* key, const char* otherwise) const {
    const auto it = object.find(key);
    return it == object.end() ? otherwise : text(*it, place + "." + key);
  }

  double number(const Json& value, const std::string& place) const {
    if (!value.is_number()) fail(place, fmt::format("found {}, expected a number", value.type_name()));
    const double v = value.get<double>();
    if (!std::isfinite(v)) fail(place, "expected a finite number");
    return v;
  }

  scene::LocalText local(const Json& value, const std::string& place) const {
    if (value.is_string()) return {"", value.get<std::string>()};
    keys(value, place, {"ja", "en"});
    return {text(need(value, place, "ja"), place + ".ja"), text(need(value, place, "en"), place + ".en")};
  }

  Rgba8 colour(const Json& value, const std::string& place) const {
    const std::string s = text(value, place);
    if (s == "none") return {0, 0, 0, 0};
    const auto digit = [&](std::size_t i) -> int {
      const char c = s[i];
      return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    bool good = s.size() == 7 && s[0] == '#';
    for (std::size_t i = 1; good && i < 7; ++i) good = digit(i) >= 0;
    if (!good) fail(place, fmt::format("found \"{}\", expected a colour like \"#a0d2ff\", or \"none\"", to_valid_utf8(s.substr(0, 40))));
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(digit(i) * 16 + digit(i + 1)); };
    return {byte(1), byte(3), byte(5), 255};
  }

  MarkerShape shape(const Json& value, const std::string& place) const {
    const std::string word = text(value, place);
    const std::vector<std::string> words{"circle", "triangle", "diamond", "square", "hexagon"};  // in MarkerShape's order
    const auto it = std::find(words.begin(), words.end(), word);
    if (it == words.end()) fail(place, fmt::format("found \"{}\", expected one of {}", to_valid_utf8(word.substr(0, 40)), fmt::join(words, ", ")));
    return static_cast<MarkerShape>(it - words.begin());
  }

  Palette palette(const Json& root, const std::string& name) const {
    keys(root, "$", {"name", "title", "version", "source", "official", "unit", "kind", "stops", "unknown", "hatch_unknown", "note"});
    Palette p;
    p.name = text(need(root, "$", "name"), "$.name");
    if (p.name != name) fail("$.name", fmt::format("found \"{}\", expected \"{}\", the file's name", to_valid_utf8(p.name.substr(0, 60)), name));
    p.title = local(need(root, "$", "title"), "$.title");
    p.version = text(need(root, "$", "version"), "$.version");
    p.source = text(need(root, "$", "source"), "$.source");
    if (p.source.empty()) fail("$.source", "is empty; a palette says who publishes it");
    if (const auto it = root.find("official"); it != root.end()) {
      if (!it->is_boolean()) fail("$.official", fmt::format("found {}, expected true or false", it->type_name()));
      p.official = it->get<bool>();
    }
    p.unit = text_or(root, "$", "unit", "");
    const std::string kind = text(need(root, "$", "kind"), "$.kind");
    if (kind != "classes" && kind != "continuous")
      fail("$.kind", fmt::format("found \"{}\", expected \"classes\" or \"continuous\"", to_valid_utf8(kind.substr(0, 40))));
    p.kind = kind == "classes" ? PaletteKind::classes : PaletteKind::continuous;
    if (const auto it = root.find("hatch_unknown"); it != root.end()) {
      if (!it->is_boolean()) fail("$.hatch_unknown", fmt::format("found {}, expected true or false", it->type_name()));
      p.hatch_unknown = it->get<bool>();
    }
    if (const auto it = root.find("unknown"); it != root.end()) p.unknown = colour(*it, "$.unknown");
    if (const auto it = root.find("note"); it != root.end()) p.note = local(*it, "$.note");
    stops(need(root, "$", "stops"), p);
    return p;
  }

 private:
  void stops(const Json& list, Palette& p) const {
    if (!list.is_array()) fail("$.stops", fmt::format("found {}, expected a list", list.type_name()));
    if (list.empty() || list.size() > 256) fail("$.stops", fmt::format("found {} stops, expected 1 to 256", list.size()));
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string place = fmt::format("$.stops[{}]", i);
      keys(list[i], place, {"from", "colour", "label", "shape", "letter", "aside"});
      PaletteStop stop;
      stop.from = number(need(list[i], place, "from"), place + ".from");
      if (!p.stops.empty() && stop.from <= p.stops.back().from)
        fail(place + ".from", fmt::format("found {}, expected more than {}, the stop before", stop.from, p.stops.back().from));
      stop.colour = colour(need(list[i], place, "colour"), place + ".colour");
      stop.label = local(need(list[i], place, "label"), place + ".label");
      if (const auto it = list[i].find("shape"); it != list[i].end()) stop.shape = shape(*it, place + ".shape");
      stop.letter = text_or(list[i], place, "letter", "");
      if (const auto it = list[i].find("aside"); it != list[i].end()) {
        if (!it->is_boolean()) fail(place + ".aside", fmt::format("found {}, expected true or false", it->type_name()));
        stop.aside = it->get<bool>();
      }
      p.stops.push_back(std::move(stop));
    }
  }

  std::string file_;
};
}  // namespace

Result<Palette> parse_palette(const std::string& json, const std::string& file, const std::string& name) {
  try {
    return Reader(file).palette(Json::parse(json, nullptr, true, true), name);
  } catch (const Wrong& wrong) {
    return wrong.error;
  } catch (const Json::parse_error& e) {
    const auto before = std::min<std::size_t>(e.byte, json.size());
    const auto line = 1 + std::count(json.begin(), json.begin() + static_cast<std::ptrdiff_t>(before), '\n');
    return Error{ErrorCode::malformed, "not valid JSON", file, fmt::format("line {}", line), ""};
  } catch (const Json::exception& e) {
    return Error{ErrorCode::malformed, e.what(), file, "", ""};
  }
}

Result<Palette> load_palette(const std::filesystem::path& path) {
  auto text = read_text_file(path, 1 << 20);
  if (!text) return text.error();
  return parse_palette(*text, path.string(), path.stem().string());
}

const PaletteStop* Palette::class_of(double value) const {
  if (std::isnan(value)) return nullptr;
  const auto above = std::upper_bound(stops.begin(), stops.end(), value, [](double v, const PaletteStop& s) { return v < s.from; });
  return above == stops.begin() ? nullptr : &*(above - 1);
}

Rgba8 Palette::colour_of(double value) const {
  if (std::isnan(value) || stops.empty()) return {0, 0, 0, 0};
  const PaletteStop* stop = class_of(value);
  if (kind == PaletteKind::classes) return stop ? stop->colour : Rgba8{0, 0, 0, 0};
  if (!stop) return stops.front().colour;
  if (stop == &stops.back()) return stop->colour;
  const PaletteStop& next = stop[1];
  const double t = (value - stop->from) / (next.from - stop->from);
  const auto mix = [t](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(std::lround(a + (b - a) * t)); };
  return {mix(stop->colour.r, next.colour.r), mix(stop->colour.g, next.colour.g), mix(stop->colour.b, next.colour.b), 255};
}

std::vector<render::PaletteStop> Palette::for_render() const {
  std::vector<render::PaletteStop> out;
  for (const auto& s : stops) out.push_back({static_cast<float>(s.from), s.colour});
  return out;
}

Legend to_legend(const Palette& palette, Language language, std::string source, std::string time, bool has_unknown) {
  const bool japanese = language == Language::ja;
  Legend legend;
  legend.title = palette.title.in(japanese);
  legend.unit = local_half(palette.unit, japanese);
  legend.source = std::move(source);
  legend.time = std::move(time);
  legend.has_unknown = has_unknown;
  legend.continuous = palette.kind == PaletteKind::continuous;
  legend.note = palette.note.in(japanese);
  for (const auto& s : palette.stops) legend.classes.push_back({s.colour, s.label.in(japanese), s.shape, s.letter, s.aside});
  return legend;
}

}  // namespace tenbo::runtime
