#pragma once
// When the first P and S waves of an earthquake reach the surface. A sphere of shells in which velocity goes as a power of the
// radius: there the time and the angle of a ray are closed expressions (Bullen). Nothing of the plugin interface.
#include <vector>

namespace travel {

enum class Wave { P, S };

// km and km/s; shells from the surface down, each beginning where the one above it ends.
struct Shell {
  double top = 0, bottom = 0;  // depth
  double above = 0, below = 0; // velocity at the top, at the bottom
};

inline constexpr double earth_radius_km = 6371;

// IASP91: B. L. N. Kennett, E. R. Engdahl, Traveltimes for global earthquake location and phase identification, Geophysical
// Journal International 105 (1991), table of the parameters in powers of the radius. To a depth of 1,500 km: rays that
// come up within 2,000 km turn above it.
std::vector<Shell> iasp91(Wave wave);

// Seconds after the origin, by distance along the surface in km (ascending); NaN where no ray of the model arrives. Reflections
// and later branches are not the first. Depth in km, from 0 to less than the bottom of the shells; else all are NaN.
std::vector<double> first_arrivals(const std::vector<Shell>& shells, double depth_km, const std::vector<double>& distances_km, double radius_km = earth_radius_km);

// The front as it grows over the surface, from the moment when the wave comes up above the source to `reach_km`.
struct Front {
  double first = 0;                     // s after the origin
  std::vector<double> seconds, metres;  // s after `first`, from 0; m along the surface. Empty: the depth is outside of the model
};
Front front(Wave wave, double depth_km, double reach_km = 2000);

}  // namespace travel
