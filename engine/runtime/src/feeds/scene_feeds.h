#pragma once
// The feeds of a scene, as they arrive or as a journal has them: one stream of entries in the journal's order, from its
// beginning up to a moment. What has been given by a moment is the same however it was reached. Methods are [main].
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tenbo/live/feeds.h"
#include "tenbo/live/journal_reader.h"

namespace tenbo::runtime {

class SceneFeeds {
 public:
  // Opens the journal for writing and connects; what the journal has already is given first.
  static Result<std::unique_ptr<SceneFeeds>> connect(const std::filesystem::path& journal, std::vector<live::FeedSpec> specs);
  // Reads a journal and nothing else.
  static Result<std::unique_ptr<SceneFeeds>> replay(const std::filesystem::path& journal, std::vector<live::FeedSpec> specs);
  ~SceneFeeds();
  SceneFeeds(const SceneFeeds&) = delete;
  SceneFeeds& operator=(const SceneFeeds&) = delete;

  bool connected() const { return feeds_ != nullptr; }
  // What arrived by `until` and was not given yet, some at a time; neither repeats nor what belongs to no feed of the scene.
  // Never waits: nothing comes while the disk is read.
  std::vector<live::Entry> next(live::Moment until);
  // next() begins again with the first entry.
  void rewind();
  bool given_beyond(live::Moment t) const { return last_given_ && *last_given_ > t; }
  // Whether next() has given all that had arrived by then. Of what is connected: all that stood in the journal at the start.
  bool caught_up(live::Moment until) const;

  // As of `now`: of those that are connected, if `past` is not set, what they are; else what the entries given so far tell.
  std::vector<live::FeedStatus> status(live::Moment now, bool past) const;
  // The latest gap of each feed ("": all) among the entries given.
  // Of the history of alarms, what next() has passed since the last call, or since the last rewind().
  std::vector<live::Entry> take_alarms() { return std::exchange(alarms_, {}); }
  bool append(live::Entry entry);  // to the journal; false: not now. Of connected feeds
  const std::map<std::string, live::Entry>& gaps() const { return gaps_; }
  live::Moment first() const { return first_; }  // arrival of the journal's first entry, and of its last known one
  live::Moment last() const { return last_; }
  // Whole minutes, rounded up, in which something had arrived, of what has been given since the start.
  const std::set<std::int64_t>& minutes() const { return minutes_; }
  std::optional<Error> trouble() const { return feeds_ ? feeds_->journal().trouble() : std::nullopt; }  // why nothing is accepted
  std::vector<std::string> notes() const;  // damage of the journal, so far

 private:
  SceneFeeds(std::vector<live::FeedSpec> specs, live::JournalReader reader, live::JournalSpan span, std::unique_ptr<live::Feeds> feeds);
  void read_on();
  void note(const live::Entry& entry);

  const std::vector<live::FeedSpec> specs_;
  std::unique_ptr<live::Feeds> feeds_;
  std::optional<live::Moment> last_given_;
  std::uint64_t number_given_ = 0;
  std::map<std::string, live::FeedTimes> times_;
  std::map<std::string, std::uint64_t> counts_, repeats_;  // messages of each feed; those that repeat another's
  std::map<std::string, live::Entry> gaps_;
  std::vector<live::Entry> alarms_;
  std::set<std::int64_t> minutes_;
  live::Moment first_, last_;

  // shared with the thread that reads
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<live::Entry> ahead_;   // read, not given
  std::uint64_t ahead_bytes_ = 0;
  std::uint64_t read_next_ = 1;
  std::uint64_t limit_ = 0;         // the last number that is to be read; what follows comes from the feeds, if connected
  std::uint64_t round_ = 0;         // grows with each rewind: what was read for an older one is thrown away
  bool end_ = false;                // there is no more up to the limit
  bool stopping_ = false;
  std::vector<std::string> notes_;
  live::JournalReader reader_;
  std::thread thread_;
};

}  // namespace tenbo::runtime
