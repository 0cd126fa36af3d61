#include "tiles/volume.h"

#include <cmath>
#include <glm/geometric.hpp>
#include <glm/gtc/type_ptr.hpp>

#include "tenbo/geo/ellipsoid.h"
#include "tiles/s2.h"

namespace tenbo::io {
namespace {

constexpr int widest_s2_box = 3;  // level: a cell of it is about 1,100 km wide

// Places on a cell's bottom and top, edges and inside: nine by nine.
std::vector<glm::dvec3> places_of(const TileS2& s2) {
  const auto cell = tiles::s2_cell(s2.cell);
  std::vector<glm::dvec3> out;
  constexpr int steps = 8;
  for (int a = 0; a <= steps; ++a)
    for (int b = 0; b <= steps; ++b) {
      const auto at = tiles::s2_point(cell, static_cast<double>(a) / steps, static_cast<double>(b) / steps);
      for (const double h : {s2.min_height, s2.max_height}) out.push_back(geo::to_ecef({at.x, at.y, h}));
    }
  return out;
}

}  // namespace

std::optional<TileBox> box_around(const TileS2& s2) {
  const auto cell = tiles::s2_cell(s2.cell);
  if (cell.level < widest_s2_box) return std::nullopt;
  const auto middle = tiles::s2_point(cell, 0.5, 0.5);
  const auto frame = geo::LocalFrame::at({middle.x, middle.y, (s2.min_height + s2.max_height) / 2});
  glm::dvec3 low(INFINITY), high(-INFINITY);
  for (const auto& p : places_of(s2)) {
    const auto local = frame.to_local(p);
    low = glm::min(low, local);
    high = glm::max(high, local);
  }
  const auto half = (high - low) * 0.505;  // between the places the edges bulge by less than a hundredth
  TileBox out{frame.to_world((low + high) * 0.5), frame.axes};
  for (int k = 0; k < 3; ++k) out.half_axes[k] *= std::max(half[k], 0.01);
  return out;
}

TileSphere sphere_around(const TileVolume& volume) {
  if (const auto* box = std::get_if<TileBox>(&volume)) {
    double r = 0;  // the farthest corner
    for (int i = 0; i < 4; ++i) {
      const auto corner =
          box->half_axes[0] + box->half_axes[1] * (i & 1 ? 1.0 : -1.0) + box->half_axes[2] * (i & 2 ? 1.0 : -1.0);
      r = std::max(r, glm::length(corner));
    }
    return {box->centre, r};
  }
  if (const auto* sphere = std::get_if<TileSphere>(&volume)) return *sphere;
  if (const auto* region = std::get_if<TileRegion>(&volume)) {
    const double degrees = 180 / M_PI;
    double east = region->east;
    if (east < region->west) east += 2 * M_PI;  // across the 180th meridian
    const double lon = (region->west + east) / 2, lat = (region->south + region->north) / 2;
    const auto at = [&](double x, double y, double h) { return geo::to_ecef({x * degrees, y * degrees, h}); };
    const auto centre = at(lon, lat, (region->min_height + region->max_height) / 2);
    double r = 0;  // the surface bulges: edges' middles count too
    for (const double x : {region->west, lon, east})
      for (const double y : {region->south, lat, region->north})
        for (const double h : {region->min_height, region->max_height})
          r = std::max(r, glm::length(at(x, y, h) - centre));
    return {centre, r * 1.01};
  }
  const auto& s2 = std::get<TileS2>(volume);
  const auto middle = tiles::s2_point(tiles::s2_cell(s2.cell), 0.5, 0.5);
  const auto centre = geo::to_ecef({middle.x, middle.y, (s2.min_height + s2.max_height) / 2});
  double r = 0;
  for (const auto& p : places_of(s2)) r = std::max(r, glm::length(p - centre));
  return {centre, r * 1.01};
}

namespace tiles {

using json::Node;

namespace {

TileS2 read_s2(const Node& node) {
  TileS2 out{};
  const Node token = node("token");
  const auto id = s2_id(token.text());
  if (!id) token.bad("\"" + token.text().substr(0, 40) + "\" is no S2 cell's token");
  out.cell = *id;
  out.min_height = node.number("minimumHeight");
  out.max_height = node.number("maximumHeight");
  if (out.min_height > out.max_height) node.bad("the minimum height is greater than the maximum height");
  return out;
}

}  // namespace

TileVolume read_volume(const Node& node) {
  node.object();
  const auto extensions = node.find("extensions");
  const auto s2 = extensions ? extensions->find("3DTILES_bounding_volume_S2") : std::nullopt;
  std::optional<TileVolume> out;
  if (const auto sphere = node.find("sphere")) {
    const auto v = sphere->numbers(4, 4);
    if (v[3] < 0) sphere->bad("the radius is below zero");
    out = TileSphere{{v[0], v[1], v[2]}, v[3]};
  }
  if (const auto region = node.find("region")) {
    const auto v = region->numbers(6, 6);
    constexpr double slack = 1e-6;
    if (std::abs(v[1]) > M_PI / 2 + slack || std::abs(v[3]) > M_PI / 2 + slack || std::abs(v[0]) > M_PI + slack ||
        std::abs(v[2]) > M_PI + slack)
      region->bad("the region's angles are beyond +-pi and +-pi/2", "angles are in radians");
    if (v[1] > v[3]) region->bad("the region's south is north of its north");
    if (v[4] > v[5]) region->bad("the region's lowest height is above its highest");
    out = TileRegion{v[0], v[1], v[2], v[3], v[4], v[5]};
  }
  if (const auto box = node.find("box")) {
    const auto v = box->numbers(12, 12);
    out = TileBox{{v[0], v[1], v[2]}, {{v[3], v[4], v[5]}, {v[6], v[7], v[8]}, {v[9], v[10], v[11]}}};
  }
  if (s2) {
    const TileS2 cell = read_s2(*s2);
    if (!out) out = cell;
  }
  if (!out) node.bad("has neither \"box\", \"region\" nor \"sphere\"");
  return *out;
}

glm::dmat4 read_transform(const Node& node) {
  constexpr double slack = 1e-6;
  const auto v = node.numbers(16, 16);
  const glm::dmat4 m = glm::make_mat4(v.data());
  if (std::abs(v[3]) > slack || std::abs(v[7]) > slack || std::abs(v[11]) > slack || std::abs(v[15] - 1) > slack)
    node.bad("is not affine: the last number of each column is 0, 0, 0 and 1", "the matrix is written column by column");
  if (!(glm::length(glm::dvec3(m[0])) + glm::length(glm::dvec3(m[1])) + glm::length(glm::dvec3(m[2])) > 0)) node.bad("squashes the tile to a point");
  return m;
}

TileVolume transformed(const TileVolume& volume, const glm::dmat4& m) {
  if (const auto* box = std::get_if<TileBox>(&volume))
    return TileBox{glm::dvec3(m * glm::dvec4(box->centre, 1)), glm::dmat3(m) * box->half_axes};
  if (const auto* sphere = std::get_if<TileSphere>(&volume)) {
    const double s =
        std::max({glm::length(glm::dvec3(m[0])), glm::length(glm::dvec3(m[1])), glm::length(glm::dvec3(m[2]))});
    return TileSphere{glm::dvec3(m * glm::dvec4(sphere->centre, 1)), sphere->radius * s};
  }
  return volume;
}

TileVolume subdivided(const TileVolume& root, int level, std::uint32_t x, std::uint32_t y, std::uint32_t z,
                      bool octree) {
  const double n = std::ldexp(1.0, level);
  if (const auto* box = std::get_if<TileBox>(&root)) {
    const glm::dvec3 size(n, n, octree ? n : 1.0);
    const glm::dvec3 middle((x + 0.5) / size.x * 2 - 1, (y + 0.5) / size.y * 2 - 1,
                            octree ? (z + 0.5) / size.z * 2 - 1 : 0.0);
    glm::dmat3 half = box->half_axes;
    for (int c = 0; c < 3; ++c) half[c] /= size[c];
    return TileBox{box->centre + box->half_axes * middle, half};
  }
  if (const auto* r = std::get_if<TileRegion>(&root)) {
    double east = r->east;
    if (east < r->west) east += 2 * M_PI;
    const auto part = [](double a, double b, double share) { return a + (b - a) * share; };
    const auto around = [](double lon) { return lon > M_PI ? lon - 2 * M_PI : lon; };
    TileRegion out{around(part(r->west, east, x / n)),
                   part(r->south, r->north, y / n),
                   around(part(r->west, east, (x + 1) / n)),
                   part(r->south, r->north, (y + 1) / n),
                   r->min_height,
                   r->max_height};
    if (octree) {
      out.min_height = part(r->min_height, r->max_height, z / n);
      out.max_height = part(r->min_height, r->max_height, (z + 1) / n);
    }
    return out;
  }
  if (const auto* s2 = std::get_if<TileS2>(&root)) {  // x counts along the face's i, y along its j
    auto cell = s2_cell(s2->cell);
    cell.level += level;
    cell.i = (cell.i << level) + x;
    cell.j = (cell.j << level) + y;
    TileS2 out{s2_id(cell), s2->min_height, s2->max_height};
    if (octree) {
      const double step = (s2->max_height - s2->min_height) / n;
      out.min_height = s2->min_height + step * z;
      out.max_height = out.min_height + step;
    }
    return out;
  }
  return root;
}

}  // namespace tiles
}  // namespace tenbo::io
