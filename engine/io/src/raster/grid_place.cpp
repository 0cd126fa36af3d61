#include "raster/grid_place.h"

#include <cmath>
#include <glm/geometric.hpp>
#include <ogr_spatialref.h>
#include <vector>

#include "tenbo/base/file.h"
#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io {

namespace fs = std::filesystem;

geo::Crs sidecar_crs(const fs::path& path) {
  fs::path bare = path;  // without .gz
  if (bare.extension() == ".gz") bare.replace_extension();
  for (fs::path beside : {bare.replace_extension(".prj"), fs::path(path.string() + ".prj")}) {
    std::error_code ec;
    if (!fs::is_regular_file(beside, ec)) continue;
    auto text = read_text_file(beside, 1 << 20);
    if (!text) continue;
    gdal::Messages messages;
    OGRSpatialReference srs;
    char* lines[] = {text->data(), nullptr};
    auto crs = srs.importFromESRI(lines) == OGRERR_NONE ? gdal::crs_of(&srs) : geo::Crs::parse(*text);
    if (crs && crs->is_valid()) return *crs;
  }
  return {};
}

Result<geo::GridGeometry> place_of(GDALDataset& dataset, const fs::path& path) {
  geo::GridGeometry grid;
  grid.width = dataset.GetRasterXSize();
  grid.height = dataset.GetRasterYSize();
  if (dataset.GetGeoTransform(grid.geotransform.data()) != CE_None) {
    if (dataset.GetGCPCount() > 0)
      return gdal::error_of(ErrorCode::unsupported, "the raster is placed by ground control points alone", path, "header",
                            "warp it first: gdalwarp IN OUT.tif");
    return gdal::error_of(ErrorCode::invalid_argument, "the raster does not say where it lies (no geotransform)", path, "header",
                          "add a world file, or: gdal_edit.py -a_ullr WEST NORTH EAST SOUTH FILE");
  }
  const OGRSpatialReference* srs = dataset.GetSpatialRef();
  auto crs = gdal::crs_of(srs);
  if (!crs) {
    Error e = crs.error();
    e.file = path.string();
    return e;
  }
  grid.crs = crs->is_valid() ? std::move(*crs) : sidecar_crs(path);
  if (auto status = check_place(grid, path); !status) return status.error();
  return grid;
}

Status check_place(const geo::GridGeometry& grid, const fs::path& path) {
  const auto& g = grid.geotransform;
  for (double v : g)
    if (!std::isfinite(v) || std::abs(v) > 1e12)
      return gdal::error_of(ErrorCode::malformed, "the geotransform is not finite", path, "header",
                            "place it anew: gdal_edit.py -a_ullr WEST NORTH EAST SOUTH FILE");
  const double area = std::abs(g[1] * g[5] - g[2] * g[4]);
  if (!(area > 1e-24)) return gdal::error_of(ErrorCode::malformed, "the geotransform is singular: pixels have no area", path, "header");
  if (!grid.crs.is_valid())
    return gdal::error_of(ErrorCode::invalid_argument, "the raster does not say its coordinate system", path, "header",
                          "add a .prj file beside it, or: gdal_edit.py -a_srs EPSG:CODE FILE");
  return {};
}

geo::Extent outline(const geo::GridGeometry& grid, const geo::Transformer& to_geographic) {
  constexpr int pieces = 20;
  std::vector<geo::GeoPoint> points;
  const auto add = [&](double column, double row) {
    double x, y;
    grid.pixel_to_crs(column, row, x, y);
    points.push_back({x, y, 0});
  };
  for (int i = 0; i <= pieces; ++i) {
    const double u = grid.width * static_cast<double>(i) / pieces, v = grid.height * static_cast<double>(i) / pieces;
    add(u, 0); add(u, grid.height); add(0, v); add(grid.width, v);
  }
  to_geographic.transform(points);
  geo::Extent e;
  for (const auto& p : points)
    if (std::isfinite(p.lon) && std::isfinite(p.lat)) e.add(p.lon, p.lat);
  if (!e.empty() && e.west >= 180) { e.west -= 360; e.east -= 360; }
  if (!e.empty() && e.east - e.west > 359) { e.west = -180; e.east = 180; }
  return e;
}

double pixel_size(const geo::GridGeometry& grid, const geo::Transformer& to_geographic) {
  const double c = grid.width / 2.0, r = grid.height / 2.0;
  std::vector<geo::GeoPoint> p;
  for (const auto& [dc, dr] : {std::pair{0, 0}, std::pair{1, 0}, std::pair{0, 1}}) {
    double x, y;
    grid.pixel_to_crs(c + dc, r + dr, x, y);
    p.push_back({x, y, 0});
  }
  to_geographic.transform(p);
  for (auto& q : p) q.height = 0;
  const auto o = geo::to_ecef(p[0]);
  const double across = glm::length(geo::to_ecef(p[1]) - o), down = glm::length(geo::to_ecef(p[2]) - o);
  return std::sqrt(across * down);
}

}  // namespace tenbo::io
