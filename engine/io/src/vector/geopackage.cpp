#include "vector/geopackage.h"

#include <sqlite3.h>

#include <algorithm>

#include "vector/wkb.h"

namespace tenbo::io::geopackage {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

std::string as_name(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

Statement prepare(sqlite3* db, const std::string& text) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, text.c_str(), static_cast<int>(text.size()), &statement, nullptr) != SQLITE_OK) statement = nullptr;
  return Statement(statement);
}

// A table, no view, whose rows are kept by that key.
bool is_keyed(sqlite3* db, const Layer& layer) {
  const auto kind = prepare(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1 AND sql LIKE 'CREATE TABLE%'");
  if (!kind || sqlite3_bind_text(kind.get(), 1, layer.table.c_str(), -1, SQLITE_TRANSIENT) != SQLITE_OK || sqlite3_step(kind.get()) != SQLITE_ROW) return false;
  const auto columns = prepare(db, "PRAGMA table_info(" + as_name(layer.table) + ")");  // cid, name, type, notnull, dflt_value, pk
  std::size_t keys = 0;
  bool good = false;
  while (columns && sqlite3_step(columns.get()) == SQLITE_ROW) {
    if (sqlite3_column_int(columns.get(), 5) == 0) continue;
    ++keys;
    const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(columns.get(), 1));
    const auto* type = reinterpret_cast<const char*>(sqlite3_column_text(columns.get(), 2));
    good = name != nullptr && type != nullptr && name == layer.fid && sqlite3_stricmp(type, "INTEGER") == 0;
  }
  return keys == 1 && good;
}

// YYYY-MM-DD, as GeoPackage has dates and we show them.
bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  const int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

class Source final : public PlainSource {
 public:
  Source(Database db, Statement rows, Layer layer) : db_(std::move(db)), rows_(std::move(rows)), layer_(std::move(layer)) {}
  Got next(PlainFeature& out) override {
    if (ended_) return Got::end;
    const int status = sqlite3_step(rows_.get());
    ended_ = status == SQLITE_DONE;
    if (ended_) return Got::end;
    if (status != SQLITE_ROW || sqlite3_column_type(rows_.get(), 0) != SQLITE_INTEGER) return Got::unknown;
    out.fid = sqlite3_column_int64(rows_.get(), 0);
    out.values.clear();
    out.parts.clear();
    out.has_geometry = sqlite3_column_type(rows_.get(), 1) != SQLITE_NULL;
    for (std::uint32_t i = 0; i < layer_.columns.size(); ++i)
      if (!value(i, out)) return Got::unknown;
    if (!out.has_geometry) return Got::feature;
    if (sqlite3_column_type(rows_.get(), 1) != SQLITE_BLOB) return Got::unknown;
    const auto* blob = static_cast<const unsigned char*>(sqlite3_column_blob(rows_.get(), 1));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows_.get(), 1));
    out.bytes = {reinterpret_cast<const char*>(blob), size};
    return blob != nullptr && wkb::read_geopackage({blob, size}, out) ? Got::feature : Got::unknown;
  }

 private:
  bool value(std::uint32_t column, PlainFeature& out) {
    const int at = static_cast<int>(column) + 2, stored = sqlite3_column_type(rows_.get(), at);
    if (stored == SQLITE_NULL) return true;
    PlainValue& v = out.values.emplace_back();
    v.column = column;
    const Column& c = layer_.columns[column];
    switch (c.type) {
      case ColumnType::boolean:
      case ColumnType::integer32:
      case ColumnType::integer64:
        if (stored != SQLITE_INTEGER) return false;
        v.integer = sqlite3_column_int64(rows_.get(), at);
        v.kind = c.type == ColumnType::boolean ? PlainValue::Kind::boolean : PlainValue::Kind::integer;
        if (c.type == ColumnType::boolean) return v.integer == 0 || v.integer == 1;
        return c.type == ColumnType::integer64 || (v.integer >= INT32_MIN && v.integer <= INT32_MAX);
      case ColumnType::real:
        if (stored != SQLITE_FLOAT && stored != SQLITE_INTEGER) return false;
        v.kind = PlainValue::Kind::real;
        v.real = sqlite3_column_double(rows_.get(), at);
        return true;
      case ColumnType::text:
      case ColumnType::date: break;
    }
    if (stored != SQLITE_TEXT) return false;
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(rows_.get(), at));
    if (text == nullptr) return false;
    const auto* end = text + sqlite3_column_bytes(rows_.get(), at);
    v.kind = PlainValue::Kind::text;
    v.text = {text, static_cast<std::size_t>(std::find(text, end, '\0') - text)};
    if (c.type == ColumnType::date) return is_date(v.text);
    if (c.width <= 0 || v.text.size() <= static_cast<std::size_t>(c.width)) return true;
    return std::count_if(v.text.begin(), v.text.end(), [](char b) { return (static_cast<unsigned char>(b) & 0xC0) != 0x80; }) <= c.width;
  }

  Database db_;
  Statement rows_;  // before the database
  Layer layer_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<PlainSource> open(const std::filesystem::path& path, Layer layer) {
  if (layer.fid.empty() || layer.geometry.empty()) return nullptr;
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(opened);
  if (status != SQLITE_OK || !is_keyed(db.get(), layer)) return nullptr;
  std::string text = "SELECT " + as_name(layer.fid) + ", " + as_name(layer.geometry);
  for (const Column& c : layer.columns) text += ", " + as_name(c.name);
  auto rows = prepare(db.get(), text + " FROM " + as_name(layer.table) + " ORDER BY " + as_name(layer.fid));
  if (!rows || sqlite3_column_count(rows.get()) != static_cast<int>(layer.columns.size()) + 2) return nullptr;
  return std::make_unique<Source>(std::move(db), std::move(rows), std::move(layer));
}

}  // namespace tenbo::io::geopackage
