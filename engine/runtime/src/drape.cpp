#include "drape.h"

#include <array>
#include <cmath>
#include <glm/common.hpp>
#include <glm/geometric.hpp>

namespace tenbo::runtime {

void drape(MeshData& mesh, const geo::LocalFrame& frame, const io::GroundSampler& ground, float max_edge, float lift,
           glm::vec3& min, glm::vec3& max) {
  constexpr std::size_t most_triangles = 4'000'000;
  std::vector<std::uint32_t> out;
  std::vector<std::array<std::uint32_t, 3>> stack;
  const auto position = [&](std::uint32_t i) { const auto& v = mesh.vertices[i]; return glm::vec3(v.x, v.y, v.z); };
  for (std::size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
    stack.push_back({mesh.indices[i], mesh.indices[i + 1], mesh.indices[i + 2]});
    while (!stack.empty()) {
      auto t = stack.back();
      stack.pop_back();
      int longest = 0;
      float length = 0;
      for (int k = 0; k < 3; ++k)
        if (const float l = glm::distance(position(t[k]), position(t[(k + 1) % 3])); l > length) { length = l; longest = k; }
      if (!(length > max_edge) || out.size() / 3 + stack.size() > most_triangles) {
        out.insert(out.end(), t.begin(), t.end());
        continue;
      }
      const auto a = t[longest], b = t[(longest + 1) % 3], c = t[(longest + 2) % 3];
      Vertex m = mesh.vertices[a];
      const Vertex& n = mesh.vertices[b];
      m.x = (m.x + n.x) / 2; m.y = (m.y + n.y) / 2; m.z = (m.z + n.z) / 2;
      m.u = (m.u + n.u) / 2; m.v = (m.v + n.v) / 2;
      const auto middle = static_cast<std::uint32_t>(mesh.vertices.size());
      mesh.vertices.push_back(m);
      stack.push_back({a, middle, c});
      stack.push_back({middle, b, c});
    }
  }
  mesh.indices = std::move(out);
  min = glm::vec3(INFINITY);
  max = glm::vec3(-INFINITY);
  for (auto& v : mesh.vertices) {
    auto p = frame.to_geo({v.x, v.y, v.z});
    if (const double h = ground(p.lon, p.lat); std::isfinite(h)) {
      p.height = h + lift;
      const auto local = frame.to_local(p);
      v.x = static_cast<float>(local.x);
      v.y = static_cast<float>(local.y);
      v.z = static_cast<float>(local.z);
    }
    min = glm::min(min, glm::vec3(v.x, v.y, v.z));
    max = glm::max(max, glm::vec3(v.x, v.y, v.z));
  }
}

MeshData plain_ground(const geo::LocalFrame& frame, const geo::Extent& extent, double height, glm::vec3& min, glm::vec3& max) {
  constexpr int cells = 32;  // enough to follow the Earth's curve
  const double margin_lat = std::max((extent.north - extent.south) * 0.5, 0.003);
  const double margin_lon = std::max((extent.east - extent.west) * 0.5, 0.003);
  MeshData mesh;
  const auto up = encode_normal({0, 0, 1});
  min = glm::vec3(INFINITY);
  max = glm::vec3(-INFINITY);
  for (int j = 0; j <= cells; ++j)
    for (int i = 0; i <= cells; ++i) {
      const double u = static_cast<double>(i) / cells, w = static_cast<double>(j) / cells;
      const geo::GeoPoint p{extent.west - margin_lon + u * (extent.east - extent.west + 2 * margin_lon),
                            extent.south - margin_lat + w * (extent.north - extent.south + 2 * margin_lat), height};
      const glm::vec3 local(frame.to_local(p));
      min = glm::min(min, local);
      max = glm::max(max, local);
      mesh.vertices.push_back({local.x, local.y, local.z, up, static_cast<float>(u), static_cast<float>(w), no_feature});
    }
  for (std::uint32_t j = 0; j < cells; ++j)
    for (std::uint32_t i = 0; i < cells; ++i) {
      const std::uint32_t a = j * (cells + 1) + i, b = a + 1, c = a + cells + 1, d = c + 1;
      for (auto k : {a, b, c, b, d, c}) mesh.indices.push_back(k);
    }
  return mesh;
}

}  // namespace tenbo::runtime
