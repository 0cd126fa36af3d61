#include "hazard_places.h"

#include <algorithm>
#include <limits>
#include <set>

namespace tenbo::runtime {
namespace {

Error too_many(std::size_t n) {
  return {ErrorCode::unsupported, "a scale of " + std::to_string(n) + " classes; an impact is worked out for " + std::to_string(impact::most_classes) + " at most",
          "", "style", "give the layer a style with fewer classes"};
}

// The steps of a palette, without what stands aside.
std::vector<ImpactClass> classes_of(const Palette& palette) {
  std::vector<ImpactClass> out;
  for (const auto& stop : palette.stops)
    if (!stop.aside) out.push_back({stop.from, stop.label, std::nullopt, stop.colour});
  return out;
}

impact::ClassScale scale_of(const std::vector<ImpactClass>& classes, bool nodata_is_dry) {
  impact::ClassScale out;
  for (const auto& c : classes) out.from.push_back(c.from);
  out.nodata_is_dry = nodata_is_dry;
  return out;
}

HazardPlaces::Classify classify_by(std::shared_ptr<const geo::Field> field, impact::ClassScale scale) {
  return [field = std::move(field), scale = std::move(scale)](std::size_t step, std::vector<impact::Class>& classes) -> Status {
    auto slice = field->slice(step);
    if (!slice) return slice.error();
    impact::classify_places((*slice)->values, scale, classes);
    return {};
  };
}

}  // namespace

Result<HazardPlaces> field_places(std::shared_ptr<const geo::Field> field, const Palette& palette) {
  HazardPlaces out;
  out.classes = classes_of(palette);
  if (out.classes.size() > impact::most_classes) return too_many(out.classes.size());
  const auto& info = field->info();
  out.times = info.valid_times;
  out.nodata_is_dry = info.nodata_is_dry;
  out.overlap = [field](const impact::Assets& assets, JobSystem& jobs) { return impact::overlap_cells(assets, field->info().grid, jobs); };
  out.classify = classify_by(field, scale_of(out.classes, info.nodata_is_dry));
  out.values = [field](std::size_t step) { return field->slice(step); };
  out.grid = info.grid;
  return out;
}

Status add_forecast(const geo::Forecast& forecast, std::size_t issue, const geo::ForecastView& view, HazardPlaces& out) {
  const auto scale = scale_of(out.classes, out.nodata_is_dry);
  if (forecast.members() > 1) {
    out.member_names = forecast.names();
    for (std::size_t k = 0; k < forecast.members(); ++k) out.members.push_back(classify_by(forecast.member(issue, k), scale));
  }
  if (issue == 0) return {};
  auto before = forecast.field(issue - 1, view);
  if (!before) return before.error();
  out.since = forecast.issue_time(issue - 1);
  out.before = [classify = classify_by(*before, scale), field = *before, times = out.times](std::size_t step, std::vector<impact::Class>& classes) -> Status {
    const auto& had = field->info().valid_times;
    std::size_t same = 0;
    if (!times.empty()) {
      const auto found = std::lower_bound(had.begin(), had.end(), times[step]);
      if (found == had.end() || *found != times[step]) {
        classes.assign(static_cast<std::size_t>(field->info().grid.width) * static_cast<std::size_t>(field->info().grid.height), impact::unknown);
        return {};
      }
      same = static_cast<std::size_t>(found - had.begin());
    }
    return classify(same, classes);
  };
  return {};
}

Result<HazardPlaces> zone_places(std::shared_ptr<const io::VectorData> zones, const scene::LayerStyle& style, const Palette* palette) {
  HazardPlaces out;
  if (style.attribute.empty() || (style.classes.empty() && !palette))
    return Error{ErrorCode::invalid_argument, "the layer's style has no classes: nobody knows which of its polygons are dangerous", zones->name, "style",
                 "give it \"attribute\" and \"classes\", from the mildest to the most dangerous, or a \"palette\""};
  if (!style.classes.empty())
    for (const auto& c : style.classes) {
      const auto word = c.from.has_value() ? std::string() : c.value;
      out.classes.push_back({c.from.value_or(std::numeric_limits<double>::quiet_NaN()), c.label.in(false).empty() && c.label.in(true).empty() ? scene::LocalText{word, word} : c.label, std::nullopt, c.colour});
    }
  else
    out.classes = classes_of(*palette);
  if (out.classes.size() > impact::most_classes) return too_many(out.classes.size());

  const auto& table = zones->features;
  std::vector<impact::Class> of_zone(table.size(), impact::untouched);
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    const auto value = table.value(i, style.attribute);
    if (std::holds_alternative<std::monostate>(value)) { of_zone[i] = impact::unknown; continue; }
    const auto number = geo::to_number(value);
    const auto text = geo::to_text(value);
    for (std::size_t k = 0; k < out.classes.size(); ++k) {
      const bool fits = style.classes.empty() || style.classes[k].from ? number && *number >= out.classes[k].from : style.classes[k].value == text;
      if (fits) of_zone[i] = static_cast<impact::Class>(k + 1);
    }
  }
  auto shapes = std::make_shared<impact::Assets>();
  shapes->count = table.size();
  for (const auto& part : zones->parts) {
    if (part.kind != io::ShapeKind::polygon) continue;
    shapes->add_part(part.feature, impact::Shape::area, part.hole);
    for (std::uint32_t i = 0; i < part.count; ++i) shapes->add_point(zones->points[part.first + i].lon, zones->points[part.first + i].lat);
  }
  if (shapes->parts.empty())
    return Error{ErrorCode::unsupported, "the layer has no polygons: lines and points touch nothing", zones->name, "", "name a layer of areas or a field as the hazard"};
  out.overlap = [shapes](const impact::Assets& assets, JobSystem& jobs) -> Result<impact::Overlaps> { return impact::overlap_zones(assets, *shapes, jobs); };
  out.classify = [of_zone](std::size_t, std::vector<impact::Class>& classes) -> Status {
    classes = of_zone;
    return {};
  };
  return out;
}

Result<HazardPlaces> shape_places(std::shared_ptr<const PluginShapes> shapes, const std::string& layer) {
  HazardPlaces out;
  std::vector<std::size_t> order;  // of classes that are dangerous
  for (std::size_t i = shapes->classes.size(); i-- > 0;)
    if (const auto& c = shapes->classes[i]; c.level > 0 || (c.level < 0 && !c.hatched)) order.push_back(i);
  // A legend that begins with the least level (seismic intensity 1 to 7) has the milder ones of a level first.
  if (order.size() > 1 && shapes->classes[order.back()].level < shapes->classes[order.front()].level) std::reverse(order.begin(), order.end());
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return shapes->classes[a].level < shapes->classes[b].level; });
  if (order.size() > impact::most_classes) return too_many(order.size());
  std::vector<impact::Class> of_class(shapes->classes.size(), impact::untouched);
  for (std::size_t i = 0; i < of_class.size(); ++i)
    if (shapes->classes[i].level < 0) of_class[i] = impact::unknown;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const auto& c = shapes->classes[order[k]];
    of_class[order[k]] = static_cast<impact::Class>(k + 1);
    out.classes.push_back({std::numeric_limits<double>::quiet_NaN(), {c.label.ja.empty() ? c.label.en : c.label.ja, c.label.en.empty() ? c.label.ja : c.label.en},
                           c.level > 0 ? std::optional(c.level) : std::nullopt, c.colour});
  }
  auto areas = std::make_shared<impact::Assets>();
  std::vector<std::uint32_t> zones;  // the shape of each zone
  std::set<geo::Instant> times;
  for (std::uint32_t i = 0; i < shapes->shapes.size(); ++i) {
    const auto& s = shapes->shapes[i];
    if (s.kind != PluginShapeKind::area) continue;
    for (std::uint32_t r = s.first_ring; r < s.first_ring + s.rings; ++r) {
      const auto& ring = shapes->rings[r];
      areas->add_part(static_cast<std::uint32_t>(zones.size()), impact::Shape::area, ring.hole);
      for (std::uint32_t n = 0; n < ring.count; ++n) areas->add_point(shapes->points[ring.first + n].lon, shapes->points[ring.first + n].lat);
    }
    zones.push_back(i);
    if (s.from) times.insert(*s.from);
    if (s.until) times.insert(*s.until);
  }
  if (zones.empty())
    return Error{ErrorCode::unsupported, "the layer \"" + layer + "\" has no areas now: lines and points touch nothing", "", "--hazard", "name a layer of areas or a field as the hazard"};
  areas->count = static_cast<std::uint32_t>(zones.size());
  out.times.assign(times.begin(), times.end());
  out.overlap = [areas](const impact::Assets& assets, JobSystem& jobs) -> Result<impact::Overlaps> { return impact::overlap_zones(assets, *areas, jobs); };
  out.classify = [shapes, zones, of_class, times = out.times](std::size_t step, std::vector<impact::Class>& classes) -> Status {
    const auto now = times.empty() ? std::nullopt : std::optional(times[step]);
    classes.resize(zones.size());
    for (std::size_t z = 0; z < zones.size(); ++z) {
      const auto& s = shapes->shapes[zones[z]];
      classes[z] = s.shown_at(now) ? of_class[s.shape_class] : impact::untouched;
    }
    return {};
  };
  return out;
}

}  // namespace tenbo::runtime
