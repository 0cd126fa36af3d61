#include "tiles/volume.h"

#include <cmath>
#include <glm/geometric.hpp>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io {

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
  return {glm::dvec3(0), geo::wgs84_a + std::max(0.0, s2.max_height)};
}

namespace tiles {

using json::Node;

namespace {

TileS2 read_s2(const Node& node) {
  TileS2 out;
  const Node token = node("token");
  out.token = token.text();
  // A token is the cell id's hexadecimal without its trailing zeros; the id's lowest set bit stands at an even place,
  // and its highest three bits are one of six faces.
  const bool digits = !out.token.empty() && out.token.size() <= 16 &&
                      out.token.find_first_not_of("0123456789abcdef") == std::string::npos;
  std::uint64_t id = 0;
  if (digits)
    for (std::size_t i = 0; i < 16; ++i) {
      const char c = i < out.token.size() ? out.token[i] : '0';
      id = id << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
  if (!digits || id == 0 || (id >> 61) > 5 || ((id & (~id + 1)) & 0x1555555555555555u) == 0)
    token.bad("\"" + out.token.substr(0, 40) + "\" is no S2 cell's token");
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
  return root;
}

}  // namespace tiles
}  // namespace tenbo::io
