#pragma once
// The HUD's words come from assets/lang. Without a table the key itself shows, so that nothing is silently missing.
#include <string>
#include <utility>
#include <vector>

#include "tenbo/runtime/text_table.h"

namespace tenbo::runtime::hud {

using Values = std::vector<std::pair<std::string_view, std::string>>;
inline std::string say(const TextTable* words, Language language, std::string_view key, const Values& values = {}) {
  return words ? words->tr(key, language, values) : std::string(key);
}

}  // namespace tenbo::runtime::hud
