#include "cap.h"

#include <algorithm>
#include <map>
#include <set>

namespace hazard {
namespace {
// "sender,identifier,sent" without the time, which is written in more than one way.
std::string who(std::string_view reference) {
  const auto last = reference.rfind(',');
  return std::string(last == std::string_view::npos ? reference : reference.substr(0, last));
}
bool has(std::string_view list, std::string_view word) {
  for (const auto& w : split(list, "、"))
    if (w == word) return true;
  return false;
}
}  // namespace

std::string cap_key(const Report& r) {
  const std::string status = std::to_string(r.status);
  if (!r.rows.empty()) return "CAP|" + status + "|" + std::string(r.rows.front()["sender"]) + "," + std::string(r.rows.front()["identifier"]);
  return "CAP|" + status + "|" + std::to_string(r.info) + "|" + r.references + "|" + r.name + "|" + std::to_string(r.dated());
}

std::vector<const Report*> caps_in_force(const std::vector<const Report*>& reports) {
  std::set<std::pair<bool, std::string>> over;
  for (const Report* r : reports)
    for (const auto& reference : split(r->references, "\n")) over.emplace(r->status == TENBO_STATUS_ACTUAL, who(reference));
  std::vector<const Report*> out;
  for (const Report* r : reports) {
    if (r->cancelled() || r->rows.empty()) continue;
    const auto& row = r->rows.front();
    if (!over.count({r->status == TENBO_STATUS_ACTUAL, std::string(row["sender"]) + "," + std::string(row["identifier"])})) out.push_back(r);
  }
  return out;
}

std::string cap_language(const Report& r, const std::vector<std::string>& wanted) {
  // A translation may lack what the alert says in another language: then that one is shown.
  std::map<std::string_view, std::size_t> rows;
  std::size_t most = 0;
  for (const auto& row : r.rows) most = std::max(most, ++rows[row["language"]]);
  for (const auto& w : wanted)
    for (const auto& row : r.rows)
      if (row["language"].substr(0, w.size()) == w && rows[row["language"]] == most) return std::string(row["language"]);
  for (const auto& row : r.rows)
    if (rows[row["language"]] == most) return std::string(row["language"]);
  return r.rows.empty() ? std::string() : std::string(r.rows.front()["language"]);
}

std::uint32_t CapClasses::of(std::string_view severity, std::string_view response) const {
  if (has(response, "AllClear")) return ended;
  return severity == "extreme" ? extreme : severity == "severe" ? severe : severity == "moderate" ? moderate : severity == "minor" ? minor : unknown;
}

// The protocol has no colours: these are ours, apart from those of the Agency's levels.
CapClasses add_cap_classes(Publication& to) {
  CapClasses c{};
  c.extreme = to.add_class(5, {0x7a, 0x00, 0x3c}, "CAP 極めて重大 (Extreme)", "CAP Extreme");
  c.severe = to.add_class(4, {0xd2, 0x0f, 0x46}, "CAP 重大 (Severe)", "CAP Severe");
  c.moderate = to.add_class(3, {0xf0, 0x82, 0x32}, "CAP 中程度 (Moderate)", "CAP Moderate");
  c.minor = to.add_class(2, {0xe6, 0xc8, 0x64}, "CAP 軽微 (Minor)", "CAP Minor");
  c.ended = to.add_class(0, {0xb4, 0xb8, 0xbe}, "CAP 警戒解除 (AllClear)", "CAP all clear");
  c.unknown = to.add_class(TENBO_LEVEL_UNKNOWN, {0x68, 0x70, 0x7a}, "CAP 重大さ不明", "CAP severity not known", true);
  return c;
}

void add_caps(Publication& to, const std::vector<const Report*>& reports, const CapClasses& classes, const std::function<bool(const Row&)>& ours) {
  for (const Report* r : reports)
    if (r->cancelled()) {
      const auto which = " (CAP), " + japan_time(r->dated()) + ": " + join(split(r->references, "\n"), "; ");
      to.note(both("取消" + which, "Cancelled" + which));
    }
  const auto in_force = caps_in_force(reports);
  const bool real = std::any_of(in_force.begin(), in_force.end(), [](const Report* r) { return r->real(); });
  std::size_t nowhere = 0;
  for (const Report* r : in_force) {
    const auto language = cap_language(*r, {"ja", "en"});
    std::size_t n = 0;
    bool shown = false;
    for (const auto& row : r->rows) {
      if (row["language"] != language || !ours(row)) continue;
      shown = true;
      const auto at = to.add_row(drill_id(std::string(row["identifier"]), r->status) + (++n > 1 ? "#" + std::to_string(n) : ""));
      to.set_status(at, r->status);
      const auto shape_class = classes.of(row["severity"], row["response"]);
      const char* drill = r->status == TENBO_STATUS_EXERCISE ? "【Exercise】" : r->status == TENBO_STATUS_TEST ? "【Test】" : "";
      to.put(at, "name", row["name"]);
      to.put(at, "code", row["code"]);
      to.put(at, "class", to.classes()[shape_class].en);
      if (to.classes()[shape_class].level >= 0) to.put(at, "level", static_cast<std::int64_t>(to.classes()[shape_class].level));
      to.put(at, "in_force", drill + std::string(row["event"]));
      for (const char* column : {"headline", "severity", "urgency", "certainty", "response", "instruction", "sender_name", "onset", "expires"}) to.put(at, column, row[column]);
      to.put(at, "report_time", japan_time(r->dated()));
      to.put(at, "office", row["sender_name"].empty() ? row["sender"] : row["sender_name"]);
      // What is effective from its own time on is so from its arrival, where its clock was ahead.
      const auto effective = time_of(row["effective"]);
      Span span{effective && *effective > r->dated() ? *effective : r->time, time_of(row["expires"])};
      if (span.until && *span.until <= *span.from) continue;  // was over when it came: its record says so, nothing is shown
      if (row.has_place()) to.area(at, shape_class, span, r->geometry, row.index);
      else to.record(at, shape_class, span), ++nowhere;
    }
    if (!shown) continue;
    if (r->status != TENBO_STATUS_ACTUAL && to.status != TENBO_STATUS_EXERCISE) to.status = r->status;
    if (!real || r->real()) {  // the words of an exercise stand for nothing real
      to.issue_time = std::max(to.issue_time.value_or(r->dated()), r->dated());
      if (to.headline.empty()) to.headline = r->headline;
    }
    if (to.source.empty()) to.source = r->publisher;
    const auto which = " (CAP), " + japan_time(r->dated()) + ": " + (r->headline.empty() ? r->name : r->headline);
    if (r->info == TENBO_INFO_CORRECTION) to.note(both("更新" + which, "Updated" + which));
  }
  if (nowhere) to.warn(both("CAP の " + std::to_string(nowhere) + " 区域は多角形も円もなく一覧のみ", std::to_string(nowhere) + " areas of CAP alerts have no polygon or circle that can be drawn; they are listed only"));
}

}  // namespace hazard
