#include "cache/manifest.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"

namespace tenbo::io::cache {
namespace {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int version = 1;
constexpr std::size_t line = 17;  // the hash, and the end of its line

Status write(const fs::path& path, const Json& json) {
  const auto text = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  return write_file_atomic(path, fmt::format("{:016x}\n", hash_bytes(text)) + text);
}

std::optional<Json> read(const fs::path& path) {
  const auto bytes = read_text_file(path);
  if (!bytes || bytes->size() < line) return std::nullopt;
  const auto text = std::string_view(*bytes).substr(line);
  if (std::string_view(*bytes).substr(0, line) != fmt::format("{:016x}\n", hash_bytes(text))) return std::nullopt;
  auto json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || json.value("version", 0) != version) return std::nullopt;
  return json;
}

Json to_json(const geo::Extent& e) {
  if (e.empty()) return nullptr;
  Json out{e.west, e.south, e.east, e.north};
  if (e.has_height()) out.push_back(e.min_height), out.push_back(e.max_height);
  return out;
}

geo::Extent extent_of(const Json& j) {
  geo::Extent e;
  if (!j.is_array() || j.size() < 4) return e;
  e.add(j[0].get<double>(), j[1].get<double>());
  e.add(j[2].get<double>(), j[3].get<double>());
  if (j.size() >= 6) e.min_height = j[4].get<double>(), e.max_height = j[5].get<double>();
  return e;
}

}  // namespace

Status write_manifest(const fs::path& folder, const CachedBake::Info& info) {
  Json files = Json::array();
  for (const auto& f : info.files) files.push_back({f.name, f.size, fmt::format("{:016x}", f.hash)});
  return write(folder / manifest_name, {{"version", version}, {"key", info.key}, {"input", info.input}, {"input_bytes", info.input_bytes},
                                        {"bytes", info.bytes}, {"features", info.features}, {"triangles", info.triangles},
                                        {"vertical", static_cast<int>(info.vertical)}, {"vertical_name", info.vertical_name},
                                        {"warnings", info.warnings}, {"errors", info.errors}, {"files", std::move(files)}});
}

std::optional<CachedBake::Info> read_manifest(const fs::path& folder) {
  const auto json = read(folder / manifest_name);
  if (!json) return std::nullopt;
  try {
    const Json& j = *json;
    CachedBake::Info out;
    out.key = j.at("key");
    out.input = j.at("input");
    out.input_bytes = j.at("input_bytes");
    out.bytes = j.at("bytes");
    out.features = j.at("features");
    out.triangles = j.at("triangles");
    out.vertical = static_cast<geo::VerticalKind>(j.at("vertical").get<int>());
    out.vertical_name = j.at("vertical_name");
    out.warnings = j.at("warnings").get<std::vector<std::string>>();
    out.errors = j.at("errors").get<std::vector<std::string>>();
    for (const auto& f : j.at("files"))
      out.files.push_back({f.at(0).get<std::string>(), f.at(1).get<std::uint64_t>(), std::stoull(f.at(2).get<std::string>(), nullptr, 16)});
    return out;
  } catch (const std::exception&) {  // of another program
    return std::nullopt;
  }
}

Status write_notes(const fs::path& folder, const BakeNotes& notes) {
  return write(folder / notes_name, {{"version", version}, {"crs", notes.crs}, {"lod", notes.lod}, {"bridges", notes.bridges},
                                     {"extent", to_json(notes.extent)}, {"framing", to_json(notes.framing)}});
}

std::optional<BakeNotes> read_notes(const fs::path& folder) {
  const auto json = read(folder / notes_name);
  if (!json) return std::nullopt;
  try {
    BakeNotes out;
    out.crs = json->at("crs");
    out.lod = json->at("lod");
    out.bridges = json->at("bridges");
    out.extent = extent_of(json->at("extent"));
    out.framing = extent_of(json->at("framing"));
    return out;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace tenbo::io::cache
