#include "store.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <glm/common.hpp>
#include <glm/vec2.hpp>
#include <limits>

#include "gpu_types.h"
#include "sky.h"

namespace tenbo::render {
namespace {

Error wrong(std::string message, std::string remedy = {}) {
  return Error{ErrorCode::invalid_argument, std::move(message), {}, {}, std::move(remedy)};
}

constexpr VkImageUsageFlags picture_usage =
    VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;

struct Segment { glm::vec3 a; std::uint32_t feature; glm::vec3 b; std::uint32_t spare; };
static_assert(sizeof(Segment) == 32);
static_assert(sizeof(FeatureStyle) == 16);

bool finite(const glm::vec3& p) { return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z); }

void count_properties(GpuFeatures& f, std::uint32_t first, std::span<const FeatureStyle> styles) {
  const auto step = [](std::uint32_t& count, bool before, bool now) { count += std::uint32_t{now} - std::uint32_t{before}; };
  for (std::size_t i = 0; i < styles.size(); ++i) {
    const FeatureStyle& s = styles[i];
    const bool selected = s.flags & feature_selected, hidden = s.flags & feature_hidden,
               hazard = s.hazard.a > 0 || s.flags & feature_hazard_unknown, coloured = s.colour.a > 0,
               dimmed = s.flags & feature_dimmed;
    std::uint8_t& p = f.properties[first + i];
    if (hidden != bool(p & 2)) ++f.hidden_revision;
    step(f.selected, p & 1, selected);
    step(f.hidden, p & 2, hidden);
    step(f.hazardous, p & 4, hazard);
    step(f.coloured, p & 8, coloured);
    step(f.dimmed, p & 16, dimmed);
    p = static_cast<std::uint8_t>(selected | hidden << 1 | hazard << 2 | coloured << 3 | dimmed << 4);
  }
}

// Cells with, at each corner between them, the mean depth of the wet cells that meet there: shaders/field.glsl.
std::vector<glm::vec2> with_corners(const std::vector<float>& cells, std::uint32_t w, std::uint32_t h) {
  std::vector<glm::vec2> out((std::size_t{w} + 1) * (h + 1), glm::vec2(unknown_cell, 0));
  for (std::uint32_t y = 0; y <= h; ++y)
    for (std::uint32_t x = 0; x <= w; ++x) {
      float sum = 0, wet = 0;
      bool known = false;
      for (std::uint32_t k = 0; k < 4; ++k) {
        const std::uint32_t cx = x - (k & 1), cy = y - (k >> 1);  // wraps beyond w or h at the border
        if (cx >= w || cy >= h) continue;
        const float v = cells[std::size_t{cy} * w + cx];
        known = known || v > unknown_cell;
        if (v > 0) sum += v, wet += 1;
      }
      glm::vec2& t = out[std::size_t{y} * (w + 1) + x];
      if (x < w && y < h) t.x = cells[std::size_t{y} * w + x];
      t.y = wet > 0 ? sum / wet : known ? 0.f : unknown_cell;
    }
  return out;
}

class BoundsOf {
 public:
  void add(const glm::vec3& p, std::uint32_t feature) {
    if (finite(p)) min_ = glm::min(min_, p), max_ = glm::max(max_, p);
    if (feature != no_feature) first = std::min(first, feature), last = std::max(last, feature);
  }
  Bounds bounds() const { return min_.x <= max_.x ? Bounds{min_, max_} : Bounds{}; }
  std::uint32_t first = UINT32_MAX, last = 0;

 private:
  glm::vec3 min_{std::numeric_limits<float>::max()}, max_{-std::numeric_limits<float>::max()};
};

}  // namespace

Store::Store(Device& device, bool paged) : uploader(device), device_(device), paged_(paged), pages_(device) {
  const std::byte full[4]{std::byte{255}, std::byte{255}, std::byte{255}, std::byte{255}};
  white = GpuImage(device, {VK_FORMAT_R8G8B8A8_UNORM, 1, 1, 1, 1, picture_usage});
  uploader.write(white, 0, 1, full);
  glyph_atlas = GpuImage(device, {VK_FORMAT_R8_UNORM, 1, 1, 1, 1, picture_usage});
  uploader.write(glyph_atlas, 0, 1, std::span(full, 1));
  sky_table = GpuImage(device, {VK_FORMAT_R16G16B16A16_SFLOAT, SkyLight::width, SkyLight::height, 1, 1, picture_usage});
  nothing = Buffer(device, nothing_bytes, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT, BufferKind::host);
  std::fill_n(nothing.mapped, nothing_bytes, std::byte{0});
}

Result<MeshHandle> Store::create_mesh(const MeshData& mesh) { return add_mesh(mesh, {}, paged_); }

Result<MeshHandle> Store::create_field_mesh(const MeshData& mesh, std::span<const FieldBlock> blocks) {
  return add_mesh(mesh, blocks, false);
}

Result<MeshHandle> Store::add_mesh(const MeshData& mesh, std::span<const FieldBlock> blocks, bool paged) {
  if (mesh.indices.size() % 3 != 0)
    return wrong(fmt::format("a mesh has {} indices, which is not a multiple of 3", mesh.indices.size()));
  if (mesh.vertices.size() >= UINT32_MAX || mesh.indices.size() >= UINT32_MAX)
    return Error{ErrorCode::out_of_budget, "a mesh has more than 4 billion vertices or indices", {}, {}, "split it"};
  std::uint32_t highest = 0;
  for (std::uint32_t i : mesh.indices) highest = std::max(highest, i);
  if (!mesh.indices.empty() && highest >= mesh.vertices.size())
    return wrong(fmt::format("a mesh of {} vertices has index {}", mesh.vertices.size(), highest));

  std::uint64_t reached = 0;
  for (const FieldBlock& b : blocks) {
    if (b.first_index < reached || std::uint64_t{b.first_index} + b.index_count > mesh.indices.size())
      return wrong(fmt::format("a field's block of {} indices from {} lies before the one before it or outside the {} there are",
                               b.index_count, b.first_index, mesh.indices.size()));
    reached = std::uint64_t{b.first_index} + b.index_count;
  }
  GpuMesh m;
  m.blocks.assign(blocks.begin(), blocks.end());
  BoundsOf extent;
  for (const Vertex& v : mesh.vertices) extent.add({v.x, v.y, v.z}, v.feature);
  m.bounds = extent.bounds();
  m.feature_min = extent.first;
  m.feature_max = extent.last;
  m.index_count = static_cast<std::uint32_t>(mesh.indices.size());
  std::uint64_t grouped = 0;
  for (const FacingGroup& g : mesh.groups) grouped += g.first_index == grouped ? g.index_count : UINT32_MAX;
  if (!mesh.groups.empty() && grouped != m.index_count)
    return wrong(fmt::format("the groups of a mesh do not follow each other over its {} indices", m.index_count));
  m.groups = mesh.groups;
  if (m.index_count && paged) {
    m.piece = pages_.add(mesh, uploader);
  } else if (m.index_count) {
    const auto vertices = std::as_bytes(std::span(mesh.vertices)), indices = std::as_bytes(std::span(mesh.indices));
    m.vertices = Buffer(device_, vertices.size(), VK_BUFFER_USAGE_VERTEX_BUFFER_BIT, BufferKind::device);
    m.indices = Buffer(device_, indices.size(), VK_BUFFER_USAGE_INDEX_BUFFER_BIT, BufferKind::device);
    uploader.write(m.vertices, 0, vertices, true);
    uploader.write(m.indices, 0, indices, true);
  }
  return meshes.insert(std::move(m));
}

Result<LineHandle> Store::create_lines(const LineData& data) {
  if (data.features.size() != data.points.size())
    return wrong(fmt::format("lines have {} points and {} features", data.points.size(), data.features.size()));
  if (!std::is_sorted(data.starts.begin(), data.starts.end()) ||
      (!data.starts.empty() && data.starts.back() > data.points.size()))
    return wrong("lines have starts that do not ascend or go past the last point");
  std::vector<Segment> segments;
  BoundsOf extent;
  for (std::size_t line = 0; line + 1 < data.starts.size(); ++line)
    for (std::uint32_t i = data.starts[line]; i + 1 < data.starts[line + 1]; ++i) {
      const glm::vec3 a = data.points[i], b = data.points[i + 1];
      if (!finite(a) || !finite(b)) continue;
      segments.push_back({a, data.features[i], b, 0});
      extent.add(a, data.features[i]);
      extent.add(b, data.features[i]);
    }
  GpuLines l;
  l.bounds = extent.bounds();
  l.feature_min = extent.first;
  l.feature_max = extent.last;
  l.segment_count = static_cast<std::uint32_t>(segments.size());
  if (!segments.empty()) {
    const auto bytes = std::as_bytes(std::span(segments));
    l.segments = Buffer(device_, bytes.size(), VK_BUFFER_USAGE_STORAGE_BUFFER_BIT, BufferKind::device);
    uploader.write(l.segments, 0, bytes, true);
  }
  return lines.insert(std::move(l));
}

Result<PointsHandle> Store::create_points(std::span<const PointPlace> places, std::span<const Rgba8> colours) {
  if (places.size() != colours.size() || places.size() > UINT32_MAX / 4)
    return wrong(fmt::format("{} points have {} colours", places.size(), colours.size()));
  GpuPoints p;
  p.count = p.all = static_cast<std::uint32_t>(places.size());
  if (!places.empty()) {
    p.places = Buffer(device_, places.size_bytes(), VK_BUFFER_USAGE_VERTEX_BUFFER_BIT, BufferKind::device);
    p.colours = Buffer(device_, colours.size_bytes(), VK_BUFFER_USAGE_VERTEX_BUFFER_BIT, BufferKind::device);
    uploader.write(p.places, 0, std::as_bytes(places), true);
    uploader.write(p.colours, 0, std::as_bytes(colours), true);
  }
  return points.insert(std::move(p));
}

Status Store::update_points(PointsHandle h, std::span<const Rgba8> colours, const std::optional<std::vector<std::uint32_t>>& shown) {
  GpuPoints* p = points.get(h);
  if (!p) return wrong("the points no longer exist");
  if (colours.size() != p->all) return wrong(fmt::format("{} colours of {} points", colours.size(), p->all));
  if (shown)
    for (const std::uint32_t i : *shown)
      if (i >= p->all) return wrong(fmt::format("point {} of {} is to be shown", i, p->all));
  p->written = ++writes;
  p->filtered = shown.has_value();
  p->count = shown ? static_cast<std::uint32_t>(shown->size()) : p->all;
  if (p->all) uploader.write(p->colours, 0, std::as_bytes(colours), false);
  p->shown = {};
  if (shown && !shown->empty()) {
    p->shown = Buffer(device_, shown->size() * 4, VK_BUFFER_USAGE_INDEX_BUFFER_BIT, BufferKind::device);
    uploader.write(p->shown, 0, std::as_bytes(std::span(*shown)), true);
  }
  return {};
}

Result<TextureHandle> Store::create_texture(const Image& image, bool repeat) {
  const auto most = static_cast<int>(device_.properties.limits.maxImageDimension2D);
  if (image.width <= 0 || image.height <= 0 ||
      image.rgba.size() != static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 4)
    return wrong(fmt::format("a picture of {} x {} has {} bytes", image.width, image.height, image.rgba.size()));
  if (image.width > most || image.height > most)
    return Error{ErrorCode::out_of_budget, fmt::format("a picture of {} x {} is larger than this device takes ({})",
                                                       image.width, image.height, most), {}, {}, "scale it down or tile it"};
  GpuTexture t;
  const auto w = static_cast<std::uint32_t>(image.width), h = static_cast<std::uint32_t>(image.height);
  t.image = GpuImage(device_, {VK_FORMAT_R8G8B8A8_UNORM, w, h, static_cast<std::uint32_t>(std::bit_width(std::max(w, h))),
                               1, picture_usage});
  t.repeat = repeat;
  uploader.write(t.image, 0, h, std::as_bytes(std::span(image.rgba)));
  return textures.insert(std::move(t));
}

Result<FeatureTableHandle> Store::create_features(std::span<const FeatureStyle> styles) {
  GpuFeatures f;
  f.count = static_cast<std::uint32_t>(styles.size());
  f.properties.resize(styles.size());
  count_properties(f, 0, styles);
  const auto bytes = std::as_bytes(styles);
  f.styles = Buffer(device_, std::max<std::size_t>(bytes.size(), 16),
                    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | (paged_ ? VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT : 0), BufferKind::device);
  uploader.write(f.styles, 0, bytes, true);
  return features.insert(std::move(f));
}

Status Store::update_features(FeatureTableHandle table, std::uint32_t first, std::span<const FeatureStyle> styles) {
  GpuFeatures* f = features.get(table);
  if (!f) return wrong("the feature table no longer exists");
  if (first > f->count || styles.size() > f->count - first)
    return wrong(fmt::format("styles {} to {} of a table of {}", first, first + styles.size(), f->count));
  f->written = ++writes;
  count_properties(*f, first, styles);
  uploader.write(f->styles, first * sizeof(FeatureStyle), std::as_bytes(styles), false);
  return {};
}

Result<GridHandle> Store::create_grid(int width, int height, std::span<const float> values) {
  const auto most = static_cast<int>(device_.properties.limits.maxImageDimension2D);
  if (width <= 0 || height <= 0 || values.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
    return wrong(fmt::format("a grid of {} x {} has {} values", width, height, values.size()));
  if (width >= most || height >= most)
    return Error{ErrorCode::out_of_budget, fmt::format("a grid of {} x {} is larger than this device takes ({})", width,
                                                       height, most), {}, {}, "tile it"};
  GpuGrid g;
  std::vector<float> clean(values.begin(), values.end());
  for (float& v : clean) {
    if (std::isnan(v)) v = unknown_cell;
    else g.highest = std::max(g.highest, std::min(v, 1e4f));
  }
  const auto w = static_cast<std::uint32_t>(width), h = static_cast<std::uint32_t>(height);
  g.columns = w;
  g.rows = h;
  const std::uint32_t blocks = (w + GpuGrid::block - 1) / GpuGrid::block;
  g.block_highest.assign(std::size_t{blocks} * ((h + GpuGrid::block - 1) / GpuGrid::block), unknown_cell);
  for (std::uint32_t y = 0; y < h; ++y)
    for (std::uint32_t x = 0; x < w; ++x) {
      float& most_here = g.block_highest[std::size_t{y / GpuGrid::block} * blocks + x / GpuGrid::block];
      most_here = std::max(most_here, clean[std::size_t{y} * w + x]);
    }
  const auto texels = with_corners(clean, w, h);
  g.image = GpuImage(device_, {VK_FORMAT_R32G32_SFLOAT, w + 1, h + 1, 1, 1, picture_usage});
  uploader.write(g.image, 0, h + 1, std::as_bytes(std::span(texels)));
  return grids.insert(std::move(g));
}

float GpuGrid::highest_in(std::uint32_t x0, std::uint32_t y0, std::uint32_t x1, std::uint32_t y1) const {
  const std::uint32_t across = (columns + block - 1) / block, down = (rows + block - 1) / block;
  float out = unknown_cell;
  for (std::uint32_t y = y0 / block; y < std::min(down, (y1 + block - 1) / block); ++y)
    for (std::uint32_t x = x0 / block; x < std::min(across, (x1 + block - 1) / block); ++x)
      out = std::max(out, block_highest[std::size_t{y} * across + x]);
  return out;
}

Status Store::update_glyph_atlas(int size, int y0, int y1, std::span<const std::uint8_t> pixels) {
  if (size <= 0 || y0 < 0 || y1 < y0 || y1 > size ||
      pixels.size() != static_cast<std::size_t>(size) * static_cast<std::size_t>(y1 - y0))
    return wrong(fmt::format("glyph atlas of {} px: rows {} to {} with {} bytes", size, y0, y1, pixels.size()));
  const auto s = static_cast<std::uint32_t>(size);
  if (glyph_atlas.desc.width != s) {
    glyph_atlas = GpuImage(device_, {VK_FORMAT_R8_UNORM, s, s, 1, 1, picture_usage});
    if (y1 - y0 != size) {  // rows never sent are empty, not whatever memory held
      const std::vector<std::byte> empty(static_cast<std::size_t>(size) * size);
      uploader.write(glyph_atlas, 0, s, empty);
    }
  }
  uploader.write(glyph_atlas, static_cast<std::uint32_t>(y0), static_cast<std::uint32_t>(y1 - y0), std::as_bytes(pixels));
  return {};
}

}  // namespace tenbo::render
