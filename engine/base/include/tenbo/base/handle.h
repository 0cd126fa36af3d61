#pragma once
// Generation handles: a stale handle is told from a live one, whatever took its slot since.
#include <cassert>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tenbo {

template <class Tag>
struct Handle {
  std::uint32_t index = UINT32_MAX;
  std::uint32_t generation = 0;
  explicit operator bool() const { return index != UINT32_MAX; }
  friend bool operator==(const Handle&, const Handle&) = default;
};

// Values addressed by handles. Insert and remove are O(1); iteration skips the empty slots.
template <class T, class Tag = T>
class SlotMap {
 public:
  using handle = Handle<Tag>;
  handle insert(T value) {
    std::uint32_t i;
    if (free_.empty()) {
      i = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back({});
    } else {
      i = free_.back();
      free_.pop_back();
    }
    slots_[i].value.emplace(std::move(value));
    return {i, slots_[i].generation};
  }
  T* get(handle h) {
    return h.index < slots_.size() && slots_[h.index].generation == h.generation && slots_[h.index].value
               ? &*slots_[h.index].value : nullptr;
  }
  const T* get(handle h) const { return const_cast<SlotMap*>(this)->get(h); }
  std::optional<T> remove(handle h) {
    T* t = get(h);
    if (!t) return std::nullopt;
    std::optional<T> out(std::move(*t));
    slots_[h.index].value.reset();
    ++slots_[h.index].generation;
    free_.push_back(h.index);
    return out;
  }
  std::size_t size() const { return slots_.size() - free_.size(); }
  template <class F>
  void each(F&& f) {
    for (std::uint32_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].value) f(handle{i, slots_[i].generation}, *slots_[i].value);
  }

 private:
  struct Slot {
    std::optional<T> value;
    std::uint32_t generation = 1;
  };
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace tenbo
