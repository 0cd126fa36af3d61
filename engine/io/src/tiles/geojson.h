#pragma once
// GeoJSON (RFC 7946) as 3D Tiles have it: the shapes of extents, and the content of MAXAR_content_geojson.
#include <cstdint>
#include <glm/vec3.hpp>
#include <string>
#include <vector>

#include "json/node.h"
#include "tenbo/io/gltf.h"

namespace tenbo::io::tiles {

// Degrees east and north (WGS 84), m above the ellipsoid (0 where none is given). `place` is in the file.
struct GeoRing {
  std::vector<glm::dvec3> points;  // with the closing point of a polygon's ring
  std::string file, place;
};
struct GeoGeometry {
  enum class Kind : std::uint8_t { points, lines, polygons } kind = Kind::points;
  GeoRing points;
  std::vector<GeoRing> lines;
  std::vector<std::vector<GeoRing>> polygons;  // each its outer ring, then its holes
  std::uint64_t feature = 0;                   // of the collection
  std::string place;
};

// The geometries of a Feature or FeatureCollection. `one_kind`: only one type of geometry may be there, as a layer of tiles
// has it. Throws json::Bad; `file` has to outlive nothing.
std::vector<GeoGeometry> read_geojson(const json::Node& file, bool one_kind);

// A file of features as a model in ECEF: polygons as surfaces, lines and points as small solids, properties as a table.
Gltf read_geojson_tile(std::span<const std::byte> bytes, const std::string& name, const GltfOptions& options);
// By its first members: a GeoJSON object and no glTF.
bool looks_like_geojson(std::span<const std::byte> bytes);

}  // namespace tenbo::io::tiles
