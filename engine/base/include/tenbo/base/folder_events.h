#pragma once
// Tells at once when a file in a folder is complete: closed by its writer, or moved there. Network shares tell nothing of what
// other machines write: look yourself as well, now and then. For files that a program must not miss; FileWatch looks at stamps instead.
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo {

class FolderEvents {
 public:
  // Fails where the folder is not there, or the system has no more watches.
  static Result<FolderEvents> watch(const std::filesystem::path& folder);
  FolderEvents(FolderEvents&& other) noexcept;
  FolderEvents& operator=(FolderEvents&& other) noexcept;
  FolderEvents(const FolderEvents&) = delete;
  FolderEvents& operator=(const FolderEvents&) = delete;
  ~FolderEvents();

  struct News {
    std::vector<std::string> names;  // of files in the folder, in order; one may come twice
    bool look = false;               // some were lost: look at all of it
    bool gone = false;               // the folder itself was moved or removed: watch it again
  };
  // Waits until something happens, at most so long.
  News wait(std::chrono::milliseconds limit);

 private:
  explicit FolderEvents(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace tenbo
