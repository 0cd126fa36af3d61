#include "shape_layer.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "tenbo/geo/geodesic.h"

namespace tenbo::runtime {
namespace {

constexpr double degree = 3.14159265358979323846 / 180;

io::VectorData blank(const PluginShapes& shapes) {
  io::VectorData out;
  for (std::size_t i = 0; i < shapes.shapes.size(); ++i) out.features.add_feature({}, {});
  return out;
}

void add_part(io::VectorData& to, const PluginShapes& from, const PluginShapes::Ring& ring, std::uint32_t shape, io::ShapeKind kind, bool closed) {
  io::ShapePart part{shape, kind, kind == io::ShapeKind::polygon && ring.hole, static_cast<std::uint32_t>(to.points.size()), ring.count};
  for (std::uint32_t i = 0; i < ring.count; ++i) {
    const auto& p = from.points[ring.first + i];
    to.points.push_back(p);
    to.extent.add(p.lon, p.lat);
  }
  if (closed) {
    to.points.push_back(from.points[ring.first]);
    ++part.count;
  }
  to.parts.push_back(part);
}

double area_of(const PluginShapes& s, const PluginShapes::Ring& r) {  // m2, about
  double twice = 0;
  const auto& o = s.points[r.first];
  for (std::uint32_t i = 0; i < r.count; ++i) {
    const auto &a = s.points[r.first + i], &b = s.points[r.first + (i + 1) % r.count];
    twice += (a.lon - o.lon) * (b.lat - o.lat) - (b.lon - o.lon) * (a.lat - o.lat);
  }
  return std::abs(twice) / 2 * 111'195 * 111'195 * std::cos(o.lat * degree);
}

}  // namespace

ShapeMeshes mesh_shapes(const PluginShapes& shapes, const io::GroundSource& ground, double triangles, JobSystem& jobs) {
  io::VectorData areas = blank(shapes), lines = blank(shapes);
  double area = 0, length = 0;
  for (std::uint32_t i = 0; i < shapes.shapes.size(); ++i) {
    const auto& s = shapes.shapes[i];
    for (std::uint32_t r = s.first_ring; r < s.first_ring + s.rings; ++r) {
      const auto& ring = shapes.rings[r];
      if (s.kind == PluginShapeKind::area) {
        add_part(areas, shapes, ring, i, io::ShapeKind::polygon, false);
        area += ring.hole ? 0 : area_of(shapes, ring);
      } else if (s.kind == PluginShapeKind::line) {
        add_part(lines, shapes, ring, i, io::ShapeKind::line, false);
      } else if (s.kind == PluginShapeKind::point) {
        add_part(areas, shapes, ring, i, io::ShapeKind::point, false);
      } else if (s.kind == PluginShapeKind::column) {
        add_part(areas, shapes, {ring.first, 1, false}, i, io::ShapeKind::point, false);  // its foot; the rest is drawn each time
      }
    }
  }
  // Edges behind their areas: holes follow the ring that they are of without a gap.
  for (std::uint32_t i = 0; i < shapes.shapes.size(); ++i) {
    const auto& s = shapes.shapes[i];
    if (s.kind != PluginShapeKind::area) continue;
    for (std::uint32_t r = s.first_ring; r < s.first_ring + s.rings; ++r) add_part(areas, shapes, shapes.rings[r], i, io::ShapeKind::line, true);
  }
  if (!lines.extent.empty()) length = std::max(lines.extent.east - lines.extent.west, lines.extent.north - lines.extent.south) * 111'195;
  io::VectorMeshOptions options;
  Diagnostics unsaid;  // the sea has no ground, and need not be told of at each message
  const auto mesh = [&](const io::VectorData& d, double edge) {
    options.max_edge = std::max(25.0, edge);
    options.lift = 0.3 + 0.06 * (options.max_edge - 25);
    options.tile_size = std::max(1000.0, 20 * options.max_edge);
    return d.parts.empty() ? io::VectorMeshes() : io::build_vector_meshes(d, ground, options, unsaid, jobs);
  };
  ShapeMeshes out;
  const double edge = std::sqrt(2 * area / triangles);
  out.areas = mesh(areas, edge);
  out.lines = mesh(lines, std::min(1000.0, length / 4000));
  return out;
}

bool same_geometry(const PluginShapes& a, const PluginShapes& b) {
  const auto same_point = [](const geo::GeoPoint& p, const geo::GeoPoint& q) { return p.lon == q.lon && p.lat == q.lat && p.height == q.height; };
  const auto same_ring = [](const PluginShapes::Ring& p, const PluginShapes::Ring& q) { return p.first == q.first && p.count == q.count && p.hole == q.hole; };
  const auto same_shape = [](const PluginShape& p, const PluginShape& q) { return p.kind == q.kind && p.first_ring == q.first_ring && p.rings == q.rings; };
  return std::equal(a.shapes.begin(), a.shapes.end(), b.shapes.begin(), b.shapes.end(), same_shape) &&
         std::equal(a.rings.begin(), a.rings.end(), b.rings.begin(), b.rings.end(), same_ring) &&
         std::equal(a.points.begin(), a.points.end(), b.points.begin(), b.points.end(), same_point);
}

std::vector<render::FeatureStyle> shape_styles(const PluginShapes& shapes, std::optional<geo::Instant> now, std::optional<std::uint32_t> selected) {
  std::vector<render::FeatureStyle> out(shapes.shapes.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& s = shapes.shapes[i];
    const auto& c = shapes.classes[s.shape_class];
    auto& style = out[i];
    style.colour = c.colour;
    style.flags = render::feature_own_alpha;
    if (c.hatched) style.flags |= render::feature_hatched;
    if (!s.shown_at(now) || c.colour.a == 0) style.flags |= render::feature_hidden;
    if (selected == s.row) style.flags |= render::feature_selected;
  }
  return out;
}

bool look_alike(const PluginShapes& shapes, std::optional<geo::Instant> a, std::optional<geo::Instant> b) {
  if (a.has_value() != b.has_value()) return false;
  return !a || std::none_of(shapes.shapes.begin(), shapes.shapes.end(), [&](const PluginShape& s) {
    return s.shown_at(a) != s.shown_at(b) || (s.front && *a != *b && (s.front->radius_at(*a) || s.front->radius_at(*b)));
  });
}

std::vector<geo::Instant> shape_times(const PluginShapes& shapes) {
  constexpr int steps = 10;  // of a front
  std::set<geo::Instant> out;
  for (const auto& s : shapes.shapes) {
    if (s.kind == PluginShapeKind::none) continue;
    if (s.from) out.insert(*s.from);
    if (s.until) out.insert(*s.until);
    if (!s.front) continue;
    const double first = s.front->seconds.front(), last = s.front->seconds.back();
    for (int k = 0; k <= steps; ++k) out.insert({s.front->start.ms + std::llround((first + (last - first) * k / steps) * 1000)});
  }
  return {out.begin(), out.end()};
}

std::optional<io::LineBatch> front_line(const Front& front, std::uint32_t shape, geo::Instant now, const io::GroundSampler& height) {
  const auto radius = front.radius_at(now);
  if (!radius || *radius <= 0) return std::nullopt;
  const int n = static_cast<int>(std::clamp(2 * M_PI * *radius / 200, 96.0, 2048.0));
  const double edge = 2 * M_PI * *radius / n;
  io::LineBatch out;
  out.frame = geo::LocalFrame::at({front.lon, front.lat, 0});
  for (int i = 0; i <= n; ++i) {
    auto p = geo::geodesic_direct({front.lon, front.lat, 0}, 360.0 * (i % n) / n, *radius);
    const double h = height ? height(p.lon, p.lat) : NAN;
    p.height = (std::isfinite(h) ? h : 0) + 1 + 0.02 * edge;
    out.points.emplace_back(out.frame.to_local(p));
    out.features.push_back(shape);
  }
  out.starts = {0, static_cast<std::uint32_t>(out.points.size())};
  return out;
}

std::optional<io::LineBatch> column_lines(const PluginShapes& shapes, std::uint32_t shape, double ground) {
  const auto& s = shapes.shapes[shape];
  if (s.kind != PluginShapeKind::column || !s.height || s.rings == 0) return std::nullopt;
  const auto& ring = shapes.rings[s.first_ring];
  const auto &foot = shapes.points[ring.first], &drift = shapes.points[ring.first + 1];
  const double tall = *s.height - ground;
  if (!(tall > 10)) return std::nullopt;
  io::LineBatch out;
  out.frame = geo::LocalFrame::at({foot.lon, foot.lat, ground});
  const glm::dvec3 there(out.frame.to_local(geo::GeoPoint{drift.lon, drift.lat, ground}));
  const glm::dvec2 away(there.x, there.y);
  const double reach = glm::length(away);
  const glm::dvec2 along = reach > 1 ? away / reach : glm::dvec2(0);
  constexpr int around = 14, levels = 12;
  const auto at = [&](double t, double angle) {  // t: from the foot, 0, to the top, 1
    const double radius = tall * (0.02 + 0.13 * std::pow(t, 0.7));
    const glm::dvec2 centre = away * (t * t);
    return glm::vec3(centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle), tall * t);
  };
  const auto end = [&] { out.starts.push_back(static_cast<std::uint32_t>(out.points.size())); };
  const auto put = [&](const glm::vec3& p) {
    out.points.push_back(p);
    out.features.push_back(shape);
  };
  out.starts = {0};
  for (int a = 0; a < around; ++a, end())
    for (int l = 0; l <= levels; ++l) put(at(static_cast<double>(l) / levels, 2 * M_PI * a / around));
  for (int l = 3; l <= levels; l += 3, end())
    for (int a = 0; a <= 2 * around; ++a) put(at(static_cast<double>(l) / levels, M_PI * a / around));
  if (reach > 1) {  // which way it drifts: an arrow from its top
    const glm::dvec2 side(-along.y, along.x);
    const auto arrow = [&](double forward, double sideways) {
      const auto p = away + along * (tall * forward) + side * (tall * sideways);
      put({p.x, p.y, tall});
    };
    arrow(0, 0), arrow(0.7, 0), end();
    arrow(0.5, 0.12), arrow(0.7, 0), arrow(0.5, -0.12), end();
  }
  return out;
}

bool area_contains(const PluginShapes& shapes, const PluginShape& shape, double lon, double lat) {
  if (shape.kind != PluginShapeKind::area) return false;
  bool inside = false;  // even and odd: holes lie in their rings, and rings beside each other
  for (std::uint32_t r = shape.first_ring; r < shape.first_ring + shape.rings; ++r) {
    const auto& ring = shapes.rings[r];
    for (std::uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++) {
      const auto &a = shapes.points[ring.first + i], &b = shapes.points[ring.first + j];
      if ((a.lat > lat) != (b.lat > lat) && lon < (b.lon - a.lon) * (lat - a.lat) / (b.lat - a.lat) + a.lon) inside = !inside;
    }
  }
  return inside;
}

geo::Extent extent_of_row(const PluginShapes& shapes, std::uint32_t row) {
  geo::Extent out;
  for (const auto& s : shapes.shapes) {
    if (s.row != row) continue;
    if (s.front) out.add(s.front->lon, s.front->lat);
    for (std::uint32_t r = s.first_ring; r < s.first_ring + s.rings; ++r)
      for (std::uint32_t i = 0; i < shapes.rings[r].count; ++i) {
        const auto& p = shapes.points[shapes.rings[r].first + i];
        out.add(p.lon, p.lat);
      }
  }
  return out;
}

}  // namespace tenbo::runtime
