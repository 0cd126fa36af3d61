#pragma once
// A bake's terrain: DEMs into a set of quantized-mesh tiles, DIR/terrain/layer.json. The Earth is cut into fixed chunks; the
// bytes of a chunk's tiles follow from the DEMs alone.
#include <filesystem>
#include <span>
#include <vector>

#include "raster/heights_within.h"
#include "tenbo/io/bake.h"
#include "work.h"

namespace tenbo::io::bake {

struct TerrainChunk { std::uint32_t x = 0, y = 0; int leaf = 0; };  // of level TerrainPlan::chunk; the finest level in it

// What is to be made of which files.
struct TerrainPlan {
  std::vector<HeightFile> files;      // the finest first
  geo::HeightPolicy heights;
  std::uint64_t key = 0;              // of the files and their states
  int finest = 0, chunk = 0;          // levels
  geo::Extent bounds;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;  // of the tiles' heights
  std::string vertical_name, geoid;  // geoid: file, or none
  std::vector<TerrainChunk> chunks;   // from the south-west
};

struct TerrainMade {
  std::uint64_t tiles = 0, triangles = 0, bytes = 0;
};

// Fails where no file of heights can be read, or where their datums differ and no geoid is given.
Result<TerrainPlan> plan_terrain(const std::vector<std::filesystem::path>& paths, const geo::HeightPolicy& heights, const std::string& geoid,
                                 Diagnostics& diagnostics);
// DEMs among the inputs of a bake, taken out of the list.
std::vector<std::filesystem::path> take_height_inputs(std::vector<std::filesystem::path>& inputs);
// Tiles of the part's chunks; what an earlier run finished is kept. The plan is left in the work folder for a merge.
Result<TerrainMade> bake_terrain_chunks(const TerrainPlan& plan, const WorkFolder& work, std::uint32_t part, std::uint32_t parts,
                                        JobSystem& jobs, Progress& progress, const CancelToken& cancel);
// What the parts made, as files of this folder; nothing where their bakes had no DEMs.
Result<std::optional<TerrainPlan>> take_terrain(std::span<const WorkFolder> parts, const WorkFolder& work, TerrainMade& made);
// The tiles above the chunks, and layer.json.
Status finish_terrain(const TerrainPlan& plan, const WorkFolder& work, TerrainMade& made);

}  // namespace tenbo::io::bake
