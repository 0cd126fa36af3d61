// What a plugin is about to publish as shapes, built up piece by piece: it owns every text and array that the interface views. What
// it makes can be looked at without a host, in tests.
#pragma once
#include <array>
#include <set>
#include <tuple>
#include <variant>

#include "tenbo/plugin_api/rows.hpp"

namespace tenbo::plugin {

using Colour = std::array<std::uint8_t, 3>;  // sRGB

struct Span {  // shown from `from` on and before `until`
  std::optional<tenbo_time> from, until;
  bool operator==(const Span&) const = default;
};

// A label, note or warning in both languages; the viewer shows the half in its own. One text serves both where they are the same.
inline std::string both(const std::string& ja, const std::string& en) { return ja == en ? ja : ja + " / " + en; }

class Publication {
 public:
  std::string title, source, headline, legend_title, row_type;
  std::optional<tenbo_time> issue_time;
  tenbo_status status = TENBO_STATUS_ACTUAL;
  tenbo_certainty certainty = TENBO_CERTAINTY_UNKNOWN;
  void note(std::string text) { say(notes_, std::move(text)); }
  void warn(std::string text) { say(warnings_, std::move(text)); }
  const std::vector<std::string>& notes() const { return notes_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  struct Class {
    int level;
    Colour colour;
    std::string ja, en;
    bool hatched;
  };
  std::uint32_t add_class(int level, Colour colour, std::string ja, std::string en, bool hatched = false) {
    classes_.push_back({level, colour, std::move(ja), std::move(en), hatched});
    return static_cast<std::uint32_t>(classes_.size() - 1);
  }
  const std::vector<Class>& classes() const { return classes_; }

  using Value = std::variant<std::monostate, std::string, std::int64_t, double>;
  std::uint32_t add_row(std::string id) {
    ids_.push_back(std::move(id));
    return static_cast<std::uint32_t>(ids_.size() - 1);
  }
  // All that a row of the reader says; `but` names what it does not take over.
  std::uint32_t add_row(std::string id, const Row& from, std::initializer_list<std::string_view> but = {}) {
    const auto row = add_row(std::move(id));
    for (const auto& [name, words] : from.texts) {
      if (std::find(but.begin(), but.end(), name) != but.end()) continue;
      if (const auto n = from.number(name)) put(row, name, *n);
      else put(row, name, words);
    }
    return row;
  }
  void put(std::uint32_t row, const std::string& name, std::string_view text) {  // empty: missing
    if (!text.empty()) column(row, name).values[row] = std::string(text);
  }
  void put(std::uint32_t row, const std::string& name, std::int64_t number) { column(row, name).values[row] = number; }
  void put(std::uint32_t row, const std::string& name, double number) { column(row, name).values[row] = number; }
  // What stands there.
  const Value& value(std::uint32_t row, const std::string& name) const {
    static const Value none;
    const auto it = columns_.find(name);
    return it == columns_.end() || it->second.values.size() <= row ? none : it->second.values[row];
  }
  std::string text(std::uint32_t row, const std::string& name) const {
    const auto& v = value(row, name);
    if (const auto* s = std::get_if<std::string>(&v)) return *s;
    if (const auto* i = std::get_if<std::int64_t>(&v)) return std::to_string(*i);
    if (const auto* d = std::get_if<double>(&v)) return words_of(*d);
    return {};
  }
  std::optional<std::uint32_t> row(std::string_view id) const {
    const auto it = std::find(ids_.begin(), ids_.end(), id);
    return it == ids_.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(it - ids_.begin()));
  }
  std::size_t rows() const { return ids_.size(); }
  // Of what the row tells; rows are real, where this does not say otherwise.
  void set_status(std::uint32_t row, tenbo_status of) {
    if (of != TENBO_STATUS_ACTUAL) drills_[row] = of;
  }
  // Last of all: what is of an exercise or a test never lies on what is real, so that it raises no level and hides no colour there: it stays
  // a record without a place. That is so on the same outline or point, and of areas by themselves (of an alert, of ash) beside any real area:
  // nobody looks here whether those meet. What is still drawn beside what is real is hatched, and names itself. Where not all rows are what
  // `status` says, each says it itself, in the reader's words.
  void set_drills_apart();
  static std::string drill_mark(tenbo_status of, bool ja) {
    if (of == TENBO_STATUS_ACTUAL) return {};
    return of == TENBO_STATUS_TEST ? (ja ? "【試験】" : "[Test] ") : (ja ? "【訓練】" : "[Exercise] ");
  }

  struct Curve {  // of a wave front: its radius by the time since `start`
    tenbo_time start;
    double lon, lat;
    std::vector<double> seconds, metres;
  };
  struct Shape {
    tenbo_shape_kind kind;
    std::uint32_t row, shape_class;
    Span span;
    const tenbo_reader_vector* geometry = nullptr;
    std::uint32_t geometry_row = 0;
    std::array<double, 4> lon_lat{};  // of a point of its own; of a column its foot and where it drifts to
    std::optional<double> height;     // m
    std::string label;
    std::optional<Curve> curve;
  };
  // Of a row of something that the reader has open; `kind` says what to draw of it.
  Shape& place(tenbo_shape_kind kind, std::uint32_t row, std::uint32_t shape_class, const Span& span, const tenbo_reader_vector* geometry, std::uint32_t geometry_row, std::string label = {}) {
    auto& s = add(kind, row, shape_class, span, std::move(label));
    s.geometry = geometry;
    s.geometry_row = geometry_row;
    return s;
  }
  void area(std::uint32_t row, std::uint32_t shape_class, const Span& span, const tenbo_reader_vector* geometry, std::uint32_t geometry_row, std::string label = {}) {
    place(TENBO_SHAPE_AREA, row, shape_class, span, geometry, geometry_row, std::move(label));
  }
  Shape& point(std::uint32_t row, std::uint32_t shape_class, const Span& span, double lon, double lat, std::string label = {}) {
    auto& s = add(TENBO_SHAPE_POINT, row, shape_class, span, std::move(label));
    s.lon_lat = {lon, lat, 0, 0};
    return s;
  }
  // Stands at `foot` up to `top`, and drifts from there to `drift`; the two places may be the same. Longitude before latitude; m.
  void pillar(std::uint32_t row, std::uint32_t shape_class, const Span& span, std::array<double, 2> foot, std::array<double, 2> drift, double top, std::string label = {}) {
    auto& s = add(TENBO_SHAPE_COLUMN, row, shape_class, span, std::move(label));
    s.lon_lat = {foot[0], foot[1], drift[0], drift[1]};
    s.height = top;
  }
  void front(std::uint32_t row, std::uint32_t shape_class, const Span& span, Curve curve, std::string label = {}) {
    add(TENBO_SHAPE_FRONT, row, shape_class, span, std::move(label)).curve = std::move(curve);
  }
  void record(std::uint32_t row, std::uint32_t shape_class, const Span& span) { add(TENBO_SHAPE_NONE, row, shape_class, span, {}); }  // no place
  const std::deque<Shape>& shapes() const { return shapes_; }

  // These view this: keep it, unchanged, until it is published.
  const tenbo_about& about();
  const tenbo_shapes& finish();

 private:
  static constexpr std::size_t most_said = 100;
  static void say(std::vector<std::string>& to, std::string text) {
    if (to.size() == most_said) text = "以下略 / and more";
    if (to.size() <= most_said) to.push_back(std::move(text));
  }
  Shape& add(tenbo_shape_kind kind, std::uint32_t row, std::uint32_t shape_class, const Span& span, std::string label) {
    auto& s = shapes_.emplace_back();
    s.kind = kind;
    s.row = row;
    s.shape_class = shape_class;
    s.span = span;
    s.label = std::move(label);
    return s;
  }
  struct Column {
    std::vector<Value> values;  // one a row, the last may be lacking
    std::vector<tenbo_text> texts;
    std::vector<std::int64_t> integers;
    std::vector<double> reals;
    std::vector<std::uint8_t> present;
  };
  Column& column(std::uint32_t row, const std::string& name) {
    auto it = columns_.find(name);
    if (it == columns_.end()) {
      order_.push_back(name);
      it = columns_.emplace(name, Column{}).first;
    }
    if (it->second.values.size() <= row) it->second.values.resize(row + 1);
    return it->second;
  }
  static std::vector<tenbo_text> views(const std::vector<std::string>& all) {
    std::vector<tenbo_text> out;
    for (const auto& s : all) out.push_back(tenbo::plugin::text(s));
    return out;
  }
  tenbo_status status_of(std::uint32_t row) const {
    const auto it = drills_.find(row);
    return it == drills_.end() ? tenbo_status{TENBO_STATUS_ACTUAL} : it->second;
  }
  void mark_drills();
  tenbo_column raw_column(const std::string& name, std::uint32_t count);
  tenbo_shape raw_shape(const Shape& from);

  std::vector<std::string> notes_, warnings_;
  std::vector<Class> classes_;
  std::vector<std::string> ids_;
  std::vector<std::string> order_;  // of columns
  std::map<std::string, Column> columns_;
  std::deque<Shape> shapes_;
  std::map<std::uint32_t, tenbo_status> drills_;  // by row, where it is not real
  // Of finish()
  std::vector<tenbo_text> note_texts_, warning_texts_, id_texts_;
  std::vector<tenbo_shape_class> raw_classes_;
  std::vector<tenbo_column> raw_columns_;
  std::vector<tenbo_shape> raw_shapes_;
  std::deque<tenbo_front> fronts_;
  tenbo_about about_{};
  tenbo_records records_{};
  tenbo_shapes raw_{};
};

inline const tenbo_about& Publication::about() {
  note_texts_ = views(notes_);
  warning_texts_ = views(warnings_);
  about_ = {};
  about_.size = sizeof about_;
  about_.certainty = certainty;
  about_.title = tenbo::plugin::text(title);
  about_.source = tenbo::plugin::text(source);
  about_.issue_time = issue_time.value_or(0);
  about_.has_issue_time = issue_time ? 1 : 0;
  about_.warnings = warning_texts_.data();
  about_.warning_count = static_cast<std::uint32_t>(warning_texts_.size());
  about_.status = status;
  about_.headline = tenbo::plugin::text(headline);
  about_.notes = note_texts_.data();
  about_.note_count = static_cast<std::uint32_t>(note_texts_.size());
  return about_;
}

inline void Publication::set_drills_apart() {
  using Place = std::tuple<tenbo_shape_kind, const tenbo_reader_vector*, std::uint32_t>;
  std::set<Place> outlines;
  std::set<const tenbo_reader_vector*> areas;  // that have outlines of what is real
  std::set<std::pair<double, double>> points;
  const auto drill = [&](const Shape& s) { return drills_.find(s.row) != drills_.end(); };
  for (const auto& s : shapes_) {
    if (drill(s) || s.kind == TENBO_SHAPE_NONE) continue;
    if (!s.geometry) {
      points.emplace(s.lon_lat[0], s.lon_lat[1]);
      continue;
    }
    outlines.emplace(s.kind, s.geometry, s.geometry_row);
    if (s.kind == TENBO_SHAPE_AREA) areas.insert(s.geometry);
  }
  std::size_t apart = 0;
  for (auto& s : shapes_) {
    if (!drill(s) || s.kind == TENBO_SHAPE_NONE) continue;
    const bool meets = s.geometry ? outlines.count({s.kind, s.geometry, s.geometry_row}) != 0 || (s.kind == TENBO_SHAPE_AREA && areas.size() > areas.count(s.geometry))
                                  : points.count({s.lon_lat[0], s.lon_lat[1]}) != 0;
    if (!meets) continue;
    ++apart;
    s.kind = TENBO_SHAPE_NONE;
    s.geometry = nullptr;
    s.height.reset();
    s.curve.reset();
    s.label.clear();
  }
  if (apart) {
    const auto n = std::to_string(apart);
    note(both("訓練・試験の " + n + " 件は実際の情報と重なるため一覧のみ", n + " places of an exercise or a test are listed, not drawn: they may lie on what is real"));
  }
  bool mixed = false;
  for (std::uint32_t row = 0; row < ids_.size(); ++row) mixed = mixed || status_of(row) != status;
  if (!drills_.empty() && drills_.size() < ids_.size()) mark_drills();
  for (std::uint32_t row = 0; mixed && row < ids_.size(); ++row) {
    const auto of = status_of(row);
    put(row, "status", std::string_view(of == TENBO_STATUS_ACTUAL ? "通常" : of == TENBO_STATUS_EXERCISE ? "訓練" : "試験"));
  }
}

// A class and a label of their own, so that nobody takes one for the other by its colour.
inline void Publication::mark_drills() {
  std::map<std::pair<std::uint32_t, tenbo_status>, std::uint32_t> twins;  // of classes
  for (const auto& s : shapes_)
    if (status_of(s.row) != TENBO_STATUS_ACTUAL && s.kind != TENBO_SHAPE_NONE) twins[{s.shape_class, status_of(s.row)}] = s.shape_class;
  for (auto& [of, twin] : twins) {  // in the legend's order
    const auto ja = drill_mark(of.second, true), en = drill_mark(of.second, false);
    const Class c = classes_[of.first];
    if (c.ja.compare(0, ja.size(), ja) != 0) twin = add_class(c.level, c.colour, ja + c.ja, en + (c.en.empty() ? c.ja : c.en), true);
  }
  for (auto& s : shapes_) {
    const auto of = status_of(s.row);
    if (of == TENBO_STATUS_ACTUAL || s.kind == TENBO_SHAPE_NONE) continue;
    const auto ja = drill_mark(of, true), en = drill_mark(of, false);
    s.shape_class = twins[{s.shape_class, of}];
    if (s.label.find(ja) != std::string::npos) continue;  // it has said so itself
    if (s.label.empty()) {
      s.label = of == TENBO_STATUS_TEST ? "試験 / Test" : "訓練 / Exercise";
      continue;
    }
    // "展望岳 レベル5 / 展望岳 level 5": a mark for either half; of a text for both, both marks.
    const auto half = s.label.find(" / ");
    s.label = half == std::string::npos || s.label.find(" / ", half + 1) != std::string::npos ? both(ja + s.label, en + s.label) : both(ja + s.label.substr(0, half), en + s.label.substr(half + 3));
  }
}

// A column is what its values are; where they differ, text.
inline tenbo_column Publication::raw_column(const std::string& name, std::uint32_t count) {
  Column& c = columns_[name];
  c.values.resize(count);
  const auto all = [&](auto is) { return std::all_of(c.values.begin(), c.values.end(), [&](const Value& v) { return std::holds_alternative<std::monostate>(v) || is(v); }); };
  tenbo_column raw{};
  raw.size = sizeof raw;
  raw.name = tenbo::plugin::text(name);
  c.present.assign(count, 0);
  c.texts.assign(count, {});
  c.integers.assign(count, 0);
  c.reals.assign(count, 0);
  raw.type = all([](const Value& v) { return std::holds_alternative<std::int64_t>(v); }) ? TENBO_INTEGER
             : all([](const Value& v) { return std::holds_alternative<double>(v); })     ? TENBO_REAL
                                                                                         : TENBO_TEXT;
  for (std::uint32_t i = 0; i < count; ++i) {
    Value& v = c.values[i];
    c.present[i] = std::holds_alternative<std::monostate>(v) ? 0 : 1;
    if (!c.present[i]) continue;
    if (raw.type == TENBO_INTEGER) {
      c.integers[i] = std::get<std::int64_t>(v);
    } else if (raw.type == TENBO_REAL) {
      c.reals[i] = std::get<double>(v);
    } else {
      if (!std::holds_alternative<std::string>(v)) v = text(i, name);
      c.texts[i] = tenbo::plugin::text(std::get<std::string>(v));
    }
  }
  raw.values = raw.type == TENBO_INTEGER ? static_cast<const void*>(c.integers.data()) : raw.type == TENBO_REAL ? static_cast<const void*>(c.reals.data()) : static_cast<const void*>(c.texts.data());
  raw.present = c.present.data();
  return raw;
}

inline tenbo_shape Publication::raw_shape(const Shape& s) {
  tenbo_shape raw{};
  raw.size = sizeof raw;
  raw.kind = s.kind;
  raw.row = s.row;
  raw.shape_class = s.shape_class;
  raw.has_from = s.span.from ? 1 : 0;
  raw.from = s.span.from.value_or(0);
  raw.has_until = s.span.until ? 1 : 0;
  raw.until = s.span.until.value_or(0);
  raw.has_height = s.height ? 1 : 0;
  raw.height = s.height.value_or(0);
  raw.label = tenbo::plugin::text(s.label);
  if (s.curve) {
    tenbo_front f{};
    f.size = sizeof f;
    f.count = static_cast<std::uint32_t>(s.curve->seconds.size());
    f.lon = s.curve->lon;
    f.lat = s.curve->lat;
    f.start = s.curve->start;
    f.seconds = s.curve->seconds.data();
    f.metres = s.curve->metres.data();
    raw.front = &fronts_.emplace_back(f);
  } else if (s.geometry) {
    raw.from_reader = s.geometry;
    raw.reader_row = s.geometry_row;
  } else if (s.kind != TENBO_SHAPE_NONE) {
    raw.lon_lat = s.lon_lat.data();
    raw.point_count = s.kind == TENBO_SHAPE_COLUMN ? 2 : 1;
  }
  return raw;
}

inline const tenbo_shapes& Publication::finish() {
  const auto count = static_cast<std::uint32_t>(ids_.size());
  about();
  id_texts_ = views(ids_);
  raw_columns_.clear();
  for (const auto& name : order_) raw_columns_.push_back(raw_column(name, count));
  records_ = {};
  records_.size = sizeof records_;
  records_.row_count = count;
  records_.about = &about_;
  records_.type = tenbo::plugin::text(row_type);
  records_.ids = id_texts_.data();
  records_.columns = raw_columns_.data();
  records_.column_count = static_cast<std::uint32_t>(raw_columns_.size());
  raw_classes_.clear();
  for (const auto& c : classes_) {
    tenbo_shape_class raw{};
    raw.size = sizeof raw;
    raw.pattern = c.hatched ? TENBO_PATTERN_HATCHED : TENBO_PATTERN_SOLID;
    raw.level = c.level;
    std::copy(c.colour.begin(), c.colour.end(), std::begin(raw.colour));
    raw.colour[3] = 255;
    raw.label_ja = tenbo::plugin::text(c.ja);
    raw.label_en = tenbo::plugin::text(c.en);
    raw_classes_.push_back(raw);
  }
  fronts_.clear();
  raw_shapes_.clear();
  for (const auto& s : shapes_) raw_shapes_.push_back(raw_shape(s));
  raw_ = {};
  raw_.size = sizeof raw_;
  raw_.about = &about_;
  raw_.legend_title = tenbo::plugin::text(legend_title);
  raw_.classes = raw_classes_.data();
  raw_.class_count = static_cast<std::uint32_t>(raw_classes_.size());
  raw_.records = &records_;
  raw_.shapes = raw_shapes_.data();
  raw_.shape_count = static_cast<std::uint32_t>(raw_shapes_.size());
  return raw_;
}

}  // namespace tenbo::plugin
