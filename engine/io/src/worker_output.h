#pragma once
// Takes values off the output of a worker process, which may be anything: every size is checked against what is left.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace tenbo::io {

class WorkerOutput {
 public:
  explicit WorkerOutput(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <class T>
  bool take(T& value) {
    if (bytes_.size() < sizeof(T)) return false;
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_ = bytes_.subspan(sizeof(T));
    return true;
  }
  template <class T>
  bool take(std::vector<T>& values, std::uint64_t n) {
    if (n > bytes_.size() / sizeof(T)) return false;
    values.resize(static_cast<std::size_t>(n));
    if (n) std::memcpy(values.data(), bytes_.data(), static_cast<std::size_t>(n) * sizeof(T));
    bytes_ = bytes_.subspan(static_cast<std::size_t>(n) * sizeof(T));
    return true;
  }
  bool take(std::span<const std::byte>& out, std::uint64_t n) {
    if (n > bytes_.size()) return false;
    out = bytes_.first(static_cast<std::size_t>(n));
    bytes_ = bytes_.subspan(static_cast<std::size_t>(n));
    return true;
  }
  bool empty() const { return bytes_.empty(); }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace tenbo::io
