#include "journal/repeats.h"

namespace tenbo::live {

void Repeats::forget(Moment now) {
  while (!seen_.empty() && (now.us - seen_.front().at.us > window_us_ || seen_.size() > 1'000'000)) {
    const Seen& s = seen_.front();
    auto& group = contents_[s.group];
    if (const auto it = group.find(s.content); it != group.end()) {
      if (const auto f = it->second.by_feed.find(s.feed); f != it->second.by_feed.end() && !f->second.empty()) {
        f->second.pop_front();
        if (f->second.empty()) it->second.by_feed.erase(f);
      }
      if (it->second.by_feed.empty()) group.erase(it);
    }
    seen_.pop_front();
  }
}

std::uint64_t Repeats::of(const std::string& feed, std::int64_t content, Moment at) {
  const auto group = groups_.find(feed);
  if (group == groups_.end()) return 0;
  forget(at);
  const auto& known = contents_[group->second];
  const auto it = known.find(content);
  if (it == known.end()) return 0;
  const auto own = it->second.by_feed.find(feed);
  const std::size_t brought = own == it->second.by_feed.end() ? 0 : own->second.size();
  for (const auto& [other, numbers] : it->second.by_feed)
    if (other != feed && numbers.size() > brought) return numbers[brought];
  return 0;
}

void Repeats::add(const std::string& feed, std::int64_t content, std::uint64_t number, std::uint64_t repeats, Moment at) {
  const auto group = groups_.find(feed);
  if (group == groups_.end()) return;
  contents_[group->second][content].by_feed[feed].push_back(repeats != 0 ? repeats : number);
  seen_.push_back({at, group->second, feed, content});
  forget(at);
}

void Repeats::take_back() {
  if (seen_.empty()) return;
  const Seen s = seen_.back();
  seen_.pop_back();
  auto& by_feed = contents_[s.group][s.content].by_feed;
  by_feed[s.feed].pop_back();
  if (by_feed[s.feed].empty()) by_feed.erase(s.feed);
  if (by_feed.empty()) contents_[s.group].erase(s.content);
}

}  // namespace tenbo::live
