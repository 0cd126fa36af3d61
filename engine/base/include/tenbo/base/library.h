#pragma once
#include <string_view>

namespace tenbo {

// Keeps every shared library that is loaded now and whose path contains `part` mapped until the process ends, so that a
// leak checker can name what a driver left behind instead of "<unknown module>".
void keep_loaded(std::string_view part);

}  // namespace tenbo
