#pragma once
// Terrain in tiles: pictures whose pixels are heights (GSI's PNG, Terrain-RGB, Terrarium), and quantized-mesh 1.0 with its
// layer.json. Both become an Elevation that reads what it is asked for and keeps the latest.
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/io/raster.h"

namespace tenbo::io {

// How the red, green and blue of a pixel make a height, m:
//   gsi:          (2^16 R + 2^8 G + B) / 100, from 2^23 on less 2^24 / 100; 2^23 itself is no data; GSI's text tiles too
//   terrain_rgb:  (2^16 R + 2^8 G + B) / 10 - 10,000
//   terrarium:    2^8 R + G + B / 2^8 - 32,768
// A pixel with no alpha is no data in each.
enum class HeightEncoding { unknown, gsi, terrain_rgb, terrarium };
const char* to_string(HeightEncoding encoding);  // as in scene files: "gsi", "terrain-rgb", "terrarium"
std::optional<HeightEncoding> parse_height_encoding(std::string_view word);
// By the words that services have in their addresses ("dem5a_png", "terrain-rgb", "terrarium"); unknown where none is there.
HeightEncoding height_encoding_by_name(const std::filesystem::path& path);

struct TerrainOptions {
  RemoteOptions remote;
  geo::HeightPolicy heights;
  geo::VerticalKind declared = geo::VerticalKind::unknown;  // overrides what the format says
  HeightEncoding encoding = HeightEncoding::unknown;        // of pictures; unknown: by their name
  std::optional<std::pair<int, int>> zoom;                  // of tiles by a template: the coarsest and the finest there are
  std::uint64_t memory = 96 << 20;  // bytes, of decoded tiles
  double retry_seconds = 2;  // until what failed on the way is asked for again; doubled up to a minute
};

// A template of tiles ("https://host/{z}/{x}/{y}.png", "/data/{z}/{x}/{-y}.png"), a PMTiles or MBTiles archive, a layer.json,
// or a folder that holds one. Tells by the path alone, and by the first bytes of a file.
bool is_terrain_tiles(const std::filesystem::path& path);
// The Elevation's sample() reads the finest tiles, and so do its samplers on their level: on a worker. known() never reads.
// Fails where the set itself cannot be read; a tile that cannot is stood in for by a coarser one, and notes() says it. [worker]
Result<std::shared_ptr<const Elevation>> open_terrain_tiles(const std::filesystem::path& path, const TerrainOptions& options);

// A tile of quantized-mesh 1.0. u counts from the west edge, v from the south, h from min_height to max_height.
struct QuantizedMesh {
  static constexpr std::uint16_t most = 32767;
  std::array<double, 3> centre{};    // ECEF, m
  float min_height = 0, max_height = 0;
  std::array<double, 4> sphere{};    // ECEF, m: centre, radius
  std::array<double, 3> horizon{};   // occlusion point, ECEF scaled by the ellipsoid's axes
  std::vector<std::uint16_t> u, v, h;
  std::vector<std::uint32_t> indices;
  std::vector<std::uint32_t> west, south, east, north;  // vertices on each edge
  std::vector<std::array<std::uint8_t, 2>> normals;     // oct-encoded, ECEF; empty where there are none
  std::vector<std::uint8_t> water;                      // one value, or 256 x 256 from the north: 255 is water; or none
  std::string metadata;                                 // JSON; or none
  // How many triangles at the end of the list fill what has no data. Our own bakes say so in an extension of theirs (id 200,
  // 32 bits), so that others, who know no holes and skip what they do not know, have a closed globe.
  std::uint32_t filling = 0;
};
// Every count and index is checked against the bytes. `label` stands in messages. [any]
Result<QuantizedMesh> read_quantized_mesh(std::span<const std::byte> bytes, const std::string& label);
// A tile of heightmap-1.0, its 65 by 65 heights as a mesh. Heights are kept exactly where the tile rises by no more than
// 6553.4 m, else to 0.2 m; centre, sphere and horizon stay 0. [any]
Result<QuantizedMesh> read_heightmap(std::span<const std::byte> bytes, const std::string& label);
// Expects indices in the order of their first use, as the format's encoding needs them. [any]
std::string write_quantized_mesh(const QuantizedMesh& mesh);

}  // namespace tenbo::io
