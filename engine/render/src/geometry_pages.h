#pragma once
// Meshes in shared large buffers ("pages"), so that draws of many meshes are one indirect draw.
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "clusters.h"
#include "memory.h"
#include "upload.h"

namespace tenbo::render {

struct GeometryPage {
  GeometryPage(Device& device, std::uint32_t number, std::uint64_t vertex_count, std::uint64_t index_count, std::uint64_t cluster_count);
  ~GeometryPage();
  GeometryPage(const GeometryPage&) = delete;
  GeometryPage& operator=(const GeometryPage&) = delete;

  const std::uint32_t number;        // in the order that pages were made
  Buffer vertices, indices, clusters;
  VmaVirtualBlock rooms[3]{};        // vertices, indices, clusters; counted in elements
};

// A mesh's part of a page, given back when the GPU is done with it.
class GeometryPiece {
 public:
  GeometryPiece() = default;
  ~GeometryPiece() { release(); }
  GeometryPiece(GeometryPiece&& o) noexcept { swap(o); }
  GeometryPiece& operator=(GeometryPiece&& o) noexcept { GeometryPiece t(std::move(o)); swap(t); return *this; }
  explicit operator bool() const { return page != nullptr; }

  std::shared_ptr<GeometryPage> page;
  std::uint32_t first_vertex = 0, first_index = 0, first_cluster = 0, cluster_count = 0;

 private:
  friend class GeometryPages;
  void swap(GeometryPiece& o) noexcept;
  void release();
  Device* device_ = nullptr;
  VmaVirtualAllocation parts_[3]{};
};

class GeometryPages {
 public:
  explicit GeometryPages(Device& device) : device_(device) {}
  GeometryPiece add(const MeshData& mesh, Uploader& uploader);

 private:
  bool take(const std::shared_ptr<GeometryPage>& page, const std::uint64_t (&counts)[3], GeometryPiece& piece);
  Device& device_;
  std::vector<std::weak_ptr<GeometryPage>> pages_;
  std::uint32_t next_number_ = 0;
};

}  // namespace tenbo::render
