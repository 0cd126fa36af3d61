#pragma once
// Puts features, their parts and coordinates together; both readers (OGR and CSV) fill one.
#include <ogr_geometry.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tenbo/io/vector.h"

namespace tenbo::io {

class VectorBuilder {
 public:
  VectorBuilder(VectorData& data, std::string file) : data_(data), file_(std::move(file)) {}

  // Parts of a geometry in the data's own coordinates; empty and broken parts are left out with a warning.
  void add_geometry(std::uint32_t feature, const OGRGeometry* geometry, const std::string& place);
  bool full() const { return data_.points.size() > max_points; }
  // All coordinates to longitude, latitude and the scene's datum; extents; then the data is done.
  Status finish(geo::AxisOrder order, const VectorOptions& options);

  static constexpr std::size_t max_points = 100'000'000;

 private:
  void add(std::uint32_t feature, const OGRGeometry& g, int depth, const std::string& place);
  void add_line(std::uint32_t feature, const OGRSimpleCurve& line, ShapeKind kind, bool hole, const std::string& place);
  void complain(std::string text, const std::string& place);
  VectorData& data_;
  std::string file_;
};

}  // namespace tenbo::io
