#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

#include "tenbo/runtime/plugin_parameters.h"

namespace tenbo::runtime {

inline constexpr std::uint64_t max_manifest_bytes = 1u << 20;

// One plugin.json with what can be told without loading the library: ABI, that it is there and inside its folder.
PluginManifest read_manifest(const std::filesystem::path& manifest);
// Type, range, choice.
Status check_parameter_value(const PluginParameter& parameter, std::string_view value);

}  // namespace tenbo::runtime
