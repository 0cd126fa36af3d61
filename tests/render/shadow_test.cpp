// The shadow map of a CPU device is kept while the camera moves a little: nobody may be able to tell.
#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

class ShadowTest : public RenderTest {
 protected:
  // A wall 20 m high on a floor, the sun in the south-west; the anchor is the foot of the wall.
  FrameView view(glm::vec3 eye) {
    FrameView v = looking({0, 1, -0.5f}, {160, 120});
    v.camera_height = eye.z;
    v.anchor = -eye;
    v.sun_direction = glm::normalize(glm::vec3(-0.5f, -0.4f, 0.6f));
    for (MeshHandle m : {floor_, wall_}) {
      MeshDraw d = draw(m, m == floor_ ? Material::ground : Material::city);
      d.model = glm::translate(glm::mat4(1), -eye);
      d.features = m == wall_ ? table_ : FeatureTableHandle{};
      v.meshes.push_back(d);
    }
    return v;
  }
  // A still of several samples: what it leaves behind is never used again.
  void forget() {
    FrameView v = view({0, -100, 60});
    v.accumulate = 2;
    shot(v);
  }
  static std::size_t differing(const Image& a, const Image& b) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < a.rgba.size(); ++i) n += std::abs(int(a.rgba[i]) - int(b.rgba[i])) > 3;
    return n;
  }
  static bool drew_shadows() {
    for (const auto& p : renderer().stats().passes) if (p.name == "shadow") return true;
    return false;
  }
  void SetUp() override {
    floor_ = *renderer().create_mesh(floor(-400, 400, -200, 600, 0));
    wall_ = *renderer().create_mesh(wall(40, -15, 15, 0, 20, 0));
    table_ = *renderer().create_features(std::vector<FeatureStyle>(1));
  }
  void TearDown() override {
    renderer().destroy(floor_);
    renderer().destroy(wall_);
    renderer().destroy(table_);
    RenderTest::TearDown();
  }
  MeshHandle floor_, wall_;
  FeatureTableHandle table_;
};

TEST_F(ShadowTest, a_kept_map_shows_what_a_fresh_one_does) {
  forget();
  int kept = 0;
  for (int i = 0; i < 12; ++i) {
    const FrameView v = view({0.7f * i, -100 + 1.3f * i, 60});
    const Image moving = shot(v);
    kept += !renderer().stats().passes.empty() && !drew_shadows();
    forget();
    const Image fresh = shot(v);
    EXPECT_LT(differing(moving, fresh), moving.rgba.size() / 1000) << i;
    forget();
    shot(view({0.7f * i, -100 + 1.3f * i, 60}));  // the next step starts from this one's map
  }
  if (renderer().stats().passes.empty()) GTEST_SKIP() << "this device measures no passes";
  EXPECT_GT(kept, 6);
}

// Many walls, 9 km away: floats at that distance are off by a millimetre, which is no movement of any of them.
TEST_F(ShadowTest, is_kept_where_floats_are_coarse) {
  const auto far = [&](float x) {
    const glm::vec3 eye(x, -9000, 6000);
    FrameView v = looking({0, 9000, -6000}, {160, 120});
    v.camera_height = eye.z;
    v.anchor = -eye;
    v.sun_direction = glm::normalize(glm::vec3(-0.5f, -0.4f, 0.6f));
    for (int i = 0; i < 400; ++i) {
      MeshDraw d = draw(wall_, Material::city);
      // as the engine does it: the difference in double, then rounded; each at the edge of a step of 10 cm
      const glm::dvec3 at(i % 20 * 50 + 0.05, i / 20 * 50 + 0.05, 0.05);
      d.model = glm::translate(glm::mat4(1), glm::vec3(at - glm::dvec3(eye)));
      v.meshes.push_back(d);
    }
    return v;
  };
  forget();
  int drawn = 0;
  for (int i = 0; i < 8; ++i) {
    shot(far(0.37f * static_cast<float>(i)));
    drawn += drew_shadows();
  }
  if (renderer().stats().passes.empty()) GTEST_SKIP() << "this device measures no passes";
  EXPECT_LE(drawn, 2);  // the first, and one where the map's place moves on
}

TEST_F(ShadowTest, what_is_hidden_or_gone_casts_none) {
  const glm::vec3 eye(0, -100, 60);
  const Image with = shot(view(eye));
  FeatureStyle hidden;
  hidden.flags = feature_hidden;
  ASSERT_TRUE(renderer().update_features(table_, 0, std::vector{hidden}).ok());
  const Image without = shot(view(eye));
  FrameView bare = view(eye);
  bare.meshes.pop_back();
  const Image gone = shot(bare);
  EXPECT_EQ(without.rgba, gone.rgba);
  EXPECT_GT(differing(with, gone), 400u) << "the wall and its shadow";
  ASSERT_TRUE(renderer().update_features(table_, 0, std::vector{FeatureStyle{}}).ok());
  EXPECT_EQ(shot(view(eye)).rgba, with.rgba);
}

TEST_F(ShadowTest, another_hour_moves_it) {
  FrameView v = view({0, -100, 60});
  const Image before = shot(v);
  v.sun_direction = glm::normalize(glm::vec3(0.5f, -0.4f, 0.6f));
  const Image after = shot(v);
  EXPECT_GT(differing(before, after), 200u);
}

// Fully transparent fills can be picked, but cost no triangle.
TEST_F(ShadowTest, clear_draws_are_left_out) {
  FrameView v = view({0, -100, 60});
  shot(v);
  const auto all = renderer().stats().triangles;
  v.meshes[1].colour.a = 0;
  shot(v);
  EXPECT_EQ(renderer().stats().triangles, all - 2);
  EXPECT_TRUE(renderer().pick(v, {80, 40}).ok());
  FeatureStyle red;
  red.colour = {255, 0, 0, 255};
  ASSERT_TRUE(renderer().update_features(table_, 0, std::vector{red}).ok());
  shot(v);
  EXPECT_EQ(renderer().stats().triangles, all) << "a feature has a colour of its own";
}

}  // namespace
}  // namespace tenbo::render::test
