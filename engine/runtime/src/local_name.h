#pragma once
#include <string>

#include "tenbo/geo/features.h"

namespace tenbo::runtime {

// A name in the language of the glass: NAME_en or NAME:en where the data has it, else NAME.
inline std::string local_name(const geo::FeatureTable& table, std::uint32_t feature, const std::string& attribute, bool ja) {
  for (const char* suffix : {ja ? "_ja" : "_en", ja ? ":ja" : ":en"})
    if (auto text = geo::to_text(table.value(feature, attribute + suffix)); !text.empty()) return text;
  return geo::to_text(table.value(feature, attribute));
}

}  // namespace tenbo::runtime
