// plugin.json, read strictly: what is not understood is an error that names the nearest right word.
#include "plugins/manifest.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "tenbo/base/file.h"
#include "tenbo/base/inside.h"
#include "tenbo/base/text.h"
#include "tenbo/plugin_api/types.h"

namespace tenbo::runtime {
namespace fs = std::filesystem;
namespace {
using nlohmann::json;
constexpr std::size_t max_parameters = 256, max_choices = 256, max_text = 4096;
const std::vector<std::string> parameter_types{"path", "string", "number", "boolean", "choice"};

struct Reader {
  const fs::path& file;

  Error error(const std::string& place, std::string message, std::string remedy = "") const {
    return {ErrorCode::malformed, std::move(message), file.string(), place, std::move(remedy)};
  }
  Status known_keys(const json& object, const std::string& place, const std::vector<std::string>& keys) const {
    for (const auto& [key, value] : object.items()) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
      const auto near = nearest(key, keys);
      return error(place + "." + to_valid_utf8(key), "unknown key", near.empty() ? "" : "did you mean \"" + near + "\"?");
    }
    return {};
  }
  Status text(const json& object, const std::string& place, const char* key, std::string& out, bool required = false) const {
    const auto it = object.find(key);
    if (it == object.end()) return required ? Status(error(place + "." + key, "is missing, expected text")) : Status{};
    if (!it->is_string()) return error(place + "." + key, std::string("found ") + it->type_name() + ", expected text");
    out = it->get<std::string>();
    if (out.size() > max_text) return error(place + "." + key, "is longer than 4096 bytes");
    if (out.find('\0') != std::string::npos) return error(place + "." + key, "contains a NUL character");
    if (required && out.empty()) return error(place + "." + key, "is empty, expected text");
    return {};
  }
  Status number(const json& object, const std::string& place, const char* key, std::optional<double>& out) const {
    const auto it = object.find(key);
    if (it == object.end()) return {};
    if (!it->is_number()) return error(place + "." + key, std::string("found ") + it->type_name() + ", expected a number");
    out = it->get<double>();
    if (!std::isfinite(*out)) return error(place + "." + key, "is not finite");
    return {};
  }
  Status flag(const json& object, const std::string& place, const char* key, bool& out) const {
    const auto it = object.find(key);
    if (it == object.end()) return {};
    if (!it->is_boolean()) return error(place + "." + key, std::string("found ") + it->type_name() + ", expected true or false");
    out = it->get<bool>();
    return {};
  }
};

bool is_word(std::string_view text) {  // ids and parameter names: what greps and fits in a path
  if (text.empty() || text.size() > 64 || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Result<json> parse_json(std::string_view text, const Reader& r) {
  // The library keeps the last of two equal keys without a word; here that is an error.
  std::vector<std::set<std::string>> open;
  std::string twice;
  int depth_reached = 0;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    depth_reached = std::max(depth_reached, depth);
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end && !open.empty()) open.pop_back();
    if (event == json::parse_event_t::key && !open.empty() && !open.back().insert(parsed.get<std::string>()).second && twice.empty())
      twice = parsed.get<std::string>();
    return true;
  };
  try {
    json root = json::parse(text.begin(), text.end(), watch);
    if (!twice.empty()) return r.error("$", "the key \"" + to_valid_utf8(twice) + "\" stands twice in one object");
    if (!root.is_object()) return r.error("$", std::string("found ") + root.type_name() + ", expected an object");
    return root;
  } catch (const json::parse_error& e) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(e.byte, text.size()));
    return r.error("line " + std::to_string(1 + std::count(text.begin(), end, '\n')), "is not JSON: " + to_valid_utf8(e.what()));
  } catch (const json::exception& e) {
    return r.error("$", "is not JSON: " + to_valid_utf8(e.what()));
  }
}

Status read_abi(const Reader& r, const std::string& text, PluginManifest& m) {
  const char* end = text.data() + text.size();
  auto [dot, ec] = std::from_chars(text.data(), end, m.abi_major);
  if (ec == std::errc() && dot != end && *dot == '.' && m.abi_major >= 0) {
    auto [stop, ec2] = std::from_chars(dot + 1, end, m.abi_minor);
    if (ec2 == std::errc() && stop == end && m.abi_minor >= 0) return {};
  }
  return r.error("$.abi", "found \"" + text + "\", expected \"major.minor\"",
                 "these headers are \"" + std::to_string(TENBO_ABI_MAJOR) + "." + std::to_string(TENBO_ABI_MINOR) + "\"");
}

Result<PluginParameter> read_parameter(const Reader& r, const json& j, const std::string& place) {
  if (!j.is_object()) return r.error(place, std::string("found ") + j.type_name() + ", expected an object");
  if (auto s = r.known_keys(j, place, {"name", "type", "label", "unit", "default", "minimum", "maximum", "choices", "required", "multiple"}); !s)
    return s.error();
  PluginParameter p;
  if (auto s = r.text(j, place, "name", p.name, true); !s) return s.error();
  if (!is_word(p.name)) return r.error(place + ".name", "found \"" + p.name + "\", expected a word of a-z, 0-9 and _");
  if (auto s = r.text(j, place, "type", p.type, true); !s) return s.error();
  if (std::find(parameter_types.begin(), parameter_types.end(), p.type) == parameter_types.end()) {
    const auto near = nearest(p.type, parameter_types);
    return r.error(place + ".type", "found \"" + p.type + "\", expected path, string, number, boolean or choice",
                   near.empty() ? "" : "did you mean \"" + near + "\"?");
  }
  if (auto it = j.find("label"); it != j.end()) {
    if (it->is_string()) {
      if (auto s = r.text(j, place, "label", p.label_en); !s) return s.error();
    } else if (it->is_object()) {
      if (auto s = r.known_keys(*it, place + ".label", {"ja", "en"}); !s) return s.error();
      if (auto s = r.text(*it, place + ".label", "ja", p.label_ja); !s) return s.error();
      if (auto s = r.text(*it, place + ".label", "en", p.label_en); !s) return s.error();
    } else {
      return r.error(place + ".label", std::string("found ") + it->type_name() + ", expected text or {\"ja\", \"en\"}");
    }
  }
  if (p.label_en.empty()) p.label_en = p.name;
  if (p.label_ja.empty()) p.label_ja = p.label_en;
  if (auto s = r.text(j, place, "unit", p.unit); !s) return s.error();
  if (auto s = r.text(j, place, "default", p.default_value); !s) return s.error();
  if (auto s = r.number(j, place, "minimum", p.minimum); !s) return s.error();
  if (auto s = r.number(j, place, "maximum", p.maximum); !s) return s.error();
  if (auto s = r.flag(j, place, "required", p.required); !s) return s.error();
  if (auto s = r.flag(j, place, "multiple", p.multiple); !s) return s.error();
  if (p.minimum && p.maximum && *p.minimum > *p.maximum) return r.error(place, "minimum is above maximum");
  if (p.type != "number" && (p.minimum || p.maximum)) return r.error(place, "minimum and maximum belong to numbers");
  if (p.multiple && p.type != "path") return r.error(place + ".multiple", "belongs to paths");
  if (auto it = j.find("choices"); it != j.end()) {
    if (!it->is_array()) return r.error(place + ".choices", std::string("found ") + it->type_name() + ", expected a list of texts");
    if (it->size() > max_choices) return r.error(place + ".choices", "has more than 256 entries");
    for (const auto& choice : *it) {
      if (!choice.is_string()) return r.error(place + ".choices", std::string("found ") + choice.type_name() + ", expected a list of texts");
      p.choices.push_back(choice.get<std::string>());
    }
  }
  if ((p.type == "choice") == p.choices.empty())
    return r.error(place + ".choices", p.choices.empty() ? "is missing or empty, expected a list of texts" : "belongs to the type choice");
  if (!p.default_value.empty())
    if (auto s = check_parameter_value(p, p.default_value); !s) return r.error(place + ".default", s.error().message);
  p.value = p.default_value;
  return p;
}
}  // namespace

Status check_parameter_value(const PluginParameter& p, std::string_view value) {
  const auto refuse = [&](const std::string& expected, const std::string& remedy = "") {
    return Error{ErrorCode::invalid_argument, "parameter \"" + p.name + "\": found \"" + to_valid_utf8(value.substr(0, 100)) + "\", expected " + expected, "", "", remedy};
  };
  if (!is_valid_utf8(value)) return refuse("UTF-8 text");
  if (value.find('\0') != std::string_view::npos) return refuse("text without NUL characters");
  if (value.size() > (1u << 20)) return refuse("at most 1 MiB");
  if (p.type == "number") {
    if (value.empty() && !p.required) return {};  // not given
    double number = 0;
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (ec != std::errc() || end != value.data() + value.size() || !std::isfinite(number)) return refuse("a number" + (p.unit.empty() ? "" : " in " + p.unit));
    if ((p.minimum && number < *p.minimum) || (p.maximum && number > *p.maximum)) {
      const auto show = [](const std::optional<double>& v, const char* none) { return v ? json(*v).dump() : std::string(none); };
      return refuse("a number from " + show(p.minimum, "any") + " to " + show(p.maximum, "any"));
    }
  } else if (p.type == "boolean") {
    if (value != "true" && value != "false") return refuse("true or false");
  } else if (p.type == "choice") {
    if (std::find(p.choices.begin(), p.choices.end(), value) == p.choices.end()) {
      std::string all;
      for (const auto& c : p.choices) all += (all.empty() ? "" : ", ") + c;
      const auto near = nearest(value, p.choices);
      return refuse("one of " + all, near.empty() ? "" : "did you mean \"" + near + "\"?");
    }
  }
  if (p.required && value.empty()) return refuse("a value");
  return {};
}

Result<PluginManifest> parse_plugin_manifest(std::string_view text, const fs::path& manifest) {
  const Reader r{manifest};
  if (text.size() > max_manifest_bytes) return r.error("", "is larger than 1 MiB");
  if (!is_valid_utf8(text)) return r.error("", "is not UTF-8", "save it as UTF-8");
  auto parsed = parse_json(text, r);
  if (!parsed) return parsed.error();
  const json& j = *parsed;
  if (auto s = r.known_keys(j, "$", {"id", "name", "version", "description", "vendor", "licence", "abi", "library", "parameters"}); !s)
    return s.error();
  PluginManifest m;
  m.manifest = manifest;
  std::string abi, library;
  if (auto s = r.text(j, "$", "id", m.id, true); !s) return s.error();
  if (!is_word(m.id)) return r.error("$.id", "found \"" + m.id + "\", expected a word of a-z, 0-9 and _ that begins with a letter");
  if (auto s = r.text(j, "$", "name", m.name, true); !s) return s.error();
  if (auto s = r.text(j, "$", "version", m.version, true); !s) return s.error();
  if (auto s = r.text(j, "$", "description", m.description); !s) return s.error();
  if (auto s = r.text(j, "$", "vendor", m.vendor); !s) return s.error();
  if (auto s = r.text(j, "$", "licence", m.licence); !s) return s.error();
  if (auto s = r.text(j, "$", "abi", abi, true); !s) return s.error();
  if (auto s = read_abi(r, abi, m); !s) return s.error();
  if (auto s = r.text(j, "$", "library", library); !s) return s.error();
  if (library.empty()) library = m.id + ".so";
  if (library.find_first_of("/\\") != std::string::npos || library == "." || library == "..")
    return r.error("$.library", "found \"" + library + "\", expected the name of a file beside plugin.json");
  m.library = manifest.parent_path() / library;
  if (auto it = j.find("parameters"); it != j.end()) {
    if (!it->is_array()) return r.error("$.parameters", std::string("found ") + it->type_name() + ", expected a list");
    if (it->size() > max_parameters) return r.error("$.parameters", "has more than 256 entries");
    for (std::size_t i = 0; i < it->size(); ++i) {
      const std::string place = "$.parameters[" + std::to_string(i) + "]";
      auto p = read_parameter(r, (*it)[i], place);
      if (!p) return p.error();
      for (const auto& other : m.parameters)
        if (other.name == p->name) return r.error(place + ".name", "\"" + p->name + "\" stands twice");
      m.parameters.push_back(std::move(*p));
    }
  }
  return m;
}

PluginManifest read_manifest(const fs::path& manifest) {
  const auto broken = [&](const Error& e) {
    PluginManifest m;
    m.id = manifest.parent_path().filename().string();
    m.manifest = manifest;
    m.error = e.text();
    return m;
  };
  auto text = read_text_file(manifest, max_manifest_bytes);
  if (!text) return broken(text.error());
  auto m = parse_plugin_manifest(*text, manifest);
  if (!m) return broken(m.error());
  const auto fault = [&](std::string message, std::string remedy) {
    m->error = Error{ErrorCode::mismatch, std::move(message), manifest.string(), "", std::move(remedy)}.text();
  };
  if (m->abi_major != static_cast<int>(TENBO_ABI_MAJOR))
    fault("it is made for plugin ABI " + std::to_string(m->abi_major) + ", this Tenbo has " + std::to_string(TENBO_ABI_MAJOR),
          "build it with this Tenbo's headers, or take the version made for it");
  else if (auto inside = resolve_inside(manifest.parent_path(), manifest.parent_path(), m->library.filename().string()); !inside)
    fault(inside.error().message, "put the library itself into the plugin's folder");
  else if (std::error_code ec; !fs::is_regular_file(*inside, ec))
    fault("its library " + m->library.filename().string() + " is not there", "build the plugin, or correct \"library\"");
  else
    m->library = *inside;
  return std::move(*m);
}

std::vector<PluginManifest> find_plugins(const std::vector<fs::path>& folders) {
  std::vector<PluginManifest> found;
  for (const auto& folder : folders) {
    std::error_code ec;
    std::vector<fs::path> manifests;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
      std::error_code none;
      if (fs::exists(it->path() / "plugin.json", none)) manifests.push_back(fs::absolute(it->path() / "plugin.json", none));
    }
    std::sort(manifests.begin(), manifests.end());
    for (const auto& path : manifests) {
      auto m = read_manifest(path);
      for (const auto& other : found)
        if (other.id == m.id && m.error.empty())
          m.error = Error{ErrorCode::mismatch, "the id \"" + m.id + "\" is taken by " + other.manifest.string(), path.string(), "$.id", "remove one of the two"}.text();
      found.push_back(std::move(m));
    }
  }
  return found;
}

}  // namespace tenbo::runtime
