#include "geometry_pages.h"

#include <algorithm>

namespace tenbo::render {

// The first pages are small, and each is as large as all before it, up to what one buffer should be.
constexpr std::uint64_t least_vertices = 1 << 18, most_vertices = 1 << 22;

GeometryPage::GeometryPage(Device& device, std::uint32_t count_before, std::uint64_t vertex_count, std::uint64_t index_count,
                           std::uint64_t cluster_count)
    : number(count_before) {
  constexpr VkBufferUsageFlags read = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
  vertices = Buffer(device, vertex_count * sizeof(Vertex), VK_BUFFER_USAGE_VERTEX_BUFFER_BIT | read, BufferKind::device);
  indices = Buffer(device, index_count * 4, VK_BUFFER_USAGE_INDEX_BUFFER_BIT | read, BufferKind::device);
  clusters = Buffer(device, cluster_count * sizeof(Cluster), read, BufferKind::device);
  const std::uint64_t counts[3]{vertex_count, index_count, cluster_count};
  for (int i = 0; i < 3; ++i) {
    VmaVirtualBlockCreateInfo info{};
    info.size = counts[i];
    vk_check(vmaCreateVirtualBlock(&info, &rooms[i]), "make a page of meshes");
  }
}

GeometryPage::~GeometryPage() {
  for (VmaVirtualBlock b : rooms)
    if (b) vmaDestroyVirtualBlock(b);
}

void GeometryPiece::swap(GeometryPiece& o) noexcept {
  std::swap(page, o.page);
  std::swap(first_vertex, o.first_vertex);
  std::swap(first_index, o.first_index);
  std::swap(first_cluster, o.first_cluster);
  std::swap(cluster_count, o.cluster_count);
  std::swap(device_, o.device_);
  std::swap(parts_, o.parts_);
}

void GeometryPiece::release() {
  if (!page) return;
  device_->retire([kept = std::move(page), a = parts_[0], b = parts_[1], c = parts_[2]] {
    vmaVirtualFree(kept->rooms[0], a);
    vmaVirtualFree(kept->rooms[1], b);
    vmaVirtualFree(kept->rooms[2], c);
  });
  page = nullptr;
}

bool GeometryPages::take(const std::shared_ptr<GeometryPage>& page, const std::uint64_t (&counts)[3], GeometryPiece& piece) {
  VkDeviceSize at[3]{};
  for (int i = 0; i < 3; ++i) {
    VmaVirtualAllocationCreateInfo info{};
    info.size = counts[i];
    if (vmaVirtualAllocate(page->rooms[i], &info, &piece.parts_[i], &at[i]) == VK_SUCCESS) continue;
    while (i-- > 0) vmaVirtualFree(page->rooms[i], piece.parts_[i]);
    return false;
  }
  piece.page = page;
  piece.device_ = &device_;
  piece.first_vertex = static_cast<std::uint32_t>(at[0]);
  piece.first_index = static_cast<std::uint32_t>(at[1]);
  piece.first_cluster = static_cast<std::uint32_t>(at[2]);
  piece.cluster_count = static_cast<std::uint32_t>(counts[2]);
  return true;
}

GeometryPiece GeometryPages::add(const MeshData& mesh, Uploader& uploader) {
  const std::vector<Cluster> clusters = make_clusters(mesh);
  const std::uint64_t counts[3]{mesh.vertices.size(), mesh.indices.size(), clusters.size()};
  GeometryPiece piece;
  std::uint64_t held = 0;
  std::erase_if(pages_, [](const auto& p) { return p.expired(); });
  for (const auto& weak : pages_) {
    const auto page = weak.lock();
    held += page->vertices.size / sizeof(Vertex);
    if (take(page, counts, piece)) break;
  }
  if (!piece) {
    const std::uint64_t size = std::clamp(held, least_vertices, most_vertices);
    const std::uint64_t indices = std::max<std::uint64_t>(counts[1], size * 3 / 2);
    auto page = std::make_shared<GeometryPage>(device_, next_number_++, std::max(counts[0], size), indices,
                                               std::max(counts[2], indices / (cluster_triangles * 3) * 5 / 4 + 64));
    pages_.push_back(page);
    if (!take(page, counts, piece)) throw GpuFailure(VK_ERROR_OUT_OF_DEVICE_MEMORY, "no room for a mesh in a page of its own");
  }
  GeometryPage& page = *piece.page;
  uploader.write(page.vertices, piece.first_vertex * VkDeviceSize{sizeof(Vertex)}, std::as_bytes(std::span(mesh.vertices)), true);
  uploader.write(page.indices, piece.first_index * VkDeviceSize{4}, std::as_bytes(std::span(mesh.indices)), true);
  uploader.write(page.clusters, piece.first_cluster * VkDeviceSize{sizeof(Cluster)}, std::as_bytes(std::span(clusters)), true);
  return piece;
}

}  // namespace tenbo::render
