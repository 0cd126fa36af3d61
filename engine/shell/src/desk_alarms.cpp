// Alarms at the desk: their sound, and their panel.
#include "desk.h"

namespace tenbo::shell {

void Desk::tend_alarms() {
  const auto& scene = engine_.scene();
  if (alarms_of_ != scene.path) {  // another scene: it says whether alarms sound, until somebody switches that
    alarms_of_ = scene.path;
    state_.alarms.sound = scene.alarm_sound;
    state_.alarms.can_sound = static_cast<bool>(host_.sound);
  }
  int worst = -1;
  for (const auto& a : engine_.take_raised_alarms()) worst = std::max(worst, a.level);
  if (worst >= 0 && state_.alarms.sound && host_.sound) host_.sound(worst);
}

}  // namespace tenbo::shell
