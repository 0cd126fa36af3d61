#include "raster/netcdf_layout.h"

#include <algorithm>
#include <cmath>

#include "tenbo/base/text.h"

namespace tenbo::io::netcdf {

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

namespace {

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (char c : text + " ") {
    if (c != ' ') word += c;
    else if (!word.empty()) out.push_back(std::exchange(word, {}));
  }
  return out;
}

}  // namespace

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

}  // namespace tenbo::io::netcdf
