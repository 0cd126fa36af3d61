#include "structure_tree.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::runtime {
namespace {
constexpr std::uint32_t leaf_size = 8;
constexpr int levels = 24;  // bits of each coordinate: 2.4 m on the equator

std::uint64_t spread(std::uint64_t v) {  // a bit to each second place
  v = (v | v << 16U) & 0x0000'ffff'0000'ffffu;
  v = (v | v << 8U) & 0x00ff'00ff'00ff'00ffu;
  v = (v | v << 4U) & 0x0f0f'0f0f'0f0f'0f0fu;
  v = (v | v << 2U) & 0x3333'3333'3333'3333u;
  return (v | v << 1U) & 0x5555'5555'5555'5555u;
}
std::uint64_t step_of(double v, double from, double whole) {
  return static_cast<std::uint64_t>(std::clamp((v - from) / whole, 0.0, 1.0) * ((1 << levels) - 1));
}
}  // namespace

StructureTree::StructureTree(std::span<const double> lons, std::span<const double> lats) {
  struct Key { std::uint64_t key; std::uint32_t structure; };
  std::vector<Key> keys;
  const std::size_t all = std::min(lons.size(), lats.size());
  keys.reserve(all);
  for (std::uint32_t i = 0; i < all; ++i)
    if (std::isfinite(lons[i]) && std::isfinite(lats[i])) keys.push_back({spread(step_of(lons[i], -180, 360)) | spread(step_of(lats[i], -90, 180)) << 1U, i});
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.key != b.key ? a.key < b.key : a.structure < b.structure; });
  order_.reserve(keys.size());
  where_.assign(all, UINT32_MAX);
  for (const Key& k : keys) where_[k.structure] = static_cast<std::uint32_t>(order_.size()), order_.push_back(k.structure);
  if (order_.empty()) return;

  std::vector<std::uint8_t> level{0};
  cells_.push_back({});
  cells_.front().last = placed();
  for (std::size_t c = 0; c < cells_.size(); ++c) {
    const std::uint32_t first = cells_[c].first, last = cells_[c].last;
    double west = 180, east = -180, south = 90, north = -90;
    for (std::uint32_t i = first; i < last; ++i) {
      const double lon = lons[order_[i]], lat = lats[order_[i]];
      west = std::min(west, lon), east = std::max(east, lon), south = std::min(south, lat), north = std::max(north, lat);
    }
    cells_[c].centre = geo::to_ecef({(west + east) / 2, (south + north) / 2, 0});
    if (east - west > 60 || north - south > 60) {
      cells_[c].radius = 2.0f * static_cast<float>(geo::wgs84_a);
    } else {  // of the box in a plane, which the chords of the Earth are shorter than
      const double widest = std::cos((south < 0 && north > 0 ? 0 : std::min(std::abs(south), std::abs(north))) * M_PI / 180);
      cells_[c].radius = static_cast<float>(1 + 111'700.0 / 2 * std::hypot(north - south, (east - west) * widest));  // m a degree: at most 111,694
    }
    if (last - first <= leaf_size || level[c] == levels) continue;
    // Passed by the levels at which all lie in one quarter.
    int at = level[c];
    const auto quarter = [&](std::uint32_t i) { return keys[i].key >> static_cast<unsigned>(2 * (levels - 1 - at)) & 3U; };
    while (at < levels && quarter(first) == quarter(last - 1)) ++at;
    if (at == levels) continue;
    cells_[c].child = static_cast<std::uint32_t>(cells_.size());
    for (std::uint32_t from = first; from < last;) {
      const auto q = quarter(from);
      std::uint32_t low = from, high = last;  // the first of another quarter
      while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (quarter(middle) == q) low = middle + 1;
        else high = middle;
      }
      Cell child;
      child.first = from, child.last = low;
      cells_.push_back(child);
      level.push_back(static_cast<std::uint8_t>(at + 1));
      ++cells_[c].children;
      from = low;
    }
  }
}

StructureTree::Tally StructureTree::tally(std::span<const std::uint8_t> ranks, const inspection::Selection* selection) const {
  Tally t;
  t.count.assign(cells_.size(), 0), t.worst.assign(cells_.size(), 0), t.as_bad.assign(cells_.size(), 0), t.rank.assign(cells_.size(), 0);
  const auto put = [&](std::size_t c, std::uint32_t structure, std::uint8_t rank, std::uint32_t count, std::uint32_t as_bad) {
    if (count == 0) return;
    if (t.count[c] == 0 || rank > t.rank[c]) t.worst[c] = structure, t.rank[c] = rank, t.as_bad[c] = as_bad;
    else if (rank == t.rank[c]) t.as_bad[c] += as_bad;
    t.count[c] += count;
  };
  for (std::size_t c = cells_.size(); c-- > 0;) {
    const Cell& cell = cells_[c];
    if (cell.children == 0)
      for (std::uint32_t i = cell.first; i < cell.last; ++i) {
        const std::uint32_t s = order_[i];
        if (s < ranks.size() && (!selection || (s < selection->size() && selection->has(s)))) put(c, s, ranks[s], 1, 1);
      }
    for (std::uint32_t k = cell.child; k < cell.child + cell.children; ++k) put(c, t.worst[k], t.rank[k], t.count[k], t.as_bad[k]);
  }
  return t;
}

void StructureTree::visit(const View& v, const Tally& tally, const inspection::Selection* selection, std::optional<std::uint32_t> apart,
                          const std::function<void(std::uint32_t, std::uint32_t, std::uint32_t)>& emit) const {
  if (cells_.empty() || tally.count.size() != cells_.size()) return;
  const std::uint32_t alone = apart && *apart < where_.size() ? where_[*apart] : UINT32_MAX;
  const double side_x = std::sqrt(1 + v.tan_x * v.tan_x), side_y = std::sqrt(1 + v.tan_y * v.tan_y);
  std::vector<std::uint32_t> left{0};
  while (!left.empty()) {
    const std::uint32_t c = left.back();
    left.pop_back();
    if (tally.count[c] == 0) continue;
    const Cell& cell = cells_[c];
    const double r = cell.radius;
    const glm::dvec3 to = cell.centre - v.eye;
    const double d = glm::length(to);
    if (d - r > v.range) continue;
    // Behind the Earth's edge: how far the eye is above a place's horizon changes by this much within the cell.
    if (glm::dot(to, glm::normalize(cell.centre)) > r * (1 + d / geo::mean_radius)) continue;
    const glm::dvec3 seen = to * v.axes;
    const double depth = -seen.z, room = r + 2000;  // m: places are on the ground, cells on the ellipsoid
    if (depth < -room || std::abs(seen.x) - depth * v.tan_x > room * side_x || std::abs(seen.y) - depth * v.tan_y > room * side_y) continue;
    const bool holds = alone >= cell.first && alone < cell.last;
    if (!holds && (tally.count[c] == 1 || 2 * r * v.focal <= v.cell * (d - r))) {
      emit(tally.worst[c], tally.count[c], tally.as_bad[c]);
    } else if (cell.children == 0) {
      for (std::uint32_t i = cell.first; i < cell.last; ++i)
        if (const std::uint32_t s = order_[i]; !selection || (s < selection->size() && selection->has(s)) || i == alone) emit(s, 1, 1);
    } else {
      for (std::uint32_t k = cell.children; k-- > 0;) left.push_back(cell.child + k);
    }
  }
}

}  // namespace tenbo::runtime
