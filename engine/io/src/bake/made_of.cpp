#include "made_of.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/base/text.h"

namespace tenbo::io::bake {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t most_kept = 4096, most_told = 3;  // inputs
constexpr const char* file_name = ".tenbo-bake.json";

std::string hex(std::uint64_t v) { return fmt::format("{:016x}", v); }

// "--webp was 80 and is 0"
void tell(std::vector<std::string>& out, const char* option, const std::string& before, const std::string& now) {
  const auto word = [](const std::string& v) { return v.empty() ? std::string("not given") : v; };
  if (before != now) out.push_back(fmt::format("{} was {} and is {}", option, word(before), word(now)));
}

// "a.gml is new": the first of them, and how many more.
void tell(std::vector<std::string>& out, const std::set<std::string>& names, const char* what) {
  std::size_t told = 0;
  for (const auto& name : names) {
    if (told++ == most_told) break;
    out.push_back(name + " " + what);
  }
  if (names.size() > most_told) out.push_back(fmt::format("so with {} more", names.size() - most_told));
}

}  // namespace

MadeOf made_of(std::uint64_t key, const std::vector<Unit>& units, const std::optional<TerrainPlan>& terrain, const BakeOptions& options) {
  MadeOf out{key, bake_version(), fs::path(options.geoid).filename().string(), options.height, options.webp, {}};
  for (const Unit& u : units)
    if (u.chunk == 0) out.inputs.emplace_back(u.path.filename().string() + (u.layer.empty() ? "" : ", layer " + u.layer), u.key);
  if (terrain)
    for (const auto& f : terrain->files) {
      const auto stamp = file_stamp(f.input.path);
      out.inputs.emplace_back(f.input.path.filename().string(), mix(hash_bytes(f.input.path.string(), stamp.size) ^ static_cast<std::uint64_t>(stamp.modified_ns)));
    }
  if (out.inputs.size() > most_kept) out.inputs.clear();
  for (auto& [name, of] : out.inputs) name = to_valid_utf8(name);
  return out;
}

Status write_made_of(const fs::path& out, const MadeOf& made) {
  Json inputs = Json::array();
  for (const auto& [name, key] : made.inputs) inputs.push_back({name, hex(key)});
  const Json json{{"generator", "Tenbo"}, {"version", made.version}, {"key", hex(made.key)}, {"geoid", made.geoid}, {"height", made.height}, {"webp", made.webp}, {"inputs", std::move(inputs)}};
  return write_file_atomic(out / file_name, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<MadeOf> read_made_of(const fs::path& out) {
  const auto text = read_text_file(out / file_name, std::uint64_t{64} << 20);
  if (!text) return std::nullopt;
  const auto json = Json::parse(*text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  try {
    MadeOf made;
    made.version = json.at("version");
    made.key = std::stoull(json.at("key").get<std::string>(), nullptr, 16);
    made.geoid = json.at("geoid");
    made.height = json.at("height");
    made.webp = json.at("webp");
    for (const auto& i : json.at("inputs")) made.inputs.emplace_back(i.at(0).get<std::string>(), std::stoull(i.at(1).get<std::string>(), nullptr, 16));
    return made;
  } catch (const std::exception&) {  // damaged, or not ours
    return std::nullopt;
  }
}

void remove_made_of(const fs::path& out) {
  std::error_code ec;
  fs::remove(out / file_name, ec);
}

std::string difference(const MadeOf& before, const MadeOf& now) {
  if (before.key == now.key) return {};
  std::vector<std::string> out;
  if (before.version != now.version) out.emplace_back("it is of another version of Tenbo");
  tell(out, "--geoid", before.geoid, now.geoid);
  tell(out, "--height", before.height, now.height);
  tell(out, "--webp", before.webp ? std::to_string(before.webp) : "", now.webp ? std::to_string(now.webp) : "");
  if (before.version == now.version && (before.inputs.empty() == now.inputs.empty())) {
    const std::set<std::pair<std::string, std::uint64_t>> was(before.inputs.begin(), before.inputs.end()), is(now.inputs.begin(), now.inputs.end());
    std::set<std::string> gone, fresh, changed;
    for (const auto& [name, key] : was)
      if (!is.contains({name, key})) gone.insert(name);
    for (const auto& [name, key] : is)
      if (!was.contains({name, key})) (gone.erase(name) || changed.contains(name) ? changed : fresh).insert(name);
    tell(out, changed, "has changed or lies elsewhere");
    tell(out, fresh, "is new");
    tell(out, gone, "is not given");
  }
  if (out.empty()) out.emplace_back(before.geoid.empty() || before.inputs != now.inputs ? "the inputs" : before.geoid + " has changed");
  std::string text;
  for (const auto& o : out) text += (text.empty() ? "" : ", ") + o;
  return text;
}

}  // namespace tenbo::io::bake
