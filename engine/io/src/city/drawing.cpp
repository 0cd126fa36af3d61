#include "drawing.h"

#include <cmath>

#include "numbers.h"

namespace tenbo::io::city {
namespace {

constexpr Rgba8 no_colour{255, 255, 255, 0};

// Pairs of texture coordinates out of a text.
struct CoordinateReader {
  const char* p = nullptr;
  const char* end = nullptr;

  bool read(std::array<float, 2>& out) {
    float s = 0, t = 0;
    if (!read_one(s) || !read_one(t)) return false;
    out = {s, 1 - t};
    return true;
  }

 private:
  bool read_one(float& out) {
    while (p < end && is_space(*p)) ++p;
    double v = 0;
    if (p >= end || !read_number(p, end, v) || !(std::abs(v) < 1e6)) return false;
    out = static_cast<float>(v);
    return true;
  }
};

bool same(const geo::GeoPoint& a, const geo::GeoPoint& b) { return a.lon == b.lon && a.lat == b.lat && a.height == b.height; }

}  // namespace

void Drawer::draw(const Geometry& g, const Chooser& choice, const std::vector<std::uint8_t>& bad, const geo::Extent& box, const Object& object, Notes& notes) {
  // an object of a tile's size goes into one tile whole
  const auto low = file_.grid->at(box.west, box.south), high = file_.grid->at(box.east, box.north);
  const TileGrid::Tile centre = file_.grid->at((box.west + box.east) / 2, (box.south + box.north) / 2);
  const bool small = high.row - low.row <= 2 && high.column - low.column <= 2;

  // colours by any surface around a polygon
  colours_.clear();
  for (const Appearance* look : {&file_.appearance, &object.own_look}) {
    if (look->colours.empty()) continue;
    if (colours_.empty()) colours_.assign(g.polygons.size(), no_colour);
    for (const GeometryId& id : g.ids) {  // inner elements close first, and win
      const auto found = look->colours.find(id.id);
      if (found == look->colours.end()) continue;
      for (std::uint32_t p = id.polygon_begin; p < id.polygon_end; ++p)
        if (colours_[p].a == 0) colours_[p] = found->second;
    }
  }
  for (std::size_t i = 0; i < g.polygons.size(); ++i)
    if (choice[i] != Choice::no && bad[i] == 0)
      draw_polygon(g, g.polygons[i], choice[i] == Choice::turned_over, small ? &centre : nullptr, i < colours_.size() ? colours_[i] : no_colour, object, notes);
}

const Appearance::Texture* Drawer::find_texture(const Polygon& p, const Ring& ring, bool outer, const Object& object) const {
  for (const Appearance* look : {&file_.appearance, &object.own_look}) {
    if (!ring.id.empty() && !look->rings.empty())
      if (const auto found = look->rings.find(ring.id); found != look->rings.end()) return &found->second;
    if (outer && !p.id.empty() && !look->polygons.empty())
      if (const auto found = look->polygons.find(p.id); found != look->polygons.end()) return &found->second;
  }
  return nullptr;
}

void Drawer::draw_polygon(const Geometry& g, const Polygon& polygon, bool flip, const TileGrid::Tile* tile, Rgba8 colour, const Object& object, Notes& notes) {
  points_.clear();
  starts_.clear();
  uv_.clear();
  std::int32_t texture = -1;
  const bool textures = file_.meshes && (file_.appearance.has_textures() || object.own_look.has_textures());
  const TextureMap* map = object.mapped.of(static_cast<std::size_t>(&polygon - g.polygons.data()));
  if (map != nullptr) {  // unless coordinates are listed
    const auto* listed = find_texture(polygon, g.rings[polygon.first_ring], true, object);
    if (listed != nullptr && file_.textures->usable(listed->texture)) map = nullptr;
    else texture = map->texture;
  }
  for (std::uint32_t r = polygon.first_ring; r < polygon.first_ring + polygon.ring_count; ++r) {
    const Ring& ring = g.rings[r];
    const bool outer = r == polygon.first_ring;
    const auto start = static_cast<std::uint32_t>(points_.size());
    const Appearance::Texture* look = textures && map == nullptr && (outer || texture >= 0) ? find_texture(polygon, ring, outer, object) : nullptr;
    if (look != nullptr && outer && file_.textures->usable(look->texture)) texture = look->texture;
    CoordinateReader coordinates;
    const bool has_coordinates = texture >= 0 && look != nullptr;
    if (has_coordinates) coordinates = {look->coordinates.data(), look->coordinates.data() + look->coordinates.size()};
    std::array<float, 2> st{0, 0};
    bool too_few = false;
    for (std::uint32_t i = ring.first; i < ring.first + ring.count; ++i) {
      if (has_coordinates && !too_few) too_few = !coordinates.read(st);
      const geo::GeoPoint& p = g.points[i];
      if (points_.size() > start && same(points_.back(), p)) continue;
      if (i + 1 == ring.first + ring.count && points_.size() > start + 1 && same(points_[start], p)) break;
      points_.push_back(p);
      if (map != nullptr) st = {object.mapped.at(i)[0], 1 - object.mapped.at(i)[1]};
      if (textures) uv_.push_back(st);
    }
    // the closing point's coordinates may be left out; more may not
    if (too_few && outer && points_.size() - start >= ring.count) {
      notes.warn(ring.at, "fewer texture coordinates than points; the surface keeps its colour");
      texture = -1;
    }
    if (points_.size() - start < 3) {
      if (outer) {
        ++notes.flat_polygons;
        return;
      }
      points_.resize(start);
      if (textures) uv_.resize(start);
      continue;
    }
    starts_.push_back(start);
  }
  if (points_.empty()) return;
  starts_.push_back(static_cast<std::uint32_t>(points_.size()));

  BatchKey key{{}, object.theme, texture, texture >= 0 ? no_colour : colour};
  if (tile != nullptr) {
    key.tile = *tile;
  } else {
    geo::Extent box;
    for (const geo::GeoPoint& p : points_) box.add(p.lon, p.lat);
    key.tile = file_.grid->at((box.west + box.east) / 2, (box.south + box.north) / 2);
  }
  const bool face_up = !polygon.solid && (object.ground || polygon.lod == 0);
  const auto result = mesher.add(key, {points_, starts_, texture >= 0 ? uv_.data() : nullptr, flip, face_up, object.feature, polygon.element});
  if (result == Triangulation::no_area) ++notes.flat_polygons;
  else if (result == Triangulation::too_complex)
    notes.warn(polygon.at, "a polygon of " + std::to_string(points_.size()) + " points crosses itself too often to be drawn; it is left out", {}, ErrorCode::out_of_budget);
}

}  // namespace tenbo::io::city
