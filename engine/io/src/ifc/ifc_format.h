#pragma once
// What ifc_worker/read_ifc.mjs writes to its standard output and read_ifc reads: one model, little-endian.
//   "TNBI", version; then records, each a tag of four letters, its length in bytes, and so much:
//   ELEM  JSON, some rows each: [express id, GlobalId, class, index of its whole or -1, [[attribute, value] ...]]
//   MESH  Mesh, then vertices (position and normal, three floats each), then indices
//   INFO  JSON, once: schema, units, place on Earth, what is not drawn
//   END!  empty, last: nothing was cut off
#include <cstdint>

namespace tenbo::ifc_format {

constexpr std::uint32_t tag(const char (&s)[5]) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(s[0])) | static_cast<std::uint32_t>(static_cast<unsigned char>(s[1])) << 8 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(s[2])) << 16 | static_cast<std::uint32_t>(static_cast<unsigned char>(s[3])) << 24;
}
inline constexpr std::uint32_t magic = tag("TNBI"), version = 1;

// Limits that both sides keep.
inline constexpr std::uint64_t max_elements = 2'000'000;
inline constexpr std::uint64_t max_triangles = 30'000'000;
inline constexpr std::uint64_t max_file_bytes = UINT64_C(1) << 30;  // of the .ifc: WebAssembly has 4 GiB for all of it

struct Mesh {               // of the payload, 40 bytes as they follow each other
  std::uint32_t element;    // index of a row
  std::uint8_t colour[4];   // sRGB and opacity
  double origin[3];         // m; x, y, z as the file has its axes, z up
  std::uint32_t vertices, indices;
};
inline constexpr std::size_t mesh_bytes = 40;
struct Vertex {
  float position[3];        // m, from the origin
  float normal[3];
};

}  // namespace tenbo::ifc_format
