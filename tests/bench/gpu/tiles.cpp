#include "tiles.h"

#include <algorithm>
#include <glm/geometric.hpp>
#include <glm/gtc/matrix_transform.hpp>

namespace tenbo::bench {

float Tiles::distance(int level, std::uint32_t x, std::uint32_t y, glm::vec3 from) const {
  const glm::vec2 lo = city_.corner(level, x, y), hi = lo + city_.width(level);
  const glm::vec3 nearest(glm::clamp(glm::vec2(from), lo, hi), std::clamp(from.z, 0.f, std::max(0.f, tile(level, x, y).tallest)));
  return glm::distance(from, nearest);
}

// f says whether to go below.
template <class F>
void Tiles::visit(int level, std::uint32_t x, std::uint32_t y, const F& f) const {
  if (!f(level, x, y) || level == 0) return;
  for (std::uint32_t k = 0; k < 4; ++k) visit(level - 1, 2 * x + (k & 1), 2 * y + (k >> 1), f);
}

Status Tiles::make(render::Renderer& renderer, const std::vector<Eye>& path, const Detail& detail) {
  const int top = city_.levels() - 1;
  if (tiles_.empty()) {
    for (int level = 0; level <= top; ++level) tiles_.emplace_back(std::size_t{city_.tiles(level)} * city_.tiles(level));
    std::vector<render::FeatureStyle> styles(city_.buildings());
    for (std::size_t i = 0; i < styles.size(); i += 97) styles[i].colour = {204, 168, 144, 255};  // a style is in use, as in real work
    auto table = renderer.create_features(styles);
    if (!table) return table.error();
    features_ = *table;
  }
  Status status;
  const auto upload = [&](const MeshData& m, render::MeshHandle& to) {
    auto mesh = renderer.create_mesh(m);
    if (!mesh) return status = mesh.error(), void();
    to = *mesh;
    ++meshes;
    triangles += m.indices.size() / 3;
  };
  // The nearest that any view comes to a tile; a path has hundreds of views, near each other.
  const auto nearest = [&](int level, std::uint32_t x, std::uint32_t y) {
    float out = 1e30f;
    for (const Eye& e : path) out = std::min(out, distance(level, x, y, e.at));
    return out;
  };
  visit(top, 0, 0, [&](int level, std::uint32_t x, std::uint32_t y) {
    Tile& t = tile(level, x, y);
    if (t.tallest < 0) t.tallest = city_.tallest(level, x, y);
    if (t.tallest <= 0 || !status.ok()) return false;
    const float reach = std::max(nearest(level, x, y), 1.f);
    const bool finer = City::error(level) * detail.focal / reach > detail.error;
    if (!t.mesh) {
      const MeshData m = city_.mesh(level, x, y, false);
      upload(m, t.mesh);
      if (level == 0) own += city_.count(x, y);
    }
    if (level == 0 && finer && !t.detailed) upload(city_.mesh(0, x, y, true), t.detailed);
    return finer;
  });
  return status;
}

void Tiles::add_to(render::FrameView& view, const Eye& eye, const Detail& detail) const {
  // The sides of the view, moved out by as far as shadows fall.
  const glm::mat3 to_eye(view.view);
  const float ty = std::tan(view.fov_y / 2), tx = ty * static_cast<float>(view.size.x) / static_cast<float>(view.size.y);
  constexpr float shadows = 300;  // m
  glm::vec3 sides[4]{{1, 0, tx}, {-1, 0, tx}, {0, 1, ty}, {0, -1, ty}};  // inside: dot(side, (x, y, -z)) >= 0
  for (glm::vec3& s : sides) s = glm::normalize(s);
  visit(city_.levels() - 1, 0, 0, [&](int level, std::uint32_t x, std::uint32_t y) {
    const Tile& t = tile(level, x, y);
    if (!t.mesh) return false;
    const float width = city_.width(level);
    const glm::vec3 corner(city_.corner(level, x, y), 0);
    const glm::vec3 e = to_eye * (corner + glm::vec3(width / 2, width / 2, t.tallest / 2) - eye.at);
    const float radius = glm::length(glm::vec3(width, width, t.tallest)) / 2 + shadows;
    for (const glm::vec3& s : sides)
      if (glm::dot(s, glm::vec3(e.x, e.y, -e.z)) < -radius) return false;
    const bool finer = City::error(level) * detail.focal / std::max(distance(level, x, y, eye.at), 1.f) > detail.error;
    if (finer && level > 0) return true;
    render::MeshDraw& d = view.meshes.emplace_back();
    d.mesh = finer && t.detailed ? t.detailed : t.mesh;
    d.features = features_;
    d.model = glm::translate(glm::mat4(1), corner - eye.at);
    d.bounds_min = glm::vec3(0);
    d.bounds_max = {width, width, t.tallest};
    d.vertex_colours = true;
    d.closed = true;
    return false;
  });
}

}  // namespace tenbo::bench
