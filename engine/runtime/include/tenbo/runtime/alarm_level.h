#pragma once
// The colours of levels 1 to 5, which warnings, sensors and alarms share: those of the alert levels of the Cabinet Office and the Japan
// Meteorological Agency, as in assets/palettes/sensor-level.json.
#include "tenbo/base/image.h"

namespace tenbo::runtime {

constexpr Rgba8 alarm_level_colour(int level) {
  switch (level) {
    case 1: return {255, 255, 255, 255};
    case 2: return {242, 231, 0, 255};
    case 3: return {255, 40, 0, 255};
    case 4: return {170, 0, 170, 255};
    case 5: return {12, 0, 12, 255};
    default: return {138, 146, 154, 255};  // none: grey, as of what is not known
  }
}
// Black or white, whichever stands out more on a colour (WCAG 2.1, relative luminance).
Rgba8 ink_on(Rgba8 colour);

}  // namespace tenbo::runtime
