#include "fonts.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

struct FontsTest : testing::Test {
  std::unique_ptr<render::GlyphCache> cache = std::move(render::GlyphCache::create()).value();
  ImFontAtlas atlas;
  Fonts fonts{*cache, atlas};
};

TEST_F(FontsTest, EveryCharacterAskedForHasItsGlyphFromTheCache) {
  ImGuiContext* context = ImGui::CreateContext(&atlas);
  fonts.begin_frame(1);
  ImGui::GetIO().DisplaySize = {100, 100};
  ImGui::NewFrame();
  const std::string_view text = "Ⅰ Ⅱ Ⅲ Ⅳ ℃ ㎥ ≥ 髙 﨑 𠮷";
  ImGui::PushFont(fonts.font(TextSize::read, true));
  const std::string mapped = fonts.text(text);
  const ImFont& font = *ImGui::GetFont();
  std::size_t in = 0;
  for (std::size_t pos = 0; pos < mapped.size();) {
    const char32_t unit = next_code_point(mapped, pos), real = next_code_point(text, in);
    const ImFontGlyph* g = font.FindGlyphNoFallback(static_cast<ImWchar>(unit));
    ASSERT_TRUE(g) << std::hex << static_cast<unsigned>(real);
    const render::Glyph expected = cache->glyph(real, fonts.pixels(TextSize::read), true);
    EXPECT_TRUE(expected.found) << std::hex << static_cast<unsigned>(real);
    EXPECT_EQ(g->U0, expected.u0);
    EXPECT_EQ(g->V1, expected.v1);
    EXPECT_EQ(g->AdvanceX, expected.advance);
    EXPECT_EQ(g->X1 - g->X0, expected.x1 - expected.x0);
  }
  EXPECT_NEAR(ImGui::CalcTextSize(mapped.c_str()).x, cache->text_width(text, fonts.pixels(TextSize::read), true), 1.0);
  EXPECT_EQ(fonts.map().out(std::string_view(mapped)), text);
  ImGui::PopFont();
  ImGui::EndFrame();
  ImGui::DestroyContext(context);
}

TEST_F(FontsTest, ScaleChangesTheSizeAndGlyphsFollow) {
  fonts.begin_frame(1);
  const float before = fonts.font(TextSize::read)->FontSize;
  fonts.begin_frame(2);
  EXPECT_NEAR(fonts.font(TextSize::read)->FontSize, 2 * before, 1);
  EXPECT_TRUE(fonts.font(TextSize::read)->FindGlyphNoFallback('?'));
}

TEST(Fonts, StartsOverWhenTheCacheDropsAPage) {
  auto cache = std::move(render::GlyphCache::create(512)).value();
  ImFontAtlas atlas;
  Fonts fonts(*cache, atlas);
  fonts.begin_frame(1);
  ASSERT_FALSE(fonts.stale());
  for (char32_t c = 0x4E00; c < 0x4E00 + 2000 && !fonts.stale(); ++c) cache->glyph(c, 40, false);
  ASSERT_TRUE(fonts.stale()) << "2000 kanji of 40 px do not fit into 512 x 512";
  fonts.begin_frame(1);
  const ImFontGlyph* g = fonts.font(TextSize::detail)->FindGlyphNoFallback('?');
  ASSERT_TRUE(g);
}

}  // namespace
}  // namespace tenbo::shell
