#include "raster/netcdf_place.h"

#include <algorithm>
#include <cmath>

#include "tenbo/base/text.h"

namespace tenbo::io::netcdf {

double lone_width(const File& file, const GDALMDArray& centres) {
  const auto bounds = file.find(text_attribute(centres, "bounds"));
  if (!bounds) return 0;
  const auto v = read_doubles(*bounds, 2);
  return v && v->size() == 2 && std::isfinite((*v)[1] - (*v)[0]) ? std::abs((*v)[1] - (*v)[0]) : 0;
}

std::optional<std::pair<double, double>> even(const std::vector<double>& v, double other_step) {
  if (v.size() == 1) return std::isfinite(v[0]) && other_step != 0 ? std::optional(std::pair(v[0], std::abs(other_step))) : std::nullopt;
  const double step = (v.back() - v.front()) / static_cast<double>(v.size() - 1);
  if (!std::isfinite(step) || step == 0) return std::nullopt;
  for (std::size_t i = 0; i < v.size(); ++i)
    if (!(std::abs(v[i] - (v[0] + step * static_cast<double>(i))) < 0.1 * std::abs(step))) return std::nullopt;
  return std::pair(v[0], step);
}

bool fit_affine(const std::vector<double>& x, const std::vector<double>& y, int width, int height, std::array<double, 6>& g) {
  const auto index = [&](int c, int r) { return static_cast<std::size_t>(r) * static_cast<std::size_t>(width) + static_cast<std::size_t>(c); };
  // Least squares over all cells with coordinates, on centred columns and rows.
  double n = 0, sc = 0, sr = 0;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c)
      if (std::isfinite(x[index(c, r)]) && std::isfinite(y[index(c, r)])) { n += 1; sc += c; sr += r; }
  if (n < (width == 1 || height == 1 ? 2 : 3)) return false;
  const double mc = sc / n, mr = sr / n;
  double cc = 0, cr = 0, rr = 0, xc = 0, xr = 0, yc = 0, yr = 0, mx = 0, my = 0;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) {
      const double px = x[index(c, r)], py = y[index(c, r)];
      if (!std::isfinite(px) || !std::isfinite(py)) continue;
      const double dc = c - mc, dr = r - mr;
      cc += dc * dc; cr += dc * dr; rr += dr * dr;
      xc += px * dc; xr += px * dr; yc += py * dc; yr += py * dr;
      mx += px / n; my += py / n;
    }
  // A single row or column: the other side of its cells is taken as long as the one there is.
  if (height == 1 && width > 1) {
    rr = 1, xr = -yc / cc, yr = xc / cc;
  } else if (width == 1 && height > 1) {
    cc = 1, xc = yr / rr, yc = -xr / rr;
  }
  const double det = cc * rr - cr * cr;
  if (!(std::abs(det) > 1e-12)) return false;
  g[1] = (xc * rr - xr * cr) / det; g[2] = (xr * cc - xc * cr) / det;
  g[4] = (yc * rr - yr * cr) / det; g[5] = (yr * cc - yc * cr) / det;
  g[0] = mx - (mc + 0.5) * g[1] - (mr + 0.5) * g[2];
  g[3] = my - (mc + 0.5) * g[4] - (mr + 0.5) * g[5];
  const double size = std::max(std::hypot(g[1], g[4]), std::hypot(g[2], g[5]));
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) {
      const double px = x[index(c, r)], py = y[index(c, r)];
      if (!std::isfinite(px) || !std::isfinite(py)) continue;
      const double ex = g[0] + (c + 0.5) * g[1] + (r + 0.5) * g[2] - px, ey = g[3] + (c + 0.5) * g[4] + (r + 0.5) * g[5] - py;
      if (!(std::hypot(ex, ey) < 0.1 * size)) return false;
    }
  return true;
}

namespace {

// CF 4.1 and 4.2: the ways to write degrees east and north.
bool degrees(const GDALMDArray& a, const char* standard, char direction) {
  if (lower_case(text_attribute(a, "standard_name")) == standard) return true;
  const std::string unit = lower_case(a.GetUnit());
  for (const char* stem : {"degrees_", "degree_", "degrees", "degree"})
    if (unit.rfind(std::string(stem) + direction, 0) == 0) return true;
  return false;
}

// Whether all values there are lie between two bounds; false without a value.
bool all_within(const std::vector<double>& values, double low, double high) {
  bool any = false;
  for (double v : values) {
    if (std::isfinite(v) && (v < low || v > high)) return false;
    any = any || std::isfinite(v);
  }
  return any;
}

}  // namespace

CrsFound crs_of_variable(const File& file, const GDALMDArray& variable, const Layout& layout, const std::vector<double>& xs, const std::vector<double>& ys) {
  const std::string mapping = text_attribute(variable, "grid_mapping");
  if (const auto srs = variable.GetSpatialRef())  // which GDAL makes up for axes of NetCDF in degrees, and finds written in Zarr
    if (auto crs = gdal::crs_of(srs.get()); crs && crs->is_valid())
      return {*crs, mapping.empty() && crs->is_geographic() && !(file.dataset && file.dataset->GetDriver() && EQUAL(file.dataset->GetDriver()->GetDescription(), "Zarr")) ? "the axes are degrees east and north, and no datum is declared; WGS 84 is assumed" : ""};
  // Holders of a CRS that the variable does not point to, or that say it in another way than CF's.
  for (const std::string& name : {mapping, std::string("crs"), std::string("spatial_ref"), std::string("projection"), std::string("transverse_mercator")}) {
    const auto holder = name.empty() ? nullptr : file.find(name);
    if (!holder) continue;
    for (const char* key : {"crs_wkt", "spatial_ref", "epsg_code", "epsg", "EPSG", "proj4", "proj4_params", "proj4text"}) {
      std::string text = text_attribute(*holder, key);
      if (text.empty())
        if (const auto code = number_attribute(*holder, key)) text = "EPSG:" + std::to_string(static_cast<int>(*code));
      if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) text = "EPSG:" + text;
      if (text.empty()) continue;
      if (auto crs = geo::Crs::parse(text)) return {*crs, ""};
    }
  }
  // Longitude and latitude by what the axes say, or by their names alone: WGS 84, as good as CF has it.
  const auto named = [](const GDALMDArray& a, std::initializer_list<const char*> names) { return any_of(lower_case(a.GetName()), names); };
  const bool said = degrees(*layout.xs, "longitude", 'e') && degrees(*layout.ys, "latitude", 'n');
  const bool meant = named(*layout.xs, {"lon", "longitude", "long", "nav_lon"}) && named(*layout.ys, {"lat", "latitude", "nav_lat"});
  if ((said || meant) && all_within(xs, -360, 720) && all_within(ys, -90, 90))
    if (auto crs = geo::Crs::parse("EPSG:4326"))
      return {*crs, said ? "the axes are degrees east and north, and no datum is declared; WGS 84 is assumed"
                         : "no coordinate system is declared; by their names and values the axes are longitude and latitude, and WGS 84 is assumed"};
  return {};
}

}  // namespace tenbo::io::netcdf
