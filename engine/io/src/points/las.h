#pragma once
// LAS 1.0 to 1.4, point formats 0 to 10 (ASPRS LAS 1.4 R15, 2019): the header, the variable-length records that name the coordinate
// system, and single points. Waveforms and extended records (EVLR) are not read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/result.h"

namespace tenbo::io::points {

struct LasHeader {
  int minor = 0;                     // version 1.minor
  int format = 0;                    // 0 to 10
  bool compressed = false;           // LAZ
  std::uint32_t record_bytes = 0;
  std::uint64_t first_point = 0;     // offset in the file
  std::uint64_t points = 0;
  std::array<double, 3> scale{}, offset{}, min{}, max{};
  std::string software;              // that wrote it
  std::vector<std::string> crs;      // what the file says of its coordinate system, the best first; for geo::Crs::parse
  double vertical_unit = 0;          // m, as a GeoKey says; 0 = nothing said
  Diagnostics diagnostics;
  bool has_colour() const { return format == 2 || format == 3 || format == 5 || format == 7 || format == 8 || format == 10; }
};

struct LasPoint {
  std::array<std::int32_t, 3> at{};  // times scale, plus offset
  std::uint16_t intensity = 0;
  std::uint8_t point_class = 0;
  std::array<std::uint16_t, 3> colour{};
};

inline constexpr std::size_t las_header_bytes = 375;          // of 1.4, the longest
inline constexpr std::uint64_t las_most_header = 64u << 20;   // bytes before the first point that are looked at
bool looks_like_las(std::string_view head);
// `head`: the file's beginning, all that is before the first point where it is as long. Fails with what is wrong and where.
Result<LasHeader> parse_las_header(std::span<const std::byte> head, std::uint64_t file_bytes, const std::filesystem::path& path);
// `record` has header.record_bytes bytes.
LasPoint parse_las_point(const LasHeader& header, std::span<const std::byte> record);

}  // namespace tenbo::io::points
