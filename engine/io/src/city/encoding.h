#pragma once
// Whatever a file is encoded in, as UTF-8 without a mark.
#include <string>

namespace tenbo::io::city {

// By byte order mark, else by the XML declaration, else UTF-8. `warning` is set where something had to be guessed.
std::string to_plain_utf8(std::string bytes, std::string& warning);

// The encoding to convert from by iconv's name; empty: UTF-8 already, `skip` bytes of mark first.
std::string source_encoding(std::string_view bytes, std::size_t& skip, std::string& warning);

}  // namespace tenbo::io::city
