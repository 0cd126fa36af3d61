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

#include "tenbo/base/image.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/log.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/features.h"
#include "tenbo/geo/field.h"

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

enum class Grade : std::uint8_t { not_inspected = 0, I = 1, II = 2, III = 3, IV = 4, exempt = 5 };
struct Structure {                 // one bridge, tunnel, ... of an inspection layer
  std::uint32_t feature = 0;       // row in PluginOutput::records
  std::string id, name, kind;
  double lon = 0, lat = 0;
  std::optional<double> height;    // scene's datum; absent = on the ground
  Grade grade = Grade::not_inspected;
  std::optional<int> year;         // of the last inspection
};

// An immutable snapshot of what a plugin has published. `revision` grows with each publication; `warnings` may grow without
// (the plugin reports that a replaced file cannot be read, say): data of one revision never changes.
struct PluginOutput {
  std::uint64_t revision = 0;
  std::string title;
  std::string source;
  std::optional<geo::Instant> issue_time;
  geo::Certainty certainty = geo::Certainty::unknown;
  // field layers
  std::shared_ptr<const geo::Field> field;
  std::string palette;             // name under assets/palettes
  bool is_water_depth = false;     // raise a water surface, classify buildings
  // feature layers
  std::shared_ptr<const geo::FeatureTable> records;
  std::vector<Structure> structures;
  std::vector<std::string> warnings;  // rows left out and the like
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
};

struct PluginHostOptions {
  std::vector<std::filesystem::path> folders;  // each plugin in a folder of its own with a plugin.json
  std::chrono::milliseconds call_limit{5000};  // a worker call longer than this fails the layer (it is left behind)
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
