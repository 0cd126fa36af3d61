#include "attributes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "tenbo/base/text.h"

namespace tenbo::io::city {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Neither an entity nor a byte beyond ASCII.
bool is_plain(std::string_view s) {
  const char* p = s.data();
  std::size_t left = s.size();
  constexpr std::uint64_t ones = 0x0101010101010101ULL, high = 0x8080808080808080ULL;
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t v = 0;
    std::memcpy(&v, p, 8);
    const std::uint64_t ampersand = v ^ (ones * '&');
    if (((v | ((ampersand - ones) & ~ampersand)) & high) != 0) return false;
  }
  for (; left > 0; ++p, --left)
    if (*p == '&' || static_cast<unsigned char>(*p) >= 0x80) return false;
  return true;
}

// Integers as people write them: no leading zeros, so that codes such as "08220" stay text.
bool parse_integer(std::string_view s, std::int64_t& out) {
  const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || digits.size() > 18 || (digits.size() > 1 && digits[0] == '0')) return false;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  out = digits.size() == s.size() ? value : -value;
  return true;
}

bool parse_real(std::string_view s, double& out) {
  if (s.starts_with('+')) s.remove_prefix(1);
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
  return error == std::errc() && end == s.data() + s.size() && std::isfinite(out);
}

bool looks_real(std::string_view s) {
  const std::string_view digits = s.starts_with('-') ? s.substr(1) : s;
  if (digits.empty() || !is_digit(digits[0]) || (digits.size() > 1 && digits[0] == '0' && digits[1] != '.')) return false;
  return std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '.' || c == 'e' || c == 'E' || c == '-' || c == '+'; });
}

}  // namespace

std::string_view TextCleaner::clean(std::string_view raw, bool literal, Notes& notes, bool trimmed) {
  std::string_view out = trimmed ? trim(raw) : raw;
  if (is_plain(out)) return out;
  if (!literal && out.find('&') != std::string_view::npos) {
    bool unknown = false;
    out = keep(decode_entities(out, unknown));
    notes.unknown_entities += unknown;
  }
  if (!is_valid_utf8(out)) {
    ++notes.bad_utf8;
    out = keep(to_valid_utf8(out));
  }
  return out;
}

void AttributeReader::begin_object() {
  paths_.begin_object();
  values_.clear();
  address_.clear();
}

AttributePaths::Id AttributeReader::path_below(const ElementFrame& frame, bool is_feature, const Element& child) {
  if (is_feature) return frame.path;
  if (frame.generic == Generic::set || !frame.generic_name.empty())
    return frame.generic_name.empty() ? frame.path : paths_.child(frame.path, frame.generic_name);
  if (frame.generic == Generic::none && (frame.element->is_object || !child.is_object)) return paths_.child(frame.path, *frame.element);
  return frame.path;
}

const CodeList* AttributeReader::code_list(const ElementFrame& frame) {
  LastList& last = last_lists_[frame.element->index % last_lists_.size()];
  if (frame.code_space == last.space) return last.list;
  auto known = code_lists_.find(frame.code_space);
  if (known == code_lists_.end()) known = code_lists_.emplace(frame.code_space, file_.code_lists->get(file_.dir, frame.code_space)).first;
  last = {known->first, known->second};
  return last.list;
}

void AttributeReader::leaf(const ElementFrame& frame, ElementFrame& parent, std::string_view text, Notes& notes) {
  const Element& element = *frame.element;
  if (parent.generic != Generic::none && parent.element->is_object && element.is_name) {  // CityGML 3: the generic attribute's name
    parent.generic_name = text;
    return;
  }
  if (text.empty()) {
    if (frame.href.empty() || element.lod >= 0) return;
    text = texts_.clean(frame.href, false, notes);
  }
  const AttributePaths::Id path = paths_.child(frame.path, element);
  const std::string_view prefix = paths_.prefix(path);
  if (prefix == "xAL") {
    add_text(paths_.address(path, element.local), text);
    if (element.local != "CountryName" && parent.element->local != "Country") {
      if (!address_.empty()) address_ += ' ';
      address_ += text;
    }
  } else if (parent.generic != Generic::none && parent.generic != Generic::set && element.is_value) {
    add(frame.path, text, frame, "gen", parent.generic, notes);
  } else {
    add(path, text, frame, prefix, prefix == "gen" ? parent.generic : Generic::none, notes);
  }
}

std::string_view AttributeReader::word_of(const ElementFrame& frame, std::string_view text) {
  const CodeList* list = frame.code_space.empty() ? nullptr : code_list(frame);
  const std::string_view word = list != nullptr ? list->word(text) : std::string_view();
  return word.empty() ? text : word;
}

void AttributeReader::end_address() {
  if (address_.empty()) return;
  add_text(paths_.child(AttributePaths::root, "address"), texts_.keep(std::move(address_)));
  address_.clear();
}

void AttributeReader::add(AttributePaths::Id path, std::string_view text, const ElementFrame& frame, std::string_view prefix, Generic generic, Notes& notes) {
  if (!frame.code_space.empty()) {
    const CodeList* list = code_list(frame);
    const std::string_view word = list != nullptr ? list->word(text) : std::string_view();
    add_text(path, word.empty() ? text : word);
    add_text(paths_.suffixed(path, AttributePaths::Suffix::code), text);
    return;
  }
  Value value{path, geo::AttributeType::text, text};
  if (generic == Generic::integer) {
    if (parse_integer(text, value.integer)) value.type = geo::AttributeType::integer;
    else if (parse_real(text, value.real)) value.type = geo::AttributeType::real;
  } else if (generic == Generic::real || !frame.uom.empty() || frame.element->is_measured_height) {
    if (parse_real(text, value.real)) value.type = geo::AttributeType::real;
  } else if (generic == Generic::none && prefix != "gml" && !frame.element->is_always_text) {
    if (text == "true" || text == "false") {
      value.type = geo::AttributeType::boolean;
      value.integer = text == "true";
    } else if (parse_integer(text, value.integer)) {
      value.type = geo::AttributeType::integer;
    } else if (looks_real(text) && parse_real(text, value.real)) {
      value.type = geo::AttributeType::real;
    }
  }
  values_.push_back(value);
  if (!frame.uom.empty()) add_text(paths_.suffixed(path, AttributePaths::Suffix::uom), texts_.clean(frame.uom, false, notes));
}

void AttributeReader::write(std::uint32_t feature, geo::FeatureTable& table) {
  for (const Value& v : values_) {
    const auto name = paths_.name(v.path, table);
    switch (v.type) {
      case geo::AttributeType::text: table.add_text(feature, name, v.text); break;
      case geo::AttributeType::integer: table.add_integer(feature, name, v.integer); break;
      case geo::AttributeType::real: table.add_real(feature, name, v.real); break;
      case geo::AttributeType::boolean: table.add_boolean(feature, name, v.integer != 0); break;
    }
  }
}

}  // namespace tenbo::io::city
