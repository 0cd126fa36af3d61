#include "tenbo/runtime/plugin_host.h"

#include <algorithm>

#include "plugins/instance.h"
#include "plugins/manifest.h"
#include "tenbo/base/file.h"
#include "tenbo/base/text.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

// assets/ beside the executable (installed), or two folders up (build/release in the source tree).
fs::path shipped_assets() {
  const auto exe = executable_dir();
  std::error_code ec;
  for (const auto& candidate : {exe / "assets", exe / "../share/tenbo/assets", exe / "../../assets", fs::path("assets")})
    if (fs::is_directory(candidate / "mappings", ec)) return fs::weakly_canonical(candidate, ec);
  return exe / "assets";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}

Result<std::string> checked_value(const PluginManifest& m, const std::string& name, const std::string& value, const PluginParameter** found) {
  std::vector<std::string> names;
  for (const auto& p : m.parameters) {
    names.push_back(p.name);
    if (p.name != name) continue;
    if (auto s = check_parameter_value(p, value); !s) {
      auto e = s.error();
      e.message = "plugin " + m.id + ": " + e.message;
      return e;
    }
    *found = &p;
    if (p.type != "path" || value.empty() || value.find('\n') != std::string::npos) return value;
    std::error_code ec;
    if (value.starts_with("PG:")) return value;  // a database
    if (name.ends_with("mapping") && !fs::path(value).has_parent_path() && !fs::exists(value, ec)) return value;  // one that Tenbo ships
    const auto absolute = fs::absolute(value, ec);
    return ec ? value : absolute.string();
  }
  const auto near = nearest(name, names);
  return Error{ErrorCode::invalid_argument, "plugin " + m.id + " has no parameter \"" + to_valid_utf8(name) + "\"", "", "",
               near.empty() ? (names.empty() ? "it takes none" : "it takes " + joined(names)) : "did you mean \"" + near + "\"?"};
}

// Defaults, then what is given; several paths joined.
Result<Instance::Values> first_values(const PluginManifest& m, const Instance::Values& given) {
  Instance::Values values;
  for (const auto& p : m.parameters)
    if (!p.default_value.empty()) values.emplace_back(p.name, p.default_value);
  std::vector<std::string> seen;
  for (const auto& [name, raw] : given) {
    const PluginParameter* p = nullptr;
    auto value = checked_value(m, name, raw, &p);
    if (!value) return value.error();
    const bool again = std::find(seen.begin(), seen.end(), name) != seen.end();
    if (again && !p->multiple) return Error{ErrorCode::invalid_argument, "plugin " + m.id + ": parameter \"" + name + "\" is given twice", "", "", ""};
    const auto it = std::find_if(values.begin(), values.end(), [&n = name](const auto& v) { return v.first == n; });
    if (it == values.end()) values.emplace_back(name, *value);
    else it->second = again ? it->second + "\n" + *value : *value;
    seen.push_back(name);
  }
  for (const auto& p : m.parameters)
    if (p.required && std::none_of(values.begin(), values.end(), [&](const auto& v) { return v.first == p.name && !v.second.empty(); }))
      return Error{ErrorCode::invalid_argument, "plugin " + m.id + " needs the parameter \"" + p.name + "\"", "", "", "give it in the layer's \"parameters\""};
  return values;
}

class Layer final : public PluginLayer {
 public:
  Layer(std::shared_ptr<Instance> instance, const Instance::Values& values) : instance_(std::move(instance)), parameters_(instance_->manifest().parameters) {
    for (const auto& [name, value] : values) remember(name, value);
  }
  ~Layer() override {
    instance_->close();
    instance_->forget_output();
  }
  PluginState state() const override { return instance_->state(); }
  const Error& error() const override { return instance_->error(); }
  std::shared_ptr<const PluginOutput> output() const override { return instance_->output(); }
  std::vector<PluginParameter> parameters() const override { return parameters_; }
  bool wants_messages() const override { return instance_->wants_messages(); }
  void deliver(std::vector<PluginMessage> messages) override { instance_->deliver(std::move(messages)); }
  void start_over() override { instance_->start_over(); }
  bool has_room() const override { return instance_->has_room(); }
  bool taking_messages() const override { return instance_->taking_messages(); }
  Status set_parameter(const std::string& name, const std::string& value) override {
    const PluginParameter* p = nullptr;
    auto checked = checked_value(instance_->manifest(), name, value, &p);
    if (!checked) return checked.error();
    if (state() == PluginState::failed) return error();
    remember(name, *checked);
    instance_->set(name, *checked);
    return {};
  }

 private:
  void remember(const std::string& name, const std::string& value) {
    for (auto& p : parameters_)
      if (p.name == name) p.value = value;
  }
  const std::shared_ptr<Instance> instance_;
  std::vector<PluginParameter> parameters_;
};

class Host final : public PluginHost {
 public:
  Host(const PluginHostOptions& options, Log& log) : shared_(std::make_shared<HostShared>()), installed_(find_plugins(options.folders)) {
    shared_->call_limit = options.call_limit;
    shared_->log = &log;
    shared_->assets = options.assets.empty() ? shipped_assets() : options.assets;
    shared_->watch = std::make_shared<FileWatch>();
  }

  // Gives the workers a moment to put things away, then leaves: a plugin that hangs does not hang the program. One that is
  // inside our own readers gets longer, since a program must not end under GDAL's feet.
  ~Host() override {
    for (const auto& i : instances_) i->close();
    std::shared_ptr<FileWatch> watch;
    std::unique_lock lock(shared_->mutex);
    const auto patience = std::min<std::chrono::milliseconds>(shared_->call_limit, std::chrono::seconds(2));
    const auto done = [this] { return shared_->running == 0; };
    for (int more = 0; !shared_->changed.wait_for(lock, patience, done) && more < 4; ++more) {
      lock.unlock();
      const bool reading = std::any_of(instances_.begin(), instances_.end(), [](const auto& i) { return i->in_host(); });
      lock.lock();
      if (!reading) break;
    }
    shared_->closed = true;
    shared_->log = nullptr;
    watch.swap(shared_->watch);
    lock.unlock();
    for (const auto& i : instances_) i->join();
  }

  const std::vector<PluginManifest>& installed() const override { return installed_; }

  Result<std::unique_ptr<PluginLayer>> create_layer(const std::string& id, const Instance::Values& parameters) override {
    std::vector<std::string> ids;
    const PluginManifest* manifest = nullptr;
    for (const auto& m : installed_) {
      ids.push_back(m.id);
      if (m.id == id && (!manifest || !manifest->error.empty())) manifest = &m;
    }
    if (!manifest) {
      const auto near = nearest(id, ids);
      return Error{ErrorCode::not_found, "there is no plugin \"" + to_valid_utf8(id) + "\"", "", "",
                   !near.empty() ? "did you mean \"" + near + "\"?" : ids.empty() ? "no plugins are installed" : "installed: " + joined(ids)};
    }
    if (!manifest->error.empty()) return Error{ErrorCode::mismatch, "plugin " + id + " cannot be used: " + manifest->error, "", "", ""};
    auto values = first_values(*manifest, parameters);
    if (!values) return values.error();
    auto instance = std::make_shared<Instance>(*manifest, *values, shared_);
    instances_.push_back(instance);  // kept as long as the host: a plugin's stray thread may still hold its tenbo_host
    instance->start();
    return std::unique_ptr<PluginLayer>(std::make_unique<Layer>(std::move(instance), *values));
  }

  void tick(std::chrono::microseconds budget) override {
    const auto began = std::chrono::steady_clock::now();
    for (const auto& i : instances_) i->check_overdue();
    // Round about, from where the budget ended the last time.
    for (std::size_t n = 0; n < instances_.size(); ++n) {
      next_ = (next_ + 1) % instances_.size();
      if (instances_[next_]->run_main() && std::chrono::steady_clock::now() - began >= budget) return;
    }
  }

  void settle(std::chrono::milliseconds limit) override {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
      tick(std::chrono::milliseconds(5));
      if (std::none_of(instances_.begin(), instances_.end(), [](const auto& i) { return i->state() == PluginState::starting && !i->ended(); })) return;
      if (std::chrono::steady_clock::now() >= end) return;
      std::unique_lock lock(shared_->mutex);
      shared_->changed.wait_for(lock, std::chrono::milliseconds(10));
    }
  }

 private:
  const std::shared_ptr<HostShared> shared_;
  const std::vector<PluginManifest> installed_;
  std::vector<std::shared_ptr<Instance>> instances_;
  std::size_t next_ = 0;
};
}  // namespace

Status check_parameters(const PluginManifest& manifest, const std::vector<std::pair<std::string, std::string>>& parameters) {
  if (auto values = first_values(manifest, parameters); !values) return values.error();
  return {};
}

std::unique_ptr<PluginHost> PluginHost::create(const PluginHostOptions& options, JobSystem&, Log& log) {
  return std::make_unique<Host>(options, log);
}

}  // namespace tenbo::runtime
