#pragma once
// What people write into inspection lists, understood: grades and years in the spellings of Japanese and English sources.
#include <optional>
#include <string>
#include <string_view>

#include "tenbo/inspection/grade.h"

namespace tenbo::inspection {

// Fullwidth ASCII as ASCII, Unicode Roman numerals as letters, without blanks at either end, lower case. Malformed bytes
// stay as they are.
std::string plain(std::string_view text);
// Blank, 0, no, none, なし, 無, × ...: that there is none.
bool says_none(std::string_view word);

struct GradeWord {
  Grade grade = Grade::not_inspected;
  bool understood = false;  // false: neither a grade nor a known word for none; shown as not inspected, and counted
};
// I..IV in any of their spellings, 1..4 (01..04), 健全 ..., "判定区分Ⅲ", 未点検, 対象外, 91, 92; empty = not inspected.
GradeWord read_grade(std::string_view text);
// US National Bridge Inventory: the worst of the ratings 0..9; 7 and more good, 5 and 6 fair, 4 and less poor. Poor is III,
// and IV where it is 2 (critical) or less. nullopt: the text is no rating ("N", empty).
std::optional<int> read_nbi_rating(std::string_view text);
Grade grade_of_nbi(int worst);
// G, F, P of NBI's BRIDGE_CONDITION.
std::optional<Grade> read_nbi_condition(std::string_view text);

// "2023", "2023年度", "2023-05-01", "04/13/2012", "令和5年度", "R5", "R05.10.1", "平成30", "H30", "S63", "20230501".
std::optional<int> read_year(std::string_view text);
// The same with month and day where they are written ("2023-05-01", "20230501", "04/13/2012", "2023年5月1日", "R05.10.1"); 0 = not written.
struct Date {
  int year = 0, month = 0, day = 0;
};
std::optional<Date> read_date(std::string_view text);

// A finite number as lists write it: "12.5", "１２．５", "1,234", "12.5m" with a unit after it; nullopt where it is none.
std::optional<double> read_number(std::string_view text);

}  // namespace tenbo::inspection
