#pragma once
// Where every message is written before it is used. A journal is a folder of SQLite files, 00000001.sqlite and so on, each begun
// when the one before has its size; numbers and times go on from file to file. One program writes at a time, any number read
// meanwhile. See docs/adr/0022-messages-are-journalled-first.md.
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/live/entry.h"

namespace tenbo::live {

struct JournalOptions {
  std::uint64_t file_bytes = std::uint64_t{256} << 20;   // a file that has them is followed by another; at most 16 GiB
  std::uint64_t queue_bytes = std::uint64_t{128} << 20;  // handed over and not accepted yet; beyond, append() waits
  // Feeds of one group bring the same messages. feed -> group; a feed that is not here has no double.
  std::map<std::string, std::string> groups;
  double repeat_seconds = 3600;  // how far back a repeated message is known as one
  // Told what has been accepted, in order, on the journal's thread: hand it on, and soon. It may take the entries.
  std::function<void(std::span<Entry>)> accepted;
};

class Journal {
 public:
  // Makes the folder where it is missing. Fails where another program writes the journal, or the folder cannot be written.
  // A last file that is damaged is left as it is: a new one is begun, with a gap in it that says so, and numbers that cannot
  // have been used.
  static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder, JournalOptions options);
  ~Journal();  // accepts what was handed over, unless the disk refuses it
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Hands an entry over; its number is given when it is accepted. Waits while too much is handed over already; false where
  // that was cancelled, and the entry is then nobody's. [any]
  bool append(Entry entry, const CancelToken& cancel = {});
  // Waits until all that was handed over before is accepted; false where that takes longer. [any]
  bool flush(std::chrono::milliseconds limit);

  std::uint64_t accepted() const;         // number of the last accepted entry; 0 = none yet. [any]
  std::optional<Error> trouble() const;   // why nothing is accepted at present; it is tried again all the time. [any]
  const std::filesystem::path& folder() const;

 private:
  struct Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo::live
