// What the glass says about the scene's state.
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "building_risk.h"
#include "engine_impl.h"
#include "hud/words.h"
#include "local_name.h"
#include "meant.h"
#include "tenbo/io/borehole.h"
#include "tenbo/runtime/bilingual.h"
#include "tenbo/runtime/freshness.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::runtime {
namespace {

// Not behind the Earth. For places near the ground; `eye` in ECEF.
bool faces(const geo::GeoPoint& p, const glm::dvec3& eye) {
  const auto at = geo::LocalFrame::at({p.lon, p.lat, 0});
  return glm::dot(eye - at.origin, at.axes[2]) > 0;
}

constexpr double marker_range = 25'000;  // m: farther away markers are noise (those of structures: engine_structure_markers.cpp)
constexpr double label_range = 12'000;   // m

}  // namespace

std::string EngineImpl::time_text(geo::Instant t) const {
  auto text = geo::format_offset(t, geo::jst_offset_minutes);  // 2026-11-21T09:00:00+09:00
  if (text.size() >= 16) text[10] = ' ';
  return text.substr(0, 16) + " JST";
}

std::string EngineImpl::word(std::string_view key, const std::vector<std::pair<std::string_view, std::string>>& values) const {
  return hud::say(texts_ ? &*texts_ : nullptr, options_.language, key, values);
}

void EngineImpl::set_wall_clock(std::optional<geo::Instant> now) {
  // The age of what arrives is said in seconds while it is below a minute; a scene without feeds has none so young.
  if (replaying()) now = time_.now;
  const std::int64_t beat = scene_.feeds.empty() ? 60'000 : 10'000;  // ms
  const auto beats = [&](const auto& t) { return t ? t->ms / beat : -1; };
  if (beats(now) != beats(wall_clock_)) ++revision_;
  wall_clock_ = now;
}

std::string EngineImpl::source_shown(const Layer& l, const std::string& source) const {
  const bool ja = options_.language == Language::ja;
  const auto& local = l.spec.source_local;
  const bool said = !local.ja.empty() || !local.en.empty();
  return said && (source.empty() || source == l.spec.source) ? local.in(ja) : local_half(source, ja);
}

// Pictures whose server names no moment: that they were asked for just now says nothing of their age.
static bool age_unknown(const Layer& l) {
  return l.data.imagery && !l.data.elevation && l.data.imagery->times().empty() && !l.spec.paths.empty() && is_url(l.spec.paths.front());
}

void EngineImpl::date(const Layer& l, LayerStatus& s) const {
  const bool ja = options_.language == Language::ja;
  s.source_shown = source_shown(l, s.source);
  const auto& attribution = l.spec.attribution_local;
  s.attribution_shown = attribution.ja.empty() && attribution.en.empty() ? local_half(s.attribution, ja) : attribution.in(ja);
  if (!s.issue_time && !l.spec.issue_time.empty())
    if (auto t = geo::parse_instant(l.spec.issue_time)) s.issue_time = *t;
  if (l.output && l.output->sensors && !s.times.empty()) {  // the latest of all readings
    const auto after = time_.now ? std::upper_bound(s.times.begin(), s.times.end(), *time_.now) : s.times.end();
    if (after != s.times.begin()) s.valid_time = *(after - 1);
  }
  if (const auto step = l.field.step_at(time_.now); step && *step < s.times.size()) s.valid_time = s.times[*step];
  if (l.data.imagery && l.picture_step && *l.picture_step < s.times.size()) s.valid_time = s.times[*l.picture_step];
  s.forecast = forecast_status(l);
  s.live = l.spec.live;
  s.expected_seconds = l.spec.expected_interval;
  const Age age = age_of(s.issue_time, s.valid_time, s.live && wall_clock_ ? wall_clock_ : time_.now, s.expected_seconds);
  s.age_seconds = age.seconds;
  s.freshness = age.freshness;
  if (!s.issue_time && !s.valid_time && age_unknown(l)) s.age_seconds = std::numeric_limits<double>::quiet_NaN();
  if (feeds_ && !l.spec.feeds.empty()) date_by_feeds(l, s);
}

std::string EngineImpl::time_note() const {
  for (const auto& l : layers_) {
    if (!l->ready() || !l->spec.visible || !l->field.field || l->status.times.empty()) continue;
    const auto step = l->field.step_at(time_.now);
    if (!step) return word("time.before_first");
    if (!l->status.issue_time)
      return word("time.step_of", {{"n", std::to_string(*step + 1)}, {"of", std::to_string(l->status.times.size())}});
    const double hours = static_cast<double>(l->status.times[*step].ms - l->status.issue_time->ms) / 3600e3;
    return word("time.issued_forecast", {{"time", time_text(*l->status.issue_time)}, {"hours", fmt::format("{:+.1f}", hours)}});
  }
  return {};
}

namespace {
// What stands beside and around the columns, where there is some.
template <class F>
void borehole_legend(const io::CityModel& holes, Legend& legend, F&& word) {
  bool bars = false, rings = false;
  for (std::uint32_t i = 0; i < holes.features.size() && !(bars && rings); ++i) bars |= holes.features.type(i) == "n-values", rings |= holes.features.type(i) == "water-level";
  for (const auto& [there, colour, key] : {std::tuple(bars, io::borehole_bar_colour, "borehole.n_values"), std::tuple(rings, io::borehole_water_colour, "borehole.water")})
    if (there) {
      legend.classes.push_back({colour, word(key), {}, {}});
      legend.classes.back().aside = true;
    }
}
}  // namespace

std::vector<Legend> EngineImpl::legends() const {
  const bool ja = options_.language == Language::ja;
  std::vector<Legend> out;
  for (const auto& l : layers_) {
    if (!l->ready() || !l->spec.visible) continue;
    LayerStatus s = l->status;
    date(*l, s);
    std::string time;  // what it is valid for, and when that was said
    if (s.valid_time) time = word("legend.valid", {{"time", time_text(*s.valid_time)}});
    if (s.issue_time) time += (time.empty() ? "" : "\n") + word("legend.issued", {{"time", time_text(*s.issue_time)}});
    if (s.forecast && !s.forecast->label.empty()) time += (time.empty() ? "" : "\n") + s.forecast->label;
    Legend legend;
    if (l->field.field && l->field.palette) {
      const auto& info = l->field.field->info();
      legend = to_legend(*l->field.palette, options_.language, s.source_shown, time, !info.nodata_is_dry || (l->data.forecast && l->spec.show.changed));
      if (!info.unit.empty()) legend.unit = info.unit;
      if (const auto& title = l->spec.title.in(ja); !title.empty()) legend.title = title;
    } else if (l->output && l->output->shapes) {
      const auto& shapes = *l->output->shapes;
      legend.title = !l->spec.title.in(ja).empty() ? l->spec.title.in(ja) : !shapes.legend_title.empty() ? in_language(shapes.legend_title, ja) : s.name;
      legend.source = s.source_shown;
      legend.time = time;
      legend.note = local_half(s.headline, ja);
      legend.top_down = true;
      for (const auto& c : shapes.classes) {
        const auto& [own, other] = ja ? std::tie(c.label.ja, c.label.en) : std::tie(c.label.en, c.label.ja);
        LegendClass row{c.colour, own.empty() ? other : own, {}, {}};
        row.colour.a = 255;
        row.hatched = c.hatched;
        legend.classes.push_back(std::move(row));
      }
    } else if (l->output && l->output->sensors) {
      legend = sensor_legend(*l);
      if (const auto& title = l->spec.title.in(ja); !title.empty()) legend.title = title;
      legend.source = s.source_shown;
      if (s.valid_time) legend.time = word("sensor.latest", {{"time", time_text(*s.valid_time)}});
    } else if (l->data.points) {
      legend = point_legend(*l, s.source_shown);
    } else if (const auto* grades = l->output && l->output->records ? palette("inspection-grade") : nullptr) {
      legend = to_legend(*grades, options_.language, s.source_shown, time, false);
      if (const auto& title = l->spec.title.in(ja); !title.empty()) legend.title = title;
      structure_legend(*l, legend);
    } else if (const auto* risk = l->spec.style.risk.empty() ? nullptr : palette(risk_palette(l->spec.style.risk)); risk && l->spec.style.classes.empty()) {
      legend = to_legend(*risk, options_.language, s.source_shown, time, true);
      legend.title = (l->spec.title.in(ja).empty() ? s.name : l->spec.title.in(ja)) + " · " + word(("risk." + l->spec.style.risk).c_str());
      legend.note = word("risk.note");
      for (const auto& whose : l->risk_sources) legend.note += "\n" + whose;
    } else if (const auto* depth = l->flood_ranks && l->spec.style.classes.empty() ? palette("flood-depth") : nullptr) {
      legend = to_legend(*depth, options_.language, s.source_shown, time, false);
      if (const auto& title = l->spec.title.in(ja); !title.empty()) legend.title = title;
    } else if (!l->spec.style.classes.empty()) {
      legend.title = l->spec.title.in(ja).empty() ? s.name : l->spec.title.in(ja);
      legend.title += " · " + l->spec.style.attribute;
      legend.time = time;
      if (!time.empty()) legend.source = s.source_shown;
      for (const auto& c : l->spec.style.classes) {
        std::string label = c.label.in(ja);
        if (label.empty()) label = c.from ? fmt::format("≥ {:g}", *c.from) : c.value;
        legend.classes.push_back({c.colour, label, {}, {}});
      }
    } else if (const auto* p = l->spec.style.attribute.empty() ? nullptr : palette(l->spec.style.palette)) {
      legend = to_legend(*p, options_.language, s.source_shown, time, false);
      if (const auto& title = l->spec.title.in(ja); !title.empty() && title != legend.title) legend.title = title + " · " + legend.title;
      if (l->data.boreholes && l->data.city) borehole_legend(*l->data.city, legend, [&](const char* key) { return word(key); });
    } else if (!time.empty() || !s.feed.empty() || (s.age_seconds && std::isnan(*s.age_seconds))) {  // nothing to explain but when it is from
      legend.title = l->spec.title.in(ja).empty() ? s.name : l->spec.title.in(ja);
      legend.time = time;
      legend.source = s.source_shown;
    } else {
      continue;
    }
    legend.age = age_chip(texts_ ? &*texts_ : nullptr, options_.language, {s.age_seconds, s.freshness});
    legend.freshness = s.freshness;
    if (auto chip = feed_chip(s); !chip.empty()) {
      legend.age = std::move(chip);
      if (legend.freshness != Freshness::stale) legend.freshness = Freshness::late;
    }
    out.push_back(std::move(legend));
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
  point_markers(size, out, ids);
  const Watched watched = watched_structures();
  for (const auto& l : layers_) {
    if (!l->ready() || !l->spec.visible) continue;
    if (l->output && l->output->shapes) {
      const auto& shapes = *l->output->shapes;
      if (l->shapes.drawn != l->output) continue;
      for (const auto& a : l->shapes.anchors) {
        const auto& s = shapes.shapes[a.feature];
        if ((s.kind != PluginShapeKind::point && s.kind != PluginShapeKind::column) || out.size() >= 20'000 || !s.shown_at(time_.now)) continue;
        const bool deep = s.height && *s.height < a.position.height;
        geo::GeoPoint at = a.position;
        Marker m;
        if (!faces(at, eye) || !stand(at, INFINITY, m)) continue;
        if (s.height) {  // the mark where it is, seen through the ground, and a stem to the ground above it
          at.height = *s.height;
          const auto pixel = camera_.project(geo::to_ecef(at), viewport);
          if (!pixel) continue;
          m.pixel = glm::vec2(*pixel);
        } else {
          m.pixel = m.foot;
        }
        const auto& c = shapes.classes[s.shape_class];
        m.shape = deep ? MarkerShape::diamond : MarkerShape::circle;
        m.letter = deep ? "×" : "";
        m.colour = c.colour;
        m.colour.a = 255;
        m.hatched = c.hatched;
        m.label = in_language(s.label, ja);
        m.severity = std::max(c.level, 0) + (deep ? 1 : 0);
        m.selected = selected_ && selected_->layer == l->id && selected_->feature == s.row;
        out.push_back(std::move(m));
        if (ids) ids->emplace_back(l->id, a.feature);
      }
    } else if (l->output && l->output->sensors) {
      sensor_markers(*l, size, out, ids);
    } else if (l->output && !l->output->structures.empty()) {
      structure_markers(*l, size, watched, out, ids);
      defect_markers(*l, [&](const glm::dvec3& at, Marker& m) { return stand(geo::from_ecef(at), structure_range, m); }, out, ids);
    } else if (l->data.vectors && l->meshed.vectors) {
      const auto& anchors = l->meshed.vectors->anchors;
      std::vector<bool> is_point(l->data.vectors->features.size(), false);
      for (const auto& part : l->data.vectors->parts)
        if (part.kind == io::ShapeKind::point) is_point[part.feature] = true;
      for (std::uint32_t i = 0; i < anchors.size() && out.size() < 4000; ++i) {
        const auto& a = anchors[i];
        if (!is_point[a.feature]) continue;
        if (a.feature < l->looks.styles.size() && (l->looks.styles[a.feature].flags & render::feature_hidden)) continue;
        Marker m;
        if (!stand(a.position, marker_range, m)) continue;
        m.shape = MarkerShape::circle;
        m.colour = a.feature < l->looks.styles.size() && l->looks.styles[a.feature].colour.a ? l->looks.styles[a.feature].colour
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
  const auto cut = section_plane();
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
    if (l->ready() && l->spec.visible && l->output && l->output->shapes && l->shapes.drawn == l->output) {
      const auto& shapes = *l->output->shapes;
      // Of an exercise beside what is real: it takes no room from that.
      const auto beside = [&](const PluginShape& s) { return !l->status.drills.empty() && record_actuality(*l->output, s.row).value_or(Actuality::actual) != Actuality::actual; };
      for (const auto& a : l->shapes.anchors) {
        const auto& s = shapes.shapes[a.feature];
        if ((s.kind == PluginShapeKind::area || s.kind == PluginShapeKind::line) && s.shown_at(time_.now) && faces(a.position, eye))
          put(a.position, in_language(s.label, ja), beside(s) ? 10 : 10 + std::max(0, shapes.classes[s.shape_class].level), INFINITY);
      }
      continue;
    }
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
        if (!cut || !cut->cuts(*l, geo::to_ecef(p))) put(p, local_name(table, i, attribute, ja), 5, label_range / 2);
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
  h.words = texts_ ? &*texts_ : nullptr;
  h.night = night_;
  h.place = scene_.title.in(ja);
  if (h.place.empty() && !layers_.empty()) h.place = layers_.front()->status.name;
  if (time_.now) h.time = time_text(*time_.now);
  h.time_note = time_note();
  // Drills are named in both languages, the glass's own first: visitors see them too.
  const auto both = [&](const char* key) {
    if (!texts_) return std::string(key);
    return texts_->tr(key, options_.language) + "  " + texts_->tr(key, ja ? Language::en : Language::ja);
  };
  if (scene_.mode == "exercise") h.banners.push_back(both("banner.exercise"));
  if (scene_.mode == "simulation") h.banners.push_back(both("banner.simulation"));
  for (const auto& l : layers_) {  // whose exercise or test it is: other layers of the picture may be meant
    if (!l->ready() || !l->spec.visible || l->status.actuality == Actuality::actual) continue;
    const auto& title = l->spec.title.in(ja);
    std::string what = title.empty() ? l->status.name : title;
    if (!l->status.drills.empty()) {  // beside what is real: which of it is not
      constexpr std::size_t most = 3;
      std::string drills;
      for (std::size_t i = 0; i < std::min(most, l->status.drills.size()); ++i) drills += (i ? word("list.comma") : std::string()) + local_half(l->status.drills[i], ja);
      if (l->status.drills.size() > most) drills += " +" + std::to_string(l->status.drills.size() - most);
      const bool test = l->status.actuality == Actuality::part_test;
      what = word("banner.part", {{"what", what}, {"drills", word(test ? "banner.drills_test" : "banner.drills", {{"names", drills}})}, {"real", std::to_string(l->status.real_records)}});
    }
    h.banners.push_back(both(banner_key(l->status.actuality)) + "  —  " + what);
  }
  bool any_ready = layers_.empty();
  for (const auto& l : layers_) {
    any_ready |= l->status.state != LayerState::failed;
    const auto& title = l->spec.title.in(ja);
    const std::string name = title.empty() ? l->status.name : title;
    if (l->status.state == LayerState::failed) h.notices.push_back(word("notice.failed", {{"layer", name}, {"why", l->status.error}}));
    if (!l->ready() || !l->spec.visible) continue;
    std::uint64_t missing = 0;
    std::string why;
    if (l->stream) missing = l->stream->status().missing, why = l->stream->status().why_missing.message;
    else if (l->picture) missing = l->picture->missing(why);
    if (missing > 0) h.notices.push_back(word("notice.tiles_missing", {{"layer", name}, {"count", std::to_string(missing)}, {"why", why}}));
    LayerStatus s = l->status;
    date(*l, s);
    const auto* table = texts_ ? &*texts_ : nullptr;
    const std::string age = s.age_seconds && !std::isnan(*s.age_seconds) ? age_text(table, options_.language, *s.age_seconds) : word("age.unknown");
    if (s.trouble != FileTrouble::none)
      h.notices.push_back(word(s.trouble == FileTrouble::vanished ? "notice.vanished" : "notice.unreadable", {{"layer", name}, {"age", age}}));
    if (s.feed.empty() && (s.freshness == Freshness::late || s.freshness == Freshness::stale))  // feeds are told of below
      h.notices.push_back(word(s.freshness == Freshness::late ? "notice.late" : "notice.stale",
                               {{"layer", name}, {"age", age}, {"interval", age_text(table, options_.language, s.expected_seconds)}}));
    for (const auto& note : s.notes) h.notices.push_back(name + ": " + in_language(note, options_.language == Language::ja));
    if (l->data.imagery && !l->picture) h.notices.push_back(word("notice.no_picture", {{"layer", name}}));
    if (l->field.field) {
      const auto step = l->field.step_at(time_.now);
      if (!step) h.notices.push_back(word("notice.no_forecast", {{"layer", name}}));
      else if (const auto f = l->field.failed.find(*step); f != l->field.failed.end()) h.notices.push_back(word("notice.step_failed", {{"layer", name}, {"why", f->second}}));
      else if (time_.now && !s.times.empty() && *step + 1 == s.times.size() && *time_.now > s.times.back())
        h.notices.push_back(word("notice.last_step", {{"layer", name}, {"time", time_text(s.times.back())}}));
    }
    if (const auto& text = s.attribution_shown; !text.empty() && std::find(h.attributions.begin(), h.attributions.end(), text) == h.attributions.end())
      h.attributions.push_back(text);
  }
  if (inspection_year_ && std::any_of(layers_.begin(), layers_.end(), [](const auto& l) { return l->ready() && l->spec.visible && l->structures.records; }))
    h.notices.push_back(word("notice.inspection_year", {{"year", std::to_string(*inspection_year_)}}));
  feed_notices(h.notices);
  if (!any_ready) h.banners.push_back(both("banner.no_data"));
  h.datum = vertical_datum();
  h.legends = legends();
  h.heading = camera_.heading;
  // scale at the middle of the view, where the ray meets the ground
  const double ground = ground_->known(camera_.lon, camera_.lat);
  const double above = std::max(1.0, camera_.height - (std::isfinite(ground) ? ground : 0.0));
  const double down = std::sin(std::max(2.0, -camera_.pitch) * M_PI / 180);
  h.metres_per_pixel = camera_.pitch < -1 ? 2 * (above / down) * std::tan(camera_.fov * M_PI / 360) / size.y : 0;
  h.markers = markers(size, nullptr);
  h.labels = labels(size);
  h.card = sensor_card();
  if (!h.card) h.card = point_card();
  h.alarms = hud_alarms();
  h.alarms_open = open_alarms();
  return h;
}

}  // namespace tenbo::runtime
