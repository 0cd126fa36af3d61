#include "parts.h"

namespace tenbo::runtime::hud {
namespace {
// A row of the legend: a class, or what stands for no data.
struct Row {
  const LegendClass* of = nullptr;  // null: no data
  std::size_t index = 999;
  std::string label;
  int size = 0;        // px, of the label
  std::string second;  // line of the label; may be empty
};

void draw_swatch(Painter& p, const Context& c, glm::vec4 r, const Row& row) {
  if (row.of && row.of->shape) {
    const glm::vec2 middle = 0.5f * (min_of(r) + max_of(r));
    return draw_symbol(p, c, middle, std::floor((r.w - r.y) * 0.46f), *row.of->shape, row.of->colour, row.of->letter,
                       c.theme.text, c.hair(), row.of->hatched);
  }
  if (row.of && row.of->hatched) {  // as shaders/mesh.frag has it
    const Rgba8 own = row.of->colour;
    p.rect(min_of(r), max_of(r), {84, 92, 100, 255});
    p.rect(min_of(r), max_of(r), {own.r, own.g, own.b, 90});
    p.hatch(min_of(r), max_of(r), std::max(4.f, c.px(10)), own, std::max(2.f, c.px(4)));
    return;
  }
  if (row.of) {
    if (row.of->colour.a > 0) p.rect(min_of(r), max_of(r), row.of->colour);  // else the frame alone: nothing is drawn of it
    return;
  }
  p.rect(min_of(r), max_of(r), {84, 92, 100, 255});
  p.hatch(min_of(r), max_of(r), std::max(3.f, c.px(8)), c.theme.text, std::max(2.f, c.px(3)));
}

void draw_chip(Painter& p, const Context& c, glm::vec4 r, const std::string& text, int size, float pad, Freshness freshness) {
  const float middle = (r.y + r.w) / 2, radius = c.px(4);
  if (freshness != Freshness::late && freshness != Freshness::stale) {
    p.rect(min_of(r), max_of(r), c.theme.raised, radius);
    p.text_middle({r.x + pad, middle}, text, size, c.theme.quiet);
    return;
  }
  // Stale is hatched from end to end; late at its ends alone.
  p.rect(min_of(r), max_of(r), c.theme.attention);
  const float edge = pad - c.px(6);
  Rgba8 stripe = c.theme.attention_text;
  p.hatch(min_of(r), {r.x + edge, r.w}, c.px(7), stripe, c.px(3));
  p.hatch({r.z - edge, r.y}, max_of(r), c.px(7), stripe, c.px(3));
  if (freshness == Freshness::stale) {
    stripe.a = 70;
    p.hatch({r.x + edge, r.y}, {r.z - edge, r.w}, c.px(9), stripe, c.px(3));
  }
  p.text_middle({r.x + pad, middle}, text, size, c.theme.attention_text, true);
}
}  // namespace

// Worst on top, as water stands in a street and as hazard maps print it; what is not known at the bottom.
Part legend_part(const Context& c, std::size_t index, float max_width, float max_height) {
  const Legend& legend = c.input.legends[index];
  const float pad = c.px(14), inner = max_width - 2 * pad;
  const int title_size = c.font(metrics::heading), label_size = c.font(metrics::read), small = c.font(metrics::detail);
  const float swatch_width = c.px(40);

  std::vector<Row> rows;
  for (const bool aside : {false, true})
    for (std::size_t n = 0, count = legend.classes.size(); n < count; ++n)
      if (const std::size_t i = legend.top_down ? n : count - 1 - n; legend.classes[i].aside == aside) rows.push_back({&legend.classes[i], i, head(legend.classes[i].label, 200), 0});
  if (legend.has_unknown) rows.push_back({nullptr, 999, c.say("hud.no_data"), 0});
  const float label_room = inner - swatch_width - c.px(12);
  std::size_t doubled = 0;
  for (auto& row : rows) {  // a long one is smaller, or has two lines; only what is still too long is cut
    row.size = c.width(row.label, label_size) <= label_room ? label_size : small;
    if (c.width(row.label, row.size) <= label_room) continue;
    auto lines = wrap_text(c.glyphs, row.label, row.size, false, label_room, 2);
    if (const auto aside = std::min(row.label.find("（"), row.label.find(" (")); aside != std::string::npos) {  // before what stands in brackets, if that will do
      std::string first = row.label.substr(0, aside), second = row.label.substr(row.label[aside] == ' ' ? aside + 1 : aside);
      if (std::max(c.width(first, row.size), c.width(second, row.size)) <= label_room) lines = {std::move(first), std::move(second)};
    }
    if (lines.empty()) continue;
    row.label = std::move(lines.front());
    if (lines.size() < 2) continue;
    row.second = std::move(lines.back());
    ++doubled;
  }

  // The unit stands with every figure, or once in the title.
  const bool unit_in_labels = std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return r.label.ends_with(" " + legend.unit); });
  const std::string unit = legend.unit.empty() || unit_in_labels ? "" : "(" + head(legend.unit, 40) + ")";
  // The age stands under the title: hatched and amber where the next one is overdue.
  const std::string age = head(legend.age, 60);
  const bool overdue = legend.freshness == Freshness::late || legend.freshness == Freshness::stale;
  const float chip_pad = c.px(overdue ? 20 : 10), chip_width = age.empty() ? 0 : c.width(age, small, true) + 2 * chip_pad;
  const float chip_step = age.empty() ? 0 : c.px(25);
  const float unit_width = unit.empty() ? 0 : c.px(8) + c.width(unit, label_size);
  const auto title = wrap_text(c.glyphs, head(legend.title), title_size, true, inner - unit_width, 2);
  std::vector<std::string> foot;
  const auto add_foot = [&](const std::string& text, float width) {
    if (text.empty()) return;
    for (auto& line : wrap_text(c.glyphs, head(text), small, false, width, 3)) foot.push_back(std::move(line));
  };
  float width = c.px(150);
  width = std::max(width, chip_width);
  for (const auto& line : title) width = std::max(width, c.width(line, title_size, true) + unit_width);
  for (const auto& row : rows) width = std::max(width, swatch_width + c.px(12) + std::max(c.width(row.label, row.size), c.width(row.second, row.size)));
  width = std::min(width, inner);
  const float foot_width = std::min(inner, std::max(width, c.px(260)));
  for (std::size_t at = 0; at < legend.time.size();) {
    const std::size_t end = std::min(legend.time.find('\n', at), legend.time.size());
    add_foot(legend.time.substr(at, end - at), foot_width);
    at = end + 1;
  }
  add_foot(legend.source.empty() ? "" : c.say("hud.source_is", {{"source", legend.source}}), foot_width);
  add_foot(legend.note, foot_width);
  for (const auto& line : foot) width = std::max(width, c.width(line, small));

  const float title_step = c.px(28), foot_step = c.px(20), edge = c.px(10);
  const float head = title_step * static_cast<float>(title.size()) + chip_step + c.px(4);
  const float tail = foot.empty() ? 0 : c.px(6) + foot_step * static_cast<float>(foot.size());
  const float least_row = static_cast<float>(label_size) + 2;
  const float second_step = static_cast<float>(small) + 2;
  const float room = max_height - head - tail - 2 * edge - second_step * static_cast<float>(doubled);
  const float row_step = std::clamp(std::floor(room / std::max<float>(1, static_cast<float>(rows.size()))), least_row, c.px(27));
  const auto fitting = static_cast<std::size_t>(std::max(1.f, std::floor(room / row_step)));
  std::string left_out;
  if (rows.size() > fitting) {  // as many as there is room for, and how many more: never silently fewer
    left_out = c.say("hud.more_classes", {{"n", std::to_string(rows.size() - fitting + 1)}});
    rows.resize(fitting - 1);
  }
  const float lines = static_cast<float>(rows.size()) + (left_out.empty() ? 0 : 1);
  float second_lines = 0;  // of the rows that are left
  for (const auto& row : rows) second_lines += row.second.empty() ? 0 : second_step;
  const glm::vec2 size(std::ceil(width) + 2 * pad, head + row_step * lines + second_lines + tail + 2 * edge);

  Part part;
  part.size = size;
  const float shrink = c.hair();
  for (float y = edge + head; const auto& row : rows) {
    const float step = row_step + (row.second.empty() ? 0 : second_step);
    part.inner.push_back({HudPart::swatch, {pad, y + shrink, pad + swatch_width, y + step - shrink}, index * 1000 + row.index});
    y += step;
  }
  const bool ramp = legend.continuous && left_out.empty() && legend.classes.size() > 1;
  part.draw = [=, boxes = part.inner](Painter& p, glm::vec2 o) {
    draw_panel(p, c, {o, o + size});
    float y = o.y + edge;
    for (std::size_t i = 0; i < title.size(); ++i, y += title_step) {
      const float w = p.text_middle({o.x + pad, y + title_step / 2}, title[i], title_size, c.theme.text, true);
      if (i + 1 == title.size()) p.text_middle({o.x + pad + w + c.px(8), y + title_step / 2}, unit, label_size, c.theme.quiet);
    }
    if (!age.empty()) {
      const glm::vec2 a(o.x + pad, y + c.px(2)), b = a + glm::vec2(chip_width, chip_step - c.px(5));
      draw_chip(p, c, {a, b}, age, small, chip_pad, legend.freshness);
      y += chip_step;
    }
    const auto rect_of = [&](std::size_t i) { return boxes[i].rect + glm::vec4(o, o); };
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const glm::vec4 r = rect_of(i);
      const bool symbol = rows[i].of && rows[i].of->shape;
      if (!symbol) p.frame(min_of(r) - c.hair(), max_of(r) + c.hair(), c.hair(), {255, 255, 255, 70});
      draw_swatch(p, c, r, rows[i]);
      const float up = rows[i].second.empty() ? 0 : second_step / 2;
      const auto ink = rows[i].of ? c.theme.text : c.theme.quiet;
      p.text_middle({r.z + c.px(12), (r.y + r.w) / 2 - up}, rows[i].label, rows[i].size, ink);
      if (!rows[i].second.empty()) p.text_middle({r.z + c.px(12), (r.y + r.w) / 2 + up}, rows[i].second, rows[i].size, ink);
    }
    if (ramp)  // between the class colours, top to bottom; the swatches' own ends stay exact
      for (std::size_t i = 0; i + 1 < rows.size() && rows[i + 1].of; ++i) {
        const glm::vec4 a = rect_of(i), b = rect_of(i + 1);
        const Rgba8 from = rows[i].of->colour, to = rows[i + 1].of->colour;
        const float y0 = std::round((a.y + a.w) / 2), y1 = std::round((b.y + b.w) / 2);
        for (float at = y0; at < y1; ++at) {
          const float t = (at - y0) / (y1 - y0);
          const auto mix = [t](std::uint8_t u, std::uint8_t v) { return static_cast<std::uint8_t>(std::lround(u + (v - u) * t)); };
          p.rect({a.x, at}, {a.z, at + 1}, {mix(from.r, to.r), mix(from.g, to.g), mix(from.b, to.b), 255});
        }
      }
    y += c.px(4) + row_step * static_cast<float>(rows.size()) + second_lines;
    if (!left_out.empty()) {
      p.text_middle({o.x + pad, y + row_step / 2}, left_out, label_size, c.theme.quiet);
      y += row_step;
    }
    y += c.px(6);
    for (const auto& line : foot) {
      p.text_middle({o.x + pad, y + foot_step / 2}, line, small, c.theme.quiet);
      y += foot_step;
    }
  };
  return part;
}

}  // namespace tenbo::runtime::hud
