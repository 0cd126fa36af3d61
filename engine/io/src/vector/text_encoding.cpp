#include "vector/text_encoding.h"

#include <algorithm>

#include "tenbo/base/text.h"

namespace tenbo::io {

std::string_view without_cut_tail(std::string_view s) {
  std::size_t back = 0;
  while (back < 3 && back < s.size() && (static_cast<unsigned char>(s[s.size() - 1 - back]) & 0xC0) == 0x80) ++back;
  if (back >= s.size()) return s;
  const auto lead = static_cast<unsigned char>(s[s.size() - 1 - back]);
  const std::size_t need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  return need > back ? s.substr(0, s.size() - 1 - back) : s;
}

TextDecoder TextDecoder::guess(std::string_view sample) {
  TextDecoder d;
  if (is_valid_utf8(without_cut_tail(sample))) return d;
  // CP932 where it decodes well: at most one broken character in a hundred bytes that are not ASCII.
  const std::string text = to_utf8(sample, "CP932");
  std::size_t broken = 0;
  for (std::size_t at = text.find("\xEF\xBF\xBD"); at != std::string::npos; at = text.find("\xEF\xBF\xBD", at + 3)) ++broken;
  const auto high = static_cast<std::size_t>(std::count_if(sample.begin(), sample.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  d.encoding_ = broken * 100 <= high + 99 ? "CP932" : "latin1";
  return d;
}

TextDecoder TextDecoder::named(std::string_view encoding) {
  std::string name;
  for (char c : encoding) if (std::isalnum(static_cast<unsigned char>(c))) name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  TextDecoder d;
  if (name == "utf8" || name.empty()) d.encoding_ = "UTF-8";
  else if (name == "cp932" || name == "sjis" || name == "shiftjis" || name == "ms932" || name == "windows31j" || name == "932") d.encoding_ = "CP932";
  else if (name == "iso88591" || name == "latin1" || name == "cp1252" || name == "windows1252") d.encoding_ = "latin1";
  else d.encoding_ = std::string(encoding);
  return d;
}

Status TextDecoder::check(const std::string& encoding, const std::string& file) {
  if (encoding.empty() || is_encoding(named(encoding).encoding_.c_str())) return {};
  return Error{ErrorCode::invalid_argument, "\"" + to_valid_utf8(encoding) + "\" is no encoding of text", file, "encoding", "say UTF-8, CP932, Shift_JIS, EUC-JP or ISO-8859-1, or leave it out: it is guessed"};
}

std::string TextDecoder::decode(std::string_view bytes) const {
  if (encoding_ == "UTF-8") return to_valid_utf8(without_cut_tail(bytes));
  return to_utf8(bytes, encoding_.c_str());
}

}  // namespace tenbo::io
