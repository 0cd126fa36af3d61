#pragma once
// A field's slices on the GPU, by step. The one that was drawn last stays until the one that counts has come: while a
// newer file is being read or the time bar dragged, water that is there does not blink away.
#include <cstddef>
#include <map>

#include "tenbo/render/renderer.h"

namespace tenbo::runtime {

class FieldGrids {
 public:
  bool has(std::size_t step) const { return steps_.count(step) != 0; }
  render::GridHandle at(std::size_t step) const;
  void put(std::size_t step, render::GridHandle grid, render::Renderer& renderer);
  // Chooses what is drawn: the step that counts, or what was drawn last. Once a frame.
  void show(std::size_t step, render::Renderer& renderer);
  // Nothing is drawn: the step that counts cannot be had, and an older one in its place would be a lie.
  void blank(render::Renderer& renderer);
  render::GridHandle shown() const { return shown_; }
  // Drops the steps that are far from `step`.
  void keep_around(std::size_t step, render::Renderer& renderer);
  // The field was replaced. keep_shown: the new one has the same cells, so that what is drawn may stay for the moment.
  void forget(render::Renderer* renderer, bool keep_shown);

 private:
  void drop(render::GridHandle grid, render::Renderer& renderer);
  std::map<std::size_t, render::GridHandle> steps_;
  render::GridHandle shown_;
  bool outlived_ = false;  // shown_ is none of steps_ any more, and goes when another is shown
};

}  // namespace tenbo::runtime
