#pragma once
// What of a layer is real and what is of an exercise or a test.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

// Of a record, where its plugin says so: as messages write it, or as Tenbo does.
std::optional<Actuality> record_actuality(const PluginOutput& output, std::uint32_t row);

struct Meant {
  Actuality whole = Actuality::actual;
  std::vector<std::string> drills;  // of a mixed layer, the names of what is not real, each once, without marks
  std::uint64_t real = 0;           // of a mixed layer: records that are real
};
Meant meant_by(const PluginOutput& output);

// "【訓練】", "[EXERCISE] ", and a text without such a mark at its beginning.
std::string drill_mark(Actuality a, bool ja);
std::string without_drill_mark(std::string text);

}  // namespace tenbo::runtime
