#pragma once
// One cell of a table that is written as CSV.
#include <string>
#include <string_view>

namespace tenbo::runtime {

// What files for spreadsheets begin with: Excel takes a CSV without it for the code page of its country.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// RFC 4180: quoted where it has a comma, a quote or a line break. A text that a spreadsheet would take for a formula (= + - @, or their
// full-width forms, or a tab at its beginning) gets an apostrophe before it; numbers with a sign and a lone dash do not.
std::string csv_cell(const std::string& text);

}  // namespace tenbo::runtime
