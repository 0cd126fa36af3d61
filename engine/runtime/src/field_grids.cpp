#include "field_grids.h"

namespace tenbo::runtime {

render::GridHandle FieldGrids::at(std::size_t step) const {
  const auto it = steps_.find(step);
  return it == steps_.end() ? render::GridHandle{} : it->second;
}

void FieldGrids::drop(render::GridHandle grid, render::Renderer& renderer) {
  if (grid == shown_) outlived_ = true;
  else renderer.destroy(grid);
}

void FieldGrids::put(std::size_t step, render::GridHandle grid, render::Renderer& renderer) {
  if (const auto old = at(step)) drop(old, renderer);
  steps_[step] = grid;
}

void FieldGrids::show(std::size_t step, render::Renderer& renderer) {
  const auto grid = at(step);
  if (!grid || grid == shown_) return;
  if (outlived_) renderer.destroy(shown_);
  outlived_ = false;
  shown_ = grid;
}

void FieldGrids::blank(render::Renderer& renderer) {
  if (outlived_) renderer.destroy(shown_);
  outlived_ = false;
  shown_ = {};
}

void FieldGrids::keep_around(std::size_t step, render::Renderer& renderer) {
  std::erase_if(steps_, [&](const auto& kv) {
    if (kv.first + 3 >= step && kv.first <= step + 4) return false;
    drop(kv.second, renderer);
    return true;
  });
}

void FieldGrids::forget(render::Renderer* renderer, bool keep_shown) {
  if (!renderer) return;
  for (const auto& [step, grid] : steps_) drop(grid, *renderer);
  steps_.clear();
  if (!keep_shown) blank(*renderer);
}

}  // namespace tenbo::runtime
