#include "tenbo/scene/pages.h"

#include <gtest/gtest.h>

#include <string>

namespace tenbo::scene::detail {
namespace {

struct Counted {  // no default, not copyable, aligned: what a component may be
  explicit Counted(int v) : value(v) { ++alive; }
  Counted(Counted&& o) noexcept : value(o.value) { ++alive; }
  Counted& operator=(Counted&&) = default;
  ~Counted() { --alive; }
  alignas(32) int value;
  static inline int alive = 0;
};

TEST(Pages, GrowWithoutMoving) {
  Pages<std::string> pages;
  const std::string* first = nullptr;
  for (int i = 0; i < 20'000; ++i) {
    const auto& s = pages.push_back([&] { return std::string(40, static_cast<char>('a' + i % 26)); });
    if (!first) first = &s;
  }
  EXPECT_EQ(pages.size(), 20'000u);
  EXPECT_EQ(&pages[0], first);
  EXPECT_EQ(pages[19'999], std::string(40, static_cast<char>('a' + 19'999 % 26)));
  for (int i = 0; i < 19'999; ++i) pages.pop_back();
  EXPECT_EQ(pages.back(), std::string(40, 'a'));
}

TEST(Pages, WhatIsMadeIsUnmade) {
  {
    Pages<Counted> a;
    for (int i = 0; i < 5000; ++i) a.push_back([&] { return Counted(i); });
    EXPECT_EQ(Counted::alive, 5000);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&a[4097]) % 32, 0u);
    Pages<Counted> b;
    b.push_back([] { return Counted(-1); });
    b = std::move(a);
    EXPECT_EQ(Counted::alive, 5000);
    EXPECT_EQ(b[4999].value, 4999);
    EXPECT_EQ(a.size(), 0u);
    a.push_back([] { return Counted(7); });  // what was moved from can be used again
    EXPECT_EQ(a[0].value, 7);
    b.reserve(100'000);
    EXPECT_EQ(Counted::alive, 5001);
  }
  EXPECT_EQ(Counted::alive, 0);
}

}  // namespace
}  // namespace tenbo::scene::detail
