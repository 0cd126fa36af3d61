#include "markers.h"

#include <array>
#include <glm/common.hpp>
#include <numeric>
#include <span>
#include <tuple>
#include <unordered_map>

#include "parts.h"
#include "tenbo/runtime/alarm_level.h"

namespace tenbo::runtime::hud {
namespace {
// Rectangles by the cells they touch, so that asking for an overlap looks only nearby.
class Occupied {
 public:
  bool hits(glm::vec4 r) const {
    bool hit = false;
    each_cell(r, [&](std::int64_t cell) {
      if (const auto it = cells_.find(cell); !hit && it != cells_.end())
        for (const auto i : it->second) hit = hit || overlap(rects_[i], r);
    });
    return hit;
  }
  void add(glm::vec4 r) {
    each_cell(r, [&](std::int64_t cell) { cells_[cell].push_back(rects_.size()); });
    rects_.push_back(r);
  }

 private:
  template <class F>
  static void each_cell(glm::vec4 r, F&& f) {
    const auto cell = [](float v) { return static_cast<std::int64_t>(std::floor(std::clamp(v, -1e5f, 1e5f) / 96)); };
    for (std::int64_t y = cell(r.y); y <= cell(r.w); ++y)
      for (std::int64_t x = cell(r.x); x <= cell(r.z); ++x) f(y * 1'000'003 + x);
  }
  std::vector<glm::vec4> rects_;
  std::unordered_map<std::int64_t, std::vector<std::size_t>> cells_;
};

int severity_of(const Marker& m) {
  if (m.severity >= 0) return m.severity;
  constexpr std::array<std::string_view, 4> grades{"I", "II", "III", "IV"};
  for (std::size_t i = 0; i < grades.size(); ++i)
    if (m.letter == grades[i]) return static_cast<int>(i) + 1;
  return m.letter == "Ⅳ" ? 4 : m.letter == "Ⅲ" ? 3 : m.letter == "Ⅱ" ? 2 : m.letter == "Ⅰ" ? 1 : 0;
}

bool is_on_screen(const Context& c, glm::vec2 at) {
  return std::isfinite(at.x) && std::isfinite(at.y) && at.x >= 0 && at.y >= 0 &&
         at.x < static_cast<float>(c.input.size.x) && at.y < static_cast<float>(c.input.size.y);
}
float usable_depth(float depth) { return std::isfinite(depth) ? depth : 1e30f; }

// A place without a letter is a small dot.
float radius_of(const Context& c, const Marker& m) { return c.px(m.letter.empty() ? 9 : 16) * (m.selected ? 1.35f : 1.f); }

// Only like stands for like: a shelter is not counted among bridges.
bool same_kind(const Marker& a, const Marker& b) {
  if (a.group != b.group || a.letter.empty() != b.letter.empty()) return false;
  return !a.letter.empty() || (a.shape == b.shape && a.colour == b.colour);
}

std::string grouped(std::size_t n) {  // 12,345
  const std::string digits = std::to_string(n);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

// On its chip: how many stand here, before it in its own colour how many of them are as bad, where not all are.
struct Chip { std::string count, as_bad; float split = 0, width = 0; };
Chip chip_of(const Context& c, const ShownMarker& m) {
  const int size = c.font(metrics::detail);
  Chip chip{grouped(m.count), m.as_bad < m.count ? grouped(m.as_bad) : std::string(), 0, 0};
  if (!chip.as_bad.empty()) chip.split = c.width(chip.as_bad, size, true) + c.px(10);
  chip.width = chip.split + c.width(chip.count, size, true) + c.px(12);
  return chip;
}

// What brings markers together grows with the crowd: about so many are wanted within this reach of each, itself among them.
constexpr float crowd_reach = 130;  // px at scale 1
constexpr float crowd_wanted = 4.5f;
constexpr float most_spread = 5;

// Without what lies under a panel: who is seen is not counted by somebody who is not.
std::vector<std::size_t> by_severity(const Context& c, const std::vector<glm::vec4>& taken) {
  const auto& markers = c.input.markers;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < markers.size(); ++i)
    if (is_on_screen(c, markers[i].pixel) && std::none_of(taken.begin(), taken.end(), [&](glm::vec4 r) { return inside(markers[i].pixel, r); })) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Marker &m = markers[a], &n = markers[b];
    return std::tuple(!m.selected, -severity_of(m), usable_depth(m.depth), a) <
           std::tuple(!n.selected, -severity_of(n), usable_depth(n.depth), b);
  });
  return order;
}

// The worst and nearest lead; whoever stands closer to a leader than its symbol is wide, times `wider`, joins it.
std::vector<ShownMarker> cluster(const Context& c, const std::vector<std::size_t>& order, float wider) {
  const auto& markers = c.input.markers;
  const float stretch = 1 + 0.45f * std::min(1.f, wider - 1);  // in a crowd there are counts beside the symbols
  const float cell_size = 1.7f * c.px(16) * wider * stretch;
  std::vector<ShownMarker> shown;
  std::unordered_map<std::int64_t, std::vector<std::size_t>> cells;
  const auto cell = [cell_size](float v) { return static_cast<std::int64_t>(std::floor(v / cell_size)); };
  for (const std::size_t i : order) {
    const Marker& m = markers[i];
    const std::int64_t x = cell(m.pixel.x), y = cell(m.pixel.y);
    std::size_t leader = SIZE_MAX;
    float least = 1.7f * radius_of(c, m) * (m.letter.empty() ? 1 : wider);
    if (!m.selected)
      for (std::int64_t dy = -1; dy <= 1; ++dy)
        for (std::int64_t dx = -1; dx <= 1; ++dx)
          if (const auto it = cells.find((y + dy) * 1'000'003 + x + dx); it != cells.end())
            for (const std::size_t k : it->second) {
              const glm::vec2 d = markers[shown[k].index].pixel - m.pixel;
              const float distance = std::hypot(d.x / stretch, d.y);
              if (distance < least && !markers[shown[k].index].selected && same_kind(markers[shown[k].index], m)) least = distance, leader = k;
            }
    if (leader != SIZE_MAX) {
      const Marker& of = markers[shown[leader].index];
      shown[leader].count += m.count;
      shown[leader].alarm = std::max(shown[leader].alarm, m.alarm);
      if (of.shape == m.shape && of.colour == m.colour) shown[leader].as_bad += m.as_bad;
      continue;
    }
    cells[y * 1'000'003 + x].push_back(shown.size());
    shown.push_back({i, m.count, m.as_bad, radius_of(c, m), {}, m.alarm});
  }
  return shown;
}

// How many with a letter stand within crowd_reach of one, on average: where they stand, not over the whole screen.
float crowding(const Context& c, const std::vector<ShownMarker>& shown) {
  const float reach = c.px(crowd_reach);
  std::vector<glm::vec2> at;
  for (const auto& s : shown)
    if (const Marker& m = c.input.markers[s.index]; !m.letter.empty()) at.push_back(m.pixel);
  if (at.empty()) return 0;
  std::sort(at.begin(), at.end(), [](glm::vec2 a, glm::vec2 b) { return std::tuple(a.x, a.y) < std::tuple(b.x, b.y); });
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < at.size(); ++i)
    for (std::size_t k = i + 1; k < at.size() && at[k].x - at[i].x < reach; ++k) {
      const glm::vec2 d = at[k] - at[i];
      pairs += d.x * d.x + d.y * d.y < reach * reach;
    }
  return 1 + 2 * static_cast<float>(pairs) / static_cast<float>(at.size());
}

std::vector<ShownMarker> cluster(const Context& c, const std::vector<glm::vec4>& taken) {
  const auto& markers = c.input.markers;
  const auto order = by_severity(c, taken);
  auto shown = cluster(c, order, 1);
  const float crowd = crowding(c, shown);
  if (crowd > crowd_wanted) shown = cluster(c, order, std::min(most_spread, std::sqrt(crowd / crowd_wanted)));
  for (auto& s : shown) {
    const glm::vec2 at = markers[s.index].pixel;
    const float r = s.radius + c.px(3);
    s.rect = {at.x - r, at.y - r, at.x + r, at.y + r};
    if (s.count > 1) s.rect.z = std::max(s.rect.z, at.x + s.radius * 0.45f + chip_of(c, s).width), s.rect.y -= c.px(4);
    if (s.alarm > 0) s.rect.x -= c.px(8), s.rect.y = std::min(s.rect.y, at.y - s.radius - c.px(8));
  }
  return shown;
}

bool has_stem(const Marker& m, float radius) {
  const float length = std::hypot(m.foot.x - m.pixel.x, m.foot.y - m.pixel.y);
  return std::isfinite(length) && length >= radius && length < 4000;
}

Rgba8 ink_on(Rgba8 c) {
  const float luma = 0.2126f * static_cast<float>(c.r) + 0.7152f * static_cast<float>(c.g) + 0.0722f * static_cast<float>(c.b);
  return luma > 120 ? Rgba8{18, 18, 20, 255} : Rgba8{255, 255, 255, 255};
}
}  // namespace

Crowd arrange(const Context& c, const std::vector<glm::vec4>& taken) {
  const HudInput& in = c.input;
  Crowd crowd;
  crowd.markers = cluster(c, taken);
  Occupied occupied;
  for (const auto& r : taken) occupied.add(r);
  for (const auto& m : crowd.markers) {
    occupied.add(m.rect);
    const Marker& of = in.markers[m.index];
    if (!has_stem(of, m.radius)) continue;
    const glm::vec2 d = of.foot - of.pixel;  // pieces along the stem, so that a slanted one takes no more than it needs
    const int pieces = 1 + static_cast<int>(std::abs(d.x) / c.px(8));
    for (int i = 0; i < pieces; ++i) {
      const glm::vec2 a = of.pixel + d * (static_cast<float>(i) / static_cast<float>(pieces));
      const glm::vec2 b = of.pixel + d * (static_cast<float>(i + 1) / static_cast<float>(pieces));
      occupied.add(glm::vec4(glm::min(a, b) - c.px(4), glm::max(a, b) + c.px(4)));
    }
  }

  // Who asks for room, in the order they are served.
  struct Wish { bool selected; int priority; float depth; bool of_marker; std::size_t index; const ShownMarker* marker; };
  std::vector<Wish> wishes;
  for (const auto& m : crowd.markers)
    if (const Marker& of = in.markers[m.index]; !of.label.empty())
      wishes.push_back({of.selected, severity_of(of), usable_depth(of.depth), true, m.index, &m});
  for (std::size_t i = 0; i < in.labels.size(); ++i)
    if (const Label& l = in.labels[i]; !l.text.empty() && is_on_screen(c, l.pixel))
      wishes.push_back({false, l.priority, usable_depth(l.depth), false, i, nullptr});
  std::sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) {
    return std::tuple(!a.selected, -a.priority, a.depth, a.of_marker, a.index) <
           std::tuple(!b.selected, -b.priority, b.depth, b.of_marker, b.index);
  });

  const glm::vec4 screen(0, 0, in.size);
  for (const Wish& w : wishes) {
    const int size = c.font(w.selected ? metrics::heading : metrics::read);
    const bool bold = w.of_marker;
    const std::string& whole = w.of_marker ? in.markers[w.index].label : in.labels[w.index].text;
    const std::string text = fit_text(c.glyphs, head(whole), size, bold, c.px(320));
    const glm::vec2 half = 0.5f * glm::vec2(c.width(text, size, bold) + c.px(w.selected ? 20 : 8), static_cast<float>(size) * 1.35f + c.px(w.selected ? 8 : 2));
    const auto try_at = [&](glm::vec2 middle) {
      middle = glm::vec2(std::round(middle.x), std::round(middle.y));
      const glm::vec4 r(middle - half, middle + half);
      if (r.x < screen.x || r.y < screen.y || r.z > screen.z || r.w > screen.w || occupied.hits(r)) return false;
      occupied.add(r);
      crowd.labels.push_back({w.index, w.of_marker, w.selected, text, size, r});
      return true;
    };
    if (!w.of_marker) {
      // What a hazard says of an area or a coast goes a line aside rather than missing: a symbol may stand in its middle.
      const bool done = try_at(in.labels[w.index].pixel);
      for (const float lines : {-1.f, 1.f, -2.f, 2.f})
        if (!done && w.priority > 10 && try_at(in.labels[w.index].pixel + glm::vec2(0, lines * 2 * half.y))) break;
      continue;
    }
    const glm::vec4 r = w.marker->rect;
    const glm::vec2 at = in.markers[w.index].pixel;
    const float gap = c.px(3);
    if (try_at({r.z + gap + half.x, at.y}) || try_at({r.x - gap - half.x, at.y}) || !w.selected) continue;
    // What is selected always says its name: further and further away, on a leader line.
    bool done = false;
    for (float away = gap; !done && away < c.px(400); away += c.px(24))
      for (const glm::vec2 side : {glm::vec2(0, -1), {1, -1}, {-1, -1}, {1, 0}, {-1, 0}, {0, 1}, {1, 1}, {-1, 1}})
        if (!done) done = try_at(at + side * (0.5f * size_of(r) + half + away));
  }
  std::stable_sort(crowd.markers.begin(), crowd.markers.end(), [&](const ShownMarker& a, const ShownMarker& b) {
    const Marker &m = in.markers[a.index], &n = in.markers[b.index];
    return std::tuple(m.selected, -usable_depth(m.depth), a.index) < std::tuple(n.selected, -usable_depth(n.depth), b.index);
  });
  return crowd;
}

void draw_symbol(Painter& p, const Context& c, glm::vec2 at, float radius, MarkerShape shape, Rgba8 colour,
                 std::string_view letter, Rgba8 border, float border_width, bool hatched) {
  std::vector<glm::vec2> corners;
  float letter_room = radius * 1.45f;
  glm::vec2 letter_at = at;
  const auto regular = [&](int n, float turn, float r) {
    for (int i = 0; i < n; ++i) {
      const float angle = turn + 6.2831853f * static_cast<float>(i) / static_cast<float>(n);
      corners.push_back(at + r * glm::vec2(std::sin(angle), -std::cos(angle)));
    }
  };
  switch (shape) {
    case MarkerShape::circle: break;
    case MarkerShape::triangle:  // point up, its middle where its weight is
      regular(3, 0, radius * 1.42f);
      for (auto& v : corners) v.y += radius * 0.26f;
      letter_at.y += radius * 0.33f;
      letter_room = radius * 1.2f;
      break;
    case MarkerShape::diamond: regular(4, 0, radius * 1.12f); letter_room = radius * 1.2f; break;
    case MarkerShape::square: regular(4, 0.78539816f, radius * 1.22f); break;
    case MarkerShape::hexagon: regular(6, 0, radius * 1.06f); break;
  }
  const Rgba8 shade{8, 11, 16, 150};
  if (corners.empty()) {
    p.circle(at, radius + c.hair(), shade, shade, 0);
    p.circle(at, radius, colour, border, border_width);
  } else {
    std::vector<glm::vec2> around;
    for (const auto& v : corners) around.push_back(at + (v - at) * (1 + 1.6f * c.hair() / radius));
    p.polygon(around, shade, shade, 0);
    p.polygon(corners, colour, border, border_width);
  }
  if (hatched) {  // chords of a circle inside every shape, and beside the letter
    const float inside = radius * (letter.empty() ? 0.78f : 0.86f);
    constexpr float all_over[] = {-0.6f, 0, 0.6f}, beside[] = {-0.94f, -0.7f, 0.7f, 0.94f};
    for (const float away : letter.empty() ? std::span<const float>(all_over) : std::span<const float>(beside)) {
      const glm::vec2 middle = at + glm::vec2(away, away) * (0.7071f * inside);
      const glm::vec2 half = glm::vec2(1, -1) * (0.7071f * inside * std::sqrt(1 - away * away));
      p.line(middle - half, middle + half, std::max(1.5f, radius * 0.14f), {20, 24, 30, 255});
    }
  }
  int size = std::max(6, static_cast<int>(std::lround(radius * 1.18f)));
  letter = letter.substr(0, 16);
  while (size > render::least_text_size && c.width(letter, size, true) > letter_room) --size;
  p.text_middle({letter_at.x - c.width(letter, size, true) / 2, letter_at.y}, letter, size, ink_on(colour), true);
}

void draw_crowd(Painter& p, const Context& c, const Crowd& crowd) {
  const HudInput& in = c.input;
  const Rgba8 line{c.theme.text.r, c.theme.text.g, c.theme.text.b, 240}, shade{8, 11, 16, 140};
  for (const auto& m : crowd.markers) {  // all stems under all symbols
    const Marker& of = in.markers[m.index];
    if (!has_stem(of, m.radius)) continue;
    const Rgba8 tone = of.selected ? c.theme.attention : line;
    p.line(of.pixel, of.foot, c.px(of.selected ? 5 : 4), shade);
    p.line(of.pixel, of.foot, c.px(of.selected ? 3 : 2) * 0.9f, tone);
    p.circle(of.foot, c.px(4), tone, tone, 0);
  }
  for (const auto& m : crowd.markers) {
    const Marker& of = in.markers[m.index];
    if (of.selected) {
      p.circle(of.pixel, m.radius + c.px(7), {8, 11, 16, 110}, {8, 11, 16, 200}, c.px(1));
      p.circle(of.pixel, m.radius + c.px(6), {0, 0, 0, 0}, c.theme.attention, c.px(3));
    }
    if (m.count > 1)  // another one behind it
      draw_symbol(p, c, of.pixel + glm::vec2(c.px(4), -c.px(3)), m.radius, of.shape, of.colour, "", line, c.px(2));
    draw_symbol(p, c, of.pixel, m.radius, of.shape, of.colour, of.letter, line, c.px(2), of.hatched);
    if (m.count > 1) {
      const Chip chip = chip_of(c, m);
      const int size = c.font(metrics::detail);
      const glm::vec2 box(chip.width, c.px(20));
      const glm::vec2 at(of.pixel.x + m.radius * 0.45f, of.pixel.y - m.radius - c.px(6));
      p.rect(at, at + box, {13, 18, 25, 245}, box.y / 2);
      if (chip.split > 0) {
        p.rect(at, at + glm::vec2(chip.split, box.y), of.colour, box.y / 2);
        p.rect(at + glm::vec2(chip.split - box.y / 2, 0), at + glm::vec2(chip.split, box.y), of.colour);
        p.text_middle({at.x + c.px(6), at.y + box.y / 2}, chip.as_bad, size, ink_on(of.colour), true);
      }
      p.frame(at, at + box, c.hair(), line, box.y / 2);
      p.text_middle({at.x + chip.split + c.px(chip.split > 0 ? 5 : 6), at.y + box.y / 2}, chip.count, size, c.theme.text, true);
    }
  }
  for (const auto& m : crowd.markers) {  // above all symbols: what a sensor says is newer than any inspection
    if (m.alarm <= 0) continue;
    const Rgba8 colour = alarm_level_colour(m.alarm);
    const std::string digit = std::to_string(m.alarm);
    const glm::vec2 at = in.markers[m.index].pixel + glm::vec2(-0.8f, -0.8f) * m.radius;
    const int size = c.font(metrics::detail);
    p.circle(at, c.px(11), {8, 11, 16, 200}, {8, 11, 16, 200}, 0);
    p.circle(at, c.px(10), colour, {255, 255, 255, 255}, c.px(2));
    p.text_middle({at.x - c.width(digit, size, true) / 2, at.y}, digit, size, ink_on(colour), true);
  }
  for (const auto& l : crowd.labels) {
    const glm::vec2 size = size_of(l.rect);
    if (l.selected) {
      const glm::vec2 from = in.markers[l.index].pixel, to = glm::clamp(from, min_of(l.rect), max_of(l.rect));
      const float reach = std::hypot(to.x - from.x, to.y - from.y), skip = c.px(16) * 1.35f + c.px(7);
      if (reach > skip + 1) {
        p.line(from + (to - from) * (skip / reach), to, c.px(4), shade);
        p.line(from + (to - from) * (skip / reach), to, c.px(2), c.theme.attention);
      }
      p.rect(min_of(l.rect), max_of(l.rect), c.theme.panel, c.px(6));
      p.frame(min_of(l.rect), max_of(l.rect), c.px(2), c.theme.attention, c.px(6));
    }
    const float pad = (size.x - c.width(l.text, l.size, l.of_marker)) / 2;
    p.text_middle({l.rect.x + pad, l.rect.y + size.y / 2}, l.text, l.size, c.theme.text, l.of_marker, !l.selected);
  }
}

}  // namespace tenbo::runtime::hud
