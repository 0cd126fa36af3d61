// Rows of what the reader has open, by the names of their columns; and the places that a scene's layers have for a message's codes.
#pragma once
#include <cmath>
#include <deque>
#include <initializer_list>
#include <limits>

#include "tenbo/plugin_api/plugin.hpp"

namespace tenbo::plugin {

// A few values by name, in the order in which they came.
template <class T>
class Named {
 public:
  Named() = default;
  Named(std::initializer_list<std::pair<std::string, T>> all) : all_(all) {}
  T& operator[](std::string_view name) {
    for (auto& [n, value] : all_)
      if (n == name) return value;
    return all_.emplace_back(std::string(name), T{}).second;
  }
  const T* find(std::string_view name) const {
    for (const auto& [n, value] : all_)
      if (n == name) return &value;
    return nullptr;
  }
  void add(std::string name, T value) { all_.emplace_back(std::move(name), std::move(value)); }  // one that is not there yet
  void erase(std::string_view name) {
    std::erase_if(all_, [&](const auto& x) { return x.first == name; });
  }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

 private:
  std::vector<std::pair<std::string, T>> all_;
};

// What is missing is not there. Every value has its words; what is a number in the file is in `numbers` too. Needs no host.
struct Row {
  std::uint32_t index = 0;  // in what the reader has open
  double lon = std::numeric_limits<double>::quiet_NaN(), lat = lon, height = lon;  // degrees, m as the file has them; NaN: none
  Named<std::string> texts;
  Named<double> numbers;

  const std::string& text(std::string_view name) const {
    static const std::string none;
    const auto* t = texts.find(name);
    return t ? *t : none;
  }
  std::string_view operator[](std::string_view name) const { return text(name); }
  std::optional<double> number(std::string_view name) const {
    const auto* n = numbers.find(name);
    return n ? std::optional(*n) : std::nullopt;
  }
  bool has_place() const { return std::isfinite(lon) && std::isfinite(lat); }
};

// Whole numbers as people write them, whatever the column's type.
inline std::string words_of(double v) {
  if (v == std::floor(v) && std::abs(v) < 1e15) return std::to_string(static_cast<long long>(v));
  char out[32];
  const auto r = std::to_chars(out, out + sizeof out, v);
  return {out, r.ptr};
}
inline std::string words_of(const tenbo_value& v) {
  switch (v.type) {
    case TENBO_TEXT: return std::string(view(v.text));
    case TENBO_INTEGER: return std::to_string(v.integer);
    case TENBO_REAL: return words_of(v.real);
    case TENBO_BOOLEAN: return v.boolean ? "true" : "false";
    default: return {};
  }
}

inline std::vector<Row> rows_of(const VectorFile& file) {
  const auto places = file.places();
  std::vector<Row> out(file.rows());
  for (std::uint32_t r = 0; r < out.size(); ++r) out[r].index = r, out[r].lon = places[r].lon, out[r].lat = places[r].lat, out[r].height = places[r].height;
  for (std::uint32_t c = 0; c < file.columns().size(); ++c) {
    const auto values = file.values(c);
    const auto& name = file.columns()[c].name;
    for (std::size_t r = 0; r < out.size(); ++r) {
      const auto& v = values[r];
      if (v.type == TENBO_MISSING) continue;
      out[r].texts.add(name, words_of(v));
      if (v.type == TENBO_INTEGER) out[r].numbers.add(name, static_cast<double>(v.integer));
      else if (v.type == TENBO_REAL) out[r].numbers.add(name, v.real);
    }
  }
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
        if (const auto code = plain(words_of(values[r])); !code.empty() && std::isfinite(places[r].lon)) found.insert({code, {&file, r, places[r]}});
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

}  // namespace tenbo::plugin
