#pragma once
// JSON as people write it by hand, without surprises: comments are allowed; a key given twice, nesting past all sense
// and text that is not UTF-8 are errors with their place. Keys keep their order.
#include <nlohmann/json.hpp>
#include <string>

#include "tenbo/base/result.h"

namespace tenbo::scene {

using Json = nlohmann::ordered_json;

Result<Json> parse_strict_json(const std::string& text);

}  // namespace tenbo::scene
