#include "tenbo/runtime/freshness.h"

#include <cmath>

#include "words.h"

namespace tenbo::runtime {

Age age_of(std::optional<geo::Instant> issued, std::optional<geo::Instant> valid, std::optional<geo::Instant> now, double expected_seconds) {
  const auto since = issued ? issued : valid;
  Age out;
  if (!since) return out;
  out.freshness = Freshness::fresh;
  if (!now || *now < *since) return out;
  out.seconds = (static_cast<double>(now->ms) - static_cast<double>(since->ms)) / 1000;
  if (!(expected_seconds > 0)) return out;
  if (*out.seconds > 2 * expected_seconds) out.freshness = Freshness::stale;
  else if (*out.seconds > expected_seconds) out.freshness = Freshness::late;
  return out;
}

std::string age_text(const TextTable* words, Language language, double seconds) {
  const double s = std::isfinite(seconds) ? std::max(0.0, seconds) : 0;
  const auto in = [&](const char* key, double unit) { return hud::say(words, language, key, {{"n", std::to_string(static_cast<long long>(s / unit))}}); };
  if (s < 60) return in("age.seconds", 1);
  if (s < 3600) return in("age.minutes", 60);
  // Two units, each cut off: what is due each three hours and 3 h 4 min old is overdue, and both numbers say so.
  const auto both = [&](const char* key, const char* one, double unit, double part) {
    const auto whole = static_cast<long long>(s / unit), rest = static_cast<long long>((s - static_cast<double>(whole) * unit) / part);
    return rest == 0 ? in(one, unit) : hud::say(words, language, key, {{"whole", std::to_string(whole)}, {"n", std::to_string(rest)}});
  };
  if (s < 48 * 3600) return both("age.hours_minutes", "age.hours", 3600, 60);
  if (s < 10 * 86400) return both("age.days_hours", "age.days", 86400, 3600);
  return in("age.days", 86400);
}

std::string age_chip(const TextTable* words, Language language, const Age& age) {
  if (!age.seconds) return {};
  if (std::isnan(*age.seconds)) return hud::say(words, language, "age.unknown");
  const std::string text = age_text(words, language, *age.seconds);
  if (age.freshness == Freshness::late) return hud::say(words, language, "age.late", {{"age", text}});
  if (age.freshness == Freshness::stale) return hud::say(words, language, "age.stale", {{"age", text}});
  return hud::say(words, language, "age.old", {{"age", text}});
}

std::string feed_chip(const TextTable* words, Language language, live::FeedState state, const Age& age) {
  const std::string text = age.seconds ? hud::say(words, language, "age.old", {{"age", age_text(words, language, *age.seconds)}}) : hud::say(words, language, "feed.nothing");
  if (state == live::FeedState::refused) return hud::say(words, language, "feed.refused", {{"age", text}});
  if (state == live::FeedState::offline) return hud::say(words, language, "feed.offline", {{"age", text}});
  return !age.seconds && (age.freshness == Freshness::late || age.freshness == Freshness::stale) ? text : std::string();
}

}  // namespace tenbo::runtime
