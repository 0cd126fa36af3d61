#include "tenbo/render/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

#include "gpu_scene.h"
#include "kept_scene.h"
#include "passes.h"
#include "pick.h"
#include "sky.h"
#include "swapchain.h"

namespace tenbo::render {
namespace {

using Clock = std::chrono::steady_clock;
double ms_since(Clock::time_point t) { return std::chrono::duration<double, std::milli>(Clock::now() - t).count(); }

class VulkanRenderer final : public Renderer {
 public:
  explicit VulkanRenderer(const RendererOptions& options);
  ~VulkanRenderer() override { device_.finish(); }

  Result<MeshHandle> create_mesh(const MeshData& mesh) override { return guarded([&] { return store_.create_mesh(mesh); }); }
  Result<MeshHandle> create_field_mesh(const MeshData& mesh, std::span<const FieldBlock> blocks) override {
    return guarded([&] { return store_.create_field_mesh(mesh, blocks); });
  }
  Result<LineHandle> create_lines(const LineData& lines) override { return guarded([&] { return store_.create_lines(lines); }); }
  Result<PointsHandle> create_points(std::span<const PointPlace> places, std::span<const Rgba8> colours) override {
    return guarded([&] { return store_.create_points(places, colours); });
  }
  Status update_points(PointsHandle h, std::span<const Rgba8> colours, const std::optional<std::vector<std::uint32_t>>& shown) override {
    return guarded([&] { return store_.update_points(h, colours, shown); });
  }
  void destroy(PointsHandle h) override { store_.points.remove(h); }
  Result<TextureHandle> create_texture(const Image& image, bool repeat) override {
    return guarded([&] { return store_.create_texture(image, repeat); });
  }
  Result<FeatureTableHandle> create_features(std::span<const FeatureStyle> styles) override {
    return guarded([&] { return store_.create_features(styles); });
  }
  Status update_features(FeatureTableHandle table, std::uint32_t first, std::span<const FeatureStyle> styles) override {
    return guarded([&] { return store_.update_features(table, first, styles); });
  }
  Result<GridHandle> create_grid(int width, int height, std::span<const float> values) override {
    return guarded([&] { return store_.create_grid(width, height, values); });
  }
  Status update_glyph_atlas(int size, int y0, int y1, std::span<const std::uint8_t> pixels) override {
    return guarded([&] { return store_.update_glyph_atlas(size, y0, y1, pixels); });
  }
  void destroy(MeshHandle h) override { store_.meshes.remove(h); }
  void destroy(LineHandle h) override { store_.lines.remove(h); }
  void destroy(TextureHandle h) override { store_.textures.remove(h); }
  void destroy(FeatureTableHandle h) override { store_.features.remove(h); }
  void destroy(GridHandle h) override { store_.grids.remove(h); }

  Result<Image> render(const FrameView& view) override;
  Status render_offscreen(const FrameView& view) override;
  Status present(const FrameView& view) override;
  Result<PickResult> pick(const FrameView& view, glm::uvec2 pixel) override;

  bool on_cpu() const override { return device_.is_cpu; }
  std::string device_name() const override { return device_.properties.deviceName; }
  std::string driver() const override;
  Quality quality() const override { return quality_; }
  bool gpu_driven() const override { return gpu_scene_.has_value(); }
  std::uint64_t gpu_memory_bytes() const override { return device_.memory_bytes(); }
  std::uint64_t gpu_memory_size() const override { return device_.memory_size(); }
  FrameStats stats() const override { return stats_; }
  std::vector<std::string> validation_messages() const override { return device_.messages(); }

 private:
  // Turns what the GPU throws into an Error.
  template <class F>
  auto guarded(F&& f) -> decltype(f()) {
    try {
      return f();
    } catch (const GpuFailure& e) {
      shadow_holds_.reset();
      kept_.forget();
      return e.error();
    } catch (const std::bad_alloc&) {
      shadow_holds_.reset();
      kept_.forget();
      return Error{ErrorCode::out_of_budget, "out of memory while drawing", {}, {}, "show fewer or smaller layers"};
    }
  }
  Status check(const FrameView& view) const;
  FrameSlot& next_slot();
  void prepare_sky(const FrameView& view);
  PassContext context(FrameSlot& slot, const FrameView& view, VkCommandBuffer cmd) {
    return {device_, pipelines_, store_, slot, view, cmd, nullptr, gpu_scene_.has_value(), quality_ == Quality::wall ? 2 : 1};
  }
  // Records all passes up to the finished picture in targets_.final.
  void record_frame(PassContext& c);
  // Whether the one map of a CPU device already holds what this frame needs.
  bool shadow_kept(const FrameView& view, const std::vector<Cascade>& cascades, const DrawList& list);
  std::uint64_t submit(VkCommandBuffer cmd, FrameSlot& slot, const Swapchain::Frame* frame = nullptr);
  void finish_stats(FrameSlot& slot, Clock::time_point start);

  Device device_;
  Quality quality_;
  Pipelines pipelines_;
  Store store_;
  Targets targets_;
  std::optional<GpuScene> gpu_scene_;  // where drawing is GPU-driven
  GpuImage shadow_;
  struct ShadowHolds {
    ShadowPlace place;
    std::vector<Caster> casters, terrain;    // DrawList's
    glm::vec3 anchor{0};                     // the camera of the frame before
    glm::mat4 view{1};
    int age = 0;                             // frames
    bool behind = false;                     // the map is of terrain that has changed since
  };
  std::optional<ShadowHolds> shadow_holds_;  // what the map holds; empty = nothing of use
  KeptScene kept_;
  std::optional<Picker> picker_;
  std::unique_ptr<FrameSlot> slots_[2];
  unsigned slot_ = 0;
  std::optional<Swapchain> swapchain_;
  std::optional<SkyLight> sky_;
  glm::vec3 sky_sun_{0};
  bool sky_night_ = false;
  FrameStats stats_;
};

// px a side of one map. A CPU device has one map, which is drawn seldom and so may be larger.
constexpr std::uint32_t shadow_resolution = 2048, wall_shadow_resolution = 4096, lone_shadow_resolution = 3072;

VulkanRenderer::VulkanRenderer(const RendererOptions& options)
    : device_(options),
      quality_(options.quality_set ? options.quality : device_.is_cpu ? Quality::software : Quality::balanced),
      pipelines_(device_, quality_ != Quality::software), store_(device_, device_.gpu_driven && quality_ != Quality::software) {
  for (auto& s : slots_) s = std::make_unique<FrameSlot>(device_);
  const bool lone = quality_ == Quality::software;
  const std::uint32_t wanted = lone ? lone_shadow_resolution : quality_ == Quality::wall ? wall_shadow_resolution : shadow_resolution;
  const std::uint32_t side = std::min(wanted, device_.properties.limits.maxImageDimension2D);
  shadow_ = GpuImage(device_, {.format = depth_format, .width = side, .height = side, .layers = lone ? 1u : max_cascades,
                               .usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_SAMPLED_BIT,
                               .array_view = true});
  if (device_.gpu_driven && quality_ != Quality::software) gpu_scene_.emplace(device_);
  if (options.window) swapchain_.emplace(device_, *options.window);
}

std::string VulkanRenderer::driver() const {
  VkPhysicalDeviceDriverProperties d{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
  VkPhysicalDeviceProperties2 p{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &d};
  vkGetPhysicalDeviceProperties2(device_.physical, &p);
  return fmt::format("{} {}", d.driverName, d.driverInfo);
}

Status VulkanRenderer::check(const FrameView& view) const {
  const std::uint32_t most = device_.properties.limits.maxImageDimension2D;
  const auto wrong = [](std::string message, std::string remedy) {
    return Error{ErrorCode::invalid_argument, std::move(message), {}, {}, std::move(remedy)};
  };
  if (view.size.x == 0 || view.size.y == 0 || view.size.x > most || view.size.y > most)
    return wrong(fmt::format("a picture of {} x {} px", view.size.x, view.size.y), fmt::format("ask for 1 to {} px a side", most));
  if (!(view.fov_y > 0.001f && view.fov_y < 3.1f)) return wrong(fmt::format("a field of view of {} rad", view.fov_y), "0.001 to 3.1");
  if (!(view.near_plane > 0) || view.near_plane > 1e6f) return wrong(fmt::format("a near plane at {} m", view.near_plane), "more than 0");
  if (view.accumulate > 256) return wrong(fmt::format("{} samples a pixel", view.accumulate), "at most 256");
  return {};
}

FrameSlot& VulkanRenderer::next_slot() {
  slot_ = (slot_ + 1) % 2;
  FrameSlot& slot = *slots_[slot_];
  slot.reset();
  device_.collect();
  return slot;
}

void VulkanRenderer::prepare_sky(const FrameView& view) {
  if (sky_ && sky_sun_ == view.sun_direction && sky_night_ == view.night_theme) return;
  sky_ = make_sky(view.sun_direction, view.night_theme);
  sky_sun_ = view.sun_direction;
  sky_night_ = view.night_theme;
  store_.uploader.write(store_.sky_table, 0, SkyLight::height, std::as_bytes(std::span(sky_->table)));
}

bool VulkanRenderer::shadow_kept(const FrameView& view, const std::vector<Cascade>& cascades, const DrawList& list) {
  // Stills are made from nothing but their input: what earlier frames left behind does not reach them.
  if (cascades.size() != 1 || view.accumulate > 1) {
    shadow_holds_.reset();
    return false;
  }
  // Terrain changes its tiles with almost every step of the camera, and its shadow hardly: while the camera moves, that
  // waits for a few frames.
  constexpr int frames_behind = 6;
  const bool moved = !shadow_holds_ || shadow_holds_->anchor != view.anchor || shadow_holds_->view != view.view;
  if (shadow_holds_ && shadow_holds_->place == cascades[0].place && same_casters(shadow_holds_->casters, list.casters) &&
      (same_casters(shadow_holds_->terrain, list.terrain_casters) || (moved && shadow_holds_->age < frames_behind))) {
    shadow_holds_->anchor = view.anchor;
    shadow_holds_->view = view.view;
    ++shadow_holds_->age;
    shadow_holds_->behind = !same_casters(shadow_holds_->terrain, list.terrain_casters);
    return true;
  }
  shadow_holds_ = {cascades[0].place, list.casters, list.terrain_casters, view.anchor, view.view, 0, false};
  return false;
}

void VulkanRenderer::record_frame(PassContext& c) {
  const FrameView& view = c.view;
  stats_.scene_kept = kept_.shows(view, store_);
  if (stats_.scene_kept) {
    targets_.prepare(device_, pipelines_, view.size, false, false, gpu_scene_.has_value());
    c.slot.start_timing(c.cmd);
    kept_.show(c.cmd, targets_);
    c.slot.mark(c.cmd, "kept");
    overlay_pass(c, targets_);
    stats_.base_kept = true;
    stats_.triangles = stats_.points = stats_.draws = 0;
    return;
  }
  pipelines_.set_cut(glm::vec3(view.section) != glm::vec3(0));
  auto cascades = fit_cascades(view, *sky_, shadow_.desc.layers, shadow_.desc.width);
  DrawList list = DrawListBuilder(device_, pipelines_, store_, c.slot)
      .build(view, projection_matrix(view) * view.view, cascades, ListFor::scene,
             quality_ == Quality::software && view.accumulate <= 1);
  if (list.direct && list.shadow.empty()) cascades.clear();
  const bool outline = !list.selected.empty();
  GpuScene* gpu = gpu_scene_ ? &*gpu_scene_ : nullptr;
  const std::uint32_t samples = std::max(1u, view.accumulate);
  targets_.prepare(device_, pipelines_, view.size, samples > 1, outline, gpu_scene_.has_value());
  const auto records = c.slot.memory.push(std::span<const DrawRecord>(list.records));

  c.records = list.records.data();

  // GPU-driven, a frame costs little, and what it counts depends on the one before.
  const bool stands = !gpu && kept_.stands(view);
  const auto whole = [&] { return !shadow_holds_ || !shadow_holds_->behind; };  // of its input alone, and of no frame before
  const std::size_t under = base_of(list).size();
  stats_.base_kept = kept_.base_shows(view, store_, list.direct) && stands;
  c.slot.start_timing(c.cmd);
  bind_records(c, records);
  if (shadow_.layout == VK_IMAGE_LAYOUT_UNDEFINED) shadow_.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, true);
  for (std::uint32_t sample = 0; sample < samples; ++sample) {
    const FrameUniforms uniforms = frame_uniforms(view, *sky_, cascades, shadow_.desc.width, sample);
    const VkDescriptorSet set = make_frame_set(c, uniforms, shadow_);
    if (gpu) gpu->begin(c, list, uniforms.view_proj, cascades, samples == 1);
    if (sample == 0 && (!list.direct || !cascades.empty()) && !shadow_kept(view, cascades, list))
      shadow_pass(c, set, list, cascades, shadow_, gpu);
    const BaseUse base = stats_.base_kept ? BaseUse::shown : stands && whole() && under < list.scene.size() ? BaseUse::drawn_and_kept : BaseUse::drawn;
    scene_pass(c, set, list, targets_, gpu, kept_, base);
    if (outline) select_pass(c, set, list, targets_);
    if (list.direct) {
      if (outline) outline_pass(c, set, targets_);
      continue;
    }
    occlusion_pass(c, set, targets_);
    composite_pass(c, set, outline, sample == 0, targets_);
  }
  if (samples > 1) {
    targets_.finish_in_colour();
    resolve_pass(c, targets_);
  }
  kept_.drawn(view, store_);
  if (stands && whole()) kept_.keep(device_, c.cmd, targets_);
  overlay_pass(c, targets_);
  if (gpu) gpu->keep_stats(c, c.slot.cull_stats);
  stats_.triangles = list.triangles;
  stats_.points = list.points;
  stats_.draws = list.scene.size();
  if (stats_.base_kept) {
    for (const DrawItem& i : base_of(list)) stats_.triangles -= i.count / 3;
    stats_.draws -= under;
  }
}

std::uint64_t VulkanRenderer::submit(VkCommandBuffer cmd, FrameSlot& slot, const Swapchain::Frame* frame) {
  slot.memory.flush();
  slot.serial = frame ? device_.submit(cmd, frame->acquired, frame->drawn) : device_.submit(cmd);
  return slot.serial;
}

void VulkanRenderer::finish_stats(FrameSlot& slot, Clock::time_point start) {
  stats_.cpu_ms = ms_since(start);
  stats_.gpu_ms = 0;
  stats_.passes.clear();
  if (slot.cull_stats) GpuScene::read_stats(slot.cull_stats, stats_);
  for (const auto& t : slot.timings()) {
    stats_.gpu_ms += t.ms;
    stats_.passes.push_back({t.name, t.ms});
  }
}

Result<Image> VulkanRenderer::render(const FrameView& view) {
  if (Status s = check(view); !s) return s.error();
  return guarded([&]() -> Result<Image> {
    const auto start = Clock::now();
    prepare_sky(view);
    store_.uploader.flush();
    FrameSlot& slot = next_slot();
    const VkDeviceSize bytes = VkDeviceSize{view.size.x} * view.size.y * 4;
    Image image{static_cast<int>(view.size.x), static_cast<int>(view.size.y), {}};
    Buffer back(device_, bytes, 0, BufferKind::readback);
    VkCommandBuffer cmd = device_.begin_commands();
    try {
      PassContext c = context(slot, view, cmd);
      record_frame(c);
      targets_.final.transition(cmd, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
      VkBufferImageCopy region{};
      region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
      region.imageExtent = {view.size.x, view.size.y, 1};
      vkCmdCopyImageToBuffer(cmd, targets_.final.image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, back.buffer, 1, &region);
      full_barrier(cmd);
    } catch (...) {
      device_.abandon(cmd);
      throw;
    }
    const std::uint64_t serial = submit(cmd, slot);
    stats_.record_ms = ms_since(start);
    device_.wait(serial);
    finish_stats(slot, start);
    back.invalidate();
    if (view.accumulate > 1) {  // stills are few and large
      targets_ = {};
      device_.collect();
    }
    image.rgba.resize(bytes);
    std::memcpy(image.rgba.data(), back.mapped, bytes);
    return image;
  });
}

Status VulkanRenderer::render_offscreen(const FrameView& view) {
  if (Status s = check(view); !s) return s;
  return guarded([&]() -> Status {
    const auto start = Clock::now();
    prepare_sky(view);
    store_.uploader.flush();
    FrameSlot& slot = next_slot();
    VkCommandBuffer cmd = device_.begin_commands();
    try {
      PassContext c = context(slot, view, cmd);
      record_frame(c);
    } catch (...) {
      device_.abandon(cmd);
      throw;
    }
    const std::uint64_t serial = submit(cmd, slot);
    stats_.record_ms = ms_since(start);
    device_.wait(serial);
    finish_stats(slot, start);
    return {};
  });
}

Status VulkanRenderer::present(const FrameView& view) {
  if (!swapchain_)
    return Error{ErrorCode::invalid_argument, "present() without a window", {}, {}, "give RendererOptions::window"};
  if (view.size.x == 0 || view.size.y == 0) return {};
  if (Status s = check(view); !s) return s;
  return guarded([&]() -> Status {
    const auto start = Clock::now();
    Swapchain::Frame frame;
    if (!swapchain_->acquire(frame)) return {};
    VkCommandBuffer cmd = nullptr;
    FrameSlot* slot = nullptr;
    try {
      prepare_sky(view);
      store_.uploader.flush();
      slot = &next_slot();
      cmd = device_.begin_commands();
      PassContext c = context(*slot, view, cmd);
      record_frame(c);
      targets_.final.transition(cmd, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
      swapchain_->record_copy(cmd, frame, targets_.final);
    } catch (...) {
      if (cmd) device_.abandon(cmd);
      swapchain_->abandon();
      throw;
    }
    FrameSlot& before = *slots_[(slot_ + 1) % 2];
    const std::uint64_t serial = submit(cmd, *slot, &frame);
    stats_.record_ms = ms_since(start);
    swapchain_->present(frame, serial);
    if (before.serial && before.serial <= device_.completed()) finish_stats(before, start);
    return {};
  });
}

Result<PickResult> VulkanRenderer::pick(const FrameView& view, glm::uvec2 pixel) {
  if (Status s = check(view); !s) return s.error();
  if (pixel.x >= view.size.x || pixel.y >= view.size.y)
    return Error{ErrorCode::invalid_argument, fmt::format("pixel {},{} lies outside a picture of {} x {}", pixel.x, pixel.y,
                                                          view.size.x, view.size.y)};
  return guarded([&]() -> Result<PickResult> {
    prepare_sky(view);
    store_.uploader.flush();
    FrameSlot& slot = next_slot();
    if (!picker_) picker_.emplace(device_);
    pipelines_.set_cut(glm::vec3(view.section) != glm::vec3(0));
    const glm::mat4 projection = pick_projection(view, pixel, Picker::side);
    DrawList list = DrawListBuilder(device_, pipelines_, store_, slot).build(view, projection * view.view, {}, ListFor::pick);
    FrameUniforms u = frame_uniforms(view, *sky_, {}, shadow_.desc.width, 0);
    u.view_proj = projection * view.view;
    u.camera.w = 0;  // places are where they are
    u.viewport = glm::vec4(Picker::side, Picker::side, 1.f / Picker::side, 1.f / Picker::side);
    VkCommandBuffer cmd = device_.begin_commands();
    try {
      PassContext c{device_, pipelines_, store_, slot, view, cmd};
      const auto records = slot.memory.push(std::span<const DrawRecord>(list.records));
      bind_records(c, records);
      if (shadow_.layout == VK_IMAGE_LAYOUT_UNDEFINED) shadow_.transition(cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, true);
      picker_->record(c, make_frame_set(c, u, shadow_), list);
    } catch (...) {
      device_.abandon(cmd);
      throw;
    }
    device_.wait(submit(cmd, slot));
    return picker_->read(view, pixel, list);
  });
}

}  // namespace

Result<std::unique_ptr<Renderer>> Renderer::create(const RendererOptions& options) {
  try {
    return std::unique_ptr<Renderer>(std::make_unique<VulkanRenderer>(options));
  } catch (const GpuFailure& e) {
    Error error = e.error();
    error.message = "cannot start the renderer: " + error.message;
    return error;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_budget, "out of memory while starting the renderer"};
  }
}

}  // namespace tenbo::render
