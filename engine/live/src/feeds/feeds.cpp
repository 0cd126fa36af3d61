#include "tenbo/live/feeds.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <limits>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "feeds/link.h"
#include "journal/journal_file.h"
#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/live/replay.h"

namespace tenbo::live {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

// Ten digits that this journal's connections are known by, at brokers too.
std::string identity_of(const fs::path& folder) {
  if (auto had = read_text_file(folder / "client-id", 100); had && had->size() == 10 && had->find_first_not_of("0123456789abcdef") == std::string::npos) return *had;
  std::random_device random;
  char id[16];
  std::snprintf(id, sizeof id, "%08x%02x", random(), random() & 255);
  (void)write_file_atomic(folder / "client-id", std::string_view(id, 10));
  return {id, 10};
}

}  // namespace

struct Feeds::Impl {
  struct Running {
    std::shared_ptr<FeedLink> link;
    std::thread thread;
  };

  ~Impl() {
    for (auto& r : running) r.link->stop();
    const auto begun = std::chrono::steady_clock::now();
    const auto ended = [begun](Running& r, std::chrono::milliseconds limit) {
      return r.link->wait_ended(std::max(0ms, std::chrono::duration_cast<std::chrono::milliseconds>(begun + limit - std::chrono::steady_clock::now())));
    };
    for (auto& r : running) (void)ended(r, 1500ms);  // what a source has been told that it arrived comes into the journal
    for (auto& r : running) r.link->cut();
    bool all = true;
    for (auto& r : running) {
      const bool ends = ended(r, 3s);
      if (ends) r.thread.join();
      else r.thread.detach();  // in the system's hands; its link holds nothing of ours any more
      all = all && ends;
    }
    journal.reset();
    std::error_code ec;
    if (all && !running_mark.empty()) fs::remove(running_mark, ec);
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    if (reader.joinable()) reader.join();
  }

  FeedLink* link_of(const std::string& feed) const {
    for (const auto& r : running)
      if (r.link->spec.name == feed) return r.link.get();
    return nullptr;
  }

  void accept(std::span<Entry> entries) {
    for (const auto& e : entries)
      if (e.kind == EntryKind::message)
        if (auto* link = link_of(e.feed)) link->accepted(e, options.report_time ? options.report_time(e) : std::nullopt);
    const std::lock_guard lock(mutex);
    for (auto& e : entries) {
      last = e.number;
      if (!behind && !has_room(e)) {
        behind = true;
        next = e.number;
      }
      if (!behind) put(std::move(e));
    }
  }

  bool has_room(const Entry& e) const { return inbox.empty() || (inbox.size() < options.inbox_entries && inbox_bytes + e.body.size() <= options.inbox_bytes); }
  void put(Entry e) {
    if (e.repeats != 0 && !options.repeats) return;
    inbox_bytes += e.body.size();
    inbox.push_back(std::move(e));
  }

  // What had no room is read from the journal when there is some.
  void read_on(const fs::path& folder) {
    std::optional<JournalReader> from;
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stopping || (behind && inbox.size() < options.inbox_entries / 2 + 1 && inbox_bytes <= options.inbox_bytes / 2); });
      if (stopping) return;
      JournalQuery q;
      q.from_number = next;
      q.most_entries = options.inbox_entries / 2 + 1;
      q.most_bytes = options.inbox_bytes / 2 + 1;
      lock.unlock();
      if (!from)
        if (auto opened = JournalReader::open(folder)) from = std::move(*opened);
      JournalPage page;
      page.next_number = q.from_number;
      if (from) page = from->read(q);
      lock.lock();
      for (auto& e : page.entries) put(std::move(e));
      next = page.next_number;
      if (next > last) behind = false;
      else if (page.entries.empty()) wake.wait_for(lock, 50ms, [this] { return stopping; });
    }
  }

  FeedsOptions options;
  std::unique_ptr<Journal> journal;
  fs::path running_mark;  // a file that is there until an orderly end
  std::vector<Running> running;

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<Entry> inbox;
  std::uint64_t inbox_bytes = 0;
  bool behind = false, stopping = false;
  std::uint64_t next = 1;  // where the journal is read on, where behind
  std::uint64_t last = 0;  // accepted
  std::thread reader;
};

Feeds::Feeds(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Feeds::~Feeds() = default;

Result<std::unique_ptr<Feeds>> Feeds::start(const fs::path& folder, std::vector<FeedSpec> specs, FeedsOptions options) {
  auto impl = std::make_unique<Impl>();
  Impl& i = *impl;
  std::set<std::string> names;
  options.journal.groups.clear();
  for (const auto& s : specs) {
    if (auto checked = check_feed(s); !checked) return checked.error();
    if (!names.insert(s.name).second) return Error{ErrorCode::invalid_argument, "two feeds are named \"" + s.name + "\"", "", "", "give each a name of its own"};
    if (!s.group.empty()) options.journal.groups[s.name] = s.group;
  }
  options.journal.accepted = [&i](std::span<Entry> entries) { i.accept(entries); };
  i.options = options;
  // links first: the journal's thread looks at them
  for (auto& s : specs) i.running.push_back({std::make_shared<FeedLink>(std::move(s), nullptr), {}});
  std::vector<Entry> before;
  // A feed that only repeats another has an age of its own, and knows what it has brought.
  ReplayOptions all;
  all.repeats = true;
  if (auto replay = Replay::open(folder, all)) {
    before = replay->latest(Moment{std::numeric_limits<std::int64_t>::max() - 1}, 100'000);
  }
  auto journal = Journal::open(folder, options.journal);
  if (!journal) {
    i.running.clear();
    return journal.error();
  }
  i.journal = std::move(*journal);
  const std::string identity = identity_of(folder);
  const fs::path mark = folder / "running";
  std::error_code ec;
  const bool torn = fs::exists(mark, ec);
  if (write_file_atomic(mark, std::string_view("feeds write here, or were ended in the middle\n"))) i.running_mark = mark;
  for (auto& r : i.running) {
    FeedLink& link = *r.link;
    char hash[16];
    std::snprintf(hash, sizeof hash, "%08x", static_cast<unsigned>(hash_bytes(link.spec.name)));
    link.torn = torn;
    link.client_id = "tenbo" + identity + hash;  // 23 signs, which every broker takes
    for (const auto& e : before)
      if (e.feed == link.spec.name) {
        link.remember(e, options.report_time ? options.report_time(e) : std::nullopt);
        link.known[e.source] = content_hash(e.body);
      }
    link.join(i.journal.get());
    r.thread = std::thread([link_held = r.link] {
      switch (link_held->spec.kind) {
        case FeedKind::mqtt: run_mqtt(*link_held); break;
        case FeedKind::http: run_http(*link_held); break;
        case FeedKind::folder: run_folder(*link_held); break;
      }
      link_held->ended();
    });
  }
  i.reader = std::thread([&i, folder] { i.read_on(folder); });
  return std::unique_ptr<Feeds>(new Feeds(std::move(impl)));
}

std::vector<Entry> Feeds::take(std::size_t most_entries, std::uint64_t most_bytes) {
  std::vector<Entry> out;
  bool tell = false;
  {
    const std::lock_guard lock(impl_->mutex);
    std::uint64_t bytes = 0;
    while (!impl_->inbox.empty() && out.size() < most_entries && (out.empty() || bytes + impl_->inbox.front().body.size() <= most_bytes)) {
      bytes += impl_->inbox.front().body.size();
      out.push_back(std::move(impl_->inbox.front()));
      impl_->inbox.pop_front();
    }
    impl_->inbox_bytes -= bytes;
    tell = impl_->behind;
  }
  if (tell) impl_->wake.notify_all();
  return out;
}

std::vector<FeedStatus> Feeds::status(Moment now) const {
  std::vector<FeedStatus> out;
  for (const auto& r : impl_->running) out.push_back(r.link->status(now));
  return out;
}

Journal& Feeds::journal() { return *impl_->journal; }

}  // namespace tenbo::live
