#include "vector/drape.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <limits>
#include <unordered_map>

#include "vector/refine.h"

namespace tenbo::io::vector {

void Draper::add(const Polygon& polygon) {
  rings_.take(d_, polygon);
  flat_.clear();
  triangles_.clear();
  const Plane plane(d_.points[d_.parts[polygon.first_part].first]);
  for (const auto& p : rings_.points) flat_.push_back(plane(p));
  glm::dvec3 normal;
  if (triangulator_.run(flat_, rings_.starts, triangles_, normal) != city::Triangulation::done) {
    ++counts.no_area;
    return;
  }
  if (normal.z < 0)
    for (std::size_t i = 0; i + 2 < triangles_.size(); i += 3) std::swap(triangles_[i + 1], triangles_[i + 2]);
  if (!o_.extrude_attribute.empty()) ++counts.no_height;
  std::vector<std::uint32_t> done;
  refine(rings_.points, flat_, triangles_, edge_of(), done);
  double lowest = std::numeric_limits<double>::infinity();
  for (auto& p : rings_.points) {
    p.height = ground_ ? ground_(p.lon, p.lat) : std::numeric_limits<double>::quiet_NaN();
    if (!std::isnan(p.height)) lowest = std::min(lowest, p.height);
  }
  for (auto& p : rings_.points) {
    if (std::isnan(p.height)) {
      p.height = std::isfinite(lowest) ? lowest : 0;
      ++counts.no_ground;
    }
    p.height += o_.lift;
  }
  draped_ += static_cast<double>(done.size()) / 3;
  emit(polygon.feature, done);
}

// The edge that keeps one polygon within its budget.
double Draper::edge_of() {
  const double edge = affordable_edge(flat_, triangles_, edge_, std::min(max_polygon_triangles, std::max(2000.0, (max_triangles - draped_) / 2)));
  coarsest_ = std::max(coarsest_, edge);
  return edge;
}

// Triangles over the rings' points, each in the tile of its middle; one vertex a point and tile, with the mean normal of
// its triangles there.
void Draper::emit(std::uint32_t feature, const std::vector<std::uint32_t>& triangles) {
  std::unordered_map<std::uint64_t, std::uint32_t> made;  // (tile, point) -> vertex
  std::unordered_map<std::uint32_t, std::pair<std::size_t, std::vector<glm::vec3>>> normals;  // tile -> first vertex, sums
  const auto up = encode_normal({0, 0, 1});
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const auto &a = rings_.points[triangles[i]], &b = rings_.points[triangles[i + 1]], &c = rings_.points[triangles[i + 2]];
    const auto& t = tiles_.at((a.lon + b.lon + c.lon) / 3, (a.lat + b.lat + c.lat) / 3);
    MeshData& mesh = tiles_.mesh(t.index);
    auto& [first, sums] = normals.try_emplace(t.index, mesh.vertices.size(), std::vector<glm::vec3>()).first->second;
    std::uint32_t v[3];
    for (std::size_t k = 0; k < 3; ++k) {
      const auto point = triangles[i + k];
      const auto [it, fresh] = made.try_emplace(static_cast<std::uint64_t>(t.index) << 32 | point, static_cast<std::uint32_t>(mesh.vertices.size()));
      if (fresh) {
        mesh.vertices.push_back(vertex(t.project(rings_.points[point]), up, feature));
        sums.emplace_back(0);
      }
      v[k] = it->second;
      mesh.indices.push_back(v[k]);
    }
    const auto at = [&](std::uint32_t n) { return glm::vec3(mesh.vertices[n].x, mesh.vertices[n].y, mesh.vertices[n].z); };
    const glm::vec3 n = glm::cross(at(v[1]) - at(v[0]), at(v[2]) - at(v[0]));
    for (const auto x : v) sums[x - first] += n;
  }
  for (const auto& [index, sums] : normals)
    for (std::size_t i = 0; i < sums.second.size(); ++i)
      if (const float l = glm::length(sums.second[i]); l > 1e-9f) tiles_.mesh(index).vertices[sums.first + i].normal = encode_normal(sums.second[i] / l);
}

}  // namespace tenbo::io::vector
