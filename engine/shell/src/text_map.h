#pragma once
// Dear ImGui 1.86, as Debian builds it, holds characters in 16 bits. TextMap gives each character beyond the basic plane
// - and each real private-use character, so that nothing is ambiguous - a private-use code unit of its own on the way
// in, and turns it back on the way out (text fields, clipboard).
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tenbo::shell {

class TextMap {
 public:
  static constexpr char32_t first = 0xE000, last = 0xF8FF;  // the basic plane's private-use area

  std::string in(std::string_view utf8);         // malformed bytes become U+FFFD
  std::string out(std::string_view mapped) const;
  char32_t in(char32_t c);                       // U+FFFD once all 6400 units are given out
  char32_t out(char32_t unit) const;
  std::size_t used() const { return real_.size(); }

 private:
  std::unordered_map<char32_t, char32_t> units_;
  std::vector<char32_t> real_;  // by unit - first
};

}  // namespace tenbo::shell
