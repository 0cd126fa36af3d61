#include "plugins/intake_about.h"

#include "plugins/intake.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {

Result<std::string> take_text(tenbo_text text, const std::string& place, std::uint64_t most) {
  if (text.size == 0) return std::string();
  if (!text.data) return bad(place, "has a size of " + std::to_string(text.size) + ", but its data is NULL");
  if (text.size > most) return bad(place, "is " + std::to_string(text.size) + " bytes, the limit is " + std::to_string(most), ErrorCode::out_of_budget);
  std::string out(text.data, text.size);
  if (!is_valid_utf8(out)) return bad(place, "is not UTF-8: \"" + to_valid_utf8(out.substr(0, 60)) + "\"");
  if (out.find('\0') != std::string::npos) return bad(place, "contains a NUL character");
  return out;
}

Status check_flag(std::uint32_t flag, const std::string& place) {
  if (flag > 1) return bad(place, "found " + std::to_string(flag) + ", expected 0 or 1");
  return {};
}

bool is_sane(geo::Instant t) { return t.ms >= -62'135'596'800'000 && t.ms <= 253'402'300'799'999; }

void add_warning(PluginOutput& output, std::string text) {
  if (output.warnings.size() < TENBO_MAX_WARNINGS) output.warnings.push_back(std::move(text));
}

Result<PluginOutput> take_about(const tenbo_about* about, const std::string& place) {
  auto a = take_struct(about, place, offsetof(tenbo_about, status));
  if (!a) return a.error();
  PluginOutput o;
  if (a->certainty > TENBO_SIMULATED)
    return bad(place + ".certainty", "found " + std::to_string(a->certainty) + ", expected 0 (unknown) to 3 (simulated)");
  o.certainty = a->certainty == TENBO_CONFIRMED   ? geo::Certainty::confirmed
                : a->certainty == TENBO_ESTIMATED ? geo::Certainty::estimated
                : a->certainty == TENBO_SIMULATED ? geo::Certainty::simulated
                                                  : geo::Certainty::unknown;
  auto title = take_text(a->title, place + ".title");
  if (!title) return title.error();
  auto source = take_text(a->source, place + ".source");
  if (!source) return source.error();
  o.title = *title;
  o.source = *source;
  if (auto s = check_flag(a->has_issue_time, place + ".has_issue_time"); !s) return s.error();
  if (a->has_issue_time) {
    o.issue_time = geo::Instant{a->issue_time};
    if (!is_sane(*o.issue_time)) return bad(place + ".issue_time", "is outside the years 1 to 9999");
  }
  if (a->warning_count > TENBO_MAX_WARNINGS)
    return bad(place + ".warning_count", "found " + std::to_string(a->warning_count) + ", the limit is " + std::to_string(TENBO_MAX_WARNINGS), ErrorCode::out_of_budget);
  if (a->warning_count && !a->warnings) return bad(place + ".warnings", "is NULL");
  for (std::uint32_t i = 0; i < a->warning_count; ++i) {
    auto w = take_text(a->warnings[i], place + ".warnings[" + std::to_string(i) + "]");
    if (!w) return w.error();
    add_warning(o, std::move(*w));
  }
  if (a->status > TENBO_STATUS_TEST) return bad(place + ".status", "found " + std::to_string(a->status) + ", expected 0 (actual) to 2 (test)");
  o.actuality = static_cast<Actuality>(a->status);
  auto headline = take_text(a->headline, place + ".headline");
  if (!headline) return headline.error();
  o.headline = std::move(*headline);
  if (a->note_count > TENBO_MAX_WARNINGS)
    return bad(place + ".note_count", "found " + std::to_string(a->note_count) + ", the limit is " + std::to_string(TENBO_MAX_WARNINGS), ErrorCode::out_of_budget);
  if (a->note_count && !a->notes) return bad(place + ".notes", "is NULL");
  for (std::uint32_t i = 0; i < a->note_count; ++i) {
    auto n = take_text(a->notes[i], place + ".notes[" + std::to_string(i) + "]");
    if (!n) return n.error();
    o.notes.push_back(std::move(*n));
  }
  return o;
}

}  // namespace tenbo::runtime
