#include "encoding.h"

#include <algorithm>
#include <array>

#include "tenbo/base/text.h"

namespace tenbo::io::city {

std::string source_encoding(std::string_view bytes, std::size_t& skip, std::string& warning) {
  skip = 0;
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    skip = 3;
    return {};
  }
  if (bytes.starts_with("\xFF\xFE")) {
    skip = 2;
    return "UTF-16LE";
  }
  if (bytes.starts_with("\xFE\xFF")) {
    skip = 2;
    return "UTF-16BE";
  }
  if (bytes.starts_with(std::string_view("<\0?\0", 4))) return "UTF-16LE";
  if (bytes.starts_with(std::string_view("\0<\0?", 4))) return "UTF-16BE";
  const auto head = bytes.substr(0, 256);
  if (!head.starts_with("<?xml")) return {};
  const auto declaration = head.substr(0, head.find("?>"));
  const auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  const auto quote = declaration.find_first_of("\"'", at);
  if (quote == std::string_view::npos) return {};
  std::string name(declaration.substr(quote + 1, declaration.find(declaration[quote], quote + 1) - quote - 1));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (name == "UTF-8" || name == "UTF8" || name == "US-ASCII" || name == "ASCII") return {};
  if (name == "SHIFT_JIS" || name == "SHIFT-JIS" || name == "SJIS" || name == "WINDOWS-31J" || name == "CP932" || name == "MS932") return "CP932";
  constexpr std::array known = {"EUC-JP", "ISO-2022-JP", "ISO-8859-1", "ISO-8859-2", "ISO-8859-15", "WINDOWS-1250", "WINDOWS-1252",
                                "LATIN1", "GB18030", "GBK", "GB2312", "BIG5", "EUC-KR", "UTF-16", "UTF-16LE", "UTF-16BE"};
  for (const char* k : known)
    if (name == k) return name.starts_with("UTF-16") ? std::string() : name;  // UTF-16 that reads as ASCII is not UTF-16
  warning = "its declared encoding \"" + name + "\" is not known; read as UTF-8";
  return {};
}

std::string to_plain_utf8(std::string bytes, std::string& warning) {
  std::size_t skip = 0;
  const auto encoding = source_encoding(bytes, skip, warning);
  if (!encoding.empty()) return to_utf8(std::string_view(bytes).substr(skip), encoding.c_str());
  if (skip != 0) bytes.erase(0, skip);
  return bytes;
}

}  // namespace tenbo::io::city
