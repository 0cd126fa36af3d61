#include "style_classes.h"

#include <gmock/gmock.h>

namespace tenbo::shell {
namespace {

TEST(StyleClasses, NumbersGetAscendingClassesFromTheLowestValue) {
  std::vector<std::string> values;
  for (int i = 0; i < 1000; ++i) values.push_back(std::to_string(3 + 0.1 * i));
  const auto classes = make_classes(values, 5, ramps()[0]);
  ASSERT_EQ(classes.size(), 5u);
  EXPECT_DOUBLE_EQ(*classes[0].from, 3);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_GT(*classes[i].from, *classes[i - 1].from);
    EXPECT_NEAR(*classes[i].from, 3 + 20 * static_cast<double>(i), 1.01) << "equal counts";
  }
  EXPECT_EQ(classes[0].colour, ramps()[0].stops.front());
  EXPECT_EQ(classes[4].colour, ramps()[0].stops.back());
  EXPECT_THAT(classes[4].label.en, testing::StartsWith("≥"));
}

TEST(StyleClasses, EqualValuesMakeOneClass) {
  const auto classes = make_classes({"4", "4", "4"}, 5, ramps()[1]);
  ASSERT_EQ(classes.size(), 1u);
  EXPECT_DOUBLE_EQ(*classes[0].from, 4);
}

TEST(StyleClasses, WordsGetTheCommonestFirst) {
  const auto classes = make_classes({"住宅", "商業", "住宅", "𠮷", "商業", "住宅"}, 2, ramps()[3]);
  ASSERT_EQ(classes.size(), 2u);
  EXPECT_EQ(classes[0].value, "住宅");
  EXPECT_EQ(classes[1].value, "商業");
  EXPECT_FALSE(classes[0].from);
}

TEST(StyleClasses, OddInputDoesNoHarm) {
  EXPECT_TRUE(make_classes({}, 5, ramps()[0]).empty());
  EXPECT_TRUE(make_classes({"1"}, 0, ramps()[0]).empty());
  EXPECT_FALSE(are_numbers({"nan", "inf", "1e999"}));
  EXPECT_TRUE(are_numbers({"1", "2.5", "-3e2"}));
}

TEST(StyleClasses, FiltersAreCheckedBeforeTheyAreUsed) {
  const std::vector<std::string> names{"height", "usage"};
  for (const char* good : {"", "  ", "height >= 3", "usage = 住宅", "height!=0", "usage<x"}) EXPECT_TRUE(check_filter(good, names).ok()) << good;
  EXPECT_THAT(check_filter("heigth > 3", names).error().remedy, testing::HasSubstr("height"));
  for (const char* wrong : {"height", "height >", "> 3", "height ! 3"}) EXPECT_FALSE(check_filter(wrong, names).ok()) << wrong;
}

}  // namespace
}  // namespace tenbo::shell
