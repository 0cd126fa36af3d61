#include "buffer.h"

#include <meshoptimizer.h>

#include "vertex_codec.h"

namespace tenbo::io::gltf_write {

int Buffer::add(std::string_view bytes) {
  bytes_.resize((bytes_.size() + 7) / 8 * 8, '\0');
  views_.push_back({bytes_.size(), bytes.size()});
  bytes_ += bytes;
  return static_cast<int>(views_.size()) - 1;
}

// What was appended from `begin` on is a view of `count` things of `stride` bytes.
int Buffer::compressed(std::size_t begin, std::size_t count, std::size_t stride, bool indices) {
  views_.push_back({begin, bytes_.size() - begin, stride, count, plain_, indices});
  plain_ += (count * stride + 7) / 8 * 8;
  return static_cast<int>(views_.size()) - 1;
}

int Buffer::add_vertices(const std::uint8_t* vertices, std::size_t count, std::size_t stride) {
  const std::size_t begin = (bytes_.size() + 7) / 8 * 8;
  bytes_.resize(begin, '\0');
  encode_vertices(bytes_, vertices, count, stride);
  return compressed(begin, count, stride, false);
}

int Buffer::add_indices(const std::vector<std::uint32_t>& indices, std::size_t vertices, bool small) {
  // The extension takes the library's newer index format, which the library sets for the whole process.
  static const bool once = (meshopt_encodeIndexVersion(1), true);
  static_cast<void>(once);
  const std::size_t begin = (bytes_.size() + 7) / 8 * 8, most = meshopt_encodeIndexBufferBound(indices.size(), vertices);
  bytes_.resize(begin + most, '\0');
  bytes_.resize(begin + meshopt_encodeIndexBuffer(reinterpret_cast<unsigned char*>(bytes_.data()) + begin, most, indices.data(), indices.size()));
  return compressed(begin, indices.size(), small ? 2 : 4, true);
}

}  // namespace tenbo::io::gltf_write
