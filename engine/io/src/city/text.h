#pragma once
// A file's bytes, and room to read over its end.
#include <memory>
#include <string>
#include <string_view>

#include "tenbo/base/file.h"
#include "xml.h"

namespace tenbo::io::city {

class Text {
 public:
  Text() = default;
  explicit Text(FileBytes&& file) : bytes_(std::move(file.data)), size_(file.size) { begin_ = bytes_.get(); }  // padded already
  explicit Text(std::string&& s) : string_(std::make_unique<std::string>(std::move(s))), size_(string_->size()) {
    string_->resize(size_ + text_padding);
    begin_ = string_->data();
  }
  const char* begin() const { return begin_; }
  const char* end() const { return begin_ + size_; }
  std::string_view view() const { return {begin_, size_}; }

 private:
  std::unique_ptr<char[], FreeBytes> bytes_;
  std::unique_ptr<std::string> string_;  // never moves
  const char* begin_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace tenbo::io::city
