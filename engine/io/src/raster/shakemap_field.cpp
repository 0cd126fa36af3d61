// One quantity of a ShakeMap's grid.xml as a field of one step.
#include <algorithm>

#include "raster/field_source.h"
#include "tenbo/io/jma.h"
#include "tenbo/io/shakemap.h"

namespace tenbo::io {

bool looks_like_shakemap(std::string_view head) { return head.find("<shakemap_grid") != std::string_view::npos; }

Result<FieldSource> open_shakemap_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics) {
  const auto text = gdal::read_all(input, max_message_bytes);
  if (!text) return text.error();
  auto map = read_shakemap(*text, input.path.string());
  if (!map) return map.error();
  diagnostics.merge(std::move(map->diagnostics));
  const std::string wanted = options.variable.empty() ? "MMI" : options.variable;
  auto found = std::find_if(map->fields.begin(), map->fields.end(), [&](const auto& f) { return f.name == wanted; });
  if (found == map->fields.end() && options.variable.empty()) found = map->fields.begin();
  if (found == map->fields.end()) {
    std::string names;
    for (const auto& f : map->fields) names += (names.empty() ? "" : ", ") + f.name;
    return gdal::error_of(ErrorCode::not_found, "there is no quantity \"" + wanted + "\"; there are " + names, input.path);
  }
  if (map->kind == "SCENARIO") diagnostics.warn(gdal::error_of(ErrorCode::invalid_argument, "this is not real: the map is of a scenario", input.path));
  FieldSource out;
  out.input = input;
  auto crs = geo::Crs::parse("EPSG:4326");
  if (!crs) return crs.error();
  out.grid = {map->width, map->height, map->geotransform, std::move(*crs)};
  out.quantity = found->name;
  out.unit = found->unit;
  out.source = map->origin;
  out.certainty = "estimated";
  if (map->processed) out.issue_time = LooseTime{*map->processed, false};
  FieldStep step;
  step.place = found->name;
  if (map->event_time) step.time = LooseTime{*map->event_time, false};
  const auto slice = std::make_shared<const geo::FieldSlice>(geo::FieldSlice{std::move(found->values)});
  step.load = [slice]() -> Result<std::shared_ptr<const geo::FieldSlice>> { return slice; };
  out.steps.push_back(std::move(step));
  return out;
}

}  // namespace tenbo::io
