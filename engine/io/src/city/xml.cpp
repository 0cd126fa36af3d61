#include "xml.h"

#include <algorithm>
#include <cstring>

#include "tenbo/base/text.h"

namespace tenbo::io::city {

XmlEvent XmlCursor::fail(std::string message, const char* at) {
  error_ = std::move(message);
  error_at_ = at != nullptr ? at : p_;
  return XmlEvent::error;
}

XmlEvent XmlCursor::read_start() {
  tag_.at = p_;
  const char* name = p_ + 1;
  const char* q = find_name_end(name, end_);
  tag_.name = {name, static_cast<std::size_t>(q - name)};
  if (tag_.name.empty()) return fail("a '<' with no name after it");
  tag_.attributes.clear();
  tag_.empty = false;
  if (q < end_ && *q == '>') {
    p_ = q + 1;
  } else if (!read_attributes(q)) {
    return XmlEvent::error;
  }
  if (open_.size() >= max_depth) return fail("elements nested deeper than " + std::to_string(max_depth), tag_.at);
  open_.push_back(tag_.name);
  pending_end_ = tag_.empty;
  return XmlEvent::start;
}

bool XmlCursor::read_attributes(const char* q) {
  const auto broken = [&](const char* why) {
    fail(std::string(why) + " in <" + std::string(tag_.name.substr(0, 80)) + ">", tag_.at);
    return false;
  };
  for (;;) {
    while (q < end_ && is_space(*q)) ++q;
    if (q >= end_) return broken("the file ends");
    if (*q == '>') {
      p_ = q + 1;
      return true;
    }
    if (*q == '/') {
      if (q + 1 >= end_ || q[1] != '>') return broken("a '/' out of place");
      tag_.empty = true;
      p_ = q + 2;
      return true;
    }
    const char* name = q;
    q = find_name_end(q, end_);
    const std::string_view attribute(name, static_cast<std::size_t>(q - name));
    while (q < end_ && is_space(*q)) ++q;
    if (attribute.empty() || q >= end_ || *q != '=') return broken("an attribute without a value");
    ++q;
    while (q < end_ && is_space(*q)) ++q;
    if (q >= end_ || (*q != '"' && *q != '\'')) return broken("an attribute value without quotes");
    const char quote = *q++;
    const auto* close = static_cast<const char*>(std::memchr(q, quote, static_cast<std::size_t>(end_ - q)));
    if (close == nullptr) return broken("quotes that never close");
    const std::string_view value(q, static_cast<std::size_t>(close - q));
    if (std::memchr(value.data(), '<', value.size()) != nullptr) return broken("a '<' in an attribute value");
    tag_.attributes.push_back({attribute, value});
    q = close + 1;
  }
}

XmlEvent XmlCursor::bad_end(const char* name) {
  const char* q = find_name_end(name, end_);
  const std::string found(name, static_cast<std::size_t>(std::min<std::ptrdiff_t>(q - name, 80)));
  if (q >= end_) return fail("the file ends inside </" + found);
  if (open_.empty()) return fail("</" + found + "> closes nothing");
  return fail("</" + found + "> where </" + std::string(open_.back()) + "> was expected");
}

XmlEvent XmlCursor::skip_special() {
  const std::string_view rest(p_, static_cast<std::size_t>(end_ - p_));
  const auto past = [&](std::string_view close, const char* what) {
    const auto at = rest.find(close, 2);
    if (at == std::string_view::npos) return fail(std::string(what) + " that never ends");
    p_ += at + close.size();
    return XmlEvent::start;
  };
  if (rest.starts_with("<!--")) {
    const auto at = rest.find("-->", 4);
    if (at == std::string_view::npos) return fail("a comment that never ends");
    p_ += at + 3;
    return XmlEvent::start;
  }
  if (rest.starts_with("<![CDATA[")) {
    const auto at = rest.find("]]>");
    if (at == std::string_view::npos) return fail("a CDATA section that never ends");
    text_ = rest.substr(9, at - 9);
    literal_ = true;
    p_ += at + 3;
    return XmlEvent::text;
  }
  if (rest.starts_with("<?")) return past("?>", "a processing instruction");
  if (rest.starts_with("<!DOCTYPE")) {  // passed over with its internal subset: entities are never expanded
    char quote = '\0';
    int brackets = 0;
    for (const char* q = p_ + 9; q < end_; ++q) {
      if (quote != '\0') {
        if (*q == quote) quote = '\0';
      } else if (*q == '"' || *q == '\'') {
        quote = *q;
      } else if (*q == '[') {
        ++brackets;
      } else if (*q == ']') {
        --brackets;
      } else if (*q == '>' && brackets <= 0) {
        p_ = q + 1;
        return XmlEvent::start;
      }
    }
    return fail("a DOCTYPE that never ends");
  }
  return fail("a '<!' that begins nothing known");
}

bool XmlCursor::skip_element() {
  const std::size_t outside = open_.size() - 1;
  for (;;) {
    switch (next()) {
      case XmlEvent::end:
        if (open_.size() == outside) return true;
        break;
      case XmlEvent::error:
      case XmlEvent::done: return false;
      default: break;
    }
  }
}

std::string decode_entities(std::string_view text, bool& unknown) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto amp = text.find('&', i);
    out.append(text.substr(i, amp - i));
    if (amp == std::string_view::npos) break;
    const auto semicolon = text.find(';', amp);
    const auto name = semicolon == std::string_view::npos || semicolon - amp > 12 ? std::string_view()
                                                                                  : text.substr(amp + 1, semicolon - amp - 1);
    char32_t code = 0;
    if (name == "lt") code = '<';
    else if (name == "gt") code = '>';
    else if (name == "amp") code = '&';
    else if (name == "quot") code = '"';
    else if (name == "apos") code = '\'';
    else if (name.size() >= 2 && name[0] == '#') {
      const bool hex = name[1] == 'x' || name[1] == 'X';
      bool good = name.size() > (hex ? 2u : 1u);
      for (const char c : name.substr(hex ? 2 : 1)) {
        int digit = c >= '0' && c <= '9' ? c - '0' : -1;
        if (hex && c >= 'a' && c <= 'f') digit = c - 'a' + 10;
        if (hex && c >= 'A' && c <= 'F') digit = c - 'A' + 10;
        good = good && digit >= 0 && code < 0x110000;
        code = code * (hex ? 16 : 10) + static_cast<char32_t>(std::max(digit, 0));
      }
      if (!good || code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0;
    }
    if (code == 0) {
      unknown = true;
      out += '&';
      i = amp + 1;
    } else {
      append_utf8(out, code);
      i = semicolon + 1;
    }
  }
  return out;
}

std::uint64_t LineCounter::line_of(const char* at) {
  if (at >= from_) line_ += static_cast<std::uint64_t>(std::count(from_, at, '\n'));
  else line_ -= static_cast<std::uint64_t>(std::count(at, from_, '\n'));
  from_ = at;
  return line_;
}

}  // namespace tenbo::io::city
