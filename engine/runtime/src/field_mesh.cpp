#include "field_mesh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <unordered_map>

#include "tenbo/geo/crs.h"

namespace tenbo::runtime {
namespace {

constexpr std::uint32_t side = 16;     // quads along a block, before they are refined
constexpr std::uint32_t unit = 64;     // parts of a cell that places are counted in: six times refined
constexpr double tolerance = 1.5;      // m: what is drawn nearer to the eye by a thousandth of its distance is 2 km away
constexpr double finest_quad = 5;      // m

// A place on the grid, in parts of a cell from its north-western corner.
struct Place { std::uint32_t x = 0, y = 0; };

struct Quad {
  Place at, size;
  std::uint32_t block = 0;
};

class Mesher {
 public:
  Mesher(const geo::FieldInfo& info, const io::GroundSampler& ground, const FieldMeshOptions& options)
      : info_(info), ground_(ground), options_(options), to_geographic_(geo::Transformer::to_geographic(info.grid.crs, geo::AxisOrder::xy)) {
    const auto middle = info.extent.centre();
    const double h = ground(middle.lon, middle.lat);
    usual_ = std::isfinite(h) ? h : 0;
    out_.frame = geo::LocalFrame::at({middle.lon, middle.lat, usual_});
  }

  FieldMesh run() {
    cut_into_quads();
    std::vector<Quad> done;
    if (options_.surface == FieldSurface::ground) refine(done);
    else done = std::move(quads_);
    need_corners(done);
    emit(done);
    return std::move(out_);
  }

 private:
  static std::uint64_t key(Place p) { return std::uint64_t{p.x} << 32 | p.y; }
  static Place between(const Quad& q, std::uint32_t x_halves, std::uint32_t y_halves) { return {q.at.x + q.size.x * x_halves / 2, q.at.y + q.size.y * y_halves / 2}; }

  void cut_into_quads() {
    const auto width = static_cast<std::uint32_t>(info_.grid.width), height = static_cast<std::uint32_t>(info_.grid.height);
    const auto corners = [&](std::uint32_t s) { return (std::size_t{(width + s - 1) / s} + 1) * (std::size_t{(height + s - 1) / s} + 1); };
    std::uint32_t stride = 1;
    while (corners(stride) > options_.most_corners) ++stride;
    const std::uint32_t nx = (width + stride - 1) / stride, ny = (height + stride - 1) / stride;
    for (std::uint32_t j0 = 0; j0 < ny; j0 += side)
      for (std::uint32_t i0 = 0; i0 < nx; i0 += side) {
        const std::uint32_t i1 = std::min(nx, i0 + side), j1 = std::min(ny, j0 + side);
        const auto block = static_cast<std::uint32_t>(out_.blocks.size());
        out_.blocks.push_back({0, 0, std::min(i0 * stride, width), std::min(j0 * stride, height), std::min(i1 * stride, width), std::min(j1 * stride, height)});
        for (std::uint32_t j = j0; j < j1; ++j)
          for (std::uint32_t i = i0; i < i1; ++i) {
            const std::uint32_t x = i * stride, y = j * stride;
            quads_.push_back({{x * unit, y * unit}, {(std::min(x + stride, width) - x) * unit, (std::min(y + stride, height) - y) * unit}, block});
          }
      }
  }

  // Level by level, the worst first, while there is room.
  void refine(std::vector<Quad>& done) {
    need_corners(quads_);
    while (!quads_.empty()) {
      std::vector<Place> wanted;
      for (const Quad& q : quads_)
        if (may_split(q))
          for (const auto& [x, y] : halves) wanted.push_back(between(q, x, y));
      need(wanted);
      std::vector<std::pair<double, Quad>> bad;
      for (const Quad& q : quads_)
        if (const double off = may_split(q) ? deviation(q) : 0; off > tolerance) bad.emplace_back(off, q);
        else done.push_back(q);
      std::stable_sort(bad.begin(), bad.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
      quads_.clear();
      std::size_t count = done.size() + bad.size();
      for (const auto& [off, q] : bad) {
        if (count + 3 > options_.most_refined) {
          done.push_back(q);
          continue;
        }
        count += 3;
        const Place half{q.size.x / 2, q.size.y / 2};
        for (const Place& at : {q.at, Place{q.at.x + half.x, q.at.y}, Place{q.at.x, q.at.y + half.y}, Place{q.at.x + half.x, q.at.y + half.y}})
          quads_.push_back({at, half, q.block});
      }
    }
  }

  // The middles of the sides, and the middle, in halves.
  static constexpr std::array<std::array<std::uint32_t, 2>, 5> halves{{{1, 0}, {0, 1}, {2, 1}, {1, 2}, {1, 1}}};

  bool may_split(const Quad& q) const {
    if (q.size.x % 2 != 0 || q.size.y % 2 != 0) return false;
    const auto &a = at(q.at), &c = at(between(q, 2, 2));
    if (!std::isfinite(a.lon) || !std::isfinite(c.lon)) return false;
    const double metres = std::hypot((c.lon - a.lon) * 111'320 * std::cos(a.lat * M_PI / 180), (c.lat - a.lat) * 110'574);
    return metres > finest_quad;
  }
  // How far the ground is from the flat quad, m.
  double deviation(const Quad& q) const {
    const auto h = [&](std::uint32_t x, std::uint32_t y) { return at(between(q, x, y)).height; };
    double off = 0;
    for (const auto& [x, y] : halves) {
      const double fx = x / 2.0, fy = y / 2.0;
      const double flat = (h(0, 0) * (1 - fx) + h(2, 0) * fx) * (1 - fy) + (h(0, 2) * (1 - fx) + h(2, 2) * fx) * fy;
      off = std::max(off, std::abs(h(x, y) - flat));
    }
    return off;
  }

  const geo::GeoPoint& at(Place p) const { return points_[places_.at(key(p))]; }

  void need_corners(const std::vector<Quad>& quads) {
    std::vector<Place> wanted;
    for (const Quad& q : quads)
      for (const std::uint32_t y : {0u, 2u})
        for (const std::uint32_t x : {0u, 2u}) wanted.push_back(between(q, x, y));
    need(wanted);
  }
  void need(const std::vector<Place>& wanted) {
    const std::size_t first = points_.size();
    for (const Place& p : wanted)
      if (places_.try_emplace(key(p), points_.size()).second) {
        geo::GeoPoint& g = points_.emplace_back();
        info_.grid.pixel_to_crs(static_cast<double>(p.x) / unit, static_cast<double>(p.y) / unit, g.lon, g.lat);
      }
    const std::span<geo::GeoPoint> fresh(points_.data() + first, points_.size() - first);
    if (to_geographic_) to_geographic_->transform(fresh);
    for (auto& g : fresh) {
      if (!std::isfinite(g.lon) || !std::isfinite(g.lat)) continue;
      const double h = ground_(g.lon, g.lat);
      g.height = std::isfinite(h) ? h : usual_;
    }
  }

  std::uint32_t vertex(Place p, std::size_t point) {
    std::uint32_t& known = vertices_[point];
    if (known != no_vertex) return known;
    known = static_cast<std::uint32_t>(out_.mesh.vertices.size());
    Vertex v{};
    v.normal = up_;
    v.feature = no_feature;
    v.u = static_cast<float>(p.x) / static_cast<float>(unit * static_cast<std::uint32_t>(info_.grid.width));
    v.v = static_cast<float>(p.y) / static_cast<float>(unit * static_cast<std::uint32_t>(info_.grid.height));
    const glm::vec3 local(out_.frame.to_local(points_[point]));
    v.x = local.x;
    v.y = local.y;
    v.z = local.z;
    out_.min = glm::min(out_.min, local);
    out_.max = glm::max(out_.max, local);
    out_.mesh.vertices.push_back(v);
    return known;
  }

  void emit(std::vector<Quad>& quads) {
    std::stable_sort(quads.begin(), quads.end(), [](const Quad& a, const Quad& b) { return a.block < b.block; });
    out_.min = glm::vec3(INFINITY);
    out_.max = glm::vec3(-INFINITY);
    vertices_.assign(points_.size(), no_vertex);
    out_.mesh.vertices.reserve(quads.size() + quads.size() / 8);
    out_.mesh.indices.reserve(quads.size() * 6);
    std::size_t next = 0;
    for (std::uint32_t block = 0; block < out_.blocks.size(); ++block) {
      const auto first = static_cast<std::uint32_t>(out_.mesh.indices.size());
      for (; next < quads.size() && quads[next].block == block; ++next) {
        const Quad& q = quads[next];
        const std::array places{q.at, between(q, 2, 0), between(q, 0, 2), between(q, 2, 2)};
        std::array<std::size_t, 4> points;
        for (std::size_t i = 0; i < 4; ++i) points[i] = places_.at(key(places[i]));
        if (std::any_of(points.begin(), points.end(), [&](std::size_t i) { return !std::isfinite(points_[i].lon) || !std::isfinite(points_[i].lat); })) continue;
        const auto a = vertex(places[0], points[0]), b = vertex(places[1], points[1]), c = vertex(places[2], points[2]), d = vertex(places[3], points[3]);
        for (const auto k : {a, c, b, b, c, d}) out_.mesh.indices.push_back(k);
      }
      out_.blocks[block].first_index = first;
      out_.blocks[block].index_count = static_cast<std::uint32_t>(out_.mesh.indices.size()) - first;
    }
    std::erase_if(out_.blocks, [](const auto& b) { return b.index_count == 0; });
    if (out_.mesh.vertices.empty()) out_.min = out_.max = glm::vec3(0);
    out_.max.z += 50.f;  // water rises above the ground it was made from
  }

  const geo::FieldInfo& info_;
  const io::GroundSampler& ground_;
  const FieldMeshOptions& options_;
  Result<geo::Transformer> to_geographic_;
  double usual_ = 0;  // m
  const std::uint32_t up_ = encode_normal({0, 0, 1});
  std::vector<Quad> quads_;
  std::vector<geo::GeoPoint> points_;
  std::unordered_map<std::uint64_t, std::size_t> places_;  // of points_
  static constexpr std::uint32_t no_vertex = UINT32_MAX;
  std::vector<std::uint32_t> vertices_;  // of points_
  FieldMesh out_;
};

}  // namespace

FieldMesh build_field_mesh(const geo::FieldInfo& info, const io::GroundSampler& ground, const FieldMeshOptions& options) {
  return Mesher(info, ground, options).run();
}

}  // namespace tenbo::runtime
