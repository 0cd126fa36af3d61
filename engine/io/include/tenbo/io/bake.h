#pragma once
// City models into OGC 3D Tiles 1.1: a tree of binary glTF files with levels of detail, and tileset.json. DEMs into terrain
// tiles beside them.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/crs.h"

namespace tenbo::io {

struct BakeOptions {
  std::string geoid;   // grid that makes orthometric heights ellipsoidal; empty = heights stay what they are
  std::string height;  // attribute that footprints of vector layers are extruded by, m; empty = a usual name
  unsigned webp = 0;   // pictures become WebP of this quality, 1 to 100, where that is smaller; 0 = they stay as they are
  std::uint32_t part = 1, parts = 1;  // this share of the inputs, to be merged later; 1 of 1 = all, and finished
  bool share = false;                 // keep the work folder and write no tileset.json: a part for merge_tiles()
  bool resume = false;                // go on where an earlier run with the same inputs and options ended
};

// How far it is, for a progress bar. Written by workers, read by anybody.
struct BakeProgress {
  Progress work;                           // of reading and writing together
  std::atomic<std::uint64_t> features{0};  // in tiles so far
  std::atomic<std::uint64_t> read{0};      // read so far
};

struct BakeReport {
  std::uint64_t features = 0, triangles = 0, tiles = 0;
  std::uint64_t terrain_tiles = 0, terrain_triangles = 0;
  std::uint64_t bytes = 0;          // of all tiles
  std::uint64_t without_place = 0;  // features without coordinates, in no tile
  std::string vertical_datum;       // of the tiles' heights
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  std::string vertical_name;        // of the source's datum; may be empty
  bool already_finished = false;    // resume found a finished tile set
  Diagnostics diagnostics;
};

// Same inputs and options, same bytes: whatever the number of threads, however often it was interrupted, in one run or
// in parts. Fails without a tileset.json where nothing could be read. Inputs: CityGML files, folders and PLATEAU
// packages; vector files of footprints; DEMs, which become out/terrain/layer.json with tiles of quantized-mesh.
Result<BakeReport> bake_tiles(const std::vector<std::filesystem::path>& inputs, const std::filesystem::path& out,
                              const BakeOptions& options, JobSystem& jobs, BakeProgress& progress, CancelToken cancel);
// All parts of one bake, in any order, into a finished tile set. The inputs' pictures have to be where they were.
Result<BakeReport> merge_tiles(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& out,
                               bool resume, JobSystem& jobs, BakeProgress& progress, CancelToken cancel);

}  // namespace tenbo::io
