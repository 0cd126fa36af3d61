#pragma once
// Plugins: found by their manifest, loaded when a layer asks, guarded in everything they do. A plugin that fails loses
// its layer, not the picture.
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/log.h"
#include "tenbo/base/result.h"
#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

struct PluginParameter {
  std::string name, label_ja, label_en, type, unit, default_value;  // type: path, string, number, boolean, choice
  std::optional<double> minimum, maximum;
  std::vector<std::string> choices;
  bool required = false;
  bool multiple = false;             // paths: may be given several times; joined with newlines
  std::string value;                 // of PluginLayer::parameters(): as set, else the default
};
struct PluginManifest {
  std::string id, name, version, description, vendor, licence;
  int abi_major = 0, abi_minor = 0;
  std::filesystem::path library;   // shared object
  std::filesystem::path manifest;  // plugin.json
  std::vector<PluginParameter> parameters;
  std::string error;               // why it cannot be used; empty = usable as far as the manifest tells
};

// One message of a feed on its way to a plugin.
struct PluginMessage {
  std::uint64_t number = 0;        // of the journal
  geo::Instant arrival;
  std::string feed, source, type;
  bool retained = false;
  std::shared_ptr<const std::vector<std::byte>> body;
};

enum class PluginState { starting, ready, failed };

// One layer made by one plugin instance. Methods are [main]; the plugin's own work runs on its worker.
class PluginLayer {
 public:
  virtual ~PluginLayer() = default;
  virtual PluginState state() const = 0;  // ready: active; an output may still be to come
  virtual const Error& error() const = 0;  // of a failed layer
  // Null until the first publish. Cheap. A layer that fails keeps its last output, so that the engine may choose.
  virtual std::shared_ptr<const PluginOutput> output() const = 0;
  virtual std::vector<PluginParameter> parameters() const = 0;
  virtual Status set_parameter(const std::string& name, const std::string& value) = 0;
  // Whether it has asked for messages; they wait until it is active, and never make the caller wait.
  virtual bool wants_messages() const { return false; }
  virtual void deliver(std::vector<PluginMessage> /*messages*/) {}
  virtual void start_over() {}     // what comes next is the state of another time
  // Whether it is not through with what was delivered: whoever delivers waits then, so that little lies in memory.
  virtual bool taking_messages() const { return false; }
  virtual bool has_room() const { return true; }  // for more messages; a few thousand may wait
};

struct PluginHostOptions {
  std::vector<std::filesystem::path> folders;  // each plugin in a folder of its own with a plugin.json
  std::chrono::milliseconds call_limit{5000};  // a worker call longer than this fails the layer (it is left behind)
  std::filesystem::path assets;                // with mappings/; empty = beside the program
};

// The strict reading of one plugin.json (`manifest` names it in errors and tells the folder of the library). Does not look
// for the library. See docs/guide/plugins.md.
Result<PluginManifest> parse_plugin_manifest(std::string_view text, const std::filesystem::path& manifest);

class PluginHost {
 public:
  static std::unique_ptr<PluginHost> create(const PluginHostOptions& options, JobSystem& jobs, Log& log);
  virtual ~PluginHost() = default;
  // Reads every manifest; loads nothing.
  virtual const std::vector<PluginManifest>& installed() const = 0;
  // Starts a layer; load errors are the layer's state. An unknown id, a wrong manifest and values that its parameters do
  // not allow are errors here (they name the nearest right word). Dropping the layer never waits for the plugin.
  virtual Result<std::unique_ptr<PluginLayer>> create_layer(
      const std::string& plugin_id, const std::vector<std::pair<std::string, std::string>>& parameters) = 0;
  // Main-thread work of plugins within a budget; watches files they declared. [main], once a frame.
  virtual void tick(std::chrono::microseconds budget) = 0;
  // Blocks until every layer is ready or failed, or the limit passes (headless).
  virtual void settle(std::chrono::milliseconds limit) = 0;
};

}  // namespace tenbo::runtime
