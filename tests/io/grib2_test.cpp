// GRIB2 by our own reader. Expected values: levels that the tests encode themselves (grib2_writer.h, which shares nothing with
// the reader), GDAL for simple packing, and for the Agency's real file wgrib2's numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <random>

#include "gdal_tools.h"
#include "grib2_writer.h"
#include "tenbo/base/file.h"
#include "tenbo/io/grib2.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/raster.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

const fs::path weather = fs::path(TENBO_SHARED_DATA) / "weather-a/grib2";
const char* const tornado = "Z__C_RJTD_20160822020000_NOWC_GPV_Ggis10km_Pphw10_FH0000-0100_grib2.bin";

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

Result<std::vector<float>> first_values(const std::string& text) {
  auto file = io::read_grib2(bytes_of(text), "test");
  if (!file) return file.error();
  return io::grib2_values(bytes_of(text), file->fields.front(), "test");
}
std::string whole(const std::string& field, const GribGrid& grid = {}) { return grib_message(grib_section1() + grib_section3(grid) + field); }

// Levels of runs whose lengths are drawn with the given mean; 0 is missing.
std::vector<std::uint8_t> runs(std::size_t count, double mean, int most, unsigned seed) {
  std::mt19937 random(seed);
  std::geometric_distribution<int> length(1 / mean);
  std::uniform_int_distribution<int> level(0, most);
  std::vector<std::uint8_t> out;
  while (out.size() < count) out.insert(out.end(), static_cast<std::size_t>(length(random)) + 1, static_cast<std::uint8_t>(level(random)));
  out.resize(count);
  return out;
}

void expect_levels(const std::vector<float>& got, const std::vector<std::uint8_t>& levels, const std::vector<std::uint16_t>& table, double scale) {
  ASSERT_EQ(got.size(), levels.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (levels[i] == 0) ASSERT_TRUE(std::isnan(got[i])) << i;
    else ASSERT_EQ(got[i], static_cast<float>(table[levels[i] - 1u] * scale)) << i;
  }
}

}  // namespace

TEST(Grib2, RunLengthsOfEveryWidth) {
  const std::vector<std::uint16_t> table{0, 5, 12, 40, 100, 65535};
  for (const int bits : {3, 4, 5, 7, 8, 9, 12, 16})
    for (const double mean : {1.0, 3.0, 30.0, 500.0})
      for (const std::size_t count : {1, 2, 7, 24, 1000, 4096}) {
        const auto levels = runs(count, mean, 6, static_cast<unsigned>(count) + static_cast<unsigned>(bits));
        GribGrid grid;
        grid.columns = static_cast<std::uint32_t>(count);
        grid.rows = 1;
        grid.last_lat = grid.first_lat;
        const auto text = whole(grib_runs_field(levels, bits, 6, table, 0, 1), grid);
        const auto got = first_values(text);
        ASSERT_TRUE(got.ok()) << bits << " bits, " << count << ": " << got.error().text();
        expect_levels(*got, levels, table, 0.1);
      }
}

TEST(Grib2, LevelsAreKeptAndMeanWhatTheTableSays) {
  const std::vector<std::uint8_t> levels{1, 1, 1, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 1, 0, 0, 0, 0, 0, 0};
  const auto text = whole(grib_runs_field(levels, 8, 3, {0, 25, 50, 75}, 10, 2));
  const auto file = io::read_grib2(bytes_of(text), "test");
  ASSERT_TRUE(file.ok()) << file.error().text();
  ASSERT_EQ(file->fields.size(), 1u);
  const auto& f = file->fields.front();
  EXPECT_EQ(f.centre, 34);
  EXPECT_EQ(f.parameter(), "0-193-0");
  EXPECT_EQ(geo::format_utc(f.issue_time), "2016-08-22T02:00:00Z");
  EXPECT_EQ(geo::format_utc(f.product.valid_time), "2016-08-22T02:10:00Z");
  EXPECT_FALSE(f.product.member.has_value());
  EXPECT_EQ(f.product.first.type, 1);
  EXPECT_FALSE(f.product.first.value.has_value());
  EXPECT_EQ(f.packing.most, 3);  // the field's greatest; the table has one more
  ASSERT_EQ(f.packing.levels.size(), 5u);
  EXPECT_TRUE(std::isnan(f.packing.levels[0]));
  EXPECT_FLOAT_EQ(f.packing.levels[4], 0.75f);
  EXPECT_EQ(f.grid.width, 6);
  EXPECT_EQ(f.grid.height, 4);
  EXPECT_NEAR(f.grid.geotransform[0], 138.95, 1e-9);
  EXPECT_NEAR(f.grid.geotransform[1], 0.1, 1e-9);
  EXPECT_NEAR(f.grid.geotransform[3], 36.05, 1e-9);
  const auto got = first_values(text);
  ASSERT_TRUE(got.ok());
  expect_levels(*got, levels, {0, 25, 50, 75}, 0.01);
}

TEST(Grib2, RunsThatDoNotComeOutAreRefused) {
  const std::vector<std::uint8_t> levels(24, 1);
  const auto make = [&](const std::string& data, std::size_t count = 24, int most = 3) {
    return whole(grib_section4() + grib_section5_runs(count, 8, most, {1, 2, 3}) + grib_section6() + grib_section(7, data));
  };
  const auto refused = [&](const std::string& text, const char* word) {
    const auto got = first_values(text);
    ASSERT_FALSE(got.ok()) << word;
    EXPECT_EQ(got.error().code, ErrorCode::malformed);
    EXPECT_NE(got.error().text().find(word), std::string::npos) << got.error().text();
  };
  ASSERT_TRUE(first_values(make(grib_runs(levels, 8, 3))).ok());
  refused(make(std::string("\x01\x1A", 2)), "announced");                       // 23 values
  refused(make(std::string("\x01\x1C", 2)), "announced");                       // 25
  refused(make(""), "announced");
  refused(make(std::string("\x1B\x01", 2)), "where a level was expected");      // begins with a digit
  refused(make("\x01" + std::string(40, '\xFF')), "longer than the field");      // digits without end
  refused(make(grib_runs(levels, 8, 3), 23), "24 points");
  refused(make("", 24, 4), "level 4");                                          // beyond the table
}

TEST(Grib2, EveryProductTemplateTellsItsTimeAndMember) {
  const std::vector<std::uint8_t> levels(24, 1);
  const auto rest = grib_section5_runs(24, 8, 1, {7}) + grib_section6() + grib_section(7, grib_runs(levels, 8, 1));
  const std::string ensemble = std::string("\x03\x09\x15", 3);
  const auto field = [&](int form, const std::string& more) {
    const auto text = whole(grib_section(4, grib_product(form, 1, 8, 60) + more) + rest);
    auto file = io::read_grib2(bytes_of(text), "test");
    EXPECT_TRUE(file.ok()) << form << ": " << (file.ok() ? "" : file.error().text());
    return file.ok() ? file->fields.front() : io::Grib2Field{};
  };
  EXPECT_EQ(geo::format_utc(field(0, "").product.valid_time), "2016-08-22T03:00:00Z");
  EXPECT_EQ(geo::format_utc(field(50000, std::string(8, '\1')).product.valid_time), "2016-08-22T03:00:00Z");
  const auto one = field(1, ensemble);
  EXPECT_EQ(one.product.member, 9);
  EXPECT_EQ(geo::format_utc(one.product.valid_time), "2016-08-22T03:00:00Z");
  for (const int form : {8, 50008, 50009, 50011}) {
    const auto f = field(form, grib_interval(4, 30) + (form > 50000 ? std::string(24, '\x2A') : ""));
    EXPECT_EQ(geo::format_utc(f.product.valid_time), "2016-08-22T04:30:00Z") << form;
    ASSERT_TRUE(f.product.interval_start.has_value());
    EXPECT_EQ(geo::format_utc(*f.product.interval_start), "2016-08-22T03:00:00Z");
    EXPECT_EQ(f.product.statistic, 1);
    EXPECT_EQ(f.product.remarks.size(), form > 50000 ? 24u : 0u);
  }
  const auto both = field(11, ensemble + grib_interval(4, 0));
  EXPECT_EQ(both.product.member, 9);
  EXPECT_EQ(geo::format_utc(both.product.valid_time), "2016-08-22T04:00:00Z");
  EXPECT_EQ(geo::format_utc(field(0, "").issue_time), "2016-08-22T02:00:00Z");
}

TEST(Grib2, WhatIsNotReadIsNamedAndCostsItselfAlone) {
  const std::vector<std::uint8_t> levels(24, 1);
  const auto good = grib_runs_field(levels, 8, 1, {7}, 20);
  const auto odd = grib_section(4, grib_product(40, 1, 8, 0)) + grib_section5_runs(24, 8, 1, {7}) + grib_section6() + grib_section(7, grib_runs(levels, 8, 1));
  const auto file = io::read_grib2(bytes_of(whole(odd + good)), "test");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->fields.size(), 1u);
  ASSERT_EQ(file->diagnostics.errors.size(), 1u);
  EXPECT_NE(file->diagnostics.errors[0].text().find("4.40"), std::string::npos);
  GribGrid lambert;
  lambert.form = 30;
  const auto refused = io::read_grib2(bytes_of(whole(good, lambert)), "test");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_NE(refused.error().text().find("3.30 (Lambert conformal)"), std::string::npos) << refused.error().text();
  EXPECT_FALSE(refused.error().remedy.empty());
  std::string edition1 = whole(good);
  edition1[7] = 1;
  EXPECT_NE(io::read_grib2(bytes_of(edition1), "test").error().text().find("edition 1"), std::string::npos);
}

TEST(Grib2, ScanningOrdersAndBitmapsGiveTheSameGrid) {
  // Row r from the north, column c from the west: 10 r + c.
  constexpr int w = 6, h = 4;
  for (const int scan : {0x00, 0x40, 0x80, 0xC0, 0x20, 0x60, 0x10, 0x50, 0x30}) {
    std::vector<std::uint32_t> packed(w * h);
    const bool columns = scan & 0x20;
    for (int line = 0, k = 0; line < (columns ? w : h); ++line)
      for (int n = 0; n < (columns ? h : w); ++n, ++k) {
        const int length = columns ? h : w, along = (scan & 0x10) && line % 2 ? length - 1 - n : n;
        int i = columns ? line : along, j = columns ? along : line;
        if (scan & 0x80) i = w - 1 - i;
        if (scan & 0x40) j = h - 1 - j;
        packed[static_cast<std::size_t>(k)] = static_cast<std::uint32_t>(10 * j + i);
      }
    GribGrid grid;
    grid.scan = scan;
    if (scan & 0x80) std::swap(grid.first_lon, grid.last_lon);
    if (scan & 0x40) std::swap(grid.first_lat, grid.last_lat);
    // Every third point is missing.
    std::string bitmap(3, '\0');
    std::vector<std::uint32_t> present;
    for (std::size_t k = 0; k < packed.size(); ++k)
      if (k % 3 != 1) {
        bitmap[k / 8] = static_cast<char>(bitmap[k / 8] | 0x80 >> k % 8);
        present.push_back(packed[k]);
      }
    const auto plain = grib_section4() + grib_section5_simple(24, 5.0f, 1, 1, 7) + grib_section6() + grib_section(7, grib_simple(packed, 7));
    const auto holes = grib_section4(10) + grib_section5_simple(present.size(), 5.0f, 1, 1, 7) + grib_section(6, std::string(1, '\0') + bitmap) + grib_section(7, grib_simple(present, 7));
    const auto again = grib_section4(20) + grib_section5_simple(present.size(), 5.0f, 1, 1, 7) + grib_section(6, "\xFE") + grib_section(7, grib_simple(present, 7));
    const auto text = whole(plain + holes + again, grid);
    const auto file = io::read_grib2(bytes_of(text), "test");
    ASSERT_TRUE(file.ok()) << file.error().text();
    ASSERT_EQ(file->fields.size(), 3u);
    EXPECT_NEAR(file->fields[0].grid.geotransform[0], 138.95, 1e-9) << scan;
    EXPECT_NEAR(file->fields[0].grid.geotransform[3], 36.05, 1e-9) << scan;
    const auto all = io::grib2_values(bytes_of(text), file->fields[0], "test"), some = io::grib2_values(bytes_of(text), file->fields[1], "test"),
               same = io::grib2_values(bytes_of(text), file->fields[2], "test");
    ASSERT_TRUE(all.ok() && some.ok() && same.ok());
    std::size_t missing = 0;
    for (int r = 0; r < h; ++r)
      for (int c = 0; c < w; ++c) {
        const auto k = static_cast<std::size_t>(r * w + c);
        const float expected = static_cast<float>((5.0 + 2.0 * (10 * r + c)) * 0.1);
        EXPECT_FLOAT_EQ((*all)[k], expected) << scan << " " << r << " " << c;
        if (std::isnan((*some)[k])) ++missing;
        else EXPECT_FLOAT_EQ((*some)[k], expected);
        EXPECT_EQ(std::isnan((*some)[k]), std::isnan((*same)[k]));
      }
    EXPECT_EQ(missing, 8u);
  }
}

TEST(Grib2, SimplePackingAgreesWithGdal) {
  const auto dir = scratch("grib2_simple");
  std::vector<std::uint32_t> packed;
  for (std::uint32_t i = 0; i < 24; ++i) packed.push_back(i * 37 % 1024);
  // A temperature on the surface, so that GDAL's own units stay out of the way.
  const auto text = whole(grib_section4(60, 3, 1) + grib_section5_simple(24, 101325.0f, 2, 1, 10) + grib_section6() + grib_section(7, grib_simple(packed, 10)));
  test::write(dir / "p.grib2", text);
  const auto got = first_values(text);
  ASSERT_TRUE(got.ok());
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 6; ++c) {
      const auto told = test::run("gdallocationinfo -valonly " + quoted(dir / "p.grib2") + " " + std::to_string(c) + " " + std::to_string(r));
      EXPECT_NEAR((*got)[static_cast<std::size_t>(r * 6 + c)], std::strtod(told.c_str(), nullptr), 1e-2) << told;
    }
}

TEST(Grib2, AWholeCircleBeginsAt180West) {
  GribGrid grid;
  grid.columns = 36;
  grid.rows = 1;
  grid.first_lon = 0;
  grid.last_lon = 350'000'000;
  grid.last_lat = grid.first_lat;
  std::vector<std::uint32_t> packed;
  for (std::uint32_t i = 0; i < 36; ++i) packed.push_back(i);  // longitude / 10
  const auto text = whole(grib_section4() + grib_section5_simple(36, 0.0f, 0, 0, 8) + grib_section6() + grib_section(7, grib_simple(packed, 8)), grid);
  const auto file = io::read_grib2(bytes_of(text), "test");
  ASSERT_TRUE(file.ok()) << file.error().text();
  EXPECT_NEAR(file->fields[0].grid.geotransform[0], -175, 1e-9);
  const auto got = first_values(text);
  ASSERT_TRUE(got.ok());
  EXPECT_FLOAT_EQ((*got)[0], 19);   // 190 degrees, which is -170
  EXPECT_FLOAT_EQ((*got)[16], 35);  // -10
  EXPECT_FLOAT_EQ((*got)[17], 0);
  EXPECT_FLOAT_EQ((*got)[35], 18);
}

TEST(Grib2, EveryTruncationIsAnError) {
  const auto text = whole(grib_runs_field(std::vector<std::uint8_t>(24, 1), 8, 1, {7}));
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(io::read_grib2(bytes_of(text.substr(0, n)), "test").ok()) << n;
  // A second message that is cut off costs itself alone; headings between messages are passed over.
  const auto cut = io::read_grib2(bytes_of("HEADING\r\r\n" + text + "\r\n" + text.substr(0, 100)), "test");
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->fields.size(), 1u);
  EXPECT_EQ(cut->diagnostics.errors.size(), 1u);
}

TEST(Grib2, SizesThatLieAreRefusedBeforeMemoryIsTaken) {
  GribGrid grid;
  grid.columns = 1u << 16;
  grid.rows = 1u << 15;  // the product does not fit memory, and the section says so too
  const auto huge = io::read_grib2(bytes_of(whole(grib_runs_field(std::vector<std::uint8_t>(24, 1), 8, 1, {7}), grid)), "test");
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().code, ErrorCode::out_of_budget);
  // More values than points, which a bitmap would choose from: found by fuzzing.
  const auto surplus = first_values(whole(grib_section4() + grib_section5_simple(100'000'000, 0.0f, 0, 0, 0) + grib_section(6, std::string(4, '\0')) + grib_section(7, "")));
  ASSERT_FALSE(surplus.ok());
  EXPECT_NE(surplus.error().text().find("24 points"), std::string::npos) << surplus.error().text();
}

TEST(Grib2, AFileOfRunsOpensAsAFieldInTime) {
  const auto dir = scratch("grib2_field");
  const std::vector<std::uint16_t> table{0, 10, 50};
  const std::vector<std::uint8_t> a(24, 1), b(24, 3);
  std::vector<std::uint8_t> c(24, 2);
  c[7] = 0;
  const auto rain = [&](int minutes, const std::vector<std::uint8_t>& levels) { return grib_runs_field(levels, 8, 3, table, minutes, 1); };
  test::write(dir / "nowcast_grib2.bin", whole(rain(10, b) + rain(0, a) + rain(20, c)));
  const auto kind = io::identify(dir / "nowcast_grib2.bin");
  ASSERT_TRUE(kind.ok()) << kind.error().text();
  EXPECT_EQ(kind->front().kind, io::DataKind::field);
  io::FieldOptions options;
  options.unit = "mm/h";
  const auto f = io::open_field({dir / "nowcast_grib2.bin"}, options);
  ASSERT_TRUE(f.ok()) << f.error().text();
  const auto& info = f->field->info();
  ASSERT_EQ(info.valid_times.size(), 3u);
  EXPECT_EQ(geo::format_utc(info.valid_times[2]), "2016-08-22T02:20:00Z");
  EXPECT_EQ(geo::format_utc(*info.issue_time), "2016-08-22T02:00:00Z");
  EXPECT_EQ(info.unit, "mm/h");
  EXPECT_FLOAT_EQ(*f->field->value(0, 139.1, 35.9), 0.f);
  EXPECT_FLOAT_EQ(*f->field->value(1, 139.1, 35.9), 5.f);
  EXPECT_TRUE(std::isnan(*f->field->value(2, 139.1, 35.9)));  // level 0
  EXPECT_FLOAT_EQ(*f->field->value(2, 139.2, 35.9), 1.f);
  // A folder of such files is one series.
  fs::create_directories(dir / "series");
  test::write(dir / "series/a_grib2.bin", whole(rain(0, a)));
  test::write(dir / "series/b_grib2.bin", whole(rain(10, b)));
  const auto series = io::open_field({dir / "series"}, {});
  ASSERT_TRUE(series.ok()) << series.error().text();
  EXPECT_EQ(series->field->info().valid_times.size(), 2u);
}

TEST(Grib2, OneParameterOfSeveralIsChosen) {
  const auto dir = scratch("grib2_parameters");
  const std::vector<std::uint8_t> a(24, 1), b(24, 2);
  const auto field = [&](int number, int minutes, const std::vector<std::uint8_t>& levels) {
    return grib_section4(minutes, 1, number) + grib_section5_runs(24, 8, 2, {3, 4}) + grib_section6() + grib_section(7, grib_runs(levels, 8, 2));
  };
  test::write(dir / "two.grib2", whole(field(8, 0, a) + field(52, 0, b) + field(8, 10, b)));
  const auto first = io::open_field({dir / "two.grib2"}, {});
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(first->field->info().valid_times.size(), 2u);
  EXPECT_EQ(first->field->info().unit, "kg m-2");
  EXPECT_EQ(first->diagnostics.warnings.size(), 1u);
  io::FieldOptions options;
  options.variable = "0-1-52";
  const auto second = io::open_field({dir / "two.grib2"}, options);
  ASSERT_TRUE(second.ok()) << second.error().text();
  EXPECT_EQ(second->field->info().valid_times.size(), 1u);
  EXPECT_FLOAT_EQ(*second->field->value(0, 139.1, 35.9), 4.f);
  options.variable = "0-1-99";
  const auto none = io::open_field({dir / "two.grib2"}, options);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().text().find("0-1-52"), std::string::npos) << none.error().text();
}

// wgrib2's decoding of the file's fourth field (little-endian float32 from the north-west, missing = 9.999e20), value for value.
TEST(Grib2, TheAgencysTornadoNowcastEqualsWgrib2) {
  if (!fs::exists(weather / tornado)) GTEST_SKIP() << "no real file at " << weather / tornado;
  const auto dir = scratch("grib2_tornado");
  int status = 1;
  test::run("xz -dc " + quoted(weather / "tornado-wgrib2-le.bin.xz") + " > " + quoted(dir / "expected.bin"), &status);
  if (status != 0) GTEST_SKIP() << "xz is not there to unpack the expected values";
  const auto bytes = read_file(weather / tornado);
  ASSERT_TRUE(bytes.ok());
  const auto file = io::read_grib2(*bytes, tornado);
  ASSERT_TRUE(file.ok()) << file.error().text();
  EXPECT_TRUE(file->diagnostics.errors.empty());
  ASSERT_EQ(file->fields.size(), 7u);
  const std::string expected = test::slurp(dir / "expected.bin");
  ASSERT_EQ(expected.size(), 4u * 256 * 336);
  const auto got = io::grib2_values(*bytes, file->fields[3], tornado);
  ASSERT_TRUE(got.ok()) << got.error().text();
  std::size_t counts[4]{};
  for (std::size_t i = 0; i < got->size(); ++i) {
    float e = 0;
    std::memcpy(&e, expected.data() + 4 * i, 4);
    if (e > 9e20f) ASSERT_TRUE(std::isnan((*got)[i])) << i;
    else ASSERT_EQ((*got)[i], e) << i;
    ++counts[e > 9e20f ? 0 : static_cast<int>(e)];
  }
  EXPECT_EQ(counts[0], 71495u);
  EXPECT_EQ(counts[1], 14358u);
  EXPECT_EQ(counts[2], 92u);
  EXPECT_EQ(counts[3], 71u);
  for (const auto& f : file->fields) EXPECT_TRUE(io::grib2_values(*bytes, f, tornado).ok());
  const auto opened = io::open_field({weather / tornado}, {});
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(opened->field->info().valid_times.size(), 7u);
  EXPECT_EQ(geo::format_utc(opened->field->info().valid_times.back()), "2016-08-22T03:00:00Z");
  EXPECT_EQ(io::identify(weather / tornado)->front().kind, io::DataKind::field);
}

// Simple packing, bitmaps that later fields share, and accumulations, of a real file of 45 fields: each value against GDAL's.
TEST(Grib2, TheAgencysMesoscaleGuidanceEqualsGdal) {
  const fs::path packed = weather / "Z__C_RJTD_20190304000000_MSM_GUID_Rjp_P-all_FH03-39_Toorg_grib2.bin.xz";
  if (!fs::exists(packed)) GTEST_SKIP() << "no real file at " << packed;
  const auto dir = scratch("grib2_msm");
  int status = 1;
  test::run("xz -dc " + quoted(packed) + " > " + quoted(dir / "msm.bin"), &status);
  if (status != 0) GTEST_SKIP() << "xz is not there to unpack the file";
  const auto info = test::run("gdalinfo " + quoted(dir / "msm.bin"));
  std::vector<int> products;  // template of each band
  for (auto at = info.find("GRIB_PDS_PDTN="); at != std::string::npos; at = info.find("GRIB_PDS_PDTN=", at + 1)) products.push_back(std::atoi(info.c_str() + at + 14));
  ASSERT_EQ(products.size(), 45u);
  test::run("gdal_translate -q --config GRIB_NORMALIZE_UNITS NO -of ENVI -ot Float32 -co INTERLEAVE=BSQ " + quoted(dir / "msm.bin") + " " + quoted(dir / "msm.img"));
  const std::string expected = test::slurp(dir / "msm.img");
  const auto bytes = read_file(dir / "msm.bin");
  ASSERT_TRUE(bytes.ok());
  const auto file = io::read_grib2(*bytes, "msm");
  ASSERT_TRUE(file.ok()) << file.error().text();
  ASSERT_EQ(file->fields.size(), static_cast<std::size_t>(std::count(products.begin(), products.end(), 8)));
  EXPECT_EQ(file->diagnostics.errors.size(), 45 - file->fields.size());  // probabilities, template 4.9
  const std::size_t cells = 480 * 560;
  ASSERT_EQ(expected.size(), cells * 4 * 45);
  std::size_t next = 0, missing = 0, wrong = 0, compared = 0;
  for (std::size_t b = 0; b < products.size(); ++b) {
    if (products[b] != 8) continue;
    const auto values = io::grib2_values(*bytes, file->fields[next++], "msm");
    ASSERT_TRUE(values.ok()) << values.error().text();
    if (values->size() != cells) continue;  // the second message's coarser grid, of which GDAL makes bands of the first's size
    ++compared;
    for (std::size_t i = 0; i < cells; ++i) {
      float e = 0;
      std::memcpy(&e, expected.data() + 4 * (b * cells + i), 4);
      if (std::isnan((*values)[i])) {
        ++missing;
        wrong += e != 9999.f;
      } else {
        wrong += !(std::abs((*values)[i] - e) <= 1e-5f * std::max(1.f, std::abs(e)));
      }
    }
  }
  EXPECT_EQ(wrong, 0u);
  EXPECT_GT(compared, 10u);
  EXPECT_GT(missing, 0u);
}
