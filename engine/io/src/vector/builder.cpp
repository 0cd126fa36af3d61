#include "vector/builder.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tenbo::io {

void VectorBuilder::complain(std::string text, const std::string& place) {
  data_.diagnostics.warn({ErrorCode::malformed, std::move(text), file_, place, ""});
}

void VectorBuilder::add_geometry(std::uint32_t feature, const OGRGeometry* geometry, const std::string& place) {
  if (!geometry || geometry->IsEmpty()) return complain("the feature has no geometry; it stays in the table", place);
  if (geometry->hasCurveGeometry(TRUE)) {
    const std::unique_ptr<OGRGeometry> linear(geometry->getLinearGeometry());
    if (!linear) return complain("the curve cannot be turned into lines", place);
    return add(feature, *linear, 0, place);
  }
  add(feature, *geometry, 0, place);
}

void VectorBuilder::add(std::uint32_t feature, const OGRGeometry& g, int depth, const std::string& place) {
  if (depth > 32) return complain("geometries are nested too deeply", place);
  if (g.IsEmpty()) return;
  switch (wkbFlatten(g.getGeometryType())) {
    case wkbPoint: {
      const auto& p = *g.toPoint();
      if (!std::isfinite(p.getX()) || !std::isfinite(p.getY())) return complain("the point's coordinates are not finite", place);
      data_.parts.push_back({feature, ShapeKind::point, false, static_cast<std::uint32_t>(data_.points.size()), 1});
      const double z = p.Is3D() && std::isfinite(p.getZ()) ? p.getZ() : 0;
      data_.has_z = data_.has_z || p.Is3D();
      data_.points.push_back({p.getX(), p.getY(), z});
      return;
    }
    case wkbLineString: return add_line(feature, *g.toLineString(), ShapeKind::line, false, place);
    case wkbPolygon:
    case wkbTriangle: {
      const auto& polygon = *g.toPolygon();
      const OGRLinearRing* outer = polygon.getExteriorRing();
      if (!outer || outer->IsEmpty()) return complain("a polygon has no outer ring", place);
      const std::size_t before = data_.parts.size();
      add_line(feature, *outer, ShapeKind::polygon, false, place);
      if (data_.parts.size() == before) return;  // holes of nothing
      for (int i = 0; i < polygon.getNumInteriorRings(); ++i) add_line(feature, *polygon.getInteriorRing(i), ShapeKind::polygon, true, place);
      return;
    }
    default:
      if (const auto type = wkbFlatten(g.getGeometryType()); OGR_GT_IsSubClassOf(type, wkbGeometryCollection)) {
        for (const OGRGeometry* member : *g.toGeometryCollection()) if (member) add(feature, *member, depth + 1, place);
      } else if (OGR_GT_IsSubClassOf(type, wkbPolyhedralSurface)) {
        const auto& surface = *g.toPolyhedralSurface();
        for (const auto* patch : surface) if (patch) add(feature, *patch, depth + 1, place);
      } else {
        complain(std::string("geometries of type ") + g.getGeometryName() + " are not drawn", place);
      }
  }
}

// Points that follow their like are left out, and so is a line or ring of too few: what there is to say of it is returned.
template <class At>
std::string_view VectorBuilder::add_points(std::uint32_t feature, std::uint32_t count, bool z, ShapeKind kind, bool hole, std::size_t& broken, At at) {
  const std::size_t first = data_.points.size();
  for (std::uint32_t i = 0; i < count; ++i) {
    const geo::GeoPoint p = at(i);
    if (!std::isfinite(p.lon) || !std::isfinite(p.lat)) { ++broken; continue; }
    if (data_.points.size() > first) {
      const auto& q = data_.points.back();
      if (q.lon == p.lon && q.lat == p.lat && q.height == p.height) continue;
    }
    data_.points.push_back(p);
  }
  auto left = static_cast<std::uint32_t>(data_.points.size() - first);
  if (kind == ShapeKind::polygon && left > 1) {  // rings are kept open
    const auto &a = data_.points[first], &b = data_.points.back();
    if (a.lon == b.lon && a.lat == b.lat) { data_.points.pop_back(); --left; }
  }
  if (left < (kind == ShapeKind::polygon ? 3u : 2u)) {
    data_.points.resize(first);
    return kind == ShapeKind::polygon ? "a ring of fewer than three different points is left out" : "a line of fewer than two different points is left out";
  }
  data_.has_z = data_.has_z || z;
  data_.parts.push_back({feature, kind, hole, static_cast<std::uint32_t>(first), left});
  return {};
}

namespace {
std::string not_finite(std::size_t broken) { return std::to_string(broken) + " points are not finite and left out"; }
}  // namespace

void VectorBuilder::add_line(std::uint32_t feature, const OGRSimpleCurve& line, ShapeKind kind, bool hole, const std::string& place) {
  const bool z = line.Is3D();
  std::size_t broken = 0;
  const auto wrong = add_points(feature, static_cast<std::uint32_t>(line.getNumPoints()), z, kind, hole, broken, [&](std::uint32_t n) {
    const int i = static_cast<int>(n);
    return geo::GeoPoint{line.getX(i), line.getY(i), z && std::isfinite(line.getZ(i)) ? line.getZ(i) : 0};
  });
  if (broken) complain(not_finite(broken), place);
  if (!wrong.empty()) complain(std::string(wrong), place);
}

void VectorBuilder::add_plain(std::uint32_t feature, const PlainFeature& plain) {
  const auto say = [&](std::string text) { complain(std::move(text), "feature " + std::to_string(plain.fid)); };
  if (!plain.has_geometry) return say("the feature has no geometry; it stays in the table");
  bool lost = false;  // the ring that holes are in
  for (const PlainPart& part : plain.parts) {
    if (part.hole && lost) continue;
    const auto at = [&](std::uint32_t i) {
      const unsigned char* p = part.xy + std::size_t{i} * part.step;
      const double z = part.z ? plain_load<double>(part.z + std::size_t{i} * part.z_step) : 0;
      return geo::GeoPoint{plain_load<double>(p), plain_load<double>(p + 8), std::isfinite(z) ? z : 0};
    };
    if (part.kind == ShapeKind::point) {
      const auto p = at(0);
      if (!std::isfinite(p.lon) || !std::isfinite(p.lat)) {
        say("the point's coordinates are not finite");
        continue;
      }
      data_.parts.push_back({feature, ShapeKind::point, false, static_cast<std::uint32_t>(data_.points.size()), 1});
      data_.has_z = data_.has_z || part.z != nullptr;
      data_.points.push_back(p);
      continue;
    }
    std::size_t broken = 0;
    const auto wrong = add_points(feature, part.count, part.z != nullptr, part.kind, part.hole, broken, at);
    if (!part.hole) lost = !wrong.empty();
    if (broken) say(not_finite(broken));
    if (!wrong.empty()) say(std::string(wrong));
  }
}

Status VectorBuilder::finish(geo::AxisOrder order, const VectorOptions& options) {
  auto& d = data_;
  if (d.has_z && options.vertical != geo::VerticalKind::unknown) d.vertical = options.vertical;
  else if (d.has_z) d.vertical = d.crs.vertical();
  if (d.has_z)
    if (auto fits = options.heights.accepts(d.vertical); !fits) {
      Error e = fits.error();
      e.file = file_;
      return e;
    }
  if (options.exchange_axes)
    for (auto& p : d.points) std::swap(p.lon, p.lat);
  if (!d.points.empty()) {
    auto to = geo::Transformer::to_geographic(d.crs, order);
    if (!to) {
      Error e = to.error();
      e.file = file_;
      return e;
    }
    to->transform(d.points);
  }
  const bool lift = d.has_z && d.vertical != geo::VerticalKind::unknown && options.heights.scene != geo::VerticalKind::unknown &&
                    options.heights.scene != d.vertical;
  if (lift)
    for (auto& p : d.points) p.height += options.heights.offset(d.vertical, p.lon, p.lat);

  // Parts that left the world are left out, their holes with them.
  std::size_t kept = 0, lost = 0;
  bool outer_lost = false;
  geo::Extent extent;  // of the feature whose parts come
  std::uint32_t of = 0;
  const auto close = [&] {
    if (extent.empty()) return;
    geo::Extent whole = d.features.extent(of);
    whole.add(extent);
    d.features.set_extent(of, whole);
    d.extent.add(extent);
    extent = {};
  };
  for (const ShapePart& part : d.parts) {
    bool good = !(part.hole && outer_lost);
    for (std::uint32_t i = 0; good && i < part.count; ++i) {
      const auto& p = d.points[part.first + i];
      good = std::isfinite(p.lon) && std::isfinite(p.lat) && std::isfinite(p.height) && std::abs(p.lat) <= 90.0000001 && std::abs(p.lon) <= 540;
    }
    if (!part.hole) outer_lost = !good;
    if (!good) { ++lost; continue; }
    if (part.feature != of) close();
    of = part.feature;
    for (std::uint32_t i = 0; i < part.count; ++i) {
      const auto& p = d.points[part.first + i];
      if (d.has_z) extent.add(p);
      else extent.add(p.lon, p.lat);
    }
    d.parts[kept++] = part;
  }
  close();
  d.parts.resize(kept);
  if (lost)
    d.diagnostics.fail({ErrorCode::malformed, std::to_string(lost) + " parts lie outside of the world in " +
                        (d.crs.is_valid() ? d.crs.id() : std::string("an unknown CRS")) + " and are left out", file_, "",
                        "check the data's coordinate system; where longitude and latitude are exchanged, say \"exchange_axes\": true in its layer, or --exchange-axes"});
  if (lost && kept == 0 && !d.points.empty())
    return Error{ErrorCode::malformed, "all coordinates lie outside of the world", file_, "", "check the data's coordinate system; where longitude and latitude are exchanged, say \"exchange_axes\": true in its layer, or --exchange-axes"};
  return {};
}

}  // namespace tenbo::io
