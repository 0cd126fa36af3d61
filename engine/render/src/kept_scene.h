#pragma once
// The picture under the overlay, kept while nothing in it changes: what comes by messages mostly moves markers, labels and panels,
// which lie in the overlay, and a picture on a wall mostly stands still. Then a frame is a copy and its overlay.
#include "store.h"
#include "targets.h"
#include "tenbo/render/frame_view.h"

namespace tenbo::render {

class KeptScene {
 public:
  // Whether the picture that is kept is this view's.
  bool shows(const SceneView& view, const Store& store) const;
  // Told of each frame that is drawn anew. True where it should be kept: the camera stands as in the frame before. `whole`: what was drawn
  // depends on the view alone, and on no frame before.
  bool drawing(const SceneView& view, const Store& store, bool whole);
  void keep(Device& device, VkCommandBuffer cmd, Targets& t);
  void show(VkCommandBuffer cmd, Targets& t);
  void forget() { held_ = false; }

 private:
  SceneView last_;
  std::uint64_t writes_ = 0;  // the store's, then
  bool held_ = false;
  GpuImage picture_;
};

}  // namespace tenbo::render
