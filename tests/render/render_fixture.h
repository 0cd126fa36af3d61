#pragma once
// One renderer for all tests of a program (a device costs a second to make), checked for silence of the validation
// layer after every test, and a few words for small scenes. The camera looks north along +y unless said otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <glm/gtc/matrix_transform.hpp>
#include <memory>

#include "tenbo/render/renderer.h"

namespace tenbo::render::test {

class RenderTest : public testing::Test {
 protected:
  static Renderer& renderer() {
    static std::unique_ptr<Renderer> one = [] {
      auto r = Renderer::create({.validation = true, .quality_set = true, .quality = Quality::software});
      if (!r) throw std::runtime_error(r.error().text());
      return std::move(*r);
    }();
    return *one;
  }
  void TearDown() override { EXPECT_THAT(renderer().validation_messages(), testing::IsEmpty()); }

  static FrameView looking(glm::vec3 direction, glm::uvec2 size = {64, 48}) {
    FrameView v;
    v.size = size;
    const glm::vec3 up = std::abs(direction.z) > 0.99f * glm::length(direction) ? glm::vec3(0, 1, 0) : glm::vec3(0, 0, 1);
    v.view = glm::lookAt(glm::vec3(0), direction, up);
    return v;
  }
  // A rectangle across the view, facing the camera, at y = distance.
  static MeshData wall(float distance, float x0, float x1, float z0, float z1, std::uint32_t feature) {
    const std::uint32_t n = encode_normal({0, -1, 0});
    MeshData m;
    m.vertices = {{x0, distance, z0, n, 0, 1, feature}, {x1, distance, z0, n, 1, 1, feature},
                  {x1, distance, z1, n, 1, 0, feature}, {x0, distance, z1, n, 0, 0, feature}};
    m.indices = {0, 1, 2, 0, 2, 3};
    return m;
  }
  // A rectangle on the ground z = height, u and v from 0 to 1 with v growing southwards.
  static MeshData floor(float x0, float x1, float y0, float y1, float height, std::uint32_t feature = no_feature) {
    const std::uint32_t n = encode_normal({0, 0, 1});
    MeshData m;
    m.vertices = {{x0, y0, height, n, 0, 1, feature}, {x1, y0, height, n, 1, 1, feature},
                  {x1, y1, height, n, 1, 0, feature}, {x0, y1, height, n, 0, 0, feature}};
    m.indices = {0, 1, 2, 0, 2, 3};
    return m;
  }
  static MeshDraw draw(MeshHandle mesh, Material material = Material::city) {
    MeshDraw d;
    d.mesh = mesh;
    d.material = material;
    return d;
  }
  static Rgba8 at(const Image& image, int x, int y) {
    const std::uint8_t* p = image.pixel(x, y);
    return {p[0], p[1], p[2], p[3]};
  }
  static Image shot(const FrameView& v) {
    auto image = renderer().render(v);
    if (!image) {
      ADD_FAILURE() << image.error().text();
      return Image{static_cast<int>(v.size.x), static_cast<int>(v.size.y), std::vector<std::uint8_t>(v.size.x * v.size.y * 4)};
    }
    return std::move(*image);
  }
};

}  // namespace tenbo::render::test

namespace tenbo {
inline void PrintTo(const Rgba8& c, std::ostream* out) { *out << int(c.r) << ',' << int(c.g) << ',' << int(c.b) << ',' << int(c.a); }
}  // namespace tenbo
