#include "tenbo/runtime/hud.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "hud_sample.h"
#include "overlay_raster.h"
#include "tenbo/base/text.h"
#include "tenbo/runtime/alarm_level.h"
#include "tenbo/runtime/palette.h"

namespace {
using namespace tenbo;
using namespace tenbo::runtime;
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

struct Hud : testing::Test {
  std::unique_ptr<render::GlyphCache> cache = [] {
    auto made = render::GlyphCache::create();
    EXPECT_TRUE(made.ok());
    return made ? std::move(*made) : nullptr;
  }();
  render::OverlayList draw(const HudInput& in) {
    render::OverlayList list;
    draw_hud(in, *cache, list);
    return list;
  }
  Image picture(const HudInput& in, Image over) {
    const auto list = draw(in);
    atlas.update(*cache);
    test::draw_overlay(list, atlas, over);
    return over;
  }
  test::Atlas atlas;
};

Image plain(glm::uvec2 size, Rgba8 c) {
  Image image{static_cast<int>(size.x), static_cast<int>(size.y), {}};
  for (std::size_t i = 0; i < std::size_t{size.x} * size.y; ++i) image.rgba.insert(image.rgba.end(), {c.r, c.g, c.b, 255});
  return image;
}
bool meet(glm::vec4 a, glm::vec4 b) { return a.x < b.z && b.x < a.z && a.y < b.w && b.y < a.w; }
bool within(glm::vec4 a, glm::vec4 b) { return a.x >= b.x && a.y >= b.y && a.z <= b.z && a.w <= b.w; }
std::string text_of(glm::vec4 r) { return testing::PrintToString(std::vector<float>{r.x, r.y, r.z, r.w}); }
bool is_panel(HudPart p) {
  return p == HudPart::banner || p == HudPart::title || p == HudPart::notice || p == HudPart::legend || p == HudPart::compass || p == HudPart::alarm;
}

struct Shot { glm::uvec2 size; float scale; bool japanese, banner; };
std::vector<Shot> shots() {
  std::vector<Shot> out;
  for (const glm::uvec2 size : {glm::uvec2(1920, 1080), {3840, 1080}, {1080, 1920}, {1024, 768}, {3840, 2160}, {640, 480}, {320, 240}})
    for (const float scale : {0.75f, 1.f, 1.5f, 2.f, 5.f})
      for (const bool japanese : {true, false}) out.push_back({size, scale, japanese, japanese});
  return out;
}
HudInput input(const Shot& s) {
  HudInput in = test::sample_hud(s.size, s.japanese);
  in.ui_scale = s.scale;
  if (!s.banner) in.banners.clear();
  return in;
}

TEST_F(Hud, nothing_leaves_the_screen_and_nothing_overlaps) {
  for (const Shot& s : shots()) {
    SCOPED_TRACE(testing::Message() << s.size.x << "x" << s.size.y << " scale " << s.scale << (s.japanese ? " ja" : " en"));
    const HudInput in = input(s);
    const glm::vec4 screen(0, 0, s.size);
    const auto boxes = hud_boxes(in, *cache);
    std::size_t legends = 0, titles = 0, credits = 0, labels = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const HudBox& a = boxes[i];
      if (a.part != HudPart::marker) {
        EXPECT_TRUE(within(a.rect, screen)) << static_cast<int>(a.part) << text_of(a.rect);
      }
      legends += a.part == HudPart::legend;
      titles += a.part == HudPart::title;
      credits += a.part == HudPart::attribution;
      labels += a.part == HudPart::label;
      for (std::size_t k = i + 1; k < boxes.size(); ++k) {
        const HudBox& b = boxes[k];
        if (a.part == HudPart::label || b.part == HudPart::label || (is_panel(a.part) && is_panel(b.part)) ||
            (a.part == HudPart::swatch && b.part == HudPart::swatch)) {
          EXPECT_FALSE(meet(a.rect, b.rect)) << static_cast<int>(a.part) << " " << a.index << text_of(a.rect) << " and "
                                             << static_cast<int>(b.part) << " " << b.index << text_of(b.rect);
        }
      }
    }
    EXPECT_EQ(titles, 1u);
    EXPECT_GE(credits, 1u);
    EXPECT_EQ(legends, in.legends.size());
    if (s.size.x >= 1024 && s.scale <= 1) {
      EXPECT_GE(labels, 10u);
    }
    for (const auto& v : draw(in).vertices) {  // markers alone may be cut by the edge of the screen
      ASSERT_TRUE(std::isfinite(v.x) && std::isfinite(v.y));
      ASSERT_TRUE(v.x >= -100 * s.scale && v.y >= -100 * s.scale) << v.x << " " << v.y;
    }
  }
}

TEST_F(Hud, everything_stays_in_the_area_that_panels_leave) {
  for (const Shot& s : shots()) {
    if (s.size.x < 1024) continue;
    HudInput in = input(s);
    in.panels = true;
    in.free_area = {s.size.x * 0.25f, 30, s.size.x * 0.8f, s.size.y * 0.85f};
    for (const auto& b : hud_boxes(in, *cache))
      if (is_panel(b.part) && b.part != HudPart::banner) {
        EXPECT_TRUE(within(b.rect, in.free_area)) << s.size.x << "x" << s.size.y << " scale " << s.scale << text_of(b.rect);
      }
  }
}

HudAlarm alarm(int level, const char* what) {
  return {alarm_level_colour(level), level ? std::to_string(level) : "!", level ? "レベル " + std::to_string(level) : "更新なし", what,
          "2026-11-21 09:34 JST  ·  水位計  ·  千鳥川河川事務所", level == 0};
}

TEST_F(Hud, alarms_stand_over_nothing_and_say_how_many_more) {
  for (const Shot& s : shots()) {
    SCOPED_TRACE(testing::Message() << s.size.x << "x" << s.size.y << " scale " << s.scale);
    HudInput in = input(s);
    for (int i = 0; i < 7; ++i) in.alarms.push_back(alarm(i == 0 ? 5 : i < 3 ? 4 : i < 5 ? 3 : 0, "新町橋水位観測所  3.25 m  避難判断水位"));
    in.alarms_open = 31;
    const auto boxes = hud_boxes(in, *cache);
    std::vector<HudBox> alarms;
    for (const auto& b : boxes)
      if (b.part == HudPart::alarm) alarms.push_back(b);
    if (s.size.x >= 1024) {
      ASSERT_GE(alarms.size(), 2u);
    }
    for (const auto& a : alarms) {
      EXPECT_TRUE(within(a.rect, glm::vec4(0, 0, s.size))) << text_of(a.rect);
      for (const auto& b : boxes)
        if ((is_panel(b.part) && b.part != HudPart::alarm) || b.part == HudPart::label || b.part == HudPart::attribution || b.part == HudPart::card) {
          EXPECT_FALSE(meet(a.rect, b.rect)) << text_of(a.rect) << " and " << static_cast<int>(b.part) << text_of(b.rect);
        }
    }
    for (std::size_t i = 1; i < alarms.size(); ++i) {
      EXPECT_EQ(alarms[i].index, i) << "the worst first";
      EXPECT_GE(alarms[i].rect.y, alarms[i - 1].rect.w);
    }
    if (s.size == glm::uvec2(1920, 1080) && s.scale == 1) {
      EXPECT_GE(alarms.size(), 4u) << "three of two lines, and how many more";
    }
  }
}

TEST_F(Hud, an_alarm_has_the_colour_of_its_level_and_can_be_read_from_five_metres) {
  HudInput in;
  in.size = {1920, 1080};
  in.alarms = {alarm(3, "新町橋")};
  in.alarms_open = 1;
  const auto boxes = hud_boxes(in, *cache);
  const auto box = std::find_if(boxes.begin(), boxes.end(), [](const auto& b) { return b.part == HudPart::alarm; });
  ASSERT_NE(box, boxes.end());
  const Image image = picture(in, plain(in.size, {90, 90, 90, 255}));
  const auto* at = image.pixel(static_cast<int>(box->rect.x) + 14, static_cast<int>(box->rect.y) + 10);
  EXPECT_EQ((std::array{at[0], at[1], at[2]}), (std::array<std::uint8_t, 3>{255, 40, 0}));  // JMA and Cabinet Office, level 3
  EXPECT_GE(cache->cap_height(34) * 0.634f, 15) << "mm on a 55 inch screen: 10 minutes of arc at 5 m";
}

TEST(Alarms, LevelsHaveTheColoursOfTheirPalette) {
  const auto palette = load_palette(std::string(TENBO_SOURCE_DIR) + "/assets/palettes/sensor-level.json");
  ASSERT_TRUE(palette) << palette.error().text();
  for (int level = 1; level <= 5; ++level) {
    const auto* stop = palette->class_of(level);
    ASSERT_TRUE(stop);
    EXPECT_EQ(stop->colour, alarm_level_colour(level)) << level;
  }
}

TEST_F(Hud, the_middle_of_a_wide_wall_stays_free) {
  HudInput in = test::sample_hud({3840, 1080}, true);
  in.banners.clear();
  in.legends.push_back(in.legends[0]);
  in.alarms = {alarm(4, "新町橋水位観測所  3.25 m  避難判断水位")};
  for (const auto& b : hud_boxes(in, *cache))
    if (is_panel(b.part)) {
      EXPECT_TRUE(b.rect.z < 3840 * 0.38f || b.rect.x > 3840 * 0.62f) << text_of(b.rect);
    }
}

TEST_F(Hud, swatches_have_the_exact_colours) {
  for (const Shot& s : {Shot{{1920, 1080}, 1, true, true}, {{1024, 768}, 1.5f, false, false}, {{3840, 1080}, 1.3f, true, false}})
    for (const bool night : {false, true}) {
      HudInput in = input(s);
      in.night = night;
      const Image image = picture(in, test::backdrop(static_cast<int>(s.size.x), static_cast<int>(s.size.y)));
      int seen = 0;
      for (const auto& b : hud_boxes(in, *cache)) {
        if (b.part != HudPart::swatch || b.index / 1000 != 0 || b.index == 999) continue;
        const Rgba8 expected = in.legends[0].classes[b.index].colour;
        for (int y = static_cast<int>(b.rect.y); y < static_cast<int>(b.rect.w); ++y)
          for (int x = static_cast<int>(b.rect.x); x < static_cast<int>(b.rect.z); ++x) {
            const auto* p = image.pixel(x, y);
            ASSERT_EQ((Rgba8{p[0], p[1], p[2], 255}), expected) << b.index << " at " << x << "," << y;
          }
        ++seen;
      }
      EXPECT_EQ(seen, 6);
    }
}

TEST_F(Hud, the_worst_class_is_on_top_and_what_is_no_class_below) {
  HudInput in;
  Legend legend;
  legend.title = "Condition";
  legend.classes = {{{1, 1, 1, 255}, "not inspected"}, {{2, 2, 2, 255}, "I"}, {{3, 3, 3, 255}, "IV"}, {{4, 4, 4, 255}, "exempt"}};
  legend.classes[0].aside = legend.classes[3].aside = true;
  legend.has_unknown = true;
  in.legends = {legend};
  std::map<float, std::size_t> from_top;
  for (const auto& b : hud_boxes(in, *cache))
    if (b.part == HudPart::swatch) from_top[b.rect.y] = b.index;
  std::vector<std::size_t> order;
  for (const auto& [y, index] : from_top) order.push_back(index);
  EXPECT_EQ(order, (std::vector<std::size_t>{2, 1, 3, 0, 999}));
}

TEST_F(Hud, no_data_is_hatched) {
  const HudInput in = test::sample_hud({1920, 1080}, true);
  const Image image = picture(in, plain(in.size, {0, 0, 0, 255}));
  bool found = false;
  for (const auto& b : hud_boxes(in, *cache)) {
    if (b.part != HudPart::swatch || b.index != 999) continue;
    found = true;
    int light = 0, dark = 0;
    for (int x = static_cast<int>(b.rect.x); x < static_cast<int>(b.rect.z); ++x)
      (image.pixel(x, static_cast<int>((b.rect.y + b.rect.w) / 2))[1] > 160 ? light : dark)++;
    EXPECT_GT(light, 6);
    EXPECT_GT(dark, 6);
  }
  EXPECT_TRUE(found);
}

TEST_F(Hud, a_banner_covers_the_full_width) {
  for (const glm::uvec2 size : {glm::uvec2(1920, 1080), {3840, 1080}, {1080, 1920}, {1024, 768}}) {
    HudInput in = test::sample_hud(size, true);
    in.banners = {"訓練　EXERCISE", "SIMULATION"};
    in.free_area = {300, 0, static_cast<float>(size.x) - 300, static_cast<float>(size.y)};  // panels do not narrow it
    const Image image = picture(in, plain(size, {255, 0, 255, 255}));
    int banners = 0;
    for (const auto& b : hud_boxes(in, *cache)) {
      if (b.part != HudPart::banner) continue;
      ++banners;
      EXPECT_EQ(b.rect.x, 0);
      EXPECT_EQ(b.rect.z, static_cast<float>(size.x));
      EXPECT_GE(b.rect.w - b.rect.y, 48);
      for (int y = static_cast<int>(b.rect.y); y < static_cast<int>(b.rect.w); ++y)
        for (int x = 0; x < image.width; ++x) {
          const auto* p = image.pixel(x, y);
          ASSERT_LT(p[2], 60) << "the scene shows through at " << x << "," << y;  // amber to black: hardly any blue
        }
    }
    EXPECT_EQ(banners, 2);
    const auto* edge = image.pixel(1, static_cast<int>(size.y) / 2);
    EXPECT_EQ((Rgba8{edge[0], edge[1], edge[2], 255}), hud_theme(false).attention) << "and its line runs around the picture";
  }
}

TEST_F(Hud, the_same_input_gives_the_same_triangles) {
  for (const Shot& s : shots()) {
    const HudInput in = input(s);
    auto other = render::GlyphCache::create();
    ASSERT_TRUE(other.ok());
    auto fresh = render::GlyphCache::create();
    render::OverlayList a, b;
    draw_hud(in, **other, a);
    draw_hud(in, **fresh, b);
    ASSERT_EQ(a.vertices.size(), b.vertices.size());
    EXPECT_EQ(std::memcmp(a.vertices.data(), b.vertices.data(), a.vertices.size() * sizeof(render::OverlayVertex)), 0);
    EXPECT_EQ(a.indices, b.indices);
    if (s.size.x == 1024) break;
  }
}

TEST_F(Hud, drawing_adds_to_what_is_there) {
  const HudInput in = test::sample_hud({1024, 768}, true);
  render::OverlayList list;
  list.vertices.resize(7);
  list.indices = {0, 1, 2};
  list.commands.push_back({{0, 0, 10, 10}, 0, 3, 0, {}});
  draw_hud(in, *cache, list);
  EXPECT_EQ(list.commands.front().index_count, 3u);
  std::uint32_t next = 3;
  for (std::size_t i = 1; i < list.commands.size(); ++i) {
    const auto& c = list.commands[i];
    EXPECT_EQ(c.first_index, next);
    EXPECT_EQ(c.index_count % 3, 0u);
    next += c.index_count;
    for (std::uint32_t k = 0; k < c.index_count; ++k) {
      ASSERT_LT(list.indices[c.first_index + k] + c.vertex_offset, list.vertices.size());
      ASSERT_GE(list.indices[c.first_index + k] + c.vertex_offset, 7u);
    }
  }
  EXPECT_EQ(next, list.indices.size());
}

TEST_F(Hud, a_small_atlas_still_draws_every_glyph) {
  auto small = render::GlyphCache::create(512);
  ASSERT_TRUE(small.ok());
  const HudInput in = test::sample_hud({1920, 1080}, true);
  test::Atlas kept;
  for (int i = 0; i < 3; ++i) {  // fill it with other glyphs first, so that drawing has to drop pages
    for (char32_t c = 0x4E00; c < 0x4E00 + 300; ++c) (*small)->glyph(c, 30 + i, false);
    render::OverlayList list;
    draw_hud(in, **small, list);
    const auto full = draw(in);
    ASSERT_EQ(list.vertices.size(), full.vertices.size());
    kept.update(**small);
    atlas.update(*cache);
    Image a = plain(in.size, {90, 90, 90, 255}), b = a;
    test::draw_overlay(list, kept, a);
    test::draw_overlay(full, atlas, b);
    int differing = 0;
    for (std::size_t p = 0; p < a.rgba.size(); ++p) differing += std::abs(a.rgba[p] - b.rgba[p]) > 8;
    EXPECT_EQ(differing, 0);
  }
}

Marker marker(glm::vec2 at, const char* letter, float depth = 100) {
  Marker m;
  m.pixel = at;
  m.foot = at + glm::vec2(0, 40);
  m.depth = depth;
  m.letter = letter;
  m.colour = {200, 100, 0, 255};
  return m;
}
std::vector<HudBox> of_kind(const std::vector<HudBox>& boxes, HudPart part) {
  std::vector<HudBox> out;
  for (const auto& b : boxes)
    if (b.part == part) out.push_back(b);
  return out;
}

TEST_F(Hud, a_cluster_shows_the_worst_and_counts_all) {
  HudInput in;
  for (const char* letter : {"I", "?", "III", "IV", "II"}) in.markers.push_back(marker({900.f + static_cast<float>(in.markers.size()), 500}, letter));
  in.markers.push_back(marker({1200, 500}, "I"));
  in.markers.push_back(marker({902, 500}, ""));  // a shelter is not counted among bridges
  const auto shown = of_kind(hud_boxes(in, *cache), HudPart::marker);
  ASSERT_EQ(shown.size(), 3u);
  std::map<std::size_t, std::size_t> counts;
  for (const auto& m : shown) counts[m.index] = m.count;
  EXPECT_EQ(counts, (std::map<std::size_t, std::size_t>{{3, 5}, {5, 1}, {6, 1}}));

  in.markers[0].selected = true;  // what is selected stands alone, and is larger
  const auto again = of_kind(hud_boxes(in, *cache), HudPart::marker);
  ASSERT_EQ(again.size(), 4u);
  EXPECT_EQ(again.back().index, 0u) << "drawn last";
  EXPECT_GT(again.back().rect.w - again.back().rect.y, again.front().rect.w - again.front().rect.y);

  in.markers[0].selected = false;
  in.markers[1].severity = 9;  // a severity that is given goes before the letter's
  for (const auto& m : of_kind(hud_boxes(in, *cache), HudPart::marker))
    if (m.count == 5) {
      EXPECT_EQ(m.index, 1u);
    }
}

TEST_F(Hud, every_marker_is_shown_or_counted_once) {
  std::mt19937 random(3);
  HudInput in;
  const char* letters[] = {"I", "II", "III", "IV", "?"};
  for (int i = 0; i < 3000; ++i)
    in.markers.push_back(marker({static_cast<float>(random() % 1920), static_cast<float>(random() % 1080)}, letters[random() % 5], static_cast<float>(random() % 5000)));
  std::size_t total = 0;
  const auto boxes = hud_boxes(in, *cache);
  const auto shown = of_kind(boxes, HudPart::marker);
  for (const auto& m : shown) total += m.count;
  std::size_t hidden = 0;  // whose leader lies under the compass
  for (const auto& m : in.markers)
    for (const auto& c : of_kind(boxes, HudPart::compass))
      hidden += m.pixel.x >= c.rect.x - 40 && m.pixel.y >= c.rect.y - 40 && m.pixel.x < c.rect.z + 40 && m.pixel.y < c.rect.w + 40;
  EXPECT_LE(total, 3000u);
  EXPECT_GE(total + hidden, 3000u);
  for (std::size_t i = 0; i < shown.size(); ++i)  // and symbols hardly cover each other
    for (std::size_t k = i + 1; k < shown.size(); ++k) {
      const glm::vec2 d = in.markers[shown[i].index].pixel - in.markers[shown[k].index].pixel;
      EXPECT_GE(std::hypot(d.x, d.y), 1.7f * 16 - 0.01f);
    }
}

TEST_F(Hud, a_crowd_stands_in_few_clusters_that_count_what_they_stand_for) {
  std::mt19937 random(4);
  for (const glm::uvec2 size : {glm::uvec2(1920, 1080), glm::uvec2(3840, 1080)}) {
    HudInput in;
    in.size = size;
    std::size_t places = 0, worst = 0;
    for (int i = 0; i < 8000; ++i) {
      auto m = marker({40 + static_cast<float>(random() % (size.x - 80)), 40 + static_cast<float>(random() % (size.y - 80))}, random() % 50 ? "II" : "IV", 30'000);
      m.shape = m.letter == "IV" ? MarkerShape::diamond : MarkerShape::square;
      m.count = 1 + static_cast<std::uint32_t>(random() % 100);
      m.as_bad = m.count;
      places += m.count;
      worst += m.letter == "IV" ? 1 : 0;
      in.markers.push_back(m);
    }
    std::size_t counted = 0;
    const auto shown = of_kind(hud_boxes(in, *cache), HudPart::marker);
    for (const auto& m : shown) counted += m.count;
    EXPECT_LE(shown.size(), size.x * size.y / (80u * 80u)) << "a symbol is 32 px wide: a tenth of the picture";
    EXPECT_GE(shown.size(), size.x * size.y / (200u * 200u)) << "and it is not one for all";
    EXPECT_GE(counted, places * 95 / 100) << "but for what the title, the compass and the scale bar hide";
    EXPECT_LE(counted, places);
    EXPECT_GT(worst, 100u);
  }
}

TEST_F(Hud, room_goes_to_priority_then_to_the_nearer) {
  HudInput in;
  in.labels = {{{800, 500}, 10, 0, "near"}, {{810, 500}, 900, 5, "important"}, {{805, 502}, 1, 0, "nearest"}, {{800, 600}, 50, 0, "further"}, {{800, 604}, 20, 0, "closer"}};
  std::set<std::size_t> shown;
  for (const auto& l : of_kind(hud_boxes(in, *cache), HudPart::label)) shown.insert(l.index);
  EXPECT_EQ(shown, (std::set<std::size_t>{1, 4}));
}

// The label of a hazard's area, and one of a name on the map, where a symbol stands in their middle.
TEST_F(Hud, what_a_hazard_says_goes_aside_for_a_symbol) {
  HudInput in;
  in.markers = {marker({800, 500}, "II"), marker({400, 500}, "II")};
  in.labels = {{{800, 500}, 10, 13, "展望西部沿岸 06:25 1m"}, {{400, 500}, 10, 10, "展望町"}};
  const auto shown = of_kind(hud_boxes(in, *cache), HudPart::label);
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0].index, 0u);
}

TEST_F(Hud, what_is_selected_always_has_its_name) {
  HudInput in;
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 9; ++x) {
      in.markers.push_back(marker({800.f + 30.f * static_cast<float>(x), 400.f + 30.f * static_cast<float>(y)}, "II"));
      in.markers.back().label = "橋";
    }
  in.markers[40].selected = true;
  in.markers[40].label = "第二千鳥橋";
  const auto boxes = hud_boxes(in, *cache);
  bool named = false;
  for (const auto& l : of_kind(boxes, HudPart::label)) named = named || l.index == 40;
  EXPECT_TRUE(named);
}

TEST_F(Hud, hostile_input_is_survived) {
  const float huge = std::numeric_limits<float>::max(), inf = std::numeric_limits<float>::infinity();
  HudInput in = test::sample_hud({1920, 1080}, true);
  for (const float bad : {nan, huge, -huge, inf, -inf, 1e30f}) {
    in.markers.push_back(marker({bad, 100}, "I", bad));
    in.markers.push_back(marker({300, bad}, "IV", bad));
    in.markers.push_back(marker({400, 300}, "IIIIIIIIIIIIIIIIIIIIIIIIIIII", bad));
    in.markers.back().foot = {bad, bad};
    in.labels.push_back({{bad, bad}, bad, 1, "x"});
    in.labels.push_back({{500, 500}, bad, std::numeric_limits<int>::max(), "x"});
  }
  std::string junk;
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) junk += static_cast<char>(random() & 255);
  in.place = in.time = in.time_note = in.datum = junk;
  in.banners = {junk, "", std::string(5000, ' ')};
  in.notices.assign(50, junk);
  in.attributions.assign(10, junk.substr(0, 300));
  for (auto& l : in.legends) {
    l.title = l.source = l.unit = l.time = l.note = junk;
    l.classes.resize(300, {{1, 2, 3, 255}, junk});
  }
  in.legends.resize(20, in.legends[0]);
  in.metres_per_pixel = 1e300;
  in.heading = nan;
  for (const float scale : {1.f, nan, 0.f, -3.f, 1e9f, inf})
    for (const glm::uvec2 size : {glm::uvec2(1920, 1080), {1, 1}, {0, 0}, {16, 4000}, {4000, 16}}) {
      in.ui_scale = scale;
      in.size = size;
      for (const glm::vec4 area : {glm::vec4(0), glm::vec4(nan), glm::vec4(-huge, -huge, huge, huge), glm::vec4(900, 500, 100, 100)}) {
        in.free_area = area;
        const auto list = draw(in);
        for (const auto& v : list.vertices) ASSERT_TRUE(std::isfinite(v.x) && std::isfinite(v.y));
        if (scale != 1) break;
      }
    }
}

TEST_F(Hud, too_many_legends_say_how_many_more) {
  HudInput in = test::sample_hud({1024, 768}, false);
  in.legends.resize(14, in.legends[0]);
  const auto legends = of_kind(hud_boxes(in, *cache), HudPart::legend);
  EXPECT_GT(legends.size(), 2u);
  EXPECT_LE(legends.size(), 15u);
  for (std::size_t i = 0; i < legends.size(); ++i)
    for (std::size_t k = i + 1; k < legends.size(); ++k) EXPECT_FALSE(meet(legends[i].rect, legends[k].rect));
}

TEST_F(Hud, at_night_nothing_outshines_the_hazard) {
  const auto luma = [](double r, double g, double b) { return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  double dimmest_class = 255;
  HudInput in = test::sample_hud({1920, 1080}, true);
  in.night = true;
  for (const auto& c : in.legends[0].classes) dimmest_class = std::min(dimmest_class, luma(c.colour.r, c.colour.g, c.colour.b));
  in.legends.clear();
  in.markers.clear();
  const Image image = picture(in, plain(in.size, {0, 0, 0, 255}));
  double brightest = 0;
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) brightest = std::max(brightest, luma(image.rgba[i], image.rgba[i + 1], image.rgba[i + 2]));
  EXPECT_LE(brightest, dimmest_class);
  EXPECT_GT(brightest, 100) << "and still legible";
}

TEST_F(Hud, large_type_can_be_read_from_five_metres) {
  // A 55 inch screen of 1920 x 1080 has pixels of 0.634 mm. 16 minutes of arc (ISO 9241-303) at 5 m are 23 mm of capital
  // height for what is read at a glance; 10 minutes, 15 mm, is the limit of comfort for the rest.
  const auto sizes = hud_text_sizes(1.5f);
  EXPECT_GE(cache->cap_height(sizes.glance) * 0.634f, 23);
  EXPECT_GT(sizes.read, sizes.detail);
  EXPECT_GT(sizes.glance, sizes.read);
}

TEST(hud, scale_bars_are_round) {
  for (const auto& [room, length] : std::vector<std::pair<double, double>>{
           {0.7, 0.5}, {1, 1}, {1.99, 1}, {2, 2}, {4.9, 2}, {5, 5}, {999, 500}, {1000, 1000}, {34'000, 20'000}, {5e6, 5e6}})
    EXPECT_DOUBLE_EQ(scale_bar_metres(room), length) << room;
  for (const double none : {0.0, -5.0, 1e300, static_cast<double>(nan), 1e-9}) EXPECT_EQ(scale_bar_metres(none), 0) << none;
  EXPECT_EQ(length_text(0.5), "0.5 m");
  EXPECT_EQ(length_text(500), "500 m");
  EXPECT_EQ(length_text(1000), "1 km");
  EXPECT_EQ(length_text(20'000), "20 km");
}

TEST_F(Hud, text_is_wrapped_within_its_width) {
  const std::string text = "標高の基準: ジオイドなし。すべて「標高」(T.P.) のまま描いています。 Heights stay orthometric, supercalifragilisticexpialidocious 3.2 m、終わり。";
  for (float width = 40; width < 600; width += 17) {
    std::string joined;
    for (const auto& line : wrap_text(*cache, text, 16, false, width)) {
      EXPECT_LE(cache->text_width(line, 16, false), width) << line;
      EXPECT_TRUE(is_valid_utf8(line));
      EXPECT_FALSE(line.starts_with("。") || line.starts_with("、") || line.starts_with("」") || line.ends_with("「")) << line;
      joined += line;
    }
    const auto without_spaces = [](std::string s) { std::erase(s, ' '); return s; };
    EXPECT_EQ(without_spaces(joined), without_spaces(text));
    const auto two = wrap_text(*cache, text, 16, false, width, 2);
    EXPECT_LE(two.size(), 2u);
    EXPECT_EQ(two.back().ends_with("…"), wrap_text(*cache, text, 16, false, width).size() > 2);
    EXPECT_LE(cache->text_width(fit_text(*cache, text, 16, true, width), 16, true), width);
  }
  EXPECT_EQ(wrap_text(*cache, "a\nb\n", 16, false, 100), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(wrap_text(*cache, "", 16, false, 100), (std::vector<std::string>{""}));
  EXPECT_EQ(wrap_text(*cache, "千鳥", 16, false, 1), (std::vector<std::string>{"千", "鳥"}));
  EXPECT_EQ(fit_text(*cache, "千鳥橋", 16, false, 48), "千鳥橋");
  EXPECT_EQ(fit_text(*cache, "千鳥橋", 16, false, 47), "千…");
}

struct Paint : Hud {
  Image shown(const std::function<void(Painter&)>& paint) {
    render::OverlayList list;
    { Painter p(*cache, list); paint(p); }
    Image image = plain({64, 64}, {0, 0, 0, 255});
    atlas.update(*cache);
    test::draw_overlay(list, atlas, image);
    return image;
  }
  static double covered(const Image& image) {  // px, from the red of white shapes on black
    double total = 0;
    for (std::size_t i = 0; i < image.rgba.size(); i += 4) total += image.rgba[i] / 255.0;
    return total;
  }
};

TEST_F(Paint, areas_are_true) {
  const Rgba8 white{255, 255, 255, 255};
  EXPECT_DOUBLE_EQ(covered(shown([&](Painter& p) { p.rect({10.2f, 10}, {20, 30}, white); })), 200);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.rect({10, 10}, {50, 50}, white, 8); })), 1600 - (4 - 3.14159) * 64, 8);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.circle({32, 32}, 20, white, white, 0); })), 3.14159 * 400, 12);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.circle({32, 32}, 20, {0, 0, 0, 0}, white, 4); })), 3.14159 * (400 - 256), 12);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.line({8, 12}, {56, 40}, 3, white); })), 3 * std::hypot(48, 28), 6);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.line({8, 12}, {56, 40}, 0.5f, white); })), 0.5 * std::hypot(48, 28), 4);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.frame({10, 10}, {50, 50}, 2, white); })), 1600 - 36 * 36, 1);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.polygon({{10, 10}, {50, 10}, {30, 50}}, white, white, 0); })), 800, 10);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.polygon({{10, 10}, {30, 50}, {50, 10}, {50, 10}}, white, white, 0); })), 800, 10);
  EXPECT_NEAR(covered(shown([&](Painter& p) { p.hatch({2, 2}, {62, 62}, 9, white, 3); })), 3600 * (3 - 1) / 9.0, 60);
}

TEST_F(Paint, hatching_and_clips_stay_inside) {
  const Rgba8 white{255, 255, 255, 255};
  const Image hatched = shown([&](Painter& p) { p.hatch({10, 12}, {40, 33}, 6, white); });
  const Image clipped = shown([&](Painter& p) { p.clip({20, 20, 30, 25}); p.rect({0, 0}, {64, 64}, white); });
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x) {
      if (x < 10 || y < 12 || x >= 40 || y >= 33) {
        EXPECT_EQ(hatched.pixel(x, y)[0], 0);
      }
      EXPECT_EQ(clipped.pixel(x, y)[0], x >= 20 && x < 30 && y >= 20 && y < 25 ? 255 : 0);
    }
}

TEST_F(Paint, nothing_comes_of_nothing) {
  const Image image = shown([&](Painter& p) {
    const Rgba8 c{255, 255, 255, 255};
    p.rect({10, 10}, {10, 30}, c);
    p.rect({10, 10}, {5, 5}, c, 4);
    p.rect({nan, 0}, {10, 10}, c);
    p.line({5, 5}, {5, 5}, 3, c);
    p.polygon({{1, 1}, {2, 2}}, c, c, 1);
    p.polygon({}, c, c, 0);
    p.hatch({1, 1}, {50, 50}, 0, c);
    p.circle({10, 10}, 5, {255, 255, 255, 0}, c, 0);
    EXPECT_EQ(p.text({5, 5}, "", 16, c), 0);
  });
  EXPECT_EQ(covered(image), 0);
}

TEST_F(Paint, text_is_where_it_was_asked_for) {
  const Image image = shown([&](Painter& p) { EXPECT_EQ(p.text({10, 40}, "HH", 24, {255, 255, 255, 255}, true), cache->text_width("HH", 24, true)); });
  int top = 64, bottom = 0, left = 64;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      if (image.pixel(x, y)[0] > 128) top = std::min(top, y), bottom = std::max(bottom, y), left = std::min(left, x);
  EXPECT_EQ(bottom, 39);
  EXPECT_NEAR(40 - top, cache->cap_height(24), 1);
  EXPECT_NEAR(left, 12, 2);
}

// Kept for looking at: the HUD over a mid-tone ground.
TEST_F(Hud, pictures_to_look_at) {
  for (const Shot& s : {Shot{{1920, 1080}, 1, true, false}, {{1024, 768}, 1, false, true}, {{1080, 1920}, 1, true, false}, {{3840, 1080}, 1, true, false}}) {
    HudInput in = input(s);
    if (s.size.y >= 1080)
      for (const int level : {5, 4, 3, 0, 2}) in.alarms.push_back(alarm(level, level == 4 ? "河口市 東地区  土砂災害警戒情報・避難指示相当" : "新町橋水位観測所  3.25 m  避難判断水位"));
    in.alarms_open = in.alarms.empty() ? 0 : 17;
    const Image back = test::backdrop(static_cast<int>(s.size.x), static_cast<int>(s.size.y));
    const Image image = picture(in, back);
    std::size_t changed = 0;
    for (std::size_t i = 0; i < image.rgba.size(); i += 4) changed += image.rgba[i] != back.rgba[i];
    EXPECT_GT(changed, std::size_t{s.size.x} * s.size.y / 30);
    EXPECT_LT(changed, std::size_t{s.size.x} * s.size.y * 11 / 20);  // the least of these has the most on it
    test::save_png(std::string(TENBO_BINARY_DIR) + "/test-out/hud/" + std::to_string(s.size.x) + ".png", image);
  }
}
}  // namespace
