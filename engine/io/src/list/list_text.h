#pragma once
#include <string>

#include "tenbo/base/result.h"

namespace tenbo::io {

// The bytes of a list as UTF-8; `found` gets the encoding. Fails on what is no text.
Result<std::string> list_text(std::string bytes, const std::string& name, const std::string& encoding, std::string& found, bool some_zeros = false);

}  // namespace tenbo::io
