// Streamed layers within the frame: what they may take, what the view needs, what came of it.
#include <algorithm>

#include "engine_impl.h"
#include "tenbo/base/file.h"
#include "tile_detail.h"

namespace tenbo::runtime {
void EngineImpl::stream_tiles(double dt, const std::function<bool()>& enough) {
  std::size_t streams = 0;
  std::uint64_t gpu = 0, cpu = 0;  // bytes of all streams
  bool reading = false;
  for (const auto& l : layers_) {
    if (!l->stream || !l->ready()) continue;
    streams += l->spec.visible;
    gpu += l->stream->status().gpu_bytes;
    cpu += l->stream->status().cpu_bytes;
    reading |= l->stream->status().reading > 0;
  }
  if (streams == 0) return;
  // All else that the program takes counts too. What readers have in hand for a moment does not, or the picture would
  // depend on when it was looked at.
  const std::uint64_t device = renderer_->gpu_memory_bytes();
  if (!reading || other_ram_ == 0) {
    const std::uint64_t shared = renderer_->quality() == render::Quality::software ? device : 0;  // a CPU device's memory is ours
    const std::uint64_t resident = current_memory_bytes();
    other_ram_ = resident - std::min(resident, shared + cpu);
  }
  const std::uint64_t other_gpu = device - std::min(device, gpu);
  TileBudget budget;
  budget.gpu = (vram_ - std::min(vram_, other_gpu)) / streams;
  budget.cpu = (ram_ - std::min(ram_, other_ram_)) / streams;

  for (auto& l : layers_) {
    if (!l->stream || !l->ready() || !l->spec.visible || !l->recipe) continue;
    TileStream::View view;
    view.now.camera = camera_;
    view.now.viewport = glm::dvec2(last_size_);
    const TileDetail detail = tile_detail(renderer_->quality());
    view.now.max_pixel_error = detail.pixel_error;
    view.now.far_factor = detail.far_factor;
    if (flight_) view.ahead = flight_->to;
    view.budget = budget;
    const std::size_t threads = jobs_.threads();
    view.jobs_at_once = dt > 0 ? threads + 1 : 2 * threads + 1;  // enough that no thread waits for the next frame to be given more
    view.retry = dt > 0;
    view.textured = l->spec.style.textured;
    if (selected_ && selected_->layer == l->id) view.selected = selected_->feature_id;
    const auto deliver = [this, queue = finished_, id = l->id, set = l->data.tiles](std::shared_ptr<BuiltCityTile> built) {
      queue->push([this, id, set, built = std::move(built)] {
        Layer* to = find_layer(id);
        if (to && to->stream && to->data.tiles == set) to->stream->take(built);
      });
    };
    const bool was_settled = l->stream->settled();
    if (l->stream->update(view, l->recipe, jobs_, deliver, world_, *renderer_, enough) || was_settled != l->stream->settled()) ++revision_;
    for (auto& e : l->stream->take_errors()) {
      log_.warning("layer \"" + l->status.name + "\": " + e.text());
      l->status.diagnostics.fail(std::move(e));
    }
    const auto& s = l->stream->status();
    l->status.features = s.features;
    l->status.triangles = s.triangles;
    l->status.tiles = TilesStatus{s.tiles, s.loaded, s.drawn, s.waiting, s.reading, s.gpu_bytes, s.cpu_bytes, s.coarser};
    if (l->status.attributes.empty() && s.loaded > 0) l->status.attributes = l->stream->loaded().begin()->second.city->features.summary();
  }
}

}  // namespace tenbo::runtime
