#pragma once
#include "tenbo/io/vector.h"

namespace tenbo::io {

// Tables with places in columns. [worker]
Result<VectorData> read_csv(const std::filesystem::path& path, const VectorOptions& options, Progress& progress, CancelToken cancel);

// Takes WGS 84 for data without a CRS whose coordinates are clearly longitude and latitude (with a warning); else fails.
Status assume_crs(VectorData& data, const std::filesystem::path& path, const std::string& remedy);

}  // namespace tenbo::io
