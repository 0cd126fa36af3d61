#include "feeds/scene_feeds.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "tenbo/io/message.h"
#include "tenbo/io/sip4d.h"

namespace tenbo::runtime {
namespace {
constexpr std::size_t most_ahead = 4000;                     // entries read and not given
constexpr std::uint64_t most_bytes_ahead = std::uint64_t{32} << 20;
constexpr std::size_t most_at_once = 1000;
constexpr std::uint64_t most_bytes_at_once = std::uint64_t{16} << 20;
constexpr std::size_t most_minutes = 20'000;                 // of the time bar: two weeks of every minute
constexpr std::int64_t minute_us = 60 * live::second_us;

std::optional<live::Moment> report_time(const live::Entry& e) {
  auto t = io::report_time_of(e.body);
  if (!t)
    if (const auto archive = io::sip4d_stamp(e.body)) t = archive->time;
  return t ? std::optional(live::from_instant(*t)) : std::nullopt;
}
}  // namespace

Result<std::unique_ptr<SceneFeeds>> SceneFeeds::connect(const std::filesystem::path& journal, std::vector<live::FeedSpec> specs) {
  live::FeedsOptions options;
  options.report_time = report_time;
  options.repeats = true;  // for the ages of their feeds
  // What stood there before is read by us; what is accepted from here on comes from the feeds.
  live::JournalSpan before;
  if (auto had = live::JournalReader::open(journal)) before = had->span();
  auto feeds = live::Feeds::start(journal, specs, std::move(options));
  if (!feeds) return feeds.error();
  auto reader = live::JournalReader::open(journal);
  if (!reader) return reader.error();
  return std::unique_ptr<SceneFeeds>(new SceneFeeds(std::move(specs), std::move(*reader), before, std::move(*feeds)));
}

Result<std::unique_ptr<SceneFeeds>> SceneFeeds::replay(const std::filesystem::path& journal, std::vector<live::FeedSpec> specs) {
  auto reader = live::JournalReader::open(journal);
  if (!reader) return reader.error();
  auto span = reader->span();
  if (span.last_number == 0) return Error{ErrorCode::not_found, "nothing stands in the journal", journal.string(), "", ""};
  span.last_number = std::numeric_limits<std::uint64_t>::max();
  return std::unique_ptr<SceneFeeds>(new SceneFeeds(std::move(specs), std::move(*reader), span, nullptr));
}

SceneFeeds::SceneFeeds(std::vector<live::FeedSpec> specs, live::JournalReader reader, live::JournalSpan span, std::unique_ptr<live::Feeds> feeds)
    : specs_(std::move(specs)), feeds_(std::move(feeds)), first_(span.from), last_(span.to), limit_(span.last_number), reader_(std::move(reader)) {
  if (span.last_number == 0) first_ = last_ = live::machine_now();
  rewind();
  thread_ = std::thread([this] { read_on(); });
}

SceneFeeds::~SceneFeeds() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void SceneFeeds::rewind() {
  {
    const std::lock_guard lock(mutex_);
    ahead_.clear();
    ahead_bytes_ = 0;
    read_next_ = 1;
    end_ = limit_ == 0;
    ++round_;
  }
  last_given_.reset();
  number_given_ = 0;
  times_.clear();
  counts_.clear();
  repeats_.clear();
  gaps_.clear();
  alarms_.clear();
  for (const auto& s : specs_) {
    auto& t = times_[s.name];
    t.begun = first_;
    t.expected_interval = s.expected_interval;
  }
  wake_.notify_all();
}

// The thread: pages of the journal, as far ahead as there is room.
void SceneFeeds::read_on() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || (!end_ && ahead_.size() < most_ahead && ahead_bytes_ < most_bytes_ahead); });
    if (stopping_) return;
    live::JournalQuery q;
    q.from_number = read_next_;
    q.most_entries = most_at_once;
    q.most_bytes = most_bytes_at_once;
    const auto round = round_;
    lock.unlock();
    auto page = reader_.read(q);
    std::vector<std::string> notes;
    for (const auto& e : reader_.notes().errors) notes.push_back(e.text());
    for (const auto& w : reader_.notes().warnings) notes.push_back(w.text());
    lock.lock();
    notes_ = std::move(notes);
    if (round != round_) continue;
    read_next_ = page.next_number;
    for (auto& e : page.entries) {
      if (e.number > limit_) break;
      ahead_bytes_ += e.body.size();
      ahead_.push_back(std::move(e));
    }
    end_ = read_next_ > limit_ || page.end;
  }
}

void SceneFeeds::note(const live::Entry& e) {
  last_given_ = std::max(last_given_.value_or(e.at), e.at);
  last_ = std::max(last_, e.at);
  number_given_ = std::max(number_given_, e.number);
  if (e.kind == live::EntryKind::alarm) alarms_.push_back(e);
  if (e.kind == live::EntryKind::gap) gaps_.insert_or_assign(e.feed, e);
  if (e.kind != live::EntryKind::message) return;
  const auto t = times_.find(e.feed);
  if (t == times_.end()) return;
  t->second.add(e.at, report_time(e));
  if (e.repeats != 0) {
    ++repeats_[e.feed];
    return;
  }
  ++counts_[e.feed];
  if (minutes_.size() < most_minutes) minutes_.insert((e.at.us + minute_us - 1) / minute_us);
}

std::vector<live::Entry> SceneFeeds::next(live::Moment until) {
  std::vector<live::Entry> out;
  bool read_out = false;
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t bytes = 0;
    while (!ahead_.empty() && ahead_.front().at <= until && out.size() < most_at_once && (out.empty() || bytes < most_bytes_at_once)) {
      bytes += ahead_.front().body.size();
      ahead_bytes_ -= ahead_.front().body.size();
      out.push_back(std::move(ahead_.front()));
      ahead_.pop_front();
    }
    read_out = ahead_.empty() && end_;
  }
  if (!out.empty()) wake_.notify_all();
  if (feeds_ && out.empty() && read_out) {
    auto fresh = feeds_->take(most_at_once, most_bytes_at_once);
    // What came after the moment that is shown is read from the journal when it is its turn.
    const auto later = std::find_if(fresh.begin(), fresh.end(), [&](const live::Entry& e) { return e.at > until; });
    if (later != fresh.end()) {
      const std::lock_guard lock(mutex_);
      read_next_ = later->number;
      limit_ = fresh.back().number;
      end_ = false;
      last_ = std::max(last_, fresh.back().at);
      fresh.erase(later, fresh.end());
    } else if (!fresh.empty()) {
      const std::lock_guard lock(mutex_);
      limit_ = fresh.back().number;
      read_next_ = limit_ + 1;
    }
    std::erase_if(fresh, [this](const live::Entry& e) { return e.number <= number_given_; });
    out = std::move(fresh);
    wake_.notify_all();
  }
  for (const auto& e : out) note(e);
  std::erase_if(out, [this](const live::Entry& e) { return e.kind != live::EntryKind::message || e.repeats != 0 || !times_.contains(e.feed); });
  return out;
}

// A journal that cannot be written would make the caller wait.
bool SceneFeeds::append(live::Entry entry) { return feeds_ && !feeds_->journal().trouble() && feeds_->journal().append(std::move(entry)); }

bool SceneFeeds::caught_up(live::Moment until) const {
  const std::lock_guard lock(mutex_);
  return ahead_.empty() ? end_ : ahead_.front().at > until;
}

std::vector<live::FeedStatus> SceneFeeds::status(live::Moment now, bool past) const {
  if (feeds_ && !past) return feeds_->status(now);
  std::vector<live::FeedStatus> out;
  for (const auto& s : specs_) {
    live::FeedStatus f;
    f.name = s.name;
    f.times = times_.at(s.name);
    f.age = live::age_of(f.times, now);
    f.state = f.age.freshness == live::Freshness::stale ? live::FeedState::stale : live::FeedState::live;
    f.since = f.times.begun;
    const auto n = counts_.find(s.name), r = repeats_.find(s.name);
    f.messages = n == counts_.end() ? 0 : n->second;
    f.repeats = r == repeats_.end() ? 0 : r->second;
    out.push_back(std::move(f));
  }
  return out;
}

std::vector<std::string> SceneFeeds::notes() const {
  const std::lock_guard lock(mutex_);
  return notes_;
}

}  // namespace tenbo::runtime
