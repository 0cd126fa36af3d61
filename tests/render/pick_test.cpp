// Picking and visibility: what is drawn where, against closed formulas.
#include <cmath>

#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

// Where the ray through a pixel's centre meets the plane y = distance, in double.
glm::dvec3 on_wall(const FrameView& v, glm::uvec2 pixel, double distance) {
  const double t = std::tan(double(v.fov_y) / 2), w = v.size.x, h = v.size.y;
  return {((pixel.x + 0.5) / w * 2 - 1) * t * w / h * distance, distance, -((pixel.y + 0.5) / h * 2 - 1) * t * distance};
}

TEST_F(RenderTest, pick_gives_layer_feature_and_position_within_half_a_pixel) {
  for (float distance : {2.f, 100.f, 10'000.f, 100'000.f}) {
    auto mesh = renderer().create_mesh(wall(distance, -distance, distance, -distance, distance, 7));
    FrameView v = looking({0, 1, 0}, {1920, 1080});
    MeshDraw d = draw(*mesh);
    d.layer = 42;
    v.meshes.push_back(d);
    const double half_pixel = distance * std::tan(double(v.fov_y) / 2) / v.size.y;
    for (glm::uvec2 pixel : {glm::uvec2{0, 0}, {960, 540}, {1919, 1079}, {333, 900}}) {
      auto hit = renderer().pick(v, pixel);
      ASSERT_TRUE(hit.ok()) << hit.error().text();
      ASSERT_TRUE(hit->hit);
      EXPECT_EQ(hit->layer, 42u);
      EXPECT_EQ(hit->feature, 7u);
      const glm::dvec3 truth = on_wall(v, pixel, distance);
      EXPECT_LT(glm::length(glm::dvec3(hit->position) - truth), half_pixel) << distance << ' ' << pixel.x;
      EXPECT_NEAR(hit->depth, v.near_plane / distance, 1e-5 * v.near_plane / distance);
    }
    renderer().destroy(*mesh);
  }
}

TEST_F(RenderTest, nearer_wins_whatever_the_order_at_every_distance) {
  for (float distance : {5.f, 1'000.f, 50'000.f}) {
    const float apart = std::max(0.001f, distance * 2e-5f);  // a metre at 50 km
    auto near_mesh = renderer().create_mesh(wall(distance, -distance, distance, -distance, distance, 1));
    auto far_mesh = renderer().create_mesh(wall(distance + apart, -distance, distance, -distance, distance, 2));
    for (bool swap : {false, true}) {
      FrameView v = looking({0, 1, 0});
      v.meshes = {draw(*near_mesh), draw(*far_mesh)};
      v.meshes[0].bounds_min = v.meshes[1].bounds_min = {-1e6f, 0, -1e6f};  // the same: no help from sorting
      v.meshes[0].bounds_max = v.meshes[1].bounds_max = {1e6f, 1e6f, 1e6f};
      if (swap) std::swap(v.meshes[0], v.meshes[1]);
      for (glm::uvec2 p : {glm::uvec2{5, 5}, {32, 24}, {60, 40}}) EXPECT_EQ(renderer().pick(v, p)->feature, 1u) << distance;
    }
    renderer().destroy(*near_mesh);
    renderer().destroy(*far_mesh);
  }
}

TEST_F(RenderTest, pick_of_the_sky_and_outside_the_picture) {
  FrameView v = looking({0, 1, 0});
  auto nothing = renderer().pick(v, {3, 3});
  ASSERT_TRUE(nothing.ok());
  EXPECT_FALSE(nothing->hit);
  EXPECT_FALSE(renderer().pick(v, {64, 3}).ok());
}

TEST_F(RenderTest, hidden_features_are_neither_drawn_nor_picked) {
  auto mesh = renderer().create_mesh(wall(30, -50, 50, -50, 50, 0));
  FeatureStyle style;
  auto table = renderer().create_features(std::span(&style, 1));
  FrameView v = looking({0, 1, 0});
  const Image sky = shot(v);
  v.meshes = {draw(*mesh)};
  v.meshes[0].features = *table;
  EXPECT_NE(at(shot(v), 32, 24), at(sky, 32, 24));
  style.flags = feature_hidden;
  ASSERT_TRUE(renderer().update_features(*table, 0, std::span(&style, 1)).ok());
  EXPECT_EQ(shot(v).rgba, sky.rgba);
  EXPECT_FALSE(renderer().pick(v, {32, 24})->hit);
  style.flags = 0;
  ASSERT_TRUE(renderer().update_features(*table, 0, std::span(&style, 1)).ok());
  EXPECT_TRUE(renderer().pick(v, {32, 24})->hit);
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(RenderTest, a_line_wins_over_the_ground_within_three_pixels_and_water_is_looked_through) {
  auto ground = renderer().create_mesh(floor(-500, 500, -500, 500, -100));
  LineData data;
  data.points = {{0, -200, -100}, {0, 200, -100}};
  data.features = {9, 9};
  data.starts = {0, 2};
  auto lines = renderer().create_lines(data);
  auto grid = renderer().create_grid(1, 1, std::vector<float>(1, 3.f));
  FrameView v = looking({0, 0, -1}, {200, 200});
  v.meshes = {draw(*ground, Material::terrain)};
  v.meshes[0].layer = 1;
  LineDraw line;
  line.lines = *lines;
  line.layer = 2;
  v.lines = {line};
  FieldDraw field;
  field.mesh = *ground;
  field.values = *grid;
  field.palette = {{0, {255, 0, 0, 255}}};
  field.layer = 3;
  v.fields = {field};
  EXPECT_EQ(renderer().pick(v, {100, 60})->layer, 2u);
  EXPECT_EQ(renderer().pick(v, {102, 60})->layer, 2u);
  EXPECT_EQ(renderer().pick(v, {102, 60})->feature, 9u);
  const auto beside = renderer().pick(v, {110, 60});
  EXPECT_EQ(beside->layer, 1u);
  EXPECT_NEAR(beside->position.z, -100, 0.01);
  // The position on the line is without the bias that lifts it off the ground.
  EXPECT_NEAR(renderer().pick(v, {100, 60})->position.z, -100, 0.01);
  for (auto h : {*lines}) renderer().destroy(h);
  renderer().destroy(*ground);
  renderer().destroy(*grid);
}

TEST_F(RenderTest, what_is_in_view_is_never_culled_and_what_is_not_costs_nothing) {
  // A triangle far larger than the view, all corners outside it on different sides.
  MeshData m;
  const std::uint32_t n = encode_normal({0, -1, 0});
  m.vertices = {{-900, 100, -400, n, 0, 0, 3}, {900, 100, -400, n, 0, 0, 3}, {0, 100, 900, n, 0, 0, 3}};
  m.indices = {0, 1, 2};
  auto mesh = renderer().create_mesh(m);
  FrameView v = looking({0, 1, 0});
  v.meshes = {draw(*mesh)};
  shot(v);
  EXPECT_EQ(renderer().stats().triangles, 1u);
  EXPECT_EQ(renderer().pick(v, {1, 1})->feature, 3u);
  for (glm::vec3 away : {glm::vec3(0, -1, 0), {1, -0.2f, 0}, {0, 0, -1}}) {
    FrameView w = looking(away);
    w.meshes = v.meshes;
    w.meshes[0].model = glm::translate(glm::mat4(1), glm::vec3(0, 2000, 0));
    shot(w);
    EXPECT_EQ(renderer().stats().triangles, 0u);
  }
  renderer().destroy(*mesh);
}

TEST_F(RenderTest, selection_outline_shows_through_what_stands_before_it) {
  auto behind = renderer().create_mesh(wall(100, -8, 8, -8, 8, 0));
  auto before = renderer().create_mesh(wall(50, -100, 100, -100, 100, 0));
  FeatureStyle styles[1];
  styles[0].flags = feature_selected;
  auto table = renderer().create_features(styles);
  for (Rgba8 background : {Rgba8{255, 255, 255, 255}, Rgba8{0, 0, 0, 255}, Rgba8{255, 196, 0, 255}}) {
    FrameView v = looking({0, 1, 0}, {200, 200});
    v.meshes = {draw(*behind), draw(*before, Material::draped)};
    v.meshes[0].features = *table;
    v.meshes[1].colour = background;
    const Image image = shot(v);
    int bright = 0, dark = 0;
    for (int y = 0; y < 200; ++y)
      for (int x = 0; x < 200; ++x) {
        bright += at(image, x, y) == v.selection_colour;
        dark += at(image, x, y).r < 30 && at(image, x, y).b > 10;
      }
    // The square's side is 16 m of the 65 m that 200 px show at 100 m: a ring of 4 x 49 px, 2 px and more wide.
    EXPECT_GT(bright, 350);
    EXPECT_GT(dark, 150);
    EXPECT_EQ(at(image, 100, 100), background);
  }
  renderer().destroy(*behind);
  renderer().destroy(*before);
  renderer().destroy(*table);
}

}  // namespace
}  // namespace tenbo::render::test
