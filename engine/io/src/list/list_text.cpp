#include "list/list_text.h"

#include <algorithm>

#include "vector/text_encoding.h"

namespace tenbo::io {

Result<std::string> list_text(std::string bytes, const std::string& name, const std::string& encoding, std::string& found, bool some_zeros) {
  const auto error = [&](ErrorCode code, std::string what, std::string remedy = {}) { return Error{code, std::move(what), name, "", std::move(remedy)}; };
  if (bytes.empty()) return error(ErrorCode::malformed, "the file is empty");
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return error(ErrorCode::unsupported, "the text is UTF-16", "save it as UTF-8");
  // a byte or two in a row costs the row; more is no text
  if (const auto zeros = bytes.find('\0') == std::string::npos ? 0 : std::count(bytes.begin(), bytes.end(), '\0'); zeros > (some_zeros ? static_cast<std::ptrdiff_t>(bytes.size() / 50) : 0)) return error(ErrorCode::malformed, "not a table of text: there are zero bytes in it");
  if (auto s = TextDecoder::check(encoding, name); !s) return s.error();
  const TextDecoder decoder = encoding.empty() ? TextDecoder::guess(bytes) : TextDecoder::named(encoding);
  found = decoder.encoding();
  // What says UTF-8 and has a wrong byte in it is mended by the decoder.
  return decoder.encoding() == "UTF-8" && encoding.empty() ? std::move(bytes) : decoder.decode(bytes);
}

}  // namespace tenbo::io
