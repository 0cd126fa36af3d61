#include "hazard_places.h"

#include <limits>

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
    if (!stop.aside) out.push_back({stop.from, stop.label});
  return out;
}

impact::ClassScale scale_of(const std::vector<ImpactClass>& classes, bool nodata_is_dry) {
  impact::ClassScale out;
  for (const auto& c : classes) out.from.push_back(c.from);
  out.nodata_is_dry = nodata_is_dry;
  return out;
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
  out.classify = [field, scale = scale_of(out.classes, info.nodata_is_dry)](std::size_t step, std::vector<impact::Class>& classes) -> Status {
    auto slice = field->slice(step);
    if (!slice) return slice.error();
    impact::classify_places((*slice)->values, scale, classes);
    return {};
  };
  return out;
}

Result<HazardPlaces> zone_places(std::shared_ptr<const io::VectorData> zones, const scene::LayerStyle& style, const Palette* palette) {
  HazardPlaces out;
  if (style.attribute.empty() || (style.classes.empty() && !palette))
    return Error{ErrorCode::invalid_argument, "the layer's style has no classes: nobody knows which of its polygons are dangerous", zones->name, "style",
                 "give it \"attribute\" and \"classes\", from the mildest to the most dangerous, or a \"palette\""};
  if (!style.classes.empty())
    for (const auto& c : style.classes) {
      const auto word = c.from.has_value() ? std::string() : c.value;
      out.classes.push_back({c.from.value_or(std::numeric_limits<double>::quiet_NaN()), c.label.in(false).empty() && c.label.in(true).empty() ? scene::LocalText{word, word} : c.label});
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

}  // namespace tenbo::runtime
