#pragma once
// The interface's texts in the language of the moment; see runtime::TextTable.
#include <functional>
#include <string>
#include <string_view>

namespace tenbo::shell {

using Words = std::function<std::string(std::string_view key)>;

}  // namespace tenbo::shell
