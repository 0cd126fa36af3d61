#include "tenbo/base/file_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tenbo/base/file.h"

namespace tenbo {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

// A folder of its own for each test, gone afterwards.
class FileWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "tmp" / ("file_watch_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(dir_);
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }
  static void put(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::trunc) << text; }
  // Waits generously: only a change that is never told fails.
  static bool wait_for(const std::atomic<int>& count, int least) {
    for (int i = 0; i < 1000 && count < least; ++i) std::this_thread::sleep_for(10ms);
    return count >= least;
  }
  fs::path dir_;
  std::atomic<int> told_{0};
};

TEST_F(FileWatchTest, TellsOfReplacementByRename) {
  put(dir_ / "a", "one");
  FileWatch watch;
  watch.add(dir_ / "a", [&](const fs::path&) { ++told_; });
  ASSERT_TRUE(write_file_atomic(dir_ / "a", std::string_view("two")));  // same size: the inode tells
  EXPECT_TRUE(wait_for(told_, 1));
}

TEST_F(FileWatchTest, TellsOfRewritingInPlaceAndReadsTheNewText) {
  put(dir_ / "a", "one");
  std::mutex mutex;
  std::string read;
  FileWatch watch;
  watch.add(dir_ / "a", [&](const fs::path& p) {
    std::lock_guard lock(mutex);
    read = read_text_file(p).value();
    ++told_;
  });
  put(dir_ / "a", "three");
  ASSERT_TRUE(wait_for(told_, 1));
  std::lock_guard lock(mutex);
  EXPECT_EQ(read, "three");
}

TEST_F(FileWatchTest, WaitsForAFileThatIsGoneAndTellsWhenItIsBack) {
  put(dir_ / "a", "one");
  FileWatch watch;
  watch.add(dir_ / "a", [&](const fs::path&) { ++told_; });
  fs::remove(dir_ / "a");
  std::this_thread::sleep_for(400ms);
  EXPECT_EQ(told_, 0);
  put(dir_ / "a", "two!");
  EXPECT_TRUE(wait_for(told_, 1));
}

TEST_F(FileWatchTest, TellsOfAFileThatWasNotThereYet) {
  FileWatch watch;
  watch.add(dir_ / "later", [&](const fs::path&) { ++told_; });
  put(dir_ / "later", "x");
  EXPECT_TRUE(wait_for(told_, 1));
}

TEST_F(FileWatchTest, WatchesTheEntriesOfAFolderAndTheCompanionsOfAShapefile) {
  put(dir_ / "a.shp", "s");
  put(dir_ / "a.dbf", "d");
  std::atomic<int> shape{0};
  FileWatch watch;
  watch.add(dir_, [&](const fs::path&) { ++told_; });
  watch.add(dir_ / "a.shp", [&](const fs::path&) { ++shape; });
  put(dir_ / "a.dbf", "new");
  EXPECT_TRUE(wait_for(told_, 1));
  EXPECT_TRUE(wait_for(shape, 1));
}

TEST_F(FileWatchTest, SaysNothingAfterRemoveAndWhileNothingChanges) {
  put(dir_ / "a", "one");
  put(dir_ / "b", "one");
  std::atomic<int> other{0};
  FileWatch watch;
  const auto id = watch.add(dir_ / "a", [&](const fs::path&) { ++told_; });
  watch.add(dir_ / "b", [&](const fs::path&) { ++other; });
  watch.remove(id);
  put(dir_ / "a", "two");
  put(dir_ / "b", "two");
  ASSERT_TRUE(wait_for(other, 1));
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(told_, 0);
  EXPECT_EQ(other, 1);
}

TEST_F(FileWatchTest, SurvivesAddingAndRemovingFromSeveralThreads) {
  put(dir_ / "a", "one");
  FileWatch watch({5ms, 10ms, 100ms});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) watch.remove(watch.add(dir_ / "a", [&](const fs::path&) { ++told_; }));
    });
  for (int i = 0; i < 20; ++i) put(dir_ / "a", std::string(static_cast<std::size_t>(i), 'x'));
  for (auto& t : threads) t.join();
  const int after = told_;
  put(dir_ / "a", "last");
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(told_, after);  // every watch was removed
}
}  // namespace
}  // namespace tenbo
