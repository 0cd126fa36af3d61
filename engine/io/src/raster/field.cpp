#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "identify/first_bytes.h"
#include "raster/field_source.h"
#include "raster/grid_place.h"
#include "tenbo/io/grib2.h"
#include "tenbo/io/raster.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

bool may_be_field(const fs::path& path) {
  if (path.filename().string().ends_with("_grib2.bin")) return true;  // as the Japan Meteorological Agency names them
  return gdal::has_extension(path, {".tif", ".tiff", ".nc", ".nc4", ".cdf", ".asc", ".grib", ".grib2", ".grb", ".grb2", ".img", ".bil", ".flt"}) || gdal::is_zarr(path);
}

constexpr std::size_t max_steps = 100'000;

bool same_grid(const geo::GridGeometry& a, const geo::GridGeometry& b) {
  if (a.width != b.width || a.height != b.height || a.crs.definition() != b.crs.definition()) return false;
  const auto& g = a.geotransform;
  const double size = std::abs(g[1]) + std::abs(g[2]) + std::abs(g[4]) + std::abs(g[5]);
  for (std::size_t i = 0; i < 6; ++i) {
    const double reach = i == 0 || i == 3 ? 1.0 : std::max(a.width, a.height);
    if (std::abs(g[i] - b.geotransform[i]) * reach > 0.01 * size) return false;
  }
  return true;
}

struct Step {
  std::optional<geo::Instant> time;
  SliceLoader load;
  gdal::Input input;
  std::string place;
};

// Times that the files' names tell, for sources of one step each that say nothing themselves. Names hold an instant, a
// lead time ("_6_hours"), or both; a lead time alone counts from the layer's `start`.
Status name_times(std::vector<FieldSource>& sources, const FieldOptions& options, bool& assumed_utc,
                  std::optional<LooseTime>& issue, std::vector<double>& order) {
  std::vector<NameTime> names;
  for (const auto& s : sources) {
    fs::path p = s.input.path.filename();
    while (gdal::has_extension(p, {".tif", ".tiff", ".nc", ".asc", ".gz", ".zip", ".img", ".bil", ".flt"}) && !p.extension().empty()) p = p.stem();
    names.push_back(time_in_name(p.string()));
  }
  const auto all = [&](auto has) { return std::all_of(names.begin(), names.end(), has); };
  const auto distinct = [&](auto value) {
    std::set<double> seen;
    for (const auto& n : names) seen.insert(value(n));
    return seen.size() == names.size();
  };
  const bool one = names.size() == 1;
  const bool absolute = all([](const NameTime& n) { return n.absolute.has_value(); });
  const bool relative = all([](const NameTime& n) { return n.relative_seconds.has_value(); }) &&
                        (one || distinct([](const NameTime& n) { return *n.relative_seconds; }));
  const bool absolute_differ = absolute && (one || distinct([](const NameTime& n) { return static_cast<double>(n.absolute->time.ms); }));
  if (absolute && (relative || absolute_differ)) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto ahead = relative ? std::llround(*names[i].relative_seconds * 1000) : 0;
      sources[i].steps.front().time = LooseTime{{names[i].absolute->time.ms + ahead}, names[i].absolute->assumed_utc};
      assumed_utc = assumed_utc || names[i].absolute->assumed_utc;
      order.push_back(static_cast<double>(names[i].absolute->time.ms + ahead));
    }
    if (relative && !absolute_differ) issue = names.front().absolute;
    return {};
  }
  if (one) return {};
  if (relative) {
    for (const auto& n : names) order.push_back(*n.relative_seconds * 1000);
    if (options.start.empty())
      return gdal::error_of(ErrorCode::invalid_argument, "the files' names give lead times, but no instant from which they count",
                            sources.front().input.path, "", "give the layer's start: \"2026-11-21T09:00:00+09:00\"");
    return {};
  }
  if (all([](const NameTime& n) { return n.number.has_value(); }) && distinct([](const NameTime& n) { return *n.number; }) &&
      options.step_seconds > 0) {
    std::vector<double> sorted;
    for (const auto& n : names) sorted.push_back(*n.number);
    std::sort(sorted.begin(), sorted.end());
    for (const auto& n : names)
      order.push_back(static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), *n.number) - sorted.begin()) * options.step_seconds * 1000);
  }
  return {};
}

geo::Certainty certainty_of(const std::string& word, const fs::path& file, Diagnostics& diagnostics) {
  for (const auto c : {geo::Certainty::confirmed, geo::Certainty::estimated, geo::Certainty::simulated, geo::Certainty::unknown})
    if (word == geo::to_string(c)) return c;
  if (!word.empty())
    diagnostics.warn(gdal::error_of(ErrorCode::invalid_argument, "the certainty \"" + word + "\" is not confirmed, estimated or simulated", file));
  return geo::Certainty::unknown;
}

}  // namespace

bool turn_north_up(geo::GridGeometry& grid) {
  auto& g = grid.geotransform;
  if (!(g[5] > 0)) return false;
  g[0] += grid.height * g[2];
  g[3] += grid.height * g[5];
  g[2] = -g[2];
  g[5] = -g[5];
  return true;
}

Status complete_crs(geo::GridGeometry& grid, const gdal::Input& input, const FieldOptions& options) {
  if (!grid.crs.is_valid()) grid.crs = sidecar_crs(input.path);
  if (!grid.crs.is_valid() && !options.crs.empty()) {
    auto crs = geo::Crs::parse(options.crs);
    if (!crs) return crs.error();
    grid.crs = std::move(*crs);
  }
  return check_place(grid, input.path);
}

namespace {

Result<std::vector<FieldSource>> open_sources(const std::vector<fs::path>& paths, const FieldOptions& options, Diagnostics& diagnostics) {
  if (paths.empty()) return Error{ErrorCode::invalid_argument, "no file of the field is named", "", "", ""};
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), paths.front(), std::move(place), std::move(remedy));
  };
  auto inputs = gdal::expand(paths, may_be_field);
  if (!inputs) return inputs.error();
  if (inputs->empty()) return error(ErrorCode::unsupported, "nothing in the folder looks like a field", "", "GeoTIFF, NetCDF, Zarr, ASC and GRIB are read");
  if (inputs->size() > max_steps) return error(ErrorCode::out_of_budget, std::to_string(inputs->size()) + " files are more than a field may have");
  std::vector<FieldSource> sources;
  std::optional<Error> first_error;
  for (const auto& input : *inputs) {
    const bool zarr = gdal::is_zarr(input.path);
    auto head = zarr ? Result<std::string>(std::string()) : gdal::read_head(input, 4096);
    Result<FieldSource> source = error(ErrorCode::internal, "");
    if (!head) source = head.error();
    else if (zarr) source = open_netcdf_field(input, options, diagnostics);
    else if (head->empty()) source = gdal::error_of(ErrorCode::malformed, "the file is empty", input.path);
    else if (head->starts_with("\xFD" "7zXZ")) source = gdal::error_of(ErrorCode::unsupported, "the file is packed with xz", input.path, "", "unpack it first: xz -dk FILE");
    else if (looks_like_netcdf(*head)) source = open_netcdf_field(input, options, diagnostics);
    else if (begins_with_grib2_runs(std::as_bytes(std::span(*head)))) source = open_grib2_field(input, options, diagnostics);
    else if (looks_like_shakemap(*head)) source = open_shakemap_field(input, options, diagnostics);
    else source = open_raster_field(input, options, inputs->size() <= 200, diagnostics);
    if (source && !sources.empty() && !same_grid(source->grid, sources.front().grid))
      source = gdal::error_of(ErrorCode::mismatch, "its grid is not that of " + sources.front().input.path.filename().string(), input.path, "",
                              "warp all steps to one grid: gdalwarp -te ... -tr ...");
    if (source) {
      sources.push_back(std::move(*source));
      continue;
    }
    if (!first_error) first_error = source.error();
    if (inputs->size() > 1) diagnostics.fail(source.error());
  }
  if (sources.empty()) return *first_error;
  return sources;
}

// From its parts to a field of one member and issue.
Result<OpenedField> assemble(std::vector<FieldSource> sources, const fs::path& named, const FieldOptions& options, Diagnostics diagnostics) {
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), named, std::move(place), std::move(remedy));
  };
  OpenedField out;
  out.diagnostics = std::move(diagnostics);
  std::optional<geo::Instant> start;
  if (!options.start.empty()) {
    auto at = geo::parse_instant(options.start);
    if (!at) return at.error();
    start = *at;
  }

  std::size_t steps = 0, timed = 0;
  for (const auto& s : sources)
    for (const auto& step : s.steps) { ++steps; timed += step.time.has_value(); }
  bool assumed_utc = false;
  std::optional<LooseTime> issue = sources.front().issue_time;
  std::vector<double> order;  // ms from some origin, per source, where names alone tell
  if (timed == 0 && steps == sources.size())
    if (auto status = name_times(sources, options, assumed_utc, issue, order); !status) return status.error();

  std::vector<Step> ordered;
  bool any_time = false, all_time = true;
  for (auto& s : sources)
    for (auto& step : s.steps) {
      Step o{std::nullopt, std::move(step.load), s.input, step.place};
      if (step.time) {
        o.time = step.time->time;
        assumed_utc = assumed_utc || step.time->assumed_utc;
      }
      any_time = any_time || o.time;
      all_time = all_time && o.time;
      ordered.push_back(std::move(o));
    }
  if (any_time && !all_time) return error(ErrorCode::malformed, "some steps of the field have a time and some have none", "times", "give every band a TENBO_VALID_TIME");
  if (!any_time && ordered.size() > 1) {
    // What the layer says: the first step's time, and either names' distances or a constant step.
    if (start && order.size() == ordered.size()) {
      const double first = *std::min_element(order.begin(), order.end());
      for (std::size_t i = 0; i < ordered.size(); ++i) ordered[i].time = geo::Instant{start->ms + std::llround(order[i] - first)};
    } else if (start && options.step_seconds > 0 && std::isfinite(options.step_seconds)) {
      for (std::size_t i = 0; i < ordered.size(); ++i)
        ordered[i].time = geo::Instant{start->ms + std::llround(static_cast<double>(i) * options.step_seconds * 1000)};
    } else {
      return error(ErrorCode::invalid_argument, std::to_string(ordered.size()) + " steps, and nothing says when they are valid", "times",
                   "give the layer's start and step_seconds, or each band a TENBO_VALID_TIME (see docs/guide/fields.md)");
    }
    any_time = true;
  } else if (!any_time && start) {
    ordered.front().time = start;
    any_time = true;
  } else if (any_time && start) {
    // `start` settles what a file leaves open (its offset); steps keep their distances.
    std::int64_t first = ordered.front().time->ms;
    for (const auto& o : ordered) first = std::min(first, o.time->ms);
    if (assumed_utc) {
      for (auto& o : ordered) o.time = geo::Instant{o.time->ms - first + start->ms};
      if (issue) issue->time.ms += start->ms - first;
      assumed_utc = false;
    }
  }
  if (assumed_utc)
    out.diagnostics.warn(error(ErrorCode::malformed, "the times name no offset; UTC is assumed", "times", "give the layer's start, with its offset"));
  std::stable_sort(ordered.begin(), ordered.end(), [](const Step& a, const Step& b) { return a.time < b.time; });
  for (std::size_t i = 1; i < ordered.size();) {
    if (ordered[i].time != ordered[i - 1].time) { ++i; continue; }
    out.diagnostics.warn(gdal::error_of(ErrorCode::malformed, "two steps are valid at " + geo::format_utc(*ordered[i].time) + "; this one is left out",
                                        ordered[i].input.path, ordered[i].place));
    ordered.erase(ordered.begin() + static_cast<std::ptrdiff_t>(i));
  }

  geo::FieldInfo info;
  const FieldSource& first = sources.front();
  info.quantity = options.quantity.empty() ? first.quantity : options.quantity;
  info.unit = options.unit.empty() ? first.unit : options.unit;
  info.source = options.source.empty() ? first.source : options.source;
  info.certainty = certainty_of(options.certainty.empty() ? first.certainty : options.certainty, named, out.diagnostics);
  if (!options.issue_time.empty()) {
    auto at = geo::parse_instant(options.issue_time);
    if (!at) return at.error();
    info.issue_time = *at;
  } else if (issue) {
    info.issue_time = issue->time;
  }
  for (const auto& o : ordered)
    if (o.time) info.valid_times.push_back(*o.time);
  info.grid = first.grid;
  info.nodata_is_dry = options.nodata_is_dry;
  auto to_geographic = geo::Transformer::to_geographic(info.grid.crs, geo::AxisOrder::xy);
  if (!to_geographic) return to_geographic.error();
  info.extent = outline(info.grid, *to_geographic);
  if (info.extent.empty()) return error(ErrorCode::invalid_argument, "the grid lies outside of its coordinate system's world", "header", "check its CRS: gdalinfo FILE");
  std::vector<SliceLoader> loaders;
  for (auto& o : ordered) loaders.push_back(std::move(o.load));
  out.field = std::make_shared<geo::Field>(std::move(info), [loaders = std::move(loaders)](std::size_t step) -> Result<std::shared_ptr<const geo::FieldSlice>> {
    if (step >= loaders.size()) return Error{ErrorCode::invalid_argument, "the field has no step " + std::to_string(step + 1), "", "", ""};
    return loaders[step]();
  }, options.cache_bytes);
  return out;
}

// What belongs to one member of one issue.
std::vector<FieldSource> part_of(const std::vector<FieldSource>& sources, std::size_t member, std::size_t issue) {
  auto out = sources;
  for (auto& s : out) {
    std::erase_if(s.steps, [&](const FieldStep& step) { return step.member != member || step.issue != issue; });
    if (issue < s.issues.size()) s.issue_time = s.issues[issue];
  }
  return out;
}

std::size_t latest(const std::vector<LooseTime>& issues) {
  std::size_t out = 0;
  for (std::size_t i = 1; i < issues.size(); ++i)
    if (issues[i].time > issues[out].time) out = i;
  return out;
}

}  // namespace

Result<OpenedField> gdal::open_field(const std::vector<fs::path>& paths, const FieldOptions& options) {
  Diagnostics diagnostics;
  auto sources = open_sources(paths, options, diagnostics);
  if (!sources) return sources.error();
  const FieldSource& first = sources->front();
  if (first.members.empty() && first.issues.empty()) return assemble(std::move(*sources), paths.front(), options, std::move(diagnostics));
  diagnostics.warn(gdal::error_of(ErrorCode::unsupported, fmt::format("of {} members and {} issues the first member of the latest issue is read", std::max<std::size_t>(1, first.members.size()),
                                                                      std::max<std::size_t>(1, first.issues.size())), paths.front(), "", "a field layer without a plugin shows them all"));
  return assemble(part_of(*sources, 0, latest(first.issues)), paths.front(), options, std::move(diagnostics));
}

Result<OpenedForecast> gdal::open_forecast(const std::vector<fs::path>& paths, const FieldOptions& options) {
  OpenedForecast out;
  auto sources = open_sources(paths, options, out.diagnostics);
  if (!sources) return sources.error();
  const auto names = sources->front().members;
  const auto same_time = [](const LooseTime& a, const LooseTime& b) { return a.time == b.time; };
  for (const auto& s : *sources)
    if (s.members != names || !std::equal(s.issues.begin(), s.issues.end(), sources->front().issues.begin(), sources->front().issues.end(), same_time))
      return gdal::error_of(ErrorCode::mismatch, "its members or issues are not those of " + sources->front().input.path.filename().string(), s.input.path);
  const std::size_t members = std::max<std::size_t>(1, names.size()), issues = std::max<std::size_t>(1, sources->front().issues.size());
  FieldOptions each = options;
  each.cache_bytes = options.cache_bytes / (members * issues);
  std::vector<geo::Forecast::Issue> all(issues);
  for (std::size_t i = 0; i < issues; ++i)
    for (std::size_t k = 0; k < members; ++k) {
      auto field = assemble(part_of(*sources, k, i), paths.front(), each, {});
      if (!field) return field.error();
      all[i].time = field->field->info().issue_time;
      all[i].members.push_back(std::move(field->field));
      if (i == 0 && k == 0) out.diagnostics.merge(std::move(field->diagnostics));
    }
  auto made = geo::Forecast::make(names, std::move(all));
  if (!made) {
    auto e = made.error();
    e.file = paths.front().string();
    return e;
  }
  out.forecast = std::move(*made);
  return out;
}

}  // namespace tenbo::io
