#include "tenbo/live/alarm_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

namespace tenbo::live {
namespace {
std::vector<std::byte> bytes(std::string_view s) {
  std::vector<std::byte> out(s.size());
  std::ranges::copy(std::as_bytes(std::span(s)), out.begin());
  return out;
}
const std::string sound = "tenbo-alarm 1\nevent=raised\nsubject=threshold\nid=a|b\nat=2026-09-13T00:10:00Z\nlevel=3\n";

TEST(AlarmRecord, ComesBackAsItWasWritten) {
  AlarmRecord r{true, AlarmSubject::stale, "stale|川", "川", "two\nlines \\ and =", "River office", "当直 花子", {1'789'258'200'000}, 0};
  const auto back = read_alarm(write_alarm(r));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_TRUE(back->acknowledged);
  EXPECT_EQ(back->subject, AlarmSubject::stale);
  EXPECT_EQ(back->id, r.id);
  EXPECT_EQ(back->layer, r.layer);
  EXPECT_EQ(back->what, r.what);
  EXPECT_EQ(back->source, r.source);
  EXPECT_EQ(back->by, r.by);
  EXPECT_EQ(back->at, r.at);
  EXPECT_EQ(back->level, 0);
}

TEST(AlarmRecord, HasAPlaceAndBothLanguagesWhereTheyAreKnown) {
  AlarmRecord r;
  r.id = "a|b";
  r.what = "新町  警報";
  r.what_en = "Shinmachi  Warning";
  r.at = {1'789'258'200'000};
  r.level = 3;
  r.place = geo::GeoPoint{139.1, -35.123456789012345, 0};
  r.across = 4321.5;
  const auto back = read_alarm(write_alarm(r));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->what_en, r.what_en);
  ASSERT_TRUE(back->place);
  EXPECT_EQ(back->place->lon, 139.1);
  EXPECT_EQ(back->place->lat, -35.123456789012345);
  EXPECT_EQ(back->across, 4321.5);
  const auto none = read_alarm(bytes(sound + "lon=139\n"));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->place) << "half a place is none";
  for (const char* bad : {"lon=181\nlat=0\n", "lon=0\nlat=nan\n", "lon=0\nlat=-90.1\n", "lon=\nlat=0\n", "lon=1 \nlat=0\n", "across=-1\n", "across=inf\n"})
    EXPECT_FALSE(read_alarm(bytes(sound + bad))) << bad;
}

TEST(AlarmRecord, TheFormatIsWhatItsDescriptionSays) {
  const auto r = read_alarm(bytes(sound + "colour=later\nwhat=x\\ny\n"));
  ASSERT_TRUE(r) << r.error().text();
  EXPECT_FALSE(r->acknowledged);
  EXPECT_EQ(r->level, 3);
  EXPECT_EQ(geo::format_utc(r->at), "2026-09-13T00:10:00Z");
  EXPECT_EQ(r->what, "x\ny");
}

TEST(AlarmRecord, WhatIsBrokenIsRefused) {
  for (const std::string& bad : {std::string(), std::string("tenbo-alarm 2\n"), sound + "level=4\n", sound + "what=\\x\n", sound + "what\n", sound + "what=\xff\n",
                                 sound.substr(0, sound.size() - 8), std::string("tenbo-alarm 1\nevent=sung\n"), sound + "what=" + std::string(70'000, 'x') + "\n"})
    EXPECT_FALSE(read_alarm(bytes(bad))) << bad.substr(0, 100);
  auto no_level = sound;
  no_level.replace(no_level.find("level=3"), 7, "level=6");
  EXPECT_FALSE(read_alarm(bytes(no_level)));
}

TEST(AlarmRecord, StandsInAJournalAsAnEntryOfItsKind) {
  AlarmRecord r;
  r.id = "threshold|gauges|1";
  r.layer = "gauges";
  const auto e = alarm_entry(r, {1'789'258'200'000'000});
  EXPECT_EQ(e.kind, EntryKind::alarm);
  EXPECT_EQ(static_cast<int>(e.kind), 3);
  EXPECT_EQ(e.feed, "gauges");
  EXPECT_EQ(read_alarm(e.body)->id, r.id);
}

}  // namespace
}  // namespace tenbo::live
