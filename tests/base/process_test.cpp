#include "tenbo/base/process.h"

#include <gtest/gtest.h>

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

TEST(Process, ReportsACrash) {
  auto r = run_child("/bin/sh", {"-c", "kill -SEGV $$"}, limit(5000));
  ASSERT_TRUE(r.ok());
  EXPECT_EQ(r->signal, SIGSEGV);
}

TEST(Process, RefusesWhatIsNotThere) { EXPECT_FALSE(run_child("/no/such/program", {}, limit(100)).ok()); }

}  // namespace
}  // namespace tenbo
