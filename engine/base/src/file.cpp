#include "tenbo/base/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace tenbo {
namespace fs = std::filesystem;
namespace {

Error os_error(const fs::path& path, const char* doing) {
  const int e = errno;
  return {e == ENOENT ? ErrorCode::not_found : ErrorCode::io, std::string(doing) + ": " + std::strerror(e), path.string(), "", ""};
}

template <class Buffer>
Result<Buffer> read_into(const fs::path& path, std::uint64_t max_bytes) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return os_error(path, "cannot open");
  struct Closer { int fd; ~Closer() { ::close(fd); } } closer{fd};
  struct stat st {};
  if (::fstat(fd, &st) != 0) return os_error(path, "cannot read its size");
  if (S_ISDIR(st.st_mode)) return Error{ErrorCode::invalid_argument, "is a folder, expected a file", path.string(), "", ""};
  if (static_cast<std::uint64_t>(st.st_size) > max_bytes)
    return Error{ErrorCode::out_of_budget, "is " + std::to_string(st.st_size) + " bytes, more than the limit of " + std::to_string(max_bytes), path.string(), "", ""};
  Buffer out;
  try {
    out.resize(static_cast<std::size_t>(st.st_size));
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_budget, "does not fit in memory", path.string(), "", ""};
  }
  std::size_t at = 0;
  while (at < out.size()) {
    const ssize_t n = ::read(fd, reinterpret_cast<char*>(out.data()) + at, out.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error(path, "cannot read");
    if (n == 0) break;
    at += static_cast<std::size_t>(n);
  }
  out.resize(at);
  return out;
}
}  // namespace

Result<std::vector<std::byte>> read_file(const fs::path& path, std::uint64_t max_bytes) { return read_into<std::vector<std::byte>>(path, max_bytes); }
Result<std::string> read_text_file(const fs::path& path, std::uint64_t max_bytes) { return read_into<std::string>(path, max_bytes); }

Status write_file_atomic(const fs::path& path, std::span<const std::byte> bytes) {
  static std::atomic<unsigned> counter{0};  // only makes the temporary name unique within the process
  struct stat before {};
  const bool there = ::stat(path.c_str(), &before) == 0;
  if (there && S_ISDIR(before.st_mode)) return Error{ErrorCode::io, "cannot be written: it is a folder", path.string(), "", "name a file"};
  // What is no plain file (/dev/null, a pipe) is written to, never replaced.
  const bool in_place = there && !S_ISREG(before.st_mode);
  const fs::path temporary = in_place ? path : fs::path(path.string() + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
  const int fd = ::open(temporary.c_str(), O_WRONLY | (in_place ? 0 : O_CREAT | O_TRUNC) | O_CLOEXEC, 0644);
  if (fd < 0) return os_error(path, "cannot be written");
  std::size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      auto e = os_error(path, "cannot be written");
      ::close(fd);
      if (!in_place) ::unlink(temporary.c_str());
      return e;
    }
    at += static_cast<std::size_t>(n);
  }
  if (::close(fd) != 0 || (!in_place && ::rename(temporary.c_str(), path.c_str()) != 0)) {
    auto e = os_error(path, "cannot be written");
    if (!in_place) ::unlink(temporary.c_str());
    return e;
  }
  return {};
}
Status write_file_atomic(const fs::path& path, std::string_view text) {
  return write_file_atomic(path, std::as_bytes(std::span(text.data(), text.size())));
}

Status write_back(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return os_error(folder, "cannot be opened");
  struct Closer { int fd; ~Closer() { ::close(fd); } } closer{fd};
  if (::syncfs(fd) != 0) return os_error(folder, "what was written cannot be kept");
  return {};
}

FileStamp file_stamp(const fs::path& path) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0) return {};
  return {true, static_cast<std::uint64_t>(st.st_size),
          static_cast<std::int64_t>(st.st_mtim.tv_sec) * 1'000'000'000 + st.st_mtim.tv_nsec, static_cast<std::uint64_t>(st.st_ino)};
}

FileIdentity file_identity(const fs::path& path) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) return {};
  const auto ns = [](const timespec& t) { return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec; };
  return {static_cast<std::uint64_t>(st.st_dev), static_cast<std::uint64_t>(st.st_ino), static_cast<std::uint64_t>(st.st_size), ns(st.st_mtim), ns(st.st_ctim), 1};
}

Result<std::size_t> read_file_part(const fs::path& path, std::uint64_t offset, std::span<char> into) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return os_error(path, "cannot open");
  struct Closer { int fd; ~Closer() { ::close(fd); } } closer{fd};
  std::size_t at = 0;
  while (at < into.size()) {
    const ssize_t n = ::pread(fd, into.data() + at, into.size() - at, static_cast<off_t>(offset + at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error(path, "cannot read");
    if (n == 0) break;
    at += static_cast<std::size_t>(n);
  }
  return at;
}

fs::path executable_dir() {
  std::error_code ec;
  const auto exe = fs::read_symlink("/proc/self/exe", ec);
  return ec ? fs::current_path(ec) : exe.parent_path();
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}
std::uint64_t machine_memory_bytes() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}
std::uint64_t current_memory_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace tenbo
