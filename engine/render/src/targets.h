#pragma once
// The pictures a frame is drawn in, made for one size and kept until it changes.
#include <glm/vec2.hpp>

#include "memory.h"
#include "pipelines.h"

namespace tenbo::render {

struct Targets {
  // Makes what is missing for this size.
  void prepare(Device& device, const Pipelines& pipelines, glm::uvec2 wanted, bool accumulate, bool select, bool gpu_driven);
  // Once all samples are summed: `colour` is no longer needed, and becomes `final`.
  void finish_in_colour();

  glm::uvec2 size{0};
  GpuImage colour;        // rgb as shown; alpha = ambient share, 0 = exact (see shaders/mesh.frag)
  GpuImage depth;         // reversed
  GpuImage occlusion;     // half resolution
  GpuImage selected;      // mask
  GpuImage accumulation;  // sum over samples
  GpuImage final;         // what is read back or presented
  GpuImage visible;       // draw and triangle of each pixel, where drawing is GPU-driven
};

}  // namespace tenbo::render
