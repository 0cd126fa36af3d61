// Which reader reads a file of points: by what is in it.
#include "points/las.h"
#include "points/read_las.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io {

Result<PointCloud> read_points(const std::filesystem::path& path, const PointOptions& options, JobSystem& jobs, Progress& progress, CancelToken cancel) {
  if (is_url(path)) return Error{ErrorCode::unsupported, "points are not read over HTTP", shown(path), "", "download the file, and name that"};
  std::vector<char> head(8);
  const auto got = read_file_part(path, 0, head);
  if (!got) return got.error();
  const std::string_view first(head.data(), *got);
  if (points::looks_like_las(first)) return points::read_las(path, options, jobs, progress, cancel);
  if (first.starts_with("CDF") || first.starts_with("\x89HDF")) return points::read_series_netcdf(path, options, jobs, progress, cancel);
  const std::string extension = lower_case(path.extension().string());
  if (extension == ".csv" || extension == ".tsv" || extension == ".txt") return points::read_series_table(path, options, jobs, progress, cancel);
  return points::read_series_vector(path, options, jobs, progress, cancel);
}

}  // namespace tenbo::io
