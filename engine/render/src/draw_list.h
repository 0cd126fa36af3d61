#pragma once
// From a FrameView to what is recorded: culled, sorted, with one record a draw in a buffer.
#include <functional>
#include <glm/mat4x4.hpp>
#include <vector>

#include "frame_data.h"
#include "frame_slot.h"
#include "store.h"

namespace tenbo::render {

struct DrawItem {
  PipelineKey key;
  VkDescriptorSet material = nullptr;
  VkBuffer vertices = nullptr, indices = nullptr;  // null for lines, which read their segments themselves; points may have no indices
  VkBuffer colours = nullptr;                      // of points
  std::uint32_t first = 0, count = 0;              // indices, or vertices of lines
  std::int32_t vertex_offset = 0;                  // added to each index
  std::uint32_t record = 0;
  bool baked = false, closed = false;              // of the city, with light in its vertices; solids
  int stage = 0;                                   // drawn in this order; the sky comes at stage_sky
  float distance = 0;                              // m, within a stage of opaque draws nearest first
  std::uint32_t order = 0;                         // place in the view, for stages that keep it
};
enum Stage : int { stage_city, stage_terrain, stage_ground, stage_water, stage_sky, stage_blended, stage_draped,
                   stage_field, stage_point, stage_line, stage_glass };
// Drawn after the sky; what is not is the base of the picture.
inline bool lies_over_base(const MeshDraw& d) { return d.material == Material::draped || d.opacity < 1 || d.colour.a < 255; }

// What a pick gives back for a record.
struct RecordInfo {
  std::uint32_t layer = 0;
  bool line = false, draped = false, ground = false;
  std::uint32_t part = 0;
};

// What casts a shadow: which mesh, which of its features are hidden, and where it is from the anchor, in metres.
struct Caster {
  MeshHandle mesh;
  std::uint64_t hidden_revision = 0;
  glm::vec3 at{0};
};
// The camera's movement alone makes no difference: places are told apart from 10 cm on, which is more than floats at the
// camera's distance are off.
bool same_casters(const std::vector<Caster>& a, const std::vector<Caster>& b);

// A mesh of which the GPU chooses what is drawn.
struct GpuItem {
  GpuDraw draw{};
  std::shared_ptr<GeometryPage> page;
  bool closed = false;
};

struct DrawList {
  std::vector<DrawRecord> records;
  std::vector<RecordInfo> infos;    // one a record
  std::vector<DrawItem> scene;      // sorted
  std::vector<DrawItem> shadow;     // casters
  std::vector<DrawItem> selected;   // meshes that have something selected
  std::vector<GpuItem> gpu;         // GPU-driven: what casts, and what is opaque without a picture, seen or not
  std::uint64_t triangles = 0, points = 0;  // of the scene
  std::vector<Caster> casters, terrain_casters;
  bool direct = false;              // straight into the final picture: nothing needs the passes after the scene
};

enum class ListFor { scene, pick };

class DrawListBuilder {
 public:
  DrawListBuilder(Device& device, Pipelines& pipelines, Store& store, FrameSlot& slot)
      : device_(device), pipelines_(pipelines), store_(store), slot_(slot) {}
  // view_proj: of what is seen. cascades: empty without shadows.
  // direct: allowed to be so.
  DrawList build(const FrameView& view, const glm::mat4& view_proj, const std::vector<Cascade>& cascades, ListFor purpose,
                 bool direct = false);

 private:
  struct Window { VkDeviceSize offset, range; std::uint32_t base, count; };
  Window feature_window(const GpuFeatures* table, std::uint32_t first, std::uint32_t last) const;
  VkDescriptorSet material_set(const GpuFeatures* table, const Window& window, const GpuImage* a, VkSampler sampler_a,
                               const GpuImage* b, VkBuffer segments, VkDeviceSize segment_offset, VkDeviceSize segment_range,
                               const FieldRecord* field = nullptr);
  void add_mesh(const MeshDraw& draw, std::uint32_t order);
  // False: nothing of it is left for the direct way.
  bool add_gpu(const MeshDraw& draw, const GpuMesh& mesh, const GpuFeatures* table, bool blended, bool textured, bool clear);
  void add_field(const FieldDraw& draw, std::uint32_t order);
  void add_points(const PointDraw& draw, std::uint32_t order);
  void add_line(const LineDraw& draw, std::uint32_t order);

  Device& device_;
  Pipelines& pipelines_;
  Store& store_;
  FrameSlot& slot_;
  const std::vector<Cascade>* cascades_ = nullptr;
  glm::mat4 view_proj_{1};
  glm::vec3 anchor_{0};
  ListFor purpose_ = ListFor::scene;
  DrawList list_;
  using SetKey = std::tuple<const void*, VkDeviceSize, const void*, VkSampler, const void*, VkBuffer, VkDeviceSize>;
  std::map<SetKey, VkDescriptorSet> sets_;
};

}  // namespace tenbo::render
