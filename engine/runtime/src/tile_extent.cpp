#include "tile_extent.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numeric>
#include <optional>
#include <span>

namespace tenbo::runtime {
namespace {

constexpr double degrees = 180 / M_PI;

geo::Extent extent_of(const io::TileVolume& volume, const scene::TileBounds& bounds, double shift) {
  geo::Extent e;
  if (const auto* r = std::get_if<io::TileRegion>(&volume); r && r->east >= r->west) {
    e.add(r->west * degrees, r->south * degrees);
    e.add(r->east * degrees, r->north * degrees);
    e.min_height = r->min_height + shift;
    e.max_height = r->max_height + shift;
    return e;
  }
  const bool box = glm::length(bounds.half_axes[0]) > 0;
  for (int i = 0; i < 8; ++i) {
    glm::dvec3 p = bounds.centre;
    for (int k = 0; k < 3; ++k) {
      const double side = (i >> k) & 1 ? 1 : -1;
      if (box) p += bounds.half_axes[k] * side;
      else p[k] += bounds.radius * side / std::sqrt(3.0);
    }
    const auto at = geo::from_ecef(p);
    e.add(at.lon, at.lat);
    e.min_height = std::min(e.min_height, at.height);
    e.max_height = std::max(e.max_height, at.height);
  }
  return e;
}

// Leaves, what is added to, and what stays for cameras that a child is not for.
bool stays(const scene::ChoiceTile& t, std::span<const scene::ChoiceTile> all) {
  return t.content && (t.add || t.children.empty() || std::any_of(t.children.begin(), t.children.end(), [&](std::uint32_t c) { return all[c].viewer_request.has_value(); }));
}

}  // namespace

geo::Extent extent_of_leaves(const std::vector<io::Tile>& from, const std::vector<scene::ChoiceTile>& to, double shift, bool& loose) {
  const geo::Extent root = extent_of(from.front().volume, to.front().bounds, shift);
  geo::Extent leaves;
  loose = false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!stays(to[i], to)) continue;
    const auto* r = std::get_if<io::TileRegion>(&from[i].volume);
    loose = !r || r->east < r->west;
    if (loose) return root;
    leaves.add(extent_of(*r, to[i].bounds, shift));
  }
  return leaves.empty() ? root : leaves;
}

void take_extent_of_content(TileSet& set, JobSystem& jobs, const CancelToken& cancel) {
  if (set.remote || set.cached || std::accumulate(set.bytes.begin(), set.bytes.end(), std::uint64_t{0}) > whole_bytes) return;
  std::vector<std::uint32_t> leaves;
  for (std::uint32_t i = 0; i < set.choice.tiles().size(); ++i)
    if (stays(set.choice.tiles()[i], set.choice.tiles())) leaves.push_back(i);
  auto options = set.mesh;
  options.meshes = false;
  std::vector<std::optional<geo::Extent>> found(leaves.size());
  jobs.parallel_for(leaves.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end && !cancel.cancelled(); ++i)
      if (auto city = io::read_tile(*set.source, set.tree.tiles[leaves[i]], set.attributes, options, cancel); city && !city->extent.empty()) found[i] = city->extent;
  });
  geo::Extent all;
  for (const auto& e : found)
    if (e) all.add(*e);
  if (all.empty()) return;
  set.extent = all;
  set.loose = false;
}

}  // namespace tenbo::runtime
