#pragma once
// Readers of bytes that arrived. Narrower than those of files: nothing that could make a reader open another file or address
// (a VRT, an archive, HDF5 with its external parts) is tried.
#include <cstddef>
#include <span>
#include <string>

#include "tenbo/io/raster.h"
#include "tenbo/io/vector.h"

namespace tenbo::io {

// Messages of the Japan Meteorological Agency and CAP alerts, from memory (VectorData::head); GeoJSON; CSV where `name` ends in
// .csv or .tsv. A message whose telegram is not read has its head and no rows. `name` stands in messages. [worker]
Result<VectorData> read_vector_bytes(std::span<const std::byte> bytes, const std::string& name, const VectorOptions& options, Progress& progress,
                                     CancelToken cancel);
// ShakeMap's grid.xml, GRIB2, GeoTIFF, NetCDF in its classic format. [worker]
Result<OpenedField> open_field_bytes(std::span<const std::byte> bytes, const std::string& name, const FieldOptions& options);

}  // namespace tenbo::io
