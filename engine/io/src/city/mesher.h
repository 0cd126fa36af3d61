#pragma once
// Placed polygons into batches: one for each tile, theme, picture and colour.
#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/base/mesh.h"
#include "tenbo/io/city.h"
#include "triangulate.h"

namespace tenbo::io::city {

// Tiles of about `size` metres, on a grid of the whole Earth, so that files and neighbours share it.
class TileGrid {
 public:
  explicit TileGrid(double size);
  struct Tile {
    std::int32_t row = 0, column = 0;
    friend bool operator==(const Tile&, const Tile&) = default;
  };
  Tile at(double lon, double lat) const;
  geo::GeoPoint centre(Tile tile) const;  // height 0

 private:
  double column_degrees(std::int32_t row) const;
  double row_degrees_;
};

// Longitude, latitude, height to a tile's east-north-up frame, by differences from the tile's centre: to 1e-8 m of the
// long way through to_ecef() and ten times as fast, since the series for the small angles needs no sine.
class LocalProjector {
 public:
  explicit LocalProjector(const geo::GeoPoint& anchor);
  glm::dvec3 operator()(const geo::GeoPoint& p) const;

 private:
  geo::LocalFrame frame_;
  double lon0_, lat0_, sin0_, cos0_, x0_, z0_;
};

struct BatchKey {
  TileGrid::Tile tile;
  CityTheme theme = CityTheme::other;
  std::int32_t texture = -1;
  Rgba8 colour{255, 255, 255, 0};
  friend bool operator==(const BatchKey&, const BatchKey&) = default;
};
struct BatchKeyHash {
  std::size_t operator()(const BatchKey& k) const {
    std::uint64_t h = static_cast<std::uint32_t>(k.tile.row) | static_cast<std::uint64_t>(static_cast<std::uint32_t>(k.tile.column)) << 32;
    h = (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9ULL;
    h ^= static_cast<std::uint64_t>(static_cast<std::uint32_t>(k.texture)) << 8 ^ static_cast<std::uint64_t>(k.theme);
    h = (h ^ (h >> 32)) * 0x94d049bb133111ebULL;
    h ^= k.colour.packed();
    return static_cast<std::size_t>(h ^ (h >> 31));
  }
};

// A part of a batch, as one worker made it; feature ids count from the worker's first feature.
struct PartBatch {
  BatchKey key;
  MeshData mesh;
  std::vector<ElementRun> elements{};
};

class Mesher {
 public:
  Mesher(const TileGrid& grid, bool keep) : grid_(grid), keep_(keep) {}

  struct Face {
    std::span<const geo::GeoPoint> points;         // rings one after another, no closing points
    std::span<const std::uint32_t> starts;         // of the rings, and the end
    const std::array<float, 2>* texture_uv = nullptr;  // one a point; v down
    bool flip = false;
    bool face_up = false;  // a surface on the ground: its normal shall point up, however its ring runs
    std::uint32_t feature = 0;
    std::uint32_t element = no_element;
  };
  Triangulation add(const BatchKey& key, const Face& face);

  // What was added since the last call.
  std::vector<PartBatch> take();

  std::uint64_t triangles = 0;

 private:
  std::vector<PartBatch> parts_;
  const TileGrid& grid_;
  bool keep_;
  Triangulator triangulator_;
  std::unordered_map<BatchKey, std::uint32_t, BatchKeyHash> index_;
  struct TileHash {
    std::size_t operator()(const TileGrid::Tile& t) const { return BatchKeyHash{}({t}); }
  };
  std::unordered_map<TileGrid::Tile, LocalProjector, TileHash> projectors_;
  const LocalProjector* projector_ = nullptr;
  TileGrid::Tile projector_tile_{INT32_MIN, 0};
  std::uint32_t last_part_ = UINT32_MAX;
  std::vector<glm::dvec3> local_;
  std::vector<std::uint32_t> triangles_;
};

}  // namespace tenbo::io::city
