// The bake cache from inside: what its keys depend on, and who may remove what. Kills, limits and damage: tests/app/cache_test.py.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "box_city.h"
#include "tenbo/base/file.h"
#include "tenbo/io/cache.h"

namespace tenbo::io {
namespace {

namespace fs = std::filesystem;

class BakesInACache : public ::testing::Test {
 protected:
  void SetUp() override {
    dir = fs::path(TENBO_BINARY_DIR) / "scratch" / (std::string("cache-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(dir);
    fs::create_directories(dir);
    test::write_box_city(input(), 2);
  }
  BakeCache cache(std::uint64_t bytes = default_bake_cache_bytes) const { return {dir / "cache", bytes}; }
  Result<BakeCache::Added> add(const BakeCache& to) {
    BakeProgress progress;
    return to.add({input()}, jobs, progress, {});
  }
  fs::path input() const { return dir / "city/udx/bldg"; }
  fs::path dir;
  JobSystem jobs;
};

TEST_F(BakesInACache, IsFoundWithWhatWasNotedAndReadChecked) {
  EXPECT_FALSE(cache().find({input()}, jobs, {})->bake);
  const auto added = add(cache());
  ASSERT_TRUE(added.ok()) << added.error().text();
  BakeNotes notes;
  notes.crs = "EPSG:6697";
  notes.extent.add(138.1, 34.1);
  notes.extent.add(138.2, 34.3);
  notes.extent.min_height = -1;
  notes.extent.max_height = 99;
  ASSERT_TRUE(cache().set_notes(added->key, notes).ok());
  const auto found = cache().find({input()}, jobs, {});
  ASSERT_TRUE(found.ok());
  ASSERT_TRUE(found->bake);
  EXPECT_EQ(found->key, added->key);
  EXPECT_EQ(found->bake->info().features, added->report.features);
  EXPECT_EQ(found->bake->info().vertical, geo::VerticalKind::orthometric);  // EPSG:6697, as the demo city has it
  ASSERT_TRUE(found->bake->notes());
  EXPECT_EQ(found->bake->notes()->crs, "EPSG:6697");
  EXPECT_EQ(found->bake->notes()->extent.north, 34.3);
  EXPECT_EQ(found->bake->notes()->extent.max_height, 99);

  auto set = found->bake->open();
  ASSERT_TRUE(set.ok());
  std::string name;
  for (const auto& f : found->bake->info().files) if (f.name.ends_with(".glb")) name = f.name;
  EXPECT_TRUE(set->source->read(name, 1 << 30).ok());
  // one bit
  const auto path = dir / "cache/bake" / added->key / name;
  auto bytes = *read_text_file(path);
  bytes[bytes.size() / 3] = static_cast<char>(bytes[bytes.size() / 3] ^ 16);
  ASSERT_TRUE(write_file_atomic(path, bytes).ok());
  EXPECT_FALSE(found->bake->damaged());
  const auto read = set->source->read(name, 1 << 30);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().text().find(name), std::string::npos);
  EXPECT_TRUE(found->bake->damaged());
  EXPECT_FALSE(cache().find_key(added->key).bake);  // nobody is given it any more
}

TEST_F(BakesInACache, WhatIsInUseStays) {
  const auto added = add(cache());
  ASSERT_TRUE(added.ok());
  auto found = cache().find_key(added->key);
  ASSERT_TRUE(found.bake);
  EXPECT_EQ(cache().clear(), 0u);
  EXPECT_TRUE(cache().list().front().in_use);
  EXPECT_EQ(cache(1).make_room(0), 0u);  // a smaller limit, too
  const auto bytes = found.bake->info().bytes;
  found.bake.reset();
  EXPECT_FALSE(cache().list().front().in_use);
  EXPECT_EQ(cache().clear(), bytes);
  EXPECT_TRUE(cache().list().empty());
}

TEST_F(BakesInACache, ASourceThatChangesWhileItIsBakedIsNotKept) {
  std::vector<fs::path> files;
  for (const auto& e : fs::directory_iterator(input())) if (e.path().extension() == ".gml") files.push_back(e.path());
  ASSERT_FALSE(files.empty());
  const auto before = input_stamp({input()});
  BakeProgress progress;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    while (progress.read == 0 && !done) std::this_thread::yield();  // its key is known by then
    std::ofstream(files.front(), std::ios::app) << "<!-- more -->\n";
  });
  const auto added = cache().add({input()}, jobs, progress, {});
  done = true;
  writer.join();
  EXPECT_NE(input_stamp({input()}), before);
  ASSERT_FALSE(added.ok());
  EXPECT_NE(added.error().message.find("changed"), std::string::npos);
  EXPECT_TRUE(cache().list().empty());
  EXPECT_TRUE(add(cache()).ok());  // now that it rests
}

TEST_F(BakesInACache, AFolderOfNothing) {
  const BakeCache none("", default_bake_cache_bytes);
  EXPECT_FALSE(none.on());
  EXPECT_FALSE(none.find({input()}, jobs, {})->bake);
  EXPECT_TRUE(none.list().empty());
  EXPECT_FALSE(add(none).ok());
}

TEST(CacheRoot, IsTheOneAskedForElseTheUsers) {
  const auto with = [](const char* name, const char* value) { value ? ::setenv(name, value, 1) : ::unsetenv(name); };
  with("TENBO_CACHE", nullptr);
  with("XDG_CACHE_HOME", "/x");
  EXPECT_EQ(cache_root(""), "/x/tenbo");
  EXPECT_EQ(cache_root("/here"), "/here");
  EXPECT_EQ(cache_root("off"), "");
  with("XDG_CACHE_HOME", "not/absolute");
  with("HOME", "/home/somebody");
  EXPECT_EQ(cache_root(""), "/home/somebody/.cache/tenbo");
  with("TENBO_CACHE", "/there");
  EXPECT_EQ(cache_root(""), "/there");
  with("TENBO_CACHE", "off");
  EXPECT_EQ(cache_root(""), "");
}

}  // namespace
}  // namespace tenbo::io
