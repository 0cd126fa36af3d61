#include "tenbo/runtime/structure_name.h"

#include "tenbo/base/text.h"

namespace tenbo::runtime {

std::string structure_name(const PluginOutput& output, std::uint32_t structure, bool japanese) {
  if (structure >= output.structures.size()) return {};
  const auto& s = output.structures[structure];
  if (output.records && s.feature < output.records->size())
    for (const char* column : {japanese ? "name_ja" : "name_en", japanese ? "name:ja" : "name:en"})
      if (auto text = geo::to_text(output.records->value(s.feature, column)); !text.empty()) return text;
  return local_half(s.name, japanese);
}

}  // namespace tenbo::runtime
