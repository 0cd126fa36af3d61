#pragma once
// Strings kept once, by number, in one piece of memory that is written to disk as it stands.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/base/hash.h"

namespace tenbo::io::bake {

class Texts {
 public:
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  std::string_view operator[](std::uint32_t i) const {
    const std::uint32_t from = i ? ends_[i - 1] : 0;
    return {bytes_.data() + from, ends_[i] - from};
  }
  std::uint32_t intern(std::string_view text) {
    if ((ends_.size() + 1) * 4 > slots_.size() * 3) grow();
    const std::uint64_t hash = hash_bytes(text) & high_half;
    std::uint64_t& slot = slots_[slot_of(text, hash)];
    if (slot == 0) {
      bytes_ += text;
      ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
      slot = hash | size();
    }
    return static_cast<std::uint32_t>(slot) - 1;
  }

  const std::string& bytes() const { return bytes_; }
  const std::vector<std::uint32_t>& ends() const { return ends_; }
  // From disk; false where the ends do not fit the bytes.
  bool assign(std::string bytes, std::vector<std::uint32_t> ends) {
    std::uint32_t last = 0;
    for (const std::uint32_t end : ends) {
      if (end < last || end > bytes.size()) return false;
      last = end;
    }
    bytes_ = std::move(bytes);
    ends_ = std::move(ends);
    slots_.clear();
    return true;
  }

 private:
  // Half of the hash is kept: most other texts are told apart, and moved, without a look at their bytes.
  static constexpr std::uint64_t high_half = 0xFFFFFFFF00000000u;
  std::size_t slot_of(std::string_view text, std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = static_cast<std::size_t>(hash >> 32) & mask;
    while (slots_[i] != 0 && ((slots_[i] & high_half) != hash || (*this)[static_cast<std::uint32_t>(slots_[i]) - 1] != text)) i = (i + 1) & mask;
    return i;
  }
  void put(std::uint64_t slot) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = static_cast<std::size_t>(slot >> 32) & mask;
    while (slots_[i] != 0) i = (i + 1) & mask;
    slots_[i] = slot;
  }
  void grow() {
    std::size_t wanted = slots_.empty() ? 64 : slots_.size() * 2;
    while ((ends_.size() + 1) * 4 > wanted * 3) wanted *= 2;
    const auto before = std::exchange(slots_, std::vector<std::uint64_t>(wanted, 0));
    if (before.empty()) {
      for (std::uint32_t i = 0; i < size(); ++i) put((hash_bytes((*this)[i]) & high_half) | (i + 1));
    } else {
      for (const std::uint64_t slot : before)
        if (slot != 0) put(slot);
    }
  }

  std::string bytes_;
  std::vector<std::uint32_t> ends_;   // of each text
  std::vector<std::uint64_t> slots_;  // open addressing: half a hash, number + 1
};

}  // namespace tenbo::io::bake
