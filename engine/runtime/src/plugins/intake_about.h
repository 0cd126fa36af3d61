#pragma once
// The parts that every publication has.
#include <string>

#include "tenbo/geo/instant.h"
#include "tenbo/plugin_api/layer_source.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

Result<PluginOutput> take_about(const tenbo_about* about, const std::string& place);
Status check_flag(std::uint32_t flag, const std::string& place);  // 0 or 1: anything else is memory nobody has set
bool is_sane(geo::Instant t);                                     // years 1 to 9999
void add_warning(PluginOutput& output, std::string text);         // bounded

}  // namespace tenbo::runtime
