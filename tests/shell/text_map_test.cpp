#include "text_map.h"

#include <gtest/gtest.h>

#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

TEST(TextMap, TextsComeBackAsTheyWere) {
  TextMap map;
  for (const char* text : {"", "plain", "Ⅰ Ⅱ Ⅲ Ⅳ ℃ ㎥ ≥ 髙 﨑 𠮷", "𠮷野家 𩸽 😀", "㐂㐀䶿 rare", "\xEE\x80\x80 private \xEF\xA3\xBF", "\xF4\x8F\xBF\xBF"}) {
    const std::string mapped = map.in(std::string_view(text));
    for (std::size_t pos = 0; pos < mapped.size();) EXPECT_LE(next_code_point(mapped, pos), 0xFFFFu);
    EXPECT_EQ(map.out(std::string_view(mapped)), text);
  }
}

TEST(TextMap, OnlyWhatNeedsAUnitGetsOne) {
  TextMap map;
  map.in(std::string_view("髙﨑 ㎥ ≥ Ⅳ"));
  EXPECT_EQ(map.used(), 0u) << "all in the basic plane";
  map.in(std::string_view("𠮷𠮷"));
  EXPECT_EQ(map.used(), 1u);
  map.in(char32_t{0xE000});
  map.in(char32_t{0x3402});
  EXPECT_EQ(map.used(), 3u) << "a real 㐂 must not be taken for 𠮷";
  EXPECT_TRUE(map.in(char32_t{0x3402}) != map.in(char32_t{0x20BB7}));
}

TEST(TextMap, MalformedAndForbiddenBecomeTheReplacement) {
  TextMap map;
  EXPECT_EQ(map.in(std::string_view("a\xFFz")), "a\xEF\xBF\xBDz");
  EXPECT_TRUE(map.in(char32_t{0xD800}) == replacement_character);
  EXPECT_TRUE(map.in(char32_t{0x110000}) == replacement_character);
  EXPECT_TRUE(map.out(char32_t{0x3456}) == replacement_character) << "a unit nobody was given";
}

TEST(TextMap, WhenUnitsRunOutTextIsShownAsUnknownAndOldUnitsStay) {
  TextMap map;
  for (char32_t c = 0; c < 6592; ++c) ASSERT_TRUE(map.in(0x20000 + c) != replacement_character) << static_cast<unsigned>(c);
  EXPECT_TRUE(map.in(char32_t{0x2FFFF}) == replacement_character);
  EXPECT_TRUE(map.out(map.in(char32_t{0x20000 + 77})) == char32_t{0x20000 + 77});
}

}  // namespace
}  // namespace tenbo::shell
