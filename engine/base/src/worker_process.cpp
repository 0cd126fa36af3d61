#include "tenbo/base/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tenbo {

// Not by a fork: that copies the page tables of all that this program has, each time that a connection is tried again.
Result<WorkerProcess> WorkerProcess::start(const std::filesystem::path& program, const std::vector<std::string>& args, std::size_t buffer_bytes) {
  auto ends = Channel::pair(buffer_bytes);
  if (!ends) return ends.error();
  std::string name = program.string();
  std::vector<std::string> copies = args;
  std::vector<char*> argv{name.data()};
  for (auto& a : copies) argv.push_back(a.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&files, ends->second.socket(), STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);  // glibc 2.34
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);  // Ctrl-C in a terminal is for this program, which ends it
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int code = ::posix_spawn(&pid, name.c_str(), &files, &attributes, argv.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (code != 0) return Error{ErrorCode::io, std::string("cannot be run: ") + std::strerror(code), program.string(), "", ""};
  return WorkerProcess(pid, std::move(ends->first));
}

WorkerProcess::~WorkerProcess() { (void)end(std::chrono::milliseconds(0)); }

WorkerProcess::End WorkerProcess::end(std::chrono::milliseconds patience) {
  End out;
  if (pid_ <= 0) return out;
  const auto until = std::chrono::steady_clock::now() + patience;
  int status = 0;
  pid_t waited = 0;
  while ((waited = ::waitpid(pid_, &status, WNOHANG)) == 0 || (waited < 0 && errno == EINTR)) {
    if (std::chrono::steady_clock::now() < until) {
      ::poll(nullptr, 0, 2);
      continue;
    }
    out.killed = true;
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);
    while ((waited = ::waitpid(pid_, &status, 0)) < 0 && errno == EINTR) {}
    break;
  }
  if (waited == pid_ && WIFEXITED(status)) out.status = WEXITSTATUS(status);
  if (waited == pid_ && WIFSIGNALED(status)) out.signal = WTERMSIG(status);
  pid_ = 0;
  channel_.close();
  return out;
}

void confine_worker() {
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit nothing{0, 0}, few{64, 64};
  ::setrlimit(RLIMIT_CORE, &nothing);
  ::setrlimit(RLIMIT_FSIZE, &nothing);
  ::setrlimit(RLIMIT_NOFILE, &few);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // last: its end of the channel says so where that thread has ended before
}

void limit_memory(std::uint64_t bytes) {
  const rlimit limit{bytes, bytes};
  if (bytes > 0) ::setrlimit(RLIMIT_AS, &limit);
}

}  // namespace tenbo
