// Point layers: how many points of each tile a frame has room for, their colours, and what is said of one that is picked.
#include <algorithm>
#include <cmath>
#include <glm/gtc/matrix_transform.hpp>

#include <fmt/format.h>

#include "engine_impl.h"
#include "hud/words.h"
#include "point_paint.h"

namespace tenbo::runtime {
namespace {

// Points of a frame, at most: what a CPU device draws beside a scene without half as much again, and what a GPU does not notice.
constexpr double most_on_cpu = 150'000, most_on_gpu = 6'000'000;
constexpr double fine = 8;               // times as many where a picture is made that nobody waits for
constexpr double series_size = 5;        // px, of points with a history
constexpr double probe_range = 100;      // m: a place that is meant to be a point's

const char* palette_of(PointValue v) {
  switch (v) {
    case PointValue::velocity: return "insar-velocity";
    case PointValue::displacement: return "insar-displacement";
    case PointValue::coherence: return "coherence";
    case PointValue::height: return "point-height";
    case PointValue::intensity: return "point-intensity";
    case PointValue::point_class: return "point-class";
    case PointValue::colour: break;
  }
  return "";
}

std::string date_of(geo::Instant t) { return geo::format_utc(t).substr(0, 10); }
std::string signed_text(double v) {
  auto text = fmt::format("{:+.1f}", v);
  return text == "-0.0" ? "+0.0" : text;
}

}  // namespace

std::optional<PointValue> EngineImpl::shown_value(const Layer& l) const {
  const auto cloud = l.cloud();
  if (!cloud) return std::nullopt;
  const auto asked = parse_point_value(l.spec.style.attribute);
  return asked && has_value(*cloud, *asked) ? *asked : default_value(*cloud);
}

PointPaint EngineImpl::paint_of(const Layer& l) const {
  const PointValue value = *shown_value(l);
  const Palette* p = l.spec.style.palette.empty() ? nullptr : palette(l.spec.style.palette);
  return {*l.cloud(), l.spec.style, value, p ? p : palette(palette_of(value)), l.point_step};
}

// The date that counts is the last one that is not after the scene's time, and the last of all where it has none.
void EngineImpl::follow_points() {
  bool dated = false;
  for (auto& l : layers_) {
    if (!l->ready() || !l->data.points || !l->data.points->series) continue;
    const auto& dates = l->data.points->series->dates;
    const bool by_date = shown_value(*l) == PointValue::displacement;
    if (l->status.times.empty() == by_date) l->status.times = by_date ? dates : std::vector<geo::Instant>(), dated = true;
    std::optional<std::size_t> step;
    if (by_date) {
      const auto after = time_.now ? std::upper_bound(dates.begin(), dates.end(), *time_.now) : dates.end();
      if (after != dates.begin()) step = static_cast<std::size_t>(after - dates.begin()) - 1;
    }
    if (step == l->point_step) continue;
    l->point_step = step;
    if (renderer_ && l->uploaded) repaint_points(*l);
    ++revision_;
  }
  if (dated) collect_times();
}

void EngineImpl::take_points(Layer& layer) {
  const auto& c = *layer.data.points;
  LayerStatus& s = layer.status;
  s.kind = scene::LayerKind::points;
  s.features = c.in_file;
  s.crs = c.crs.is_valid() ? c.crs.id() : "";
  s.extent = c.extent;
  if (s.source.empty()) s.source = c.source;
  const auto attribute = [&](const char* name, geo::AttributeType type, std::uint64_t count) { s.attributes.push_back({name, type, count}); };
  s.attributes.clear();
  if (c.series) {
    const auto known = [](const std::vector<float>& v) { return static_cast<std::uint64_t>(std::count_if(v.begin(), v.end(), [](float x) { return !std::isnan(x); })); };
    attribute("velocity [mm/year]", geo::AttributeType::real, known(c.series->velocity));
    if (!c.series->coherence.empty()) attribute("coherence", geo::AttributeType::real, known(c.series->coherence));
    if (!c.series->height.empty()) attribute("height [m]", geo::AttributeType::real, known(c.series->height));
    for (std::size_t d = 0; d < c.series->dates.size(); ++d) {
      std::uint64_t measured = 0;
      for (std::size_t i = d; i < c.series->steps.size(); i += c.series->dates.size()) measured += c.series->steps[i] != io::PointSeries::no_step;
      attribute((date_of(c.series->dates[d]) + " [mm]").c_str(), geo::AttributeType::real, measured);
    }
  } else {
    if (c.has_colour) attribute("colour", geo::AttributeType::text, c.size());
    attribute("class", geo::AttributeType::integer, c.size());
    if (c.has_intensity) attribute("intensity", geo::AttributeType::integer, c.size());
    attribute("height [m]", geo::AttributeType::real, c.size());
  }
  const auto& style = layer.spec.style;
  if (!style.attribute.empty() && !parse_point_value(style.attribute))
    s.diagnostics.warn({ErrorCode::invalid_argument, "points are not coloured by \"" + style.attribute + "\"", "", "style.attribute", "say velocity, displacement, coherence, height, intensity, class or colour"});
  if (!style.filter.empty())
    if (const auto f = parse_filter(style.filter); f && (!parse_point_value(f->attribute) || !f->number))
      s.diagnostics.warn({ErrorCode::invalid_argument, "points are not filtered by \"" + style.filter + "\": none is shown", "", "style.filter", "say velocity, coherence, height, intensity or class, as in \"velocity <= -5\""});
  layer.stage_two_started = layer.stage_two_done = false;
  layer.meshed.points.reset();
  if (renderer_) drop_tiles(layer);
}

bool EngineImpl::points_settled(const Layer& l) const {
  return !l.data.points || !renderer_ || l.uploaded >= l.data.points->tiles.size();
}

void EngineImpl::upload_points(Layer& layer, const std::function<bool()>& enough) {
  if (!layer.data.points || points_settled(layer) || (!layer.data.points->has_height && !layer.stage_two_done)) return;
  const auto cloud = layer.cloud();
  const auto paint = paint_of(layer);
  std::vector<Rgba8> colours;
  std::optional<std::vector<std::uint32_t>> shown;
  for (; layer.uploaded < cloud->tiles.size(); ++layer.uploaded) {
    if (enough()) return;
    const auto& t = cloud->tiles[layer.uploaded];
    paint.paint(t, colours, shown);
    auto points = renderer_->create_points(std::span(cloud->places).subspan(t.first, t.count), colours);
    if (!points) { fail(layer, points.error()); return; }
    if (shown)
      if (auto s = renderer_->update_points(*points, colours, shown); !s) { fail(layer, s.error()); return; }
    const auto e = world_.create();
    world_.emplace<LayerTag>(e, LayerTag{layer.id});
    world_.emplace<TileFrame>(e, TileFrame{t.frame, t.min, t.max});
    world_.emplace<PointsTile>(e, PointsTile{*points, static_cast<std::uint32_t>(layer.uploaded), static_cast<std::uint32_t>(shown ? shown->size() : t.count)});
    layer.uploaded_bytes += t.count * 12ull + (shown ? shown->size() * 4 : 0);
  }
}

void EngineImpl::repaint_points(Layer& layer) {
  const auto cloud = layer.cloud();
  const auto paint = paint_of(layer);
  std::vector<Rgba8> colours;
  std::optional<std::vector<std::uint32_t>> shown;
  world_.view<LayerTag, PointsTile>().each([&](scene::Entity, LayerTag& tag, PointsTile& tile) {
    if (tag.layer != layer.id || tile.tile >= cloud->tiles.size()) return;
    const auto& t = cloud->tiles[tile.tile];
    paint.paint(t, colours, shown);
    if (auto s = renderer_->update_points(tile.points, colours, shown); !s) fail(layer, s.error());
    tile.shown = static_cast<std::uint32_t>(shown ? shown->size() : t.count);
  });
}

// Of each tile as many points as its part of the picture has room for; all of it less where a frame would have too many.
void EngineImpl::extract_points(render::FrameView& v) {
  v.points.clear();
  points_drawn_.clear();
  const bool software = !renderer_ || renderer_->quality() == render::Quality::software;
  const double focal = v.size.y / (2 * std::tan(static_cast<double>(v.fov_y) / 2));
  const glm::dvec2 middle = glm::dvec2(v.size) / 2.0;
  struct Room { double wanted, area; bool grows; };
  std::vector<Room> rooms;
  double all = 0;
  world_.view<LayerTag, TileFrame, PointsTile>().each([&](scene::Entity, LayerTag& tag, TileFrame& tile, PointsTile& t) {
    const Layer* l = find_layer(tag.layer);
    if (!l || !l->ready() || !l->spec.visible || t.shown == 0) return;
    const glm::vec3 size = glm::max(tile.max - tile.min, glm::vec3(1e-6f));
    const glm::mat4 model = glm::scale(glm::translate(model_matrix(tile.frame), tile.min), size);
    glm::dvec2 low(INFINITY), high(-INFINITY);
    bool before = false;
    for (int i = 0; i < 8; ++i) {
      const glm::vec3 eye = v.view * (model * glm::vec4(i & 1, i >> 1 & 1, i >> 2 & 1, 1));
      before |= -eye.z > v.near_plane;
      const double depth = std::max<double>(-eye.z, v.near_plane);
      const glm::dvec2 at = middle + glm::dvec2(eye.x, -eye.y) * (focal / depth);
      low = glm::min(low, at);
      high = glm::max(high, at);
    }
    if (!before || high.x < 0 || high.y < 0 || low.x > v.size.x || low.y > v.size.y) return;
    const bool series = l->data.points->series != nullptr;
    const double own = l->spec.style.point_size, px = (own > 0 ? own : series ? series_size : 3) * options_.ui_scale;
    const double apart = fine_points_ ? std::max(1.0, px / 3) : software ? px * 0.9 : std::max(1.0, px / 2);
    const double area = std::min(1e9, (high.x - low.x + px) * (high.y - low.y + px));  // points in a row have room, too
    const double wanted = std::clamp(area / (apart * apart), 1.0, static_cast<double>(t.shown));
    render::PointDraw d;
    d.points = t.points;
    d.model = model;
    d.size = static_cast<float>(px);
    d.round = series || own > 0;
    d.opacity = static_cast<float>(l->spec.opacity);
    d.layer = tag.layer;
    d.part = t.tile;
    v.points.push_back(d);
    rooms.push_back({wanted, area, !series && own <= 0});
    all += wanted;
  });
  const double most = (software ? most_on_cpu : most_on_gpu) * (fine_points_ ? fine : 1);
  const double share = all > most ? most / all : 1;
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    auto& d = v.points[i];
    d.count = static_cast<std::uint32_t>(std::max(1.0, rooms[i].wanted * share));
    // Where a surface was surveyed its points grow until they touch.
    if (rooms[i].grows) d.size = static_cast<float>(std::clamp(1.3 * std::sqrt(rooms[i].area / d.count), 1.5, 10.0 * options_.ui_scale));
    points_drawn_[d.layer] += d.count;
  }
}

// --- asking

std::string EngineImpl::point_class_name(int code) const {
  const Palette* p = palette("point-class");
  const bool ja = options_.language == Language::ja;
  if (p)
    for (const auto& s : p->stops) if (s.from == code) return fmt::format("{} {}", code, s.label.in(ja));
  return std::to_string(code);
}

Picked EngineImpl::picked_point(const Layer& l, std::uint32_t tile, std::uint32_t index) const {
  Picked p;
  p.layer = l.id;
  p.layer_name = l.status.name;
  const auto cloud = l.cloud();
  if (!cloud || tile >= cloud->tiles.size() || index >= cloud->tiles[tile].count) return p;
  const auto& t = cloud->tiles[tile];
  const std::uint32_t at = t.first + index, row = cloud->rows[at];
  p.position = cloud->place(t, index);
  p.feature = row;
  p.feature_id = cloud->series && !cloud->series->id(row).empty() ? std::string(cloud->series->id(row)) : std::to_string(std::uint64_t{row} + 1);
  auto text = std::make_shared<std::vector<std::string>>();
  std::vector<std::pair<std::string, std::string>> said;
  const auto number = [&](std::string name, double v) { p.attributes.emplace_back(std::move(name), std::isnan(v) ? geo::AttributeValue{} : geo::AttributeValue{v}); };
  if (const auto& s = cloud->series) {
    number("velocity [mm/year]", point_value(*cloud, t, at, PointValue::velocity));
    if (!s->coherence.empty()) number("coherence", point_value(*cloud, t, at, PointValue::coherence));
    if (!s->height.empty()) number("height [m]", static_cast<double>(s->height[row]));
    for (std::size_t d = 0; d < s->dates.size(); ++d) number(date_of(s->dates[d]) + " [mm]", std::round(static_cast<double>(s->displacement(row, d)) * 100) / 100);
    said = {{"reference", s->reference}, {"orbit", s->orbit}, {"line of sight", s->line_of_sight}};
  } else {
    number("height [m]", point_value(*cloud, t, at, PointValue::height));
    if (cloud->has_intensity) p.attributes.emplace_back("intensity", std::int64_t{cloud->places[at][3]});
    const auto& look = cloud->looks[at];
    said.emplace_back("class", point_class_name(look.a));
    if (cloud->has_colour) said.emplace_back("colour", fmt::format("#{:02x}{:02x}{:02x}", look.r, look.g, look.b));
  }
  said.emplace_back("source", l.status.source);
  text->reserve(said.size());  // no reallocation: the views stay true
  for (auto& [name, value] : said)
    if (!value.empty()) p.attributes.emplace_back(name, std::string_view(text->emplace_back(std::move(value))));
  p.attribute_text = std::move(text);
  return p;
}

const Layer* EngineImpl::selected_point_layer() const {
  const Layer* l = selected_ && selected_->feature ? find_layer(selected_->layer) : nullptr;
  return l && l->ready() && l->data.points && (!l->data.points->series || *selected_->feature < l->data.points->series->size()) ? l : nullptr;
}

std::string EngineImpl::velocity_text(double v) const { return std::isnan(v) ? word("point.unknown") : word("point.velocity", {{"value", signed_text(v)}}); }

void EngineImpl::point_markers(glm::uvec2 size, std::vector<Marker>& out, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const {
  const Layer* l = selected_point_layer();
  if (!l || !l->spec.visible) return;
  const auto pixel = camera_.project(geo::to_ecef(selected_->position), glm::dvec2(size));
  if (!pixel) return;
  Marker m;
  m.foot = m.pixel = glm::vec2(*pixel);
  m.depth = 0;
  m.selected = true;
  m.group = l->id;
  m.colour = {120, 128, 136, 255};
  if (const auto& s = l->data.points->series) {
    const double v = static_cast<double>(s->velocity[*selected_->feature]);
    if (const Palette* p = palette("insar-velocity")) m.colour = std::isnan(v) ? p->unknown : p->colour_of(v);
    m.label = velocity_text(v);
  }
  out.push_back(std::move(m));
  if (ids) ids->emplace_back(l->id, *selected_->feature);
}

std::optional<SensorCard> EngineImpl::point_card() const {
  const Layer* l = selected_point_layer();
  if (!l || !l->data.points->series) return std::nullopt;
  const auto& s = *l->data.points->series;
  const std::uint32_t row = *selected_->feature;
  SensorCard card;
  card.tall = true;
  const auto& title = l->spec.title.in(options_.language == Language::ja);
  card.title = (title.empty() ? l->status.name : title) + "  " + selected_->feature_id;
  const double v = static_cast<double>(s.velocity[row]);
  card.value = velocity_text(v);
  const Palette* p = palette("insar-velocity");
  card.mark.colour = !p ? Rgba8{120, 128, 136, 255} : std::isnan(v) ? p->unknown : p->colour_of(v);
  std::optional<std::size_t> last;
  for (std::size_t d = 0; d < s.dates.size(); ++d) {
    const double span = std::max<double>(1, static_cast<double>(s.dates.back().ms - s.dates.front().ms));
    const double mm = static_cast<double>(s.displacement(row, d));
    card.line.emplace_back(static_cast<double>(s.dates[d].ms - s.dates.front().ms) / span, mm);
    if (!std::isnan(mm)) last = d;
  }
  if (last) card.state = word("point.latest", {{"value", signed_text(static_cast<double>(s.displacement(row, *last)))}, {"date", date_of(s.dates[*last])}});
  if (!s.dates.empty()) {
    card.from = date_of(s.dates.front());
    card.to = date_of(s.dates.back());
    card.levels.push_back({0, {150, 158, 166, 255}, "0 mm"});
  }
  card.details.push_back(word("point.line_of_sight", {{"how", s.line_of_sight.empty() ? word("point.not_said") : s.line_of_sight}}));
  if (!s.orbit.empty()) card.details.push_back(word("point.orbit", {{"orbit", s.orbit}}));
  card.details.push_back(word("point.reference", {{"reference", s.reference.empty() ? word("point.not_said") : s.reference}}));
  if (!s.coherence.empty()) {
    const float c = s.coherence[row];
    card.details.push_back(word("point.coherence", {{"value", std::isnan(c) ? word("point.unknown") : fmt::format("{:.2f}", c)}}));
  }
  if (const auto source = source_shown(*l, l->status.source); !source.empty()) card.details.push_back(word("hud.source_is", {{"source", source}}));
  return card;
}

Legend EngineImpl::point_legend(const Layer& l, const std::string& source) const {
  const bool ja = options_.language == Language::ja;
  const auto& c = *l.data.points;
  const PointValue value = *shown_value(l);
  const auto paint = paint_of(l);
  Legend legend;
  if (!l.spec.style.classes.empty()) {
    for (const auto& k : l.spec.style.classes) {
      std::string label = k.label.in(ja);
      if (label.empty()) label = k.from ? fmt::format("≥ {:g}", *k.from) : k.value;
      legend.classes.push_back({k.colour, label, {}, {}});
    }
  } else if (paint.palette() && value != PointValue::colour) {
    legend = to_legend(*paint.palette(), options_.language, {}, {}, value == PointValue::velocity || value == PointValue::displacement || value == PointValue::coherence);
    if (value == PointValue::point_class) {
      legend.classes.clear();
      for (const auto& s : paint.palette()->stops)
        if (const auto code = static_cast<std::size_t>(s.from); code < 256 && c.classes[code] > 0) legend.classes.push_back({s.colour, point_class_name(static_cast<int>(code)), {}, {}});
      legend.top_down = true;
    }
  }
  const auto& own = l.spec.title.in(ja);
  const std::string name = own.empty() ? l.status.name : own;
  legend.title = legend.title.empty() || !own.empty() ? name : legend.title;
  legend.source = source;
  if (c.series && !c.series->dates.empty())
    legend.time = word("point.period", {{"from", date_of(c.series->dates.front())}, {"to", date_of(c.series->dates.back())}, {"count", std::to_string(c.series->dates.size())}});
  if (value == PointValue::displacement) {
    legend.time = l.point_step ? word("point.displacement_at", {{"date", date_of(c.series->dates[*l.point_step])}}) : word("point.before_first", {{"date", date_of(c.series->dates.front())}});
    legend.note += (legend.note.empty() ? "" : "\n") + word("point.reference", {{"reference", c.series->reference.empty() ? word("point.not_said") : c.series->reference}});
  }
  if (const auto drawn = points_drawn_.find(l.id); drawn != points_drawn_.end() && drawn->second < c.size())
    legend.note += (legend.note.empty() ? "" : "\n") + word("point.thinned", {{"all", std::to_string(c.size())}});
  if (!l.spec.style.filter.empty()) legend.note += (legend.note.empty() ? "" : "\n") + word("point.filtered", {{"filter", l.spec.style.filter}});
  return legend;
}

void EngineImpl::probe_points(const Layer& l, double lon, double lat, ProbeLayer& out) const {
  const auto cloud = l.cloud();
  const double east = 111'320 * std::cos(lat * M_PI / 180), north = 111'195;
  double least = probe_range;
  std::optional<std::pair<const io::PointTile*, std::uint32_t>> nearest;
  for (const auto& t : cloud->tiles) {
    const auto here = t.frame.to_local(geo::to_ecef({lon, lat, t.frame.anchor.height}));
    if (here.x < t.min.x - probe_range || here.y < t.min.y - probe_range || here.x > t.max.x + probe_range || here.y > t.max.y + probe_range) continue;
    for (std::uint32_t i = 0; i < t.count; ++i) {
      const auto p = cloud->place(t, i);
      if (const double d = std::hypot((p.lon - lon) * east, (p.lat - lat) * north); d < least) least = d, nearest = {&t, i};
    }
  }
  if (!nearest) { out.note = "outside"; return; }
  const auto& [tile, index] = *nearest;
  const std::uint32_t at = tile->first + index, row = cloud->rows[at];
  const bool dated = shown_value(l) == PointValue::displacement;
  const PointValue value = dated ? PointValue::displacement : cloud->series ? PointValue::velocity : PointValue::height;
  const double v = point_value(*cloud, *tile, at, value, l.point_step);
  out.unit = dated ? "mm" : cloud->series ? "mm/year" : "m";
  if (!std::isnan(v)) out.value = v;
  if (cloud->series) {
    if (const Palette* p = palette(palette_of(value)); p && !std::isnan(v))
      if (const auto* stop = p->class_of(v)) out.value_class = stop->label.in(options_.language == Language::ja);
    if (dated && l.point_step) out.valid_time = cloud->series->dates[*l.point_step];
    else if (!dated && !cloud->series->dates.empty()) out.valid_time = cloud->series->dates.back();
    out.note = std::string(cloud->series->id(row)) + (std::isnan(v) ? ": unknown" : "");
  } else {
    out.value_class = point_class_name(cloud->looks[at].a);
  }
}

}  // namespace tenbo::runtime
