// Markers of structures with inspection records: single ones near the camera, from afar one for all that stand within a few pixels.
#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

#include "engine_impl.h"
#include "local_name.h"
#include "tenbo/inspection/worst_first.h"
#include "tenbo/runtime/inspection_day.h"

namespace tenbo::runtime {
namespace {

constexpr double least_range = 25'000;   // m
constexpr double heights_seen = 5;       // times the camera's height above ground: all that lies less than 78 degrees off the nadir
constexpr double cell_pixels = 16;       // a symbol is 32 wide
constexpr double stem_from = 12'000, stem_to = 30'000;  // m: where stems begin to shrink, and where symbols stand on their places
constexpr double decals_from = 200;      // m: nearer ones are large enough to be looked at
constexpr std::uint32_t grows_at_once = 30'000;  // structures: some milliseconds

// Defects as they lie in the picture, the lowest first: what a marker must not stand on.
struct SeenDecal {
  std::uint32_t structure = 0;
  glm::vec2 pixel{0};
  float radius = 0;  // px
};
std::vector<SeenDecal> decals_seen(const StructureLayer& s, const glm::dvec3& eye, const glm::dmat3& axes, glm::dvec2 viewport, double focal, float scale) {
  std::vector<SeenDecal> out;
  for (const auto& f : s.features) {
    if (f.defect < 0 || f.near >= s.near.size()) continue;
    const glm::dvec3 to = f.at - eye, seen = to * axes;
    if (!(seen.z < -0.1) || glm::length(to) > decals_from) continue;
    const auto structure = s.near[f.near].structure;
    const auto& d = s.records->defects(structure)[static_cast<std::size_t>(f.defect)];
    const double size = std::max(std::isfinite(d.length) ? static_cast<double>(d.length) : 0.5, std::isfinite(d.width) ? static_cast<double>(d.width) : 0.0);
    out.push_back({structure, {viewport.x / 2 + seen.x * focal / -seen.z, viewport.y / 2 - seen.y * focal / -seen.z}, static_cast<float>(std::clamp(size / 2 * focal / -seen.z, 6.0 * scale, 80.0 * scale))});
  }
  std::sort(out.begin(), out.end(), [](const SeenDecal& a, const SeenDecal& b) { return a.pixel.y > b.pixel.y; });
  return out;
}

}  // namespace

MarkerShape shape_of(Grade grade) {
  switch (grade) {
    case Grade::I: return MarkerShape::circle;
    case Grade::II: return MarkerShape::square;
    case Grade::III: return MarkerShape::triangle;
    case Grade::IV: return MarkerShape::diamond;
    default: return MarkerShape::hexagon;
  }
}

const char* letter_of(Grade grade) {
  switch (grade) {
    case Grade::I: return "I";
    case Grade::II: return "II";
    case Grade::III: return "III";
    case Grade::IV: return "IV";
    case Grade::exempt: return "–";
    default: return "?";
  }
}

// After the layer's records have changed. Those of a country are sorted on a worker.
void EngineImpl::grow_marks(Layer& layer) {
  layer.structures.marks = {};
  const auto output = layer.output;
  if (!output || output->structures.empty()) return;
  const auto grown = [](const PluginOutput& o) {
    std::vector<double> lons, lats;
    lons.reserve(o.structures.size()), lats.reserve(o.structures.size());
    for (const auto& s : o.structures) lons.push_back(s.lon), lats.push_back(s.lat);
    return std::make_shared<const StructureTree>(lons, lats);
  };
  if (output->structures.size() <= grows_at_once) {
    layer.structures.marks.tree = grown(*output);
    return;
  }
  ++jobs_out_;
  jobs_.submit([this, queue = finished_, output, id = layer.id, grown] {
    queue->push([this, output, id, tree = grown(*output)] {
      --jobs_out_;
      ++revision_;
      if (Layer* l = find_layer(id); l && l->structures.of == output) l->structures.marks.tree = tree;
    });
  });
}

const StructureMarks& EngineImpl::marks_of(const Layer& layer) const {
  StructureMarks& m = layer.structures.marks;
  const auto& structures = layer.output->structures;
  const auto* at = as_of(layer);
  const int year = overdue_year(shown_day());
  const StructureMarks::Key key{m.tree.get(), layer.output.get(), m.shown.get(), year, at ? day_key(at) : -1};
  if (key == m.key || !m.tree) return m;
  m.key = key;
  const auto* r = layer.output->structure_register.get();
  m.ranks.resize(structures.size());
  m.overdue = m.restricted = m.closed = false;
  m.later = at ? at->later() : 0;
  for (std::uint32_t i = 0; i < structures.size(); ++i) {
    const bool late = r && at && i < at->size() && inspection::late(*at, i, year);
    m.ranks[i] = inspection::rank_of(grade_shown(layer, at, i), late);
    if (!r || i >= r->size() || (m.shown && !m.shown->has(i))) continue;
    m.overdue |= late;
    m.restricted |= r->access(i) == inspection::Access::restricted;
    m.closed |= r->access(i) == inspection::Access::closed;
  }
  m.tally = m.tree->tally(m.ranks, m.shown.get());
  m.count = m.tally.count.empty() ? 0 : m.tally.count.front();
  return m;
}

std::shared_ptr<const inspection::Register> EngineImpl::structure_records(std::uint32_t id) const {
  const Layer* l = find_layer(id);
  return l && l->ready() && l->output && l->structures.of == l->output ? l->structures.records : nullptr;
}

void EngineImpl::show_structures(std::uint32_t id, std::shared_ptr<const inspection::Selection> selection) {
  Layer* l = find_layer(id);
  if (!l || l->structures.marks.shown == selection) return;
  if (selection && (!l->structures.records || selection->size() != l->structures.records->size())) return;  // of records that have gone since
  l->structures.marks.shown = std::move(selection);
  ++revision_;
}

void EngineImpl::structure_markers(const Layer& l, glm::uvec2 size, const Watched& watched, std::vector<Marker>& out, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const {
  const StructureMarks& marks = marks_of(l);
  if (!marks.tree) return;
  const auto& output = *l.output;
  const bool ja = options_.language == Language::ja;
  const auto* records = output.structure_register.get();
  const auto* at_day = as_of(l);
  const int year = overdue_year(shown_day());
  const Layer* bridges = find_layer(l.bound_layer);
  if (bridges && !bridges->data.city) bridges = nullptr;

  // The camera once: its trigonometry is most of a projection.
  const glm::dvec2 viewport(size);
  const glm::dvec3 eye = camera_.position();
  const glm::dmat3 axes = camera_.orientation();
  const double tan_half = std::tan(camera_.fov * M_PI / 360), focal = viewport.y / 2 / tan_half;
  double ground = ground_->known(camera_.lon, camera_.lat);
  if (!std::isfinite(ground)) ground = 0;
  const double range = std::max(least_range, heights_seen * (camera_.height - ground));

  StructureTree::View view;
  view.eye = geo::to_ecef({camera_.lon, camera_.lat, std::max(1.0, camera_.height - ground)});
  view.axes = axes;
  view.tan_x = tan_half * (viewport.x + 100) / viewport.y, view.tan_y = tan_half * (viewport.y + 100) / viewport.y;
  view.focal = focal;
  view.range = range;
  view.cell = cell_pixels * options_.ui_scale;
  std::optional<std::uint32_t> apart;  // what is selected
  if (selected_ && selected_->layer == l.id) {
    if (selected_->structure) apart = selected_->structure->structure;
    else if (selected_->feature)
      for (std::uint32_t i = 0; i < output.structures.size() && !apart; ++i)
        if (output.structures[i].feature == *selected_->feature) apart = i;
  }
  const auto decals = decals_seen(l.structures, eye, axes, viewport, focal, options_.ui_scale);
  const auto raise_above = [&](Marker& m, const SeenDecal& d) {
    const float symbol = 20 * options_.ui_scale, highest = m.foot.y - 220 * options_.ui_scale;
    if (std::abs(m.pixel.x - d.pixel.x) > symbol + d.radius || m.pixel.y - symbol > d.pixel.y + d.radius || d.pixel.y > m.foot.y + d.radius) return;
    m.pixel.y = std::max(std::min(m.pixel.y, d.pixel.y - d.radius - symbol), highest);
  };
  const auto stand = [&](std::uint32_t i, std::uint32_t count, std::uint32_t as_bad) {
    const auto& s = output.structures[i];
    double height = s.height.value_or(NAN);
    if (const auto b = bridges ? std::lower_bound(l.bound.begin(), l.bound.end(), std::pair(i, 0u)) : l.bound.end(); b != l.bound.end() && b->first == i) {
      const auto& e = bridges->data.city->features.extent(b->second);
      if (e.has_height()) height = e.max_height;
    }
    if (!std::isfinite(height)) height = ground_->known(s.lon, s.lat);
    if (!std::isfinite(height)) height = 0;
    const glm::dvec3 at = geo::to_ecef({s.lon, s.lat, height}), to = at - eye;
    const double distance = glm::length(to);
    if (distance > range || glm::dot(to, at) > 0) return;  // behind the Earth's edge: the normal of the sphere is near enough
    const glm::dvec3 seen = to * axes;
    if (!(seen.z < 0)) return;
    const glm::dvec2 pixel(viewport.x / 2 + seen.x * focal / -seen.z, viewport.y / 2 - seen.y * focal / -seen.z);
    if (pixel.x < -50 || pixel.y < -50 || pixel.x > viewport.x + 50 || pixel.y > viewport.y + 50) return;
    Marker m;
    m.foot = glm::vec2(pixel);
    const double lift = std::clamp((stem_to - distance) / (stem_to - stem_from), 0.0, 1.0);
    m.pixel = m.foot - glm::vec2(0, static_cast<float>(38 * lift) * options_.ui_scale);
    m.depth = static_cast<float>(distance);
    if (distance < decals_from)
      for (const auto& d : decals)
        if (d.structure == i) raise_above(m, d);
    const Grade grade = grade_shown(l, at_day, i);
    m.shape = shape_of(grade);
    m.letter = letter_of(grade);
    m.colour = grade_colour(grade);
    m.severity = marks.ranks[i];
    m.count = count, m.as_bad = as_bad;
    if (records && i < records->size()) {
      m.hatched = at_day && i < at_day->size() && inspection::late(*at_day, i, year);
      if (records->access(i) == inspection::Access::closed) m.letter += "×";
      if (records->access(i) == inspection::Access::restricted) m.letter += "!";
    }
    if (m.depth < 2500) {
      m.label = ja ? std::string() : local_name(*output.records, s.feature, "name", ja);
      if (m.label.empty()) m.label = s.name;
    }
    if (const auto w = watched.find({l.id, i}); w != watched.end()) m.alarm = w->second.level;
    m.selected = i == apart;
    out.push_back(std::move(m));
    if (ids) ids->emplace_back(l.id, i);
  };
  marks.tree->visit(view, marks.tally, marks.shown.get(), apart, stand);
  // One that a sensor alarms of is seen wherever it stands; it is counted already.
  for (auto w = watched.lower_bound({l.id, 0}); w != watched.end() && w->first.first == l.id; ++w)
    if (w->second.level > 0 && w->first.second < output.structures.size() && w->first.second != apart && (!marks.shown || marks.shown->has(w->first.second))) stand(w->first.second, 0, 0);
}

// What the legend says besides the grades: only of what there is.
void EngineImpl::structure_legend(const Layer& l, Legend& legend) const {
  const auto* records = l.output->structure_register.get();
  const StructureMarks& m = marks_of(l);
  const auto aside = [&](std::string label, std::string letter, bool hatched) {
    LegendClass row{Rgba8{150, 156, 164, 255}, std::move(label), MarkerShape::circle, std::move(letter)};
    row.aside = true;
    row.hatched = hatched;
    legend.classes.push_back(std::move(row));
  };
  if (records && m.overdue) aside(word("inspection.overdue", {{"year", std::to_string(overdue_year(shown_day()))}, {"years", std::to_string(inspection::inspection_interval_years)}}), "", true);
  if (records && m.restricted) aside(word("inspection.restricted"), "!", false);
  if (records && m.closed) aside(word("inspection.closed"), "×", false);
  if (!inspection_year_ && m.later) legend.note = word("inspection.later", {{"n", std::to_string(m.later)}, {"date", day_text(shown_day())}}) + (legend.note.empty() ? "" : "\n" + legend.note);
  if (inspection_year_ && records) legend.note = word("inspection.year_shown", {{"year", std::to_string(*inspection_year_)}}) + (legend.note.empty() ? "" : "\n" + legend.note);
  if (m.shown && m.tree) legend.note = word("inspection.filtered", {{"n", std::to_string(m.count)}, {"all", std::to_string(m.tree->placed())}}) + (legend.note.empty() ? "" : "\n" + legend.note);
}

}  // namespace tenbo::runtime
