#pragma once
// The bytes of a binary glTF file, view by view.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenbo::io::gltf_write {

struct BufferView {
  std::size_t offset = 0, size = 0;   // in the file's buffer
  std::size_t stride = 0, count = 0;  // compressed views: of what comes out; stride 0 = stored as it is
  std::size_t plain_offset = 0;       // compressed views: place in the buffer that stands for the uncompressed bytes
  bool indices = false;
};

class Buffer {
 public:
  int add(std::string_view bytes);  // as they are, on a multiple of 8
  int add_vertices(const std::uint8_t* vertices, std::size_t count, std::size_t stride);
  int add_indices(const std::vector<std::uint32_t>& indices, std::size_t vertices, bool small);  // small: 16 bits

  bool empty() const { return views_.empty(); }
  const std::vector<BufferView>& views() const { return views_; }
  const std::string& bytes() const { return bytes_; }
  std::size_t plain_size() const { return plain_; }
  std::string take() { return std::move(bytes_); }

 private:
  int compressed(std::size_t begin, std::size_t count, std::size_t stride, bool indices);
  std::vector<BufferView> views_;
  std::string bytes_;
  std::size_t plain_ = 0;
};

}  // namespace tenbo::io::gltf_write
