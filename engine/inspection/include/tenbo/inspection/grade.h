#pragma once
// Health of a structure after the Japanese road inspection guideline: I sound, II preventive maintenance, III early action,
// IV urgent action. What was never looked at, and what need not be, are neither.
#include <cstdint>
#include <optional>

namespace tenbo::inspection {

enum class Grade : std::uint8_t { not_inspected = 0, I = 1, II = 2, III = 3, IV = 4, exempt = 5 };
const char* to_string(Grade grade);  // "not_inspected", "I" ... "IV", "exempt"

// Inspected every five years (Road Act enforcement regulation of 2014): overdue where the last inspection lies more years back.
inline constexpr int inspection_interval_years = 5;

// One inspection of one structure.
struct Inspection {
  std::int16_t year = 0;            // as written (Japanese lists: fiscal year); 0 = unknown
  std::uint8_t month = 0, day = 0;  // 0 = unknown
  Grade grade = Grade::not_inspected;
  float score = 0;                  // of lists with a number of their own (bridge condition index, NBI rating); NaN = none
};

}  // namespace tenbo::inspection
