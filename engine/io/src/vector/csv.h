#pragma once
// Tables of comma- (or tab-, semicolon-) separated values: RFC 4180, quoted line breaks included.
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/geo/place_text.h"

namespace tenbo::io {

// CR where no LF stands outside quotes (in them old spreadsheets write LF all the same), else LF.
char line_end_of(std::string_view text, char quote);

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
  char separator_ = ',', line_end_ = '\n';
};

using geo::find_place_columns;
using geo::parse_degrees;
using geo::parse_lat_lon;
using geo::PlaceColumns;

}  // namespace tenbo::io
