#include "areas.h"

#include <algorithm>
#include <array>

namespace hazard {
namespace {
// The designated cities: the codes of a city's wards lie between its own and the next city's, or the end of the hundred.
constexpr std::array<std::string_view, 20> designated{"01100", "04100", "11100", "12100", "14100", "14130", "14150", "15100", "22100", "22130",
                                                      "23100", "26100", "27100", "27140", "28100", "33100", "34100", "40100", "40130", "43100"};

bool digits(std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; }

// The sixth digit of a local government's code, of the first five.
char check_digit(std::string_view five) {
  int sum = 0;
  for (int i = 0; i < 5; ++i) sum += (five[static_cast<std::size_t>(i)] - '0') * (6 - i);
  return static_cast<char>('0' + (11 - sum % 11) % 10);
}

std::string plain(std::string code) {
  if (const auto dot = code.find(".0"); dot != std::string::npos && dot + 2 == code.size()) code.erase(dot);  // a spreadsheet's number
  if (!digits(code)) return code;
  if (code.size() == 4) code.insert(code.begin(), '0');
  if (code.size() == 6 && code[5] == check_digit(code)) code.erase(5);
  return code;
}
}  // namespace

AreaIndex::AreaIndex(const std::vector<std::string>& code_of_row, const tenbo_reader_vector* geometry) : geometry_(geometry) {
  for (std::uint32_t i = 0; i < code_of_row.size(); ++i)
    if (!code_of_row[i].empty()) {
      rows_.emplace(code_of_row[i], i);
      if (const auto p = plain(code_of_row[i]); p != code_of_row[i]) rows_.emplace(p, i);
    }
}

AreaIndex::Match AreaIndex::find(std::string_view code) const {
  Match out;
  const auto take = [&](std::string_view c) {
    for (auto [at, end] = rows_.equal_range(c); at != end; ++at) out.rows.push_back(at->second);
    return !out.rows.empty();
  };
  if (take(code) || code.size() != 7 || !digits(code)) return out;
  const std::string_view five = code.substr(0, 5);
  out.wider = code.substr(5) != "00";
  if (take(five)) return out;
  const auto city = std::find(designated.begin(), designated.end(), five);
  if (city != designated.end()) {
    const std::string end = city + 1 != designated.end() && (city + 1)->substr(0, 2) == five.substr(0, 2) ? std::string(*(city + 1)) : std::string(five.substr(0, 2)) + "200";
    for (auto at = rows_.upper_bound(five); at != rows_.end() && at->first < end; ++at)
      if (at->first.size() == 5) out.rows.push_back(at->second);
  }
  return out;
}

std::vector<std::uint32_t> AreaIndex::region(std::string_view code) const {
  auto out = find(code).rows;
  if (!out.empty() || code.size() != 6 || !digits(code) || code.substr(2) != "0000") return out;
  const std::string from = std::string(code.substr(0, 2)) + "000", end = std::string(code.substr(0, 2)) + "999";
  for (auto at = rows_.lower_bound(from); at != rows_.end() && at->first <= end; ++at)
    if (at->first.size() == 5 && digits(at->first)) out.push_back(at->second);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace hazard
