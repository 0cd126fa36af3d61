#pragma once
// FlatGeobuf (https://flatgeobuf.org, version 3; header.fbs and feature.fbs of its specification), as far as footprints need it: points, lines,
// polygons and their multiples with or without Z; columns of numbers, truths and texts. Every offset is held against the bytes that there are.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "vector/plain_feature.h"

namespace tenbo::io::flatgeobuf {

enum class GeometryType : std::uint8_t { unknown, point, line, polygon, points, lines, polygons };
enum class ColumnType : std::uint8_t { int8, uint8, boolean, int16, uint16, int32, uint32, int64, uint64, float32, float64, text, json, date_time, binary };

struct Header {
  GeometryType geometry = GeometryType::unknown;  // of all features; unknown: each says
  bool has_z = false;
  std::vector<ColumnType> columns;
  std::uint64_t features = 0;
  std::uint64_t first = 0;  // byte of the file that the first feature begins at
};

inline constexpr std::size_t most_header = std::size_t{1} << 20;    // bytes: longer ones are GDAL's
inline constexpr std::size_t most_feature = std::size_t{64} << 20;  // bytes

// `head`: the file's first bytes, the header with its size at least. Nothing where the file is not one of those above.
std::optional<Header> read_header(std::span<const unsigned char> head);
// `bytes`: a feature without its size. False where it is damaged, or not one of those above; all but the number is set.
bool read_feature(std::span<const unsigned char> bytes, const Header& header, PlainFeature& out);

// Null where the file is not one of those above, or holds another number of columns or features than is said here.
std::unique_ptr<PlainSource> open(const std::filesystem::path& path, std::size_t columns, std::uint64_t features);

}  // namespace tenbo::io::flatgeobuf
