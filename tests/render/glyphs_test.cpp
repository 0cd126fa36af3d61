#include "tenbo/render/glyphs.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "overlay_raster.h"
#include "tenbo/base/text.h"

namespace {
using namespace tenbo;
using render::Glyph;
using render::GlyphCache;

std::unique_ptr<GlyphCache> make(int atlas = 2048) {
  auto cache = GlyphCache::create(atlas);
  EXPECT_TRUE(cache.ok()) << (cache ? "" : cache.error().text());
  return cache ? std::move(*cache) : nullptr;
}

std::string output_of(const std::string& command) {
  std::string out;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    char buffer[512];
    while (const std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
    pclose(pipe);
  }
  return out;
}

std::string name_of(char32_t c) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(c));
  return text;
}

// What is drawn in a glyph's quad, from the atlas as the GPU gets it.
std::vector<std::uint8_t> pixels_of(const Glyph& g, const test::Atlas& atlas) {
  std::vector<std::uint8_t> out;
  const auto s = static_cast<float>(atlas.size);
  for (int y = static_cast<int>(std::lround(g.v0 * s)); y < std::lround(g.v1 * s); ++y)
    for (int x = static_cast<int>(std::lround(g.u0 * s)); x < std::lround(g.u1 * s); ++x)
      out.push_back(atlas.pixels[static_cast<std::size_t>(y) * atlas.size + x]);
  return out;
}
std::uint64_t sum(const std::vector<std::uint8_t>& pixels) {
  std::uint64_t total = 0;
  for (const auto p : pixels) total += p;
  return total;
}

// The font that fontconfig's own tool names, opened with FreeType's own calls.
struct Reference {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  explicit Reference(const char* style) {
    const std::string found = output_of(std::string("fc-match -f '%{file}|%{index}' 'Noto Sans CJK JP:lang=ja:style=") + style + "'");
    const auto bar = found.find('|');
    if (bar == found.npos || FT_Init_FreeType(&library) != 0) return;
    if (FT_New_Face(library, found.substr(0, bar).c_str(), std::stol(found.substr(bar + 1)), &face) != 0) face = nullptr;
  }
  ~Reference() {
    if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }
  FT_GlyphSlot load(char32_t c, int size) const {
    FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size));
    return FT_Load_Glyph(face, FT_Get_Char_Index(face, c), FT_LOAD_TARGET_LIGHT | FT_LOAD_RENDER) == 0 ? face->glyph : nullptr;
  }
};

TEST(glyphs, characters_that_japanese_data_needs_are_there) {
  auto cache = make();
  test::Atlas atlas;
  cache->glyph(0x0378, 32, false);  // never assigned: the missing box
  const Glyph box = cache->glyph(0x0378, 32, false);
  EXPECT_FALSE(box.found);
  atlas.update(*cache);
  const auto box_pixels = pixels_of(box, atlas);
  EXPECT_GT(sum(box_pixels), 1000u) << "the box must be seen";
  std::set<std::vector<std::uint8_t>> drawn;
  for (const char32_t c : U"ⅠⅡⅢⅣ℃㎥≥髙﨑𠮷") {
    if (c == 0) continue;
    for (const bool bold : {false, true}) {
      const Glyph g = cache->glyph(c, 32, bold);
      EXPECT_TRUE(g.found) << name_of(c);
      EXPECT_GT(g.advance, 8);
      atlas.update(*cache);
      const auto pixels = pixels_of(g, atlas);
      EXPECT_GT(sum(pixels), 1000u) << name_of(c);
      EXPECT_NE(pixels, box_pixels);
      drawn.insert(pixels);
    }
  }
  EXPECT_EQ(drawn.size(), 20u) << "each its own picture, bold unlike regular";
}

TEST(glyphs, advances_and_pixels_are_freetypes_own) {
  const Reference regular("Regular"), bold("Bold");
  ASSERT_TRUE(regular.face && bold.face) << "fc-match finds no Noto Sans CJK JP";
  EXPECT_STREQ(regular.face->family_name, "Noto Sans CJK JP");
  auto cache = make();
  test::Atlas atlas;
  std::string text = "Tenbo 0123456789 千鳥川の水位 3.2 m ≥ ㎥ 髙﨑𠮷";
  for (const int size : {8, 13, 16, 21, 46, 200})
    for (const bool b : {false, true}) {
      float width = 0;
      for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        const auto* slot = (b ? bold : regular).load(c, size);
        ASSERT_NE(slot, nullptr);
        const Glyph g = cache->glyph(c, size, b);
        EXPECT_EQ(g.advance, static_cast<float>(slot->advance.x) / 64);
        EXPECT_EQ(cache->advance(c, size, b), g.advance);
        width += g.advance;
        ASSERT_EQ(g.x1 - g.x0, static_cast<float>(slot->bitmap.width)) << name_of(c) << " at " << size;
        ASSERT_EQ(g.y1 - g.y0, static_cast<float>(slot->bitmap.rows));
        if (slot->bitmap.width == 0) continue;
        EXPECT_EQ(g.x0, static_cast<float>(slot->bitmap_left));
        EXPECT_EQ(g.y0, static_cast<float>(-slot->bitmap_top));
        atlas.update(*cache);
        std::vector<std::uint8_t> expected;
        for (unsigned y = 0; y < slot->bitmap.rows; ++y)
          expected.insert(expected.end(), slot->bitmap.buffer + y * static_cast<unsigned>(slot->bitmap.pitch),
                          slot->bitmap.buffer + y * static_cast<unsigned>(slot->bitmap.pitch) + slot->bitmap.width);
        EXPECT_EQ(pixels_of(g, atlas), expected);
      }
      EXPECT_EQ(cache->text_width(text, size, b), width);
    }
  std::set<float> digits;
  for (char32_t c = '0'; c <= '9'; ++c) digits.insert(cache->advance(c, 22, false));
  EXPECT_EQ(digits.size(), 1u) << "figures are tabular";
}

TEST(glyphs, fallback_agrees_with_fc_list) {
  auto cache = make();
  // Arabic, Thai, Hebrew, Braille, Ethiopic, a smiling face, mathematical bold, Egyptian, private use, unassigned
  for (const char32_t c : {0x0627u, 0x0E01u, 0x05D0u, 0x2801u, 0x1200u, 0x1F600u, 0x1D400u, 0x13000u, 0xE5F3u, 0x0378u, 0x1FFFEu}) {
    char command[96];
    std::snprintf(command, sizeof command, "fc-list ':scalable=true:charset=%x' file", static_cast<unsigned>(c));
    EXPECT_EQ(cache->glyph(c, 20, false).found, !output_of(command).empty()) << name_of(c);
  }
}

TEST(glyphs, malformed_text_counts_as_replacement_characters) {
  auto cache = make();
  const float replacement = cache->advance(0xFFFD, 16, false), a = cache->advance('a', 16, false);
  EXPECT_GT(replacement, 0);
  EXPECT_EQ(cache->text_width("a\xFF" "a", 16, false), 2 * a + replacement);
  EXPECT_EQ(cache->text_width("\xE5\x8D", 16, false), 2 * replacement);      // cut in the middle of 千
  EXPECT_EQ(cache->text_width("\xC0\x80", 16, false), 2 * replacement);      // an overlong NUL
  EXPECT_EQ(cache->text_width("\xED\xA0\x80", 16, false), 3 * replacement);  // a surrogate
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (int k = 0; k < 40; ++k) bytes += static_cast<char>(random() & 255);
    EXPECT_TRUE(std::isfinite(cache->text_width(bytes, 16, false)));
  }
  for (const char32_t c : {0x110000u, 0xFFFFFFFFu, 0xD800u}) EXPECT_FALSE(cache->glyph(c, 16, false).found) << name_of(c);
}

TEST(glyphs, invisible_characters_take_no_room) {
  auto cache = make();
  for (const char32_t c : {0x00u, 0x0Au, 0xADu, 0x200Bu, 0x200Du, 0xFE0Fu, 0xFEFFu, 0xE0100u}) {
    const Glyph& g = cache->glyph(c, 20, false);
    EXPECT_TRUE(g.found);
    EXPECT_EQ(g.advance, 0);
    EXPECT_EQ(g.x1, g.x0);
  }
  EXPECT_EQ(cache->text_width("辻\xF3\xA0\x84\x80", 20, false), cache->text_width("辻", 20, false));  // with a variation selector
  EXPECT_GT(cache->advance(' ', 20, false), 0);
}

TEST(glyphs, sizes_are_brought_into_range) {
  auto cache = make();
  EXPECT_EQ(cache->advance(U'千', -5, false), 8);
  EXPECT_EQ(cache->advance(U'千', 100'000, false), 200);
  for (const int size : {8, 16, 200}) {
    EXPECT_GT(cache->ascent(size), 0.7f * static_cast<float>(size));
    EXPECT_GT(cache->line_height(size), static_cast<float>(size));
    EXPECT_NEAR(cache->cap_height(size), 0.733f * static_cast<float>(size), 0.01f * static_cast<float>(size));  // Noto Sans CJK's OS/2 table
  }
}

TEST(glyphs, a_full_atlas_drops_what_was_looked_at_least_recently) {
  auto cache = make(256), large = make();
  test::Atlas atlas, reference;
  const Glyph kept = cache->glyph(U'水', 30, false);
  const auto generation = cache->generation();
  for (char32_t c = 0x4E00; c < 0x4E00 + 600; ++c) {
    const Glyph again = cache->glyph(U'水', 30, false);
    EXPECT_EQ(std::tuple(again.u0, again.v0), std::tuple(kept.u0, kept.v0)) << "in use, so never dropped";
    const Glyph g = cache->glyph(c, 30, false);
    const Glyph fresh = large->glyph(c, 30, false);
    EXPECT_EQ(std::tuple(g.advance, g.x0, g.y0, g.x1, g.y1), std::tuple(fresh.advance, fresh.x0, fresh.y0, fresh.x1, fresh.y1));
    atlas.update(*cache);
    reference.update(*large);
    ASSERT_EQ(pixels_of(g, atlas), pixels_of(fresh, reference)) << name_of(c);
    EXPECT_GE(g.u0, 0);
    EXPECT_LE(g.v1, 1);
  }
  EXPECT_GT(cache->generation(), generation);
  const auto white = cache->white_uv();
  EXPECT_EQ(atlas.sample(white.x, white.y), 1.f);
  EXPECT_EQ(large->generation(), 0u);
}

TEST(glyphs, no_two_glyphs_share_texels) {
  auto cache = make(512);
  std::vector<Glyph> glyphs;
  std::vector<int> owner(512 * 512, -1);
  std::mt19937 random(11);
  for (int i = 0; i < 400; ++i) {
    const auto generation = cache->generation();
    const Glyph g = cache->glyph(0x4E00 + static_cast<char32_t>(i), 8 + static_cast<int>(random() % 40), i % 2);
    if (cache->generation() != generation) break;
    for (int y = static_cast<int>(std::lround(g.v0 * 512)) - 1; y <= std::lround(g.v1 * 512); ++y)
      for (int x = static_cast<int>(std::lround(g.u0 * 512)); x < std::lround(g.u1 * 512); ++x) {
        if (y < std::lround(g.v0 * 512) || y == std::lround(g.v1 * 512)) continue;
        EXPECT_EQ(owner[static_cast<std::size_t>(y * 512 + x)], -1);
        owner[static_cast<std::size_t>(y * 512 + x)] = i;
      }
    glyphs.push_back(g);
  }
  EXPECT_GT(glyphs.size(), 60u);
}

TEST(glyphs, larger_than_a_page_is_drawn_smaller_and_shown_at_size) {
  auto small = make(128), large = make();
  for (const char32_t c : {U'鬱', U'W', static_cast<char32_t>(0xFDFD), static_cast<char32_t>(0x2E3B)}) {
    const Glyph a = small->glyph(c, 200, true), b = large->glyph(c, 200, true);
    EXPECT_EQ(a.advance, b.advance);
    EXPECT_NEAR(a.x1 - a.x0, b.x1 - b.x0, 12) << name_of(c);
    EXPECT_NEAR(a.y1 - a.y0, b.y1 - b.y0, 12);
    EXPECT_GT(a.u1, a.u0);
  }
}

TEST(glyphs, a_halo_surrounds_its_glyph) {
  auto cache = make();
  test::Atlas atlas;
  for (const char32_t c : {U'A', U'川', static_cast<char32_t>(0x0378)}) {
    const Glyph g = cache->glyph(c, 24, false), h = cache->halo(c, 24, false, 3);
    EXPECT_NEAR(g.x0 - h.x0, 3, 1);
    EXPECT_NEAR(h.y1 - g.y1, 3, 1);
    EXPECT_EQ(g.advance, h.advance);
    atlas.update(*cache);
    EXPECT_GT(sum(pixels_of(h, atlas)), sum(pixels_of(g, atlas)) * 5 / 4);
  }
}

TEST(glyphs, only_changed_rows_are_sent) {
  auto cache = make();
  int y0 = -1, y1 = -1;
  std::span<const std::uint8_t> rows;
  ASSERT_TRUE(cache->take_dirty(y0, y1, rows));
  EXPECT_EQ(std::tuple(y0, y1), std::tuple(0, 2048));
  EXPECT_EQ(rows.size(), 2048u * 2048u);
  EXPECT_FALSE(cache->take_dirty(y0, y1, rows));
  cache->advance(U'川', 20, false);
  EXPECT_FALSE(cache->take_dirty(y0, y1, rows)) << "measuring draws nothing";
  cache->glyph(U'川', 20, false);
  ASSERT_TRUE(cache->take_dirty(y0, y1, rows));
  EXPECT_LE(y1 - y0, 24);
  EXPECT_EQ(rows.size(), static_cast<std::size_t>(y1 - y0) * 2048);
  cache->glyph(U'川', 20, false);
  EXPECT_FALSE(cache->take_dirty(y0, y1, rows));
}

TEST(glyphs, the_same_text_gives_the_same_atlas) {
  std::vector<std::uint8_t> first;
  for (int run = 0; run < 2; ++run) {
    auto cache = make(256);
    test::Atlas atlas;
    for (char32_t c = 0x3041; c < 0x3041 + 400; ++c) cache->glyph(c, 10 + static_cast<int>(c % 30), c % 3 == 0);
    atlas.update(*cache);
    if (run == 0) first = atlas.pixels;
    else EXPECT_EQ(first, atlas.pixels);
  }
}
}  // namespace
