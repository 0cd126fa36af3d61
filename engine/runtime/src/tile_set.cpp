#include "tile_set.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <optional>

#include "tenbo/base/url.h"
#include "tile_extent.h"

namespace tenbo::runtime {
namespace {

constexpr double degrees = 180 / M_PI;
constexpr double widest_box = 10 / degrees;      // rad: a region that is larger is no box

scene::TileBounds box_of(const io::TileRegion& r, double shift) {
  double east = r.east;
  if (east < r.west) east += 2 * M_PI;  // across the 180th meridian
  const double lon = (r.west + east) / 2, lat = (r.south + r.north) / 2;
  const auto frame = geo::LocalFrame::at({lon * degrees, lat * degrees, (r.min_height + r.max_height) / 2 + shift});
  glm::dvec3 low(INFINITY), high(-INFINITY);
  for (const double x : {r.west, lon, east})
    for (const double y : {r.south, lat, r.north})
      for (const double h : {r.min_height, r.max_height}) {
        const auto p = glm::transpose(frame.axes) * (geo::to_ecef({x * degrees, y * degrees, h + shift}) - frame.origin);
        low = glm::min(low, p);
        high = glm::max(high, p);
      }
  scene::TileBounds out;
  const auto half = glm::max((high - low) * 0.5, glm::dvec3(0.01));
  out.centre = frame.origin + frame.axes * ((low + high) * 0.5);
  for (int i = 0; i < 3; ++i) out.half_axes[i] = frame.axes[i] * half[i];
  out.radius = glm::length(half);
  return out;
}

}  // namespace

scene::TileBounds tile_bounds(const io::TileVolume& volume, double shift) {
  if (const auto* r = std::get_if<io::TileRegion>(&volume))
    if (const double wide = r->east < r->west ? r->east + 2 * M_PI - r->west : r->east - r->west;
        wide < widest_box && r->north - r->south < widest_box)
      return box_of(*r, shift);
  const auto sphere = io::sphere_around(volume);
  scene::TileBounds out;
  out.centre = sphere.centre;
  out.radius = sphere.radius;
  std::optional<io::TileBox> around;
  if (const auto* s2 = std::get_if<io::TileS2>(&volume)) around = io::box_around(*s2);
  if (around) out.centre = around->centre;
  if (const auto* box = around ? &*around : std::get_if<io::TileBox>(&volume)) {
    bool upright = true;
    for (int i = 0; i < 3; ++i) {
      const auto &a = box->half_axes[i], &b = box->half_axes[(i + 1) % 3];
      upright &= glm::length(a) > 0 && std::abs(glm::dot(a, b)) <= 1e-3 * glm::length(a) * glm::length(b);
    }
    if (upright) out.half_axes = box->half_axes;
    if (around) out.radius = std::sqrt(glm::dot(box->half_axes[0], box->half_axes[0]) + glm::dot(box->half_axes[1], box->half_axes[1]) + glm::dot(box->half_axes[2], box->half_axes[2]));
  }
  if (shift != 0 && glm::length(out.centre) > 1) out.centre += geo::LocalFrame::at(geo::from_ecef(out.centre)).axes[2] * shift;
  return out;
}

bool has_viewer_requests(const io::TileTree& tree) {
  return std::any_of(tree.tiles.begin(), tree.tiles.end(), [](const io::Tile& t) { return t.viewer_request.has_value(); });
}

bool is_streamed(const io::OpenTileset& set, std::optional<bool> said) {
  if (!set.tree || !set.tree->on_earth || said == false) return false;
  if (has_viewer_requests(*set.tree)) return true;
  std::uint64_t bytes = 0;
  std::size_t contents = 0;
  for (const auto& t : set.tree->tiles)
    for (const auto& c : t.contents) {
      const auto size = set.source->size(c.name);
      bytes += size ? size : whole_bytes / 8;  // not known: over a network
      if (++contents > 1 && (said == true || bytes > whole_bytes)) return true;
    }
  return false;
}

std::shared_ptr<TileSet> make_tile_set(io::OpenTileset set, const io::TileMeshOptions& mesh) {
  auto out = std::make_shared<TileSet>();
  out->remote = is_url(set.path);
  out->source = std::move(set.source);
  out->tree = std::move(*set.tree);
  out->mesh = mesh;
  out->mesh.on_earth = true;
  out->attributes = std::make_shared<const io::TileAttributes>(std::move(out->tree.attributes));
  std::vector<scene::ChoiceTile> tiles(out->tree.tiles.size());
  out->bytes.resize(tiles.size());
  const auto middle = geo::from_ecef(io::sphere_around(out->tree.tiles.front().volume).centre);
  double shift = mesh.heights.offset(mesh.vertical, middle.lon, middle.lat);
  if (!std::isfinite(shift)) shift = 0;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    auto& from = out->tree.tiles[i];
    auto& to = tiles[i];
    to.bounds = tile_bounds(from.volume, shift);
    if (from.viewer_request) to.viewer_request = tile_bounds(*from.viewer_request, shift);
    to.error = from.geometric_error;
    to.add = from.add;
    to.content = !from.contents.empty();
    to.children = std::move(from.children);
    for (const auto& c : from.contents) out->bytes[i] += out->source->size(c.name);
  }
  out->extent = extent_of_leaves(out->tree.tiles, tiles, shift, out->loose);
  out->choice = scene::TileSetChoice(std::move(tiles));
  return out;
}

}  // namespace tenbo::runtime
