#pragma once
// Vector layers through GDAL/OGR, and their meshes: draped, extruded, or at their own heights.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/jobs.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/features.h"
#include "tenbo/io/city.h"
#include "tenbo/io/message.h"

namespace tenbo::io {

enum class ShapeKind : std::uint8_t { point, line, polygon };

// One part of one feature: a point, a line string, or one ring of a polygon.
struct ShapePart {
  std::uint32_t feature = 0;
  ShapeKind kind = ShapeKind::point;
  bool hole = false;          // inner ring; belongs to the outer ring before it
  std::uint32_t first = 0;    // into VectorData::points
  std::uint32_t count = 0;
};

struct VectorData {
  std::string name;
  geo::Crs crs;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  bool has_z = false;                    // heights in points are the file's own
  geo::FeatureTable features;
  std::vector<geo::GeoPoint> points;     // lon, lat degrees; height m in the scene's datum (0 without Z)
  std::vector<ShapePart> parts;
  geo::Extent extent;
  std::shared_ptr<const MessageHead> head;  // where the file is a message
  Diagnostics diagnostics;
};

struct VectorOptions {
  std::string layer;             // OGR layer; empty = the first (others are named in a warning)
  geo::HeightPolicy heights;
  std::string lon_column, lat_column;  // CSV without geometry; empty = guessed (lon, longitude, 経度, ...)
  std::string encoding;          // of text where the file does not say; empty = guessed (UTF-8, else CP932)
  std::uint64_t max_features = 5'000'000;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;  // overrides what the file says of its Z
  bool exchange_axes = false;    // the two horizontal axes are written in the other order than the CRS has them
};
// [worker]
Result<VectorData> read_vector(const std::filesystem::path& path, const VectorOptions& options, Progress& progress, CancelToken cancel);
// The same `chunk` features at a time, in the layer's order, each a VectorData of its own, so that memory stays flat; what
// is told of the whole file comes with the last. Ends early where take() fails. Not for CSV. [worker]
Status read_vector_chunks(const std::filesystem::path& path, const VectorOptions& options, std::uint32_t chunk, Progress& progress,
                          CancelToken cancel, const std::function<Status(VectorData&&)>& take);
// How many features the layer has; counted where it does not say. [worker]
Result<std::uint64_t> count_features(const std::filesystem::path& path, const std::string& layer);

// Height of the ground (m, scene's datum) at a place; NaN where unknown.
using GroundSampler = std::function<double(double lon, double lat)>;
// Makes one for each thread that asks; called on any.
using GroundSource = std::function<GroundSampler()>;

// A poly-line to be drawn in screen-space width: positions in the frame, cut so that no segment is longer than max_edge.
struct LineBatch {
  geo::LocalFrame frame;
  std::vector<glm::vec3> points;
  std::vector<std::uint32_t> features;  // one a point
  std::vector<std::uint32_t> starts;    // first point of each line, plus the end: size = lines + 1
};
struct VectorMeshes {
  std::vector<MeshBatch> polygons;  // filled, draped or extruded
  std::vector<LineBatch> lines;
  // points: anchors for markers and labels, one a point feature part (polygons and lines get their inside/middle point)
  struct Anchor { std::uint32_t feature; geo::GeoPoint position; };
  std::vector<Anchor> anchors;
};
struct VectorMeshOptions {
  bool drape = true;             // follow the ground; false: the file's own Z
  double lift = 0.3;             // m above the ground, of what is draped
  std::string extrude_attribute; // m above the base; empty = flat
  double extrude_scale = 1.0;
  double max_edge = 25.0;        // m, of draped triangles and segments
  double tile_size = 1000.0;     // m
};
// On this thread alone, or in parallel; the same, byte by byte, however many threads there are. [worker]
VectorMeshes build_vector_meshes(const VectorData& data, const GroundSampler& ground, const VectorMeshOptions& options,
                                 Diagnostics& diagnostics);
VectorMeshes build_vector_meshes(const VectorData& data, const GroundSource& ground, const VectorMeshOptions& options,
                                 Diagnostics& diagnostics, JobSystem& jobs);

}  // namespace tenbo::io
