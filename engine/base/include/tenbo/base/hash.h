#pragma once
// A 64-bit hash that tells changed or damaged bytes, and finds equal ones. Not against an attacker.
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tenbo {

inline std::uint64_t mix(std::uint64_t h) {
  h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93ULL;
  h = (h ^ (h >> 29)) * 0x9fb21c651e98df25ULL;
  return h ^ (h >> 32);
}
inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed = 0x9e3779b97f4a7c15ULL) {
  std::uint64_t h = seed ^ bytes.size() * 0xa0761d6478bd642fULL;
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    h = (h ^ word) * 0xbf58476d1ce4e5b9ULL;
    h ^= h >> 29;
  }
  std::uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, p, left);  // an empty view may point nowhere
  return mix(h ^ tail);
}

}  // namespace tenbo
