#pragma once
// Names of keys, for the bindings file and for the help page. Codes are GLFW's.
#include <span>

namespace tenbo::shell {

struct KeyName { const char* name; int key; };
std::span<const KeyName> key_names();

}  // namespace tenbo::shell
