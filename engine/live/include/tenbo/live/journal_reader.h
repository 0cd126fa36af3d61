#pragma once
// Reads a journal, finished or being written, whole or damaged. Each reader is used by one thread at a time. [worker]
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/live/entry.h"

namespace tenbo::live {

struct JournalQuery {
  std::uint64_t from_number = 1;  // and what follows it
  Moment to{std::numeric_limits<std::int64_t>::max()};  // up to and with this arrival time
  std::vector<std::string> feeds;  // of these alone, and gaps of all; empty = all
  std::size_t most_entries = 1000;
  std::uint64_t most_bytes = std::uint64_t{64} << 20;  // of bodies; one entry comes whatever its size
};

struct JournalPage {
  std::vector<Entry> entries;    // in order; the body of a repeated message is that of the first
  std::uint64_t next_number = 1;  // where to go on
  bool end = false;               // there is no more at present that fits the query
};

struct JournalSpan {
  std::uint64_t first_number = 0, last_number = 0;  // 0: nothing in it
  Moment from, to;
};

class JournalReader {
 public:
  // Fails where there is no folder, or no file of a journal in it.
  static Result<JournalReader> open(const std::filesystem::path& folder);
  JournalReader(JournalReader&&) noexcept;
  JournalReader& operator=(JournalReader&&) noexcept;
  ~JournalReader();

  // What can be read; what cannot is told in notes(), once, and left out.
  JournalPage read(const JournalQuery& query);
  // The number of the first entry that arrived at `t` or later; one after the last where there is none.
  std::uint64_t first_at(Moment t);
  JournalSpan span();
  // Damage found so far: files, entries and numbers that are missing.
  const Diagnostics& notes() const;

 private:
  struct Impl;
  explicit JournalReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo::live
