#pragma once
// What tenbo_model_worker writes to its standard output and read_model reads: one model, in the machine's byte order.
//   Header, then for each part: PartHeader, vertices, indices; for each texture: TextureHeader, bytes; end_mark.
#include <cstdint>

namespace tenbo::model_format {

inline constexpr std::uint32_t magic = 0x4D424E54;     // "TNBM"
inline constexpr std::uint32_t version = 1;
inline constexpr std::uint32_t end_mark = 0x444E4521;  // "!END": nothing was cut off

// Limits that both sides keep.
inline constexpr std::uint32_t max_parts = 200'000;
inline constexpr std::uint32_t max_textures = 4096;
inline constexpr std::uint64_t max_vertices = 30'000'000;  // of all parts
inline constexpr std::uint64_t max_indices = 90'000'000;
inline constexpr std::uint64_t max_texture_bytes = UINT64_C(1) << 29;  // of all textures

struct Header {
  std::uint32_t magic, version, parts, textures, warnings;  // warnings: texts after the textures, each length + bytes
};
struct PartHeader {
  std::uint32_t vertices, indices;
  std::int32_t texture;  // -1 = none
  std::uint8_t colour[4];
};
struct Vertex {
  float position[3];  // m; x east, y north, z up
  float normal[3];
  float uv[2];        // v down
};
enum class TextureKind : std::uint32_t {
  packed,  // a PNG, JPEG ... as it lies in the model
  pixels,  // RGBA, width x height
  path,    // beside the model, as the model names it (UTF-8)
};
struct TextureHeader {
  TextureKind kind;
  std::uint32_t width, height;
  std::uint64_t bytes;
};

}  // namespace tenbo::model_format
