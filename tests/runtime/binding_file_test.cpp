// Corrections of bindings beside the scene.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../../engine/runtime/src/binding.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

TEST(BindingFile, ComesBackAsItWasWritten) {
  const fs::path dir = fs::path(testing::TempDir()) / "bindings";
  fs::create_directories(dir);
  const auto file = corrections_file(dir / "town.json");
  EXPECT_EQ(file.filename(), "town.bindings.json");
  fs::remove(file);
  EXPECT_TRUE(read_corrections(file)->empty());
  ASSERT_TRUE(write_corrections(file, std::vector<SavedCorrection>{{"橋梁", {"r\"1", "b", true, "佐藤", "2026-11-23T01:00:00Z"}}, {"橋梁", {"r2", "", false, "", ""}}}).ok());
  const auto back = read_corrections(file);
  ASSERT_TRUE(back.ok());
  ASSERT_EQ(back->size(), 2u);
  EXPECT_EQ((*back)[0].layer, "橋梁");
  EXPECT_EQ((*back)[0].correction.record, "r\"1");
  EXPECT_EQ((*back)[0].correction.by, "佐藤");
  EXPECT_TRUE((*back)[0].correction.accepted);
  EXPECT_FALSE((*back)[1].correction.accepted);
  EXPECT_FALSE(write_corrections({}, {}).ok());
}

TEST(BindingFile, WhatIsWrongIsNamedWithItsPlace) {
  const fs::path file = fs::path(testing::TempDir()) / "wrong.bindings.json";
  const std::pair<const char*, const char*> cases[] = {
      {"{", "JSON"}, {"[]", "$.bindings"}, {R"({"bindings": [3]})", "$.bindings[0]"}, {R"({"bindings": [{"record": 3}]})", "$.bindings[0].record"},
      {R"({"bindings": [{"record": "a", "verdict": "perhaps"}]})", "$.bindings[0].verdict"}, {R"({"bindings": [{"record": "a", "verdict": "accepted"}]})", "$.bindings[0].model"}};
  for (const auto& [text, word] : cases) {
    std::ofstream(file) << text;
    const auto read = read_corrections(file);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_NE(read.error().text().find(word), std::string::npos) << read.error().text();
  }
  fs::remove(file);
}

}  // namespace
}  // namespace tenbo::runtime
