#include "points/tiles.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <glm/common.hpp>
#include <limits>
#include <mutex>

namespace tenbo::io::points {
namespace {

constexpr int levels = 21;  // bits of an axis in a key

struct Keyed {
  std::uint64_t key;
  std::uint32_t row;
  bool operator<(const Keyed& o) const { return key != o.key ? key < o.key : row < o.row; }
};

// Two zero bits before each of 21 bits.
std::uint64_t spread(std::uint64_t v) {
  v &= 0x1FFFFF;
  v = (v | v << 32) & 0x1F00000000FFFF;
  v = (v | v << 16) & 0x1F0000FF0000FF;
  v = (v | v << 8) & 0x100F00F00F00F00F;
  v = (v | v << 4) & 0x10C30C30C30C30C3;
  return (v | v << 2) & 0x1249249249249249;
}

void sort_keys(std::vector<Keyed>& keys, JobSystem& jobs) {
  const std::size_t pieces = std::clamp<std::size_t>(keys.size() / 500'000, 1, std::bit_ceil(jobs.threads()));
  std::vector<std::size_t> ends{0};
  for (std::size_t i = 1; i <= pieces; ++i) ends.push_back(keys.size() * i / pieces);
  const auto at = [&](std::size_t i) { return keys.begin() + static_cast<std::ptrdiff_t>(ends[std::min(i, pieces)]); };
  jobs.parallel_for(pieces, 1, [&](std::size_t a, std::size_t b) {
    for (std::size_t i = a; i < b; ++i) std::sort(at(i), at(i + 1));
  });
  for (std::size_t step = 1; step < pieces; step *= 2)
    jobs.parallel_for((pieces + 2 * step - 1) / (2 * step), 1, [&](std::size_t a, std::size_t b) {
      for (std::size_t i = a; i < b; ++i) std::inplace_merge(at(2 * step * i), at(2 * step * i + step), at(2 * step * (i + 1)));
    });
}

// Ends of tiles in the sorted keys.
void cut(std::span<const Keyed> keys, std::size_t from, std::size_t to, int level, double edge, std::vector<std::size_t>& ends) {
  if (from == to) return;
  if (level == levels || (to - from <= tile_points && edge <= tile_edge)) {
    for (std::size_t at = from; at < to; at += tile_points) ends.push_back(std::min<std::size_t>(to, at + tile_points));
    return;
  }
  const int shift = 3 * (levels - 1 - level);
  for (std::uint64_t child = 0; child < 8; ++child) {
    const std::uint64_t base = keys[from].key >> (shift + 3) << 3;
    const auto end = std::partition_point(keys.begin() + static_cast<std::ptrdiff_t>(from), keys.begin() + static_cast<std::ptrdiff_t>(to),
                                          [&](const Keyed& k) { return k.key >> shift <= (base | child); });
    const auto next = static_cast<std::size_t>(end - keys.begin());
    cut(keys, from, next, level + 1, edge / 2, ends);
    from = next;
    if (from == to) return;
  }
}

std::uint32_t reversed(std::uint32_t v, int bits) {
  std::uint32_t out = 0;
  for (int i = 0; i < bits; ++i) out = out << 1 | (v >> i & 1);
  return out;
}

class TileMaker {
 public:
  TileMaker(const PointInput& input, PointCloud& out) : out_(out), place_(input.placer()) {}

  // Keys of one tile to the columns from `first` on; returns how many have no place.
  std::uint32_t make(std::span<const Keyed> keys, std::uint32_t first, PointTile& tile) {
    const auto n = static_cast<std::uint32_t>(keys.size());
    rows_.clear();
    const int bits = std::bit_width(n - 1);
    for (std::uint32_t k = 0; k < 1u << bits; ++k)
      if (const auto i = reversed(k, bits); i < n) rows_.push_back(keys[i].row);
    at_.resize(n);
    place_(rows_, at_);
    std::uint32_t kept = 0;
    geo::Extent extent;
    for (std::uint32_t i = 0; i < n; ++i) {
      const auto& p = at_[i];
      if (!std::isfinite(p.lon) || !std::isfinite(p.lat) || !std::isfinite(p.height) || std::abs(p.lat) > 90 || std::abs(p.height) > 1e6) continue;
      extent.add(p);
      at_[kept] = p;
      rows_[kept++] = rows_[i];
    }
    tile.first = first;
    tile.count = kept;
    if (kept == 0) return n;
    const auto middle = at_[0];  // near enough: frames of a tile are a few kilometres
    tile.frame = geo::LocalFrame::at(middle);
    local_.resize(kept);
    glm::dvec3 low(std::numeric_limits<double>::max()), high(-std::numeric_limits<double>::max());
    for (std::uint32_t i = 0; i < kept; ++i) {
      local_[i] = tile.frame.to_local(geo::to_ecef(at_[i]));
      low = glm::min(low, local_[i]);
      high = glm::max(high, local_[i]);
    }
    tile.min = glm::vec3(low);
    tile.max = glm::vec3(high);
    const glm::dvec3 from(tile.min), size = glm::max(glm::dvec3(tile.max) - from, glm::dvec3(1e-6));
    for (std::uint32_t i = 0; i < kept; ++i) {
      const auto share = glm::clamp((local_[i] - from) / size, 0.0, 1.0) * 65535.0;
      auto& place = out_.places[first + i];
      place = {static_cast<std::uint16_t>(std::lround(share.x)), static_cast<std::uint16_t>(std::lround(share.y)), static_cast<std::uint16_t>(std::lround(share.z)), 0};
      out_.rows[first + i] = rows_[i];
    }
    extent_.add(extent);
    return n - kept;
  }
  const geo::Extent& extent() const { return extent_; }

 private:
  PointCloud& out_;
  PointInput::Placer place_;
  std::vector<std::uint32_t> rows_;
  std::vector<geo::GeoPoint> at_;
  std::vector<glm::dvec3> local_;
  geo::Extent extent_;
};

}  // namespace

Status make_tiles(const PointInput& input, PointCloud& out, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  glm::dvec3 low(std::numeric_limits<double>::max()), high(-std::numeric_limits<double>::max());
  const auto finite = [](const glm::dvec3& p) { return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z); };
  for (std::uint32_t i = 0; i < input.count; ++i)
    if (const auto p = input.rough(i); finite(p)) low = glm::min(low, p), high = glm::max(high, p);
  if (!(low.x <= high.x)) return Error{ErrorCode::malformed, "none of its " + std::to_string(input.count) + " points has a place", "", "", ""};
  const double edge = std::max({high.x - low.x, high.y - low.y, high.z - low.z, 1e-3});
  std::vector<Keyed> keys(input.count);
  std::atomic<std::uint32_t> lost{0};
  jobs.parallel_for(input.count, 100'000, [&](std::size_t a, std::size_t b) {
    std::uint32_t here = 0;
    for (std::size_t i = a; i < b; ++i) {
      const auto row = static_cast<std::uint32_t>(i);
      const auto p = input.rough(row);
      keys[i] = {UINT64_MAX, row};
      if (!finite(p)) { ++here; continue; }
      const auto axis = [&](double v, double from) { return spread(static_cast<std::uint64_t>(std::clamp((v - from) / edge, 0.0, 1.0) * ((1 << levels) - 1))); };
      keys[i].key = axis(p.x, low.x) | axis(p.y, low.y) << 1 | axis(p.z, low.z) << 2;
    }
    lost += here;
  });
  if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was stopped", "", "", ""};
  sort_keys(keys, jobs);
  keys.resize(keys.size() - lost.load());  // those without a place are last
  std::vector<std::size_t> ends;
  cut(keys, 0, keys.size(), 0, edge, ends);
  out.tiles.resize(ends.size());
  out.places.resize(keys.size());
  out.rows.resize(keys.size());
  std::mutex mutex;
  progress.total += ends.size();
  jobs.parallel_for(ends.size(), 4, [&](std::size_t a, std::size_t b) {
    TileMaker maker(input, out);
    std::uint32_t without = 0;
    for (std::size_t i = a; i < b && !cancel.cancelled(); ++i) {
      const std::size_t from = i ? ends[i - 1] : 0;
      without += maker.make(std::span(keys).subspan(from, ends[i] - from), static_cast<std::uint32_t>(from), out.tiles[i]);
      ++progress.done;
    }
    lost += without;
    const std::lock_guard lock(mutex);
    if (!maker.extent().empty()) out.extent.add(maker.extent());
  });
  if (cancel.cancelled()) return Error{ErrorCode::cancelled, "reading was stopped", "", "", ""};
  std::erase_if(out.tiles, [](const PointTile& t) { return t.count == 0; });
  if (out.tiles.empty()) return Error{ErrorCode::malformed, "none of its " + std::to_string(input.count) + " points lies on the Earth", "", "", "is its coordinate system the one that it names?"};
  if (lost > 0) out.diagnostics.warn({ErrorCode::malformed, std::to_string(lost.load()) + " points have no place on the Earth and are left out", "", "", ""});
  return {};
}

}  // namespace tenbo::io::points
