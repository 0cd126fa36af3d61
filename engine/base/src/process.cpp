#include "tenbo/base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tenbo {

Result<ChildResult> run_child(const std::filesystem::path& program, const std::vector<std::string>& args,
                              const ChildOptions& options) {
  int out_pipe[2], err_pipe[2];
  const auto failed = [&](const char* what) {
    return Error{ErrorCode::io, std::string(what) + ": " + std::strerror(errno), program.string(), "", ""};
  };
  if (::access(program.c_str(), X_OK) != 0) return failed("cannot run");
  if (::pipe2(out_pipe, O_CLOEXEC) != 0) return failed("pipe");
  if (::pipe2(err_pipe, O_CLOEXEC) != 0) { ::close(out_pipe[0]); ::close(out_pipe[1]); return failed("pipe"); }
  std::vector<char*> argv;
  std::string name = program.string();
  argv.push_back(name.data());
  std::vector<std::string> copies = args;
  for (auto& a : copies) argv.push_back(a.data());
  argv.push_back(nullptr);
  // Not fork(): that runs what libraries have registered to be run in the child, and one that takes a lock there (PROJ does) waits for
  // ever where another thread held it. glibc 2.34 and later.
  const pid_t pid = ::_Fork();
  if (pid < 0) {
    for (int fd : {out_pipe[0], out_pipe[1], err_pipe[0], err_pipe[1]}) ::close(fd);
    return failed("fork");
  }
  if (pid == 0) {  // only async-signal-safe calls until exec
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setpgid(0, 0);  // what it starts itself is killed with it
    ::dup2(out_pipe[1], 1);
    ::dup2(err_pipe[1], 2);
    const int null = ::open("/dev/null", O_RDONLY);
    if (null >= 0) ::dup2(null, 0);
    if (options.memory_limit_bytes) {
      rlimit limit{options.memory_limit_bytes, options.memory_limit_bytes};
      ::setrlimit(RLIMIT_AS, &limit);
    }
    if (options.background) {
      sched_param none{};
      ::sched_setscheduler(0, SCHED_IDLE, &none);
      ::setpriority(PRIO_PROCESS, 0, 19);
      constexpr int of_process = 1, idle_class = 3 << 13;  // IOPRIO_WHO_PROCESS, IOPRIO_CLASS_IDLE
      ::syscall(SYS_ioprio_set, of_process, 0, idle_class);
    }
    rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(out_pipe[1]);
  ::close(err_pipe[1]);
  ChildResult result;
  const auto deadline = std::chrono::steady_clock::now() + options.time_limit;
  pollfd fds[2] = {{out_pipe[0], POLLIN, 0}, {err_pipe[0], POLLIN, 0}};
  int open_count = 2;
  constexpr std::int64_t look = 50;  // ms between two looks at the cancel token
  while (open_count > 0 && !result.output_exceeded) {
    if (options.cancel.cancelled()) { result.cancelled = true; break; }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) { result.timed_out = true; break; }
    const int n = ::poll(fds, 2, static_cast<int>(std::min<std::int64_t>(left, look)));
    if (n < 0 && errno == EINTR) continue;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || !(fds[i].revents & (POLLIN | POLLHUP | POLLERR))) continue;
      char buffer[65536];
      const ssize_t got = ::read(fds[i].fd, buffer, sizeof buffer);
      if (got <= 0) { fds[i].fd = -1; --open_count; continue; }
      if (i == 0 && options.on_output) {
        options.on_output({buffer, static_cast<std::size_t>(got)});
      } else if (i == 0) {
        const auto* p = reinterpret_cast<const std::byte*>(buffer);
        result.output.insert(result.output.end(), p, p + got);
        if (result.output.size() > options.output_limit_bytes) result.output_exceeded = true;
      } else {
        result.error_tail.append(buffer, static_cast<std::size_t>(got));
        if (result.error_tail.size() > 4096) result.error_tail.erase(0, result.error_tail.size() - 4096);
      }
    }
  }
  int status = 0;
  // A child may have closed its output and go on: the limit holds for its end as well.
  bool ended = false;
  while (!result.timed_out && !result.output_exceeded && !result.cancelled && !ended) {
    ended = ::waitpid(pid, &status, WNOHANG) == pid;
    if (ended) break;
    if (options.cancel.cancelled()) result.cancelled = true;
    if (std::chrono::steady_clock::now() >= deadline) result.timed_out = true;
    else ::poll(nullptr, 0, 2);
  }
  if (!ended) {
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  }
  ::close(out_pipe[0]);
  ::close(err_pipe[0]);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace tenbo
