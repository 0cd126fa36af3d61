#pragma once
// Strings kept once, addressed by number. Characters never move, so views stay good as long as the pool does.
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tenbo/base/hash.h"

namespace tenbo::geo {

class StringPool {
 public:
  std::size_t size() const { return items_.size(); }
  std::string_view operator[](std::uint32_t i) const { return items_[i]; }

  // A new entry, not looked up and not found by intern(): for ids, which do not repeat.
  std::uint32_t add(std::string_view text) {
    items_.push_back(store(text));
    return static_cast<std::uint32_t>(items_.size() - 1);
  }
  std::uint32_t intern(std::string_view text) {
    if ((used_ + 1) * 4 > slots_.size() * 3) grow();
    std::uint32_t& slot = slots_[slot_of(text)];
    if (slot == 0) {
      slot = add(text) + 1;
      ++used_;
    }
    return slot - 1;
  }
  std::optional<std::uint32_t> find(std::string_view text) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t slot = slots_[slot_of(text)];
    return slot ? std::optional(slot - 1) : std::nullopt;
  }
  std::size_t memory_bytes() const {
    return chunks_.size() * chunk_size + items_.capacity() * sizeof(std::string_view) + slots_.capacity() * sizeof(std::uint32_t);
  }
  // Drops the look-up table; what is interned afterwards is not matched against what was there.
  void shrink() {
    slots_ = {};
    used_ = 0;
    items_.shrink_to_fit();
  }

 private:
  static constexpr std::size_t chunk_size = 64 * 1024;

  std::string_view store(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
      const std::size_t size = text.size() > chunk_size / 4 ? text.size() : chunk_size;
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      if (size != chunk_size) {  // a large text takes a chunk of its own; the one in use goes on
        std::memcpy(chunks_.back().get(), text.data(), text.size());
        return {chunks_.back().get(), text.size()};
      }
      next_ = chunks_.back().get();
      left_ = size;
    }
    char* at = next_;
    std::memcpy(at, text.data(), text.size());
    next_ += text.size();
    left_ -= text.size();
    return {at, text.size()};
  }
  std::size_t slot_of(std::string_view text) const {
    std::size_t slot = hash_bytes(text) & (slots_.size() - 1);
    while (slots_[slot] != 0 && items_[slots_[slot] - 1] != text) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }
  void grow() {
    const auto old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(16, old.size() * 2), 0);
    for (const std::uint32_t entry : old)
      if (entry != 0) slots_[slot_of(items_[entry - 1])] = entry;
  }

  std::vector<std::string_view> items_;
  std::vector<std::uint32_t> slots_;  // open addressing, a power of two; item + 1, 0 = free
  std::size_t used_ = 0;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace tenbo::geo
