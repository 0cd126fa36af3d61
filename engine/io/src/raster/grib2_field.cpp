// Fields from GRIB2 files whose values are runs of levels (template 5.200), by our own reader: GDAL does not know it. Each
// message's field of the parameter asked for is a step.
#include <algorithm>
#include <array>
#include <map>

#include "raster/field_source.h"
#include "tenbo/io/grib2.h"

namespace tenbo::io {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{1} << 30;

struct Parameter {
  const char* key;
  const char* quantity;
  const char* unit;
};
// The WMO's, of code table 4.2; a centre's own have no entry, and the layer names them.
constexpr std::array<Parameter, 12> parameters{{{"0-0-0", "temperature", "K"},
                                                {"0-1-1", "relative humidity", "%"},
                                                {"0-1-7", "precipitation rate", "kg m-2 s-1"},
                                                {"0-1-8", "total precipitation", "kg m-2"},
                                                {"0-1-49", "total water precipitation", "kg m-2"},
                                                {"0-1-52", "total precipitation rate", "kg m-2 s-1"},
                                                {"0-1-65", "rain precipitation rate", "kg m-2 s-1"},
                                                {"0-2-1", "wind speed", "m s-1"},
                                                {"0-2-22", "wind gust", "m s-1"},
                                                {"0-3-1", "pressure at sea level", "Pa"},
                                                {"0-15-1", "radar reflectivity", "dB"},
                                                {"10-3-1", "deviation of sea level", "m"}}};

// The Japan Meteorological Agency's own (centre 34), of the products that grade risk: names as public readers of its files have them
// (github.com/seotaro/grib2-visualization, its table of parameters). What the values mean changed on 30 June 2022, 13:00 JST
// (jmbsc.or.jp, online file 60210).
constexpr std::array<Parameter, 4> agencys{{{"0-1-208", "landslide risk", "landslide judgement"},
                                            {"0-1-216", "inundation risk", "inundation judgement"},
                                            {"0-1-217", "river flood risk", "river flood judgement"},
                                            {"0-1-218", "inundation and river flood risk", "inundation and river flood judgement"}}};

// "0-1-8/103:1.5/member 3": what tells two fields of one time apart.
std::string full_key(const Grib2Field& f) {
  std::string key = f.parameter() + "/" + std::to_string(f.product.first.type);
  if (f.product.first.value) {
    std::string value = std::to_string(*f.product.first.value);
    value.erase(value.find_last_not_of('0') + 1);
    if (value.ends_with('.')) value.pop_back();
    key += ":" + value;
  }
  if (f.product.member) key += "/member " + std::to_string(*f.product.member);
  return key;
}

}  // namespace

Result<FieldSource> open_grib2_field(const gdal::Input& input, const FieldOptions& options, Diagnostics& diagnostics) {
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), input.path, std::move(place), std::move(remedy));
  };
  auto text = gdal::read_all(input, max_file_bytes);
  if (!text) return text.error();
  const auto held = std::make_shared<const std::string>(std::move(*text));
  const auto bytes = [](const std::string& s) { return std::as_bytes(std::span(s)); };
  const std::string label = input.path.string();
  auto file = read_grib2(bytes(*held), label);
  if (!file) return file.error();
  diagnostics.merge(std::move(file->diagnostics));

  std::string chosen;
  std::vector<std::string> others;
  const Grib2Field* first = nullptr;
  std::size_t left_out = 0;
  FieldSource out;
  out.input = input;
  for (const auto& f : file->fields) {
    const std::string key = full_key(f);
    const bool wanted = options.variable.empty() || options.variable == f.parameter() || options.variable == key;
    if (!wanted || (first && key != chosen)) {
      ++left_out;
      if (others.size() < 20 && std::find(others.begin(), others.end(), key) == others.end()) others.push_back(key);
      continue;
    }
    if (!first) {
      first = &f;
      chosen = key;
    } else if (f.grid.width != first->grid.width || f.grid.height != first->grid.height || f.grid.geotransform != first->grid.geotransform) {
      diagnostics.fail(error(ErrorCode::mismatch, "its grid is not that of the first", "message " + std::to_string(f.message + 1)));
      continue;
    }
    FieldStep step;
    step.time = LooseTime{f.product.valid_time, false};
    step.place = "message " + std::to_string(f.message + 1) + ", " + geo::format_utc(f.product.valid_time);
    step.load = [held, f, label, bytes]() -> Result<std::shared_ptr<const geo::FieldSlice>> {
      auto values = grib2_values(bytes(*held), f, label);
      if (!values) return values.error();
      return std::make_shared<const geo::FieldSlice>(geo::FieldSlice{std::move(*values)});
    };
    out.steps.push_back(std::move(step));
  }
  const auto list = [&] {
    std::string s;
    for (const auto& o : others) s += (s.empty() ? "" : ", ") + o;
    return s;
  };
  if (!first) return error(ErrorCode::not_found, "no field of the parameter \"" + options.variable + "\"; there are " + list());
  if (left_out)
    diagnostics.warn(error(ErrorCode::unsupported, std::to_string(left_out) + " fields of other parameters, levels or members are left out; \"" + chosen + "\" is read", "",
                           "name another as the layer's sublayer: " + list()));
  if (first->status == 1) diagnostics.warn(error(ErrorCode::invalid_argument, "the file is a test product", "section 1"));
  out.grid.width = first->grid.width;
  out.grid.height = first->grid.height;
  out.grid.geotransform = first->grid.geotransform;
  auto crs = geo::Crs::parse("EPSG:4326");  // whatever ellipsoid the model has: places are sent as geodetic
  if (!crs) return crs.error();
  out.grid.crs = std::move(*crs);
  out.issue_time = LooseTime{first->issue_time, false};
  for (const auto& p : parameters)
    if (first->parameter() == p.key) {
      out.quantity = p.quantity;
      out.unit = p.unit;
    }
  if (first->centre == 34)
    for (const auto& p : agencys)
      if (first->parameter() == p.key) {
        out.quantity = p.quantity;
        out.unit = p.unit;
      }
  if (out.quantity.empty()) out.quantity = "parameter " + first->parameter() + " of centre " + std::to_string(first->centre);
  if (first->centre == 34) out.source = "気象庁";
  return out;
}

}  // namespace tenbo::io
