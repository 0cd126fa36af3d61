#pragma once
// How hands move the camera: pure functions from a camera and a gesture to a camera. Angles in degrees, pixels from the
// top left corner.
#include <functional>
#include <glm/vec2.hpp>
#include <optional>

#include "tenbo/geo/extent.h"
#include "tenbo/scene/camera.h"

namespace tenbo::shell {

using Ground = std::function<std::optional<double>(double lon, double lat)>;  // m in the scene's datum

// Where the ray through a pixel first meets the ground (unknown ground counts as height 0); nullopt in the sky.
std::optional<geo::GeoPoint> ground_under(const scene::Camera& camera, glm::dvec2 pixel, glm::dvec2 viewport, const Ground& ground);

// The camera that has `anchor` under `pixel`: turned and tilted as it was, at the same height.
scene::Camera pan(const scene::Camera& camera, const geo::GeoPoint& anchor, glm::dvec2 pixel, glm::dvec2 viewport);
// Moves along the line to the anchor: factor 0.5 = half the distance.
scene::Camera zoom(const scene::Camera& camera, const geo::GeoPoint& anchor, double factor, const Ground& ground);
// Turns about the anchor, which keeps its place on the screen.
scene::Camera orbit(const scene::Camera& camera, const geo::GeoPoint& anchor, double turn, double tilt, const Ground& ground);

struct Walk { double forward = 0, right = 0, up = 0; bool fast = false; };  // -1..1
// Faster the higher one is; never below eye height over the ground.
scene::Camera walk(const scene::Camera& camera, const Walk& walk, double seconds, const Ground& ground);
// Lifts a camera that is under the ground or nearly so.
scene::Camera above_ground(scene::Camera camera, const Ground& ground, double clearance = 1.6);

}  // namespace tenbo::shell
