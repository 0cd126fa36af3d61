#pragma once
// Which encoding a file's text is in, where it does not say: UTF-8, else CP932, else Latin 1.
#include <string>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo::io {

class TextDecoder {
 public:
  // The guess looks at all of `sample`; a character cut off at its end does not count.
  static TextDecoder guess(std::string_view sample);
  static TextDecoder named(std::string_view encoding);  // "UTF-8", "CP932", "Shift_JIS", "ISO-8859-1", ...
  // Fails on a name that is no encoding; empty is none, and fine. `file` stands in the message.
  static Status check(const std::string& encoding, const std::string& file);
  std::string decode(std::string_view bytes) const;
  const std::string& encoding() const { return encoding_; }

 private:
  std::string encoding_ = "UTF-8";
};
// Without a character that was cut off in the middle (fixed-width fields do that).
std::string_view without_cut_tail(std::string_view utf8);

}  // namespace tenbo::io
