// City with baked light on a CPU device: drawn straight into the final picture, and yet exact, picked, selected and
// coloured as any other.
#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

MeshData lit(MeshData m, std::uint8_t open, std::uint8_t sun) {
  for (Vertex& v : m.vertices) v.normal = with_light(v.normal, open, sun);
  return m;
}

class BakedTest : public RenderTest {
 protected:
  static MeshDraw baked(MeshHandle mesh) {
    MeshDraw d = draw(mesh);
    d.baked_light = true;
    return d;
  }
  static bool straight() {  // no pass but the scene's and those named
    for (const auto& p : renderer().stats().passes)
      if (p.name == "composite" || p.name == "occlusion") return false;
    return true;
  }
};

TEST_F(BakedTest, light_in_the_normal_leaves_the_normal) {
  for (const glm::vec3 n : {glm::vec3(0, -1, 0), glm::vec3(0, 0, 1), glm::normalize(glm::vec3(0.3f, -0.7f, -0.2f))}) {
    const std::uint32_t packed = with_light(encode_normal(n), 255, 0);
    EXPECT_EQ(packed & 0x000F000Fu, 0x0000000Fu);
    EXPECT_GT(glm::dot(decode_normal(packed), n), 0.999999f);
  }
}

TEST_F(BakedTest, open_places_look_as_they_do_composed_and_closed_ones_are_darker) {
  FrameView v = looking({0, 1, 0});
  v.meshes = {draw(*renderer().create_mesh(wall(30, -20, 20, -20, 20, 0)))};
  const Image composed = shot(v);
  v.meshes.push_back(baked(*renderer().create_mesh(lit(wall(30, -20, 20, -20, 20, 0), 255, 255))));
  v.meshes.erase(v.meshes.begin());
  const Image open = shot(v);
  EXPECT_TRUE(straight());
  v.meshes[0] = baked(*renderer().create_mesh(lit(wall(30, -20, 20, -20, 20, 0), 100, 255)));
  const Image closed = shot(v);
  v.meshes[0] = baked(*renderer().create_mesh(lit(wall(30, -20, 20, -20, 20, 0), 255, 0)));
  const Image shaded = shot(v);
  v.baked_sun = 0;  // the sun is elsewhere: the baked shadow does not count
  const Image elsewhere = shot(v);
  EXPECT_NEAR(at(open, 32, 24).r, at(composed, 32, 24).r, 6);
  EXPECT_LT(at(closed, 32, 24).r + 20, at(open, 32, 24).r);
  EXPECT_LT(at(shaded, 32, 24).r + 20, at(open, 32, 24).r);
  EXPECT_EQ(at(elsewhere, 32, 24), at(open, 32, 24));
  EXPECT_EQ(at(open, 32, 24).a, 255);
}

TEST_F(BakedTest, hazard_is_exact_and_unknown_is_hatched) {
  auto mesh = renderer().create_mesh(lit(wall(30, -20, 20, -20, 20, 0), 60, 60));
  FeatureStyle style;
  style.hazard = {242, 133, 201, 255};
  style.hazard_height = 100;
  auto table = renderer().create_features(std::span(&style, 1));
  const Image white{1, 1, {255, 255, 255, 255}};
  auto texture = renderer().create_texture(white, true);
  for (const bool textured : {false, true}) {
    FrameView v = looking({0, 1, 0});
    v.haze_distance = 20;
    v.meshes = {baked(*mesh)};
    v.meshes[0].features = *table;
    v.meshes[0].origin_height = 100;
    if (textured) v.meshes[0].texture = *texture;
    const Image image = shot(v);
    EXPECT_TRUE(straight());
    for (int y = 26; y < 48; ++y)
      for (int x = 0; x < 64; x += 7) EXPECT_EQ(at(image, x, y), style.hazard) << x << ' ' << y << ' ' << textured;
    EXPECT_NE(at(image, 32, 10), style.hazard);
    FeatureStyle unknown;
    unknown.flags = feature_hazard_unknown;
    unknown.hazard_height = 100;
    ASSERT_TRUE(renderer().update_features(*table, 0, std::span(&unknown, 1)).ok());
    const Image hatched = shot(v);
    for (int x = 0; x < 64; ++x) EXPECT_THAT(at(hatched, x, 40).r, testing::AnyOf(150, 190));
    ASSERT_TRUE(renderer().update_features(*table, 0, std::span(&style, 1)).ok());
  }
  renderer().destroy(*texture);
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(BakedTest, colours_of_features_and_vertices_and_what_is_hidden) {
  MeshData m = lit(wall(30, -20, 20, -20, 20, 0), 255, 255);
  for (Vertex& v : m.vertices) v.u = 200 + 256 * 20 + 65536 * 20;
  auto mesh = renderer().create_mesh(m);
  FeatureStyle style;
  auto table = renderer().create_features(std::span(&style, 1));
  FrameView v = looking({0, 1, 0});
  v.meshes = {baked(*mesh)};
  v.meshes[0].features = *table;
  v.meshes[0].vertex_colours = true;
  const Rgba8 red = at(shot(v), 32, 24);
  EXPECT_GT(red.r, red.g * 3);
  style.colour = {20, 200, 20, 255};
  ASSERT_TRUE(renderer().update_features(*table, 0, std::span(&style, 1)).ok());
  const Rgba8 green = at(shot(v), 32, 24);
  EXPECT_GT(green.g, green.r * 3);
  v.meshes[0].opacity = 0.5f;
  const Rgba8 glass = at(shot(v), 32, 24);
  EXPECT_GT(glass.r, green.r + 20);
  EXPECT_EQ(glass.a, 255);
  v.meshes[0].opacity = 1;
  style.flags = feature_hidden;
  ASSERT_TRUE(renderer().update_features(*table, 0, std::span(&style, 1)).ok());
  const Rgba8 sky = at(shot(v), 32, 24);
  EXPECT_LT(sky.g, sky.b + 60);
  EXPECT_FALSE(renderer().pick(v, {32, 24})->hit);
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(BakedTest, of_closed_solids_faces_that_look_away_are_left_out) {
  MeshData m = lit(wall(30, -20, 20, -20, 20, 0), 255, 255);  // counter-clockwise as the camera sees it
  auto front = renderer().create_mesh(m);
  std::swap(m.indices[1], m.indices[2]);
  std::swap(m.indices[4], m.indices[5]);
  auto back = renderer().create_mesh(m);
  FrameView v = looking({0, 1, 0});
  const Image nothing = shot(v);
  const auto changed = [&](MeshHandle mesh, bool closed) {
    v.meshes = {baked(mesh)};
    v.meshes[0].closed = closed;
    return at(shot(v), 32, 30) != at(nothing, 32, 30);
  };
  EXPECT_TRUE(changed(*front, true));
  EXPECT_TRUE(changed(*back, false));
  v.meshes = {baked(*back)};
  v.meshes[0].closed = true;
  v.meshes.push_back(baked(*front));
  v.meshes[1].model = glm::translate(glm::mat4(1), glm::vec3(0, 60, 0));
  v.meshes[1].colour = {20, 200, 20, 255};
  const Rgba8 seen = at(shot(v), 32, 24);
  EXPECT_GT(seen.g, seen.r * 2);  // through the one that looks away
  renderer().destroy(*front);
  renderer().destroy(*back);
}

TEST_F(BakedTest, selection_has_its_outline_and_a_pick_its_feature) {
  auto mesh = renderer().create_mesh(lit(wall(100, -8, 8, -8, 8, 0), 255, 255));
  FeatureStyle style;
  style.flags = feature_selected;
  auto table = renderer().create_features(std::span(&style, 1));
  FrameView v = looking({0, 1, 0}, {200, 200});
  v.meshes = {baked(*mesh)};
  v.meshes[0].features = *table;
  v.meshes[0].layer = 7;
  const Image image = shot(v);
  EXPECT_TRUE(straight());
  int bright = 0;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 200; ++x) bright += at(image, x, y) == v.selection_colour;
  EXPECT_GT(bright, 350);  // as in pick_test.cpp
  const auto pick = renderer().pick(v, {100, 100});
  ASSERT_TRUE(pick.ok());
  EXPECT_EQ(pick->layer, 7u);
  EXPECT_EQ(pick->feature, 0u);
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(BakedTest, beside_city_without_it_or_in_stills_all_passes_run) {
  auto mesh = renderer().create_mesh(lit(wall(30, -20, 20, -20, 20, 0), 255, 255));
  FrameView v = looking({0, 1, 0});
  v.meshes = {baked(*mesh), draw(*mesh)};
  shot(v);
  if (renderer().stats().passes.empty()) GTEST_SKIP() << "this device measures no passes";
  EXPECT_FALSE(straight());
  v.meshes.pop_back();
  shot(v);
  EXPECT_TRUE(straight());
  v.accumulate = 2;
  shot(v);
  EXPECT_FALSE(straight());
  renderer().destroy(*mesh);
}

}  // namespace
}  // namespace tenbo::render::test
