// Messages on their way to a plugin: they wait in order, and go to its worker some at a time.
#include "plugins/answer.h"

namespace tenbo::runtime {
namespace {
constexpr std::size_t most_at_once = 1000;
constexpr std::size_t most_bytes_at_once = std::size_t{16} << 20;
constexpr std::size_t most_waiting = 4000;
constexpr std::size_t most_bytes_waiting = std::size_t{64} << 20;

tenbo_message shown(const PluginMessage& m) {
  tenbo_message out{};
  out.size = sizeof out;
  out.retained = m.retained ? 1 : 0;
  out.number = m.number;
  out.arrival = m.arrival.ms;
  out.feed = view(m.feed);
  out.source = view(m.source);
  out.type = view(m.type);
  out.bytes = m.body ? m.body->data() : nullptr;
  out.byte_count = m.body ? m.body->size() : 0;
  return out;
}
}  // namespace

Status Instance::subscribe(Arrived arrived, void* user) {
  if (!on_worker() || !activating_) return bad("tenbo.feed/1 subscribe", "is called during activate, on its thread");
  std::lock_guard lock(mutex_);
  if (feed_.arrived) return bad("tenbo.feed/1 subscribe", "was called before");
  feed_.arrived = arrived;
  feed_.user = user;
  return {};
}

bool Instance::wants_messages() const {
  std::lock_guard lock(mutex_);
  return feed_.arrived && !closing_;
}

bool Instance::taking_messages() const {
  std::lock_guard lock(mutex_);
  return !closing_ && (feed_.posted || feed_.over || !feed_.waiting.empty());
}

bool Instance::has_room() const {
  std::lock_guard lock(mutex_);
  return feed_.waiting.size() < most_waiting && feed_.bytes < most_bytes_waiting;
}

void Instance::deliver(std::vector<PluginMessage> messages) {
  if (messages.empty()) return;
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    for (auto& m : messages) {
      feed_.bytes += m.body ? m.body->size() : 0;
      feed_.waiting.push_back(std::move(m));
    }
    if (std::exchange(feed_.posted, true)) return;
    queue_.push_back([this] { hand_over_messages(); });
  }
  wake_.notify_all();
}

void Instance::start_over() {
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    feed_.waiting.clear();
    feed_.bytes = 0;
    feed_.over = true;
    if (std::exchange(feed_.posted, true)) return;
    queue_.push_back([this] { hand_over_messages(); });
  }
  wake_.notify_all();
}

// [worker] After activate. One batch; what is left goes behind whatever else waits, parameters say.
void Instance::hand_over_messages() {
  std::vector<PluginMessage> batch;
  bool over = false;
  Arrived arrived = nullptr;
  void* user = nullptr;
  {
    std::lock_guard lock(mutex_);
    over = std::exchange(feed_.over, false);
    arrived = feed_.arrived;
    user = feed_.user;
    std::size_t bytes = 0;
    while (!feed_.waiting.empty() && batch.size() < most_at_once && (batch.empty() || bytes < most_bytes_at_once)) {
      bytes += feed_.waiting.front().body ? feed_.waiting.front().body->size() : 0;
      batch.push_back(std::move(feed_.waiting.front()));
      feed_.waiting.pop_front();
    }
    feed_.bytes -= bytes;
  }
  bool well = true;
  if (arrived && over) well = call("arrived()", [&] { return arrived(plugin_, nullptr, 0, user); });
  if (arrived && well && !batch.empty()) {
    std::vector<tenbo_message> out;
    out.reserve(batch.size());
    for (const auto& m : batch) out.push_back(shown(m));
    well = call("arrived()", [&] { return arrived(plugin_, out.data(), static_cast<std::uint32_t>(out.size()), user); });
  }
  std::lock_guard lock(mutex_);
  feed_.posted = well && (feed_.over || !feed_.waiting.empty());
  if (feed_.posted) queue_.push_back([this] { hand_over_messages(); });
}

}  // namespace tenbo::runtime
