#include "tenbo/base/worker_process.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace tenbo {
namespace {

using namespace std::chrono_literals;

Result<WorkerProcess> shell(const std::string& script) { return WorkerProcess::start("/bin/sh", {"-c", script}, 128 << 10); }
// What it says until it closes its end.
std::string said(WorkerProcess& worker) {
  std::string out;
  char buffer[4096];
  for (ssize_t n; (n = ::read(worker.channel().socket(), buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
  return out;
}

TEST(WorkerProcess, TalksBothWaysOverItsStandardInput) {
  auto worker = WorkerProcess::start("/bin/sh", {"-c", "exec cat >&0"}, 128 << 10);
  ASSERT_TRUE(worker.ok());
  ASSERT_TRUE(worker->channel().send(7, "head"));
  Frame f;
  ASSERT_EQ(worker->channel().receive(f, {100, 100}, 60s), Channel::Got::frame);
  EXPECT_EQ(f.kind, 7u);
  EXPECT_EQ(f.head, "head");
  worker->channel().end_sending();
  EXPECT_EQ(worker->channel().receive(f, {100, 100}, 60s), Channel::Got::end);
  const auto end = worker->end(60s);
  EXPECT_EQ(end.status, 0);
  EXPECT_FALSE(end.killed);
}

TEST(WorkerProcess, HasNothingElseOpenAndAGroupOfItsOwn) {
  const int inherited = ::open("/dev/zero", O_RDONLY);  // without O_CLOEXEC, as libraries do
  ASSERT_GT(inherited, 2);
  auto worker = shell("ls -l /proc/$$/fd >&0");
  ASSERT_TRUE(worker.ok());
  const auto files = said(*worker);
  EXPECT_NE(files.find("0 -> socket:"), std::string::npos) << files;
  EXPECT_EQ(files.find("/dev/zero"), std::string::npos) << files;
  EXPECT_EQ(worker->end(60s).status, 0);
  ::close(inherited);
  auto group = shell("ps -o pgid= -p $$ >&0");
  ASSERT_TRUE(group.ok());
  const int pid = group->pid();
  const auto of = said(*group);
  EXPECT_TRUE(of.empty() || std::atoi(of.c_str()) == pid) << of;  // empty: there is no ps
}

TEST(WorkerProcess, ItsEndIsTold) {
  auto exits = shell("exit 7");
  ASSERT_TRUE(exits.ok());
  EXPECT_EQ(exits->end(60s).status, 7);
  auto aborts = shell("kill -ABRT $$");
  ASSERT_TRUE(aborts.ok());
  const auto end = aborts->end(60s);
  EXPECT_EQ(end.signal, SIGABRT);
  EXPECT_FALSE(end.killed);
  auto stays = shell("exec sleep 1000");
  ASSERT_TRUE(stays.ok());
  const auto killed = stays->end(50ms);
  EXPECT_EQ(killed.signal, SIGKILL);
  EXPECT_TRUE(killed.killed);
}

TEST(WorkerProcess, IsGoneWithItsObject) {
  int pid = 0;
  {
    auto worker = shell("sleep 1000");
    ASSERT_TRUE(worker.ok());
    pid = worker->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1);  // waited for already
  EXPECT_EQ(errno, ECHILD);
}

TEST(WorkerProcess, WhatIsNotThereIsAnError) {
  const auto none = WorkerProcess::start("/no/such/program", {}, 128 << 10);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("cannot be run"), std::string::npos);
  EXPECT_EQ(none.error().file, "/no/such/program");
}

// A child of this test becomes a worker, and says what proc(5) and getrlimit(2) say of it.
TEST(WorkerProcess, IsConfined) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    confine_worker();
    const int made = ::open("confined-worker", O_CREAT | O_WRONLY, 0600);
    const char yes = ::write(made, "x", 1) == 1 ? 'w' : '-';  // a signal is the other way to fail
    (void)!::write(ends[1], &yes, 1);
    ::_exit(0);
  }
  ::close(ends[1]);
  char may = '-';
  (void)!::read(ends[0], &may, 1);
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  ::unlink("confined-worker");
  EXPECT_EQ(may, '-') << "it could write a file";
}

}  // namespace
}  // namespace tenbo
