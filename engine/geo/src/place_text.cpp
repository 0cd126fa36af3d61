#include "tenbo/geo/place_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "tenbo/base/text.h"

namespace tenbo::geo {

namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

std::string fold(std::string_view s) { return lower_case(trim(s)); }

bool number(const char*& p, const char* end, double& v) {
  if (p < end && *p == '+') ++p;
  const auto r = std::from_chars(p, end, v);
  if (r.ec != std::errc() || !std::isfinite(v)) return false;
  p = r.ptr;
  return true;
}

// Full-width digits and signs as people type them in Japanese, as ASCII.
std::string narrow(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto b = [&](std::size_t k) { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0u; };
    if (b(0) == 0xEF && (b(1) == 0xBC || b(1) == 0xBD) && (b(2) & 0xC0u) == 0x80u) {  // U+FF01 to U+FF5E
      const unsigned c = 0xF000u | (b(1) & 0x3Fu) << 6 | (b(2) & 0x3Fu);
      if (c >= 0xFF01 && c <= 0xFF5E) {
        out += static_cast<char>(c - 0xFF01 + '!');
        i += 2;
        continue;
      }
    }
    out += s[i];
  }
  return out;
}

// "35-30-15.5", "35.30.15.5": degrees, minutes, seconds by one separator. Empty: it is not of that form.
std::optional<std::array<double, 3>> separated(std::string_view s) {
  const char separator = s.find('-', 1) != std::string_view::npos ? '-' : '.';
  std::array<double, 3> out{};
  const char* p = s.data();
  const char* const end = p + s.size();
  for (std::size_t k = 0; k < 3; ++k) {
    const char* q = p;
    while (q < end && *q >= '0' && *q <= '9') ++q;
    if (q == p || q - p > 3) return std::nullopt;
    if (k == 2) {
      const auto r = std::from_chars(p, end, out[k]);
      return r.ec == std::errc() && r.ptr == end ? std::optional(out) : std::nullopt;
    }
    if (q == end || *q != separator) return std::nullopt;
    std::from_chars(p, q, out[k]);
    p = q + 1;
  }
  return std::nullopt;
}

}  // namespace

PlaceColumns find_place_columns(const std::vector<std::string>& header, const std::string& lon_name, const std::string& lat_name) {
  PlaceColumns c;
  const auto find = [&](std::initializer_list<const char*> names) {
    for (const char* name : names)
      for (std::size_t i = 0; i < header.size(); ++i)
        if (fold(header[i]) == name) return static_cast<int>(i);
    return -1;
  };
  const auto exact = [&](const std::string& name) {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (trim(header[i]) == name) return static_cast<int>(i);
    return -1;
  };
  c.lon = lon_name.empty() ? find({"lon", "longitude", "lng", "long", "経度", "経度(10進)", "経度（10進）", "経度(世界測地系)", "経度（世界測地系）", "経度_10進", "lon_deg", "longitude_deg", "decimallongitude", "x_lon", "x"}) : exact(lon_name);
  c.lat = lat_name.empty() ? find({"lat", "latitude", "緯度", "緯度(10進)", "緯度（10進）", "緯度(世界測地系)", "緯度（世界測地系）", "緯度_10進", "lat_deg", "latitude_deg", "decimallatitude", "y_lat", "y"}) : exact(lat_name);
  c.height = find({"elevation", "altitude", "標高", "z"});
  c.wkt = find({"wkt", "geom", "geometry", "the_geom", "_wkt"});
  // "経度(度)" and the like: the first column that begins so.
  const auto begins = [&](const char* word) {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (trim(header[i]).starts_with(word)) return static_cast<int>(i);
    return -1;
  };
  if (c.lon < 0 && lon_name.empty()) c.lon = begins("経度");
  if (c.lat < 0 && lat_name.empty()) c.lat = begins("緯度");
  if ((c.lon < 0 || c.lat < 0) && lon_name.empty()) c.both = find({"latlon", "lat_lon", "latlng", "lat,lon", "緯度経度", "緯度,経度", "位置", "座標", "shisetsu_id", "rsdb:shisetsu_id", "rsdb_shisetsu_id", "施設id"});
  return c;
}

bool parse_lat_lon(std::string_view text, double& lat, double& lon) {
  const char* p = text.data();
  const char* end = p + text.size();
  const auto skip = [&] { while (p < end && (*p == ' ' || *p == '(' || *p == '[' || *p == ',' || *p == '\t')) ++p; };
  skip();
  if (!number(p, end, lat)) return false;
  if (p >= end || (*p != ',' && *p != ' ')) return false;
  skip();
  if (!number(p, end, lon)) return false;
  while (p < end && (*p == ' ' || *p == ')' || *p == ']' || *p == '\r')) ++p;
  return p == end && std::abs(lat) <= 90 && std::abs(lon) <= 180;
}

bool parse_degrees(std::string_view written, double& degrees) {
  std::string_view text = trim(written);
  std::string narrowed;
  if (text.find('\xEF') != std::string_view::npos) text = narrowed = narrow(text);
  double sign = 1;
  const auto strip = [&](const char* word, double s) {
    const std::string_view w(word);
    if (text.starts_with(w)) { text.remove_prefix(w.size()); sign = s; }
    else if (text.size() > w.size() && text.ends_with(w)) { text.remove_suffix(w.size()); sign = s; }
  };
  strip("N", 1); strip("E", 1); strip("S", -1); strip("W", -1);
  strip("北緯", 1); strip("東経", 1); strip("南緯", -1); strip("西経", -1);
  text = trim(text);
  if (const auto dms = separated(text)) {
    if ((*dms)[1] >= 60 || (*dms)[2] >= 60.5) return false;
    degrees = sign * ((*dms)[0] + (*dms)[1] / 60 + (*dms)[2] / 3600);
    return true;
  }
  const char* p = text.data();
  const char* end = p + text.size();
  double parts[3] = {0, 0, 0};
  int n = 0;
  while (p < end && n < 3) {
    if (!number(p, end, parts[n])) return false;
    ++n;
    bool mark = false;  // ° ' " and their kin
    while (p < end && !(*p >= '0' && *p <= '9') && *p != '-' && *p != '+' && *p != '.') { mark = true; ++p; }
    if (!mark && p < end) return false;
    if (n == 1 && p == end && mark && text.find("\xC2\xB0") == std::string_view::npos && text.find("度") == std::string_view::npos) return false;
  }
  if (n == 0 || p != end) return false;
  if (n > 1 && (parts[1] < 0 || parts[1] >= 60 || parts[2] < 0 || parts[2] >= 60.5)) return false;
  degrees = std::copysign(std::abs(parts[0]) + parts[1] / 60 + parts[2] / 3600, parts[0]) * sign;
  return true;
}

}  // namespace tenbo::geo
