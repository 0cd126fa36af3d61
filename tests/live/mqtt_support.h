#pragma once
// A feed of MQTT for tests, brokers that are none, and the workers that this process has.
#include <atomic>
#include <fstream>
#include <thread>

#include "broker.h"
#include "feeds_support.h"

#define NEEDS_BROKER() \
  if (find_program("mosquitto").empty()) GTEST_SKIP() << "mosquitto is not installed: tools/setup installs it"

namespace tenbo::test {

inline live::FeedSpec feed(const std::string& url, int version = 5) {
  live::FeedSpec s;
  s.name = "mqtt";
  s.kind = live::FeedKind::mqtt;
  s.address = url;
  s.topics = {"river/#", "rain/+/mm"};
  s.mqtt_version = version;
  s.retry_seconds = 0.05;
  s.most_retry_seconds = 0.2;
  s.connect_seconds = 3;
  return s;
}

// Says the same to everybody who connects, whatever was asked, and hangs up a little later.
class HostileBroker {
 public:
  explicit HostileBroker(std::string said) : said_(std::move(said)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;  // a broker takes the port over while connections of it are on their way out
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    socklen_t size = sizeof at;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] {
      for (int client; (client = ::accept(fd_, nullptr, nullptr)) >= 0;) {
        char asked[512];
        (void)::recv(client, asked, sizeof asked, 0);
        (void)::send(client, said_.data(), said_.size(), MSG_NOSIGNAL);
        timeval soon{0, 200'000};
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
        while (::recv(client, asked, sizeof asked, 0) > 0) {}
        ::close(client);
        ++served_;
      }
    });
  }
  ~HostileBroker() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  int port() const { return port_; }
  int served() const { return served_; }
  std::string url() const { return "mqtt://127.0.0.1:" + std::to_string(port_); }

 private:
  std::string said_;
  int fd_, port_ = 0;
  std::atomic<int> served_ = 0;
  std::thread thread_;
};

// Children of this process whose program begins so, by proc(5); also those that have ended and were not waited for.
inline std::vector<pid_t> children(const std::string& program) {
  std::vector<pid_t> out;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ec)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream in(entry.path() / "stat");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto open = text.find('('), close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos || !text.substr(open + 1, close - open - 1).starts_with(program)) continue;
    char state = 0;
    int parent = 0;
    if (std::sscanf(text.c_str() + close + 1, " %c %d", &state, &parent) == 2 && parent == ::getpid()) out.push_back(std::stoi(name));
  }
  return out;
}

inline std::size_t open_files() {
  std::error_code ec;
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", ec)) ++n;
  return n;
}

}  // namespace tenbo::test
