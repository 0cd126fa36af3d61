#pragma once
// One cell of a table that is written as CSV.
#include <string>

namespace tenbo::runtime {

std::string csv_cell(const std::string& text);  // RFC 4180: quoted where it has a comma, a quote or a line break

}  // namespace tenbo::runtime
