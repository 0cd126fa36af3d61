#pragma once
// glTF 2.0 in, by our own reader: GLB, or .gltf with buffers and pictures beside it or inside. Geometry is decoded
// (also Draco, meshopt, quantised, sparse, instanced), pictures stay as they are until somebody needs them.
//
// The reader is made for hostile input: every index and size is checked before it is used, what is allocated is counted
// against a budget before it is allocated, and references never leave the folder.
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <glm/mat4x4.hpp>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/base/mesh.h"
#include "tenbo/io/properties.h"

namespace tenbo::io {

using Bytes = std::shared_ptr<const std::vector<std::byte>>;

struct GltfTexture {
  Bytes data;          // PNG, JPEG or WebP, as the file has it
  std::string name;    // for messages: "Duck.glb: image 0", or the picture's own path
  bool repeat = true;  // wrap mode repeat or mirror in either direction
};

struct GltfMaterial {
  Rgba8 colour{255, 255, 255, 255};  // base colour factor, sRGB-encoded; alpha straight
  std::int32_t texture = -1;         // of the base colour
  enum class Alpha : std::uint8_t { opaque, mask, blend } alpha = Alpha::opaque;
  bool unlit = false;
  bool double_sided = false;
};

enum class GltfMode : std::uint8_t { points, lines, triangles };

// Vertices in the mesh's own space (y up, metres). Strips, fans and loops are lists here; every index is in range.
struct GltfPrimitive {
  GltfMode mode = GltfMode::triangles;
  std::vector<glm::vec3> positions;
  std::vector<glm::vec3> normals;       // empty: none; else one a vertex, not always unit
  std::vector<glm::vec2> uvs;           // of the base colour texture, its transform applied; empty: none
  std::vector<Rgba8> colours;           // sRGB-encoded; empty: none
  std::vector<std::array<std::uint8_t, 2>> light;  // _TENBO_LIGHT of baked tiles: sky and sun that are left; empty: none
  std::vector<std::uint32_t> indices;   // 1, 2 or 3 a primitive
  std::vector<std::uint32_t> features;  // feature ids, one a vertex; empty: none; no_feature = none here
  std::int32_t properties = -1;         // index into Gltf::properties, for the features
  std::int32_t material = -1;
};

// A primitive where a node (or an instance of it) puts it.
struct GltfPlacement {
  std::uint32_t primitive = 0;
  glm::dmat4 transform{1};             // mesh space -> the file's space (y up)
  std::uint32_t feature = no_feature;  // of an instance, in `properties`
  std::int32_t properties = -1;
};

struct Gltf {
  std::vector<GltfPrimitive> primitives;
  std::vector<GltfPlacement> placements;  // of the default scene
  std::vector<GltfMaterial> materials;
  std::vector<GltfTexture> textures;
  std::vector<std::shared_ptr<const PropertyRows>> properties;
  std::optional<glm::dvec3> rtc_center;  // CESIUM_RTC: to be added after y-up has become z-up
  bool z_up = false;                     // asset.gltfUpAxis of old b3dm files
  bool on_globe = false;                 // stands in ECEF by itself (GeoJSON): no tile's transform moves it
  std::vector<std::string> extensions_used;
  Diagnostics diagnostics;
};

struct GltfOptions {
  std::uint64_t memory = std::uint64_t{2} << 30;  // bytes of decoded data; more is refused before it is allocated
  // Old b3dm files say which vertices belong to which feature by this attribute ("_BATCHID").
  bool batch_ids = false;
};

// What a reference in the file names ("Duck0.bin"), read; refuses what leads out of the data's folder. At most `limit`
// bytes.
using FetchResource = std::function<Result<std::vector<std::byte>>(const std::string& reference, std::uint64_t limit)>;
// Files in `folder` and below it.
FetchResource fetch_from_folder(std::filesystem::path folder);

// `name` stands in messages. [any]
Result<Gltf> read_gltf(std::span<const std::byte> bytes, const std::string& name, const FetchResource& fetch,
                       const GltfOptions& options = {});
Result<Gltf> read_gltf_file(const std::filesystem::path& path, const GltfOptions& options = {});
bool is_gltf_file(const std::filesystem::path& path);  // by its first bytes or its name

}  // namespace tenbo::io
