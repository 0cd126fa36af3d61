#pragma once
// Every building of the city: where it stands, what it looks like, what is known of it.
#include <cstdint>
#include <string>
#include <vector>

#include "layout.h"

namespace tenbo::io::make_city_detail {

// Pictures on walls and roofs; indices into texture_names (textures.h).
enum Texture : int {
  texture_none = -1, tex_house = 0, tex_flats, tex_office, tex_glass, tex_shop, tex_school, tex_plaster, tex_stone, tex_shed,
  tex_tiles, tex_slate, tex_gravel, tex_metal, texture_count
};

// A solid between two level rectangles of the building's own frame (metres from its centre, heights above its base):
// a box, a tapering wall, a hip roof; a gable where the upper rectangle is a line.
struct Loft {
  double p = 0, q = 0;            // centre
  double p0, q0, z0, p1, q1, z1;  // half extents and height, below and above
  bool roof = false;              // its sides are roof
  int side = texture_none, top = texture_none;
};

enum class Form : std::uint8_t { box, gable, lofts };

struct Building {
  std::uint32_t number = 0;             // 1..N; part of its ids
  Vec2 centre;                          // world, m
  Vec2 axis_p, axis_q;                  // unit vectors, world
  double half_p = 5, half_q = 5;        // m
  std::vector<Vec2> footprint;          // own frame, counter-clockwise, not closed
  double base = 0, height = 6;          // m: of the lowest ground, and above it
  double eaves = 4;                     // m above the base, of a gable
  Form form = Form::box;
  bool lod2 = false;
  int storeys = 2, storeys_below = 0, year = 1985, usage = 411, structure = 601;
  int wall = tex_house, roof = tex_tiles;
  std::vector<Loft> lofts;              // Form::lofts; the first belongs to the building, the rest are parts
  int installation = -1;                // index in lofts of what is an installation rather than a part
  Words name;                           // of landmarks
  std::string district;
  int chome = 1, banchi = 1;
  float depth = 0;                      // m, the forecast's greatest at its place
  std::uint8_t roof_shade = 0;          // for the painted picture

  Vec2 at(double p, double q) const { return centre + axis_p * p + axis_q * q; }
  double area() const;                  // m2, of the footprint
};

std::vector<Building> make_buildings(const Plan& plan, Layout& layout, std::uint32_t count);

// The landmarks, in order of importance; takes blocks of the layout for itself.
std::vector<Building> make_landmarks(const Plan& plan, Layout& layout);
// A building frame at a plan position: axes square to each other, along the streets.
void place(const Plan& plan, Vec2 at, Building& building, double& squeeze);
void stand_on_ground(const Plan& plan, Building& building);

}  // namespace tenbo::io::make_city_detail
