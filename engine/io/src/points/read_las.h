#pragma once
#include "tenbo/io/points.h"

namespace tenbo::io::points {

Result<PointCloud> read_las(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel);
// Points with velocity and displacements by date. A comma-, tab- or semicolon-separated table:
Result<PointCloud> read_series_table(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel);
// any vector file that GDAL reads:
Result<PointCloud> read_series_vector(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel);
// NetCDF:
Result<PointCloud> read_series_netcdf(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel);

}  // namespace tenbo::io::points
