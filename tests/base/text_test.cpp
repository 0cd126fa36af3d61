#include "tenbo/base/text.h"

#include <gtest/gtest.h>

namespace tenbo {
namespace {

// Examples of well-formed and ill-formed sequences: The Unicode Standard, table 3-7.
TEST(Text, DecodesEveryPlane) {
  std::size_t pos = 0;
  const std::string s = "A\xC3\xA9\xE2\x89\xA5\xF0\xA0\xAE\xB7";  // A é ≥ 𠮷
  EXPECT_EQ(next_code_point(s, pos), U'A');
  EXPECT_EQ(next_code_point(s, pos), U'\u00E9');
  EXPECT_EQ(next_code_point(s, pos), U'\u2265');
  EXPECT_EQ(next_code_point(s, pos), U'\U00020BB7');
  EXPECT_EQ(pos, s.size());
}

TEST(Text, TheHalfOfALanguage) {
  EXPECT_EQ(local_half("展望市（架空） / Tenbo City (fictional)", true), "展望市（架空）");
  EXPECT_EQ(local_half("展望市（架空） / Tenbo City (fictional)", false), "Tenbo City (fictional)");
  for (const char* whole : {"", " / ", "km/h / knots", "Tenbo / 展望", "東 / 西", "東 / east / west", "展望市/Tenbo"})
    for (const bool ja : {true, false}) EXPECT_EQ(local_half(whole, ja), whole);
}

TEST(Text, RefusesMalformedSequences) {
  for (const std::string bad : {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5", "\xE2\x82"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
    std::size_t pos = 0;
    EXPECT_EQ(next_code_point(bad, pos), replacement_character);
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bad)));
  }
  EXPECT_TRUE(is_valid_utf8("\xEF\xBF\xBD"));  // U+FFFD itself is well-formed
}

TEST(Text, RoundTripsEveryPlane) {
  for (char32_t c : {U'\x7F', U'\x80', U'\x7FF', U'\x800', U'\xFFFF', U'\x10000', U'\x10FFFF'}) {
    std::string s;
    append_utf8(s, c);
    std::size_t pos = 0;
    EXPECT_EQ(next_code_point(s, pos), c);
    EXPECT_EQ(pos, s.size());
  }
}

TEST(Text, ConvertsWindows31J) {
  // JIS X 0208: 橋 is 3636 (kuten 22-22), Shift_JIS 8B B4; 髙 is NEC/IBM extension FB FC
  EXPECT_EQ(to_utf8("\x8B\xB4", "CP932"), "橋");
  EXPECT_EQ(to_utf8("\xFB\xFC", "CP932"), "髙");
  EXPECT_EQ(to_utf8("A\xFF", "CP932").substr(0, 1), "A");
  EXPECT_TRUE(is_valid_utf8(to_utf8("\x81", "CP932")));
}

TEST(Text, LowersLatinLettersAlone) {
  EXPECT_EQ(lower_case("EPSG:4326 @[`{ Ä展"), "epsg:4326 @[`{ Ä展");
}

// RFC 3986, 2.1; what is no escape stays as it is.
TEST(Text, DecodesPercents) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%e5%B1%95"), "a b/c展");
  EXPECT_EQ(percent_decode("100%, %4, %zz, %"), "100%, %4, %zz, %");
}

TEST(Text, NamesTheNearestWord) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);  // the textbook pair
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(nearest("--siez", {"--size", "--time", "--view"}), "--size");
  EXPECT_EQ(nearest("zzzzzz", {"--size"}), "");
}

}  // namespace
}  // namespace tenbo
