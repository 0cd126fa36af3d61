#include "tenbo/shell/layout.h"

#include <algorithm>
#include <cmath>

#include "tenbo/runtime/hud.h"

namespace tenbo::shell {
namespace {

// As many buttons as there is height for, in the order of need; fewer than two are no help.
void place_nav(Layout& out, float touch) {
  out.clear = out.free;
  const float gap = out.unit, pad = out.unit / 2;
  const float room = out.free.height() - 2 * gap - 2 * pad;
  const int n = std::min(nav_buttons, static_cast<int>(room / touch));
  if (n < 2 || out.free.width() < 6 * touch) return;
  const float x1 = out.free.x1 - (out.portrait || out.right.empty() ? gap : 0);
  out.nav = {x1 - touch - 2 * pad, out.free.y0, x1, out.free.y0 + static_cast<float>(n) * touch + 2 * pad};
  out.clear.x1 = out.nav.x0;
}

}  // namespace

Layout layout_for(const LayoutInput& in) {
  const float w = static_cast<float>(std::max(in.size.x, 1u)), h = static_cast<float>(std::max(in.size.y, 1u));
  // Panels that do not fit at the wanted scale shrink with the window; text stays readable a while longer.
  const float scale = std::clamp(in.scale, 0.25f, 8.0f);
  const auto px = [&](float units) { return std::round(units * 8 * scale); };
  Layout out;
  out.unit = 8 * scale;
  const float gap = px(1);
  out.portrait = h > w * 1.15f;

  const float touch = std::round(runtime::metrics::touch * scale);
  const float top_height = std::min(px(7), h * 0.2f);
  const float banner = std::clamp(in.banner, 0.0f, h * 0.5f);
  out.top = {gap, banner + gap, w - gap, banner + gap + top_height};
  const float time_height = std::min(px(14), h * 0.3f);
  // Slides below the window's edge, so that the picture grows while it goes.
  const float time_top = h - (gap + time_height) * in.time_bar;
  if (in.time_bar > 0.01f) out.time_bar = {gap, time_top, w - gap, time_top + time_height};
  const float y0 = out.top.y1 + gap;
  const float y1 = std::max(y0, (in.time_bar > 0.01f ? time_top : h) - gap);

  if (out.portrait) {
    const float column = std::floor((w - 3 * gap) / 2);
    const float depth = std::min((y1 - y0) * 0.42f, px(84));
    // One alone takes the width it needs at its own edge; the other's place then stays free picture.
    // They rise from the time bar; one alone leaves the other's place to the picture.
    if (in.left > 0.01f) out.left = {gap, y1 - depth * in.left, gap + column, y1};
    if (in.right > 0.01f) out.right = {w - gap - column, y1 - depth * in.right, w - gap, y1};
    const float shown = std::max(in.left, in.right);
    out.free = {0, y0, w, y1 - (shown > 0.01f ? depth * shown + gap : 0)};
    place_nav(out, touch);
    return out;
  }

  const float left_width = std::min(px(44), std::max(px(32), w * 0.27f));
  const float right_width = std::min(px(in.right_units), std::max(px(32), w * 0.29f * in.right_units / 44));
  const float room = w - 4 * gap;  // both columns never meet
  const float squeeze = std::min(1.0f, room * 0.8f / (left_width + right_width));
  const float lw = std::floor(left_width * squeeze), rw = std::floor(right_width * squeeze);
  out.free = {0, y0, w, y1};
  if (in.left > 0.01f) {
    const float x = gap - (lw + gap) * (1 - in.left);
    out.left = {x, y0, x + lw, std::clamp(y0 + in.left_content, y0, y1)};
    out.free.x0 = std::max(0.0f, out.left.x1 + gap);
  }
  if (in.right > 0.01f) {
    const float x = w - (rw + gap) * in.right;
    out.right = {x, y0, x + rw, y1};
    out.free.x1 = std::min(w, out.right.x0 - gap);
  }
  place_nav(out, touch);
  return out;
}

}  // namespace tenbo::shell
