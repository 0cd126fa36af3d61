#include "units.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "tenbo/base/hash.h"
#include "tenbo/base/text.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/vector.h"

namespace tenbo::io::bake {
namespace {
namespace fs = std::filesystem;

constexpr std::uint64_t format_version = 6;  // of work files and of the tiles' bytes

std::uint64_t stamp_key(const fs::path& path, std::uint64_t seed) {
  const auto stamp = file_stamp(path);
  std::error_code ec;
  auto h = hash_bytes(fs::absolute(path, ec).lexically_normal().string(), seed);
  h = mix(h ^ stamp.size);
  return mix(h ^ static_cast<std::uint64_t>(stamp.modified_ns));
}

bool is_gml(const fs::path& path) {
  std::string e = path.extension().string();
  std::transform(e.begin(), e.end(), e.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return e == ".gml" || e == ".citygml";
}

// The package that a file or folder belongs to, or the folder itself.
fs::path root_of(const fs::path& folder) {
  std::error_code ec;
  const auto absolute = fs::absolute(folder, ec);
  if (ec) return folder;
  int up = 0;
  for (auto p = absolute / "x"; p.has_relative_path() && up < 10; p = p.parent_path(), ++up)
    if (p.filename() == "udx") return p.parent_path();
  return absolute;
}

void add(std::vector<Unit>& units, const fs::path& path, const fs::path& root) {
  units.push_back(
      {path, root, std::max<std::uint64_t>(1, file_stamp(path).size), "", 0, 0, stamp_key(path, format_version)});
}

Status add_folder(std::vector<Unit>& units, const fs::path& folder) {
  std::error_code ec;
  const fs::path udx = folder / "udx";
  const bool package = fs::is_directory(udx, ec);
  std::vector<fs::path> files;
  fs::recursive_directory_iterator it(package ? udx : folder, fs::directory_options::skip_permission_denied, ec), end;
  for (; !ec && it != end; it.increment(ec)) {
    std::error_code ignored;
    if (is_gml(it->path()) && it->is_regular_file(ignored)) files.push_back(it->path());
  }
  if (ec) return Error{ErrorCode::io, "cannot be listed: " + ec.message(), folder.string(), "", ""};
  std::sort(files.begin(), files.end());
  if (files.empty())
    return Error{ErrorCode::not_found, "holds no .gml file", folder.string(), "",
                 "expected CityGML files, or a PLATEAU package with udx/"};
  const fs::path root = package ? fs::absolute(folder, ec) : root_of(folder);
  for (const auto& file : files) add(units, file, root);
  return {};
}

Status add_layer(std::vector<Unit>& units, const fs::path& path, const std::string& layer) {
  const auto count = count_features(path, layer);
  if (!count) return count.error();
  const std::size_t chunks = std::max<std::size_t>(1, (*count + chunk_features - 1) / chunk_features);
  const std::uint64_t size = std::max<std::uint64_t>(1, file_stamp(path).size / chunks),
                      key = hash_bytes(layer, stamp_key(path, format_version));
  for (std::size_t i = 0; i < chunks; ++i)
    units.push_back({path, path.parent_path(), size, layer, i, chunks, mix(key ^ i)});
  return {};
}

}  // namespace

std::uint64_t bake_version() { return format_version; }

Result<std::vector<Unit>> list_units(const std::vector<fs::path>& inputs, Diagnostics& diagnostics) {
  std::vector<Unit> units;
  std::optional<Error> unread;
  const auto pass_over = [&](const Error& e) {
    diagnostics.fail(e);
    if (!unread) unread = e;
  };
  const auto add_layers = [&](const fs::path& input, const std::vector<Identified>& layers) -> Status {
    std::vector<Unit> of_file;
    for (const auto& layer : layers)
      if (auto status = add_layer(of_file, input, layer.layer); !status) return status;
    units.insert(units.end(), std::make_move_iterator(of_file.begin()), std::make_move_iterator(of_file.end()));
    return {};
  };
  for (const auto& input : inputs) {
    std::error_code ec;
    if (fs::is_directory(input, ec)) {
      if (auto status = add_folder(units, input); !status) return status.error();
      warn_of_left_out(input, false, diagnostics);
      continue;
    }
    const auto found = identify(input);
    if (!found && !fs::exists(input, ec)) return found.error();
    if (!found) {
      pass_over(found.error());
    } else if (!found->empty() && found->front().kind == DataKind::vector) {
      if (const auto status = add_layers(input, *found); !status) pass_over(status.error());
    } else if (found->size() != 1 || found->front().kind != DataKind::city) {
      return Error{ErrorCode::unsupported,
                   std::string("is ") + (found->empty() ? "nothing" : to_string(found->front().kind)) +
                       ", which bake does not take",
                   input.string(), "",
                   "give CityGML files, folders or PLATEAU packages, vector files of footprints, or DEMs"};
    } else {
      add(units, input, root_of(input.parent_path()));
    }
  }
  if (units.empty() && unread) return *unread;
  return units;
}

void warn_of_left_out(const fs::path& folder, bool for_heights, Diagnostics& diagnostics) {
  constexpr std::string_view vectors[] = {".fgb", ".gpkg", ".geojson", ".shp"}, heights[] = {".tif", ".tiff", ".asc", ".hgt"};
  std::vector<std::string> names;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const auto extension = lower_case(it->path().extension().string());
    const auto is_one = [&](const auto& list) { return std::find(std::begin(list), std::end(list), extension) != std::end(list); };
    if (is_one(vectors) || (!for_heights && is_one(heights))) names.push_back(it->path().filename().string());
  }
  if (names.empty()) return;
  std::sort(names.begin(), names.end());
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 5); ++i) list += (i ? ", " : "") + names[i];
  if (names.size() > 5) list += " and " + std::to_string(names.size() - 5) + " more";
  diagnostics.warn({ErrorCode::invalid_argument, std::string("of the folder ") + (for_heights ? "heights" : "the city model") + " alone is baked, not " + list, folder.string(), "",
                    "name what else should be baked beside the folder"});
}

std::uint64_t run_key(const std::vector<Unit>& units, const BakeOptions& options) {
  std::uint64_t key = mix(format_version);
  for (const Unit& unit : units) key = mix(key ^ unit.key);
  key = hash_bytes(options.height, mix(key ^ options.webp));
  if (!options.geoid.empty()) key = stamp_key(options.geoid, key);
  return key;
}

std::pair<std::size_t, std::size_t> share_of(const std::vector<Unit>& units, std::uint32_t part, std::uint32_t parts) {
  std::uint64_t total = 0;
  for (const Unit& unit : units) total += unit.size;
  // A unit belongs to the part that its middle falls into.
  std::size_t first = units.size(), last = units.size();
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const double middle = static_cast<double>(before) + static_cast<double>(units[i].size) / 2;
    const auto owner =
        std::min<std::uint32_t>(parts - 1, static_cast<std::uint32_t>(middle * parts / static_cast<double>(total)));
    if (owner >= part - 1) first = std::min(first, i);
    if (owner > part - 1) last = std::min(last, i);
    before += units[i].size;
  }
  return {first, std::max(first, last)};
}

}  // namespace tenbo::io::bake
