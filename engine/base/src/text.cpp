#include "tenbo/base/text.h"

#include <cstdint>
#include <cstring>
#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <numeric>

namespace tenbo {

char32_t next_code_point(std::string_view s, std::size_t& pos) {
  const auto byte = [&](std::size_t i) -> unsigned { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const unsigned b0 = byte(pos);
  if (b0 < 0x80) { ++pos; return b0; }
  int extra = 0;
  char32_t cp = 0, least = 0;
  if (b0 >= 0xC2 && b0 <= 0xDF) { extra = 1; cp = b0 & 0x1F; least = 0x80; }
  else if (b0 >= 0xE0 && b0 <= 0xEF) { extra = 2; cp = b0 & 0x0F; least = 0x800; }
  else if (b0 >= 0xF0 && b0 <= 0xF4) { extra = 3; cp = b0 & 0x07; least = 0x10000; }
  else { ++pos; return replacement_character; }
  for (int i = 1; i <= extra; ++i) {
    const unsigned b = byte(pos + i);
    if ((b & 0xC0) != 0x80) { ++pos; return replacement_character; }
    cp = cp << 6 | (b & 0x3F);
  }
  if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) { ++pos; return replacement_character; }
  pos += static_cast<std::size_t>(extra) + 1;
  return cp;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) out += static_cast<char>(c);
  else if (c < 0x800) { out += static_cast<char>(0xC0 | c >> 6); out += static_cast<char>(0x80 | (c & 0x3F)); }
  else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

bool is_valid_utf8(std::string_view s) {
  std::size_t plain = 0;  // ASCII, eight bytes at a time
  for (std::uint64_t word = 0; plain + 8 <= s.size(); plain += 8) {
    std::memcpy(&word, s.data() + plain, 8);
    if (word & 0x8080808080808080u) break;
  }
  for (std::size_t pos = plain; pos < s.size();) {
    if (static_cast<unsigned char>(s[pos]) < 0x80) {
      ++pos;
      continue;
    }
    const std::size_t before = pos;
    if (next_code_point(s, pos) == replacement_character && !(pos - before == 3)) return false;
  }
  return true;
}

std::string to_valid_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t pos = 0; pos < s.size();) append_utf8(out, next_code_point(s, pos));
  return out;
}

bool is_encoding(const char* name) {
  const iconv_t cd = iconv_open("UTF-8", name);
  if (cd == reinterpret_cast<iconv_t>(-1)) return false;
  iconv_close(cd);
  return true;
}

std::string to_utf8(std::string_view bytes, const char* encoding) {
  iconv_t cd = iconv_open("UTF-8", encoding);
  if (cd == reinterpret_cast<iconv_t>(-1)) return to_valid_utf8(bytes);
  std::string out;
  char* in = const_cast<char*>(bytes.data());  // iconv's signature; it does not write
  std::size_t left = bytes.size();
  char buffer[4096];
  while (left > 0) {
    char* to = buffer;
    std::size_t room = sizeof buffer;
    const std::size_t rc = iconv(cd, &in, &left, &to, &room);
    out.append(buffer, sizeof buffer - room);
    if (rc == static_cast<std::size_t>(-1) && errno != E2BIG && left > 0) {
      append_utf8(out, replacement_character);
      ++in;
      --left;
    }
  }
  iconv_close(cd);
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

namespace {
int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
}  // namespace

std::string local_half(std::string_view text, bool ja) {
  constexpr std::string_view between = " / ";
  const auto at = text.find(between);
  if (at == std::string_view::npos || text.find(between, at + between.size()) != std::string_view::npos) return std::string(text);
  const auto left = text.substr(0, at), right = text.substr(at + between.size());
  const auto ascii = [](std::string_view s) { return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }); };
  if (ascii(left) || !ascii(right)) return std::string(text);
  return std::string(ja ? left : right);
}

std::string percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t up = row[j];
      row[j] = std::min({up + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = up;
    }
  }
  return row.back();
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 2) + 1;
  for (const auto& c : candidates)
    if (const auto d = edit_distance(word, c); d < least) { least = d; best = c; }
  return best;
}

}  // namespace tenbo
