#include "properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include "tenbo/base/text.h"
#include "tenbo/geo/features.h"

namespace tenbo::io::bake {
namespace {
using gltf_write::GlbColumn;
using Type = GlbColumn::Type;

struct Cells {
  std::vector<Value> values;                    // one a row; name_kind == none: missing
  std::map<std::uint32_t, std::string> joined;  // rows where the attribute repeats
  bool texts = false, integers = false, wide = false, reals = false, booleans = false;
  std::uint32_t missing = 0;
};

std::string text_of(const FeatureSet& set, const Value& v) {
  switch (v.kind()) {
    case ValueKind::text: return std::string(set.texts[v.payload]);
    case ValueKind::small_integer: return fmt::format("{}", std::bit_cast<std::int32_t>(v.payload));
    case ValueKind::wide_integer: return fmt::format("{}", std::bit_cast<std::int64_t>(set.wide[v.payload]));
    case ValueKind::real: return geo::to_text(std::bit_cast<double>(set.wide[v.payload]));
    case ValueKind::boolean: break;
  }
  return v.payload ? "true" : "false";
}

std::int64_t integer_of(const FeatureSet& set, const Value& v) {
  return v.kind() == ValueKind::wide_integer ? std::bit_cast<std::int64_t>(set.wide[v.payload])
                                             : std::bit_cast<std::int32_t>(v.payload);
}
double real_of(const FeatureSet& set, const Value& v) {
  return v.kind() == ValueKind::real ? std::bit_cast<double>(set.wide[v.payload])
                                     : static_cast<double>(integer_of(set, v));
}

template <class T>
void put(std::string& out, T v) {
  out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

// Numbers of texts within one column, without a hash: marks are kept from column to column.
class Distinct {
 public:
  explicit Distinct(std::size_t texts) : stamp_(texts, 0), number_(texts, 0) {}
  void begin() {
    ++now_;
    list.clear();
  }
  std::uint32_t operator()(std::uint32_t text) {
    if (stamp_[text] != now_) {
      stamp_[text] = now_;
      number_[text] = static_cast<std::uint32_t>(list.size());
      list.push_back(text);
    }
    return number_[text];
  }
  std::vector<std::uint32_t> list;

 private:
  std::vector<std::uint32_t> stamp_, number_;
  std::uint32_t now_ = 0;
};

// A column of texts; nullptr in `rows` = missing.
void write_texts(GlbColumn& column, const std::vector<std::string_view>& rows, const std::vector<bool>& there) {
  column.type = Type::text;
  column.offsets.reserve((rows.size() + 1) * 4);
  put<std::uint32_t>(column.offsets, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!there[i])
      column.has_missing = true;
    else if (is_valid_utf8(rows[i]))
      column.values += rows[i];
    else
      column.values += to_valid_utf8(rows[i]);
    put(column.offsets, static_cast<std::uint32_t>(column.values.size()));
  }
}

// A column of words: an enumeration where few words repeat, else texts.
void write_words(GlbColumn& column, const FeatureSet& set, const std::vector<Value>& cells, Distinct& distinct) {
  distinct.begin();
  bool missing = false;
  for (const Value& v : cells)
    if (v.name_kind == none)
      missing = true;
    else
      distinct(v.payload);
  const std::size_t words = distinct.list.size();
  bool valid = true;
  for (const std::uint32_t t : distinct.list) valid = valid && !set.texts[t].empty() && is_valid_utf8(set.texts[t]);
  if (!valid || words > 250 || (words > 16 && words * 4 > cells.size())) {
    std::vector<std::string_view> rows(cells.size());
    std::vector<bool> there(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
      if ((there[i] = cells[i].name_kind != none)) rows[i] = set.texts[cells[i].payload];
    write_texts(column, rows, there);
    return;
  }
  column.type = Type::enumeration;
  std::vector<std::uint32_t> order(words), place(words);
  for (std::uint32_t i = 0; i < words; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return set.texts[distinct.list[a]] < set.texts[distinct.list[b]];
  });
  for (std::uint32_t i = 0; i < words; ++i) {
    place[order[i]] = i;
    column.words.emplace_back(set.texts[distinct.list[order[i]]]);
  }
  if (missing) {
    column.has_missing = true;
    column.missing_word = "no data";
    while (std::find(column.words.begin(), column.words.end(), column.missing_word) != column.words.end())
      column.missing_word += '_';
    column.words.push_back(column.missing_word);
  }
  column.values.reserve(cells.size());
  for (const Value& v : cells)
    put(column.values, static_cast<std::uint8_t>(v.name_kind == none ? words : place[distinct(v.payload)]));
}

// A number that no row has, to stand where there is none.
template <class Has>
double free_number(bool small, const Has& has) {
  for (double v : {-9999.0, -99999.0, -999999.0, -2147483648.0})
    if (!has(v)) return v;
  double v = small ? -2147483647.0 : -4503599627370496.0;
  while (has(v)) v += 1;
  return v;
}

void write_numbers(GlbColumn& column, const FeatureSet& set, const Cells& cells) {
  bool fits = true, exact = true;
  if (!cells.reals)
    for (const Value& v : cells.values) {
      if (v.name_kind == none) continue;
      const std::int64_t i = integer_of(set, v);
      fits = fits && i >= INT32_MIN && i <= INT32_MAX;
      exact = exact && std::abs(static_cast<double>(i)) <= 9007199254740992.0;
    }
  column.type = cells.reals ? Type::float64 : fits ? Type::int32 : exact ? Type::float64 : Type::int64;
  if (cells.missing) {
    column.has_missing = true;
    column.missing = free_number(column.type == Type::int32, [&](double number) {
      return std::any_of(cells.values.begin(), cells.values.end(), [&](const Value& v) { return v.name_kind != none && real_of(set, v) == number; });
    });
  }
  for (const Value& v : cells.values) {
    const bool missing = v.name_kind == none;
    if (column.type == Type::float64)
      put(column.values, missing ? column.missing : real_of(set, v));
    else if (column.type == Type::int32)
      put(column.values,
          static_cast<std::int32_t>(missing ? static_cast<std::int64_t>(column.missing) : integer_of(set, v)));
    else
      put(column.values, missing ? static_cast<std::int64_t>(column.missing) : integer_of(set, v));
  }
}

// plain: texts stay texts, however few.
void write_column(GlbColumn& column, const FeatureSet& set, const Cells& cells, Distinct& distinct, bool plain) {
  const int kinds = cells.texts + (cells.integers || cells.reals) + cells.booleans;
  if (cells.joined.empty() && kinds == 1 && cells.texts && !plain)
    return write_words(column, set, cells.values, distinct);
  if (cells.joined.empty() && kinds == 1 && !cells.booleans && !cells.texts) return write_numbers(column, set, cells);
  if (cells.joined.empty() && kinds == 1 && cells.booleans && cells.missing == 0) {
    column.type = Type::boolean;
    column.values.assign((cells.values.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < cells.values.size(); ++i)
      if (cells.values[i].payload) column.values[i / 8] = static_cast<char>(column.values[i / 8] | 1 << (i % 8));
    return;
  }
  std::vector<std::string> kept(cells.values.size());
  std::vector<std::string_view> rows(cells.values.size());
  std::vector<bool> there(cells.values.size());
  for (std::uint32_t i = 0; i < cells.values.size(); ++i) {
    if (cells.values[i].name_kind == none) continue;
    there[i] = true;
    const auto joined = cells.joined.find(i);
    kept[i] = joined != cells.joined.end() ? joined->second : text_of(set, cells.values[i]);
    rows[i] = kept[i];
  }
  write_texts(column, rows, there);
}

}  // namespace

std::string property_id(std::string_view name) {
  std::string id;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    if (c < 128 && (std::isalnum(static_cast<int>(c)) || c == '_'))
      id += static_cast<char>(c);
    else if (c == ':' || c == '/' || c == ' ')
      id += '_';
    else
      id += fmt::format("u{:04X}", static_cast<std::uint32_t>(c));
  }
  if (id.empty() || (id[0] >= '0' && id[0] <= '9')) id.insert(0, "_");
  return id;
}

std::vector<gltf_write::GlbColumn> columns_of(const FeatureSet& set, std::span<const std::uint32_t> rows) {
  std::vector<Cells> cells(set.names.size());
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    const Record& r = set.records[rows[row]];
    for (std::uint32_t i = r.first_value; i < r.first_value + r.values; ++i) {
      const Value& v = set.values[i];
      Cells& c = cells[v.name()];
      if (c.values.empty()) c.values.assign(rows.size(), {none, 0});
      switch (v.kind()) {
        case ValueKind::text: c.texts = true; break;
        case ValueKind::wide_integer: c.wide = true; [[fallthrough]];
        case ValueKind::small_integer: c.integers = true; break;
        case ValueKind::real: c.reals = true; break;
        case ValueKind::boolean: c.booleans = true; break;
      }
      Value& cell = c.values[row];
      if (cell.name_kind == none) {
        cell = v;
        continue;
      }
      const auto [at, first] = c.joined.try_emplace(row);
      if (first) at->second = text_of(set, cell);
      at->second += "; " + text_of(set, v);
    }
  }
  Distinct distinct(set.texts.size());
  std::vector<gltf_write::GlbColumn> columns;
  gltf_write::GlbColumn& ids = columns.emplace_back();
  ids.id = ids.name = "id";
  ids.semantic = "ID";
  std::vector<std::string_view> id_texts;
  std::vector<Value> types;
  for (const std::uint32_t row : rows) {
    id_texts.push_back(set.texts[set.records[row].id]);
    types.push_back({0, set.records[row].type});
  }
  write_texts(ids, id_texts, std::vector<bool>(rows.size(), true));
  gltf_write::GlbColumn& classes = columns.emplace_back();
  classes.id = classes.name = "class";
  write_words(classes, set, types, distinct);

  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < cells.size(); ++i)
    if (!cells[i].values.empty()) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return set.names[a] < set.names[b]; });
  std::set<std::string> used{"id", "class"};
  for (const std::uint32_t i : order) {
    Cells& c = cells[i];
    for (const Value& v : c.values) c.missing += v.name_kind == none;
    gltf_write::GlbColumn& column = columns.emplace_back();
    column.name = to_valid_utf8(set.names[i]);
    column.id = property_id(set.names[i]);
    while (!used.insert(column.id).second) column.id += '_';
    const bool title = set.names[i] == "gml:name";
    write_column(column, set, c, distinct, title);
    if (title && column.type == Type::text) column.semantic = "NAME";
  }
  return columns;
}

}  // namespace tenbo::io::bake
