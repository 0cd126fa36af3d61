#include "plugins/shape_rings.h"

#include <algorithm>
#include <cmath>

namespace tenbo::runtime {
namespace {
using Points = std::span<const geo::GeoPoint>;

bool same(const geo::GeoPoint& a, const geo::GeoPoint& b) { return a.lon == b.lon && a.lat == b.lat; }

enum class Side { inside, outside, edge };
Side side_of(Points ring, const geo::GeoPoint& p) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto &a = ring[i], &b = ring[j];
    const double cross = (b.lon - a.lon) * (p.lat - a.lat) - (b.lat - a.lat) * (p.lon - a.lon);
    if (cross == 0 && p.lon >= std::min(a.lon, b.lon) && p.lon <= std::max(a.lon, b.lon) && p.lat >= std::min(a.lat, b.lat) && p.lat <= std::max(a.lat, b.lat))
      return Side::edge;
    if ((a.lat > p.lat) != (b.lat > p.lat) && p.lon < (b.lon - a.lon) * (p.lat - a.lat) / (b.lat - a.lat) + a.lon) inside = !inside;
  }
  return inside ? Side::inside : Side::outside;
}

// Told by the first of its corners, then of its edges' middles, that is not on the outer ring; the same ring again is no hole.
bool within(Points ring, Points outer) {
  constexpr std::size_t most = 64;  // corners that lie on the outer ring are few, or somebody plays
  const std::size_t stride = std::max<std::size_t>(1, ring.size() / most);
  for (const double middle : {0.0, 0.5})
    for (std::size_t i = 0; i < ring.size(); i += stride) {
      const auto &a = ring[i], &b = ring[(i + 1) % ring.size()];
      const auto side = side_of(outer, {a.lon + (b.lon - a.lon) * middle, a.lat + (b.lat - a.lat) * middle, 0});
      if (side != Side::edge) return side == Side::inside;
    }
  return false;
}
}  // namespace

Status ShapeRings::within_budget(std::uint64_t more, const std::string& place) const {
  if (out_.points.size() + more <= TENBO_MAX_POINTS) return {};
  return bad(place, "brings all shapes to " + std::to_string(out_.points.size() + more) + " points, the limit is " + std::to_string(TENBO_MAX_POINTS), ErrorCode::out_of_budget);
}

// `closed`: the ring of an area. Of an area the last point is never the first again; of a line that is the edge of one it is.
bool ShapeRings::add_ring(Points points, PluginShapeKind kind, bool closed, bool hole) {
  if (closed)
    while (points.size() > 1 && same(points.front(), points.back())) points = points.first(points.size() - 1);
  if (points.size() < (kind == PluginShapeKind::area ? 3u : kind == PluginShapeKind::line ? 2u : 1u)) return false;
  PluginShapes::Ring ring{static_cast<std::uint32_t>(out_.points.size()), static_cast<std::uint32_t>(points.size()), hole};
  out_.points.insert(out_.points.end(), points.begin(), points.end());
  if (closed && kind == PluginShapeKind::line) {
    out_.points.push_back(points.front());
    ++ring.count;
  }
  for (const auto& p : points) out_.extent.add(p.lon, p.lat);
  out_.rings.push_back(ring);
  return true;
}

Status ShapeRings::take(const tenbo_shape& from, const std::string& place, PluginShape& to) {
  if (to.kind == PluginShapeKind::column && (!from.lon_lat || from.point_count != 2 || from.ring_starts))
    return bad(place + ".point_count", "a column is two points of its own, its foot and where it drifts to; found " + std::to_string(from.point_count));
  if (from.lon_lat && from.from_reader) return bad(place, "has both lon_lat and from_reader");
  if (!from.lon_lat && !from.from_reader) return bad(place, "says where it is neither by lon_lat nor by from_reader");
  to.first_ring = static_cast<std::uint32_t>(out_.rings.size());
  if (auto s = from.from_reader ? take_row(from, place, to) : take_own(from, place, to); !s) return s;
  return {};
}

Status ShapeRings::take_own(const tenbo_shape& from, const std::string& place, PluginShape& to) {
  const std::uint32_t n = from.point_count;
  if (n == 0) return bad(place + ".point_count", "is 0");
  if (to.kind == PluginShapeKind::point && n != 1) return bad(place + ".point_count", "found " + std::to_string(n) + ", a point is one");
  if (auto s = within_budget(n, place + ".point_count"); !s) return s;
  const std::uint32_t rings = from.ring_starts ? from.ring_count : 1;
  if (from.ring_starts) {
    if (rings == 0 || rings > n) return bad(place + ".ring_count", "found " + std::to_string(rings) + " with " + std::to_string(n) + " points");
    for (std::uint32_t r = 0; r < rings; ++r)
      if (r == 0 ? from.ring_starts[0] != 0 : from.ring_starts[r] <= from.ring_starts[r - 1] || from.ring_starts[r] >= n)
        return bad(place + ".ring_starts[" + std::to_string(r) + "]", "found " + std::to_string(from.ring_starts[r]) + ", expected " + (r == 0 ? "0" : "more than the one before it and less than " + std::to_string(n)));
  } else if (from.ring_count > 1) {
    return bad(place + ".ring_starts", "is NULL, and ring_count " + std::to_string(from.ring_count));
  }
  scratch_.resize(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    scratch_[i] = {from.lon_lat[2 * std::size_t{i}], from.lon_lat[2 * std::size_t{i} + 1], 0};
    if (!on_earth(scratch_[i].lon, scratch_[i].lat)) return {};  // the whole shape: without a corner it would be another one
  }
  Points outer;
  for (std::uint32_t r = 0; r < rings; ++r) {
    const std::uint32_t first = from.ring_starts ? from.ring_starts[r] : 0, end = r + 1 < rings ? from.ring_starts[r + 1] : n;
    const Points ring = Points(scratch_).subspan(first, end - first);
    const bool area = to.kind == PluginShapeKind::area;
    const bool hole = area && !outer.empty() && within(ring, outer);
    if (!hole) outer = ring;
    if (add_ring(ring, to.kind, area, hole)) ++to.rings;
    else if (!hole) outer = {};
  }
  return {};
}

Status ShapeRings::take_row(const tenbo_shape& from, const std::string& place, PluginShape& to) {
  const auto read = handles_.find(from.from_reader);
  if (!read) return bad(place + ".from_reader", "is not an open handle of this plugin's reader");
  if (from.reader_row >= read->features->size())
    return bad(place + ".reader_row", "found " + std::to_string(from.reader_row) + ", there are " + std::to_string(read->features->size()) + " rows");
  const auto [known, first_time] = rows_.try_emplace({read.get(), from.reader_row, to.kind}, to.first_ring, 0);
  if (!first_time) {
    std::tie(to.first_ring, to.rings) = known->second;
    return {};
  }
  if (to.kind == PluginShapeKind::point) {
    const auto& p = read->places[from.reader_row];
    const geo::GeoPoint at{p.lon, p.lat, 0};
    if (on_earth(p.lon, p.lat) && add_ring({&at, 1}, to.kind, false, false)) to.rings = 1;
  } else {
    const Points all(read->points);
    for (std::uint32_t k = read->part_starts[from.reader_row]; k < read->part_starts[from.reader_row + 1]; ++k) {
      const auto& part = read->parts[k];
      const bool polygon = part.kind == io::ShapeKind::polygon;
      if (part.kind == io::ShapeKind::point || (to.kind == PluginShapeKind::area && !polygon)) continue;
      if (auto s = within_budget(part.count + 1, place); !s) return s;
      const auto points = all.subspan(part.first, part.count);
      if (std::any_of(points.begin(), points.end(), [](const auto& p) { return !on_earth(p.lon, p.lat); })) continue;
      if (add_ring(points, to.kind, polygon, to.kind == PluginShapeKind::area && part.hole)) ++to.rings;
    }
  }
  known->second = {to.first_ring, to.rings};
  return {};
}

}  // namespace tenbo::runtime
