#pragma once
// Plays a journal back: each entry once the clock has passed its arrival, in the order of the journal. What has come by a moment is
// the same at any speed, in whatever steps, and after going back. [worker]
#include <optional>
#include <string>
#include <vector>

#include "tenbo/live/journal_reader.h"

namespace tenbo::live {

struct ReplayOptions {
  std::vector<std::string> feeds;  // these alone; empty = all
  std::optional<Moment> from, to;  // nothing from before or after
  bool repeats = false;            // with the messages of redundant sources that repeat another
};

class Replay {
 public:
  static Result<Replay> open(const std::filesystem::path& folder, ReplayOptions options = {});

  // What has come since the last call and by `now`, at most so much at once: ask until nothing comes. A clock that went back is
  // no seek: nothing comes until it has caught up.
  std::vector<Entry> until(Moment now, std::size_t most_entries = 1000, std::uint64_t most_bytes = std::uint64_t{64} << 20);
  // What comes next is what arrived at `t` or later.
  void seek(Moment t);
  // The latest message of each feed and source that arrived by `t`, in the order of the journal: what a screen of states
  // shows. It goes back at most `most_entries` entries.
  std::vector<Entry> latest(Moment t, std::size_t most_entries = 1'000'000);

  JournalSpan span() { return reader_.span(); }
  const Diagnostics& notes() const { return reader_.notes(); }

 private:
  Replay(JournalReader reader, ReplayOptions options) : reader_(std::move(reader)), options_(std::move(options)) {}
  JournalReader reader_;
  ReplayOptions options_;
  std::uint64_t next_ = 1;
};

}  // namespace tenbo::live
