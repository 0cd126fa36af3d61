// The sensors plugin on tables and SensorThings documents that the test writes itself; the shape of the documents is that of OGC
// 18-088, "SensorThings API Part 1". Expected values stand in the text beside them.
#include <gmock/gmock.h>

#include <cmath>

#include "json.h"
#include "plain_json.h"
#include "plugin_test_support.h"
#include "read_time.h"
#include "sensor_things.h"
#include "store.h"
#include "table.h"

namespace tenbo::runtime {
namespace {
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr std::int64_t midnight = 1'789'257'600'000;  // 2026-09-13T00:00:00Z
constexpr std::int64_t minutes = 60'000;

const std::string stations =
    "観測所番号,観測所名,経度,緯度,氾濫注意水位,避難判断水位,氾濫危険水位\n"
    "0301,新町橋,138.451,34.402,2.0,2.5,3.0\n"
    "0302,\"本町, 下流\",138.460,34.405,,,\n";
const std::string readings =
    "観測所番号,観測日時,水位(m)\n"
    "0301,2026/09/13 9:10,2.6\n"
    "0301,2026/09/13 9:00,1.5\n"  // out of order
    "0301,2026/09/13 9:20,欠測\n"
    "0301,2026/09/13 9:00,1.5\n"  // twice
    "0302,2026-09-13T00:05:00Z,0.25\n";

class SensorsPlugin : public ShippedPlugin {};

TEST_F(SensorsPlugin, TablesOfStationsAndReadings) {
  put("stations.csv", stations);
  put("readings.csv", readings);
  const auto l = layer("sensors", {{"path", path("stations.csv") + "\n" + path("readings.csv")}, {"utc_offset", "+09:00"}, {"expected_interval", "600"}, {"source", "River office"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->sensors);
  EXPECT_TRUE(o->warnings.empty()) << o->warnings.front();
  ASSERT_EQ(o->sensors->size(), 2u);
  const auto& s = o->sensors->front();
  EXPECT_EQ(s.id, "0301");
  EXPECT_EQ(s.name, "新町橋");
  EXPECT_EQ(s.unit, "m");
  EXPECT_EQ(s.quantity, "水位");
  EXPECT_EQ(s.lon, 138.451);
  EXPECT_EQ(s.expected_interval, 600);
  ASSERT_EQ(s.thresholds.size(), 3u);
  EXPECT_EQ(s.thresholds[1].level, 3);
  EXPECT_EQ(s.thresholds[1].value, 2.5);
  EXPECT_EQ(s.thresholds[1].label.ja, "避難判断水位");
  ASSERT_EQ(s.times.size(), 3u);
  EXPECT_EQ(geo::format_utc(s.times[0]), "2026-09-13T00:00:00Z");
  EXPECT_EQ(s.values[1], 2.6);
  EXPECT_TRUE(std::isnan(s.values[2]));
  EXPECT_EQ(o->sensors->back().name, "本町, 下流");
  EXPECT_TRUE(o->sensors->back().thresholds.empty());
}

TEST_F(SensorsPlugin, Cp932IsTheSameTable) {
  put("utf8.csv", stations + "");
  std::filesystem::create_directories(dir_);
  std::ofstream(dir_ / "sjis.csv", std::ios::binary) << tool("iconv", {"-f", "UTF-8", "-t", "CP932", path("utf8.csv")});
  const auto a = layer("sensors", {{"path", path("utf8.csv")}}), b = layer("sensors", {{"path", path("sjis.csv")}});
  ASSERT_EQ(b->state(), PluginState::ready) << b->error().text();
  EXPECT_EQ(b->output()->sensors->front().name, a->output()->sensors->front().name);
  EXPECT_EQ(b->output()->sensors->front().thresholds[2].label.ja, "氾濫危険水位");
}

TEST_F(SensorsPlugin, TimesWithoutAnOffsetAreNotGuessed) {
  put("all.csv", "id,lon,lat,time,value\na,138,34,2026-09-13 09:00,1\na,138,34,2026-09-13T09:10:00+09:00,2\n");
  const auto l = layer("sensors", {{"path", path("all.csv")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  ASSERT_EQ(l->output()->sensors->front().values, (std::vector<double>{2}));
  EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr("utc_offset")));
}

TEST_F(SensorsPlugin, ThresholdsOfTheLayerServeAllThatHaveNone) {
  put("all.csv", "id,lon,lat,time,value\na,138,34,2026-09-13T09:10:00+09:00,2\n");
  const auto l = layer("sensors", {{"path", path("all.csv")}, {"thresholds", "2=2.0 注意 / Caution; 3=x; 5=4"}, {"falling", "true"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto& s = l->output()->sensors->front();
  ASSERT_EQ(s.thresholds.size(), 2u);
  EXPECT_EQ(s.thresholds[0].label.en, "Caution");
  EXPECT_EQ(s.thresholds[1].level, 5);
  EXPECT_TRUE(s.falling);
  EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr("\"3=x\" is no threshold")));
}

TEST_F(SensorsPlugin, FollowsItsFileAndKeepsTheLastGoodData) {
  put("all.csv", "id,lon,lat,time,value\na,138,34,2026-09-13T09:10:00+09:00,2\n");
  const auto l = layer("sensors", {{"path", path("all.csv")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  put("new", "id,lon,lat,time,value\na,138,34,2026-09-13T09:10:00+09:00,2\na,138,34,2026-09-13T09:20:00+09:00,3\n");
  std::filesystem::rename(path("new"), path("all.csv"));
  ASSERT_TRUE(frames_until([&] { return l->output()->sensors->front().values.size() == 2; }));
  put("new", "a\n\"open");
  std::filesystem::rename(path("new"), path("all.csv"));
  ASSERT_TRUE(frames_until([&] { return !l->output()->warnings.empty(); }));
  EXPECT_THAT(l->output()->warnings, Contains(HasSubstr("does not end")));
  EXPECT_EQ(l->output()->sensors->front().values.size(), 2u);
}

TEST_F(SensorsPlugin, AFileThatHoldsNoSensorsFailsTheLayer) {
  put("all.csv", "colour,shape\nred,round\n");
  const auto l = layer("sensors", {{"path", path("all.csv")}});
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), HasSubstr("id_column"));
  EXPECT_EQ(layer("sensors", {{"path", path("none.csv")}})->state(), PluginState::failed);
}

TEST_F(SensorsPlugin, ATableSaysOnWhichPartOfAStructureASensorIs) {
  put("stations.csv", "センサID,施設ID,部材,径間,部材番号,起点からの距離(m),レベル2\nS1,BR-1,主桁,2,0203,12.5,600\nS2,BR-1,橋台,近く,,,\n");
  put("readings.csv", "センサID,日時,値\nS1,2026-09-13T00:00:00Z,650\n");
  const auto l = layer("sensors", {{"path", path("stations.csv") + "\n" + path("readings.csv")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->sensors->size(), 2u) << "a structure is place enough";
  const auto& s = o->sensors->front();
  EXPECT_EQ(s.structure, "BR-1");
  EXPECT_EQ(s.part.member, inspection::Member::main_girder);
  EXPECT_EQ(s.part.span, 2);
  EXPECT_EQ(s.part.element, "0203");
  EXPECT_EQ(s.part.along, 12.5);
  EXPECT_EQ(s.values, (std::vector<double>{650}));
  EXPECT_EQ(o->sensors->back().part.span, 0);
  EXPECT_THAT(o->warnings, Contains(HasSubstr("1 rows have a span or a position")));
}

TEST(PlainJson, AnObjectOfATablesWordsIsARowAndItsTopicItsId) {
  const auto one = sensors::plain_rows(sensors::parse_json(R"({"time": "2026-09-13T00:00:00Z", "value": 812.5, "structure": "BR-1", "span": 2, "tags": ["a"]})"), "bridge/BR-1/strain");
  ASSERT_TRUE(one);
  sensors::Store store;
  sensors::read_table(*one, {}, midnight + minutes, store);
  ASSERT_EQ(store.stations().size(), 1u);
  const auto& s = store.stations().at("bridge/BR-1/strain");
  EXPECT_EQ(s.part.structure, "BR-1");
  EXPECT_EQ(s.part.span, 2);
  ASSERT_EQ(s.readings.size(), 1u);
  EXPECT_EQ(s.readings[0].value, 812.5);
  // A list, with a value that is missing; and what is no row.
  const auto two = sensors::plain_rows(sensors::parse_json(R"([{"id": "a", "time": "2026-09-13T00:00:00Z", "value": null}, {"id": "b", "time": "2026-09-13T00:00:00Z", "value": 2}])"), "");
  ASSERT_TRUE(two);
  sensors::read_table(*two, {}, midnight + minutes, store);
  EXPECT_TRUE(std::isnan(store.stations().at("a").readings.at(0).value));
  for (const char* other : {R"({"result": 2, "time": "2026-09-13T00:00:00Z", "value": 1})", R"({"value": [{"@iot.id": 1}]})", R"({"time": 1})", "[]", "3"})
    EXPECT_FALSE(sensors::plain_rows(sensors::parse_json(other), "t")) << other;
}

TEST(SensorThings, PropertiesAndFeaturesOfInterestSayWhichPart) {
  sensors::Store store;
  sensors::read_things(R"({"@iot.id": 9, "name": "strain", "unitOfMeasurement": {"symbol": "µε"}, "properties": {"structure": "BR-1", "member": "girder"},
    "Observations": [{"phenomenonTime": "2026-09-13T00:00:00Z", "result": 5, "FeatureOfInterest": {"name": "girder 3", "feature": {"type": "Point", "coordinates": [139.5, 35.5]},
      "properties": {"span": 2, "element": "0203", "along": 12.5}}}]})", "", std::nullopt, store);
  const auto& s = store.stations().at("9");
  EXPECT_EQ(s.part.structure, "BR-1");
  EXPECT_EQ(s.part.member, "girder");
  EXPECT_EQ(s.part.element, "0203");
  EXPECT_EQ(s.part.span, 2);
  EXPECT_EQ(s.part.along, 12.5);
  EXPECT_EQ(s.lon, 139.5);
}

const std::string thing = R"({"@iot.id": 1, "name": "新町橋",
  "Locations": [{"name": "bridge", "encodingType": "application/vnd.geo+json", "location": {"type": "Point", "coordinates": [138.451, 34.402]}}],
  "Datastreams": [{"@iot.id": 7, "name": "水位", "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "ucum:m"},
    "ObservedProperty": {"name": "water level"},
    "properties": {"expected_interval": 600, "thresholds": [{"level": 3, "value": 2.5, "label": {"ja": "避難判断水位", "en": "Evacuation"}}]},
    "Observations": [{"phenomenonTime": "2026-09-13T00:10:00.000Z", "result": 2.75}, {"phenomenonTime": "2026-09-13T00:00:00Z", "result": null}]}]})";

TEST_F(SensorsPlugin, SensorThingsFromAFile) {
  put("things.json", "{\"value\": [" + thing + "]}");
  const auto l = layer("sensors", {{"path", path("things.json")}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->sensors->size(), 1u);
  const auto& s = o->sensors->front();
  EXPECT_EQ(s.id, "7");
  EXPECT_EQ(s.name, "新町橋 · 水位");
  EXPECT_EQ(s.quantity, "water level");
  EXPECT_EQ(s.unit, "m");
  EXPECT_EQ(s.lat, 34.402);
  EXPECT_EQ(s.thresholds.at(0).label.en, "Evacuation");
  ASSERT_EQ(s.values.size(), 2u);
  EXPECT_TRUE(std::isnan(s.values[0]));
  EXPECT_EQ(s.values[1], 2.75);
}

// --- the readers alone: what messages do
TEST(SensorThings, APageIsNamedAfterTheOneBefore) {
  EXPECT_EQ(sensors::page_after("https://h/v1.1/Things"), "https://h/v1.1/Things#page=2");
  EXPECT_EQ(sensors::page_after("https://h/v1.1/Things#page=2"), "https://h/v1.1/Things#page=3");
  EXPECT_EQ(sensors::page_after("https://h/v1.1/Things#page=99"), "https://h/v1.1/Things#page=100");
}

// Pages as a feed brings them: a warning stands as long as one that is named has not come.
TEST_F(SensorsPlugin, AMissingPageIsSaidUntilItComes) {
  const auto l = layer("sensors", {});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  std::uint64_t number = 0;
  const auto bring = [&](const std::string& source, const std::string& id, bool more) {
    const std::string text = R"({"value": [{"@iot.id": ")" + id + R"(", "name": "t", "Locations": [{"location": {"type": "Point", "coordinates": [138, 34]}}],
        "Datastreams": [{"@iot.id": ")" + id + R"(", "name": "d", "unitOfMeasurement": {"symbol": "m"}}]}])" + (more ? R"(, "@iot.nextLink": "https://h/Things?$skip=1")" : "") + "}";
    PluginMessage m;
    m.number = ++number;
    m.arrival = {1'900'000'000'000 + static_cast<std::int64_t>(number)};
    m.feed = "things";
    m.source = source;
    auto body = std::make_shared<std::vector<std::byte>>(text.size());
    std::memcpy(body->data(), text.data(), text.size());
    m.body = std::move(body);
    l->deliver({m});
    ASSERT_TRUE(frames_until([&] { return l->state() == PluginState::failed || !l->taking_messages(); }));
    ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  };
  bring("https://h/Things", "a", true);
  EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr("https://h/Things is one page of several")));
  bring("https://h/Things#page=2", "b", true);
  EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr("https://h/Things#page=2 is one page of several")));
  bring("https://h/Things#page=3", "c", false);
  EXPECT_THAT(l->output()->warnings, ::testing::IsEmpty());
  EXPECT_EQ(l->output()->sensors->size(), 3u);
  bring("https://h/Things#page=3", "c", true);  // it has grown
  EXPECT_THAT(l->output()->warnings, ElementsAre(HasSubstr("https://h/Things#page=3 is one page of several")));
}

TEST(SensorThings, AnMqttObservationFindsItsDatastreamInTheTopic) {
  sensors::Store store;
  sensors::read_things(thing, "https://example.org/v1.1/Things(1)", midnight + 15 * minutes, store);
  sensors::read_things(R"({"phenomenonTime": "2026-09-13T00:20:00Z", "resultTime": "2026-09-13T00:21:00Z", "result": 3.5})", "v1.1/Datastreams(7)/Observations", midnight + 21 * minutes, store);
  sensors::read_things(R"({"phenomenonTime": "2026-09-13T00:15:00Z", "result": "3.25"})", "v1.1/Datastreams(7)/Observations", midnight + 22 * minutes, store);
  ASSERT_EQ(store.stations().size(), 1u);
  const auto& s = store.stations().at("7");
  std::vector<double> values;
  for (std::size_t i = 1; i < s.readings.size(); ++i) values.push_back(s.readings[i].value);
  EXPECT_EQ(values, (std::vector<double>{2.75, 3.25, 3.5}));
  EXPECT_TRUE(s.placed());
}

TEST(SensorThings, ReadingsBeforeTheirSensorIsKnownWaitForIt) {
  sensors::Store store;
  sensors::read_things(R"({"phenomenonTime": "2026-09-13T00:20:00Z", "result": 3.5})", "v1.1/Datastreams(7)/Observations", midnight + 21 * minutes, store);
  EXPECT_FALSE(store.stations().at("7").placed());
  sensors::read_things(thing, "", midnight + 25 * minutes, store);
  EXPECT_TRUE(store.stations().at("7").placed());
  EXPECT_EQ(store.stations().at("7").readings.size(), 3u);
}

TEST(SensorThings, WhatComesTwiceOrInAnyOrderGivesTheSame) {
  const std::vector<std::string> messages{
      thing, R"({"phenomenonTime": "2026-09-13T00:20:00Z", "result": 3.5})", R"({"phenomenonTime": "2026-09-13T00:15:00Z", "result": 3})",
      R"({"value": [{"phenomenonTime": "2026-09-13T00:25:00Z", "result": 4, "Datastream": {"@iot.id": 7}}]})",
      R"([{"Datastream": {"@iot.id": 7}, "components": ["result", "phenomenonTime"], "dataArray": [[5, "2026-09-13T00:30:00Z"], [6, "2026-09-13T00:35:00Z"]]}])"};
  const auto read = [&](const std::vector<std::size_t>& order) {
    sensors::Store store;
    for (const auto i : order) sensors::read_things(messages[i], "v1.1/Datastreams(7)/Observations", midnight + 40 * minutes, store);
    std::vector<std::pair<std::int64_t, double>> out;
    for (const auto& r : store.stations().at("7").readings) out.emplace_back(r.time, std::isnan(r.value) ? -1 : r.value);
    return out;
  };
  const auto once = read({0, 1, 2, 3, 4});
  EXPECT_EQ(once.size(), 7u);
  EXPECT_EQ(read({4, 3, 2, 1, 0}), once);
  EXPECT_EQ(read({1, 1, 4, 0, 2, 3, 0, 4, 2}), once);
}

TEST(SensorThings, ReadingsOfTheFutureAreLeftOutAndOldOnesForgotten) {
  sensors::Store store;
  const auto read = [&](const char* time, std::int64_t arrival) {
    sensors::read_things(std::string(R"({"phenomenonTime": ")") + time + R"(", "result": 1})", "Datastreams(7)/Observations", arrival, store);
  };
  read("2026-09-13T00:20:00Z", midnight);  // 20 minutes ahead
  EXPECT_TRUE(store.stations().empty());
  EXPECT_EQ(store.left().future, 1u);
  read("2026-09-09T00:00:00Z", midnight);
  read("2026-09-10T00:00:00Z", midnight);  // 72 hours old
  read("2026-09-13T00:00:00Z", midnight);
  store.forget_before(midnight);
  EXPECT_EQ(store.stations().at("7").readings.size(), 2u);
  store.forget_before(midnight + 30 * 24 * 60 * minutes);
  EXPECT_EQ(store.stations().at("7").readings.size(), 1u);  // the latest stays: it is what is known
}

TEST(SensorThings, HostileDocumentsAreRefused) {
  using sensors::parse_json;
  for (const std::string bad : {"", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", "+1", "nul", "\"\\ud800\"", "\"\\x\"", "\"\n\"", "1e999", "[1] 2", "'a'", "// x\n1"})
    EXPECT_THROW(parse_json(bad), sensors::JsonError) << bad;
  EXPECT_THROW(parse_json(std::string(1'000'000, '[')), sensors::JsonError);
  EXPECT_THROW(parse_json(std::string(sensors::most_bytes + 1, ' ')), sensors::JsonError);
  EXPECT_EQ(parse_json(R"("\ud83d\ude00\u6c34")").text, "😀水");
  EXPECT_EQ(parse_json("9007199254740993").text, "9007199254740993");
}

TEST(SensorThings, TopicsNameTheDatastream) {
  EXPECT_EQ(sensors::datastream_of("v1.1/Datastreams(7)/Observations"), "7");
  EXPECT_EQ(sensors::datastream_of("Things(1)/Datastreams('a (b)')/Observations"), "a (b)");
  EXPECT_EQ(sensors::datastream_of("v1.1/Observations"), "");
  EXPECT_EQ(sensors::datastream_of("Datastreams(7"), "");
}

TEST(SensorValues, WordsAreNeverNumbers) {
  sensors::Left left;
  for (const char* word : {"", "欠測", "-", "NaN", "***", "null"}) EXPECT_TRUE(std::isnan(sensors::read_value(word, left))) << word;
  EXPECT_EQ(left.no_number, 0u);
  for (const char* word : {"1,5", "12m", "inf", "1e999", "0x10"}) EXPECT_TRUE(std::isnan(sensors::read_value(word, left))) << word;
  EXPECT_EQ(left.no_number, 5u);
  EXPECT_EQ(sensors::read_value(" +2.50 ", left), 2.5);
}

TEST(SensorTimes, AreReadWithTheirOffsetOrNotAtAll) {
  using sensors::read_time;
  EXPECT_EQ(read_time("2026-09-13T00:00:00Z", {}), midnight);
  EXPECT_EQ(read_time("2026-09-13T09:00:00.250+09:00", {}), midnight + 250);
  EXPECT_EQ(read_time("2026-09-13T09:00+0900", {}), midnight);
  EXPECT_EQ(read_time("2026-09-12T23:50:00Z/2026-09-13T00:00:00Z", {}), midnight);
  EXPECT_EQ(read_time("2026/9/13 9:00", 540), midnight);
  EXPECT_EQ(read_time("2026/09/12 24:00", 0), midnight);
  EXPECT_EQ(read_time("2026/9/13 9:00", {}), std::nullopt);
  for (const char* bad : {"2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-09-13", "2026-09-13T25:00:00Z", "2026-09/13T00:00:00Z", "x", "2026-09-13T00:00:00+99:00"})
    EXPECT_EQ(read_time(bad, 540), std::nullopt) << bad;
}

}  // namespace
}  // namespace tenbo::runtime
