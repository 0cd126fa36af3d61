#include <cmath>

#include "grib2/sections.h"

namespace tenbo::io::grib2 {

namespace {

const char* grid_name(std::uint16_t form) {
  switch (form) {
    case 1: return "a rotated grid";
    case 10: return "Mercator";
    case 20: return "polar stereographic";
    case 30: return "Lambert conformal";
    case 40: return "a Gaussian grid";
    case 50: case 51: case 52: case 53: return "spherical harmonics";
    case 90: return "a view from space";
    case 101: return "an unstructured grid";
    default: return "a grid of another kind";
  }
}

}  // namespace

Grib2Grid grid_of(const Octets& s) {
  s.needs(14);
  if (s.u8(6) != 0) fail(ErrorCode::unsupported, "the grid is defined by a table of its centre's own", "warp it to longitude and latitude: gdalwarp, or cdo remapbil");
  const std::uint16_t form = s.u16(13);
  if (form != 0)
    fail(ErrorCode::unsupported, "grid template 3." + std::to_string(form) + " (" + grid_name(form) + ") is not read; 3.0 (longitude and latitude) is",
         "warp it to longitude and latitude: gdalwarp, or cdo remapbil");
  s.needs(72);
  if (s.u8(11) != 0) fail(ErrorCode::unsupported, "a grid whose rows have different lengths is not read", "make it regular: cdo setgridtype,regular");
  const std::uint32_t columns = s.u32(31), rows = s.u32(35);
  if (columns == 0 || rows == 0 || columns == 0xFFFFFFFF || rows == 0xFFFFFFFF) fail(ErrorCode::malformed, "the grid has no columns or no rows");
  const std::uint64_t points = std::uint64_t{columns} * rows;
  if (points > max_grib2_points || columns > 1u << 24 || rows > 1u << 24)
    fail(ErrorCode::out_of_budget, "a field of " + std::to_string(columns) + " x " + std::to_string(rows) + " points is more than memory is kept for");
  if (points != s.u32(7))
    fail(ErrorCode::malformed, std::to_string(columns) + " x " + std::to_string(rows) + " points, where the section says " + std::to_string(s.u32(7)));
  // Angles are in 1e-6 degrees, unless a unit is given.
  const std::uint32_t basic = s.u32(39), parts = s.u32(43);
  double unit = 1e-6;
  if (basic != 0 && basic != 0xFFFFFFFF) {
    if (parts == 0 || parts == 0xFFFFFFFF) fail(ErrorCode::malformed, "the unit of the grid's angles has no subdivisions");
    unit = static_cast<double>(basic) / parts;
  }
  const auto angle = [&](std::size_t octet) { return static_cast<double>(s.s32(octet)) * unit; };
  const auto step = [&](std::size_t octet) { return s.u32(octet) == 0xFFFFFFFF ? 0.0 : s.u32(octet) * unit; };
  Grib2Grid g;
  g.width = static_cast<int>(columns);
  g.height = static_cast<int>(rows);
  g.earth_shape = s.u8(15);
  g.scan = s.u8(72);
  if (g.scan & 0x0F) fail(ErrorCode::unsupported, "a grid whose rows are set off against each other is not read");
  const bool west_first = !(g.scan & 0x80), north_first = !(g.scan & 0x40);
  const double lat1 = angle(47), lat2 = angle(56), north = north_first ? lat1 : lat2, south = north_first ? lat2 : lat1;
  double west = west_first ? angle(51) : angle(60), east = west_first ? angle(60) : angle(51);
  // Steps are rounded to the unit (a twelfth of a degree to 83333); the first and last point tell them better.
  double dx = step(64), dy = step(68);
  if (!(std::abs(west) <= 720) || !(std::abs(east) <= 720)) fail(ErrorCode::malformed, "the grid's longitudes are none");
  while (east < west) east += 360;
  if (columns > 1) {
    while (east - west > 360) east -= 360;
    if (!(east > west)) fail(ErrorCode::malformed, "the grid's first and last longitude are the same");
    dx = (east - west) / (columns - 1);
  }
  if (rows > 1) dy = (north - south) / (rows - 1);
  if (!(dx > 0) || !(dy > 0) || dx > 360 || dy > 180 || !(north <= 90 + 1e-5) || !(south >= -90 - 1e-5)) fail(ErrorCode::malformed, "the grid's latitudes or steps make no sense");
  west -= dx / 2;
  if (std::abs(columns * dx - 360) < dx / 2) {  // a whole circle begins at 180 west
    const double ahead = (-180 - west) / dx;
    int roll = static_cast<int>(std::floor(std::fmod(ahead, static_cast<double>(columns)) + 0.5));
    if (roll < 0) roll += g.width;
    g.roll = roll % g.width;
    west += dx * std::floor(ahead + 0.5);
  } else {
    while (west >= 180) west -= 360;
    while (west < -180 - dx) west += 360;
  }
  g.geotransform = {west, dx, 0, north + dy / 2, 0, -dy};
  return g;
}

}  // namespace tenbo::io::grib2
