#pragma once
// How old what a feed shows is, by its reports' own time: a source that answers and answers the same is as stale as one that is silent.
#include <optional>

#include "tenbo/live/moment.h"

namespace tenbo::live {

// What is known of a feed's times. Fold each message in; the order in which they come does not matter.
struct FeedTimes {
  Moment begun;                   // since when the feed is waited for
  std::optional<Moment> report;   // the latest time that a report says of itself
  std::optional<Moment> arrival;  // of the latest message
  double expected_interval = 0;   // s; 0 = silence is normal

  // A report from the future is not believed: it counts as of its arrival, or it would be fresh for ever.
  void add(Moment arrived, std::optional<Moment> says);
};

enum class Freshness { undated, fresh, late, stale };

struct Age {
  Freshness freshness = Freshness::undated;
  std::optional<double> seconds;  // since the latest report; of a feed that has brought nothing: absent
};

// late: more than the interval, stale: more than twice as much. Without an expected interval a feed grows old but never late,
// and one that has brought nothing is undated.
Age age_of(const FeedTimes& times, Moment now);

}  // namespace tenbo::live
