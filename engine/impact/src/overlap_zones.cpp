#include <limits>

#include "gather.h"

namespace tenbo::impact {
namespace {

struct Edge {
  double x1, y1, x2, y2;  // degrees; x1 <= x2
  float sign;             // of the ground below it, 1 or -1; 0 of upright edges, which lines cross and areas do not need
  double at(double x) const { return y1 + (y2 - y1) * (x - x1) / (x2 - x1); }
};

struct Box {
  double left = std::numeric_limits<double>::infinity(), low = left, right = -left, high = -left;
  void add(double x, double y) {
    left = std::min(left, x);
    right = std::max(right, x);
    low = std::min(low, y);
    high = std::max(high, y);
  }
  bool meets(const Box& o) const { return left <= o.right && o.left <= right && low <= o.high && o.low <= high; }
};

// Edges of a ring: what lies below them, by their sign, is the ring. Outer rings are turned to give 1 within, holes -1.
void edges_of(std::span<const LonLat> ring, bool hole, std::vector<Edge>& out) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto &a = ring[i], &b = ring[(i + 1) % ring.size()];
    twice += (a.lon - ring[0].lon) * (b.lat - ring[0].lat) - (b.lon - ring[0].lon) * (a.lat - ring[0].lat);
  }
  const bool turn = (twice > 0) != hole;  // counter-clockwise has its ground edges going east: those are to count below zero
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto &a = ring[i], &b = ring[(i + 1) % ring.size()];
    const bool east = a.lon < b.lon;
    const float sign = a.lon == b.lon ? 0.f : east != turn ? 1.f : -1.f;
    if (east) out.push_back({a.lon, a.lat, b.lon, b.lat, sign});
    else out.push_back({b.lon, b.lat, a.lon, a.lat, sign});
  }
}

// A zone, with its edges in slabs of longitude.
struct Zone {
  Box box;
  std::vector<Edge> edges;
  std::vector<std::uint32_t> starts, members;  // of slab k: members[starts[k]] to members[starts[k + 1] - 1]

  std::size_t slabs() const { return starts.size() - 1; }
  std::size_t slab(double x) const {
    const double t = (x - box.left) / (box.right - box.left) * static_cast<double>(slabs());
    return static_cast<std::size_t>(std::clamp(t, 0.0, static_cast<double>(slabs() - 1)));
  }
  void index() {
    const std::size_t n = std::clamp<std::size_t>(edges.size() / 4, 1, 4096);
    starts.assign(n + 1, 0);
    for (const auto& e : edges)
      for (std::size_t k = slab(e.x1); k <= slab(e.x2); ++k) ++starts[k + 1];
    for (std::size_t k = 0; k < n; ++k) starts[k + 1] += starts[k];
    members.resize(starts[n]);
    auto next = starts;
    for (std::uint32_t i = 0; i < edges.size(); ++i)
      for (std::size_t k = slab(edges[i].x1); k <= slab(edges[i].x2); ++k) members[next[k]++] = i;
  }
  // Calls use(edge) once for each edge that may have x between the two.
  template <class Use>
  void edges_between(double left, double right, Use&& use) const {
    const auto first = slab(left), last = slab(right);
    for (std::size_t k = first; k <= last; ++k)
      for (auto m = starts[k]; m < starts[k + 1]; ++m) {
        const auto& e = edges[members[m]];
        if (k != std::max(first, slab(e.x1)) || e.x2 < left || e.x1 > right) continue;
        use(e);
      }
  }
  bool contains(double x, double y) const {
    if (x < box.left || x > box.right || y < box.low || y > box.high) return false;
    float sum = 0;
    edges_between(x, x, [&](const Edge& e) {
      if (e.x1 <= x && x < e.x2 && y < e.at(x)) sum += e.sign;
    });
    return sum > 0.5f;
  }
};

// The integral of min(e, f) over the x that both have, of heights above `base`.
double below_both(const Edge& e, const Edge& f, double base) {
  const double from = std::max(e.x1, f.x1), to = std::min(e.x2, f.x2);
  if (!(to > from)) return 0;
  const double e1 = e.at(from) - base, e2 = e.at(to) - base, f1 = f.at(from) - base, f2 = f.at(to) - base;
  const double d1 = e1 - f1, d2 = e2 - f2, w = to - from;
  if ((d1 <= 0) == (d2 <= 0)) return w * (d1 <= 0 && d2 <= 0 ? e1 + e2 : f1 + f2) / 2;
  const double t = d1 / (d1 - d2), cross = e1 + t * (e2 - e1);
  const double before = d1 < 0 ? e1 : f1, after = d2 < 0 ? e2 : f2;
  return w * (t * (before + cross) + (1 - t) * (cross + after)) / 2;
}

// Which zones may reach into a box: their boxes on a coarse grid.
class ZoneFinder {
 public:
  explicit ZoneFinder(std::span<const Zone> zones) : zones_(zones) {
    for (const auto& z : zones) {
      if (z.edges.empty()) continue;
      all_.add(z.box.left, z.box.low);
      all_.add(z.box.right, z.box.high);
    }
    side_ = std::clamp<int>(static_cast<int>(std::sqrt(static_cast<double>(zones.size()))), 1, 1024);
    cells_.resize(static_cast<std::size_t>(side_) * side_);
    for (std::uint32_t i = 0; i < zones.size(); ++i)
      if (!zones[i].edges.empty()) each_cell(zones[i].box, [&](std::size_t cell) { cells_[cell].push_back(i); });
  }
  void find(const Box& box, std::vector<std::uint32_t>& out) const {
    out.clear();
    if (!box.meets(all_)) return;
    each_cell(box, [&](std::size_t cell) {
      for (const auto i : cells_[cell]) if (zones_[i].box.meets(box)) out.push_back(i);
    });
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }

 private:
  template <class Use>
  void each_cell(const Box& box, Use&& use) const {
    const auto at = [&](double v, double low, double high) {
      return high > low ? std::clamp(static_cast<int>((v - low) / (high - low) * side_), 0, side_ - 1) : 0;
    };
    for (int r = at(box.low, all_.low, all_.high); r <= at(box.high, all_.low, all_.high); ++r)
      for (int c = at(box.left, all_.left, all_.right); c <= at(box.right, all_.left, all_.right); ++c)
        use(static_cast<std::size_t>(r) * side_ + c);
  }
  std::span<const Zone> zones_;
  Box all_;
  int side_ = 1;
  std::vector<std::vector<std::uint32_t>> cells_;
};

// The length of a line within a zone, in degrees of latitude.
double length_within(const Zone& zone, LonLat a, LonLat b, double length, std::vector<double>& crossings) {
  crossings.clear();
  crossings.push_back(0);
  const double dx = b.lon - a.lon, dy = b.lat - a.lat;
  zone.edges_between(std::min(a.lon, b.lon), std::max(a.lon, b.lon), [&](const Edge& e) {
    const double ex = e.x2 - e.x1, ey = e.y2 - e.y1, cross = dx * ey - dy * ex;
    if (cross == 0) return;
    const double t = ((e.x1 - a.lon) * ey - (e.y1 - a.lat) * ex) / cross;
    if (t > 0 && t < 1) crossings.push_back(t);
  });
  crossings.push_back(1);
  std::sort(crossings.begin(), crossings.end());
  double within = 0;
  for (std::size_t k = 0; k + 1 < crossings.size(); ++k) {
    const double t = (crossings[k] + crossings[k + 1]) / 2;
    if (crossings[k + 1] > crossings[k] && zone.contains(a.lon + t * dx, a.lat + t * dy)) within += length * (crossings[k + 1] - crossings[k]);
  }
  return within;
}

}  // namespace

Overlaps overlap_zones(const Assets& assets, const Assets& zones, JobSystem& jobs) {
  std::vector<Zone> made(zones.count);
  {
    const PartIndex index(zones);
    jobs.parallel_for(zones.count, 16, [&](std::size_t begin, std::size_t end) {
      for (std::size_t z = begin; z < end; ++z) {
        for (const auto i : index.of(static_cast<std::uint32_t>(z))) {
          const auto& part = zones.parts[i];
          const std::span<const LonLat> ring(zones.points.data() + part.first, part.count);
          bool good = part.shape == Shape::area && part.count > 2;
          for (const auto& p : ring) good = good && std::isfinite(p.lon) && std::isfinite(p.lat);
          if (!good) continue;
          for (const auto& p : ring) made[z].box.add(p.lon, p.lat);
          edges_of(ring, part.hole, made[z].edges);
        }
        if (!made[z].edges.empty()) made[z].index();
      }
    });
  }
  const ZoneFinder finder(made);
  const PartIndex index(assets);
  return gather(assets.count, jobs, [&](std::uint32_t first, std::uint32_t end, PieceList& out) {
    std::vector<std::uint32_t> near;
    std::vector<Edge> edges;
    std::vector<double> crossings;
    for (std::uint32_t a = first; a < end; ++a) {
      const auto parts = index.of(a);
      const auto measure = measure_of(assets, parts);
      Box box;
      bool good = true;
      edges.clear();
      double whole = 0;
      for (const auto i : parts) {
        const auto& part = assets.parts[i];
        if (part.shape != measure) continue;
        const std::span<const LonLat> own(assets.points.data() + part.first, part.count);
        for (const auto& p : own) {
          good = good && std::isfinite(p.lon) && std::isfinite(p.lat);
          box.add(p.lon, p.lat);
        }
        if (measure == Shape::area) edges_of(own, part.hole, edges);
        if (measure == Shape::point) whole += static_cast<double>(own.size());
      }
      if (!good) { out.end_unplaced(); continue; }
      const double wide = std::cos((box.low + box.high) / 2 * 0.017453292519943295);
      for (const auto& e : edges) whole += e.sign * (e.x2 - e.x1) * ((e.y1 - box.low) + (e.y2 - box.low)) / 2;
      finder.find(box, near);
      for (const auto i : parts) {
        const auto& part = assets.parts[i];
        if (part.shape != measure || measure == Shape::area) continue;
        const std::span<const LonLat> own(assets.points.data() + part.first, part.count);
        if (measure == Shape::point)
          for (const auto& p : own)
            for (const auto z : near) if (made[z].contains(p.lon, p.lat)) out.add(z, 1);
        if (measure == Shape::line)
          for (std::size_t k = 0; k + 1 < own.size(); ++k) {
            const double length = std::hypot((own[k + 1].lon - own[k].lon) * wide, own[k + 1].lat - own[k].lat);
            whole += length;
            for (const auto z : near) out.add(z, length_within(made[z], own[k], own[k + 1], length, crossings));
          }
      }
      for (const auto z : near) {
        double shared = 0;
        for (const auto& e : edges)
          made[z].edges_between(e.x1, e.x2, [&](const Edge& f) { shared += static_cast<double>(e.sign * f.sign) * below_both(e, f, box.low); });
        if (shared > 0) out.add(z, shared);
      }
      if (whole > 0) out.end_asset(whole);
      else out.end_unplaced();
    }
  });
}

}  // namespace tenbo::impact
