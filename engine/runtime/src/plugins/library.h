#pragma once
// Shared objects of plugins, each loaded once however many layers use it.
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "tenbo/base/result.h"
#include "tenbo/plugin_api/plugin.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

// One shared object. Loading and unloading run plugin code (entry.init, deinit): [worker], under its watchdog.
class Library {
 public:
  // Loads with the first user, checks ABI, symbols and function pointers. Balance with release().
  Status acquire(const PluginManifest& manifest);
  void release();  // unloads with the last user
  const tenbo_factory* factory() const { return factory_; }  // while acquired

 private:
  Status load(const PluginManifest& manifest);
  std::mutex mutex_;  // held while plugin code loads: a second user waits for the first
  unsigned users_ = 0;
  void* handle_ = nullptr;
  const tenbo_entry* entry_ = nullptr;
  const tenbo_factory* factory_ = nullptr;
};

// Thread-safe.
class Libraries {
 public:
  std::shared_ptr<Library> of(const std::filesystem::path& path);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::shared_ptr<Library>> all_;
};

}  // namespace tenbo::runtime
