#include "tenbo/scene/tile_choice.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <numbers>

#include "tenbo/scene/frustum.h"

namespace tenbo::scene {
namespace {

// While the tiles that a view wants are on their way, every third level is fetched too, coarse ones first: a picture
// that grows sharper beats one that waits.
constexpr int cover_levels = 3;
constexpr double first_of_all = 1e9;  // added to the need of those
constexpr double nearest = 1;         // m: an eye inside a tile is taken as that far away

class Walk {
 public:
  Walk(std::span<const ChoiceTile> tiles, std::span<const std::uint8_t> content_below, std::span<const std::uint16_t> depth, bool requests,
       const TileSetChoice::View& view, std::span<const TileState> states)
      : tiles_(tiles), content_below_(content_below), depth_(depth), requests_(requests), states_(states), eye_(view.camera.position()),
        forward_(-view.camera.orientation()[2]), frustum_(view.camera, view.viewport), view_(view),
        pixels_(view.viewport.y / 2 / std::tan(view.camera.fov / 2 * std::numbers::pi / 180)) {}

  // Draws what there is of a tile's place; false where that does not cover it.
  bool cover(std::uint32_t index) {
    const ChoiceTile& tile = tiles_[index];
    if (hidden(tile)) return true;
    if (!frustum_.sees(tile.bounds.centre, tile.bounds.radius)) {
      if (loaded(index)) draw.push_back(index);
      return true;
    }
    if (!refines(index)) return show(index);
    if (tile.add) {
      const bool own = !tile.content || show(index);
      for (const auto child : tile.children) cover(child);
      return own;
    }
    const std::size_t mark = draw.size();
    bool all = true;
    for (const auto child : tile.children) all = cover(child) && all;
    if (loaded(index)) {
      if (all) {
        keep.push_back(index);
      } else {
        draw.resize(mark);
        draw.push_back(index);
      }
      return true;
    }
    if (!all && tile.content && depth_[index] % cover_levels == 0) wish(index, first_of_all);
    return all;
  }

  void ideal(std::uint32_t index, std::vector<std::uint32_t>& out) const {
    const ChoiceTile& tile = tiles_[index];
    if (hidden(tile) || !frustum_.sees(tile.bounds.centre, tile.bounds.radius)) return;
    const bool finer = refines(index);
    if (tile.content && (!finer || tile.add)) out.push_back(index);
    if (finer)
      for (const auto child : tile.children) ideal(child, out);
  }

  std::vector<std::uint32_t> draw, keep, pending;
  std::vector<TileSetChoice::Wish> wishes;

 private:
  bool loaded(std::uint32_t index) const { return tiles_[index].content && states_[index] == TileState::loaded; }

  bool hidden(const ChoiceTile& tile) const { return tile.viewer_request && tile.viewer_request->distance(eye_) > 0; }

  double distance(const ChoiceTile& tile) const { return std::max(tile.bounds.distance(eye_), nearest); }

  // Children without any content in the whole branch replace nothing.
  bool refines(std::uint32_t index) const {
    const ChoiceTile& tile = tiles_[index];
    if (!content_below_[index]) return false;
    if (!tile.content) return true;
    const double d = distance(tile);
    return tile.error * pixels_ / d > view_.allowed(d) && (!requests_ || tile.add || !leaves_hole(index));
  }

  // Whether what takes a tile's place would leave a part of it empty, because it is for cameras elsewhere: a child that is not shown to
  // this one, and that no sibling stands around.
  bool leaves_hole(std::uint32_t index) const {
    const auto& children = tiles_[index].children;
    for (const auto c : children) {
      const ChoiceTile& child = tiles_[c];
      if ((!child.content && !content_below_[c]) || !frustum_.sees(child.bounds.centre, child.bounds.radius)) continue;
      if (!hidden(child)) {
        if (!child.content && leaves_hole(c)) return true;
        continue;
      }
      const auto around = [&](std::uint32_t s) {
        const ChoiceTile& sibling = tiles_[s];
        return s != c && (sibling.content || content_below_[s]) && !hidden(sibling) && sibling.bounds.radius >= child.bounds.radius && sibling.bounds.distance(child.bounds.centre) == 0;
      };
      if (std::none_of(children.begin(), children.end(), around)) return true;
    }
    return false;
  }

  bool show(std::uint32_t index) {
    if (!tiles_[index].content) return true;
    switch (states_[index]) {
      case TileState::loaded: draw.push_back(index); return true;
      case TileState::failed: return stand_in(index);  // else what is coarser stays
      case TileState::absent:
      case TileState::loading: wish(index, 0); break;
    }
    return stand_in(index);
  }

  // Finer tiles in the place of one that is not there, as when the camera draws back.
  bool stand_in(std::uint32_t index) {
    const ChoiceTile& tile = tiles_[index];
    if (tile.add || !content_below_[index]) return false;
    const std::size_t mark = draw.size();
    for (const auto child : tile.children) {
      if (!frustum_.sees(tiles_[child].bounds.centre, tiles_[child].bounds.radius)) continue;
      if (loaded(child) && !hidden(tiles_[child])) {
        draw.push_back(child);
      } else if (tiles_[child].content || !content_below_[child] || hidden(tiles_[child]) || !stand_in(child)) {
        draw.resize(mark);
        return false;
      }
    }
    return draw.size() > mark;
  }

  // Larger on the screen, and nearer to where the camera looks, comes first.
  void wish(std::uint32_t index, double more) {
    if (states_[index] == TileState::loading) pending.push_back(index);
    if (states_[index] != TileState::absent) return;
    const ChoiceTile& tile = tiles_[index];
    const glm::dvec3 to = tile.bounds.centre - eye_;
    const double length = glm::length(to);
    const double ahead = length > tile.bounds.radius ? std::max(0.0, glm::dot(to, forward_) / length) : 1;
    const double size = tile.bounds.radius / distance(tile);
    wishes.push_back({index, more + size * (0.25 + ahead * ahead * ahead)});
  }

  std::span<const ChoiceTile> tiles_;
  std::span<const std::uint8_t> content_below_;
  std::span<const std::uint16_t> depth_;
  const bool requests_;  // some tile is only for cameras inside of a volume
  std::span<const TileState> states_;
  const glm::dvec3 eye_, forward_;
  const Frustum frustum_;
  const TileSetChoice::View& view_;
  const double pixels_;
};

}  // namespace

double TileSetChoice::View::allowed(double distance) const {
  constexpr double near = 1000, far = 8000;  // m
  return max_pixel_error * (1 + (far_factor - 1) * std::clamp((distance - near) / (far - near), 0.0, 1.0));
}

double TileBounds::distance(const glm::dvec3& from) const {
  const glm::dvec3 d = from - centre;
  double sum = 0;
  for (int i = 0; i < 3; ++i) {
    const double half = glm::length(half_axes[i]);
    if (!(half > 0)) return std::max(0.0, glm::length(d) - radius);  // no box
    const double beyond = std::max(0.0, std::abs(glm::dot(d, half_axes[i]) / half) - half);
    sum += beyond * beyond;
  }
  return std::sqrt(sum);
}

TileSetChoice::TileSetChoice(std::vector<ChoiceTile> tiles)
    : tiles_(std::move(tiles)), content_below_(tiles_.size(), 0), depth_(tiles_.size(), 0) {
  for (std::size_t i = tiles_.size(); i-- > 0;)
    for (const auto child : tiles_[i].children)
      if (tiles_[child].content || content_below_[child]) content_below_[i] = 1;
  requests_ = std::any_of(tiles_.begin(), tiles_.end(), [](const ChoiceTile& t) { return t.viewer_request.has_value(); });
  for (std::size_t i = 0; i < tiles_.size(); ++i)
    for (const auto child : tiles_[i].children) depth_[child] = static_cast<std::uint16_t>(std::min(depth_[i] + 1, 65535));
}

TileSetChoice::Selection TileSetChoice::select(const View& view, std::span<const TileState> states) const {
  Selection out;
  if (tiles_.empty() || states.size() != tiles_.size()) return out;
  Walk walk(tiles_, content_below_, depth_, requests_, view, states);
  walk.cover(0);
  std::sort(walk.wishes.begin(), walk.wishes.end(),
            [](const Wish& a, const Wish& b) { return a.need != b.need ? a.need > b.need : a.tile < b.tile; });
  out.draw = std::move(walk.draw);
  out.keep = std::move(walk.keep);
  out.wishes = std::move(walk.wishes);
  out.pending = std::move(walk.pending);
  return out;
}

std::vector<std::uint32_t> TileSetChoice::ideal(const View& view) const {
  std::vector<std::uint32_t> out;
  if (tiles_.empty()) return out;
  Walk(tiles_, content_below_, depth_, requests_, view, {}).ideal(0, out);
  return out;
}

}  // namespace tenbo::scene
