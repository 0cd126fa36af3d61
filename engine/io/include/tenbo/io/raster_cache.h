#pragma once
// What GDAL keeps of the rasters that it has read.
#include <cstdint>

namespace tenbo::io {

inline constexpr std::uint64_t most_raster_cache = std::uint64_t{256} << 20;  // bytes; more helps nothing that is read here
inline constexpr std::uint64_t least_raster_cache = std::uint64_t{16} << 20;  // bytes: a row of blocks of a wide picture, or each is read again and again

// Bytes that it may keep, all rasters of the program together, as GDAL's cache is; most_raster_cache until something is said. What is
// beyond that goes at once. Does not load GDAL. [any]
void set_raster_cache(std::uint64_t bytes);

}  // namespace tenbo::io
