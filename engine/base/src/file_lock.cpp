#include "tenbo/base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tenbo {

Result<std::optional<FileLock>> FileLock::try_lock(const std::filesystem::path& path, Kind kind) {
  for (;;) {
    int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    // In a folder that is only read, or of another user, a lock that is there can be shared all the same.
    if (fd < 0 && kind == Kind::shared) fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Error{ErrorCode::io, std::string("cannot be opened: ") + std::strerror(errno), path.string(), "", ""};
    FileLock lock(path, fd);
    int done = 0;
    do done = ::flock(fd, (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB);
    while (done != 0 && errno == EINTR);
    if (done != 0) {
      if (errno == EWOULDBLOCK) return std::optional<FileLock>();
      return Error{ErrorCode::io, std::string("cannot be locked: ") + std::strerror(errno), path.string(), "", ""};
    }
    // The file may have been removed by its holder between the two: then this is a lock that nobody else will ever look at.
    struct stat here {}, there {};
    if (::fstat(fd, &here) == 0 && ::stat(path.c_str(), &there) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev)
      return std::optional<FileLock>(std::move(lock));
  }
}

void FileLock::remove() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());
  ::close(std::exchange(fd_, -1));
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tenbo
