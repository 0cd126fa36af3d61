#pragma once
// How old what a layer shows is, and whether the next of it is overdue. Judged against the scene's time, so that a picture
// made twice is the same twice; in a window a layer declared live is judged against the clock.
#include <optional>
#include <string>

#include "tenbo/geo/instant.h"
#include "tenbo/live/feed.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::runtime {

struct Age {
  // Since it was issued, else since the moment it is valid for; absent: undated, or that is still to come. NaN: it has an age, and its source says nothing of it.
  std::optional<double> seconds;
  Freshness freshness = Freshness::undated;
};

// `expected_seconds`: between two issues, 0 = nobody said, and then nothing is called late. Older than one interval is late,
// older than two is stale.
Age age_of(std::optional<geo::Instant> issued, std::optional<geo::Instant> valid, std::optional<geo::Instant> now, double expected_seconds);

// "12 min", "3.5 h", "12 h", "2 d": rounded down, so that nothing looks older than it is; hours to a tenth below ten, so that what is
// due each three hours is not told to be late at "3 h".
std::string age_text(const TextTable* words, Language language, double seconds);
// What its chip says: "3 h old"; before it "LATE" or "STALE"; "age unknown". Empty without an age.
std::string age_chip(const TextTable* words, Language language, const Age& age);
// Of what a feed brings: that it is cut off, or that nothing has come although something should have. Empty where its age says it all.
std::string feed_chip(const TextTable* words, Language language, live::FeedState state, const Age& age);

}  // namespace tenbo::runtime
