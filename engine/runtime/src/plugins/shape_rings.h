#pragma once
// Geometry of published shapes: a plugin's own points, or rows of what the reader has open.
#include <map>
#include <span>
#include <utility>

#include "plugins/intake.h"
#include "plugins/reader_handles.h"

namespace tenbo::runtime {

// Whether a place is on Earth: false for NaN too.
inline bool on_earth(double lon, double lat) { return std::abs(lon) <= 360 && std::abs(lat) <= 90; }

class ShapeRings {
 public:
  ShapeRings(PluginShapes& out, const ReaderHandles& handles) : out_(out), handles_(handles) {}
  // Appends the rings of a shape and names them in `to`. An error is the plugin's fault; a shape that is no shape (a place not on
  // Earth, a line of one point, a row without such geometry) is given no rings.
  Status take(const tenbo_shape& from, const std::string& place, PluginShape& to);

 private:
  Status take_own(const tenbo_shape& from, const std::string& place, PluginShape& to);
  Status take_row(const tenbo_shape& from, const std::string& place, PluginShape& to);
  bool add_ring(std::span<const geo::GeoPoint> points, PluginShapeKind kind, bool closed, bool hole);
  Status within_budget(std::uint64_t more, const std::string& place) const;

  PluginShapes& out_;
  const ReaderHandles& handles_;
  struct Row {  // a row drawn as the same kind several times shares its points
    const ReadVector* vector;
    std::uint32_t row;
    PluginShapeKind kind;
    auto operator<=>(const Row&) const = default;
  };
  std::map<Row, std::pair<std::uint32_t, std::uint32_t>> rows_;
  std::vector<geo::GeoPoint> scratch_;
};

}  // namespace tenbo::runtime
