#pragma once
// The files that a city model names, found without parsing it: values of codeSpace and imageURI.
#include <string>
#include <string_view>
#include <unordered_set>

namespace tenbo::io::cache {

// Of the part of `text` before `end`; a value may reach beyond. Those that are too long for a name are left out.
void find_references(std::string_view text, std::size_t end, std::unordered_set<std::string>& out, bool& georeferenced);

inline constexpr std::size_t longest_reference = 4096;

}  // namespace tenbo::io::cache
