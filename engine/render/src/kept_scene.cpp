#include "kept_scene.h"

#include <algorithm>

#include "draw_list.h"

namespace tenbo::render {
namespace {
void copy(VkCommandBuffer cmd, GpuImage& from, GpuImage& to) {
  from.transition(cmd, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  to.transition(cmd, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, true);
  VkImageCopy region{};
  region.srcSubresource = region.dstSubresource = {from.aspect, 0, 0, 1};
  region.extent = {to.desc.width, to.desc.height, 1};
  vkCmdCopyImage(cmd, from.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, to.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
}

// A picture to copy into, as large as that.
void make_room(Device& device, GpuImage& kept, const GpuImage& as) {
  if (kept && kept.desc.width == as.desc.width && kept.desc.height == as.desc.height) return;
  VkImageUsageFlags usage = VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;
  kept = GpuImage(device, {as.desc.format, as.desc.width, as.desc.height, 1, 1, usage});
}

// In the base, or with a shadow on it.
bool concerns_base(const MeshDraw& d) {
  return !lies_over_base(d) || (d.casts_shadow && (d.material == Material::city || d.material == Material::terrain));
}

// Whether what views name is as it was when the store had written so often. What is gone is not drawn, though the view may still name it.
class Unchanged {
 public:
  Unchanged(const Store& store, std::uint64_t writes) : store_(store), writes_(writes) {}
  bool operator()(const MeshDraw& d) { return store_.meshes.get(d.mesh) && (!d.texture || store_.textures.get(d.texture)) && stays(d.features); }
  bool operator()(const LineDraw& d) { return store_.lines.get(d.lines) && stays(d.features); }
  bool operator()(const PointDraw& d) const {
    const GpuPoints* p = store_.points.get(d.points);
    return p && p->written <= writes_;
  }
  bool operator()(const FieldDraw& d) const {
    return store_.meshes.get(d.mesh) && store_.grids.get(d.values) && (!d.next || store_.grids.get(d.next));
  }

 private:
  bool stays(FeatureTableHandle h) {
    if (!h || h == before_) return true;
    before_ = h;
    const GpuFeatures* f = store_.features.get(h);
    return f && f->written <= writes_;
  }
  const Store& store_;
  std::uint64_t writes_;
  FeatureTableHandle before_;  // neighbours mostly share theirs
};
}  // namespace

bool KeptScene::shows(const SceneView& view, const Store& store) const {
  if (!held_ || !(last_ == view)) return false;
  Unchanged same(store, writes_);
  const auto all = [&](const auto& draws) { return std::all_of(draws.begin(), draws.end(), [&](const auto& d) { return same(d); }); };
  return all(view.meshes) && all(view.lines) && all(view.points) && all(view.fields);
}

bool KeptScene::base_shows(const SceneView& view, const Store& store, bool direct) {
  if (!base_held_) return false;
  base_held_ = false;
  if (base_direct_ != direct || !(static_cast<const Outlook&>(last_) == view)) return false;
  Unchanged same(store, writes_);
  auto old = last_.meshes.begin();
  const auto next = [&] { old = std::find_if(old, last_.meshes.end(), concerns_base); };
  for (const MeshDraw& d : view.meshes) {
    if (!concerns_base(d)) continue;
    next();
    if (old == last_.meshes.end() || !(*old == d) || !same(d)) return false;
    ++old;
  }
  next();
  return base_held_ = old == last_.meshes.end();
}

bool KeptScene::stands(const SceneView& view) const {
  return view.accumulate <= 1 && last_.size == view.size && last_.view == view.view && last_.anchor == view.anchor && last_.fov_y == view.fov_y;
}

void KeptScene::drawn(const SceneView& view, const Store& store) {
  held_ = false;
  if (view.accumulate > 1) return forget();
  writes_ = store.writes;
  last_ = view;
}

void KeptScene::keep(Device& device, VkCommandBuffer cmd, Targets& t) {
  make_room(device, picture_, t.final);
  copy(cmd, t.final, picture_);
  t.final.transition(cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  held_ = true;
}

void KeptScene::show(VkCommandBuffer cmd, Targets& t) {
  copy(cmd, picture_, t.final);
  t.final.transition(cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
}

void KeptScene::keep_base(Device& device, VkCommandBuffer cmd, Targets& t, bool direct) {
  GpuImage& colour = direct ? t.final : t.colour;
  make_room(device, base_, colour);
  make_room(device, base_depth_, t.depth);
  copy(cmd, colour, base_);
  copy(cmd, t.depth, base_depth_);
  colour.transition(cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  t.depth.transition(cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL);
  base_direct_ = direct;
  base_held_ = true;
}

void KeptScene::show_base(VkCommandBuffer cmd, Targets& t) {
  GpuImage& colour = base_direct_ ? t.final : t.colour;
  copy(cmd, base_, colour);
  copy(cmd, base_depth_, t.depth);
  colour.transition(cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  t.depth.transition(cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL);
}

}  // namespace tenbo::render
