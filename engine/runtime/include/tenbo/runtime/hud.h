#pragma once
// What stands on the glass besides the scene, drawn the same in a window and in a picture: title and time, banners,
// legends with unit and source, attribution, scale bar, compass, markers with their letters, labels that do not overlap.
#include <glm/vec2.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/render/glyphs.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

enum class Language { ja, en };

struct LegendClass { Rgba8 colour; std::string label; };   // "0.5–3 m"
struct Legend {
  std::string title, unit, source;   // "浸水深", "m", "demo forecast"
  std::string time;                  // valid and issue time, ready for the screen
  std::vector<LegendClass> classes;  // in the palette's order
  bool has_unknown = false;          // adds the hatched "no data" entry
};

// A marker in screen space: grade shapes carry their letter; the anchor is the foot of the stem.
enum class MarkerShape { circle, triangle, diamond, square, hexagon };
struct Marker {
  glm::vec2 pixel{0};      // where the symbol's centre goes
  glm::vec2 foot{0};       // where its stem ends (on the structure)
  float depth = 0;         // m from the camera: nearer ones are drawn later and win the room
  MarkerShape shape = MarkerShape::circle;
  Rgba8 colour;
  std::string letter;      // "III", "?", "12" for a cluster's count
  std::string label;       // name beside it, when there is room; may be empty
  bool selected = false;
};
struct Label {
  glm::vec2 pixel{0};
  float depth = 0;
  int priority = 0;        // higher goes first
  std::string text;
};

struct HudInput {
  glm::uvec2 size{1920, 1080};
  float ui_scale = 1;
  Language language = Language::ja;
  bool night = false;
  bool panels = false;               // true: a window's panels take the left, right and bottom edges; keep clear of them
  glm::vec4 free_area{0, 0, 0, 0};   // x0,y0,x1,y1 px left by the panels; zero = all
  std::string place;                 // scene title
  std::string time;                  // "2026-11-21 09:00 JST"
  std::string time_note;             // "予報 +3 h · 発表 06:00"
  std::vector<std::string> banners;  // 訓練 / EXERCISE, SIMULATION, NO DATA: full width
  std::vector<std::string> notices;  // layer failures, stale feeds, vertical datum without geoid
  std::vector<Legend> legends;
  std::vector<std::string> attributions;
  double metres_per_pixel = 0;       // at the centre of the view; 0 = no scale bar
  double heading = 0;                // degrees, for the compass
  std::string datum;                 // "標高 T.P. (JGD2011 vertical)"
  std::vector<Marker> markers;
  std::vector<Label> labels;
};

// Appends to `out`. Deterministic. [main]
void draw_hud(const HudInput& input, render::GlyphCache& glyphs, render::OverlayList& out);

// --- the painter that draw_hud and the shell share: simple anti-aliased shapes and text into an overlay list
class Painter {
 public:
  Painter(render::GlyphCache& glyphs, render::OverlayList& out);
  ~Painter();
  void clip(glm::vec4 rect);      // x0,y0,x1,y1; starts a new command
  void rect(glm::vec2 min, glm::vec2 max, Rgba8 colour, float radius = 0);
  void line(glm::vec2 a, glm::vec2 b, float width, Rgba8 colour);
  void polygon(const std::vector<glm::vec2>& convex, Rgba8 fill, Rgba8 border, float border_width);
  void circle(glm::vec2 centre, float radius, Rgba8 fill, Rgba8 border, float border_width);
  void hatch(glm::vec2 min, glm::vec2 max, float spacing, Rgba8 colour);
  // Pen at the left end of the baseline; returns the width. `halo`: a dark outline for text over the scene.
  float text(glm::vec2 baseline, std::string_view utf8, int size, Rgba8 colour, bool bold = false, bool halo = false);

 private:
  render::GlyphCache& glyphs_;
  render::OverlayList& out_;
};

}  // namespace tenbo::runtime
