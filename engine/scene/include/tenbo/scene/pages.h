#pragma once
// A growing row of values in pages that never move: growing copies nothing, and a reference stays good until its own
// value goes. Only the last value can be taken away.
#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace tenbo::scene::detail {

template <class T>
class Pages {
 public:
  static constexpr std::size_t page_size = 4096;  // values

  Pages() = default;
  Pages(Pages&& other) noexcept : pages_(std::move(other.pages_)), size_(std::exchange(other.size_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    if (this != &other) {
      clear();
      pages_ = std::move(other.pages_);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  ~Pages() { clear(); }

  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return page(i / page_size)[i % page_size]; }
  T& back() { return (*this)[size_ - 1]; }
  // The values of one page, side by side.
  T* page(std::size_t number) { return std::launder(reinterpret_cast<T*>(pages_[number]->bytes)); }

  template <class Make>
  T& push_back(Make&& make) {
    if (size_ == pages_.size() * page_size) pages_.push_back(std::unique_ptr<Page>(new Page));
    T* at = reinterpret_cast<T*>(pages_[size_ / page_size]->bytes) + size_ % page_size;
    ::new (static_cast<void*>(at)) T(make());
    ++size_;
    return *at;
  }
  void pop_back() {
    back().~T();
    --size_;
  }
  void reserve(std::size_t count) {
    while (pages_.size() * page_size < count) pages_.push_back(std::unique_ptr<Page>(new Page));
  }
  void clear() {
    while (size_) pop_back();
  }

 private:
  struct Page { alignas(T) std::byte bytes[page_size * sizeof(T)]; };  // `new Page` leaves it as it is
  std::vector<std::unique_ptr<Page>> pages_;
  std::size_t size_ = 0;
};

}  // namespace tenbo::scene::detail
