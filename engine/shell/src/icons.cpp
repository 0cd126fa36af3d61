#include "icons.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numbers>

namespace tenbo::shell {
namespace {

// A pen in a box from -1 to 1.
struct Pen {
  ImDrawList& list;
  ImVec2 centre;
  float half;
  ImU32 colour;
  float width;

  ImVec2 at(float x, float y) const { return {centre.x + x * half, centre.y + y * half}; }
  void line(std::initializer_list<ImVec2> points, bool closed = false) const {
    for (const ImVec2& p : points) list.PathLineTo(at(p.x, p.y));
    list.PathStroke(colour, closed ? ImDrawFlags_Closed : 0, width);
  }
  void fill(std::initializer_list<ImVec2> points) const {
    for (const ImVec2& p : points) list.PathLineTo(at(p.x, p.y));
    list.PathFillConvex(colour);
  }
  void ring(float x, float y, float r) const { list.AddCircle(at(x, y), r * half, colour, 0, width); }
  void disc(float x, float y, float r) const { list.AddCircleFilled(at(x, y), r * half, colour); }
  void arc(float x, float y, float r, float from, float to) const {
    constexpr float turn = 2 * std::numbers::pi_v<float>;
    list.PathArcTo(at(x, y), r * half, from * turn, to * turn, 24);
    list.PathStroke(colour, 0, width);
  }
  void box(float x0, float y0, float x1, float y1, float round = 0) const {
    list.AddRect(at(x0, y0), at(x1, y1), colour, round * half, 0, width);
  }
  void solid(float x0, float y0, float x1, float y1) const { list.AddRectFilled(at(x0, y0), at(x1, y1), colour); }
};

void eye(const Pen& p) {
  p.list.PathLineTo(p.at(-1, 0));
  p.list.PathBezierQuadraticCurveTo(p.at(0, -1.25f), p.at(1, 0), 16);
  p.list.PathBezierQuadraticCurveTo(p.at(0, 1.25f), p.at(-1, 0), 16);
  p.list.PathStroke(p.colour, 0, p.width);
  p.disc(0, 0, 0.32f);
}

void drop(const Pen& p) {
  p.list.PathLineTo(p.at(0, -1));
  p.list.PathBezierCubicCurveTo(p.at(0.25f, -0.5f), p.at(0.72f, -0.1f), p.at(0.72f, 0.3f), 12);
  p.list.PathArcTo(p.at(0, 0.28f), 0.72f * p.half, 0, std::numbers::pi_v<float>, 16);
  p.list.PathBezierCubicCurveTo(p.at(-0.72f, -0.1f), p.at(-0.25f, -0.5f), p.at(0, -1), 12);
  p.list.PathStroke(p.colour, ImDrawFlags_Closed, p.width);
}

}  // namespace

void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const Pen p{list, centre, size / 2, colour, std::max(1.0f, size / 11)};
  switch (icon) {
    case Icon::eye: return eye(p);
    case Icon::eye_off: eye(p); return p.line({{-0.8f, 0.8f}, {0.8f, -0.8f}});
    case Icon::play: return p.fill({{-0.55f, -0.8f}, {0.85f, 0}, {-0.55f, 0.8f}});
    case Icon::play_reverse: return p.fill({{0.55f, 0.8f}, {-0.85f, 0}, {0.55f, -0.8f}});
    case Icon::pause: p.solid(-0.6f, -0.75f, -0.15f, 0.75f); return p.solid(0.15f, -0.75f, 0.6f, 0.75f);
    case Icon::step_forward: p.fill({{-0.7f, -0.65f}, {0.4f, 0}, {-0.7f, 0.65f}}); return p.solid(0.45f, -0.65f, 0.7f, 0.65f);
    case Icon::step_back: p.fill({{0.7f, 0.65f}, {-0.4f, 0}, {0.7f, -0.65f}}); return p.solid(-0.7f, -0.65f, -0.45f, 0.65f);
    case Icon::search: p.ring(-0.2f, -0.2f, 0.62f); return p.line({{0.27f, 0.27f}, {0.9f, 0.9f}});
    case Icon::bookmark: return p.line({{-0.6f, -0.9f}, {0.6f, -0.9f}, {0.6f, 0.9f}, {0, 0.35f}, {-0.6f, 0.9f}}, true);
    case Icon::ruler:
      p.line({{-1, 0.35f}, {0.35f, -1}, {1, -0.35f}, {-0.35f, 1}}, true);
      for (float t : {0.25f, 0.5f, 0.75f})
        p.line({{-1 + 1.35f * t, 0.35f - 1.35f * t}, {-0.72f + 1.35f * t, 0.63f - 1.35f * t}});
      return;
    case Icon::pencil:
      p.line({{-0.9f, 0.9f}, {-0.7f, 0.25f}, {0.45f, -0.9f}, {0.9f, -0.45f}, {-0.25f, 0.7f}}, true);
      return p.line({{0.15f, -0.6f}, {0.6f, -0.15f}});
    case Icon::bell:
      p.line({{-0.85f, 0.55f}, {-0.6f, 0.25f}, {-0.6f, -0.25f}, {-0.35f, -0.7f}, {0, -0.82f}, {0.35f, -0.7f}, {0.6f, -0.25f}, {0.6f, 0.25f}, {0.85f, 0.55f}}, true);
      return p.disc(0, 0.8f, 0.17f);
    case Icon::sound: case Icon::sound_off:
      p.line({{-0.9f, -0.3f}, {-0.5f, -0.3f}, {-0.05f, -0.7f}, {-0.05f, 0.7f}, {-0.5f, 0.3f}, {-0.9f, 0.3f}}, true);
      if (icon == Icon::sound_off) {
        p.line({{0.3f, -0.3f}, {0.9f, 0.3f}});
        return p.line({{0.9f, -0.3f}, {0.3f, 0.3f}});
      }
      p.arc(-0.05f, 0, 0.45f, -0.14f, 0.14f);
      return p.arc(-0.05f, 0, 0.85f, -0.14f, 0.14f);
    case Icon::feed:
      p.disc(-0.65f, 0.65f, 0.2f);
      p.arc(-0.75f, 0.75f, 0.85f, -0.25f, 0.0f);
      return p.arc(-0.75f, 0.75f, 1.5f, -0.25f, 0.0f);
    case Icon::moon: p.arc(0, 0, 0.85f, 0.06f, 0.69f); return p.arc(0.42f, -0.3f, 0.76f, 0.18f, 0.58f);
    case Icon::sun:
      p.ring(0, 0, 0.42f);
      for (int i = 0; i < 8; ++i) {
        const float t = static_cast<float>(i) * std::numbers::pi_v<float> / 4, c = std::cos(t), s = std::sin(t);
        p.line({{0.68f * c, 0.68f * s}, {0.98f * c, 0.98f * s}});
      }
      return;
    case Icon::drop: return drop(p);
    case Icon::save:
      p.line({{-0.85f, -0.85f}, {0.45f, -0.85f}, {0.85f, -0.45f}, {0.85f, 0.85f}, {-0.85f, 0.85f}}, true);
      p.box(-0.45f, 0.1f, 0.45f, 0.85f);
      return p.line({{-0.4f, -0.85f}, {-0.4f, -0.4f}, {0.25f, -0.4f}, {0.25f, -0.85f}});
    case Icon::camera:
      p.box(-0.95f, -0.5f, 0.95f, 0.75f, 0.2f);
      p.line({{-0.45f, -0.52f}, {-0.25f, -0.85f}, {0.25f, -0.85f}, {0.45f, -0.52f}});
      return p.ring(0, 0.12f, 0.36f);
    case Icon::help:
      p.arc(0, -0.4f, 0.48f, 0.5f, 1.12f);
      p.line({{0.33f, -0.06f}, {0, 0.2f}, {0, 0.42f}});
      return p.disc(0, 0.82f, 0.13f);
    case Icon::palette:
      p.solid(-0.85f, 0.1f, -0.35f, 0.85f);
      p.solid(-0.25f, -0.35f, 0.25f, 0.85f);
      return p.solid(0.35f, -0.85f, 0.85f, 0.85f);
    case Icon::close: p.line({{-0.6f, -0.6f}, {0.6f, 0.6f}}); return p.line({{0.6f, -0.6f}, {-0.6f, 0.6f}});
    case Icon::up: return p.line({{-0.65f, 0.35f}, {0, -0.35f}, {0.65f, 0.35f}});
    case Icon::down: return p.line({{-0.65f, -0.35f}, {0, 0.35f}, {0.65f, -0.35f}});
    case Icon::right: return p.line({{-0.35f, -0.65f}, {0.35f, 0}, {-0.35f, 0.65f}});
    case Icon::plus: p.line({{-0.75f, 0}, {0.75f, 0}}); return p.line({{0, -0.75f}, {0, 0.75f}});
    case Icon::trash:
      p.line({{-0.8f, -0.55f}, {0.8f, -0.55f}});
      p.line({{-0.3f, -0.6f}, {-0.3f, -0.88f}, {0.3f, -0.88f}, {0.3f, -0.6f}});
      return p.line({{-0.6f, -0.5f}, {-0.5f, 0.88f}, {0.5f, 0.88f}, {0.6f, -0.5f}});
    case Icon::target:
      p.ring(0, 0, 0.55f);
      for (float s : {-1.0f, 1.0f}) {
        p.line({{s * 0.35f, 0}, {s, 0}});
        p.line({{0, s * 0.35f}, {0, s}});
      }
      return;
    case Icon::warning:
      p.line({{0, -0.85f}, {0.95f, 0.8f}, {-0.95f, 0.8f}}, true);
      p.line({{0, -0.25f}, {0, 0.28f}});
      return p.disc(0, 0.53f, 0.11f);
    case Icon::layers:
      p.line({{0, -0.9f}, {0.95f, -0.4f}, {0, 0.1f}, {-0.95f, -0.4f}}, true);
      p.line({{-0.95f, 0.02f}, {0, 0.52f}, {0.95f, 0.02f}});
      return p.line({{-0.95f, 0.42f}, {0, 0.92f}, {0.95f, 0.42f}});
    case Icon::home:
      p.line({{-0.95f, 0}, {0, -0.88f}, {0.95f, 0}});
      return p.line({{-0.65f, -0.2f}, {-0.65f, 0.85f}, {0.65f, 0.85f}, {0.65f, -0.2f}});
    case Icon::undo: p.arc(0.05f, 0.1f, 0.65f, -0.42f, 0.3f); return p.fill({{-0.95f, -0.25f}, {-0.25f, -0.75f}, {-0.2f, 0.1f}});
    case Icon::check: return p.line({{-0.75f, 0.05f}, {-0.2f, 0.6f}, {0.8f, -0.6f}});
    case Icon::minus: return p.line({{-0.8f, 0}, {0.8f, 0}});
    case Icon::turn_left: p.arc(0, 0.1f, 0.75f, -0.45f, 0.2f); return p.fill({{-1.1f, -0.1f}, {-0.35f, -0.1f}, {-0.75f, 0.5f}});
    case Icon::turn_right: p.arc(0, 0.1f, 0.75f, 0.3f, 0.95f); return p.fill({{1.1f, -0.1f}, {0.35f, -0.1f}, {0.75f, 0.5f}});
    case Icon::tilt_up:  // the ground seen flat, as towards the horizon
      p.line({{-0.95f, 0.8f}, {-0.45f, 0.35f}, {0.45f, 0.35f}, {0.95f, 0.8f}}, true);
      return p.line({{-0.45f, -0.3f}, {0, -0.8f}, {0.45f, -0.3f}});
    case Icon::tilt_down:  // the ground seen from above
      p.box(-0.6f, -0.1f, 0.6f, 0.9f);
      return p.line({{-0.45f, -0.9f}, {0, -0.4f}, {0.45f, -0.9f}});
    case Icon::north:
      p.fill({{0, -1}, {0.45f, 0.05f}, {-0.45f, 0.05f}});
      return p.line({{-0.45f, 0.05f}, {0, 1}, {0.45f, 0.05f}});
    case Icon::ledger:  // a table with its head
      p.box(-0.85f, -0.85f, 0.85f, 0.85f);
      p.line({{-0.85f, -0.35f}, {0.85f, -0.35f}});
      p.line({{-0.85f, 0.25f}, {0.85f, 0.25f}});
      return p.line({{0.15f, -0.35f}, {0.15f, 0.85f}});
    case Icon::priority:  // bars, the longest first
      p.line({{-0.85f, -0.7f}, {0.85f, -0.7f}});
      p.line({{-0.85f, 0}, {0.35f, 0}});
      return p.line({{-0.85f, 0.7f}, {-0.2f, 0.7f}});
    case Icon::bridge:  // a deck on an arch
      p.line({{-0.95f, -0.35f}, {0.95f, -0.35f}});
      p.line({{-0.8f, -0.35f}, {-0.8f, 0.7f}});
      p.line({{0.8f, -0.35f}, {0.8f, 0.7f}});
      p.list.PathLineTo(p.at(-0.8f, 0.7f));
      p.list.PathBezierQuadraticCurveTo(p.at(0, -0.6f), p.at(0.8f, 0.7f), 12);
      return p.list.PathStroke(p.colour, 0, p.width);
    case Icon::globe:
      p.ring(0, 0, 0.9f);
      p.line({{-0.9f, 0}, {0.9f, 0}});
      p.list.PathLineTo(p.at(0, -0.9f));
      p.list.PathBezierQuadraticCurveTo(p.at(0.85f, 0), p.at(0, 0.9f), 12);
      p.list.PathBezierQuadraticCurveTo(p.at(-0.85f, 0), p.at(0, -0.9f), 12);
      return p.list.PathStroke(p.colour, 0, p.width);
  }
}

}  // namespace tenbo::shell
