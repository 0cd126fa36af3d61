#include "terrain/height_mesh.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tenbo::io::terrain {
namespace {

constexpr int most_squares = 64;  // along an edge

}  // namespace

HeightMesh::HeightMesh(const QuantizedMesh& mesh) : low_(mesh.min_height), high_(mesh.max_height) {
  points_.resize(mesh.u.size());
  for (std::size_t i = 0; i < points_.size(); ++i) points_[i] = {mesh.u[i], mesh.v[i], mesh.h[i]};
  triangles_.assign(mesh.indices.begin(), mesh.indices.end() - static_cast<std::ptrdiff_t>(mesh.filling) * 3);
  const std::size_t count = triangles_.size() / 3;
  int low = QuantizedMesh::most, high = -1;
  for (const auto i : triangles_) {
    low = std::min<int>(low, points_[i].h);
    high = std::max<int>(high, points_[i].h);
  }
  const double step = (static_cast<double>(high_) - low_) / QuantizedMesh::most;
  lowest_ = low_ + low * step;
  highest_ = high < 0 ? -std::numeric_limits<double>::infinity() : low_ + high * step;
  edge_ = std::clamp(static_cast<int>(std::sqrt(static_cast<double>(count) / 2)), 1, most_squares);
  // Two passes: count, then fill; a triangle stands in each square that its box touches.
  const auto each = [&](auto&& put) {
    for (std::uint32_t t = 0; t < count; ++t) {
      const Point &a = points_[triangles_[t * 3]], &b = points_[triangles_[t * 3 + 1]], &c = points_[triangles_[t * 3 + 2]];
      const auto square = [this](int value) { return std::min(value * edge_ / QuantizedMesh::most, edge_ - 1); };
      const int x0 = square(std::min({a.u, b.u, c.u})), x1 = square(std::max({a.u, b.u, c.u}));
      const int y0 = square(std::min({a.v, b.v, c.v})), y1 = square(std::max({a.v, b.v, c.v}));
      for (int y = y0; y <= y1; ++y)
        for (int x = x0; x <= x1; ++x) put(static_cast<std::size_t>(y * edge_ + x), t);
    }
  };
  starts_.assign(static_cast<std::size_t>(edge_) * static_cast<std::size_t>(edge_) + 1, 0);
  each([&](std::size_t square, std::uint32_t) { ++starts_[square + 1]; });
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  items_.resize(starts_.back());
  auto at = starts_;
  each([&](std::size_t square, std::uint32_t t) { items_[at[square]++] = t; });
}

double HeightMesh::at(double u, double v) const {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), edge = -1e-7;
  const double x = std::clamp(u, 0.0, 1.0) * QuantizedMesh::most, y = std::clamp(v, 0.0, 1.0) * QuantizedMesh::most;
  if (std::isnan(x) || std::isnan(y)) return nan;
  const auto square = [this](double value) { return std::min(static_cast<int>(value) * edge_ / QuantizedMesh::most, edge_ - 1); };
  const auto s = static_cast<std::size_t>(square(y) * edge_ + square(x));
  for (auto k = starts_[s]; k < starts_[s + 1]; ++k) {
    const std::uint32_t* t = &triangles_[std::size_t{items_[k]} * 3];
    const Point &a = points_[t[0]], &b = points_[t[1]], &c = points_[t[2]];
    const double d = static_cast<double>(b.v - c.v) * (a.u - c.u) + static_cast<double>(c.u - b.u) * (a.v - c.v);
    if (d == 0) continue;
    const double p = ((b.v - c.v) * (x - c.u) + (c.u - b.u) * (y - c.v)) / d, q = ((c.v - a.v) * (x - c.u) + (a.u - c.u) * (y - c.v)) / d;
    if (p < edge || q < edge || p + q > 1 - edge) continue;
    const double h = (p * a.h + q * b.h + (1 - p - q) * c.h) / QuantizedMesh::most;
    return low_ + h * (static_cast<double>(high_) - low_);
  }
  return nan;
}

}  // namespace tenbo::io::terrain
