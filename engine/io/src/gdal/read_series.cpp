// Points with velocity and displacements from NetCDF: arrays over one dimension of points, and displacements over it and time, in
// either order.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "raster/field_times.h"
#include "tenbo/base/text.h"

namespace tenbo::io::gdal {
namespace {

using Array = std::shared_ptr<GDALMDArray>;
constexpr std::uint64_t most_points = 50'000'000, most_values = 2'000'000'000;

std::string text_of(const GDALIHasAttribute& of, const char* name) {
  const auto a = of.GetAttribute(name);
  if (!a || a->GetDataType().GetClass() != GEDTC_STRING) return {};
  const char* s = a->ReadAsString();
  return s ? to_valid_utf8(s) : std::string();
}

// Numbers with scale and offset applied, what is filled in as NaN. Empty: they could not be read.
template <class T>
std::vector<T> numbers(const GDALMDArray& a) {
  std::vector<GUInt64> start(a.GetDimensionCount(), 0);
  std::vector<std::size_t> count;
  for (const auto& d : a.GetDimensions()) count.push_back(static_cast<std::size_t>(d->GetSize()));
  std::vector<T> out(static_cast<std::size_t>(a.GetTotalElementsCount()));
  const auto type = GDALExtendedDataType::Create(sizeof(T) == 4 ? GDT_Float32 : GDT_Float64);
  if (out.empty() || !a.Read(start.data(), count.data(), nullptr, nullptr, type, out.data())) return {};
  bool has_scale = false, has_offset = false, has_fill = false;
  const double scale = a.GetScale(&has_scale), offset = a.GetOffset(&has_offset), fill = a.GetNoDataValueAsDouble(&has_fill);
  for (T& v : out) {
    if (has_fill && v == static_cast<T>(fill)) v = std::numeric_limits<T>::quiet_NaN();
    else v = static_cast<T>(static_cast<double>(v) * (has_scale ? scale : 1) + (has_offset ? offset : 0));
  }
  return out;
}

bool one_of(const std::string& word, std::initializer_list<const char*> all) {
  return std::any_of(all.begin(), all.end(), [&](const char* w) { return word == w; });
}

}  // namespace

Result<points::SeriesArrays> read_series(const std::filesystem::path& path) {
  set_up();
  Messages messages;
  auto opened = open_multidim(path);
  if (!opened) return opened.error();
  const auto root = (*opened)->GetRootGroup();
  if (!root) return gdal_error(messages, ErrorCode::malformed, "the file holds no arrays", path);
  Array lon, lat, height, velocity, coherence, id, displacement, time, bare_time;
  for (const auto& name : root->GetMDArrayNames()) {
    const auto a = root->OpenMDArray(name);
    if (!a) continue;
    const std::string n = lower_case(name), standard = lower_case(text_of(*a, "standard_name"));
    const auto take = [&](Array& to, std::size_t dimensions) { if (!to && a->GetDimensionCount() == dimensions) to = a; };
    if (one_of(n, {"lon", "longitude"}) || standard == "longitude") take(lon, 1);
    else if (one_of(n, {"lat", "latitude"}) || standard == "latitude") take(lat, 1);
    else if (one_of(n, {"height", "elevation", "z", "altitude"})) take(height, 1);
    else if (one_of(n, {"velocity", "vel", "mean_velocity", "vlos"})) take(velocity, 1);
    else if (one_of(n, {"coherence", "temporal_coherence", "coh"})) take(coherence, 1);
    else if (one_of(n, {"id", "pid", "point_id", "code"})) take(id, 1);
    else if (one_of(n, {"displacement", "displacements", "timeseries", "los_displacement", "disp"})) take(displacement, 2);
    else if (a->GetUnit().find(" since ") != std::string::npos) take(time, 1);
    else if (one_of(n, {"time", "times", "date", "dates"})) take(bare_time, 1);
  }
  const auto lacks = [&](const char* what) {
    return error_of(ErrorCode::unsupported, std::string("has no array of ") + what + " over its points", path, "", "name them lon, lat, velocity and displacement(point, time), with a CF time axis");
  };
  if (!lon) return lacks("longitude");
  if (!lat) return lacks("latitude");
  if (!velocity) return lacks("velocity");
  const std::uint64_t count = lon->GetTotalElementsCount();
  if (count == 0 || count > most_points) return error_of(ErrorCode::out_of_budget, "has " + std::to_string(count) + " points", path);
  for (const auto& a : {lat, velocity, height, coherence, id})
    if (a && a->GetTotalElementsCount() != count) return error_of(ErrorCode::mismatch, "\"" + a->GetName() + "\" has " + std::to_string(a->GetTotalElementsCount()) + " values for " + std::to_string(count) + " points", path);
  points::SeriesArrays out;
  out.lon = numbers<double>(*lon);
  out.lat = numbers<double>(*lat);
  out.velocity = numbers<double>(*velocity);
  if (height) out.height = numbers<double>(*height);
  if (coherence) out.coherence = numbers<double>(*coherence);
  if (out.lon.empty() || out.lat.empty() || out.velocity.empty() || (height && out.height.empty()) || (coherence && out.coherence.empty()))
    return gdal_error(messages, ErrorCode::malformed, "its arrays cannot be read", path);
  if (id && id->GetDataType().GetClass() == GEDTC_NUMERIC)
    for (const double v : numbers<double>(*id)) out.id.push_back(std::isfinite(v) ? std::to_string(static_cast<std::int64_t>(v)) : std::string());
  if (id && out.id.size() != count) out.id.clear();
  out.velocity_unit = velocity->GetUnit();
  if (displacement && !time)  // days of what? A guess would date every displacement wrongly.
    return error_of(ErrorCode::malformed, bare_time ? "the unit of \"" + bare_time->GetName() + "\" is \"" + bare_time->GetUnit() + "\": nothing says when its displacements were measured" : "has displacements, and no axis that says when they were measured",
                    path, bare_time ? bare_time->GetName() : displacement->GetName(), "write it as CF does: \"days since 2019-01-05\"");
  if (time && !displacement) out.warnings.emplace_back("has a time axis and no array of displacement over its points and times");
  if (displacement && time) {
    const auto cf = CfTime::parse(time->GetUnit(), text_of(*time, "calendar"));
    if (!cf) return cf.error();
    const auto times = numbers<double>(*time);
    const auto& dims = displacement->GetDimensions();
    const std::size_t dates = times.size();
    const bool by_point = dims[0]->GetSize() == count && dims[1]->GetSize() == dates;
    const bool by_time = !by_point && dims[0]->GetSize() == dates && dims[1]->GetSize() == count;
    if ((!by_point && !by_time) || count * dates > most_values)
      return error_of(ErrorCode::mismatch, "\"" + displacement->GetName() + "\" is " + std::to_string(dims[0]->GetSize()) + " x " + std::to_string(dims[1]->GetSize()) + ", with " + std::to_string(count) + " points and " + std::to_string(dates) + " times", path);
    std::vector<std::size_t> order(dates);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
    for (const auto i : order) {
      const auto at = cf->at(times[i]);
      if (!at) return error_of(ErrorCode::malformed, "its time " + std::to_string(i) + " is none", path);
      out.dates.push_back(*at);
    }
    const auto values = numbers<float>(*displacement);
    if (values.empty()) return gdal_error(messages, ErrorCode::malformed, "its displacements cannot be read", path);
    out.displacement.resize(values.size());
    for (std::size_t p = 0; p < count; ++p)
      for (std::size_t k = 0; k < dates; ++k) out.displacement[p * dates + k] = by_point ? values[p * dates + order[k]] : values[order[k] * count + p];
    out.displacement_unit = displacement->GetUnit();
  }
  out.source = text_of(*root, "source");
  out.reference = text_of(*root, "reference");
  out.orbit = text_of(*root, "orbit");
  out.line_of_sight = text_of(*root, "line_of_sight");
  return out;
}

}  // namespace tenbo::io::gdal
