#include <cmath>

#include "import_impl.h"
#include "tenbo/geo/place_text.h"

namespace tenbo::inspection {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
}

void Importer::Impl::place(StructureRow& s) {
  s.lon = row->lon;
  s.lat = row->lat;
  s.height = row->height;
  if (!std::isnan(s.lon) && !mapping.lon.empty() && c.lon >= 0 && c.lat >= 0 && !transformer && mapping.place_format == PlaceFormat::degrees) {  // said twice: the geometry counts
    double lon = nan, lat = nan;
    if (geo::parse_degrees(at(c.lon), lon) && geo::parse_degrees(at(c.lat), lat) && std::abs(lon) <= 360 && std::abs(lat) <= 90 && std::max(std::abs(lon - s.lon), std::abs(lat - s.lat)) > 0.01) ++disagreeing;
  }
  if (std::isnan(s.lon) && (c.lon >= 0 || c.both >= 0)) {
    double lon = nan, lat = nan;
    bool read = false;
    int wrong = c.lon >= 0 ? c.lon : c.both;  // the column whose value is none
    if (c.lon >= 0) {
      const auto a = at(c.lon), b = at(c.lat);
      if (a.empty() && b.empty()) return;
      if (mapping.place_format == PlaceFormat::nbi) {
        const bool degrees = a.find('.') != std::string_view::npos || b.find('.') != std::string_view::npos;  // newer files
        const auto west = packed_degrees(a), north = packed_degrees(b);
        const bool lon_read = degrees ? geo::parse_degrees(a, lon) && lon != 0 : west.has_value(), lat_read = degrees ? geo::parse_degrees(b, lat) && lat != 0 : north.has_value();
        if (!degrees && west && north) lon = -*west, lat = *north;
        read = lon_read && lat_read;
        if (lon_read) wrong = c.lat;
      } else if (no_crs) {
        return;
      } else if (transformer && in_degrees) {
        geo::GeoPoint p{nan, nan, 0};
        if (geo::parse_degrees(a, p.lon)) wrong = c.lat;
        read = wrong == c.lat && geo::parse_degrees(b, p.lat) && transformer->transform({&p, 1}) == 0;
        lon = p.lon, lat = p.lat;
      } else if (transformer) {
        const auto x = read_number(a), y = read_number(b);
        geo::GeoPoint p{x.value_or(nan), y.value_or(nan), 0};
        if (x) wrong = c.lat;
        read = x && y && transformer->transform({&p, 1}) == 0;
        ++transformed;
        if (x && y && std::abs(*x) < 400 && std::abs(*y) < 400) ++near_origin;
        lon = p.lon, lat = p.lat;
      } else {
        if (geo::parse_degrees(a, lon)) wrong = c.lat;
        read = wrong == c.lat && geo::parse_degrees(b, lat);
      }
    } else {
      if (at(c.both).empty()) return;
      read = geo::parse_lat_lon(at(c.both), lat, lon);
    }
    if (!read) {
      const auto said = at(wrong);
      if (const auto v = read_number(said); v && !transformer && std::abs(*v) > 360) ++off_earth;
      return problem((said.empty() ? "nothing" : shown(said)) + " in column " + name_of(wrong) + " is no place: the structure is not drawn");
    }
    s.lon = lon;
    s.lat = lat;
  }
  if (std::isnan(s.lon) || std::isnan(s.lat)) return;
  if (!(std::abs(s.lon) <= 360 && std::abs(s.lat) <= 90)) {
    if (std::abs(s.lon) > 360 || std::abs(s.lat) > 360) ++off_earth;
    if (std::abs(s.lon) <= 90 && std::abs(s.lat) <= 180) ++exchanged;
    std::string what = "longitude " + std::to_string(s.lon) + ", latitude " + std::to_string(s.lat) + " is not on Earth: the structure is not drawn";
    s.lon = s.lat = nan;
    return problem(std::move(what));
  }
  if (c.height >= 0 && std::isnan(s.height)) s.height = static_cast<double>(number(c.height, -12'000, 100'000, "height"));
}

void Importer::Impl::set_up_crs() {
  transformer.reset();
  in_degrees = no_crs = false;
  if (mapping.crs.empty()) return;
  auto crs = geo::Crs::parse(mapping.crs);
  if (!crs) {
    no_crs = true;  // numbers of an unknown system are no degrees
    return warn("the coordinate system " + mapping.crs + " of the mapping is not known, and nothing is placed: " + crs.error().message);
  }
  in_degrees = crs->is_geographic();
  const auto id = crs->id();
  if (in_degrees && (id == "EPSG:4326" || id == "EPSG:6668" || id == "EPSG:4612" || id == "OGC:CRS84")) return;  // one and the same to a metre or two; Tokyo Datum is 450 m off
  auto made = geo::Transformer::to_geographic(*crs, geo::AxisOrder::xy);
  if (!made) {
    no_crs = true;
    return warn("the coordinate system " + mapping.crs + " of the mapping cannot be used, and nothing is placed: " + made.error().message);
  }
  transformer.emplace(std::move(*made));
}

}  // namespace tenbo::inspection
