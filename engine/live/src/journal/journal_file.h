#pragma once
// One file of a journal, and how its rows are laid out.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "journal/sqlite.h"
#include "tenbo/live/entry.h"

namespace tenbo::live {

inline constexpr std::int64_t journal_application_id = 0x546E624A;  // "TnbJ", in the header of each file
inline constexpr int journal_version = 1;
// Over a damaged file numbers go on so much higher than it began: it cannot hold as many.
inline constexpr std::uint64_t number_leap = 1'000'000'000;
inline constexpr std::uint64_t most_body_bytes = std::uint64_t{256} << 20;

struct JournalFileName {
  std::uint32_t index = 0;  // 1 for 00000001.sqlite
  std::filesystem::path path;
};
std::filesystem::path journal_file_name(std::uint32_t index);
std::vector<JournalFileName> journal_files(const std::filesystem::path& folder);  // in order

// For writing; made where it is missing. Every commit is on the disk when it returns.
Result<Database> open_journal_file(const std::filesystem::path& path);
// For reading, also one that is written at the moment, or whose end is cut off. `not_found` where its writer has not begun it.
Result<Database> open_journal_file_to_read(const std::filesystem::path& path);

// A hash over all that a row says: tells damage that SQLite does not see.
std::int64_t seal_of(const Entry& entry, std::int64_t content);
std::int64_t content_hash(const std::vector<std::byte>& body);

inline constexpr const char* entry_columns = "number,kind,at,clock,feed,source,type,flags,repeats,since,until,hash,seal,body";
Result<Statement> prepare_insert(sqlite3* db, const std::filesystem::path& path);
int insert(sqlite3_stmt* statement, const Entry& entry, std::int64_t content);  // SQLite's code; the body of a repeat is left out
// The row that a statement with entry_columns stands on; absent where its seal does not fit. Without its body first.
std::optional<Entry> head_of(sqlite3_stmt* statement);
bool take_body(sqlite3_stmt* statement, Entry& into);  // false: it is damaged. A repeat has none

}  // namespace tenbo::live
