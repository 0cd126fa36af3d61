#include "tenbo/base/large_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "tenbo/base/jobs.h"
#include "tenbo/base/pages.h"

namespace tenbo {
namespace {

Error os_error(const std::filesystem::path& path, const char* doing) {
  const int e = errno;
  return {e == ENOENT ? ErrorCode::not_found : ErrorCode::io, std::string(doing) + ": " + std::strerror(e), path.string(), "", ""};
}

}  // namespace

FileMemory::~FileMemory() {
  for (const Range& r : spare_) ::munmap(r.begin, r.size);
}

FileMemory::Range FileMemory::take(std::size_t size) {
  const std::lock_guard lock(mutex_);
  auto best = spare_.end();
  for (auto r = spare_.begin(); r != spare_.end(); ++r)
    if (r->size >= size && (best == spare_.end() || r->size < best->size)) best = r;
  if (best == spare_.end()) return {};
  const Range out = *best;
  spare_.erase(best);
  held_ -= out.size;
  return out;
}

void FileMemory::give(Range range) {
  {
    const std::lock_guard lock(mutex_);
    if (held_ + range.size <= most_) {
      held_ += range.size;
      spare_.push_back(range);
      return;
    }
  }
  ::munmap(range.begin, range.size);
}

Result<LargeFile> LargeFile::open(const std::filesystem::path& path, std::size_t padding, FileMemory* memory, std::uint64_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return os_error(path, "cannot open");
  LargeFile file(path, fd, memory);
  struct stat st {};
  if (::fstat(fd, &st) != 0) return os_error(path, "cannot read its size");
  if (!S_ISREG(st.st_mode)) return Error{ErrorCode::invalid_argument, "is not a regular file", path.string(), "", ""};
  if (static_cast<std::uint64_t>(st.st_size) > max_bytes)
    return Error{ErrorCode::out_of_budget, "is " + std::to_string(st.st_size) + " bytes, more than the limit of " + std::to_string(max_bytes), path.string(), "", ""};
  file.size_ = static_cast<std::size_t>(st.st_size);
  const std::size_t need = file.size_ + padding;
  if (need == 0) return file;
  if (memory != nullptr) {
    const auto range = memory->take(need);
    file.begin_ = range.begin;
    file.reserved_ = range.size;
  }
  if (file.begin_ == nullptr) {
    void* const at = ::mmap(nullptr, need, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) return Error{ErrorCode::out_of_budget, "does not fit in memory", path.string(), "", ""};
    file.begin_ = static_cast<char*>(at);
    file.reserved_ = need;
  } else {
    std::memset(file.begin_ + file.size_, 0, padding);
  }
  return file;
}

LargeFile::LargeFile(LargeFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), memory_(other.memory_), begin_(std::exchange(other.begin_, nullptr)),
      size_(std::exchange(other.size_, 0)), reserved_(std::exchange(other.reserved_, 0)) {}

LargeFile& LargeFile::operator=(LargeFile&& other) noexcept {
  if (this == &other) return *this;
  close();
  path_ = std::move(other.path_);
  fd_ = std::exchange(other.fd_, -1);
  memory_ = other.memory_;
  begin_ = std::exchange(other.begin_, nullptr);
  size_ = std::exchange(other.size_, 0);
  reserved_ = std::exchange(other.reserved_, 0);
  return *this;
}

LargeFile::~LargeFile() { close(); }

void LargeFile::close() {
  if (begin_ != nullptr && memory_ != nullptr) memory_->give({begin_, reserved_});
  else if (begin_ != nullptr) ::munmap(begin_, reserved_);
  if (fd_ >= 0) ::close(fd_);
}

Status LargeFile::read(std::size_t from, std::size_t to, char* into) const {
  for (std::size_t at = from; at < to;) {
    const ssize_t n = ::pread(fd_, into + (at - from), to - at, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error(path_, "cannot read");
    if (n == 0) return Error{ErrorCode::io, "has become shorter while it was read", path_.string(), "", "open it again when it has been written"};
    at += static_cast<std::size_t>(n);
  }
  return {};
}

Status LargeFile::keep(std::size_t from, std::size_t to) { return from < to ? read(from, to, begin_ + from) : Status(); }

Status LargeFile::keep_all(JobSystem& jobs) {
  constexpr std::size_t piece = std::size_t{8} << 20;
  std::mutex mutex;
  std::optional<Error> failed;
  jobs.parallel_for((size_ + piece - 1) / piece, 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const std::size_t from = i * piece, to = std::min(size_, from + piece);
      expect_filled(begin_ + from, to - from);
      if (auto status = keep(from, to); !status) {
        const std::lock_guard lock(mutex);
        failed = status.error();
      }
    }
  });
  return failed ? Status(*failed) : Status();
}

}  // namespace tenbo
