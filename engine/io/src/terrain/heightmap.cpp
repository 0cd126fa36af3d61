// heightmap-1.0: 65 by 65 heights of 16 bits from the north-west corner on, which tiles share at their edges, then which
// quarters have tiles of their own, then water. Read as the mesh of its points.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "tenbo/io/terrain.h"

namespace tenbo::io {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t edge = 65, height_bytes = edge * edge * 2, water_bytes = 256 * 256;
constexpr double step = 0.2, lowest = -1000;  // m

}  // namespace

Result<QuantizedMesh> read_heightmap(std::span<const std::byte> bytes, const std::string& label) {
  const std::size_t after = bytes.size() < height_bytes ? 0 : bytes.size() - height_bytes;
  // Heights alone, with the quarters, with one value of water, or with a picture of it.
  if (bytes.size() < height_bytes || (after > 2 && after != 1 + water_bytes))
    return Error{ErrorCode::malformed, "is no tile of heightmap-1.0: it has " + std::to_string(bytes.size()) + " bytes", label, "byte " + std::to_string(bytes.size()),
                 "8450 bytes of heights are due, a byte that says which quarters have tiles, and 1 or 65536 bytes of water"};
  std::vector<std::uint16_t> heights(edge * edge);
  std::memcpy(heights.data(), bytes.data(), height_bytes);
  const auto [low, high] = std::minmax_element(heights.begin(), heights.end());
  QuantizedMesh out;
  // A step of the mesh is one of the tile's, or, where it rises by more than 6553.4 m, as small as it can be.
  const int base = *low, range = std::max<int>(QuantizedMesh::most, *high - base);
  out.min_height = static_cast<float>(lowest + base * step);
  out.max_height = static_cast<float>(lowest + (base + range) * step);
  const auto across = [](std::size_t i) { return static_cast<std::uint16_t>(std::lround(static_cast<double>(i) * QuantizedMesh::most / (edge - 1))); };
  for (std::size_t row = 0; row < edge; ++row)
    for (std::size_t column = 0; column < edge; ++column) {
      out.u.push_back(across(column));
      out.v.push_back(across(edge - 1 - row));
      out.h.push_back(static_cast<std::uint16_t>(std::lround(static_cast<double>(heights[row * edge + column] - base) * QuantizedMesh::most / range)));
    }
  const auto at = [](std::size_t row, std::size_t column) { return static_cast<std::uint32_t>(row * edge + column); };
  for (std::size_t row = 0; row + 1 < edge; ++row)
    for (std::size_t column = 0; column + 1 < edge; ++column) {
      const auto a = at(row + 1, column), b = at(row + 1, column + 1), c = at(row, column + 1), d = at(row, column);
      out.indices.insert(out.indices.end(), {a, b, c, a, c, d});
    }
  for (std::size_t i = 0; i < edge; ++i) {
    out.west.push_back(at(i, 0));
    out.east.push_back(at(i, edge - 1));
    out.north.push_back(at(0, i));
    out.south.push_back(at(edge - 1, i));
  }
  if (after > 1) {
    const auto* water = reinterpret_cast<const std::uint8_t*>(bytes.data()) + height_bytes + 1;
    out.water.assign(water, water + (after - 1));
  }
  return out;
}

}  // namespace tenbo::io
