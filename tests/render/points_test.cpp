// Points: where they stand, their colours to the bit, which are shown, what a pick says. Places and pixels by the pinhole formula.
#include <cmath>

#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

// A box of 10 x 0 x 10 m across the view at y = 100 m.
glm::mat4 box() {
  glm::mat4 m(1);
  m[0][0] = 10;
  m[1][1] = 0;
  m[2][2] = 10;
  m[3] = glm::vec4(-5, 100, -5, 1);
  return m;
}

// The pixel that shows x, z on that plane.
glm::ivec2 pixel_of(const FrameView& v, double x, double z) {
  const double t = std::tan(double(v.fov_y) / 2), w = v.size.x, h = v.size.y;
  return {static_cast<int>(std::floor((x / 100 / t * h / w + 1) / 2 * w)), static_cast<int>(std::floor((1 - z / 100 / t) / 2 * h))};
}

class PointsTest : public RenderTest {
 protected:
  // Three in a row at x = -3, 0, 3 m, z = 1 m: 65535 k / 10 is the share of the box.
  static std::vector<PointPlace> places() {
    const auto u = [](double m) { return static_cast<std::uint16_t>(std::lround((m + 5) / 10 * 65535)); };
    return {{u(-3), 0, u(1), 9}, {u(0), 0, u(1), 9}, {u(3), 0, u(1), 9}};
  }
  static std::vector<Rgba8> colours() { return {{200, 10, 30, 255}, {1, 128, 254, 255}, {77, 77, 0, 255}}; }
  static FrameView seen(PointsHandle h, float size = 5) {
    FrameView v = looking({0, 1, 0}, {320, 240});
    PointDraw d;
    d.points = h;
    d.count = 3;
    d.model = box();
    d.size = size;
    d.layer = 6;
    d.part = 4;
    v.points = {d};
    return v;
  }
};

TEST_F(PointsTest, stand_where_they_are_in_their_exact_colours) {
  const auto h = renderer().create_points(places(), colours());
  ASSERT_TRUE(h.ok()) << h.error().text();
  for (const std::uint32_t samples : {1u, 4u}) {
    FrameView v = seen(*h);
    v.accumulate = samples;
    const Image image = shot(v);
    const double xs[]{-3, 0, 3};
    for (int i = 0; i < 3; ++i) {
      const auto p = pixel_of(v, xs[i], 1);
      EXPECT_EQ(at(image, p.x, p.y), colours()[static_cast<std::size_t>(i)]) << i << " of " << samples;
      EXPECT_NE(at(image, p.x, p.y + 12), colours()[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(renderer().stats().points, 3u);
  }
  renderer().destroy(*h);
}

TEST_F(PointsTest, a_beginning_of_them_is_drawn_and_what_is_not_shown_is_not) {
  const auto h = renderer().create_points(places(), colours());
  FrameView v = seen(*h);
  const auto first = pixel_of(v, -3, 1), second = pixel_of(v, 0, 1), third = pixel_of(v, 3, 1);
  v.points[0].count = 1;
  Image image = shot(v);
  EXPECT_EQ(at(image, first.x, first.y), colours()[0]);
  EXPECT_NE(at(image, second.x, second.y), colours()[1]);
  // The last alone, in another colour; the picture that was kept does not stay.
  v.points[0].count = 3;
  image = shot(v);
  EXPECT_EQ(at(image, second.x, second.y), colours()[1]);
  auto other = colours();
  other[2] = {9, 8, 7, 255};
  ASSERT_TRUE(renderer().update_points(*h, other, std::vector<std::uint32_t>{2}).ok());
  image = shot(v);
  EXPECT_NE(at(image, first.x, first.y), colours()[0]);
  EXPECT_NE(at(image, second.x, second.y), colours()[1]);
  EXPECT_EQ(at(image, third.x, third.y), other[2]);
  EXPECT_EQ(renderer().stats().points, 1u);
  EXPECT_EQ(renderer().pick(v, glm::uvec2(third))->feature, 2u) << "its number among all, not among those shown";
  ASSERT_TRUE(renderer().update_points(*h, other, std::vector<std::uint32_t>{}).ok());
  EXPECT_NE(at(shot(v), third.x, third.y), other[2]);
  EXPECT_FALSE(renderer().update_points(*h, other, std::vector<std::uint32_t>{3}).ok());
  EXPECT_FALSE(renderer().update_points(*h, {}, std::nullopt).ok());
  renderer().destroy(*h);
}

TEST_F(PointsTest, a_pick_says_which_and_where) {
  const auto h = renderer().create_points(places(), colours());
  auto ground = renderer().create_mesh(wall(120, -500, 500, -500, 500, 1));
  FrameView v = seen(*h);
  MeshDraw d = draw(*ground, Material::terrain);
  d.layer = 2;
  v.meshes = {d};
  const auto p = pixel_of(v, 3, 1);
  for (const glm::ivec2 off : {glm::ivec2{0, 0}, {4, 0}}) {  // beside it, too: nobody hits so few pixels with a hand
    const auto hit = renderer().pick(v, glm::uvec2(p + off));
    ASSERT_TRUE(hit.ok() && hit->hit);
    EXPECT_EQ(hit->layer, 6u);
    EXPECT_EQ(hit->part, 4u);
    EXPECT_EQ(hit->feature, 2u);
    EXPECT_NEAR(hit->position.x, 3, 1.2);
    EXPECT_NEAR(hit->position.y, 100, 0.05);
    EXPECT_NEAR(hit->position.z, 1, 1.2);
  }
  EXPECT_EQ(renderer().pick(v, glm::uvec2(p + glm::ivec2(20, 20)))->layer, 2u);
  renderer().destroy(*h);
  renderer().destroy(*ground);
}

TEST_F(PointsTest, what_stands_before_a_point_hides_it) {
  const auto h = renderer().create_points(places(), colours());
  auto near_mesh = renderer().create_mesh(wall(50, -500, 500, -500, 500, 1));
  FrameView v = seen(*h);
  v.meshes = {draw(*near_mesh)};
  const auto p = pixel_of(v, 0, 1);
  EXPECT_NE(at(shot(v), p.x, p.y), colours()[1]);
  EXPECT_FALSE(renderer().create_points(places(), {}).ok());
  renderer().destroy(*h);
  renderer().destroy(*near_mesh);
}

}  // namespace
}  // namespace tenbo::render::test
