#pragma once
// What stands on the glass besides the scene, drawn the same in a window and in a picture: title and time, banners,
// legends with unit and source, attribution, scale bar, compass, markers with their letters, labels that do not overlap.
#include <cstdint>
#include <glm/vec2.hpp>
#include <glm/vec4.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/live/freshness.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/render/glyphs.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

enum class Language { ja, en };
class TextTable;  // text_table.h

// Of what a layer shows; see freshness.h. late: the next one was due; stale: several were.
using Freshness = live::Freshness;

enum class MarkerShape { circle, triangle, diamond, square, hexagon };
struct LegendClass {
  Rgba8 colour;
  std::string label;                 // "0.5–3 m"
  std::optional<MarkerShape> shape;  // as its markers stand on the map; absent: a plain swatch
  std::string letter;                // in the shape
  bool aside = false;                // not a step of the scale ("exempt"): stands below it
  bool hatched = false;              // as it is drawn on the map: nothing current is known
};
struct Legend {
  std::string title, unit, source;   // "浸水深", "m", "demo forecast"
  std::string time;                  // valid and issue time, ready for the screen; lines end with \n
  std::vector<LegendClass> classes;  // in the palette's order
  bool has_unknown = false;          // adds the hatched "no data" entry
  bool top_down = false;             // the first class stands on top; else the last, as the worst of a scale does
  bool continuous = false;           // a ramp through the classes' colours instead of steps
  std::string note;                  // "colours: our own choice"; may be empty
  std::string age;                   // "LATE · 3 h", in a chip beside the title; empty = undated
  Freshness freshness = Freshness::undated;  // of the chip: hatched when late or stale
};

// A marker in screen space: grade shapes carry their letter; the anchor is the foot of the stem.
struct Marker {
  glm::vec2 pixel{0};      // where the symbol's centre goes
  glm::vec2 foot{0};       // where its stem ends (on the structure)
  float depth = 0;         // m from the camera: nearer ones are drawn later and win the room
  MarkerShape shape = MarkerShape::circle;
  Rgba8 colour;
  std::string letter;      // "III", "?"; clusters are made by draw_hud, which adds their count
  std::string label;       // name beside it, when there is room; may be empty
  bool selected = false;
  int severity = -1;       // the worst of a cluster shows; -1: as the letter says (IV worst, then III, II, I, the rest)
  std::uint32_t group = 0; // only markers of one group stand for each other in a cluster
  bool hatched = false;    // nothing current is known
  int alarm = 0;           // 1 to 5: a sensor on it has reached that level; a small sign beside it
  std::uint32_t count = 1; // places that it stands for already, and how many of them are as bad
  std::uint32_t as_bad = 1;
};
// A sensor that is selected: what it says, and its last 24 hours.
struct SensorCard {
  std::string title;                 // "玉川水位計"
  std::string value;                 // "3.25 m", or a word where there is none
  std::string state;                 // "Level 3 · 避難判断水位", "STALE · 3 h old"; may be empty
  std::vector<std::string> details;  // time of the reading, source, id: a line each
  Marker mark;                       // its symbol
  std::vector<glm::dvec2> line;      // x: 0 (a day ago) to 1 (now); y: the value, NaN between two pieces
  struct Level { double value = 0; Rgba8 colour; std::string label; };
  std::vector<Level> levels;         // lines across
  std::string from, to;              // the ends of the time axis
  bool tall = false;                 // the line has more room
  bool overdue = false;              // the state stands hatched
};
// An alarm that nobody has acknowledged.
struct HudAlarm {
  Rgba8 colour;                      // of its level
  std::string sign;                  // on that colour: "4", "!"
  std::string word;                  // "Level 4", "STALE"
  std::string what;                  // what and where: "新町橋  3.25 m  氾濫危険水位"
  std::string about;                 // when, and who says so
  bool stale = false;                // of a feed: hatched, it has no level
};
struct Label {
  glm::vec2 pixel{0};      // the text is centred on it
  float depth = 0;         // m
  int priority = 0;        // higher goes first
  std::string text;
};

struct HudInput {
  glm::uvec2 size{1920, 1080};
  float ui_scale = 1;
  Language language = Language::ja;
  const TextTable* words = nullptr;  // the HUD's own words; null: their keys show
  bool night = false;
  bool panels = false;               // true: a window's panels take the left, right and bottom edges; keep clear of them
  glm::vec4 free_area{0, 0, 0, 0};   // x0,y0,x1,y1 px left by the panels; zero = all
  float foot_right = 0;              // px: how far right the bottom right corner may reach where a panel takes only the upper part; 0 = the free area
  std::vector<glm::vec4> covered;    // px: where panels lie: no labels there, and no markers
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
  std::optional<SensorCard> card;    // top right
  std::vector<HudAlarm> alarms;      // top right, above the card: the worst first; as many as have room
  std::size_t alarms_open = 0;       // of all, also those that are not in `alarms`
};

// Appends to `out`. Deterministic. Whatever the ui_scale, it is brought down until everything fits the free area. [main]
void draw_hud(const HudInput& input, render::GlyphCache& glyphs, render::OverlayList& out);

// What draw_hud puts where, px; for panels that keep clear of it, and for tests. `index`: into the input's list of that
// kind (of a cluster, the marker it stands for); of a swatch, the legend's index * 1000 + the class (999: no data).
enum class HudPart { banner, title, notice, legend, swatch, compass, scale_bar, attribution, marker, label, card, alarm };
struct HudBox {
  HudPart part = HudPart::title;
  glm::vec4 rect{0};  // x0, y0, x1, y1
  std::size_t index = 0;
  std::size_t count = 1;  // markers that stand here together
};
std::vector<HudBox> hud_boxes(const HudInput& input, render::GlyphCache& glyphs);

// The length a scale bar shows: the greatest of 1, 2, 5 x 10^n m that is at most `metres`; 0 where there is none.
double scale_bar_metres(double metres);
std::string length_text(double metres);  // "500 m", "2 km", "0.5 m"

// --- the look that draw_hud and the shell share
struct Theme {
  Rgba8 panel, panel_edge;  // translucent ground of every panel, and the hairline around it
  Rgba8 text, quiet;        // first and second voice
  Rgba8 accent;             // the one accent colour: what can be moved or is chosen
  Rgba8 attention;          // amber: banners, notices, late data, selection
  Rgba8 attention_text;     // on `attention`
  Rgba8 faint;              // third voice: still 4.5 : 1 on a panel by day
  Rgba8 raised, hover;      // over a panel: what can be pressed, and what the hand is on
  Rgba8 field, scrim;       // where one types; behind a page over everything
  Rgba8 error;              // what failed
  Rgba8 accent_text;        // on `accent`
};
Theme hud_theme(bool night);
// The one table of sizes, px at scale 1: panels and HUD read it.
namespace metrics {
inline constexpr float unit = 8;     // the grid
inline constexpr float touch = 44;   // the least edge of what a finger is to hit
inline constexpr float radius = 8;   // of a panel's corners
inline constexpr float glance = 46, title = 24, heading = 20, read = 16, detail = 14;  // text
}  // namespace metrics
struct TextSizes { int glance, read, detail; };  // px
TextSizes hud_text_sizes(float scale);

// --- text to measure (sizes in px)
// As it is where it fits, else cut with an ellipsis.
std::string fit_text(render::GlyphCache& glyphs, std::string_view utf8, int size, bool bold, float max_width);
// Lines no wider than max_width: broken at spaces and between CJK characters, never before closing marks; a longer word
// is cut. At most max_lines, the last with an ellipsis.
std::vector<std::string> wrap_text(render::GlyphCache& glyphs, std::string_view utf8, int size, bool bold,
                                   float max_width, std::size_t max_lines = 100);

// --- the painter: simple anti-aliased shapes and text into an overlay list. Corners and edges of plain rectangles are
// put on whole pixels, so their colour is exact.
class Painter {
 public:
  Painter(render::GlyphCache& glyphs, render::OverlayList& out);
  ~Painter();
  void clip(glm::vec4 rect);      // x0,y0,x1,y1; starts a new command
  void rect(glm::vec2 min, glm::vec2 max, Rgba8 colour, float radius = 0);
  void frame(glm::vec2 min, glm::vec2 max, float width, Rgba8 colour, float radius = 0);  // a border, inside the edges
  void gradient(glm::vec2 min, glm::vec2 max, Rgba8 left, Rgba8 right);
  void line(glm::vec2 a, glm::vec2 b, float width, Rgba8 colour);
  void polygon(const std::vector<glm::vec2>& convex, Rgba8 fill, Rgba8 border, float border_width);
  void circle(glm::vec2 centre, float radius, Rgba8 fill, Rgba8 border, float border_width);
  // Diagonal stripes that stay within the rectangle; width 0: a third of the spacing.
  void hatch(glm::vec2 min, glm::vec2 max, float spacing, Rgba8 colour, float width = 0);
  // Pen at the left end of the baseline; returns the width. `halo`: a dark outline for text over the scene.
  float text(glm::vec2 baseline, std::string_view utf8, int size, Rgba8 colour, bool bold = false, bool halo = false);
  // Centred in height on `middle_left.y` by its capitals; returns the width.
  float text_middle(glm::vec2 middle_left, std::string_view utf8, int size, Rgba8 colour, bool bold = false,
                    bool halo = false);

 private:
  std::uint32_t vertex(glm::vec2 at, glm::vec2 uv, Rgba8 colour);
  void triangle(std::uint32_t a, std::uint32_t b, std::uint32_t c);
  void quad(glm::vec2 min, glm::vec2 max, glm::vec2 uv0, glm::vec2 uv1, Rgba8 colour);
  void fill(const std::vector<glm::vec2>& convex, Rgba8 colour);
  void ring(const std::vector<glm::vec2>& convex, float width, Rgba8 colour);
  render::GlyphCache& glyphs_;
  render::OverlayList& out_;
  glm::vec4 clip_{0, 0, 1e9f, 1e9f};
  std::size_t command_ = SIZE_MAX;  // the one that grows; another is begun where somebody else added theirs
};

}  // namespace tenbo::runtime
