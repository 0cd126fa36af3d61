// The functions that plugins call: each finds its instance, checks what it is handed, and lets nothing throw.
#include <cstring>

#include "plugins/guard.h"
#include "plugins/inspection.h"
#include "plugins/instance.h"
#include "plugins/intake.h"
#include "plugins/intake_sensors.h"
#include "plugins/reader.h"

namespace tenbo::runtime {
namespace {
// Text for people: mended, shortened, never refused.
std::string said(tenbo_text text) {
  if (!text.data || text.size == 0) return {};
  constexpr std::uint64_t most = 4000;
  return to_valid_utf8({text.data, std::min(text.size, most)});
}

template <class F>
tenbo_result answer(const tenbo_host* host, F&& f) {
  Instance* instance = Instance::of(host);
  if (!instance) return TENBO_INVALID;
  tenbo_result result = TENBO_FAILED;
  if (const auto thrown = guarded([&] { result = f(*instance); })) {
    (void)guarded([&] { instance->log(LogLevel::error, "the host " + *thrown); });
    return TENBO_FAILED;
  }
  return result;
}

void host_log(const tenbo_host* host, tenbo_log_level level, tenbo_text text) {
  answer(host, [&](Instance& i) {
    i.log(level >= TENBO_LOG_ERROR     ? LogLevel::error
          : level == TENBO_LOG_WARNING ? LogLevel::warning
          : level == TENBO_LOG_INFO    ? LogLevel::info
                                       : LogLevel::debug,
          said(text));
    return TENBO_OK;
  });
}

void host_request_main_thread(const tenbo_host* host) {
  if (auto* instance = Instance::of(host)) instance->ask_for_main();
}

tenbo_result publish_field(const tenbo_host* host, const tenbo_field* field) {
  return answer(host, [&](Instance& i) { return i.publish([&] { return take_field(field, i.handles()); }); });
}
tenbo_result publish_records(const tenbo_host* host, const tenbo_records* records) {
  return answer(host, [&](Instance& i) { return i.publish([&] { return take_records(records, i.handles()); }); });
}
tenbo_result publish_shapes(const tenbo_host* host, const tenbo_shapes* shapes) {
  return answer(host, [&](Instance& i) { return i.publish([&] { return take_shapes(shapes, i.handles()); }); });
}
tenbo_result publish_sensors(const tenbo_host* host, const tenbo_sensors* sensors) {
  return answer(host, [&](Instance& i) { return i.publish([&] { return take_sensors(sensors); }); });
}
tenbo_result report(const tenbo_host* host, tenbo_text warning) {
  return answer(host, [&](Instance& i) { return i.report(said(warning)); });
}

tenbo_result watch_add(const tenbo_host* host, tenbo_text path,
                       tenbo_result (*changed)(const tenbo_plugin*, tenbo_text, void*), void* user, std::uint32_t* id) {
  return answer(host, [&](Instance& i) -> tenbo_result {
    auto p = take_text(path, "path");
    if (!p || p->empty() || !changed) {
      i.log(LogLevel::error, !p ? "tenbo.watch/1 add: path " + p.error().message : "tenbo.watch/1 add: the path is empty or changed is NULL");
      return TENBO_INVALID;
    }
    return i.add_watch(*p, [changed, user, file = *p](const tenbo_plugin* plugin) { return changed(plugin, {file.data(), file.size()}, user); }, id);
  });
}
tenbo_result watch_remove(const tenbo_host* host, std::uint32_t id) {
  return answer(host, [&](Instance& i) { return i.remove_watch(id); });
}

const tenbo_layer_source layer_source{sizeof(tenbo_layer_source), 0, publish_field, publish_records, report};
const tenbo_shape_source shape_source{sizeof(tenbo_shape_source), 0, publish_shapes};
const tenbo_series_source series_source{sizeof(tenbo_series_source), 0, publish_sensors};
const tenbo_watch watch{sizeof(tenbo_watch), 0, watch_add, watch_remove};

const void* host_get_extension(const tenbo_host*, const char* id) {
  if (!id) return nullptr;
  if (std::strcmp(id, TENBO_EXT_LAYER_SOURCE) == 0) return &layer_source;
  if (std::strcmp(id, TENBO_EXT_SHAPES) == 0) return &shape_source;
  if (std::strcmp(id, TENBO_EXT_READER) == 0) return reader_extension();
  if (std::strcmp(id, TENBO_EXT_WATCH) == 0) return &watch;
  if (std::strcmp(id, TENBO_EXT_FEED) == 0) return feed_extension();
  if (std::strcmp(id, TENBO_EXT_INSPECTION) == 0) return inspection_extension();
  if (std::strcmp(id, TENBO_EXT_SERIES) == 0) return &series_source;
  return nullptr;
}
}  // namespace

void fill_host(tenbo_host& host, Instance* instance) {
  host = {sizeof(tenbo_host), TENBO_ABI_MAJOR, TENBO_ABI_MINOR, 0, instance, host_log, host_get_extension, host_request_main_thread};
}

}  // namespace tenbo::runtime
