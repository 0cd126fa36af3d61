// What has not changed is not drawn anew, and nobody can tell: each picture is compared with that of a renderer that kept nothing.
#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

class KeptTest : public RenderTest {
 protected:
  FrameView view(Rgba8 mark) {
    FrameView v = looking({0, 1, -0.2f}, {96, 64});
    v.camera_height = 10;
    MeshDraw d = draw(wall_);
    d.features = table_;
    v.meshes.push_back(d);
    const std::uint32_t c = mark.r | mark.g << 8 | mark.b << 16 | std::uint32_t{0xff} << 24;
    v.overlay.vertices = {{4, 4, 0, 0, c}, {12, 4, 0, 0, c}, {12, 12, 0, 0, c}, {4, 12, 0, 0, c}};
    v.overlay.indices = {0, 1, 2, 0, 2, 3};
    v.overlay.commands = {{.index_count = 6}};
    return v;
  }
  // As drawn by a camera that has just come from elsewhere.
  static Image anew(const FrameView& v) {
    shot(looking({1, 0, 0}, v.size));
    const Image image = shot(v);
    EXPECT_FALSE(renderer().stats().scene_kept);
    return image;
  }
  void SetUp() override {
    wall_ = *renderer().create_mesh(wall(40, -15, 15, -10, 10, 0));
    table_ = *renderer().create_features(std::vector<FeatureStyle>(1));
  }
  void TearDown() override {
    renderer().destroy(wall_);
    renderer().destroy(table_);
    RenderTest::TearDown();
  }
  static bool kept() { return renderer().stats().scene_kept; }
  MeshHandle wall_;
  FeatureTableHandle table_;
  static constexpr Rgba8 red{200, 0, 0, 255}, blue{0, 0, 200, 255};
};

TEST_F(KeptTest, OnlyTheOverlayIsDrawnAnew) {
  const Image first = anew(view(red)), other = anew(view(blue));
  ASSERT_NE(first.rgba, other.rgba);
  EXPECT_EQ(anew(view(red)).rgba, first.rgba);
  EXPECT_EQ(shot(view(red)).rgba, first.rgba);  // from here on there is something to keep
  EXPECT_FALSE(kept());
  EXPECT_EQ(shot(view(blue)).rgba, other.rgba);
  EXPECT_TRUE(kept());
  EXPECT_EQ(renderer().stats().triangles, 0u);
  EXPECT_EQ(shot(view(red)).rgba, first.rgba);
  EXPECT_TRUE(kept());
}

TEST_F(KeptTest, WhatChangesUnderIt) {
  for (int i = 0; i < 3; ++i) shot(view(red));
  ASSERT_TRUE(kept());
  const FeatureStyle green{{0, 160, 0, 255}, {}, 0, 0};
  ASSERT_TRUE(renderer().update_features(table_, 0, std::span(&green, 1)).ok());
  const Image painted = shot(view(red));
  EXPECT_FALSE(kept());
  EXPECT_EQ(painted.rgba, anew(view(red)).rgba);

  for (int i = 0; i < 3; ++i) shot(view(red));
  ASSERT_TRUE(kept());
  FrameView turned = view(red);
  turned.sun_direction = {0, -1, 0.2f};
  const Image lit = shot(turned);
  EXPECT_FALSE(kept());
  EXPECT_NE(lit.rgba, painted.rgba);

  for (int i = 0; i < 3; ++i) shot(view(red));
  ASSERT_TRUE(kept());
  FrameView larger = view(red);
  larger.size = {128, 64};
  shot(larger);
  EXPECT_FALSE(kept());

  for (int i = 0; i < 3; ++i) shot(view(red));
  ASSERT_TRUE(kept());
  renderer().destroy(wall_);
  const Image gone = shot(view(red));
  EXPECT_FALSE(kept());
  EXPECT_NE(gone.rgba, painted.rgba);
}

// A table that the view does not name may change as it likes; a still of several samples keeps nothing and is not kept.
TEST_F(KeptTest, WhatDoesNotConcernIt) {
  const auto other = *renderer().create_features(std::vector<FeatureStyle>(1));
  for (int i = 0; i < 3; ++i) shot(view(red));
  const FeatureStyle green{{0, 160, 0, 255}, {}, 0, 0};
  ASSERT_TRUE(renderer().update_features(other, 0, std::span(&green, 1)).ok());
  shot(view(red));
  EXPECT_TRUE(kept());
  FrameView still = view(red);
  still.accumulate = 4;
  const Image a = shot(still);
  EXPECT_FALSE(kept());
  EXPECT_EQ(shot(still).rgba, a.rgba);
  EXPECT_FALSE(kept());
  renderer().destroy(other);
}

}  // namespace
}  // namespace tenbo::render::test
