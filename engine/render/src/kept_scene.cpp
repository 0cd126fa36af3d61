#include "kept_scene.h"

namespace tenbo::render {
namespace {
void copy(VkCommandBuffer cmd, GpuImage& from, GpuImage& to) {
  from.transition(cmd, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  to.transition(cmd, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, true);
  VkImageCopy region{};
  region.srcSubresource = region.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.extent = {to.desc.width, to.desc.height, 1};
  vkCmdCopyImage(cmd, from.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, to.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
}
}  // namespace

bool KeptScene::shows(const SceneView& view, const Store& store) const {
  if (!held_ || !(last_ == view)) return false;
  FeatureTableHandle before;  // neighbours mostly share theirs
  // What is gone is not drawn, though the view may still name it.
  const auto stays = [&](FeatureTableHandle h) {
    if (!h || h == before) return true;
    before = h;
    const GpuFeatures* f = store.features.get(h);
    return f && f->written <= writes_;
  };
  for (const auto& d : view.meshes)
    if (!store.meshes.get(d.mesh) || (d.texture && !store.textures.get(d.texture)) || !stays(d.features)) return false;
  for (const auto& d : view.lines)
    if (!store.lines.get(d.lines) || !stays(d.features)) return false;
  for (const auto& d : view.points) {
    const GpuPoints* p = store.points.get(d.points);
    if (!p || p->written > writes_) return false;
  }
  for (const auto& d : view.fields)
    if (!store.meshes.get(d.mesh) || !store.grids.get(d.values) || (d.next && !store.grids.get(d.next))) return false;
  return true;
}

bool KeptScene::drawing(const SceneView& view, const Store& store, bool whole) {
  const bool stands = last_.size == view.size && last_.view == view.view && last_.anchor == view.anchor && last_.fov_y == view.fov_y;
  held_ = false;
  if (view.accumulate > 1) return false;
  writes_ = store.writes;
  last_ = view;
  return stands && whole;
}

void KeptScene::keep(Device& device, VkCommandBuffer cmd, Targets& t) {
  if (!picture_ || picture_.desc.width != t.size.x || picture_.desc.height != t.size.y)
    picture_ = GpuImage(device, {colour_format, t.size.x, t.size.y, 1, 1, VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT});
  copy(cmd, t.final, picture_);
  t.final.transition(cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  held_ = true;
}

void KeptScene::show(VkCommandBuffer cmd, Targets& t) {
  copy(cmd, picture_, t.final);
  t.final.transition(cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
}

}  // namespace tenbo::render
