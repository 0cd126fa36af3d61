#pragma once
// Rows of a GeoPackage's table of features, by SQLite alone.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "vector/plain_feature.h"

namespace tenbo::io::geopackage {

enum class ColumnType : std::uint8_t { boolean, integer32, integer64, real, text, date };
struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  int width = 0;  // of text, characters; 0: any
};
struct Layer {
  std::string table, fid, geometry;  // fid: the table's integer primary key
  std::vector<Column> columns;
};

// Null where the file or the table is not as it has to be. Rows in the order of their keys; a value that is not of its column's
// type is unknown.
std::unique_ptr<PlainSource> open(const std::filesystem::path& path, Layer layer);

}  // namespace tenbo::io::geopackage
