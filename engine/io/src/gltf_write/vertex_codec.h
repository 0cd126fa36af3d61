#pragma once
// The attributes mode of EXT_meshopt_compression, version 0, written several times as fast as by the library and to the same
// bytes: it is an eighth of a bake. Reading stays the library's.
#include <cstddef>
#include <cstdint>
#include <string>

namespace tenbo::io::gltf_write {

// Appends `count` vertices of `stride` bytes, a multiple of 4 up to 256, as one compressed buffer view. count > 0.
void encode_vertices(std::string& out, const std::uint8_t* vertices, std::size_t count, std::size_t stride);

}  // namespace tenbo::io::gltf_write
