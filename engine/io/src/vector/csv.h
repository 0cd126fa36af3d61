#pragma once
// Tables of comma- (or tab-, semicolon-) separated values: RFC 4180, quoted line breaks included.
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io {

// Reads one record after the other from text in memory.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);  // finds the separator from the first line
  bool next(std::vector<std::string>& fields);
  std::size_t line() const { return line_; }  // where the record just read begins, from 1
  char separator() const { return separator_; }

 private:
  std::string_view text_;
  std::size_t pos_ = 0, line_ = 0, next_line_ = 1;
  char separator_ = ',';
};

// Which columns hold the place, by their names and then their values; -1 = none.
struct PlaceColumns {
  int lon = -1, lat = -1, height = -1;
  int both = -1;      // "35.1,139.2" in one column (latitude first)
  int wkt = -1;
};
PlaceColumns find_place_columns(const std::vector<std::string>& header, const std::string& lon_name, const std::string& lat_name);
// "35.123,139.456" or "(35.123 139.456)".
bool parse_lat_lon(std::string_view text, double& lat, double& lon);
// A number in degrees: decimal, or 35°41'22"N and 35度41分22秒; false where it is neither.
bool parse_degrees(std::string_view text, double& degrees);

}  // namespace tenbo::io
