#pragma once
// Where on Earth an IFC model stands, by what its file says or the scene.
#include <glm/vec3.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/ifc.h"

namespace tenbo::io::ifc {

// From the model's own metres (z up) to longitude, latitude and height in the scene's datum.
class Placing {
 public:
  // `info` is the worker's INFO. Says in `notes` what it had to guess; fails where the heights do not fit the scene's.
  static Result<Placing> make(const nlohmann::json& info, const IfcOptions& options, const std::string& file, Diagnostics& notes);

  geo::GeoPoint at(glm::dvec3 model) const;  // NaN where the projection has no such place
  const geo::Crs& crs() const { return crs_; }
  geo::VerticalKind vertical() const { return vertical_; }
  const std::string& from() const { return from_; }  // "IfcMapConversion", "IfcSite", "position", "none"

 private:
  geo::Crs crs_;
  std::optional<geo::Transformer> transformer_;  // of a map conversion; else
  geo::LocalFrame frame_;                        // the model stands in this
  glm::dvec3 moved_{0};                          // m: the map's origin, or what is taken off before turning
  double cos_ = 1, sin_ = 0, scale_ = 1, to_unit_ = 1;
  double vertical_unit_ = 1;
  geo::VerticalKind vertical_ = geo::VerticalKind::unknown;
  geo::HeightPolicy heights_;
  std::string from_;
};

}  // namespace tenbo::io::ifc
