#include "tenbo/base/folder_events.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace tenbo {

Result<FolderEvents> FolderEvents::watch(const std::filesystem::path& folder) {
  const auto failed = [&] { return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::io, std::string("cannot be watched: ") + std::strerror(errno), folder.string(), "", ""}; };
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return failed();
  FolderEvents out(fd);
  if (::inotify_add_watch(fd, folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR) < 0) return failed();
  return out;
}

FolderEvents::FolderEvents(FolderEvents&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FolderEvents& FolderEvents::operator=(FolderEvents&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
FolderEvents::~FolderEvents() {
  if (fd_ >= 0) ::close(fd_);
}

FolderEvents::News FolderEvents::wait(std::chrono::milliseconds limit) {
  News news;
  pollfd p{fd_, POLLIN, 0};
  if (::poll(&p, 1, static_cast<int>(limit.count())) <= 0) return news;
  alignas(inotify_event) char buffer[16384];
  for (;;) {
    const ssize_t n = ::read(fd_, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return news;
    for (ssize_t at = 0; at < n;) {
      inotify_event event{};
      std::memcpy(&event, buffer + at, sizeof event);
      if (event.mask & IN_Q_OVERFLOW) news.look = true;
      if (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) news.gone = true;
      if (event.len > 0) news.names.emplace_back(buffer + at + sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

}  // namespace tenbo
