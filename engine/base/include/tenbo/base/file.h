#pragma once
// Files, as the operating system gives them. Every operating-system call of the project is in this room.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo {

// The whole file in memory (copied, so that a writer who truncates it meanwhile cannot hurt the reader).
Result<std::vector<std::byte>> read_file(const std::filesystem::path& path, std::uint64_t max_bytes = UINT64_C(1) << 34);
Result<std::string> read_text_file(const std::filesystem::path& path, std::uint64_t max_bytes = UINT64_C(1) << 30);
// Writes beside the target, then renames over it: a reader sees the old file or the new one, never a part.
Status write_file_atomic(const std::filesystem::path& path, std::span<const std::byte> bytes);
Status write_file_atomic(const std::filesystem::path& path, std::string_view text);
// Returns when all that was written to the file system that holds the folder is on its disk: what is written next cannot
// outlive it in a power cut. Fails where something written before could not be kept (a full or failing disk).
Status write_back(const std::filesystem::path& folder);

// Size and modification time, cheap to compare; exists=false when it is not there.
struct FileStamp {
  bool exists = false;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
FileStamp file_stamp(const std::filesystem::path& path);

// Which state of which file: two that are equal hold the same bytes, but for a file that was written within the clock's last
// grain. Unlike the modification time, `changed_ns` cannot be set back by a copying program.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified_ns = 0, changed_ns = 0;
  std::uint8_t exists = 0;  // as a regular file
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
FileIdentity file_identity(const std::filesystem::path& path);

// Up to `size` bytes from `offset` on; fewer only at the file's end.
Result<std::size_t> read_file_part(const std::filesystem::path& path, std::uint64_t offset, std::span<char> into);

// The folder of the running executable, and of its installed data (assets/, plugins/).
std::filesystem::path executable_dir();

std::uint64_t machine_memory_bytes();  // that there is
std::uint64_t peak_memory_bytes();     // of this process, resident
std::uint64_t current_memory_bytes();  // of this process, resident

}  // namespace tenbo
