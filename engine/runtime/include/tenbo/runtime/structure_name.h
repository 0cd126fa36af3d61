#pragma once
#include <cstdint>
#include <string>

#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

// Of a structure in a language: its column name_en (name_ja) where the list has one, else of "日本語 / English" the half, else the name; may be empty.
std::string structure_name(const PluginOutput& output, std::uint32_t structure, bool japanese);

}  // namespace tenbo::runtime
