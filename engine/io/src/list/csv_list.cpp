#include <algorithm>
#include <cstring>
#include <deque>
#include <limits>

#include "list/list_text.h"
#include "tenbo/io/list.h"
#include "vector/csv.h"

namespace tenbo::io {
namespace {
constexpr std::size_t most_columns = 10'000, longest_field = std::size_t{1} << 20, most_open_quotes = 100;

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

// The separator that the first lines have most of, outside quotes.
char guess_delimiter(std::string_view text, char quote, char end_of_line) {
  constexpr std::string_view candidates = ",\t;|";
  std::size_t counts[4] = {0, 0, 0, 0};
  bool quoted = false;
  int lines = 0;
  for (std::size_t i = 0; i < text.size() && i < 65'536 && lines < 10; ++i) {
    if (text[i] == quote) quoted = !quoted;
    if (quoted) continue;
    if (text[i] == end_of_line) ++lines;
    if (const auto at = candidates.find(text[i]); at != std::string_view::npos) ++counts[at];
  }
  return candidates[static_cast<std::size_t>(std::max_element(counts, counts + 4) - counts)];
}

class CsvList final : public List {
 public:
  explicit CsvList(std::string text) : text_(std::move(text)), zeros_(text_.find('\0') != std::string::npos) {}

  Status begin(const std::string& name, const ListOptions& options, std::string encoding) {
    encoding_ = std::move(encoding);
    most_rows_ = options.max_rows;
    quote_ = options.quote;
    line_end_ = line_end_of(text_, quote_);
    separator_ = options.delimiter ? options.delimiter : guess_delimiter(text_, quote_, line_end_);
    start_ = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    pos_ = start_;
    const auto error = [&](ErrorCode code, std::string what, std::string place = {}, std::string remedy = {}) { return Error{code, std::move(what), name, std::move(place), std::move(remedy)}; };
    std::vector<std::vector<std::string>> heads;
    while (static_cast<int>(heads.size()) < std::max(1, options.header_rows)) {
      if (!fields()) return error(ErrorCode::malformed, heads.empty() ? "there is no line of headings" : "there are fewer lines of headings than the " + std::to_string(options.header_rows) + " that its mapping says");
      if (open_quote_) return error(ErrorCode::malformed, "a quote in the headings never closes", "line " + std::to_string(line_));
      if (zeros_ && std::any_of(cells_.begin(), cells_.end(), [](auto f) { return f.find('\0') != std::string_view::npos; }))
        return error(ErrorCode::malformed, "not a table of text: there is a zero byte in the headings", "line " + std::to_string(line_));
      heads.emplace_back();
      for (const auto f : cells_) heads.back().push_back(one_line(f));
    }
    columns_ = heads.back();
    if (columns_.size() > most_columns) return error(ErrorCode::out_of_budget, "the line of headings has " + std::to_string(columns_.size()) + " columns", "line " + std::to_string(line_));
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      for (std::size_t h = heads.size(); columns_[c].empty() && h-- > 0;)
        if (c < heads[h].size()) columns_[c] = heads[h][c];
      if (columns_[c].empty()) columns_[c] = "field_" + std::to_string(c + 1);
    }
    start_ = pos_;
    start_line_ = next_line_;
    about_rows_ = std::min<std::uint64_t>(most_rows_, static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(std::min(pos_, text_.size())), text_.end(), line_end_)) + 1);
    return {};
  }

  bool next(ListRow& row) override {
    while (rows_ < most_rows_ && fields()) {
      if (open_quote_) {
        if (++open_quotes_ > most_open_quotes) {
          warn_once("more than " + std::to_string(most_open_quotes) + " quotes never close: the rest of the list is not read");
          pos_ = text_.size();
          return false;
        }
        if (refused) refused(line_, "a quote never closes, or a field is longer than 1 MiB: the line is passed over");
        continue;
      }
      if (zeros_ && std::any_of(cells_.begin(), cells_.end(), [](auto f) { return f.find('\0') != std::string_view::npos; })) {
        if (refused) refused(line_, "there is a zero byte in it: the row is left out");
        continue;
      }
      const bool surplus = cells_.size() > columns_.size() && std::any_of(cells_.begin() + static_cast<std::ptrdiff_t>(columns_.size()), cells_.end(), [](auto f) { return !trim(f).empty(); });
      if (surplus) {
        if (refused) refused(line_, "has " + std::to_string(cells_.size()) + " fields, the headings are " + std::to_string(columns_.size()) + ": the row is left out");
        continue;
      }
      if (cells_.size() < columns_.size()) ++short_rows_;
      cells_.resize(columns_.size());
      ++rows_;
      row.cells = cells_;
      row.lon = row.lat = row.height = std::numeric_limits<double>::quiet_NaN();
      row.line = line_;
      return true;
    }
    if (rows_ >= most_rows_ && pos_ < text_.size()) warn_once("only the first " + std::to_string(most_rows_) + " rows are read");
    if (short_rows_) {
      warnings_.push_back(std::to_string(short_rows_) + " rows have fewer columns than the headings");
      short_rows_ = 0;
    }
    if (rows_ == 0) warn_once("the table has no rows");
    return false;
  }

  void rewind() override {
    pos_ = start_;
    next_line_ = start_line_;
    rows_ = short_rows_ = 0;
    open_quotes_ = 0;
    warnings_.clear();
  }

 private:
  void warn_once(std::string what) {
    if (std::find(warnings_.begin(), warnings_.end(), what) == warnings_.end()) warnings_.push_back(std::move(what));
  }
  static std::string one_line(std::string_view s) {
    std::string out;
    for (const char c : trim(s)) {
      const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
      if (blank && (out.empty() || out.back() == ' ')) continue;
      out += blank ? ' ' : c;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
  }

  // One record into cells_; blank lines are passed over. Where a quote does not close, open_quote_ is set and the record is its first line.
  bool fields() {
    const char* const begin = text_.data();
    const char* const end = begin + text_.size();
    while (pos_ < text_.size()) {
      cells_.clear();
      mended_.clear();
      open_quote_ = false;
      line_ = next_line_;
      const char* const record = begin + pos_;
      const char* p = record;
      std::uint64_t lines = 0;
      for (;;) {
        const char* q = p;
        while (q < end && (*q == ' ' || *q == '\t') && *q != separator_) ++q;
        if (q < end && *q == quote_) {
          if (!quoted(q, end, lines)) break;
          p = q;
          while (p < end && *p != separator_ && *p != line_end_) ++p;  // what follows a closing quote is no part of the field
        } else {
          while (p < end && *p != separator_ && *p != line_end_) ++p;
          if (static_cast<std::size_t>(p - q) > longest_field) {
            open_quote_ = true;
            break;
          }
          std::string_view f(q, static_cast<std::size_t>(p - q));
          if ((p == end || *p == line_end_) && f.ends_with('\r')) f.remove_suffix(1);
          cells_.push_back(f);
        }
        if (p >= end || *p == line_end_ || cells_.size() > most_columns) break;
        ++p;
      }
      if (open_quote_ || cells_.size() > most_columns) {
        open_quote_ = true;
        const auto* nl = static_cast<const char*>(std::memchr(record, line_end_, static_cast<std::size_t>(end - record)));
        pos_ = nl ? static_cast<std::size_t>(nl - begin) + 1 : text_.size();
        ++next_line_;
        return true;
      }
      pos_ = static_cast<std::size_t>(p - begin) + (p < end ? 1 : 0);
      next_line_ += lines + 1;
      if (cells_.size() > 1 || !trim(cells_.front()).empty()) return true;
    }
    return false;
  }

  // From the opening quote at `q` to past the closing one.
  bool quoted(const char*& q, const char* end, std::uint64_t& lines) {
    const char* const from = ++q;
    bool doubled = false;
    for (;;) {
      const auto left = std::min(static_cast<std::size_t>(end - q), longest_field + 1);
      const auto* hit = left ? static_cast<const char*>(std::memchr(q, quote_, left)) : nullptr;
      if (!hit || static_cast<std::size_t>(hit - from) > longest_field) return open_quote_ = true, false;
      q = hit + 1;
      if (q >= end || *q != quote_) break;
      doubled = true;
      ++q;
    }
    std::string_view f(from, static_cast<std::size_t>(q - 1 - from));
    lines += static_cast<std::uint64_t>(std::count(f.begin(), f.end(), line_end_));
    if (doubled) {
      std::string& m = mended_.emplace_back();
      m.reserve(f.size());
      for (std::size_t i = 0; i < f.size(); ++i) {
        m += f[i];
        if (f[i] == quote_) ++i;
      }
      f = m;
    }
    cells_.push_back(f);
    return true;
  }

  const std::string text_;
  const bool zeros_;  // somewhere in it
  char separator_ = ',', quote_ = '"', line_end_ = '\n';
  std::size_t pos_ = 0, start_ = 0;
  std::uint64_t line_ = 0, next_line_ = 1, start_line_ = 1, rows_ = 0, most_rows_ = 0, short_rows_ = 0;
  std::size_t open_quotes_ = 0;
  bool open_quote_ = false;
  std::vector<std::string_view> cells_;
  std::deque<std::string> mended_;
};
}  // namespace

Result<std::unique_ptr<List>> read_csv_list(std::string bytes, const std::string& name, const ListOptions& options) {
  std::string encoding;
  auto text = list_text(std::move(bytes), name, options.encoding, encoding, true);
  if (!text) return text.error();
  auto list = std::make_unique<CsvList>(std::move(*text));
  if (auto begun = list->begin(name, options, std::move(encoding)); !begun) return begun.error();
  return std::unique_ptr<List>(std::move(list));
}

}  // namespace tenbo::io
