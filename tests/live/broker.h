#pragma once
// Debian's mosquitto on 127.0.0.1, started by a test with a configuration of its own.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "feeds_support.h"

namespace tenbo::test {

inline std::filesystem::path find_program(const char* name) {
  for (const char* folder : {"/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"})
    if (::access((std::filesystem::path(folder) / name).c_str(), X_OK) == 0) return std::filesystem::path(folder) / name;
  return {};
}

inline int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at);
  socklen_t size = sizeof at;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
  ::close(fd);
  return ntohs(at.sin_port);
}

inline bool answers(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  const bool yes = ::connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  ::close(fd);
  return yes;
}

class Broker {
 public:
  explicit Broker(std::filesystem::path folder, std::string more = "allow_anonymous true\n", int port = 0)
      : folder_(std::move(folder)), more_(std::move(more)), port_(port > 0 ? port : free_port()) {
    std::filesystem::create_directories(folder_);
    start();
  }
  ~Broker() { stop(); }
  void start() {
    // It gives up root of itself, and then could not read what the test keeps.
    put(folder_ / "mosquitto.conf", "listener " + std::to_string(port_) + " 127.0.0.1\nuser root\nmax_queued_messages 0\nmax_inflight_messages 0\n" + more_);
    const std::string program = find_program("mosquitto").string(), config = (folder_ / "mosquitto.conf").string(), log = (folder_ / "log").string();
    pid_ = ::_Fork();  // as run_child does
    if (pid_ == 0) {
      const int fd = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
      ::dup2(fd, 1);
      ::dup2(fd, 2);
      ::execl(program.c_str(), program.c_str(), "-c", config.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    EXPECT_TRUE(eventually([&] { return answers(port_); })) << slurp(folder_ / "log");
  }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  int port() const { return port_; }
  std::string url(bool tls = false) const { return (tls ? "mqtts://127.0.0.1:" : "mqtt://127.0.0.1:") + std::to_string(port_); }

 private:
  std::filesystem::path folder_;
  std::string more_;
  int port_;
  pid_t pid_ = 0;
};

}  // namespace tenbo::test
