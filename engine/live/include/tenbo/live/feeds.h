#pragma once
// Feeds that run: each on a thread of its own, all into one journal, and from there to whoever takes. See docs/guide/feeds.md.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "tenbo/live/feed.h"
#include "tenbo/live/journal.h"

namespace tenbo::live {

struct FeedsOptions {
  JournalOptions journal;  // its groups and its `accepted` are set here
  std::size_t inbox_entries = 10'000;                    // accepted and not taken yet, in memory; the rest is read again
  std::uint64_t inbox_bytes = std::uint64_t{64} << 20;   // from the journal when there is room
  bool repeats = false;                                  // take() hands out what repeats another feed of its group, too
  // When a message says that it is of; nothing where it does not. Quick, and free of exceptions. [journal's thread]
  std::function<std::optional<Moment>(const Entry&)> report_time;
};

class Feeds {
 public:
  // Opens the journal and begins. Fails where the journal cannot be written or a declaration is wrong; what the network does
  // is a state.
  static Result<std::unique_ptr<Feeds>> start(const std::filesystem::path& journal, std::vector<FeedSpec> specs, FeedsOptions options = {});
  // Soon, whatever the other side does: a thread that hangs in the system is left behind.
  ~Feeds();
  Feeds(const Feeds&) = delete;
  Feeds& operator=(const Feeds&) = delete;

  // What was accepted since the last call, messages (no repeats, unless asked for) and gaps, in the order of the journal. Neither waits nor
  // touches a file. [any]
  std::vector<Entry> take(std::size_t most_entries = 1000, std::uint64_t most_bytes = std::uint64_t{16} << 20);
  std::vector<FeedStatus> status(Moment now) const;  // [any]
  Journal& journal();

 private:
  struct Impl;
  explicit Feeds(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo::live
