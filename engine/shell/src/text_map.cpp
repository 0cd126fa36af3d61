#include "text_map.h"

#include "tenbo/base/text.h"

namespace tenbo::shell {

char32_t TextMap::in(char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return replacement_character;
  const bool private_use = c >= 0xE000 && c <= 0xF8FF;
  if (c <= 0xFFFF && !private_use && (c < first || c > last)) return c;
  if (const auto it = units_.find(c); it != units_.end()) return it->second;
  if (real_.size() > last - first) return replacement_character;
  const char32_t unit = first + static_cast<char32_t>(real_.size());
  real_.push_back(c);
  units_.emplace(c, unit);
  return unit;
}

char32_t TextMap::out(char32_t unit) const {
  if (unit < first || unit > last) return unit;
  return unit - first < real_.size() ? real_[unit - first] : replacement_character;
}

std::string TextMap::in(std::string_view utf8) {
  std::string mapped;
  mapped.reserve(utf8.size());
  for (std::size_t pos = 0; pos < utf8.size();) append_utf8(mapped, in(next_code_point(utf8, pos)));
  return mapped;
}

std::string TextMap::out(std::string_view mapped) const {
  std::string utf8;
  utf8.reserve(mapped.size());
  for (std::size_t pos = 0; pos < mapped.size();) append_utf8(utf8, out(next_code_point(mapped, pos)));
  return utf8;
}

}  // namespace tenbo::shell
