#pragma once
// Tells when files are replaced (renamed over), rewritten in place, or come back. Looks at their stamps: that works on
// every file system, network shares included, and costs microseconds a file.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace tenbo {

struct FileWatchOptions {
  std::chrono::milliseconds interval{50};      // between two looks
  std::chrono::milliseconds quiet{120};        // a file must have rested this long: its writer has probably finished
  std::chrono::milliseconds impatience{2000};  // a file that never rests is told anyway after this long
};

// One thread, started with the first file. Thread-safe.
class FileWatch {
 public:
  using Id = std::uint32_t;
  using Changed = std::function<void(const std::filesystem::path&)>;

  explicit FileWatch(const FileWatchOptions& options = {});
  ~FileWatch();  // no callback runs afterwards
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // A file, or a folder (its entries, not those of its folders). A shapefile's companions (.dbf, .shx ...) count as the
  // file. `changed` runs on the watcher's thread: hand the work on. A file that is gone is waited for.
  Id add(const std::filesystem::path& path, Changed changed);
  // When this returns the callback neither runs nor will run, unless it is the callback that called.
  void remove(Id id);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo
