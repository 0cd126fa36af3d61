#include "parts.h"

#include <glm/trigonometric.hpp>

namespace tenbo::runtime::hud {
namespace {
// A line of words where those with a colon (hours and minutes) speak in the loudest voice.
struct Word { std::string text; int size; bool bold; float x; };

std::vector<Word> time_words(const Context& c, const std::string& time, int small, int loud) {
  std::vector<Word> words;
  float x = 0;
  for (std::size_t at = 0; at < time.size();) {
    const std::size_t end = std::min(time.find(' ', at), time.size());
    if (end > at) {
      Word word{time.substr(at, end - at), small, false, 0};
      if (word.text.find(':') != std::string::npos) word.size = loud, word.bold = true;
      if (!words.empty()) x += c.px(10);
      word.x = x;
      x += c.width(word.text, word.size, word.bold);
      words.push_back(std::move(word));
    }
    at = end + 1;
  }
  return words;
}

float words_width(const Context& c, const std::vector<Word>& words) {
  return words.empty() ? 0 : words.back().x + c.width(words.back().text, words.back().size, words.back().bold);
}
}  // namespace

Part banner_part(const Context& c, const std::string& whole, float width) {
  const std::string text = head(whole, 200);
  const float height = c.px(56);
  int size = c.font(30);
  while (size > render::least_text_size && c.width(text, size, true) > width * 0.9f) --size;
  const std::string shown = fit_text(c.glyphs, text, size, true, width * 0.9f);
  const float text_width = c.width(shown, size, true);
  return {{width, height}, [=](Painter& p, glm::vec2 o) {
    p.rect(o, o + glm::vec2(width, height), c.theme.attention);
    // Hazard tape between the words, which repeat so that no part of a wide wall is without them.
    const float gap = c.px(28), pitch = text_width + std::max(c.px(320), width / 5);
    const int copies = 1 + 2 * std::max(0, static_cast<int>((width - text_width - 2 * gap) / 2 / pitch));
    float tape_from = o.x;
    for (int i = 0; i < copies; ++i) {
      const float x = std::round(o.x + width / 2 + (i - copies / 2) * pitch - text_width / 2);
      if (x - gap > tape_from) p.hatch({tape_from, o.y}, {x - gap, o.y + height}, c.px(28), c.theme.attention_text, c.px(14));
      p.text_middle({x, o.y + height / 2}, shown, size, c.theme.attention_text, true);
      tape_from = x + text_width + gap;
    }
    if (o.x + width > tape_from)
      p.hatch({tape_from, o.y}, {o.x + width, o.y + height}, c.px(28), c.theme.attention_text, c.px(14));
    p.rect({o.x, o.y + height - c.px(3)}, o + glm::vec2(width, height), c.theme.attention_text);
  }, {}};
}

Part title_part(const Context& c, float max_width) {
  const HudInput& in = c.input;
  const float pad = c.px(16), bar = c.px(4), inner = max_width - 2 * pad - bar;
  int loud = c.font(metrics::glance), small = c.font(metrics::heading);
  const bool has_clock = in.time.find(':') != std::string::npos;
  if (!has_clock) small = c.font(metrics::title);
  const std::string time = head(in.time, 120);
  auto words = time_words(c, time, small, loud);
  while (loud > render::least_text_size && words_width(c, words) > inner) {
    --loud;
    small = std::max(render::least_text_size, std::min(small, loud * 2 / 3));
    words = time_words(c, time, small, loud);
  }
  while (!words.empty() && words_width(c, words) > inner) words.pop_back();  // a text that is no time at all
  const int place_size = c.font(metrics::title), note_size = c.font(metrics::read);
  const auto place = in.place.empty() ? std::vector<std::string>{} : wrap_text(c.glyphs, head(in.place), place_size, true, inner, 2);
  const auto note = in.time_note.empty() ? std::vector<std::string>{} : wrap_text(c.glyphs, head(in.time_note), note_size, false, inner, 3);
  if (place.empty() && words.empty() && note.empty()) return {};

  float width = words_width(c, words);
  for (const auto& line : place) width = std::max(width, c.width(line, place_size, true));
  for (const auto& line : note) width = std::max(width, c.width(line, note_size));
  const float place_step = c.px(34), clock_step = words.empty() ? 0 : has_clock ? c.px(56) : c.px(40), note_step = c.px(25);
  const float edge = c.px(10);
  const glm::vec2 size(std::ceil(width) + 2 * pad + bar,
                       place_step * static_cast<float>(place.size()) + clock_step + note_step * static_cast<float>(note.size()) + 2 * edge);
  return {size, [=](Painter& p, glm::vec2 o) {
    draw_panel(p, c, {o, o + size});
    p.rect(o + glm::vec2(0, c.px(12)), o + glm::vec2(bar, size.y - c.px(12)), c.theme.accent, bar / 2);
    const float x = o.x + pad + bar;
    float y = o.y + edge;
    for (const auto& line : place) {
      p.text_middle({x, y + place_step / 2}, line, place_size, c.theme.text, true);
      y += place_step;
    }
    const float baseline = y + clock_step / 2 + c.glyphs.cap_height(has_clock ? loud : small) / 2;
    for (const auto& word : words)
      p.text({x + word.x, baseline}, word.text, word.size, word.bold || !has_clock ? c.theme.text : c.theme.quiet, word.bold);
    y += clock_step;
    for (const auto& line : note) {
      p.text_middle({x, y + note_step / 2}, line, note_size, c.theme.quiet);
      y += note_step;
    }
  }, {}};
}

Part notice_part(const Context& c, const std::string& text, float max_width) {
  const float pad = c.px(12), icon = c.px(20), step = c.px(23);
  const int size = c.font(metrics::read);
  const auto lines = wrap_text(c.glyphs, head(text, 1000), size, false, max_width - 3 * pad - icon, 4);
  float width = 0;
  for (const auto& line : lines) width = std::max(width, c.width(line, size));
  const glm::vec2 box(std::ceil(width) + 3 * pad + icon, step * static_cast<float>(lines.size()) + c.px(14));
  return {box, [=](Painter& p, glm::vec2 o) {
    draw_panel(p, c, {o, o + box});
    const glm::vec2 middle = o + glm::vec2(pad + icon / 2, c.px(7) + step / 2);
    p.polygon({middle + glm::vec2(0, -icon * 0.5f), middle + glm::vec2(icon * 0.54f, icon * 0.42f),
               middle + glm::vec2(-icon * 0.54f, icon * 0.42f)}, c.theme.attention, c.theme.attention, 0);
    const int mark = c.font(metrics::detail);
    p.text({middle.x - c.width("!", mark, true) / 2, middle.y + icon * 0.36f}, "!", mark, c.theme.attention_text, true);
    for (std::size_t i = 0; i < lines.size(); ++i)
      p.text_middle({o.x + 2 * pad + icon, o.y + c.px(7) + step * (static_cast<float>(i) + 0.5f)}, lines[i], size, c.theme.text);
  }, {}};
}

Part more_part(const Context& c, std::size_t count) {
  const std::string text = c.say("hud.more", {{"n", std::to_string(count)}});
  const int size = c.font(metrics::detail);
  const glm::vec2 box(std::ceil(c.width(text, size)) + c.px(24), c.px(30));
  return {box, [=](Painter& p, glm::vec2 o) {
    draw_panel(p, c, {o, o + box});
    p.text_middle({o.x + c.px(12), o.y + box.y / 2}, text, size, c.theme.quiet);
  }, {}};
}

Part compass_part(const Context& c) {
  if (!std::isfinite(c.input.heading)) return {};
  const float radius = c.px(32);
  return {glm::vec2(2 * radius), [=](Painter& p, glm::vec2 o) {
    const glm::vec2 centre = o + glm::vec2(radius);
    p.circle(centre, radius, c.theme.panel, c.theme.panel_edge, c.hair());
    const float angle = static_cast<float>(glm::radians(-c.input.heading));  // of north, clockwise from screen up
    const auto at = [&](float along, float side) {
      return centre + along * glm::vec2(std::sin(angle), -std::cos(angle)) + side * glm::vec2(std::cos(angle), std::sin(angle));
    };
    for (int i = 0; i < 12; ++i) {  // every 30 degrees
      const float a = angle + static_cast<float>(i) * 0.5235988f;
      const glm::vec2 d(std::sin(a), -std::cos(a));
      if (i != 0) p.line(centre + d * (radius - c.px(i % 3 == 0 ? 9 : 6)), centre + d * (radius - c.px(3)), c.px(i % 3 == 0 ? 2 : 1), c.theme.quiet);
    }
    const float tip = radius * 0.46f, wide = radius * 0.22f;
    p.polygon({at(tip, 0), at(0, wide), at(0, -wide)}, c.theme.accent, c.theme.accent, 0);
    p.polygon({at(-tip, 0), at(0, -wide), at(0, wide)}, c.theme.quiet, c.theme.quiet, 0);
    const std::string north = c.say("hud.north");
    const int size = c.font(metrics::detail);
    const glm::vec2 where = at(radius * 0.72f, 0);
    p.text_middle({where.x - c.width(north, size, true) / 2, where.y}, north, size, c.theme.text, true);
  }, {}};
}

Part footer_part(const Context& c, float max_width) {
  const HudInput& in = c.input;
  const float pad = c.px(12), inner = max_width - 2 * pad;
  const int bar_size = c.font(metrics::read), small = c.font(metrics::detail);
  const double metres = scale_bar_metres(in.metres_per_pixel * c.px(150));
  const float bar = metres > 0 ? std::round(static_cast<float>(metres / in.metres_per_pixel)) : 0;
  const std::string length = bar > 0 ? length_text(metres) : "";
  const float scale_width = bar > 0 ? bar + c.px(10) + c.width(length, bar_size, true) : 0;
  const auto datum = in.datum.empty() ? std::vector<std::string>{} : wrap_text(c.glyphs, head(in.datum), small, false, inner, 2);
  std::vector<std::string> credits;  // several on a line where they fit; every one in full
  for (const auto& whole : in.attributions) {
    const std::string a = head(whole, 1000);
    if (a.empty()) continue;
    const std::string joined = credits.empty() ? "" : credits.back() + "  |  " + a;
    if (!credits.empty() && c.width(joined, small) <= inner) credits.back() = joined;
    else for (auto& line : wrap_text(c.glyphs, a, small, false, inner, 8)) credits.push_back(std::move(line));
  }
  if (bar <= 0 && datum.empty() && credits.empty()) return {};
  float width = scale_width;
  for (const auto& line : datum) width = std::max(width, c.width(line, small));
  for (const auto& line : credits) width = std::max(width, c.width(line, small));
  const float bar_step = bar > 0 ? c.px(30) : 0, step = c.px(20);
  const glm::vec2 size(std::min(max_width, std::ceil(width) + 2 * pad),
                       bar_step + step * static_cast<float>(datum.size() + credits.size()) + c.px(12));
  Part part{size, [=](Painter& p, glm::vec2 o) {
    draw_panel(p, c, {o, o + size});
    const float x = o.x + pad;
    float y = o.y + c.px(6);
    if (bar > 0) {
      const float middle = y + bar_step / 2, thick = c.px(6), half = std::round(bar / 2);
      p.rect({x, middle - thick / 2}, {x + half, middle + thick / 2}, c.theme.text);
      p.frame({x, middle - thick / 2}, {x + bar, middle + thick / 2}, c.hair(), c.theme.text);
      p.text_middle({x + bar + c.px(10), middle}, length, bar_size, c.theme.text, true);
      y += bar_step;
    }
    for (const auto& [lines, colour] : {std::pair{&datum, c.theme.text}, std::pair{&credits, c.theme.quiet}})
      for (const auto& line : *lines) {
        p.text_middle({x, y + step / 2}, line, small, colour);
        y += step;
      }
  }, {}};
  const float text_top = c.px(6) + bar_step;
  if (bar > 0) part.inner.push_back({HudPart::scale_bar, {pad, c.px(6), pad + scale_width, text_top}, 0});
  if (!credits.empty())
    part.inner.push_back({HudPart::attribution, {pad, text_top + step * static_cast<float>(datum.size()), size.x - pad, size.y - c.px(6)}, 0});
  return part;
}

}  // namespace tenbo::runtime::hud
