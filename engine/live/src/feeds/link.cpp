#include "feeds/link.h"

#include <algorithm>

#include "tenbo/base/text.h"

namespace tenbo::live {

const char* to_string(FeedKind kind) { return kind == FeedKind::mqtt ? "mqtt" : kind == FeedKind::http ? "http" : "folder"; }
const char* to_string(FeedState state) {
  switch (state) {
    case FeedState::connecting: return "connecting";
    case FeedState::live: return "live";
    case FeedState::stale: return "stale";
    case FeedState::refused: return "refused";
    case FeedState::offline: break;
  }
  return "offline";
}

bool FeedLink::pause(double seconds) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6)), [this] { return cancelled(); });
  return !cancelled();
}

bool FeedLink::append(Entry entry, const CancelToken& until) {
  const std::lock_guard lock(journal_mutex_);
  return journal_ && journal_->append(std::move(entry), until);
}

bool FeedLink::message(std::string source, std::string type, bool retained, std::vector<std::byte> body, bool acknowledged) {
  Entry e;
  e.at = machine_now();
  e.feed = spec.name;
  e.source = to_valid_utf8(source);
  e.type = to_valid_utf8(type.substr(0, 200));
  e.retained = retained;
  e.body = std::move(body);
  return append(std::move(e), acknowledged ? cut_ : cancel_);
}

void FeedLink::gap(Moment since, Moment until, const std::string& why) {
  Entry e;
  e.kind = EntryKind::gap;
  e.at = machine_now();
  e.feed = spec.name;
  e.since = since;
  e.until = until;
  const auto* p = reinterpret_cast<const std::byte*>(why.data());
  e.body.assign(p, p + why.size());
  (void)append(std::move(e), cancel_);
}

void FeedLink::state(FeedState state, std::optional<Error> reason) {
  const std::lock_guard lock(mutex_);
  if (status_.state != state) status_.since = machine_now();
  status_.state = state;
  status_.reason = std::move(reason);
}

void FeedLink::refused(Error why) {
  const std::lock_guard lock(mutex_);
  ++status_.refused;
  status_.last_refused = std::move(why);
}

void FeedLink::connected() {
  const std::lock_guard lock(mutex_);
  ++status_.connections;
}

void FeedLink::accepted(const Entry& e, std::optional<Moment> says) {
  const std::lock_guard lock(mutex_);
  status_.times.add(e.at, says);
  ++(e.repeats != 0 ? status_.repeats : status_.messages);
}

void FeedLink::remember(const Entry& e, std::optional<Moment> says) {
  const std::lock_guard lock(mutex_);
  status_.times.add(e.at, says);
  last_arrival = std::max(last_arrival.value_or(e.at), e.at);
}

FeedStatus FeedLink::status(Moment now) const {
  const std::lock_guard lock(mutex_);
  FeedStatus out = status_;
  out.age = age_of(out.times, now);
  if (out.state == FeedState::live && out.age.freshness == Freshness::stale) out.state = FeedState::stale;
  if (out.state == FeedState::connecting && static_cast<double>(machine_now().us - out.since.us) > 1.5e6 * spec.connect_seconds) {
    out.state = FeedState::offline;  // the system is still at it
    out.reason = Error{ErrorCode::io, "does not answer", spec.address.substr(0, spec.address.find('?')), "", "check the address and the network"};
  }
  return out;
}

void FeedLink::stop() {
  {
    const std::lock_guard lock(mutex_);
    cancel_.cancel();
  }
  wake_.notify_all();
}

void FeedLink::cut() {
  cut_.cancel();
  const std::lock_guard lock(journal_mutex_);
  journal_ = nullptr;
}

void FeedLink::ended() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
}

bool FeedLink::wait_ended(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, limit, [this] { return ended_; });
}

}  // namespace tenbo::live
