// C++20 over the C interface, header only: derive from tenbo::plugin::Plugin, then
//   TENBO_PLUGIN("my_id", MyPlugin)
// in one source file. Throw std::exception to fail with its text: it is caught at the edge and never crosses.
// Everything of the C headers holds here too: threads, ownership, limits.
#pragma once
#include <algorithm>
#include <charconv>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/plugin_api/all.h"

namespace tenbo::plugin {

inline tenbo_text text(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view view(tenbo_text t) { return t.size ? std::string_view(t.data, t.size) : std::string_view(); }

// Thrown by the wrapper where a host function fails; the host has logged the reason already.
struct HostError : std::runtime_error {
  HostError(const char* what, tenbo_result result) : std::runtime_error(what), code(result) {}
  tenbo_result code;
};
inline void check(tenbo_result result, const char* what) {
  if (result != TENBO_OK) throw HostError(what, result);
}

class Host {
 public:
  explicit Host(const tenbo_host* raw)
      : raw_(raw), source_(extension<tenbo_layer_source>(TENBO_EXT_LAYER_SOURCE)), reader_(extension<tenbo_reader>(TENBO_EXT_READER)),
        watch_(extension<tenbo_watch>(TENBO_EXT_WATCH)), shapes_(extension<tenbo_shape_source>(TENBO_EXT_SHAPES)),
        series_(extension<tenbo_series_source>(TENBO_EXT_SERIES)), feed_(extension<tenbo_feed>(TENBO_EXT_FEED)) {}
  const tenbo_host* raw() const { return raw_; }
  void log(tenbo_log_level level, std::string_view s) const { raw_->log(raw_, level, text(s)); }
  void info(std::string_view s) const { log(TENBO_LOG_INFO, s); }
  void warning(std::string_view s) const { log(TENBO_LOG_WARNING, s); }
  void error(std::string_view s) const { log(TENBO_LOG_ERROR, s); }
  void request_main_thread() const { raw_->request_main_thread(raw_); }

  const tenbo_layer_source& source() const { return need(source_, TENBO_EXT_LAYER_SOURCE); }
  const tenbo_reader& reader() const { return need(reader_, TENBO_EXT_READER); }
  const tenbo_watch& watch() const { return need(watch_, TENBO_EXT_WATCH); }
  const tenbo_feed& feed() const { return need(feed_, TENBO_EXT_FEED); }
  // An extension of a later revision, where the host has it.
  template <class T>
  const T* extension(const char* id) const {
    const auto* e = static_cast<const T*>(raw_->get_extension(raw_, id));
    return e && e->size >= sizeof(T) ? e : nullptr;
  }

  void publish(const tenbo_field& field) const { check(source().publish_field(raw_, &field), "the field was not accepted"); }
  void publish(const tenbo_records& records) const { check(source().publish_records(raw_, &records), "the records were not accepted"); }
  void publish(const tenbo_shapes& shapes) const {
    check(need(shapes_, TENBO_EXT_SHAPES).publish(raw_, &shapes), "the shapes were not accepted");
  }
  void publish(const tenbo_sensors& sensors) const {
    check(need(series_, TENBO_EXT_SERIES).publish(raw_, &sensors), "the sensors were not accepted");
  }
  void report(std::string_view warning) const { source().report(raw_, text(warning)); }

 private:
  template <class T>
  static const T& need(const T* e, const char* id) {
    if (!e) throw std::runtime_error(std::string("this Tenbo has no ") + id);
    return *e;
  }
  const tenbo_host* raw_;
  const tenbo_layer_source* source_;
  const tenbo_reader* reader_;
  const tenbo_watch* watch_;
  const tenbo_shape_source* shapes_;
  const tenbo_series_source* series_;
  const tenbo_feed* feed_;
};

// ------------------------------------------------------------------------------------------------- files, through the host
class FieldFile {
 public:
  FieldFile() = default;
  FieldFile(const Host& host, const std::vector<std::string>& paths, const tenbo_field_options& options) : host_(&host) {
    std::vector<tenbo_text> texts;
    for (const auto& p : paths) texts.push_back(text(p));
    check(host.reader().open_field(host.raw(), texts.data(), static_cast<std::uint32_t>(texts.size()), &options, &handle_), "the field cannot be read");
  }
  // Of bytes that arrived; `name` as the feed gives it.
  FieldFile(const Host& host, const void* bytes, std::uint64_t count, std::string_view name, const tenbo_field_options& options) : host_(&host) {
    check(host.feed().open_message_field(host.raw(), bytes, count, text(name), &options, &handle_), "the message's field cannot be read");
  }
  FieldFile(FieldFile&& o) noexcept { swap(o); }
  FieldFile& operator=(FieldFile&& o) noexcept {
    swap(o);
    return *this;
  }
  ~FieldFile() {
    if (handle_) host_->reader().close_field(host_->raw(), handle_);
  }
  const tenbo_reader_field* handle() const { return handle_; }
  tenbo_field_info info() const {
    tenbo_field_info out{};
    out.size = sizeof out;
    check(host_->reader().field_info(host_->raw(), handle_, &out), "the field's description cannot be read");
    return out;
  }
  std::pair<const float*, std::uint64_t> slice(std::uint32_t step) const {
    std::pair<const float*, std::uint64_t> out{};
    check(host_->reader().field_slice(host_->raw(), handle_, step, &out.first, &out.second), "a step of the field cannot be read");
    return out;
  }

 private:
  void swap(FieldFile& o) noexcept {
    std::swap(host_, o.host_);
    std::swap(handle_, o.handle_);
  }
  const Host* host_ = nullptr;
  const tenbo_reader_field* handle_ = nullptr;
};

class VectorFile {
 public:
  struct Column {
    std::string name;
    tenbo_value_type type;
    std::uint64_t count;
  };
  VectorFile() = default;
  VectorFile(const Host& host, std::string_view path, const tenbo_vector_options& options) : host_(&host) {
    check(host.reader().open_vector(host.raw(), text(path), &options, &handle_), "the vector file cannot be read");
    describe();
  }
  // Of bytes that arrived; `name` as the feed gives it.
  VectorFile(const Host& host, const void* bytes, std::uint64_t count, std::string_view name, const tenbo_vector_options& options) : host_(&host) {
    check(host.feed().open_message(host.raw(), bytes, count, text(name), &options, &handle_), "the message cannot be read");
    describe();
  }
  VectorFile(VectorFile&& o) noexcept { swap(o); }
  VectorFile& operator=(VectorFile&& o) noexcept {
    swap(o);
    return *this;
  }
  ~VectorFile() {
    if (handle_) host_->reader().close_vector(host_->raw(), handle_);
  }
  const tenbo_reader_vector* handle() const { return handle_; }
  std::uint32_t rows() const { return rows_; }
  // Texts live as long as this.
  tenbo_message_head head() const {
    tenbo_message_head out{};
    out.size = sizeof out;
    check(host_->feed().message_head(host_->raw(), handle_, &out), "the message's head cannot be read");
    return out;
  }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<tenbo_value> values(std::uint32_t column) const {  // texts live as long as this
    std::vector<tenbo_value> out(rows_);
    check(host_->reader().vector_values(host_->raw(), handle_, column, 0, rows_, out.data()), "a column's values cannot be read");
    return out;
  }
  std::vector<tenbo_place> places() const {
    std::vector<tenbo_place> out(rows_);
    check(host_->reader().vector_places(host_->raw(), handle_, 0, rows_, out.data()), "the places cannot be read");
    return out;
  }
  std::string_view id(std::uint32_t row) const {
    tenbo_text out{};
    check(host_->reader().vector_id(host_->raw(), handle_, row, &out), "a row's id cannot be read");
    return view(out);
  }

 private:
  void describe() {
    tenbo_vector_info info{};
    info.size = sizeof info;
    check(host_->reader().vector_info(host_->raw(), handle_, &info), "the vector file's description cannot be read");
    rows_ = info.row_count;
    for (std::uint32_t i = 0; i < info.column_count; ++i) {
      tenbo_vector_column c{};
      c.size = sizeof c;
      check(host_->reader().vector_column(host_->raw(), handle_, i, &c), "a column cannot be read");
      columns_.push_back({std::string(view(c.name)), c.type, c.count});
    }
  }
  void swap(VectorFile& o) noexcept {
    std::swap(host_, o.host_);
    std::swap(handle_, o.handle_);
    std::swap(rows_, o.rows_);
    std::swap(columns_, o.columns_);
  }
  const Host* host_ = nullptr;
  const tenbo_reader_vector* handle_ = nullptr;
  std::uint32_t rows_ = 0;
  std::vector<Column> columns_;
};

// -------------------------------------------------------------------------------------------------------------- the plugin
class Plugin {
 public:
  explicit Plugin(const tenbo_host* host) : host_(host) {}
  virtual ~Plugin() = default;
  virtual void activate() {}      // [worker] parameters are set: read and publish
  virtual void deactivate() {}    // [worker]
  virtual void tick() {}          // [main] after host().request_main_thread()
  virtual void apply() {}         // [worker] a parameter changed
  virtual void file_changed(const std::string& path) { (void)path; }  // [worker] of watch()
  // [worker] of subscribe(): messages in the order of the journal; publish once at the end. And: forget them all.
  virtual void messages(const tenbo_message* messages, std::uint32_t count) { (void)messages, (void)count; }
  virtual void start_over() {}

 protected:
  const Host& host() const { return host_; }
  // Parameters, as plugin.json declares them; "" where not given.
  const std::string& parameter(const std::string& name) const {
    static const std::string none;
    const auto it = parameters_.find(name);
    return it == parameters_.end() ? none : it->second;
  }
  bool flag(const std::string& name) const { return parameter(name) == "true"; }
  double number(const std::string& name, double otherwise) const {
    const std::string& v = parameter(name);
    double out = otherwise;
    if (!v.empty()) std::from_chars(v.data(), v.data() + v.size(), out);  // whatever the locale
    return out;
  }
  std::vector<std::string> list(const std::string& name) const {  // paths, one a line
    std::vector<std::string> out;
    const std::string& all = parameter(name);
    for (std::size_t at = 0; at < all.size();) {
      const auto end = std::min(all.find('\n', at), all.size());
      if (end > at) out.push_back(all.substr(at, end - at));
      at = end + 1;
    }
    return out;
  }
  // In activate(): the messages of the layer's feeds, from here on.
  void subscribe();
  // Watches exactly these files from now on.
  void watch(const std::vector<std::string>& paths);

 private:
  friend struct Edge;
  Host host_;
  std::map<std::string, std::string> parameters_;
  std::map<std::string, std::uint32_t> watched_;
};

// Where C++ ends: no exception gets past these functions.
struct Edge {
  static Plugin& base(const tenbo_plugin* raw) { return *static_cast<Plugin*>(raw->plugin_data); }
  template <class F>
  static tenbo_result safe(const tenbo_host* host, F&& f) noexcept {
    try {
      f();
      return TENBO_OK;
    } catch (const HostError& e) {
      return e.code;  // the host has logged why
    } catch (const std::exception& e) {
      host->log(host, TENBO_LOG_ERROR, text(e.what()));
    } catch (...) {
      host->log(host, TENBO_LOG_ERROR, text("an exception that is not a std::exception"));
    }
    return TENBO_FAILED;
  }
  template <class F>
  static tenbo_result safe(const tenbo_plugin* raw, F&& f) noexcept {
    return safe(base(raw).host_.raw(), std::forward<F>(f));
  }
  static tenbo_result init(const tenbo_plugin*) { return TENBO_OK; }
  static tenbo_result activate(const tenbo_plugin* raw) {
    return safe(raw, [&] { base(raw).activate(); });
  }
  static void deactivate(const tenbo_plugin* raw) {
    safe(raw, [&] { base(raw).deactivate(); });
  }
  static tenbo_result tick(const tenbo_plugin* raw) {
    return safe(raw, [&] { base(raw).tick(); });
  }
  static void destroy(const tenbo_plugin* raw) {
    const tenbo_host* host = base(raw).host_.raw();
    safe(host, [&] { delete &base(raw); });
    delete raw;
  }
  static tenbo_result set(const tenbo_plugin* raw, tenbo_text name, tenbo_text value) {
    return safe(raw, [&] { base(raw).parameters_[std::string(view(name))] = std::string(view(value)); });
  }
  static tenbo_result apply(const tenbo_plugin* raw) {
    return safe(raw, [&] { base(raw).apply(); });
  }
  static tenbo_result changed(const tenbo_plugin* raw, tenbo_text path, void*) {
    return safe(raw, [&] { base(raw).file_changed(std::string(view(path))); });
  }
  static tenbo_result arrived(const tenbo_plugin* raw, const tenbo_message* messages, std::uint32_t count, void*) {
    return safe(raw, [&] {
      if (!messages) return base(raw).start_over();
      std::vector<tenbo_message> own(count);  // a later host's are larger
      const std::size_t stride = messages->size;
      for (std::uint32_t i = 0; i < count; ++i) {
        std::memcpy(&own[i], reinterpret_cast<const char*>(messages) + stride * i, std::min(stride, sizeof own[i]));
        own[i].size = sizeof own[i];
      }
      base(raw).messages(own.data(), count);
    });
  }
  static const void* get_extension(const tenbo_plugin*, const char* id) {
    static constexpr tenbo_parameters parameters{sizeof(tenbo_parameters), 0, set, apply};
    return std::strcmp(id, TENBO_EXT_PARAMETERS) == 0 ? &parameters : nullptr;
  }
  template <class P>
  static const tenbo_plugin* create(const tenbo_host* host) {
    const tenbo_plugin* made = nullptr;
    safe(host, [&] {
      std::unique_ptr<Plugin> plugin = std::make_unique<P>(host);
      auto raw = std::make_unique<tenbo_plugin>(tenbo_plugin{sizeof(tenbo_plugin), 0, plugin.get(), init, activate, deactivate, tick, destroy, get_extension});
      plugin.release();
      made = raw.release();
    });
    return made;
  }
};

inline void Plugin::subscribe() { check(host_.feed().subscribe(host_.raw(), Edge::arrived, nullptr), "the feeds cannot be followed"); }

inline void Plugin::watch(const std::vector<std::string>& paths) {
  std::map<std::string, std::uint32_t> next;
  for (const auto& path : paths) {
    if (const auto it = watched_.find(path); it != watched_.end()) {
      next.insert(*it);
      watched_.erase(it);
    } else if (next.find(path) == next.end()) {
      std::uint32_t id = 0;
      check(host_.watch().add(host_.raw(), text(path), Edge::changed, nullptr, &id), "the file cannot be watched");
      next[path] = id;
    }
  }
  for (const auto& [path, id] : watched_) host_.watch().remove(host_.raw(), id);
  watched_.swap(next);
}

}  // namespace tenbo::plugin

// The entry and the factory of a library with one plugin.
#define TENBO_PLUGIN(ID, CLASS)                                                                                             \
  static std::uint32_t tenbo_plugin_count(const tenbo_factory*) { return 1; }                                                \
  static const char* tenbo_plugin_id(const tenbo_factory*, std::uint32_t index) { return index == 0 ? ID : nullptr; }        \
  static const tenbo_plugin* tenbo_plugin_create(const tenbo_factory*, const tenbo_host* host, const char* id) {             \
    return std::strcmp(id, ID) == 0 ? tenbo::plugin::Edge::create<CLASS>(host) : nullptr;                                    \
  }                                                                                                                          \
  static const tenbo_factory tenbo_plugin_factory{sizeof(tenbo_factory), 0, tenbo_plugin_count, tenbo_plugin_id,             \
                                                  tenbo_plugin_create};                                                      \
  static tenbo_result tenbo_plugin_init(tenbo_text) { return TENBO_OK; }                                                     \
  static void tenbo_plugin_deinit(void) {}                                                                                   \
  static const void* tenbo_plugin_get_factory(const char* id) {                                                              \
    return std::strcmp(id, TENBO_PLUGIN_FACTORY) == 0 ? &tenbo_plugin_factory : nullptr;                                     \
  }                                                                                                                          \
  extern "C" TENBO_EXPORT const tenbo_entry tenbo_plugin_entry;                                                              \
  extern "C" const tenbo_entry tenbo_plugin_entry{sizeof(tenbo_entry), TENBO_ABI_MAJOR, TENBO_ABI_MINOR, 0,                  \
                                                  tenbo_plugin_init, tenbo_plugin_deinit, tenbo_plugin_get_factory};
