// Points of clouds and of InSAR. The files are made here byte by byte, from the ASPRS LAS 1.4 R15 tables and the classic NetCDF
// format (Unidata, file format specification); places by PROJ's own program (through gdaltransform), copied in.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <set>

#include "tenbo/base/file.h"
#include "tenbo/io/identify.h"
#include "tenbo/io/points.h"
#include "tenbo/io/write_vector.h"

namespace tenbo::io {
namespace {

namespace fs = std::filesystem;

class Points : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::temp_directory_path() / ("tenbo_points_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  fs::path put(const std::string& name, const std::string& bytes) {
    std::ofstream(dir_ / name, std::ios::binary) << bytes;
    return dir_ / name;
  }
  Result<PointCloud> read(const fs::path& path, PointOptions options = {}) { return read_points(path, options, jobs_, progress_, {}); }
  // Index into the columns of a row of the file, and its tile.
  static std::pair<const PointTile*, std::uint32_t> find(const PointCloud& c, std::uint32_t row) {
    for (const auto& t : c.tiles)
      for (std::uint32_t i = 0; i < t.count; ++i)
        if (c.rows[t.first + i] == row) return {&t, i};
    return {nullptr, 0};
  }
  JobSystem jobs_{2};
  Progress progress_;
  fs::path dir_;
};

template <class T>
void poke(std::string& s, std::size_t at, T v) {
  if (s.size() < at + sizeof v) s.resize(at + sizeof v);
  std::memcpy(s.data() + at, &v, sizeof v);
}

struct LasSpec {
  int minor = 2, format = 3;
  std::uint16_t record = 34;
  std::uint16_t epsg = 32654;  // as a GeoKey; 0: none
  double origin[3] = {265'500, 3'808'400, 0};
  std::uint16_t brightest = 65535;
};

// `count` points in a row, 1 m apart towards the east, 10 m high and rising by 1 cm; class i % 7, intensity 10 i.
std::string las(const LasSpec& spec, std::uint32_t count) {
  const std::uint16_t header = spec.minor == 4 ? 375 : spec.minor == 3 ? 235 : 227;
  std::string s(header, '\0');
  s.replace(0, 4, "LASF");
  poke<std::uint8_t>(s, 24, 1);
  poke<std::uint8_t>(s, 25, static_cast<std::uint8_t>(spec.minor));
  poke<std::uint16_t>(s, 94, header);
  std::uint32_t first = header;
  if (spec.epsg) {
    std::string vlr(54 + 16, '\0');
    vlr.replace(2, 15, "LASF_Projection");
    poke<std::uint16_t>(vlr, 18, 34735);
    poke<std::uint16_t>(vlr, 20, 16);
    const std::uint16_t keys[8]{1, 1, 0, 1, 3072, 0, 1, spec.epsg};
    std::memcpy(vlr.data() + 54, keys, sizeof keys);
    s += vlr;
    first += 70;
    poke<std::uint32_t>(s, 100, 1);
  }
  poke<std::uint32_t>(s, 96, first);
  poke<std::uint8_t>(s, 104, static_cast<std::uint8_t>(spec.format));
  poke<std::uint16_t>(s, 105, spec.record);
  poke<std::uint32_t>(s, 107, spec.minor == 4 ? 0 : count);
  if (spec.minor == 4) poke<std::uint64_t>(s, 247, count);
  for (std::size_t k = 0; k < 3; ++k) {
    poke<double>(s, 131 + 8 * k, 0.01);
    poke<double>(s, 155 + 8 * k, spec.origin[k]);
  }
  const std::size_t colour = spec.format == 2 ? 20 : spec.format == 3 || spec.format == 5 ? 28 : spec.format == 7 || spec.format == 8 || spec.format == 10 ? 30 : 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string r(spec.record, '\0');
    poke<std::int32_t>(r, 0, static_cast<std::int32_t>(i * 100));
    poke<std::int32_t>(r, 4, 0);
    poke<std::int32_t>(r, 8, 1000 + static_cast<std::int32_t>(i));
    poke<std::uint16_t>(r, 12, static_cast<std::uint16_t>(10 * i));
    // Flags stand in the upper bits of the same byte up to format 5.
    poke<std::uint8_t>(r, spec.format < 6 ? 15 : 16, static_cast<std::uint8_t>(i % 7 | (spec.format < 6 ? 0x80 : 0)));
    if (colour) poke<std::uint16_t>(r, colour, static_cast<std::uint16_t>(spec.brightest - i)), poke<std::uint16_t>(r, colour + 2, static_cast<std::uint16_t>(i));
    s += r;
  }
  return s;
}

TEST_F(Points, las_of_every_format_has_its_places_classes_and_colours) {
  constexpr std::uint16_t records[]{20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67};
  for (int format = 0; format <= 10; ++format) {
    LasSpec spec{format < 6 ? format % 4 : 4, format, records[format]};
    const auto c = read(put("f.las", las(spec, 40)));
    ASSERT_TRUE(c.ok()) << format << ": " << c.error().text();
    EXPECT_EQ(c->size(), 40u) << format;
    EXPECT_EQ(c->in_file, 40u);
    EXPECT_EQ(c->crs.id(), "EPSG:32654");
    EXPECT_EQ(c->has_colour, format == 2 || format == 3 || format == 5 || format == 7 || format == 8 || format == 10);
    const auto [tile, i] = find(*c, 23);
    ASSERT_NE(tile, nullptr);
    // echo 265523 3808400 | gdaltransform -s_srs EPSG:32654 -t_srs EPSG:4326
    const auto p = c->place(*tile, i);
    EXPECT_NEAR(p.lon, 138.449513604, 1e-6);
    EXPECT_NEAR(p.lat, 34.390462879, 1e-6);
    EXPECT_NEAR(p.height, 10.23, 0.005);
    const auto& look = c->looks[tile->first + i];
    EXPECT_EQ(look.a, 23 % 7) << format;
    EXPECT_EQ(c->places[tile->first + i][3], 230);
    EXPECT_EQ(c->classes[2], 6u);
    if (c->has_colour) {
      EXPECT_EQ(look.r, (65535 - 23) >> 8);
    }
  }
}

TEST_F(Points, las_colours_of_eight_bits_are_taken_as_they_are) {
  LasSpec spec;
  spec.brightest = 200;
  const auto c = read(put("f.las", las(spec, 10)));
  ASSERT_TRUE(c.ok());
  const auto [tile, i] = find(*c, 4);
  EXPECT_EQ(c->looks[tile->first + i].r, 196);
  EXPECT_EQ(c->looks[tile->first + i].g, 4);
}

TEST_F(Points, las_without_a_coordinate_system_needs_a_place) {
  LasSpec spec;
  spec.epsg = 0;
  spec.origin[0] = spec.origin[1] = 0;
  const auto path = put("f.las", las(spec, 10));
  const auto refused = read(path);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find("names no coordinate reference system"), std::string::npos) << refused.error().text();
  PointOptions options;
  options.position = geo::GeoPoint{138.45, 34.39, 5};
  const auto c = read(path, options);
  ASSERT_TRUE(c.ok()) << c.error().text();
  const auto [tile, i] = find(*c, 9);
  EXPECT_NEAR((c->place(*tile, i).lon - 138.45) * 111'320 * std::cos(34.39 * M_PI / 180), 9, 0.05);  // 1/360 of the equator a degree
  EXPECT_NEAR(c->place(*tile, i).height, 5 + 10.09, 0.01);
}

TEST_F(Points, las_that_breaks_its_format_is_refused_with_the_place) {
  const std::string good = las({}, 20);
  const auto text = [&](std::string bytes) {
    const auto c = read(put("f.las", bytes));
    return c.ok() ? std::string() : c.error().text();
  };
  EXPECT_NE(text(good.substr(0, 100)).find("too short"), std::string::npos);
  std::string bad = good;
  poke<std::uint8_t>(bad, 25, 7);
  EXPECT_NE(text(bad).find("LAS 1.7"), std::string::npos);
  bad = good;
  poke<std::uint8_t>(bad, 104, 11);
  EXPECT_NE(text(bad).find("format 11"), std::string::npos);
  bad = good;
  poke<std::uint8_t>(bad, 104, 3 | 0x80);
  PointOptions options;
  options.worker_memory = 0;
  const auto packed = read(put("f.las", bad), options);  // by its mark alone: nothing in it is packed
  ASSERT_FALSE(packed.ok());
  EXPECT_NE(packed.error().text().find("unpack"), std::string::npos) << packed.error().text();
  bad = good;
  poke<std::uint16_t>(bad, 105, 20);
  EXPECT_NE(text(bad).find("takes 34 bytes"), std::string::npos);
  bad = good;
  poke<std::uint32_t>(bad, 96, 1u << 30);
  EXPECT_NE(text(bad).find("byte 96"), std::string::npos);
  bad = good;
  poke<double>(bad, 131, std::nan(""));
  EXPECT_NE(text(bad).find("scale"), std::string::npos);
  // Cut off: what is there is shown, and it is said.
  const auto c = read(put("f.las", good.substr(0, good.size() - 100)));
  ASSERT_TRUE(c.ok());
  EXPECT_EQ(c->size(), 17u);
  ASSERT_FALSE(c->diagnostics.errors.empty());
  EXPECT_NE(c->diagnostics.errors[0].text().find("ends after 17"), std::string::npos);
}

TEST_F(Points, more_than_there_is_memory_for_are_thinned_and_it_is_said) {
  const auto path = put("f.las", las({}, 1000));
  PointOptions options;
  options.most_points = 300;
  const auto c = read(path, options);
  ASSERT_TRUE(c.ok());
  EXPECT_EQ(c->in_file, 1000u);
  EXPECT_EQ(c->size(), 250u);
  ASSERT_FALSE(c->diagnostics.warnings.empty());
  EXPECT_NE(c->diagnostics.warnings[0].text().find("every 4th"), std::string::npos);
  const auto [tile, i] = find(*c, 996);
  ASSERT_NE(tile, nullptr);
  EXPECT_NEAR(c->place(*tile, i).height, 10 + 9.96, 0.01);
}

TEST_F(Points, any_beginning_of_a_tile_is_spread_over_it) {
  const auto c = read(put("f.las", las({}, 4096)));
  ASSERT_TRUE(c.ok());
  std::set<std::uint32_t> rows;
  for (const auto& t : c->tiles) {
    for (std::uint32_t i = 0; i < t.count; ++i) rows.insert(c->rows[t.first + i]);
    for (const std::uint32_t n : {16u, 64u, 256u}) {  // of a row of points: no gap twice as wide as it must be
      std::vector<std::uint32_t> first;
      for (std::uint32_t i = 0; i < std::min(n, t.count); ++i) first.push_back(c->rows[t.first + i]);
      std::sort(first.begin(), first.end());
      for (std::size_t i = 1; i < first.size(); ++i) EXPECT_LE(first[i] - first[i - 1], 3 * t.count / n) << n;
    }
  }
  EXPECT_EQ(rows.size(), 4096u) << "each once";
}

const char* const table =
    "# source: 架空 (invented)\n# reference: P1\n# orbit: descending\n"
    "pid,latitude,longitude,height,velocity,coherence,20200105,D20200117,2020-02-10\n"
    "P1,34.39,138.45,12.5,-3.25,0.91,0.0,-1.5,-2.0\n"
    "P2,34.40,138.46,13.5,,0.5,0.0,,40.125\n"
    "\"P,3\",34.41,138.47,nan,8,,1,2,3\n"
    "P4,34.41,138.47\n"
    "P5,x,138.47,1,8,1,1,2,3\n";

TEST_F(Points, table_of_displacements) {
  const auto path = put("p.csv", table);
  EXPECT_EQ(identify(path)->front().kind, DataKind::points);
  const auto c = read(path);
  ASSERT_TRUE(c.ok()) << c.error().text();
  ASSERT_TRUE(c->series);
  const auto& s = *c->series;
  ASSERT_EQ(s.dates.size(), 3u);
  EXPECT_EQ(geo::format_utc(s.dates[1]), "2020-01-17T00:00:00Z");
  EXPECT_EQ(s.size(), 4u);
  EXPECT_EQ(c->size(), 2u) << "P3 has no height and P5 no latitude";
  EXPECT_EQ(s.id(0), "P1");
  EXPECT_EQ(s.id(2), "P,3");
  EXPECT_FLOAT_EQ(s.velocity[0], -3.25f);
  EXPECT_TRUE(std::isnan(s.velocity[1]));
  EXPECT_TRUE(std::isnan(s.coherence[2]));
  EXPECT_NEAR(s.displacement(0, 1), -1.5, 1e-4);
  EXPECT_TRUE(std::isnan(s.displacement(1, 1)));
  EXPECT_NEAR(s.displacement(1, 2), 40.125, 1e-3);
  EXPECT_EQ(s.displacement(1, 0), 0);
  EXPECT_EQ(s.reference, "P1");
  EXPECT_EQ(c->source, "架空 (invented)");
  const auto [tile, i] = find(*c, 1);
  EXPECT_NEAR(c->place(*tile, i).lon, 138.46, 1e-6);
  EXPECT_NEAR(c->place(*tile, i).lat, 34.40, 1e-6);
  EXPECT_NEAR(c->place(*tile, i).height, 13.5, 0.05);
  ASSERT_FALSE(c->diagnostics.errors.empty());
  EXPECT_NE(c->diagnostics.errors[0].text().find("line 8"), std::string::npos) << c->diagnostics.errors[0].text();
}

TEST_F(Points, units_of_a_table) {
  const auto c = read(put("p.csv", "lon;lat;velocity [cm/yr];20200105\n138;34;1.5;0.25\n"), [] { PointOptions o; o.unit = "m"; return o; }());
  ASSERT_TRUE(c.ok()) << c.error().text();
  EXPECT_FLOAT_EQ(c->series->velocity[0], 15);
  EXPECT_NEAR(c->series->displacement(0, 0), 250, 0.01);
  EXPECT_FALSE(c->has_height);
  const auto refused = read(put("q.csv", "lon,lat,velocity,20200105\n138,34,1,1\n"), [] { PointOptions o; o.unit = "inch"; return o; }());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find("inch"), std::string::npos);
  EXPECT_FALSE(is_series_header({"lon", "lat", "name"}));
  EXPECT_FALSE(is_series_header({"lon", "lat", "velocity"}));
  EXPECT_FALSE(is_series_header({"lon", "lat", "velocity", "20201345"}));
}

TEST_F(Points, geopackage_of_displacements) {
  VectorData data;
  data.crs = *geo::Crs::parse("EPSG:4326");
  for (int i = 0; i < 3; ++i) {
    const auto f = data.features.add_feature("r" + std::to_string(i), "points");
    if (i != 1) data.features.add_real(f, "velocity", -1.5 * i);
    data.features.add_real(f, "D20200105", 0.5 * i);
    data.features.add_real(f, "D20200117", 1.0 * i);
    data.parts.push_back({f, ShapeKind::point, false, static_cast<std::uint32_t>(data.points.size()), 1});
    data.points.push_back({138.45 + 0.01 * i, 34.39, 0});
  }
  ASSERT_TRUE(write_geopackage(dir_ / "p.gpkg", "points", data).ok());
  const auto c = read(dir_ / "p.gpkg");
  ASSERT_TRUE(c.ok()) << c.error().text();
  EXPECT_EQ(c->size(), 3u);
  EXPECT_EQ(c->series->id(2), "r2");
  EXPECT_FLOAT_EQ(c->series->velocity[2], -3);
  EXPECT_TRUE(std::isnan(c->series->velocity[1]));
  EXPECT_NEAR(c->series->displacement(2, 1), 2, 1e-3);
  const auto [tile, i] = find(*c, 2);
  EXPECT_NEAR(c->place(*tile, i).lon, 138.47, 1e-6);
}

// Classic NetCDF, big-endian: two points, three times, displacements by time.
std::string netcdf(const std::string& time_unit = "days since 2020-01-01") {
  std::string s("CDF\x01", 4);
  const auto u32 = [&](std::uint32_t v) { for (int k = 24; k >= 0; k -= 8) s += static_cast<char>(v >> k); };
  const auto name = [&](const std::string& n) { u32(static_cast<std::uint32_t>(n.size())); s += n; while (s.size() % 4) s += '\0'; };
  const auto text = [&](const std::string& n, const std::string& v) { name(n); u32(2); u32(static_cast<std::uint32_t>(v.size())); s += v; while (s.size() % 4) s += '\0'; };
  u32(0);                      // records
  u32(10); u32(2);             // dimensions
  name("point"); u32(2);
  name("time"); u32(3);
  u32(12); u32(1);             // attributes of the file
  text("reference", "P1");
  struct Var { std::string name; std::vector<std::uint32_t> dims; std::string unit; std::vector<double> values; };
  const std::vector<Var> vars{{"lon", {0}, "degrees_east", {138.45, 138.46}}, {"lat", {0}, "degrees_north", {34.39, 34.40}}, {"velocity", {0}, "m/year", {-0.004, 0.002}},
                              {"time", {1}, time_unit, {4, 16, 40}}, {"displacement", {1, 0}, "m", {0, 0, -0.001, 0.0005, -0.002, 0.001}}};
  u32(11); u32(static_cast<std::uint32_t>(vars.size()));
  std::vector<std::size_t> begins;
  for (const auto& v : vars) {
    name(v.name);
    u32(static_cast<std::uint32_t>(v.dims.size()));
    for (const auto d : v.dims) u32(d);
    u32(12); u32(1);
    text("units", v.unit);
    u32(6);                    // double
    u32(static_cast<std::uint32_t>(v.values.size() * 8));
    begins.push_back(s.size());
    u32(0);
  }
  for (std::size_t i = 0; i < vars.size(); ++i) {
    for (int k = 0; k < 4; ++k) s[begins[i] + static_cast<std::size_t>(k)] = static_cast<char>(s.size() >> (24 - 8 * k));
    for (const double d : vars[i].values) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &d, 8);
      for (int k = 56; k >= 0; k -= 8) s += static_cast<char>(bits >> k);
    }
  }
  return s;
}

TEST_F(Points, dates_are_never_guessed) {
  for (const char* unit : {"", "days", "fortnights since 2020-01-01"}) {
    const auto c = read(put("p.nc", netcdf(unit)));
    ASSERT_FALSE(c.ok()) << unit;
    EXPECT_NE(c.error().text().find(*unit == 'f' ? "fortnights" : "nothing says when"), std::string::npos) << c.error().text();
  }
}

TEST_F(Points, units_and_coherences_that_are_none_are_said) {
  const auto c = read(put("p.csv", "pid,lon,lat,velocity [furlong/yr],coherence,20200101\nA,138.45,34.39,-3,0.9,0\n"));
  ASSERT_FALSE(c.ok());
  EXPECT_NE(c.error().text().find("\"furlong\" in the heading"), std::string::npos) << c.error().text();
  const auto percent = read(put("p.csv", "pid,lon,lat,velocity [cm/yr],coherence,20200101\nA,138.45,34.39,-3,0.9,0\nB,138.46,34.39,-3,87,0\nC,138.47,34.39,-3,-1,0\nD,138.48,34.39,-3,,0\n"));
  ASSERT_TRUE(percent.ok()) << percent.error().text();
  EXPECT_FLOAT_EQ(percent->series->velocity[0], -30);
  EXPECT_FLOAT_EQ(percent->series->coherence[0], 0.9f);
  for (const std::uint32_t row : {1u, 2u, 3u}) EXPECT_TRUE(std::isnan(percent->series->coherence[row])) << row;
  ASSERT_EQ(percent->diagnostics.warnings.size(), 1u);
  EXPECT_NE(percent->diagnostics.warnings[0].text().find("2 points have a coherence that is not between 0 and 1, the first 87"), std::string::npos) << percent->diagnostics.warnings[0].text();
  EXPECT_NE(percent->diagnostics.warnings[0].text().find("point 2"), std::string::npos);
}

TEST_F(Points, netcdf_of_displacements) {
  const auto c = read(put("p.nc", netcdf()));
  ASSERT_TRUE(c.ok()) << c.error().text();
  ASSERT_EQ(c->series->dates.size(), 3u);
  EXPECT_EQ(geo::format_utc(c->series->dates[2]), "2020-02-10T00:00:00Z");
  EXPECT_NEAR(c->series->velocity[0], -4, 1e-5);
  EXPECT_NEAR(c->series->displacement(1, 1), 0.5, 1e-4);
  EXPECT_NEAR(c->series->displacement(0, 2), -2, 1e-4);
  EXPECT_EQ(c->series->reference, "P1");
}

// Counts and bounds by the header's own numbers and PROJ's program; the files' counts by Python's struct.
TEST_F(Points, las_of_others) {
  const fs::path root = TENBO_SHARED_DATA, las_dir = root / "infra-a/pdal/las";
  if (!fs::exists(las_dir / "interesting.las")) GTEST_SKIP() << "no " << las_dir;
  const auto utm = read(las_dir / "test_utm17.las");
  ASSERT_TRUE(utm.ok()) << utm.error().text();
  EXPECT_EQ(utm->size(), 10u);
  // echo 289814.15 4320978.61 | gdaltransform -s_srs EPSG:32617 -t_srs EPSG:4326
  EXPECT_NEAR(utm->extent.west, -83.427597763, 1e-6);
  EXPECT_NEAR(utm->extent.south, 39.012599045, 1e-6);
  EXPECT_NEAR(utm->extent.min_height, 170.58, 0.01);
  EXPECT_NEAR(utm->extent.max_height, 170.76, 0.01);
  const auto degrees = read(las_dir / "epsg_4326.las");
  ASSERT_TRUE(degrees.ok()) << degrees.error().text();
  EXPECT_EQ(degrees->size(), 5380u);
  EXPECT_NEAR(degrees->extent.west, -94.6834654, 1e-6);
  EXPECT_NEAR(degrees->extent.north, 31.0473291, 1e-6);
  const auto feet = read(las_dir / "interesting.las");
  ASSERT_TRUE(feet.ok()) << feet.error().text();
  EXPECT_EQ(feet->size(), 1065u);
  EXPECT_NEAR(feet->extent.max_height, 586.38 * 0.3048, 0.01);
  EXPECT_TRUE(feet->has_colour);
  EXPECT_FALSE(read(las_dir / "1.2-with-color.las").ok()) << "it names no coordinate system";
  // The points of simple.laz are those of interesting.las: 1065 of them over the same ground; which of the two systems it names is its own.
  PointOptions options;
  options.laz_worker = fs::path(TENBO_BINARY_DIR) / "tenbo_laz_worker";
  options.worker_memory = 0;
  options.position = geo::GeoPoint{138, 34, 0};  // where it names none
  const auto packed = read(root / "infra-a/pdal/laz/simple.laz", options);
  if (!packed.ok()) {
    EXPECT_NE(packed.error().text().find("LASzip"), std::string::npos) << packed.error().text();
    GTEST_SKIP() << packed.error().text();
  }
  EXPECT_EQ(packed->size(), 1065u);
  EXPECT_EQ(packed->classes, feet->classes);
}

}  // namespace
}  // namespace tenbo::io
