#pragma once
// Memory and disk for programs that take and leave much of both. All are advice: nothing fails where a system has it not.
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace tenbo {

// Memory that is freed stays with the process (up to 1 GiB; blocks over 32 MiB go back at once): for work that takes and
// leaves the same again and again, since pages that are new to a process cost more than what is done in them. [main, early]
void keep_freed_memory();

// The opposite: blocks of 256 KiB and more go back when they are freed, and threads share few heaps, so that what the process
// holds is little more than what it uses: for budgets of at most small_ram. Costs some time in work that takes and leaves much.
// [main, before threads]
inline constexpr std::uint64_t small_ram = std::uint64_t{1} << 30;  // bytes
void return_freed_memory();

// Says that all of a block will be written soon: where the system has large pages it takes them, so that a new block costs some
// hundreds of faults and not some hundreds of thousands. Small blocks are left as they are. [any]
void expect_filled(void* block, std::size_t size);

// Gives back whole pages of what has been freed. Some milliseconds where there is much. [any]
void return_freed_now();

// Has what was written of a file brought to the disk, and does not wait for it. [any]
void begin_write_back(const std::filesystem::path& file);

// Gives back what a part of a file takes, in bytes; it reads as zeros from then on, and the file keeps its size. [any]
void drop_file_part(const std::filesystem::path& file, std::uint64_t offset, std::uint64_t size);

}  // namespace tenbo
