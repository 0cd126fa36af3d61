// Host extension tenbo.reader/1: io's readers behind handles.
#include "plugins/reader.h"

#include <cmath>
#include <limits>

#include "plugins/answer.h"
#include "tenbo/io/city_areas.h"
#include "tenbo/io/identify.h"

namespace tenbo::runtime {
namespace {
constexpr std::uint64_t most_values_read_whole = UINT64_C(1) << 27;  // 512 MiB of float
constexpr std::size_t most_paths = 100'000;

std::vector<std::string> texts_of(const Diagnostics& d) {
  std::vector<std::string> out;
  for (const auto& e : d.errors) out.push_back(e.text());
  for (const auto& w : d.warnings) out.push_back(w.text());
  if (const auto more = d.errors_dropped + d.warnings_dropped) out.push_back("and " + std::to_string(more) + " more warnings");
  return out;
}

// ------------------------------------------------------------------------------------------------------------------ fields
Result<std::shared_ptr<const geo::FieldSlice>> finite_slice(const geo::Field& field, std::size_t step, std::uint64_t& infinite) {
  auto slice = field.slice(step);
  if (!slice) return slice.error();
  const auto& grid = field.info().grid;
  const auto cells = static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height);
  if (!*slice || (*slice)->values.size() != cells) return bad("step " + std::to_string(step), "has the wrong number of values", ErrorCode::malformed);
  const auto& values = (*slice)->values;
  if (std::none_of(values.begin(), values.end(), [](float v) { return std::isinf(v); })) return slice;
  auto mended = std::make_shared<geo::FieldSlice>(**slice);
  for (float& v : mended->values)
    if (std::isinf(v)) {
      v = std::numeric_limits<float>::quiet_NaN();
      ++infinite;
    }
  return std::shared_ptr<const geo::FieldSlice>(std::move(mended));
}

// The plugin is shown one of them; all go to the engine with what it publishes. They are read as they are needed.
Status keep_forecast(ReadField& read, const geo::Forecast& from) {
  if (from.members() == 1 && from.issues() == 1) return {};
  std::vector<geo::Forecast::Issue> issues(from.issues());
  for (std::size_t i = 0; i < from.issues(); ++i) {
    issues[i].time = from.issue_time(i);
    for (std::size_t k = 0; k < from.members(); ++k)
      issues[i].members.push_back(std::make_shared<geo::Field>(from.member(i, k)->info(), [field = from.member(i, k)](std::size_t step) {
        std::uint64_t infinite = 0;
        return finite_slice(*field, step, infinite);
      }, 0));
  }
  auto made = geo::Forecast::make(from.names(), std::move(issues));
  if (!made) return made.error();
  read.forecast = std::move(*made);
  return {};
}

}  // namespace

Result<std::shared_ptr<ReadField>> read_field(const io::OpenedField& opened, const CancelToken& cancel) {
  auto read = std::make_shared<ReadField>();
  read->field = opened.field;
  read->warnings = texts_of(opened.diagnostics);
  const auto& info = read->field->info();
  const std::size_t steps = read->field->steps();
  const auto cells = static_cast<std::uint64_t>(info.grid.width) * static_cast<std::uint64_t>(info.grid.height);
  if (cells > 0 && steps <= most_values_read_whole / cells) {
    std::vector<std::shared_ptr<const geo::FieldSlice>> all;
    std::uint64_t infinite = 0;
    for (std::size_t s = 0; s < steps; ++s) {
      if (cancel.cancelled()) return bad("", "the layer was closed while its file was read", ErrorCode::cancelled);
      auto slice = finite_slice(*read->field, s, infinite);
      if (!slice) return slice.error();
      all.push_back(std::move(*slice));
    }
    if (infinite) read->warnings.push_back(std::to_string(infinite) + " infinite values in the field are shown as unknown");
    read->field = std::make_shared<geo::Field>(info, [all](std::size_t step) -> Result<std::shared_ptr<const geo::FieldSlice>> {
      if (step >= all.size()) return bad("step " + std::to_string(step), "is not there", ErrorCode::not_found);
      return all[step];
    });
    read->held = std::move(all);
  } else {
    read->field = std::make_shared<geo::Field>(info, [from = opened.field](std::size_t step) {
      std::uint64_t infinite = 0;
      return finite_slice(*from, step, infinite);
    });
    read->held.resize(steps);
  }
  for (const auto& t : info.valid_times) read->valid_times.push_back(t.ms);
  return read;
}

Result<io::FieldOptions> field_options(const tenbo_field_options* options) {
  io::FieldOptions o;
  if (!options) return o;
  auto given = take_struct(options, "tenbo_field_options");
  if (!given) return given.error();
  if (auto s = take_texts({{given->variable, &o.variable, "variable"}, {given->quantity, &o.quantity, "quantity"}, {given->unit, &o.unit, "unit"},
                           {given->source, &o.source, "source"}, {given->start, &o.start, "start"}, {given->issue_time, &o.issue_time, "issue_time"},
                           {given->certainty, &o.certainty, "certainty"}, {given->crs, &o.crs, "crs"}}); !s)
    return s.error();
  if (!std::isfinite(given->step_seconds) || given->step_seconds < 0) return bad("tenbo_field_options.step_seconds", "is not a positive number of seconds");
  o.step_seconds = given->step_seconds;
  o.nodata_is_dry = given->nodata_is_dry != 0;
  return o;
}

Result<io::VectorOptions> vector_options(const tenbo_vector_options* options) {
  io::VectorOptions o;
  if (!options) return o;
  auto given = take_struct(options, "tenbo_vector_options");
  if (!given) return given.error();
  if (auto s = take_texts({{given->layer, &o.layer, "layer"}, {given->encoding, &o.encoding, "encoding"},
                           {given->lon_column, &o.lon_column, "lon_column"}, {given->lat_column, &o.lat_column, "lat_column"}}); !s)
    return s.error();
  return o;
}

namespace {
tenbo_result open_field(const tenbo_host* host, const tenbo_text* paths, std::uint32_t count, const tenbo_field_options* options,
                        const tenbo_reader_field** out) {
  return answer(host, "tenbo.reader/1 open_field", [&](Instance& i) -> Status {
    if (!out || !paths || count < 1 || count > most_paths) return bad("tenbo.reader/1 open_field", "needs at least one path and a place for the handle");
    *out = nullptr;
    std::vector<std::filesystem::path> files;
    for (std::uint32_t p = 0; p < count; ++p) {
      auto path = take_text(paths[p], "paths[" + std::to_string(p) + "]");
      if (!path) return path.error();
      files.emplace_back(*path);
    }
    auto o = field_options(options);
    if (!o) return o.error();
    auto opened = io::open_forecast(files, *o);
    if (!opened) return opened.error();
    const auto& forecast = *opened->forecast;
    auto read = read_field({forecast.member(forecast.issues() - 1, 0), std::move(opened->diagnostics)}, i.cancel());
    if (!read) return read.error();
    if (auto s = keep_forecast(**read, forecast); !s) return s;
    *out = i.handles().add(std::shared_ptr<const ReadField>(std::move(*read)));
    return {};
  });
}

Result<std::shared_ptr<const ReadField>> held(Instance& i, const tenbo_reader_field* handle) {
  auto f = i.handles().find(handle);
  if (!f) return bad("tenbo.reader/1", "the field handle is not open");
  return f;
}
Result<std::shared_ptr<const ReadVector>> held(Instance& i, const tenbo_reader_vector* handle) {
  auto v = i.handles().find(handle);
  if (!v) return bad("tenbo.reader/1", "the vector handle is not open");
  return v;
}

tenbo_result field_info(const tenbo_host* host, const tenbo_reader_field* handle, tenbo_field_info* out) {
  return answer(host, "tenbo.reader/1 field_info", [&](Instance& i) -> Status {
    auto f = held(i, handle);
    if (!f) return f.error();
    const auto& info = (*f)->field->info();
    tenbo_field_info o{};
    o.certainty = static_cast<tenbo_certainty>(info.certainty);
    o.quantity = view(info.quantity);
    o.unit = view(info.unit);
    o.source = view(info.source);
    o.crs = view(info.grid.crs.definition());
    o.has_issue_time = info.issue_time ? 1 : 0;
    o.issue_time = info.issue_time ? info.issue_time->ms : 0;
    o.nodata_is_dry = info.nodata_is_dry ? 1 : 0;
    o.width = static_cast<std::uint32_t>(info.grid.width);
    o.height = static_cast<std::uint32_t>(info.grid.height);
    o.step_count = static_cast<std::uint32_t>((*f)->field->steps());
    o.has_valid_times = (*f)->valid_times.empty() ? 0 : 1;
    o.valid_times = (*f)->valid_times.empty() ? nullptr : (*f)->valid_times.data();
    std::copy(info.grid.geotransform.begin(), info.grid.geotransform.end(), o.geotransform);
    o.west = info.extent.west;
    o.south = info.extent.south;
    o.east = info.extent.east;
    o.north = info.extent.north;
    return give(o, out, "tenbo_field_info");
  });
}
static_assert(static_cast<int>(geo::Certainty::confirmed) == TENBO_CONFIRMED && static_cast<int>(geo::Certainty::estimated) == TENBO_ESTIMATED &&
              static_cast<int>(geo::Certainty::simulated) == TENBO_SIMULATED);

tenbo_result field_slice(const tenbo_host* host, const tenbo_reader_field* handle, std::uint32_t step, const float** values, std::uint64_t* count) {
  return answer(host, "tenbo.reader/1 field_slice", [&](Instance& i) -> Status {
    if (!values || !count) return bad("tenbo.reader/1 field_slice", "has nowhere to put the values");
    auto f = held(i, handle);
    if (!f) return f.error();
    if (step >= (*f)->held.size()) return bad("tenbo.reader/1 field_slice", "step " + std::to_string(step) + " of " + std::to_string((*f)->held.size()), ErrorCode::not_found);
    auto slice = (*f)->field->slice(step);
    if (!slice) return slice.error();
    std::lock_guard lock((*f)->mutex);
    (*f)->held[step] = *slice;
    *values = (*slice)->values.data();
    *count = (*slice)->values.size();
    return {};
  });
}

// ----------------------------------------------------------------------------------------------------------------- vectors
// The place a marker stands at: a point; half way along a line; the centroid of an area's outer ring.
std::pair<geo::GeoPoint, double> middle(const io::VectorData& d, const io::ShapePart& part) {  // and how much of the feature it is
  const std::span points(d.points.data() + part.first, part.count);
  if (part.kind == io::ShapeKind::point || points.size() < 2) return {points.front(), 0};
  const double k = std::cos(points.front().lat * 3.14159265358979323846 / 180);  // a degree of longitude in those of latitude
  if (part.kind == io::ShapeKind::polygon) {
    double area = 0, x = 0, y = 0;
    const auto& o = points.front();  // relative to the first point, or the small differences drown
    for (std::size_t n = 0; n < points.size(); ++n) {
      const auto& a = points[n];
      const auto& b = points[(n + 1) % points.size()];
      const double cross = (a.lon - o.lon) * (b.lat - o.lat) - (b.lon - o.lon) * (a.lat - o.lat);
      area += cross / 2;
      x += (a.lon + b.lon - 2 * o.lon) * cross / 6;
      y += (a.lat + b.lat - 2 * o.lat) * cross / 6;
    }
    if (std::abs(area) > 0) return {{o.lon + x / area, o.lat + y / area, o.height}, std::abs(area) * k};
  }
  double length = 0;
  const auto step = [&](std::size_t n) { return std::hypot((points[n].lon - points[n - 1].lon) * k, points[n].lat - points[n - 1].lat); };
  for (std::size_t n = 1; n < points.size(); ++n) length += step(n);
  double gone = 0;
  for (std::size_t n = 1; n < points.size(); ++n) {
    const double s = step(n);
    if (s > 0 && gone + s >= length / 2) {
      const double t = (length / 2 - gone) / s;
      const auto mix = [t](double a, double b) { return a + (b - a) * t; };
      return {{mix(points[n - 1].lon, points[n].lon), mix(points[n - 1].lat, points[n].lat), mix(points[n - 1].height, points[n].height)}, length};
    }
    gone += s;
  }
  return {points.front(), length};
}

}  // namespace

std::shared_ptr<ReadVector> keep(io::VectorData&& d) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  auto v = std::make_shared<ReadVector>();
  v->name = d.name;
  v->has_z = d.has_z;
  v->head = d.head;
  v->warnings = texts_of(d.diagnostics);
  v->places.assign(d.features.size(), {nan, nan, nan});
  std::vector<double> largest(d.features.size(), -1);
  for (const auto& part : d.parts) {
    if (part.hole || part.count == 0 || part.feature >= v->places.size() || std::size_t{part.first} + part.count > d.points.size()) continue;
    const auto [p, weight] = middle(d, part);
    if (!std::isfinite(p.lon) || !std::isfinite(p.lat) || weight <= largest[part.feature]) continue;
    largest[part.feature] = weight;
    v->places[part.feature] = {p.lon, p.lat, d.has_z ? p.height : nan};
  }
  v->part_starts.assign(d.features.size() + 1, 0);
  std::erase_if(d.parts, [&](const auto& p) { return p.count == 0 || p.feature >= d.features.size() || std::size_t{p.first} + p.count > d.points.size(); });
  std::stable_sort(d.parts.begin(), d.parts.end(), [](const auto& a, const auto& b) { return a.feature < b.feature; });
  for (const auto& part : d.parts) ++v->part_starts[part.feature + 1];
  for (std::size_t r = 1; r < v->part_starts.size(); ++r) v->part_starts[r] += v->part_starts[r - 1];
  v->points = std::move(d.points);
  v->parts = std::move(d.parts);
  v->columns = d.features.summary();
  v->features = std::make_shared<geo::FeatureTable>(std::move(d.features));
  return v;
}

namespace {
// A city model is what its objects cover of the ground: a plugin that shows areas shows PLATEAU's, too.
bool is_city(const std::filesystem::path& path) {
  std::error_code e;
  const auto extension = path.extension();
  if (extension != ".gml" && extension != ".xml" && extension != ".citygml" && !std::filesystem::is_directory(path, e)) return false;
  const auto known = io::identify(path);
  return known && !known->empty() && known->front().kind == io::DataKind::city;
}

tenbo_result open_vector(const tenbo_host* host, tenbo_text path, const tenbo_vector_options* options, const tenbo_reader_vector** out) {
  return answer(host, "tenbo.reader/1 open_vector", [&](Instance& i) -> Status {
    if (!out) return bad("tenbo.reader/1 open_vector", "has nowhere to put the handle");
    *out = nullptr;
    auto file = take_text(path, "path");
    if (!file) return file.error();
    auto o = vector_options(options);
    if (!o) return o.error();
    Progress progress;
    Result<io::VectorData> data = Error{};
    if (is_city(*file)) {
      JobSystem jobs;  // for as long as it takes: plugins have a thread of their own
      data = io::read_city_areas(*file, {}, jobs, progress, i.cancel());
    } else {
      data = io::read_vector(*file, *o, progress, i.cancel());
    }
    if (!data) return data.error();
    *out = i.handles().add(std::shared_ptr<const ReadVector>(keep(std::move(*data))));
    return {};
  });
}

tenbo_result vector_info(const tenbo_host* host, const tenbo_reader_vector* handle, tenbo_vector_info* out) {
  return answer(host, "tenbo.reader/1 vector_info", [&](Instance& i) -> Status {
    auto v = held(i, handle);
    if (!v) return v.error();
    tenbo_vector_info o{};
    o.row_count = (*v)->features->size();
    o.column_count = static_cast<std::uint32_t>((*v)->columns.size());
    o.has_heights = (*v)->has_z ? 1 : 0;
    o.name = view((*v)->name);
    return give(o, out, "tenbo_vector_info");
  });
}

tenbo_result vector_column(const tenbo_host* host, const tenbo_reader_vector* handle, std::uint32_t index, tenbo_vector_column* out) {
  return answer(host, "tenbo.reader/1 vector_column", [&](Instance& i) -> Status {
    auto v = held(i, handle);
    if (!v) return v.error();
    if (index >= (*v)->columns.size()) return bad("tenbo.reader/1 vector_column", "there is no column " + std::to_string(index), ErrorCode::not_found);
    const auto& c = (*v)->columns[index];
    tenbo_vector_column o{};
    o.type = c.type == geo::AttributeType::text      ? TENBO_TEXT
             : c.type == geo::AttributeType::integer ? TENBO_INTEGER
             : c.type == geo::AttributeType::real    ? TENBO_REAL
                                                     : TENBO_BOOLEAN;
    o.name = view(c.name);
    o.count = c.count;
    return give(o, out, "tenbo_vector_column");
  });
}

tenbo_value to_value(const geo::AttributeValue& from) {
  tenbo_value v{};
  if (const auto* t = std::get_if<std::string_view>(&from)) v.type = TENBO_TEXT, v.text = view(*t);
  else if (const auto* n = std::get_if<std::int64_t>(&from)) v.type = TENBO_INTEGER, v.integer = *n;
  else if (const auto* r = std::get_if<double>(&from)) v.type = TENBO_REAL, v.real = *r;
  else if (const auto* b = std::get_if<bool>(&from)) v.type = TENBO_BOOLEAN, v.boolean = *b ? 1 : 0;
  return v;
}

bool in_range(std::uint32_t first, std::uint32_t count, std::size_t rows) { return std::uint64_t{first} + count <= rows; }

tenbo_result vector_values(const tenbo_host* host, const tenbo_reader_vector* handle, std::uint32_t column, std::uint32_t first,
                           std::uint32_t count, tenbo_value* out) {
  return answer(host, "tenbo.reader/1 vector_values", [&](Instance& i) -> Status {
    auto v = held(i, handle);
    if (!v) return v.error();
    if (column >= (*v)->columns.size() || !in_range(first, count, (*v)->features->size()) || (count && !out))
      return bad("tenbo.reader/1 vector_values", "asks for column " + std::to_string(column) + ", rows " + std::to_string(first) + " + " + std::to_string(count) + " of " + std::to_string((*v)->features->size()), ErrorCode::not_found);
    const std::string& name = (*v)->columns[column].name;
    for (std::uint32_t n = 0; n < count; ++n) out[n] = to_value((*v)->features->value(first + n, name));
    return {};
  });
}

tenbo_result vector_places(const tenbo_host* host, const tenbo_reader_vector* handle, std::uint32_t first, std::uint32_t count, tenbo_place* out) {
  return answer(host, "tenbo.reader/1 vector_places", [&](Instance& i) -> Status {
    auto v = held(i, handle);
    if (!v) return v.error();
    if (!in_range(first, count, (*v)->places.size()) || (count && !out))
      return bad("tenbo.reader/1 vector_places", "asks for rows " + std::to_string(first) + " + " + std::to_string(count) + " of " + std::to_string((*v)->places.size()), ErrorCode::not_found);
    for (std::uint32_t n = 0; n < count; ++n) {
      const auto& p = (*v)->places[first + n];
      out[n] = {p.lon, p.lat, p.height};
    }
    return {};
  });
}

tenbo_result vector_id(const tenbo_host* host, const tenbo_reader_vector* handle, std::uint32_t row, tenbo_text* out) {
  return answer(host, "tenbo.reader/1 vector_id", [&](Instance& i) -> Status {
    auto v = held(i, handle);
    if (!v) return v.error();
    if (!out || row >= (*v)->features->size()) return bad("tenbo.reader/1 vector_id", "there is no row " + std::to_string(row), ErrorCode::not_found);
    *out = view((*v)->features->id(row));
    return {};
  });
}

template <class Handle>
void close_handle(const tenbo_host* host, const Handle* handle) {
  if (auto* i = Instance::of(host)) (void)guarded([&] { i->handles().close(handle); });
}
void close_field(const tenbo_host* host, const tenbo_reader_field* handle) { close_handle(host, handle); }
void close_vector(const tenbo_host* host, const tenbo_reader_vector* handle) { close_handle(host, handle); }

const tenbo_reader reader{sizeof(tenbo_reader), 0, open_field, field_info, field_slice, close_field, open_vector,
                          vector_info, vector_column, vector_values, vector_places, vector_id, close_vector};
}  // namespace

const void* reader_extension() { return &reader; }

}  // namespace tenbo::runtime
