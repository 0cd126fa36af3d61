// Streamed layers within the frame: what they may take, what the view needs, what came of it.
#include <algorithm>
#include <cmath>

#include "engine_impl.h"
#include "memory_pressure.h"
#include "tenbo/base/file.h"
#include "tenbo/base/pages.h"
#include "tenbo/render/frame_memory.h"
#include "tile_detail.h"

namespace tenbo::runtime {
namespace {

constexpr double coarser_a_frame = 1.03;  // after a switch-over

bool moved(const scene::Camera& a, const scene::Camera& b) {
  return a.lon != b.lon || a.lat != b.lat || a.height != b.height || a.heading != b.heading || a.pitch != b.pitch || a.fov != b.fov;
}

}  // namespace

TileStream::View EngineImpl::tile_view(const Layer& l, const TileBudget& budget, double dt) const {
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
  view.watched = dt > 0;
  view.textured = l.spec.style.textured;
  if (selected_ && selected_->layer == l.id) view.selected = selected_->feature_id;
  return view;
}

void EngineImpl::stream_tiles(double dt, const std::function<bool()>& enough) {
  switch_over();
  std::size_t streams = 0;
  std::uint64_t gpu = 0, cpu = 0;  // bytes of all streams
  std::uint64_t leaving_gpu = 0, leaving_cpu = 0;  // of what goes when a bake takes its place
  bool reading = false;
  const auto all_settled = [&] { return std::all_of(layers_.begin(), layers_.end(), [](const auto& l) { return !l->stream || !l->spec.visible || l->stream->settled(); }); };
  for (const auto& l : layers_) {
    if (!l->ready()) continue;
    for (const auto* stream : {l->stream.get(), l->bake.stream.get()}) {
      if (!stream) continue;
      streams += l->spec.visible;
      gpu += stream->status().gpu_bytes;
      cpu += stream->status().cpu_bytes;
      reading |= stream->status().reading > 0;
    }
    if (!l->bake.stream || !l->data.city) continue;
    leaving_gpu += l->uploaded_bytes;
    leaving_cpu += l->data.city->features.memory_bytes() + (l->data.footprints ? l->data.footprints->points.size() * sizeof(impact::LonLat) + l->data.footprints->parts.size() * sizeof(impact::AssetPart) : 0);
  }
  if (streams == 0) return;
  // All else that the program takes counts too. What readers have in hand for a moment does not, or the picture would
  // depend on when it was looked at.
  const std::uint64_t device = renderer_->gpu_memory_bytes();
  const bool small = renderer_->on_cpu() && ram_ + vram_ <= small_memory, count = !reading || other_ram_ == 0;
  const std::uint64_t resident = small || count ? current_memory_bytes() : 0;
  const bool pressed = small && resident > ram_ + vram_ + working_memory;
  if (count) {
    const std::uint64_t shared = renderer_->on_cpu() ? device : 0;
    // Where memory is small, what it once was is forgotten slowly, and not at all on the way to a still: else what was let go of
    // for it would be read again.
    const std::uint64_t before = !small ? 0 : dt > 0 ? other_ram_ - other_ram_ / 1000 : other_ram_;
    other_ram_ = std::max(resident - std::min(resident, shared + cpu), before);
  }
  // What the next frame is drawn in, where it is not there yet; stills let go of theirs.
  const bool still = dt <= 0;
  const std::uint64_t drawn_in = still || renderer_->stats().cpu_ms <= 0 ? render::frame_bytes(last_size_, renderer_->quality(), renderer_->gpu_driven(), still) : 0;
  const std::uint64_t pixels = still ? std::uint64_t{4} * last_size_.x * last_size_.y : 0;  // of the picture, until it is written
  const auto rest = [&](std::uint64_t all, std::uint64_t other, std::uint64_t leaving) {
    other -= std::min(other, leaving);
    return (all - std::min(all, other)) / streams;
  };
  TileBudget budget;
  const std::uint64_t least = std::min<std::uint64_t>(vram_ / 8, 32 << 20) / streams;  // else there would be nothing to see
  budget.gpu = std::max(least, rest(vram_, device - std::min(device, gpu) + drawn_in, leaving_gpu));
  budget.cpu = rest(ram_, other_ram_ + pixels, leaving_cpu);
  if (!stood_ || moved(camera_, *stood_)) still_seconds_ = stood_ ? 0 : rest_seconds;
  else if (still_seconds_ < rest_seconds) still_seconds_ += dt;
  else if (dt > 0 && all_settled()) still_seconds_ = at_rest;  // what moving asks for is there, and finer may come
  stood_ = camera_;
  const bool rests = still_seconds_ >= at_rest;
  const TileDetail detail = tile_detail(renderer_->quality()), resting = resting_detail(renderer_->quality());
  if (rests) budget.triangles = resting.triangles / streams;
  else if (dt > 0 && still_seconds_ < rest_seconds) budget.triangles = detail.triangles / streams;

  for (auto& l : layers_) {
    if (!l->ready() || !l->spec.visible || !l->recipe || !(l->stream || l->bake.stream)) continue;
    auto view = tile_view(*l, budget, dt);
    if (pressed) view.jobs_at_once = reading ? 0 : 1;
    const auto deliver_to = [&](std::shared_ptr<const TileSet> set) {
      return [this, queue = finished_, id = l->id, small, set = std::move(set)](std::shared_ptr<BuiltCityTile> built) {
        if (small) return_freed_now();
        queue->push([this, id, set, built = std::move(built)] {
          Layer* to = find_layer(id);
          if (to && to->stream && to->data.tiles == set) to->stream->take(built);
          else if (to && to->bake.stream && to->bake.set == set) to->bake.stream->take(built);
        });
      };
    };
    if (l->bake.stream && !enough()) {
      auto arriving = view;  // as fine as what is shown now, or nearly
      arriving.now.max_pixel_error = arriving.now.far_factor = 1;
      l->bake.stream->update(arriving, l->recipe, jobs_, deliver_to(l->bake.set), world_, *renderer_, enough);
      for (auto& e : l->bake.stream->take_errors()) if (!l->bake.set->cached->damaged()) log_.warning("layer \"" + l->status.name + "\": " + e.text());
    }
    if (!l->stream) continue;
    if (rests) {
      view.now.max_pixel_error = resting.pixel_error;
      view.now.far_factor = resting.far_factor;
    } else if (l->bake.held) {  // grows coarser unseen: while the camera moves
      if (moved(camera_, *l->bake.held)) l->bake.error *= coarser_a_frame;
      if (l->bake.error >= view.now.max_pixel_error) l->bake.held.reset();
      else {
        view.now.max_pixel_error = l->bake.error;
        view.now.far_factor = std::min(view.now.far_factor, l->bake.error);
      }
    }
    const bool was_settled = l->stream->settled();
    if (l->stream->update(view, l->recipe, jobs_, deliver_to(l->data.tiles), world_, *renderer_, enough) || was_settled != l->stream->settled()) ++revision_;
    for (auto& e : l->stream->take_errors()) {
      if (!l->bake.damage.empty()) continue;  // the source is on its way
      log_.warning("layer \"" + l->status.name + "\": " + e.text());
      l->status.diagnostics.fail(std::move(e));
    }
    // The bottom of a loose volume is no ground: that of what has come is.
    if (const double lowest = l->stream->lowest(); l->data.tiles->loose && std::isfinite(lowest) && lowest != l->status.extent.min_height) {
      l->status.extent.min_height = lowest;
      rebuild_plain_ground();
      ++revision_;
    }
    const auto& s = l->stream->status();
    l->status.features = s.features;
    l->status.triangles = s.triangles;
    l->status.tiles = TilesStatus{s.tiles, s.loaded, s.drawn, s.waiting, s.reading, s.gpu_bytes, s.cpu_bytes, s.coarser};
    if (l->status.attributes.empty() && s.loaded > 0) l->status.attributes = l->stream->loaded().begin()->second.city->features.summary();
  }
}

}  // namespace tenbo::runtime
