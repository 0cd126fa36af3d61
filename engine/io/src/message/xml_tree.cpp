#include "message/xml_tree.h"

#include <charconv>
#include <cmath>

#include "city/encoding.h"
#include "city/xml.h"
#include "tenbo/base/text.h"
#include "tenbo/io/jma.h"

namespace tenbo::io::message {

namespace {

constexpr std::size_t max_elements = 500'000, max_depth = 64;

void trim(std::string& s) {
  const std::string_view t = city::trim(s);
  if (t.size() != s.size()) s = std::string(t);
}

}  // namespace

const Element* Element::find(std::string_view path) const {
  const Element* at = this;
  while (at && !path.empty()) {
    const auto slash = path.find('/');
    const std::string_view wanted = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    const Element* next = nullptr;
    for (const auto& c : at->children)
      if (c.name == wanted) {
        next = &c;
        break;
      }
    at = next;
  }
  return at;
}

std::vector<const Element*> Element::all(std::string_view child) const {
  std::vector<const Element*> out;
  for (const auto& c : children)
    if (c.name == child) out.push_back(&c);
  return out;
}

std::string Element::text_of(std::string_view path) const {
  const Element* e = find(path);
  return e ? e->text : std::string();
}

std::string Element::attribute(std::string_view wanted) const {
  for (const auto& [k, v] : attributes)
    if (k == wanted) return v;
  return {};
}

Result<Element> read_tree(std::string_view xml, const std::string& label) {
  const auto error = [&](ErrorCode code, std::string text, std::string place = {}, std::string remedy = {}) {
    return Error{code, std::move(text), label, std::move(place), std::move(remedy)};
  };
  if (xml.size() > max_message_bytes)
    return error(ErrorCode::out_of_budget, "a message of " + std::to_string(xml.size() >> 20) + " MiB is more than is read; " + std::to_string(max_message_bytes >> 20) + " MiB is the most");
  std::string warning;
  std::string text = city::to_plain_utf8(std::string(xml), warning);
  if (!is_valid_utf8(text)) return error(ErrorCode::malformed, "the message is not in the encoding that it names");
  if (text.find("<!DOCTYPE") != std::string::npos || text.find("<!ENTITY") != std::string::npos)
    return error(ErrorCode::unsupported, "the message declares a document type or entities of its own, which are never followed", "", "take the declaration out, if you trust the message");
  if (text.find('\0') != std::string::npos) return error(ErrorCode::malformed, "there are zero bytes in the message");
  if (text.find('\r') != std::string::npos) {  // XML 1.0, 2.11: a line ends with one sign
    std::size_t to = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
      if (text[at] != '\r' || at + 1 == text.size() || text[at + 1] != '\n') text[to++] = text[at] == '\r' ? '\n' : text[at];
    text.resize(to);
  }
  const std::size_t size = text.size();
  text.append(city::text_padding, '\0');
  city::XmlCursor cursor(text.data(), text.data() + size);
  city::LineCounter lines(text.data());
  Element root;
  std::vector<Element*> open;
  std::size_t count = 0;
  bool unknown = false;
  const auto broken = [&](std::string why, const char* at) { return error(ErrorCode::malformed, std::move(why), "line " + std::to_string(lines.line_of(at ? at : text.data()))); };
  for (;;) {
    switch (cursor.next()) {
      case city::XmlEvent::start: {
        if (open.empty() && count > 0) return broken("more than one element at the top", cursor.tag().at);
        count += 1 + cursor.tag().attributes.size();  // attributes take as much memory
        if (count > max_elements || open.size() >= max_depth) return error(ErrorCode::out_of_budget, "the message has more elements, or they are nested deeper, than any of its kind");
        Element* e = &root;
        if (!open.empty()) {
          open.back()->children.emplace_back();
          e = &open.back()->children.back();
        }
        e->name = std::string(cursor.tag().local());
        e->line = lines.line_of(cursor.tag().at);
        for (const auto& a : cursor.tag().attributes) e->attributes.emplace_back(std::string(city::local_name(a.name)), city::decode_entities(a.value, unknown));
        open.push_back(e);  // stays where it is: its siblings come after it is closed
        break;
      }
      case city::XmlEvent::end:
        trim(open.back()->text);
        open.pop_back();
        break;
      case city::XmlEvent::text:
        if (open.empty()) return broken("text outside of the message", cursor.position());
        if (cursor.literal()) open.back()->text.append(cursor.text());
        else open.back()->text += city::decode_entities(cursor.text(), unknown);
        break;
      case city::XmlEvent::done:
        if (count == 0) return error(ErrorCode::malformed, "there is no XML in it");
        return root;
      case city::XmlEvent::error: return broken(to_valid_utf8(cursor.error()), cursor.error_at());
    }
    if (unknown) return broken("an entity that XML does not have", cursor.position());
  }
}

std::optional<geo::Instant> time_of(const Element* at, const std::string& label, Diagnostics& diagnostics) {
  if (!at || at->text.empty()) return std::nullopt;
  auto t = geo::parse_instant(at->text);
  if (t) return *t;
  Error e = t.error();
  e.file = label;
  e.place = "line " + std::to_string(at->line) + ", " + at->name;
  diagnostics.warn(std::move(e));
  return std::nullopt;
}

std::optional<double> number_of(std::string_view text) {
  text = city::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double v = 0;
  const auto r = std::from_chars(text.data(), text.data() + text.size(), v);
  if (text.empty() || r.ec != std::errc() || r.ptr != text.data() + text.size() || !std::isfinite(v)) return std::nullopt;
  return v;
}

}  // namespace tenbo::io::message
