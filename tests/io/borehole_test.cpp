// Boreholes. Expected values: Python's own XML parser over the real logs, PROJ's cs2cs, and logs written here.
#include <gtest/gtest.h>

#include <fstream>

#include <cmath>
#include <sstream>

#include "gdal_tools.h"
#include "tenbo/base/text.h"
#include "tenbo/io/borehole.h"
#include "tenbo/io/identify.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

const fs::path fukui = fs::path(TENBO_SHARED_DATA) / "infra-a/boreholes-fukui";

std::string log_of(const std::string& edition, const std::string& layer, const std::string& name, const std::string& length, const std::string& datum) {
  const std::string e = layer;
  return "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>\n<!DOCTYPE ボーリング情報 SYSTEM \"BED0" + edition.substr(0, 1) + edition.substr(2) + ".DTD\">\n<ボーリング情報 DTD_version=\"" + edition +
         "\"><標題情報><調査基本情報><ボーリング名>孔1</ボーリング名></調査基本情報><経度緯度情報><経度_度>139</経度_度><経度_分>44</経度_分><経度_秒>28.8759</経度_秒><緯度_度>35</緯度_度><緯度_分>39</緯度_分>"
         "<緯度_秒>29.1572</緯度_秒>" + datum + "</経度緯度情報><ボーリング基本情報><孔口標高>-1.25</孔口標高><" + length + ">10.5</" + length + "></ボーリング基本情報></標題情報><コア情報>"
         "<" + e + "><" + e + "_下端深度>4</" + e + "_下端深度><" + e + "_" + name + ">砂質シルト</" + e + "_" + name + "></" + e + ">"
         "<" + e + "><" + e + "_下端深度>3</" + e + "_下端深度></" + e + ">"
         "<" + e + "><" + e + "_下端深度>10.5</" + e + "_下端深度></" + e + ">"
         "<標準貫入試験><標準貫入試験_開始深度>1.15</標準貫入試験_開始深度><標準貫入試験_合計打撃回数>50</標準貫入試験_合計打撃回数><標準貫入試験_合計貫入量>15</標準貫入試験_合計貫入量></標準貫入試験>"
         "<標準貫入試験><標準貫入試験_開始深度>2.15</標準貫入試験_開始深度><標準貫入試験_合計打撃回数></標準貫入試験_合計打撃回数></標準貫入試験></コア情報></ボーリング情報>";
}

}  // namespace

TEST(Borehole, RealLogsAreAsPythonReadsThem) {
  if (!fs::exists(fukui)) GTEST_SKIP() << "no logs in " << fukui;
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fukui)) {
    if (entry.path().extension() != ".xml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    ++files;
    const auto kind = io::identify(entry.path());
    ASSERT_TRUE(kind.ok());
    EXPECT_EQ(kind->front().kind, io::DataKind::boreholes);
    Diagnostics notes;
    const auto b = io::parse_borehole_xml(test::slurp(entry.path()), entry.path().string(), notes);
    ASSERT_TRUE(b.ok()) << b.error().text();
    EXPECT_TRUE(notes.errors.empty());
    // the declaration is dropped: one of the two says shift_jis and is UTF-8
    const auto script = test::scratch("borehole") / "read.py";
    test::write(script, "import sys, re, xml.etree.ElementTree as E\n"
                        "s = open(sys.argv[1], encoding='utf-8').read(); s = re.sub(r'<\\?xml.*?\\?>|<!DOCTYPE.*?>', '', s)\n"
                        "r = E.fromstring(s); t = lambda p: float(r.find('.//' + p).text)\n"
                        "print(r.find('.//ボーリング名').text)\n"
                        "print('%.9f %.9f %.3f %.3f' % (t('経度_度') + t('経度_分') / 60 + t('経度_秒') / 3600, t('緯度_度') + t('緯度_分') / 60 + t('緯度_秒') / 3600, t('孔口標高'), t('総掘進長')))\n"
                        "print(' '.join('%.2f' % float(l.find('岩石土区分_下端深度').text) for l in r.iter('岩石土区分')))\n"
                        "print('|'.join(l.find('岩石土区分_岩石土名').text for l in r.iter('岩石土区分')))\n"
                        "print(' '.join('%.2f:%g/%g' % tuple(float(x.find('標準貫入試験_' + k).text) for k in ('開始深度', '合計打撃回数', '合計貫入量')) for x in r.iter('標準貫入試験')))\n"
                        "print(' '.join('%.2f' % float(x.text) for x in r.iter('孔内水位_孔内水位')))\n");
    std::istringstream want(test::run("PYTHONUTF8=1 python3 " + test::quoted(script) + " " + test::quoted(entry.path())));
    std::string name, place, ends, words, tests, water;
    std::getline(want, name); std::getline(want, place); std::getline(want, ends); std::getline(want, words); std::getline(want, tests); std::getline(want, water);
    ASSERT_FALSE(water.empty()) << "Python read nothing";
    char text[128];
    std::snprintf(text, sizeof text, "%.9f %.9f %.3f %.3f", b->lon, b->lat, b->ground, b->length);
    EXPECT_EQ(b->name, name);
    EXPECT_EQ(text, place);
    std::string got_ends, got_words, got_tests, got_water;
    for (const auto& l : b->layers) {
      std::snprintf(text, sizeof text, "%s%.2f", got_ends.empty() ? "" : " ", l.to);
      got_ends += text;
      got_words += (got_words.empty() ? "" : "|") + l.name;
    }
    for (const auto& t : b->tests) {
      std::snprintf(text, sizeof text, "%s%.2f:%g/%g", got_tests.empty() ? "" : " ", t.depth, t.blows, t.penetration);
      got_tests += text;
    }
    for (const auto& w : b->water) {
      std::snprintf(text, sizeof text, "%s%.2f", got_water.empty() ? "" : " ", w.depth);
      got_water += text;
    }
    EXPECT_EQ(got_ends, ends);
    EXPECT_EQ(got_words, words);
    EXPECT_EQ(got_tests, tests);
    EXPECT_EQ(got_water, water);
    EXPECT_EQ(b->datum, "JGD2000");
    for (const auto& l : b->layers) EXPECT_NE(l.soil, io::Soil::unknown) << l.name;
  }
  EXPECT_EQ(files, 2);
  const auto all = io::identify(fukui);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 1u) << "a folder of logs is one layer";
  EXPECT_EQ(all->front().paths.size(), 2u);
}

TEST(Borehole, EditionsDifferInNamesAndBytesInEncoding) {
  const struct { const char *edition, *layer, *name, *length; } rows[] = {
      {"2.00", "土質岩種区分", "土質岩種区分1", "総掘進長"}, {"2.10", "土質岩種区分", "土質岩種区分1", "総掘進長"},
      {"3.00", "岩石土区分", "岩石土名", "総掘進長"}, {"4.00", "工学的地質区分名現場土質名", "工学的地質区分名現場土質名", "総削孔長"}};
  // PROJ's place of the same coordinates in the old datum
  double lon = 0, lat = 0;
  const auto out = test::run("echo '139.741354417 35.658099222' | cs2cs -f %.9f +init=epsg:4301 +to +init=epsg:4326");
  ASSERT_EQ(std::sscanf(out.c_str(), "%lf %lf", &lon, &lat), 2);
  ASSERT_GT(std::abs(lon - 139.741354417), 0.002);  // 300 m
  const auto dir = test::scratch("borehole_editions");
  for (const auto& row : rows) {
    SCOPED_TRACE(row.edition);
    const std::string utf8 = log_of(row.edition, row.layer, row.name, row.length, std::string_view(row.edition) == "2.00" ? "" : "<測地系>0</測地系>");
    test::write(dir / "utf8.xml", utf8);
    test::run("iconv -f UTF-8 -t CP932 " + test::quoted(dir / "utf8.xml") + " > " + test::quoted(dir / "sjis.xml"));
    for (const char* file : {"utf8.xml", "sjis.xml"}) {
      SCOPED_TRACE(file);
      EXPECT_EQ(io::identify(dir / file)->front().kind, io::DataKind::boreholes);
      Diagnostics notes;
      const auto b = io::parse_borehole_xml(test::slurp(dir / file), file, notes);
      ASSERT_TRUE(b.ok()) << b.error().text();
      EXPECT_EQ(b->name, "孔1");
      EXPECT_EQ(b->datum, "Tokyo");
      EXPECT_NEAR(b->lon, lon, 1e-6);
      EXPECT_NEAR(b->lat, lat, 1e-6);
      EXPECT_EQ(b->ground, -1.25);
      EXPECT_EQ(b->length, 10.5);
      ASSERT_EQ(b->layers.size(), 2u) << "the one that ends above its beginning is left out";
      EXPECT_EQ(notes.errors.size(), 1u);
      EXPECT_EQ(b->layers[0].soil, io::Soil::silt);
      EXPECT_EQ(b->layers[1].from, 4);
      EXPECT_EQ(b->layers[1].soil, io::Soil::unknown);
      ASSERT_EQ(b->tests.size(), 2u);
      EXPECT_EQ(b->tests[0].n(), 100);  // 50 blows for 15 cm
      EXPECT_TRUE(std::isnan(b->tests[1].n()));
    }
  }
}

TEST(Borehole, TheLastWordOfANameIsTheSoil) {
  const struct { const char* name; io::Soil soil; } rows[] = {
      {"砂質シルト", io::Soil::silt}, {"シルト質砂", io::Soil::sand}, {"玉石混じり砂礫", io::Soil::gravel}, {"礫混じり砂質粘土", io::Soil::clay}, {"盛土（シルト質砂）", io::Soil::fill},
      {"粘土混じり砂礫", io::Soil::gravel}, {"腐植土", io::Soil::peat}, {"関東ローム", io::Soil::volcanic}, {"風化花崗岩", io::Soil::rock}, {"silty sand", io::Soil::sand},
      {"コンクリート", io::Soil::unknown}, {"", io::Soil::unknown}};
  for (const auto& row : rows) EXPECT_EQ(io::read_soil(row.name), row.soil) << row.name;
}

// JIS A 1219: a test ends early where 50 blows do not drive it 30 cm; tables write blows / cm.
TEST(Borehole, TestsThatEndedEarlyKeepTheirBlowsAndTheirDepth) {
  const auto dir = test::scratch("borehole_refusal");
  test::write(dir / "a.csv", "name,lon,lat,ground,depth,n\nB1,139.5,35,3,1.15,50/12\nB1,139.5,35,3,2.15,50 / 8 cm\nB1,139.5,35,3,3.15,５０／５\nB1,139.5,35,3,4.15,7\n"
                             "B1,139.5,35,3,5.15,50/0\nB1,139.5,35,3,6.15,50/\nB1,139.5,35,3,7.15,-3\nB1,139.5,35,3,8.15,50/12/3\n");
  Diagnostics notes;
  std::ifstream file(dir / "a.csv", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto holes = io::parse_borehole_csv(bytes, "a.csv", notes);
  ASSERT_TRUE(holes.ok()) << holes.error().text();
  const auto& t = holes->front().tests;
  ASSERT_EQ(t.size(), 4u);
  EXPECT_EQ(t[0].blows, 50);
  EXPECT_EQ(t[0].penetration, 12);
  EXPECT_EQ(t[0].n(), 125);  // for 30 cm
  EXPECT_EQ(t[1].penetration, 8);
  EXPECT_EQ(t[2].penetration, 5);
  EXPECT_EQ(t[3].n(), 7);
  ASSERT_EQ(notes.errors.size(), 4u);
  EXPECT_NE(notes.errors[0].text().find("line 6"), std::string::npos) << notes.errors[0].text();
  const auto m = io::read_boreholes({dir / "a.csv"}, {});
  ASSERT_TRUE(m.ok());
  EXPECT_EQ(geo::to_text(m->features.value(*m->features.find("B1"), "N 1.15 m")), "50 / 12 cm");
}

TEST(Borehole, ColumnsAreToScaleAndUnknownIsNotDrawn) {
  const auto dir = test::scratch("borehole_csv");
  test::write(dir / "a.csv",
              "name,lon,lat,ground,from,to,soil,depth,n,water,date\n"
              "B1,139.5,35,3,0,2,sand,,,,\nB1,139.5,35,3,2,5.5,clay,,,,\nB1,139.5,35,3,,,,1.15,12,1.4,2020-01-02\nB1,139.5,35,3,,,,9,many,,\n"
              "B2,139.51,35,,0,2,sand,,,,\nB3,,,4,0,2,sand,,,,\n,139,35,1,0,1,sand,,,,\n");
  const auto m = io::read_boreholes({dir / "a.csv"}, {});
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_EQ(m->diagnostics.errors.size(), 4u);  // "many", no name, B2 without a height, B3 without a place
  double low = INFINITY, high = -INFINITY;
  for (const auto& b : m->batches)
    for (const auto& v : b.mesh.vertices) {
      if (m->features.type(v.feature) != "soil-layer") continue;
      const auto p = b.frame.to_geo({v.x, v.y, v.z});
      low = std::min(low, p.height);
      high = std::max(high, p.height);
      EXPECT_NE(geo::to_text(m->features.value(v.feature, "borehole")), "B2");
    }
  EXPECT_NEAR(high, 3, 1e-3);
  EXPECT_NEAR(low, 3 - 5.5, 1e-3);
  const auto hole = m->features.find("B1");
  ASSERT_TRUE(hole);
  EXPECT_EQ(geo::to_text(m->features.value(*hole, "2.00–5.50 m")), "clay");
  EXPECT_EQ(geo::to_text(m->features.value(*hole, "N 1.15 m")), "12");
  EXPECT_EQ(geo::to_text(m->features.value(*hole, "water level")), "1.40 m (2020-01-02)");
  for (const char* bad : {"<a/>", "<ボーリング情報>", "", "lon,lat\n1,2\n"}) {
    test::write(dir / "bad.xml", bad);
    EXPECT_FALSE(io::read_boreholes({dir / "bad.xml"}, {}).ok()) << bad;
  }
}
