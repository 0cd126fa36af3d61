// Structures with records as they stand near the camera: generated models, defects, what is said of them when they are picked, and what
// people say of their bindings.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine_impl.h"
#include "tenbo/base/text.h"
#include "tenbo/io/photo.h"

namespace tenbo::runtime {
namespace {
constexpr double stride = 100;  // m that the camera goes before the near ones are looked for again
constexpr Rgba8 plain{206, 213, 221, 255};  // cooler than clay: nobody surveyed it

Rgba8 mixed(Rgba8 a, Rgba8 b, float t) {
  const auto m = [t](std::uint8_t x, std::uint8_t y) { return static_cast<std::uint8_t>(static_cast<float>(x) * (1 - t) + static_cast<float>(y) * t + 0.5f); };
  return {m(a.r, b.r), m(a.g, b.g), m(a.b, b.b), 255};
}

// Which of a 3D model's own parts it is.
void name_part(StructurePick& pick, const io::CityModel& model, std::int32_t part) {
  if (part < 0 || static_cast<std::size_t>(part) >= model.elements.size()) return;
  const auto* e = &model.elements[static_cast<std::size_t>(part)];
  pick.part_type = e->type;
  pick.part_name = e->name.empty() ? e->role : e->name;
  for (int depth = 0; e->id.empty() && e->parent < model.elements.size() && depth < 64; ++depth) e = &model.elements[e->parent];
  pick.part_id = e->id;
}

bool is_road_layer(const std::string& name, const geo::FeatureTable& features) {
  const auto plain = lower_case(name);
  if (plain.find("road") != std::string::npos || name.find("道路") != std::string::npos) return true;
  const std::uint32_t looked = std::min(features.size(), 100u);
  for (std::uint32_t i = 0; i < looked; ++i)
    if (!std::holds_alternative<std::monostate>(features.value(i, "highway")) || !std::holds_alternative<std::monostate>(features.value(i, "rdCtg"))) return true;
  return false;
}

bool can_be_made(inspection::Kind k) {
  using inspection::Kind;
  return k == Kind::bridge || k == Kind::footbridge || k == Kind::tunnel || k == Kind::culvert || k == Kind::gantry || k == Kind::retaining_wall;
}
}  // namespace

// Ties the records to the 3D bridges of the first layer that has any of them; corrections count as of the scene's file.
void EngineImpl::bind_inspection(Layer& layer) {
  StructureLayer& s = layer.structures;
  layer.bound.clear();
  layer.bound_layer = 0;
  s.bindings.clear();
  if (!layer.output) return;
  if (s.of != layer.output) {
    drop_structures(layer);
    s.of = layer.output;
    s.records = layer.output->structure_register;
    if (!s.records && !layer.output->structures.empty()) s.records = plain_register(*layer.output);
    grow_marks(layer);
  }
  s.key.clear();
  std::vector<inspection::Correction> said;
  for (const auto& c : corrections_.all)
    if (c.layer == layer.spec.name) said.push_back(c.correction);
  for (const auto& other : layers_) {
    if (!other->data.city || !other->ready()) continue;
    const auto record = [&](std::uint32_t i) {  // kinds as the register has them: words need not be read again
      const auto& st = layer.output->structures[i];
      return inspection::Record{st.id, st.name, s.records->kind(i), st.lon, st.lat};
    };
    auto bindings = inspection::bind(s.records ? static_cast<std::uint32_t>(layer.output->structures.size()) : 0, record, binding_candidates(other->data.city->features), said);
    layer.bound = tied(bindings);
    if (bindings.empty() || (layer.bound.empty() && !s.bindings.empty())) continue;
    s.bindings = std::move(bindings);
    s.candidates = other->id;
    if (layer.bound.empty()) continue;  // only doubtful ones: perhaps another layer has it for sure
    layer.bound_layer = other->id;
    other->needs_style = true;
    return;
  }
}

void EngineImpl::read_corrections_of_scene() {
  corrections_ = {};
  corrections_.file = corrections_file(scene_.path);
  auto read = read_corrections(corrections_.file);
  if (read) { corrections_.all = std::move(*read); return; }
  corrections_.trouble = read.error().text();
  log_.error(corrections_.trouble);
}

void EngineImpl::drop_structures(Layer& layer) {
  StructureLayer& s = layer.structures;
  for (const auto e : s.entities) {
    if (auto* t = world_.get<CityTile>(e)) renderer_->destroy(t->mesh);
    if (auto* t = world_.get<DrapedTile>(e)) renderer_->destroy(t->mesh);
    if (auto* t = world_.get<LineTile>(e)) renderer_->destroy(t->lines);
    world_.destroy(e);
  }
  s.entities.clear();
  s.near.clear();
  s.features.clear();
}

// The nearest, and what is drawn of them; again when the camera has gone on, or what they are made of has changed.
void EngineImpl::tend_structures(Layer& layer) {
  StructureLayer& s = layer.structures;
  const auto* as_known = as_of(layer);
  if (!renderer_ || !as_known) return;
  if (const int day = day_key(as_known); day != s.styled_day) {
    s.styled_day = day;
    if (Layer* models = find_layer(layer.bound_layer)) models->needs_style = true;
    ++revision_;
  }
  if (ground_pending()) return;
  const glm::dvec3 eye = camera_.position();
  const glm::dvec3 cell = glm::floor(eye / stride);
  const std::string key = fmt::format("{}|{:.0f},{:.0f},{:.0f}|{}|{}|{}|{}", layer.output_revision, cell.x, cell.y, cell.z, static_cast<const void*>(ground_.get()),
                                      layer.bound_layer, day_key(as_known), surfaces_revision_);
  if (key == s.key) return;
  s.key = key;
  const auto& r = *s.records;
  std::vector<std::pair<double, std::uint32_t>> near;
  const auto at = geo::from_ecef(eye);
  const double dlat = structure_range / 110'000, dlon = dlat / std::max(0.05, std::cos(at.lat * M_PI / 180));
  const double reach = structure_range + stride;
  for (std::uint32_t i = 0; i < r.size(); ++i) {
    if (!(std::abs(r.lat(i) - at.lat) < dlat * 1.1 && std::abs(r.lon(i) - at.lon) < dlon * 1.1)) continue;
    const double ground = ground_->known(r.lon(i), r.lat(i));
    const double d = glm::length(geo::to_ecef({r.lon(i), r.lat(i), std::isfinite(ground) ? ground : 0}) - eye);
    if (d < reach) near.emplace_back(d, i);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > structures_drawn) near.resize(structures_drawn);
  if (near.empty() && s.near.empty()) return;

  std::map<std::uint32_t, std::uint32_t> bound(layer.bound.begin(), layer.bound.end());
  const Layer* models = find_layer(layer.bound_layer);
  drop_structures(layer);
  const auto roads = roads_near(at, dlon * 1.1, dlat * 1.1);
  const auto ground = [this](double lon, double lat) { return ground_->known(lon, lat); };
  for (const auto& [d, i] : near) {
    if (const auto it = bound.find(i); it != bound.end()) {
      if (r.defects(i).empty() && !s.watched.contains(i) && !(selected_ && selected_->structure && selected_->structure->structure == i)) continue;
      if (models && models->data.city)
        if (auto n = stand_from_surface(r, i, models->surfaces, *models->data.city, it->second)) s.near.push_back(std::move(*n));
      continue;
    }
    const auto* b = s.binding_of(i);  // where a model stands that may be its own, none is made
    if (b && b->surety == inspection::Surety::doubtful && b->matches.front().distance <= inspection::bind_reach) continue;
    if (can_be_made(r.kind(i))) s.near.push_back(stand_from_record(r, i, ground, roads));
  }
  const auto frame = geo::LocalFrame::at({at.lon, at.lat, 0});
  const auto made = mesh_structures(s, frame, shown_day());
  const auto box = [](const auto& points, auto&& of) {
    glm::vec3 low(INFINITY), high(-INFINITY);
    for (const auto& p : points) low = glm::min(low, of(p)), high = glm::max(high, of(p));
    return std::pair(low, high);
  };
  const auto place = [&](glm::vec3 low, glm::vec3 high) {
    const auto e = world_.create();
    world_.emplace<LayerTag>(e, LayerTag{layer.id});
    world_.emplace<TileFrame>(e, TileFrame{frame, low, high});
    s.entities.push_back(e);
    return e;
  };
  const auto corner = [](const Vertex& v) { return glm::vec3(v.x, v.y, v.z); };
  for (const auto* mesh : {&made.models, &made.decals}) {
    if (mesh->indices.empty()) continue;
    auto handle = renderer_->create_mesh(*mesh);
    if (!handle) { fail(layer, handle.error()); return; }
    const auto [low, high] = box(mesh->vertices, corner);
    const auto e = place(low, high);
    if (mesh == &made.models) world_.emplace<CityTile>(e, CityTile{*handle, -1, plain, io::CityTheme::bridge, false, false, false});
    else world_.emplace<DrapedTile>(e, DrapedTile{*handle, false, true, false});
  }
  if (!made.line_points.empty()) {
    auto handle = renderer_->create_lines({made.line_points, made.line_features, made.line_starts});
    if (!handle) { fail(layer, handle.error()); return; }
    const auto [low, high] = box(made.line_points, [](glm::vec3 p) { return p; });
    world_.emplace<LineTile>(place(low, high), LineTile{*handle, 1.2f});
  }
  paint_structures(layer);
  ++revision_;
}

// Straight pieces of the scene's roads around the camera: of the network that priorities use, else of layers of lines that are roads by their
// attributes or name.
std::vector<inspection::RoadPiece> EngineImpl::roads_near(const geo::GeoPoint& at, double dlon, double dlat) const {
  std::vector<inspection::RoadPiece> out;
  const std::string& named = scene_.priority.roads.layer;
  for (const auto& l : layers_) {
    if (!l->ready() || !l->data.vectors) continue;
    const auto& v = *l->data.vectors;
    if (named.empty() ? !is_road_layer(l->spec.name, v.features) : l->spec.name != named) continue;
    const auto near = [&](const geo::GeoPoint& p) { return std::abs(p.lat - at.lat) < dlat && std::abs(p.lon - at.lon) < dlon; };
    for (const auto& part : v.parts) {
      if (part.kind != io::ShapeKind::line) continue;
      for (std::uint32_t i = part.first; i + 1 < part.first + part.count; ++i)
        if (near(v.points[i]) || near(v.points[i + 1])) out.push_back({v.points[i].lon, v.points[i].lat, v.points[i + 1].lon, v.points[i + 1].lat});
    }
  }
  return out;
}

void EngineImpl::paint_structures(Layer& layer) {
  StructureLayer& s = layer.structures;
  layer.looks.styles.assign(s.features.size(), {});
  const auto* as_known = as_of(layer);
  const auto* pick = selected_ && selected_->structure && selected_->structure->layer == layer.id ? &*selected_->structure : nullptr;
  for (std::size_t i = 0; i < s.features.size(); ++i) {
    const auto& f = s.features[i];
    const auto& n = s.near[f.near];
    auto& style = layer.looks.styles[i];
    if (f.defect >= 0) {
      const auto& d = s.records->defects(n.structure)[static_cast<std::size_t>(f.defect)];
      style.colour = defect_colour(d.grade);
      if (!inspection::is_line(d.kind)) style.flags |= render::feature_hatched;
      if (pick && pick->structure == n.structure && pick->defect == static_cast<std::uint32_t>(f.defect)) style.flags |= render::feature_selected;
    } else {
      style.colour = mixed(plain, grade_colour(grade_shown(layer, as_known, n.structure)), 0.28f);
      if (pick && pick->structure == n.structure && !pick->defect && pick->member == f.member && pick->span == f.span &&
          pick->element == n.model.parts[static_cast<std::size_t>(f.part)].element())
        style.flags |= render::feature_selected;
    }
  }
  if (layer.looks.styles.empty()) return;
  if (auto sent = layer.looks.put(*renderer_); !sent) fail(layer, sent.error());
}

// What was hit of a layer's own meshes.
Picked EngineImpl::picked_structure(const Layer& layer, std::uint32_t feature, const geo::GeoPoint& at) const {
  const auto& s = layer.structures;
  if (feature >= s.features.size()) return picked_feature(layer, nullptr, 0, at);
  const auto& f = s.features[feature];
  const auto& n = s.near[f.near];
  Picked p = picked_feature(layer, layer.output->structures[n.structure].feature, at);
  p.structure = StructurePick{layer.id, n.structure, f.member, f.span, {}, NAN, n.feature.has_value(), {}};
  const glm::dvec3 local = n.frame.to_local(f.defect >= 0 ? f.at : geo::to_ecef(at));
  p.structure->along = local.x + n.model.outline.length / 2;
  if (f.part >= 0) p.structure->element = n.model.parts[static_cast<std::size_t>(f.part)].element();
  if (f.defect >= 0) {
    const auto& d = s.records->defects(n.structure)[static_cast<std::size_t>(f.defect)];
    p.structure->defect = static_cast<std::uint32_t>(f.defect);
    p.structure->element = s.records->word(d.element);
    if (d.member != inspection::Member::unknown) p.structure->member = d.member, p.structure->estimated = false;
    if (d.span > 0) p.structure->span = d.span;
    if (const Layer* models = find_layer(layer.bound_layer); models && models->data.city && f.named_part >= 0) {
      name_part(*p.structure, *models->data.city, f.named_part);
      if (member_of(*models->data.city, static_cast<std::uint32_t>(f.named_part)) != inspection::Member::unknown) p.structure->estimated = false;
    }
  }
  return p;
}

// Of a 3D model: whose record is tied to it, and by its shape which member and span. Nothing where no record is.
std::optional<StructurePick> EngineImpl::structure_on(const Layer& models, std::uint32_t feature, const geo::GeoPoint& at) const {
  for (const auto& l : layers_) {
    if (!l->output || l->bound_layer != models.id || !l->structures.records) continue;
    for (const auto& [structure, bound] : l->bound) {
      if (!models.data.city || !is_within(*models.data.city, feature, bound)) continue;
      StructurePick p{l->id, structure, inspection::Member::unknown, 0, {}, NAN, true, {}};
      const auto n = stand_from_surface(*l->structures.records, structure, models.surfaces, *models.data.city, bound);
      if (!n) return p;
      const glm::vec3 local(n->frame.to_local(geo::to_ecef(at)));
      const inspection::Triangle* best = nullptr;
      float least = INFINITY;
      for (const auto& t : n->surface)
        if (const float d = glm::length(inspection::nearest_on(t, local) - local); d < least) least = d, best = &t;
      if (best && least < 2) {  // m: else the place is not one on its surface
        p.member = best->member;
        p.estimated = !best->told;
        name_part(p, *models.data.city, best->part);
      }
      p.span = n->model.outline.span_at(local.x);
      p.along = std::clamp(local.x + n->model.outline.length / 2, 0.f, n->model.outline.length);
      return p;
    }
  }
  return std::nullopt;
}

std::optional<StructureCard> EngineImpl::structure_card() const {
  if (!selected_) return std::nullopt;
  std::optional<StructurePick> pick = selected_->structure;
  const Layer* l = find_layer(pick ? pick->layer : selected_->layer);
  if (!pick && l && selected_->feature && l->structures.records)  // its marker
    for (std::uint32_t i = 0; l->output && i < l->output->structures.size(); ++i)
      if (l->output->structures[i].feature == *selected_->feature) { pick = StructurePick{l->id, i, {}, 0, {}, NAN, false, {}}; break; }
  if (!pick || !l || !l->structures.records || pick->structure >= l->structures.records->size()) return std::nullopt;
  const auto& r = *l->structures.records;
  StructureCard card;
  card.pick = *pick;
  card.records = l->structures.records;
  card.id = std::string(r.id(pick->structure));
  card.name = structure_name(*l, pick->structure, options_.language == Language::ja);
  card.year = inspection_year_;
  card.years = inspection::years_of(r, pick->structure);
  card.state = inspection::state_as_of(r, pick->structure, shown_day());
  card.binding = binding_card(*l, pick->structure);
  const NearStructure* near = nullptr;
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < l->structures.near.size(); ++i)
    if (l->structures.near[i].structure == pick->structure) near = &l->structures.near[i], at = i;
  if (near) card.generated = near->generated, card.assumed = near->model.outline.assumed;
  const auto outline = near ? near->model.outline : inspection::outline_of(r, pick->structure);
  card.sensors = sensors_on(*l, *pick, outline);
  const auto defects = r.defects(pick->structure);
  for (const auto& d : card.state.defects) {
    DefectCard c{d.defect, d.change, inspection::has_place(defects[d.defect], outline), 0};
    for (const auto& f : l->structures.features)
      if (near && f.near == at && f.defect == static_cast<std::int32_t>(d.defect)) c.guesses = f.guesses;
    card.defects.push_back(c);
  }
  return card;
}

std::optional<BindingCard> EngineImpl::binding_card(const Layer& layer, std::uint32_t structure) const {
  const auto* b = layer.structures.binding_of(structure);
  if (!b) return std::nullopt;
  const auto record = binding_record(layer.output->structures[structure]);
  BindingCard out;
  out.layer = layer.id, out.structure = structure;
  out.layer_name = layer.spec.name;
  out.key = inspection::record_key(record);
  out.name = record.name;
  const double ground = ground_->known(record.lon, record.lat);
  out.place = {record.lon, record.lat, std::isfinite(ground) ? ground : 0};
  out.surety = b->surety;
  out.reviewed = b->reviewed;
  for (const auto& c : corrections_.all)
    if (c.layer == layer.spec.name && c.correction.record == out.key) out.by = c.correction.by, out.at = c.correction.at;
  const Layer* models = find_layer(layer.structures.candidates);
  if (!models || !models->data.city) return out;
  const auto& table = models->data.city->features;
  for (const auto& m : b->matches) {
    if (m.feature >= table.size()) continue;
    ModelChoice c;
    c.id = table.id(m.feature);
    c.name = geo::to_text(table.value(m.feature, "gml:name"));
    c.layer = models->status.name;
    c.score = m.score, c.distance = m.distance;
    c.reasons = m.reasons;
    if (const auto& e = table.extent(m.feature); !e.empty()) c.place = e.centre();
    out.choices.push_back(std::move(c));
  }
  return out;
}

std::optional<StructureCounts> EngineImpl::structure_counts(const Layer& layer) const {
  const auto& s = layer.structures;
  if (!s.records) return std::nullopt;
  StructureCounts out{s.records->size(), s.records->defects().size(), layer.bound.size(), 0};
  for (const auto& b : s.bindings) out.doubtful += b.surety == inspection::Surety::doubtful;
  return out;
}

std::vector<BindingCard> EngineImpl::binding_reviews() const {
  std::vector<BindingCard> out;
  for (const auto& l : layers_) {
    if (!l->output || !l->ready()) continue;
    for (const auto& b : l->structures.bindings)
      if (b.surety == inspection::Surety::doubtful && out.size() < 1000)
        if (auto card = binding_card(*l, b.record)) out.push_back(std::move(*card));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.choices.empty() || b.choices.empty() ? false : a.choices.front().score > b.choices.front().score; });
  return out;
}

Status EngineImpl::review_binding(std::uint32_t id, std::uint32_t structure, const std::string& model, bool accepted, const std::string& by) {
  Layer* l = find_layer(id);
  if (!l || !l->output || structure >= l->output->structures.size()) return Error{ErrorCode::not_found, "the record is no longer there", "", "", ""};
  if (!corrections_.trouble.empty())  // what stands there would be lost
    return Error{ErrorCode::malformed, corrections_.trouble, corrections_.file.string(), "", "mend the file or move it away, and open the scene again"};
  SavedCorrection c{l->spec.name, {inspection::record_key(binding_record(l->output->structures[structure])), model, accepted, by, geo::format_utc(live::to_instant(live::machine_now()))}};
  auto all = corrections_.all;
  all.push_back(std::move(c));
  if (auto saved = write_corrections(corrections_.file, all); !saved) return saved;
  corrections_.all = std::move(all);
  const auto before = l->bound_layer;
  bind_inspection(*l);
  if (Layer* b = find_layer(before)) b->needs_style = true;
  ++revision_;
  return {};
}

Photograph EngineImpl::photograph(std::uint32_t id, std::uint32_t structure, std::uint32_t defect) {
  const Layer* l = find_layer(id);
  if (!l || !l->output || !l->structures.records || structure >= l->structures.records->size()) return {nullptr, word("photo.none")};
  const auto& r = *l->structures.records;
  const auto defects = r.defects(structure);
  if (defect >= defects.size() || !defects[defect].photo) return {nullptr, word("photo.none")};
  return read_photograph(l->output->photos, std::string(r.word(defects[defect].photo)));
}

constexpr float decals_looked_at = 200;  // m

// Defects near the camera as markers with their letter; the overlay brings those of one structure together from afar.
void EngineImpl::defect_markers(const Layer& layer, const std::function<bool(const glm::dvec3&, Marker&)>& stand, std::vector<Marker>& out,
                                std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const {
  const auto& s = layer.structures;
  for (std::uint32_t i = 0; i < s.features.size(); ++i) {
    const auto& f = s.features[i];
    if (f.defect < 0) continue;
    Marker m;
    if (!stand(f.at, m)) continue;
    const auto& n = s.near[f.near];
    const auto& d = s.records->defects(n.structure)[static_cast<std::size_t>(f.defect)];
    const bool worse = f.change == inspection::Change::worse || f.change == inspection::Change::appeared;
    // Beside what it is about, once that is large enough in the picture to be looked at.
    float seen = 0;
    if (m.depth < decals_looked_at) {
      const float half = 0.5f * std::max(std::isfinite(d.length) ? d.length : 0.3f, std::isfinite(d.width) ? d.width : 0.f);
      if (Marker top; stand(f.at + glm::normalize(f.at) * static_cast<double>(half), top)) seen = glm::length(top.foot - m.foot) / options_.ui_scale;
    }
    m.pixel = m.foot - glm::vec2(0, (seen > 6 ? std::min(seen, 90.f) + 22 : 14.f) * options_.ui_scale);
    m.shape = d.grade >= 'e' ? MarkerShape::diamond : d.grade == 'd' ? MarkerShape::triangle : d.grade == 'c' ? MarkerShape::square : MarkerShape::circle;
    m.letter = d.grade ? std::string(1, d.grade) : "?";
    m.colour = defect_colour(d.grade);
    m.severity = inspection::severity(d.grade) + 1;
    m.group = 1000 + n.structure;
    if (m.depth < 120) m.label = word("defect." + std::string(inspection::to_string(d.kind)));
    if (worse) m.label += (m.label.empty() ? "" : " ") + std::string("↑");
    m.selected = selected_ && selected_->structure && selected_->structure->layer == layer.id && selected_->structure->structure == n.structure &&
                 selected_->structure->defect == static_cast<std::uint32_t>(f.defect);
    out.push_back(std::move(m));
    if (ids) ids->emplace_back(layer.id, defect_marker | i);
  }
}

}  // namespace tenbo::runtime
