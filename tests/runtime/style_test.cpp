#include "../../engine/runtime/src/style.h"

#include <gtest/gtest.h>

#include "../../engine/runtime/src/check_style.h"
#include "tenbo/runtime/csv_cell.h"

namespace tenbo::runtime {
namespace {

geo::FeatureTable table() {
  geo::FeatureTable t;
  const auto a = t.add_feature("a", "bldg:Building");
  t.add_integer(a, "storeys", 3);
  t.add_text(a, "usage", "住宅");
  const auto b = t.add_feature("b", "bldg:Building");
  t.add_real(b, "storeys", 12.0);
  t.add_text(b, "usage", "学校");
  t.add_feature("c", "bldg:Building");
  return t;
}

TEST(Style, WhatIsNoFilterAndNoPaletteIsSaid) {
  for (const char* wrong : {"velocity =< -2", "velocity => 2", "a == 3", "a <> 3", "a", "= 3", "! 3"}) EXPECT_FALSE(parse_filter(wrong).ok()) << wrong;
  const auto f = parse_filter("name = a<=b");  // the first one compares
  ASSERT_TRUE(f.ok());
  EXPECT_EQ(f->attribute + "|" + f->op + "|" + f->value, "name|=|a<=b");
  EXPECT_EQ(parse_filter("wow! >= 3")->attribute, "wow!");
  scene::LayerStyle style;
  style.palette = "soill";
  style.filter = "n =< 3";
  Diagnostics said;
  check_style(style, {"coherence", "soil"}, said);
  ASSERT_EQ(said.warnings.size(), 2u);
  EXPECT_NE(said.warnings[0].text().find("did you mean \"soil\""), std::string::npos) << said.warnings[0].text();
  EXPECT_NE(said.warnings[1].text().find("\"=<\" compares nothing"), std::string::npos) << said.warnings[1].text();
  style.palette = "soil", style.filter = "n <= 3";
  Diagnostics fine;
  check_style(style, {"coherence", "soil"}, fine);
  EXPECT_TRUE(fine.warnings.empty());
}

// What spreadsheets begin to calculate with, as OWASP lists it under "CSV Injection".
TEST(CsvCell, TextsThatAreFormulasAreMadeTexts) {
  for (const char* formula : {"=1+1", "@SUM(A1)", "+A1", "-A1", "-1+1", "\t=1", "＝1+1", "＋A1", "－A1", "＠x"}) EXPECT_EQ(csv_cell(formula), "\"'" + std::string(formula) + "\"") << formula;
  EXPECT_EQ(csv_cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
  for (const char* same : {"-12.5", "+81", "-", "－", "谷桜橋", "BR-001", "a=b", ""}) EXPECT_EQ(csv_cell(same), same) << same;
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
}

TEST(Style, FiltersCompareNumbersAndWords) {
  const auto t = table();
  const auto passes = [&](const char* text) {
    const auto f = parse_filter(text);
    EXPECT_TRUE(f.ok()) << text;
    std::string out;
    for (std::uint32_t i = 0; i < 3; ++i) out += f->passes(t.value(i, f->attribute)) ? '1' : '0';
    return out;
  };
  EXPECT_EQ(passes("storeys >= 3"), "110");
  EXPECT_EQ(passes("storeys > 3"), "010");
  EXPECT_EQ(passes("storeys=12"), "010");
  EXPECT_EQ(passes("storeys < 5"), "100");
  EXPECT_EQ(passes("usage = 学校"), "010");
  EXPECT_EQ(passes("usage != 学校"), "101");  // who has no usage has another usage
  // an empty text is no value: not less than a number, and like a missing one
  geo::FeatureTable blank;
  blank.add_text(blank.add_feature("d", "x"), "storeys", "");
  for (const char* op : {"< 5", "<= 5", "> 5", ">= 5", "= 5"}) {
    const auto f = parse_filter(std::string("storeys ") + op);
    EXPECT_FALSE(f->passes(blank.value(0, "storeys"))) << op;
    EXPECT_FALSE(f->passes({})) << op;
  }
  EXPECT_TRUE(parse_filter("storeys != 5")->passes(blank.value(0, "storeys")));
  EXPECT_EQ(passes("usage ="), "001");   // who has none
  EXPECT_EQ(passes("usage !="), "110");  // who has one
  EXPECT_FALSE(parse_filter("storeys").ok());
  EXPECT_FALSE(parse_filter("= 3").ok());
}

TEST(Style, ClassesColourAndFiltersHide) {
  const auto t = table();
  scene::LayerStyle style;
  style.attribute = "storeys";
  scene::StyleClass low, high;
  low.from = 0;
  low.colour = {1, 1, 1, 255};
  high.from = 10;
  high.colour = {2, 2, 2, 255};
  style.classes = {low, high};
  style.filter = "usage != 学校";
  const auto s = make_styles(t, style, nullptr);
  ASSERT_EQ(s.size(), 3u);
  EXPECT_EQ(s[0].colour, low.colour);
  EXPECT_EQ(s[1].colour, high.colour);
  EXPECT_TRUE(s[1].flags & render::feature_hidden);
  EXPECT_EQ(s[2].colour.a, 0);  // no value: the layer's own colour
}

TEST(Style, FloodRanksTakeTheOfficialColour) {
  geo::FeatureTable t;
  const auto w = t.add_feature("w", "wtr:WaterBody");
  t.add_text(w, "uro:WaterBodyRiverFloodingRiskAttribute/rank_code", "4");
  t.add_feature("b", "bldg:Building");
  t.add_text(1, "uro:RiverFloodingRiskAttribute/rank_code", "4");
  Palette p;
  for (int i = 0; i < 6; ++i) {
    PaletteStop s;
    s.from = i;
    s.colour = {static_cast<std::uint8_t>(i), 0, 0, 255};
    p.stops.push_back(s);
  }
  std::vector<render::FeatureStyle> styles(2);
  colour_flood_ranks(t, p, styles);
  EXPECT_EQ(styles[0].colour, (Rgba8{3, 0, 0, 255}));  // rank 4 is the fourth class
  EXPECT_EQ(styles[1].colour.a, 0);                    // a building keeps its own
}

}  // namespace
}  // namespace tenbo::runtime
