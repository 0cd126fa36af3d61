#pragma once
// A file that is read in pieces while all of its bytes have addresses: for parsers whose results refer to places of the file, of
// files that need not be in memory as a whole.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

#include "tenbo/base/fwd.h"
#include "tenbo/base/result.h"

namespace tenbo {

// Memory that files were read into, for those that are read after them: pages that are new to a process cost more than what is read
// into them. Keeps at most `most` bytes. Thread-safe.
class FileMemory {
 public:
  explicit FileMemory(std::size_t most) : most_(most) {}
  ~FileMemory();
  FileMemory(const FileMemory&) = delete;
  FileMemory& operator=(const FileMemory&) = delete;

 private:
  friend class LargeFile;
  struct Range { char* begin = nullptr; std::size_t size = 0; };
  Range take(std::size_t size);  // begin: null where there is none
  void give(Range range);

  const std::size_t most_;
  std::mutex mutex_;
  std::vector<Range> spare_;
  std::size_t held_ = 0;  // bytes
};

class LargeFile {
 public:
  // Takes addresses, not memory, or takes over what a file before left in `memory`, which must outlive it. The file's size stays what it
  // is now, `padding` zero bytes follow it.
  static Result<LargeFile> open(const std::filesystem::path& path, std::size_t padding, FileMemory* memory = nullptr, std::uint64_t max_bytes = UINT64_C(1) << 36);
  LargeFile(LargeFile&&) noexcept;
  LargeFile& operator=(LargeFile&&) noexcept;
  ~LargeFile();

  // What has been kept stands here; all else can be read, and is nothing.
  const char* begin() const { return begin_; }
  std::size_t size() const { return size_; }
  // Bytes [from, to) into `into`. An error where the file has become shorter, or cannot be read. [any]
  Status read(std::size_t from, std::size_t to, char* into) const;
  // Puts bytes [from, to) where they belong. Not while somebody reads them there. [one thread at a time]
  Status keep(std::size_t from, std::size_t to);
  Status keep_all(JobSystem& jobs);

 private:
  LargeFile(std::filesystem::path path, int fd, FileMemory* memory) : path_(std::move(path)), fd_(fd), memory_(memory) {}
  void close();

  std::filesystem::path path_;
  int fd_ = -1;
  FileMemory* memory_ = nullptr;
  char* begin_ = nullptr;
  std::size_t size_ = 0, reserved_ = 0;  // bytes
};

}  // namespace tenbo
