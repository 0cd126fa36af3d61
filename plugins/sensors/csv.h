#pragma once
// Comma-separated values (RFC 4180), also with semicolons or tabs, as UTF-8 or CP932.
#include <string>
#include <string_view>
#include <vector>

namespace sensors {

struct Csv {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // as many cells as the header has; missing ones are empty
  std::size_t uneven = 0;                      // rows with more or fewer
};

// As UTF-8: what it is, or CP932 of it. Empty with a throw of std::runtime_error where it is neither.
std::string to_utf8(std::string_view bytes);
Csv parse_csv(std::string_view bytes);  // throws std::runtime_error

}  // namespace sensors
