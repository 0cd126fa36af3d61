#include "tenbo/inspection/road_network.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <unordered_map>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::inspection {
namespace {

constexpr double degree = geo::mean_radius * std::numbers::pi / 180;  // m of latitude, about: for what is near and far, not for lengths
double cosine(double lat) { return std::max(0.01, std::cos(lat * std::numbers::pi / 180)); }
bool finite(const geo::GeoPoint& p) { return std::isfinite(p.lon) && std::isfinite(p.lat) && std::abs(p.lat) <= 90; }

double metres_between(geo::GeoPoint a, geo::GeoPoint b) {
  a.height = b.height = 0;
  const auto d = geo::to_ecef(b) - geo::to_ecef(a);
  return std::sqrt(d.x * d.x + d.y * d.y + d.z * d.z);
}
// Metres from a place to a segment, flat around the place.
double metres_to(const geo::GeoPoint& p, const geo::GeoPoint& a, const geo::GeoPoint& b) {
  const double s = std::sin(p.lat * std::numbers::pi / 180), w = 1 - geo::wgs84_e2 * s * s;  // radii of curvature, of the meridian and across it
  const double kx = geo::wgs84_a / std::sqrt(w) * cosine(p.lat) * std::numbers::pi / 180, ky = geo::wgs84_a * (1 - geo::wgs84_e2) / (w * std::sqrt(w)) * std::numbers::pi / 180;
  const double ax = (a.lon - p.lon) * kx, ay = (a.lat - p.lat) * ky, bx = (b.lon - p.lon) * kx, by = (b.lat - p.lat) * ky;
  const double dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
  const double t = length > 0 ? std::clamp(-(ax * dx + ay * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(ax + t * dx, ay + t * dy);
}

struct Exact {
  std::uint64_t lon = 0, lat = 0;
  bool operator==(const Exact&) const = default;
};
struct ExactHash {
  std::size_t operator()(const Exact& e) const { return std::hash<std::uint64_t>()(e.lon * 0x9E3779B97F4A7C15ull ^ (e.lat + 0x7F4A7C15ull)); }
};
Exact exact(const geo::GeoPoint& p) {
  const double lon = p.lon + 0.0, lat = p.lat + 0.0;  // no negative zero
  Exact out;
  std::memcpy(&out.lon, &lon, sizeof lon);
  std::memcpy(&out.lat, &lat, sizeof lat);
  return out;
}

// Nodes by place: the first within the tolerance is the one.
class Nodes {
 public:
  Nodes(double tolerance, double cos_least) : tolerance_(tolerance), lat_(std::max(tolerance, 1e-3) / degree), lon_(lat_ / cos_least) {}
  std::optional<std::uint32_t> find(const geo::GeoPoint& p) const {
    const auto x = std::llround(std::floor(p.lon / lon_)), y = std::llround(std::floor(p.lat / lat_));
    std::optional<std::uint32_t> best;
    double least = tolerance_;
    for (auto i = x - 1; i <= x + 1; ++i)
      for (auto j = y - 1; j <= y + 1; ++j)
        if (const auto cell = cells_.find(key(i, j)); cell != cells_.end())
          for (const auto n : cell->second)
            if (const double d = metres_to(p, at_[n], at_[n]); d <= least && (!best || d < least)) least = d, best = n;
    return best;
  }
  std::uint32_t add(const geo::GeoPoint& p) {
    if (const auto found = find(p)) return *found;
    const auto n = static_cast<std::uint32_t>(at_.size());
    at_.push_back(p);
    cells_[key(std::llround(std::floor(p.lon / lon_)), std::llround(std::floor(p.lat / lat_)))].push_back(n);
    return n;
  }
  std::size_t size() const { return at_.size(); }

 private:
  static std::uint64_t key(long long x, long long y) { return static_cast<std::uint64_t>(x) * 0x9E3779B97F4A7C15ull ^ static_cast<std::uint64_t>(y); }
  double tolerance_, lat_, lon_;
  std::vector<geo::GeoPoint> at_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> cells_;  // two cells of one key: their nodes are told apart by distance
};

}  // namespace

const char* to_string(Around a) {
  switch (a) {
    case Around::found: return "found";
    case Around::none: return "none";
    case Around::not_in_network: return "not_in_network";
    case Around::under_hazard: return "under_hazard";
  }
  return "not_in_network";
}

RoadNetwork RoadNetwork::build(std::span<const RoadLine> lines, double tolerance, double assumed_speed) {
  RoadNetwork out;
  geo::Extent all;
  const auto usable = [](const RoadLine& l) { return l.points.size() >= 2 && std::all_of(l.points.begin(), l.points.end(), finite); };
  for (const auto& l : lines)
    if (usable(l))
      for (const auto& p : l.points) all.add(p.lon, p.lat);
  if (all.empty()) return out;
  Nodes nodes(tolerance, std::min(cosine(all.north), cosine(all.south)));
  std::unordered_map<Exact, std::uint32_t, ExactHash> seen;  // how often a vertex is a line's
  for (const auto& l : lines) {
    if (!usable(l)) continue;
    nodes.add(l.points.front());
    nodes.add(l.points.back());
    for (const auto& p : l.points) ++seen[exact(p)];
  }
  for (const auto& l : lines)
    if (usable(l))
      for (std::size_t i = 1; i + 1 < l.points.size(); ++i)
        if (const auto& p = l.points[i]; seen[exact(p)] > 1 && exact(p) != exact(l.points[i - 1])) nodes.add(p);

  for (const auto& l : lines) {
    if (!usable(l)) continue;
    std::size_t begin = 0;
    auto at = *nodes.find(l.points.front());
    double metres = 0;
    for (std::size_t i = 1; i < l.points.size(); ++i) {
      metres += metres_between(l.points[i - 1], l.points[i]);
      const auto node = nodes.find(l.points[i]);
      if (!node) continue;
      if (*node == at && metres <= 2 * tolerance) {  // still at the same node
        if (i + 1 < l.points.size()) continue;
        break;
      }
      RoadEdge e;
      e.from = at, e.to = *node, e.feature = l.feature;
      e.first = static_cast<std::uint32_t>(out.points_.size());
      e.count = static_cast<std::uint32_t>(i - begin + 1);
      out.points_.insert(out.points_.end(), l.points.begin() + static_cast<std::ptrdiff_t>(begin), l.points.begin() + static_cast<std::ptrdiff_t>(i + 1));
      const bool stated = std::isfinite(l.speed) && l.speed > 0;
      out.without_speed_ += !stated;
      e.metres = metres;
      e.seconds = metres / ((stated ? l.speed : assumed_speed) / 3.6);
      e.forth = l.way >= 0, e.back = l.way <= 0;
      out.edges_.push_back(e);
      at = *node, begin = i, metres = 0;
    }
  }
  // --- arcs
  const auto n = nodes.size();
  out.starts_.assign(n + 1, 0);
  for (const auto& e : out.edges_) out.starts_[e.from + 1] += e.forth, out.starts_[e.to + 1] += e.back;
  for (std::size_t i = 1; i <= n; ++i) out.starts_[i] += out.starts_[i - 1];
  out.arcs_.resize(out.starts_[n]);
  auto next = out.starts_;
  for (std::uint32_t i = 0; i < out.edges_.size(); ++i) {
    const auto& e = out.edges_[i];
    if (e.forth) out.arcs_[next[e.from]++] = {i, e.to};
    if (e.back) out.arcs_[next[e.to]++] = {i, e.from};
  }
  // --- cells for snapping: about one edge each
  const double side = std::max(1.0, std::sqrt(static_cast<double>(out.edges_.size())));
  out.west_ = all.west, out.south_ = all.south;
  out.columns_ = out.rows_ = static_cast<std::uint32_t>(std::min(side, 2000.0));
  out.cell_lon_ = std::max(1e-6, (all.east - all.west) / out.columns_);
  out.cell_lat_ = std::max(1e-6, (all.north - all.south) / out.rows_);
  const auto column = [&](double lon) { return static_cast<std::uint32_t>(std::clamp((lon - out.west_) / out.cell_lon_, 0.0, out.columns_ - 1.0)); };
  const auto row = [&](double lat) { return static_cast<std::uint32_t>(std::clamp((lat - out.south_) / out.cell_lat_, 0.0, out.rows_ - 1.0)); };
  out.cell_starts_.assign(static_cast<std::size_t>(out.columns_) * out.rows_ + 1, 0);
  for (const bool fill : {false, true}) {
    std::vector<std::uint32_t> place;
    if (fill) {
      for (std::size_t i = 1; i < out.cell_starts_.size(); ++i) out.cell_starts_[i] += out.cell_starts_[i - 1];
      out.cell_edges_.resize(out.cell_starts_.back());
      place = out.cell_starts_;
    }
    for (std::uint32_t i = 0; i < out.edges_.size(); ++i) {
      geo::Extent box;
      for (const auto& p : out.points(out.edges_[i])) box.add(p.lon, p.lat);
      for (auto y = row(box.south); y <= row(box.north); ++y)
        for (auto x = column(box.west); x <= column(box.east); ++x) {
          const auto cell = static_cast<std::size_t>(y) * out.columns_ + x;
          if (fill) out.cell_edges_[place[cell]++] = i;
          else ++out.cell_starts_[cell + 1];
        }
    }
  }
  return out;
}

std::optional<RoadNetwork::Snap> RoadNetwork::snap(double lon, double lat, double within) const {
  if (edges_.empty() || !std::isfinite(lon) || !std::isfinite(lat)) return std::nullopt;
  const geo::GeoPoint p{lon, lat, 0};
  const double dlat = within / degree, dlon = dlat / cosine(lat);
  if (lon + dlon < west_ || lat + dlat < south_ || lon - dlon > west_ + cell_lon_ * columns_ || lat - dlat > south_ + cell_lat_ * rows_) return std::nullopt;
  const auto column = [&](double x) { return static_cast<std::uint32_t>(std::clamp((x - west_) / cell_lon_, 0.0, columns_ - 1.0)); };
  const auto row = [&](double y) { return static_cast<std::uint32_t>(std::clamp((y - south_) / cell_lat_, 0.0, rows_ - 1.0)); };
  std::optional<Snap> best;
  for (auto y = row(lat - dlat); y <= row(lat + dlat); ++y)
    for (auto x = column(lon - dlon); x <= column(lon + dlon); ++x) {
      const auto cell = static_cast<std::size_t>(y) * columns_ + x;
      for (auto k = cell_starts_[cell]; k < cell_starts_[cell + 1]; ++k) {
        const auto line = points(edges_[cell_edges_[k]]);
        for (std::size_t i = 1; i < line.size(); ++i)
          if (const double d = metres_to(p, line[i - 1], line[i]); d <= within && (!best || d < best->metres || (d == best->metres && cell_edges_[k] < best->edge)))
            best = Snap{cell_edges_[k], d};
      }
    }
  return best;
}

}  // namespace tenbo::inspection
