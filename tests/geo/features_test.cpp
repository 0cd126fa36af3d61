#include "tenbo/geo/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tenbo::geo {
namespace {

TEST(FeatureTable, KeepsWhatItIsGiven) {
  FeatureTable t;
  const auto a = t.add_feature("BLD_a", "bldg:Building");
  t.add_text(a, "gml:name", "髙島ビル");
  t.add_integer(a, "storeys", 3);
  t.add_integer(a, "big", std::int64_t{1} << 40);
  t.add_integer(a, "small", -5);
  t.add_real(a, "height", 12.345678901234);
  t.add_boolean(a, "listed", true);
  t.add_text(a, "gml:name", "second");
  Extent e;
  e.add(GeoPoint{139, 35, 4});
  t.set_extent(a, e);
  ASSERT_EQ(t.size(), 1u);
  EXPECT_EQ(t.id(a), "BLD_a");
  EXPECT_EQ(t.type(a), "bldg:Building");
  EXPECT_EQ(t.extent(a).west, 139);
  const auto list = t.attributes(a);
  ASSERT_EQ(list.size(), 7u);
  EXPECT_EQ(list[0].first, "gml:name");
  EXPECT_EQ(list[6].first, "gml:name");
  EXPECT_EQ(std::get<std::string_view>(t.value(a, "gml:name")), "髙島ビル");
  EXPECT_EQ(std::get<std::int64_t>(t.value(a, "big")), std::int64_t{1} << 40);
  EXPECT_EQ(std::get<std::int64_t>(t.value(a, "small")), -5);
  EXPECT_EQ(std::get<double>(t.value(a, "height")), 12.345678901234);
  EXPECT_EQ(std::get<bool>(t.value(a, "listed")), true);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(t.value(a, "absent")));
}

TEST(FeatureTable, SummaryCountsFeaturesNotOccurrences) {
  FeatureTable t;
  for (int i = 0; i < 4; ++i) {
    const auto f = t.add_feature(std::to_string(i), "x");
    t.add_text(f, "use", "a");
    t.add_text(f, "use", "b");
    if (i < 2) t.add_integer(f, "n", i); else t.add_real(f, "n", i + 0.5);
    if (i == 3) t.add_integer(f, "mixed", 1);
    if (i == 2) t.add_text(f, "mixed", "one");
    t.add_real(f, "nothing", std::nan(""));
    t.add_real(f, "depth", i == 0 ? std::numeric_limits<double>::infinity() : 1.0);
  }
  const auto s = t.summary();
  ASSERT_EQ(s.size(), 5u);  // by name
  EXPECT_EQ(s[0].name, "depth");   EXPECT_EQ(s[0].count, 3u); EXPECT_EQ(s[0].type, AttributeType::real);
  EXPECT_EQ(s[1].name, "mixed");   EXPECT_EQ(s[1].count, 2u); EXPECT_EQ(s[1].type, AttributeType::text);
  EXPECT_EQ(s[2].name, "n");       EXPECT_EQ(s[2].count, 4u); EXPECT_EQ(s[2].type, AttributeType::real);
  EXPECT_EQ(s[3].name, "nothing"); EXPECT_EQ(s[3].count, 0u); EXPECT_EQ(s[3].type, AttributeType::real);
  EXPECT_EQ(s[4].name, "use");     EXPECT_EQ(s[4].count, 4u); EXPECT_EQ(s[4].type, AttributeType::text);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(t.value(0, "nothing")));
}

TEST(FeatureTable, AppendKeepsOrderNamesAndViews) {
  FeatureTable whole;
  std::string_view first_id;
  std::vector<FeatureTable> parts(3);
  for (int p = 0; p < 3; ++p)
    for (int i = 0; i < 1000; ++i) {
      const auto f = parts[static_cast<std::size_t>(p)].add_feature("id" + std::to_string(p) + "-" + std::to_string(i), "t");
      // Each part meets the names in another order.
      for (int n = 0; n < 5; ++n) parts[static_cast<std::size_t>(p)].add_integer(f, "n" + std::to_string((n + p) % 5), p * 10000 + i * 10 + (n + p) % 5);
    }
  first_id = parts[0].id(0);
  EXPECT_EQ(whole.append(std::move(parts[0])), 0u);
  EXPECT_EQ(whole.append(std::move(parts[1])), 1000u);
  const auto late = whole.add_feature("late", "t");  // building goes on after an append
  whole.add_text(late, "n0", "text");
  EXPECT_EQ(whole.append(std::move(parts[2])), 2001u);
  EXPECT_EQ(parts[2].size(), 0u);
  FeatureTable none;
  EXPECT_EQ(whole.append(std::move(none)), 3001u);
  ASSERT_EQ(whole.size(), 3001u);
  EXPECT_EQ(first_id.data(), whole.id(0).data());  // the characters did not move
  for (std::uint32_t f = 0; f < whole.size(); ++f) {
    if (f == 1000 * 2) continue;
    const int p = f < 1000 ? 0 : f < 2000 ? 1 : 2;
    const int i = static_cast<int>(f - (p == 2 ? 2001u : 1000u * static_cast<unsigned>(p)));
    for (int n = 0; n < 5; ++n)
      ASSERT_EQ(std::get<std::int64_t>(whole.value(f, "n" + std::to_string(n))), p * 10000 + i * 10 + n);
    ASSERT_EQ(whole.find(whole.id(f)), f);
  }
  EXPECT_EQ(whole.find("late"), late);
  EXPECT_EQ(whole.find("nobody"), std::nullopt);
  EXPECT_EQ(whole.summary().size(), 5u);
  const auto moved = std::move(whole);
  EXPECT_EQ(moved.size(), 3001u);
}

TEST(FeatureTable, AttributesMayComeInAnyOrder) {
  FeatureTable t;
  const auto a = t.add_feature("a", "t"), b = t.add_feature("b", "t"), c = t.add_feature("c", "t");
  for (int i = 0; i < 100; ++i) {
    t.add_integer(b, "b", i);
    t.add_integer(a, "a", i);
    if (i % 3 == 0) t.add_integer(c, "c", i);
  }
  ASSERT_EQ(t.attributes(a).size(), 100u);
  ASSERT_EQ(t.attributes(b).size(), 100u);
  ASSERT_EQ(t.attributes(c).size(), 34u);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(t.attributes(a)[i].first, "a");
    EXPECT_EQ(std::get<std::int64_t>(t.attributes(a)[i].second), static_cast<std::int64_t>(i));
    EXPECT_EQ(std::get<std::int64_t>(t.attributes(b)[i].second), static_cast<std::int64_t>(i));
  }
}

TEST(FeatureTable, TheFirstOfTwoEqualIdsIsFound) {
  FeatureTable t;
  EXPECT_EQ(t.find("x"), std::nullopt);
  t.add_feature("x", "t");
  t.add_feature("x", "t");
  t.add_feature("", "t");
  EXPECT_EQ(t.find("x"), 0u);
  EXPECT_EQ(t.find(""), 2u);
  t.add_feature("y", "t");
  EXPECT_EQ(t.find("y"), 3u);
}

TEST(AttributeValue, NumbersAndTexts) {
  EXPECT_EQ(to_number(std::string_view("12.5")), 12.5);
  EXPECT_EQ(to_number(std::string_view(" +3 ")), 3.0);
  EXPECT_EQ(to_number(std::string_view("1e3")), 1000.0);
  for (const char* text : {"", " ", "nan", "inf", "-inf", "1e999", "12m", "0x10", "+-3", "１２"})
    EXPECT_EQ(to_number(std::string_view(text)), std::nullopt) << text;
  EXPECT_EQ(to_number(std::nan("")), std::nullopt);
  EXPECT_EQ(to_number(std::monostate{}), std::nullopt);
  EXPECT_EQ(to_number(std::int64_t{7}), 7.0);
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_text(std::monostate{}), "");
  EXPECT_EQ(to_text(true), "true");
}

}  // namespace
}  // namespace tenbo::geo
