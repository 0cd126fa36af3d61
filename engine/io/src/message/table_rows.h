#pragma once
// Fills a VectorData row by row.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/io/jma_area.h"
#include "tenbo/io/vector.h"

namespace tenbo::io::message {

class TableRows {
 public:
  TableRows(VectorData& data, std::vector<std::pair<const char*, std::string>> common) : data_(data), common_(std::move(common)) {}

  // Begins a row, with its name, code and point; what follows belongs to it. `type` stands in "row" too: readers of columns see it there.
  void add(const char* type, const JmaArea& area);
  void text(const char* name, const std::string& value);  // empty: not there
  void time(const char* name, const std::optional<geo::Instant>& t);
  void integer(const char* name, int value) { data_.features.add_integer(row_, name, value); }
  void boolean(const char* name, bool value) { data_.features.add_boolean(row_, name, value); }
  // `name` as people read it, word or number; `name`_value where there is a number.
  void quantity(const char* name, const geo::Quantity& q);
  void ring(const std::vector<std::pair<double, double>>& lon_lat);
  void circle(double lon, double lat, double radius_km);

 private:
  void point(double lon, double lat);
  VectorData& data_;
  std::vector<std::pair<const char*, std::string>> common_;
  std::uint32_t row_ = 0;
  geo::Extent extent_;
};

}  // namespace tenbo::io::message
