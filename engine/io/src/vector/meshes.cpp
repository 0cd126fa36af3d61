// Vector features as triangles and lines: on the ground, extruded from it, or at their own heights.
#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <limits>
#include <unordered_map>

#include "city/mesher.h"
#include "city/triangulate.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/vector.h"

namespace tenbo::io {

namespace {

// Bounds on what follows the ground; beyond, edges become coarser.
constexpr double max_triangles = 2e6;          // of all draped polygons together
constexpr double max_polygon_triangles = 3e5;  // of one
constexpr double max_line_points = 10e6;
constexpr double max_tiles = 1000;             // over the data's extent; larger tiles beyond
constexpr double bare_edge = 2000;             // m, where there is no ground to follow: a chord sinks 8 cm into the globe
constexpr double degree = 3.14159265358979323846 / 180;

// East and north metres about a place: good enough to measure, to triangulate and to find inside points.
struct Plane {
  double lon0, lat0, kx, ky;
  explicit Plane(const geo::GeoPoint& p)
      : lon0(p.lon), lat0(p.lat), kx(geo::mean_radius * degree * std::max(1e-6, std::cos(p.lat * degree))), ky(geo::mean_radius * degree) {}
  glm::dvec3 operator()(const geo::GeoPoint& p) const { return {(p.lon - lon0) * kx, (p.lat - lat0) * ky, 0}; }
};

// One polygon: its outer ring and its holes, as they lie in VectorData::parts.
struct Polygon {
  std::uint32_t feature;
  std::size_t first_part, end_part;
};

double ring_area(const VectorData& d, const ShapePart& part, const Plane& plane) {
  double twice = 0;
  for (std::uint32_t i = 0; i < part.count; ++i) {
    const auto a = plane(d.points[part.first + i]), b = plane(d.points[part.first + (i + 1) % part.count]);
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

double length(const VectorData& d, const ShapePart& part) {
  const Plane plane(d.points[part.first]);
  double sum = 0;
  for (std::uint32_t i = 1; i < part.count; ++i) sum += glm::distance(plane(d.points[part.first + i - 1]), plane(d.points[part.first + i]));
  return sum;
}

// A place inside of the polygon: the middle of the widest stretch along a few parallels.
geo::GeoPoint inside_point(const VectorData& d, const Polygon& polygon) {
  const ShapePart& outer = d.parts[polygon.first_part];
  double south = std::numeric_limits<double>::infinity(), north = -south;
  for (std::uint32_t i = 0; i < outer.count; ++i) {
    south = std::min(south, d.points[outer.first + i].lat);
    north = std::max(north, d.points[outer.first + i].lat);
  }
  geo::GeoPoint best = d.points[outer.first];
  double widest = -1;
  std::vector<double> cuts;
  for (double part : {0.5, 0.3717, 0.6283, 0.2119, 0.7881}) {
    const double lat = south + (north - south) * part;
    cuts.clear();
    for (std::size_t k = polygon.first_part; k < polygon.end_part; ++k) {
      const ShapePart& ring = d.parts[k];
      for (std::uint32_t i = 0; i < ring.count; ++i) {
        const auto &a = d.points[ring.first + i], &b = d.points[ring.first + (i + 1) % ring.count];
        if ((a.lat <= lat) != (b.lat <= lat)) cuts.push_back(a.lon + (b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat));
      }
    }
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t i = 0; i + 1 < cuts.size(); i += 2)
      if (cuts[i + 1] - cuts[i] > widest) {
        widest = cuts[i + 1] - cuts[i];
        best = {(cuts[i] + cuts[i + 1]) / 2, lat, 0};
      }
  }
  return best;
}

class Builder {
 public:
  Builder(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options, Diagnostics& diagnostics)
      : d_(data), ground_(ground), o_(options), diagnostics_(diagnostics), tile_size_(tile_size(data, options)), grid_(tile_size_),
        own_z_(!options.drape && data.has_z) {}

  VectorMeshes run() {
    std::vector<Polygon> polygons;
    double area = 0, line_length = 0;
    for (std::size_t i = 0; i < d_.parts.size(); ++i) {
      const ShapePart& part = d_.parts[i];
      if (part.kind == ShapeKind::line) line_length += length(d_, part);
      if (part.kind != ShapeKind::polygon) continue;
      if (part.hole && !polygons.empty() && polygons.back().end_part == i) ++polygons.back().end_part;
      else polygons.push_back({part.feature, i, i + 1});
      if (!part.hole) area += std::abs(ring_area(d_, part, Plane(d_.points[part.first])));
    }
    bare_ = !own_z_ && !any_ground();
    const double wished = bare_ ? bare_edge : std::max(o_.max_edge, 0.1);
    edge_ = std::max(wished, std::sqrt(2 * area / max_triangles));
    coarsest_ = edge_;
    line_edge_ = std::max(wished, line_length / max_line_points);
    for (const auto& p : polygons) add_polygon(p);
    for (const auto& part : d_.parts) {
      if (part.kind == ShapeKind::line) add_line(part);
      if (part.kind == ShapeKind::point) {
        const auto& p = d_.points[part.first];
        out_.anchors.push_back({part.feature, {p.lon, p.lat, height_at(p)}});
      }
    }
    add_inner_anchors(polygons);
    for (auto& m : out_.polygons) finish(m);
    for (auto& l : out_.lines) l.starts.push_back(static_cast<std::uint32_t>(l.points.size()));
    coarsest_ = std::max(draped_ ? coarsest_ : 0, line_length > 0 ? line_edge_ : 0);
    if (coarsest_ > wished)
      diagnostics_.warn({ErrorCode::out_of_budget, "the features cover so much that some follow the ground at " + std::to_string(std::lround(coarsest_)) +
                         " m instead of " + std::to_string(std::lround(wished)) + " m", d_.name, "", ""});
    const auto say = [&](std::uint64_t n, const char* what) {
      if (n) diagnostics_.warn({ErrorCode::malformed, std::to_string(n) + what, d_.name, "", ""});
    };
    say(no_height_, " features have no usable height to extrude by; they lie flat");
    say(no_area_, " polygons have no area, or cross themselves too often to be filled");
    if (bare_ && no_ground_) diagnostics_.warn({ErrorCode::not_found, "there is no ground under the features; they lie at 0 m", d_.name, "", "open a DEM with them"});
    else say(no_ground_, " places have no ground under them; the lowest known height of their feature, or 0 m, is taken");
    return std::move(out_);
  }

 private:
  struct Target {
    std::uint32_t batch;
    city::LocalProjector project;
  };
  // The batch of the tile that the place lies in.
  Target& target(double lon, double lat) {
    const auto tile = grid_.at(lon, lat);
    const auto key = static_cast<std::uint64_t>(static_cast<std::uint32_t>(tile.row)) << 32 | static_cast<std::uint32_t>(tile.column);
    if (auto it = targets_.find(key); it != targets_.end()) return it->second;
    MeshBatch batch;
    const auto centre = grid_.centre(tile);
    batch.frame = geo::LocalFrame::at(centre);
    out_.polygons.push_back(std::move(batch));
    return targets_.emplace(key, Target{static_cast<std::uint32_t>(out_.polygons.size() - 1), city::LocalProjector(centre)}).first->second;
  }
  LineBatch& line_target(double lon, double lat, const city::LocalProjector*& project) {
    const auto tile = grid_.at(lon, lat);
    const auto key = static_cast<std::uint64_t>(static_cast<std::uint32_t>(tile.row)) << 32 | static_cast<std::uint32_t>(tile.column);
    auto it = line_targets_.find(key);
    if (it == line_targets_.end()) {
      LineBatch batch;
      const auto centre = grid_.centre(tile);
      batch.frame = geo::LocalFrame::at(centre);
      out_.lines.push_back(std::move(batch));
      it = line_targets_.emplace(key, Target{static_cast<std::uint32_t>(out_.lines.size() - 1), city::LocalProjector(centre)}).first;
    }
    project = &it->second.project;
    return out_.lines[it->second.batch];
  }
  // Whether there is ground anywhere under the data: asked at its points and all over its extent, not too often.
  bool any_ground() const {
    if (!ground_ || d_.extent.empty()) return false;
    const std::size_t stride = std::max<std::size_t>(1, d_.points.size() / 20'000);
    for (std::size_t i = 0; i < d_.points.size(); i += stride)
      if (!std::isnan(ground_(d_.points[i].lon, d_.points[i].lat))) return true;
    constexpr int cells = 256;
    const double width = d_.extent.east - d_.extent.west, height = d_.extent.north - d_.extent.south;
    for (int j = 0; j < cells; ++j)
      for (int i = 0; i < cells; ++i)
        if (!std::isnan(ground_(d_.extent.west + width * (i + 0.5) / cells, d_.extent.south + height * (j + 0.5) / cells))) return true;
    return false;
  }
  double ground(double lon, double lat) const { return ground_ && !bare_ ? ground_(lon, lat) : std::numeric_limits<double>::quiet_NaN(); }
  // Of a draped or own-height place; 0 where there is no ground.
  double height_at(const geo::GeoPoint& p) {
    if (own_z_) return p.height;
    const double g = ground(p.lon, p.lat);
    if (std::isnan(g)) ++no_ground_;
    return (std::isnan(g) ? 0 : g) + o_.lift;
  }

  static Vertex vertex(const glm::dvec3& p, std::uint32_t normal, std::uint32_t feature) {
    return {static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z), normal, 0, 0, feature};
  }

  void add_polygon(const Polygon& polygon) {
    rings_.clear();
    starts_.clear();
    flat_.clear();
    const Plane plane(d_.points[d_.parts[polygon.first_part].first]);
    for (std::size_t k = polygon.first_part; k < polygon.end_part; ++k) {
      const ShapePart& part = d_.parts[k];
      starts_.push_back(static_cast<std::uint32_t>(rings_.size()));
      for (std::uint32_t i = 0; i < part.count; ++i) rings_.push_back(d_.points[part.first + i]);
    }
    starts_.push_back(static_cast<std::uint32_t>(rings_.size()));
    if (own_z_ && o_.extrude_attribute.empty()) return add_own(polygon.feature);
    for (const auto& p : rings_) flat_.push_back(plane(p));
    glm::dvec3 normal;
    triangles_.clear();
    if (triangulator_.run(flat_, starts_, triangles_, normal) != city::Triangulation::done) {
      ++no_area_;
      return;
    }
    if (normal.z < 0)
      for (std::size_t i = 0; i + 2 < triangles_.size(); i += 3) std::swap(triangles_[i + 1], triangles_[i + 2]);
    if (!o_.extrude_attribute.empty()) {
      const auto h = geo::to_number(d_.features.value(polygon.feature, o_.extrude_attribute));
      const double metres = h ? *h * o_.extrude_scale : 0;
      if (h && std::isfinite(metres) && metres > 0 && metres < 20'000) return add_extruded(polygon.feature, metres, plane);
      ++no_height_;
    }
    add_draped(polygon.feature);
  }

  static double tile_size(const VectorData& d, const VectorMeshOptions& o) {
    if (d.extent.empty()) return std::max(o.tile_size, 1.0);
    const Plane plane(d.extent.centre());
    const double area = (d.extent.east - d.extent.west) * plane.kx * (d.extent.north - d.extent.south) * plane.ky;
    return std::max({o.tile_size, 1.0, std::sqrt(area / max_tiles)});
  }

  // The edge that keeps one polygon within its budget: slivers cost by their length, not by their area.
  double affordable_edge() {
    const double budget = std::min(max_polygon_triangles, std::max(2000.0, (max_triangles - draped_) / 2));
    for (double edge = edge_;; edge *= 1.4) {
      double count = 0;
      for (std::size_t i = 0; i + 2 < triangles_.size(); i += 3) {
        const auto &a = flat_[triangles_[i]], &b = flat_[triangles_[i + 1]], &c = flat_[triangles_[i + 2]];
        const double area = std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
        const double longest = std::max({glm::distance(a, b), glm::distance(b, c), glm::distance(c, a)});
        count += std::max({1.0, 4 * area / (edge * edge), longest > edge ? 2 * longest / edge : 0});
      }
      if (count > budget && edge < 1e6) continue;
      coarsest_ = std::max(coarsest_, edge);
      return edge;
    }
  }

  // Every edge longer than the limit is halved, whatever triangle it belongs to: neighbours agree, no cracks.
  void add_draped(std::uint32_t feature) {
    const double edge = affordable_edge();
    std::unordered_map<std::uint64_t, std::uint32_t> middles;
    std::vector<std::uint32_t> done;
    std::vector<std::uint32_t>& work = triangles_;
    const auto middle = [&](std::uint32_t a, std::uint32_t b) {
      const auto key = static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b);
      const auto [it, fresh] = middles.try_emplace(key, static_cast<std::uint32_t>(rings_.size()));
      if (fresh) {
        rings_.push_back({(rings_[a].lon + rings_[b].lon) / 2, (rings_[a].lat + rings_[b].lat) / 2, 0});
        flat_.push_back((flat_[a] + flat_[b]) * 0.5);
      }
      return it->second;
    };
    while (!work.empty()) {
      const std::uint32_t c = work.back(), b = work[work.size() - 2], a = work[work.size() - 3];
      work.resize(work.size() - 3);
      const bool ab = glm::distance(flat_[a], flat_[b]) > edge, bc = glm::distance(flat_[b], flat_[c]) > edge, ca = glm::distance(flat_[c], flat_[a]) > edge;
      const auto push = [&](std::uint32_t x, std::uint32_t y, std::uint32_t z) { work.insert(work.end(), {x, y, z}); };
      const auto split_one = [&](std::uint32_t p, std::uint32_t q, std::uint32_t r) {  // pq alone is long
        const auto m = middle(p, q);
        push(p, m, r);
        push(m, q, r);
      };
      const auto split_two = [&](std::uint32_t p, std::uint32_t q, std::uint32_t r) {  // pq and qr are long
        const auto m = middle(p, q), n = middle(q, r);
        push(m, q, n);
        push(p, m, n);
        push(p, n, r);
      };
      if (ab && bc && ca) {
        const auto m = middle(a, b), n = middle(b, c), o = middle(c, a);
        push(a, m, o); push(m, b, n); push(o, n, c); push(m, n, o);
      } else if (ab && bc) split_two(a, b, c);
      else if (bc && ca) split_two(b, c, a);
      else if (ca && ab) split_two(c, a, b);
      else if (ab) split_one(a, b, c);
      else if (bc) split_one(b, c, a);
      else if (ca) split_one(c, a, b);
      else done.insert(done.end(), {a, b, c});
    }
    double lowest = std::numeric_limits<double>::infinity();
    for (auto& p : rings_) {
      p.height = ground(p.lon, p.lat);
      if (!std::isnan(p.height)) lowest = std::min(lowest, p.height);
    }
    for (auto& p : rings_) {
      if (std::isnan(p.height)) {
        p.height = std::isfinite(lowest) ? lowest : 0;
        ++no_ground_;
      }
      p.height += o_.lift;
    }
    draped_ += static_cast<double>(done.size()) / 3;
    emit(feature, done);
  }

  // Triangles over rings_, each in the tile of its middle; one vertex a point and tile, with the mean normal of its
  // triangles there.
  void emit(std::uint32_t feature, const std::vector<std::uint32_t>& triangles) {
    std::unordered_map<std::uint64_t, std::uint32_t> made;  // (batch, point) -> vertex
    std::unordered_map<std::uint32_t, std::pair<std::size_t, std::vector<glm::vec3>>> normals;  // batch -> first vertex, sums
    for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
      const auto &a = rings_[triangles[i]], &b = rings_[triangles[i + 1]], &c = rings_[triangles[i + 2]];
      Target& t = target((a.lon + b.lon + c.lon) / 3, (a.lat + b.lat + c.lat) / 3);
      MeshData& mesh = out_.polygons[t.batch].mesh;
      auto& [first, sums] = normals.try_emplace(t.batch, mesh.vertices.size(), std::vector<glm::vec3>()).first->second;
      std::uint32_t v[3];
      for (std::size_t k = 0; k < 3; ++k) {
        const auto point = triangles[i + k];
        const auto [it, fresh] = made.try_emplace(static_cast<std::uint64_t>(t.batch) << 32 | point, static_cast<std::uint32_t>(mesh.vertices.size()));
        if (fresh) {
          mesh.vertices.push_back(vertex(t.project(rings_[point]), up(), feature));
          sums.emplace_back(0);
        }
        v[k] = it->second;
        mesh.indices.push_back(v[k]);
      }
      const auto at = [&](std::uint32_t n) { return glm::vec3(mesh.vertices[n].x, mesh.vertices[n].y, mesh.vertices[n].z); };
      const glm::vec3 n = glm::cross(at(v[1]) - at(v[0]), at(v[2]) - at(v[0]));
      for (const auto x : v) sums[x - first] += n;
    }
    for (const auto& [batch, sums] : normals)
      for (std::size_t i = 0; i < sums.second.size(); ++i)
        if (const float l = glm::length(sums.second[i]); l > 1e-9f) out_.polygons[batch].mesh.vertices[sums.first + i].normal = encode_normal(sums.second[i] / l);
  }
  static std::uint32_t up() { return encode_normal({0, 0, 1}); }

  void add_extruded(std::uint32_t feature, double metres, const Plane& plane) {
    double base = std::numeric_limits<double>::infinity(), lon = 0, lat = 0;
    for (const auto& p : rings_) {
      const double g = own_z_ ? p.height : ground(p.lon, p.lat);
      if (!std::isnan(g)) base = std::min(base, g);
      lon += p.lon / static_cast<double>(rings_.size());
      lat += p.lat / static_cast<double>(rings_.size());
    }
    if (!std::isfinite(base)) { base = 0; ++no_ground_; }
    Target& t = target(lon, lat);
    MeshData& mesh = out_.polygons[t.batch].mesh;
    const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
    const auto place = [&](const geo::GeoPoint& p, double h) { return t.project({p.lon, p.lat, h}); };
    for (const auto& p : rings_) mesh.vertices.push_back(vertex(place(p, base + metres), up(), feature));
    for (const auto i : triangles_) mesh.indices.push_back(first + i);
    // Walls: outer rings run counter-clockwise as seen from above, holes clockwise, whatever the file has.
    for (std::size_t r = 0; r + 1 < starts_.size(); ++r) {
      const std::uint32_t begin = starts_[r], count = starts_[r + 1] - begin;
      double twice = 0;
      for (std::uint32_t i = 0; i < count; ++i) {
        const auto &a = flat_[begin + i], &b = flat_[begin + (i + 1) % count];
        twice += a.x * b.y - b.x * a.y;
      }
      const bool forward = (twice > 0) == (r == 0);
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t from = begin + i, to = begin + (i + 1) % count;
        const auto &p = rings_[forward ? from : to], &q = rings_[forward ? to : from];
        const auto along = plane(q) - plane(p);
        const double l = std::hypot(along.x, along.y);
        if (!(l > 1e-6)) continue;
        const auto normal = encode_normal(glm::vec3(static_cast<float>(along.y / l), static_cast<float>(-along.x / l), 0));
        const auto v = static_cast<std::uint32_t>(mesh.vertices.size());
        for (const auto& [point, h] : {std::pair{p, base}, std::pair{q, base}, std::pair{q, base + metres}, std::pair{p, base + metres}})
          mesh.vertices.push_back(vertex(place(point, h), normal, feature));
        mesh.indices.insert(mesh.indices.end(), {v, v + 1, v + 2, v, v + 2, v + 3});
      }
    }
    tops_[feature] = base + metres;
  }

  void add_own(std::uint32_t feature) {
    double lon = 0, lat = 0;
    for (const auto& p : rings_) { lon += p.lon / static_cast<double>(rings_.size()); lat += p.lat / static_cast<double>(rings_.size()); }
    Target& t = target(lon, lat);
    for (const auto& p : rings_) flat_.push_back(t.project(p));
    glm::dvec3 normal;
    triangles_.clear();
    if (triangulator_.run(flat_, starts_, triangles_, normal) != city::Triangulation::done) {
      ++no_area_;
      return;
    }
    MeshData& mesh = out_.polygons[t.batch].mesh;
    const auto first = static_cast<std::uint32_t>(mesh.vertices.size());
    const auto packed = encode_normal(glm::vec3(normal));
    for (const auto& p : flat_) mesh.vertices.push_back(vertex(p, packed, feature));
    for (const auto i : triangles_) mesh.indices.push_back(first + i);
  }

  void add_line(const ShapePart& part) {
    const Plane plane(d_.points[part.first]);
    std::vector<geo::GeoPoint> points;
    const double edge = own_z_ ? std::numeric_limits<double>::infinity() : line_edge_;
    for (std::uint32_t i = 0; i < part.count; ++i) {
      const auto& p = d_.points[part.first + i];
      if (i > 0) {
        const auto& q = d_.points[part.first + i - 1];
        const double l = glm::distance(plane(p), plane(q));
        const auto pieces = static_cast<std::uint32_t>(std::clamp(std::ceil(l / edge), 1.0, 1e7));
        for (std::uint32_t k = 1; k < pieces; ++k) {
          const double f = static_cast<double>(k) / pieces;
          points.push_back({q.lon + (p.lon - q.lon) * f, q.lat + (p.lat - q.lat) * f, q.height + (p.height - q.height) * f});
        }
      }
      points.push_back(p);
    }
    double known = std::numeric_limits<double>::quiet_NaN();
    if (!own_z_) {
      for (auto& p : points) {
        p.height = ground(p.lon, p.lat);
        if (!std::isnan(p.height) && (std::isnan(known) || p.height < known)) known = p.height;
      }
      for (auto& p : points) {
        if (std::isnan(p.height)) { p.height = std::isnan(known) ? 0 : known; ++no_ground_; }
        p.height += o_.lift;
      }
    }
    // A line that leaves its tile's neighbourhood goes on in another, from the same point.
    for (std::size_t begin = 0; begin + 1 < points.size();) {
      const city::LocalProjector* project = nullptr;
      LineBatch& batch = line_target(points[begin].lon, points[begin].lat, project);
      batch.starts.push_back(static_cast<std::uint32_t>(batch.points.size()));
      std::size_t i = begin;
      for (; i < points.size(); ++i) {
        const glm::dvec3 local = (*project)(points[i]);
        batch.points.emplace_back(local);
        batch.features.push_back(part.feature);
        if (i > begin && std::max(std::abs(local.x), std::abs(local.y)) > 2 * tile_size_ && i + 1 < points.size()) break;
      }
      begin = i;
    }
  }

  // One for each feature of lines or polygons: the longest line's middle, the largest polygon's inside.
  void add_inner_anchors(const std::vector<Polygon>& polygons) {
    struct Best { double size; geo::GeoPoint at; };
    std::unordered_map<std::uint32_t, Best> best;
    for (const auto& p : polygons) {
      const ShapePart& outer = d_.parts[p.first_part];
      const double size = std::abs(ring_area(d_, outer, Plane(d_.points[outer.first])));
      auto [it, fresh] = best.try_emplace(p.feature, Best{size, {}});
      if (!fresh && it->second.size >= size) continue;
      it->second = {size, inside_point(d_, p)};
      if (own_z_) it->second.at.height = d_.points[outer.first].height;
    }
    for (const auto& part : d_.parts) {
      if (part.kind != ShapeKind::line) continue;
      const double size = length(d_, part);
      auto [it, fresh] = best.try_emplace(part.feature, Best{size, {}});
      if (!fresh && it->second.size >= size) continue;
      const Plane plane(d_.points[part.first]);
      double left = size / 2;
      geo::GeoPoint at = d_.points[part.first];
      for (std::uint32_t i = 1; i < part.count; ++i) {
        const auto &a = d_.points[part.first + i - 1], &b = d_.points[part.first + i];
        const double l = glm::distance(plane(a), plane(b));
        if (l >= left) {
          const double f = l > 0 ? left / l : 0;
          at = {a.lon + (b.lon - a.lon) * f, a.lat + (b.lat - a.lat) * f, a.height + (b.height - a.height) * f};
          break;
        }
        left -= l;
      }
      it->second = {size, at};
    }
    std::vector<std::uint32_t> order;
    for (const auto& [feature, b] : best) order.push_back(feature);
    std::sort(order.begin(), order.end());
    for (const auto feature : order) {
      geo::GeoPoint at = best[feature].at;
      if (const auto top = tops_.find(feature); top != tops_.end()) at.height = top->second;
      else at.height = height_at(at);
      out_.anchors.push_back({feature, at});
    }
  }

  static void finish(MeshBatch& m) {
    m.min = glm::vec3(std::numeric_limits<float>::max());
    m.max = -m.min;
    for (const auto& v : m.mesh.vertices) {
      m.min = glm::min(m.min, glm::vec3(v.x, v.y, v.z));
      m.max = glm::max(m.max, glm::vec3(v.x, v.y, v.z));
    }
  }

  const VectorData& d_;
  const GroundSampler& ground_;
  const VectorMeshOptions& o_;
  Diagnostics& diagnostics_;
  double tile_size_;
  city::TileGrid grid_;
  bool own_z_;
  bool bare_ = false;  // no ground anywhere
  double edge_ = 25, line_edge_ = 25, coarsest_ = 0;  // m
  double draped_ = 0;                                 // triangles so far
  city::Triangulator triangulator_;
  std::unordered_map<std::uint64_t, Target> targets_, line_targets_;
  std::unordered_map<std::uint32_t, double> tops_;
  VectorMeshes out_;
  std::vector<geo::GeoPoint> rings_;
  std::vector<std::uint32_t> starts_, triangles_;
  std::vector<glm::dvec3> flat_;
  std::uint64_t no_height_ = 0, no_area_ = 0, no_ground_ = 0;
};

}  // namespace

VectorMeshes build_vector_meshes(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options,
                                 Diagnostics& diagnostics) {
  return Builder(data, ground, options, diagnostics).run();
}

}  // namespace tenbo::io
