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

// Areas, lines and fields lie over what is opaque: where they alone change, that is not drawn anew, and nobody can tell.
TEST_F(KeptTest, WhatLiesOverTheBase) {
  const auto ground = *renderer().create_mesh(floor(-60, 60, 5, 80, -6)), area = *renderer().create_mesh(floor(-10, 10, 20, 35, -6, 0)),
             other_area = *renderer().create_mesh(floor(-4, 16, 15, 60, -6, 0));
  const auto areas = *renderer().create_features(std::vector<FeatureStyle>{{{200, 30, 30, 255}, {}, 0, 0}});
  FrameView v = view(red);
  v.meshes.push_back(draw(ground, Material::terrain));
  MeshDraw lies = draw(area, Material::draped);
  lies.features = areas;
  lies.opacity = 0.6f;
  lies.casts_shadow = false;
  v.meshes.insert(v.meshes.begin(), lies);  // wherever it stands in the view
  const auto base_alone = [] { return renderer().stats().base_kept && !kept(); };
  const auto as_anew = [&](const FrameView& of, const char* what) {
    const Image now = shot(of);
    EXPECT_TRUE(base_alone()) << what;
    EXPECT_EQ(now.rgba, anew(of).rgba) << what;
    for (int i = 0; i < 3; ++i) shot(of);
    EXPECT_TRUE(kept()) << what;
  };
  const Image first = anew(v);
  const auto all = renderer().stats().triangles;
  for (int i = 0; i < 3; ++i) shot(v);
  ASSERT_TRUE(kept());

  const FeatureStyle blue_area{{30, 30, 200, 255}, {}, 0, 0};
  ASSERT_TRUE(renderer().update_features(areas, 0, std::span(&blue_area, 1)).ok());
  const Image painted = shot(v);
  EXPECT_TRUE(base_alone());
  EXPECT_LT(renderer().stats().triangles, all);
  EXPECT_NE(painted.rgba, first.rgba);
  EXPECT_EQ(painted.rgba, anew(v).rgba);
  for (int i = 0; i < 3; ++i) shot(v);

  FrameView moved = v;
  moved.meshes.front().mesh = other_area;
  as_anew(moved, "another area");
  moved.meshes.erase(moved.meshes.begin());
  as_anew(moved, "no area");
  shot(v);  // there was nothing over the base in the frames before, so that it is kept from here on
  for (int i = 0; i < 3; ++i) shot(v);
  moved = v;
  moved.meshes.push_back(lies);
  moved.meshes.back().mesh = other_area;
  as_anew(moved, "one more area");

  // What is opaque, its features and the light are the base.
  const FeatureStyle green{{0, 160, 0, 255}, {}, 0, 0};
  ASSERT_TRUE(renderer().update_features(table_, 0, std::span(&green, 1)).ok());
  const Image wall = shot(moved);
  EXPECT_FALSE(renderer().stats().base_kept);
  EXPECT_EQ(wall.rgba, anew(moved).rgba);
  for (int i = 0; i < 3; ++i) shot(moved);
  FrameView turned = moved;
  turned.sun_direction = {0, -1, 0.2f};
  shot(turned);
  EXPECT_FALSE(renderer().stats().base_kept);
  for (int i = 0; i < 3; ++i) shot(moved);
  turned = moved;
  turned.meshes[2].opacity = 0.5f;  // the terrain: one sees through it now
  const Image glass = shot(turned);
  EXPECT_FALSE(renderer().stats().base_kept);
  EXPECT_EQ(glass.rgba, anew(turned).rgba);
  for (const auto h : {ground, area, other_area}) renderer().destroy(h);
  renderer().destroy(areas);
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
