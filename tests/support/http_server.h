#pragma once
// A web server on 127.0.0.1 that does what a test tells it to, also what no good server would do. One thread takes
// connections, each connection has a thread; every answer closes its connection unless it is `keep`.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tenbo::test {

struct HttpRequest {
  std::string target;   // "/a/b?c"
  std::string headers;  // as they came
  bool has(const std::string& text) const { return headers.find(text) != std::string::npos; }
};

struct HttpAnswer {
  std::string bytes;    // head and body, as they go out
  bool keep = false;    // the connection stays
  int drip_ms = 0;      // > 0: a byte of the body at a time, so far apart
};

// A whole answer with the right length.
inline HttpAnswer answer(const std::string& body, int status = 200, const std::string& more = {}, bool keep = true) {
  return {"HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + (keep ? "" : "Connection: close\r\n") + more + "\r\n" + body, keep, 0};
}

// The part of `file` that is asked for; all of it where none is.
inline HttpAnswer part_of(const std::string& file, const HttpRequest& r) {
  unsigned long first = 0, last = 0;
  const auto range = r.headers.find("Range: bytes=");
  if (range == std::string::npos || std::sscanf(r.headers.c_str() + range, "Range: bytes=%lu-%lu", &first, &last) != 2) return answer(file);
  if (first >= file.size()) return answer("", 416);
  last = std::min<unsigned long>(last, file.size() - 1);
  return answer(file.substr(first, last - first + 1), 206, "ETag: \"1\"\r\nContent-Range: bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(file.size()) + "\r\n");
}

class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;
  explicit HttpServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    ::listen(listener_, 64);
    socklen_t size = sizeof at;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~HttpServer() {
    stop_ = true;
    accepting_.join();
    for (auto& t : threads_) t.join();
    ::close(listener_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  int most_at_once() const { return most_; }
  std::vector<std::string> asked() const {  // targets in the order they came
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  bool readable(int fd) const {
    while (!stop_) {
      pollfd p{fd, POLLIN, 0};
      if (::poll(&p, 1, 20) > 0) return true;
    }
    return false;
  }
  void accept_all() {
    while (readable(listener_)) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ++connections_;
      threads_.emplace_back([this, fd] {
        serve(fd);
        ::close(fd);
      });
    }
  }
  void serve(int fd) {
    std::string had;
    for (;;) {
      std::size_t end;
      while ((end = had.find("\r\n\r\n")) == std::string::npos) {
        char buffer[4096];
        const auto n = readable(fd) ? ::recv(fd, buffer, sizeof buffer, 0) : 0;
        if (n <= 0) return;
        had.append(buffer, static_cast<std::size_t>(n));
      }
      HttpRequest request;
      request.headers = had.substr(0, end + 2);
      had.erase(0, end + 4);
      const auto from = request.headers.find(' ') + 1;
      request.target = request.headers.substr(from, request.headers.find(' ', from) - from);
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(request.target);
      }
      const int now = ++busy_;
      for (int most = most_; most < now && !most_.compare_exchange_weak(most, now);) {}
      const HttpAnswer a = handler_(request);
      --busy_;
      const std::size_t head = a.drip_ms > 0 ? a.bytes.find("\r\n\r\n") + 4 : a.bytes.size();
      if (::send(fd, a.bytes.data(), head, MSG_NOSIGNAL) < 0) return;
      for (std::size_t i = head; i < a.bytes.size() && !stop_; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(a.drip_ms));
        if (::send(fd, a.bytes.data() + i, 1, MSG_NOSIGNAL) < 0) return;
      }
      if (!a.keep) return;
    }
  }

  Handler handler_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0}, busy_{0}, most_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace tenbo::test
