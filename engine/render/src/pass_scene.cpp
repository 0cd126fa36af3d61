#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>

#include "gpu_scene.h"
#include "kept_scene.h"
#include "passes.h"

namespace tenbo::render {

namespace {

// shaders/dome.vert: quads around and up, two triangles each.
constexpr std::uint32_t dome_around = 64, dome_rows = 40;

// The rows of the dome that the picture may show: first and one past the last.
std::pair<std::uint32_t, std::uint32_t> dome_rows_seen(const FrameView& view) {
  const float tan_y = std::tan(view.fov_y / 2), tan_x = tan_y * static_cast<float>(view.size.x) / static_cast<float>(view.size.y);
  const glm::mat3 from_eye = glm::transpose(glm::mat3(view.view));
  float low = dome_rows, high = 0;
  for (int y = -4; y <= 4; ++y)
    for (int x = -4; x <= 4; ++x) {
      const glm::vec3 d = glm::normalize(from_eye * glm::vec3(tan_x * static_cast<float>(x) / 4, tan_y * static_cast<float>(y) / 4, -1));
      const float row = (std::cbrt(std::asin(std::clamp(d.z, -1.f, 1.f)) / 1.5707963f) + 1) * (dome_rows / 2.f);
      low = std::min(low, row);
      high = std::max(high, row);
    }
  // One more at either end: for what lies between those 81 places.
  return {static_cast<std::uint32_t>(std::max(0.f, std::floor(low) - 1)), static_cast<std::uint32_t>(std::min<float>(dome_rows, std::floor(high) + 2))};
}

// A CPU device has begun to fill in the nearest of them by the time that it comes to the vertices of the farthest.
void draw_in_parts(PassContext& c, VkDescriptorSet frame_set, std::span<const DrawItem> items) {
  std::uint64_t all = 0;
  for (const DrawItem& i : items) all += i.count;
  // Fewer indices, and a part costs more than it saves: each looks at all of the picture once. The first has all threads
  // wait for it, and is small.
  const std::uint64_t part = std::max<std::uint64_t>(60'000, all / (FrameSlot::most_parts - 1) + 1);
  std::uint64_t sum = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if ((sum += items[i].count) < (from ? part : part / 4)) continue;
    draw_items(c, frame_set, items.subspan(from, i + 1 - from));
    c.slot.hand_over(c.cmd);
    from = i + 1;
    sum = 0;
  }
  draw_items(c, frame_set, items.subspan(from));
}

}  // namespace

std::span<const DrawItem> base_of(const DrawList& list) {
  const auto end = std::find_if(list.scene.begin(), list.scene.end(), [](const DrawItem& i) { return i.stage > stage_sky; });
  return {list.scene.begin(), end};
}

void scene_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, Targets& t, GpuScene* gpu, KeptScene& kept, BaseUse base) {
  GpuImage& colour = list.direct ? t.final : t.colour;
  const std::span<const DrawItem> under = base_of(list);
  const auto go_on = [&] {
    colour.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
    t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL);
    begin_rendering(c.cmd, t.size, {.image = &colour}, {.image = &t.depth});
  };
  if (base == BaseUse::shown) {
    kept.show_base(c.cmd, t);
    c.slot.mark(c.cmd, "kept");
    go_on();
  } else {
    colour.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
    t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL, true);
    begin_rendering(c.cmd, t.size, {.image = &colour, .clear = true},
                    {.image = &t.depth, .clear = true, .value = {.depthStencil = {0.f, 0}}});  // 0 = infinitely far
    draw_in_parts(c, frame_set, under);
    if (gpu) {  // between what is opaque and what lies over it; draws the sky too
      vkCmdEndRendering(c.cmd);
      gpu->draw_visible(c, frame_set, t);
      gpu->resolve(c, frame_set, t);
      go_on();
    } else if (list.direct) {
      vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.scene_layout, 0, 1, &frame_set, 0, nullptr);
      vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.get({Program::dome}));
      const auto [row, end] = dome_rows_seen(c.view);
      vkCmdDraw(c.cmd, (end - row) * dome_around * 6, 1, row * dome_around * 6, 0);
    } else {
      draw_fullscreen(c, {Program::sky}, c.pipelines.scene_layout, {frame_set});
    }
    if (base == BaseUse::drawn_and_kept) {
      vkCmdEndRendering(c.cmd);
      kept.keep_base(c.device, c.cmd, t, list.direct);
      go_on();
    }
  }
  draw_items(c, frame_set, std::span(list.scene).subspan(under.size()));
  vkCmdEndRendering(c.cmd);
  if (!list.direct) {
    colour.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
    t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  }
  c.slot.mark(c.cmd, "scene");
}

// A mask of what is selected, through everything that stands before it.
void select_pass(PassContext& c, VkDescriptorSet frame_set, const DrawList& list, Targets& t) {
  t.selected.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
  begin_rendering(c.cmd, t.size, {.image = &t.selected, .clear = true});
  draw_items(c, frame_set, list.selected);
  vkCmdEndRendering(c.cmd);
  t.selected.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  c.slot.mark(c.cmd, "select");
}

}  // namespace tenbo::render
