#include "ground.h"

#include <algorithm>

namespace tenbo::runtime {

TinGround::TinGround(const io::CityModel& relief) {
  for (const auto& batch : relief.batches) {
    if (batch.theme != io::CityTheme::relief) continue;
    std::vector<geo::GeoPoint> at;
    at.reserve(batch.mesh.vertices.size());
    for (const auto& v : batch.mesh.vertices) {
      at.push_back(batch.frame.to_geo({v.x, v.y, v.z}));
      extent_.add(at.back());
    }
    for (std::size_t i = 0; i + 2 < batch.mesh.indices.size(); i += 3) {
      const auto &a = at[batch.mesh.indices[i]], &b = at[batch.mesh.indices[i + 1]], &c = at[batch.mesh.indices[i + 2]];
      triangles_.push_back({a.lon, a.lat, a.height, b.lon, b.lat, b.height, c.lon, c.lat, c.height});
    }
  }
  if (triangles_.empty()) return;
  columns_ = rows_ = std::clamp(static_cast<int>(std::sqrt(static_cast<double>(triangles_.size()) / 2)), 1, 2048);
  // two passes: count, then fill (a triangle stands in each bucket that its box touches)
  const auto column = [&](double lon) { return std::clamp(static_cast<int>((lon - extent_.west) / (extent_.east - extent_.west) * columns_), 0, columns_ - 1); };
  const auto row = [&](double lat) { return std::clamp(static_cast<int>((lat - extent_.south) / (extent_.north - extent_.south) * rows_), 0, rows_ - 1); };
  const auto each = [&](auto&& f) {
    for (std::uint32_t i = 0; i < triangles_.size(); ++i) {
      const auto& t = triangles_[i];
      const int c0 = column(std::min({t.ax, t.bx, t.cx})), c1 = column(std::max({t.ax, t.bx, t.cx}));
      const int r0 = row(std::min({t.ay, t.by, t.cy})), r1 = row(std::max({t.ay, t.by, t.cy}));
      for (int r = r0; r <= r1; ++r)
        for (int c = c0; c <= c1; ++c) f(static_cast<std::size_t>(r) * columns_ + c, i);
    }
  };
  starts_.assign(static_cast<std::size_t>(columns_) * rows_ + 1, 0);
  each([&](std::size_t cell, std::uint32_t) { ++starts_[cell + 1]; });
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  items_.resize(starts_.back());
  auto at = starts_;
  each([&](std::size_t cell, std::uint32_t i) { items_[at[cell]++] = i; });
}

double TinGround::sample(double lon, double lat) const {
  if (triangles_.empty() || !extent_.contains(lon, lat)) return std::numeric_limits<double>::quiet_NaN();
  const int c = std::clamp(static_cast<int>((lon - extent_.west) / (extent_.east - extent_.west) * columns_), 0, columns_ - 1);
  const int r = std::clamp(static_cast<int>((lat - extent_.south) / (extent_.north - extent_.south) * rows_), 0, rows_ - 1);
  const auto cell = static_cast<std::size_t>(r) * columns_ + c;
  for (auto k = starts_[cell]; k < starts_[cell + 1]; ++k) {
    const auto& t = triangles_[items_[k]];
    const double d = (t.by - t.cy) * (t.ax - t.cx) + (t.cx - t.bx) * (t.ay - t.cy);
    if (d == 0) continue;
    const double u = ((t.by - t.cy) * (lon - t.cx) + (t.cx - t.bx) * (lat - t.cy)) / d;
    const double v = ((t.cy - t.ay) * (lon - t.cx) + (t.ax - t.cx) * (lat - t.cy)) / d;
    constexpr double edge = -1e-9;
    if (u >= edge && v >= edge && u + v <= 1 - edge) return u * t.az + v * t.bz + (1 - u - v) * t.cz;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace tenbo::runtime
