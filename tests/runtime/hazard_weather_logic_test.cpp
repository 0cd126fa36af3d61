// What the weather plugin makes of messages, without a host. Expectations of the Agency's samples are counted in their raw text, or
// read off it by hand; messages of the test's own hold what the samples do not.
#include <gmock/gmock.h>

#include <map>

#include "../../plugins/common/cap.h"
#include "../../plugins/hazard_weather/weather.h"
#include "hazard_reports.h"

namespace tenbo::runtime {
namespace {
using hazard::AreaIndex;
using hazard::AreaKind;
using hazard::Publication;
using hazard::Rank;
using hazard::Report;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const auto* const outlines = reinterpret_cast<const tenbo_reader_vector*>(&raw_text);  // a mark, never looked into

class HazardWeatherLogic : public HazardReports {
 protected:
  // By area's code, the kinds in force, from the raw text: the part before LastKind of each item of the municipalities' group.
  static std::map<std::string, std::vector<std::string>> in_force(const std::string& xml) {
    std::map<std::string, std::vector<std::string>> out;
    const std::string group = between(xml, "<Warning type=\"気象警報・注意報（市町村等）\">", "</Warning>");
    for (const auto& item : cut(group, "<Item>")) {
      auto& kinds = out[between(between(item, "<Area>", "</Area>"), "<Code>", "</Code>")];
      for (auto kind : cut(item, "<Kind>")) {
        kind = kind.substr(0, kind.find("</Kind>"));
        if (between(kind, "<Status>", "</Status>") == "解除") continue;
        kind = kind.substr(0, kind.find("<LastKind>"));
        if (const auto name = between(kind, "<Name>", "</Name>"); !name.empty()) kinds.push_back(name);
      }
    }
    return out;
  }
  static Publication publish(const std::vector<const Report*>& reports, const AreaIndex& areas = {}) { return weather::publication(reports, areas, AreaKind::municipality); }
  Report rain(const std::string& kinds, const std::string& time = "2026-11-21T09:00:00+09:00", const std::string& info = "発表", const std::string& status = "通常") {
    OwnMessage m{"気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報", own_warning(own_item(kinds, "展望市", "9920100"))};
    m.time = time;
    m.info = info;
    m.status = status;
    return read(m.xml());
  }
};

TEST_F(HazardWeatherLogic, TimesAndTitles) {
  EXPECT_EQ(hazard::time_of("1970-01-01T09:00:00+09:00"), 0);
  EXPECT_EQ(hazard::time_of("2024-11-02T02:19:27Z"), 1730513967000);  // date -u -d 2024-11-02T02:19:27Z +%s
  EXPECT_EQ(hazard::time_of("2024-11-02T02:19:27.5Z"), 1730513967000);
  EXPECT_EQ(hazard::time_of("2024-11-02"), std::nullopt);
  EXPECT_EQ(hazard::time_of("2024-11-02T02:19:27+9"), std::nullopt);
  EXPECT_EQ(hazard::japan_time(1730513967000), "2024-11-02 11:19");
  EXPECT_EQ(hazard::japan_time(*hazard::time_of("2026-12-31T23:59:00+09:00")), "2026-12-31 23:59");
  EXPECT_EQ(hazard::area_of_title("島根県大雨警報・注意報"), "島根県");
  EXPECT_EQ(hazard::area_of_title("宗谷地方雷・融雪・濃霧・乾燥・なだれ・低温・霜・着雪・着氷注意報"), "宗谷地方");
  EXPECT_EQ(hazard::area_of_title("気象警報"), "");
}

TEST_F(HazardWeatherLogic, RanksAreWhatKindsAreCalled) {
  EXPECT_EQ(hazard::rank_of("レベル５大雨特別警報"), Rank::emergency);
  EXPECT_EQ(hazard::rank_of("レベル４高潮危険警報"), Rank::danger);
  EXPECT_EQ(hazard::rank_of("レベル３大雨警報"), Rank::warning);
  EXPECT_EQ(hazard::rank_of("レベル2大雨注意報"), Rank::advisory);
  EXPECT_EQ(hazard::rank_of("大雪特別警報"), Rank::emergency);
  EXPECT_EQ(hazard::rank_of("暴風警報"), Rank::warning);
  EXPECT_EQ(hazard::rank_of("なだれ注意報"), Rank::advisory);
  EXPECT_EQ(hazard::rank_of("警戒"), Rank::danger);
  EXPECT_EQ(hazard::rank_of("解除"), Rank::none);
  EXPECT_EQ(hazard::rank_of("未知の情報"), Rank::unknown);
}

TEST_F(HazardWeatherLogic, CodesFindOutlines) {
  // 松江市 with its check digit (322016), 横浜市's wards 14101 and 14118, 川崎市's 14131, 稚内市 as a spreadsheet leaves it, a part.
  const AreaIndex index({"322016", "14101", "14118", "14131", "1214", "1415011", "14150", "13101"}, outlines);
  EXPECT_THAT(index.find("3220100").rows, ElementsAre(0));
  EXPECT_THAT(index.find("1410000").rows, ElementsAre(1, 2));
  EXPECT_FALSE(index.find("1410000").wider);
  EXPECT_TRUE(index.find("1410011").wider);  // 横浜市北部
  EXPECT_THAT(index.find("1413000").rows, ElementsAre(3));
  EXPECT_THAT(index.find("0121400").rows, ElementsAre(4));
  EXPECT_THAT(index.find("1415011").rows, ElementsAre(5));
  EXPECT_FALSE(index.find("1415011").wider);
  EXPECT_THAT(index.find("1415012").rows, ElementsAre(6));
  EXPECT_TRUE(index.find("1310000").rows.empty());  // no designated city
  EXPECT_TRUE(index.find("9999900").rows.empty());
  EXPECT_TRUE(AreaIndex().find("3220100").rows.empty());
}

TEST_F(HazardWeatherLogic, EverySampleGivesItsMunicipalitiesTheirHighestLevel) {
  std::size_t samples = 0;
  for (const char* name : {"15_11_01_150916_VPWW54", "15_12_01_161130_VPWW54", "15_17_01_250123_VPWW54", "15_16_03_241226_VPWW55", "15_17_01_250630_VPWW55", "15_16_01_241031_VPWW56",
                           "15_17_01_250630_VPWW56", "15_16_02_241031_VPWW57", "15_16_08_241226_VPWW57", "15_16_04_241226_VPWW58", "15_16_05_241226_VPWW59", "15_16_06_241226_VPWW60",
                           "15_16_07_241226_VPWW61"}) {
    const auto file = sample(std::string(name) + ".xml");
    if (!std::filesystem::exists(file)) continue;
    ++samples;
    const auto expected = in_force(raw_text(file));
    ASSERT_GT(expected.size(), 3u) << name;
    const auto r = report_of(file);
    EXPECT_FALSE(weather::key_of(r).empty());
    const auto p = publish({&r});
    for (const auto& [code, kinds] : expected) {
      const auto row = p.row(code);
      if (kinds.empty() && !row) continue;
      ASSERT_TRUE(row) << name << " " << code;
      EXPECT_EQ(p.text(*row, "in_force_count"), std::to_string(kinds.size())) << name << " " << code;
      int level = 0;
      for (const auto& k : kinds) {
        EXPECT_THAT(p.text(*row, "in_force"), HasSubstr(k));
        level = std::max(level, k.find("特別警報") != std::string::npos ? 5 : k.find("危険警報") != std::string::npos ? 4 : k.find("警報") != std::string::npos ? 3 : 2);
      }
      EXPECT_EQ(p.text(*row, "level"), std::to_string(level)) << name << " " << code;
    }
    EXPECT_THAT(p.warnings(), ElementsAre(HasSubstr("no outline")));
    EXPECT_TRUE(p.notes().empty());
  }
  if (samples == 0) GTEST_SKIP() << "no samples in " << sample("");
  EXPECT_EQ(samples, 13u);
}

TEST_F(HazardWeatherLogic, OneSampleByHand) {
  const auto file = sample("15_17_01_250630_VPWW55.xml");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto r = report_of(file);
  EXPECT_EQ(weather::key_of(r), "VPWW55|0|島根県");
  const AreaIndex index({"32201", "32525", "32528", "32343"}, outlines);
  auto p = publish({&r}, index);
  EXPECT_EQ(p.issue_time, *hazard::time_of("2024-11-02T11:19:00+09:00"));
  EXPECT_EQ(p.source, "松江地方気象台");
  EXPECT_EQ(p.headline, "東部、西部では、低い土地の浸水や河川の増水に警戒して下さい。");
  EXPECT_EQ(p.text(*p.row("3220100"), "in_force"), "レベル３大雨警報");
  EXPECT_EQ(p.text(*p.row("3220100"), "class"), "レベル３・警報");
  EXPECT_EQ(p.text(*p.row("3234300"), "level"), "2");
  EXPECT_EQ(p.text(*p.row("3252800"), "level"), "0");
  EXPECT_EQ(p.text(*p.row("3252800"), "lifted"), "レベル２大雨注意報");
  EXPECT_EQ(p.text(*p.row("3252500"), "in_force"), "発表なし");
  std::size_t drawn = 0;
  for (const auto& s : p.shapes()) {
    drawn += s.kind == TENBO_SHAPE_AREA;
    EXPECT_EQ(s.span.from, r.time);
    EXPECT_FALSE(s.span.until);
  }
  EXPECT_EQ(drawn, 4u);
  const auto& shapes = p.finish();
  EXPECT_EQ(shapes.shape_count, p.rows());
  EXPECT_EQ(shapes.class_count, 6u);
  EXPECT_EQ(shapes.classes[1].colour[0], 0xaa);
}

TEST_F(HazardWeatherLogic, AllOfAnAreaCountAndTheLossyCopyIsLeftOut) {
  const auto rain = this->rain(own_kind("レベル２大雨注意報"));
  const auto old = read(OwnMessage{"気象警報・注意報（Ｈ２７）", "展望県気象警報・注意報",
                                   own_warning(own_item(own_kind("大雨警報") + own_kind("暴風警報") + own_kind("洪水注意報") + own_kind("雷注意報", "解除"), "展望市", "9920100"))}.xml());
  EXPECT_NE(weather::key_of(rain), weather::key_of(old));
  const auto p = publish({&old, &rain});
  ASSERT_EQ(p.rows(), 1u);
  EXPECT_EQ(p.text(0, "in_force"), "暴風警報、洪水注意報、レベル２大雨注意報");
  EXPECT_EQ(p.text(0, "lifted"), "雷注意報");
  EXPECT_EQ(p.text(0, "level"), "3");
  EXPECT_THAT(p.warnings(), ElementsAre(HasSubstr("no outline"), HasSubstr("1 warnings of VPWW54")));
}

TEST_F(HazardWeatherLogic, CancelledCorrectedAndDrills) {
  auto before = std::make_shared<Report>(rain(own_kind("レベル３大雨警報")));
  auto corrected = rain(own_kind("レベル４大雨危険警報", "継続"), "2026-11-21T09:05:00+09:00", "訂正");
  corrected.replaced = before;
  EXPECT_EQ(weather::key_of(corrected), weather::key_of(*before));
  auto p = publish({&corrected});
  EXPECT_THAT(p.notes(), ElementsAre("訂正: 展望県大雨警報・注意報, 2026-11-21 09:05: 展望市: レベル３大雨警報 → レベル４大雨危険警報 / "
                                     "Corrected: 展望県大雨警報・注意報, 2026-11-21 09:05: 展望市: レベル３大雨警報 → レベル４大雨危険警報"));
  EXPECT_EQ(p.text(0, "level"), "4");

  const auto cancelled = rain("", "2026-11-21T09:10:00+09:00", "取消");
  EXPECT_EQ(weather::key_of(cancelled), weather::key_of(*before));
  p = publish({&cancelled});
  EXPECT_EQ(p.rows(), 0u);
  EXPECT_TRUE(p.shapes().empty());
  EXPECT_THAT(p.notes(), ElementsAre(HasSubstr("取消: 展望県大雨警報・注意報")));

  const auto drill = rain(own_kind("レベル５大雨特別警報"), "2026-11-21T09:20:00+09:00", "発表", "訓練");
  EXPECT_NE(weather::key_of(drill), weather::key_of(*before));  // a drill replaces nothing that is real
  p = publish({&drill});
  EXPECT_EQ(p.status, TENBO_STATUS_EXERCISE);
  EXPECT_EQ(p.text(0, "in_force"), "【訓練】レベル５大雨特別警報");
  EXPECT_EQ(publish({before.get()}).status, TENBO_STATUS_ACTUAL);
  const auto test = rain(own_kind("レベル５大雨特別警報"), "2026-11-21T09:20:00+09:00", "発表", "試験");
  EXPECT_EQ(publish({&test}).status, TENBO_STATUS_TEST);
}

TEST_F(HazardWeatherLogic, WhatAnAreaHadBeforeIsWhatMessagesSay) {
  const auto before_of = [](const std::vector<const Report*>& reports) {
    const auto p = publish(reports);
    return p.text(0, "class_before") + "|" + p.text(0, "level_before");
  };
  const auto first = rain(own_kind("レベル３大雨警報"));
  EXPECT_EQ(before_of({&first}), "|");  // 発表 alone does not say what it came in the place of
  const auto goes_on = rain(own_kind("レベル３大雨警報", "継続"));
  EXPECT_EQ(before_of({&goes_on}), "レベル３・警報|3");
  const auto lowered = rain(own_kind("大雨注意報", "警報から注意報"));
  EXPECT_EQ(before_of({&lowered}), "レベル３・警報|3");
  auto raised = rain(own_kind("レベル４大雨危険警報"), "2026-11-21T09:05:00+09:00");
  raised.before = std::make_shared<Report>(first);
  EXPECT_EQ(before_of({&raised}), "レベル３・警報|3");
  auto came = rain(own_kind("レベル２大雨注意報"), "2026-11-21T09:05:00+09:00");
  came.before = std::make_shared<Report>(rain(own_kind("レベル２大雨注意報", "解除")));
  EXPECT_EQ(before_of({&came}), "発表なし|0");
  // What another telegram says of the same area goes on while this one changes.
  OwnMessage m{"気象警報・注意報（Ｒ０６）（暴風）", "展望県暴風警報・注意報", own_warning(own_item(own_kind("暴風警報"), "展望市", "9920100"))};
  m.time = "2026-11-21T08:00:00+09:00";
  const auto wind = read(m.xml());
  EXPECT_EQ(before_of({&wind, &came}), "レベル３・警報|3");
}

TEST_F(HazardWeatherLogic, WhatHasExpiredIsNotInForceAndTheUnknownIsSaid) {
  OwnMessage m{"気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報", own_warning(own_item(own_kind("レベル４大雨危険警報"), "展望市", "9920100"))};
  m.valid_until = "2026-11-21T12:00:00+09:00";
  const auto until_noon = read(m.xml());
  const auto wind = read(OwnMessage{"気象警報・注意報（Ｒ０６）（暴風）", "展望県暴風警報・注意報", own_warning(own_item(own_kind("強風注意報"), "展望市", "9920100"))}.xml());
  const auto p = publish({&until_noon, &wind}, AreaIndex({"99201"}, outlines));
  ASSERT_EQ(p.shapes().size(), 2u);
  const auto noon = *hazard::time_of("2026-11-21T12:00:00+09:00");
  EXPECT_EQ(p.shapes()[0].span.until, noon);
  EXPECT_EQ(p.classes()[p.shapes()[0].shape_class].level, 4);
  EXPECT_EQ(p.shapes()[1].span.from, noon);
  EXPECT_EQ(p.classes()[p.shapes()[1].shape_class].level, 2);

  const auto strange = rain(own_kind("謎の情報"));
  const auto q = publish({&strange});
  EXPECT_TRUE(q.classes()[q.shapes()[0].shape_class].hatched);
  EXPECT_EQ(q.text(0, "level"), "");
  EXPECT_THAT(q.warnings().back(), HasSubstr("謎の情報"));
}

class HazardCapLogic : public HazardWeatherLogic {
 protected:
  Report alert(const std::string& id, const std::string& type, const std::string& references = "", const std::string& status = "Actual", const std::string& more = "") {
    return read("<?xml version=\"1.0\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>" + id + "</identifier><sender>office@tenbo</sender><sent>2026-11-21T09:00:00+09:00</sent><status>" +
                status + "</status><msgType>" + type + "</msgType><scope>Public</scope><references>" + references +
                "</references><info><language>en-US</language><category>Met</category><event>Storm</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>"
                "<expires>2026-11-21T15:00:00+09:00</expires>" + more + "<area><areaDesc>Bay</areaDesc><circle>34.4,138.45 10</circle></area></info>"
                "<info><language>ja-JP</language><category>Met</category><event>暴風</event><urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>"
                "<area><areaDesc>湾</areaDesc><circle>34.4,138.45 10</circle></area></info></alert>");
  }
};

TEST_F(HazardCapLogic, AlertsAreShownUntilTheyExpireAndInOneLanguage) {
  const auto a = alert("A", "Alert");
  const auto p = publish({&a});
  ASSERT_EQ(p.rows(), 1u);
  EXPECT_EQ(p.text(0, "name"), "湾");
  EXPECT_EQ(p.text(0, "in_force"), "暴風");
  ASSERT_EQ(p.shapes().size(), 1u);
  EXPECT_EQ(p.shapes()[0].kind, TENBO_SHAPE_AREA);
  EXPECT_EQ(p.classes()[p.shapes()[0].shape_class].level, 4);
  EXPECT_EQ(p.shapes()[0].span.from, a.time);
}

TEST_F(HazardCapLogic, UpdatesAndCancellationsEndWhatTheyReferTo) {
  const auto a = alert("A", "Alert"), b = alert("B", "Update", "office@tenbo,A,2026-11-21T09:00:00+09:00"), c = alert("C", "Cancel", "office@tenbo,B,2026-11-21T00:00:00-00:00");
  EXPECT_THAT(hazard::caps_in_force({&a}), ElementsAre(&a));
  EXPECT_THAT(hazard::caps_in_force({&a, &b}), ElementsAre(&b));
  EXPECT_TRUE(hazard::caps_in_force({&c, &b, &a}).empty());
  EXPECT_THAT(publish({&a, &b}).notes(), ElementsAre(HasSubstr("Updated (CAP)")));
  const auto p = publish({&a, &b, &c});
  EXPECT_TRUE(p.shapes().empty());
  EXPECT_THAT(p.notes(), ElementsAre(HasSubstr("Cancelled (CAP), 2026-11-21 09:00: office@tenbo,B")));
  EXPECT_FALSE(weather::key_of(c).empty());
  const auto drill = alert("D", "Cancel", "office@tenbo,A,2026-11-21T09:00:00+09:00", "Exercise");
  EXPECT_THAT(hazard::caps_in_force({&a, &drill}), ElementsAre(&a));  // an exercise ends nothing that is real
  const auto exercise = alert("E", "Alert", "", "Exercise"), draft = alert("F", "Alert", "", "Draft");
  EXPECT_EQ(publish({&exercise}).status, TENBO_STATUS_EXERCISE);
  EXPECT_EQ(publish({&draft}).status, TENBO_STATUS_TEST);
  EXPECT_EQ(publish({&exercise}).text(0, "in_force"), "【Exercise】暴風");
}

TEST_F(HazardCapLogic, RealAlerts) {
  const auto folder = std::filesystem::path(TENBO_SHARED_DATA) / "weather-a/cap";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  const auto canada = report_of(folder / "canada.cap"), australia = report_of(folder / "australia.cap"), earthquake = report_of(folder / "earthquake.cap"), noaa = report_of(folder / "noaa_errors.cap");
  // By hand: canada.cap is an Update of two others with responseType AllClear and severity Minor, in English and French.
  const auto p = publish({&canada});
  ASSERT_GT(p.rows(), 0u);
  EXPECT_EQ(p.text(0, "response"), "AllClear");
  EXPECT_EQ(p.classes()[p.shapes()[0].shape_class].level, 0);
  for (std::uint32_t i = 0; i < p.rows(); ++i) EXPECT_EQ(p.text(i, "in_force"), "thunderstorm");
  EXPECT_TRUE(weather::key_of(earthquake).empty());  // category Geo
  EXPECT_FALSE(weather::key_of(australia).empty());
  const auto q = publish({&noaa});  // severity is empty there
  ASSERT_FALSE(q.shapes().empty());
  EXPECT_TRUE(q.classes()[q.shapes()[0].shape_class].hatched);
}

}  // namespace
}  // namespace tenbo::runtime
