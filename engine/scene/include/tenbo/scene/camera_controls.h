#pragma once
// How a person moves the camera: pure functions from a camera and a gesture to the next camera. Angles in degrees,
// pixels as in Camera (0,0 top left). "Keeps under its pixel" means to well below half a pixel.
#include <functional>
#include <glm/vec2.hpp>
#include <optional>

#include "tenbo/scene/camera.h"

namespace tenbo::scene {

// Height of the ground (m, scene's datum) at a place; NaN where unknown.
using GroundSampler = std::function<double(double lon, double lat)>;

// Where the ray through a pixel first meets the ground, or the surface of height `sea` where the ground is unknown;
// nullopt in the sky and beyond `reach` metres.
std::optional<geo::GeoPoint> ground_under(const Camera& camera, glm::dvec2 pixel, glm::dvec2 viewport,
                                          const GroundSampler& ground = {}, double sea = 0, double reach = 2e6);

// Moves level, heading and pitch unchanged, until the grabbed point lies under the pixel. Where that cannot be (the
// pixel is in the sky) or would take the camera farther than ten times its distance, it stays.
Camera pan(const Camera& camera, const geo::GeoPoint& grabbed, glm::dvec2 pixel, glm::dvec2 viewport);
// Along the line to the target: factor 0.5 = half as far. Keeps the target under its pixel. Never nearer than `nearest` m.
Camera zoom(const Camera& camera, const geo::GeoPoint& target, double factor, glm::dvec2 viewport, double nearest = 2);
// Around a pivot, which keeps under its pixel: turn > 0 turns the view clockwise (heading grows), tilt > 0 lifts it
// towards the horizon. Pitch stays within -90..-1.
Camera orbit(const Camera& camera, const geo::GeoPoint& pivot, double turn, double tilt, glm::dvec2 viewport);
// Where the camera stands: looks around.
Camera turn(const Camera& camera, double heading, double pitch);
// Metres to the right, ahead (both level) and up.
Camera walk(const Camera& camera, double right, double ahead, double up);
// m/s for walking at a height above the ground: a person's pace below, faster the higher.
double walk_speed(double height_above_ground);
// Two fingers: the anchor (the ground that was under their middle) goes under the new middle, the distance to it
// changes by 1/spread, the view turns with the fingers (degrees clockwise on the glass).
Camera pinch(const Camera& camera, const geo::GeoPoint& anchor, glm::dvec2 middle, double spread, double twist, glm::dvec2 viewport);

// Lifted where it is nearer to the ground than `clearance` m.
Camera keep_above(const Camera& camera, const GroundSampler& ground, double clearance = 2);

// A flight at k = 0..1 of its time: slow at both ends, on the great circle, in an arc over long distances and over all
// ground on the way.
Camera fly(const Camera& from, const Camera& to, double k, const GroundSampler& ground = {}, double clearance = 15);

}  // namespace tenbo::scene
