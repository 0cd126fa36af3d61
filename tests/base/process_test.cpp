#include "tenbo/base/process.h"

#include <gtest/gtest.h>

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace tenbo {
namespace {

ChildOptions limit(int ms) { return {std::chrono::milliseconds(ms), 0}; }

TEST(Process, GivesOutputAndStatus) {
  auto r = run_child("/bin/sh", {"-c", "printf hello; printf oops >&2; exit 3"}, limit(5000));
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->exit_code, 3);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(r->output.data()), r->output.size()), "hello");
  EXPECT_EQ(r->error_tail, "oops");
}

TEST(Process, EndsWhatHangs) {
  auto r = run_child("/bin/sleep", {"60"}, limit(200));
  ASSERT_TRUE(r.ok());
  EXPECT_TRUE(r->timed_out);
  EXPECT_EQ(r->signal, SIGKILL);
}

// The scheduler's own word for it, in /proc: policy 5 is SCHED_IDLE (sched(7)).
TEST(Process, InTheBackgroundIsTheIdleClass) {
  auto options = limit(100'000);  // it waits for everybody else
  options.background = true;
  auto r = run_child("/bin/grep", {"^policy", "/proc/self/sched"}, options);
  ASSERT_TRUE(r.ok());
  const std::string policy(reinterpret_cast<const char*>(r->output.data()), r->output.size());
  EXPECT_EQ(policy.substr(policy.find_last_of(" :") + 1), "5\n") << policy;
}

TEST(Process, SaysWhatComesAndCanBeCalledOff) {
  auto options = limit(20000);
  std::string heard;
  options.on_output = [&](std::string_view text) {
    heard += text;
    options.cancel.cancel();
  };
  const auto begun = std::chrono::steady_clock::now();
  auto r = run_child("/bin/sh", {"-c", "echo begun; sleep 60"}, options);
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(heard, "begun\n");
  EXPECT_TRUE(r->cancelled);
  EXPECT_TRUE(r->output.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
}

// Libraries register handlers for forks that take locks, which another thread may hold: PROJ does.
std::atomic<bool> handler_hangs = false;
TEST(Process, NothingOfALibraryRunsBetweenForkAndExec) {
  ASSERT_EQ(::pthread_atfork(nullptr, nullptr, [] { while (handler_hangs) ::pause(); }), 0);
  handler_hangs = true;
  const auto r = run_child("/bin/sh", {"-c", "printf hello"}, limit(20000));
  handler_hangs = false;
  ASSERT_TRUE(r.ok());
  EXPECT_FALSE(r->timed_out);
  EXPECT_EQ(r->output.size(), 5u);
}

TEST(Process, ReportsACrash) {
  auto r = run_child("/bin/sh", {"-c", "kill -SEGV $$"}, limit(5000));
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->signal, SIGSEGV);
}

TEST(Process, RefusesWhatIsNotThere) { EXPECT_FALSE(run_child("/no/such/program", {}, limit(100)).ok()); }

}  // namespace
}  // namespace tenbo
