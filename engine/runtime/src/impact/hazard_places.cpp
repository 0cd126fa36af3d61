#include "hazard_places.h"

#include <algorithm>
#include <limits>
#include <set>

#include "../meant.h"

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

namespace {

// Of a layer that holds what is real and what is not, by shape: whether it is of an exercise or a test. Of any other layer none is.
std::vector<Actuality> drills_of(const PluginOutput& output) {
  const auto& shapes = output.shapes->shapes;
  std::vector<Actuality> out(shapes.size(), Actuality::actual);
  const auto whole = meant_by(output).whole;
  if (whole == Actuality::part_exercise || whole == Actuality::part_test)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = record_actuality(output, shapes[i].row).value_or(Actuality::actual);
  return out;
}

// Classes that are dangerous, from the mildest to the worst.
std::vector<std::size_t> by_danger(const std::vector<ShapeClass>& classes, const std::vector<bool>& of) {
  std::vector<std::size_t> order;
  for (std::size_t i = classes.size(); i-- > 0;)
    if (const auto& c = classes[i]; of[i] && (c.level > 0 || (c.level < 0 && !c.hatched))) order.push_back(i);
  // Of classes with one level the legend's order says which is worse: it runs down (warnings) or up (depths), as its levels do.
  std::ptrdiff_t up = 0;
  for (std::size_t n = 1; n < order.size(); ++n) {
    const int below = classes[order[n - 1]].level, above = classes[order[n]].level;
    up += (below > above) - (below < above);
  }
  if (up > 0) std::reverse(order.begin(), order.end());
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return classes[a].level < classes[b].level; });
  return order;
}

}  // namespace

Result<HazardPlaces> shape_places(std::shared_ptr<const PluginOutput> output, const std::string& layer) {
  HazardPlaces out;
  const auto& shapes = output->shapes;
  const auto drill = drills_of(*output);
  const bool mixed = std::any_of(drill.begin(), drill.end(), [](auto a) { return a != Actuality::actual; });
  const auto marked = [](const std::string& label) { return without_drill_mark(label) != label; };
  const std::size_t count = shapes->classes.size();
  std::vector<bool> real(count), drilled(count, false);  // a class may be of both: then it is two
  std::vector<Actuality> which(count, Actuality::exercise);
  for (std::size_t i = 0; i < count; ++i) real[i] = !mixed || !marked(shapes->classes[i].label.ja);
  for (std::size_t i = 0; i < drill.size(); ++i) {
    const auto c = shapes->shapes[i].shape_class;
    if (drill[i] == Actuality::actual) real[c] = true;
    else drilled[c] = true, which[c] = drill[i];
  }

  std::vector<impact::Class> of_class(count, impact::untouched), of_drill(count, impact::untouched);
  const auto add = [&](std::size_t i, bool is_drill) {
    const auto& c = shapes->classes[i];
    scene::LocalText label{c.label.ja.empty() ? c.label.en : c.label.ja, c.label.en.empty() ? c.label.ja : c.label.en};
    if (is_drill && !marked(label.ja)) label = {drill_mark(which[i], true) + label.ja, drill_mark(which[i], false) + label.en};
    out.classes.push_back({std::numeric_limits<double>::quiet_NaN(), std::move(label), c.level > 0 ? std::optional(c.level) : std::nullopt, c.colour});
    (is_drill ? of_drill : of_class)[i] = static_cast<impact::Class>(out.classes.size());
  };
  const auto drills = by_danger(shapes->classes, drilled), reals = by_danger(shapes->classes, real);
  if (drills.size() + reals.size() > impact::most_classes) return too_many(drills.size() + reals.size());
  for (const auto i : drills) add(i, true);
  out.drills = drills.size();
  for (std::size_t i = 0; i < count; ++i)
    if (shapes->classes[i].level < 0) of_class[i] = impact::unknown;
  for (const auto i : reals) add(i, false);
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
  out.classify = [shapes, zones, of_class, of_drill, drill, times = out.times](std::size_t step, std::vector<impact::Class>& classes) -> Status {
    const auto now = times.empty() ? std::nullopt : std::optional(times[step]);
    classes.resize(zones.size());
    for (std::size_t z = 0; z < zones.size(); ++z) {
      const auto& s = shapes->shapes[zones[z]];
      classes[z] = s.shown_at(now) ? (drill[zones[z]] == Actuality::actual ? of_class : of_drill)[s.shape_class] : impact::untouched;
    }
    return {};
  };
  return out;
}

}  // namespace tenbo::runtime
