#pragma once
// The camera, and how a person moves it.
#include <glm/mat3x3.hpp>
#include <glm/vec2.hpp>
#include <glm/vec3.hpp>
#include <optional>

#include "tenbo/geo/ellipsoid.h"
#include "tenbo/geo/instant.h"

namespace tenbo::scene {

struct Camera {
  double lon = 0, lat = 0;      // degrees
  double height = 1000;         // m, in the scene's vertical datum
  double heading = 0;           // degrees, clockwise from north
  double pitch = -35;           // degrees, negative downwards; -90..90
  double fov = 36;              // degrees, vertical

  glm::dvec3 position() const;  // ECEF
  // Columns: right, up, backward (the view looks along -z), in ECEF.
  glm::dmat3 orientation() const;
  // Unit ray (ECEF) through a pixel; pixel centres are at .5, 0,0 is the top left corner.
  glm::dvec3 ray(glm::dvec2 pixel, glm::dvec2 viewport) const;
  // Pixel of an ECEF point; nullopt behind the camera.
  std::optional<glm::dvec2> project(const glm::dvec3& ecef, glm::dvec2 viewport) const;
};

// Frames a box: looks north at its centre, 35 degrees down (up to 90 for boxes as large as continents), far enough to see
// all of it at the given aspect ratio.
Camera frame_extent(const geo::Extent& extent, double aspect, double fov = 36);
// A camera `range` metres from a target, looking at it. Where that is so far that the pitch would put the target behind
// the Earth's edge, heading and pitch are those at the target, and the camera's own as they come.
Camera look_at(const geo::GeoPoint& target, double range, double heading, double pitch, double fov = 36);

// Where the sun stands (Meeus, Astronomical Algorithms ch. 25, low precision: 0.01 degrees): azimuth clockwise from
// north and elevation above the horizon, degrees.
struct SunPosition { double azimuth = 180, elevation = 45; };
SunPosition sun_position(geo::Instant t, double lon, double lat);

}  // namespace tenbo::scene
