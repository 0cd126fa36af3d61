#include "geometry.h"

#include <algorithm>
#include <cmath>

#include "numbers.h"

namespace tenbo::io::city {
namespace {
// Wide enough for any projected or geocentric metre; anything beyond is a mistake or an attack.
constexpr double largest = 1e9;

int small_number(std::string_view text) {
  text = trim(text);
  return text.size() == 1 && text[0] >= '1' && text[0] <= '9' ? text[0] - '0' : 0;
}
}  // namespace

void Geometry::clear() {
  points.clear();
  rings.clear();
  polygons.clear();
  references.clear();
  ids.clear();
  implicits.clear();
  runs.clear();
  loose.clear();
  lod_mask = 0;
}

bool GeometryParser::parse(XmlCursor& xml, const GeometryContext& context, Geometry& out) {
  context_ = context;
  open_.clear();
  in_polygon_ = in_ring_ = in_solid_ = flip_ = relative_ = false;
  implicit_ = -1;
  want_ = Want::nothing;
  const std::size_t outside = xml.depth() - 1;
  start(xml, out);
  for (;;) {
    switch (xml.next()) {
      case XmlEvent::start: start(xml, out); break;
      case XmlEvent::text:
        if (want_ == Want::matrix) matrix(xml.text(), out);
        else if (want_ != Want::nothing) numbers(xml.text(), out);
        break;
      case XmlEvent::end:
        want_ = Want::nothing;
        close_beyond(xml.depth(), out);
        if (xml.depth() == outside) return true;
        break;
      case XmlEvent::done:
      case XmlEvent::error: return false;
    }
  }
}

void GeometryParser::close_beyond(std::size_t depth, Geometry& out) {
  while (!open_.empty() && open_.back().depth > depth) {
    const Open scope = open_.back();
    open_.pop_back();
    close(scope, out);
  }
}

const CrsEntry* GeometryParser::crs_of(std::string_view srs_name) {
  if (srs_name != last_srs_ || last_crs_ == nullptr) {
    last_srs_ = srs_name;
    last_crs_ = &table_.get(srs_name);
  }
  return last_crs_;
}

void GeometryParser::reference(const XmlTag& tag, std::string_view href, Geometry& out) {
  if (href.starts_with('#')) href.remove_prefix(1);
  if (href.empty()) return;
  out.references.push_back({href, tag.at, context_.lod, context_.unit, context_.interior, flip_, in_solid_, relative_ ? implicit_ : -1, context_.element});
}

void GeometryParser::start(XmlCursor& xml, Geometry& out) {
  const XmlTag& tag = xml.tag();
  const GeometryTag kind = elements_.get(tag.name).geometry;
  const std::size_t depth = xml.depth();
  want_ = Want::nothing;
  std::string_view id, href;
  int dimension = 0;
  if (!tag.attributes.empty()) {
    const CrsEntry* crs = nullptr;
    for (const auto& a : tag.attributes) {
      const auto name = local_name(a.name);
      if (name == "id") id = a.value;
      else if (name == "href") href = a.value;
      else if (name == "srsName" && !a.value.empty()) crs = crs_of(a.value);
      else if (name == "srsDimension") dimension = small_number(a.value);
    }
    if (crs != nullptr || dimension != 0) {
      open_.push_back({Scope::crs, depth, 0, 0, {}, context_.crs, context_.dimension});
      if (crs != nullptr) context_.crs = crs;
      if (dimension != 0) context_.dimension = dimension;
    }
    if (!href.empty() && !in_polygon_) reference(tag, href, out);
  }
  const auto begin = [&](Scope scope, bool flag = false) {
    open_.push_back({scope, depth, static_cast<std::uint32_t>(out.polygons.size()),
                     static_cast<std::uint32_t>(out.references.size()), id, nullptr, 0, flag});
  };

  const auto want = [&](Want what) {
    want_ = what;
    want_at_ = tag.at;
  };
  if (in_polygon_) {
    if (kind == GeometryTag::pos_list || kind == GeometryTag::pos) {
      want(Want::list);
    } else if (kind == GeometryTag::ring) {
      begin(Scope::ring);
      if (!in_ring_) {
        begin_points(out);
        out.rings.push_back({static_cast<std::uint32_t>(out.points.size()), 0, id, tag.at});
        in_ring_ = true;
      }
    } else if (kind == GeometryTag::coordinates) {
      want(Want::coordinates);
    }
    return;
  }
  switch (kind) {
    case GeometryTag::pos_list:
    case GeometryTag::pos: return want(Want::list);
    case GeometryTag::coordinates: return want(Want::coordinates);
    case GeometryTag::polygon:
      begin(Scope::polygon);
      out.polygons.push_back({static_cast<std::uint32_t>(out.rings.size()), 0, id, tag.at, context_.lod, context_.unit,
                              context_.interior, flip_, in_solid_, relative_ ? implicit_ : -1, context_.element});
      in_polygon_ = true;
      return;
    case GeometryTag::orientable:
      begin(Scope::orientable, flip_);
      if (trim(tag.attribute("orientation")) == "-") flip_ = !flip_;
      return;
    case GeometryTag::solid:
      begin(Scope::solid, in_solid_);
      in_solid_ = true;
      return;
    case GeometryTag::implicit:
      begin(Scope::implicit);
      implicit_ = static_cast<std::int32_t>(out.implicits.size());
      out.implicits.push_back({});
      out.implicits.back().crs = context_.crs;
      return;
    case GeometryTag::envelope:
      xml.skip_element();
      close_beyond(xml.depth(), out);
      return;
    case GeometryTag::library:
      notes_.warn(tag.at, "a shape from a file of its own (libraryObject) is not drawn", {}, ErrorCode::unsupported);
      return;
    case GeometryTag::matrix:
      if (implicit_ >= 0) return want(Want::matrix);
      break;
    case GeometryTag::relative:
      if (implicit_ < 0) break;
      if (!href.empty()) out.references.back().implicit = implicit_;
      begin(Scope::relative, relative_);
      relative_ = true;
      return;
    case GeometryTag::ring:
    case GeometryTag::none: break;
  }
  if (!id.empty()) begin(Scope::identified);
}

void GeometryParser::close(const Open& scope, Geometry& out) {
  const auto identify = [&] {
    if (!scope.id.empty())
      out.ids.push_back({scope.id, scope.polygon_begin, static_cast<std::uint32_t>(out.polygons.size()), scope.reference_begin,
                         static_cast<std::uint32_t>(out.references.size())});
  };
  switch (scope.scope) {
    case Scope::crs:
      context_.crs = scope.crs;
      context_.dimension = scope.dimension;
      break;
    case Scope::ring:
      in_ring_ = false;
      break;
    case Scope::polygon: {
      Polygon& p = out.polygons.back();
      p.ring_count = static_cast<std::uint32_t>(out.rings.size()) - p.first_ring;
      in_polygon_ = in_ring_ = false;
      identify();
      break;
    }
    case Scope::orientable:
      flip_ = scope.flag;
      identify();
      break;
    case Scope::solid:
      in_solid_ = scope.flag;
      identify();
      break;
    case Scope::implicit:
      implicit_ = -1;
      break;
    case Scope::relative:
      relative_ = scope.flag;
      break;
    case Scope::identified: identify(); break;
    case Scope::curve:
    case Scope::hole: break;
  }
}

// Points that follow belong to the CRS in force here.
void GeometryParser::begin_points(Geometry& out) {
  const CrsEntry* crs = relative_ ? nullptr : context_.crs;
  const std::int32_t implicit = relative_ ? implicit_ : -1;
  if (out.runs.empty() || out.runs.back().crs != crs || out.runs.back().implicit != implicit)
    out.runs.push_back({static_cast<std::uint32_t>(out.points.size()), crs, implicit});
}

void GeometryParser::matrix(std::string_view text, Geometry& out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  std::array<double, 16> m{};
  for (double& v : m) {
    while (p < end && is_space(*p)) ++p;
    if (p >= end || !read_number(p, end, v) || !std::isfinite(v)) {
      notes_.warn(want_at_, "a transformationMatrix that is not 16 numbers; the shape is placed without it");
      return;
    }
  }
  out.implicits[static_cast<std::size_t>(implicit_)].matrix = m;
}

namespace {

// Points of three numbers each with nothing but white space between, the usual case; from `p` on, as far as that holds.
// Returns where it no longer does, at the beginning of a point.
const char* plain_points(const char* p, const char* end, std::vector<geo::GeoPoint>& out) {
  for (;;) {
    while (p < end && is_space(*p)) ++p;
    const char* const point = p;
    double v[3];
    for (double& value : v) {
      while (p < end && is_space(*p)) ++p;
      if (p >= end || !read_number(p, end, value) || !(std::abs(value) <= largest) || (p < end && *p == ',')) return point;
    }
    out.push_back({v[0], v[1], v[2]});
  }
}

}  // namespace

void GeometryParser::numbers(std::string_view text, Geometry& out) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool is_anchor = implicit_ >= 0 && !relative_ && !in_polygon_;
  Ring* ring = nullptr;
  if (in_polygon_) {
    if (!in_ring_) {  // a polygon without LinearRing: take it as a ring all the same
      begin_points(out);
      out.rings.push_back({static_cast<std::uint32_t>(out.points.size()), 0, {}, want_at_});
      in_ring_ = true;
    }
    ring = &out.rings.back();
  } else {
    begin_points(out);
    out.loose.push_back({static_cast<std::uint32_t>(out.points.size()), 0, {}, want_at_});
    ring = &out.loose.back();
  }
  const std::size_t first = out.points.size();
  int dimension = context_.dimension;
  if (dimension != 2 && dimension != 3) dimension = 3;
  // "1,2,3 4,5,6" (GML 2): a comma within a tuple; "1 2 3 4 5 6" everywhere else
  const bool tuples = want_ == Want::coordinates;
  double value[3] = {0, 0, 0};
  int k = 0;
  if (dimension == 3 && !tuples) p = plain_points(p, end, out.points);
  std::size_t total = 3 * (out.points.size() - first);
  bool good = true;
  while (good) {
    while (p < end && is_space(*p)) ++p;
    if (p >= end) break;
    double v = 0;
    if (!read_number(p, end, v) || !(std::abs(v) <= largest)) {
      good = false;
      break;
    }
    value[k++] = v;
    ++total;
    bool complete = k == dimension;
    if (tuples) {
      const bool comma = p < end && *p == ',';
      if (comma) ++p;
      complete = !comma;
      if (comma && k == 3) good = false;
    } else if (p < end && *p == ',') {
      ++p;
    }
    if (complete) {
      out.points.push_back({value[0], value[1], k == 3 ? value[2] : 0});
      k = 0;
    }
  }
  // Nobody said how many numbers a point has, and three do not come out: two do.
  if (good && !tuples && context_.dimension == 0 && total % 3 != 0 && total % 2 == 0) {
    out.points.resize(first);
    p = text.data();
    for (std::size_t i = 0; i < total; i += 2) {
      double xy[2];
      for (double& v : xy) {
        while (p < end && (is_space(*p) || *p == ',')) ++p;
        read_number(p, end, v);
      }
      out.points.push_back({xy[0], xy[1], 0});
    }
    k = 0;
  }
  if (!good || k != 0) {
    ring->bad = true;
    if (!good) {
      const auto length = static_cast<std::size_t>(std::min<std::ptrdiff_t>(end - p, 24));
      std::string found(p, length);
      found = found.substr(0, found.find_first_of(" \t\r\n<"));
      notes_.warn(want_at_, "a coordinate that is not a usable number near \"" + found + "\"; this geometry is left out");
    } else {
      notes_.warn(want_at_, std::to_string(total) + " numbers do not make points of " + std::to_string(dimension) + "; this geometry is left out");
    }
  }
  ring->count = static_cast<std::uint32_t>(out.points.size()) - ring->first;
  if (is_anchor && !ring->bad && out.points.size() > first) {
    Implicit& implicit = out.implicits[static_cast<std::size_t>(implicit_)];
    implicit.anchor = out.points[first];
    implicit.crs = context_.crs;
    implicit.has_anchor = true;
  }
}

}  // namespace tenbo::io::city
