#include "overlay.h"

#include <gtest/gtest.h>
#include <imgui.h>

namespace tenbo::shell {
namespace {

ImDrawVert vertex(float x, float y, ImU32 colour) { return {{x, y}, {0.25f, 0.75f}, colour}; }

TEST(Overlay, ConvertsListsWithTheirOffsets) {
  ImDrawListSharedData* none = nullptr;
  ImDrawList a(none), b(none);
  for (int i = 0; i < 3; ++i) a.VtxBuffer.push_back(vertex(static_cast<float>(i), 10, 0x80FF0102u));
  for (const ImDrawIdx i : {0, 1, 2}) a.IdxBuffer.push_back(i);
  ImDrawCmd first;
  first.ClipRect = {-50, -50, 5000, 5000};
  first.ElemCount = 3;
  a.CmdBuffer.push_back(first);
  for (int i = 0; i < 8; ++i) b.VtxBuffer.push_back(vertex(100, static_cast<float>(i), 0xFFFFFFFFu));
  for (const ImDrawIdx i : {0, 1, 2, 1, 2, 3}) b.IdxBuffer.push_back(i);
  ImDrawCmd second = first, empty = first, outside = first, callback = first;
  second.IdxOffset = 3;
  second.VtxOffset = 4;
  empty.ElemCount = 0;
  outside.ClipRect = {900, 0, 1000, 10};
  callback.UserCallback = [](const ImDrawList*, const ImDrawCmd*) {};
  for (const ImDrawCmd& c : {second, empty, outside, callback}) b.CmdBuffer.push_back(c);

  ImDrawList* lists[] = {&a, &b};
  ImDrawData data;
  data.Valid = true;
  data.CmdLists = lists;
  data.CmdListsCount = 2;
  data.DisplaySize = {800, 600};
  render::OverlayList out;
  out.vertices.resize(2);  // something is there already
  out.indices.resize(5);
  append_overlay(data, out);

  ASSERT_EQ(out.vertices.size(), 2u + 3 + 8);
  ASSERT_EQ(out.indices.size(), 5u + 3 + 6);
  ASSERT_EQ(out.commands.size(), 2u) << "nothing to draw is left out";
  EXPECT_EQ(out.commands[0].first_index, 5u);
  EXPECT_EQ(out.commands[0].vertex_offset, 2u);
  EXPECT_EQ(out.commands[0].clip, glm::vec4(0, 0, 800, 600));
  EXPECT_EQ(out.commands[1].first_index, 5u + 3 + 3);
  EXPECT_EQ(out.commands[1].vertex_offset, 2u + 3 + 4);
  EXPECT_FALSE(out.commands[1].texture);
  EXPECT_EQ(out.vertices[2].rgba, 0x80FF0102u);
  EXPECT_EQ(out.vertices[3].x, 1);
  EXPECT_EQ(out.vertices[3].u, 0.25f);
}

}  // namespace
}  // namespace tenbo::shell
