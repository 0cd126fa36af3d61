#include "structure_layer.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>
#include <numeric>

namespace tenbo::runtime {
namespace {
using inspection::Kind;

constexpr float clearance = 5;  // m from the ground to the deck's top, where nobody wrote a height

// axes: x along a heading, y left of it, z up.
geo::LocalFrame turned(geo::LocalFrame frame, double heading) {
  const double h = heading * M_PI / 180;
  const glm::dvec3 east = frame.axes[0], north = frame.axes[1];
  frame.axes[0] = east * std::sin(h) + north * std::cos(h);
  frame.axes[1] = -east * std::cos(h) + north * std::sin(h);
  return frame;
}

std::optional<double> number(const geo::FeatureTable& t, std::uint32_t row, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto v = geo::to_number(t.value(row, name))) return v;
  return std::nullopt;
}

// Of a defect in the structure's frame.
inspection::Place place_of(const inspection::Defect& d, const geo::LocalFrame& frame) {
  if (!std::isfinite(d.lon) || !std::isfinite(d.lat) || std::abs(d.lat) > 90 || std::abs(d.lon) > 360) return std::nullopt;
  const bool high = std::isfinite(d.height);
  glm::vec3 p(frame.to_local(geo::GeoPoint{d.lon, d.lat, high ? d.height : frame.anchor.height}));
  if (!high) p.z = NAN;
  return p;
}

}  // namespace

const inspection::Binding* StructureLayer::binding_of(std::uint32_t s) const {
  const auto it = std::lower_bound(bindings.begin(), bindings.end(), s, [](const auto& b, std::uint32_t r) { return b.record < r; });
  return it != bindings.end() && it->record == s ? &*it : nullptr;
}

std::shared_ptr<const inspection::Register> plain_register(const PluginOutput& output) {
  inspection::RegisterBuilder builder;
  for (const auto& s : output.structures) {
    inspection::StructureRow row;
    row.id = s.id, row.name = s.name, row.kind_word = s.kind;
    row.kind = inspection::read_kind(s.kind);
    row.lon = s.lon, row.lat = s.lat;
    if (s.height) row.height = *s.height;
    row.source = output.source;
    if (output.records && s.feature < output.records->size()) {
      const auto& t = *output.records;
      if (const auto v = number(t, s.feature, {"橋長", "延長", "length", "length_m", "橋長_m"})) row.length = static_cast<float>(*v);
      if (const auto v = number(t, s.feature, {"幅員", "全幅員", "width", "width_m", "幅員_m"})) row.width = static_cast<float>(*v);
      if (const auto v = number(t, s.feature, {"径間数", "spans"}); v && *v >= 1 && *v <= 300) row.spans = static_cast<std::int16_t>(*v);
      if (const auto v = number(t, s.feature, {"heading", "方位", "azimuth"})) row.heading = static_cast<float>(*v);
      if (const auto v = number(t, s.feature, {"架設年度", "建設年度", "built"}); v && *v > 0 && *v < 3000) row.built = static_cast<std::int16_t>(*v);
    }
    const inspection::Inspection last{static_cast<std::int16_t>(s.year.value_or(0)), 0, 0, s.grade, NAN};
    if (s.year || s.grade != Grade::not_inspected) row.inspections = {&last, 1};
    builder.add(row);
  }
  return builder.finish();
}

NearStructure stand_from_record(const inspection::Register& r, std::uint32_t s, const std::function<double(double, double)>& ground,
                                std::span<const inspection::RoadPiece> roads) {
  NearStructure out;
  out.structure = s;
  out.generated = true;
  auto outline = inspection::outline_of(r, s);
  if (outline.assumed & inspection::assumed_heading)
    if (const auto heading = inspection::heading_by_road(roads, r.lon(s), r.lat(s), outline.kind)) {
      outline.heading = *heading;
      outline.assumed = (outline.assumed & ~static_cast<std::uint32_t>(inspection::assumed_heading)) | inspection::heading_from_road;
    }
  const auto known = [&](double h, double otherwise) { return std::isfinite(h) ? h : otherwise; };
  const double here = known(ground(r.lon(s), r.lat(s)), 0);
  const auto flat = turned(geo::LocalFrame::at({r.lon(s), r.lat(s), here}), outline.heading);
  const auto ground_at = [&](double x) {
    const auto p = flat.to_geo({x, 0, 0});
    return known(ground(p.lon, p.lat), here);
  };
  double deck = r.height(s);
  if (!std::isfinite(deck)) {
    outline.assumed |= inspection::assumed_height;
    const double ends = std::max(ground_at(-outline.length / 2), ground_at(outline.length / 2));
    switch (outline.kind) {
      case Kind::bridge: deck = ends - here >= 2.5 ? ends + 0.1 : here + clearance; break;  // over a valley, else over what lies flat
      case Kind::footbridge: deck = here + clearance; break;
      case Kind::culvert: deck = here + 0.3; break;
      default: deck = here + 0.1; break;
    }
  }
  out.frame = turned(geo::LocalFrame::at({r.lon(s), r.lat(s), deck}), outline.heading);
  out.model = inspection::make_model(outline, [&](float x, float y) {
    const auto p = out.frame.to_geo({x, y, 0});
    return static_cast<float>(ground(p.lon, p.lat) - deck);
  });
  out.surface = inspection::surface_of(out.model);
  return out;
}

std::optional<NearStructure> stand_from_surface(const inspection::Register& r, std::uint32_t s, const FeatureSurfaces& surfaces, const io::CityModel& model,
                                                std::uint32_t feature) {
  const auto it = surfaces.by_feature.find(whole_of(model, feature));
  if (it == surfaces.by_feature.end()) return std::nullopt;
  std::vector<const FeatureSurfaces::Piece*> pieces;
  for (const auto& p : it->second)
    if (it->first == feature || (p.element < model.elements.size() && is_within(model, model.elements[p.element].own, feature))) pieces.push_back(&p);
  if (pieces.empty()) return std::nullopt;
  const auto world = [&](const FeatureSurfaces::Piece& p, std::size_t k) { return surfaces.frames[p.frame].to_world(glm::dvec3(p.corners[k])); };
  const auto middle = geo::from_ecef(world(*pieces.front(), 0));
  const auto level = geo::LocalFrame::at({middle.lon, middle.lat, 0});
  std::vector<std::array<glm::dvec3, 3>> local;
  glm::dvec2 mean(0);
  for (const auto* p : pieces) {
    local.push_back({level.to_local(world(*p, 0)), level.to_local(world(*p, 1)), level.to_local(world(*p, 2))});
    for (const auto& c : local.back()) mean += glm::dvec2(c);
  }
  mean /= static_cast<double>(local.size() * 3);
  double xx = 0, xy = 0, yy = 0;  // the long axis: the first principal one of the corners
  for (const auto& t : local)
    for (const auto& c : t) {
      const auto d = glm::dvec2(c) - mean;
      xx += d.x * d.x, xy += d.x * d.y, yy += d.y * d.y;
    }
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
  double heading = 90 - angle * 180 / M_PI;
  if (std::isfinite(r.heading(s)) && std::cos((heading - r.heading(s)) * M_PI / 180) < 0) heading += 180;  // its start is the record's
  const auto axes = turned(level, heading);
  glm::dvec3 low(INFINITY), high(-INFINITY);
  std::vector<std::pair<double, double>> up;  // height, area of what looks up
  double all_up = 0;
  for (const auto& t : local) {
    for (const auto& c : t) {
      const auto p = axes.to_local(level.to_world(c));
      low = glm::min(low, p), high = glm::max(high, p);
    }
    const auto n = glm::cross(t[1] - t[0], t[2] - t[0]);
    const double size = glm::length(n);
    if (!(size > 0) || n.z / size < 0.7) continue;
    up.emplace_back((t[0].z + t[1].z + t[2].z) / 3, size / 2);
    all_up += size / 2;
  }
  double deck = high.z, sum = 0;  // the deck is where most of what looks up begins, from above: railings have little
  std::sort(up.rbegin(), up.rend());
  for (const auto& [z, area] : up)
    if ((sum += area) > 0.3 * all_up) { deck = z; break; }
  const auto centre = axes.to_geo({(low.x + high.x) / 2, (low.y + high.y) / 2, deck});
  NearStructure out;
  out.structure = s;
  out.feature = feature;
  out.frame = turned(geo::LocalFrame::at(centre), heading);
  auto o = inspection::outline_of(r, s);
  const float written = o.length;
  o.length = static_cast<float>(high.x - low.x);
  o.width = static_cast<float>(high.y - low.y);
  o.heading = static_cast<float>(std::fmod(heading + 360, 360));
  for (auto& x : o.supports) x *= o.length / std::max(0.1f, written);
  o.assumed &= inspection::assumed_spans;
  out.model.outline = o;
  out.low = glm::vec3(INFINITY), out.high = glm::vec3(-INFINITY);
  for (std::size_t i = 0; i < local.size(); ++i) {
    const auto& t = local[i];
    inspection::Triangle made;
    if (pieces[i]->element != io::no_element) made.part = static_cast<std::int32_t>(pieces[i]->element);
    for (std::size_t k = 0; k < 3; ++k) {
      made.corners[k] = glm::vec3(out.frame.to_local(level.to_world(t[k])));
      out.low = glm::min(out.low, made.corners[k]), out.high = glm::max(out.high, made.corners[k]);
    }
    const auto n = glm::cross(made.corners[1] - made.corners[0], made.corners[2] - made.corners[0]);
    if (!(glm::length(n) > 1e-9f)) continue;
    made.normal = glm::normalize(n);
    out.surface.push_back(made);
  }
  const bool tunnel = o.kind == Kind::tunnel || (feature < model.features.size() && model.features.type(feature).find("Tunnel") != std::string_view::npos);
  std::map<std::int32_t, inspection::Member> members;
  for (auto& t : out.surface) {
    if (t.part >= 0) {
      const auto [at, added] = members.try_emplace(t.part, inspection::Member::unknown);
      if (added) at->second = member_of(model, static_cast<std::uint32_t>(t.part));
      t.member = at->second;
    }
    t.told = t.member != inspection::Member::unknown;
    if (!t.told) t.member = tunnel ? inspection::Member::lining : inspection::estimate_member(t, out.low, out.high);
    t.span = o.span_at((t.corners[0].x + t.corners[1].x + t.corners[2].x) / 3);
  }
  out.parts = PartNames(model, out.surface);
  return out;
}

StructureMeshes mesh_structures(StructureLayer& layer, const geo::LocalFrame& frame, const inspection::Day& day) {
  StructureMeshes out;
  layer.features.clear();
  const auto& r = *layer.records;
  for (std::uint32_t i = 0; i < layer.near.size(); ++i) {
    const auto& n = layer.near[i];
    const auto place = [&](glm::vec3 p) { return glm::vec3(frame.to_local(n.frame.to_world(glm::dvec3(p)))); };
    if (!n.generated) continue;
    inspection::add_mesh(n.model, static_cast<std::uint32_t>(layer.features.size()), place, out.models);
    for (std::size_t p = 0; p < n.model.parts.size(); ++p) {
      const auto& part = n.model.parts[p];
      layer.features.push_back({i, static_cast<std::int32_t>(p), -1, inspection::Change::unknown, 0, {}, part.member, part.span, part.number});
    }
  }
  std::size_t drawn = 0;
  for (std::uint32_t i = 0; i < layer.near.size(); ++i) {
    const auto& n = layer.near[i];
    const auto defects = r.defects(n.structure);
    if (defects.empty()) continue;
    const auto state = inspection::state_as_of(r, n.structure, day);
    const auto place = [&](glm::vec3 p) { return glm::vec3(frame.to_local(n.frame.to_world(glm::dvec3(p)))); };
    for (const auto& d : state.defects) {
      if (drawn >= defects_drawn) break;
      const auto& defect = defects[d.defect];
      const auto decal = inspection::make_decal(defect, r.word(defect.element), place_of(defect, n.frame), n.model.outline, n.surface,
                                                n.parts.of(r.word(defect.element)));
      if (!decal) continue;
      ++drawn;
      const auto id = static_cast<std::uint32_t>(layer.features.size());
      layer.features.push_back({i, -1, static_cast<std::int32_t>(d.defect), d.change, decal->guesses, n.frame.to_world(glm::dvec3(decal->at + decal->normal * 0.05f)),
                                decal->member, decal->span, decal->number, decal->part});
      for (const auto& t : decal->triangles) {
        const glm::vec3 a = place(t[0]), b = place(t[1]), c = place(t[2]), normal = glm::cross(b - a, c - a);
        const float size = glm::length(normal);
        if (!(size > 1e-12f)) continue;
        const auto packed = encode_normal(normal / size);
        for (const auto& v : {a, b, c}) {
          out.decals.indices.push_back(static_cast<std::uint32_t>(out.decals.vertices.size()));
          out.decals.vertices.push_back({v.x, v.y, v.z, packed, 0, 0, id});
        }
      }
      for (const auto& e : decal->edges) {
        out.line_starts.push_back(static_cast<std::uint32_t>(out.line_points.size()));
        for (const auto& p : e) out.line_points.push_back(place(p + decal->normal * 0.02f)), out.line_features.push_back(id);
      }
    }
  }
  if (!out.line_points.empty()) out.line_starts.push_back(static_cast<std::uint32_t>(out.line_points.size()));
  return out;
}

// As assets/palettes/inspection-grade.json, a step finer: checked there with the model of Machado et al. 2009.
Rgba8 defect_colour(char grade) {
  switch (grade) {
    case 'a': return {44, 123, 182, 255};
    case 'b': return {116, 173, 209, 255};
    case 'c': return {242, 230, 74, 255};
    case 'd': return {224, 120, 0, 255};
    case 'e': return {165, 0, 52, 255};
    default: return {104, 112, 122, 255};
  }
}

}  // namespace tenbo::runtime
