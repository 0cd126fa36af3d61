#pragma once
// A binary glTF 2.0 file for a 3D Tiles 1.1 tile, from plain arrays: quantised and compressed (KHR_mesh_quantization,
// EXT_meshopt_compression), with feature ids and a property table (EXT_mesh_features, EXT_structural_metadata).
#include <array>
#include <cstdint>
#include <glm/mat3x3.hpp>
#include <glm/vec3.hpp>
#include <string>
#include <vector>

#include "tenbo/base/image.h"

namespace tenbo::io::gltf_write {

struct GlbImage {
  std::string mime;   // image/png, image/jpeg or image/webp
  std::string bytes;  // the file as it stands
  bool repeat = false;
};

struct GlbMaterial {
  Rgba8 colour;  // sRGB
  int image = -1;
  bool closed = false;  // solids with their faces outwards: one side of each is enough
};

struct GlbVertex {
  glm::vec3 position{0};             // m, in the tile's frame: east, north, up
  glm::vec3 normal{0};               // unit
  std::uint32_t feature = 0;         // row of the property table
  Rgba8 colour{255, 255, 255, 255};  // sRGB; where GlbPrimitive::coloured
  float u = 0, v = 0;                // v down; where the material has an image
  std::uint8_t open = 255, sun = 255;  // how much is left of the sky and of the sun; where GlbPrimitive::lit
};

struct GlbPrimitive {
  int material = 0;
  bool coloured = false;
  bool lit = false;  // writes _TENBO_LIGHT: two bytes, sky and sun
  std::vector<GlbVertex> vertices;
  std::vector<std::uint32_t> indices;
};

// One column of the property table.
struct GlbColumn {
  enum class Type { text, enumeration, int32, int64, float64, boolean };
  std::string id;        // [A-Za-z_][A-Za-z0-9_]*
  std::string name;      // as the source has it
  std::string semantic;  // ID, NAME or empty
  Type type = Type::text;
  std::string values;              // little-endian, as the type says
  std::string offsets;             // uint32, of texts
  std::vector<std::string> words;  // of an enumeration; values are uint8
  bool has_missing = false;
  double missing = 0;        // of numbers
  std::string missing_word;  // of texts and enumerations
};

struct GlbTile {
  glm::dvec3 origin{0};      // ECEF m
  glm::dmat3 axes{1};        // columns: east, north, up
  double tolerance = 0.005;  // m, how far quantisation may move a vertex along an axis; beyond it positions stay float
  std::vector<GlbImage> images;
  std::vector<GlbMaterial> materials;
  std::vector<GlbPrimitive> primitives;
  std::uint32_t rows = 0;
  std::string class_id, class_name;
  std::vector<GlbColumn> columns;
};

std::string write_glb(const GlbTile& tile);

}  // namespace tenbo::io::gltf_write
