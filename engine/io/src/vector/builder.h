#pragma once
// Puts features, their parts and coordinates together; both readers (OGR and CSV) fill one.
#include <ogr_geometry.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/io/vector.h"
#include "vector/plain_feature.h"

namespace tenbo::io {

class VectorBuilder {
 public:
  VectorBuilder(VectorData& data, std::string file) : data_(data), file_(std::move(file)) {}

  // Parts of a geometry in the data's own coordinates; empty and broken parts are left out with a warning.
  void add_geometry(std::uint32_t feature, const OGRGeometry* geometry, const std::string& place);
  void add_plain(std::uint32_t feature, const PlainFeature& plain);  // the same of a feature that no OGR geometry was made of
  bool full() const { return data_.points.size() > max_points; }
  // All coordinates to longitude, latitude and the scene's datum; extents; then the data is done.
  Status finish(geo::AxisOrder order, const VectorOptions& options);

  static constexpr std::size_t max_points = 100'000'000;

 private:
  void add(std::uint32_t feature, const OGRGeometry& g, int depth, const std::string& place);
  void add_line(std::uint32_t feature, const OGRSimpleCurve& line, ShapeKind kind, bool hole, const std::string& place);
  template <class At>  // point by number
  std::string_view add_points(std::uint32_t feature, std::uint32_t count, bool z, ShapeKind kind, bool hole, std::size_t& broken, At at);
  void complain(std::string text, const std::string& place);
  VectorData& data_;
  std::string file_;
};

}  // namespace tenbo::io
