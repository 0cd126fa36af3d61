#pragma once
// What passes from the worker that unpacks LAZ: x, y, z (int32), intensity (uint16), class (uint8), red, green, blue (uint16).
namespace tenbo::io::points {
inline constexpr unsigned laz_point_bytes = 21;
inline constexpr int laz_not_built = 77;  // exit status: LASzip was not there when the worker was built
}  // namespace tenbo::io::points
