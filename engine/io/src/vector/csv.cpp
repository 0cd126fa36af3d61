#include "vector/csv.h"

namespace tenbo::io {

namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

}  // namespace

char line_end_of(std::string_view text, char quote) {
  bool quoted = false, returns = false;
  for (const char c : text) {
    if (c == quote) quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') return c;
    returns |= c == '\r';
  }
  return returns ? '\r' : '\n';
}

CsvReader::CsvReader(std::string_view text) : text_(text), line_end_(line_end_of(text, '"')) {
  if (text_.starts_with("\xEF\xBB\xBF")) pos_ = 3;
  const std::string_view first = text_.substr(pos_, text_.find(line_end_, pos_) - pos_);
  std::size_t best = 0;
  for (char c : {',', '\t', ';'}) {
    std::size_t n = 0;
    bool quoted = false;
    for (char x : first) {
      if (x == '"') quoted = !quoted;
      else if (x == c && !quoted) ++n;
    }
    if (n > best) { best = n; separator_ = c; }
  }
}

bool CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  while (pos_ < text_.size()) {
    line_ = next_line_;
    std::string field;
    bool quoted = false, was_quoted = false;
    for (;; ++pos_) {
      const bool end = pos_ >= text_.size();
      const char c = end ? line_end_ : text_[pos_];
      if (c == line_end_ && !end) ++next_line_;
      if (quoted && !end) {
        if (c != '"') field += c;
        else if (pos_ + 1 < text_.size() && text_[pos_ + 1] == '"') { field += '"'; ++pos_; }
        else quoted = false;
      } else if (c == '"' && !was_quoted && trim(field).empty() && !end) {
        field.clear();
        quoted = was_quoted = true;
      } else if (c == separator_ || c == line_end_) {
        if (c == line_end_ && !field.empty() && field.back() == '\r') field.pop_back();
        fields.push_back(std::move(field));
        field.clear();
        was_quoted = false;
        if (c == line_end_) { ++pos_; break; }
      } else {
        field += c;
      }
    }
    if (fields.size() > 1 || !trim(fields.front()).empty()) return true;
    fields.clear();  // blank line
  }
  return false;
}

}  // namespace tenbo::io
