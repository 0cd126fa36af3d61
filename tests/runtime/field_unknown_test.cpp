// Cells of a field that nobody knows, where the palette says that they are hatched: IEEE 754's last bit is the mark (ADR 28).
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>

#include "../../engine/runtime/src/field_layer.h"

namespace tenbo::runtime {
namespace {

TEST(FieldUnknown, WhatIsNotKnownIsMarkedAndNothingElse) {
  const float nan = std::nanf("");
  const std::vector<float> values{nan, 0.f, 1.f, 5.f, 0.1f, nan, 80.f};
  const auto marked = with_unknown_hatched(values);
  ASSERT_EQ(marked.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_TRUE(std::isfinite(marked[i])) << i;
    EXPECT_EQ((std::bit_cast<std::uint32_t>(marked[i]) & 1u) != 0, std::isnan(values[i])) << i;
    if (!std::isnan(values[i])) {
      EXPECT_GE(marked[i], values[i]) << "never below a class's bound";
      EXPECT_FLOAT_EQ(marked[i], values[i]);
    } else {
      EXPECT_LT(marked[i], 1e-6f) << "below every class of rain";
    }
  }
}

TEST(FieldUnknown, RainHatchesAndWaterDoesNot) {
  const auto folder = std::filesystem::path(TENBO_SOURCE_DIR) / "assets/palettes";
  for (const auto& [name, hatches] : {std::pair{"rain", true}, {"rain-amount", true}, {"flood-depth", false}, {"flood-duration", false}}) {
    const auto p = load_palette(folder / (std::string(name) + ".json"));
    ASSERT_TRUE(p.ok()) << p.error().text();
    EXPECT_EQ(p->hatch_unknown, hatches) << name;
  }
}

}  // namespace
}  // namespace tenbo::runtime
