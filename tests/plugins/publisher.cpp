#include "publisher.h"

#include <chrono>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

void Publisher::mark(const std::string& text) {
  if (!parameters["mark"].empty()) std::ofstream(parameters["mark"], std::ios::app) << text << '\n';
}

namespace {
using namespace std::chrono_literals;
Publisher& self(const tenbo_plugin* raw) { return *static_cast<Publisher*>(raw->plugin_data); }

// A field whose title is a number and whose values all are that number.
tenbo_result publish_uniform(Publisher& p, int number) {
  const std::vector<float> values(12, static_cast<float>(number));
  const float* slices[] = {values.data()};
  const std::string title = std::to_string(number);
  tenbo_about about{};
  about.size = sizeof about;
  about.title = {title.data(), title.size()};
  tenbo_field f{};
  f.size = sizeof f;
  f.about = &about;
  f.width = 4;
  f.height = 3;
  f.step_count = 1;
  f.crs = text("EPSG:4326");
  f.geotransform[0] = 139;
  f.geotransform[1] = 0.1;
  f.geotransform[3] = 36;
  f.geotransform[5] = -0.1;
  f.slices = slices;
  return p.source->publish_field(p.host, &f);
}

tenbo_result changed(const tenbo_plugin* raw, tenbo_text, void* user) {
  auto& p = self(raw);
  if (user != &p) return TENBO_INVALID;
  return publish_uniform(p, ++p.changes);
}

// Publishes the shapes that the file names.
tenbo_result follow(const tenbo_plugin* raw, tenbo_text, void*) {
  auto& p = self(raw);
  std::string which;
  std::ifstream(p.parameters["files"]) >> which;
  return publish_shapes(p, which);
}

tenbo_result init(const tenbo_plugin* raw) {
  auto& p = self(raw);
  p.source = static_cast<const tenbo_layer_source*>(p.host->get_extension(p.host, TENBO_EXT_LAYER_SOURCE));
  return p.source && !p.host->get_extension(p.host, "tenbo.time-machine/1") ? TENBO_OK : TENBO_UNSUPPORTED;
}

tenbo_result activate(const tenbo_plugin* raw) {
  auto& p = self(raw);
  const std::string which = p.parameters["case"];
  if (which.rfind("field", 0) == 0) return publish_field(p, which);
  if (which.rfind("records", 0) == 0) return publish_records(p, which);
  if (which == "shapes_follow") {
    const auto* watch = static_cast<const tenbo_watch*>(p.host->get_extension(p.host, TENBO_EXT_WATCH));
    const std::string& file = p.parameters["files"];
    if (const auto r = watch->add(p.host, {file.data(), file.size()}, follow, &p, nullptr); r != TENBO_OK) return r;
    return follow(raw, {}, nullptr);
  }
  if (which.rfind("shapes", 0) == 0) return publish_shapes(p, which);
  if (which.rfind("sensors", 0) == 0) return publish_sensors(p, which);
  if (which == "throws_in_activate") throw std::runtime_error("a tide table is missing");
  if (which == "throws_an_int_in_activate") throw 7;
  if (which == "nonsense_code") return 12345;
  if (which == "blocks_in_activate") std::this_thread::sleep_for(10s);
  if (which == "late_in_activate") std::this_thread::sleep_for(800ms);
  if (which.find("tick") != std::string::npos) p.host->request_main_thread(p.host);
  if (which == "many_threads") {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&p, t] {
        for (int i = 0; i < 25; ++i) publish_uniform(p, 100 * t + i);
      });
    for (auto& t : threads) t.join();
  }
  if (which == "watches") {
    const auto* watch = static_cast<const tenbo_watch*>(p.host->get_extension(p.host, TENBO_EXT_WATCH));
    const std::string& file = p.parameters["files"];
    if (const auto r = watch->add(p.host, {file.data(), file.size()}, changed, &p, nullptr); r != TENBO_OK) return r;
    return publish_uniform(p, 0);
  }
  if (which == "reports") {
    publish_uniform(p, 1);
    return p.source->report(p.host, text("the gauge at the weir is silent"));
  }
  return TENBO_OK;
}

void deactivate(const tenbo_plugin* raw) { self(raw).mark("deactivate"); }

tenbo_result tick(const tenbo_plugin* raw) {
  auto& p = self(raw);
  if (p.is("throws_in_tick")) throw std::runtime_error("tick tock");
  if (p.is("fails_in_tick")) return TENBO_FAILED;
  if (p.is("slow_tick")) std::this_thread::sleep_for(1100ms);
  if (++p.ticks < 3) p.host->request_main_thread(p.host);
  return publish_uniform(p, p.ticks);
}

void destroy(const tenbo_plugin* raw) {
  auto* p = &self(raw);
  p->mark("destroy");
  if (p->is("publishes_after_destroy")) {
    // A thread that the plugin forgot to stop, with the host pointer it still has.
    std::thread([host = p->host, source = p->source, file = p->parameters["mark"]] {
      std::this_thread::sleep_for(300ms);
      Publisher late;
      late.host = host;
      late.source = source;
      const auto result = publish_uniform(late, 1);
      std::ofstream(file, std::ios::app) << "late " << result << '\n';
    }).detach();
  }
  delete p;
}

tenbo_result set(const tenbo_plugin* raw, tenbo_text name, tenbo_text value) {
  auto& p = self(raw);
  const std::string n(name.data, name.size), v(value.size ? value.data : "", value.size);
  p.parameters[n] = v;
  if (v == "throws_in_set") throw std::runtime_error("set");
  return TENBO_OK;
}
tenbo_result apply(const tenbo_plugin* raw) {
  auto& p = self(raw);
  const std::string which = p.parameters["case"];
  if (which == "blocks_in_activate") std::this_thread::sleep_for(10s);
  return which.rfind("records", 0) == 0 ? publish_records(p, which) : which.rfind("shapes", 0) == 0 ? publish_shapes(p, which) : publish_field(p, which);
}

const void* get_extension(const tenbo_plugin*, const char* id) {
  static constexpr tenbo_parameters parameters{sizeof(tenbo_parameters), 0, set, apply};
  return std::strcmp(id, TENBO_EXT_PARAMETERS) == 0 ? &parameters : nullptr;
}

std::uint32_t count(const tenbo_factory*) { return 1; }
const char* get_id(const tenbo_factory*, std::uint32_t) { return "publisher"; }
const tenbo_plugin* create(const tenbo_factory*, const tenbo_host* host, const char*) {
  auto* p = new Publisher;
  p->host = host;
  p->plugin = {sizeof(tenbo_plugin), 0, p, init, activate, deactivate, tick, destroy, get_extension};
  return &p->plugin;
}
const tenbo_factory factory{sizeof(tenbo_factory), 0, count, get_id, create};
tenbo_result entry_init(tenbo_text) { return TENBO_OK; }
void entry_deinit() {}
const void* get_factory(const char* id) { return std::strcmp(id, TENBO_PLUGIN_FACTORY) == 0 ? &factory : nullptr; }
}  // namespace

extern "C" const tenbo_entry tenbo_plugin_entry{sizeof(tenbo_entry), TENBO_ABI_MAJOR, TENBO_ABI_MINOR, 0, entry_init, entry_deinit, get_factory};
