#include "publication.h"

#include <algorithm>

namespace hazard {
namespace {
tenbo_text text_of(std::string_view s) { return {s.data(), s.size()}; }
std::vector<tenbo_text> texts_of(const std::vector<std::string>& all) {
  std::vector<tenbo_text> out;
  for (const auto& s : all) out.push_back(text_of(s));
  return out;
}
}  // namespace

void Publication::say(std::vector<std::string>& to, std::string text) {
  if (to.size() == most_said) text = "and more";
  if (to.size() <= most_said) to.push_back(std::move(text));
}

std::uint32_t Publication::add_class(int level, Colour colour, std::string ja, std::string en, bool hatched) {
  classes_.push_back({level, colour, std::move(ja), std::move(en), hatched});
  return static_cast<std::uint32_t>(classes_.size() - 1);
}

std::uint32_t Publication::add_row(std::string id) {
  ids_.push_back(std::move(id));
  return static_cast<std::uint32_t>(ids_.size() - 1);
}

Publication::Column& Publication::column(std::uint32_t row, const std::string& name) {
  auto it = columns_.find(name);
  if (it == columns_.end()) {
    order_.push_back(name);
    it = columns_.emplace(name, Column{}).first;
  }
  if (it->second.values.size() <= row) it->second.values.resize(row + 1);
  return it->second;
}
void Publication::put(std::uint32_t row, const std::string& name, std::string_view text) {
  if (!text.empty()) column(row, name).values[row] = std::string(text);
}
void Publication::put(std::uint32_t row, const std::string& name, std::int64_t number) { column(row, name).values[row] = number; }
void Publication::put(std::uint32_t row, const std::string& name, double number) { column(row, name).values[row] = number; }

const Publication::Value& Publication::value(std::uint32_t row, const std::string& name) const {
  static const Value none;
  const auto it = columns_.find(name);
  return it == columns_.end() || it->second.values.size() <= row ? none : it->second.values[row];
}
std::string Publication::text(std::uint32_t row, const std::string& name) const {
  const auto& v = value(row, name);
  if (const auto* s = std::get_if<std::string>(&v)) return *s;
  if (const auto* i = std::get_if<std::int64_t>(&v)) return std::to_string(*i);
  if (const auto* d = std::get_if<double>(&v)) return std::to_string(*d);
  return {};
}
std::optional<std::uint32_t> Publication::row(std::string_view id) const {
  const auto it = std::find(ids_.begin(), ids_.end(), id);
  return it == ids_.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(it - ids_.begin()));
}

void Publication::area(std::uint32_t row, std::uint32_t shape_class, const Span& span, const tenbo_reader_vector* geometry, std::uint32_t geometry_row, std::string label) {
  shapes_.push_back({TENBO_SHAPE_AREA, row, shape_class, span, geometry, geometry_row, {}, std::move(label)});
}
void Publication::point(std::uint32_t row, std::uint32_t shape_class, const Span& span, double lon, double lat, std::string label) {
  shapes_.push_back({TENBO_SHAPE_POINT, row, shape_class, span, nullptr, 0, {lon, lat}, std::move(label)});
}
void Publication::record(std::uint32_t row, std::uint32_t shape_class, const Span& span) { shapes_.push_back({TENBO_SHAPE_NONE, row, shape_class, span, nullptr, 0, {}, {}}); }

const tenbo_shapes& Publication::finish() {
  const auto count = static_cast<std::uint32_t>(ids_.size());
  note_texts_ = texts_of(notes_);
  warning_texts_ = texts_of(warnings_);
  id_texts_ = texts_of(ids_);
  about_ = {};
  about_.size = sizeof about_;
  about_.certainty = certainty;
  about_.title = text_of(title);
  about_.source = text_of(source);
  about_.issue_time = issue_time.value_or(0);
  about_.has_issue_time = issue_time ? 1 : 0;
  about_.warnings = warning_texts_.data();
  about_.warning_count = static_cast<std::uint32_t>(warning_texts_.size());
  about_.status = status;
  about_.headline = text_of(headline);
  about_.notes = note_texts_.data();
  about_.note_count = static_cast<std::uint32_t>(note_texts_.size());

  raw_columns_.clear();
  for (const auto& name : order_) {
    Column& c = columns_[name];
    c.values.resize(count);
    // A column is what its values are; where they differ, text.
    const auto all = [&](auto is) { return std::all_of(c.values.begin(), c.values.end(), [&](const Value& v) { return std::holds_alternative<std::monostate>(v) || is(v); }); };
    tenbo_column raw{};
    raw.size = sizeof raw;
    raw.name = text_of(name);
    c.present.assign(count, 0);
    c.texts.assign(count, {});
    c.integers.assign(count, 0);
    c.reals.assign(count, 0);
    raw.type = all([](const Value& v) { return std::holds_alternative<std::int64_t>(v); }) ? TENBO_INTEGER : all([](const Value& v) { return std::holds_alternative<double>(v); }) ? TENBO_REAL : TENBO_TEXT;
    for (std::uint32_t i = 0; i < count; ++i) {
      Value& v = c.values[i];
      c.present[i] = std::holds_alternative<std::monostate>(v) ? 0 : 1;
      if (!c.present[i]) continue;
      if (raw.type == TENBO_INTEGER) c.integers[i] = std::get<std::int64_t>(v);
      else if (raw.type == TENBO_REAL) c.reals[i] = std::get<double>(v);
      else {
        if (!std::holds_alternative<std::string>(v)) v = text(i, name);
        c.texts[i] = text_of(std::get<std::string>(v));
      }
    }
    raw.values = raw.type == TENBO_INTEGER ? static_cast<const void*>(c.integers.data()) : raw.type == TENBO_REAL ? static_cast<const void*>(c.reals.data()) : static_cast<const void*>(c.texts.data());
    raw.present = c.present.data();
    raw_columns_.push_back(raw);
  }
  records_ = {};
  records_.size = sizeof records_;
  records_.row_count = count;
  records_.about = &about_;
  records_.type = text_of(row_type);
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
    raw.label_ja = text_of(c.ja);
    raw.label_en = text_of(c.en);
    raw_classes_.push_back(raw);
  }
  raw_shapes_.clear();
  for (const auto& s : shapes_) {
    tenbo_shape raw{};
    raw.size = sizeof raw;
    raw.kind = s.kind;
    raw.row = s.row;
    raw.shape_class = s.shape_class;
    raw.has_from = s.span.from ? 1 : 0;
    raw.from = s.span.from.value_or(0);
    raw.has_until = s.span.until ? 1 : 0;
    raw.until = s.span.until.value_or(0);
    raw.label = text_of(s.label);
    if (s.geometry) {
      raw.from_reader = s.geometry;
      raw.reader_row = s.geometry_row;
    } else if (s.kind == TENBO_SHAPE_POINT) {
      raw.lon_lat = s.lon_lat.data();
      raw.point_count = 1;
    }
    raw_shapes_.push_back(raw);
  }
  raw_ = {};
  raw_.size = sizeof raw_;
  raw_.about = &about_;
  raw_.legend_title = text_of(legend_title);
  raw_.classes = raw_classes_.data();
  raw_.class_count = static_cast<std::uint32_t>(raw_classes_.size());
  raw_.records = &records_;
  raw_.shapes = raw_shapes_.data();
  raw_.shape_count = static_cast<std::uint32_t>(raw_shapes_.size());
  return raw_;
}

}  // namespace hazard
