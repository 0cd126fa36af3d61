#include "tenbo/runtime/hud.h"

#include "markers.h"
#include "parts.h"

namespace tenbo::runtime {
namespace {
using namespace hud;

struct Placed {
  HudPart part = HudPart::title;
  std::size_t index = 0;
  Part what;
  glm::vec2 at{0};
  glm::vec4 rect() const { return {at, at + what.size}; }
};

struct Plan {
  Context context;
  std::vector<Placed> placed;
  Crowd crowd;
  glm::vec4 exercise_frame{0};  // under the banners: a thin line around the whole picture
};

void place(Plan& plan, HudPart part, std::size_t index, Part what, glm::vec2 at) {
  if (!what.empty()) plan.placed.push_back({part, index, std::move(what), glm::vec2(std::round(at.x), std::round(at.y))});
}

glm::vec4 usable_area(const HudInput& in) {
  const glm::vec4 screen(0, 0, in.size), free = in.free_area;
  glm::vec4 r(std::max(free.x, 0.f), std::max(free.y, 0.f), std::min(free.z, screen.z), std::min(free.w, screen.w));
  return r.z - r.x >= 64 && r.w - r.y >= 64 ? r : screen;  // also where it is not given, or NaN
}

// A HUD that is asked to be larger than the glass allows is brought down to what fits.
float fitting_scale(float wanted, glm::vec2 room) {
  wanted = std::isfinite(wanted) && wanted > 0 ? wanted : 1;
  return std::clamp(wanted, 0.25f, std::max(0.25f, std::min({8.f, room.x / 640, room.y / 540})));
}

// Full width of the screen, whatever the panels take: who looks at any part of the glass must know.
void place_banners(Plan& plan) {
  Context& c = plan.context;
  const auto& banners = c.input.banners;
  Context whole = c;  // as large as the glass allows: panels do not make it smaller
  whole.scale = fitting_scale(c.input.ui_scale, c.input.size);
  float y = 0;
  for (std::size_t i = 0; i < banners.size(); ++i) {
    if (banners[i].empty()) continue;
    Part part = banner_part(whole, banners[i], static_cast<float>(c.input.size.x));
    if (y + part.size.y > static_cast<float>(c.input.size.y) * 0.5f && y > 0) break;
    const float height = part.size.y;
    place(plan, HudPart::banner, i, std::move(part), {0, y});
    y += height;
  }
  if (y <= 0) return;
  plan.exercise_frame = {0, y, c.input.size};
  const float edge = whole.px(4);
  c.area = {std::max(c.area.x, edge), std::max(c.area.y, y), std::min(c.area.z, static_cast<float>(c.input.size.x) - edge),
            std::min(c.area.w, static_cast<float>(c.input.size.y) - edge)};
}

// Title, then notices under it. Returns where the column ends, px from the top.
float place_left_column(Plan& plan, float margin, float bottom, float right) {
  const Context& c = plan.context;
  const float gap = c.px(8), width = right - c.area.x - 2 * margin;
  float y = c.area.y + margin;
  Part title = title_part(c, std::min(width, std::max(c.px(520), width * 0.4f)));
  const float height = title.size.y;
  if (!title.empty()) {
    place(plan, HudPart::title, 0, std::move(title), {c.area.x + margin, y});
    y += height + gap;
  }
  const auto& notices = c.input.notices;
  for (std::size_t i = 0; i < notices.size(); ++i) {
    if (notices[i].empty()) continue;
    Part part = notice_part(c, notices[i], std::min(width, c.px(460)));
    if (y + part.size.y + c.px(40) > bottom || i >= 6) {
      Part more = more_part(c, notices.size() - i);
      if (y + more.size.y <= bottom) {
        const float h = more.size.y;
        place(plan, HudPart::notice, i, std::move(more), {c.area.x + margin, y});
        y += h + gap;
      }
      break;
    }
    const float h = part.size.y;
    place(plan, HudPart::notice, i, std::move(part), {c.area.x + margin, y});
    y += h + gap;
  }
  return y;
}

// Top right, one under the other, in the upper half: the worst first, and how many have no room. Returns their rectangle; empty where
// there are none.
glm::vec4 place_alarms(Plan& plan, float margin, float bottom) {
  const HudInput& in = plan.context.input;
  if (in.alarms.empty()) return glm::vec4(0);
  constexpr std::size_t most = 4;
  const std::size_t open = std::max(in.alarms_open, in.alarms.size());
  for (const float smaller : {1.f, 0.86f, 0.74f, 0.62f, 0.5f}) {
    Context c = plan.context;
    c.scale *= smaller;
    const float gap = c.px(8), room_wide = c.area.z - c.area.x, right = c.area.z - margin, top = c.area.y + margin;
    const float wide = std::min(c.px(620), 0.5f * room_wide - 1.5f * margin), limit = std::min(bottom, c.area.y + 0.5f * (c.area.w - c.area.y));
    std::vector<Part> parts;
    float y = top;
    const float tail = more_alarms_part(c, open, wide).size.y + gap;
    for (std::size_t i = 0; i < std::min(in.alarms.size(), most); ++i) {
      Part part = alarm_part(c, i, wide);
      const bool last = i + 1 == open;
      if (part.empty() || y + part.size.y + (last ? 0 : tail) > limit) break;
      y += part.size.y + gap;
      parts.push_back(std::move(part));
    }
    if (parts.size() < std::min<std::size_t>(2, in.alarms.size()) && smaller > 0.5f) continue;  // smaller, so that there is more than one
    y = top;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const float high = parts[i].size.y;
      place(plan, HudPart::alarm, i, std::move(parts[i]), {right - wide, y});
      y += high + gap;
    }
    if (parts.size() < open) {
      Part more = more_alarms_part(c, open - parts.size(), wide);
      if (parts.empty() && y + more.size.y > bottom) return glm::vec4(0);
      const float high = more.size.y;
      place(plan, HudPart::alarm, parts.size(), std::move(more), {right - wide, y});
      y += high + gap;
    }
    return {right - wide, top, right, y};
  }
  return glm::vec4(0);
}

// Top right under the alarms, above the foot: as large as there is room for. Returns its rectangle; empty where there is none.
glm::vec4 place_card(Plan& plan, float margin, float bottom, float top) {
  if (!plan.context.input.card) return glm::vec4(0);
  for (const float smaller : {1.f, 0.86f, 0.74f, 0.62f, 0.5f}) {
    Context c = plan.context;
    c.scale *= smaller;
    const float wide = std::min(c.px(400), 0.45f * (c.area.z - c.area.x) - margin), high = bottom - top;
    Part part = card_part(c, wide, high);
    if (part.empty() || part.size.x > wide || part.size.y > high) continue;
    const glm::vec2 at(c.area.z - margin - part.size.x, top), size = part.size;
    place(plan, HudPart::card, 0, std::move(part), at);
    return {at, at + size};
  }
  return glm::vec4(0);
}

// Bottom right: what the picture is measured and signed with; the compass above it. Returns its left edge and top.
glm::vec2 place_right_foot(Plan& plan, float margin) {
  const Context& c = plan.context;
  const float width = c.area.z - c.area.x - 2 * margin, gap = c.px(8);
  const float right = std::clamp(c.input.foot_right, c.area.z, std::max(c.area.z, static_cast<float>(c.input.size.x)));
  glm::vec2 corner(right - margin, c.area.w - margin);
  Part foot = footer_part(c, std::min(width, std::max(c.px(300), std::min(width * 0.4f, c.px(460)))));
  float left = corner.x;
  if (!foot.empty()) {
    const glm::vec2 at = corner - foot.size;
    left = std::min(left, at.x);
    corner.y = at.y - gap;
    place(plan, HudPart::attribution, 0, std::move(foot), at);
  }
  Part compass = compass_part(c);
  if (!compass.empty()) {
    const glm::vec2 at = corner - compass.size;
    left = std::min(left, at.x);
    corner.y = at.y - gap;
    place(plan, HudPart::compass, 0, std::move(compass), at);
  }
  return {left, corner.y};
}

// Rows of legends from the bottom left, as long as they stay clear of the column above and the foot at the right.
// Returns how many found room.
std::size_t flow_legends(const Context& c, float margin, float top, glm::vec2 foot, glm::vec4 card, glm::vec4 alarms, std::vector<Placed>& out) {
  const float gap = c.px(8), width = c.area.z - c.area.x - 2 * margin;
  const bool wide = width > 2.2f * (c.area.w - c.area.y);  // a video wall: the middle stays free
  float row_bottom = c.area.w - margin, row_top = row_bottom, x = c.area.x + margin;
  std::size_t index = 0;
  for (; index < c.input.legends.size(); ++index) {
    const auto limit = [&](float y) {
      const float free = y < foot.y ? c.area.z - margin : foot.x - gap;
      return wide ? std::min(free, c.area.x + margin + width * 0.36f) : free;
    };
    const float most_wide = std::min(c.px(340), width), most_high = row_bottom - top;
    Part part = legend_part(c, index, most_wide, most_high);
    if (x > c.area.x + margin && x + part.size.x > limit(row_bottom)) {  // next row up
      row_bottom = row_top - gap;
      x = c.area.x + margin;
      part = legend_part(c, index, most_wide, row_bottom - top);
    }
    if (row_bottom - part.size.y < top || x + part.size.x > limit(row_bottom)) break;
    const glm::vec2 at(x, row_bottom - part.size.y);
    if (overlap({at, at + part.size}, card) || overlap({at, at + part.size}, alarms)) break;
    row_top = std::min(row_top, at.y);
    x += part.size.x + gap;
    out.push_back({HudPart::legend, index, std::move(part), glm::vec2(std::round(at.x), std::round(at.y))});
  }
  return index;
}

void place_legends(Plan& plan, float margin, float top, glm::vec2 foot, glm::vec4 card, glm::vec4 alarms) {
  if (plan.context.input.legends.empty()) return;
  for (const float smaller : {1.f, 0.86f, 0.74f, 0.62f, 0.5f}) {
    Context c = plan.context;
    c.scale *= smaller;
    std::vector<Placed> legends;
    const std::size_t placed = flow_legends(c, margin, top, foot, card, alarms, legends);
    if (placed < c.input.legends.size() && smaller > 0.5f) continue;
    for (auto& l : legends) plan.placed.push_back(std::move(l));
    if (placed < c.input.legends.size()) {
      Part more = more_part(c, c.input.legends.size() - placed);
      float y = c.area.w - margin;
      for (const auto& l : legends) y = std::min(y, l.at.y);
      place(plan, HudPart::legend, placed, more, {c.area.x + margin, std::max(y - more.size.y - c.px(4), c.area.y)});
    }
    return;
  }
}

Plan plan_hud(const HudInput& in, render::GlyphCache& glyphs) {
  Plan plan{{in, glyphs, hud_theme(in.night), 1, {}, usable_area(in)}, {}, {}, glm::vec4(0)};
  Context& c = plan.context;
  const glm::vec2 room = size_of(c.area);
  c.scale = fitting_scale(in.ui_scale, room);
  c.sizes = hud_text_sizes(c.scale);
  place_banners(plan);
  const float margin = c.px(16);
  const float bottom = c.area.w - margin;
  const glm::vec2 foot = place_right_foot(plan, margin);
  const float legends_least = in.legends.empty() ? 0 : std::min(c.px(240), 0.45f * room.y);
  const glm::vec4 alarms = place_alarms(plan, margin, foot.y);
  const glm::vec4 card = place_card(plan, margin, foot.y, alarms.z > 0 ? alarms.w : c.area.y + margin);
  const float middle = std::min(card.z > 0 ? card.x : c.area.z, alarms.z > 0 ? alarms.x : c.area.z);
  const float top = place_left_column(plan, margin, std::min(bottom - legends_least, foot.y), middle);
  place_legends(plan, margin, top, foot, card, alarms);
  std::vector<glm::vec4> taken = in.covered;
  for (const auto& placed : plan.placed) taken.push_back(placed.rect());
  plan.crowd = arrange(c, taken);
  return plan;
}

void draw_plan(const Plan& plan, render::GlyphCache& glyphs, render::OverlayList& out) {
  Painter p(glyphs, out);
  const Context& c = plan.context;
  p.clip({0, 0, c.input.size});
  draw_crowd(p, c, plan.crowd);
  if (plan.exercise_frame.w > 0)
    p.frame(min_of(plan.exercise_frame), max_of(plan.exercise_frame), c.px(4), c.theme.attention);
  for (const auto& placed : plan.placed) placed.what.draw(p, placed.at);
}
}  // namespace

void draw_hud(const HudInput& input, render::GlyphCache& glyphs, render::OverlayList& out) {
  if (input.size.x == 0 || input.size.y == 0) return;
  const Plan plan = plan_hud(input, glyphs);
  const auto vertices = out.vertices.size(), indices = out.indices.size(), commands = out.commands.size();
  for (int attempt = 0; attempt < 3; ++attempt) {  // again where the atlas dropped glyphs that were already placed
    const auto generation = glyphs.generation();
    out.vertices.resize(vertices);
    out.indices.resize(indices);
    out.commands.resize(commands);
    draw_plan(plan, glyphs, out);
    if (glyphs.generation() == generation) return;
  }
}

std::vector<HudBox> hud_boxes(const HudInput& input, render::GlyphCache& glyphs) {
  std::vector<HudBox> boxes;
  if (input.size.x == 0 || input.size.y == 0) return boxes;
  const Plan plan = plan_hud(input, glyphs);
  for (const auto& placed : plan.placed) {
    // The foot is one panel of several parts; its own rectangle stands for the attribution it always makes room for.
    boxes.push_back({placed.part, placed.rect(), placed.index});
    for (HudBox box : placed.what.inner) {
      box.rect += glm::vec4(placed.at, placed.at);
      boxes.push_back(box);
    }
  }
  for (const auto& m : plan.crowd.markers) boxes.push_back({HudPart::marker, m.rect, m.index, m.count});
  for (const auto& l : plan.crowd.labels) boxes.push_back({HudPart::label, l.rect, l.index});
  return boxes;
}

}  // namespace tenbo::runtime
