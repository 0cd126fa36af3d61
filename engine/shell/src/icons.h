#pragma once
// Icons drawn as shapes: sharp at any scale, and none to ship.
#include <imgui.h>

namespace tenbo::shell {

enum class Icon {
  eye, eye_off, play, play_reverse, pause, step_forward, step_back, search, bookmark, ruler, moon, sun, drop, save, camera,
  help, palette, close, up, down, right, plus, trash, target, warning, layers, home, undo, check, globe,
  minus, turn_left, turn_right, tilt_up, tilt_down, north, pencil, bell, sound, sound_off, feed, ledger, priority, bridge,
};

// Centred at `centre`, `size` px across.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float size, ImU32 colour);

}  // namespace tenbo::shell
