// Fields from NetCDF with CF conventions, through GDAL's multidimensional interface: any order of dimensions, 1D or 2D
// coordinate arrays, packed integers, time axes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "gdal/gdal_support.h"
#include "raster/field_source.h"
#include "raster/grid_place.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

namespace {

using Array = std::shared_ptr<GDALMDArray>;

std::string text_attribute(const GDALIHasAttribute& of, const char* name) {
  const auto a = of.GetAttribute(name);
  if (!a || a->GetDataType().GetClass() != GEDTC_STRING) return {};
  const char* s = a->ReadAsString();
  return s ? to_valid_utf8(s) : std::string();
}
std::optional<double> number_attribute(const GDALIHasAttribute& of, const char* name, std::size_t index = 0) {
  const auto a = of.GetAttribute(name);
  if (!a || a->GetDataType().GetClass() != GEDTC_NUMERIC) return std::nullopt;
  const auto all = a->ReadAsDoubleArray();
  if (index >= all.size()) return std::nullopt;
  return all[index];
}

enum class Axis { none, x, y, t };

bool any_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

// What a coordinate array says of its axis (CF 4.1-4.4), then what its name suggests.
Axis axis_of(const GDALMDArray& a) {
  const std::string axis = lower_case(text_attribute(a, "axis")), standard = lower_case(text_attribute(a, "standard_name"));
  const std::string unit = lower_case(a.GetUnit()), name = lower_case(a.GetName());
  if (unit.find(" since ") != std::string::npos) return standard == "forecast_reference_time" ? Axis::none : Axis::t;
  if (axis == "x" || any_of(standard, {"longitude", "projection_x_coordinate", "grid_longitude"}) || any_of(unit, {"degrees_east", "degree_east", "degrees_e", "degree_e"})) return Axis::x;
  if (axis == "y" || any_of(standard, {"latitude", "projection_y_coordinate", "grid_latitude"}) || any_of(unit, {"degrees_north", "degree_north", "degrees_n", "degree_n"})) return Axis::y;
  if (any_of(name, {"x", "lon", "longitude", "long", "easting", "xc", "nav_lon"})) return Axis::x;
  if (any_of(name, {"y", "lat", "latitude", "northing", "yc", "nav_lat"})) return Axis::y;
  return Axis::none;
}

struct Layout {
  int x = -1, y = -1, t = -1;
  int member = -1, issue = -1;  // an ensemble's, and the forecast_reference_time's
  Array xs, ys, ts;
  Array members, issues;        // their coordinates, where there are some
  bool lead = false;            // ts counts from the issue (forecast_period)
};

// The file, open, with its arrays by name. HDF5 and NetCDF are not thread-safe: workers take turns. It stays open, so that
// a file renamed over still gives the steps it had.
struct File {
  std::mutex mutex;
  FileStamp stamp;  // when it was opened
  gdal::DatasetPtr dataset;
  std::shared_ptr<GDALGroup> root;
  std::vector<Array> arrays;
  Array variable;   // the field's
  Layout layout;
  Array find(const std::string& name) const {
    for (const auto& a : arrays)
      if (a->GetName() == name || a->GetFullName() == name || a->GetFullName() == "/" + name) return a;
    return nullptr;
  }
  void close() {
    const std::lock_guard lock(mutex);
    variable.reset();
    layout = {};
    arrays.clear();
    root.reset();
    dataset.reset();
  }
};

// HDF5 takes a file that is open already, by its inode, for what it knows of it: one that was rewritten in place is closed
// first, or the newer content would be read by the older one's directory. As wide as HDF5's own memory: the process.
class OpenFiles {
 public:
  void add(const std::shared_ptr<File>& file) {
    const std::lock_guard lock(mutex_);
    std::erase_if(files_, [](const auto& f) { return f.expired(); });
    files_.push_back(file);
  }
  void close_rewritten(const FileStamp& now) {
    const std::lock_guard lock(mutex_);
    for (const auto& known : files_)
      if (const auto file = known.lock(); file && file->stamp.inode == now.inode && !(file->stamp == now)) file->close();
  }

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<File>> files_;
};
OpenFiles& open_files() {
  static OpenFiles all;
  return all;
}

void collect(const std::shared_ptr<GDALGroup>& group, int depth, std::vector<Array>& out) {
  if (!group || depth > 4) return;
  // Scalars too: a grid mapping, a single valid time and the reference time usually are.
  const char* const everything[] = {"SHOW_ZERO_DIM=YES", nullptr};
  for (const auto& name : group->GetMDArrayNames(everything)) {
    if (out.size() >= 5000) return;
    if (auto a = group->OpenMDArray(name)) out.push_back(std::move(a));
  }
  for (const auto& name : group->GetGroupNames()) collect(group->OpenGroup(name), depth + 1, out);
}

// Which dimension of a variable is what, and the arrays that give its coordinates.
std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (char c : text + " ") {
    if (c != ' ') word += c;
    else if (!word.empty()) out.push_back(std::exchange(word, {}));
  }
  return out;
}

std::optional<Layout> layout_of(const File& file, const GDALMDArray& variable) {
  Layout l;
  const auto& dims = variable.GetDimensions();
  if (dims.size() < 2 || dims.size() > 8 || variable.GetDataType().GetClass() != GEDTC_NUMERIC) return std::nullopt;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const auto own = file.find(dims[i]->GetName());
    const bool one_dimensional = own && own->GetDimensionCount() == 1 && own->GetDimensions()[0]->GetName() == dims[i]->GetName();
    const Axis axis = one_dimensional ? axis_of(*own) : Axis::none;
    const int n = static_cast<int>(i);
    if (axis == Axis::x && l.x < 0) { l.x = n; l.xs = own; }
    else if (axis == Axis::y && l.y < 0) { l.y = n; l.ys = own; }
    else if ((axis == Axis::t || dims[i]->GetType() == GDAL_DIM_TYPE_TEMPORAL || lower_case(dims[i]->GetName()) == "time") && l.t < 0) {
      l.t = n;
      if (one_dimensional) l.ts = own;
    }
  }
  // A time axis under another name, over the same dimension.
  if (l.t >= 0 && !l.ts)
    for (const auto& a : file.arrays)
      if (a->GetDimensionCount() == 1 && a->GetDimensions()[0]->GetName() == dims[static_cast<std::size_t>(l.t)]->GetName() && axis_of(*a) == Axis::t) l.ts = a;
  if (l.x >= 0 && l.y >= 0) return l;
  // Two-dimensional coordinates over the last two dimensions: those named by "coordinates", else any that say what they are.
  const auto &last = dims.back(), &before = dims[dims.size() - 2];
  const auto fits = [&](const Array& a) {
    return a && a->GetDimensionCount() == 2 && a->GetDimensions()[0]->GetName() == before->GetName() && a->GetDimensions()[1]->GetName() == last->GetName();
  };
  Array xs, ys;
  const auto consider = [&](const Array& a) {
    if (!fits(a) || a->GetName() == variable.GetName()) return;
    const Axis axis = axis_of(*a);
    if (axis == Axis::x && !xs) xs = a;
    if (axis == Axis::y && !ys) ys = a;
  };
  for (const auto& name : words(text_attribute(variable, "coordinates"))) consider(file.find(name));
  for (const auto& a : file.arrays) consider(a);
  if (!xs || !ys) return std::nullopt;
  l.x = static_cast<int>(dims.size()) - 1;
  l.y = l.x - 1;
  l.xs = xs;
  l.ys = ys;
  if (l.t == l.x || l.t == l.y) l.t = -1;
  return l;
}

std::optional<std::vector<double>> read_doubles(const GDALMDArray& a, std::size_t most) {
  if (a.GetTotalElementsCount() > most || a.GetTotalElementsCount() == 0) return std::nullopt;
  std::vector<GUInt64> start(a.GetDimensionCount(), 0);
  std::vector<std::size_t> count;
  for (const auto& d : a.GetDimensions()) count.push_back(static_cast<std::size_t>(d->GetSize()));
  std::vector<double> values(static_cast<std::size_t>(a.GetTotalElementsCount()));
  if (!a.Read(start.data(), count.data(), nullptr, nullptr, GDALExtendedDataType::Create(GDT_Float64), values.data())) return std::nullopt;
  bool has_offset = false, has_scale = false;
  const double offset = a.GetOffset(&has_offset), scale = a.GetScale(&has_scale);
  bool has_nodata = false;
  const double nodata = a.GetNoDataValueAsDouble(&has_nodata);
  for (double& v : values) {
    if (has_nodata && v == nodata) v = std::numeric_limits<double>::quiet_NaN();
    v = v * (has_scale ? scale : 1) + (has_offset ? offset : 0);
  }
  return values;
}

// How wide the cell around a lone centre is, as its bounds say (CF 7.1); 0: they say nothing.
double lone_width(const File& file, const GDALMDArray& centres) {
  const auto bounds = file.find(text_attribute(centres, "bounds"));
  if (!bounds) return 0;
  const auto v = read_doubles(*bounds, 2);
  return v && v->size() == 2 && std::isfinite((*v)[1] - (*v)[0]) ? std::abs((*v)[1] - (*v)[0]) : 0;
}

// Evenly spaced centres -> first centre and step; nullopt where they are not even.
std::optional<std::pair<double, double>> even(const std::vector<double>& v, double other_step) {
  if (v.size() == 1) return std::isfinite(v[0]) && other_step != 0 ? std::optional(std::pair(v[0], std::abs(other_step))) : std::nullopt;
  const double step = (v.back() - v.front()) / static_cast<double>(v.size() - 1);
  if (!std::isfinite(step) || step == 0) return std::nullopt;
  for (std::size_t i = 0; i < v.size(); ++i)
    if (!(std::abs(v[i] - (v[0] + step * static_cast<double>(i))) < 0.1 * std::abs(step))) return std::nullopt;
  return std::pair(v[0], step);
}

// Two-dimensional coordinates of a regular, perhaps turned grid -> geotransform. Cells without coordinates do not count.
bool fit_affine(const std::vector<double>& x, const std::vector<double>& y, int width, int height, std::array<double, 6>& g) {
  const auto index = [&](int c, int r) { return static_cast<std::size_t>(r) * static_cast<std::size_t>(width) + static_cast<std::size_t>(c); };
  // Least squares over all cells with coordinates, on centred columns and rows.
  double n = 0, sc = 0, sr = 0;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c)
      if (std::isfinite(x[index(c, r)]) && std::isfinite(y[index(c, r)])) { n += 1; sc += c; sr += r; }
  if (n < (width == 1 || height == 1 ? 2 : 3)) return false;
  const double mc = sc / n, mr = sr / n;
  double cc = 0, cr = 0, rr = 0, xc = 0, xr = 0, yc = 0, yr = 0, mx = 0, my = 0;
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) {
      const double px = x[index(c, r)], py = y[index(c, r)];
      if (!std::isfinite(px) || !std::isfinite(py)) continue;
      const double dc = c - mc, dr = r - mr;
      cc += dc * dc; cr += dc * dr; rr += dr * dr;
      xc += px * dc; xr += px * dr; yc += py * dc; yr += py * dr;
      mx += px / n; my += py / n;
    }
  // A single row or column: the other side of its cells is taken as long as the one there is.
  if (height == 1 && width > 1) {
    rr = 1, xr = -yc / cc, yr = xc / cc;
  } else if (width == 1 && height > 1) {
    cc = 1, xc = yr / rr, yc = -xr / rr;
  }
  const double det = cc * rr - cr * cr;
  if (!(std::abs(det) > 1e-12)) return false;
  g[1] = (xc * rr - xr * cr) / det; g[2] = (xr * cc - xc * cr) / det;
  g[4] = (yc * rr - yr * cr) / det; g[5] = (yr * cc - yc * cr) / det;
  g[0] = mx - (mc + 0.5) * g[1] - (mr + 0.5) * g[2];
  g[3] = my - (mc + 0.5) * g[4] - (mr + 0.5) * g[5];
  const double size = std::max(std::hypot(g[1], g[4]), std::hypot(g[2], g[5]));
  for (int r = 0; r < height; ++r)
    for (int c = 0; c < width; ++c) {
      const double px = x[index(c, r)], py = y[index(c, r)];
      if (!std::isfinite(px) || !std::isfinite(py)) continue;
      const double ex = g[0] + (c + 0.5) * g[1] + (r + 0.5) * g[2] - px, ey = g[3] + (c + 0.5) * g[4] + (r + 0.5) * g[5] - py;
      if (!(std::hypot(ex, ey) < 0.1 * size)) return false;
    }
  return true;
}

// What a dimension is beside space and time: by its coordinate's standard_name, then by the names that models use.
void find_ensemble(const File& file, const GDALMDArray& variable, Layout& l) {
  const auto& dims = variable.GetDimensions();
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const int n = static_cast<int>(i);
    if (n == l.x || n == l.y) continue;
    const std::string dim = dims[i]->GetName(), name = lower_case(dim);
    std::vector<Array> along;  // one-dimensional arrays over it, its own first
    for (const auto& a : file.arrays)
      if (a->GetDimensionCount() == 1 && a->GetDimensions()[0]->GetName() == dim) along.insert(a->GetName() == dim ? along.begin() : along.end(), a);
    const auto with = [&](const char* standard) -> Array {
      for (const auto& a : along) if (lower_case(text_attribute(*a, "standard_name")) == standard) return a;
      return nullptr;
    };
    if (const auto a = with("realization"); n != l.t && (a || any_of(name, {"realization", "member", "members", "number", "ensemble", "ens", "ensemble_member"})) && l.member < 0) {
      l.member = n;
      l.members = a ? a : along.empty() ? nullptr : along.front();
    } else if (const auto issued = with("forecast_reference_time"); issued || any_of(name, {"forecast_reference_time", "reference_time", "reftime"})) {
      if (l.issue >= 0) continue;
      if (n == l.t) l.t = -1, l.ts = nullptr;
      l.issue = n;
      l.issues = issued ? issued : along.empty() ? nullptr : along.front();
    } else if (const auto period = with("forecast_period"); period && !with("time")) {
      if (l.t >= 0 && l.t != n) continue;
      l.t = n;
      l.ts = period;
      l.lead = true;
    }
  }
  for (const auto& a : file.arrays)  // the issue's axis had been taken for that of time
    if (l.t < 0 && a->GetDimensionCount() == 1 && axis_of(*a) == Axis::t)
      for (std::size_t i = 0; i < dims.size(); ++i)
        if (const int n = static_cast<int>(i); l.t < 0 && n != l.issue && n != l.member && dims[i]->GetName() == a->GetDimensions()[0]->GetName()) l.t = n, l.ts = a;
}

// "hours", "h", "minutes", "days" -> ms; 0 = another word.
double unit_ms(const std::string& unit) {
  const auto w = lower_case(unit);
  if (any_of(w, {"h", "hr", "hour", "hours"})) return 3600e3;
  if (any_of(w, {"min", "minute", "minutes"})) return 60e3;
  if (any_of(w, {"s", "sec", "second", "seconds"})) return 1e3;
  return any_of(w, {"d", "day", "days"}) ? 86400e3 : 0;
}

std::vector<std::string> member_names(const Array& of, std::size_t n) {
  std::vector<std::string> out;
  if (of && of->GetTotalElementsCount() == n) {
    if (of->GetDataType().GetClass() == GEDTC_STRING) {
      std::vector<char*> texts(n, nullptr);
      const GUInt64 start = 0;
      if (of->Read(&start, &n, nullptr, nullptr, of->GetDataType(), texts.data()))
        for (const char* t : texts) out.push_back(to_valid_utf8(t ? t : ""));
      for (char* t : texts) CPLFree(t);
    } else if (of->GetDataType().GetClass() == GEDTC_NUMERIC) {
      if (const auto values = read_doubles(*of, n))
        for (const double v : *values) out.push_back(v == std::floor(v) && std::abs(v) < 1e9 ? std::to_string(static_cast<long>(v)) : std::to_string(v));
    }
  }
  auto sorted = out;
  std::sort(sorted.begin(), sorted.end());
  const bool good = out.size() == n && std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() && std::find(out.begin(), out.end(), "") == out.end();
  if (good) return out;
  out.clear();
  for (std::size_t i = 0; i < n; ++i) out.push_back(std::to_string(i + 1));
  return out;
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

// CF 4.1 and 4.2: the ways to write degrees east and north.
bool degrees(const GDALMDArray& a, const char* standard, char direction) {
  if (lower_case(text_attribute(a, "standard_name")) == standard) return true;
  const std::string unit = lower_case(a.GetUnit());
  for (const char* stem : {"degrees_", "degree_", "degrees", "degree"})
    if (unit.rfind(std::string(stem) + direction, 0) == 0) return true;
  return false;
}

// Whether all values there are lie between two bounds; false without a value.
bool all_within(const std::vector<double>& values, double low, double high) {
  bool any = false;
  for (double v : values) {
    if (std::isfinite(v) && (v < low || v > high)) return false;
    any = any || std::isfinite(v);
  }
  return any;
}

struct CrsFound {
  geo::Crs crs;
  std::string assumption;  // empty where the file declares it
};

CrsFound crs_of_variable(const File& file, const GDALMDArray& variable, const Layout& layout, const std::vector<double>& xs, const std::vector<double>& ys) {
  const std::string mapping = text_attribute(variable, "grid_mapping");
  if (const auto srs = variable.GetSpatialRef())
    if (auto crs = gdal::crs_of(srs.get()); crs && crs->is_valid())
      return {*crs, mapping.empty() && crs->is_geographic() ? "the axes are degrees east and north, and no datum is declared; WGS 84 is assumed" : ""};
  // Holders of a CRS that the variable does not point to, or that say it in another way than CF's.
  for (const std::string& name : {mapping, std::string("crs"), std::string("spatial_ref"), std::string("projection"), std::string("transverse_mercator")}) {
    const auto holder = name.empty() ? nullptr : file.find(name);
    if (!holder) continue;
    for (const char* key : {"crs_wkt", "spatial_ref", "epsg_code", "epsg", "EPSG", "proj4", "proj4_params", "proj4text"}) {
      std::string text = text_attribute(*holder, key);
      if (text.empty())
        if (const auto code = number_attribute(*holder, key)) text = "EPSG:" + std::to_string(static_cast<int>(*code));
      if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) text = "EPSG:" + text;
      if (text.empty()) continue;
      if (auto crs = geo::Crs::parse(text)) return {*crs, ""};
    }
  }
  // Longitude and latitude by what the axes say, or by their names alone: WGS 84, as good as CF has it.
  const auto named = [](const GDALMDArray& a, std::initializer_list<const char*> names) { return any_of(lower_case(a.GetName()), names); };
  const bool said = degrees(*layout.xs, "longitude", 'e') && degrees(*layout.ys, "latitude", 'n');
  const bool meant = named(*layout.xs, {"lon", "longitude", "long", "nav_lon"}) && named(*layout.ys, {"lat", "latitude", "nav_lat"});
  if ((said || meant) && all_within(xs, -360, 720) && all_within(ys, -90, 90))
    if (auto crs = geo::Crs::parse("EPSG:4326"))
      return {*crs, said ? "the axes are degrees east and north, and no datum is declared; WGS 84 is assumed"
                         : "no coordinate system is declared; by their names and values the axes are longitude and latitude, and WGS 84 is assumed"};
  return {};
}

}  // namespace

Result<FieldSource> open_netcdf_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics) {
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), input.path, std::move(place), std::move(remedy));
  };
  auto file = std::make_shared<File>();
  file->stamp = file_stamp(input.path);
  open_files().close_rewritten(file->stamp);
  auto opened = gdal::open_multidim(input.path);
  if (!opened) return opened.error();
  open_files().add(file);
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
