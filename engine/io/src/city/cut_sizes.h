#pragma once
// How a large file is cut to be read straight (see city_file.h): bytes. Tests and fuzzers cut finely, so that cuts fall everywhere.
#include <cstddef>

#include "tenbo/io/city.h"

namespace tenbo::io::city {

struct CutSizes {
  std::size_t whole = std::size_t{4} << 20;  // a file of less is read whole: small ones keep all cores busy only together, and together they still are small
  std::ptrdiff_t head = 1 << 20;             // in which the first member must begin
  std::ptrdiff_t tail = 1 << 16;             // in which the root element must end
  std::ptrdiff_t window = 512 << 10;         // little enough for the cache nearest to a core
  std::ptrdiff_t least_more = 64 << 10;      // after a window, for the member that reaches beyond it
  std::ptrdiff_t most_more = 16 << 20;       // a member that reaches further is not for reading straight
  std::ptrdiff_t least_part = 256 << 10;     // what a worker takes at once
  std::ptrdiff_t most_part = 8 << 20;
};

// read_city() with sizes of one's own.
Result<CityModel> read_city_cut(const std::filesystem::path& path, const CityOptions& options, const CutSizes& cut, JobSystem& jobs, Progress& progress, CancelToken cancel);

}  // namespace tenbo::io::city
