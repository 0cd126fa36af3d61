#include "draw_list.h"

#include <algorithm>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>

namespace tenbo::render {
namespace {

glm::vec4 unit(Rgba8 c) { return glm::vec4(c.r, c.g, c.b, c.a) / 255.f; }

// m: one map over everything that is seen has larger texels from far above, and what casts shadows is no larger.
constexpr float widest_shadow_texel = 3;

// Nearest distance of a box to the eye, roughly: centre less radius.
float distance_of(const glm::mat4& model, const Bounds& b) {
  const glm::vec3 centre = model * glm::vec4((b.min + b.max) * 0.5f, 1);
  return glm::length(centre) - glm::length(b.max - b.min) * 0.5f;
}

// Bounds as given, or the mesh's own where none were.
Bounds bounds_of(const MeshDraw& d, const GpuMesh& m) {
  return d.bounds_min == d.bounds_max ? m.bounds : Bounds{d.bounds_min, d.bounds_max};
}

// A solid's indices without those of groups that all look away from the eye; neighbours go in one draw.
std::vector<std::pair<std::uint32_t, std::uint32_t>> facing_runs(const GpuMesh& mesh, const Bounds& b, const glm::mat4& model) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;  // first, count
  if (mesh.groups.empty()) return {{0, mesh.index_count}};
  const glm::vec3 eye = glm::inverse(model) * glm::vec4(0, 0, 0, 1), centre = (b.min + b.max) * 0.5f;
  const float radius = glm::length(b.max - b.min) * 0.5f;
  for (const FacingGroup& g : mesh.groups) {
    if (looks_away(g, centre, radius, eye)) continue;
    if (!runs.empty() && runs.back().first + runs.back().second == g.first_index)
      runs.back().second += g.index_count;
    else
      runs.emplace_back(g.first_index, g.index_count);
  }
  return runs;
}

int stage_of(const MeshDraw& d, bool blended) {
  switch (d.material) {
    case Material::draped: return stage_draped;
    case Material::city: return blended ? stage_glass : stage_city;
    case Material::terrain: return blended ? stage_blended : stage_terrain;
    case Material::ground: return blended ? stage_blended : stage_ground;
    case Material::water_body: return blended ? stage_blended : stage_water;
  }
  return stage_city;
}

// Opaque and without a picture: its light needs nothing but what its triangles hold.
bool drawn_by_gpu(const MeshDraw& d, bool blended, bool textured) {
  return !blended && !textured && d.material != Material::draped;
}

// Turned and moved alone: what faces away does so wherever it is put.
bool rigid(const glm::mat4& m) {
  const glm::vec3 x(m[0]), y(m[1]), z(m[2]);
  return std::abs(glm::dot(x, x) - 1) < 1e-3f && std::abs(glm::dot(y, y) - 1) < 1e-3f && glm::distance(glm::cross(x, y), z) < 1e-2f;
}

}  // namespace

bool same_casters(const std::vector<Caster>& a, const std::vector<Caster>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Caster& x, const Caster& y) {
    const glm::vec3 moved = glm::abs(x.at - y.at);
    return x.mesh == y.mesh && x.hidden_revision == y.hidden_revision && std::max({moved.x, moved.y, moved.z}) < 0.1f;
  });
}

DrawListBuilder::Window DrawListBuilder::feature_window(const GpuFeatures* table, std::uint32_t first,
                                                        std::uint32_t last) const {
  constexpr VkDeviceSize style = sizeof(FeatureStyle);
  if (!table || table->count == 0) return {0, VK_WHOLE_SIZE, 0, 0};
  const auto& limits = device_.properties.limits;
  if (table->count * style <= limits.maxStorageBufferRange) return {0, table->count * style, 0, table->count};
  // A table larger than one binding may be: bind the part that this mesh uses. The styles of features beyond the range
  // from its first one fall back to the layer's own colour.
  const VkDeviceSize alignment = std::max<VkDeviceSize>(limits.minStorageBufferOffsetAlignment, style);
  first = std::min(first, table->count - 1);
  last = std::min(std::max(first, last), table->count - 1);
  const VkDeviceSize offset = first * style / alignment * alignment;
  const VkDeviceSize range = std::min<VkDeviceSize>((last + 1) * style - offset, limits.maxStorageBufferRange / style * style);
  return {offset, range, static_cast<std::uint32_t>(offset / style), static_cast<std::uint32_t>(range / style)};
}

VkDescriptorSet DrawListBuilder::material_set(const GpuFeatures* table, const Window& window, const GpuImage* a,
                                              VkSampler sampler_a, const GpuImage* b, VkBuffer segments,
                                              VkDeviceSize segment_offset, VkDeviceSize segment_range,
                                              const FieldRecord* field) {
  const auto make = [&] {
    SetWriter w(device_, slot_.allocate(pipelines_.material_set));
    w.storage(table && window.count ? table->styles.buffer : store_.nothing.buffer, window.offset, window.range)
        .image(a ? a->view : store_.white.view, sampler_a)
        .image(b ? b->view : store_.white.view, pipelines_.nearest_clamp)
        .storage(segments ? segments : store_.nothing.buffer, segment_offset, segments ? segment_range : VK_WHOLE_SIZE);
    if (field) w.uniform(slot_.memory.push(std::span(field, 1)));
    else w.uniform({store_.nothing.buffer, 0, store_.nothing_bytes, nullptr});
    return w.write();
  };
  if (field) return make();
  const SetKey key{table, window.offset ^ window.range << 20, a, sampler_a, b, segments, segment_offset};
  auto [it, fresh] = sets_.try_emplace(key, nullptr);
  if (fresh) it->second = make();
  return it->second;
}

bool DrawListBuilder::add_gpu(const MeshDraw& d, const GpuMesh& mesh, const GpuFeatures* table, bool blended, bool textured,
                              bool clear) {
  const bool whole = drawn_by_gpu(d, blended, textured);
  const bool in_scene = whole && !clear;
  const bool casts = d.casts_shadow && !cascades_->empty() && (d.material == Material::city || d.material == Material::terrain);
  if (!in_scene && !casts) return !whole && !clear;
  GpuItem& item = list_.gpu.emplace_back();
  item.page = mesh.piece.page;
  item.closed = d.closed && !blended && d.material == Material::city && rigid(d.model);
  GpuDraw& g = item.draw;
  g.model = d.model;
  g.colour = unit(d.colour);
  g.params = {d.origin_height, d.opacity, d.saturation, d.radius};
  g.vertices = item.page->vertices.address + mesh.piece.first_vertex * std::uint64_t{sizeof(Vertex)};
  g.indices = item.page->indices.address + mesh.piece.first_index * std::uint64_t{4};
  g.clusters = item.page->clusters.address + mesh.piece.first_cluster * std::uint64_t{sizeof(Cluster)};
  g.cluster_count = mesh.piece.cluster_count;
  g.first_index = mesh.piece.first_index;
  g.vertex_offset = static_cast<std::int32_t>(mesh.piece.first_vertex);
  g.flags = static_cast<std::uint32_t>(d.material) << draw_material_shift | (d.vertex_colours ? draw_vertex_colours : 0u) |
            (in_scene ? draw_in_scene : 0u) | (casts ? draw_casts : 0u) | (item.closed ? draw_closed : 0u) | (d.uncut ? draw_uncut : 0u);
  if (table && table->count && !(table->plain() && !table->selected)) {
    g.features = table->styles.address;
    g.feature_count = table->count;
    g.flags |= draw_has_table | (table->hidden ? draw_has_hidden : 0u);
  }
  return !whole && !clear;
}

void DrawListBuilder::add_mesh(const MeshDraw& d, std::uint32_t order) {
  const GpuMesh* mesh = store_.meshes.get(d.mesh);
  if (!mesh || mesh->index_count == 0 || !(d.opacity > 0)) return;
  if (purpose_ == ListFor::pick && d.material == Material::terrain && d.opacity <= 0.5f) return;  // what lies below it is picked
  const Bounds bounds = bounds_of(d, *mesh);
  const GpuFeatures* table = store_.features.get(d.features);
  const bool selected = table && table->selected > 0;
  const GpuTexture* texture = store_.textures.get(d.texture);
  const bool blended = d.opacity < 1 || d.colour.a < 255 || (texture && d.material == Material::draped);
  const bool clear = d.colour.a == 0 && !(table && table->coloured) && purpose_ == ListFor::scene;  // can be picked, not seen
  const bool by_gpu = mesh->piece && purpose_ == ListFor::scene;
  if (by_gpu && !add_gpu(d, *mesh, table, blended, texture != nullptr, clear) && !selected) return;
  const bool seen = box_visible(view_proj_ * d.model, bounds.min, bounds.max);
  bool casts = false;
  if (!by_gpu && d.casts_shadow && (d.material == Material::city || d.material == Material::terrain))
    for (const Cascade& c : *cascades_) casts = casts || box_casts(c.light * d.model, bounds.min, bounds.max);
  if (!seen && !casts) return;

  const Window window = feature_window(table, mesh->feature_min, mesh->feature_max);
  DrawRecord r{};
  r.model = d.model;
  r.colour = unit(d.colour);
  r.params = {d.origin_height, d.opacity, d.saturation, d.radius};
  r.feature_base = window.base;
  r.feature_count = window.count;
  r.flags = (d.vertex_colours && !texture ? 1u : 0u) | (d.uncut ? 2u : 0u) | (d.on_ground ? 4u : 0u);
  r.extra = d.material == Material::draped;

  DrawItem item;
  item.record = static_cast<std::uint32_t>(list_.records.size());
  item.material = material_set(table, window, texture ? &texture->image : nullptr,
                               texture && texture->repeat ? pipelines_.linear_repeat : pipelines_.linear_clamp, nullptr,
                               nullptr, 0, 0);
  item.vertices = mesh->vertex_buffer();
  item.indices = mesh->index_buffer();
  item.first = mesh->piece.first_index;
  item.vertex_offset = static_cast<std::int32_t>(mesh->piece.first_vertex);
  item.count = mesh->index_count;
  item.distance = distance_of(d.model, bounds);
  item.order = order;
  list_.records.push_back(r);
  list_.infos.push_back({d.layer, false, d.material == Material::draped, d.material != Material::city, d.part});

  if (casts) {
    item.key = {Program::shadow};
    item.key.table_use = table && table->hidden ? 1 : 0;
    list_.shadow.push_back(item);
    (d.material == Material::terrain ? list_.terrain_casters : list_.casters)
        .push_back({d.mesh, table && table->hidden ? table->hidden_revision : 0, glm::vec3(d.model[3]) - anchor_});
  }
  if (!seen) return;
  if (selected) {
    item.key = {Program::select};
    item.key.table_use = 1;
    list_.selected.push_back(item);
  }
  if (clear || (by_gpu && drawn_by_gpu(d, blended, texture != nullptr))) return;
  item.stage = purpose_ == ListFor::pick ? stage_city : stage_of(d, blended);
  item.baked = d.baked_light && d.material == Material::city;
  item.closed = d.closed && !blended && d.material == Material::city;
  item.key = {Program::mesh, static_cast<int>(d.material), texture != nullptr, blended, !table || table->plain() ? 0 : table->hazardous ? 2 : 1};
  if (purpose_ == ListFor::pick) item.key = {Program::pick_mesh, 0, false, false, table && table->hidden ? 1 : 0};
  if (!item.closed || purpose_ == ListFor::pick) {
    list_.scene.push_back(item);
    list_.triangles += item.count / 3;
    return;
  }
  for (const auto& [first, count] : facing_runs(*mesh, bounds, d.model)) {
    item.first = mesh->piece.first_index + first;
    item.count = count;
    list_.scene.push_back(item);
    list_.triangles += count / 3;
  }
}

void DrawListBuilder::add_field(const FieldDraw& d, std::uint32_t order) {
  const GpuMesh* mesh = store_.meshes.get(d.mesh);
  const GpuGrid* values = store_.grids.get(d.values);
  const GpuGrid* next = store_.grids.get(d.next);
  if (!mesh || !values || mesh->index_count == 0 || d.palette.empty() || !(d.opacity > 0)) return;
  if (next && (next->columns != values->columns || next->rows != values->rows)) next = nullptr;
  Bounds bounds = mesh->bounds;
  bounds.max.z += 1 + (d.as_depth ? std::max(values->highest, next ? next->highest : 0.f) : 0.f);
  if (!box_visible(view_proj_ * d.model, bounds.min, bounds.max)) return;

  FieldRecord f{};
  f.stops = static_cast<std::uint32_t>(std::min<std::size_t>(d.palette.size(), 16));
  for (std::uint32_t i = 0; i < f.stops; ++i) {
    f.from[i] = std::max(d.palette[i].from, -1.0e38f);
    f.colour[i] = d.palette[i].colour.packed();
  }
  f.width = static_cast<std::int32_t>(values->columns);
  f.height = static_cast<std::int32_t>(values->rows);
  f.mode = static_cast<std::uint32_t>(d.mode) | (d.hatched ? field_hatched : 0u) | (d.unknown_hatched ? field_unknown_hatched : 0u);
  f.blend = next ? std::clamp(d.blend, 0.f, 1.f) : 0.f;
  f.as_depth = d.as_depth ? 1.f : 0.f;
  f.opacity = std::clamp(d.opacity, 0.f, 1.f);
  f.lift = 0.3f;
  DrawRecord r{};
  r.model = d.model;
  r.colour = glm::vec4(1);
  r.params = {d.origin_height, d.opacity, 0, 0};

  DrawItem item;
  item.key = {Program::field};
  item.record = static_cast<std::uint32_t>(list_.records.size());
  item.material = material_set(nullptr, {0, VK_WHOLE_SIZE, 0, 0}, &values->image, pipelines_.nearest_clamp,
                               next ? &next->image : &values->image, nullptr, 0, 0, &f);
  item.vertices = mesh->vertex_buffer();
  item.indices = mesh->index_buffer();
  item.vertex_offset = static_cast<std::int32_t>(mesh->piece.first_vertex);
  item.count = mesh->index_count;
  item.stage = stage_field;
  item.order = order;
  list_.records.push_back(r);
  list_.infos.push_back({d.layer});
  const auto push = [&](std::uint32_t first, std::uint32_t count) {
    item.first = mesh->piece.first_index + first;
    item.count = count;
    list_.scene.push_back(item);
    list_.triangles += count / 3;
  };
  if (mesh->blocks.empty() || d.hatched || d.unknown_hatched) return push(0, mesh->index_count);  // what is hatched may have no value at all
  // Only where the palette shows something; neighbours go in one draw.
  std::uint32_t first = 0, end = 0;
  for (const FieldBlock& b : mesh->blocks) {
    if (!(values->highest_in(b.x0, b.y0, b.x1, b.y1) >= f.from[0])) continue;
    if (b.first_index != end) {
      if (end > first) push(first, end - first);
      first = b.first_index;
    }
    end = b.first_index + b.index_count;
  }
  if (end > first) push(first, end - first);
}

void DrawListBuilder::add_points(const PointDraw& d, std::uint32_t order) {
  const GpuPoints* points = store_.points.get(d.points);
  if (!points || !(d.opacity > 0) || !(d.size > 0)) return;
  const std::uint32_t count = std::min(d.count, points->count);
  if (count == 0 || !box_visible(view_proj_ * d.model, glm::vec3(0), glm::vec3(1))) return;
  DrawRecord r{};
  r.model = d.model;
  r.colour = glm::vec4(1);
  r.params = {0, d.opacity, 0, std::clamp(d.size, 1.f, device_.largest_point)};
  DrawItem item;
  const bool pick = purpose_ == ListFor::pick;
  item.key = {pick ? Program::pick_point : Program::point, d.round && r.params.w >= 3 ? 1 : 0, false, !pick && d.opacity < 1};
  item.record = static_cast<std::uint32_t>(list_.records.size());
  item.material = material_set(nullptr, {0, VK_WHOLE_SIZE, 0, 0}, nullptr, pipelines_.linear_clamp, nullptr, nullptr, 0, 0);
  item.vertices = points->places.buffer;
  item.colours = points->colours.buffer;
  item.indices = points->filtered ? points->shown.buffer : nullptr;
  item.count = count;
  item.stage = stage_point;
  item.order = order;
  list_.records.push_back(r);
  list_.infos.push_back({d.layer, true, false, false, d.part});
  list_.scene.push_back(item);
  list_.points += count;
}

void DrawListBuilder::add_line(const LineDraw& d, std::uint32_t order) {
  const GpuLines* lines = store_.lines.get(d.lines);
  if (!lines || lines->segment_count == 0 || !(d.opacity > 0) || !(d.width > 0)) return;
  if (!box_visible(view_proj_ * d.model, lines->bounds.min, lines->bounds.max)) return;
  const GpuFeatures* table = store_.features.get(d.features);
  const Window window = feature_window(table, lines->feature_min, lines->feature_max);
  DrawRecord r{};
  r.model = d.model;
  r.colour = unit(d.colour);
  r.params = {0, d.opacity, 0, d.width};
  r.feature_base = window.base;
  r.feature_count = window.count;
  r.extra = d.draped;
  const auto record = static_cast<std::uint32_t>(list_.records.size());
  list_.records.push_back(r);
  list_.infos.push_back({d.layer, true});

  // In parts that one storage binding can hold.
  const auto most = static_cast<std::uint32_t>(std::min<VkDeviceSize>(device_.properties.limits.maxStorageBufferRange / 32, 1u << 22)) & ~7u;
  for (std::uint32_t first = 0; first < lines->segment_count; first += most) {
    const std::uint32_t n = std::min(most, lines->segment_count - first);
    DrawItem item;
    item.key = {purpose_ == ListFor::pick ? Program::pick_line : Program::line};
    item.key.table_use = table ? 1 : 0;
    item.record = record;
    item.material = material_set(table, window, nullptr, pipelines_.linear_clamp, nullptr, lines->segments.buffer,
                                 first * VkDeviceSize{32}, n * VkDeviceSize{32});
    item.count = n * 6;
    item.stage = stage_line;
    item.order = order;
    list_.scene.push_back(item);
    list_.triangles += n * 2;
  }
}

DrawList DrawListBuilder::build(const FrameView& view, const glm::mat4& view_proj, const std::vector<Cascade>& cascades,
                                ListFor purpose,
                                bool direct) {
  list_ = {};
  sets_.clear();
  cascades_ = &cascades;
  view_proj_ = view_proj;
  purpose_ = purpose;
  anchor_ = view.anchor;
  for (std::uint32_t i = 0; i < view.meshes.size(); ++i) add_mesh(view.meshes[i], i);
  if (purpose == ListFor::scene)
    for (std::uint32_t i = 0; i < view.fields.size(); ++i) add_field(view.fields[i], i);
  for (std::uint32_t i = 0; i < view.points.size(); ++i) add_points(view.points[i], i);
  for (std::uint32_t i = 0; i < view.lines.size(); ++i) add_line(view.lines[i], i);

  // Where all of the city has its light, there is nothing for the passes after the scene to add; the ground stays as it is
  // when the city leaves the picture.
  const auto any = [&](bool baked) {
    return std::any_of(list_.scene.begin(), list_.scene.end(), [&](const DrawItem& i) {
      return i.key.program == Program::mesh && i.key.a == static_cast<int>(Material::city) && i.baked == baked;
    });
  };
  list_.direct = direct && (view.baked_city || any(true)) && !any(false);
  if (list_.direct) {
    const bool shadows = !cascades.empty() && cascades.front().texel <= widest_shadow_texel;
    if (!shadows) list_.shadow.clear();
    for (DrawItem& i : list_.scene) {
      const auto material = static_cast<Material>(i.key.a);
      if (i.baked) {
        i.key.program = Program::baked;
        i.key.cull = i.closed;
      } else if (i.key.program == Program::mesh && !shadows && !i.key.textured &&
                 (material == Material::ground || material == Material::water_body)) {
        i.key.program = Program::plain;
      }
      i.key.direct = true;
      i.key.shadows = shadows && i.key.program == Program::mesh;
    }
  }

  std::stable_sort(list_.scene.begin(), list_.scene.end(), [](const DrawItem& a, const DrawItem& b) {
    if (a.stage != b.stage) return a.stage < b.stage;
    if (a.stage < stage_sky) return a.distance != b.distance ? a.distance < b.distance : a.order < b.order;
    if (a.stage == stage_blended) {  // terrain that one sees through: the nearest first, so that each pixel is laid over once, whatever order tiles came in
      const bool at = a.key.a == static_cast<int>(Material::terrain), bt = b.key.a == static_cast<int>(Material::terrain);
      if (at != bt) return at;
      if (at) return a.distance != b.distance ? a.distance < b.distance : a.order < b.order;
    }
    if (a.stage == stage_glass) return a.distance != b.distance ? a.distance > b.distance : a.order < b.order;
    return a.order < b.order;
  });
  return std::move(list_);
}

}  // namespace tenbo::render
