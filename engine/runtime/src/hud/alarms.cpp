// Alarms that nobody has acknowledged: the level as a colour and a digit, what and where, when and who says so. To be read from five
// metres: 34 px have capitals of 25, which are 15.7 mm on a 55 inch screen of 1080 lines (0.634 mm a pixel), 10.8 minutes of arc; the limit
// of comfort is 10 (ISO 9241-303).
#include "parts.h"
#include "tenbo/runtime/alarm_level.h"

namespace tenbo::runtime::hud {
Part alarm_part(const Context& c, std::size_t index, float width) {
  const HudAlarm& alarm = c.input.alarms[index];
  const float block = c.px(76), pad = c.px(14), inner = width - block - 2 * pad;
  if (inner < c.px(160)) return {};
  const int loud = c.font(34), small = c.font(metrics::heading), digit = c.font(metrics::glance), word_size = c.font(metrics::detail);
  const auto what = wrap_text(c.glyphs, head(alarm.what, 300), loud, true, inner, 2);
  const auto about = alarm.about.empty() ? std::vector<std::string>{} : wrap_text(c.glyphs, head(alarm.about, 300), small, false, inner, 2);
  const float step = c.px(44), about_step = c.px(27), edge = c.px(9);
  const float rows = step * static_cast<float>(what.size()) + about_step * static_cast<float>(about.size());
  const glm::vec2 size(width, std::max(rows + 2 * edge, c.px(84)));
  const std::string word = fit_text(c.glyphs, alarm.word, word_size, true, block - c.px(6));
  return {size, [=, &c_input = c.input](Painter& p, glm::vec2 o) {
    const HudAlarm& of = c_input.alarms[index];
    draw_panel(p, c, {o, o + size});
    const Rgba8 fill = of.stale ? c.theme.attention : Rgba8{of.colour.r, of.colour.g, of.colour.b, 255};
    const Rgba8 ink = of.stale ? c.theme.attention_text : ink_on(fill);
    const float radius = c.px(metrics::radius);
    p.rect(o, o + glm::vec2(block, size.y), fill, radius);
    p.rect(o + glm::vec2(radius, 0), o + glm::vec2(block, size.y), fill);
    if (of.stale) p.hatch({o.x, o.y + size.y - c.px(8)}, {o.x + block, o.y + size.y}, c.px(14), ink, c.px(5));
    p.frame(o, o + glm::vec2(block, size.y), c.hair(), c.theme.panel_edge, radius);  // black and white blocks end somewhere, too
    const float middle = o.x + block / 2;
    p.text_middle({middle - c.width(of.sign, digit, true) / 2, o.y + size.y / 2 - c.px(10)}, of.sign, digit, ink, true);
    p.text_middle({middle - c.width(word, word_size, true) / 2, o.y + size.y / 2 + c.px(23)}, word, word_size, ink, true);
    float y = o.y + (size.y - rows) / 2;
    const float x = o.x + block + pad;
    for (const auto& line : what) {
      p.text_middle({x, y + step / 2}, line, loud, c.theme.text, true);
      y += step;
    }
    for (const auto& line : about) {
      p.text_middle({x, y + about_step / 2}, line, small, c.theme.text);
      y += about_step;
    }
  }, {}};
}

Part more_alarms_part(const Context& c, std::size_t count, float width) {
  const std::string text = c.say("alarm.more", {{"n", std::to_string(count)}});
  const int size = c.font(metrics::heading);
  const glm::vec2 box(std::min(width, std::ceil(c.width(text, size, true)) + c.px(28)), c.px(40));
  return {box, [=](Painter& p, glm::vec2 o) {
    draw_panel(p, c, {o, o + box});
    p.text_middle({o.x + c.px(14), o.y + box.y / 2}, text, size, c.theme.text, true);
  }, {}};
}

}  // namespace tenbo::runtime::hud

namespace tenbo::runtime {

Rgba8 ink_on(Rgba8 c) {
  const auto linear = [](std::uint8_t v) {
    const double s = v / 255.0;
    return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  return y > 0.1791 ? Rgba8{16, 18, 22, 255} : Rgba8{255, 255, 255, 255};  // where both have the same contrast
}

}  // namespace tenbo::runtime
