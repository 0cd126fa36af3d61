#include "field_layer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tenbo::runtime {

FieldMesh build_field_mesh(const geo::FieldInfo& info, const io::GroundSampler& ground, std::size_t max_vertices) {
  FieldMesh out;
  const auto& g = info.grid;
  int stride = 1;
  const auto vertices = [&](int s) {
    return (static_cast<std::size_t>((g.width + s - 1) / s) + 1) * (static_cast<std::size_t>((g.height + s - 1) / s) + 1);
  };
  while (vertices(stride) > max_vertices) ++stride;
  const int nx = (g.width + stride - 1) / stride, ny = (g.height + stride - 1) / stride;

  std::vector<geo::GeoPoint> corners;
  corners.reserve(vertices(stride));
  for (int j = 0; j <= ny; ++j)
    for (int i = 0; i <= nx; ++i) {
      geo::GeoPoint p;
      g.pixel_to_crs(std::min(i * stride, g.width), std::min(j * stride, g.height), p.lon, p.lat);
      corners.push_back(p);
    }
  if (auto t = geo::Transformer::to_geographic(g.crs, geo::AxisOrder::xy)) t->transform(corners);

  const auto middle = info.extent.centre();
  double anchor_height = ground(middle.lon, middle.lat);
  if (!std::isfinite(anchor_height)) anchor_height = 0;
  out.frame = geo::LocalFrame::at({middle.lon, middle.lat, anchor_height});
  out.mesh.vertices.reserve(corners.size());
  out.min = glm::vec3(INFINITY);
  out.max = glm::vec3(-INFINITY);
  const auto up = encode_normal({0, 0, 1});
  for (int j = 0; j <= ny; ++j)
    for (int i = 0; i <= nx; ++i) {
      auto p = corners[static_cast<std::size_t>(j) * (nx + 1) + i];
      Vertex v{};
      v.normal = up;
      v.feature = no_feature;
      v.u = static_cast<float>(std::min(i * stride, g.width)) / static_cast<float>(g.width);
      v.v = static_cast<float>(std::min(j * stride, g.height)) / static_cast<float>(g.height);
      if (std::isfinite(p.lon) && std::isfinite(p.lat)) {
        const double h = ground(p.lon, p.lat);
        p.height = std::isfinite(h) ? h : anchor_height;
        const auto local = out.frame.to_local(p);
        v.x = static_cast<float>(local.x);
        v.y = static_cast<float>(local.y);
        v.z = static_cast<float>(local.z);
        out.min = glm::min(out.min, glm::vec3(local));
        out.max = glm::max(out.max, glm::vec3(local));
      }
      out.mesh.vertices.push_back(v);
    }
  out.max.z += 50.f;  // water rises above the ground it was made from

  const auto usable = [&](std::uint32_t k) { return std::isfinite(corners[k].lon) && std::isfinite(corners[k].lat); };
  out.mesh.indices.reserve(static_cast<std::size_t>(nx) * ny * 6);
  const auto add_cell = [&](int i, int j) {
    const auto a = static_cast<std::uint32_t>(j * (nx + 1) + i), b = a + 1;
    const auto c = a + static_cast<std::uint32_t>(nx) + 1, d = c + 1;
    if (!usable(a) || !usable(b) || !usable(c) || !usable(d)) return;
    for (auto k : {a, c, b, b, c, d}) out.mesh.indices.push_back(k);
  };
  constexpr int side = 16;  // quads a block
  for (int j0 = 0; j0 < ny; j0 += side)
    for (int i0 = 0; i0 < nx; i0 += side) {
      const int i1 = std::min(nx, i0 + side), j1 = std::min(ny, j0 + side);
      const auto first = static_cast<std::uint32_t>(out.mesh.indices.size());
      for (int j = j0; j < j1; ++j)
        for (int i = i0; i < i1; ++i) add_cell(i, j);
      const auto count = static_cast<std::uint32_t>(out.mesh.indices.size()) - first;
      const auto cell = [&](int k, int most) { return static_cast<std::uint32_t>(std::min(k * stride, most)); };
      if (count) out.blocks.push_back({first, count, cell(i0, g.width), cell(j0, g.height), cell(i1, g.width), cell(j1, g.height)});
    }
  return out;
}

std::vector<float> with_hatching(const std::vector<float>& values, const std::vector<float>& marks) {
  std::vector<float> out = values;
  for (std::size_t i = 0; i < out.size() && i < marks.size(); ++i) {
    if (!std::isfinite(out[i])) continue;
    const bool marked = marks[i] == 1.f;
    if (marked && out[i] == 0.f) out[i] = 1e-30f;
    const auto bits = std::bit_cast<std::uint32_t>(out[i]);
    if (((bits & 1u) != 0) != marked) out[i] = std::bit_cast<float>(bits + 1);
  }
  return out;
}

std::vector<float> with_unknown_hatched(const std::vector<float>& values) {
  std::vector<float> marks(values.size()), plain = values;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isnan(values[i])) plain[i] = 0, marks[i] = 1;
  return with_hatching(plain, marks);
}

bool FieldLayer::replace(std::shared_ptr<const geo::Field> with, render::Renderer* renderer) {
  const auto same_cells = [](const geo::GridGeometry& a, const geo::GridGeometry& b) {
    return a.geotransform == b.geotransform && a.width == b.width && a.height == b.height && a.crs.id() == b.crs.id();
  };
  const bool keep = field && with && same_cells(field->info().grid, with->info().grid);
  field = std::move(with);
  ++revision;
  slices.clear();
  asked.clear();
  failed.clear();
  grids.forget(renderer, keep);
  return keep;
}

std::optional<std::size_t> FieldLayer::step_at(std::optional<geo::Instant> t) const {
  if (!field) return std::nullopt;
  const auto& times = field->info().valid_times;
  if (times.empty()) return 0;
  if (!t) return 0;
  return field->step_at(*t);
}

float FieldLayer::blend_at(std::size_t step, std::optional<geo::Instant> t) const {
  const auto& times = field->info().valid_times;
  if (!t || step + 1 >= times.size()) return 0.f;
  const double span = static_cast<double>(times[step + 1].ms - times[step].ms);
  return span > 0 ? static_cast<float>(std::clamp(static_cast<double>(t->ms - times[step].ms) / span, 0.0, 1.0)) : 0.f;
}

const PaletteStop* FieldLayer::class_of(float value) const { return palette ? palette->class_of(value) : nullptr; }

}  // namespace tenbo::runtime
