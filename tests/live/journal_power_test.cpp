// Kills and power cuts: no accepted message is lost. A kill is a SIGKILL; a power cut is what a file system of the test's own
// makes of it, on which only what was synchronised is still there.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "journal_support.h"
#include "tenbo/base/hash.h"

using namespace tenbo;
using namespace tenbo::test;
using namespace tenbo::live;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string body_of(int round, int thread, int i) {
  const std::string head = std::to_string(round) + ":" + std::to_string(thread) + ":" + std::to_string(i) + " ";
  return head + std::string(static_cast<std::size_t>(i * 37 % 900), static_cast<char>('a' + i % 26));
}

struct Told {
  std::uint64_t number, hash;
};

// In a child: messages from two threads until it is killed; tells each one that was accepted.
[[noreturn]] void pour(const fs::path& folder, int round, int pipe) {
  JournalOptions o;
  o.file_bytes = 300'000;
  o.accepted = [&](std::span<Entry> entries) {
    for (const auto& e : entries) {
      const Told t{e.number, hash_bytes(text(e.body))};
      if (::write(pipe, &t, sizeof t) != sizeof t) ::_exit(2);
    }
  };
  auto j = Journal::open(folder, o);
  if (!j) ::_exit(3);
  std::thread other([&] {
    for (int i = 0;; ++i) (void)(*j)->append(message("b", body_of(round, 1, i), machine_now().us));
  });
  std::mt19937 random(static_cast<unsigned>(round));
  for (int i = 0;; ++i) {
    (void)(*j)->append(message("a", body_of(round, 0, i), machine_now().us));
    if (i % 64 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
  }
}

}  // namespace

TEST(JournalPower, AKillLosesNoAcceptedMessage) {
  const Scratch s;
  std::map<std::uint64_t, std::uint64_t> accepted;  // number -> hash
  std::mt19937 random(20110311);
  for (int round = 0; round < 12; ++round) {
    int fds[2];
    ASSERT_EQ(::pipe(fds), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(fds[0]);
      pour(s.path / "j", round, fds[1]);
    }
    ::close(fds[1]);
    // every other child some time after it was started, in whatever it is doing; the rest once they have had something accepted
    std::atomic<bool> begun{round % 2 == 0};
    std::thread killer([&, after = 5 + random() % 170] {
      while (!begun) std::this_thread::sleep_for(1ms);
      std::this_thread::sleep_for(std::chrono::milliseconds(after));
      ::kill(child, SIGKILL);
    });
    Told t;
    std::string had;
    char buffer[65536];
    for (ssize_t n; (n = ::read(fds[0], buffer, sizeof buffer)) > 0; begun = true) had.append(buffer, static_cast<std::size_t>(n));
    begun = true;  // a child that ended of itself
    killer.join();
    ::close(fds[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child gave up: " << WEXITSTATUS(status);
    for (std::size_t i = 0; i + sizeof t <= had.size(); i += sizeof t) {
      std::memcpy(&t, had.data() + i, sizeof t);
      EXPECT_TRUE(accepted.emplace(t.number, t.hash).second) << "number " << t.number << " was given twice";
    }
  }
  ASSERT_GE(accepted.size(), 6u);
  const auto entries = all(s.path / "j");
  std::map<std::uint64_t, std::uint64_t> there;
  std::uint64_t before = 0;
  for (const auto& e : entries) {
    EXPECT_EQ(e.number, before + 1);
    before = e.number;
    there[e.number] = hash_bytes(text(e.body));
  }
  std::size_t lost = 0;
  for (const auto& [number, hash] : accepted) lost += !there.contains(number) || there[number] != hash;
  EXPECT_EQ(lost, 0u);
  std::printf("12 kills, %zu messages accepted, %zu in the journal\n", accepted.size(), entries.size());
}

// --- power cuts

namespace {

// A file system over SQLite's own. Beside each file it keeps what would be there after a power cut: the file as it was when it
// was last synchronised.
struct Cut {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  std::mutex mutex;
  fs::path from, kept;                // the folder that is written, and what a power cut leaves of it
  std::atomic<bool> off{false};       // the power is cut: nothing is kept any more
  std::atomic<bool> full{false};      // the disk is full
  int syncs = 0;

  void keep(const std::string& file) {
    const std::lock_guard lock(mutex);
    if (off || file.empty()) return;
    std::error_code ec;
    fs::copy_file(file, kept / fs::path(file).filename(), fs::copy_options::overwrite_existing, ec);
    ++syncs;
  }
};
Cut* cut = nullptr;  // SQLite hands its callbacks nothing of ours

struct CutFile {
  sqlite3_file base;
  char name[512];
  // SQLite's own file follows
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
CutFile* mine(sqlite3_file* f) { return reinterpret_cast<CutFile*>(f); }
sqlite3_file* real(sqlite3_file* f) { return mine(f)->real(); }

const sqlite3_io_methods methods = {
    3,
    [](sqlite3_file* f) { return real(f)->pMethods ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK; },
    [](sqlite3_file* f, void* p, int n, sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), p, n, at); },
    [](sqlite3_file* f, const void* p, int n, sqlite3_int64 at) { return cut->full ? SQLITE_FULL : real(f)->pMethods->xWrite(real(f), p, n, at); },
    [](sqlite3_file* f, sqlite3_int64 n) { return real(f)->pMethods->xTruncate(real(f), n); },
    [](sqlite3_file* f, int flags) {
      const int code = real(f)->pMethods->xSync(real(f), flags);
      if (code == SQLITE_OK) cut->keep(mine(f)->name);
      return code;
    },
    [](sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); },
    [](sqlite3_file* f, int how) { return real(f)->pMethods->xLock(real(f), how); },
    [](sqlite3_file* f, int how) { return real(f)->pMethods->xUnlock(real(f), how); },
    [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
    [](sqlite3_file* f, int op, void* p) { return real(f)->pMethods->xFileControl(real(f), op, p); },
    [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    [](sqlite3_file*) { return 0; },  // no promises about what a power cut leaves
    [](sqlite3_file* f, int a, int b, int c, void volatile** p) { return real(f)->pMethods->xShmMap(real(f), a, b, c, p); },
    [](sqlite3_file* f, int a, int b, int c) { return real(f)->pMethods->xShmLock(real(f), a, b, c); },
    [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
    [](sqlite3_file* f, int d) { return real(f)->pMethods->xShmUnmap(real(f), d); },
    [](sqlite3_file*, sqlite3_int64, int, void** p) { *p = nullptr; return SQLITE_OK; },
    [](sqlite3_file*, sqlite3_int64, void*) { return SQLITE_OK; },
};

class JournalPowerCut : public ::testing::Test {
 protected:
  void SetUp() override {
    cut = &cut_;
    cut_.real = sqlite3_vfs_find(nullptr);
    cut_.vfs = *cut_.real;
    cut_.vfs.zName = "cut";
    cut_.vfs.pNext = nullptr;
    cut_.vfs.szOsFile = static_cast<int>(sizeof(CutFile)) + cut_.real->szOsFile;
    cut_.vfs.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
      std::memset(f, 0, sizeof(CutFile));
      if (name) std::snprintf(mine(f)->name, sizeof mine(f)->name, "%s", name);
      const int code = cut->real->xOpen(cut->real, name, real(f), flags, out);
      f->pMethods = code == SQLITE_OK ? &methods : nullptr;
      return code;
    };
    cut_.vfs.xDelete = [](sqlite3_vfs*, const char* name, int sync) {
      const int code = cut->real->xDelete(cut->real, name, sync);
      const std::lock_guard lock(cut->mutex);
      if (code == SQLITE_OK && !cut->off) fs::remove(cut->kept / fs::path(name).filename());
      return code;
    };
    ASSERT_EQ(sqlite3_vfs_register(&cut_.vfs, 1), SQLITE_OK);
  }
  void TearDown() override { sqlite3_vfs_unregister(&cut_.vfs); }
  Cut cut_;
};

}  // namespace

TEST_F(JournalPowerCut, APowerCutLosesNoAcceptedMessage) {
  const Scratch s;
  std::mt19937 random(19950117);
  for (int round = 0; round < 6; ++round) {
    const fs::path folder = s.path / std::to_string(round);
    cut_.from = folder / "j";
    cut_.kept = folder / "after";
    fs::create_directories(cut_.kept);
    cut_.off = false;
    std::mutex mutex;
    std::map<std::uint64_t, std::uint64_t> accepted;
    {
      JournalOptions o;
      o.file_bytes = 150'000;
      o.accepted = [&](std::span<Entry> entries) {
        const std::lock_guard lock(mutex);
        for (const auto& e : entries)
          if (!cut_.off) accepted[e.number] = hash_bytes(text(e.body));
      };
      auto j = Journal::open(cut_.from, o);
      ASSERT_TRUE(j.ok()) << j.error().text();
      CancelToken stop;
      std::thread feeder([&] {
        for (int i = 0; !stop.cancelled(); ++i) {
          (void)(*j)->append(message("f", body_of(round, 0, i), machine_now().us), stop);
          if (i % 16 == 0) std::this_thread::sleep_for(1ms);
        }
      });
      for (bool begun = false; !begun; std::this_thread::sleep_for(1ms)) {
        const std::lock_guard lock(mutex);
        begun = !accepted.empty();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 250));
      {
        const std::lock_guard both(mutex);
        cut_.off = true;
      }
      stop.cancel();
      feeder.join();
    }
    ASSERT_FALSE(accepted.empty());
    std::map<std::uint64_t, std::uint64_t> there;
    for (const auto& e : all(cut_.kept)) there[e.number] = hash_bytes(text(e.body));
    std::size_t lost = 0;
    for (const auto& [number, hash] : accepted) lost += !there.contains(number) || there[number] != hash;
    EXPECT_EQ(lost, 0u) << "of " << accepted.size();
    const auto again = Journal::open(cut_.kept, {});  // and it goes on
    ASSERT_TRUE(again.ok()) << again.error().text();
    ASSERT_TRUE((*again)->append(message("f", "on", machine_now().us)));
    EXPECT_TRUE((*again)->flush(5s));
  }
  EXPECT_GT(cut_.syncs, 20);
}

TEST_F(JournalPowerCut, AFullDiskIsSaidAndWaitedFor) {
  const Scratch s;
  cut_.kept = s.path / "after";
  fs::create_directories(cut_.kept);
  auto j = Journal::open(s.path / "j", {});
  ASSERT_TRUE(j.ok());
  ASSERT_TRUE((*j)->append(message("f", "before", 1)));
  ASSERT_TRUE((*j)->flush(5s));
  cut_.full = true;
  ASSERT_TRUE((*j)->append(message("f", "while", 2)));
  EXPECT_FALSE((*j)->flush(300ms));
  ASSERT_TRUE((*j)->trouble());
  EXPECT_NE((*j)->trouble()->text().find("full"), std::string::npos);
  EXPECT_EQ((*j)->accepted(), 1u);
  cut_.full = false;
  EXPECT_TRUE((*j)->flush(10s));
  EXPECT_FALSE((*j)->trouble());
  EXPECT_EQ(all(s.path / "j").size(), 2u);
}
