#include "gml_text.h"

#include <algorithm>

#include "random.h"

namespace tenbo::io::make_city_detail {

void GmlText::fixed(double value, int decimals) {
  static constexpr double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  const long long n = std::llround(value * power[decimals]);
  char buffer[32];
  char* end = buffer + sizeof buffer;
  char* p = end;
  auto rest = static_cast<unsigned long long>(n < 0 ? -n : n);
  for (int i = 0; i < decimals; ++i, rest /= 10) *--p = static_cast<char>('0' + rest % 10);
  if (decimals) *--p = '.';
  do *--p = static_cast<char>('0' + rest % 10); while (rest /= 10);
  if (n < 0) *--p = '-';
  text_.append(p, end);
}

void GmlText::position(const Vec3& v) {
  const geo::GeoPoint g = plan_.to_geo({v.x, v.y}, v.z);
  const double c[] = {g.lat, g.lon, g.height};
  for (int i = 0; i < 3; ++i) {
    lo_[i] = std::min(lo_[i], c[i]);
    hi_[i] = std::max(hi_[i], c[i]);
    if (i) text_.push_back(' ');
    fixed(c[i], i < 2 ? 9 : 3);
  }
}

void GmlText::ring(std::span<const Vec3> points) {
  *this << "<gml:posList>";
  for (const Vec3& p : points) {
    position(p);
    text_.push_back(' ');
  }
  position(points.front());
  *this << "</gml:posList>";
}

void GmlText::polygon(std::span<const Vec3> points, std::string_view id) {
  if (id.empty()) {
    *this << "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing>";
  } else {
    *this << "<gml:surfaceMember><gml:Polygon gml:id=\"poly_" << id << "\"><gml:exterior><gml:LinearRing gml:id=\"line_" << id
          << "\">";
  }
  ring(points);
  *this << "</gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>\n";
}

void GmlText::code(std::string_view element, std::string_view list, int value) {
  *this << "<" << element << " codeSpace=\"../../codelists/" << list << ".xml\">" << value << "</" << element << ">\n";
}

void GmlText::quantity(std::string_view element, std::string_view unit, double value, int decimals) {
  *this << "<" << element << " uom=\"" << unit << "\">";
  fixed(value, decimals);
  *this << "</" << element << ">\n";
}

void GmlText::box(const Vec3 (&c)[8]) {
  static constexpr int faces[6][4] = {{3, 2, 1, 0}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};
  for (const auto& f : faces) {
    const Vec3 points[] = {c[f[0]], c[f[1]], c[f[2]], c[f[3]]};
    polygon(points);
  }
}

std::string GmlText::file(std::string_view tail) const {
  GmlText out(plan_);
  out.text_.reserve(text_.size() + tail.size() + 4000);
  out << R"(<?xml version="1.0" encoding="UTF-8"?>
<core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:gml="http://www.opengis.net/gml" xmlns:bldg="http://www.opengis.net/citygml/building/2.0" xmlns:brid="http://www.opengis.net/citygml/bridge/2.0" xmlns:tran="http://www.opengis.net/citygml/transportation/2.0" xmlns:veg="http://www.opengis.net/citygml/vegetation/2.0" xmlns:wtr="http://www.opengis.net/citygml/waterbody/2.0" xmlns:gen="http://www.opengis.net/citygml/generics/2.0" xmlns:app="http://www.opengis.net/citygml/appearance/2.0" xmlns:xAL="urn:oasis:names:tc:ciq:xsdschema:xAL:2.0" xmlns:uro="https://www.geospatial.jp/iur/uro/3.1" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/6697" srsDimension="3">
)";
  for (const bool upper : {false, true}) {
    out << (upper ? "<gml:upperCorner>" : "<gml:lowerCorner>");
    for (int i = 0; i < 3; ++i) {
      if (i) out << " ";
      out.fixed(upper ? hi_[i] : lo_[i], i < 2 ? 9 : 3);
    }
    out << (upper ? "</gml:upperCorner>\n" : "</gml:lowerCorner>\n");
  }
  out << "</gml:Envelope></gml:boundedBy>\n" << text_ << tail << "</core:CityModel>\n";
  return std::move(out.text_);
}

std::string uuid_of(std::uint64_t seed, std::uint64_t number) {
  const std::uint64_t words[] = {mix(seed, number * 2), mix(seed, number * 2 + 1)};
  std::string out;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out.push_back('-');
    auto nibble = static_cast<unsigned>(words[i / 16] >> (60 - 4 * (i % 16)) & 15);
    if (i == 12) nibble = 4;                      // version 4, as random ids have it
    if (i == 16) nibble = 8 | (nibble & 3);
    out.push_back("0123456789abcdef"[nibble]);
  }
  return out;
}

std::string mesh_code(double lon, double lat) {
  // First level 40' x 1 degree, second 5' x 7'30", third 30" x 45": whole seconds avoid rounding at the edges.
  const double y = lat * 3600 + 1e-7, x = (lon - 100) * 3600 + 1e-7;
  const int p = static_cast<int>(y / 2400), u = static_cast<int>(x / 3600);
  const int q = static_cast<int>((y - p * 2400) / 300), v = static_cast<int>((x - u * 3600) / 450);
  const int r = static_cast<int>((y - p * 2400 - q * 300) / 30), w = static_cast<int>((x - u * 3600 - v * 450) / 45);
  std::string s;
  for (const int n : {p / 10, p % 10, u / 10, u % 10, q, v, r, w}) s.push_back(static_cast<char>('0' + n));
  return s;
}

}  // namespace tenbo::io::make_city_detail
