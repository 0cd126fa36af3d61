#pragma once

namespace tenbo {

// Whether to_utf8() (text.h) knows the name; by any other it takes bytes for UTF-8.
bool is_encoding(const char* name);

}  // namespace tenbo
