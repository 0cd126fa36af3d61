#pragma once
// One plugin instance: its worker thread, its watchdog, and what it has published.
//
// The thread is never joined: it owns the instance (shared_ptr), so a call that does not return costs the layer and one
// sleeping thread, and neither the frame nor the end of the program waits for it.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "plugins/library.h"
#include "plugins/reader_handles.h"
#include "tenbo/base/file_watch.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/log.h"
#include "tenbo/plugin_api/all.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

// What instances share with their host, and keep when they outlive it.
struct HostShared {
  using Clock = std::chrono::steady_clock;
  std::chrono::milliseconds call_limit{5000};
  std::filesystem::path assets;
  Libraries libraries;

  std::mutex mutex;
  std::condition_variable changed;  // a worker ended, or a layer's state changed
  Log* log = nullptr;               // null once the host is gone
  std::shared_ptr<FileWatch> watch;
  unsigned running = 0;  // workers that neither ended nor were left behind
  bool closed = false;   // the host is gone: no plugin code is called any more

  void write(LogLevel level, const std::string& text);
};

class Instance : public std::enable_shared_from_this<Instance> {
 public:
  using Values = std::vector<std::pair<std::string, std::string>>;
  Instance(PluginManifest manifest, Values values, std::shared_ptr<HostShared> shared);
  void start();

  // --- [main]
  void close();           // ends the instance some time soon
  // Once, at the host's end: a worker that is done is gone when this returns, with what libraries keep for a thread (a program
  // must not end beside that); one that hangs is left behind.
  void join();
  void check_overdue();   // the watchdog looks
  bool run_main();        // plugin.tick, if asked for; false: there was nothing to do
  void set(const std::string& name, const std::string& value);
  bool ended() const;
  bool in_host() const;   // the worker is inside one of our own functions, reading a file say
  void forget_output();
  bool wants_messages() const;
  void deliver(std::vector<PluginMessage> messages);
  void start_over();
  bool has_room() const;
  bool taking_messages() const;  // some that were delivered have not come back from the plugin

  // --- [any]
  PluginState state() const;
  const Error& error() const;
  std::shared_ptr<const PluginOutput> output() const;
  const PluginManifest& manifest() const { return manifest_; }

  // --- for the host functions that plugins call [any]
  static Instance* of(const tenbo_host* host);
  void log(LogLevel level, std::string text);
  void log_failure(const Error& e);
  // What is not read at all, another kind of message say: written the first time and at the 10th, 100th ..., with how many there were.
  void log_unread(const Error& e);
  tenbo_result publish(const std::function<Result<PluginOutput>()>& take);
  tenbo_result report(std::string warning);
  tenbo_result add_watch(const std::string& path, std::function<tenbo_result(const tenbo_plugin*)> changed, std::uint32_t* id);
  tenbo_result remove_watch(std::uint32_t id);
  void ask_for_main() { wants_main_ = true; }
  using Arrived = tenbo_result (*)(const tenbo_plugin*, const tenbo_message*, std::uint32_t, void*);
  Status subscribe(Arrived arrived, void* user);
  const std::filesystem::path& assets() const { return shared_->assets; }
  ReaderHandles& handles() { return handles_; }
  const CancelToken& cancel() const { return cancel_; }
  bool stopped() const;  // failed or at its end: host functions refuse

  // Time the host itself takes inside a worker call does not count against the plugin.
  class HostTime {
   public:
    explicit HostTime(Instance& instance);
    ~HostTime();
    HostTime(const HostTime&) = delete;
    HostTime& operator=(const HostTime&) = delete;

   private:
    Instance* instance_;
  };

 private:
  using Clock = HostShared::Clock;
  void run();
  bool load();
  bool set_parameters();
  void work();
  void shut_down();
  bool call(const std::string& what, const std::function<tenbo_result()>& plugin_code);
  void fail(ErrorCode code, const std::string& message, bool logged = false);
  void post(std::function<void()> task);
  void hand_over_messages();
  void keep_reason(const Error& e);
  std::string reason_of(const std::string& warning) const;
  bool on_worker() const { return worker_.load() == std::this_thread::get_id(); }

  const PluginManifest manifest_;
  const Values first_values_;
  const std::shared_ptr<HostShared> shared_;
  tenbo_host host_{};
  ReaderHandles handles_;
  CancelToken cancel_;
  std::thread thread_;  // main
  std::atomic<std::thread::id> worker_{};
  std::atomic<bool> wants_main_{false};

  // worker only
  std::shared_ptr<Library> library_;
  const tenbo_plugin* plugin_ = nullptr;
  const tenbo_parameters* parameters_ = nullptr;
  bool activated_ = false;
  bool activating_ = false;

  std::mutex main_mutex_;             // held around plugin.tick, and by the worker while the instance ends
  const tenbo_plugin* for_main_ = nullptr;  // under main_mutex_: what tick may be called on

  mutable std::mutex mutex_;  // everything below
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  Values to_set_;
  PluginState state_ = PluginState::starting;
  Error error_;
  std::shared_ptr<const PluginOutput> output_;
  std::uint64_t revision_ = 0;
  bool closing_ = false;  // the worker ends after the call it is in
  bool dead_ = false;     // nothing is published any more
  bool told_dead_ = false;
  bool left_behind_ = false;
  bool ended_ = false;
  struct {
    std::string what;
    std::optional<Clock::time_point> since;       // absent: no plugin code is running
    std::optional<Clock::time_point> host_since;  // present: inside a host function
    Clock::duration host_time{};
  } call_;
  std::string worker_error_, main_error_;  // the last error logged in the running call
  std::string worker_error_of_;            // the file or topic that it names
  std::map<std::string, std::string, std::less<>> reasons_;  // why what the worker read failed, by file or topic
  std::map<std::string, std::uint64_t> unread_;  // how often, by what was said
  struct Watch {
    FileWatch::Id id = 0;
    bool pending = false;
  };
  struct {
    Arrived arrived = nullptr;
    void* user = nullptr;
    std::deque<PluginMessage> waiting;
    std::size_t bytes = 0;  // of them
    bool over = false;      // what was told before counts no more
    bool posted = false;    // a task is on its way, or running
  } feed_;
  std::map<std::uint32_t, Watch> watches_;
  std::uint32_t next_watch_ = 1;
};

// The functions that plugins call.
void fill_host(tenbo_host& host, Instance* instance);

}  // namespace tenbo::runtime
