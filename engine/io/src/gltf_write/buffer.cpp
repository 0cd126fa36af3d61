#include "buffer.h"

#include <meshoptimizer.h>

namespace tenbo::io::gltf_write {

int Buffer::add(std::string_view bytes) {
  bytes_.resize((bytes_.size() + 7) / 8 * 8, '\0');
  views_.push_back({bytes_.size(), bytes.size()});
  bytes_ += bytes;
  return static_cast<int>(views_.size()) - 1;
}

int Buffer::add_compressed(const std::vector<unsigned char>& packed, std::size_t size, std::size_t count,
                           std::size_t stride, bool indices) {
  bytes_.resize((bytes_.size() + 7) / 8 * 8, '\0');
  views_.push_back({bytes_.size(), size, stride, count, plain_, indices});
  bytes_.append(reinterpret_cast<const char*>(packed.data()), size);
  plain_ += (count * stride + 7) / 8 * 8;
  return static_cast<int>(views_.size()) - 1;
}

int Buffer::add_vertices(const void* vertices, std::size_t count, std::size_t stride) {
  std::vector<unsigned char> packed(meshopt_encodeVertexBufferBound(count, stride));
  const std::size_t size = meshopt_encodeVertexBuffer(packed.data(), packed.size(), vertices, count, stride);
  return add_compressed(packed, size, count, stride, false);
}

int Buffer::add_indices(const std::vector<std::uint32_t>& indices, std::size_t vertices, bool small) {
  // The extension takes the library's newer index format, which the library sets for the whole process.
  static const bool once = (meshopt_encodeIndexVersion(1), meshopt_encodeVertexVersion(0), true);
  static_cast<void>(once);
  std::vector<unsigned char> packed(meshopt_encodeIndexBufferBound(indices.size(), vertices));
  const std::size_t size = meshopt_encodeIndexBuffer(packed.data(), packed.size(), indices.data(), indices.size());
  return add_compressed(packed, size, indices.size(), small ? 2 : 4, true);
}

}  // namespace tenbo::io::gltf_write
