#pragma once
// A plugin's shapes as a layer: geometry with a feature for each shape, their looks by class and time, their wave fronts.
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "tenbo/io/vector.h"
#include "tenbo/render/renderer.h"
#include "tenbo/runtime/plugin_output.h"
#include "tenbo/scene/world.h"

namespace tenbo::runtime {

struct Ground;

// What is drawn for a layer's shapes. It belongs to the layer's `output`; a newer publication waits until it is meshed, so that
// there is no frame in which nothing is shown.
struct ShapeLayer {
  std::shared_ptr<const PluginOutput> next;      // waits
  std::shared_ptr<const PluginOutput> meshing;   // with a worker
  std::shared_ptr<const PluginOutput> drawn;     // on the GPU
  std::shared_ptr<const Ground> ground;          // that it lies on
  std::vector<io::VectorMeshes::Anchor> anchors; // where points, and labels of the rest, stand; feature = shape
  std::vector<scene::Entity> fronts;             // and columns
  std::optional<geo::Instant> time;              // that the looks and the fronts are of
  std::chrono::steady_clock::time_point again = std::chrono::steady_clock::time_point::max();  // on ground that lacked something
};

// What a worker makes of shapes. Lines are apart from the edges of areas: they are drawn wider.
struct ShapeMeshes {
  io::VectorMeshes areas, lines;
  double retry_seconds = 0;
};
// Follows the ground as finely as `triangles` allow, all areas together, and the coarser, the higher above it. [worker]
ShapeMeshes mesh_shapes(const PluginShapes& shapes, const io::GroundSource& ground, double triangles, JobSystem& jobs);

bool same_geometry(const PluginShapes& a, const PluginShapes& b);
// One a shape: hidden where its time is not now. `selected`: a row of the records.
std::vector<render::FeatureStyle> shape_styles(const PluginShapes& shapes, std::optional<geo::Instant> now, std::optional<std::uint32_t> selected);
// Whether they look the same at both moments.
bool look_alike(const PluginShapes& shapes, std::optional<geo::Instant> a, std::optional<geo::Instant> b);
// The moments at which what is shown changes; of a front its start, its end, and some between. Ascending.
std::vector<geo::Instant> shape_times(const PluginShapes& shapes);
// A front at a time, if it is anywhere then; on `height` m at a place.
std::optional<io::LineBatch> front_line(const Front& front, std::uint32_t shape, geo::Instant now, const io::GroundSampler& height);
// A column from the ground up, widening, bent towards where it drifts to, with an arrow there: lines around it. Absent where its top is
// not above the ground, or has no height.
std::optional<io::LineBatch> column_lines(const PluginShapes& shapes, std::uint32_t shape, double ground);
bool area_contains(const PluginShapes& shapes, const PluginShape& shape, double lon, double lat);
geo::Extent extent_of_row(const PluginShapes& shapes, std::uint32_t row);  // empty: it has no place

}  // namespace tenbo::runtime
