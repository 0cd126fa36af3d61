#pragma once
// Plain values in and out of bytes, as they stand in memory: work files are read by the program that wrote them.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tenbo::io::bake {

class Packer {
 public:
  template <class T>
  void value(const T& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&v), sizeof(T));
  }
  template <class T>
  void list(const std::vector<T>& v) {
    static_assert(std::is_trivially_copyable_v<T>);
    value<std::uint64_t>(v.size());
    if (!v.empty()) out.append(reinterpret_cast<const char*>(v.data()), v.size() * sizeof(T));
  }
  void text(std::string_view v) {
    value<std::uint64_t>(v.size());
    out.append(v);
  }
  std::string out;
};

// Reading past the end gives zeros and sets `bad`.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : left_(bytes) {}
  template <class T>
  T value() {
    T v{};
    if (left_.size() < sizeof(T)) {
      bad = true;
      left_ = {};
      return v;
    }
    std::memcpy(&v, left_.data(), sizeof(T));
    left_.remove_prefix(sizeof(T));
    return v;
  }
  template <class T>
  std::vector<T> list() {
    const auto count = value<std::uint64_t>();
    std::vector<T> v;
    if (bad || count > left_.size() / sizeof(T)) {
      bad = true;
      return v;
    }
    v.resize(count);
    if (count) std::memcpy(v.data(), left_.data(), count * sizeof(T));
    left_.remove_prefix(count * sizeof(T));
    return v;
  }
  std::string text() {
    const auto size = value<std::uint64_t>();
    if (bad || size > left_.size()) {
      bad = true;
      return {};
    }
    std::string v(left_.substr(0, size));
    left_.remove_prefix(size);
    return v;
  }
  bool at_end() const { return left_.empty(); }
  bool bad = false;

 private:
  std::string_view left_;
};

}  // namespace tenbo::io::bake
