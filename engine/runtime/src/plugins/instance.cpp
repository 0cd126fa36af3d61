#include "plugins/instance.h"

#include <cstdio>

#include "plugins/guard.h"
#include "plugins/intake.h"

namespace tenbo::runtime {
namespace {
constexpr std::chrono::milliseconds slow_tick{50};    // worth a word
constexpr std::chrono::milliseconds worst_tick{1000};  // costs the layer: the window has stood still

std::string seconds(HostShared::Clock::duration d) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(d).count());
  return text;
}

std::string describe(tenbo_result code) {
  switch (code) {
    case TENBO_FAILED: return "failed";
    case TENBO_INVALID: return "failed: invalid argument";
    case TENBO_NOT_FOUND: return "failed: not found";
    case TENBO_UNSUPPORTED: return "failed: not supported";
    case TENBO_TOO_LARGE: return "failed: too large";
    case TENBO_CLOSED: return "failed: the layer is closed";
    default: return "returned " + std::to_string(code) + ", which is no result code";
  }
}
}  // namespace

void HostShared::write(LogLevel level, const std::string& text) {
  std::lock_guard lock(mutex);
  if (log) log->write(level, text);
}

Instance::Instance(PluginManifest manifest, Values values, std::shared_ptr<HostShared> shared)
    : manifest_(std::move(manifest)), first_values_(std::move(values)), shared_(std::move(shared)) {
  fill_host(host_, this);
}

void Instance::start() {
  {
    std::lock_guard lock(shared_->mutex);
    ++shared_->running;
  }
  try {
    thread_ = std::thread([self = shared_from_this()] { self->run(); });
  } catch (const std::system_error& e) {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    fail(ErrorCode::out_of_budget, std::string("no thread for it: ") + e.what());
    std::lock_guard lock(shared_->mutex);
    --shared_->running;
  }
}

void Instance::join() {
  if (!thread_.joinable()) return;
  if (ended()) thread_.join();
  else thread_.detach();
}

// ---------------------------------------------------------------------------------------------------- the worker's life
void Instance::run() {
  worker_ = std::this_thread::get_id();
  if (load()) work();
  shut_down();
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    dead_ = true;
  }
  std::lock_guard lock(shared_->mutex);
  if (!shared_->closed) --shared_->running;
  shared_->changed.notify_all();
}

bool Instance::load() {
  auto library = shared_->libraries.of(manifest_.library);
  Status loaded = Error{ErrorCode::cancelled, "was not loaded", "", "", ""};
  const bool returned = call("loading", [&] {
    loaded = library->acquire(manifest_);
    return TENBO_OK;
  });
  if (loaded) library_ = library;  // to be released, whatever else went wrong
  if (!returned) return false;
  if (!loaded) {
    fail(loaded.error().code, loaded.error().text());
    return false;
  }
  std::string wrong;
  if (!call("create()", [&] {
        const auto* factory = library_->factory();
        const auto* made = factory->create(factory, &host_, manifest_.id.c_str());
        if (!made) return TENBO_FAILED;
        auto checked = take_struct(made, "tenbo_plugin");
        if (!checked) wrong = checked.error().place + " " + checked.error().message;
        else if (!checked->init || !checked->activate || !checked->deactivate || !checked->destroy || !checked->get_extension)
          wrong = "its tenbo_plugin lacks a function (init, activate, deactivate, destroy or get_extension is NULL)";
        else plugin_ = made;
        return TENBO_OK;
      }))
    return false;
  if (!wrong.empty()) {
    fail(ErrorCode::mismatch, wrong);
    return false;
  }
  if (!call("init()", [&] { return plugin_->init(plugin_); })) return false;
  if (!set_parameters()) return false;
  // Published from within activate already counts: `activated_` first, so that a failure deactivates nothing twice.
  if (!call("activate()", [&] {
        activating_ = true;
        const auto r = plugin_->activate(plugin_);
        activating_ = false;
        activated_ = r == TENBO_OK;
        return r;
      }))
    return false;
  {
    std::lock_guard lock(main_mutex_);
    for_main_ = plugin_;
  }
  {
    std::lock_guard lock(mutex_);
    if (state_ == PluginState::starting) state_ = PluginState::ready;
  }
  std::lock_guard lock(shared_->mutex);
  shared_->changed.notify_all();
  return true;
}

bool Instance::set_parameters() {
  if (manifest_.parameters.empty()) return true;
  std::string wrong;
  if (!call("get_extension()", [&] {
        const auto* p = static_cast<const tenbo_parameters*>(plugin_->get_extension(plugin_, TENBO_EXT_PARAMETERS));
        auto checked = take_struct(p, "tenbo_parameters");
        if (!p) wrong = "plugin.json declares parameters, but the library has no " TENBO_EXT_PARAMETERS;
        else if (!checked) wrong = checked.error().place + " " + checked.error().message;
        else if (!checked->set || !checked->apply) wrong = "its tenbo_parameters lacks a function (set or apply is NULL)";
        else parameters_ = p;
        return TENBO_OK;
      }))
    return false;
  if (!wrong.empty()) {
    fail(ErrorCode::mismatch, wrong);
    return false;
  }
  for (const auto& p : first_values_)
    if (!call("set(\"" + p.first + "\")", [&] { return parameters_->set(plugin_, {p.first.data(), p.first.size()}, {p.second.data(), p.second.size()}); }))
      return false;
  return true;
}

void Instance::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (closing_) return;
    auto task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

void Instance::shut_down() {
  std::map<std::uint32_t, Watch> watches;
  {
    std::lock_guard lock(mutex_);
    watches.swap(watches_);
    closing_ = true;
  }
  std::shared_ptr<FileWatch> watch;
  {
    std::lock_guard lock(shared_->mutex);
    watch = shared_->watch;
  }
  if (watch)
    for (const auto& [id, w] : watches) watch->remove(w.id);
  {
    std::lock_guard lock(main_mutex_);  // a tick that runs now comes to its end first
    for_main_ = nullptr;
  }
  if (activated_)
    call("deactivate()", [&] {
      plugin_->deactivate(plugin_);
      return TENBO_OK;
    });
  {
    std::lock_guard lock(mutex_);
    dead_ = true;
  }
  if (plugin_)
    call("destroy()", [&] {
      plugin_->destroy(plugin_);
      return TENBO_OK;
    });
  plugin_ = nullptr;
  if (library_)
    call("unloading", [&] {
      library_->release();
      return TENBO_OK;
    });
  handles_.close_all();
}

// Runs plugin code under the watchdog. False: it failed and the layer with it, or the host is gone.
bool Instance::call(const std::string& what, const std::function<tenbo_result()>& plugin_code) {
  {
    std::lock_guard lock(shared_->mutex);
    if (shared_->closed) return false;
  }
  {
    std::lock_guard lock(mutex_);
    worker_error_.clear();
    worker_error_of_.clear();
    call_ = {what, Clock::now(), std::nullopt, {}};
  }
  tenbo_result result = TENBO_OK;
  const auto thrown = guarded([&] { result = plugin_code(); });
  bool was_left;
  std::string said;
  {
    std::lock_guard lock(mutex_);
    call_.since.reset();
    was_left = std::exchange(left_behind_, false);
    said = worker_error_;
  }
  if (was_left) {  // it came back after all: clean up, if there is still a host
    std::lock_guard lock(shared_->mutex);
    if (!shared_->closed) ++shared_->running;
    return false;
  }
  if (thrown) fail(ErrorCode::internal, what + " " + *thrown);
  else if (result != TENBO_OK) fail(ErrorCode::internal, said.empty() ? what + " " + describe(result) : said, !said.empty());
  std::lock_guard lock(mutex_);
  return !thrown && result == TENBO_OK && state_ != PluginState::failed;
}

// ------------------------------------------------------------------------------------------------------------ the host's
void Instance::close() {
  cancel_.cancel();
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
}

void Instance::check_overdue() {
  std::string what;
  Clock::duration took{};
  {
    std::lock_guard lock(mutex_);
    if (!call_.since || call_.host_since || left_behind_) return;
    took = Clock::now() - *call_.since - call_.host_time;
    if (took <= shared_->call_limit) return;
    what = call_.what;
    left_behind_ = true;
  }
  fail(ErrorCode::out_of_budget, what + " has not returned for " + seconds(took) + " and is left behind");
  std::lock_guard lock(shared_->mutex);
  if (!shared_->closed) --shared_->running;
  shared_->changed.notify_all();
}

bool Instance::run_main() {
  if (!wants_main_.load(std::memory_order_relaxed)) return false;
  std::unique_lock main(main_mutex_, std::try_to_lock);  // held elsewhere only while the instance ends
  if (!main.owns_lock() || !for_main_ || state() != PluginState::ready) return false;
  wants_main_ = false;
  {
    std::lock_guard lock(mutex_);
    main_error_.clear();
  }
  if (!for_main_->tick) {
    fail(ErrorCode::mismatch, "it asked for the main thread, but its tick is NULL");
    return true;
  }
  tenbo_result result = TENBO_OK;
  const auto began = Clock::now();
  const auto thrown = guarded([&] { result = for_main_->tick(for_main_); });
  const auto took = Clock::now() - began;
  std::string said;
  {
    std::lock_guard lock(mutex_);
    said = main_error_;
  }
  if (thrown) fail(ErrorCode::internal, "tick() " + *thrown);
  else if (result != TENBO_OK) fail(ErrorCode::internal, said.empty() ? "tick() " + describe(result) : said, !said.empty());
  else if (took > worst_tick) fail(ErrorCode::out_of_budget, "tick() kept the main thread for " + seconds(took));
  else if (took > slow_tick) log(LogLevel::warning, "tick() kept the main thread for " + seconds(took));
  return true;
}

void Instance::set(const std::string& name, const std::string& value) {
  std::lock_guard lock(mutex_);
  to_set_.emplace_back(name, value);
  if (to_set_.size() > 1) return;  // the task below takes them all
  queue_.push_back([this] {
    Values values;
    {
      std::lock_guard l(mutex_);
      values.swap(to_set_);
    }
    for (const auto& p : values)
      if (!call("set(\"" + p.first + "\")", [&] { return parameters_->set(plugin_, {p.first.data(), p.first.size()}, {p.second.data(), p.second.size()}); })) return;
    call("apply()", [&] { return parameters_->apply(plugin_); });
  });
  wake_.notify_all();
}

bool Instance::ended() const {
  std::lock_guard lock(mutex_);
  return ended_;
}

bool Instance::in_host() const {
  std::lock_guard lock(mutex_);
  return call_.since && call_.host_since;
}

void Instance::forget_output() {
  std::lock_guard lock(mutex_);
  output_.reset();
}

PluginState Instance::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

const Error& Instance::error() const {
  static const Error none{};
  std::lock_guard lock(mutex_);
  return state_ == PluginState::failed ? error_ : none;  // written once, before the state becomes failed
}

std::shared_ptr<const PluginOutput> Instance::output() const {
  std::lock_guard lock(mutex_);
  return output_;
}

void Instance::fail(ErrorCode code, const std::string& message, bool logged) {
  {
    std::lock_guard lock(mutex_);
    if (state_ == PluginState::failed) return;
    error_ = {code, "plugin " + manifest_.id + ": " + message, "", "", ""};
    state_ = PluginState::failed;
    dead_ = closing_ = true;
  }
  cancel_.cancel();
  wake_.notify_all();
  if (!logged) shared_->write(LogLevel::error, error_.message);
  std::lock_guard lock(shared_->mutex);
  shared_->changed.notify_all();
}

}  // namespace tenbo::runtime
