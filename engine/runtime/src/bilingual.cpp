#include "tenbo/runtime/bilingual.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace tenbo::runtime {

std::string in_language(const std::string& text, bool japanese) {
  constexpr std::string_view mark = " / ";
  std::vector<std::size_t> marks;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + mark.size())) marks.push_back(at);
  if (marks.size() % 2 == 0) return text;
  const auto at = marks[marks.size() / 2];
  const std::string left = text.substr(0, at), right = text.substr(at + mark.size());
  if (std::all_of(left.begin(), left.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  for (std::size_t from = 0; from < right.size();) {
    std::size_t end = from;
    while (end < right.size() && small(right[end])) ++end;
    if (end - from >= 3 && left.find(right.substr(from, end - from)) == std::string::npos) return japanese ? left : right;
    from = end + 1;
  }
  return text;
}

}  // namespace tenbo::runtime
