#pragma once
// UTF-8 and small string work.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tenbo {

inline constexpr char32_t replacement_character = 0xFFFD;

// Decodes one code point and advances `pos`; malformed input gives U+FFFD and advances one byte.
char32_t next_code_point(std::string_view text, std::size_t& pos);
void append_utf8(std::string& out, char32_t code_point);
bool is_valid_utf8(std::string_view text);
// The input with each malformed byte replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);
// Code page 932 (Windows-31J), 20932 (EUC-JP) or latin1 to UTF-8, by iconv's names ("CP932"); malformed bytes become U+FFFD.
std::string to_utf8(std::string_view bytes, const char* encoding);
// Whether to_utf8() knows the name; by any other it takes bytes for UTF-8.
bool is_encoding(const char* name);

// A to Z to a to z; all other bytes stay, whatever the locale.
std::string lower_case(std::string_view text);

// Of "日本語 / English", as data says one thing in two languages, the half that is wanted; all of any other text.
std::string local_half(std::string_view text, bool ja);

// "a%20b" to "a b", as references in XML and glTF are written; a % without two digits stays.
std::string percent_decode(std::string_view text);

// Levenshtein distance; used to name the nearest right word.
std::size_t edit_distance(std::string_view a, std::string_view b);
// The candidate nearest to `word`, or empty where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tenbo
