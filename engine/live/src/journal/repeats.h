#pragma once
// Which messages of redundant feeds are the same. Each content is counted by feed: a message is new where its feed has brought it
// more often than any other feed of the group, so that "open, closed, open" from two sources is three messages and not two.
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>

#include "tenbo/live/moment.h"

namespace tenbo::live {

class Repeats {
 public:
  Repeats(std::map<std::string, std::string> groups, double seconds) : groups_(std::move(groups)), window_us_(static_cast<std::int64_t>(seconds * 1e6)) {}

  // Of an accepted entry's content: the number of the message that it would repeat; 0 = none.
  std::uint64_t of(const std::string& feed, std::int64_t content, Moment at);
  // What was written: `repeats` as it stands in the entry.
  void add(const std::string& feed, std::int64_t content, std::uint64_t number, std::uint64_t repeats, Moment at);
  void take_back();  // the last add()
  bool watches(const std::string& feed) const { return groups_.contains(feed); }

 private:
  struct Content {
    std::map<std::string, std::deque<std::uint64_t>> by_feed;  // the numbers of the first ones, whoever brought them
  };
  struct Seen {
    Moment at;
    std::string group, feed;
    std::int64_t content;
  };
  void forget(Moment now);

  std::map<std::string, std::string> groups_;
  std::int64_t window_us_;
  std::map<std::string, std::unordered_map<std::int64_t, Content>> contents_;  // by group
  std::deque<Seen> seen_;  // in order of time
};

}  // namespace tenbo::live
