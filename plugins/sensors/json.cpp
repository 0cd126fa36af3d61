#include "json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

namespace sensors {

const Json* Json::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i] == key) return &items[i];
  return nullptr;
}
std::string_view Json::text_of(std::string_view key) const {
  const Json* v = find(key);
  return v && v->is(Kind::text) ? std::string_view(v->text) : std::string_view();
}
const Json* Json::list_of(std::string_view key) const {
  const Json* v = find(key);
  return v && v->is(Kind::list) ? v : nullptr;
}

namespace {
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}
  Json whole() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    Json out = value(0);
    space();
    if (at_ != text_.size()) fail("something follows the end");
    return out;
  }

 private:
  [[noreturn]] void fail(const char* what) const { throw JsonError("no JSON: " + std::string(what) + ", at byte " + std::to_string(at_)); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
  }
  void word(std::string_view w) {
    if (text_.substr(at_, w.size()) != w) fail("an unknown word");
    at_ += w.size();
  }
  static bool digit(char c) { return c >= '0' && c <= '9'; }

  Json value(std::size_t depth) {
    if (depth > most_depth) fail("it is nested too deeply");
    if (++values_ > most_json_values) fail("it has too many values");
    space();
    Json out;
    switch (peek()) {
      case '{': object(out, depth); break;
      case '[': list(out, depth); break;
      case '"':
        out.kind = Json::Kind::text;
        out.text = string();
        break;
      case 't':
        word("true");
        out.kind = Json::Kind::boolean;
        out.truth = true;
        break;
      case 'f':
        word("false");
        out.kind = Json::Kind::boolean;
        break;
      case 'n': word("null"); break;
      default: number(out);
    }
    return out;
  }

  void object(Json& out, std::size_t depth) {
    out.kind = Json::Kind::object;
    ++at_;
    space();
    if (peek() == '}') {
      ++at_;
      return;
    }
    for (;;) {
      space();
      if (peek() != '"') fail("a key is missing");
      std::string key = string();
      space();
      if (peek() != ':') fail("a colon is missing");
      ++at_;
      out.keys.push_back(std::move(key));
      out.items.push_back(value(depth + 1));
      space();
      const char c = peek();
      if (c != ',' && c != '}') fail("an object does not end");
      ++at_;
      if (c == '}') break;
    }
    std::set<std::string_view> keys;
    for (const auto& name : out.keys)
      if (!keys.insert(name).second) fail("a key stands twice in the object before");
  }

  void list(Json& out, std::size_t depth) {
    out.kind = Json::Kind::list;
    ++at_;
    space();
    if (peek() == ']') {
      ++at_;
      return;
    }
    for (;;) {
      out.items.push_back(value(depth + 1));
      space();
      const char c = peek();
      if (c != ',' && c != ']') fail("a list does not end");
      ++at_;
      if (c == ']') return;
    }
  }

  void number(Json& out) {
    const std::size_t from = at_;
    if (peek() == '-') ++at_;
    if (!digit(peek())) fail("a value is missing");
    if (peek() == '0') ++at_;
    else
      while (digit(peek())) ++at_;
    if (peek() == '.') {
      ++at_;
      if (!digit(peek())) fail("digits are missing");
      while (digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digit(peek())) fail("digits are missing");
      while (digit(peek())) ++at_;
    }
    out.kind = Json::Kind::number;
    out.text = text_.substr(from, at_ - from);
    const auto [end, error] = std::from_chars(out.text.data(), out.text.data() + out.text.size(), out.number);
    if (error != std::errc{}) fail("a number is out of range");
  }

  std::uint32_t hex() {
    std::uint32_t v = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      v = v * 16 + (digit(c)                ? static_cast<std::uint32_t>(c - '0')
                    : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
                    : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                           : (fail("\\u without four digits"), 0u));
    }
    return v;
  }
  static void put(std::string& out, std::uint32_t c) {
    const auto byte = [&](std::uint32_t b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
    if (c < 0x80) byte(c);
    else if (c < 0x800) byte(0xC0 | c >> 6), byte(0x80 | (c & 63));
    else if (c < 0x10000) byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63));
    else byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63));
  }
  std::string string() {
    std::string out;
    ++at_;
    for (;;) {
      if (at_ >= text_.size()) fail("a text does not end");
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) fail("a control character in a text");
      ++at_;
      if (c == '"') return out;
      if (c != '\\') {
        out += c;
        continue;
      }
      const char e = peek();
      ++at_;
      switch (e) {
        case '"': case '\\': case '/': out += e; break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u': {
          std::uint32_t v = hex();
          if (v >= 0xDC00 && v < 0xE000) fail("half a surrogate pair");
          if (v >= 0xD800 && v < 0xDC00) {
            if (text_.substr(at_, 2) != "\\u") fail("half a surrogate pair");
            at_ += 2;
            const std::uint32_t low = hex();
            if (low < 0xDC00 || low >= 0xE000) fail("half a surrogate pair");
            v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
          }
          put(out, v);
          break;
        }
        default: fail("an unknown escape");
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, values_ = 0;
};
}  // namespace

Json parse_json(std::string_view text) {
  if (text.size() > most_bytes) throw JsonError("no JSON that is read: it has " + std::to_string(text.size()) + " bytes, the limit is " + std::to_string(most_bytes));
  return Parser(text).whole();
}

}  // namespace sensors
