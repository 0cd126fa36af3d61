// Lists in JSON, by a scanner of our own: values are views into the text, so that a million records cost no tree.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <limits>
#include <unordered_map>

#include "list/list_text.h"
#include "tenbo/base/text.h"
#include "tenbo/io/list.h"

namespace tenbo::io {
namespace {
constexpr int deepest = 64;
constexpr std::size_t most_columns = 10'000;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Bad {
  std::size_t at;
  const char* what;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  std::size_t pos = 0;

  char peek() {
    skip();
    return pos < text_.size() ? text_[pos] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++pos;
    return true;
  }
  void need(char c, const char* what) {
    if (!take(c)) throw Bad{pos, what};
  }
  // A string, still with its escapes.
  std::string_view string(bool& escaped) {
    need('"', "a text was expected");
    const std::size_t from = pos;
    escaped = false;
    for (; pos < text_.size(); ++pos) {
      const auto c = static_cast<unsigned char>(text_[pos]);
      if (c == '"') return text_.substr(from, pos++ - from);
      if (c == '\\') escaped = true, ++pos;
      else if (c < 0x20) throw Bad{pos, "a control character stands in a text"};
    }
    throw Bad{from, "a text does not end"};
  }
  // A number or one of the words; views the text.
  std::string_view word() {
    skip();
    const std::size_t from = pos;
    while (pos < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[pos])) || text_[pos] == '-' || text_[pos] == '+' || text_[pos] == '.')) ++pos;
    const auto w = text_.substr(from, pos - from);
    const bool number = !w.empty() && (w[0] == '-' || (w[0] >= '0' && w[0] <= '9'));
    if (number) {
      double v = 0;
      const auto r = std::from_chars(w.data(), w.data() + w.size(), v);
      if ((r.ec != std::errc() && r.ec != std::errc::result_out_of_range) || r.ptr != w.data() + w.size()) {
        if (w != "-Infinity") throw Bad{from, "this is no number"};
      }
    } else if (w != "true" && w != "false" && w != "null" && w != "NaN" && w != "Infinity") {
      throw Bad{from, from >= text_.size() ? "the document ends too early" : "this is no value"};
    }
    return w;
  }
  // Any value, passed over; views it.
  std::string_view value(int depth = 0) {
    if (depth > deepest) throw Bad{pos, "it is nested more than 64 levels deep"};
    const char c = peek();
    const std::size_t from = pos;
    bool escaped = false;
    if (c == '"') string(escaped);
    else if (c == '{') {
      members([&](std::string_view, bool, int d) { value(d); }, depth);
    } else if (c == '[') {
      elements([&](int d) { value(d); }, depth);
    } else {
      word();
    }
    return text_.substr(from, pos - from);
  }
  template <class F>
  void members(F&& each, int depth) {
    need('{', "an object was expected");
    if (take('}')) return;
    for (;;) {
      bool escaped = false;
      skip();
      const auto key = string(escaped);
      need(':', "a colon was expected");
      each(key, escaped, depth + 1);
      if (take('}')) return;
      need(',', "a comma or } was expected");
    }
  }
  template <class F>
  void elements(F&& each, int depth) {
    need('[', "a list was expected");
    if (take(']')) return;
    for (;;) {
      each(depth + 1);
      if (take(']')) return;
      need(',', "a comma or ] was expected");
    }
  }

 private:
  void skip() {
    while (pos < text_.size() && (text_[pos] == ' ' || text_[pos] == '\n' || text_[pos] == '\r' || text_[pos] == '\t')) ++pos;
  }
  std::string_view text_;
};

std::string unescape(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  const auto hex = [&](std::size_t at) -> int {
    unsigned v = 0;
    if (at + 4 > s.size()) return -1;
    const auto r = std::from_chars(s.data() + at, s.data() + at + 4, v, 16);
    return r.ec == std::errc() && r.ptr == s.data() + at + 4 ? static_cast<int>(v) : -1;
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 >= s.size()) {
      out += s[i];
      continue;
    }
    switch (s[++i]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case 'b': case 'f': out += ' '; break;
      case 'u': {
        int c = hex(i + 1);
        i += c < 0 ? 0 : 4;
        if (c >= 0xD800 && c < 0xDC00 && i + 2 < s.size() && s[i + 1] == '\\' && s[i + 2] == 'u') {
          const int low = hex(i + 3);
          if (low >= 0xDC00 && low < 0xE000) c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00), i += 6;
        }
        append_utf8(out, c <= 0 || (c >= 0xD800 && c < 0xE000) ? replacement_character : static_cast<char32_t>(c));
        break;
      }
      default: out += s[i];
    }
  }
  return out;
}

class ListInJson final : public List {
 public:
  explicit ListInJson(std::string text) : text_(std::move(text)) {}
  bool geojson = false, all_points = true, has_crs = false;

  Status begin(const std::string& name, const ListOptions& options) {
    most_rows_ = options.max_rows;
    try {
      Scanner whole(text_);
      whole.value();  // so that a document which breaks off costs the list, and not its last rows unseen
      if (whole.peek() != '\0' || whole.pos < text_.size()) throw Bad{whole.pos, "something follows the document"};
      if (!find(options.items)) return Error{ErrorCode::malformed, "there is no list of objects in it", name, "", "name the member that is the list as \"items\" of the mapping"};
      for (const std::size_t at : starts_) {
        Scanner s(text_);
        s.pos = at;
        object(s, {}, 0, geojson, [&](const std::string& column, std::string_view, bool) { index_of(column); });
      }
    } catch (const Bad& b) {
      return Error{ErrorCode::malformed, b.what, name, "line " + std::to_string(line_of(b.at)), "the file may have been cut off: fetch it again"};
    }
    about_rows_ = std::min<std::uint64_t>(starts_.size(), most_rows_);
    return {};
  }

  bool next(ListRow& row) override {
    if (row_ == 0 && refused && !told_) {
      told_ = true;
      for (const std::size_t at : strays_) refused(line_of(at), "is no object: the row is left out");
    }
    if (row_ >= starts_.size() || row_ >= most_rows_) {
      if (row_ < starts_.size() && warnings_.empty()) warnings_.push_back("only the first " + std::to_string(most_rows_) + " rows are read");
      if (starts_.empty() && warnings_.empty()) warnings_.push_back("the list has no rows");
      return false;
    }
    cells_.assign(columns_.size(), {});
    mended_.clear();
    lon_ = lat_ = height_ = nan;
    Scanner s(text_);
    s.pos = starts_[row_];
    row.line = line_of(starts_[row_]);
    try {
      object(s, {}, 0, geojson, [&](const std::string& column, std::string_view value, bool escaped) {
        const auto it = index_.find(column);
        if (it == index_.end() || !cells_[it->second].empty()) return;  // of a member that stands twice the first
        if (escaped) value = mended_.emplace_back(unescape(value));
        cells_[it->second] = value;
      });
    } catch (const Bad&) {  // begin() has been through it
    }
    ++row_;
    row.cells = cells_;
    row.lon = lon_;
    row.lat = lat_;
    row.height = height_;
    return true;
  }
  void rewind() override {
    row_ = 0;
    counted_ = 0;
    lines_ = 1;
    warnings_.clear();
  }

 private:
  std::uint64_t line_of(std::size_t at) {
    if (at < counted_) counted_ = 0, lines_ = 1;
    lines_ += static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_), text_.begin() + static_cast<std::ptrdiff_t>(std::min(at, text_.size())), '\n'));
    counted_ = at;
    return lines_;
  }
  std::size_t index_of(const std::string& column) {
    const auto [it, added] = index_.emplace(column, columns_.size());
    if (added) {
      if (columns_.size() >= most_columns) throw Bad{0, "there are more than 10,000 kinds of members"};
      columns_.push_back(column);
    }
    return it->second;
  }

  // Where each object of the list begins.
  bool find(const std::vector<std::string>& wanted) {
    Scanner s(text_);
    if (s.peek() == '[') return list_at(s);
    if (s.peek() != '{') return false;
    bool found = false;
    for (const auto& path : wanted)
      if (!found && search(0, path, true)) found = true;
    if (!wanted.empty()) return found;
    bool is_features = false;
    s.pos = 0;
    s.members([&](std::string_view key, bool, int) {
      if (key == "crs" && s.peek() == '{') has_crs = true;
      if (key == "type") {
        bool escaped = false;
        if (s.peek() == '"') {
          if (s.string(escaped) == "FeatureCollection") is_features = true;
          return;
        }
      }
      s.value();
    }, 0);
    if (is_features) {
      geojson = true;
      return search(0, "features", true);
    }
    return search(0, "", false);
  }
  // The list at "a.b" of the object at `at`; without a path the first list of objects, the outermost first.
  bool search(std::size_t at, std::string_view path, bool named, int depth = 0) {
    if (depth > 8) return false;
    const auto dot = path.find('.');
    const auto head = path.substr(0, dot);
    std::vector<std::size_t> inner;
    bool found = false;
    Scanner s(text_);
    s.pos = at;
    s.members([&](std::string_view key, bool, int) {
      const char c = s.peek();
      if (!found && (!named || key == head)) {
        if (c == '[' && (!named || dot == std::string_view::npos)) {
          const std::size_t here = s.pos;
          if (list_at(s) && (named || !starts_.empty())) {
            found = true;
            return;
          }
          s.pos = here;
        } else if (c == '{' && (!named || dot != std::string_view::npos)) {
          inner.push_back(s.pos);
        }
      }
      s.value();
    }, 0);
    for (std::size_t i = 0; i < inner.size() && !found; ++i) found = search(inner[i], named ? path.substr(dot + 1) : path, named, depth + 1);
    return found;
  }
  bool list_at(Scanner& s) {
    starts_.clear();
    strays_.clear();
    s.elements([&](int) {
      (s.peek() == '{' ? starts_ : strays_).push_back(s.pos);
      s.value();
    }, 0);
    const bool objects = strays_.size() <= starts_.size();  // a wrong row costs itself; a list of numbers is none of ours
    if (!objects) starts_.clear(), strays_.clear();
    return objects;
  }

  // Every value of an object, with its column.
  template <class F>
  void object(Scanner& s, const std::string& prefix, int depth, bool feature, F&& take) {
    if (depth > 8) {
      s.value();
      return;
    }
    s.members([&](std::string_view key, bool key_escaped, int) {
      const char c = s.peek();
      if (feature && key == "geometry") return geometry(s);
      if (feature && key == "type") return void(s.value());
      const std::string column = prefix + (key_escaped ? unescape(key) : std::string(key));
      if (c == '{') {
        object(s, feature && key == "properties" ? std::string() : column + ".", depth + 1, false, take);
      } else if (c == '"') {
        bool escaped = false;
        const auto text = s.string(escaped);
        take(column, text, escaped);
      } else if (c == '[') {
        take(column, s.value(), false);
      } else {
        const auto w = s.word();
        take(column, w == "null" || w == "NaN" || w == "Infinity" || w == "-Infinity" ? std::string_view() : w, false);
      }
    }, 0);
  }
  void geometry(Scanner& s) {
    lon_ = lat_ = height_ = nan;
    if (s.peek() != '{') {
      s.value();
      return;
    }
    bool point = false;
    double at[3] = {nan, nan, nan};
    s.members([&](std::string_view key, bool, int) {
      bool escaped = false;
      if (key == "type" && s.peek() == '"') {
        point = s.string(escaped) == "Point";
      } else if (key == "coordinates" && s.peek() == '[') {
        int n = 0;
        s.elements([&](int) {
          const auto v = s.value();
          double number = nan;
          if (std::from_chars(v.data(), v.data() + v.size(), number).ec != std::errc()) number = nan;
          if (n < 3) at[n] = number;
          ++n;
        }, 0);
      } else {
        s.value();
      }
    }, 0);
    if (!point) {
      all_points = false;
      return;
    }
    lon_ = at[0], lat_ = at[1], height_ = std::isfinite(at[2]) ? at[2] : nan;
  }

  const std::string text_;
  std::uint64_t most_rows_ = 0;
  std::vector<std::size_t> starts_;
  std::vector<std::size_t> strays_;  // of the list, what is no object
  bool told_ = false;               // of the strays
  std::size_t row_ = 0, counted_ = 0;
  std::uint64_t lines_ = 1;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::string_view> cells_;
  std::deque<std::string> mended_;
  double lon_ = nan, lat_ = nan, height_ = nan;
};
}  // namespace

Result<JsonList> read_json_list(std::string bytes, const std::string& name, const ListOptions& options) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  std::string encoding;
  auto text = list_text(std::move(bytes), name, options.encoding, encoding);
  if (!text) return text.error();
  auto list = std::make_unique<ListInJson>(std::move(*text));
  if (auto begun = list->begin(name, options); !begun) return begun.error();
  JsonList out;
  out.is_geojson = list->geojson;
  out.all_points = list->all_points;
  out.has_crs = list->has_crs;
  out.list = std::move(list);
  return out;
}

}  // namespace tenbo::io
