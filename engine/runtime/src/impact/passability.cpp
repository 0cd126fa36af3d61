#include "tenbo/runtime/passability.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {

using Json = nlohmann::json;

struct Wrong { std::string place, message; };

void keys(const Json& object, const std::string& place, const std::vector<std::string>& known) {
  if (!object.is_object()) throw Wrong{place, fmt::format("found {}, expected an object", object.type_name())};
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end()) throw Wrong{place, fmt::format("unknown key \"{}\"", to_valid_utf8(key))};
}
std::string text(const Json& object, const std::string& place, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || !it->is_string() || it->get_ref<const std::string&>().empty()) throw Wrong{place, fmt::format("\"{}\" is missing or no text", key)};
  return it->get<std::string>();
}
scene::LocalText local(const Json& object, const std::string& place, const char* key) {
  const auto it = object.find(key);
  if (it == object.end()) throw Wrong{place, fmt::format("\"{}\" is missing", key)};
  keys(*it, place + "." + key, {"ja", "en"});
  return {text(*it, place + "." + key, "ja"), text(*it, place + "." + key, "en")};
}

}  // namespace

Result<Passability> parse_passability(const std::string& json, const std::string& file) {
  try {
    const Json root = Json::parse(json);
    keys(root, "$", {"name", "version", "title", "unit", "note", "vehicles"});
    Passability out{text(root, "$", "name"), text(root, "$", "version"), local(root, "$", "title"), local(root, "$", "note"), {}};
    if (text(root, "$", "unit") != "m") throw Wrong{"$.unit", "expected \"m\""};
    const auto list = root.find("vehicles");
    if (list == root.end() || !list->is_array() || list->empty()) throw Wrong{"$.vehicles", "expected a list of at least one"};
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string place = fmt::format("$.vehicles[{}]", i);
      const Json& v = (*list)[i];
      keys(v, place, {"id", "label", "impassable_from", "source"});
      const auto from = v.find("impassable_from");
      if (from == v.end() || !from->is_number() || !(from->get<double>() > 0) || !(from->get<double>() < 100)) throw Wrong{place + ".impassable_from", "expected metres above 0"};
      out.vehicles.push_back({text(v, place, "id"), local(v, place, "label"), from->get<double>(), text(v, place, "source")});
    }
    return out;
  } catch (const Wrong& w) {
    return Error{ErrorCode::malformed, w.message, file, w.place, ""};
  } catch (const Json::exception& e) {
    return Error{ErrorCode::malformed, e.what(), file, "", ""};
  }
}

Result<Passability> load_passability(const std::filesystem::path& path) {
  auto read = read_text_file(path, 1 << 20);
  if (!read) return read.error();
  return parse_passability(*read, path.string());
}

}  // namespace tenbo::runtime
