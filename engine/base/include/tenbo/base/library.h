#pragma once
#include <filesystem>
#include <string_view>

#include "tenbo/base/result.h"

namespace tenbo {

// The address of a function in a shared library, which is loaded for it and stays until the process ends. [any]
Result<void*> load_symbol(const std::filesystem::path& library, const char* name);

// Keeps every shared library that is loaded now and whose path contains `part` mapped until the process ends, so that a
// leak checker can name what a driver left behind instead of "<unknown module>".
void keep_loaded(std::string_view part);

}  // namespace tenbo
