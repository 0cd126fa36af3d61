#pragma once
// Lists: rows of text, as people keep records of structures, sensors and damage. Read row by row from memory, so that a list of a
// million rows costs its own text and no table of it.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io {

struct ListOptions {
  std::string encoding;          // empty = guessed: UTF-8 (with a byte order mark or without), else CP932
  char delimiter = 0;            // of CSV; 0 = guessed among , tab ; |
  char quote = '"';              // of CSV
  int header_rows = 1;           // of CSV; the last names the columns, and what it leaves blank those before it
  std::vector<std::string> items;  // of JSON: where the list is ("data.facilities"), the first that is there; empty = found
  std::uint64_t max_rows = 5'000'000;
};

struct ListRow {
  std::span<const std::string_view> cells;  // UTF-8, one a column; "" = nothing written. Live until the next row
  double lon, lat, height;                  // of GeoJSON's points, degrees and m; NaN where there is none
  std::uint64_t line = 0;                   // where it begins in the file, from 1
};

class List {
 public:
  virtual ~List() = default;
  const std::vector<std::string>& columns() const { return columns_; }  // blanks and line breaks in a heading are one blank
  const std::vector<std::string>& warnings() const { return warnings_; }  // complete after the last row
  const std::string& encoding() const { return encoding_; }
  std::uint64_t about_rows() const { return about_rows_; }  // as many, or a few more
  // The next row; false after the last. A row that cannot be read is told to `refused` with its line and passed over.
  virtual bool next(ListRow& row) = 0;
  virtual void rewind() = 0;
  std::function<void(std::uint64_t line, std::string what)> refused;

 protected:
  std::vector<std::string> columns_, warnings_;
  std::string encoding_ = "UTF-8";
  std::uint64_t about_rows_ = 0;
};

// RFC 4180: quoted fields with separators, quotes and line breaks in them. A row with more fields than the headings is refused (its
// fields would stand under wrong ones); fewer are blank. A quote that never closes costs its line. Limits: 10,000 columns, 1 MiB a
// field. Fails on zero bytes, UTF-16, no headings, and where nearly no quote closes. `name` stands in messages. [any]
Result<std::unique_ptr<List>> read_csv_list(std::string bytes, const std::string& name, const ListOptions& options);

// A list of objects: the document itself, or the first member that is one ("features", "data" ...). Members of objects in them are
// columns "a.b" (GeoJSON's properties without a prefix), arrays stay JSON text. Where a feature is no point, `all_points` is false,
// and whoever needs its place reads the file as vector data. Limits: 64 levels, 10,000 columns. Fails on what is not JSON, with
// its line. [any]
struct JsonList {
  std::unique_ptr<List> list;
  bool is_geojson = false, all_points = true, has_crs = false;
};
Result<JsonList> read_json_list(std::string bytes, const std::string& name, const ListOptions& options);

}  // namespace tenbo::io
