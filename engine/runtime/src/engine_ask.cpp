// Questions: what is under this pixel, what stands at this place, where is this name.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine_impl.h"
#include "tenbo/base/text.h"
#include "tenbo/runtime/bilingual.h"

namespace tenbo::runtime {

std::optional<double> EngineImpl::ground_height(double lon, double lat) const {
  const double h = options_.graphics ? ground_->known(lon, lat) : ground_->sample(lon, lat);
  return std::isfinite(h) ? std::optional(h) : std::nullopt;
}

geo::GeoPoint EngineImpl::from_view_frame(glm::vec3 position) const {
  return geo::from_ecef(camera_.position() + anchor_.axes * glm::dvec3(position));
}

Picked EngineImpl::picked_feature(const Layer& layer, std::uint32_t feature, const geo::GeoPoint& at) const {
  return picked_feature(layer, layer.table_of_features(), feature, at);
}

Picked EngineImpl::picked_feature(const Layer& layer, const geo::FeatureTable* table, std::uint32_t feature, const geo::GeoPoint& at) const {
  Picked p;
  p.layer = layer.id;
  p.layer_name = layer.status.name;
  p.position = at;
  if (!table || feature >= table->size()) return p;
  p.feature = feature;
  p.feature_id = std::string(table->id(feature));
  // names and text are copied, so that what was picked outlives a reload of its layer
  const auto add = [&](const geo::FeatureTable& t, std::uint32_t row) {
    for (auto& [name, value] : t.attributes(row)) p.attributes.emplace_back(std::string(name), value);
  };
  add(*table, feature);
  // a 3D bridge with an inspection record shows the record too
  for (const auto& l : layers_) {
    if (!l->output || l->bound_layer != layer.id) continue;
    for (const auto& [structure, bound] : l->bound)
      if (bound == feature || (layer.data.city && table == &layer.data.city->features && is_within(*layer.data.city, feature, bound))) add(*l->output->records, l->output->structures[structure].feature);
  }
  // of a bridge or tunnel the part of it that lies there
  const auto* city = layer.data.city.get();
  if (const auto element = city && table == &city->features ? element_at_place(layer.surfaces, feature, at) : io::no_element; city && element < city->elements.size()) {
    const auto& e = city->elements[element];
    for (const auto& [name, word] : {std::pair("part/type", &e.type), {"part/gml:id", &e.id}, {"part/name", &e.name}, {"part/function", &e.role}})
      if (!word->empty()) p.attributes.emplace_back(name, std::string_view(*word));
  }
  auto text = std::make_shared<std::vector<std::string>>();
  text->reserve(p.attributes.size());  // no reallocation: the views stay true
  for (auto& [name, value] : p.attributes)
    if (auto* view = std::get_if<std::string_view>(&value)) value = std::string_view(text->emplace_back(*view));
  p.attribute_text = std::move(text);
  return p;
}

std::optional<Picked> EngineImpl::pick(glm::uvec2 size, glm::uvec2 pixel) {
  if (!renderer_) return std::nullopt;
  last_size_ = size;
  // markers stand above everything
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ids;
  const auto all = markers(size, &ids);
  const glm::vec2 at(static_cast<float>(pixel.x) + 0.5f, static_cast<float>(pixel.y) + 0.5f);
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto d = all[i].pixel - at;
    const float radius = 16.f * options_.ui_scale;
    if (d.x * d.x + d.y * d.y > radius * radius) continue;
    if (!best || all[i].depth < all[*best].depth) best = i;
  }
  if (best) {
    const Layer* l = find_layer(ids[*best].first);
    if (l && l->output && l->output->shapes) {
      const auto& shapes = *l->output->shapes;
      const auto& s = shapes.shapes[ids[*best].second];
      const auto& p = shapes.points[shapes.rings[s.first_ring].first];
      const double ground = ground_->known(p.lon, p.lat);
      return picked_feature(*l, s.row, {p.lon, p.lat, s.height.value_or(std::isfinite(ground) ? ground : 0)});
    }
    if (l && l->output && l->output->sensors) return picked_sensor(*l, ids[*best].second);
    if (l && l->output && (ids[*best].second & defect_marker)) {
      const auto i = ids[*best].second & ~defect_marker;
      return picked_structure(*l, i, geo::from_ecef(l->structures.features[i].at));
    }
    if (l && l->output) {
      const auto& s = l->output->structures[ids[*best].second];
      const double ground = ground_->known(s.lon, s.lat);
      return picked_feature(*l, s.feature, {s.lon, s.lat, s.height.value_or(std::isfinite(ground) ? ground : 0)});
    }
    if (l && l->data.points) return selected_;
    if (l) {
      const auto& a = l->meshed.vectors->anchors[ids[*best].second];
      return picked_feature(*l, a.feature, a.position);
    }
  }
  auto hit = renderer_->pick(extract(size), pixel);
  if (!hit) { log_.error(hit.error().text()); return std::nullopt; }
  if (!hit->hit) return std::nullopt;
  const auto position = from_view_frame(hit->position);
  const Layer* layer = find_layer(hit->layer);
  if (!layer) return std::nullopt;
  if (layer->data.points) return picked_point(*layer, hit->part, hit->feature);
  if (layer->output && layer->output->shapes) {  // features are shapes there, not records
    const auto& shapes = layer->output->shapes->shapes;
    return hit->feature < shapes.size() ? picked_feature(*layer, shapes[hit->feature].row, position) : picked_feature(*layer, nullptr, 0, position);
  }
  if (layer->output && !layer->structures.features.empty()) return picked_structure(*layer, hit->feature, position);
  if (const auto* tile = layer->stream ? layer->stream->tile(hit->part) : nullptr)
    return picked_feature(*layer, &tile->city->features, hit->feature, position);
  Picked picked = picked_feature(*layer, hit->feature, position);
  if (layer->data.city) picked.structure = structure_on(*layer, hit->feature, position);
  return picked;
}

void EngineImpl::select(std::optional<Picked> picked) {
  const auto old = selected_ ? selected_->layer : 0;
  selected_ = std::move(picked);
  if (!renderer_) return;
  for (auto& l : layers_) if (!l->structures.features.empty()) paint_structures(*l);
  for (std::uint32_t id : {old, selected_ ? selected_->layer : 0})
    if (Layer* l = find_layer(id); l && (l->stream || !l->looks.styles.empty())) send_styles(*l);
}

Probe EngineImpl::probe(double lon, double lat) const {
  Probe out;
  out.ground_height = ground_height(lon, lat);
  const bool ja = options_.language == Language::ja;
  for (const auto& l : layers_) {
    if (!l->ready()) continue;
    ProbeLayer p;
    p.layer = l->status.name;
    p.source = l->status.source;
    p.issue_time = l->status.issue_time;
    if (l->output && l->output->shapes) {
      const auto& shapes = *l->output->shapes;
      bool any = false;
      for (const auto& s : shapes.shapes) {
        if (!s.shown_at(time_.now) || !area_contains(shapes, s, lon, lat)) continue;
        const auto& c = shapes.classes[s.shape_class];
        any = true;
        p.value_class = c.label.ja.empty() || (!ja && !c.label.en.empty()) ? c.label.en : c.label.ja;
        p.note = s.label.empty() ? std::string(l->output->records->id(s.row)) : in_language(s.label, ja);
        p.valid_time = s.from;
        out.layers.push_back(p);
      }
      if (any) continue;
      p.note = "outside";
      out.layers.push_back(std::move(p));
    } else if (l->field.field) {
      const auto& info = l->field.field->info();
      p.unit = info.unit;
      if (const auto f = forecast_status(*l)) {
        p.member = f->show.member;
        p.members = std::max<std::size_t>(1, f->members.size());
      }
      const auto step = l->field.step_at(time_.now);
      if (!step) { p.note = word("time.before_first"); out.layers.push_back(std::move(p)); continue; }
      if (!info.valid_times.empty()) p.valid_time = info.valid_times[*step];
      if (!l->field.field->cell_at(lon, lat)) { p.note = "outside"; out.layers.push_back(std::move(p)); continue; }
      if (auto v = l->field.field->value(*step, lon, lat); !v) p.note = v.error().text();
      else if (std::isnan(*v)) p.note = info.nodata_is_dry ? "dry" : "nodata";
      else {
        p.value = static_cast<double>(*v);
        if (const auto* stop = l->field.class_of(*v)) p.value_class = stop->label.in(ja);
      }
      out.layers.push_back(std::move(p));
    } else if (l->output && l->output->sensors) {
      probe_sensors(*l, lon, lat, p);
      out.layers.push_back(std::move(p));
    } else if (l->data.points) {
      probe_points(*l, lon, lat, p);
      out.layers.push_back(std::move(p));
    } else if (l->data.elevation) {
      const double h = l->data.elevation->cell(lon, lat);  // as the file has it; the ground between pixels is ground_height
      p.unit = "m";
      if (std::isfinite(h)) p.value = h;
      else p.note = l->data.elevation->extent().contains(lon, lat) ? "nodata" : "outside";
      out.layers.push_back(std::move(p));
    }
  }
  return out;
}

scene::Camera EngineImpl::camera_towards(const geo::Extent& extent, const geo::GeoPoint& fallback) const {
  geo::GeoPoint target = fallback;
  double range = 400;
  if (!extent.empty()) {
    target = extent.centre();
    const double span = std::max((extent.east - extent.west) * 111320.0 * std::cos(target.lat * M_PI / 180), (extent.north - extent.south) * 110540.0);
    range = std::max(250.0, span * 2.2);
  }
  if (extent.empty() || !extent.has_height()) {
    const double ground = ground_->known(target.lon, target.lat);
    if (std::isfinite(ground)) target.height = ground;
  }
  return scene::look_at(target, range, camera_.heading, -35, camera_.fov);
}

namespace {

// JIS X 0410 grid square codes of 4, 6, 8, 9 and 10 digits to their box.
std::optional<geo::Extent> mesh_box(const std::string& code) {
  if (code.size() != 4 && code.size() != 6 && code.size() != 8 && code.size() != 9 && code.size() != 10) return std::nullopt;
  if (!std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const auto digit = [&](std::size_t i) { return code[i] - '0'; };
  double lat = (digit(0) * 10 + digit(1)) / 1.5, lon = 100 + digit(2) * 10 + digit(3);
  double dlat = 1 / 1.5, dlon = 1;
  if (code.size() >= 6) {
    if (digit(4) > 7 || digit(5) > 7) return std::nullopt;
    dlat /= 8; dlon /= 8;
    lat += digit(4) * dlat; lon += digit(5) * dlon;
  }
  if (code.size() >= 8) {
    dlat /= 10; dlon /= 10;
    lat += digit(6) * dlat; lon += digit(7) * dlon;
  }
  for (std::size_t i = 8; i < code.size(); ++i) {
    if (digit(i) < 1 || digit(i) > 4) return std::nullopt;
    dlat /= 2; dlon /= 2;
    lat += (digit(i) > 2) * dlat; lon += (digit(i) % 2 == 0) * dlon;
  }
  if (lat < 20 || lat > 46 || lon < 122 || lon > 154) return std::nullopt;  // Japan
  geo::Extent e;
  e.add(lon, lat);
  e.add(lon + dlon, lat + dlat);
  return e;
}

// "35.68, 139.76" (latitude first, as people write it) or "139.76 35.68" where only one order is on Earth.
std::optional<geo::GeoPoint> coordinates(const std::string& text) {
  double v[2];
  const char* p = text.data();
  const char* end = p + text.size();
  for (double& x : v) {
    while (p < end && (*p == ' ' || *p == ',' || *p == '\t')) ++p;
    const auto [next, ec] = std::from_chars(p, end, x);
    if (ec != std::errc{} || !std::isfinite(x)) return std::nullopt;
    p = next;
  }
  while (p < end && *p == ' ') ++p;
  if (p != end) return std::nullopt;
  if (std::abs(v[0]) <= 90 && std::abs(v[1]) <= 180) return geo::GeoPoint{v[1], v[0], 0};
  if (std::abs(v[1]) <= 90 && std::abs(v[0]) <= 180) return geo::GeoPoint{v[0], v[1], 0};
  return std::nullopt;
}

}  // namespace

std::vector<Found> EngineImpl::find(const std::string& text, std::size_t most) const {
  std::vector<Found> out;
  if (text.empty()) return out;
  if (const auto p = coordinates(text)) {
    Found f;
    f.text = text;
    f.camera = camera_towards({}, *p);
    out.push_back(std::move(f));
  }
  if (const auto box = mesh_box(text)) {
    Found f;
    f.text = text;
    f.detail = "JIS X 0410";
    f.camera = camera_towards(*box, {});
    out.push_back(std::move(f));
  }
  const auto wanted = lower_case(text);
  // best first: the whole value, then its beginning, then anywhere in it
  std::vector<std::pair<int, Found>> hits;
  std::set<std::string_view> streamed;  // ids: a feature stands in several levels
  const auto look_through = [&](const Layer* l, const geo::FeatureTable* table) {
    for (std::uint32_t i = 0; i < table->size() && hits.size() < most * 8; ++i) {
      if (l->stream && !streamed.insert(table->id(i)).second) continue;
      const auto consider = [&](std::string_view name, std::string_view value) {
        const auto at = lower_case(value).find(wanted);
        if (at == std::string::npos) return false;
        Found f;
        f.text = std::string(value);
        f.detail = l->status.name + (name.empty() ? "" : " · " + std::string(name));
        f.layer = l->id;
        f.feature = i;
        auto extent = table->extent(i);
        if (extent.empty() && l->output)
          for (const auto& s : l->output->structures) if (s.feature == i) extent.add(s.lon, s.lat);
        if (extent.empty() && l->output && l->output->shapes) extent = extent_of_row(*l->output->shapes, i);
        f.camera = camera_towards(extent, {});
        hits.emplace_back(value.size() == text.size() ? 0 : at == 0 ? 1 : 2, std::move(f));
        return true;
      };
      if (consider("", table->id(i))) continue;
      for (const auto& [name, value] : table->attributes(i))
        if (const auto* s = std::get_if<std::string_view>(&value); s && consider(name, *s)) break;
    }
  };
  for (const auto& l : layers_) {
    if (!l->ready()) continue;
    streamed.clear();
    if (const auto* table = l->table_of_features()) look_through(l.get(), table);
    if (l->stream)  // what is loaded of it
      for (const auto& [index, t] : l->stream->loaded()) look_through(l.get(), &t.city->features);
  }
  std::stable_sort(hits.begin(), hits.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [rank, f] : hits) {
    if (out.size() >= most) break;
    out.push_back(std::move(f));
  }
  return out;
}

std::vector<std::string> EngineImpl::attribute_values(std::uint32_t id, const std::string& attribute, std::size_t most) const {
  std::vector<std::string> out;
  const Layer* l = find_layer(id);
  if (!l || most == 0) return out;
  std::vector<const geo::FeatureTable*> tables;
  if (const auto* table = l->table_of_features()) tables.push_back(table);
  if (l->stream)
    for (const auto& [index, t] : l->stream->loaded()) tables.push_back(&t.city->features);
  std::uint32_t rows = 0;
  for (const auto* table : tables) rows += table->size();
  const auto stride = std::max<std::uint32_t>(1, rows / static_cast<std::uint32_t>(most));
  for (const auto* table : tables)
    for (std::uint32_t i = 0; i < table->size() && out.size() < most; i += stride)
      if (auto text = geo::to_text(table->value(i, attribute)); !text.empty()) out.push_back(std::move(text));
  return out;
}

std::string EngineImpl::vertical_datum() const {
  std::string out;
  switch (heights_.scene) {
    case geo::VerticalKind::orthometric: out = word("datum.orthometric"); break;
    case geo::VerticalKind::ellipsoidal: out = word("datum.ellipsoidal"); break;
    case geo::VerticalKind::unknown: out = word("datum.unknown"); break;
  }
  if (heights_.geoid) out += " · " + heights_.geoid->name();
  else if (!datum_name_.empty() && heights_.scene != geo::VerticalKind::ellipsoidal) out += " · " + datum_name_;
  return out;
}

}  // namespace tenbo::runtime
