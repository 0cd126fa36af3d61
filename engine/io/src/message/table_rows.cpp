#include "message/table_rows.h"

#include <fmt/format.h>

#include <cmath>

namespace tenbo::io::message {

void TableRows::add(const char* type, const JmaArea& area) {
  row_ = data_.features.add_feature(std::to_string(data_.features.size() + 1), type);
  extent_ = {};
  text("row", type);
  text("name", area.name);
  text("code", area.code);
  for (const auto& [name, value] : common_) text(name, value);
  if (!area.place) return;
  data_.parts.push_back({row_, ShapeKind::point, false, static_cast<std::uint32_t>(data_.points.size()), 1});
  point(area.place->lon, area.place->lat);
}

void TableRows::text(const char* name, const std::string& value) {
  if (!value.empty()) data_.features.add_text(row_, name, value);
}

void TableRows::time(const char* name, const std::optional<geo::Instant>& t) {
  if (t) text(name, geo::format_offset(*t, geo::jst_offset_minutes));
}

void TableRows::quantity(const char* name, const geo::Quantity& q) {
  if (const auto v = q.value()) {
    const char* sign = q.bound() == geo::Quantity::Bound::or_more ? "≥ " : q.bound() == geo::Quantity::Bound::or_less ? "< " : "";
    text(name, fmt::format("{}{}{}{}", sign, *v, q.unit().empty() ? "" : " ", q.unit()));
    data_.features.add_real(row_, std::string(name) + "_value", *v);
  } else {
    text(name, q.word());
  }
}

void TableRows::ring(const std::vector<std::pair<double, double>>& lon_lat) {
  std::size_t count = lon_lat.size();
  if (count > 1 && lon_lat.front() == lon_lat.back()) --count;  // rings are kept open
  if (count < 3) return;
  data_.parts.push_back({row_, ShapeKind::polygon, false, static_cast<std::uint32_t>(data_.points.size()), static_cast<std::uint32_t>(count)});
  for (std::size_t i = 0; i < count; ++i) point(lon_lat[i].first, lon_lat[i].second);
}

void TableRows::circle(double lon, double lat, double radius_km) {
  constexpr int corners = 72;
  constexpr double km_a_degree = 111.32;
  const double across = std::cos(lat * M_PI / 180);
  if (!(radius_km > 0) || radius_km > 5000 || across < 0.01) return;
  std::vector<std::pair<double, double>> ring_of;
  for (int i = 0; i < corners; ++i) {
    const double a = 2 * M_PI * i / corners, y = lat + radius_km / km_a_degree * std::sin(a);
    ring_of.emplace_back(lon + radius_km / km_a_degree / across * std::cos(a), std::min(std::max(y, -90.0), 90.0));
  }
  ring(ring_of);
}

void TableRows::point(double lon, double lat) {
  data_.points.push_back({lon, lat, 0});
  extent_.add(lon, lat);
  data_.features.set_extent(row_, extent_);
  data_.extent.add(lon, lat);
}

}  // namespace tenbo::io::message
