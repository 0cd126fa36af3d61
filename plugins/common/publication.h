// What a plugin is about to publish as shapes, built up piece by piece: it owns every text and array that the interface views.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "report.h"
#include "tenbo/plugin_api/shapes.h"

namespace hazard {

using Colour = std::array<std::uint8_t, 3>;  // sRGB

struct Span {  // shown from `from` on and before `until`
  std::optional<tenbo_time> from, until;
  bool operator==(const Span&) const = default;
};

class Publication {
 public:
  // About
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
  std::uint32_t add_class(int level, Colour colour, std::string ja, std::string en, bool hatched = false);
  const std::vector<Class>& classes() const { return classes_; }

  using Value = std::variant<std::monostate, std::string, std::int64_t, double>;
  std::uint32_t add_row(std::string id);
  void put(std::uint32_t row, const std::string& column, std::string_view text);  // empty: missing
  void put(std::uint32_t row, const std::string& column, std::int64_t number);
  void put(std::uint32_t row, const std::string& column, double number);
  // For tests: what stands there.
  const Value& value(std::uint32_t row, const std::string& column) const;
  std::string text(std::uint32_t row, const std::string& column) const;
  std::optional<std::uint32_t> row(std::string_view id) const;
  std::size_t rows() const { return ids_.size(); }

  struct Shape {
    tenbo_shape_kind kind;
    std::uint32_t row, shape_class;
    Span span;
    const tenbo_reader_vector* geometry;
    std::uint32_t geometry_row;
    std::array<double, 2> lon_lat;  // of a point of its own
    std::string label;
  };
  void area(std::uint32_t row, std::uint32_t shape_class, const Span& span, const tenbo_reader_vector* geometry, std::uint32_t geometry_row, std::string label = {});
  void point(std::uint32_t row, std::uint32_t shape_class, const Span& span, double lon, double lat, std::string label = {});
  void record(std::uint32_t row, std::uint32_t shape_class, const Span& span);  // no place
  const std::vector<Shape>& shapes() const { return shapes_; }

  // Views this: keep it, unchanged, until it is published.
  const tenbo_shapes& finish();

 private:
  static constexpr std::size_t most_said = 100;
  static void say(std::vector<std::string>& to, std::string text);
  struct Column {
    std::vector<Value> values;  // one a row, the last may be lacking
    std::vector<tenbo_text> texts;
    std::vector<std::int64_t> integers;
    std::vector<double> reals;
    std::vector<std::uint8_t> present;
  };
  Column& column(std::uint32_t row, const std::string& name);

  std::vector<std::string> notes_, warnings_;
  std::vector<Class> classes_;
  std::vector<std::string> ids_;
  std::vector<std::string> order_;  // of columns
  std::map<std::string, Column> columns_;
  std::vector<Shape> shapes_;
  // Of finish()
  std::vector<tenbo_text> note_texts_, warning_texts_, id_texts_;
  std::vector<tenbo_shape_class> raw_classes_;
  std::vector<tenbo_column> raw_columns_;
  std::vector<tenbo_shape> raw_shapes_;
  tenbo_about about_{};
  tenbo_records records_{};
  tenbo_shapes raw_{};
};

}  // namespace hazard
