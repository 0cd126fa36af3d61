// Fields from NetCDF and Zarr with CF conventions, through GDAL's multidimensional interface: any order of dimensions, 1D or 2D
// coordinate arrays, packed integers, time axes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "gdal/zarr.h"
#include "raster/field_source.h"
#include "raster/grid_place.h"
#include "raster/netcdf_file.h"
#include "raster/netcdf_layout.h"
#include "raster/netcdf_place.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

using namespace netcdf;

namespace {

// "hours", "h", "minutes", "days" -> ms; 0 = another word.
double unit_ms(const std::string& unit) {
  const auto w = lower_case(unit);
  if (any_of(w, {"h", "hr", "hour", "hours"})) return 3600e3;
  if (any_of(w, {"min", "minute", "minutes"})) return 60e3;
  if (any_of(w, {"s", "sec", "second", "seconds"})) return 1e3;
  return any_of(w, {"d", "day", "days"}) ? 86400e3 : 0;
}

struct SliceReader {
  std::shared_ptr<File> file;
  int width, height;
  bool turned;
  int roll;  // columns from the left that go to the right (grids from 0 to 360 degrees)
  gdal::Input input;

  Result<std::shared_ptr<const geo::FieldSlice>> operator()(std::size_t step, std::size_t member, std::size_t issue) const {
    const std::lock_guard lock(file->mutex);
    if (const auto now = file_stamp(input.path); !file->dataset || (now.inode == file->stamp.inode && !(now == file->stamp)))
      return gdal::error_of(ErrorCode::mismatch, "the file was rewritten since the field was opened", input.path, "", "open the layer again");
    const Array& variable = file->variable;
    const Layout& layout = file->layout;
    gdal::Messages messages;
    const std::size_t dims = variable->GetDimensionCount();
    std::vector<GUInt64> start(dims, 0);
    std::vector<std::size_t> count(dims, 1);
    std::vector<GPtrDiff_t> stride(dims, 0);
    if (layout.t >= 0) start[static_cast<std::size_t>(layout.t)] = step;
    if (layout.member >= 0) start[static_cast<std::size_t>(layout.member)] = member;
    if (layout.issue >= 0) start[static_cast<std::size_t>(layout.issue)] = issue;
    count[static_cast<std::size_t>(layout.x)] = static_cast<std::size_t>(width);
    count[static_cast<std::size_t>(layout.y)] = static_cast<std::size_t>(height);
    stride[static_cast<std::size_t>(layout.x)] = 1;
    stride[static_cast<std::size_t>(layout.y)] = width;
    std::vector<double> raw(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    if (!variable->Read(start.data(), count.data(), nullptr, stride.data(), GDALExtendedDataType::Create(GDT_Float64), raw.data()))
      return gdal::gdal_error(messages, ErrorCode::malformed, "the values cannot be read", input.path,
                              variable->GetName() + ", step " + std::to_string(step + 1));
    bool has_nodata = false, has_scale = false, has_offset = false;
    const double nodata = variable->GetNoDataValueAsDouble(&has_nodata);
    const double scale = variable->GetScale(&has_scale), offset = variable->GetOffset(&has_offset);
    const auto missing = number_attribute(*variable, "missing_value");
    auto low = number_attribute(*variable, "valid_min"), high = number_attribute(*variable, "valid_max");
    if (const auto first = number_attribute(*variable, "valid_range"), second = number_attribute(*variable, "valid_range", 1); first && second) {
      low = first;
      high = second;
    }
    auto slice = std::make_shared<geo::FieldSlice>();
    slice->values.resize(raw.size());
    for (int r = 0; r < height; ++r)
      for (int c = 0; c < width; ++c) {
        const double v = raw[static_cast<std::size_t>(r) * static_cast<std::size_t>(width) + static_cast<std::size_t>(c)];
        const bool none = !(std::abs(v) < 1e30) || (has_nodata && (v == nodata || static_cast<float>(v) == static_cast<float>(nodata))) ||
                          (missing && v == *missing) || (low && v < *low) || (high && v > *high);
        const int to_r = turned ? height - 1 - r : r, to_c = c >= roll ? c - roll : c - roll + width;
        slice->values[static_cast<std::size_t>(to_r) * static_cast<std::size_t>(width) + static_cast<std::size_t>(to_c)] =
            none ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(v * (has_scale ? scale : 1) + (has_offset ? offset : 0));
      }
    return std::shared_ptr<const geo::FieldSlice>(std::move(slice));
  }
};

}  // namespace

Result<FieldSource> open_netcdf_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics) {
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), input.path, std::move(place), std::move(remedy));
  };
  auto file = std::make_shared<File>();
  file->stamp = file_stamp(input.path);
  close_rewritten(file->stamp);
  auto opened = gdal::is_zarr(input.path) ? gdal::open_zarr(input.path, file->keep) : gdal::open_multidim(input.path);
  if (!opened) return opened.error();
  remember_open(file);
  gdal::Messages messages;
  file->dataset = std::move(*opened);
  file->root = file->dataset->GetRootGroup();
  if (!file->root) return gdal::gdal_error(messages, ErrorCode::malformed, "the file has no content", input.path);
  collect(file->root, 0, file->arrays);

  Array variable;
  std::optional<Layout> layout;
  std::string others;
  if (!options.variable.empty()) {
    variable = file->find(options.variable);
    std::string names;
    std::vector<std::string> candidates;
    for (const auto& a : file->arrays) {
      candidates.push_back(a->GetName());
      if (candidates.size() <= 20) names += (names.empty() ? "" : ", ") + a->GetName();
    }
    if (!variable) return error(ErrorCode::not_found, "there is no variable \"" + options.variable + "\"; there are " + names, "variable",
                                nearest(options.variable, candidates).empty() ? "" : "did you mean " + nearest(options.variable, candidates) + "?");
    layout = layout_of(*file, *variable);
    if (!layout) return error(ErrorCode::unsupported, "\"" + options.variable + "\" is not a grid in x and y with coordinates (unstructured meshes are not read)",
                              "variable", "grid it first, for example with the model's own post-processor");
  } else {
    for (const bool with_time : {true, false}) {
      for (const auto& a : file->arrays) {
        const auto l = layout_of(*file, *a);
        if (!l || (l->t < 0) == with_time || axis_of(*a) != Axis::none) continue;
        if (!variable) { variable = a; layout = l; }
        else others += (others.empty() ? "" : ", ") + a->GetName();
      }
      if (variable) break;
    }
    if (!variable)
      return error(ErrorCode::unsupported, "no variable is a grid in x and y with coordinates (unstructured meshes and station series are not read)",
                   "variables", "grid it first, for example with the model's own post-processor");
    if (!others.empty())
      diagnostics.warn(error(ErrorCode::unsupported, "\"" + variable->GetName() + "\" is read; there are also " + others, "variable", "name another as the layer's sublayer"));
  }

  FieldSource f;
  f.input = input;
  const auto& dims = variable->GetDimensions();
  find_ensemble(*file, *variable, *layout);
  const auto width = dims[static_cast<std::size_t>(layout->x)]->GetSize(), height = dims[static_cast<std::size_t>(layout->y)]->GetSize();
  if (width == 0 || height == 0) return error(ErrorCode::malformed, "\"" + variable->GetName() + "\" has no cells", "variable");
  if (static_cast<double>(width) * static_cast<double>(height) > max_field_cells)
    return error(ErrorCode::out_of_budget, "a step of " + std::to_string(width) + " x " + std::to_string(height) + " cells is more than memory is kept for", "variable");
  f.grid.width = static_cast<int>(width);
  f.grid.height = static_cast<int>(height);
  const std::size_t cells = static_cast<std::size_t>(width * height);
  const auto xs = read_doubles(*layout->xs, cells), ys = read_doubles(*layout->ys, cells);
  if (!xs || !ys) return gdal::gdal_error(messages, ErrorCode::malformed, "the coordinates cannot be read", input.path, layout->xs->GetName());
  auto& g = f.grid.geotransform;
  const std::string axes = layout->xs->GetName() + ", " + layout->ys->GetName();
  const double wide = width == 1 ? lone_width(*file, *layout->xs) : 0, high = height == 1 ? lone_width(*file, *layout->ys) : 0;
  if (width == 1 && height == 1 && wide == 0 && high == 0)
    return error(ErrorCode::unsupported, "there is a single cell, and nothing says how large it is", axes, "give its coordinates bounds (CF conventions, 7.1)");
  if ((width == 1) != (height == 1) && wide == 0 && high == 0)
    diagnostics.warn(error(ErrorCode::malformed, std::string("the grid is a single ") + (height == 1 ? "row" : "column") + ", and nothing says how " + (height == 1 ? "high" : "wide") +
                           " its cells are: they are taken as square", axes, "give its coordinates bounds (CF conventions, 7.1)"));
  if (layout->xs->GetDimensionCount() == 2) {
    if (!fit_affine(*xs, *ys, f.grid.width, f.grid.height, g))
      return error(ErrorCode::unsupported, "the grid is curved or uneven: its coordinates are on no regular lattice", layout->xs->GetName(), "regrid it first");
  } else {
    auto ey = even(*ys, high);
    auto ex = even(*xs, wide != 0 ? wide : ey ? ey->second : 0);
    if (!ey && ex) ey = even(*ys, ex->second);
    if (!ex || !ey) return error(ErrorCode::unsupported, "the grid is uneven: its coordinates have no constant step", axes, "regrid it first");
    g = {ex->first - ex->second / 2, ex->second, 0, ey->first - ey->second / 2, 0, ey->second};
  }
  auto found_crs = crs_of_variable(*file, *variable, *layout, *xs, *ys);
  f.grid.crs = std::move(found_crs.crs);
  if (!found_crs.assumption.empty())
    diagnostics.warn(error(ErrorCode::malformed, found_crs.assumption, layout->xs->GetName() + ", " + layout->ys->GetName()));
  if (auto status = complete_crs(f.grid, input, options); !status) return status.error();
  const bool turned = turn_north_up(f.grid);
  int roll = 0;
  if (f.grid.crs.is_geographic() && g[2] == 0 && g[4] == 0 && g[1] > 0) {
    if (g[0] >= 180 - g[1] / 2) g[0] -= 360;
    else if (g[0] + g[1] * f.grid.width > 180 + g[1] && std::abs(g[1] * f.grid.width - 360) < g[1] / 2) {
      roll = static_cast<int>(std::ceil((180 - g[0]) / g[1] - 1e-6));
      g[0] += roll * g[1] - 360;
    }
  }
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const int n = static_cast<int>(i);
    if (n != layout->x && n != layout->y && n != layout->t && n != layout->member && n != layout->issue && dims[i]->GetSize() > 1)
      diagnostics.warn(error(ErrorCode::unsupported, "the first of " + std::to_string(dims[i]->GetSize()) + " along \"" + dims[i]->GetName() + "\" is read", variable->GetName()));
  }

  std::size_t steps = 1;
  std::vector<double> times, leads;  // in the axis' unit; in ms from the issue
  std::optional<CfTime> cf;
  if (layout->t >= 0) {
    steps = static_cast<std::size_t>(dims[static_cast<std::size_t>(layout->t)]->GetSize());
    if (steps == 0) return error(ErrorCode::malformed, "the time axis is empty", "time");
    if (steps > 1'000'000) return error(ErrorCode::out_of_budget, "the time axis claims " + std::to_string(steps) + " steps", "time");
    if (layout->ts && layout->lead) {
      if (const double unit = unit_ms(layout->ts->GetUnit()); unit > 0)
        if (auto values = read_doubles(*layout->ts, steps)) {
          leads = std::move(*values);
          for (double& v : leads) v *= unit;
        }
    } else if (layout->ts) {
      const std::string units = layout->ts->GetUnit();
      auto parsed = CfTime::parse(units, text_attribute(*layout->ts, "calendar"));
      if (parsed) {
        cf = *parsed;
        if (auto values = read_doubles(*layout->ts, steps)) times = std::move(*values);
      } else if (options.start.empty()) {
        Error e = parsed.error();
        e.file = input.path.string();
        return e;
      }
    }
  } else if (const auto scalar = file->find("time"); scalar && scalar->GetTotalElementsCount() == 1) {
    if (auto parsed = CfTime::parse(scalar->GetUnit(), text_attribute(*scalar, "calendar"))) {
      cf = *parsed;
      std::vector<GUInt64> start(scalar->GetDimensionCount(), 0);
      std::vector<std::size_t> count(scalar->GetDimensionCount(), 1);
      double value = 0;
      if (scalar->Read(start.data(), count.data(), nullptr, nullptr, GDALExtendedDataType::Create(GDT_Float64), &value)) times = {value};
    }
  }
  file->variable = variable;
  file->layout = *layout;
  const auto reader = std::make_shared<SliceReader>(SliceReader{file, f.grid.width, f.grid.height, turned, roll, input});
  if (const auto issued = text_attribute(*file->root, "TENBO_ISSUE_TIME"); !issued.empty()) f.issue_time = parse_loose_time(issued);
  for (const auto& a : file->arrays)
    if (!f.issue_time && lower_case(text_attribute(*a, "standard_name")) == "forecast_reference_time" && a->GetTotalElementsCount() == 1)
      if (auto parsed = CfTime::parse(a->GetUnit(), text_attribute(*a, "calendar"))) {
        const auto value = a->GetDimensionCount() == 0 ? std::optional<std::vector<double>>() : read_doubles(*a, 1);
        double scalar = 0;
        if (value) scalar = value->front();
        else if (!a->Read(nullptr, nullptr, nullptr, nullptr, GDALExtendedDataType::Create(GDT_Float64), &scalar)) continue;
        if (const auto at = parsed->at(scalar)) f.issue_time = LooseTime{*at, false};
      }
  const auto along = [&](int dim) { return dim < 0 ? std::size_t{1} : static_cast<std::size_t>(dims[static_cast<std::size_t>(dim)]->GetSize()); };
  const std::size_t members = along(layout->member), issues = along(layout->issue);
  if (members == 0 || issues == 0) return error(ErrorCode::malformed, "there are no members or no issues", variable->GetName());
  if (static_cast<double>(members) * static_cast<double>(issues) * static_cast<double>(steps) > 1e6)
    return error(ErrorCode::out_of_budget, "more than a million steps of all members and issues", variable->GetName());
  if (layout->member >= 0 && members > 1) f.members = member_names(layout->members, members);
  if (layout->issue >= 0) {
    std::vector<double> values;
    std::optional<CfTime> scale;
    if (layout->issues)
      if (auto parsed = CfTime::parse(layout->issues->GetUnit(), text_attribute(*layout->issues, "calendar"))) {
        scale = *parsed;
        if (auto read = read_doubles(*layout->issues, issues)) values = std::move(*read);
      }
    for (std::size_t i = 0; i < issues; ++i) {
      const auto at = scale && i < values.size() ? scale->at(values[i]) : std::nullopt;
      if (!at) return error(ErrorCode::malformed, "an issue has no time", dims[static_cast<std::size_t>(layout->issue)]->GetName(), "give it a coordinate of the standard name forecast_reference_time");
      f.issues.push_back(LooseTime{*at, false});
    }
    f.issue_time = f.issues.back();
    for (const auto& i : f.issues) if (i.time > f.issue_time->time) f.issue_time = i;
  }
  for (std::size_t issue = 0; issue < issues; ++issue)
    for (std::size_t member = 0; member < members; ++member)
      for (std::size_t i = 0; i < steps; ++i) {
        FieldStep step;
        step.place = "step " + std::to_string(i + 1);
        step.member = member;
        step.issue = issue;
        const auto issued = f.issues.empty() ? f.issue_time : std::optional(f.issues[issue]);
        if (i < leads.size() && issued) {
          if (!std::isfinite(leads[i])) return error(ErrorCode::malformed, "the forecast period has a value that is no time", step.place);
          step.time = LooseTime{{issued->time.ms + std::llround(leads[i])}, issued->assumed_utc};
        } else if (cf && i < times.size()) {
          if (const auto at = cf->at(times[i])) step.time = LooseTime{*at, false};
          else return error(ErrorCode::malformed, "the time axis has a value that is no time", step.place);
        }
        step.load = [reader, i, member, issue] { return (*reader)(i, member, issue); };
        f.steps.push_back(std::move(step));
      }
  const auto first = [](std::initializer_list<std::string> texts) {
    for (const auto& t : texts) if (!t.empty()) return t;
    return std::string();
  };
  f.unit = to_valid_utf8(variable->GetUnit());
  f.quantity = first({text_attribute(*variable, "long_name"), text_attribute(*variable, "standard_name"), variable->GetName()});
  f.source = first({text_attribute(*file->root, "TENBO_SOURCE"), text_attribute(*file->root, "source"), text_attribute(*file->root, "institution")});
  f.certainty = text_attribute(*file->root, "TENBO_CERTAINTY");
  return f;
}

}  // namespace tenbo::io
