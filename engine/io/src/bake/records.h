#pragma once
// Features on their way through a bake: attributes and triangles in plain arrays that go to disk as they stand.
#include <cstdint>
#include <glm/vec2.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pack.h"
#include "texts.h"

namespace tenbo::io::bake {

inline constexpr std::uint32_t none = 0xFFFFFFFFu;

enum class ValueKind : std::uint32_t { text, small_integer, wide_integer, real, boolean };
struct Value {
  std::uint32_t name_kind = 0;  // name << 3 | kind
  std::uint32_t payload = 0;    // text, small integer, boolean; else index into FeatureSet::wide
  std::uint32_t name() const { return name_kind >> 3; }
  ValueKind kind() const { return static_cast<ValueKind>(name_kind & 7); }
};

struct Material {
  std::uint32_t theme = 0;       // CityTheme
  std::uint32_t colour = 0;      // Rgba8::packed(); alpha 0: the theme's own
  std::uint32_t texture = none;  // path, in texts
  std::uint32_t repeat = 0;
  friend bool operator==(const Material&, const Material&) = default;
};

struct Corner {
  float x = 0, y = 0, z = 0;  // m, in the block's east-north-up frame (its cell's centre at height 0)
  std::uint32_t normal = 0;   // encode_normal
};

// Triangles of one feature with one material.
struct Piece {
  std::uint32_t material = 0;
  std::uint32_t first_corner = 0, corners = 0;
  std::uint32_t first_index = 0, indices = 0;  // indices count from first_corner
  std::uint32_t first_uv = none;               // one a corner, v down; none = no picture
};

struct Record {
  double lon = 0, lat = 0;         // degrees: the middle of its extent, which says whose block and leaf it is
  float height = 0;                // m, the bottom of its extent
  std::uint32_t id = 0, type = 0;  // texts
  std::uint32_t first_value = 0, values = 0;
  std::uint32_t first_piece = 0, pieces = 0;
  std::uint32_t spare = 0;  // no padding: the bytes are written as they stand
};

struct FeatureSet {
  Texts texts, names;  // names: of attributes
  std::vector<Material> materials;
  std::vector<Record> records;
  std::vector<Value> values;
  std::vector<std::uint64_t> wide;
  std::vector<Piece> pieces;
  std::vector<Corner> corners;
  std::vector<glm::vec2> uvs;
  std::vector<std::uint32_t> indices;

  std::uint32_t material(const Material& m);
  std::uint64_t triangles() const { return indices.size() / 3; }
  // Behind this one's; numbers are changed to fit. What comes out does not depend on how the features were divided.
  void append(const FeatureSet& other);
  // The record of another set with its attributes and without its triangles.
  std::uint32_t add_record(const FeatureSet& from, std::uint32_t record);

  void pack(Packer& out) const;
  bool unpack(Unpacker& in);  // false: damaged
};

}  // namespace tenbo::io::bake
