// Fields with one thing wrong each.
#include <cmath>
#include <limits>
#include <vector>

#include "publisher.h"

tenbo_result publish_field(Publisher& p, const std::string& wrong) {
  const auto is = [&](const char* what) { return wrong == std::string("field_") + what; };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const double amount = std::stod(p.parameters["amount"]);
  float values[2][6];
  for (int s = 0; s < 2; ++s)
    for (int c = 0; c < 6; ++c) values[s][c] = static_cast<float>(amount * (10 * s + c / 3 + c % 3 / 10.0));
  values[0][5] = values[1][5] = std::numeric_limits<float>::quiet_NaN();
  if (is("infinite_values")) values[0][0] = std::numeric_limits<float>::infinity();
  const float* slices[2] = {values[0], is("null_slice") ? nullptr : values[1]};
  tenbo_time times[2] = {1'700'000'000'000, 1'700'003'600'000};
  if (is("unsorted_times")) std::swap(times[0], times[1]);
  if (is("equal_times")) times[1] = times[0];
  if (is("mad_time")) times[1] = INT64_MAX;
  const tenbo_text warnings[] = {is("warning_not_utf8") ? text("\xff\xfe") : text("one gauge left out")};

  tenbo_about about{};
  about.size = is("small_about") ? 4 : sizeof about;
  about.certainty = is("wrong_certainty") ? 77 : TENBO_SIMULATED;
  about.title = text("試験");
  about.source = is("source_not_utf8") ? text("caf\xe9") : text("Model 7");
  if (is("source_null")) about.source = {nullptr, 5};
  if (is("source_huge")) about.source.size = UINT64_MAX;
  about.issue_time = is("mad_issue_time") ? INT64_MIN : 1'699'999'000'000;
  about.has_issue_time = is("mad_flag") ? 3 : 1;
  about.warnings = is("null_warnings") ? nullptr : warnings;
  about.warning_count = is("many_warnings") ? 4'000'000'000u : 1;

  tenbo_field f{};
  f.size = is("size_0") ? 0 : is("size_8") ? 8 : is("size_huge") ? 0xFFFFFFFFu : sizeof f;
  f.is_water_depth = 1;
  f.about = is("null_about") ? nullptr : &about;
  f.quantity = text("water depth");
  f.unit = text("m");
  f.palette = is("palette_path") ? text("../../etc/passwd") : text("flood-depth");
  f.width = is("width_0") ? 0 : is("width_huge") ? 0xFFFFFFFFu : is("many_values") ? 65536 : 3;
  f.height = is("many_values") ? 65536 : 2;
  f.step_count = is("steps_0") ? 0 : is("steps_huge") ? 0xFFFFFFFFu : 2;
  const double g[6] = {139.0, 0.5, 0, 36.0, 0, -0.5};
  for (int i = 0; i < 6; ++i) f.geotransform[i] = g[i];
  if (is("nan_geotransform")) f.geotransform[3] = nan;
  if (is("flat_geotransform")) f.geotransform[5] = 0;
  if (is("grid_off_the_earth")) f.geotransform[3] = 1e300;
  f.crs = is("no_crs") ? text("") : is("wrong_crs") ? text("EPSG:not-a-code") : text("EPSG:4326");
  f.valid_times = is("null_times") ? nullptr : times;
  f.slices = is("null_slices") ? nullptr : slices;
  if (is("stray_handle")) f.from_reader = reinterpret_cast<const tenbo_reader_field*>(&about);
  if (is("null")) return p.source->publish_field(p.host, nullptr);
  if (is("no_host")) {
    p.source->publish_field(nullptr, &f);
    return p.source->publish_field(p.host, &f);
  }
  return p.source->publish_field(p.host, &f);
}
