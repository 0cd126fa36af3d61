#pragma once
// What a bake is made of, kept in its folder (DIR/.tenbo-bake.json) so that --resume can tell a bake of something else, also when it is
// finished. Names of files alone, no folders: bakes are published.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/base/result.h"
#include "terrain.h"
#include "units.h"

namespace tenbo::io::bake {

struct MadeOf {
  std::uint64_t key = 0;  // of all of it
  std::uint64_t version = 0;
  std::string geoid, height;  // as BakeOptions, the geoid's name alone
  unsigned webp = 0;
  // Names and keys of files, or none where they are very many: then the key tells that they differ, and not how.
  std::vector<std::pair<std::string, std::uint64_t>> inputs;
};

MadeOf made_of(std::uint64_t key, const std::vector<Unit>& units, const std::optional<TerrainPlan>& terrain, const BakeOptions& options);
Status write_made_of(const std::filesystem::path& out, const MadeOf& made);
// Nothing where the folder has none (of an earlier version), or it is damaged.
std::optional<MadeOf> read_made_of(const std::filesystem::path& out);
void remove_made_of(const std::filesystem::path& out);

// In words, "a.gml has changed, --webp was 80 and is 0"; empty where nothing differs.
std::string difference(const MadeOf& before, const MadeOf& now);

}  // namespace tenbo::io::bake
