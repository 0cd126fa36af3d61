#include "targets.h"

namespace tenbo::render {

void Targets::prepare(Device& device, const Pipelines& pipelines, glm::uvec2 wanted, bool accumulate, bool select,
                      bool gpu_driven) {
  constexpr VkImageUsageFlags sampled = VK_IMAGE_USAGE_SAMPLED_BIT, colour_out = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
  // Without it, what they hold may be kept for the next frame (kept_scene.h).
  const VkImageUsageFlags written = gpu_driven ? VK_IMAGE_USAGE_STORAGE_BIT : 0,
                          copied = gpu_driven ? 0 : VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;
  if (size != wanted) {
    *this = {};  // old ones go before new ones come: two sets of 8K do not fit everywhere
    device.collect();
    const std::uint32_t w = wanted.x, h = wanted.y;
    depth = GpuImage(device, {depth_format, w, h, 1, 1, VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | sampled | copied});
    occlusion = GpuImage(device, {ao_format, (w + 1) / 2, (h + 1) / 2, 1, 1, colour_out | sampled | written});
    if (gpu_driven) visible = GpuImage(device, {pick_format, w, h, 1, 1, colour_out | sampled});
    size = wanted;
  }
  const ImageDesc picture{colour_format, size.x, size.y, 1, 1, colour_out | sampled | written | VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT};
  if (!colour) colour = final ? std::move(final) : GpuImage(device, picture);
  if (!accumulate && !final) final = GpuImage(device, picture);
  if (accumulate) final = {};  // the samples' own becomes it: finish_in_colour()
  if (accumulate && !accumulation)
    accumulation = GpuImage(device, {pipelines.accumulation_format, size.x, size.y, 1, 1, colour_out | sampled});
  if (!accumulate) accumulation = {};
  if (select && !selected) selected = GpuImage(device, {mask_format, size.x, size.y, 1, 1, colour_out | sampled});
}

void Targets::finish_in_colour() { final = std::move(colour); }

}  // namespace tenbo::render
