// Fields in time. Expected values: gdallocationinfo (nearest cell), ncdump's numbers as GDAL prints them, and closed
// formulas of rasters made here with GDAL's command line.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <thread>

#include "gdal_tools.h"
#include "tenbo/io/raster.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path shared = TENBO_SHARED_DATA;

Result<io::OpenedField> open(const std::vector<fs::path>& paths, const io::FieldOptions& options = {}) { return io::open_field(paths, options); }

// A raster of 6 x 4 cells of 0.01 degrees from 139 E 35.04 N: value = base + column + 10 row.
fs::path grid(const fs::path& dir, const std::string& name, int base, const std::string& extra = {}, int hole = -1) {
  std::string text = "ncols 6\nnrows 4\nxllcorner 139\nyllcorner 35\ncellsize 0.01\nNODATA_value -77\n";
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < 6; ++c) text += (r * 6 + c == hole ? "-77" : std::to_string(base + c + 10 * r) + ".5") + " ";
    text += "\n";
  }
  test::write(dir / "in.asc", text);
  test::run("gdal_translate -q -a_srs EPSG:4326 " + extra + " " + quoted(dir / "in.asc") + " " + quoted(dir / name));
  return dir / name;
}
double lon(int c) { return 139 + 0.01 * (c + 0.5); }
double lat(int r) { return 35.04 - 0.01 * (r + 0.5); }

std::vector<std::string> times(const io::OpenedField& f) {
  std::vector<std::string> out;
  for (auto t : f.field->info().valid_times) out.push_back(geo::format_utc(t));
  return out;
}

void agrees_with_location_info(const io::OpenedField& f, const std::string& file, int band, std::size_t step, int tries = 8) {
  const auto& e = f.field->info().extent;
  for (int i = 0; i < tries; ++i) {
    // A low-discrepancy walk over the extent, off the cells' borders.
    const double u = std::fmod(0.5137 + i * 0.7548776662466927, 1.0), v = std::fmod(0.4871 + i * 0.5698402909980532, 1.0);
    const double x = e.west + (e.east - e.west) * u, y = e.south + (e.north - e.south) * v;
    const auto expected = test::location_info(file, x, y, band);
    const auto got = f.field->value(step, x, y);
    ASSERT_TRUE(got.ok()) << got.error().text();
    if (!expected || std::isnan(*expected) || *expected <= -9999) EXPECT_TRUE(std::isnan(*got)) << x << " " << y;
    else EXPECT_NEAR(*got, *expected, 1e-4 * std::max(1.0, std::abs(*expected))) << x << " " << y;
  }
}

}  // namespace

TEST(Field, BandsWithTimesUnitsAndSource) {
  const auto dir = test::scratch("field_bands");
  const auto a = grid(dir, "a.tif", 0), b = grid(dir, "b.tif", 100), c = grid(dir, "c.tif", -200);
  test::run("gdalbuildvrt -q -separate " + quoted(dir / "s.vrt") + " " + quoted(a) + " " + quoted(b) + " " + quoted(c));
  // Bands out of order of time: 09:00, 07:00, 08:00 JST.
  std::string vrt = test::slurp(dir / "s.vrt");
  const char* at[] = {"2026-11-21T09:00:00+09:00", "2026-11-21T07:00:00+09:00", "2026-11-21T08:00:00+09:00"};
  std::size_t p = 0;
  for (const char* t : at) {
    p = vrt.find("<VRTRasterBand", p);
    p = vrt.find('>', p) + 1;
    vrt.insert(p, std::string("<Metadata><MDI key=\"TENBO_VALID_TIME\">") + t + "</MDI></Metadata>");
  }
  test::write(dir / "s.vrt", vrt);
  test::run("gdal_translate -q -mo TENBO_UNIT=m -mo 'TENBO_QUANTITY=water depth' -mo 'TENBO_SOURCE=架空市 防災課' -mo TENBO_CERTAINTY=simulated "
            "-mo TENBO_ISSUE_TIME=2026-11-21T06:00:00+09:00 " + quoted(dir / "s.vrt") + " " + quoted(dir / "f.tif"));
  auto f = open({dir / "f.tif"});
  ASSERT_TRUE(f.ok()) << f.error().text();
  const auto& info = f->field->info();
  EXPECT_EQ(times(*f), (std::vector<std::string>{"2026-11-20T22:00:00Z", "2026-11-20T23:00:00Z", "2026-11-21T00:00:00Z"}));
  EXPECT_EQ(info.unit, "m");
  EXPECT_EQ(info.quantity, "water depth");
  EXPECT_EQ(info.source, "架空市 防災課");
  EXPECT_EQ(info.certainty, geo::Certainty::simulated);
  ASSERT_TRUE(info.issue_time.has_value());
  EXPECT_EQ(geo::format_utc(*info.issue_time), "2026-11-20T21:00:00Z");
  EXPECT_FLOAT_EQ(*f->field->value(0, lon(2), lat(1)), 112.5f);   // b
  EXPECT_FLOAT_EQ(*f->field->value(1, lon(2), lat(1)), -188.5f);  // c
  EXPECT_FLOAT_EQ(*f->field->value(2, lon(5), lat(3)), 35.5f);    // a
  EXPECT_TRUE(std::isnan(*f->field->value(0, 138.99, lat(1))));
  agrees_with_location_info(*f, (dir / "f.tif").string(), 2, 0);
}

TEST(Field, DescriptionsAndStartWithStep) {
  const auto dir = test::scratch("field_description");
  grid(dir, "a.tif", 0);
  grid(dir, "b.tif", 50);
  test::run("gdalbuildvrt -q -separate " + quoted(dir / "s.vrt") + " " + quoted(dir / "a.tif") + " " + quoted(dir / "b.tif"));
  test::run("gdal_translate -q " + quoted(dir / "s.vrt") + " " + quoted(dir / "plain.tif"));
  std::string vrt = test::slurp(dir / "s.vrt");
  std::size_t p = vrt.find("<VRTRasterBand");
  p = vrt.find('>', p) + 1;
  vrt.insert(p, "<Description>2026-11-21T09:00:00+09:00</Description>");
  p = vrt.find("<VRTRasterBand", p);
  p = vrt.find('>', p) + 1;
  vrt.insert(p, "<Description>depth 2026-11-21T00:10:00Z</Description>");
  test::write(dir / "s.vrt", vrt);
  test::run("gdal_translate -q " + quoted(dir / "s.vrt") + " " + quoted(dir / "d.tif"));
  auto f = open({dir / "d.tif"});
  ASSERT_TRUE(f.ok()) << f.error().text();
  EXPECT_EQ(times(*f), (std::vector<std::string>{"2026-11-21T00:00:00Z", "2026-11-21T00:10:00Z"}));

  auto silent = open({dir / "plain.tif"});
  ASSERT_FALSE(silent.ok());  // two bands, and nothing says when
  EXPECT_NE(silent.error().remedy.find("start"), std::string::npos);
  io::FieldOptions o;
  o.start = "2026-11-21T09:00:00+09:00";
  o.step_seconds = 600;
  auto told = open({dir / "plain.tif"}, o);
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(times(*told), (std::vector<std::string>{"2026-11-21T00:00:00Z", "2026-11-21T00:10:00Z"}));
  o.start = "2026-11-21T09:00:00";  // no offset
  EXPECT_FALSE(open({dir / "plain.tif"}, o).ok());
  EXPECT_TRUE(open({dir / "a.tif"}).ok());  // one raster, one step without time
  EXPECT_EQ(open({dir / "a.tif"})->field->steps(), 1u);
}

TEST(Field, SeriesOfFilesByTheirNames) {
  const auto dir = test::scratch("field_series");
  fs::create_directories(dir / "s");
  grid(dir, "s/depth_20261121T0900+0900.tif", 0);
  grid(dir, "s/depth_20261121T0800+0900.tif", 100);
  grid(dir, "s/depth_20261121T1000+0900.tif", 200, "", 7);
  auto f = open({dir / "s"});
  ASSERT_TRUE(f.ok()) << f.error().text();
  EXPECT_EQ(times(*f), (std::vector<std::string>{"2026-11-20T23:00:00Z", "2026-11-21T00:00:00Z", "2026-11-21T01:00:00Z"}));
  EXPECT_FLOAT_EQ(*f->field->value(0, lon(0), lat(0)), 100.5f);
  EXPECT_TRUE(std::isnan(*f->field->value(2, lon(1), lat(1))));  // the hole
  EXPECT_TRUE(f->diagnostics.warnings.empty());

  fs::create_directories(dir / "u");
  grid(dir, "u/h_202611210900.tif", 0);
  grid(dir, "u/h_202611211000.tif", 0);
  auto utc = open({dir / "u"});
  ASSERT_TRUE(utc.ok());
  EXPECT_EQ(times(*utc).front(), "2026-11-21T09:00:00Z");
  EXPECT_FALSE(utc->diagnostics.warnings.empty());  // that UTC was assumed
  io::FieldOptions o;
  o.start = "2026-11-21T09:00:00+09:00";
  auto jst = open({dir / "u"}, o);
  ASSERT_TRUE(jst.ok());
  EXPECT_EQ(times(*jst), (std::vector<std::string>{"2026-11-21T00:00:00Z", "2026-11-21T01:00:00Z"}));

  fs::create_directories(dir / "h");
  grid(dir, "h/run_6_hours.tif", 0);
  grid(dir, "h/run_12_hours.tif", 0);
  EXPECT_FALSE(open({dir / "h"}).ok());  // hours after what?
  auto ahead = open({dir / "h"}, o);
  ASSERT_TRUE(ahead.ok()) << ahead.error().text();
  EXPECT_EQ(times(*ahead), (std::vector<std::string>{"2026-11-21T00:00:00Z", "2026-11-21T06:00:00Z"}));
}

TEST(Field, JakartaForecastOfTwoSteps) {
  const auto dir = shared / "flood-jakarta-a/test";
  if (!fs::exists(dir)) GTEST_SKIP() << "flood-jakarta-a is not here";
  std::vector<fs::path> files;
  for (const auto& e : fs::directory_iterator(dir))
    if (e.path().filename().string().starts_with("201208140700") && e.path().extension() == ".tif") files.push_back(e.path());
  ASSERT_EQ(files.size(), 2u);
  auto f = open(files);
  ASSERT_TRUE(f.ok()) << f.error().text();
  // Issued 2012-08-14 07:00, valid 6 and 12 hours later, as the names say.
  EXPECT_EQ(times(*f), (std::vector<std::string>{"2012-08-14T13:00:00Z", "2012-08-14T19:00:00Z"}));
  ASSERT_TRUE(f->field->info().issue_time.has_value());
  EXPECT_EQ(geo::format_utc(*f->field->info().issue_time), "2012-08-14T07:00:00Z");
  for (const auto& file : files)
    agrees_with_location_info(*f, file.string(), 1, file.string().find("_12_") != std::string::npos ? 1 : 0);
}

TEST(Field, DuplicateTimesAndOtherGrids) {
  const auto dir = test::scratch("field_duplicates");
  fs::create_directories(dir / "d");
  grid(dir, "d/a_20261121T0900Z.tif", 0);
  grid(dir, "d/b_20261121T0900Z.tif", 5);
  grid(dir, "d/c_20261121T1000Z.tif", 9);
  // Two files of one time: the names do not tell the steps apart by time alone, so the field is refused or merged openly.
  auto f = open({dir / "d"});
  if (f.ok()) EXPECT_FALSE(f->diagnostics.warnings.empty());
  else EXPECT_FALSE(f.error().remedy.empty());
  fs::create_directories(dir / "g");
  grid(dir, "g/a_20261121T0900Z.tif", 0);
  grid(dir, "g/b_20261121T1000Z.tif", 0, "-srcwin 0 0 5 4");
  auto g = open({dir / "g"});
  ASSERT_TRUE(g.ok());
  EXPECT_FALSE(g->diagnostics.errors.empty());
  EXPECT_EQ(g->field->steps(), 1u);
}

// Both forms of NetCDF, the next state renamed over the file or written into it, while the field before is still in use.
TEST(Field, NetCdfReplacedWhileOpenGivesTheNewValues) {
  for (const std::string format : {"NC", "NC4"})
    for (const bool in_place : {false, true}) {
      const auto dir = test::scratch("field_netcdf_replaced");
      const auto make = [&](const char* name, int value) {
        test::run("gdal_create -q -of netCDF -co FORMAT=" + format + " -outsize 8 4 -bands 1 -ot Float32 -burn " + std::to_string(value) +
                  " -a_srs EPSG:4326 -a_ullr 138 36 139 35 " + quoted(dir / name));
      };
      make("f.nc", 1);
      make("next.nc", 7);
      const auto before = open({dir / "f.nc"});
      ASSERT_TRUE(before.ok()) << before.error().text();
      if (in_place) test::write(dir / "f.nc", test::slurp(dir / "next.nc"));
      else std::filesystem::rename(dir / "next.nc", dir / "f.nc");
      const auto after = open({dir / "f.nc"});
      ASSERT_TRUE(after.ok()) << after.error().text();
      const auto now = after->field->slice(0);
      ASSERT_TRUE(now.ok()) << now.error().text();
      for (const float v : (*now)->values) EXPECT_EQ(v, 7.f) << format << in_place;
      // The field before never gives the newer values for its own: what it had, or an error.
      if (const auto then = before->field->slice(0); then.ok())
        for (const float v : (*then)->values) EXPECT_EQ(v, 1.f) << format << in_place;
      else EXPECT_TRUE(in_place);
    }
}

TEST(Field, NetCdfWithTimeAxisAgreesWithGdal) {
  const auto dir = test::scratch("field_netcdf");
  // GDAL's own NetCDF writer: three bands become three arrays; so a time axis is made by hand as CDL would be, in NetCDF
  // classic form, by gdal_translate's "extra dimension" metadata.
  grid(dir, "a.tif", 0, "", 3);
  grid(dir, "b.tif", 100);
  test::run("gdalbuildvrt -q -separate " + quoted(dir / "s.vrt") + " " + quoted(dir / "a.tif") + " " + quoted(dir / "b.tif"));
  std::string vrt = test::slurp(dir / "s.vrt");
  const auto at = vrt.find("<VRTRasterBand");
  vrt.insert(at, "<Metadata><MDI key=\"NETCDF_DIM_EXTRA\">{time}</MDI><MDI key=\"NETCDF_DIM_time_DEF\">{2,6}</MDI>"
                 "<MDI key=\"NETCDF_DIM_time_VALUES\">{6,12}</MDI><MDI key=\"time#units\">hours since 2012-08-14 07:00:00 +09:00</MDI></Metadata>");
  test::write(dir / "s.vrt", vrt);
  test::run("gdal_translate -q -of netCDF " + quoted(dir / "s.vrt") + " " + quoted(dir / "f.nc"));
  auto f = open({dir / "f.nc"});
  ASSERT_TRUE(f.ok()) << f.error().text();
  // 07:00 +09:00 = 22:00 UTC the day before; 6 and 12 hours later.
  EXPECT_EQ(times(*f), (std::vector<std::string>{"2012-08-14T04:00:00Z", "2012-08-14T10:00:00Z"}));
  EXPECT_FLOAT_EQ(*f->field->value(1, lon(2), lat(1)), 112.5f);
  EXPECT_TRUE(std::isnan(*f->field->value(0, lon(3), lat(0))));
  agrees_with_location_info(*f, (dir / "f.nc").string(), 2, 1);
  // The same as a GeoTIFF, with the time axis as metadata.
  test::run("gdal_translate -q " + quoted(dir / "f.nc") + " " + quoted(dir / "from_nc.tif"));
  auto t = open({dir / "from_nc.tif"});
  ASSERT_TRUE(t.ok()) << t.error().text();
  EXPECT_EQ(times(*t), times(*f));
  io::FieldOptions o;
  o.variable = "Band7";
  auto missing = open({dir / "f.nc"}, o);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);

  // Truncated at many places: an error or less data, never a crash.
  const std::string good = test::slurp(dir / "f.nc");
  for (std::size_t n = 0; n < good.size(); n += std::max<std::size_t>(1, good.size() / 40)) {
    test::write(dir / "cut.nc", good.substr(0, n));
    auto cut = open({dir / "cut.nc"});
    if (cut) for (std::size_t s = 0; s < cut->field->steps(); ++s) static_cast<void>(cut->field->slice(s).ok());
  }
}

namespace {

// NetCDF classic (CDF-1), written after its published grammar: two axes and a variable of x + 10 y, as floats, and an
// optional scalar with attributes.
struct Axis {
  std::string name;
  std::vector<double> values;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<double> bounds{};  // two a value, of a variable NAME_bnds
};
std::string classic_netcdf(const Axis& y, const Axis& x, const std::vector<std::pair<std::string, std::string>>& scalar = {}) {
  const auto word = [](std::uint32_t v) { return std::string({static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)}); };
  const auto padded = [](std::string s) { while (s.size() % 4) s += '\0'; return s; };
  const auto name = [&](const std::string& s) { return word(static_cast<std::uint32_t>(s.size())) + padded(s); };
  const auto attributes = [&](const std::vector<std::pair<std::string, std::string>>& list) {
    if (list.empty()) return word(0) + word(0);
    std::string s = word(12) + word(static_cast<std::uint32_t>(list.size()));
    for (const auto& [k, v] : list) s += name(k) + word(2) + name(v);
    return s;
  };
  const auto number = [&](float f) { std::uint32_t bits; std::memcpy(&bits, &f, 4); return word(bits); };
  const auto wide = [&](double d) { std::uint64_t bits; std::memcpy(&bits, &d, 8); return word(static_cast<std::uint32_t>(bits >> 32)) + word(static_cast<std::uint32_t>(bits)); };
  const auto ny = static_cast<std::uint32_t>(y.values.size()), nx = static_cast<std::uint32_t>(x.values.size());
  std::string data_y, data_x, data;
  for (double v : y.values) data_y += wide(v);
  for (double v : x.values) data_x += wide(v);
  for (std::uint32_t r = 0; r < ny; ++r)
    for (std::uint32_t c = 0; c < nx; ++c) data += number(static_cast<float>(c + 10 * r));
  const auto header = [&](std::uint32_t begin) {
    std::string s = std::string("CDF\x01", 4) + word(0) + word(10) + word(3) + name(y.name) + word(ny) + name(x.name) + word(nx) + name("nv") + word(2) + attributes({});
    s += word(11) + word(3 + (scalar.empty() ? 0 : 1) + (y.bounds.empty() ? 0 : 1) + (x.bounds.empty() ? 0 : 1));
    const auto variable = [&](const std::string& called, const std::vector<std::uint32_t>& dims, const std::string& atts, std::uint32_t type, std::uint32_t size) {
      s += name(called) + word(static_cast<std::uint32_t>(dims.size()));
      for (auto d : dims) s += word(d);
      s += atts + word(type) + word(size) + word(begin);
      begin += size;
    };
    variable(y.name, {0}, attributes(y.attributes), 6, ny * 8);
    variable(x.name, {1}, attributes(x.attributes), 6, nx * 8);
    variable("depth", {0, 1}, attributes({{"units", "m"}}), 5, nx * ny * 4);
    if (!y.bounds.empty()) variable(y.name + "_bnds", {0, 2}, attributes({}), 6, ny * 16);
    if (!x.bounds.empty()) variable(x.name + "_bnds", {1, 2}, attributes({}), 6, nx * 16);
    if (!scalar.empty()) variable("crs", {}, attributes(scalar), 4, 4);
    return s;
  };
  std::string bounds;
  for (const Axis* axis : {&y, &x})
    for (double v : axis->bounds) bounds += wide(v);
  return header(static_cast<std::uint32_t>(header(0).size())) + data_y + data_x + data + bounds + (scalar.empty() ? "" : word(0));
}

}  // namespace

TEST(Field, NetCdfAxesInDegreesAreLongitudeAndLatitudeWithAWord) {
  const auto dir = test::scratch("field_degrees");
  const std::vector<double> lats{35.005, 35.015, 35.025, 35.035}, lons{139.005, 139.015, 139.025};
  struct Case { const char *x, *y, *x_unit, *y_unit; bool read; };
  for (const Case& c : {Case{"lon", "lat", "degrees_east", "degrees_north", true}, Case{"x", "y", "degree_east", "degree_north", true},
                        Case{"x", "y", "degreesE", "degreesN", true}, Case{"longitude", "latitude", "", "", true}, Case{"lon", "lat", "", "", true},
                        Case{"x", "y", "", "", false}, Case{"x", "y", "m", "m", false}}) {
    const auto unit = [](const char* u) { return *u ? std::vector<std::pair<std::string, std::string>>{{"units", u}} : std::vector<std::pair<std::string, std::string>>{}; };
    test::write(dir / "a.nc", classic_netcdf({c.y, lats, unit(c.y_unit)}, {c.x, lons, unit(c.x_unit)}));
    auto f = open({dir / "a.nc"});
    ASSERT_EQ(f.ok(), c.read) << c.x << " " << c.x_unit << (f ? "" : ": " + f.error().text());
    if (!f) {
      EXPECT_FALSE(f.error().remedy.empty());
      continue;
    }
    EXPECT_EQ(f->field->info().grid.crs.id(), "EPSG:4326");
    EXPECT_FLOAT_EQ(*f->field->value(0, 139.0151, 35.0249), 21.f);  // column 1, third row from the south
    ASSERT_EQ(f->diagnostics.warnings.size(), 1u);
    EXPECT_NE(f->diagnostics.warnings.front().text().find("WGS 84"), std::string::npos);
  }
  // Names alone do not make metres degrees.
  test::write(dir / "m.nc", classic_netcdf({"lat", {3900000, 3900100}, {}}, {"lon", {400000, 400100}, {}}));
  EXPECT_FALSE(open({dir / "m.nc"}).ok());
  // A scalar that holds the CRS, though nothing points to it.
  test::write(dir / "u.nc", classic_netcdf({"y", {3900000, 3900100}, {}}, {"x", {400000, 400100}, {}}, {{"epsg_code", "EPSG:32654"}}));
  auto utm = open({dir / "u.nc"});
  ASSERT_TRUE(utm.ok()) << utm.error().text();
  EXPECT_EQ(utm->field->info().grid.crs.id(), "EPSG:32654");
  EXPECT_TRUE(utm->diagnostics.warnings.empty());
}

TEST(Field, NetCdfOfASingleRowColumnOrCell) {
  const auto dir = test::scratch("field_single");
  const std::vector<std::pair<std::string, std::string>> north{{"units", "degrees_north"}}, east{{"units", "degrees_east"}};
  const auto opened = [&](const std::vector<double>& lats, const std::vector<double>& lons) {
    const auto file = dir / (std::to_string(lats.size()) + "x" + std::to_string(lons.size()) + ".nc");
    test::write(file, classic_netcdf({"lat", lats, north}, {"lon", lons, east}));
    return open({file});
  };
  auto row = opened({35.005}, {139.005, 139.015, 139.025});
  ASSERT_TRUE(row.ok()) << row.error().text();
  EXPECT_FLOAT_EQ(*row->field->value(0, 139.0151, 35.0051), 1.f);
  EXPECT_NEAR(row->field->info().extent.north, 35.01, 1e-9);  // half a step of 0.01 beyond the centre
  bool told = false;
  for (const auto& w : row->diagnostics.warnings) told = told || w.text().find("single row") != std::string::npos;
  EXPECT_TRUE(told);
  auto column = opened({35.005, 35.015, 35.025}, {139.005});
  ASSERT_TRUE(column.ok()) << column.error().text();
  EXPECT_FLOAT_EQ(*column->field->value(0, 139.0051, 35.0249), 20.f);
  auto cell = opened({35.005}, {139.005});
  ASSERT_FALSE(cell.ok());
  EXPECT_NE(cell.error().text().find("single cell"), std::string::npos) << cell.error().text();
  EXPECT_EQ(cell.error().text().find("uneven"), std::string::npos);
  EXPECT_FALSE(cell.error().remedy.empty());
  // its size from its bounds
  auto north_bounds = north, east_bounds = east;
  north_bounds.emplace_back("bounds", "lat_bnds");
  east_bounds.emplace_back("bounds", "lon_bnds");
  test::write(dir / "b.nc", classic_netcdf({"lat", {35.005}, north_bounds, {35.0, 35.01}}, {"lon", {139.01}, east_bounds, {139.0, 139.02}}));
  auto bounded = open({dir / "b.nc"});
  ASSERT_TRUE(bounded.ok()) << bounded.error().text();
  const auto& e = bounded->field->info().extent;
  EXPECT_NEAR(e.west, 139.0, 1e-9);
  EXPECT_NEAR(e.east, 139.02, 1e-9);
  EXPECT_NEAR(e.south, 35.0, 1e-9);
  EXPECT_NEAR(e.north, 35.01, 1e-9);
  auto uneven = opened({35.005, 35.015, 35.045}, {139.005, 139.015});
  ASSERT_FALSE(uneven.ok());
  EXPECT_NE(uneven.error().text().find("uneven"), std::string::npos);
}

TEST(Field, SfincsWithCoordinateArraysAgreesWithGdal) {
  const auto source = shared / "weather-a/sfincs/sfincs_map.nc";
  if (!fs::exists(source)) GTEST_SKIP() << "weather-a is not here";
  const auto dir = test::scratch("sfincs");
  fs::copy(source, dir / "map.nc");
  auto f = open({dir / "map.nc"});
  ASSERT_TRUE(f.ok()) << f.error().text();
  EXPECT_EQ(f->field->info().grid.crs.id(), "EPSG:32633");  // of its scalar "crs": ncdump says epsg_code = "EPSG:32633"
  EXPECT_EQ(times(*f), (std::vector<std::string>{"2010-02-05T00:00:00Z", "2010-02-06T00:00:00Z", "2010-02-07T00:00:00Z"}));
  EXPECT_EQ(f->field->info().unit, "m");
  // The classic driver gives the same variable without a place: cell (c, r) of the array, and the arrays x and y there.
  const std::string name = "NETCDF:" + (dir / "map.nc").string();
  for (const auto& [c, r] : {std::pair{10, 5}, std::pair{40, 20}, std::pair{70, 30}, std::pair{25, 33}, std::pair{83, 35}}) {
    const auto cell = [&](const std::string& variable, int band) {
      return std::strtod(test::run("gdallocationinfo -valonly -b " + std::to_string(band) + " " + name + ":" + variable + " " + std::to_string(c) + " " + std::to_string(r)).c_str(), nullptr);
    };
    const double x = cell("x", 1), y = cell("y", 1), expected = cell("zs", 2);
    if (x < -90000) continue;
    char command[200];
    std::snprintf(command, sizeof command, "echo %.6f %.6f | gdaltransform -s_srs EPSG:32633 -t_srs EPSG:4326 -output_xy", x, y);
    double px, py;
    ASSERT_EQ(std::sscanf(test::run(command).c_str(), "%lf %lf", &px, &py), 2);
    const auto got = f->field->value(1, px, py);
    ASSERT_TRUE(got.ok());
    if (expected < -90000) EXPECT_TRUE(std::isnan(*got)) << c << "," << r;
    else EXPECT_NEAR(*got, expected, 1e-5) << c << "," << r;
  }
  // One-dimensional coordinates, rows from the south, the CRS as an option.
  io::FieldOptions o;
  o.crs = "EPSG:32633";
  const auto rain = shared / "weather-a/sfincs/precip_2d.nc";
  auto p = open({rain}, o);
  ASSERT_TRUE(p.ok()) << p.error().text();
  EXPECT_EQ(p->field->steps(), 49u);
  EXPECT_EQ(times(*p).front(), "2010-02-05T00:00:00Z");  // 5760 minutes since 2010-02-01
  EXPECT_LT(p->field->info().grid.geotransform[5], 0);
}

TEST(Field, GribWithValidTimes) {
  const auto file = shared / "weather-a/grib/regular_ll_msl.grib";
  if (!fs::exists(file)) GTEST_SKIP() << "weather-a is not here";
  auto f = open({file});
  ASSERT_TRUE(f.ok()) << f.error().text();
  // GRIB_VALID_TIME=1160179200 as gdalinfo prints it: date -u -d @1160179200.
  EXPECT_EQ(times(*f).front(), "2006-10-07T00:00:00Z");
  EXPECT_EQ(f->field->info().unit, "Pa");
  agrees_with_location_info(*f, file.string(), 1, 0, 6);
}

TEST(Field, ScaledIntegersAndNegativeDepths) {
  const auto dir = test::scratch("field_scaled");
  const auto tif = grid(dir, "scaled.tif", -20, "-ot Int16 -a_scale 0.01 -a_offset 3 -a_nodata -77", 9);
  auto f = open({tif});
  ASSERT_TRUE(f.ok()) << f.error().text();
  const std::string raw = test::run("gdallocationinfo -valonly " + quoted(tif) + " 2 0");
  EXPECT_NEAR(*f->field->value(0, lon(2), lat(0)), std::strtod(raw.c_str(), nullptr) * 0.01 + 3, 1e-5);
  EXPECT_TRUE(std::isnan(*f->field->value(0, lon(3), lat(1))));
  auto negative = open({grid(dir, "negative.tif", -40)});
  ASSERT_TRUE(negative.ok());
  EXPECT_FLOAT_EQ(*negative->field->value(0, lon(0), lat(0)), -40.5f);
}

TEST(Field, BadInputIsRefusedWithARemedy) {
  const auto dir = test::scratch("field_bad");
  test::write(dir / "a.tif", "II*");
  EXPECT_FALSE(open({dir / "a.tif"}).ok());
  test::write(dir / "b.nc", std::string("CDF\x01\xFF\xFF\xFF\xFF", 8));
  EXPECT_FALSE(open({dir / "b.nc"}).ok());
  test::write(dir / "c.grib2.xz", std::string("\xFD" "7zXZ\0\0\0\0", 9));
  auto xz = open({dir / "c.grib2.xz"});
  ASSERT_FALSE(xz.ok());
  EXPECT_NE(xz.error().remedy.find("xz -d"), std::string::npos);
  EXPECT_FALSE(open({}).ok());
  EXPECT_FALSE(open({dir / "none.tif"}).ok());
}

TEST(Field, LongSeriesDoNotRunOutOfFiles) {
  const auto dir = test::scratch("field_long");
  fs::create_directories(dir / "s");
  const std::string bytes = test::slurp(grid(dir, "one.tif", 7));
  for (int i = 0; i < 1100; ++i) {
    char name[64];
    std::snprintf(name, sizeof name, "s/d_202611%02dT%02d%02dZ.tif", 1 + i / 144, i / 6 % 24, i % 6 * 10);
    test::write(dir / name, bytes);
  }
  auto f = open({dir / "s"});
  ASSERT_TRUE(f.ok()) << f.error().text();
  EXPECT_EQ(f->field->steps(), 1100u);
  EXPECT_TRUE(f->diagnostics.errors.empty());
  EXPECT_FLOAT_EQ(*f->field->value(1099, lon(2), lat(1)), 19.5f);
}

TEST(Field, WorkersReadSlicesAtOnce) {
  const auto dir = test::scratch("field_threads");
  fs::create_directories(dir / "s");
  for (int h = 0; h < 8; ++h) grid(dir, "s/d_20261121T0" + std::to_string(h) + "00Z.tif", 10 * h);
  auto f = open({dir / "s"});
  ASSERT_TRUE(f.ok());
  ASSERT_EQ(f->field->steps(), 8u);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        const auto step = static_cast<std::size_t>((i + t) % 8);
        const auto v = f->field->value(step, lon(1), lat(1));
        wrong += !v.ok() || *v != static_cast<float>(10 * step + 1 + 10) + 0.5f;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}
