#pragma once
// Dear ImGui 1.86, as Debian builds it, holds characters in 16 bits, and its text fields refuse private-use ones. TextMap
// gives each character beyond the basic plane - and each private-use one - a unit of its own on the way in, and turns it
// back on the way out (text fields, clipboard). Units are taken from a block of rare kanji; a real character of that
// block gets a unit too, so that nothing is ambiguous.
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tenbo::shell {

class TextMap {
 public:
  static constexpr char32_t first = 0x3400, last = 0x4DBF;  // CJK Unified Ideographs Extension A

  std::string in(std::string_view utf8);         // malformed bytes become U+FFFD
  std::string out(std::string_view mapped) const;
  char32_t in(char32_t c);                       // U+FFFD once all 6592 units are given out
  char32_t out(char32_t unit) const;
  std::size_t used() const { return real_.size(); }

 private:
  std::unordered_map<char32_t, char32_t> units_;
  std::vector<char32_t> real_;  // by unit - first
};

}  // namespace tenbo::shell
