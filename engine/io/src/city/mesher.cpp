#include "mesher.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <utility>

namespace tenbo::io::city {
namespace {
constexpr double radians = 3.14159265358979323846 / 180;
constexpr double metres_per_degree = geo::mean_radius * radians;
}  // namespace

TileGrid::TileGrid(double size) : row_degrees_(std::clamp(size, 1.0, 100'000.0) / metres_per_degree) {}

double TileGrid::column_degrees(std::int32_t row) const {
  const double lat = std::clamp((row + 0.5) * row_degrees_, -89.9, 89.9);
  return row_degrees_ / std::cos(lat * radians);
}

TileGrid::Tile TileGrid::at(double lon, double lat) const {
  Tile tile;
  tile.row = static_cast<std::int32_t>(std::floor(lat / row_degrees_));
  tile.column = static_cast<std::int32_t>(std::floor(lon / column_degrees(tile.row)));
  return tile;
}

geo::GeoPoint TileGrid::centre(Tile tile) const {
  return {(tile.column + 0.5) * column_degrees(tile.row), std::clamp((tile.row + 0.5) * row_degrees_, -90.0, 90.0), 0};
}

LocalProjector::LocalProjector(const geo::GeoPoint& anchor) : frame_(geo::LocalFrame::at(anchor)) {
  lon0_ = anchor.lon;
  lat0_ = anchor.lat;
  sin0_ = std::sin(lat0_ * radians);
  cos0_ = std::cos(lat0_ * radians);
  const double n = geo::wgs84_a / std::sqrt(1 - geo::wgs84_e2 * sin0_ * sin0_);
  x0_ = (n + anchor.height) * cos0_;
  z0_ = (n * (1 - geo::wgs84_e2) + anchor.height) * sin0_;
}

glm::dvec3 LocalProjector::operator()(const geo::GeoPoint& p) const {
  const double a = (p.lon - lon0_) * radians, b = (p.lat - lat0_) * radians;
  if (!(std::abs(a) < 0.02 && std::abs(b) < 0.02)) return frame_.to_local(p);
  // sin and cos to 1e-17 for angles below 0.02
  const double a2 = a * a, b2 = b * b;
  constexpr double s1 = 1.0 / 6, s2 = 1.0 / 20, s3 = 1.0 / 42, c1 = 0.5, c2 = 1.0 / 12, c3 = 1.0 / 30;
  const double sin_a = a * (1 - a2 * s1 * (1 - a2 * s2 * (1 - a2 * s3))), cos_a1 = -a2 * c1 * (1 - a2 * c2 * (1 - a2 * c3));
  const double sin_b = b * (1 - b2 * s1 * (1 - b2 * s2 * (1 - b2 * s3))), cos_b1 = -b2 * c1 * (1 - b2 * c2 * (1 - b2 * c3));
  const double sin_lat = sin0_ + (sin0_ * cos_b1 + cos0_ * sin_b), cos_lat = cos0_ + (cos0_ * cos_b1 - sin0_ * sin_b);
  const double n = geo::wgs84_a / std::sqrt(1 - geo::wgs84_e2 * sin_lat * sin_lat);
  const double r = (n + p.height) * cos_lat;
  const double z = (n * (1 - geo::wgs84_e2) + p.height) * sin_lat;
  const double dx = (r - x0_) + r * cos_a1, dz = z - z0_;  // in the meridian plane of the anchor
  return {r * sin_a, cos0_ * dz - sin0_ * dx, cos0_ * dx + sin0_ * dz};
}

std::vector<PartBatch> Mesher::take() {
  index_.clear();
  last_part_ = UINT32_MAX;
  return std::exchange(parts_, {});
}

Triangulation Mesher::add(const BatchKey& key, const Face& face) {
  if (projector_ == nullptr || !(key.tile == projector_tile_)) {
    projector_ = &projectors_.try_emplace(key.tile, grid_.centre(key.tile)).first->second;
    projector_tile_ = key.tile;
  }
  local_.resize(face.points.size());
  for (std::size_t i = 0; i < face.points.size(); ++i) local_[i] = (*projector_)(face.points[i]);
  glm::dvec3 normal;
  const auto result = triangulator_.run(local_, face.starts, triangles_, normal);
  if (result != Triangulation::done) return result;
  triangles += triangles_.size() / 3;
  if (!keep_) return result;

  const bool turn = face.flip != (face.face_up && (face.flip ? -normal.z : normal.z) < -0.2);
  if (last_part_ >= parts_.size() || !(parts_[last_part_].key == key)) {
    const auto [at, added] = index_.try_emplace(key, static_cast<std::uint32_t>(parts_.size()));
    if (added) parts_.push_back({key, {}});
    last_part_ = at->second;
  }
  MeshData& mesh = parts_[last_part_].mesh;
  auto& runs = parts_[last_part_].elements;
  if ((runs.empty() ? no_element : runs.back().element) != face.element) runs.push_back({static_cast<std::uint32_t>(mesh.indices.size()), face.element});
  const auto base = static_cast<std::uint32_t>(mesh.vertices.size());
  const std::uint32_t packed = encode_normal(glm::vec3(turn ? -normal : normal));
  mesh.vertices.resize(base + local_.size());
  for (std::size_t i = 0; i < local_.size(); ++i) {
    const auto uv = face.texture_uv != nullptr ? face.texture_uv[i] : std::array<float, 2>{0, 0};
    mesh.vertices[base + i] = {static_cast<float>(local_[i].x), static_cast<float>(local_[i].y), static_cast<float>(local_[i].z),
                               packed, uv[0], uv[1], face.feature};
  }
  const std::size_t first = mesh.indices.size();
  mesh.indices.resize(first + triangles_.size());
  for (std::size_t i = 0; i < triangles_.size(); i += 3) {
    mesh.indices[first + i] = base + triangles_[i];
    mesh.indices[first + i + 1] = base + triangles_[turn ? i + 2 : i + 1];
    mesh.indices[first + i + 2] = base + triangles_[turn ? i + 1 : i + 2];
  }
  return result;
}

}  // namespace tenbo::io::city
