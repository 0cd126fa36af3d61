#pragma once
// A box in longitude, latitude (degrees) and height (m, in whatever datum the owner says).
#include <algorithm>
#include <cmath>
#include <limits>

namespace tenbo::geo {

struct GeoPoint {
  double lon = 0, lat = 0;  // degrees
  double height = 0;        // m
};

struct Extent {
  double west = std::numeric_limits<double>::infinity(), south = std::numeric_limits<double>::infinity();
  double east = -std::numeric_limits<double>::infinity(), north = -std::numeric_limits<double>::infinity();
  double min_height = std::numeric_limits<double>::infinity(), max_height = -std::numeric_limits<double>::infinity();

  bool empty() const { return !(west <= east && south <= north); }
  bool has_height() const { return min_height <= max_height; }
  void add(double lon, double lat) {
    west = std::min(west, lon); east = std::max(east, lon);
    south = std::min(south, lat); north = std::max(north, lat);
  }
  void add(const GeoPoint& p) {
    add(p.lon, p.lat);
    min_height = std::min(min_height, p.height); max_height = std::max(max_height, p.height);
  }
  void add(const Extent& e) {
    west = std::min(west, e.west); east = std::max(east, e.east);
    south = std::min(south, e.south); north = std::max(north, e.north);
    min_height = std::min(min_height, e.min_height); max_height = std::max(max_height, e.max_height);
  }
  bool contains(double lon, double lat) const { return lon >= west && lon <= east && lat >= south && lat <= north; }
  GeoPoint centre() const { return {(west + east) / 2, (south + north) / 2, has_height() ? (min_height + max_height) / 2 : 0}; }
};

}  // namespace tenbo::geo
