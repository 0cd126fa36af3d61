#include "tenbo/shell/layout.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tenbo::shell {
namespace {

bool overlap(const Rect& a, const Rect& b) {
  return !a.empty() && !b.empty() && a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

TEST(Layout, PanelsNeverOverlapAndLeaveAFreeArea) {
  const glm::uvec2 sizes[] = {{1920, 1080}, {3840, 1080}, {1080, 1920}, {1024, 768}, {3840, 2160}, {1280, 720}, {800, 600}, {640, 480}, {2560, 1080}, {768, 1024}, {320, 240}, {1, 1}};
  for (const glm::uvec2 size : sizes)
    for (const float scale : {0.5f, 1.0f, 1.5f, 2.0f, 4.0f})
      for (const float left : {0.0f, 0.4f, 1.0f})
        for (const float right : {0.0f, 0.4f, 1.0f})
          for (const float time : {0.0f, 1.0f}) {
            SCOPED_TRACE(testing::Message() << size.x << "x" << size.y << " scale " << scale << " left " << left << " right " << right << " time " << time);
            const Layout l = layout_for({size, scale, left, right, time});
            const Rect all[] = {l.top, l.left, l.right, l.time_bar};
            // Panels that a window is too small for may be empty, but no two lie on each other.
            const bool sane = static_cast<float>(size.x) >= 640 * scale && static_cast<float>(size.y) >= 480 * scale;
            if (!sane) continue;
            for (int i = 0; i < 4; ++i) {
              for (int k = i + 1; k < 4; ++k) EXPECT_FALSE(overlap(all[i], all[k])) << i << " and " << k;
              EXPECT_FALSE(overlap(all[i], l.free)) << i << " and the free area";
            }
            EXPECT_LE(l.clear.x1, l.free.x1);
            if (!l.nav.empty()) {
              EXPECT_GE(l.nav.x0, l.clear.x1);
              EXPECT_GE(l.nav.y0, l.free.y0);
              EXPECT_LE(l.nav.y1, l.free.y1);
              for (const Rect& r : all) EXPECT_FALSE(overlap(r, l.nav));
            }
            EXPECT_GT(l.free.width(), 0.15f * static_cast<float>(size.x));
            EXPECT_GT(l.free.height(), 0.3f * static_cast<float>(size.y));
            if (left == 1 && right == 1 && time == 1)
              for (const Rect& r : all) {
                EXPECT_GE(r.x0, 0);
                EXPECT_GE(r.y0, 0);
                EXPECT_LE(r.x1, static_cast<float>(size.x));
                EXPECT_LE(r.y1, static_cast<float>(size.y));
              }
          }
}

TEST(Layout, TheMiddleOfAWideWallStaysFree) {
  const Layout l = layout_for({{3840, 1080}, 1, 1, 1, 1});
  EXPECT_GT(l.free.width(), 0.75f * 3840);
  EXPECT_LT(l.free.x0, 0.12f * 3840);
  EXPECT_GT(l.free.x1, 0.88f * 3840);
}

TEST(Layout, PortraitKeepsThePictureAbove) {
  const Layout l = layout_for({{1080, 1920}, 1, 1, 1, 1});
  EXPECT_TRUE(l.portrait);
  EXPECT_EQ(l.free.width(), 1080);
  EXPECT_GT(l.free.height(), 0.45f * 1920);
  EXPECT_GE(l.left.y0, l.free.y1);
}

TEST(Layout, SlidingPanelsMoveWithoutJumps) {
  for (const glm::uvec2 size : {glm::uvec2(1920, 1080), glm::uvec2(1080, 1920)}) {
    float before = -1e9f;
    for (float left = 0.05f; left <= 1; left += 0.05f) {
      const Layout l = layout_for({size, 1, left, 0, 1});
      const float edge = l.portrait ? -l.left.y0 : l.left.x1;
      EXPECT_GT(edge, before);
      before = edge;
    }
  }
}

}  // namespace
}  // namespace tenbo::shell
