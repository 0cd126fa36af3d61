#pragma once
// The renderer: owns the Vulkan device and everything on it. Used from one thread ([main]) except where said.
#include <array>
#include <functional>
#include <glm/vec2.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/base/mesh.h"
#include "tenbo/base/result.h"
#include "tenbo/render/frame_view.h"

namespace tenbo::render {

// What a window gives the renderer, without the renderer knowing any window library. Surfaces are made and destroyed
// through callbacks with Vulkan's own handle values, so that no Vulkan header is needed here.
struct WindowTarget {
  std::vector<std::string> instance_extensions;
  std::function<std::uint64_t(void* vk_instance)> create_surface;  // VkInstance -> VkSurfaceKHR; 0 = failed
  std::function<glm::uvec2()> framebuffer_size;                    // px; 0,0 while minimised
  std::function<void(const std::string& what)> note;               // optional: the surface or the swapchain was made anew
  std::function<void()> skipped;                                   // optional: a frame could not be shown; draw again soon
  // For tests, optional: a VkResult to take in place of what "acquire" or "present" gives; 0 = as it is.
  std::function<std::int32_t(const std::string& call)> pretend;
};

// How opaque scenery without pictures is drawn. gpu_driven: the GPU chooses what is seen and what casts shadows
// (docs/adr/0014-gpu-driven-drawing.md). direct: the CPU does, a draw at a time. automatic: gpu_driven on a real GPU that
// can, at any quality but software. The pictures are the same.
enum class Drawing : std::uint8_t { automatic, direct, gpu_driven };

struct RendererOptions {
  bool validation = false;          // Khronos layer, where installed; messages go to validation_messages()
  std::string device;               // part of a device's name to prefer; empty = a real GPU before a CPU device
  bool quality_set = false;         // false: software on a CPU device, else balanced
  Quality quality = Quality::balanced;
  Drawing drawing = Drawing::automatic;  // where the device cannot, or at quality software, direct
  const WindowTarget* window = nullptr;  // null: headless
};

struct LineData {
  std::vector<glm::vec3> points;        // tile frame, m
  std::vector<std::uint32_t> features;  // one a point
  std::vector<std::uint32_t> starts;    // first point of each line, plus the end
};

// A point's place in the box that holds it: 0 to 65535 on each axis; the fourth number is the owner's own.
using PointPlace = std::array<std::uint16_t, 4>;

class Renderer {
 public:
  static Result<std::unique_ptr<Renderer>> create(const RendererOptions& options);
  virtual ~Renderer() = default;

  // --- resources: uploaded at once or at the next frame; a handle is valid from here on. Destroying while in use is
  // safe: memory goes back when the GPU is done with it. Errors: ErrorCode::gpu or out_of_budget.
  virtual Result<MeshHandle> create_mesh(const MeshData& mesh) = 0;
  // Vertices' features are unused. `blocks` in the order of their indices; none = always drawn whole.
  virtual Result<MeshHandle> create_field_mesh(const MeshData& mesh, std::span<const FieldBlock> blocks = {}) = 0;
  virtual Result<LineHandle> create_lines(const LineData& lines) = 0;
  virtual Result<TextureHandle> create_texture(const Image& image, bool repeat) = 0;
  virtual Result<FeatureTableHandle> create_features(std::span<const FeatureStyle> styles) = 0;
  virtual Status update_features(FeatureTableHandle table, std::uint32_t first, std::span<const FeatureStyle> styles) = 0;
  virtual Result<GridHandle> create_grid(int width, int height, std::span<const float> values) = 0;
  // One colour a point; alpha is not read. 12 bytes a point on the GPU.
  virtual Result<PointsHandle> create_points(std::span<const PointPlace> places, std::span<const Rgba8> colours) = 0;
  // Other colours, and which points are shown, in drawing order; absent: all of them.
  virtual Status update_points(PointsHandle h, std::span<const Rgba8> colours, const std::optional<std::vector<std::uint32_t>>& shown) = 0;
  virtual void destroy(PointsHandle h) = 0;
  virtual void destroy(MeshHandle h) = 0;
  virtual void destroy(LineHandle h) = 0;
  virtual void destroy(TextureHandle h) = 0;
  virtual void destroy(FeatureTableHandle h) = 0;
  virtual void destroy(GridHandle h) = 0;

  // The glyph atlas that overlay commands without a texture sample: one channel, `size` px square. Only the changed
  // rows [y0, y1) are sent.
  virtual Status update_glyph_atlas(int size, int y0, int y1, std::span<const std::uint8_t> pixels) = 0;

  // --- frames
  // Draws to an off-screen image of view.size and reads it back. Deterministic for the same input on the same device.
  virtual Result<Image> render(const FrameView& view) = 0;
  // Draws to the off-screen image without reading it back and waits for the GPU (benchmarks).
  virtual Status render_offscreen(const FrameView& view) = 0;
  // Draws and presents. Resizes and lost swapchains are handled here; a minimised window returns at once.
  virtual Status present(const FrameView& view) = 0;
  // What lies under a pixel (0,0 = top left) of that view, on the CPU when this returns.
  virtual Result<PickResult> pick(const FrameView& view, glm::uvec2 pixel) = 0;

  virtual std::string device_name() const = 0;
  virtual std::string driver() const = 0;  // its name and version
  virtual bool on_cpu() const = 0;         // its device is the CPU: all of its memory is the process's
  virtual Quality quality() const = 0;
  virtual bool gpu_driven() const = 0;
  virtual std::uint64_t gpu_memory_bytes() const = 0;  // allocated by us
  virtual std::uint64_t gpu_memory_size() const = 0;   // that the device has for itself
  virtual FrameStats stats() const = 0;
  virtual std::vector<std::string> validation_messages() const = 0;  // warnings and errors, in order
};

}  // namespace tenbo::render
