#include "gdal/sqlite_file.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "gdal/names.h"

namespace tenbo::io::gdal {

std::optional<SqliteFile> sqlite_file(const std::filesystem::path& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  std::array<char, 100> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  const auto got = static_cast<std::size_t>(file.gcount());
  if (got < magic.size() || std::string_view(head.data(), magic.size()) != magic) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < bytes; ++i) v = v << 8 | static_cast<std::uint8_t>(head[at + i]);
    return v;
  };
  SqliteFile out;
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  out.bytes = ec ? got : size;
  if (got < head.size()) {
    out.expected = head.size();  // and more
  } else if (number(24, 4) == number(92, 4)) {  // else the number of pages is an older program's, and may be wrong
    const std::uint64_t page = number(16, 2) == 1 ? 65536 : number(16, 2);
    out.expected = page * number(28, 4);
  }
  const std::string_view id(head.data() + 68, 4);
  if (id == "GPKG" || id == "GP10" || id == "GP11" || has_extension(path, {".gpkg"})) out.what = "GeoPackage";
  else if (id == "MPBX" || has_extension(path, {".mbtiles"})) out.what = "MBTiles";
  else out.what = "SQLite";
  return out;
}

}  // namespace tenbo::io::gdal
