#include "tenbo/live/freshness.h"

#include <algorithm>

namespace tenbo::live {

void FeedTimes::add(Moment arrived, std::optional<Moment> says) {
  arrival = std::max(arrival.value_or(arrived), arrived);
  const Moment dated = std::min(says.value_or(arrived), arrived);
  report = std::max(report.value_or(dated), dated);
}

Age age_of(const FeedTimes& times, Moment now) {
  Age age;
  const Moment since = times.report.value_or(times.begun);
  const double seconds = static_cast<double>(std::max<std::int64_t>(0, now.us - since.us)) / 1e6;
  if (times.report) {
    age.seconds = seconds;
    age.freshness = Freshness::fresh;
  }
  if (!(times.expected_interval > 0)) return age;
  if (seconds > 2 * times.expected_interval) age.freshness = Freshness::stale;
  else if (seconds > times.expected_interval) age.freshness = Freshness::late;
  return age;
}

}  // namespace tenbo::live
