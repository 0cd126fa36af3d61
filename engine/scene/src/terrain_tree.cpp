#include "tenbo/scene/terrain_tree.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>
#include <tuple>

#include "tenbo/scene/frustum.h"

namespace tenbo::scene {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr int most_levels = 24;
constexpr int most_roots = 8;         // along an edge
constexpr double widest_root = 22.5;  // degrees: a larger piece of the globe is not told well from a sphere, nor its heights

double metres_wide(const geo::Extent& e) {
  const double nearest = e.south <= 0 && e.north >= 0 ? 0 : std::min(std::abs(e.south), std::abs(e.north));  // to the equator
  return (e.east - e.west) * degree * geo::wgs84_a * std::max(0.01, std::cos(nearest * degree));
}
double metres_high(const geo::Extent& e) { return (e.north - e.south) * degree * geo::wgs84_a; }

struct Chosen { TileId id; double need; };

// One walk down the tree for one view.
class Walk {
 public:
  Walk(const TerrainTree& tree, const Camera& camera, glm::dvec2 viewport, double max_error, const TerrainTree::Loaded& loaded,
       const TerrainTree::Heights& heights)
      : tree_(tree), camera_(camera), eye_(camera.position()), frustum_(camera, viewport), loaded_(loaded), heights_(heights), max_error_(max_error),
        pixels_(viewport.y / 2 / std::tan(camera.fov / 2 * degree)) {}

  // Puts tiles that cover this one on the list; false (and nothing on it) where those that are loaded cannot.
  bool cover(const TileId& id) {
    const double error = pixel_error(id);
    const bool fine = id.level + 1 >= tree_.levels() || error <= max_error_;
    if (loaded_(id)) {
      // Finer tiles are asked for level by level: a picture that grows sharper beats one that waits.
      if (fine || !children(id, [this](const TileId& child) { return cover(child); })) draw.push_back(id);
      return true;
    }
    // Between the tiles that are drawn and the roots, those that were thrown away are not missed.
    if (!fine && finer_cover(id)) return true;
    requests.push_back({id, error});
    return fine && stand_in(id);
  }

  std::vector<TileId> draw;
  std::vector<Chosen> requests;

 private:
  // What cover() would draw in the end, if it is all there.
  bool finer_cover(const TileId& id) {
    return children(id, [this](const TileId& child) {
      if (child.level + 1 < tree_.levels() && pixel_error(child) > max_error_) return finer_cover(child);
      return draw_if_loaded(child);
    }, true);
  }
  // Finer tiles in the place of one that is not there, as when zooming out.
  bool stand_in(const TileId& id) {
    return id.level + 1 < tree_.levels() && children(id, [this](const TileId& child) { return draw_if_loaded(child); }, true);
  }
  bool draw_if_loaded(const TileId& id) {
    if (!loaded_(id)) return false;
    draw.push_back(id);
    return true;
  }
  // All four, or none on the list.
  template <class F>
  bool children(const TileId& id, F&& each, bool stop_early = false) {
    const std::size_t mark = draw.size();
    bool all = true;
    for (int i = 0; i < 4 && (all || !stop_early); ++i)
      all = each(TileId{id.level + 1, id.x * 2 + i % 2, id.y * 2 + i / 2}) && all;
    if (!all) draw.resize(mark);
    return all;
  }

  // Of the tile's nearest point; 0 outside the view.
  double pixel_error(const TileId& id) const {
    geo::Extent box = tree_.box(id);
    if (heights_) std::tie(box.min_height, box.max_height) = heights_(id);
    const geo::GeoPoint centre = box.centre();
    const glm::dvec3 middle = geo::to_ecef(centre);
    double radius = 0;
    for (const double lon : {box.west, box.east})
      for (const double lat : {box.south, (box.south + box.north) / 2, box.north})
        for (const double height : {box.min_height, box.max_height})
          radius = std::max(radius, glm::distance(middle, geo::to_ecef({lon, lat, height})));
    if (!frustum_.sees(middle, radius * 1.05)) return 0;
    const geo::GeoPoint nearest{std::clamp(camera_.lon, box.west, box.east), std::clamp(camera_.lat, box.south, box.north),
                                std::clamp(camera_.height, box.min_height, box.max_height)};
    const double distance = glm::distance(eye_, geo::to_ecef(nearest));
    return tree_.error(id.level) * pixels_ / std::max(distance, 1.0);
  }

  const TerrainTree& tree_;
  const Camera& camera_;
  const glm::dvec3 eye_;
  const Frustum frustum_;
  const TerrainTree::Loaded& loaded_;
  const TerrainTree::Heights& heights_;
  const double max_error_, pixels_;
};

}  // namespace

TerrainTree::TerrainTree(const geo::Extent& extent, double resolution, int cells) : extent_(extent), cells_(std::max(1, cells)) {
  if (extent_.empty()) extent_ = {0, 0, 0, 0, 0, 0};
  if (!extent_.has_height() || !std::isfinite(extent_.min_height + extent_.max_height)) {
    extent_.min_height = 0;
    extent_.max_height = 0;
  }
  const double wide = metres_wide(extent_), high = metres_high(extent_);
  // Roots are as near to squares as their number allows.
  const double edge = std::max(1e-3, std::min(wide, high));
  roots_x_ = std::clamp(static_cast<int>(std::lround(wide / edge)), 1, most_roots);
  roots_y_ = std::clamp(static_cast<int>(std::lround(high / edge)), 1, most_roots);
  roots_x_ = std::max(roots_x_, static_cast<int>(std::ceil((extent_.east - extent_.west) / widest_root - 1e-9)));
  roots_y_ = std::max(roots_y_, static_cast<int>(std::ceil((extent_.north - extent_.south) / widest_root - 1e-9)));
  const double finest = resolution > 0 && std::isfinite(resolution) ? resolution : edge / cells_;
  while (levels_ < most_levels && cell_size(levels_ - 1) > finest * 1.0001) ++levels_;
}

std::vector<TileId> TerrainTree::roots() const {
  std::vector<TileId> out;
  for (int y = 0; y < roots_y_; ++y)
    for (int x = 0; x < roots_x_; ++x) out.push_back({0, x, y});
  return out;
}

geo::Extent TerrainTree::box(const TileId& id) const {
  // Edges are computed in one way from their number alone, so that neighbours have the very same.
  const int across = roots_x_ << id.level, up = roots_y_ << id.level;
  const auto lon = [&](int i) { return i == across ? extent_.east : extent_.west + (extent_.east - extent_.west) * (static_cast<double>(i) / across); };
  const auto lat = [&](int i) { return i == up ? extent_.north : extent_.south + (extent_.north - extent_.south) * (static_cast<double>(i) / up); };
  return {lon(id.x), lat(id.y), lon(id.x + 1), lat(id.y + 1), extent_.min_height, extent_.max_height};
}

double TerrainTree::cell_size(int level) const {
  return std::max(metres_wide(extent_) / roots_x_, metres_high(extent_) / roots_y_) / cells_ / static_cast<double>(1 << level);
}

// A quarter of a cell: where the slope turns by 45 degrees from one cell to the next, a surface through every other
// sample is off by that much.
double TerrainTree::error(int level) const { return cell_size(level) * 0.25; }

TerrainTree::Selection TerrainTree::select(const Camera& camera, glm::dvec2 viewport, double max_pixel_error, const Loaded& loaded,
                                           const Heights& heights) const {
  Walk walk(*this, camera, viewport, max_pixel_error, loaded, heights);
  for (const TileId& root : roots()) walk.cover(root);
  std::sort(walk.requests.begin(), walk.requests.end(),
            [](const Chosen& a, const Chosen& b) { return a.need != b.need ? a.need > b.need : a.id < b.id; });
  Selection out;
  out.draw = std::move(walk.draw);
  for (const Chosen& c : walk.requests) out.request.push_back(c.id);
  return out;
}

}  // namespace tenbo::scene
