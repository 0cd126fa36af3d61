#include "tenbo/base/pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace tenbo {
namespace {

template <class F>
void with_file(const std::filesystem::path& path, int mode, const F& f) {
  const int fd = ::open(path.c_str(), mode | O_CLOEXEC);
  if (fd < 0) return;
  f(fd);
  ::close(fd);
}

}  // namespace

void keep_freed_memory() {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
}

void return_freed_memory() {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
  mallopt(M_TOP_PAD, 64 << 10);
#endif
}

void expect_filled([[maybe_unused]] void* block, [[maybe_unused]] std::size_t size) {
#if defined(MADV_POPULATE_WRITE)
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)), from = reinterpret_cast<std::uintptr_t>(block);
  const auto first = (from + page - 1) / page * page, last = (from + size) / page * page;
  constexpr std::size_t enough = std::size_t{64} << 10;  // bytes, that a call to the system is worth
  if (last >= first + enough) static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_POPULATE_WRITE));
#endif
}

void return_freed_now() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

void begin_write_back([[maybe_unused]] const std::filesystem::path& file) {
#if defined(SYNC_FILE_RANGE_WRITE)
  with_file(file, O_RDONLY, [](int fd) { static_cast<void>(::sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE)); });
#endif
}

void drop_file_part([[maybe_unused]] const std::filesystem::path& file, [[maybe_unused]] std::uint64_t offset, [[maybe_unused]] std::uint64_t size) {
#if defined(FALLOC_FL_PUNCH_HOLE)
  with_file(file, O_WRONLY, [&](int fd) {
    static_cast<void>(::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset), static_cast<off_t>(size)));
  });
#endif
}

}  // namespace tenbo
