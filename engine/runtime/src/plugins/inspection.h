#pragma once
// tenbo.inspection/1.
#include "tenbo/plugin_api/inspection.h"

namespace tenbo::runtime {

const void* inspection_extension();  // the one const tenbo_inspection

}  // namespace tenbo::runtime
