#pragma once
// A forecast with two axes of time and more than one future: issues x members of fields on one grid. What is shown of one issue - a member, or
// what the members say together - is a Field like any other, worked out step by step when it is asked for, and kept.
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/geo/field.h"

namespace tenbo::geo {

enum class Statistic { member, mean, maximum, percentile, probability, disagreement };

// What is shown of an issue.
struct ForecastView {
  Statistic statistic = Statistic::member;
  std::size_t member = 0;      // of Statistic::member
  double percentile = 50;      // 0 to 100
  double threshold = 0;        // of probability and disagreement, in the field's unit
  bool operator==(const ForecastView&) const = default;
};

// Immutable but for what it keeps; thread-safe. What a statistic makes of no data:
//  - where the fields declare that no data is dry, a member without data counts as 0, and a cell that no member has data of stays without;
//  - else a cell that any member has no data of is unknown (NaN): what one future does not know is not known of all of them. Unknown is
//    never 0, and never left out of the mean.
class Forecast {
 public:
  struct Issue {
    std::optional<Instant> time;                        // absent only where there is one issue
    std::vector<std::shared_ptr<const Field>> members;  // in the order of the names
  };
  // names: of the members; empty = one without a name. Fails, and says which it is, where an issue has another number of members, a field
  // another grid than the first, a member other valid times than the first of its issue, or two issues one time. Issues are put in order.
  static Result<std::shared_ptr<const Forecast>> make(std::vector<std::string> names, std::vector<Issue> issues);

  const std::vector<std::string>& names() const { return names_; }  // empty = one without a name
  std::size_t members() const { return issues_.front().members.size(); }
  std::size_t issues() const { return issues_.size(); }
  std::optional<Instant> issue_time(std::size_t issue) const { return issues_[issue].time; }
  // The last issue that is not after t; the last of all without t, or where issues have no time; nullopt before the first.
  std::optional<std::size_t> issue_at(std::optional<Instant> t) const;
  std::optional<std::size_t> member_named(const std::string& name) const;
  const std::shared_ptr<const Field>& member(std::size_t issue, std::size_t member) const { return issues_[issue].members[member]; }

  // The derived field of an issue; the same one for the same question. Shape, grid and times are the members'.
  //  mean, maximum: unit of the members; the mean is summed in double.
  //  percentile: between the members in order, linear (the place p / 100 (n - 1)), unit of the members.
  //  probability: share of the members at or above the threshold, in %.
  //  disagreement: 1 where that share is from 20 % to 80 %, both included; else 0.
  Result<std::shared_ptr<const Field>> field(std::size_t issue, const ForecastView& view) const;
  // This issue less the one before, at equal valid times: the times are this issue's, and a step that the issue before does not have is unknown
  // throughout, as is a cell that either does not know. Where no data is dry it counts as 0, so that what is dry in both has not changed. Fails of the first issue.
  Result<std::shared_ptr<const Field>> changed(std::size_t issue, const ForecastView& view) const;

 private:
  struct Kept {
    std::size_t issue;
    ForecastView view;
    bool change;
    std::shared_ptr<const Field> field;
  };
  Forecast(std::vector<std::string> names, std::vector<Issue> issues) : names_(std::move(names)), issues_(std::move(issues)) {}
  std::shared_ptr<const Field> kept(std::size_t issue, const ForecastView& view, bool change) const;
  std::shared_ptr<const Field> keep(Kept made) const;

  std::vector<std::string> names_;
  std::vector<Issue> issues_;
  mutable std::mutex mutex_;
  mutable std::vector<Kept> kept_;  // the last few
};

// The sums behind it, over `members` arrays of n values each; out has n. dry: NaN counts as 0 (see above).
void ensemble_statistic(const std::vector<const float*>& members, std::size_t n, const ForecastView& view, bool dry, float* out);

}  // namespace tenbo::geo
