#include <cmath>

#include "plugins/intake_about.h"
#include "plugins/intake_table.h"
#include "plugins/reader_handles.h"

namespace tenbo::runtime {
namespace {
Status take_column(geo::FeatureTable& table, const tenbo_column& c, std::uint32_t rows, const std::string& place, DataText& texts) {
  auto name = take_text(c.name, place + ".name");
  if (!name) return name.error();
  if (name->empty()) return bad(place + ".name", "is empty");
  const std::string where = place + " \"" + *name + "\"";
  if (c.type < TENBO_TEXT || c.type > TENBO_BOOLEAN)
    return bad(where + ".type", "found " + std::to_string(c.type) + ", expected 1 (text) to 4 (boolean)");
  if (rows && !c.values) return bad(where + ".values", "is NULL");
  for (std::uint32_t r = 0; r < rows; ++r) {
    if (c.present && !c.present[r]) continue;
    switch (c.type) {
      case TENBO_TEXT: {
        auto t = texts.take(static_cast<const tenbo_text*>(c.values)[r], where + ".values[" + std::to_string(r) + "]");
        if (!t) return t.error();
        table.add_text(r, *name, *t);
        break;
      }
      case TENBO_INTEGER: table.add_integer(r, *name, static_cast<const std::int64_t*>(c.values)[r]); break;
      case TENBO_REAL:
        if (const double v = static_cast<const double*>(c.values)[r]; std::isfinite(v)) table.add_real(r, *name, v);
        break;
      default: table.add_boolean(r, *name, static_cast<const std::uint8_t*>(c.values)[r] != 0);
    }
  }
  return {};
}

Result<std::shared_ptr<geo::FeatureTable>> take_table(const tenbo_records& r, DataText& texts) {
  if (r.row_count > TENBO_MAX_ROWS)
    return bad("tenbo_records.row_count", "found " + std::to_string(r.row_count) + ", the limit is " + std::to_string(TENBO_MAX_ROWS), ErrorCode::out_of_budget);
  if (r.column_count > TENBO_MAX_COLUMNS || std::uint64_t{r.row_count} * r.column_count > TENBO_MAX_VALUES)
    return bad("tenbo_records.column_count", "found " + std::to_string(r.column_count) + " with " + std::to_string(r.row_count) + " rows, over the limit", ErrorCode::out_of_budget);
  if (r.column_count && !r.columns) return bad("tenbo_records.columns", "is NULL");
  auto type = take_text(r.type, "tenbo_records.type");
  if (!type) return type.error();
  auto table = std::make_shared<geo::FeatureTable>();
  for (std::uint32_t i = 0; i < r.row_count; ++i) {
    std::string id = std::to_string(i + 1);
    if (r.ids) {
      auto t = texts.take(r.ids[i], "tenbo_records.ids[" + std::to_string(i) + "]");
      if (!t) return t.error();
      id = std::move(*t);
    }
    table->add_feature(id, *type);
  }
  for (std::uint32_t i = 0; i < r.column_count; ++i) {
    auto c = element(r.columns, i, "tenbo_records.columns");
    if (!c) return c.error();
    if (auto s = take_column(*table, *c, r.row_count, "tenbo_records.columns[" + std::to_string(i) + "]", texts); !s) return s.error();
  }
  return table;
}

struct Left {  // what was mended or left out, for one warning each
  std::uint64_t no_place = 0, height = 0, year = 0;
};

Result<std::optional<Structure>> take_structure(const tenbo_structure& s, std::uint32_t rows, const std::string& place, DataText& texts, Left& left) {
  Structure out;
  if (s.row >= rows) return bad(place + ".row", "found " + std::to_string(s.row) + ", there are " + std::to_string(rows) + " records");
  if (s.grade > TENBO_GRADE_EXEMPT) return bad(place + ".grade", "found " + std::to_string(s.grade) + ", expected 0 (not inspected) to 5 (exempt)");
  if (auto f = check_flag(s.has_height, place + ".has_height"); !f) return f.error();
  if (auto f = check_flag(s.has_year, place + ".has_year"); !f) return f.error();
  for (auto [from, to, name] : {std::tuple{&s.id, &out.id, ".id"}, {&s.name, &out.name, ".name"}, {&s.kind, &out.kind, ".kind"}}) {
    auto t = texts.take(*from, place + name);
    if (!t) return t.error();
    *to = std::move(*t);
  }
  if (!(std::abs(s.lon) <= 360 && std::abs(s.lat) <= 90)) {  // NaN fails too
    ++left.no_place;
    return std::optional<Structure>();
  }
  out.feature = s.row;
  out.lon = s.lon;
  out.lat = s.lat;
  out.grade = static_cast<Grade>(s.grade);
  if (s.has_height) {
    if (std::abs(s.height) <= 100'000) out.height = s.height;
    else ++left.height;
  }
  if (s.has_year) {
    if (s.year >= 1 && s.year <= 9999) out.year = s.year;
    else ++left.year;
  }
  return std::optional(std::move(out));
}
}  // namespace

Result<std::string> DataText::take(tenbo_text text, const std::string& place) {
  if (text.size == 0) return std::string();
  if (!text.data) return bad(place, "has a size of " + std::to_string(text.size) + ", but its data is NULL");
  if (text.size > TENBO_MAX_TEXT) return bad(place, "is " + std::to_string(text.size) + " bytes, the limit is " + std::to_string(TENBO_MAX_TEXT), ErrorCode::out_of_budget);
  std::string_view view(text.data, text.size);
  if (is_valid_utf8(view)) return std::string(view);
  ++mended;
  return to_valid_utf8(view);
}

void DataText::tell(PluginOutput& output) const {
  if (mended) add_warning(output, std::to_string(mended) + " texts were not UTF-8; their broken bytes are shown as \xEF\xBF\xBD");
}

Result<std::shared_ptr<const geo::FeatureTable>> take_rows(const tenbo_records& r, const ReaderHandles& handles, DataText& texts, PluginOutput& output) {
  if (!r.from_reader) {
    auto table = take_table(r, texts);
    if (!table) return table.error();
    return std::shared_ptr<const geo::FeatureTable>(std::move(*table));
  }
  const auto read = handles.find(r.from_reader);
  if (!read) return bad("tenbo_records.from_reader", "is not an open handle of this plugin's reader");
  for (const auto& w : read->warnings) add_warning(output, w);
  return read->features;
}

Result<PluginOutput> take_records(const tenbo_records* records, const ReaderHandles& handles) {
  auto r = take_struct(records, "tenbo_records");
  if (!r) return r.error();
  auto output = take_about(r->about, "tenbo_records.about");
  if (!output) return output.error();
  auto& o = *output;
  DataText texts;
  auto rows = take_rows(*r, handles, texts, o);
  if (!rows) return rows.error();
  o.records = std::move(*rows);
  if (r->structure_count > TENBO_MAX_ROWS)
    return bad("tenbo_records.structure_count", "found " + std::to_string(r->structure_count) + ", the limit is " + std::to_string(TENBO_MAX_ROWS), ErrorCode::out_of_budget);
  if (r->structure_count && !r->structures) return bad("tenbo_records.structures", "is NULL");
  Left left;
  for (std::uint32_t i = 0; i < r->structure_count; ++i) {
    auto s = element(r->structures, i, "tenbo_records.structures");
    if (!s) return s.error();
    auto taken = take_structure(*s, o.records->size(), "tenbo_records.structures[" + std::to_string(i) + "]", texts, left);
    if (!taken) return taken.error();
    if (*taken) o.structures.push_back(std::move(**taken));
  }
  if (left.no_place) add_warning(o, std::to_string(left.no_place) + " structures have no longitude and latitude on Earth and are left out");
  if (left.height) add_warning(o, std::to_string(left.height) + " structures have no usable height and stand on the ground");
  if (left.year) add_warning(o, std::to_string(left.year) + " structures have no usable year of inspection");
  texts.tell(o);
  return output;
}

}  // namespace tenbo::runtime
