#pragma once
// Everything that outlives a frame on the GPU, addressed by generation handles.
#include <glm/vec3.hpp>
#include <span>
#include <vector>

#include "geometry_pages.h"
#include "memory.h"
#include "tenbo/base/handle.h"
#include "tenbo/render/renderer.h"
#include "upload.h"

namespace tenbo::render {

struct Bounds { glm::vec3 min{0}, max{0}; };

struct GpuMesh {
  Buffer vertices, indices;
  GeometryPiece piece;                             // in place of the buffers, where drawing is GPU-driven
  VkBuffer vertex_buffer() const { return piece ? piece.page->vertices.buffer : vertices.buffer; }
  VkBuffer index_buffer() const { return piece ? piece.page->indices.buffer : indices.buffer; }
  std::uint32_t index_count = 0;
  std::uint32_t feature_min = 0, feature_max = 0;  // used by its vertices; min > max where none is
  Bounds bounds;
  std::vector<FieldBlock> blocks;                  // of a field's surface
  std::vector<FacingGroup> groups;                 // of MeshData
};
struct GpuLines {
  Buffer segments;                 // 32 bytes each, see shaders/line.vert
  std::uint32_t segment_count = 0;
  std::uint32_t feature_min = 0, feature_max = 0;
  Bounds bounds;
};
struct GpuPoints {
  Buffer places, colours;
  Buffer shown;                    // indices of those that are; nothing where all are
  std::uint32_t count = 0;         // that are shown
  std::uint32_t all = 0;
  bool filtered = false;
  std::uint64_t written = 0;       // Store::writes when it was last written
};
struct GpuTexture { GpuImage image; bool repeat = false; };
struct GpuFeatures {
  Buffer styles;
  std::uint32_t count = 0;
  // How many have each property: what no feature has, no shader needs to look for.
  std::vector<std::uint8_t> properties;
  std::uint32_t selected = 0, hidden = 0, hazardous = 0, coloured = 0, dimmed = 0;
  bool plain() const { return !hidden && !hazardous && !coloured && !dimmed; }  // nothing in it shows
  std::uint64_t hidden_revision = 0;               // changes when what is hidden does
  std::uint64_t written = 0;                       // Store::writes when it was last written
};
struct GpuGrid {
  static constexpr std::uint32_t block = 16;       // cells a side
  GpuImage image;                                  // shaders/field.glsl
  std::uint32_t columns = 0, rows = 0;             // cells
  float highest = 0;
  std::vector<float> block_highest;                // row by row; unknown_cell where nothing is known
  // The highest value of the blocks that meet the cells x0 <= x < x1, y0 <= y < y1.
  float highest_in(std::uint32_t x0, std::uint32_t y0, std::uint32_t x1, std::uint32_t y1) const;
};

class Store {
 public:
  // paged: meshes lie in shared pages.
  Store(Device& device, bool paged);

  Result<MeshHandle> create_mesh(const MeshData& mesh);
  Result<MeshHandle> create_field_mesh(const MeshData& mesh, std::span<const FieldBlock> blocks);
  Result<LineHandle> create_lines(const LineData& lines);
  Result<PointsHandle> create_points(std::span<const PointPlace> places, std::span<const Rgba8> colours);
  Status update_points(PointsHandle h, std::span<const Rgba8> colours, const std::optional<std::vector<std::uint32_t>>& shown);
  Result<TextureHandle> create_texture(const Image& image, bool repeat);
  Result<FeatureTableHandle> create_features(std::span<const FeatureStyle> styles);
  Status update_features(FeatureTableHandle table, std::uint32_t first, std::span<const FeatureStyle> styles);
  Result<GridHandle> create_grid(int width, int height, std::span<const float> values);
  Status update_glyph_atlas(int size, int y0, int y1, std::span<const std::uint8_t> pixels);

  Uploader uploader;
  SlotMap<GpuMesh, MeshTag> meshes;
  SlotMap<GpuLines, LineTag> lines;
  SlotMap<GpuPoints, PointsTag> points;
  SlotMap<GpuTexture, TextureTag> textures;
  SlotMap<GpuFeatures, FeatureTableTag> features;
  std::uint64_t writes = 0;        // of tables that were there before: all else under a handle stays as it was made
  SlotMap<GpuGrid, GridTag> grids;
  GpuImage glyph_atlas;            // r8; one white texel until the first update
  GpuImage white;                  // stands where a shader reads no picture
  static constexpr VkDeviceSize nothing_bytes = 256;
  Buffer nothing;                  // stands where a shader reads no table
  GpuImage sky_table;

 private:
  Result<MeshHandle> add_mesh(const MeshData& mesh, std::span<const FieldBlock> blocks, bool paged);
  Device& device_;
  bool paged_;
  GeometryPages pages_;
};

}  // namespace tenbo::render
