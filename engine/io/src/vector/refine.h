#pragma once
// Triangles and edges cut finer: to follow the ground, or the Earth's curve.
#include <cstdint>
#include <glm/vec3.hpp>
#include <vector>

#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io::vector {

// m, of edges at their own height: a chord of 1 km sinks 2 cm (l^2 / 8R, R = 6371 km), and the middle of a triangle of such edges 2.6 cm.
inline constexpr double curve_edge = 1000;

// Triangles over `points` whose edges are no longer than `edge` (m, in the plane of `flat`, which has the same places), into `done`; `work`
// is empty then. Every edge longer than that is halved, whatever triangle it belongs to: neighbours agree, no cracks. New points lie in
// the middle of their edge, in height, too.
void refine(std::vector<geo::GeoPoint>& points, std::vector<glm::dvec3>& flat, std::vector<std::uint32_t>& work, double edge, std::vector<std::uint32_t>& done);

// The points between two ends that refine() puts on an edge between them, from p to q.
void refine_edge(const geo::GeoPoint& p, const geo::GeoPoint& q, const glm::dvec3& flat_p, const glm::dvec3& flat_q, double edge, std::vector<geo::GeoPoint>& between);

// The shortest edge from `edge` on that makes no more than `budget` triangles of these, about: slivers cost by their length, not by their area.
double affordable_edge(const std::vector<glm::dvec3>& flat, const std::vector<std::uint32_t>& triangles, double edge, double budget);

}  // namespace tenbo::io::vector
