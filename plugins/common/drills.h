#pragma once
// An exercise or a test that is drawn beside what is real (Publication::set_drills_apart): what is said of it. The head stays that of what is real.
#include <string>

#include "tenbo/plugin_api/message_plugin.hpp"
#include "tenbo/plugin_api/publication.hpp"
#include "titles.h"

namespace hazard {

// `last`: its message that came last. Where all of it was `cancelled`, that is news only after what is real; false: nothing of it is drawn.
inline bool say_drill(tenbo::plugin::Publication& to, const tenbo::plugin::Message& last, bool cancelled) {
  using tenbo::plugin::both;
  using tenbo::plugin::Publication;
  using tenbo::plugin::view;
  const auto status = last.head.status;
  const std::string title(view(last.head.title)), headline(view(last.head.headline));
  const auto ja = Publication::drill_mark(status, true) + title_and_headline(title, headline, true), en = Publication::drill_mark(status, false) + title_and_headline(title, headline, false);
  if (!cancelled) {
    to.note(both(ja + "（実際の情報と分けて表示）", en + " (shown apart from what is real)"));
    to.status = status;  // rows say which of them are real
    return true;
  }
  if (last.time() >= to.issue_time.value_or(0)) to.note(both("取消: " + ja, "Cancelled: " + en));
  return false;
}

}  // namespace hazard
