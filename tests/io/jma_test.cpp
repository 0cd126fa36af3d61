// The Agency's messages. Expected values of its official samples are counts of their tags in the raw text, which share no code
// with the reader; small messages of the tests' own hold what the samples do not.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "gdal_tools.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/jma.h"
#include "tenbo/io/vector.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

const fs::path samples = fs::path(TENBO_SHARED_DATA) / "jma-xml-a";

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++n;
  return n;
}
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto a = text.find(from);
  if (a == std::string::npos) return {};
  return text.substr(a + from.size(), text.find(to, a) - a - from.size());
}
std::vector<fs::path> files(const std::string& code) {
  std::vector<fs::path> out;
  if (!fs::exists(samples)) return out;
  for (const auto& e : fs::directory_iterator(samples))
    if (e.path().extension() == ".xml" && e.path().stem().string().ends_with(code)) out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::string message(const std::string& title, const std::string& body, const std::string& status = "通常", const std::string& type = "発表") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Report xmlns=\"http://xml.kishou.go.jp/jmaxml1/\"><Control><Title>" + title +
         "</Title><DateTime>2026-11-21T00:00:10Z</DateTime><Status>" + status +
         "</Status><EditorialOffice>気象庁本庁</EditorialOffice><PublishingOffice>気象庁</PublishingOffice></Control>"
         "<Head xmlns=\"http://xml.kishou.go.jp/jmaxml1/informationBasis1/\"><Title>見出し</Title><ReportDateTime>2026-11-21T09:00:00+09:00</ReportDateTime>"
         "<TargetDateTime>2026-11-21T08:59:00+09:00</TargetDateTime><EventID>20261121085900</EventID><InfoType>" + type +
         "</InfoType><Serial>3</Serial><InfoKind>地震情報</InfoKind><InfoKindVersion>1.0_1</InfoKindVersion><Headline><Text>本文</Text></Headline></Head>"
         "<Body xmlns=\"http://xml.kishou.go.jp/jmaxml1/body/seismology1/\" xmlns:jmx_eb=\"http://xml.kishou.go.jp/jmaxml1/elementBasis1/\">" + body + "</Body></Report>";
}
io::JmaReport read(const std::string& xml) {
  auto r = io::read_jma(xml, "test.xml");
  EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().text());
  return r.ok() ? std::move(*r) : io::JmaReport{};
}
template <class T>
const T& body(const io::JmaReport& r) {
  static const T none;
  EXPECT_TRUE(std::holds_alternative<T>(r.body)) << r.title;
  return std::holds_alternative<T>(r.body) ? std::get<T>(r.body) : none;
}
std::string earthquake(const std::string& coordinate, const std::string& magnitude) {
  return "<Earthquake><OriginTime>2026-11-21T08:59:00+09:00</OriginTime><Hypocenter><Area><Name>架空沖</Name><Code type=\"震央地名\">288</Code>" + coordinate +
         "</Area></Hypocenter>" + magnitude + "</Earthquake>";
}

}  // namespace

TEST(Jma, HeadsSayWhatAMessageIs) {
  const auto r = read(message("震度速報", "", "訓練", "訂正"));
  EXPECT_EQ(r.code, "VXSE51");
  EXPECT_EQ(r.status, io::JmaStatus::drill);
  EXPECT_EQ(r.info_type, io::JmaInfoType::correction);
  EXPECT_EQ(r.event_id, "20261121085900");
  EXPECT_EQ(r.serial, 3);
  EXPECT_EQ(r.editorial_office, "気象庁本庁");
  EXPECT_EQ(geo::format_utc(r.report_time), "2026-11-21T00:00:00Z");
  EXPECT_EQ(geo::format_utc(*r.sent), "2026-11-21T00:00:10Z");
  EXPECT_EQ(geo::format_utc(*r.target_time), "2026-11-20T23:59:00Z");
  EXPECT_EQ(read(message("震度速報", "", "試験")).status, io::JmaStatus::test);
  const auto cancelled = read(message("震度速報", "<Text>取り消します。</Text>", "通常", "取消"));
  EXPECT_EQ(cancelled.info_type, io::JmaInfoType::cancel);
  EXPECT_EQ(cancelled.text, "取り消します。");
  const auto other = read(message("地方海上警報", "<Warning/>"));
  EXPECT_TRUE(other.code.empty());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(other.body));
}

TEST(Jma, WithoutStatusTypeOrTimeNobodyKnowsWhatItIs) {
  for (const auto& xml : {message("震度速報", "", "通常運用"), message("震度速報", "", ""), message("震度速報", "", "通常", "発表？")}) {
    const auto r = io::read_jma(xml, "test.xml");
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.error().code, ErrorCode::malformed);
    EXPECT_EQ(r.error().file, "test.xml");
    EXPECT_FALSE(r.error().place.empty());
  }
  auto timeless = message("震度速報", "");
  timeless.replace(timeless.find("2026-11-21T09:00:00+09:00"), 25, "2026-11-21T09:00:00      ");
  EXPECT_FALSE(io::read_jma(timeless, "test.xml").ok());
  EXPECT_FALSE(io::read_jma("<alert/>", "test.xml").ok());
  EXPECT_FALSE(io::read_jma("", "test.xml").ok());
}

TEST(Jma, HypocentresInDegreesAndMinutesOrInWords) {
  const auto at = [](const std::string& coordinate) { return body<io::JmaEarthquakeReport>(read(message("震源に関する情報", earthquake(coordinate, "")))).earthquakes.at(0).hypocentre.value(); };
  const auto plain = at("<jmx_eb:Coordinate description=\"深さ　１０ｋｍ\">+38.0+142.9-10000/</jmx_eb:Coordinate>");
  EXPECT_DOUBLE_EQ(plain.area.place->lat, 38);
  EXPECT_DOUBLE_EQ(plain.area.place->lon, 142.9);
  EXPECT_EQ(plain.depth.value(), 10);
  EXPECT_EQ(plain.depth.unit(), "km");
  EXPECT_EQ(plain.area.code, "288");
  EXPECT_EQ(plain.area.code_table, "震央地名");
  const auto minutes = at("<jmx_eb:Coordinate type=\"震源位置（度分）\" datum=\"日本測地系\">+3447.1+13829.9-23000/</jmx_eb:Coordinate>");
  EXPECT_NEAR(minutes.area.place->lat, 34 + 47.1 / 60, 1e-12);
  EXPECT_NEAR(minutes.area.place->lon, 138 + 29.9 / 60, 1e-12);
  EXPECT_TRUE(minutes.area.place->tokyo_datum);
  const auto south = at("<jmx_eb:Coordinate description=\"南緯３６．１度　西経　７２．６度　深さ不明\">-36.1-072.6/</jmx_eb:Coordinate>");
  EXPECT_DOUBLE_EQ(south.area.place->lat, -36.1);
  EXPECT_DOUBLE_EQ(south.area.place->lon, -72.6);
  EXPECT_FALSE(south.depth.value().has_value());
  EXPECT_EQ(south.depth.word(), "不明");
  const auto shallow = at("<jmx_eb:Coordinate description=\"深さ　ごく浅い\">+35.1+139.5+0/</jmx_eb:Coordinate>");
  EXPECT_EQ(shallow.depth.value(), 0);
  const auto deep = at("<jmx_eb:Coordinate description=\"深さ７００ｋｍ以上\">+28.0+140.0-700000/</jmx_eb:Coordinate>");
  EXPECT_EQ(deep.depth.value(), 700);
  EXPECT_EQ(deep.depth.bound(), geo::Quantity::Bound::or_more);
  const auto none = at("<jmx_eb:Coordinate description=\"震源要素不明\" />");
  EXPECT_FALSE(none.area.place.has_value());
  EXPECT_EQ(none.depth.word(), "震源要素不明");
  const auto wrong = io::read_jma(message("震源に関する情報", earthquake("<jmx_eb:Coordinate>+95.0+139.0-10000/</jmx_eb:Coordinate>", "")), "test.xml");
  ASSERT_TRUE(wrong.ok());
  EXPECT_FALSE(std::get<io::JmaEarthquakeReport>(wrong->body).earthquakes[0].hypocentre->area.place.has_value());
  EXPECT_EQ(wrong->diagnostics.warnings.size(), 1u);
}

TEST(Jma, NoWordIsANumber) {
  const auto magnitude = [](const std::string& m) { return body<io::JmaEarthquakeReport>(read(message("震源に関する情報", earthquake("", m)))).earthquakes.at(0).magnitudes.at(0); };
  const auto known = magnitude("<jmx_eb:Magnitude type=\"Mj\" description=\"Ｍ７．０\">7.0</jmx_eb:Magnitude>");
  EXPECT_EQ(known.value.value(), 7.0);
  EXPECT_EQ(known.type, "Mj");
  const auto huge = magnitude("<jmx_eb:Magnitude type=\"Mj\" condition=\"不明\" description=\"Ｍ８を超える巨大地震\">NaN</jmx_eb:Magnitude>");
  EXPECT_FALSE(huge.value.value().has_value());
  EXPECT_EQ(huge.value.word(), "Ｍ８を超える巨大地震");
  EXPECT_EQ(magnitude("<jmx_eb:Magnitude type=\"Mj\" condition=\"不明\">NaN</jmx_eb:Magnitude>").value.word(), "不明");
  EXPECT_EQ(magnitude("<jmx_eb:Magnitude type=\"Mj\">inf</jmx_eb:Magnitude>").value.word(), "inf");
  EXPECT_TRUE(magnitude("<jmx_eb:Magnitude type=\"Mj\"/>").value.missing());
  EXPECT_TRUE(geo::Quantity::number(std::nan(""), "m").missing());
  EXPECT_EQ(geo::Quantity::number(std::nan(""), "m", geo::Quantity::Bound::exact, "不明").word(), "不明");
}

TEST(Jma, TsunamiHeightsAreNumbersWordsOrLimits) {
  const auto item = [](const std::string& code, const std::string& height, const std::string& condition = "") {
    return "<Item><Area><Name>架空県</Name><Code>210</Code></Area><Category><Kind><Name>名</Name><Code>" + code + "</Code></Kind></Category><FirstHeight>" + condition +
           "</FirstHeight><MaxHeight>" + height + "</MaxHeight></Item>";
  };
  const auto r = read(message("津波警報・注意報・予報a", "<Tsunami><Forecast>" +
      item("53", "<jmx_eb:TsunamiHeight type=\"津波の高さ\" unit=\"m\" condition=\"不明\" description=\"巨大\">NaN</jmx_eb:TsunamiHeight>", "<Condition>津波到達中と推測</Condition>") +
      item("52", "<jmx_eb:TsunamiHeight type=\"津波の高さ\" unit=\"m\" description=\"１０ｍ超\">10</jmx_eb:TsunamiHeight>", "<ArrivalTime>2026-11-21T09:30:00+09:00</ArrivalTime>") +
      item("51", "<jmx_eb:TsunamiHeight type=\"津波の高さ\" unit=\"m\" description=\"３ｍ\">3</jmx_eb:TsunamiHeight>") +
      item("71", "<jmx_eb:TsunamiHeight type=\"津波の高さ\" unit=\"m\" description=\"０．２ｍ未満\">0.2</jmx_eb:TsunamiHeight>") + item("99", "") + "</Forecast></Tsunami>"));
  const auto& t = body<io::JmaTsunamiReport>(r);
  ASSERT_EQ(t.forecast.size(), 5u);
  EXPECT_EQ(t.forecast[0].warning, io::JmaTsunamiClass::major);
  EXPECT_EQ(t.forecast[0].greatest.height.word(), "巨大");
  EXPECT_FALSE(t.forecast[0].greatest.height.value().has_value());
  EXPECT_EQ(t.forecast[0].first.condition, "津波到達中と推測");
  EXPECT_FALSE(t.forecast[0].first.time.has_value());
  EXPECT_EQ(t.forecast[1].greatest.height.value(), 10);
  EXPECT_EQ(t.forecast[1].greatest.height.bound(), geo::Quantity::Bound::or_more);
  EXPECT_EQ(geo::format_utc(*t.forecast[1].first.time), "2026-11-21T00:30:00Z");
  EXPECT_EQ(t.forecast[2].warning, io::JmaTsunamiClass::warning);
  EXPECT_EQ(t.forecast[2].greatest.height.bound(), geo::Quantity::Bound::exact);
  EXPECT_EQ(t.forecast[3].warning, io::JmaTsunamiClass::slight);
  EXPECT_EQ(t.forecast[3].greatest.height.bound(), geo::Quantity::Bound::or_less);
  EXPECT_EQ(t.forecast[4].warning, io::JmaTsunamiClass::unknown);
  EXPECT_EQ(r.diagnostics.warnings.size(), 1u);
}

TEST(Jma, HostileMessagesAreRefused) {
  const auto refused = [](const std::string& xml, ErrorCode code, const char* word) {
    const auto r = io::read_jma(xml, "test.xml");
    ASSERT_FALSE(r.ok()) << word;
    EXPECT_EQ(r.error().code, code) << r.error().text();
    EXPECT_NE(r.error().text().find(word), std::string::npos) << r.error().text();
  };
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE Report [<!ENTITY a \"aaaaaaaaaa\">";
  for (char c = 'b'; c <= 'z'; ++c) bomb += std::string("<!ENTITY ") + c + " \"&" + static_cast<char>(c - 1) + ";&" + static_cast<char>(c - 1) + ";\">";
  refused(bomb + "]><Report>&z;</Report>", ErrorCode::unsupported, "entities");
  refused("<!DOCTYPE Report SYSTEM \"file:///etc/passwd\"><Report/>", ErrorCode::unsupported, "document type");
  refused("<Report>&xxe;</Report>", ErrorCode::malformed, "entity");
  refused(std::string(100u << 20, ' '), ErrorCode::out_of_budget, "MiB");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  refused(deep, ErrorCode::out_of_budget, "deeper");
  std::string many = "<Report>";
  for (int i = 0; i < 600'000; ++i) many += "<a/>";
  refused(many + "</Report>", ErrorCode::out_of_budget, "more elements");
  std::string wide = "<Report ";
  for (int i = 0; i < 600'000; ++i) wide += "a='' ";
  refused(wide + "/>", ErrorCode::out_of_budget, "more elements");
  refused("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Report>\xFF\xFE</Report>", ErrorCode::malformed, "encoding");
  const auto whole = message("震度速報", "<Intensity><Observation><MaxInt>4</MaxInt></Observation></Intensity>");
  for (std::size_t n = 0; n + 1 < whole.size(); ++n) ASSERT_FALSE(io::read_jma(whole.substr(0, n), "test.xml").ok()) << n;
}

TEST(Jma, EverySampleHasItsHeads) {
  std::size_t n = 0;
  for (const auto& file : files("")) {
    const auto text = test::slurp(file);
    const auto r = io::read_jma(text, file.string());
    ASSERT_TRUE(r.ok()) << r.error().text();
    EXPECT_EQ(r->title, between(text, "<Title>", "</Title>")) << file;
    EXPECT_EQ(r->status_word, between(text, "<Status>", "</Status>")) << file;
    EXPECT_EQ(r->info_type_word, between(text, "<InfoType>", "</InfoType>")) << file;
    const auto name = file.stem().string();
    if (!r->code.empty()) {
      EXPECT_TRUE(name.ends_with(r->code)) << file << ": " << r->code;
      EXPECT_FALSE(std::holds_alternative<std::monostate>(r->body)) << file;
    }
    EXPECT_TRUE(r->diagnostics.errors.empty()) << file;
    // Headlines: as many areas as the text has before its body.
    std::size_t areas = 0;
    for (const auto& i : r->headline_information)
      for (const auto& item : i.items) areas += item.areas.size();
    EXPECT_EQ(areas, count(text.substr(0, text.find("<Body")), "<Area>")) << file;
    ++n;
  }
  if (n == 0) GTEST_SKIP() << "no samples in " << samples;
  EXPECT_EQ(n, 145u);
}

TEST(Jma, EarthquakesOfTheSamples) {
  std::size_t stations = 0, n = 0;
  for (const char* code : {"VXSE51", "VXSE52", "VXSE53"})
    for (const auto& file : files(code)) {
      const auto text = test::slurp(file);
      const auto r = read(text);
      EXPECT_EQ(r.code, code);
      EXPECT_TRUE(r.diagnostics.warnings.empty()) << file;
      const auto& e = body<io::JmaEarthquakeReport>(r);
      EXPECT_EQ(e.earthquakes.size(), count(text, "<Earthquake>"));
      EXPECT_EQ(e.places.size() + (e.greatest ? 1 : 0), count(text, "<MaxInt>") + count(text, "<Int>")) << file;
      std::size_t by_level[4]{};
      for (const auto& p : e.places) {
        ++by_level[static_cast<int>(p.level)];
        EXPECT_NE(p.intensity.grade, io::JmaIntensityGrade::unknown) << p.intensity.word;
        EXPECT_LE(p.intensity.grade, e.greatest->grade);
        EXPECT_FALSE(p.area.code.empty());
        if (p.level != io::JmaIntensityPlace::Level::prefecture) {
          EXPECT_LT(static_cast<int>(e.places[p.parent].level), static_cast<int>(p.level));
        }
      }
      EXPECT_EQ(by_level[0], count(text, "<Pref>"));
      EXPECT_EQ(by_level[2], count(text, "<City>"));
      EXPECT_EQ(by_level[3], count(text, "<IntensityStation>"));
      stations += by_level[3];
      for (const auto& q : e.earthquakes) {
        EXPECT_TRUE(q.hypocentre && q.hypocentre->area.place) << file;
        ASSERT_EQ(q.magnitudes.size(), 1u);
        EXPECT_TRUE(q.magnitudes[0].value.value().has_value());
      }
      ++n;
    }
  if (n == 0) GTEST_SKIP() << "no samples in " << samples;
  EXPECT_EQ(n, 9u);
  EXPECT_EQ(stations, 695u);  // grep -o '<IntensityStation>' | wc -l
}

TEST(Jma, TsunamiOfTheSamples) {
  std::size_t n = 0, words = 0;
  for (const char* code : {"VTSE41", "VTSE51", "VTSE52"})
    for (const auto& file : files(code)) {
      const auto text = test::slurp(file);
      const auto r = read(text);
      EXPECT_EQ(r.code, code);
      EXPECT_TRUE(r.diagnostics.warnings.empty()) << file;
      const auto& t = body<io::JmaTsunamiReport>(r);
      const auto forecast = between(text, "<Forecast>", "</Forecast>"), observation = between(text, "<Observation>", "</Observation>"),
                 estimation = between(text, "<Estimation>", "</Estimation>");
      EXPECT_EQ(t.forecast.size(), count(forecast, "<Item>")) << file;
      EXPECT_EQ(t.observation.size(), count(observation, "<Item>")) << file;
      EXPECT_EQ(t.estimation.size(), count(estimation, "<Item>")) << file;
      std::size_t stations = 0, numbers = 0, nan = 0, times = 0;
      for (const auto* list : {&t.forecast, &t.observation, &t.estimation})
        for (const auto& c : *list) {
          stations += c.stations.size();
          const auto look = [&](const io::JmaTsunamiHeight& h) {
            numbers += h.height.value().has_value();
            nan += !h.height.value() && !h.type.empty();
          };
          look(c.greatest);
          times += c.first.time.has_value();
          for (const auto& s : c.stations) {
            look(s.greatest);
            times += s.first.time.has_value();
          }
        }
      const auto body_text = forecast + observation + estimation;
      EXPECT_EQ(stations, count(body_text, "<Station>"));
      EXPECT_EQ(nan, count(body_text, ">NaN</jmx_eb:TsunamiHeight>"));
      EXPECT_EQ(numbers + nan, count(body_text, "<jmx_eb:TsunamiHeight "));
      EXPECT_EQ(times, count(body_text, "<ArrivalTime>"));
      words += nan;
      ++n;
    }
  if (n == 0) GTEST_SKIP() << "no samples in " << samples;
  EXPECT_EQ(n, 8u);
  EXPECT_EQ(words, 93u);
}

TEST(Jma, WarningsOfTheSamples) {
  std::size_t n = 0, fours = 0;
  for (const char* code : {"VPWW54", "VPWW55", "VPWW56", "VPWW57", "VPWW58", "VPWW59", "VPWW60", "VPWW61", "VXWW50"})
    for (const auto& file : files(code)) {
      const auto text = test::slurp(file);
      const auto r = read(text);
      EXPECT_EQ(r.code, code);
      EXPECT_TRUE(r.diagnostics.warnings.empty()) << file << (r.diagnostics.warnings.empty() ? "" : r.diagnostics.warnings[0].text());
      const auto& w = body<io::JmaWarningReport>(r);
      std::string body_text = text.substr(text.find("<Body"));
      body_text = body_text.substr(0, body_text.find("<MeteorologicalInfos"));
      std::size_t items = 0, kinds = 0, notes = 0, levels = 0;
      for (const auto& g : w.groups)
        for (const auto& i : g.items) {
          ++items;
          EXPECT_FALSE(i.area.code.empty());
          for (const auto& k : i.kinds) {
            ++kinds;
            notes += k.notes.size();
            levels += k.level.has_value();
            fours += k.level == 4;
            EXPECT_NE(k.status, "");
            EXPECT_EQ(k.in_force, k.status != "発表警報・注意報はなし" && k.status != "解除" && k.status != "なし") << k.name << k.status;
            EXPECT_TRUE(k.warning != io::JmaWarningClass::unknown || std::string_view(code) == "VXWW50") << k.name;
          }
        }
      EXPECT_EQ(w.groups.size(), count(body_text, "<Warning "));
      EXPECT_EQ(items, count(body_text, "<Item>")) << file;
      EXPECT_EQ(kinds, count(body_text, "<Status>")) << file;
      EXPECT_EQ(notes, count(body_text, "<Note>")) << file;
      EXPECT_TRUE(levels == 0 || std::string_view(code) != "VPWW54");
      ++n;
    }
  if (n == 0) GTEST_SKIP() << "no samples in " << samples;
  EXPECT_EQ(n, 16u);
  EXPECT_GT(fours, 0u);
}

TEST(Jma, VolcanoesOfTheSamples) {
  std::size_t n = 0, rings = 0;
  for (const char* code : {"VFVO50", "VFVO53", "VFVO54", "VFVO55", "VFVO56"})
    for (const auto& file : files(code)) {
      const auto text = test::slurp(file);
      const auto r = read(text);
      EXPECT_EQ(r.code, code);
      EXPECT_TRUE(r.diagnostics.warnings.empty()) << file << (r.diagnostics.warnings.empty() ? "" : r.diagnostics.warnings[0].text());
      const auto& v = body<io::JmaVolcanoReport>(r);
      const auto body_text = text.substr(text.find("<Body"));
      std::size_t areas = 0;
      for (const auto& i : v.infos)
        for (const auto& item : i.items) areas += item.areas.size();
      for (const auto& f : v.ash) {
        EXPECT_TRUE(f.start && f.end && *f.start < *f.end);
        for (const auto& item : f.items) {
          areas += item.areas.size();
          rings += item.rings.size();
        }
      }
      EXPECT_EQ(v.infos.size(), count(body_text, "<VolcanoInfo "));
      EXPECT_EQ(v.ash.size(), count(body_text, "<AshInfo "));
      EXPECT_EQ(areas, count(body_text, "<Area>"));
      ++n;
    }
  if (n == 0) GTEST_SKIP() << "no samples in " << samples;
  EXPECT_GE(n, 6u);
  EXPECT_GE(rings, 35u);  // grep -o '<jmx_eb:Polygon' of VFVO53 and 55
  const auto asama = read(test::slurp(samples / "45_01_01_200522_VFVO50.xml"));
  const auto& first = body<io::JmaVolcanoReport>(asama).infos.at(0).items.at(0);
  EXPECT_EQ(first.level, 3);
  EXPECT_EQ(first.kinds[0].condition, "引上げ");
  EXPECT_NEAR(first.areas[0].place->lat, 36 + 24.38 / 60, 1e-9);
  EXPECT_EQ(first.areas[0].place->height.value(), 2568);
}

TEST(Jma, AMessageOpensAsAVectorLayer) {
  const auto dir = test::scratch("jma_table");
  test::write(dir / "quake.xml", message("震源・震度に関する情報",
      earthquake("<jmx_eb:Coordinate description=\"深さ不明\">+38.0+142.9/</jmx_eb:Coordinate>", "<jmx_eb:Magnitude type=\"Mj\">7.0</jmx_eb:Magnitude>") +
      "<Intensity><Observation><MaxInt>6+</MaxInt><Pref><Name>県</Name><Code>04</Code><MaxInt>6+</MaxInt></Pref></Observation></Intensity>", "訓練"));
  ASSERT_EQ(io::identify(dir / "quake.xml")->front().kind, io::DataKind::vector);
  Progress progress;
  const auto v = io::read_vector(dir / "quake.xml", {}, progress, {});
  ASSERT_TRUE(v.ok()) << v.error().text();
  ASSERT_EQ(v->features.size(), 2u);
  EXPECT_EQ(v->features.type(0), "hypocentre");
  EXPECT_EQ(geo::to_text(v->features.value(0, "row")), "hypocentre");  // for readers of columns
  EXPECT_EQ(geo::to_text(v->features.value(1, "row")), "prefecture");
  EXPECT_EQ(geo::to_text(v->features.value(0, "depth")), "不明");
  EXPECT_TRUE(geo::to_text(v->features.value(0, "depth_value")).empty());
  EXPECT_EQ(geo::to_number(v->features.value(0, "magnitude_value")), 7.0);
  EXPECT_EQ(geo::to_text(v->features.value(1, "intensity")), "6+");
  EXPECT_EQ(geo::to_text(v->features.value(1, "status")), "訓練");
  ASSERT_EQ(v->parts.size(), 1u);
  EXPECT_EQ(v->points[0].lon, 142.9);
  ASSERT_EQ(v->diagnostics.warnings.size(), 1u);
  EXPECT_NE(v->diagnostics.warnings[0].text().find("not real"), std::string::npos);

  test::write(dir / "cancel.xml", message("津波警報・注意報・予報a", "<Text>取り消します。</Text>", "通常", "取消"));
  const auto cancelled = io::read_vector(dir / "cancel.xml", {}, progress, {});
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(cancelled->features.size(), 0u);
  EXPECT_EQ(cancelled->diagnostics.warnings.size(), 1u);
  test::write(dir / "other.xml", message("府県天気予報", ""));
  EXPECT_EQ(io::read_vector(dir / "other.xml", {}, progress, {}).error().code, ErrorCode::unsupported);

  test::write(dir / "ash.xml", message("降灰予報（定時）",
      "<AshInfos type=\"x\"><AshInfo type=\"予報\"><StartTime>2026-11-21T09:00:00+09:00</StartTime><EndTime>2026-11-21T12:00:00+09:00</EndTime><Item><Kind><Name>降灰</Name><Code>70</Code><Property>"
      "<jmx_eb:Polygon>+31.6+131.3/+31.7+131.3/+31.7+131.4/+31.6+131.3/</jmx_eb:Polygon><jmx_eb:Polygon>+31.6+131.3/</jmx_eb:Polygon>"
      "<Size type=\"x\" unit=\"mm\">0.1</Size></Property></Kind><Areas codeType=\"x\"><Area><Name>展望市</Name><Code>9920100</Code></Area></Areas></Item></AshInfo></AshInfos>"
      "<VolcanoInfo type=\"v\"><Item><Kind><Name>レベル３（入山規制）</Name><Code>13</Code><Condition>引上げ</Condition></Kind>"
      "<LastKind><Name>レベル２（火口周辺規制）</Name><Code>12</Code></LastKind><Areas codeType=\"火山名\"><Area><Name>架空山</Name><Code>999</Code>"
      "<Coordinate>+3135.55+13039.40+1117/</Coordinate></Area></Areas></Item></VolcanoInfo>"
      "<VolcanoObservation><ColorPlume><jmx_eb:PlumeHeightAboveCrater unit=\"m\">2200</jmx_eb:PlumeHeightAboveCrater>"
      "<jmx_eb:PlumeHeightAboveSeaLevel unit=\"FT\" description=\"不明\"/><jmx_eb:PlumeDirection>直上</jmx_eb:PlumeDirection></ColorPlume></VolcanoObservation>"));
  const auto ash = io::read_vector(dir / "ash.xml", {}, progress, {});
  ASSERT_TRUE(ash.ok()) << ash.error().text();
  ASSERT_EQ(ash->parts.size(), 2u);
  EXPECT_EQ(ash->parts[0].kind, io::ShapeKind::point);  // the volcano
  EXPECT_EQ(ash->parts[1].kind, io::ShapeKind::polygon);
  EXPECT_EQ(ash->parts[1].count, 3u);  // kept open
  EXPECT_NEAR(ash->extent.north, 31.7, 1e-9);
  EXPECT_EQ(ash->diagnostics.warnings.size(), 1u);  // the ring of one place
  const auto word = [&](std::uint32_t row, const char* name) { return geo::to_text(ash->features.value(row, name)); };
  ASSERT_EQ(ash->features.size(), 2u);
  EXPECT_EQ(word(0, "row"), "volcano");
  EXPECT_EQ(word(0, "condition"), "引上げ");
  EXPECT_EQ(word(0, "last_kind"), "レベル２（火口周辺規制）");
  EXPECT_EQ(word(0, "plume_above_crater"), "2200 m");
  EXPECT_EQ(word(0, "plume_above_sea"), "不明");
  EXPECT_EQ(word(0, "plume_above_sea_value"), "");
  EXPECT_EQ(word(0, "plume_direction"), "直上");
  EXPECT_EQ(word(1, "row"), "ash");
  EXPECT_EQ(word(1, "size"), "0.1 mm");
  EXPECT_EQ(word(1, "areas"), "展望市");
  EXPECT_EQ(word(1, "area_codes"), "9920100");
}

TEST(Jma, EverySampleThatIsReadOpens) {
  std::size_t opened = 0, others = 0;
  Progress progress;
  for (const auto& file : files("")) {
    const auto v = io::read_vector(file, {}, progress, {});
    if (v) ++opened;
    else if (v.error().code == ErrorCode::unsupported) ++others;
    else ADD_FAILURE() << v.error().text();
  }
  if (opened + others == 0) GTEST_SKIP() << "no samples in " << samples;
  EXPECT_EQ(opened + others, 145u);
  EXPECT_GE(opened, 38u);
}

TEST(Jma, AFileOf100MegabytesIsRefusedUnread) {
  const auto dir = test::scratch("jma_huge");
  test::write(dir / "huge.xml", message("震度速報", ""));
  fs::resize_file(dir / "huge.xml", 100u << 20);  // sparse: zeros
  Progress progress;
  const auto v = io::read_vector(dir / "huge.xml", {}, progress, {});
  ASSERT_FALSE(v.ok());
  EXPECT_EQ(v.error().code, ErrorCode::out_of_budget) << v.error().text();
  test::write(dir / "bomb.xml", "<?xml version=\"1.0\"?><!DOCTYPE Report [<!ENTITY a \"aaaa\">]>" + message("震度速報", "&a;").substr(39));
  EXPECT_EQ(io::read_vector(dir / "bomb.xml", {}, progress, {}).error().code, ErrorCode::unsupported);
}
