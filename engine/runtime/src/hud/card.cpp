// The card of a selected sensor: what it says, and its last day as a line with its thresholds.
#include "parts.h"

namespace tenbo::runtime::hud {
namespace {
struct Scale {
  double least = 0, most = 1;
  float of(double v) const { return static_cast<float>((v - least) / (most - least)); }
};

// What is measured fills the height. A threshold within reach stands in the picture; one far away would flatten the line.
Scale scale_of(const SensorCard& card) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const auto& p : card.line)
    if (std::isfinite(p.y)) least = std::min(least, p.y), most = std::max(most, p.y);
  if (!(least <= most)) {
    for (const auto& l : card.levels) least = std::min(least, l.value), most = std::max(most, l.value);
    if (!(least <= most)) return {};
  }
  const double reach = std::max({1.5 * (most - least), 0.25 * std::max(std::abs(least), std::abs(most)), 1e-9});
  double low = least, high = most;
  for (const auto& l : card.levels)
    if (l.value >= least - reach && l.value <= most + reach) low = std::min(low, l.value), high = std::max(high, l.value);
  const double edge = std::max((high - low) * 0.08, 1e-9);
  return {low - edge, high + edge};
}

void draw_line(Painter& p, const Context& c, glm::vec4 r, const SensorCard& card, const Scale& scale) {
  const auto at = [&](glm::dvec2 v) { return glm::vec2(r.x + static_cast<float>(v.x) * (r.z - r.x), r.w - scale.of(v.y) * (r.w - r.y)); };
  for (std::size_t i = 0; i < card.line.size(); ++i) {
    if (std::isnan(card.line[i].y)) continue;
    const bool before = i > 0 && !std::isnan(card.line[i - 1].y), after = i + 1 < card.line.size() && !std::isnan(card.line[i + 1].y);
    if (before) p.line(at(card.line[i - 1]), at(card.line[i]), c.px(2), c.theme.text);
    else if (!after) p.circle(at(card.line[i]), c.px(2), c.theme.text, c.theme.text, 0);  // alone between two gaps
  }
  if (!card.line.empty() && !std::isnan(card.line.back().y)) {
    const glm::vec2 end = at(card.line.back());
    p.circle(end, c.px(4), card.mark.colour, c.theme.text, c.hair());
  }
}
}  // namespace

Part card_part(const Context& c, float max_width, float) {
  const SensorCard& card = *c.input.card;
  const float pad = c.px(14), width = max_width, inner = width - 2 * pad;
  if (inner < c.px(120)) return {};
  const int title_size = c.font(metrics::heading), value_size = c.font(metrics::title), small = c.font(metrics::detail);
  const auto title = wrap_text(c.glyphs, head(card.title, 200), title_size, true, inner, 2);
  const float symbol = c.px(44);
  const std::string value = fit_text(c.glyphs, head(card.value, 80), value_size, true, inner - symbol);
  const auto state = card.state.empty() ? std::vector<std::string>{} : wrap_text(c.glyphs, head(card.state, 200), small, true, inner - symbol, 2);
  std::vector<std::string> details;
  for (const auto& d : card.details)
    for (auto& line : wrap_text(c.glyphs, head(d, 200), small, false, inner, 2)) details.push_back(std::move(line));
  const Scale scale = scale_of(card);
  const float edge = c.px(12), title_step = c.px(27), step = c.px(20), value_step = c.px(36), chart = c.px(card.tall ? 200 : 120);
  const float values = std::max(value_step + step * static_cast<float>(state.size()), symbol);
  const glm::vec2 size(width, 2 * edge + title_step * static_cast<float>(title.size()) + values + c.px(8) + chart + step + c.px(4) +
                                  step * static_cast<float>(details.size()));
  return {size, [=, &c_input = c.input](Painter& p, glm::vec2 o) {
    const SensorCard& of = *c_input.card;
    draw_panel(p, c, {o, o + size});
    const float x = o.x + pad;
    float y = o.y + edge;
    for (const auto& line : title) {
      p.text_middle({x, y + title_step / 2}, line, title_size, c.theme.text, true);
      y += title_step;
    }
    const Rgba8 border{c.theme.text.r, c.theme.text.g, c.theme.text.b, 240};
    draw_symbol(p, c, {x + c.px(17), y + values / 2}, c.px(of.mark.letter.empty() ? 11 : 16), of.mark.shape, of.mark.colour, of.mark.letter, border,
                c.px(2), of.mark.hatched);
    p.text_middle({x + symbol, y + value_step / 2}, value, value_size, c.theme.text, true);
    for (std::size_t i = 0; i < state.size(); ++i)
      p.text_middle({x + symbol, y + value_step + step * (static_cast<float>(i) + 0.5f)}, state[i], small, of.overdue ? c.theme.attention : c.theme.quiet, true);
    y += values + c.px(8);

    const glm::vec4 r(x, y, x + inner, y + chart);
    p.rect(min_of(r), max_of(r), c.theme.field, c.px(4));
    for (int i = 1; i < 4; ++i)  // every six hours
      p.line({r.x + inner * static_cast<float>(i) / 4, r.y}, {r.x + inner * static_cast<float>(i) / 4, r.w}, c.hair(), c.theme.panel_edge);
    std::vector<std::pair<float, std::string>> names;
    for (const auto& l : of.levels) {
      const float k = scale.of(l.value);
      if (!(k >= 0 && k <= 1)) continue;
      const float at = std::round(r.w - k * chart);
      const Rgba8 dark{l.colour.r, l.colour.g, l.colour.b, 255};
      p.rect({r.x, at - c.px(2)}, {r.z, at + c.px(1)}, {200, 206, 212, 120});  // so that black and white lines stand out from any ground
      p.rect({r.x, at - c.px(1)}, {r.z, at + c.hair() - c.px(1)}, dark);
      p.rect({r.x, at - c.px(1)}, {r.z, at + std::max(1.f, c.px(1))}, dark);
      names.emplace_back(at, l.label);
    }
    draw_line(p, c, {r.x, r.y, r.z, r.w}, of, scale);
    std::sort(names.begin(), names.end());
    float free = r.y + 2;  // names that would cover one another: the upper stays, which is the worse where more is worse
    for (const auto& [at, text] : names) {
      const float line = static_cast<float>(small) * 1.25f, top = at - line - c.px(1);
      const float where = top >= free ? top : at + c.px(2) >= free && at + c.px(2) + line <= r.w ? at + c.px(2) : -1;
      if (where < 0) continue;
      p.text_middle({r.x + c.px(6), where + line / 2}, fit_text(c.glyphs, text, small, false, inner * 0.7f), small, c.theme.text, false, true);
      free = where + line;
    }
    y += chart;
    p.text_middle({x, y + step / 2}, of.from, small, c.theme.faint);
    p.text_middle({x + inner - c.width(of.to, small), y + step / 2}, of.to, small, c.theme.faint);
    y += step + c.px(4);
    for (const auto& line : details) {
      p.text_middle({x, y + step / 2}, line, small, c.theme.quiet);
      y += step;
    }
  }, {}};
}

}  // namespace tenbo::runtime::hud
