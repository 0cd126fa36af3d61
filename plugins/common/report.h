// A message as the hazards see it: its head, and its rows by the names of their columns (docs/guide/messages.md). Needs no
// host, so that what is made of messages can be tested without one.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/plugin_api/rows.hpp"

namespace hazard {

using tenbo::plugin::Row;

struct Report {
  std::string code;       // "VPWW55", "CAP"
  std::string name;       // its own title: "島根県大雨警報・注意報"
  std::string publisher, headline, event, references;
  tenbo_status status = TENBO_STATUS_ACTUAL;
  tenbo_info_type info = TENBO_INFO_ISSUE;
  std::uint64_t order = 0;  // of arrival
  tenbo_time time = 0;    // ms since 1970, from which it counts
  std::optional<tenbo_time> written;  // as it says itself, where that is ahead of its arrival and so not what counts
  std::optional<tenbo_time> until;
  std::vector<Row> rows;
  const tenbo_reader_vector* geometry = nullptr;
  std::shared_ptr<const Report> replaced;  // of a correction: the one of the same key before it
  std::shared_ptr<const Report> before;    // of every message: the same

  bool cancelled() const { return info == TENBO_INFO_CANCEL; }
  bool real() const { return status == TENBO_STATUS_ACTUAL; }
  tenbo_time dated() const { return written.value_or(time); }  // for people
};
// Behind ids: an exercise and a test are records of their own beside the real one of the same area.
inline std::string drill_id(std::string id, tenbo_status status) { return status == TENBO_STATUS_ACTUAL ? id : std::move(id) + "*"; }

// "2024-11-02T11:19:00+09:00", "...Z" as ms since 1970; nullopt: it is no time.
std::optional<tenbo_time> time_of(std::string_view text);
// "2024-11-02 11:19", Japan's time.
std::string japan_time(tenbo_time t);
// The words between "、" or line ends.
std::vector<std::string> split(std::string_view text, std::string_view mark);
std::string join(const std::vector<std::string>& words, std::string_view mark);
// What a message's title says before the kind of warning: "島根県" of "島根県大雨警報・注意報". Together with the code it says which
// earlier message a new one replaces, also where it is a cancellation without rows.
std::string area_of_title(std::string_view title);

}  // namespace hazard
