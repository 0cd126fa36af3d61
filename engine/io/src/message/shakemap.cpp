#include "tenbo/io/shakemap.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "message/xml_tree.h"
#include "tenbo/base/text.h"

namespace tenbo::io {

namespace {

using message::Element;

constexpr std::size_t max_cells = 4'000'000, max_fields = 64;

// ShakeMap writes "2014-08-24T10:20:44UTC" too.
std::optional<geo::Instant> time_of(std::string text) {
  if (text.ends_with("UTC")) text.replace(text.size() - 3, 3, "Z");
  const auto t = geo::parse_instant(text);
  return t ? std::optional(*t) : std::nullopt;
}

// The next number of a row; NaN for the word. false where there is none.
bool next(const char*& p, const char* end, double& v) {
  while (p < end && static_cast<unsigned char>(*p) <= ' ') ++p;
  if (p < end && *p == '+') ++p;
  const auto r = std::from_chars(p, end, v);  // takes "nan" and "inf" too
  if (r.ec == std::errc::result_out_of_range) v = std::numeric_limits<double>::quiet_NaN();
  else if (r.ec != std::errc()) return false;
  if (!std::isfinite(v)) v = std::numeric_limits<double>::quiet_NaN();
  p = r.ptr;
  return p == end || static_cast<unsigned char>(*p) <= ' ';
}

}  // namespace

Result<ShakeMap> read_shakemap(std::string_view xml, const std::string& label) {
  const auto tree = message::read_tree(xml, label);
  if (!tree) return tree.error();
  const auto bad = [&](std::string text, const Element& at) { return Error{ErrorCode::malformed, std::move(text), label, "line " + std::to_string(at.line) + ", " + at.name, ""}; };
  if (tree->name != "shakemap_grid") return bad("the XML is not a grid of ShakeMap", *tree);
  const Element* spec = tree->find("grid_specification");
  const Element* data = tree->find("grid_data");
  if (!spec || !data) return bad("grid_specification or grid_data is missing", *tree);
  const auto number = [](const Element& e, const char* key) { return message::number_of(e.attribute(key)); };
  ShakeMap out;
  out.event_id = tree->attribute("event_id");
  out.status = tree->attribute("map_status");
  out.origin = tree->attribute("shakemap_originator");
  out.kind = tree->attribute("shakemap_event_type");
  out.processed = time_of(tree->attribute("process_timestamp"));
  if (const auto v = number(*tree, "shakemap_version"); v && std::abs(*v) < 1e6) out.version = static_cast<int>(*v);
  if (const Element* event = tree->find("event")) {
    out.event_time = time_of(event->attribute("event_timestamp"));
    out.description = event->attribute("event_description");
    out.lon = number(*event, "lon").value_or(std::numeric_limits<double>::quiet_NaN());
    out.lat = number(*event, "lat").value_or(std::numeric_limits<double>::quiet_NaN());
    const auto quantity = [&](const char* key, const char* unit) {
      const auto v = number(*event, key);
      return v ? geo::Quantity::number(*v, unit) : event->attribute(key).empty() ? geo::Quantity() : geo::Quantity::word(event->attribute(key), unit);
    };
    out.magnitude = quantity("magnitude", "");
    out.depth = quantity("depth", "km");
  }
  const auto west = number(*spec, "lon_min"), east = number(*spec, "lon_max"), south = number(*spec, "lat_min"), north = number(*spec, "lat_max"),
             columns = number(*spec, "nlon"), rows = number(*spec, "nlat");
  if (!west || !east || !south || !north || !columns || !rows) return bad("the grid's limits or numbers of points are missing", *spec);
  if (!(*columns >= 2) || !(*rows >= 2) || *columns != std::floor(*columns) || *rows != std::floor(*rows)) return bad("the grid's numbers of points make no sense", *spec);
  if (*columns * *rows > static_cast<double>(max_cells)) return Error{ErrorCode::out_of_budget, "a grid of more than " + std::to_string(max_cells) + " points", label, "line " + std::to_string(spec->line), ""};
  if (!(*east > *west) || !(*north > *south) || *south < -90 || *north > 90 || *west < -360 || *east > 720) return bad("the grid's limits are not a box in longitude and latitude", *spec);
  out.width = static_cast<int>(*columns);
  out.height = static_cast<int>(*rows);
  const double dx = (*east - *west) / (out.width - 1), dy = (*north - *south) / (out.height - 1);
  out.geotransform = {*west - dx / 2, dx, 0, *north + dy / 2, 0, -dy};

  // Columns of a row, by index from 1.
  const auto declared = tree->all("grid_field");
  if (declared.empty() || declared.size() > max_fields) return bad(std::to_string(declared.size()) + " fields are none, or too many", *tree);
  std::vector<int> field_of(declared.size(), -2);  // -2: not declared
  int lon_column = -1, lat_column = -1;
  for (const Element* f : declared) {
    const auto index = number(*f, "index");
    const std::string name = f->attribute("name");
    if (!index || *index < 1 || *index > static_cast<double>(declared.size()) || *index != std::floor(*index)) return bad("a field's index is not one of its " + std::to_string(declared.size()) + " columns", *f);
    const auto i = static_cast<std::size_t>(*index) - 1;
    if (field_of[i] != -2) return bad("two fields have the index " + std::to_string(i + 1), *f);
    if (name == "LON") lon_column = static_cast<int>(i), field_of[i] = -1;
    else if (name == "LAT") lat_column = static_cast<int>(i), field_of[i] = -1;
    else {
      field_of[i] = static_cast<int>(out.fields.size());
      out.fields.push_back({name, f->attribute("units"), {}});
    }
  }
  if (lon_column < 0 || lat_column < 0) return bad("the fields LON and LAT are missing", *tree);
  const std::size_t cells = static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height);
  if (data->text.size() + 1 < 2 * cells * declared.size()) return bad("the grid has fewer numbers than its points need", *data);  // before memory is taken
  if (cells * out.fields.size() > 16 * max_cells) return Error{ErrorCode::out_of_budget, "more values than are read of one map", label, "", ""};
  for (auto& f : out.fields) f.values.assign(cells, std::numeric_limits<float>::quiet_NaN());
  // Each row says where it belongs, whatever the order; positions are rounded to the grid's.
  const char* p = data->text.data();
  const char* const end = p + data->text.size();
  std::vector<double> row(declared.size());
  std::size_t outside = 0;
  for (std::size_t n = 0; n < cells; ++n) {
    for (auto& v : row)
      if (!next(p, end, v)) return bad("point " + std::to_string(n + 1) + " of " + std::to_string(cells) + " is cut short, or is not made of numbers", *data);
    const double c = (row[static_cast<std::size_t>(lon_column)] - *west) / dx, r = (*north - row[static_cast<std::size_t>(lat_column)]) / dy;
    const double column = std::floor(c + 0.5), line = std::floor(r + 0.5);
    if (!(column >= 0 && column < out.width && line >= 0 && line < out.height)) {
      ++outside;
      continue;
    }
    const std::size_t cell = static_cast<std::size_t>(line) * static_cast<std::size_t>(out.width) + static_cast<std::size_t>(column);
    for (std::size_t i = 0; i < row.size(); ++i)
      if (field_of[i] >= 0) out.fields[static_cast<std::size_t>(field_of[i])].values[cell] = static_cast<float>(row[i]);
  }
  if (outside) out.diagnostics.warn({ErrorCode::malformed, std::to_string(outside) + " points lie outside of the grid, and are left out", label, "grid_data", ""});
  return out;
}

}  // namespace tenbo::io
