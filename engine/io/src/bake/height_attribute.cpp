#include "height_attribute.h"

#include <algorithm>

#include "gdal/module.h"
#include "tenbo/base/text.h"

namespace tenbo::io::bake {
namespace {

constexpr std::size_t most_named = 30;  // attributes in a message

std::string list_of(const std::vector<std::string>& names) {
  if (names.empty()) return "none";
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), most_named); ++i) out += (i ? ", " : "") + names[i];
  return names.size() > most_named ? out + " and " + std::to_string(names.size() - most_named) + " more" : out;
}

}  // namespace

Status check_height_attribute(const std::vector<Unit>& units, const std::string& name, Diagnostics& diagnostics) {
  if (name.empty()) return {};
  std::vector<Error> lacking;
  bool any_layer = false, found = false;
  for (const Unit& unit : units) {
    if (unit.chunks == 0 || unit.chunk > 0) continue;  // a city model; the same layer again
    const auto gdal = gdal::functions();
    if (!gdal) return gdal.error();
    any_layer = true;
    const auto names = (*gdal)->attributes_of(unit.path, unit.layer);
    if (!names || std::find(names->begin(), names->end(), name) != names->end()) {
      found = true;
      continue;
    }
    const std::string near = nearest(name, *names);
    lacking.push_back({ErrorCode::invalid_argument,
                       "there is no attribute \"" + name + "\" to extrude by" + (unit.layer.empty() ? "" : " in the layer \"" + unit.layer + "\"") + "; there are: " + list_of(*names),
                       unit.path.string(), "--height", near.empty() ? "name one in metres" : "did you mean \"" + near + "\"?"});
  }
  if (!any_layer) {
    diagnostics.warn({ErrorCode::invalid_argument, "no input has footprints: nothing is extruded by \"" + name + "\"", "", "--height", ""});
    return {};
  }
  if (!found) return lacking.front();
  for (auto& e : lacking) diagnostics.warn(std::move(e));
  return {};
}

}  // namespace tenbo::io::bake
