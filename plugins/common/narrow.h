#pragma once
// Digits and signs as people and agencies in Japan write them, in the width of ASCII.
#include <string>

namespace hazard {

// "10m超" of "１０ｍ超".
inline std::string narrow(const std::string& s) {
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    const auto b = [&](std::size_t k) { return static_cast<unsigned char>(s[i + k]); };
    if (i + 2 < s.size() && b(0) == 0xEF) {
      const unsigned c = (b(0) & 0x0Fu) << 12 | (b(1) & 0x3Fu) << 6 | (b(2) & 0x3Fu);
      if (c >= 0xFF01 && c <= 0xFF5E) {
        out += static_cast<char>(c - 0xFEE0);
        i += 3;
        continue;
      }
    }
    out += s[i++];
  }
  return out;
}

}  // namespace hazard
