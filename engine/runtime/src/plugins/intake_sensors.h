#pragma once
// What plugins publish through tenbo.series/1, checked and copied: `sensors`, and in `records` a row for each with what does
// not change with time. An error's place is the member at fault.
#include "tenbo/base/result.h"
#include "tenbo/plugin_api/series.h"
#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

Result<PluginOutput> take_sensors(const tenbo_sensors* sensors);

}  // namespace tenbo::runtime
