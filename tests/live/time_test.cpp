// The clock, freshness, and replay against it. Expected values follow from the definitions in the headers, by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "journal_support.h"
#include "tenbo/live/clock.h"
#include "tenbo/live/freshness.h"
#include "tenbo/live/replay.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;

TEST(Clock, RealReplayedAndStopped) {
  const Clock::Steady begun{};
  EXPECT_EQ(Clock::real().at({777}, begun + 5s).us, 777);
  EXPECT_EQ(Clock::stopped({42}).at({777}, begun + 5s).us, 42);
  const auto fast = Clock::replayed({1000}, 60, begun);
  EXPECT_EQ(fast.at({777}, begun).us, 1000);
  EXPECT_EQ(fast.at({777}, begun + 2s).us, 1000 + 120 * second_us);
  EXPECT_EQ(fast.at({777}, begun - 2s).us, 1000);
  for (const double odd : {0.0, -3.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(Clock::replayed({1000}, odd, begun).at({777}, begun + 9s).us, 1000) << odd;
  EXPECT_GT(Clock::replayed({1000}, 1e300, begun).at({777}, begun + 9s).us, 1000);
  const auto paused = fast.paused(begun + 1s);
  EXPECT_EQ(paused.at({777}, begun + 100s).us, 1000 + 60 * second_us);
  EXPECT_EQ(paused.resumed(2, begun + 100s).at({777}, begun + 101s).us, 1000 + 62 * second_us);
  EXPECT_LE(std::abs(Clock::real().now().us - machine_now().us), second_us);
  EXPECT_EQ(to_instant({-1}).ms, -1);
  EXPECT_EQ(to_instant(from_instant({1234})).ms, 1234);
}

TEST(FeedFreshness, StaleAtTwiceTheExpectedInterval) {
  FeedTimes t;
  t.begun = {0};
  t.expected_interval = 60;
  EXPECT_EQ(age_of(t, {60 * second_us}).freshness, Freshness::undated);
  EXPECT_EQ(age_of(t, {61 * second_us}).freshness, Freshness::late);
  EXPECT_EQ(age_of(t, {121 * second_us}).freshness, Freshness::stale);  // it has never said anything
  EXPECT_FALSE(age_of(t, {121 * second_us}).seconds);
  t.add({1000 * second_us}, Moment{990 * second_us});
  const auto at = [&](std::int64_t s) { return age_of(t, {s * second_us}); };
  EXPECT_EQ(at(1050).freshness, Freshness::fresh);
  EXPECT_EQ(*at(1050).seconds, 60);
  EXPECT_EQ(at(1051).freshness, Freshness::late);
  EXPECT_EQ(at(1110).freshness, Freshness::late);
  EXPECT_EQ(at(1111).freshness, Freshness::stale);
}

TEST(FeedFreshness, AFeedThatAnswersTheSameGoesStale) {
  FeedTimes t;
  t.expected_interval = 60;
  for (int s = 1000; s <= 1300; s += 10) t.add({s * second_us}, Moment{1000 * second_us});
  EXPECT_EQ(age_of(t, {1300 * second_us}).freshness, Freshness::stale);
  EXPECT_EQ(t.arrival->us, 1300 * second_us);
}

TEST(FeedFreshness, SilenceOrderAndTheFuture) {
  FeedTimes warnings;  // no expected interval
  EXPECT_EQ(age_of(warnings, {1'000'000 * second_us}).freshness, Freshness::undated);
  warnings.add({5 * second_us}, std::nullopt);
  EXPECT_EQ(age_of(warnings, {1'000'000 * second_us}).freshness, Freshness::fresh);
  FeedTimes t;
  t.expected_interval = 60;
  t.add({1000 * second_us}, Moment{995 * second_us});
  t.add({1001 * second_us}, Moment{400 * second_us});  // an old one on a slow way
  EXPECT_EQ(*age_of(t, {1010 * second_us}).seconds, 15);
  t.add({1002 * second_us}, Moment{99'999 * second_us});
  EXPECT_EQ(*age_of(t, {1010 * second_us}).seconds, 8);
  EXPECT_EQ(*age_of(t, {0}).seconds, 0);  // the clock was set back
}

TEST(Replay, TheSameAtAnySpeed) {
  const Scratch s;
  std::int64_t at = 0;
  {
    JournalOptions o;
    o.file_bytes = 40'000;
    o.groups = {{"b", "g"}, {"c", "g"}};
    auto j = Journal::open(s.path / "j", o);
    ASSERT_TRUE(j.ok());
    for (int i = 0; i < 200; ++i) {
      at += i % 5 == 0 ? 0 : 1'000'000;
      const char* feed = i % 4 == 0 ? "a" : i % 2 == 1 ? "b" : "c";
      const std::string source = std::to_string(i % 3);
      const std::string body = i % 4 == 2 ? std::to_string(i - 1) : std::to_string(i);  // c repeats b
      ASSERT_TRUE((*j)->append(message(feed, body + std::string(500, '.'), at, source)));
      if (i % 30 == 29) {
        ASSERT_TRUE((*j)->flush(5s));
      }
    }
  }
  const auto numbers = [](const std::vector<Entry>& entries) {
    std::vector<std::uint64_t> out;
    for (const auto& e : entries) out.push_back(e.number);
    return out;
  };
  const auto play = [&](std::int64_t step, std::size_t most, std::int64_t end) {
    auto r = Replay::open(s.path / "j");
    EXPECT_TRUE(r.ok());
    std::vector<std::uint64_t> out;
    for (std::int64_t now = 0;; now = std::min(end, now + step)) {
      for (auto part = r->until({now}, most); !part.empty(); part = r->until({now}, most))
        for (const auto& e : part) {
          EXPECT_LE(e.at.us, now);
          out.push_back(e.number);
        }
      if (now == end) return out;
    }
  };
  const std::int64_t end = at * 2 / 3;
  const auto once = play(end, 1000, end);
  ASSERT_FALSE(once.empty());
  for (const auto number : once) EXPECT_NE((number - 1) % 4, 2u);  // repeats are left out
  for (const std::int64_t step : {999'999, 1'000'000, 7'300'000}) EXPECT_EQ(play(step, 3, end), once) << step;
  // back and on again
  auto r = Replay::open(s.path / "j");
  (void)r->until({at});
  r->seek({0});
  EXPECT_EQ(numbers(r->until({end})), once);
  r->seek({end / 2});
  const auto second_half = r->until({end});
  for (const auto& e : second_half) EXPECT_GE(e.at.us, end / 2);
  EXPECT_TRUE(std::equal(second_half.begin(), second_half.end(), once.end() - static_cast<std::ptrdiff_t>(second_half.size()),
                         [](const Entry& e, std::uint64_t n) { return e.number == n; }));
  // from T to T, by feed, and states
  ReplayOptions part;
  part.feeds = {"a"};
  part.from = Moment{20'000'000};
  part.to = Moment{40'000'000};
  auto some = Replay::open(s.path / "j", part);
  const auto entries = some->until({at});
  EXPECT_FALSE(entries.empty());
  for (const auto& e : entries) {
    EXPECT_EQ(e.feed, "a");
    EXPECT_GE(e.at.us, 20'000'000);
    EXPECT_LE(e.at.us, 40'000'000);
  }
  const auto latest = r->latest({end});
  EXPECT_EQ(latest.size(), 6u);  // a and b with three sources each; c only repeats
  for (const auto& e : latest)
    for (const auto& o : all(s.path / "j")) {
      const bool earlier = o.number <= e.number || o.feed != e.feed || o.source != e.source || o.at.us > end;
      EXPECT_TRUE(earlier) << o.number;
    }
}
