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

// Of the two only one is open; what covers it goes.
void Desk::open_panel(bool& panel, bool& other) {
  panel = !panel;
  if (!panel) return;
  other = false;
  if (&panel != &state_.review.open) state_.review.open = false;
  if (&panel != &state_.section) state_.section = false;
  state_.style.open = state_.measure.active = state_.markup.active = state_.ledger.open = state_.priority.open = state_.structures.open = state_.forecast.open = false;
  engine_.select(std::nullopt);
}

}  // namespace tenbo::shell
