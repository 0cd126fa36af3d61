// Buildings of PLATEAU by the flood that they are assumed to stand in. Ranks of the real file are counted by Python's own XML reader.
#include "../../engine/runtime/src/building_risk.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "gdal_tools.h"
#include "tenbo/io/city.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

Palette palette(const char* name) {
  auto p = load_palette(fs::path(TENBO_SOURCE_DIR) / "assets/palettes" / (std::string(name) + ".json"));
  EXPECT_TRUE(p.ok()) << p.error().text();
  return *p;
}
std::string label(const std::vector<BuildingRisk>& risks, const std::string& word) {
  bool unreadable = false;
  const auto p = palette(risk_palette(word));
  const auto* stop = class_of(risks, word, p, unreadable);
  return stop ? stop->label.en : unreadable ? "unreadable" : "none";
}

TEST(BuildingRisk, SeveralOfOneBuildingAreKeptApart) {
  geo::FeatureTable t;
  const auto f = t.add_feature("a", "bldg:Building");
  const auto river = [&](const char* whose, int rank, int scale, double hours) {
    t.add_text(f, "uro:RiverFloodingRiskAttribute/description", whose);
    t.add_text(f, "uro:RiverFloodingRiskAttribute/description_code", "1");
    t.add_text(f, "uro:RiverFloodingRiskAttribute/rank", "words");
    t.add_text(f, "uro:RiverFloodingRiskAttribute/rank_code", std::to_string(rank));
    t.add_text(f, "uro:RiverFloodingRiskAttribute/scale_code", std::to_string(scale));
    if (hours > 0) t.add_real(f, "uro:RiverFloodingRiskAttribute/duration", hours);
  };
  river("A川", 2, 1, 0);
  river("A川", 4, 2, 100);
  river("B川", 1, 2, 6);
  t.add_text(f, "uro:BuildingTsunamiRiskAttribute/description", "T");
  t.add_text(f, "uro:BuildingTsunamiRiskAttribute/rankOrg", "1.0m以上2.0m未満");
  t.add_text(f, "uro:InlandFloodingRiskAttribute/description", "I");
  t.add_real(f, "uro:InlandFloodingRiskAttribute/depth", 0.3);
  t.add_text(f, "uro:HighTideRiskAttribute/description", "H");
  t.add_text(f, "uro:HighTideRiskAttribute/rankOrg", "C");
  t.add_text(f, "uro:LandSlideRiskAttribute/description", "L");
  const auto risks = building_risks(t, f);
  ASSERT_EQ(risks.size(), 6u);
  EXPECT_EQ(risks[1].description, "A川");
  EXPECT_EQ(risks[1].scale, 2);
  EXPECT_EQ(*risks[1].hours, 100);
  EXPECT_FALSE(risks[0].hours);
  EXPECT_EQ(label(risks, "river"), "5–10 m");
  EXPECT_EQ(label(risks, "river_planned"), "0.5–3 m");
  EXPECT_EQ(label(risks, "river_maximum"), "5–10 m");
  EXPECT_EQ(label(risks, "river_duration"), "3 days–1 week");
  EXPECT_EQ(label(risks, "tsunami"), "0.5–3 m");
  EXPECT_EQ(label(risks, "inland"), "< 0.5 m");
  EXPECT_EQ(label(risks, "high_tide"), "unreadable");
  EXPECT_EQ(label(risks, "reservoir"), "none");
  EXPECT_EQ(label(risks, "flood"), "5–10 m");
  std::vector<render::FeatureStyle> styles(1);
  std::set<std::string> sources;
  EXPECT_EQ(colour_risks(t, "river", palette("flood-depth"), styles, &sources), 1u);
  EXPECT_EQ(styles[0].colour.r, 255);
  EXPECT_EQ(styles[0].colour.g, 145);
  EXPECT_EQ(sources, (std::set<std::string>{"A川", "B川"}));
  EXPECT_EQ(colour_risks(t, "reservoir", palette("flood-depth"), styles), 0u);
}

TEST(BuildingRisk, ARealPackageHasTheRanksThatItsXmlHas) {
  const auto file = fs::path(TENBO_SHARED_DATA) / "plateau-flow-v4/fld/11222_koshigaya-shi_pref_2023_citygml_2_op_bldg/udx/bldg/53396677_bldg_6697_op.gml";
  if (!fs::exists(file)) GTEST_SKIP() << "the city's package is not here";
  const auto dir = test::scratch("building_risk");
  test::write(dir / "count.py", R"(import sys, xml.etree.ElementTree as E
B = '{http://www.opengis.net/citygml/building/2.0}Building'
local = lambda e: e.tag.split('}')[1]
for b in E.parse(sys.argv[1]).getroot().iter(B):
    worst = {'planned': 0, 'maximum': 0, 'inland': 0}
    hours = -1
    for r in b.iter():
        if local(r) not in ('RiverFloodingRiskAttribute', 'InlandFloodingRiskAttribute'): continue
        v = {local(c): c.text for c in r}
        key = 'inland' if local(r).startswith('I') else {'1': 'planned', '2': 'maximum'}[v['scale']]
        worst[key] = max(worst[key], int(v['rank']))
        if 'duration' in v: hours = max(hours, float(v['duration']))
    print(b.attrib['{http://www.opengis.net/gml}id'], worst['planned'], worst['maximum'], worst['inland'], '%.3f' % hours)
)");
  const auto expected = test::run("python3 " + test::quoted(dir / "count.py") + " " + test::quoted(file));
  ASSERT_FALSE(expected.empty());
  JobSystem jobs(1);
  Progress progress;
  io::CityOptions options;
  options.meshes = false;
  const auto city = io::read_city(file, options, jobs, progress, CancelToken());
  ASSERT_TRUE(city.ok()) << city.error().text();
  std::size_t buildings = 0, river = 0;
  std::istringstream lines(expected);
  std::string id;
  int planned = 0, maximum = 0, inland = 0;
  double hours = 0;
  const auto depth = palette("flood-depth"), stays = palette("flood-duration");
  while (lines >> id >> planned >> maximum >> inland >> hours) {
    ++buildings;
    std::uint32_t f = 0;
    while (f < city->features.size() && city->features.id(f) != id) ++f;
    ASSERT_LT(f, city->features.size()) << id;
    const auto risks = building_risks(city->features, f);
    bool unreadable = false;
    const auto rank = [&](const char* word) {
      const auto* stop = class_of(risks, word, depth, unreadable);
      return stop ? static_cast<int>(stop - depth.stops.data()) + 1 : 0;
    };
    EXPECT_EQ(rank("river_planned"), planned) << id;
    EXPECT_EQ(rank("river_maximum"), maximum) << id;
    EXPECT_EQ(rank("inland"), inland) << id;
    EXPECT_EQ(rank("river"), std::max(planned, maximum)) << id;
    const auto* stop = class_of(risks, "river_duration", stays, unreadable);
    EXPECT_EQ(stop != nullptr, hours >= 0) << id;
    if (stop && hours >= 12) {
      EXPECT_LE(stop->from, hours) << id;
    }
    river += planned > 0 || maximum > 0;
  }
  EXPECT_EQ(buildings, 5u);
  EXPECT_GT(river, 0u);
}

}  // namespace
}  // namespace tenbo::runtime
