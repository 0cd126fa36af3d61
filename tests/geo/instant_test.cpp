#include "tenbo/geo/instant.h"

#include <gtest/gtest.h>

#include <random>

#include "tool.h"

namespace tenbo::geo {
namespace {

TEST(Instant, AgreesWithGnuDate) {
  if (!test::have_tool("date")) GTEST_SKIP() << "date (coreutils) is not installed";
  std::mt19937 random(3);
  std::string input;
  std::vector<std::string> texts;
  const char* fixed[] = {"1970-01-01T00:00:00Z", "2000-02-29T23:59:59+09:00", "1900-03-01T00:00:00Z", "0001-01-01T00:00:00Z",
                         "9999-12-31T14:59:59Z", "2026-11-21T09:00:00+09:00", "1969-12-31T23:59:59-00:30", "2011-03-11T14:46:18+09:00"};
  for (const char* t : fixed) texts.push_back(t);
  for (int i = 0; i < 300; ++i) {
    char text[64];
    const int offset = static_cast<int>(random() % 1441) - 720;
    std::snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u%c%02d:%02d", unsigned(1 + random() % 9000), unsigned(1 + random() % 12),
                  unsigned(1 + random() % 28), unsigned(random() % 24), unsigned(random() % 60), unsigned(random() % 60),
                  offset < 0 ? '-' : '+', std::abs(offset) / 60, std::abs(offset) % 60);
    texts.push_back(text);
  }
  for (const auto& t : texts) input += t + "\n";
  const auto seconds = test::numbers(test::run_tool("date -u -f - +%s", input));
  const std::string utc = test::run_tool("date -u -f - +%Y-%m-%dT%H:%M:%SZ", input);
  ASSERT_EQ(seconds.size(), texts.size());
  std::istringstream lines(utc);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto t = parse_instant(texts[i]);
    ASSERT_TRUE(t.ok()) << texts[i] << " " << t.error().text();
    EXPECT_EQ(t->ms, static_cast<std::int64_t>(seconds[i][0]) * 1000) << texts[i];
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(format_utc(*t), line);
    EXPECT_EQ(parse_instant(format_offset(*t, jst_offset_minutes))->ms, t->ms);
  }
}

TEST(Instant, ReadsTheUsualForms) {
  const std::int64_t t = parse_instant("2026-11-21T00:00:00Z")->ms;
  for (const char* text : {"2026-11-21T09:00+09:00", "2026-11-21T09:00:00+0900", "2026-11-21T09:00:00+09", "2026-11-21 09:00:00+09:00",
                           "2026-11-20T24:00:00Z", "2026-11-20T23:59:60Z", "2026-11-21T00:00:00,000Z", "2026-11-20t21:30:00-02:30"})
    EXPECT_EQ(parse_instant(text)->ms, t) << text;
  EXPECT_EQ(parse_instant("2026-11-21T00:00:00.25Z")->ms, t + 250);
  EXPECT_EQ(parse_instant("2026-11-21T00:00:00.1234999Z")->ms, t + 123);
  EXPECT_EQ(parse_instant("2026-11-21T00:00:00.9995Z")->ms, t + 1000);
}

TEST(Instant, WritesWhatItReads) {
  EXPECT_EQ(format_utc({1}), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(format_utc({-1}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_offset({0}, jst_offset_minutes), "1970-01-01T09:00:00+09:00");
  EXPECT_EQ(format_offset({0}, -210), "1969-12-31T20:30:00-03:30");
}

TEST(Instant, RefusesTheRest) {
  for (const char* text : {"", "2026", "2026-11-21", "2026-11-21T09:00:00", "2026-11-21T09:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
                           "2100-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T24:00:01Z",
                           "2026-11-21T09:60:00Z", "2026-11-21T09:00:61Z", "2026-11-21T09:00:00.Z", "2026-11-21T09:00:00Z ", " 2026-11-21T09:00:00Z",
                           "2026-11-21T09:00:00+9:00", "2026-11-21T09:00:00+09:", "2026-11-21T09:00:00+09:60", "2026-11-21T09:00:00+24:00",
                           "2026-11-21T09:00:00JST", "26-11-21T09:00:00Z", "-2026-11-21T09:00:00Z", "20261121T090000Z", "now", "2026-11-21T0a:00:00Z",
                           "9999-12-31T23:59:59-09:00", "0000-01-01T00:00:00+09:00", "9999-12-31T24:00:00Z"}) {
    const auto t = parse_instant(text);
    ASSERT_FALSE(t.ok()) << text;
    EXPECT_EQ(t.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_NE(parse_instant("2026-11-21T09:00:00").error().message.find("no offset"), std::string::npos);
}

}  // namespace
}  // namespace tenbo::geo
