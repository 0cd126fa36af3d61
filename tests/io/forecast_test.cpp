// Forecasts read from files of the test's own: the value of each cell says by itself which issue, member, step and place it is
// (100000 issue + 1000 member + 100 step + 10 row + column).
#include <gtest/gtest.h>

#include "gdal_tools.h"
#include "netcdf_writer.h"
#include "tenbo/io/raster.h"

namespace tenbo {
namespace {

constexpr std::uint32_t nx = 3, ny = 2;

struct Axes {
  std::uint32_t issues = 1, members = 1, steps = 1;
  std::string issue_name, member_name;             // empty: no such dimension
  std::vector<std::pair<std::string, std::string>> member_attributes;
  bool lead = false;                               // hours from the issue in place of a time axis
  bool member_coordinate = true;
};

// Issues at 0, 6, 12 ... h of 2026-09-13, steps of an hour; a shared time axis begins at the first issue.
std::string ensemble_file(const Axes& a) {
  std::vector<std::pair<std::string, std::uint32_t>> dims;
  std::vector<test::NetcdfVariable> out;
  std::vector<std::uint32_t> of;
  const auto add = [&](const std::string& name, std::uint32_t n, std::vector<std::pair<std::string, std::string>> attributes, double first, double step, bool coordinate = true) {
    const auto d = static_cast<std::uint32_t>(dims.size());
    dims.emplace_back(name, n);
    of.push_back(d);
    test::NetcdfVariable v{name, {d}, std::move(attributes), {}};
    for (std::uint32_t i = 0; i < n; ++i) v.values.push_back(first + step * i);
    if (coordinate) out.push_back(std::move(v));
  };
  if (!a.issue_name.empty()) add(a.issue_name, a.issues, {{"standard_name", "forecast_reference_time"}, {"units", "hours since 2026-09-13 00:00:00"}}, 0, 6);
  if (!a.member_name.empty()) add(a.member_name, a.members, a.member_attributes, 1, 1, a.member_coordinate);
  if (a.lead) add("step", a.steps, {{"standard_name", "forecast_period"}, {"units", "hours"}}, 0, 1);
  else add("time", a.steps, {{"standard_name", "time"}, {"units", "hours since 2026-09-13 00:00:00"}}, 0, 1);
  add("lat", ny, {{"units", "degrees_north"}}, 35.5, -0.5);
  add("lon", nx, {{"units", "degrees_east"}}, 139, 0.5);
  test::NetcdfVariable depth{"depth", of, {{"units", "m"}}, {}};
  for (std::uint32_t i = 0; i < a.issues; ++i)
    for (std::uint32_t m = 0; m < a.members; ++m)
      for (std::uint32_t s = 0; s < a.steps; ++s)
        for (std::uint32_t r = 0; r < ny; ++r)
          for (std::uint32_t c = 0; c < nx; ++c) depth.values.push_back(100000. * i + 1000. * m + 100. * s + 10. * r + c);
  out.push_back(std::move(depth));
  return test::netcdf_classic(dims, out);
}

constexpr std::int64_t midnight = 1789257600000;  // 2026-09-13T00:00:00Z
constexpr std::int64_t hour = 3600'000;

void check(const geo::Forecast& f, const Axes& a) {
  ASSERT_EQ(f.issues(), a.issues);
  ASSERT_EQ(f.members(), a.members);
  for (std::uint32_t i = 0; i < a.issues; ++i)
    for (std::uint32_t m = 0; m < a.members; ++m) {
      const auto& field = *f.member(i, m);
      ASSERT_EQ(field.steps(), a.steps);
      for (std::uint32_t s = 0; s < a.steps; ++s) {
        EXPECT_EQ(field.info().valid_times[s].ms, midnight + (a.lead ? 6 * i : 0) * hour + s * hour);
        const auto slice = field.slice(s);
        ASSERT_TRUE(slice) << slice.error().text();
        for (std::uint32_t k = 0; k < nx * ny; ++k)
          ASSERT_EQ((*slice)->values[k], static_cast<float>(100000. * i + 1000. * m + 100. * s + 10. * (k / nx) + k % nx)) << i << " " << m << " " << s;
      }
    }
}

TEST(OpenForecast, MembersByStandardNameAndByUsualNames) {
  const auto dir = test::scratch("forecast_members");
  for (const auto& [name, attributes] : std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>>{
           {"realization", {}}, {"member", {}}, {"number", {}}, {"ensemble", {}}, {"run", {{"standard_name", "realization"}}}}) {
    const Axes a{1, 5, 3, "", name, attributes, false, true};
    test::write(dir / (name + ".nc"), ensemble_file(a));
    auto f = io::open_forecast({dir / (name + ".nc")}, {});
    ASSERT_TRUE(f) << name << ": " << f.error().text();
    check(*f->forecast, a);
    EXPECT_EQ(f->forecast->names(), (std::vector<std::string>{"1", "2", "3", "4", "5"}));
    EXPECT_FALSE(f->forecast->issue_time(0));  // nobody said
  }
  const Axes plain{1, 4, 2, "", "member", {}, false, false};  // no coordinate: counted from 1
  test::write(dir / "plain.nc", ensemble_file(plain));
  auto f = io::open_forecast({dir / "plain.nc"}, {});
  ASSERT_TRUE(f) << f.error().text();
  check(*f->forecast, plain);
}

TEST(OpenForecast, IssuesWithASharedTimeAxisAndWithLeadTimes) {
  const auto dir = test::scratch("forecast_issues");
  for (const bool lead : {false, true}) {
    const Axes a{3, 4, 5, lead ? "forecast_reference_time" : "cycle", "member", {}, lead, true};
    test::write(dir / "f.nc", ensemble_file(a));
    auto f = io::open_forecast({dir / "f.nc"}, {});
    ASSERT_TRUE(f) << f.error().text();
    check(*f->forecast, a);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(f->forecast->issue_time(i)->ms, midnight + static_cast<std::int64_t>(i) * 6 * hour);
  }
}

TEST(OpenForecast, AFieldAloneIsTheFirstMemberOfTheLatestIssueWithAWord) {
  const auto dir = test::scratch("forecast_field");
  test::write(dir / "f.nc", ensemble_file({3, 4, 5, "cycle", "member", {}, true, true}));
  auto f = io::open_field({dir / "f.nc"}, {});
  ASSERT_TRUE(f) << f.error().text();
  EXPECT_EQ((*f->field->slice(1))->values[4], 200111.f);
  EXPECT_EQ(f->field->info().issue_time->ms, midnight + 12 * hour);
  bool told = false;
  for (const auto& w : f->diagnostics.warnings) told |= w.text().find("4 members and 3 issues") != std::string::npos;
  EXPECT_TRUE(told);
}

// The NetCDF library takes what lies beyond the end for zeros: a depth of 0 m where nobody knows one.
TEST(OpenForecast, AFileThatIsCutOffIsRefused) {
  const auto dir = test::scratch("forecast_cut");
  const std::string whole = ensemble_file({1, 2, 3, "", "member", {}, false, true});
  test::write(dir / "whole.nc", whole);
  ASSERT_TRUE(io::open_forecast({dir / "whole.nc"}, {}));
  for (const std::size_t size : {whole.size() - 1, whole.size() - 60, whole.size() / 2, std::size_t{200}, std::size_t{40}, std::size_t{5}}) {
    test::write(dir / "cut.nc", whole.substr(0, size));
    const auto f = io::open_forecast({dir / "cut.nc"}, {});
    ASSERT_FALSE(f) << size;
    EXPECT_NE(f.error().text().find("cut.nc"), std::string::npos) << f.error().text();
    if (size > 1000) {
      EXPECT_NE(f.error().text().find("cut off"), std::string::npos) << f.error().text();
    }
  }
}

TEST(OpenForecast, FilesNamedOneByOne) {
  const auto dir = test::scratch("forecast_parts");
  const auto one = [&](const char* name) {
    test::write(dir / name, ensemble_file({1, 1, 2, "", "", {}, false, true}));
    return std::vector<std::filesystem::path>{dir / name};
  };
  const std::string early = "2026-09-12T12:00:00Z", late = "2026-09-12T18:00:00Z";
  auto f = io::open_forecast(std::vector<io::ForecastPart>{{late, "b", one("1.nc"), ""}, {late, "a", one("2.nc"), ""}, {early, "a", one("3.nc"), ""}, {early, "b", one("4.nc"), ""}}, {});
  ASSERT_TRUE(f) << f.error().text();
  EXPECT_EQ(f->forecast->names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(f->forecast->issues(), 2u);
  EXPECT_EQ(f->forecast->issue_time(0)->ms, midnight - 12 * hour);
  // an ensemble an issue
  test::write(dir / "e.nc", ensemble_file({1, 3, 2, "", "member", {}, false, true}));
  auto e = io::open_forecast(std::vector<io::ForecastPart>{{early, "", {dir / "e.nc"}, ""}, {late, "", {dir / "e.nc"}, ""}}, {});
  ASSERT_TRUE(e) << e.error().text();
  EXPECT_EQ(e->forecast->members(), 3u);
  EXPECT_EQ(e->forecast->issues(), 2u);
  const auto words = [](const auto& r) { return r ? std::string() : r.error().text(); };
  EXPECT_NE(words(io::open_forecast(std::vector<io::ForecastPart>{{"", "", one("1.nc"), ""}, {"", "", one("2.nc"), ""}}, {})).find("twice"), std::string::npos);
  EXPECT_NE(words(io::open_forecast(std::vector<io::ForecastPart>{{late, "a", one("1.nc"), ""}, {early, "b", one("2.nc"), ""}}, {})).find("the same members"), std::string::npos);
  EXPECT_NE(words(io::open_forecast(std::vector<io::ForecastPart>{{late, "a", {dir / "e.nc"}, ""}}, {})).find("holds 3 members"), std::string::npos);
}

}  // namespace
}  // namespace tenbo
