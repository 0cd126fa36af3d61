#pragma once
// The only way into a plugin: nothing thrown comes back out.
#include <exception>
#include <optional>
#include <string>

#include "tenbo/base/text.h"

namespace tenbo::runtime {

// What escaped, in words; nullopt where nothing did.
template <class F>
std::optional<std::string> guarded(F&& call) {
  try {
    call();
    return std::nullopt;
  } catch (const std::exception& e) {
    return "threw an exception: " + to_valid_utf8(e.what());
  } catch (...) {
    return "threw something that is not a std::exception";
  }
}

}  // namespace tenbo::runtime
