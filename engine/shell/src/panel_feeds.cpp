// Feeds: what each is, how old what it brings is, what is missing, and why. And the clock that "now" is from, in the time bar.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "format.h"
#include "tenbo/runtime/freshness.h"
#include "ui.h"

namespace tenbo::shell {
namespace {
constexpr std::array<double, 4> clock_speeds{1, 10, 60, 600};  // seconds of what has arrived in one second
}  // namespace

void Ui::feeds_card() {
  if (panel_head(word("feeds.title"))) {
    state_.close(Panel::feeds);
    return;
  }
  const auto clock = engine_.clock();
  if (clock.journal) wrapped(word("feeds.of_a_journal"), TextSize::detail, theme_.quiet);
  ImGui::BeginChild("feeds", {0, 0}, false, ImGuiWindowFlags_NoNav);
  const auto& declared = engine_.scene().feeds;
  const auto states = engine_.feeds();
  const auto gaps = engine_.gaps();
  if (declared.empty()) wrapped(word("feeds.none"), TextSize::detail, theme_.quiet);
  else if (states.empty()) wrapped(word("feeds.off"), TextSize::detail, theme_.attention);
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const auto state = std::find_if(states.begin(), states.end(), [&](const auto& s) { return s.name == declared[i].name; });
    ImGui::PushID(static_cast<int>(i));
    feed_row(declared[i], state == states.end() ? nullptr : &*state, gaps);
    ImGui::PopID();
  }
  touch_scroll();
  ImGui::EndChild();
}

void Ui::feed_row(const scene::FeedSpec& spec, const live::FeedStatus* s, const std::vector<live::Entry>& gaps) {
  using live::FeedState;
  const float width = ImGui::GetContentRegionAvail().x, column = 11 * u();
  const auto aged = [&](double seconds) { return runtime::age_text(words_.table, words_.language(), seconds); };
  const bool overdue = s && (s->age.freshness == runtime::Freshness::late || s->age.freshness == runtime::Freshness::stale);
  const bool wrong = s && (s->state == FeedState::refused || s->state == FeedState::offline);
  label(spec.name, TextSize::read, theme_.text, true, width);
  if (s) {
    const auto key = std::string("feeds.state.") + live::to_string(s->state);
    chip(word(key), wrong ? theme_.error : s->state == FeedState::live ? theme_.accent : theme_.quiet,
         s->state == FeedState::stale ? runtime::Freshness::stale : runtime::Freshness::fresh);
    if (overdue || s->age.seconds) {
      ImGui::SameLine();
      chip(s->age.seconds ? word("age.old", {{"age", aged(*s->age.seconds)}}) : word("feed.nothing"), theme_.quiet, overdue ? s->age.freshness : runtime::Freshness::fresh);
    }
  } else {
    chip(word("feeds.state.none"), theme_.quiet);
  }
  const auto line = [&](std::string_view key, const std::string& value, Rgba8 ink) {
    if (value.empty()) return;
    label(word(key), TextSize::detail, theme_.faint);
    ImGui::SameLine(column);
    wrapped(value, TextSize::detail, ink);
  };
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.25f * u()});
  line("feeds.expected", spec.expected_interval > 0 ? aged(spec.expected_interval) : word("feeds.any"), theme_.quiet);
  if (s) {
    const auto when = [](const std::optional<live::Moment>& m) { return m ? format_jst(live::to_instant(*m)) + " JST" : std::string(); };
    line("feeds.report", when(s->times.report), overdue ? theme_.attention : theme_.quiet);
    line("feeds.arrival", s->times.arrival ? when(s->times.arrival) : word("feed.nothing"), theme_.quiet);
    std::string count = format_count(s->messages);
    if (s->repeats) count += " · " + word("feeds.repeats", {{"n", format_count(s->repeats)}});
    if (s->refused) count += " · " + word("feeds.refused", {{"n", format_count(s->refused)}});
    line("feeds.messages", count, theme_.quiet);
  }
  line("feeds.source", spec.address, theme_.quiet);
  for (const auto& g : gaps)
    if ((g.feed == spec.name || g.feed.empty()) && g.since && g.until)
      line("feeds.gap", format_jst(live::to_instant(*g.since)) + " – " + format_jst(live::to_instant(*g.until)) + " JST", theme_.attention);
  if (s && s->reason) line("feeds.error", s->reason->text(), wrong ? theme_.error : theme_.quiet);
  if (s && s->last_refused) line("feeds.error", s->last_refused->text(), theme_.attention);
  ImGui::PopStyleVar();
  ImGui::Dummy({0, u()});
}

// Which clock it is, and the way back to now; between the transport and the track. Returns the width it takes.
float Ui::clock_control(float x, const Rect& bar) {
  using Mode = live::Clock::Mode;
  const auto clock = engine_.clock();
  if (!clock.feeds) return 0;
  const bool narrow = bar.width() < 110 * u();
  const float width = std::round((narrow ? 14 : 18) * u()), edge = touch();
  // A journal has no clock of its own that would run: its end is the nearest to now that it has.
  std::vector<std::string> names{word(clock.journal ? "clock.end" : "clock.live"), word("clock.stopped")};
  int current = clock.mode == Mode::real ? 0 : 1;
  for (std::size_t i = 0; i < clock_speeds.size(); ++i) {
    names.push_back(word("clock.replay", {{"n", std::to_string(std::lround(clock_speeds[i]))}}));
    if (clock.mode == Mode::replayed && std::abs(clock.speed - clock_speeds[i]) < 0.5) current = static_cast<int>(i) + 2;
  }
  if (clock.mode == Mode::replayed && current == 1) {  // as `tenbo replay --speed` has it
    names.push_back(word("clock.replay", {{"n", std::to_string(std::lround(clock.speed))}}));
    current = static_cast<int>(names.size()) - 1;
  }
  ImGui::PushFont(fonts_.font(TextSize::detail));
  ImGui::SetCursorPos({x - bar.x0, 0.5f * u()});
  const int picked = choice("clock", names, current, width);
  ImGui::PopFont();
  if (picked == 0) engine_.set_clock(Mode::real);
  else if (picked == 1) engine_.set_clock(Mode::stopped);
  else if (picked >= 2 && picked < 2 + static_cast<int>(clock_speeds.size())) engine_.set_clock(Mode::replayed, clock_speeds[static_cast<std::size_t>(picked) - 2]);
  ImGui::SetCursorPos({x - bar.x0, bar.height() - edge - 0.5f * u()});
  const bool away = clock.mode != Mode::real && !clock.journal;
  if (away && text_button("to_now", word("clock.to_now"), true, width)) engine_.set_clock(Mode::real);
  return width + u();
}

}  // namespace tenbo::shell
