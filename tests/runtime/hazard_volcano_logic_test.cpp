// What the volcano plugin makes of messages, without a host. Expectations of the Agency's samples are read off their raw text.
#include <gmock/gmock.h>

#include <map>

#include "../../plugins/hazard_volcano/volcano.h"
#include "hazard_reports.h"

namespace tenbo::runtime {
namespace {
using hazard::AreaIndex;
using hazard::Report;
using hazard::time_of;
using volcano::Ash;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const auto* const outlines = reinterpret_cast<const tenbo_reader_vector*>(&raw_text);  // a mark, never looked into

class HazardVolcanoLogic : public HazardReports {
 protected:
  static std::string warning(int level, const std::string& kind, const std::string& town_kind, const std::string& condition) {
    static const char* wide[]{"", "１", "２", "３", "４", "５"};
    return "<VolcanoInfo type=\"噴火警報・予報（対象火山）\"><Item><Kind><Name>レベル" + std::string(wide[level]) + "（" + kind + "）</Name><Code>1</Code><Condition>引上げ</Condition></Kind>"
           "<Areas codeType=\"火山名\"><Area><Name>展望岳</Name><Code>999</Code><Coordinate>+3624.38+13831.38+2568/</Coordinate></Area></Areas></Item></VolcanoInfo>"
           "<VolcanoInfo type=\"噴火警報・予報（対象市町村等）\"><Item><Kind><Name>" + town_kind + "</Name><Code>2</Code><Condition>" + condition + "</Condition></Kind>"
           "<Areas codeType=\"x\"><Area><Name>展望市</Name><Code>9920100</Code></Area></Areas></Item></VolcanoInfo>";
  }
  Report asama(int level, const std::string& time, const std::string& info = "発表", const std::string& status = "通常") {
    OwnMessage m{"噴火警報・予報", "火山名　展望岳　噴火警報", level > 1 ? warning(level, "入山規制", "火口周辺警報", "発表") : warning(level, "活火山であることに留意", "噴火予報：警報解除", "解除")};
    m.event = "999";
    m.time = time;
    m.info = info;
    m.status = status;
    return read(m.xml());
  }
};

TEST_F(HazardVolcanoLogic, LevelsOfARealWarning) {
  const auto file = sample("45_01_01_200522_VFVO50.xml");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto r = report_of(file);
  EXPECT_EQ(volcano::key_of(r), "VFVO50|0|306");
  auto p = volcano::publication({&r}, AreaIndex({"10425", "20208", "20321"}, outlines));
  // By hand: 浅間山 at level 3, raised from 1; 嬬恋村, 小諸市, 軽井沢町, 御代田町.
  const auto row = p.row("306");
  ASSERT_TRUE(row);
  EXPECT_EQ(p.text(*row, "level"), "3");
  EXPECT_EQ(p.text(*row, "in_force"), "レベル３（入山規制）");
  EXPECT_EQ(p.text(*row, "condition"), "引上げ");
  EXPECT_EQ(p.text(*row, "last_kind"), "レベル１（活火山であることに留意）");
  const auto& point = p.shapes().back();
  ASSERT_EQ(point.kind, TENBO_SHAPE_POINT);
  EXPECT_NEAR(point.lon_lat[0], 138 + 31.38 / 60, 1e-9);
  EXPECT_NEAR(point.lon_lat[1], 36 + 24.38 / 60, 1e-9);
  EXPECT_EQ(point.label, "浅間山 レベル3 / 浅間山 level 3");
  EXPECT_EQ(p.classes()[point.shape_class].level, 3);
  EXPECT_EQ(p.text(*p.row("1042500"), "in_force"), "浅間山: 火口周辺警報");
  EXPECT_EQ(p.text(*p.row("1042500"), "measures"), "浅間山: 火口周辺警報：入山規制等");
  std::size_t drawn = 0;
  for (const auto& s : p.shapes()) drawn += s.kind == TENBO_SHAPE_AREA && p.classes()[s.shape_class].level == 3;
  EXPECT_EQ(drawn, 3u);
  EXPECT_THAT(p.warnings(), ElementsAre(HasSubstr("1 municipalities are not among")));
  EXPECT_EQ(p.finish().shape_count, 5u);
}

TEST_F(HazardVolcanoLogic, AWarningLiftedColoursNothing) {
  const auto file = sample("45_03_01_200731_VFVO50.xml");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const auto r = report_of(file);
  const auto p = volcano::publication({&r}, AreaIndex({"10425", "10426", "10421"}, outlines));
  for (const auto& s : p.shapes()) EXPECT_NE(s.kind, TENBO_SHAPE_AREA);
  EXPECT_EQ(p.text(*p.row("350"), "level"), "1");
  EXPECT_EQ(p.text(*p.row("1042600"), "class"), "発表なし");
}

TEST_F(HazardVolcanoLogic, AshByTime) {
  const auto regular = sample("66_01_01_210517_VFVO53.xml"), detailed = sample("66_01_03_210514_VFVO55.xml"), first = sample("66_01_02_210514_VFVO54.xml");
  if (!std::filesystem::exists(regular)) GTEST_SKIP() << "no " << regular;
  {
    const auto xml = raw_text(regular);
    const auto infos = cut(xml, "<AshInfo type");
    ASSERT_EQ(infos.size(), 6u);
    const auto r = report_of(regular);
    const auto p = volcano::publication({&r}, {});
    std::map<std::pair<tenbo_time, tenbo_time>, std::size_t> expected, found;
    for (const auto& info : infos)
      expected[{*time_of(between(info, "<StartTime>", "</StartTime>")), *time_of(between(info, "<EndTime>", "</EndTime>"))}] = cut(info.substr(0, info.find("</AshInfo>")), "<Item>").size();
    for (const auto& s : p.shapes())
      if (s.kind == TENBO_SHAPE_AREA) ++found[{*s.span.from, *s.span.until}];
    EXPECT_EQ(found, expected);
    EXPECT_EQ(p.text(*p.row("VFVO53 506 1"), "distance").substr(0, 1), between(infos[0], "km\">", "<").substr(0, 1));
  }
  const auto r = report_of(detailed), quick = report_of(first);
  const auto p = volcano::publication({&quick, &r}, {});
  // By hand: six forecasts from 12:31, to 14:00, 15:00 ... 19:00, each of light and of moderate ash.
  std::map<tenbo_time, std::size_t> from;
  for (const auto& s : p.shapes())
    if (s.kind == TENBO_SHAPE_AREA) ++from[*s.span.from];
  ASSERT_EQ(from.size(), 6u);
  EXPECT_EQ(from.begin()->first, *time_of("2021-05-14T12:31:00+09:00"));
  EXPECT_EQ(std::next(from.begin())->first, *time_of("2021-05-14T14:00:00+09:00"));
  EXPECT_FALSE(p.row("VFVO54 506 1"));  // the detailed forecast takes its place
  const auto ash = p.row("VFVO55 506 1");
  ASSERT_TRUE(ash);
  EXPECT_EQ(p.text(*ash, "class"), "降灰 少量（0.1 mm 未満）");
  EXPECT_EQ(p.text(*ash, "areas"), "鹿児島県鹿児島市、鹿児島県日置市");
  // The volcano: 噴煙 2200 m above the crater, 10700 FT above the sea, 直上.
  const auto row = p.row("506");
  ASSERT_TRUE(row);
  EXPECT_EQ(p.text(*row, "plume_above_crater"), "2200 m");
  EXPECT_EQ(p.text(*row, "plume_above_sea"), "10700 FT");
  EXPECT_EQ(p.text(*row, "plume_direction"), "直上");
  EXPECT_TRUE(p.classes()[p.shapes()[p.shapes().size() - 2].shape_class].hatched);  // its level is not in these messages
  EXPECT_EQ(p.shapes().back().kind, TENBO_SHAPE_COLUMN);  // its plume, of 2,200 m above the crater as the text says
  const auto alone = volcano::publication({&quick}, {});
  EXPECT_TRUE(alone.row("VFVO54 506 3"));  // light, moderate, and small stones
  EXPECT_FALSE(alone.row("VFVO54 506 4"));
}

TEST_F(HazardVolcanoLogic, EruptionNoticesAndTheirCorrection) {
  const auto file = sample("67_01_01_140927_VFVO56.xml");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  auto before = std::make_shared<Report>(report_of(file));
  auto corrected = report_of(sample("67_01_03_140927_VFVO56.xml"));
  EXPECT_EQ(volcano::key_of(*before), volcano::key_of(corrected));
  corrected.replaced = before;
  const auto p = volcano::publication({&corrected}, AreaIndex({"20429"}, outlines));
  const auto row = p.row("312");
  ASSERT_TRUE(row);
  EXPECT_EQ(p.text(*row, "eruption"), "噴火したもよう");
  EXPECT_EQ(p.text(*row, "eruption_time"), "2014-09-27 11:52頃");
  EXPECT_EQ(p.text(*row, "class"), "噴火速報");
  ASSERT_EQ(p.notes().size(), 1u);
  EXPECT_THAT(p.notes()[0], HasSubstr("御嶽山: 噴火 2014-09-27 11:53頃 → 噴火したもよう 2014-09-27 11:52頃"));
  EXPECT_EQ(p.headline, "＜御嶽山で噴火が発生したもよう＞");
  EXPECT_EQ(p.text(*p.row("2042900"), "class"), "噴火速報");
  EXPECT_THAT(p.warnings(), ::testing::Contains(HasSubstr("1 volcanoes have no place")));
}

TEST_F(HazardVolcanoLogic, AWarningAfterANoticeTakesOver) {
  OwnMessage m{"噴火速報", "火山名　展望岳　噴火速報",
               "<VolcanoInfo type=\"噴火速報\"><Item><Kind><Name>噴火</Name><Code>52</Code></Kind><Areas codeType=\"火山名\"><Area><Name>展望岳</Name><Code>999</Code></Area></Areas></Item></VolcanoInfo>"};
  m.event = "20261121090000_999";
  const auto notice = read(m.xml());
  const auto earlier = asama(2, "2026-11-21T08:00:00+09:00"), later = asama(5, "2026-11-21T09:30:00+09:00");
  auto p = volcano::publication({&earlier, &notice}, {});
  EXPECT_EQ(p.text(*p.row("999"), "class"), "噴火速報");
  EXPECT_EQ(p.text(*p.row("999"), "level"), "2");
  EXPECT_EQ(p.shapes().back().kind, TENBO_SHAPE_POINT);  // its place is the warning's
  EXPECT_EQ(p.shapes().back().label, "展望岳 レベル2 噴火 / 展望岳 level 2 eruption notice");
  p = volcano::publication({&notice, &later}, {});
  EXPECT_EQ(p.text(*p.row("999"), "eruption"), "");
  EXPECT_EQ(p.text(*p.row("999"), "level"), "5");
}

TEST_F(HazardVolcanoLogic, CancelledAndDrills) {
  const auto cancelled = asama(3, "2026-11-21T09:00:00+09:00", "取消");
  auto p = volcano::publication({&cancelled}, {});
  EXPECT_EQ(p.rows(), 0u);
  EXPECT_THAT(p.notes(), ElementsAre(::testing::AllOf(HasSubstr("取消: 火山名　展望岳"), HasSubstr(" / Cancelled: 火山名　展望岳"))));
  const auto real = asama(1, "2026-11-21T08:00:00+09:00"), drill = asama(5, "2026-11-21T09:00:00+09:00", "発表", "訓練");
  EXPECT_NE(volcano::key_of(real), volcano::key_of(drill));
  p = volcano::publication({&real, &drill}, {});
  EXPECT_EQ(p.status, TENBO_STATUS_EXERCISE);
  EXPECT_EQ(p.text(*p.row("999"), "level"), "1");  // the real one stays what it is
  EXPECT_EQ(p.text(*p.row("999*"), "level"), "5");
  EXPECT_EQ(p.text(*p.row("999*"), "name"), "【訓練】展望岳");
}

TEST_F(HazardVolcanoLogic, AmountsAndOthers) {
  EXPECT_EQ(volcano::ash_of("やや多量の降灰"), Ash::moderate);
  EXPECT_EQ(volcano::ash_of("多量の降灰"), Ash::heavy);
  EXPECT_EQ(volcano::ash_of("少量の降灰"), Ash::little);
  EXPECT_EQ(volcano::ash_of("降灰"), Ash::some);
  EXPECT_EQ(volcano::ash_of("小さな噴石の落下"), Ash::stones);
  EXPECT_EQ(volcano::ash_of("謎の降灰"), Ash::unknown);
  const auto rain = read(OwnMessage{"気象警報・注意報（Ｒ０６）（大雨）", "展望県大雨警報・注意報", own_warning(own_item(own_kind("レベル３大雨警報"), "展望市", "9920100"))}.xml());
  EXPECT_EQ(volcano::key_of(rain), "");
  const auto cap = [&](const std::string& event) {
    return read("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>V</identifier><sender>s</sender><sent>2026-11-21T09:00:00+09:00</sent><status>Actual</status><msgType>Alert</msgType>"
                "<info><category>Geo</category><event>" + event + "</event><urgency>Expected</urgency><severity>Extreme</severity><certainty>Likely</certainty>"
                "<area><areaDesc>Peak</areaDesc><polygon>34,138 34,139 35,139 34,138</polygon></area></info></alert>");
  };
  EXPECT_EQ(volcano::key_of(cap("Earthquake")), "");
  const auto eruption = cap("Volcano eruption");
  EXPECT_NE(volcano::key_of(eruption), "");
  const auto p = volcano::publication({&eruption}, {});
  ASSERT_EQ(p.shapes().size(), 1u);
  EXPECT_EQ(p.classes()[p.shapes()[0].shape_class].level, 5);
}

}  // namespace
}  // namespace tenbo::runtime
