#pragma once
// A GeoTIFF of 4 x 4 cells of one water depth (m) at Tokyo, put in its place in one step, as a feed would.
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tenbo::test {

inline void write_depth(const std::filesystem::path& path, float depth) {
  GDALAllRegister();
  const auto temporary = path.string() + ".new";
  auto* set = GetGDALDriverManager()->GetDriverByName("GTiff")->Create(temporary.c_str(), 4, 4, 1, GDT_Float32, nullptr);
  double geotransform[6] = {139.76, 0.001, 0, 35.684, 0, -0.001};
  set->SetGeoTransform(geotransform);
  OGRSpatialReference srs;
  srs.importFromEPSG(4326);
  set->SetSpatialRef(&srs);
  set->SetMetadataItem("TENBO_QUANTITY", "water depth");
  set->SetMetadataItem("TENBO_UNIT", "m");
  float values[16];
  std::fill(std::begin(values), std::end(values), depth);
  ASSERT_EQ(set->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, 4, 4, values, 4, 4, GDT_Float32, 0, 0), CE_None);
  GDALClose(set);
  std::filesystem::rename(temporary, path);
}

}  // namespace tenbo::test
