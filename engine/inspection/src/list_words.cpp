// What people write into lists of structures, understood.
#include "tenbo/inspection/list_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace tenbo::inspection {
namespace {
struct Meaning {
  std::string_view word;
  Grade grade;
};
// After plain(). The official words of the four grades, and what lists say where there is no grade.
constexpr Meaning exact_words[] = {
    {"i", Grade::I}, {"ii", Grade::II}, {"iii", Grade::III}, {"iv", Grade::IV},
    {"1", Grade::I}, {"2", Grade::II}, {"3", Grade::III}, {"4", Grade::IV},
    {"01", Grade::I}, {"02", Grade::II}, {"03", Grade::III}, {"04", Grade::IV},
    {"健全", Grade::I}, {"予防保全", Grade::II}, {"早期措置", Grade::III}, {"緊急措置", Grade::IV},
    {"予防保全段階", Grade::II}, {"早期措置段階", Grade::III}, {"緊急措置段階", Grade::IV},
    {"sound", Grade::I}, {"good", Grade::I}, {"preventive", Grade::II}, {"preventive maintenance", Grade::II},
    {"early action", Grade::III}, {"early", Grade::III}, {"urgent", Grade::IV}, {"urgent action", Grade::IV},
    {"", Grade::not_inspected}, {"-", Grade::not_inspected}, {"--", Grade::not_inspected}, {"ー", Grade::not_inspected},
    {"―", Grade::not_inspected}, {"‐", Grade::not_inspected}, {"−", Grade::not_inspected}, {"未", Grade::not_inspected},
    {"0", Grade::not_inspected}, {"91", Grade::not_inspected}, {"未点検", Grade::not_inspected},
    {"未実施", Grade::not_inspected}, {"点検未実施", Grade::not_inspected}, {"未診断", Grade::not_inspected},
    {"不明", Grade::not_inspected}, {"なし", Grade::not_inspected}, {"null", Grade::not_inspected},
    {"n/a", Grade::not_inspected}, {"na", Grade::not_inspected}, {"n", Grade::not_inspected}, {"none", Grade::not_inspected},
    {"unknown", Grade::not_inspected}, {"not inspected", Grade::not_inspected}, {"not_inspected", Grade::not_inspected},
    {"uninspected", Grade::not_inspected}, {"nan", Grade::not_inspected},
    {"92", Grade::exempt}, {"対象外", Grade::exempt}, {"点検対象外", Grade::exempt}, {"exempt", Grade::exempt},
};
// Around a numeral: "判定区分iii", "健全度:ii", "grade ii", "iii(早期措置段階)".
constexpr std::string_view prefixes[] = {"健全性の診断", "健全性", "健全度", "判定区分", "判定", "区分", "grade", "rank", "class", "level", "ランク", "レベル", ":", "：", "=", " ", "　", "の"};
constexpr std::string_view suffixes[] = {"判定", "段階", "ランク", "."};

bool strip_prefix(std::string& s, std::string_view p) {
  if (s.size() <= p.size() || s.compare(0, p.size(), p) != 0) return false;
  s.erase(0, p.size());
  return true;
}
bool strip_suffix(std::string& s, std::string_view p) {
  if (s.size() <= p.size() || s.compare(s.size() - p.size(), p.size(), p) != 0) return false;
  s.erase(s.size() - p.size());
  return true;
}

const Meaning* find_exact(std::string_view s) {
  const auto it = std::find_if(std::begin(exact_words), std::end(exact_words), [&](const Meaning& m) { return m.word == s; });
  return it == std::end(exact_words) ? nullptr : it;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Era {
  std::string_view name;
  char letter;
  int before_first;  // year 1 is this + 1
  int longest;       // years it may count
};
constexpr Era eras[] = {{"令和", 'r', 2018, 82}, {"平成", 'h', 1988, 31}, {"昭和", 's', 1925, 64}, {"大正", 't', 1911, 15}, {"明治", 'm', 1867, 45}};

// The number at `at`, and past it.
std::optional<int> number_at(std::string_view s, std::size_t& at) {
  int n = 0;
  const std::size_t from = at;
  while (at < s.size() && is_digit(s[at]) && at - from < 8) n = n * 10 + (s[at++] - '0');
  return at > from ? std::optional(n) : std::nullopt;
}

// "令和5", "令和元年", "r5", "r05.10.1", "h30年度": nullopt where no era begins the text.
std::optional<int> read_era(std::string_view s) {
  for (const auto& era : eras) {
    std::size_t at;
    if (s.substr(0, era.name.size()) == era.name) at = era.name.size();
    else if (!s.empty() && s[0] == era.letter) at = 1;
    else continue;
    while (at < s.size() && (s[at] == ' ' || s[at] == '.')) ++at;
    if (s.substr(at, 3) == "元") return era.before_first + 1;
    const auto n = number_at(s, at);
    if (!n || *n < 1 || *n > era.longest) return std::nullopt;
    return era.before_first + *n;
  }
  return std::nullopt;
}
}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto b = [&](std::size_t k) { return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u; };
    unsigned c = b(0);
    std::size_t length = 1;
    if (c >= 0xE0 && c < 0xF0 && (b(1) & 0xC0u) == 0x80u && (b(2) & 0xC0u) == 0x80u) {
      c = (c & 0x0Fu) << 12 | (b(1) & 0x3Fu) << 6 | (b(2) & 0x3Fu);
      length = 3;
    }
    static constexpr std::array<std::string_view, 12> romans{"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"};
    if (length == 3 && c >= 0xFF01 && c <= 0xFF5E) {  // fullwidth forms
      c -= 0xFEE0;
      out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    } else if (length == 3 && c >= 0x2160 && c <= 0x217B) {  // Ⅰ..Ⅻ, ⅰ..ⅻ
      out += romans[(c - 0x2160) % 16 % 12];
    } else if (length == 3 && (c == 0x3000 || c == 0xFEFF || c == 0x200B)) {  // ideographic space, marks without width
      out += ' ';
    } else if (length == 3 && c >= 0x2460 && c <= 0x2463) {  // ①..④
      out += static_cast<char>('1' + (c - 0x2460));
    } else if (length == 1 && (c == '\t' || c == '\r' || c == '\n' || c == 0)) {
      out += ' ';
    } else if (length == 1 && c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c + 32);
    } else {
      out.append(text.substr(i, length));
    }
    i += length;
  }
  const auto first = out.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

GradeWord read_grade(std::string_view text) {
  std::string s = plain(text);
  if (const auto* m = find_exact(s)) return {m->grade, true};
  if (s.size() > 4 && s.size() < 20 && s.find_first_not_of("01234.") == std::string::npos) {  // "3.0" of a spreadsheet, and "3.000"
    const auto dot = s.find('.');
    if (dot != std::string::npos && s.find_first_not_of('0', dot + 1) == std::string::npos) s.erase(dot);
  } else if (s.size() >= 3 && s.compare(s.size() - 2, 2, ".0") == 0) {
    s.erase(s.size() - 2);
  }
  if (const auto bracket = s.find('('); bracket != std::string::npos && bracket > 0) s = plain(s.substr(0, bracket));
  for (bool again = true; again;) {
    again = false;
    for (const auto p : prefixes) again |= strip_prefix(s, p);
    for (const auto p : suffixes) again |= strip_suffix(s, p);
  }
  // "ⅲ 早期措置段階": the numeral alone decides
  if (const auto space = s.find(' '); space != std::string::npos && !find_exact(s)) s.erase(space);
  if (const auto* m = find_exact(plain(s))) return {m->grade, true};
  return {};
}

std::optional<int> read_nbi_rating(std::string_view text) {
  std::string s = plain(text);
  if (s.size() >= 3 && s.compare(s.size() - 2, 2, ".0") == 0) s.erase(s.size() - 2);
  if (s.size() == 2 && s[0] == '0') s.erase(0, 1);
  if (s.size() != 1 || !is_digit(s[0])) return std::nullopt;
  return s[0] - '0';
}

Grade grade_of_nbi(int worst) {
  return worst >= 7 ? Grade::I : worst >= 5 ? Grade::II : worst >= 3 ? Grade::III : Grade::IV;
}

std::optional<Grade> read_nbi_condition(std::string_view text) {
  const std::string s = plain(text);
  if (s == "g" || s == "good") return Grade::I;
  if (s == "f" || s == "fair") return Grade::II;
  if (s == "p" || s == "poor") return Grade::III;
  return std::nullopt;
}

std::optional<int> read_year(std::string_view text) {
  const std::string s = plain(text);
  if (const auto era = read_era(s)) return era;
  // The first group of four digits that can be a year; eight digits are a date written together.
  for (std::size_t i = 0; i < s.size();) {
    if (!is_digit(s[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < s.size() && is_digit(s[end])) ++end;
    if (end - i == 4 || end - i == 8) {
      std::size_t at = i;
      const int year = *number_at(std::string_view(s).substr(0, i + 4), at);
      if (year >= 1868 && year <= 2100) return year;
    }
    i = end;
  }
  return std::nullopt;
}

std::optional<Date> read_date(std::string_view text) {
  const auto year = read_year(text);
  if (!year) return std::nullopt;
  Date d{*year, 0, 0};
  const std::string s = plain(text);
  std::array<int, 3> n{};
  std::size_t groups = 0;
  std::size_t lengths[3] = {0, 0, 0};
  for (std::size_t i = 0; i < s.size() && groups < 3;) {
    if (!is_digit(s[i])) {
      ++i;
      continue;
    }
    const std::size_t from = i;
    n[groups] = number_at(s, i).value_or(0);
    while (i < s.size() && is_digit(s[i])) ++i;
    lengths[groups++] = i - from;
  }
  int month = 0, day = 0;
  if (groups >= 1 && lengths[0] == 8) month = n[0] / 100 % 100, day = n[0] % 100;
  else if (groups == 3 && lengths[2] == 4 && lengths[0] <= 2) month = n[0], day = n[1];  // 04/13/2012, as the US and Canada write it
  else if (groups >= 2 && lengths[1] <= 2 && (lengths[0] == 4 || s.find("年") != std::string::npos || s.find('.') != std::string::npos)) {
    month = n[1];
    if (groups == 3 && lengths[2] <= 2) day = n[2];
  }
  if (month >= 1 && month <= 12) {
    d.month = month;
    if (day >= 1 && day <= 31) d.day = day;
  }
  return d;
}

std::optional<double> read_number(std::string_view text) {
  double v = 0;
  const auto read = [&](std::string_view s, std::string_view& rest) {
    const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
    rest = s.substr(static_cast<std::size_t>(r.ptr - s.data()));
    return r.ec == std::errc() && std::isfinite(v);
  };
  std::string_view rest;
  if (!text.empty() && (is_digit(text[0]) || text[0] == '-') && read(text, rest) && rest.empty()) return v;
  std::string s = plain(text);
  // "1,234.5": a comma before three digits parts thousands
  for (std::size_t at = s.find(','); at != std::string::npos && at > 0; at = s.find(',', at)) {
    if (at + 4 > s.size() || !is_digit(s[at + 1]) || !is_digit(s[at + 2]) || !is_digit(s[at + 3]) || (at + 4 < s.size() && is_digit(s[at + 4]))) return std::nullopt;
    s.erase(at, 1);
  }
  if (s.starts_with('+')) s.erase(0, 1);
  if (s.empty() || !(is_digit(s[0]) || s[0] == '.' || (s[0] == '-' && s.size() > 1 && (is_digit(s[1]) || s[1] == '.')))) return std::nullopt;  // no "nan", "inf"
  if (!read(s, rest)) return std::nullopt;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  static constexpr std::array<std::string_view, 12> units{"", "m", "mm", "cm", "t", "%", "台", "台/日", "メートル", "径間", "度", "deg"};
  if (std::find(units.begin(), units.end(), rest) == units.end()) return std::nullopt;
  return v;
}

bool says_none(std::string_view word) {
  if (word.empty()) return true;
  const std::string p = plain(word);
  for (const std::string_view none : {"", "0", "no", "none", "false", "なし", "無", "無し", "×", "-", "－"})
    if (p == none) return true;
  return false;
}

}  // namespace tenbo::inspection
