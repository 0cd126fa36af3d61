#pragma once
// The chosen polygons of an object into its tile's batches, with their pictures and colours.
#include <array>
#include <vector>

#include "choice.h"

namespace tenbo::io::city {

// One a worker.
class Drawer {
 public:
  explicit Drawer(const FileContext& file) : mesher(*file.grid, file.meshes), file_(file) {}

  struct Object {
    std::uint32_t feature = 0;
    CityTheme theme = CityTheme::other;
    bool ground = false;  // its surfaces lie on the ground and look up
    const Appearance& own_look;  // appearances inside the object; the model's come first
    const MappedCoordinates& mapped;
  };
  // `box`: the object's extent; `bad`, by polygon: not to be drawn.
  void draw(const Geometry& geometry, const Chooser& choice, const std::vector<std::uint8_t>& bad, const geo::Extent& box, const Object& object, Notes& notes);

  Mesher mesher;

 private:
  void draw_polygon(const Geometry& geometry, const Polygon& polygon, bool flip, const TileGrid::Tile* tile, Rgba8 colour, const Object& object, Notes& notes);
  const Appearance::Texture* find_texture(const Polygon& polygon, const Ring& ring, bool outer, const Object& object) const;

  const FileContext& file_;
  std::vector<Rgba8> colours_;  // by polygon
  // one face
  std::vector<geo::GeoPoint> points_;
  std::vector<std::uint32_t> starts_;
  std::vector<std::array<float, 2>> uv_;
};

}  // namespace tenbo::io::city
