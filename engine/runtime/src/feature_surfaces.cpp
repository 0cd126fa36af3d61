#include "feature_surfaces.h"

#include <glm/geometric.hpp>
#include <set>

#include "tenbo/inspection/decal.h"
#include "tenbo/inspection/part_words.h"

namespace tenbo::runtime {
namespace {

constexpr std::uint64_t most_triangles = 2'000'000;  // of a model that says nothing of a bridge: 52 bytes each
constexpr int deepest = 64;                          // rings of parts end

bool is_crossing(std::string_view type) { return type.find("Bridge") != std::string_view::npos || type.find("Tunnel") != std::string_view::npos; }

const io::CityElement* element_of_feature(const io::CityModel& model, std::uint32_t feature) {  // of IFC: they are in the order of the features
  if (feature >= model.elements.size() || model.elements[feature].own != feature) return nullptr;
  return &model.elements[feature];
}

}  // namespace

void FeatureSurfaces::keep(const io::MeshBatch& batch, const io::CityModel& model) {
  if (batch.elements.empty() && batch.theme != io::CityTheme::bridge && batch.theme != io::CityTheme::other) return;
  std::optional<std::uint32_t> frame;
  std::uint32_t last = no_feature, last_element = io::no_element;
  std::vector<Piece>* into = nullptr;
  std::size_t hint = 0;
  const auto& v = batch.mesh.vertices;
  for (std::size_t i = 0; i + 2 < batch.mesh.indices.size(); i += 3) {
    const Vertex &a = v[batch.mesh.indices[i]], &b = v[batch.mesh.indices[i + 1]], &c = v[batch.mesh.indices[i + 2]];
    const auto element = io::element_at(batch.elements, i, hint);
    if (a.feature != last || element != last_element) {
      last = a.feature, last_element = element;
      into = nullptr;
      const std::uint32_t whole = element < model.elements.size() ? model.elements[element].whole : last;
      if (whole < model.features.size() && (is_crossing(model.features.type(whole)) || (element != io::no_element && model.triangles <= most_triangles))) into = &by_feature[whole];
    }
    if (!into) continue;
    if (!frame) frame = static_cast<std::uint32_t>(frames.size()), frames.push_back(batch.frame);
    into->push_back({*frame, element, {glm::vec3(a.x, a.y, a.z), {b.x, b.y, b.z}, {c.x, c.y, c.z}}});
  }
}

std::uint32_t whole_of(const io::CityModel& model, std::uint32_t feature) {
  const auto* e = element_of_feature(model, feature);
  return e ? e->whole : feature;
}

bool is_within(const io::CityModel& model, std::uint32_t feature, std::uint32_t whole) {
  if (feature == whole) return true;
  const auto* e = element_of_feature(model, feature);
  if (!e) return false;
  if (e->whole == whole) return true;
  for (int depth = 0; e->parent < model.elements.size() && depth < deepest; ++depth) {
    e = &model.elements[e->parent];
    if (e->own == whole) return true;
  }
  return false;
}

std::uint32_t element_at_place(const FeatureSurfaces& surfaces, std::uint32_t feature, const geo::GeoPoint& place) {
  const auto it = surfaces.by_feature.find(feature);
  if (it == surfaces.by_feature.end()) return io::no_element;
  const glm::dvec3 world = geo::to_ecef(place);
  std::vector<glm::vec3> local;
  for (const auto& f : surfaces.frames) local.emplace_back(f.to_local(world));
  float least = 2;  // m
  std::uint32_t best = io::no_element;
  for (const auto& p : it->second) {
    inspection::Triangle t;
    t.corners = p.corners;
    if (const float d = glm::length(inspection::nearest_on(t, local[p.frame]) - local[p.frame]); d < least) least = d, best = p.element;
  }
  return best;
}

void colour_parts(const io::CityModel& model, std::span<const std::pair<std::uint32_t, std::uint32_t>> bound, std::vector<render::FeatureStyle>& styles) {
  for (const auto& [structure, feature] : bound) {
    if (!element_of_feature(model, feature) || feature >= styles.size()) continue;
    for (std::uint32_t i = 0; i < styles.size(); ++i)
      if (i != feature && is_within(model, i, feature)) styles[i].colour = styles[feature].colour;
  }
}

inspection::Member member_of(const io::CityModel& model, std::uint32_t element) {
  for (int depth = 0; element < model.elements.size() && depth < deepest; ++depth) {
    const auto& e = model.elements[element];
    if (const auto m = inspection::member_of_part(e.type, e.role, e.name); m != inspection::Member::unknown) return m;
    element = e.parent;
  }
  return inspection::Member::unknown;
}

PartNames::PartNames(const io::CityModel& model, std::span<const inspection::Triangle> surface) {
  std::set<std::int32_t> parts;
  for (const auto& t : surface) if (t.part >= 0) parts.insert(t.part);
  for (const std::int32_t part : parts) {
    auto at = static_cast<std::uint32_t>(part);
    for (int depth = 0; at < model.elements.size() && depth < deepest; ++depth, at = model.elements[at].parent) {
      const auto& e = model.elements[at];
      for (const std::string* name : {&e.id, &e.tag, &e.name}) {
        if (name->empty()) continue;
        auto& named = names_.try_emplace(*name, Named{at, {}}).first->second;
        if (named.owner != at) named.owner = io::no_element, named.parts.clear();
        else if (named.parts.empty() || named.parts.back() != part) named.parts.push_back(part);
      }
    }
  }
}

std::span<const std::int32_t> PartNames::of(std::string_view name) const {
  const auto it = name.empty() ? names_.end() : names_.find(name);
  return it == names_.end() || it->second.owner == io::no_element ? std::span<const std::int32_t>() : it->second.parts;
}

}  // namespace tenbo::runtime
