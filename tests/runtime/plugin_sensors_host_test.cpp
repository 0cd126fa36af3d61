// What the host makes of sensors that a plugin publishes (tests/plugins/cases_sensors.cpp), right and wrong.
#include <gmock/gmock.h>

#include <cmath>

#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {
namespace {
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SensorsHost : public ::testing::Test {
 protected:
  std::unique_ptr<PluginLayer> publisher(const std::string& what) {
    auto layer = host_->create_layer("publisher", {{"case", what}});
    EXPECT_TRUE(layer) << layer.error().text();
    host_->settle(std::chrono::seconds(30));
    return layer ? std::move(*layer) : nullptr;
  }
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<PluginHost> host_ = PluginHost::create({{std::filesystem::path(TENBO_BINARY_DIR) / "tests/plugins"}, std::chrono::seconds(20)}, jobs_, log_);
};

TEST_F(SensorsHost, SensorsArriveAsTheyWerePublished) {
  const auto l = publisher("sensors");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->sensors && o->records);
  EXPECT_EQ(o->title, "水位");
  EXPECT_EQ(o->source, "River office");
  ASSERT_EQ(o->sensors->size(), 2u);
  const auto& s = o->sensors->front();
  EXPECT_EQ(s.id, "g1");
  EXPECT_EQ(s.name, "橋の\xEF\xBF\xBD水位計");
  EXPECT_EQ(s.unit, "m");
  EXPECT_EQ(s.height, 12);
  EXPECT_FALSE(s.falling);
  EXPECT_EQ(s.expected_interval, 600);
  ASSERT_EQ(s.thresholds.size(), 3u);  // from the least level to the worst
  EXPECT_EQ(s.thresholds[0].level, 2);
  EXPECT_EQ(s.thresholds[2].level, 4);
  EXPECT_EQ(s.thresholds[2].value, 3.5);
  EXPECT_EQ(s.thresholds[2].label.ja, "氾濫危険水位");
  ASSERT_EQ(s.times.size(), 3u);
  EXPECT_EQ(geo::format_utc(s.times[2]), "2026-09-13T00:20:00Z");
  EXPECT_EQ(s.values[0], 1.5);
  EXPECT_TRUE(std::isnan(s.values[1]));
  const auto& second = o->sensors->back();
  EXPECT_TRUE(second.falling);
  EXPECT_FALSE(second.height);
  EXPECT_TRUE(second.times.empty());
  EXPECT_EQ(o->records->id(1), "g2");
  EXPECT_EQ(geo::to_text(o->records->value(0, "quantity")), "水位");
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("1 texts were not UTF-8")));
}

TEST_F(SensorsHost, WhatCanBeMendedIsMendedAndSaid) {
  const auto l = publisher("sensors_mended");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->sensors->size(), 1u);
  EXPECT_FALSE(o->sensors->front().height);
  EXPECT_EQ(o->sensors->front().expected_interval, 0);
  EXPECT_TRUE(std::isnan(o->sensors->front().values[2]));
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("left out"), HasSubstr("stand on the ground"), HasSubstr("never go stale"),
                                       HasSubstr("infinite"), HasSubstr("not UTF-8")));
  EXPECT_TRUE(std::isnan(publisher("sensors_infinite")->output()->sensors->front().values[0]));
}

TEST_F(SensorsHost, ASensorMayNameThePartOfAStructure) {
  const auto l = publisher("sensors_on_structure");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->sensors->size(), 2u) << "without a place of its own";
  const auto& s = o->sensors->back();
  EXPECT_FALSE(s.placed());
  EXPECT_EQ(s.structure, "BR-1");
  EXPECT_EQ(s.part.member, inspection::Member::main_girder);
  EXPECT_EQ(s.part.element, "0102");
  EXPECT_EQ(s.part.span, 1);
  EXPECT_EQ(s.part.along, 12.5);
  EXPECT_EQ(s.part.up, -1);
  EXPECT_TRUE(std::isnan(s.part.across)) << "not said to be known";
  EXPECT_TRUE(o->sensors->front().structure.empty());
  EXPECT_EQ(geo::to_text(o->records->value(1, "structure")), "BR-1");

  const auto odd = publisher("sensors_mad_part");
  ASSERT_EQ(odd->state(), PluginState::ready) << odd->error().text();
  EXPECT_EQ(odd->output()->sensors->back().part.span, 0);
  EXPECT_TRUE(std::isnan(odd->output()->sensors->back().part.along));
  EXPECT_THAT(odd->output()->warnings, ::testing::Contains(HasSubstr("1 sensors have a span or a position")));
}

TEST_F(SensorsHost, AStructThatEndsBeforeStructuresIsTakenAsItIs) {
  const auto l = publisher("sensors_old");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->sensors->size(), 2u);
  EXPECT_EQ(o->sensors->back().id, "g2");
  EXPECT_TRUE(o->sensors->back().structure.empty());
  EXPECT_EQ(o->sensors->front().values.size(), 3u);
}

struct Wrong {
  const char* what;
  const char* said;  // part of the message
};
void PrintTo(const Wrong& w, std::ostream* out) { *out << w.what; }
class WrongSensors : public SensorsHost, public ::testing::WithParamInterface<Wrong> {};
TEST_P(WrongSensors, FailTheLayerWithAMessage) {
  const auto l = publisher(GetParam().what);
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), AllOf(HasSubstr("plugin publisher"), HasSubstr(GetParam().said)));
  EXPECT_FALSE(l->output());
}
INSTANTIATE_TEST_SUITE_P(
    Sensors, WrongSensors,
    ::testing::Values(Wrong{"sensors_null", "tenbo_sensors is NULL"}, Wrong{"sensors_mad_position", "sensors[1].has_position"}, Wrong{"sensors_size_0", "tenbo_sensors.size"}, Wrong{"sensors_null_about", "about is NULL"},
                      Wrong{"sensors_null_sensors", "sensors is NULL"}, Wrong{"sensors_sensors_huge", "sensor_count"},
                      Wrong{"sensors_sensor_size_0", "sensors[0].size"}, Wrong{"sensors_uneven_sizes", "sensors[1]"}, Wrong{"sensors_odd_stride", "aligned"},
                      Wrong{"sensors_no_id", "sensors[0].id"}, Wrong{"sensors_same_id", "sensors[1].id"}, Wrong{"sensors_null_text", "sensors[0].name"},
                      Wrong{"sensors_huge_text", "sensors[1].unit"}, Wrong{"sensors_mad_flag", "sensors[1].falling"}, Wrong{"sensors_mad_height_flag", "sensors[1].has_height"},
                      Wrong{"sensors_null_thresholds", "thresholds is NULL"}, Wrong{"sensors_many_thresholds", "threshold_count"},
                      Wrong{"sensors_wrong_level", "thresholds[0].level"}, Wrong{"sensors_level_0", "thresholds[1].level"},
                      Wrong{"sensors_threshold_nan", "thresholds[1].value"}, Wrong{"sensors_uneven_thresholds", "thresholds[1]"},
                      Wrong{"sensors_null_times", "times is NULL"}, Wrong{"sensors_null_values", "values is NULL"}, Wrong{"sensors_many_samples", "sensors[1].sample_count"},
                      Wrong{"sensors_equal_times", "times[1]"}, Wrong{"sensors_descending_times", "times[2]"}, Wrong{"sensors_mad_time", "times[2]"}),
    [](const auto& wrong) { return std::string(wrong.param.what); });

}  // namespace
}  // namespace tenbo::runtime
