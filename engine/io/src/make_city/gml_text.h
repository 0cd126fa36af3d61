#pragma once
// CityGML text, fast: one growing string a file, numbers printed by hand with fixed decimals, so that the bytes depend
// on nothing but the values.
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan.h"

namespace tenbo::io::make_city_detail {

struct Vec3 { double x = 0, y = 0, z = 0; };  // world: east, north (m from the anchor), height (m)

class GmlText {
 public:
  explicit GmlText(const Plan& plan) : plan_(plan) {}
  GmlText& operator<<(std::string_view s) { text_.append(s); return *this; }
  GmlText& operator<<(std::int64_t n) { fixed(static_cast<double>(n), 0); return *this; }
  GmlText& operator<<(int n) { return *this << static_cast<std::int64_t>(n); }
  GmlText& operator<<(std::uint32_t n) { return *this << static_cast<std::int64_t>(n); }
  void fixed(double value, int decimals);
  void position(const Vec3& p);                    // "lat lon height", 0.1 mm and 1 mm
  void ring(std::span<const Vec3> points);         // gml:posList, closed
  // <gml:surfaceMember><gml:Polygon> of one ring; ids only where `id` is not empty.
  void polygon(std::span<const Vec3> points, std::string_view id = {});
  void solid_begin(std::string_view property) { *this << "<" << property << "><gml:Solid><gml:exterior><gml:CompositeSurface>\n"; }
  void solid_end(std::string_view property) { *this << "</gml:CompositeSurface></gml:exterior></gml:Solid></" << property << ">\n"; }
  void surfaces_begin(std::string_view property) { *this << "<" << property << "><gml:MultiSurface>\n"; }
  void surfaces_end(std::string_view property) { *this << "</gml:MultiSurface></" << property << ">\n"; }
  void code(std::string_view element, std::string_view list, int value);  // with codeSpace="../../codelists/list.xml"
  void quantity(std::string_view element, std::string_view unit, double value, int decimals);
  // A closed upright box, or any beam: eight corners, the lower four counter-clockwise seen from above.
  void box(const Vec3 (&corners)[8]);

  // The whole file: header with the envelope of everything written, the members, the end.
  std::string file(std::string_view tail = {}) const;
  std::string& text() { return text_; }

 private:
  const Plan& plan_;
  std::string text_;
  double lo_[3] = {1e9, 1e9, 1e9}, hi_[3] = {-1e9, -1e9, -1e9};
};

std::string uuid_of(std::uint64_t seed, std::uint64_t number);
// JIS X 0410 third-level mesh (about 1 km): eight digits.
std::string mesh_code(double lon, double lat);

}  // namespace tenbo::io::make_city_detail
