#include "vector/read_csv.h"

#include <charconv>
#include <cmath>

#include "gdal/gdal_support.h"
#include "gdal/inputs.h"
#include "vector/builder.h"
#include "vector/csv.h"
#include "vector/text_encoding.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

// "0123" is a code, not a number; so is what has more digits than a number keeps.
bool as_integer(std::string_view s, std::int64_t& v) {
  const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || digits.size() > 18 || (digits.size() > 1 && digits.front() == '0')) return false;
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size();
}
bool as_real(std::string_view s, double& v) {
  const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') return false;
  if (digits.empty() || digits.size() > 40 || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return false;  // no "nan", "inf"
  const auto r = std::from_chars(s.data(), s.data() + s.size(), v);
  return r.ec == std::errc() && r.ptr == s.data() + s.size() && std::isfinite(v);
}

enum class Kind { none, integer, real, text };

}  // namespace

Result<VectorData> read_csv(const fs::path& path, const VectorOptions& options, Progress& progress, CancelToken cancel) {
  gdal::set_up();
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return gdal::error_of(code, std::move(text), path, std::move(place), std::move(remedy));
  };
  auto bytes = gdal::read_all({path, gdal::vsi_name(path)}, std::size_t{1} << 30);
  if (!bytes) return bytes.error();
  if (bytes->empty()) return error(ErrorCode::malformed, "the file is empty");
  if (bytes->find('\0') != std::string::npos && !bytes->starts_with("\xFF\xFE") && !bytes->starts_with("\xFE\xFF"))
    return error(ErrorCode::malformed, "not a table of text: there are zero bytes in it");
  if (bytes->starts_with("\xFF\xFE") || bytes->starts_with("\xFE\xFF"))
    return error(ErrorCode::unsupported, "the text is UTF-16", "", "save it as UTF-8");
  if (auto s = TextDecoder::check(options.encoding, path.string()); !s) return s.error();
  const TextDecoder decoder = options.encoding.empty() ? TextDecoder::guess(*bytes) : TextDecoder::named(options.encoding);
  std::string text = decoder.encoding() == "UTF-8" ? std::move(*bytes) : decoder.decode(*bytes);

  VectorData data;
  data.name = path.stem().string();
  std::vector<std::string> header, fields;
  CsvReader heading(text);
  if (!heading.next(header)) return error(ErrorCode::malformed, "there is no line of headings");
  for (std::size_t i = 0; i < header.size(); ++i) {
    header[i] = std::string(trim(header[i]));
    if (header[i].empty()) header[i] = "field_" + std::to_string(i + 1);
  }
  if (header.size() > 10'000) return error(ErrorCode::out_of_budget, "the line of headings has " + std::to_string(header.size()) + " columns", "line 1");
  const PlaceColumns place = find_place_columns(header, options.lon_column, options.lat_column);
  const bool two = place.lon >= 0 && place.lat >= 0;
  if (!two && place.both < 0 && place.wkt < 0)
    return error(ErrorCode::invalid_argument, "no columns of longitude and latitude are among the headings (lon, lat, longitude, latitude, 経度, 緯度 ...)", "line 1",
                 "rename the columns, or name them in the layer");

  // First pass: what each column holds.
  std::vector<Kind> kinds(header.size(), Kind::none);
  std::uint64_t records = 0;
  for (CsvReader reader(text); reader.next(fields);) {
    if (records++ == 0) continue;  // headings
    for (std::size_t i = 0; i < fields.size() && i < kinds.size(); ++i) {
      const auto value = trim(fields[i]);
      std::int64_t integer;
      double real;
      if (value.empty() || kinds[i] == Kind::text) continue;
      if (as_integer(value, integer)) kinds[i] = std::max(kinds[i], Kind::integer);
      else kinds[i] = as_real(value, real) ? std::max(kinds[i], Kind::real) : Kind::text;
    }
  }
  progress.total = records ? records - 1 : 0;

  VectorBuilder builder(data, path.string());
  CsvReader reader(text);
  reader.next(fields);
  std::uint64_t ragged = 0;
  bool swapped = false;
  while (reader.next(fields)) {
    if (cancel.cancelled()) return Error{ErrorCode::cancelled, "cancelled", path.string(), "", ""};
    if (data.features.size() >= options.max_features) {
      data.diagnostics.warn(error(ErrorCode::out_of_budget, "only the first " + std::to_string(options.max_features) + " rows are read"));
      break;
    }
    if (fields.size() != header.size()) ++ragged;
    const std::uint32_t row = data.features.add_feature(std::to_string(data.features.size() + 1), data.name);
    for (std::size_t i = 0; i < fields.size() && i < header.size(); ++i) {
      const auto value = trim(fields[i]);
      if (value.empty() && (kinds[i] == Kind::integer || kinds[i] == Kind::real)) continue;  // no number; "" is a text
      std::int64_t integer = 0;
      double real = 0;
      if (kinds[i] == Kind::integer && as_integer(value, integer)) data.features.add_integer(row, header[i], integer);
      else if (kinds[i] == Kind::real && as_real(value, real)) data.features.add_real(row, header[i], real);
      else data.features.add_text(row, header[i], value);
    }
    const std::string where = "line " + std::to_string(reader.line());
    const auto field = [&](int i) { return i >= 0 && static_cast<std::size_t>(i) < fields.size() ? trim(fields[static_cast<std::size_t>(i)]) : std::string_view(); };
    double lon = 0, lat = 0, height = 0;
    if (place.wkt >= 0 && !two) {
      OGRGeometry* geometry = nullptr;
      gdal::Messages messages;
      const std::string wkt(field(place.wkt));
      if (OGRGeometryFactory::createFromWkt(wkt.c_str(), nullptr, &geometry) != OGRERR_NONE) geometry = nullptr;
      const std::unique_ptr<OGRGeometry> owned(geometry);
      builder.add_geometry(row, owned.get(), where);
      continue;
    }
    const bool found = two ? parse_degrees(field(place.lon), lon) && parse_degrees(field(place.lat), lat) : parse_lat_lon(field(place.both), lat, lon);
    if (!found) {
      builder.add_geometry(row, nullptr, where);
      continue;
    }
    if (std::abs(lat) > 90 && std::abs(lon) <= 90) swapped = true;
    const bool has_height = place.height >= 0 && as_real(field(place.height), height);
    const OGRPoint flat(lon, lat), high(lon, lat, height);
    builder.add_geometry(row, has_height ? &high : &flat, where);
    ++progress.done;
  }
  if (ragged) data.diagnostics.warn(error(ErrorCode::malformed, std::to_string(ragged) + " rows have more or fewer columns than the headings"));
  if (swapped) data.diagnostics.warn(error(ErrorCode::malformed, "the columns of longitude and latitude seem to be exchanged"));
  if (data.features.size() == 0) data.diagnostics.warn(error(ErrorCode::malformed, "the table has no rows"));
  auto crs = geo::Crs::parse("EPSG:4326");
  if (!crs) return crs.error();
  data.crs = std::move(*crs);
  if (auto status = builder.finish(geo::AxisOrder::xy, options); !status) return status.error();
  return data;
}

}  // namespace tenbo::io
