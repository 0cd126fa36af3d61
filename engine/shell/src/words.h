#pragma once
// The interface's texts in the language of the moment; see runtime::TextTable.
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/runtime/text_table.h"

namespace tenbo::shell {

struct Words {
  const runtime::TextTable* table = nullptr;
  std::function<runtime::Language()> language;
  std::string operator()(std::string_view key, const std::vector<std::pair<std::string_view, std::string>>& values = {}) const {
    return table->tr(key, language(), values);
  }
};

}  // namespace tenbo::shell
