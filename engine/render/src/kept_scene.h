#pragma once
// The picture under the overlay, kept while nothing in it changes: what comes by messages mostly moves markers, labels and panels,
// which lie in the overlay, and a picture on a wall mostly stands still. Then a frame is a copy and its overlay.
// Below it, its base: what is opaque, and the sky, with its depth. Where only what lies over it changes (areas, fields, lines, points),
// a frame is drawn from there on.
#include "store.h"
#include "targets.h"
#include "tenbo/render/frame_view.h"

namespace tenbo::render {

class KeptScene {
 public:
  // Whether the picture that is kept is this view's.
  bool shows(const SceneView& view, const Store& store) const;
  // Of a view that is to be drawn: whether its base is kept, drawn in the same way. Asked once for each.
  bool base_shows(const SceneView& view, const Store& store, bool direct);
  // Whether the camera stands as in the frame before: what moves is not worth keeping.
  bool stands(const SceneView& view) const;
  // Told of each frame that is drawn anew.
  void drawn(const SceneView& view, const Store& store);
  void keep(Device& device, VkCommandBuffer cmd, Targets& t);
  void show(VkCommandBuffer cmd, Targets& t);
  void keep_base(Device& device, VkCommandBuffer cmd, Targets& t, bool direct);
  void show_base(VkCommandBuffer cmd, Targets& t);
  void forget() { held_ = base_held_ = false; }

 private:
  SceneView last_;
  std::uint64_t writes_ = 0;  // the store's, then
  bool held_ = false, base_held_ = false, base_direct_ = false;
  GpuImage picture_, base_, base_depth_;
};

}  // namespace tenbo::render
