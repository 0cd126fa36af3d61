#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>

#include "tenbo/io/city_areas.h"

namespace tenbo::io {
namespace {

constexpr double metres_a_degree = 111'320;  // of latitude, to a few parts in a thousand: enough to tell corners apart
constexpr double same_corner = 0.005;        // m: coordinates in the frame of a tile are float, 0.03 mm at its edge
constexpr double straight = 0.001;           // m off the line through its neighbours

struct At {
  double x = 0, y = 0;  // m from the feature's first corner
};

// Corners that are one: looked up in cells as large as the distance that makes them so.
class Corners {
 public:
  std::uint32_t add(At p) {
    const auto cx = static_cast<std::int64_t>(std::floor(p.x / cell)), cy = static_cast<std::int64_t>(std::floor(p.y / cell));
    for (std::int64_t dx = -1; dx <= 1; ++dx)
      for (std::int64_t dy = -1; dy <= 1; ++dy)
        if (const auto found = cells_.find(key(cx + dx, cy + dy)); found != cells_.end())
          if (const auto& q = at[found->second]; std::hypot(q.x - p.x, q.y - p.y) <= same_corner) return found->second;
    at.push_back(p);
    cells_.emplace(key(cx, cy), static_cast<std::uint32_t>(at.size() - 1));
    return static_cast<std::uint32_t>(at.size() - 1);
  }
  std::vector<At> at;

 private:
  static constexpr double cell = same_corner;
  static std::uint64_t key(std::int64_t x, std::int64_t y) { return static_cast<std::uint64_t>(x) * 0x9e3779b97f4a7c15ULL ^ static_cast<std::uint64_t>(y) * 0xc2b2ae3d27d4eb4fULL; }
  std::unordered_map<std::uint64_t, std::uint32_t> cells_;  // two cells of one key cost a corner that is kept twice, nothing else
};

double area_of(const std::vector<At>& ring) {  // m2, positive where it runs counter-clockwise
  double twice = 0;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) twice += ring[j].x * ring[i].y - ring[i].x * ring[j].y;
  return twice / 2;
}

bool holds(const std::vector<At>& ring, At p) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto &a = ring[i], &b = ring[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

// One feature: its triangles come, its rings go.
class Outline {
 public:
  void triangle(At a, At b, At c) {
    std::uint32_t v[3] = {corners_.add(a), corners_.add(b), corners_.add(c)};
    if (v[0] == v[1] || v[1] == v[2] || v[2] == v[0]) return;
    const auto &p = corners_.at[v[0]], &q = corners_.at[v[1]], &r = corners_.at[v[2]];
    const double twice = (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y);
    if (twice == 0) return;
    if (twice < 0) std::swap(v[1], v[2]);
    for (int i = 0; i < 3; ++i) edge(v[i], v[(i + 1) % 3]);
  }
  // Outer rings counter-clockwise, each before its holes.
  std::vector<std::vector<At>> rings() {
    std::vector<std::uint32_t> starts;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> out;
    for (const auto& [key, n] : edges_)
      for (std::uint32_t i = 0; i < n; ++i) out[static_cast<std::uint32_t>(key >> 32)].push_back(static_cast<std::uint32_t>(key));
    for (auto& [from, to] : out) {
      std::sort(to.begin(), to.end());
      starts.push_back(from);
    }
    std::sort(starts.begin(), starts.end());  // the same rings whatever the order of a hash
    std::vector<std::vector<At>> loops;
    for (const auto start : starts)
      while (!out[start].empty()) loops.push_back(walk(start, out));
    std::erase_if(loops, [](const auto& l) { return l.size() < 3; });
    return nested(std::move(loops));
  }

 private:
  void edge(std::uint32_t from, std::uint32_t to) {
    if (const auto back = edges_.find(std::uint64_t{to} << 32 | from); back != edges_.end()) {
      if (--back->second == 0) edges_.erase(back);
    } else {
      ++edges_[std::uint64_t{from} << 32 | to];
    }
  }
  // As many edges come to a corner as leave it, so that each walk comes home. Where several leave, the sharpest turn to the left keeps
  // what only touches apart.
  std::vector<At> walk(std::uint32_t start, std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>& out) {
    std::vector<At> ring;
    std::uint32_t before = start, here = start;
    do {
      auto& leave = out[here];
      if (leave.empty()) break;
      std::size_t best = 0;
      if (leave.size() > 1 && before != here) {
        const auto turn = [&](std::uint32_t to) {
          const auto &a = corners_.at[before], &b = corners_.at[here], &c = corners_.at[to];
          const double ux = b.x - a.x, uy = b.y - a.y, vx = c.x - b.x, vy = c.y - b.y;
          return std::atan2(ux * vy - uy * vx, ux * vx + uy * vy);
        };
        for (std::size_t i = 1; i < leave.size(); ++i)
          if (turn(leave[i]) > turn(leave[best])) best = i;
      }
      ring.push_back(corners_.at[here]);
      before = here;
      here = leave[best];
      leave.erase(leave.begin() + static_cast<std::ptrdiff_t>(best));
    } while (here != start);
    return straightened(ring);
  }
  static std::vector<At> straightened(const std::vector<At>& ring) {
    std::vector<At> out;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const auto& a = out.empty() ? ring.back() : out.back();
      const auto &p = ring[i], &b = ring[(i + 1) % ring.size()];
      const double dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
      const bool between = (p.x - a.x) * dx + (p.y - a.y) * dy > 0 && (b.x - p.x) * dx + (b.y - p.y) * dy > 0;
      if (length > 0 && between && std::abs((p.x - a.x) * dy - (p.y - a.y) * dx) <= straight * length) continue;
      out.push_back(p);
    }
    return out;
  }
  static std::vector<std::vector<At>> nested(std::vector<std::vector<At>> loops) {
    struct Outer {
      std::vector<At> ring;
      double area, west, south, east, north;
      std::vector<std::vector<At>> holes;
    };
    std::vector<Outer> outers;
    std::vector<std::vector<At>> holes;
    for (auto& l : loops) {
      const double area = area_of(l);
      if (std::abs(area) < same_corner * same_corner) continue;
      if (area < 0) {
        holes.push_back(std::move(l));
        continue;
      }
      Outer o{std::move(l), area, INFINITY, INFINITY, -INFINITY, -INFINITY, {}};
      for (const auto& p : o.ring) o.west = std::min(o.west, p.x), o.east = std::max(o.east, p.x), o.south = std::min(o.south, p.y), o.north = std::max(o.north, p.y);
      outers.push_back(std::move(o));
    }
    for (auto& h : holes) {
      // A hole may touch the ring that it is in: the middle of its first edge, a little to the side of the hole's own ground, does not.
      const auto &a = h[0], &b = h[1];
      const double dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
      const At p{(a.x + b.x) / 2 + dy / length * straight, (a.y + b.y) / 2 - dx / length * straight};  // right of a clockwise edge
      Outer* in = nullptr;
      for (auto& o : outers)
        if (p.x >= o.west && p.x <= o.east && p.y >= o.south && p.y <= o.north && (!in || o.area < in->area) && holds(o.ring, p)) in = &o;
      if (in) in->holes.push_back(std::move(h));
    }
    std::vector<std::vector<At>> out;
    for (auto& o : outers) {
      out.push_back(std::move(o.ring));
      for (auto& h : o.holes) out.push_back(std::move(h));
    }
    return out;
  }

  Corners corners_;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;  // from, to -> how often
};

struct Triangle {
  std::uint32_t feature, batch, first;  // index of its first corner in the batch
};

}  // namespace

VectorData city_areas(CityModel&& city) {
  VectorData out;
  out.name = city.name;
  out.crs = city.crs;
  out.vertical = city.vertical;
  out.diagnostics = std::move(city.diagnostics);
  std::vector<Triangle> all;
  for (std::uint32_t b = 0; b < city.batches.size(); ++b) {
    const auto& mesh = city.batches[b].mesh;
    for (std::uint32_t i = 0; i + 2 < mesh.indices.size(); i += 3)
      if (const auto f = mesh.vertices[mesh.indices[i]].feature; f < city.features.size()) all.push_back({f, b, i});
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.feature < b.feature; });
  for (std::size_t i = 0; i < all.size();) {
    const auto feature = all[i].feature;
    Outline outline;
    double lon0 = 0, lat0 = 0, east = 0;
    for (bool first = true; i < all.size() && all[i].feature == feature; ++i) {
      const auto& batch = city.batches[all[i].batch];
      At p[3];
      for (std::uint32_t k = 0; k < 3; ++k) {
        const auto& v = batch.mesh.vertices[batch.mesh.indices[all[i].first + k]];
        const auto g = batch.frame.to_geo(glm::dvec3(v.x, v.y, v.z));
        if (std::exchange(first, false)) lon0 = g.lon, lat0 = g.lat, east = metres_a_degree * std::cos(g.lat * std::numbers::pi / 180);
        p[k] = {(g.lon - lon0) * east, (g.lat - lat0) * metres_a_degree};
      }
      outline.triangle(p[0], p[1], p[2]);
    }
    for (const auto& ring : outline.rings()) {
      out.parts.push_back({feature, ShapeKind::polygon, area_of(ring) < 0, static_cast<std::uint32_t>(out.points.size()), static_cast<std::uint32_t>(ring.size())});
      for (const auto& p : ring) {
        out.points.push_back({lon0 + p.x / east, lat0 + p.y / metres_a_degree, 0});
        out.extent.add(out.points.back().lon, out.points.back().lat);
      }
    }
  }
  out.features = std::move(city.features);
  return out;
}

Result<VectorData> read_city_areas(const std::filesystem::path& path, CityOptions options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  options.meshes = true;
  auto city = read_city(path, options, jobs, progress, std::move(cancel));
  if (!city) return city.error();
  return city_areas(std::move(*city));
}

}  // namespace tenbo::io
