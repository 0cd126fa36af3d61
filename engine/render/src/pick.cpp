#include "pick.h"

#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>
#include <glm/gtc/type_precision.hpp>
#include <glm/matrix.hpp>
#include <glm/vec3.hpp>

namespace tenbo::render {

Picker::Picker(Device& device)
    : ids_(device, {pick_format, side, side, 1, 1, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT}),
      depth_(device, {depth_format, side, side, 1, 1, VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT}),
      ids_back_(device, side * side * 8, 0, BufferKind::readback),
      depth_back_(device, side * side * 4, 0, BufferKind::readback) {}

void Picker::record(PassContext& c, VkDescriptorSet frame_set, const DrawList& list) {
  ids_.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, true);
  depth_.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL, true);
  begin_rendering(c.cmd, {side, side}, {.image = &ids_, .clear = true},
                  {.image = &depth_, .clear = true, .value = {.depthStencil = {0.f, 0}}});
  draw_items(c, frame_set, list.scene);
  vkCmdEndRendering(c.cmd);
  const auto copy = [&](GpuImage& from, Buffer& to) {
    from.transition(c.cmd, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
    VkBufferImageCopy region{};
    region.imageSubresource = {from.aspect, 0, 0, 1};
    region.imageExtent = {side, side, 1};
    vkCmdCopyImageToBuffer(c.cmd, from.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, to.buffer, 1, &region);
  };
  copy(ids_, ids_back_);
  copy(depth_, depth_back_);
  full_barrier(c.cmd);
}

PickResult Picker::read(const FrameView& view, glm::uvec2 pixel, const DrawList& list) {
  ids_back_.invalidate();
  depth_back_.invalidate();
  struct Id { std::uint32_t feature, draw; } ids[side * side];
  float depths[side * side];
  std::memcpy(ids, ids_back_.mapped, sizeof ids);
  std::memcpy(depths, depth_back_.mapped, sizeof depths);

  constexpr int middle = side / 2;
  const auto at = [&](int x, int y) { return (middle + y) * static_cast<int>(side) + middle + x; };
  int chosen = at(0, 0);
  const auto info = [&](int i) -> const RecordInfo* {
    return ids[i].draw && ids[i].draw <= list.infos.size() ? &list.infos[ids[i].draw - 1] : nullptr;
  };
  // A line within 3 px wins over the ground under the pixel: nobody can hit two pixels with a hand.
  if (const RecordInfo* hit = info(chosen); !hit || hit->ground) {
    int best = 10;
    for (int y = -middle; y <= middle; ++y)
      for (int x = -middle; x <= middle; ++x)
        if (const RecordInfo* i = info(at(x, y)); i && i->line && x * x + y * y < best) best = x * x + y * y, chosen = at(x, y);
  }
  PickResult out;
  const RecordInfo* hit = info(chosen);
  if (!hit || !(depths[chosen] > 0)) return out;
  out.hit = true;
  out.layer = hit->layer;
  out.part = hit->part;
  out.feature = ids[chosen].feature;
  // Undo the bias that lifts lines and draped surfaces off the ground (line.vert, pick_mesh.vert).
  const double depth = depths[chosen] / (hit->line ? 1.002 : hit->draped ? 1.0015 : 1.0);
  out.depth = static_cast<float>(depth);
  const double distance = view.near_plane / depth;  // along the view direction, m
  const double f = 1 / std::tan(double(view.fov_y) / 2), w = view.size.x, h = view.size.y;
  const int dx = chosen % static_cast<int>(side) - middle, dy = chosen / static_cast<int>(side) - middle;
  const double x = ((pixel.x + dx + 0.5) / w * 2 - 1) * w / h / f, y = -((pixel.y + dy + 0.5) / h * 2 - 1) / f;
  const glm::dmat3 from_eye = glm::transpose(glm::dmat3(view.view));
  out.position = glm::vec3(from_eye * (glm::dvec3(x, y, -1) * distance));
  return out;
}

}  // namespace tenbo::render
