#pragma once
// From the rows of a list to the register, by a mapping. What is wrong in a row costs that row, or what is wrong in it, and is
// listed with its line.
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tenbo/geo/crs.h"
#include "tenbo/inspection/mapping.h"

namespace tenbo::inspection {

// A row as a reader has it. Views live until the next row.
struct SourceRow {
  std::span<const std::string_view> cells;  // one a column
  // Of data with geometry, degrees; NaN: the row has none, and the columns say where it is.
  double lon = std::numeric_limits<double>::quiet_NaN(), lat = lon, height = lon;
  std::uint64_t line = 0;  // of the file; 0 = it has no lines
  std::string_view id;     // the source's own, where no column is the id
};

struct Problem {
  std::uint64_t line = 0;  // 0 = it has no lines; `row` then
  std::uint64_t row = 0;   // from 1
  std::string what;
  std::string text() const;  // "line 12: ..."
};

struct Imported {
  std::shared_ptr<const Register> records;
  std::uint32_t placed = 0;              // structures with a place: these are the first ones of the register
  std::vector<std::uint32_t> rows;       // of each structure: the row it came from, from 0
  std::vector<std::string> warnings;     // of columns and words, one each
  std::vector<Problem> problems;         // the first 1000
  std::uint64_t problem_count = 0;
  std::uint64_t left_out = 0;            // rows of which nothing is kept
  std::string source;                    // of the whole list: as the mapping says, else what its rows say where that is at most three
};

class Importer {
 public:
  // Columns that the mapping names and the list lacks are warnings, where the mapping has other names for them not even that.
  Importer(const Mapping& mapping, std::vector<std::string> columns, std::uint32_t about_rows = 0);
  ~Importer();
  Importer(Importer&&) noexcept;
  bool needs_place() const;        // no column says where; false: the mapping or the words do
  void add(const SourceRow& row);
  void refuse(std::uint64_t line, std::string what);  // a row that the reader itself could not read
  void skip();                     // a row that is no structure at all
  // Lists beside the first, whose rows are inspections or defects of its structures, found by id.
  void begin(const Mapping& mapping, std::vector<std::string> columns, const std::string& name);
  Imported finish();               // spent

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The inspections in a cell that holds a JSON array; empty where it is none. Never throws.
std::vector<Inspection> read_history_cell(std::string_view cell, const Mapping& mapping, std::uint64_t& wrong);

}  // namespace tenbo::inspection
