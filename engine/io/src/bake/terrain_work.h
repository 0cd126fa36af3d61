#pragma once
// What a bake of terrain keeps in its work folder: the plan, and the chunks that are finished.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "terrain.h"
#include "terrain_mesh.h"

namespace tenbo::io::bake {

struct TileName { int z = 0; std::uint32_t x = 0, y = 0; friend auto operator<=>(const TileName&, const TileName&) = default; };
std::string uri_of(const TileName& t);  // in the bake's folder

struct MadeTile { TileName name; std::uint64_t size = 0, hash = 0; };
// A finished chunk: its tiles, and the heights of its own tile for the one above.
struct MadeChunk {
  std::vector<MadeTile> tiles;
  TerrainSquare square;
  std::uint64_t triangles = 0;
};

std::filesystem::path chunk_path(const WorkFolder& work, const TerrainChunk& c);
std::filesystem::path plan_path(const WorkFolder& work);

std::string pack_chunk(const MadeChunk& chunk, std::uint64_t key);
// The chunk as it was finished with this key, its files checked.
std::optional<MadeChunk> finished_chunk(const WorkFolder& work, const TerrainChunk& c, std::uint64_t key);

std::string pack_plan(const TerrainPlan& plan);
// Nothing where there is none that can be read. Fails where its geoid cannot be opened.
Result<std::optional<TerrainPlan>> read_plan(const WorkFolder& work);

}  // namespace tenbo::io::bake
