#pragma once
// Rings against half-planes, and the area that is left.
#include <span>
#include <vector>

namespace tenbo::impact {

struct Point {
  double x = 0, y = 0;
};

// Twice the signed area would do for comparing; this is the area itself, positive for counter-clockwise rings.
double signed_area(std::span<const Point> ring);

// The part of a ring, convex or not, where a x + b y <= c (Sutherland and Hodgman 1974). Where a concave ring falls apart
// its parts stay joined by edges that lie on the line and enclose nothing, so that its area stays right.
void clip(std::span<const Point> ring, double a, double b, double c, std::vector<Point>& out);

}  // namespace tenbo::impact
