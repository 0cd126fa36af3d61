#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace tenbo::io::gdal {

// What an SQLite database is by its application id, else by its name ("GeoPackage", "MBTiles"), and whether bytes of it are missing: by its header
// (https://www.sqlite.org/fileformat.html, 1.3). Nothing where the file is none.
struct SqliteFile {
  std::string what;
  std::uint64_t bytes = 0, expected = 0;  // expected 0: the header does not say
  bool cut() const { return bytes < expected; }
};
std::optional<SqliteFile> sqlite_file(const std::filesystem::path& path);

}  // namespace tenbo::io::gdal
