#pragma once
// Strings kept once, by number, in one piece of memory that is written to disk as it stands.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
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
    std::uint32_t& slot = slots_[slot_of(text)];
    if (slot == 0) {
      bytes_ += text;
      ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
      slot = size();
    }
    return slot - 1;
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
  std::size_t slot_of(std::string_view text) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = static_cast<std::size_t>(hash_bytes(text)) & mask;
    while (slots_[i] != 0 && (*this)[slots_[i] - 1] != text) i = (i + 1) & mask;
    return i;
  }
  void grow() {
    std::size_t wanted = slots_.empty() ? 64 : slots_.size() * 2;
    while ((ends_.size() + 1) * 4 > wanted * 3) wanted *= 2;
    slots_.assign(wanted, 0);
    for (std::uint32_t i = 0; i < size(); ++i) slots_[slot_of((*this)[i])] = i + 1;
  }

  std::string bytes_;
  std::vector<std::uint32_t> ends_;   // of each text
  std::vector<std::uint32_t> slots_;  // open addressing, number + 1
};

}  // namespace tenbo::io::bake
