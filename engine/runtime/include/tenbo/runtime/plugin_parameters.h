#pragma once
// What plugins take, without a host: for commands that need their data alone.
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

// FOLDER/*/plugin.json of each folder, by name; loads nothing. A folder that is not there holds no plugins.
std::vector<PluginManifest> find_plugins(const std::vector<std::filesystem::path>& folders);
// Whether a plugin takes these: names, types, choices, what it needs. The error names what is allowed, or the nearest.
Status check_parameters(const PluginManifest& manifest, const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace tenbo::runtime
