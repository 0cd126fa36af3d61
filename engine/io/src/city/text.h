#pragma once
// A file's text, which has addresses as a whole and is in memory as far as it is needed.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/large_file.h"
#include "xml.h"

namespace tenbo::io::city {

class Text {
 public:
  Text() = default;
  explicit Text(LargeFile&& file) : file_(std::make_unique<LargeFile>(std::move(file))), begin_(file_->begin()), size_(file_->size()) {}
  explicit Text(std::string&& s) : string_(std::make_unique<std::string>(std::move(s))), size_(string_->size()) {
    string_->resize(size_ + text_padding);
    begin_ = string_->data();
  }
  // What has not been kept can be read, and is nothing.
  const char* begin() const { return begin_; }
  const char* end() const { return begin_ + size_; }
  std::string_view view() const { return {begin_, size_}; }
  bool whole() const { return whole_ || file_ == nullptr; }

  // Brings what lies between two of its addresses into memory, or all. Not while it is being read there.
  Status keep(const char* first, const char* last);
  Status keep_all(JobSystem& jobs);
  // How many lines begin in [first, last).
  std::uint64_t new_lines(const char* first, const char* last) const;

 private:
  friend class TextWindow;
  std::unique_ptr<LargeFile> file_;
  std::unique_ptr<std::string> string_;  // never moves
  const char* begin_ = nullptr;
  std::size_t size_ = 0;
  bool whole_ = false;  // of a file: all of it has been kept
};

// A part of a text that is looked at, wherever it stands: in the text where that is whole, else read into a buffer that the next
// part takes over, so that it stays in the processor's cache. One a thread.
class TextWindow {
 public:
  // Bytes [first, last) of the text, with text_padding more that may be read. An error where the file cannot be read.
  Status open(const Text& text, const char* first, const char* last);
  const char* begin() const { return begin_; }
  const char* end() const { return begin_ + size_; }
  // From an address in the window to the text's, and back.
  const char* home(const char* p) const { return p == nullptr ? nullptr : first_ + (p - begin_); }
  const char* here(const char* p) const { return begin_ + (p - first_); }

 private:
  std::vector<char> buffer_;
  const char* begin_ = nullptr;
  const char* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tenbo::io::city
