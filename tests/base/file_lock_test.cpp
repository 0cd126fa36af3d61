#include "tenbo/base/file_lock.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tenbo/base/file.h"
#include "tenbo/base/process.h"

namespace tenbo {
namespace {

namespace fs = std::filesystem;

class Locks : public ::testing::Test {
 protected:
  void SetUp() override {
    dir = fs::path(TENBO_BINARY_DIR) / "scratch" / (std::string("locks-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(dir);
    fs::create_directories(dir);
  }
  std::optional<FileLock> take(FileLock::Kind kind) {
    auto lock = FileLock::try_lock(dir / "lock", kind);
    EXPECT_TRUE(lock.ok());
    return lock ? std::move(*lock) : std::nullopt;
  }
  // What the system's own program says.
  bool another_program_gets_it(const char* how) {
    const auto r = run_child("/usr/bin/flock", {how, "-n", (dir / "lock").string(), "true"}, {std::chrono::milliseconds(5000), 0});
    return r && r->exit_code == 0;
  }
  fs::path dir;
};

TEST_F(Locks, SharedOnesGoTogetherAndExclusiveOnesAlone) {
  auto a = take(FileLock::Kind::shared);
  ASSERT_TRUE(a);
  EXPECT_TRUE(take(FileLock::Kind::shared));
  EXPECT_FALSE(take(FileLock::Kind::exclusive));
  if (fs::exists("/usr/bin/flock")) {
    EXPECT_TRUE(another_program_gets_it("-s"));
    EXPECT_FALSE(another_program_gets_it("-x"));
  }
  a.reset();
  auto b = take(FileLock::Kind::exclusive);
  ASSERT_TRUE(b);
  EXPECT_FALSE(take(FileLock::Kind::shared));
  EXPECT_FALSE(take(FileLock::Kind::exclusive));
}

TEST_F(Locks, OneThatWasRemovedIsMadeAnew) {
  auto a = take(FileLock::Kind::exclusive);
  ASSERT_TRUE(a);
  a->remove();
  EXPECT_FALSE(fs::exists(dir / "lock"));
  auto b = take(FileLock::Kind::exclusive);
  ASSERT_TRUE(b);
  EXPECT_TRUE(fs::exists(dir / "lock"));
  EXPECT_FALSE(FileLock::try_lock(dir / "none/lock", FileLock::Kind::shared).ok());
}

TEST_F(Locks, AFileThatIsWrittenWithItsOldTimeIsAnotherState) {
  const auto path = dir / "file";
  std::ofstream(path) << "one";
  const auto before = file_identity(path);
  const auto time = fs::last_write_time(path);
  EXPECT_TRUE(before.exists);
  EXPECT_EQ(before.size, 3u);
  EXPECT_EQ(file_identity(path), before);
  for (int i = 0; i < 100 && file_identity(path) == before; ++i) {  // a grain of the clock may have to pass
    std::ofstream(path) << "two";
    fs::last_write_time(path, time);
  }
  const auto after = file_identity(path);
  EXPECT_EQ(after.size, before.size);
  EXPECT_EQ(after.modified_ns, before.modified_ns);
  EXPECT_NE(after.changed_ns, before.changed_ns);
  EXPECT_FALSE(file_identity(dir).exists);
}

}  // namespace
}  // namespace tenbo
