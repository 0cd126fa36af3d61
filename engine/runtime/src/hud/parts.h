#pragma once
// The parts of the HUD that stand still on the glass. A part is measured when it is made and drawn where the layout
// puts it; empty parts have no size.
#include <functional>

#include "context.h"

namespace tenbo::runtime::hud {

struct Part {
  glm::vec2 size{0};
  std::function<void(Painter&, glm::vec2 origin)> draw;
  std::vector<HudBox> inner;  // boxes inside it, relative to the origin
  bool empty() const { return size.x <= 0 || size.y <= 0; }
};

Part banner_part(const Context& c, const std::string& text, float width);
Part title_part(const Context& c, float max_width);
Part notice_part(const Context& c, const std::string& text, float max_width);
Part legend_part(const Context& c, std::size_t index, float max_width, float max_height);
Part more_part(const Context& c, std::size_t count);  // "+3", where not everything has room
Part compass_part(const Context& c);
Part footer_part(const Context& c, float max_width);  // scale bar, datum, attribution
Part card_part(const Context& c, float max_width, float max_height);
Part alarm_part(const Context& c, std::size_t index, float width);
Part more_alarms_part(const Context& c, std::size_t count, float width);  // "and 12 more"

// The letter and shape of a marker, centred; `radius` px as for a circle.
void draw_symbol(Painter& p, const Context& c, glm::vec2 centre, float radius, MarkerShape shape, Rgba8 colour,
                 std::string_view letter, Rgba8 border, float border_width, bool hatched = false);

}  // namespace tenbo::runtime::hud
