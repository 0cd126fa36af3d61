#include "plugins/guard.h"
#include "plugins/instance.h"
#include "plugins/intake_about.h"

// What a plugin calls, by way of the host's functions: from its worker or from the main thread.
namespace tenbo::runtime {

Instance* Instance::of(const tenbo_host* host) { return host ? static_cast<Instance*>(host->host_data) : nullptr; }

void Instance::log(LogLevel level, std::string text) {
  shared_->write(level, "plugin " + manifest_.id + ": " + text);
  if (level != LogLevel::error) return;
  std::lock_guard lock(mutex_);
  if (on_worker()) worker_error_of_.clear();
  (on_worker() ? worker_error_ : main_error_) = std::move(text);
}

// [mutex_ is held]
void Instance::keep_reason(const Error& e) {
  constexpr std::size_t most = 100;
  if (!on_worker()) {
    main_error_ = e.text();
    return;
  }
  worker_error_ = e.text();
  worker_error_of_ = e.file;
  if (e.file.empty()) return;
  if (reasons_.size() >= most && !reasons_.count(e.file)) reasons_.clear();
  reasons_[e.file] = worker_error_;
}

void Instance::log_failure(const Error& e) {
  shared_->write(LogLevel::error, "plugin " + manifest_.id + ": " + e.text());
  std::lock_guard lock(mutex_);
  keep_reason(e);
}

// Of what the warning names; else of the running call, unless that is another message's: those of one call are many.
std::string Instance::reason_of(const std::string& warning) const {
  const std::string* best = nullptr;
  std::size_t longest = 0;
  for (const auto& [name, why] : reasons_) {
    const auto at = warning.find(name);
    if (name.size() <= longest || at == std::string::npos) continue;
    const auto end = at + name.size();
    const bool whole = (at == 0 || warning[at - 1] == ' ') && (end == warning.size() || std::string_view(" ;:,").find(warning[end]) != std::string_view::npos);
    if (whole) best = &why, longest = name.size();
  }
  if (best) return *best;
  const bool of_a_message = !worker_error_of_.empty() && !std::filesystem::path(worker_error_of_).is_absolute();
  return of_a_message ? std::string() : worker_error_;
}

void Instance::log_unread(const Error& e) {
  constexpr std::size_t most = 1000;  // kinds: their words may be the sender's
  std::uint64_t count = 0;
  {
    std::lock_guard lock(mutex_);
    keep_reason(e);
    if (unread_.size() < most || unread_.count(e.message)) count = ++unread_[e.message];
  }
  std::uint64_t round = 1;
  while (round < count) round *= 10;
  if (count == 1) shared_->write(LogLevel::warning, "plugin " + manifest_.id + ": " + e.text());
  else if (count == round) shared_->write(LogLevel::warning, "plugin " + manifest_.id + ": " + e.message + ": " + std::to_string(count) + " times so far, the last in " + e.file);
}

bool Instance::stopped() const {
  std::lock_guard lock(mutex_);
  return dead_;
}

tenbo_result Instance::publish(const std::function<Result<PluginOutput>()>& take) {
  {
    std::unique_lock lock(mutex_);
    if (dead_) {
      const bool told = std::exchange(told_dead_, true);
      lock.unlock();
      if (!told) shared_->write(LogLevel::warning, "plugin " + manifest_.id + ": publishes after its layer ended; ignored");
      return TENBO_CLOSED;
    }
    if (closing_) return TENBO_CLOSED;
  }
  const HostTime pause(*this);
  std::optional<Result<PluginOutput>> taken;
  if (const auto thrown = guarded([&] { taken.emplace(take()); })) taken.emplace(Error{ErrorCode::out_of_budget, "publishing " + *thrown, "", "", ""});
  if (!*taken) {
    const auto& e = taken->error();
    fail(e.code, e.place.empty() ? e.message : e.place + " " + e.message);
    return e.code == ErrorCode::out_of_budget ? TENBO_TOO_LARGE : TENBO_INVALID;
  }
  auto next = std::make_shared<PluginOutput>(std::move(**taken));
  std::lock_guard lock(mutex_);
  if (closing_) return TENBO_CLOSED;
  next->revision = ++revision_;
  output_ = std::move(next);
  return TENBO_OK;
}

tenbo_result Instance::report(std::string warning) {
  if (on_worker()) {  // the reason, where this call has logged one
    std::lock_guard lock(mutex_);
    if (const auto why = reason_of(warning); !why.empty()) warning += ": " + why;
  }
  shared_->write(LogLevel::warning, "plugin " + manifest_.id + ": " + warning);
  std::lock_guard lock(mutex_);
  if (dead_) return TENBO_CLOSED;
  if (!output_) return TENBO_OK;  // nothing on screen yet: the log has it
  auto next = std::make_shared<PluginOutput>(*output_);  // shares the data
  add_warning(*next, std::move(warning));
  output_ = std::move(next);
  return TENBO_OK;
}

void Instance::post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    queue_.push_back(std::move(task));
  }
  wake_.notify_all();
}

tenbo_result Instance::add_watch(const std::string& path, std::function<tenbo_result(const tenbo_plugin*)> changed, std::uint32_t* id) {
  std::shared_ptr<FileWatch> watch;
  {
    std::lock_guard lock(shared_->mutex);
    watch = shared_->watch;
  }
  std::uint32_t number;
  {
    std::lock_guard lock(mutex_);
    if (closing_ || !watch) return TENBO_CLOSED;
    if (watches_.size() >= 1000) return TENBO_TOO_LARGE;
    number = next_watch_++;
    watches_[number] = {};
  }
  const auto told = [weak = weak_from_this(), number, changed = std::move(changed)](const std::filesystem::path&) {
    const auto self = weak.lock();
    if (!self) return;
    {
      std::lock_guard lock(self->mutex_);
      const auto it = self->watches_.find(number);
      if (it == self->watches_.end() || it->second.pending) return;
      it->second.pending = true;
    }
    self->post([raw = self.get(), number, changed] {
      {
        std::lock_guard lock(raw->mutex_);
        const auto it = raw->watches_.find(number);
        if (it == raw->watches_.end()) return;  // removed since
        it->second.pending = false;
      }
      raw->call("changed()", [&] { return changed(raw->plugin_); });
    });
  };
  const auto watched = watch->add(path, told);
  {
    std::lock_guard lock(mutex_);
    if (const auto it = watches_.find(number); it != watches_.end()) {
      it->second.id = watched;
      if (id) *id = number;
      return TENBO_OK;
    }
  }
  watch->remove(watched);  // the instance ended meanwhile
  return TENBO_CLOSED;
}

tenbo_result Instance::remove_watch(std::uint32_t id) {
  FileWatch::Id watched;
  {
    std::lock_guard lock(mutex_);
    const auto it = watches_.find(id);
    if (it == watches_.end()) return TENBO_NOT_FOUND;
    watched = it->second.id;
    watches_.erase(it);
  }
  std::shared_ptr<FileWatch> watch;
  {
    std::lock_guard lock(shared_->mutex);
    watch = shared_->watch;
  }
  if (watch) watch->remove(watched);
  return TENBO_OK;
}

Instance::HostTime::HostTime(Instance& instance) : instance_(instance.on_worker() ? &instance : nullptr) {
  if (!instance_) return;
  std::lock_guard lock(instance_->mutex_);
  if (instance_->call_.host_since) instance_ = nullptr;  // already inside one
  else instance_->call_.host_since = Clock::now();
}
Instance::HostTime::~HostTime() {
  if (!instance_) return;
  std::lock_guard lock(instance_->mutex_);
  instance_->call_.host_time += Clock::now() - *instance_->call_.host_since;
  instance_->call_.host_since.reset();
}

}  // namespace tenbo::runtime
