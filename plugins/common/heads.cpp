#include "heads.h"

#include <algorithm>
#include <limits>

#include "titles.h"

namespace hazard {

void add_heads(Publication& to, const std::vector<const Report*>& reports, const std::function<int(const Report&)>& weight,
               const std::function<std::vector<std::string>(const Report&)>& changes) {
  std::vector<std::string> offices;
  std::pair<bool, int> worst{false, std::numeric_limits<int>::min()};  // what is real comes before any exercise
  const bool real = std::any_of(reports.begin(), reports.end(), [](const Report* r) { return r->real() && !r->cancelled(); });
  std::optional<tenbo_time> newest;
  for (const Report* r : reports) {
    if ((!real || r->real()) && (!newest || r->time >= *newest)) newest = r->time, to.issue_time = r->dated();
    if (std::find(offices.begin(), offices.end(), r->publisher) == offices.end() && !r->publisher.empty()) offices.push_back(r->publisher);
    if (r->status != TENBO_STATUS_ACTUAL && to.status != TENBO_STATUS_EXERCISE) to.status = r->status;
    const std::string time = ", " + japan_time(r->dated()), which = r->name + time, which_en = english_title(r->name) + time;
    if (r->cancelled()) {
      const auto said = headline_in(r->headline, true), said_en = headline_in(r->headline, false);
      to.note(both("取消: " + which + (said.empty() ? "" : ": " + said), "Cancelled: " + which_en + (said_en.empty() ? "" : ": " + said_en)));
      continue;
    }
    if (r->info == TENBO_INFO_CORRECTION) {
      const auto what = changes(*r);
      to.note(both("訂正: " + which + ": " + (!r->replaced ? "訂正前の電文は未着" : what.empty() ? "表示内容に変更なし" : join(what, "; ")),
                   "Corrected: " + which_en + ": " + (!r->replaced ? "what it corrects has not come" : what.empty() ? "nothing that is shown changed" : join(what, "; "))));
    }
    if (const std::pair w(r->real(), weight(*r)); !r->headline.empty() && w >= worst) {
      worst = w;
      to.headline = r->headline;
    }
  }
  to.source = offices.size() <= 3 ? join(offices, "、") : offices[0] + " ほか " + std::to_string(offices.size() - 1) + " / " + offices[0] + " and " + std::to_string(offices.size() - 1) + " more";
}

std::string drill_mark(const Report& r) { return r.status == TENBO_STATUS_EXERCISE ? "【訓練】" : r.status == TENBO_STATUS_TEST ? "【試験】" : ""; }

}  // namespace hazard
