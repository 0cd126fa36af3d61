// What plugins have in common that draw messages as shapes: rows by the names of their columns, the places that the scene's
// layers have for a message's codes, and a publication with everything that it views.
#pragma once
#include <array>
#include <cmath>
#include <deque>
#include <limits>

#include "tenbo/plugin_api/plugin.hpp"

namespace tenbo::plugin {

// A row of a table: what is missing is empty. Needs no host.
struct Row {
  std::map<std::string, std::string> texts;
  std::map<std::string, double> numbers;
  double lon = std::numeric_limits<double>::quiet_NaN(), lat = lon, height = lon;  // degrees, m as the file has them; NaN: none

  const std::string& text(const std::string& name) const {
    static const std::string none;
    const auto it = texts.find(name);
    return it == texts.end() ? none : it->second;
  }
  std::optional<double> number(const std::string& name) const {
    const auto it = numbers.find(name);
    return it == numbers.end() ? std::nullopt : std::optional(it->second);
  }
  bool placed() const { return std::isfinite(lon) && std::isfinite(lat); }
};

// Whole numbers as people write them, whatever the column's type.
inline std::string words_of(double v) {
  if (v == std::floor(v) && std::abs(v) < 1e15) return std::to_string(static_cast<long long>(v));
  char out[32];
  const auto r = std::to_chars(out, out + sizeof out, v);
  return {out, r.ptr};
}

inline std::vector<Row> rows_of(const VectorFile& file) {
  std::vector<Row> out(file.rows());
  for (std::uint32_t c = 0; c < file.columns().size(); ++c) {
    const auto values = file.values(c);
    const auto& name = file.columns()[c].name;
    for (std::size_t r = 0; r < values.size(); ++r) {
      const auto& v = values[r];
      if (v.type == TENBO_TEXT) out[r].texts[name] = std::string(view(v.text));
      else if (v.type == TENBO_INTEGER) out[r].numbers[name] = static_cast<double>(v.integer);
      else if (v.type == TENBO_REAL) out[r].numbers[name] = v.real;
      else if (v.type == TENBO_BOOLEAN) out[r].texts[name] = v.boolean ? "true" : "false";
      if (v.type == TENBO_INTEGER || v.type == TENBO_REAL) out[r].texts[name] = words_of(out[r].numbers[name]);
    }
  }
  const auto places = file.places();
  for (std::size_t r = 0; r < out.size(); ++r) out[r].lon = places[r].lon, out[r].lat = places[r].lat, out[r].height = places[r].height;
  return out;
}

// Geometry by code, from vector files of the scene. Codes are compared without the zeros before them, which tables lose.
class CodeLayer {
 public:
  struct Found {
    const VectorFile* file;
    std::uint32_t row;
    tenbo_place middle;
  };
  // `column` empty: the first of the usual names that a file has. Throws where a file cannot be read or has no such column.
  void read(const Host& host, const std::vector<std::string>& paths, const std::string& column) {
    std::deque<VectorFile> files;
    std::multimap<std::string, Found> found;
    tenbo_vector_options o{};
    o.size = sizeof o;
    for (const auto& path : paths) {
      const auto& file = files.emplace_back(host, path, o);
      const auto values = file.values(column_of(file, column, path));
      const auto places = file.places();
      for (std::uint32_t r = 0; r < file.rows(); ++r)
        if (const auto code = code_of(values[r]); !code.empty() && std::isfinite(places[r].lon)) found.insert({code, {&file, r, places[r]}});
    }
    files_.swap(files);
    found_.swap(found);
  }
  bool empty() const { return found_.empty(); }
  std::vector<Found> find(const std::string& code) const {
    std::vector<Found> out;
    const auto [from, to] = found_.equal_range(plain(code));
    for (auto it = from; it != to; ++it) out.push_back(it->second);
    return out;
  }

 private:
  static std::string plain(const std::string& code) { return code.substr(std::min(code.find_first_not_of('0'), code.size())); }
  static std::string code_of(const tenbo_value& v) {
    if (v.type == TENBO_TEXT) return plain(std::string(view(v.text)));
    if (v.type == TENBO_INTEGER) return std::to_string(v.integer);
    return v.type == TENBO_REAL ? words_of(v.real) : std::string();
  }
  static std::uint32_t column_of(const VectorFile& file, const std::string& column, const std::string& path) {
    const auto& all = file.columns();
    const auto has = [&](const std::string& name) {
      return static_cast<std::uint32_t>(std::find_if(all.begin(), all.end(), [&](const auto& c) {
        return c.name.size() == name.size() && std::equal(name.begin(), name.end(), c.name.begin(), [](char a, char b) { return a == b || (a >= 'a' && a <= 'z' && a - 32 == b); });
      }) - all.begin());
    };
    const std::vector<std::string> usual{"code", "regioncode", "area_code", "areacode", "コード"};
    for (const auto& name : column.empty() ? usual : std::vector<std::string>{column})
      if (const auto i = has(name); i < all.size()) return i;
    std::string names;
    for (const auto& c : all) names += (names.empty() ? "" : ", ") + c.name;
    throw std::runtime_error(path + " has no column " + (column.empty() ? "\"code\"" : "\"" + column + "\"") + " of area codes; it has " + (names.empty() ? "none" : names));
  }
  std::deque<VectorFile> files_;  // handles stay open: shapes view them
  std::multimap<std::string, Found> found_;
};

// Collects classes, records and shapes, and publishes them.
class ShapeList {
 public:
  struct Curve {
    tenbo_time start;
    double lon, lat;
    std::vector<double> seconds, metres;
  };
  std::uint32_t add_class(const char* ja, const char* en, std::array<std::uint8_t, 4> colour, int level, tenbo_pattern pattern = TENBO_PATTERN_SOLID) {
    tenbo_shape_class c{};
    c.size = sizeof c;
    c.pattern = pattern;
    c.level = level;
    std::copy(colour.begin(), colour.end(), c.colour);
    c.label_ja = tenbo::plugin::text(ja);
    c.label_en = tenbo::plugin::text(en);
    classes_.push_back(c);
    return static_cast<std::uint32_t>(classes_.size() - 1);
  }
  // A record; its number. Columns are those that any record has, numbers where `row` has a number.
  std::uint32_t add_record(std::string id, Row row) {
    ids_.push_back(std::move(id));
    rows_.push_back(std::move(row));
    return static_cast<std::uint32_t>(rows_.size() - 1);
  }
  tenbo_shape& add(tenbo_shape_kind kind, std::uint32_t record, std::uint32_t shape_class, const std::string& label = {}) {
    tenbo_shape s{};
    s.size = sizeof s;
    s.kind = kind;
    s.row = record;
    s.shape_class = shape_class;
    if (!label.empty()) s.label = tenbo::plugin::text(labels_.emplace_back(label));
    return shapes_.emplace_back(s);
  }
  tenbo_shape& add_point(std::uint32_t record, std::uint32_t shape_class, double lon, double lat, const std::string& label = {}) {
    const double* at = points_.emplace_back(std::array<double, 2>{lon, lat}).data();
    auto& s = add(TENBO_SHAPE_POINT, record, shape_class, label);
    s.lon_lat = at;
    s.point_count = 1;
    return s;
  }
  tenbo_shape& add_found(tenbo_shape_kind kind, std::uint32_t record, std::uint32_t shape_class, const CodeLayer::Found& found, const std::string& label = {}) {
    auto& s = add(kind, record, shape_class, label);
    s.from_reader = found.file->handle();
    s.reader_row = found.row;
    return s;
  }
  tenbo_shape& add_front(std::uint32_t record, std::uint32_t shape_class, Curve curve, const std::string& label) {
    const auto& c = curves_.emplace_back(std::move(curve));
    tenbo_front f{};
    f.size = sizeof f;
    f.count = static_cast<std::uint32_t>(c.seconds.size());
    f.lon = c.lon;
    f.lat = c.lat;
    f.start = c.start;
    f.seconds = c.seconds.data();
    f.metres = c.metres.data();
    auto& s = add(TENBO_SHAPE_FRONT, record, shape_class, label);
    s.front = &fronts_.emplace_back(f);
    return s;
  }
  std::size_t size() const { return shapes_.size(); }

  void publish(const Host& host, const tenbo_about& about, const std::string& record_type) const {
    std::vector<tenbo_text> ids;
    for (const auto& id : ids_) ids.push_back(tenbo::plugin::text(id));
    std::map<std::string, bool> names;  // and whether all are numbers
    for (const auto& r : rows_)
      for (const auto& [name, value] : r.texts) {
        const auto [it, is_new] = names.insert({name, true});
        it->second = it->second && r.numbers.count(name);
      }
    for (const auto& r : rows_)
      for (const auto& [name, value] : r.numbers) names.insert({name, true});
    std::deque<std::vector<tenbo_text>> texts;
    std::deque<std::vector<double>> numbers;
    std::deque<std::vector<std::uint8_t>> present;
    std::vector<tenbo_column> columns;
    for (const auto& [name, is_number] : names) {
      tenbo_column c{};
      c.size = sizeof c;
      c.type = is_number ? TENBO_REAL : TENBO_TEXT;
      c.name = tenbo::plugin::text(name);
      auto& there = present.emplace_back();
      if (is_number) {
        auto& all = numbers.emplace_back();
        for (const auto& r : rows_) all.push_back(r.number(name).value_or(0)), there.push_back(r.number(name) ? 1 : 0);
        c.values = all.data();
      } else {
        auto& all = texts.emplace_back();
        for (const auto& r : rows_) all.push_back(tenbo::plugin::text(r.text(name))), there.push_back(r.text(name).empty() ? 0 : 1);
        c.values = all.data();
      }
      c.present = there.data();
      columns.push_back(c);
    }
    tenbo_records records{};
    records.size = sizeof records;
    records.row_count = static_cast<std::uint32_t>(rows_.size());
    records.type = tenbo::plugin::text(record_type);
    records.ids = ids.data();
    records.columns = columns.data();
    records.column_count = static_cast<std::uint32_t>(columns.size());
    const std::vector<tenbo_shape> shapes(shapes_.begin(), shapes_.end());
    tenbo_shapes out{};
    out.size = sizeof out;
    out.about = &about;
    out.classes = classes_.data();
    out.class_count = static_cast<std::uint32_t>(classes_.size());
    out.records = &records;
    out.shapes = shapes.data();
    out.shape_count = static_cast<std::uint32_t>(shapes.size());
    host.publish(out);
  }

 private:
  std::vector<tenbo_shape_class> classes_;
  std::vector<std::string> ids_;
  std::vector<Row> rows_;
  std::deque<tenbo_shape> shapes_;  // what is viewed stays where it is
  std::deque<std::string> labels_;
  std::deque<std::array<double, 2>> points_;
  std::deque<Curve> curves_;
  std::deque<tenbo_front> fronts_;
};

// The head of a message, and what is said beside it, as an `about` views them.
struct About {
  std::string title, source, headline;
  std::vector<std::string> notes, warnings;
  std::optional<tenbo_time> issue_time;
  tenbo_status status = TENBO_STATUS_ACTUAL;
  tenbo_certainty certainty = TENBO_CERTAINTY_UNKNOWN;

  // Views this, which stays as it is until the publication.
  tenbo_about raw() {
    note_texts_.clear();
    warning_texts_.clear();
    for (const auto& n : notes) note_texts_.push_back(text(n));
    if (warnings.size() > TENBO_MAX_WARNINGS) warnings.resize(TENBO_MAX_WARNINGS);
    for (const auto& w : warnings) warning_texts_.push_back(text(w));
    tenbo_about out{};
    out.size = sizeof out;
    out.title = text(title);
    out.source = text(source);
    out.headline = text(headline);
    out.certainty = certainty;
    out.status = status;
    out.has_issue_time = issue_time ? 1 : 0;
    out.issue_time = issue_time.value_or(0);
    out.notes = note_texts_.data();
    out.note_count = static_cast<std::uint32_t>(note_texts_.size());
    out.warnings = warning_texts_.data();
    out.warning_count = static_cast<std::uint32_t>(warning_texts_.size());
    return out;
  }

 private:
  std::vector<tenbo_text> note_texts_, warning_texts_;
};

}  // namespace tenbo::plugin
