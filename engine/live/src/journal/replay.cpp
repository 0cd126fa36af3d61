#include "tenbo/live/replay.h"

#include <algorithm>
#include <map>

namespace tenbo::live {

Result<Replay> Replay::open(const std::filesystem::path& folder, ReplayOptions options) {
  auto reader = JournalReader::open(folder);
  if (!reader) return reader.error();
  Replay out(std::move(*reader), std::move(options));
  if (out.options_.from) out.seek(*out.options_.from);
  return out;
}

std::vector<Entry> Replay::until(Moment now, std::size_t most_entries, std::uint64_t most_bytes) {
  JournalQuery q;
  q.to = options_.to ? std::min(now, *options_.to) : now;
  q.feeds = options_.feeds;
  q.most_bytes = most_bytes;
  q.most_entries = most_entries;
  for (;;) {
    q.from_number = next_;
    auto page = reader_.read(q);
    next_ = page.next_number;
    if (!options_.repeats) std::erase_if(page.entries, [](const Entry& e) { return e.repeats != 0; });
    if (!page.entries.empty() || page.end) return std::move(page.entries);
  }
}

void Replay::seek(Moment t) { next_ = reader_.first_at(options_.from ? std::max(t, *options_.from) : t); }

std::vector<Entry> Replay::latest(Moment t, std::size_t most_entries) {
  JournalQuery q;
  q.to = options_.to ? std::min(t, *options_.to) : t;
  q.feeds = options_.feeds;
  q.from_number = options_.from ? reader_.first_at(*options_.from) : 1;
  const std::uint64_t end = reader_.first_at({q.to.us + 1});
  if (end > most_entries) q.from_number = std::max(q.from_number, end - most_entries);
  std::map<std::pair<std::string, std::string>, Entry> kept;
  for (;;) {
    auto page = reader_.read(q);
    for (auto& e : page.entries)
      if (e.kind == EntryKind::message && (options_.repeats || e.repeats == 0)) {
        std::pair<std::string, std::string> key{e.feed, e.source};
        kept.insert_or_assign(std::move(key), std::move(e));
      }
    if (page.end) break;
    q.from_number = page.next_number;
  }
  std::vector<Entry> out;
  for (auto& [key, e] : kept) out.push_back(std::move(e));
  std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.number < b.number; });
  return out;
}

}  // namespace tenbo::live
