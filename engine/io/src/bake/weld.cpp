#include "weld.h"

#include <cmath>

#include "tenbo/base/hash.h"

namespace tenbo::io::bake {
namespace {

// On a grid of 256 a metre.
std::uint64_t key_of(const Corner& c) {
  const auto grid = [](float v) { return static_cast<std::uint64_t>(static_cast<std::int64_t>(std::floor(v * 256.0 + 0.5))) & 0x1FFFFF; };
  return grid(c.x) | grid(c.y) << 21 | grid(c.z) << 42;
}

}  // namespace

void Welder::weld(const FeatureSet& set, const Record& r, Welded& out) {
  out.points.clear();
  out.indices.clear();
  std::size_t corners = 0;
  for (std::uint32_t p = r.first_piece; p < r.first_piece + r.pieces; ++p) corners += set.pieces[p].corners;
  if (corners == 0) return;
  std::size_t slots = 16;
  while (slots < corners * 2) slots *= 2;
  table_.assign(slots, {0, none});
  for (std::uint32_t p = r.first_piece; p < r.first_piece + r.pieces; ++p) {
    const Piece& piece = set.pieces[p];
    place_.resize(piece.corners);
    for (std::uint32_t i = 0; i < piece.corners; ++i) {
      const Corner& c = set.corners[piece.first_corner + i];
      const std::uint64_t k = key_of(c);
      std::size_t s = mix(k) & (slots - 1);
      while (table_[s].second != none && table_[s].first != k) s = (s + 1) & (slots - 1);
      if (table_[s].second == none) {
        table_[s] = {k, static_cast<std::uint32_t>(out.points.size())};
        out.points.push_back({c.x, c.y, c.z});
      }
      place_[i] = table_[s].second;
    }
    for (std::uint32_t i = piece.first_index; i < piece.first_index + piece.indices; i += 3) {
      const std::uint32_t a = place_[set.indices[i]], b = place_[set.indices[i + 1]], c = place_[set.indices[i + 2]];
      if (a != b && b != c && c != a) out.indices.insert(out.indices.end(), {a, b, c});
    }
  }
}

}  // namespace tenbo::io::bake
