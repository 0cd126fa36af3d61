#include "gpu_scene.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

namespace tenbo::render {
namespace {

constexpr VkDeviceSize command_size = sizeof(VkDrawIndexedIndirectCommand);
constexpr std::uint32_t row_of_groups = 32768;  // workgroups; more go in further rows

void bind_compute(PassContext& c, Compute program, const void* push, std::uint32_t bytes) {
  vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_COMPUTE, c.pipelines.compute(program));
  vkCmdPushConstants(c.cmd, c.pipelines.compute_layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, bytes, push);
}

}  // namespace

void GpuScene::make_room(const DrawList& list) {
  const auto key = [&](std::uint32_t i) { return list.gpu[i].page->number * 2 + list.gpu[i].closed; };
  order_.resize(list.gpu.size());
  std::iota(order_.begin(), order_.end(), 0u);
  std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  draws_.clear();
  groups_.clear();
  of_groups_.clear();
  std::uint32_t word = 0, command = 0;
  for (std::uint32_t i : order_) {
    const GpuItem& item = list.gpu[i];
    if (of_groups_.empty() || of_groups_.back().page != item.page.get() || of_groups_.back().closed != item.closed) {
      groups_.push_back({static_cast<std::uint32_t>(draws_.size()), 0, command, 0});
      of_groups_.push_back({item.page.get(), item.closed, 0});
    }
    GpuDraw d = item.draw;
    d.word = word;
    d.group = static_cast<std::uint32_t>(groups_.size() - 1);
    d.command = groups_.back().command;
    word += (d.cluster_count + 63) / 64 * 2;
    const std::uint32_t most = (d.cluster_count + 1) / 2;  // runs
    command += most;
    of_groups_.back().commands += most;
    ++groups_.back().draws;
    draws_.push_back(d);
  }
  VkDeviceSize bytes = 0;
  const auto take = [&](VkDeviceSize n) { return std::exchange(bytes, (bytes + n + 255) / 256 * 256); };
  stats_at_ = take(sizeof(CullStats) * lists);
  const VkDeviceSize n = draws_.size();
  draws_at_ = take(n * sizeof(GpuDraw));
  for (Part& p : parts_) {
    p.bits = take(word * VkDeviceSize{4});
    p.runs = take(n * 4);
    p.offsets = take((n + 1) * 4);
    p.commands = take(command * command_size);
    p.infos = take(command * VkDeviceSize{8});
    p.counts = take(groups_.size() * 4);
  }
  if (work_.size < bytes)
    work_ = Buffer(device_, bytes + bytes / 4,
                   VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                       VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT, BufferKind::device);
}

void GpuScene::begin(PassContext& c, const DrawList& list, const glm::mat4& view_proj, const std::vector<Cascade>& cascades,
                     bool history) {
  make_room(list);
  cascades_ = static_cast<std::uint32_t>(cascades.size());
  history_ = history;
  if (history) ++frame_;
  if (pyramid_of_ != c.view.size) {
    pyramid_of_ = c.view.size;
    std::uint32_t total = 0;
    glm::uvec2 s = pyramid_of_;
    levels_ = 0;
    do {
      s = (s + 1u) / 2u;
      level_at_[levels_++] = total;
      total += s.x * s.y;
    } while (s.x > 1 || s.y > 1);
    pyramid_ = Buffer(device_, total * VkDeviceSize{4}, VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT,
                      BufferKind::device);
  }
  const auto draws = c.slot.memory.push(std::span<const GpuDraw>(draws_));
  const auto groups = c.slot.memory.push(std::span<const GpuGroup>(groups_));
  draws_address_ = work_.address + draws_at_;
  CullView views[lists]{};
  for (std::uint32_t i = 0; i < lists; ++i) {
    CullView& v = views[i];
    const bool shadow = i > 0 && i < second;
    if (shadow && i > cascades_) continue;
    v.clip = shadow ? cascades[i - 1].light : view_proj;
    if (shadow) v.toward_light = glm::vec4(cascades[i - 1].place.towards, 0);
    v.picture = glm::uvec4(pyramid_of_, (pyramid_of_ + 1u) / 2u);
    v.draws = draws_address_;
    v.groups = groups.address;
    const Part& p = parts_[i];
    v.bits = work_.address + p.bits;
    v.runs = work_.address + p.runs;
    v.offsets = work_.address + p.offsets;
    v.commands = work_.address + p.commands;
    v.infos = work_.address + p.infos;
    v.counts = work_.address + p.counts;
    v.pyramid = pyramid_.address;
    v.stats = work_.address + stats_at_ + i * sizeof(CullStats);
    v.mode = shadow ? CullMode::shadow : i == second ? CullMode::second : CullMode::first;
    v.wanted = shadow ? draw_casts : draw_in_scene;
    v.frame = history ? frame_ : 0;
    v.draw_count = static_cast<std::uint32_t>(draws_.size());
    v.group_count = static_cast<std::uint32_t>(groups_.size());
    v.levels = levels_;
    std::copy_n(level_at_, 18, v.level_at);
  }
  views_address_ = c.slot.memory.push(std::span<const CullView>(views)).address;
  full_barrier(c.cmd);  // the frame before may still draw from here
  vkCmdFillBuffer(c.cmd, work_.buffer, stats_at_, sizeof(CullStats) * lists, 0);
  // Every pixel reads its draw: from the device's own memory.
  const VkBufferCopy copy{draws.offset, draws_at_, draws.size};
  if (!draws_.empty()) vkCmdCopyBuffer(c.cmd, draws.buffer, work_.buffer, 1, &copy);
  full_barrier(c.cmd);
  cull(c, 0, 1 + cascades_);
  c.slot.mark(c.cmd, "cull");
}

void GpuScene::cull(PassContext& c, std::uint32_t first, std::uint32_t count) {
  const auto n = static_cast<std::uint32_t>(draws_.size());
  if (n == 0) return;
  const std::uint64_t views = views_address_ + first * sizeof(CullView);
  const std::uint32_t x = std::min(n, row_of_groups), y = (n + x - 1) / x;
  bind_compute(c, Compute::cull, &views, 8);
  vkCmdDispatch(c.cmd, x, y, count);
  full_barrier(c.cmd);
  bind_compute(c, Compute::cull_scan, &views, 8);
  vkCmdDispatch(c.cmd, 1, 1, count);
  full_barrier(c.cmd);
  bind_compute(c, Compute::cull_write, &views, 8);
  vkCmdDispatch(c.cmd, x, y, count);
  full_barrier(c.cmd);
}

void GpuScene::draw(PassContext& c, std::uint32_t list, Program program) {
  const Part& p = parts_[list];
  VkPipeline bound = nullptr;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    PipelineKey key{program};
    key.cull = program == Program::visible && of_groups_[g].closed;
    if (VkPipeline next = c.pipelines.get(key); next != bound)
      vkCmdBindPipeline(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, bound = next);
    const VkDeviceSize zero = 0;
    vkCmdBindVertexBuffers(c.cmd, 0, 1, &of_groups_[g].page->vertices.buffer, &zero);
    vkCmdBindIndexBuffer(c.cmd, of_groups_[g].page->indices.buffer, 0, VK_INDEX_TYPE_UINT32);
    vkCmdDrawIndexedIndirectCount(c.cmd, work_.buffer, p.commands + groups_[g].command * command_size, work_.buffer,
                                  p.counts + g * 4, of_groups_[g].commands, command_size);
  }
}

void GpuScene::draw_cascade(PassContext& c, VkDescriptorSet frame_set, std::uint32_t cascade, const glm::mat4& light) {
  vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.scene_layout, 0, 1, &frame_set, 0, nullptr);
  const struct { glm::mat4 light; std::uint64_t draws, infos; } push{light, draws_address_, work_.address + parts_[1 + cascade].infos};
  vkCmdPushConstants(c.cmd, c.pipelines.scene_layout, VK_SHADER_STAGE_VERTEX_BIT, 0, sizeof push, &push);
  draw(c, 1 + cascade, Program::cast);
}

void GpuScene::make_pyramid(PassContext& c, Targets& t) {
  const VkSampler nearest = c.pipelines.nearest_clamp;
  const VkImageView white = c.store.white.view;
  const VkDescriptorSet set = SetWriter(c.device, c.slot.allocate(c.pipelines.compute_set))
      .image(t.depth.view, nearest).image(white, nearest).image(white, nearest).image(white, nearest)
      .storage_image(t.colour.view).write();  // all of it, though one is read: lavapipe looks at the rest too
  vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_COMPUTE, c.pipelines.compute_layout, 1, 1, &set, 0, nullptr);
  struct { std::uint64_t pyramid; std::uint32_t from, to; glm::uvec2 size; } push{pyramid_.address, UINT32_MAX, 0, pyramid_of_};
  for (std::uint32_t level = 0; level < levels_; ++level) {
    push.to = level_at_[level];
    bind_compute(c, Compute::pyramid, &push, sizeof push);
    const glm::uvec2 size = (push.size + 1u) / 2u;
    vkCmdDispatch(c.cmd, (size.x + 7) / 8, (size.y + 7) / 8, 1);
    full_barrier(c.cmd);
    push.from = push.to;
    push.size = size;
  }
}

void GpuScene::draw_visible(PassContext& c, VkDescriptorSet frame_set, Targets& t) {
  const auto pass = [&](std::uint32_t list, bool clear) {
    t.visible.transition(c.cmd, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, clear);
    t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_DEPTH_ATTACHMENT_OPTIMAL);
    begin_rendering(c.cmd, t.size, {.image = &t.visible, .clear = clear}, {.image = &t.depth});
    vkCmdBindDescriptorSets(c.cmd, VK_PIPELINE_BIND_POINT_GRAPHICS, c.pipelines.scene_layout, 0, 1, &frame_set, 0, nullptr);
    const std::uint64_t push[2]{draws_address_, work_.address + parts_[list].infos};
    vkCmdPushConstants(c.cmd, c.pipelines.scene_layout, VK_SHADER_STAGE_VERTEX_BIT, 0, sizeof push, push);
    draw(c, list, Program::visible);
    vkCmdEndRendering(c.cmd);
  };
  pass(0, true);
  c.slot.mark(c.cmd, "seen before");
  if (!history_) return;
  t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  make_pyramid(c, t);
  c.slot.mark(c.cmd, "pyramid");
  cull(c, second, 1);
  c.slot.mark(c.cmd, "cull again");
  pass(second, false);
  c.slot.mark(c.cmd, "seen now");
}

void GpuScene::resolve(PassContext& c, VkDescriptorSet frame_set, Targets& t) {
  t.visible.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  t.depth.transition(c.cmd, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  t.colour.transition(c.cmd, VK_IMAGE_LAYOUT_GENERAL);
  const VkSampler nearest = c.pipelines.nearest_clamp;
  const VkImageView white = c.store.white.view;
  dispatch_picture(c, Compute::resolve_scene, 0, frame_set,
                   {{t.visible.view, nearest}, {t.depth.view, nearest}, {white, nearest}, {white, nearest}}, t.colour, t.size,
                   std::as_bytes(std::span(&draws_address_, 1)));
  c.slot.mark(c.cmd, "light");
}

void GpuScene::keep_stats(PassContext& c, Buffer& to) {
  if (!to) to = Buffer(device_, sizeof(CullStats) * lists, 0, BufferKind::readback);
  full_barrier(c.cmd);
  const VkBufferCopy copy{stats_at_, 0, sizeof(CullStats) * lists};
  vkCmdCopyBuffer(c.cmd, work_.buffer, to.buffer, 1, &copy);
  full_barrier(c.cmd);
}

void GpuScene::read_stats(Buffer& from, FrameStats& stats) {
  CullStats s[lists];
  from.invalidate();
  std::memcpy(s, from.mapped, sizeof s);
  stats.clusters = {};
  stats.clusters.tested = s[0].tested;
  stats.clusters.in_view = s[0].in_view + s[second].in_view;
  stats.clusters.drawn = s[0].drawn + s[second].drawn;
  stats.clusters.drawn_first = s[0].drawn;
  for (std::uint32_t i = 1; i < second; ++i) stats.clusters.shadow_triangles += s[i].triangles;
  stats.triangles += s[0].triangles + s[second].triangles;
}

}  // namespace tenbo::render
