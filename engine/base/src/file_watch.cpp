#include "tenbo/base/file_watch.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tenbo/base/file.h"

namespace tenbo {
namespace fs = std::filesystem;
namespace {
using Clock = std::chrono::steady_clock;
constexpr std::size_t max_folder_entries = 2000;  // of a watched folder: the cost of a look stays bounded

using Stamps = std::vector<FileStamp>;

// What is compared: the file's stamp, or those of a folder and its entries in the order of their names.
Stamps stamps_of(const fs::path& path) {
  static constexpr std::array companions{".dbf", ".shx", ".prj", ".cpg"};
  Stamps out{file_stamp(path)};
  std::error_code ec;
  if (path.extension() == ".shp") {
    for (const char* extension : companions) out.push_back(file_stamp(fs::path(path).replace_extension(extension)));
  } else if (fs::is_directory(path, ec)) {
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(path, ec), end; !ec && it != end && entries.size() < max_folder_entries; it.increment(ec))
      entries.push_back(it->path());
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) out.push_back(file_stamp(entry));
  }
  return out;
}
}  // namespace

struct FileWatch::Impl {
  struct Watched {
    fs::path path;
    std::shared_ptr<Changed> changed;
    Stamps told;                             // as last told to the owner
    Stamps seen;                             // as last looked at
    Clock::time_point rests_since;           // since when `seen` has not changed
    std::optional<Clock::time_point> since;  // the first sign of a change not yet told
  };

  explicit Impl(const FileWatchOptions& o) : options(o) {}

  void run() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      wake.wait_for(lock, options.interval, [this] { return stopping; });
      if (stopping) return;
      std::vector<std::pair<Id, fs::path>> look;
      for (const auto& [id, w] : watched) look.emplace_back(id, w.path);
      for (const auto& [id, path] : look) {
        lock.unlock();
        auto now_stamps = stamps_of(path);  // the file system may be slow: not under the lock
        lock.lock();
        if (stopping) return;
        if (auto it = watched.find(id); it != watched.end() && due(it->second, std::move(now_stamps))) {
          const auto changed = it->second.changed;  // keeps the callback alive while it runs
          calling = id;
          lock.unlock();
          (*changed)(path);
          lock.lock();
          calling = 0;
          idle.notify_all();
        }
      }
    }
  }

  bool due(Watched& w, Stamps stamps) const {
    const auto now = Clock::now();
    if (stamps != w.seen) {
      w.seen = std::move(stamps);
      w.rests_since = now;
    }
    if (w.seen == w.told) {
      w.since.reset();
      return false;
    }
    if (!w.since) w.since = now;
    if (!w.seen.front().exists) return false;
    if (now - w.rests_since < options.quiet && now - *w.since < options.impatience) return false;
    w.told = w.seen;
    w.since.reset();
    return true;
  }

  const FileWatchOptions options;
  std::mutex mutex;
  std::condition_variable wake, idle;
  std::map<Id, Watched> watched;
  Id next = 1;
  Id calling = 0;  // whose callback runs now
  bool stopping = false;
  std::thread thread;
};

FileWatch::FileWatch(const FileWatchOptions& options) : impl_(std::make_unique<Impl>(options)) {}

FileWatch::~FileWatch() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

FileWatch::Id FileWatch::add(const fs::path& path, Changed changed) {
  auto stamps = stamps_of(path);
  std::lock_guard lock(impl_->mutex);
  const Id id = impl_->next++;
  impl_->watched[id] = {path, std::make_shared<Changed>(std::move(changed)), stamps, stamps, Clock::now(), std::nullopt};
  if (!impl_->thread.joinable()) impl_->thread = std::thread([this] { impl_->run(); });
  return id;
}

void FileWatch::remove(Id id) {
  std::unique_lock lock(impl_->mutex);
  impl_->watched.erase(id);
  if (std::this_thread::get_id() == impl_->thread.get_id()) return;
  impl_->idle.wait(lock, [&] { return impl_->calling != id; });
}

}  // namespace tenbo
