// The host against plugins of tests/plugins, good and bad. What they publish is written down there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <set>
#include <thread>

#include "tenbo/base/file.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Parameters = std::vector<std::pair<std::string, std::string>>;

class PluginHostTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("plugin_host_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  PluginHost& host(std::chrono::milliseconds limit = 20s) {
    if (!host_) host_ = PluginHost::create({{fs::path(TENBO_BINARY_DIR) / "tests/plugins", fs::path(TENBO_BINARY_DIR) / "plugins"}, limit}, jobs_, log_);
    return *host_;
  }
  std::unique_ptr<PluginLayer> start(const std::string& id, const Parameters& parameters) {
    auto layer = host().create_layer(id, parameters);
    EXPECT_TRUE(layer) << layer.error().text();
    return layer ? std::move(*layer) : nullptr;
  }
  // Started and settled.
  std::unique_ptr<PluginLayer> layer(const std::string& id, const Parameters& parameters) {
    auto l = start(id, parameters);
    host().settle(30s);
    return l;
  }
  std::unique_ptr<PluginLayer> publisher(const std::string& what) { return layer("publisher", {{"case", what}}); }
  // Ticks as frames do until `done`; false after far too long.
  template <class F>
  bool frames_until(F&& done) {
    for (int i = 0; i < 3000; ++i) {
      if (done()) return true;
      host().tick(2ms);
      std::this_thread::sleep_for(10ms);
    }
    return done();
  }
  static std::string text_of(const fs::path& path) {
    auto t = read_text_file(path);
    return t ? *t : "";
  }

  fs::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<PluginHost> host_;
};

// ------------------------------------------------------------------------------------------------------------ good plugins
TEST_F(PluginHostTest, AFieldArrivesAsItWasPublished) {
  const auto l = publisher("field");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->field);
  EXPECT_EQ(o->revision, 1u);
  EXPECT_EQ(o->title, "試験");
  EXPECT_EQ(o->source, "Model 7");
  EXPECT_EQ(o->certainty, geo::Certainty::simulated);
  ASSERT_TRUE(o->issue_time);
  EXPECT_EQ(o->issue_time->ms, 1'699'999'000'000);
  EXPECT_EQ(o->palette, "flood-depth");
  EXPECT_TRUE(o->is_water_depth);
  EXPECT_THAT(o->warnings, ElementsAre("one gauge left out"));
  const auto& info = o->field->info();
  EXPECT_EQ(info.quantity, "water depth");
  EXPECT_EQ(info.unit, "m");
  EXPECT_EQ(info.source, "Model 7");
  ASSERT_EQ(info.valid_times.size(), 2u);
  EXPECT_EQ(info.valid_times[1].ms, 1'700'003'600'000);
  EXPECT_DOUBLE_EQ(info.extent.west, 139.0);
  EXPECT_DOUBLE_EQ(info.extent.east, 140.5);
  EXPECT_DOUBLE_EQ(info.extent.south, 35.0);
  EXPECT_DOUBLE_EQ(info.extent.north, 36.0);
  ASSERT_EQ(o->field->steps(), 2u);
  for (std::size_t s = 0; s < 2; ++s) {
    const auto slice = o->field->slice(s);
    ASSERT_TRUE(slice);
    for (int c = 0; c < 5; ++c) EXPECT_FLOAT_EQ((*slice)->values[static_cast<std::size_t>(c)], static_cast<float>(10 * s + c / 3 + c % 3 / 10.0));
    EXPECT_TRUE(std::isnan((*slice)->values[5]));
  }
  EXPECT_FLOAT_EQ(*o->field->value(1, 139.6, 35.2), 11.1f);  // column 1, row 1
}

TEST_F(PluginHostTest, RecordsAndStructuresArriveAsTheyWerePublished) {
  const auto l = publisher("records");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->records);
  EXPECT_EQ(o->records->size(), 3u);
  EXPECT_EQ(o->records->id(1), "b2");
  EXPECT_EQ(o->records->type(1), "bridge");
  EXPECT_EQ(geo::to_text(o->records->value(0, "名称")), "日の出橋");
  EXPECT_EQ(geo::to_text(o->records->value(1, "名称")), "Second \xEF\xBF\xBD bridge");  // mended, and said
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("2 texts were not UTF-8")));
  EXPECT_EQ(std::get<std::int64_t>(o->records->value(2, "spans")), 3);
  EXPECT_EQ(std::get<double>(o->records->value(0, "length")), 12.5);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(o->records->value(1, "length")));  // NaN is missing
  EXPECT_EQ(std::get<bool>(o->records->value(1, "lit")), false);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(o->records->value(2, "lit")));
  ASSERT_EQ(o->structures.size(), 3u);
  EXPECT_EQ(o->structures[2].feature, 2u);
  EXPECT_EQ(o->structures[2].grade, Grade::III);
  EXPECT_EQ(o->structures[2].year, 2022);
  EXPECT_EQ(o->structures[0].height, 42);
  EXPECT_FALSE(o->structures[1].height);
  EXPECT_EQ(o->structures[1].lon, 140);
}

TEST_F(PluginHostTest, WhatCanBeMendedIsMendedAndSaid) {
  const auto l = publisher("records_mended");
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_EQ(o->structures.size(), 2u);  // the one at NaN is left out
  EXPECT_FALSE(o->structures[0].height);
  EXPECT_FALSE(o->structures[1].year);
  EXPECT_THAT(o->warnings, ElementsAre(HasSubstr("1 structures have no longitude"), HasSubstr("height"), HasSubstr("year"), HasSubstr("UTF-8")));

  const auto f = publisher("field_infinite_values");
  ASSERT_EQ(f->state(), PluginState::ready);
  EXPECT_TRUE(std::isnan((*f->output()->field->slice(0))->values[0]));
  EXPECT_THAT(f->output()->warnings, ElementsAre("one gauge left out", HasSubstr("1 infinite values")));
}

TEST_F(PluginHostTest, ExampleInC) {
  const auto l = layer("example_c", {{"lon", "135"}, {"lat", "35"}});
  ASSERT_EQ(l->state(), PluginState::ready) << l->error().text();
  const auto o = l->output();
  ASSERT_TRUE(o && o->field);
  // A place 0.01 degrees of latitude north of the centre: 1113 m by the definition of 111.32 km a degree, to a cell's size.
  EXPECT_NEAR(*o->field->value(0, 135, 35.01), 1113, 25);
  EXPECT_TRUE(l->set_parameter("lat", "36"));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 2; }));
  EXPECT_NEAR(*l->output()->field->value(0, 135, 36.01), 1113, 25);
}

// -------------------------------------------------------------------------------------------------------------- parameters
TEST_F(PluginHostTest, ParametersAreCheckedBeforeThePluginSeesThem) {
  const auto error = [&](const Parameters& p) {
    auto l = host().create_layer("publisher", p);
    return l ? std::string() : l.error().text();
  };
  EXPECT_THAT(error({{"colur", "red"}}), HasSubstr("did you mean \"colour\""));
  EXPECT_THAT(error({{"colour", "blue"}}), HasSubstr("one of red, green"));
  EXPECT_THAT(error({{"amount", "11"}}), HasSubstr("from 0"));
  EXPECT_THAT(error({{"amount", "nan"}}), HasSubstr("a number in m"));
  EXPECT_THAT(error({{"amount", "1 m"}}), HasSubstr("a number in m"));
  EXPECT_THAT(error({{"loud", "yes"}}), HasSubstr("true or false"));
  EXPECT_THAT(error({{"case", "a\xff"}}), HasSubstr("UTF-8"));
  EXPECT_THAT(error({{"case", "field"}, {"case", "field"}}), HasSubstr("twice"));
  EXPECT_THAT(error({{"files", "/a"}, {"files", "/b"}}), "");
  auto needs = host().create_layer("hazard_rain", {});
  ASSERT_FALSE(needs);
  EXPECT_THAT(needs.error().text(), HasSubstr("\"path\""));
  auto near = host().create_layer("hazard_floood", {});
  ASSERT_FALSE(near);
  EXPECT_THAT(near.error().text(), HasSubstr("hazard_flood"));
}

TEST_F(PluginHostTest, AChangedParameterIsPublishedAnew) {
  const auto l = publisher("field");
  ASSERT_TRUE(l->output());
  EXPECT_FLOAT_EQ((*l->output()->field->slice(1))->values[0], 10);
  EXPECT_FALSE(l->set_parameter("amount", "20"));
  ASSERT_TRUE(l->set_parameter("amount", "2"));
  ASSERT_TRUE(frames_until([&] { return l->output()->revision == 2; }));
  EXPECT_FLOAT_EQ((*l->output()->field->slice(1))->values[0], 20);
  for (const auto& p : l->parameters()) EXPECT_EQ(p.value, p.name == "amount" ? "2" : p.name == "case" ? "field" : p.default_value);
}

// -------------------------------------------------------------------------------------------------------- wrong publications
struct Wrong {
  const char* what;
  const char* said;  // part of the message
};
std::string name_of(const ::testing::TestParamInfo<Wrong>& wrong) { return wrong.param.what; }
void PrintTo(const Wrong& w, std::ostream* out) { *out << w.what; }

class WrongPublication : public PluginHostTest, public ::testing::WithParamInterface<Wrong> {};
TEST_P(WrongPublication, FailsItsLayerWithAMessageAndNoOther) {
  const auto good = start("publisher", {{"case", "field"}});
  const auto l = publisher(GetParam().what);
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), AllOf(HasSubstr("plugin publisher"), HasSubstr(GetParam().said)));
  EXPECT_FALSE(l->output());
  EXPECT_EQ(good->state(), PluginState::ready);
  EXPECT_TRUE(good->output());
}
INSTANTIATE_TEST_SUITE_P(
    Fields, WrongPublication,
    ::testing::Values(Wrong{"field_size_0", "tenbo_field.size"}, Wrong{"field_size_8", "tenbo_field.size"}, Wrong{"field_size_huge", "tenbo_field.size"},
                      Wrong{"field_null", "tenbo_field is NULL"}, Wrong{"field_null_about", "tenbo_field.about is NULL"},
                      Wrong{"field_small_about", "tenbo_field.about.size"}, Wrong{"field_wrong_certainty", "certainty"},
                      Wrong{"field_source_not_utf8", "about.source is not UTF-8"}, Wrong{"field_source_null", "about.source"},
                      Wrong{"field_source_huge", "about.source"}, Wrong{"field_warning_not_utf8", "warnings[0]"},
                      Wrong{"field_null_warnings", "about.warnings"}, Wrong{"field_many_warnings", "warning_count"},
                      Wrong{"field_mad_issue_time", "issue_time"}, Wrong{"field_mad_flag", "has_issue_time"},
                      Wrong{"field_palette_path", "palette"}, Wrong{"field_width_0", "width"}, Wrong{"field_width_huge", "width"},
                      Wrong{"field_many_values", "slices"}, Wrong{"field_steps_0", "step_count"}, Wrong{"field_steps_huge", "step_count"},
                      Wrong{"field_nan_geotransform", "geotransform[3]"}, Wrong{"field_flat_geotransform", "geotransform"},
                      Wrong{"field_grid_off_the_earth", "geotransform"}, Wrong{"field_no_crs", "crs"}, Wrong{"field_wrong_crs", "crs"},
                      Wrong{"field_null_times", "valid_times"}, Wrong{"field_unsorted_times", "valid_times[1]"},
                      Wrong{"field_equal_times", "valid_times[1]"}, Wrong{"field_mad_time", "valid_times[1]"},
                      Wrong{"field_null_slices", "slices is NULL"}, Wrong{"field_null_slice", "slices[1]"}, Wrong{"field_stray_handle", "from_reader"}),
    name_of);
INSTANTIATE_TEST_SUITE_P(
    Records, WrongPublication,
    ::testing::Values(Wrong{"records_null", "tenbo_records is NULL"}, Wrong{"records_size_0", "tenbo_records.size"}, Wrong{"records_rows_huge", "row_count"},
                      Wrong{"records_columns_huge", "column_count"}, Wrong{"records_structures_huge", "structure_count"},
                      Wrong{"records_null_columns", "columns is NULL"}, Wrong{"records_null_structures", "structures is NULL"},
                      Wrong{"records_column_name_not_utf8", "columns[0].name"}, Wrong{"records_column_without_name", "columns[0].name"},
                      Wrong{"records_wrong_type", "\"spans\".type"}, Wrong{"records_null_values", "\"spans\".values"},
                      Wrong{"records_null_text", "values[2]"}, Wrong{"records_huge_text", "values[2]"}, Wrong{"records_uneven_sizes", "columns[2].size"},
                      Wrong{"records_odd_stride", "aligned"}, Wrong{"records_structure_size_0", "structures[0].size"},
                      Wrong{"records_wrong_grade", "structures[1].grade"}, Wrong{"records_wrong_row", "structures[1].row"},
                      Wrong{"records_mad_flag", "structures[1].has_year"}, Wrong{"records_stray_handle", "from_reader"}),
    name_of);

TEST_F(PluginHostTest, ACallWithoutAHostIsRefused) {
  const auto l = publisher("field_no_host");
  EXPECT_EQ(l->state(), PluginState::ready);
  EXPECT_EQ(l->output()->revision, 1u);
}

// ----------------------------------------------------------------------------------------------------------- wrong libraries
class WrongLibrary : public PluginHostTest, public ::testing::WithParamInterface<Wrong> {};
TEST_P(WrongLibrary, FailsItsLayerWithAMessage) {
  const std::string id = std::string("bad_") + GetParam().what;
  const auto l = layer(id, {});
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), AllOf(HasSubstr("plugin " + id), HasSubstr(GetParam().said)));
  const auto again = layer(id, {});  // and again, in the same way
  EXPECT_EQ(again->error().text(), l->error().text());
}
INSTANTIATE_TEST_SUITE_P(
    Cases, WrongLibrary,
    ::testing::Values(Wrong{"wrong_abi", "ABI 99"}, Wrong{"no_entry", "tenbo_plugin_entry"}, Wrong{"missing_symbol", "tenbo_test_function_that_nobody_has"},
                      Wrong{"small_entry", "tenbo_plugin_entry.size"}, Wrong{"huge_entry", "tenbo_plugin_entry.size"},
                      Wrong{"null_entry_function", "deinit"}, Wrong{"entry_fails", "entry.init failed"}, Wrong{"entry_throws", "not today"},
                      Wrong{"null_factory", "tenbo_factory is NULL"}, Wrong{"factory_of_none", "makes 0 plugins"}, Wrong{"wrong_id", "somebody_else"},
                      Wrong{"create_gives_null", "create()"}, Wrong{"create_throws", "not a std::exception"}, Wrong{"small_plugin", "tenbo_plugin.size"},
                      Wrong{"null_plugin_function", "activate"}, Wrong{"init_fails", "no licence on this machine"},
                      Wrong{"init_throws", "the plugin's own words"}),
    name_of);

TEST_F(PluginHostTest, DeclaredParametersNeedTheirExtension) {
  const auto l = layer("bad_no_parameters", {{"case", "x"}});
  EXPECT_EQ(l->state(), PluginState::failed);
  EXPECT_THAT(l->error().text(), HasSubstr("tenbo.parameters/1"));
}

// ------------------------------------------------------------------------------------------------------- throwing, blocking
TEST_F(PluginHostTest, ExceptionsAndNonsenseCodesFailTheLayerAndItIsPutAway) {
  for (const auto& [what, said] : {std::pair{"throws_in_activate", "a tide table is missing"}, {"throws_an_int_in_activate", "not a std::exception"},
                                   {"nonsense_code", "12345"}, {"throws_in_set", "set"}}) {
    const auto mark = dir_ / what;
    const auto l = layer("publisher", {{"mark", mark.string()}, {"case", what}});
    EXPECT_EQ(l->state(), PluginState::failed);
    EXPECT_THAT(l->error().text(), HasSubstr(said));
    if (std::string(what) == "throws_in_set") continue;  // before it learnt where to leave its mark
    EXPECT_TRUE(frames_until([&] { return text_of(mark) == "destroy\n"; })) << what;  // never active: not deactivated
  }
}

TEST_F(PluginHostTest, TicksComeOnlyWhenAskedForAndOnTheMainThread) {
  const auto l = publisher("tick");
  ASSERT_EQ(l->state(), PluginState::ready);
  ASSERT_TRUE(frames_until([&] { return l->output() && l->output()->revision == 3; }));
  for (int i = 0; i < 20; ++i) host().tick(1ms);
  EXPECT_EQ(l->output()->revision, 3u);  // it asked three times
}

TEST_F(PluginHostTest, ATickThatThrowsFailsOrDawdlesLosesItsLayer) {
  for (const auto& [what, said] : {std::pair{"throws_in_tick", "tick tock"}, {"fails_in_tick", "tick()"}, {"slow_tick", "kept the main thread"}}) {
    const auto l = publisher(what);
    EXPECT_TRUE(frames_until([&] { return l->state() == PluginState::failed; })) << what;
    EXPECT_THAT(l->error().text(), HasSubstr(said));
  }
}

TEST_F(PluginHostTest, AWorkerThatBlocksLosesItsLayerWhileFramesGoOn) {
  const auto began = std::chrono::steady_clock::now();
  host(300ms);
  const auto stuck = start("publisher", {{"case", "blocks_in_activate"}});
  const auto stuck_earlier = start("bad_blocks_in_init", {});
  const auto good = start("publisher", {{"case", "tick"}});
  int frames = 0;
  EXPECT_TRUE(frames_until([&] {
    ++frames;
    return stuck->state() == PluginState::failed && stuck_earlier->state() == PluginState::failed && good->output() && good->output()->revision == 3;
  }));
  EXPECT_GT(frames, 5);  // frames went on meanwhile
  EXPECT_THAT(stuck->error().text(), AllOf(HasSubstr("activate() has not returned"), HasSubstr("left behind")));
  EXPECT_THAT(stuck_earlier->error().text(), HasSubstr("init() has not returned"));
  EXPECT_EQ(good->state(), PluginState::ready);
  host_.reset();
  // The plugins sleep for 10 s; nobody has waited for them.
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(PluginHostTest, AWorkerThatComesBackLateIsPutAway) {
  host(200ms);
  const auto mark = dir_ / "mark";
  const auto l = start("publisher", {{"mark", mark.string()}, {"case", "late_in_activate"}});
  ASSERT_TRUE(frames_until([&] { return l->state() == PluginState::failed; }));
  EXPECT_TRUE(frames_until([&] { return text_of(mark) == "deactivate\ndestroy\n"; }));
}

TEST_F(PluginHostTest, ALayerOfABlockedPluginGoesAtOnce) {
  host(20s);
  auto l = start("publisher", {{"case", "blocks_in_activate"}});
  std::this_thread::sleep_for(50ms);
  const auto began = std::chrono::steady_clock::now();
  l.reset();
  host_.reset();  // gives it 2 s
  EXPECT_LT(std::chrono::steady_clock::now() - began, 9s);
}

// --------------------------------------------------------------------------------------------------------- threads and ends
TEST_F(PluginHostTest, PublishingFromSeveralThreadsNeverMixes) {
  const auto l = start("publisher", {{"case", "many_threads"}});
  std::uint64_t last = 0;
  std::set<std::string> titles;
  EXPECT_TRUE(frames_until([&] {
    for (int i = 0; i < 50; ++i) {
      const auto o = l->output();
      if (!o) continue;
      EXPECT_GE(o->revision, last);
      last = o->revision;
      const auto slice = o->field->slice(0);
      EXPECT_TRUE(slice);
      for (const float v : (*slice)->values) EXPECT_EQ(std::to_string(static_cast<int>(v)), o->title);
      titles.insert(o->title);
    }
    return last == 100;
  }));
  host().settle(30s);  // the last publication comes before activate() returns
  EXPECT_EQ(l->state(), PluginState::ready);
}

TEST_F(PluginHostTest, ALayerThatIsDroppedIsDeactivatedAndDestroyed) {
  const auto mark = dir_ / "mark";
  auto l = layer("publisher", {{"mark", mark.string()}});
  ASSERT_EQ(l->state(), PluginState::ready);
  const auto kept = l->output();
  l.reset();
  EXPECT_TRUE(frames_until([&] { return text_of(mark) == "deactivate\ndestroy\n"; }));
  EXPECT_FLOAT_EQ((*kept->field->slice(1))->values[0], 10);  // a snapshot outlives its plugin
}

TEST_F(PluginHostTest, PublishingAfterDestroyIsRefused) {
  const auto mark = dir_ / "mark";
  const auto other = publisher("field");  // keeps the library loaded under the stray thread
  auto l = layer("publisher", {{"mark", mark.string()}, {"case", "publishes_after_destroy"}});
  l.reset();
  EXPECT_TRUE(frames_until([&] { return text_of(mark).find("late 6") != std::string::npos; })) << text_of(mark);  // TENBO_CLOSED
  EXPECT_EQ(other->state(), PluginState::ready);
}

TEST_F(PluginHostTest, AReportJoinsTheWarningsWithoutANewRevision) {
  const auto l = publisher("reports");
  ASSERT_TRUE(l->output());
  EXPECT_EQ(l->output()->revision, 1u);
  EXPECT_THAT(l->output()->warnings, ElementsAre("the gauge at the weir is silent"));
}

TEST_F(PluginHostTest, AReplacedFileBringsANewRevision) {
  const auto file = dir_ / "data";
  ASSERT_TRUE(write_file_atomic(file, std::string_view("one")));
  const auto l = layer("publisher", {{"case", "watches"}, {"files", file.string()}});
  ASSERT_TRUE(l->output()) << l->error().text();
  EXPECT_EQ(l->output()->title, "0");
  ASSERT_TRUE(write_file_atomic(file, std::string_view("two")));
  ASSERT_TRUE(frames_until([&] { return l->output()->title == "1"; }));
  std::ofstream(file) << "in place";
  ASSERT_TRUE(frames_until([&] { return l->output()->title == "2"; }));
}
}  // namespace
}  // namespace tenbo::runtime
