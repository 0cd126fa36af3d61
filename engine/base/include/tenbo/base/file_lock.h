#pragma once
// Locks between processes, on files that exist for nothing else. The system lets go of them when their holder ends, however it
// ends.
#include <filesystem>
#include <optional>
#include <utility>

#include "tenbo/base/result.h"

namespace tenbo {

class FileLock {
 public:
  enum class Kind { shared, exclusive };
  // Does not wait: nothing where somebody else has it. The file is made where it is missing. Fails where it cannot be opened or
  // made, as in a folder that is read-only. [any]
  static Result<std::optional<FileLock>> try_lock(const std::filesystem::path& path, Kind kind);
  // Takes the file away, and lets go: whoever opened it before finds that it is gone, and makes a new one. Exclusive locks only.
  void remove();

  FileLock(FileLock&& other) noexcept : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    return *this;
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  FileLock(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace tenbo
