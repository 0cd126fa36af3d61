#include "json/node.h"

#include <algorithm>
#include <cmath>

#include "tenbo/base/text.h"

namespace tenbo::io::json {

void fail(ErrorCode code, std::string message, const std::string& file, std::string place, std::string remedy) {
  throw Bad{Error{code, std::move(message), file, std::move(place), std::move(remedy)}};
}

std::string Node::path() const {
  if (!up_) return "$";
  return up_->path() + (key_.empty() ? "[" + std::to_string(index_) + "]" : "." + std::string(key_));
}
void Node::bad(std::string message, std::string remedy) const {
  fail(ErrorCode::malformed, std::move(message), *file_, path(), std::move(remedy));
}
void Node::unsupported(std::string message, std::string remedy) const {
  fail(ErrorCode::unsupported, std::move(message), *file_, path(), std::move(remedy));
}

std::string_view Node::type_name() const {
  switch (value_->type()) {
    case Value::value_t::null: return "null";
    case Value::value_t::object: return "an object";
    case Value::value_t::array: return "an array";
    case Value::value_t::string: return "a string";
    case Value::value_t::boolean: return "a boolean";
    default: return "a number";
  }
}

const Node& Node::object() const {
  if (!value_->is_object()) bad("found " + std::string(type_name()) + ", expected an object");
  return *this;
}
const Node& Node::array(std::size_t least, std::size_t most) const {
  if (!value_->is_array()) bad("found " + std::string(type_name()) + ", expected an array");
  if (value_->size() < least || value_->size() > most)
    bad("found " + std::to_string(value_->size()) + " elements, expected " +
        (least == most
             ? std::to_string(least)
             : "at least " + std::to_string(least) + (most == SIZE_MAX ? "" : " and at most " + std::to_string(most))));
  return *this;
}
bool Node::has(std::string_view key) const { return value_->is_object() && value_->contains(key); }

Node Node::operator()(std::string_view key) const& {
  object();
  const auto it = value_->find(key);
  if (it == value_->end()) bad("\"" + std::string(key) + "\" is missing");
  return {*it, *file_, this, key, 0};
}
std::optional<Node> Node::find(std::string_view key) const& {
  object();
  const auto it = value_->find(key);
  if (it == value_->end()) return std::nullopt;
  return Node(*it, *file_, this, key, 0);
}
Node Node::at(std::size_t index) const& {
  array();
  if (index >= value_->size()) bad("element " + std::to_string(index) + " is missing");
  return {(*value_)[index], *file_, this, {}, index};
}
std::size_t Node::size() const { return array().value_->size(); }

double Node::number() const {
  if (!value_->is_number()) bad("found " + std::string(type_name()) + ", expected a number");
  const auto x = value_->get<double>();
  if (!std::isfinite(x)) bad("the number is not finite");
  return x;
}
std::int64_t Node::integer(std::int64_t low, std::int64_t high) const {
  const double x = number();
  if (x != std::floor(x)) bad("found " + value_->dump() + ", expected a whole number");
  if (x < static_cast<double>(low) || x > static_cast<double>(high))
    bad("found " + value_->dump() + ", expected " + std::to_string(low) + " to " + std::to_string(high));
  return value_->is_number_integer() ? value_->get<std::int64_t>() : static_cast<std::int64_t>(x);
}
std::uint64_t Node::size_value(std::uint64_t most) const {
  return static_cast<std::uint64_t>(
      integer(0, static_cast<std::int64_t>(std::min<std::uint64_t>(most, std::uint64_t{1} << 53))));
}
const std::string& Node::text() const {
  if (!value_->is_string()) bad("found " + std::string(type_name()) + ", expected a string");
  return value_->get_ref<const std::string&>();
}
bool Node::boolean() const {
  if (!value_->is_boolean()) bad("found " + std::string(type_name()) + ", expected true or false");
  return value_->get<bool>();
}
std::vector<double> Node::numbers(std::size_t least, std::size_t most) const {
  array(least, most);
  std::vector<double> out;
  out.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) out.push_back(at(i).number());
  return out;
}
std::size_t Node::index_in(std::size_t count, const char* what) const {
  const auto i = size_value();
  if (i >= count)
    bad("names " + std::string(what) + " " + std::to_string(i) + ", and there are " + std::to_string(count));
  return static_cast<std::size_t>(i);
}

double Node::number(std::string_view key) const { return (*this)(key).number(); }
double Node::number(std::string_view key, double fallback) const {
  const auto n = find(key);
  return n ? n->number() : fallback;
}
std::uint64_t Node::size_value(std::string_view key) const { return (*this)(key).size_value(); }
std::uint64_t Node::size_value(std::string_view key, std::uint64_t fallback) const {
  const auto n = find(key);
  return n ? n->size_value() : fallback;
}
std::string Node::text(std::string_view key) const { return (*this)(key).text(); }
std::string Node::text(std::string_view key, std::string_view fallback) const {
  const auto n = find(key);
  return n ? n->text() : std::string(fallback);
}
bool Node::boolean(std::string_view key, bool fallback) const {
  const auto n = find(key);
  return n ? n->boolean() : fallback;
}
std::size_t Node::count(std::string_view key) const {
  const auto n = find(key);
  return n ? n->size() : 0;
}

namespace {

constexpr int deepest = 2000;  // the parser does not recurse, but whoever walks the result does
// Each is some tens of bytes in memory, whatever it was in the file.
constexpr std::uint64_t most_values = 40'000'000;

// How deep a text is nested and how much is in it, by its signs outside of strings. The parser could be asked to say while it reads;
// it then goes through all earlier children of a node at the end of each.
void check_size(std::string_view text, const std::string& file) {
  int depth = 0;
  std::uint64_t values = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
        for (++i; i < text.size() && text[i] != '"'; ++i)
          if (text[i] == '\\') ++i;
        break;
      case '{':
      case '[':
        if (++depth > deepest) fail(ErrorCode::malformed, "the JSON is nested more than 2,000 deep", file);
        ++values;
        break;
      case '}':
      case ']': --depth; [[fallthrough]];
      case ':':
      case ',': ++values; break;
      default: break;
    }
    if (values > most_values) fail(ErrorCode::out_of_budget, "the JSON has more than 40 million values", file);
  }
}

// What the parser says, without its own numbers: "[json.exception...] parse error at line 1, column 2: syntax error while parsing
// value - invalid literal; last read: 'N'". What was read may be any bytes, and many.
std::string reason(std::string_view said) {
  constexpr std::size_t longest = 160;
  if (const auto dash = said.find(" - "); dash != std::string_view::npos) said.remove_prefix(dash + 3);
  else if (const auto colon = said.rfind(": "); colon != std::string_view::npos) said.remove_prefix(colon + 2);
  std::string out = to_valid_utf8(said);
  if (out.size() <= longest) return out;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "...";
}

}  // namespace

std::optional<Error> page_instead(std::string_view text, const std::string& file, const char* expected) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '<') return std::nullopt;
  const std::string head = lower_case(text.substr(first, 1000));
  const char* what = head.find("<html") != std::string::npos || head.starts_with("<!doctype html") ? "a page (HTML)" : "XML";
  const bool remote = file.starts_with("http://") || file.starts_with("https://");
  return Error{ErrorCode::malformed, (remote ? "the server answered with " : "is ") + std::string(what) + (remote ? ", not with " : ", not ") + expected + (remote ? ": is a login needed?" : ""), file, "",
               remote ? "open the address in a browser: what it shows is what was answered" : ""};
}

Value parse(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);  // padding of binary chunks
  if (text.empty()) fail(ErrorCode::malformed, "the JSON is empty", file);
  if (auto page = page_instead(text, file, "JSON")) throw Bad{std::move(*page)};
  check_size(text, file);
  try {
    return Value::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& e) {
    const auto end = std::min<std::size_t>(e.byte, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    fail(ErrorCode::malformed, "is not JSON: " + reason(e.what()), file, "line " + std::to_string(line));
  } catch (const nlohmann::json::exception& e) { fail(ErrorCode::malformed, "is not JSON: " + to_valid_utf8(e.what()), file); }
}

}  // namespace tenbo::io::json
