// What the glass says about the scene's state.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine_impl.h"

namespace tenbo::runtime {
namespace {

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
// A name in the language of the glass: NAME_en or NAME:en where the data has it, else NAME.
std::string local_name(const geo::FeatureTable& table, std::uint32_t feature, const std::string& attribute, bool ja) {
  for (const char* suffix : {ja ? "_ja" : "_en", ja ? ":ja" : ":en"})
    if (auto text = geo::to_text(table.value(feature, attribute + suffix)); !text.empty()) return text;
  return geo::to_text(table.value(feature, attribute));
}

// Sources and attributions of bilingual data read "日本語 / English": the half in the language of the glass. Anything else
// is shown whole.
std::string local_half(const std::string& text, bool ja) {
  const auto at = text.find(" / ");
  if (at == std::string::npos || text.find(" / ", at + 3) != std::string::npos) return text;
  const auto left = text.substr(0, at), right = text.substr(at + 3);
  const auto ascii = [](const std::string& s) { return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }); };
  if (ascii(left) || !ascii(right)) return text;
  return ja ? left : right;
}

constexpr double marker_range = 25'000;  // m: farther away markers are noise
constexpr double label_range = 12'000;   // m

}  // namespace

std::string EngineImpl::time_text(geo::Instant t) const {
  auto text = geo::format_offset(t, geo::jst_offset_minutes);  // 2026-11-21T09:00:00+09:00
  if (text.size() >= 16) text[10] = ' ';
  return text.substr(0, 16) + " JST";
}

std::string EngineImpl::time_note() const {
  const bool ja = options_.language == Language::ja;
  for (const auto& l : layers_) {
    if (!l->ready() || !l->spec.visible || !l->field.field || l->status.times.empty()) continue;
    const auto step = l->field.step_at(time_.now);
    std::string note;
    if (!step) return ja ? "予報の最初の時刻より前" : "before the first step of the forecast";
    note = fmt::format(fmt::runtime(ja ? "予報 {} / {}" : "step {} of {}"), *step + 1, l->status.times.size());
    if (l->status.issue_time) {
      const double hours = static_cast<double>(l->status.times[*step].ms - l->status.issue_time->ms) / 3600e3;
      note = fmt::format(fmt::runtime(ja ? "発表 {} · 予報 {:+.1f} 時間" : "issued {} · forecast {:+.1f} h"), time_text(*l->status.issue_time), hours);
    }
    return note;
  }
  return {};
}

std::vector<Legend> EngineImpl::legends() const {
  const bool ja = options_.language == Language::ja;
  std::vector<Legend> out;
  for (const auto& l : layers_) {
    if (!l->ready() || !l->spec.visible) continue;
    if (l->field.field && l->field.palette) {
      const auto& info = l->field.field->info();
      std::string time;
      if (const auto step = l->field.step_at(time_.now); step && !l->status.times.empty()) time = time_text(l->status.times[*step]);
      Legend legend = to_legend(*l->field.palette, options_.language, local_half(l->status.source, ja), time, !info.nodata_is_dry);
      const auto& title = l->spec.title.in(ja);
      if (!title.empty()) legend.title = title;
      if (!info.unit.empty()) legend.unit = info.unit;
      out.push_back(std::move(legend));
    } else if (l->output && l->output->records) {
      const auto* p = palette("inspection-grade");
      if (!p) continue;
      Legend legend = to_legend(*p, options_.language, local_half(l->status.source, ja), "", false);
      const auto& title = l->spec.title.in(ja);
      if (!title.empty()) legend.title = title;
      out.push_back(std::move(legend));
    } else if (!l->spec.style.classes.empty()) {
      Legend legend;
      legend.title = l->spec.title.in(ja).empty() ? l->status.name : l->spec.title.in(ja);
      legend.title += " · " + l->spec.style.attribute;
      for (const auto& c : l->spec.style.classes) {
        std::string label = c.label.in(ja);
        if (label.empty()) label = c.from ? fmt::format("≥ {:g}", *c.from) : c.value;
        legend.classes.push_back({c.colour, label, {}, {}});
      }
      out.push_back(std::move(legend));
    } else if (!l->spec.style.attribute.empty() && !l->spec.style.palette.empty()) {
      if (const auto* p = palette(l->spec.style.palette)) out.push_back(to_legend(*p, options_.language, local_half(l->status.source, ja), "", false));
    }
  }
  return out;
}

std::vector<Marker> EngineImpl::markers(glm::uvec2 size, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const {
  std::vector<Marker> out;
  const glm::dvec2 viewport(size);
  const auto eye = camera_.position();
  const bool ja = options_.language == Language::ja;
  const auto stand = [&](const geo::GeoPoint& foot, double range, Marker& m) {
    const auto at = geo::to_ecef(foot);
    const double distance = glm::length(at - eye);
    if (distance > range) return false;
    const auto pixel = camera_.project(at, viewport);
    if (!pixel || pixel->x < -50 || pixel->y < -50 || pixel->x > viewport.x + 50 || pixel->y > viewport.y + 50) return false;
    m.foot = glm::vec2(*pixel);
    m.pixel = m.foot - glm::vec2(0, 38.f * options_.ui_scale);
    m.depth = static_cast<float>(distance);
    return true;
  };
  for (const auto& l : layers_) {
    if (!l->ready() || !l->spec.visible) continue;
    if (l->output && !l->output->structures.empty()) {
      const Layer* bridges = find_layer(l->bound_layer);
      std::map<std::uint32_t, std::uint32_t> bound;
      if (bridges && bridges->data.city) bound.insert(l->bound.begin(), l->bound.end());
      for (std::uint32_t i = 0; i < l->output->structures.size(); ++i) {
        const auto& s = l->output->structures[i];
        double height = s.height.value_or(NAN);
        if (const auto b = bound.find(i); b != bound.end()) {
          const auto& e = bridges->data.city->features.extent(b->second);
          if (e.has_height()) height = e.max_height;
        }
        if (!std::isfinite(height)) height = ground_->sample(s.lon, s.lat);
        if (!std::isfinite(height)) height = 0;
        Marker m;
        if (!stand({s.lon, s.lat, height}, marker_range, m)) continue;
        m.shape = shape_of(s.grade);
        m.letter = letter_of(s.grade);
        m.colour = grade_colour(s.grade);
        if (m.depth < 2500) {
          m.label = ja ? std::string() : local_name(*l->output->records, s.feature, "name", ja);
          if (m.label.empty()) m.label = s.name;
        }
        m.selected = selected_ && selected_->layer == l->id && selected_->feature == s.feature;
        out.push_back(std::move(m));
        if (ids) ids->emplace_back(l->id, i);
      }
    } else if (l->data.vectors && l->meshed.vectors) {
      const auto& anchors = l->meshed.vectors->anchors;
      std::vector<bool> is_point(l->data.vectors->features.size(), false);
      for (const auto& part : l->data.vectors->parts)
        if (part.kind == io::ShapeKind::point) is_point[part.feature] = true;
      for (std::uint32_t i = 0; i < anchors.size() && out.size() < 4000; ++i) {
        const auto& a = anchors[i];
        if (!is_point[a.feature]) continue;
        if (a.feature < l->styles.size() && (l->styles[a.feature].flags & render::feature_hidden)) continue;
        Marker m;
        if (!stand(a.position, marker_range, m)) continue;
        m.shape = MarkerShape::circle;
        m.colour = a.feature < l->styles.size() && l->styles[a.feature].colour.a ? l->styles[a.feature].colour
                                                                                 : l->spec.style.colour.value_or(Rgba8{64, 145, 108, 255});
        if (!l->spec.style.label_attribute.empty() && m.depth < 4000)
          m.label = local_name(l->data.vectors->features, a.feature, l->spec.style.label_attribute, ja);
        m.selected = selected_ && selected_->layer == l->id && selected_->feature == a.feature;
        out.push_back(std::move(m));
        if (ids) ids->emplace_back(l->id, i);
      }
    }
  }
  return out;
}

std::vector<Label> EngineImpl::labels(glm::uvec2 size) const {
  std::vector<Label> out;
  const glm::dvec2 viewport(size);
  const auto eye = camera_.position();
  const bool ja = options_.language == Language::ja;
  const auto put = [&](const geo::GeoPoint& p, std::string text, int priority, double range) {
    if (text.empty() || out.size() > 2000) return;
    const auto at = geo::to_ecef(p);
    const double distance = glm::length(at - eye);
    if (distance > range) return;
    const auto pixel = camera_.project(at, viewport);
    if (!pixel || pixel->x < 0 || pixel->y < 0 || pixel->x > viewport.x || pixel->y > viewport.y) return;
    out.push_back({glm::vec2(*pixel), static_cast<float>(distance), priority, std::move(text)});
  };
  for (const auto& l : layers_) {
    const auto& attribute = l->spec.style.label_attribute;
    if (!l->ready() || !l->spec.visible || attribute.empty()) continue;
    if (l->data.vectors && l->meshed.vectors) {
      std::vector<bool> is_point(l->data.vectors->features.size(), false);
      for (const auto& part : l->data.vectors->parts)
        if (part.kind == io::ShapeKind::point) is_point[part.feature] = true;
      std::set<std::uint32_t> done;
      for (const auto& a : l->meshed.vectors->anchors)
        if (!is_point[a.feature] && done.insert(a.feature).second)
          put(a.position, local_name(l->data.vectors->features, a.feature, attribute, ja), 10, label_range);
    } else if (l->data.city) {
      const auto& table = l->data.city->features;
      for (std::uint32_t i = 0; i < table.size(); ++i) {
        const auto value = table.value(i, attribute);
        if (std::holds_alternative<std::monostate>(value) || table.extent(i).empty()) continue;
        auto p = table.extent(i).centre();
        p.height = table.extent(i).max_height;
        put(p, local_name(table, i, attribute, ja), 5, label_range / 2);
      }
    }
  }
  return out;
}

HudInput EngineImpl::hud(glm::uvec2 size) const {
  const bool ja = options_.language == Language::ja;
  HudInput h;
  h.size = size;
  h.ui_scale = options_.ui_scale;
  h.language = options_.language;
  h.night = night_;
  h.place = scene_.title.in(ja);
  if (h.place.empty() && !layers_.empty()) h.place = layers_.front()->status.name;
  if (time_.now) h.time = time_text(*time_.now);
  h.time_note = time_note();
  if (scene_.mode == "exercise") h.banners.push_back(ja ? "訓練  EXERCISE" : "EXERCISE  訓練");
  if (scene_.mode == "simulation") h.banners.push_back(ja ? "想定  SIMULATION" : "SIMULATION  想定");
  bool any_ready = layers_.empty();
  for (const auto& l : layers_) {
    any_ready |= l->status.state != LayerState::failed;
    const auto& title = l->spec.title.in(ja);
    const std::string name = title.empty() ? l->status.name : title;
    if (l->status.state == LayerState::failed) h.notices.push_back((ja ? "読めません: " : "cannot be shown: ") + name + " — " + l->status.error);
    if (l->ready() && l->spec.visible && l->field.field) {
      const auto step = l->field.step_at(time_.now);
      if (!step) h.notices.push_back(name + (ja ? ": この時刻の予報はありません" : ": no forecast for this time"));
      else if (const auto f = l->field.failed.find(*step); f != l->field.failed.end()) h.notices.push_back(name + " — " + f->second);
      else if (time_.now && !l->status.times.empty() && *step + 1 == l->status.times.size() && *time_.now > l->status.times.back())
        h.notices.push_back(name + (ja ? ": 最後の予報 " : ": last step ") + time_text(l->status.times.back()));
    }
    if (l->ready() && l->spec.visible && !l->status.attribution.empty())
      if (auto text = local_half(l->status.attribution, ja); std::find(h.attributions.begin(), h.attributions.end(), text) == h.attributions.end())
        h.attributions.push_back(std::move(text));
  }
  if (!any_ready) h.banners.push_back(ja ? "データなし  NO DATA" : "NO DATA");
  h.datum = vertical_datum();
  h.legends = legends();
  h.heading = camera_.heading;
  // scale at the middle of the view, where the ray meets the ground
  const double ground = ground_->sample(camera_.lon, camera_.lat);
  const double above = std::max(1.0, camera_.height - (std::isfinite(ground) ? ground : 0.0));
  const double down = std::sin(std::max(2.0, -camera_.pitch) * M_PI / 180);
  h.metres_per_pixel = camera_.pitch < -1 ? 2 * (above / down) * std::tan(camera_.fov * M_PI / 360) / size.y : 0;
  h.markers = markers(size, nullptr);
  h.labels = labels(size);
  return h;
}

}  // namespace tenbo::runtime
