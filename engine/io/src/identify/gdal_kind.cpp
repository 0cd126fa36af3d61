// Rasters and vectors, by asking GDAL.
#include <ogrsf_frmts.h>

#include <array>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "identify/kinds.h"
#include "raster/field_times.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

std::string geographic_error(GDALDataset& dataset) {
  std::array<double, 6> g;
  if (dataset.GetGeoTransform(g.data()) != CE_None && dataset.GetGCPCount() == 0) return "the picture does not say where it lies";
  return {};
}

Found raster_kind(const fs::path& path, GDALDataset& dataset) {
  const std::string driver = dataset.GetDriver() ? dataset.GetDriver()->GetDescription() : "";
  if (driver == "netCDF" || driver == "GRIB") return one(DataKind::field, path);
  const int bands = dataset.GetRasterCount();
  if (bands < 1) return refuse(path, "there is no raster in it");
  for (const char* key : {"TENBO_QUANTITY", "TENBO_UNIT", "TENBO_ISSUE_TIME", "time#units"})
    if (!gdal::metadata(dataset, key).empty()) return one(DataKind::field, path);
  GDALRasterBand& first = *dataset.GetRasterBand(1);
  for (const char* key : {"TENBO_VALID_TIME", "VALID_TIME", "NETCDF_DIM_time", "GRIB_VALID_TIME"})
    if (!gdal::metadata(first, key).empty()) return one(DataKind::field, path);
  if (parse_loose_time(first.GetDescription())) return one(DataKind::field, path);
  int colour = 0, alpha = 0;
  for (int i = 1; i <= bands; ++i) {
    const auto c = dataset.GetRasterBand(i)->GetColorInterpretation();
    colour += c == GCI_RedBand || c == GCI_GreenBand || c == GCI_BlueBand || c == GCI_PaletteIndex || c == GCI_CyanBand;
    alpha += c == GCI_AlphaBand;
  }
  const bool bytes = first.GetRasterDataType() == GDT_Byte;
  if (colour > 0 || (bytes && bands <= 4)) {
    if (const auto why = geographic_error(dataset); !why.empty()) return refuse(path, why, "add a world file, or: gdal_translate -a_srs -a_ullr");
    return one(DataKind::imagery, path);
  }
  if (bands - alpha == 1) return one(names_a_depth(path) || names_an_hour(path) ? DataKind::field : DataKind::elevation, path);
  if (first.GetRasterDataType() == GDT_UInt16 && bands <= 4) return one(DataKind::imagery, path);
  return one(DataKind::field, path);
}

Found vector_kind(const fs::path& path, GDALDataset& dataset) {
  std::vector<Identified> found;
  const std::string driver = dataset.GetDriver() ? dataset.GetDriver()->GetDescription() : "";
  const int layers = dataset.GetLayerCount();
  if (layers == 0) return refuse(path, "there is no layer in it");
  if (layers == 1) return one(DataKind::vector, path);
  for (int i = 0; i < layers && found.size() < 200; ++i) {
    OGRLayer* layer = dataset.GetLayer(i);
    const std::string name = to_valid_utf8(layer->GetName());
    if (layer->GetGeomType() == wkbNone || name == "other_relations") continue;
    if (driver == "GPX" && layer->GetFeatureCount() == 0) continue;
    found.push_back({DataKind::vector, {path}, name});
  }
  if (found.empty()) return one(DataKind::vector, path);
  return found;
}

}  // namespace

// GPKG and the like hold both; vectors first, then pictures.
Found gdal::kind_of(const fs::path& path) {
  const auto vector = open_vector(path);
  if (vector && (*vector)->GetLayerCount() > 0) return vector_kind(path, **vector);
  const auto raster = open_raster(path);
  if (raster) return raster_kind(path, **raster);
  if (raster.error().code != ErrorCode::unsupported) return raster.error();
  if (!vector && vector.error().code != ErrorCode::unsupported) return vector.error();
  if (const auto head = read_head({path, path.string()}, 2); head && *head == "PK")
    return refuse(path, "an archive that is cut off or damaged, or holds nothing that can be read here", "download it again, or unpack it first");
  return refuse(path, "not a scene, CityGML, raster, vector or model file that can be read", "tenbo help info lists what can be read");
}

}  // namespace tenbo::io
