#include "meant.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace tenbo::runtime {

std::optional<Actuality> record_actuality(const PluginOutput& output, std::uint32_t row) {
  const auto word = geo::to_text(output.records->value(row, "status"));
  if (word == "通常" || word == "actual") return Actuality::actual;
  if (word == "訓練" || word == "exercise") return Actuality::exercise;
  if (word == "試験" || word == "test") return Actuality::test;
  return std::nullopt;
}

std::string drill_mark(Actuality a, bool ja) {
  if (a == Actuality::actual) return {};
  return a == Actuality::test ? (ja ? "【試験】" : "[TEST] ") : (ja ? "【訓練】" : "[EXERCISE] ");
}

std::string without_drill_mark(std::string text) {
  for (const std::string_view mark : {"【訓練】", "【試験】", "[EXERCISE] ", "[TEST] ", "[Exercise] ", "[Test] "})  // an alarm's and a legend's
    if (text.starts_with(mark)) return text.substr(mark.size());
  return text;
}

Meant meant_by(const PluginOutput& output) {
  Meant out{output.actuality, {}, 0};
  // Only what says it itself: what is drawn beside the records of messages (zones of a plan, say) does not.
  if (output.actuality == Actuality::actual || !output.shapes || !output.records) return out;
  std::set<std::string> names;
  bool exercise = false, drill = false;
  for (std::uint32_t row = 0; row < output.records->size(); ++row) {
    const auto of = record_actuality(output, row);
    if (!of) continue;
    if (*of == Actuality::actual) {
      ++out.real;
      continue;
    }
    drill = true;
    exercise |= *of == Actuality::exercise;
    auto name = without_drill_mark(geo::to_text(output.records->value(row, "name")));
    if (name.empty()) name = std::string(output.records->id(row));
    if (names.insert(name).second) out.drills.push_back(std::move(name));
  }
  if (out.real > 0) out.whole = !drill ? Actuality::actual : exercise ? Actuality::part_exercise : Actuality::part_test;
  else out.drills.clear();
  return out;
}

}  // namespace tenbo::runtime
