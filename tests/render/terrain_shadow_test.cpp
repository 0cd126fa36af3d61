// Terrain of wide faces under a low sun looks as the same surface of small faces does: what it casts on itself shows the ground, not the
// edges of its cells.
#include <cmath>

#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

constexpr float half = 1000;    // m
constexpr float height = 60;    // m, of waves 500 m long: slopes up to 37 degrees
constexpr float wave = 2 * 3.14159265f / 500;

class TerrainShadowTest : public RenderTest {
 protected:
  static MeshData hills(int cells) {
    MeshData m;
    for (int j = 0; j <= cells; ++j)
      for (int i = 0; i <= cells; ++i) {
        const float x = half * (2.f * static_cast<float>(i) / static_cast<float>(cells) - 1), y = half * (2.f * static_cast<float>(j) / static_cast<float>(cells) - 1);
        const glm::vec3 normal = glm::normalize(glm::vec3(height * wave * std::sin(wave * x) * std::cos(wave * y), height * wave * std::cos(wave * x) * std::sin(wave * y), 1));
        m.vertices.push_back({x, y, height * std::cos(wave * x) * std::cos(wave * y), encode_normal(normal), 0, 0, no_feature});
      }
    const auto at = [&](int i, int j) { return static_cast<std::uint32_t>(j * (cells + 1) + i); };
    for (int j = 0; j < cells; ++j)
      for (int i = 0; i < cells; ++i) m.indices.insert(m.indices.end(), {at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j), at(i + 1, j + 1), at(i, j + 1)});
    return m;
  }
  static Image picture(int cells) {
    const glm::vec3 eye(0, -1600, 700);
    FrameView v = looking(-eye, {480, 360});
    v.camera_height = eye.z;
    v.anchor = -eye;
    v.sun_direction = glm::normalize(glm::vec3(-0.8f, 0.5f, 0.28f));  // 17 degrees high
    v.accumulate = 4;
    const auto mesh = renderer().create_mesh(hills(cells));
    EXPECT_TRUE(mesh.ok());
    MeshDraw d = draw(*mesh, Material::terrain);
    d.model = glm::translate(glm::mat4(1), -eye);
    v.meshes.push_back(d);
    Image image = shot(v);
    renderer().destroy(*mesh);
    return image;
  }
};

TEST_F(TerrainShadowTest, wide_faces_show_no_edges) {
  const Image wide = picture(44), fine = picture(400);  // 45 m: ten pixels
  std::size_t differing = 0;
  for (std::size_t i = 0; i < wide.rgba.size(); i += 4) differing += std::abs(int(wide.rgba[i]) - int(fine.rgba[i])) > 8;
  EXPECT_LT(differing, wide.rgba.size() / 4 * 3 / 100);
  std::size_t lit = 0;
  for (std::size_t i = 0; i < fine.rgba.size(); i += 4) lit += fine.rgba[i] > 100;
  EXPECT_GT(lit, fine.rgba.size() / 4 / 10);  // there is something to see
}

}  // namespace
}  // namespace tenbo::render::test
