#pragma once
// The interface's texts in the language of the moment. A missing key shows itself, so that it is seen and mended.
#include <functional>
#include <string>
#include <string_view>

namespace tenbo::shell {

using Words = std::function<std::string(std::string_view key)>;

}  // namespace tenbo::shell
