#include "tenbo/runtime/csv_cell.h"

#include <algorithm>
#include <array>

namespace tenbo::runtime {
namespace {

// What Excel, LibreOffice and Google Sheets begin to calculate with, in Japan with the full-width forms too.
bool is_formula(std::string_view s) {
  static constexpr std::array<std::string_view, 6> always{"=", "@", "\t", "\r", "\xEF\xBC\x9D", "\xEF\xBC\xA0"};  // the last two: ＝ ＠
  static constexpr std::array<std::string_view, 4> signs{"+", "-", "\xEF\xBC\x8B", "\xEF\xBC\x8D"};                // the last two: ＋ －
  if (std::any_of(always.begin(), always.end(), [&](auto a) { return s.starts_with(a); })) return true;
  const auto sign = std::find_if(signs.begin(), signs.end(), [&](auto a) { return s.starts_with(a); });
  return sign != signs.end() && s.find_first_not_of("0123456789.", sign->size()) != std::string_view::npos;
}

}  // namespace

std::string csv_cell(const std::string& text) {
  const bool formula = is_formula(text);
  if (!formula && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace tenbo::runtime
