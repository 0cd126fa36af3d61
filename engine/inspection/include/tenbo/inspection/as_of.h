#pragma once
// Structures as they were known at the end of a day: the one rule by which they are shown, ranked, filtered, listed and printed.
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tenbo/inspection/history.h"
#include "tenbo/inspection/totals.h"

namespace tenbo::inspection {

struct Day {
  int year = 0, month = 12, day = 31;
  friend auto operator<=>(const Day&, const Day&) = default;
};
inline constexpr Day latest_day{INT16_MAX, 12, 31};  // after which nothing is: the last inspections, whatever their years

// Whether it was after the day; by its year alone where nothing more is written, and where it is a fiscal year. Without a year: never.
bool is_after(const Inspection& inspection, const Day& day);
bool is_after(const Defect& defect, const Day& day);
// The last one not after the day; null before the first.
const Inspection* inspection_as_of(const Register& records, std::uint32_t s, const Day& day);

// Grade and year of each structure by the last inspection until a day; where the list has none by then it is not inspected, and exempt ones
// stay exempt. Columns of its own are made only where something is after the day: else these are the register's. Immutable. [any]
class AsOf {
 public:
  AsOf(std::shared_ptr<const Register> records, const Day& day);
  const std::shared_ptr<const Register>& records() const { return records_; }
  const Day& day() const { return day_; }
  std::uint32_t later() const { return later_; }  // structures whose last inspection is after the day
  bool is_latest() const { return later_ == 0 && !later_defects_; }  // nothing at all is after the day
  // Whether it says the same of another day.
  bool stands_at(const std::shared_ptr<const Register>& records, const Day& day) const { return records == records_ && (day == day_ || (is_latest() && day > day_)); }

  std::uint32_t size() const { return records_->size(); }
  std::span<const Grade> grades() const { return later_ == 0 ? records_->grades() : std::span(grades_); }
  std::span<const std::int16_t> years() const { return later_ == 0 ? records_->years() : std::span(years_); }
  Grade grade(std::uint32_t s) const { return grades()[s]; }
  int year(std::uint32_t s) const { return years()[s]; }
  bool overdue(std::uint32_t s, int year) const;  // as Register::overdue
  bool not_yet(std::uint32_t s) const { return grade(s) == Grade::not_inspected && records_->grade(s) != Grade::not_inspected; }  // inspected after the day alone

 private:
  std::shared_ptr<const Register> records_;
  Day day_;
  std::uint32_t later_ = 0;
  bool later_defects_ = false;
  std::vector<Grade> grades_;
  std::vector<std::int16_t> years_;
};

// What filter.h, totals.h, worst_first.h, history.h and priority.h have of the latest inspections.
Selection select(const Finder& finder, const Filter& filter, const AsOf& at);  // `finder`: of the same register
Totals totals(const AsOf& at, const Selection* selection, By by, int as_of);
std::vector<YearCount> grades_by_year(const AsOf& at, const Selection* selection);  // until the day
std::vector<std::uint32_t> worst_first(const AsOf& at, const Selection* selection, int as_of, std::size_t most);
StateByYear state_as_of(const Register& records, std::uint32_t s, const Day& day);
std::vector<const Defect*> defects_as_of(const Register& records, std::uint32_t s, const Day& day);  // the latest list of them by then, the worst first

}  // namespace tenbo::inspection
