#pragma once
// A pull parser for XML in place: no copies, no allocation per token, no recursion. It checks what a reader of city
// models needs to trust its position (tags match, quotes close, nesting is bounded); it does not validate.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tenbo::io::city {

// Bytes that must be readable after the end of any text given to XmlCursor. Text::finish() adds them.
inline constexpr std::size_t text_padding = 64;

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

inline std::string_view trim(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

// "gml:Polygon" -> "Polygon"
inline std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
inline std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

// Are the n bytes at a and at b the same? Both must be followed by 8 readable bytes, as all within a padded text are.
inline bool same_bytes(const char* a, const char* b, std::size_t n) {
  std::uint64_t x = 0, y = 0;
  for (; n > 8; a += 8, b += 8, n -= 8) {
    std::memcpy(&x, a, 8);
    std::memcpy(&y, b, 8);
    if (x != y) return false;
  }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (n == 0) return true;
  std::memcpy(&x, a, 8);
  std::memcpy(&y, b, 8);
  return (x ^ y) << (64 - 8 * n) == 0;
#else
  return std::memcmp(a, b, n) == 0;
#endif
}

// First '<' at or after p; `end` where there is none.
inline const char* find_less(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i less = _mm_set1_epi8('<');
  for (; p < end; p += 16) {
    const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), less));
    if (mask != 0) {
      p += __builtin_ctz(static_cast<unsigned>(mask));
      return p < end ? p : end;
    }
  }
  return end;
#else
  while (p < end && *p != '<') ++p;
  return p;
#endif
}

// First byte at or after p that cannot stand in a name: white space, '/', '>', '=' or '<'.
inline const char* find_name_end(const char* p, const char* end) {
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(0x20), slash = _mm_set1_epi8('/'), less = _mm_set1_epi8('<');
  for (; p < end; p += 16) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // '<', '=', '>' are 0x3C..0x3E: min(v - '<', 2) == v - '<'
    const __m128i d = _mm_sub_epi8(v, less);
    const __m128i angle = _mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(2)), d);
    const __m128i blank = _mm_cmpeq_epi8(_mm_min_epu8(v, space), v);
    const int mask = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(angle, blank), _mm_cmpeq_epi8(v, slash)));
    if (mask != 0) {
      p += __builtin_ctz(static_cast<unsigned>(mask));
      return p < end ? p : end;
    }
  }
  return end;
#else
  while (p < end && !(static_cast<unsigned char>(*p) <= 0x20 || *p == '/' || (*p >= '<' && *p <= '>'))) ++p;
  return p;
#endif
}

struct XmlAttribute {
  std::string_view name, value;  // value as it stands: entities are not decoded
};

// The tag last read by XmlCursor.
struct XmlTag {
  std::string_view name;
  const char* at = nullptr;  // its '<'
  bool empty = false;        // <a/>
  std::vector<XmlAttribute> attributes;

  std::string_view local() const { return local_name(name); }
  // By full name, or by local name where `name` has no prefix; empty where it is missing.
  std::string_view attribute(std::string_view wanted) const {
    for (const auto& a : attributes)
      if (a.name == wanted) return a.value;
    return {};
  }
  std::string_view attribute_local(std::string_view wanted) const {
    for (const auto& a : attributes)
      if (local_name(a.name) == wanted) return a.value;
    return {};
  }
};

enum class XmlEvent : std::uint8_t { start, end, text, done, error };

class XmlCursor {
 public:
  static constexpr std::size_t max_depth = 500;

  // [begin, end) must be followed by text_padding readable bytes (any text that ends in the same buffer is).
  XmlCursor(const char* begin, const char* end) : p_(begin), end_(end) {}

  // After `start` of an empty tag the next event is its `end`. Text is reported only where it is not blank; CDATA is
  // text with `literal`. `done` comes when the text ends with no tag open; an end tag that closes nothing is an error.
  XmlEvent next() {
    if (pending_end_) {
      pending_end_ = false;
      end_name_ = open_.back();
      open_.pop_back();
      return XmlEvent::end;
    }
    for (;;) {
      const char* start = p_;
      while (p_ < end_ && is_space(*p_)) ++p_;
      if (p_ >= end_) return open_.empty() ? XmlEvent::done : fail("the file ends inside <" + std::string(open_.back()) + ">");
      if (*p_ != '<') {
        p_ = find_less(p_, end_);
        text_ = {start, static_cast<std::size_t>(p_ - start)};
        literal_ = false;
        return XmlEvent::text;
      }
      const char c = p_ + 1 < end_ ? p_[1] : '\0';
      if (c == '/') return read_end();
      if (c == '!' || c == '?') {
        const XmlEvent e = skip_special();
        if (e == XmlEvent::start) continue;  // a comment, an instruction
        return e;
      }
      return read_start();
    }
  }

  const XmlTag& tag() const { return tag_; }              // after start
  std::string_view end_name() const { return end_name_; }  // after end
  std::string_view text() const { return text_; }          // after text, not decoded
  bool literal() const { return literal_; }                 // text from CDATA: nothing to decode
  std::size_t depth() const { return open_.size(); }
  const char* position() const { return p_; }
  const std::string& error() const { return error_; }       // after error
  const char* error_at() const { return error_at_; }

  // Call right after start: passes over everything up to and with the end of this element. false: error.
  bool skip_element();
  // Where nothing is open (between members): go on from another place of the same text.
  void seek(const char* p) { p_ = p; }

 private:
  XmlEvent fail(std::string message, const char* at = nullptr);
  XmlEvent read_start();
  XmlEvent read_end() {
    const char* name = p_ + 2;
    if (!open_.empty()) {
      const std::string_view want = open_.back();
      if (static_cast<std::size_t>(end_ - name) > want.size() && same_bytes(name, want.data(), want.size())) {
        const char* q = name + want.size();
        if (*q != '>') while (q < end_ && is_space(*q)) ++q;
        if (q < end_ && *q == '>') {
          end_name_ = want;
          open_.pop_back();
          p_ = q + 1;
          return XmlEvent::end;
        }
      }
    }
    return bad_end(name);
  }
  XmlEvent bad_end(const char* name);
  bool read_attributes(const char* q);
  XmlEvent skip_special();

  const char* p_;
  const char* end_;
  std::vector<std::string_view> open_;
  XmlTag tag_;
  std::string_view end_name_, text_;
  bool literal_ = false, pending_end_ = false;
  std::string error_;
  const char* error_at_ = nullptr;
};

// &lt; &gt; &amp; &quot; &apos; and numeric references; anything else stays as it stands and sets `unknown`.
std::string decode_entities(std::string_view text, bool& unknown);

// 1-based line of `at` in the text that begins at `begin`, counting on from a known place.
class LineCounter {
 public:
  explicit LineCounter(const char* begin) : from_(begin) {}
  std::uint64_t line_of(const char* at);  // any order; cheap where places ascend

 private:
  const char* from_;
  std::uint64_t line_ = 1;
};

}  // namespace tenbo::io::city
