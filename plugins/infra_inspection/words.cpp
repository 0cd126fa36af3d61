#include "words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace infra {
namespace {
struct Meaning {
  std::string_view word;
  tenbo_grade grade;
};
// After plain(). The official words of the four grades, and what lists say where there is no grade.
constexpr Meaning exact_words[] = {
    {"i", TENBO_GRADE_I}, {"ii", TENBO_GRADE_II}, {"iii", TENBO_GRADE_III}, {"iv", TENBO_GRADE_IV},
    {"1", TENBO_GRADE_I}, {"2", TENBO_GRADE_II}, {"3", TENBO_GRADE_III}, {"4", TENBO_GRADE_IV},
    {"01", TENBO_GRADE_I}, {"02", TENBO_GRADE_II}, {"03", TENBO_GRADE_III}, {"04", TENBO_GRADE_IV},
    {"健全", TENBO_GRADE_I}, {"予防保全", TENBO_GRADE_II}, {"早期措置", TENBO_GRADE_III}, {"緊急措置", TENBO_GRADE_IV},
    {"予防保全段階", TENBO_GRADE_II}, {"早期措置段階", TENBO_GRADE_III}, {"緊急措置段階", TENBO_GRADE_IV},
    {"sound", TENBO_GRADE_I}, {"good", TENBO_GRADE_I}, {"preventive", TENBO_GRADE_II}, {"preventive maintenance", TENBO_GRADE_II},
    {"early action", TENBO_GRADE_III}, {"early", TENBO_GRADE_III}, {"urgent", TENBO_GRADE_IV}, {"urgent action", TENBO_GRADE_IV},
    {"", TENBO_GRADE_NOT_INSPECTED}, {"-", TENBO_GRADE_NOT_INSPECTED}, {"--", TENBO_GRADE_NOT_INSPECTED}, {"ー", TENBO_GRADE_NOT_INSPECTED},
    {"―", TENBO_GRADE_NOT_INSPECTED}, {"‐", TENBO_GRADE_NOT_INSPECTED}, {"−", TENBO_GRADE_NOT_INSPECTED}, {"未", TENBO_GRADE_NOT_INSPECTED},
    {"0", TENBO_GRADE_NOT_INSPECTED}, {"91", TENBO_GRADE_NOT_INSPECTED}, {"未点検", TENBO_GRADE_NOT_INSPECTED},
    {"未実施", TENBO_GRADE_NOT_INSPECTED}, {"点検未実施", TENBO_GRADE_NOT_INSPECTED}, {"未診断", TENBO_GRADE_NOT_INSPECTED},
    {"不明", TENBO_GRADE_NOT_INSPECTED}, {"なし", TENBO_GRADE_NOT_INSPECTED}, {"null", TENBO_GRADE_NOT_INSPECTED},
    {"n/a", TENBO_GRADE_NOT_INSPECTED}, {"na", TENBO_GRADE_NOT_INSPECTED}, {"n", TENBO_GRADE_NOT_INSPECTED}, {"none", TENBO_GRADE_NOT_INSPECTED},
    {"unknown", TENBO_GRADE_NOT_INSPECTED}, {"not inspected", TENBO_GRADE_NOT_INSPECTED}, {"not_inspected", TENBO_GRADE_NOT_INSPECTED},
    {"uninspected", TENBO_GRADE_NOT_INSPECTED}, {"nan", TENBO_GRADE_NOT_INSPECTED},
    {"92", TENBO_GRADE_EXEMPT}, {"対象外", TENBO_GRADE_EXEMPT}, {"点検対象外", TENBO_GRADE_EXEMPT}, {"exempt", TENBO_GRADE_EXEMPT},
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
constexpr Era eras[] = {{"令和", 'r', 2018, 99}, {"平成", 'h', 1988, 31}, {"昭和", 's', 1925, 64}, {"大正", 't', 1911, 15}, {"明治", 'm', 1867, 45}};

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

tenbo_grade grade_of_nbi(int worst) {
  return worst >= 7 ? TENBO_GRADE_I : worst >= 5 ? TENBO_GRADE_II : worst >= 3 ? TENBO_GRADE_III : TENBO_GRADE_IV;
}

std::optional<tenbo_grade> read_nbi_condition(std::string_view text) {
  const std::string s = plain(text);
  if (s == "g" || s == "good") return TENBO_GRADE_I;
  if (s == "f" || s == "fair") return TENBO_GRADE_II;
  if (s == "p" || s == "poor") return TENBO_GRADE_III;
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
      if (year >= 1868 && year <= 2200) return year;
    }
    i = end;
  }
  return std::nullopt;
}

}  // namespace infra
