#include "row_values.h"

#include <algorithm>
#include <cmath>

#include "tenbo/base/text.h"

namespace tenbo::inspection {

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}
std::string shown(std::string_view s) {
  std::string out(s.substr(0, 60));
  while (!out.empty() && s.size() > out.size() && (static_cast<unsigned char>(s[out.size()]) & 0xC0U) == 0x80U) out.pop_back();
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 32) c = ' ';
  return "\"" + to_valid_utf8(out) + (out.size() < s.size() ? "…\"" : "\"");
}
std::optional<double> packed_degrees(std::string_view s) {
  if (s.size() < 7 || s.size() > 9 || !std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const double v = std::stod(std::string(s));
  const double degrees = std::floor(v / 1e6), minutes = std::floor(std::fmod(v, 1e6) / 1e4), seconds = std::fmod(v, 1e4) / 100;
  if (v == 0 || minutes >= 60 || seconds >= 60) return std::nullopt;  // 0: nobody wrote it
  return degrees + minutes / 60 + seconds / 3600;
}
std::optional<Date> nbi_date(std::string_view s) {
  std::string t = plain(s);
  if (t.size() == 3) t.insert(0, "0");  // a spreadsheet's loss
  if (t.size() != 4 || !std::all_of(t.begin(), t.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const int month = std::stoi(t.substr(0, 2)), year = std::stoi(t.substr(2));
  if (month < 1 || month > 12) return std::nullopt;
  return Date{year + (year >= 50 ? 1900 : 2000), month, 0};
}

void read_spans(std::string_view text, std::vector<float>& out) {
  std::string part;
  const auto take = [&] {
    const auto equals = part.rfind('=');
    const std::string label = plain(equals == std::string::npos ? "" : part.substr(0, equals));
    if (label.find("total") == std::string::npos)
      if (const auto v = read_number(trim(std::string_view(part).substr(equals == std::string::npos ? 0 : equals + 1))); v && *v > 0 && *v < 5000 && out.size() < 10'000)
        out.push_back(static_cast<float>(*v));
    part.clear();
  };
  for (const char c : text) {
    const bool next_span = c == '(' && part.find('=') != std::string::npos;
    const bool between = c == ';' || c == '+' || c == ',' || c == '/';
    if (between || next_span) take();
    if (!between && c != '[' && c != ']') part += c;
  }
  take();
}

Access read_access(std::string_view word) {
  const std::string p = plain(word);
  const auto has = [&](std::initializer_list<const char*> parts) { return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return p.find(part) != std::string::npos; }); };
  if (has({"通行止", "閉鎖", "closed", "全面規制"})) return Access::closed;
  if (has({"規制", "制限", "restrict", "posted", "limit"})) return has({"なし", "無"}) ? Access::open : Access::restricted;
  if (has({"open", "なし", "通行可", "供用中"})) return Access::open;
  return Access::unknown;
}

}  // namespace tenbo::inspection
