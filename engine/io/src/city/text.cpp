#include "text.h"

#include <algorithm>

namespace tenbo::io::city {

Status Text::keep(const char* first, const char* last) {
  if (whole()) return {};
  return file_->keep(static_cast<std::size_t>(first - begin_), static_cast<std::size_t>(last - begin_));
}

Status Text::keep_all(JobSystem& jobs) {
  if (whole()) return {};
  if (auto status = file_->keep_all(jobs); !status) return status;
  whole_ = true;
  return {};
}

std::uint64_t Text::new_lines(const char* first, const char* last) const {
  constexpr std::ptrdiff_t piece = 1 << 20;
  std::uint64_t count = 0;
  TextWindow window;
  for (; first < last; first += std::min(piece, last - first)) {
    if (!window.open(*this, first, first + std::min(piece, last - first))) return count;
    count += static_cast<std::uint64_t>(std::count(window.begin(), window.end(), '\n'));
  }
  return count;
}

Status TextWindow::open(const Text& text, const char* first, const char* last) {
  first_ = first;
  size_ = static_cast<std::size_t>(last - first);
  if (text.whole()) {
    begin_ = first;
    return {};
  }
#if defined(__SANITIZE_ADDRESS__)
  std::vector<char>().swap(buffer_);  // what still refers to the part before is found out
#endif
  if (buffer_.size() < size_ + text_padding) buffer_.resize(size_ + text_padding);
  begin_ = buffer_.data();
  const auto from = static_cast<std::size_t>(first - text.begin());
  if (auto status = text.file_->read(from, from + size_, buffer_.data()); !status) {
    size_ = 0;
    return status;
  }
  std::fill_n(buffer_.begin() + static_cast<std::ptrdiff_t>(size_), text_padding, '\0');
  return {};
}

}  // namespace tenbo::io::city
