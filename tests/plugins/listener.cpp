// Says in its title what its feeds brought: the texts themselves, what the messages' heads say, or what their fields are.
// Its source is how many calls brought them, or (source) the title again.
#include <chrono>
#include <thread>

#include "tenbo/plugin_api/plugin.hpp"

namespace {
using namespace tenbo::plugin;

class Listener : public Plugin {
 public:
  using Plugin::Plugin;
  void activate() override {
    if (parameter("case") == "deaf") return show();
    if (parameter("case") == "slow_start") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    subscribe();
    if (parameter("case") == "twice") subscribe();
    show();
  }
  void apply() override {
    if (parameter("case") == "late") subscribe();
    show();
  }
  void messages(const tenbo_message* messages, std::uint32_t count) override {
    if (parameter("case") == "throws") throw std::runtime_error("not this message");
    if (parameter("case") == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ++calls_;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto& m = messages[i];
      if (m.number <= last_) title_ += "!";  // out of order
      last_ = m.number;
      const std::string name(view(m.source));
      try {
        if (parameter("case") == "heads") head(m, name);
        else if (parameter("case") == "fields") field(m, name);
        else title_ += std::string(view(m.feed)) + ":" + std::string(static_cast<const char*>(m.bytes), m.byte_count) + ";";
      } catch (const std::exception&) {
        title_ += "unreadable;";
      }
    }
    show();
  }
  void start_over() override {
    title_ = "over;";
    last_ = 0;
    show();
  }

 private:
  void head(const tenbo_message& m, const std::string& name) {
    const VectorFile rows(host(), m.bytes, m.byte_count, name, vector_options());
    const auto h = rows.head();
    if (!h.is_message) {
      title_ += "no head, " + std::to_string(rows.rows()) + " rows;";
      return;
    }
    for (const auto& t : {h.code, h.title, h.publisher, h.event, h.headline, h.references}) title_ += std::string(view(t)) + "|";
    title_ += std::to_string(h.status) + "|" + std::to_string(h.info_type) + "|" + std::to_string(h.serial) + "|" + std::to_string(h.report_time) + "|" +
              (h.has_valid_until ? std::to_string(h.valid_until) : "-") + "|" + std::to_string(rows.rows()) + " rows;";
  }
  void field(const tenbo_message& m, const std::string& name) {
    tenbo_field_options options{};
    options.size = sizeof options;
    const FieldFile f(host(), m.bytes, m.byte_count, name, options);
    const auto info = f.info();
    const auto [values, count] = f.slice(0);
    title_ += std::to_string(info.width) + "x" + std::to_string(info.height) + " " + std::to_string(static_cast<int>(values[count - 1])) + ";";
  }
  static tenbo_vector_options vector_options() {
    tenbo_vector_options out{};
    out.size = sizeof out;
    return out;
  }
  void show() {
    const float value = 0;
    const float* slices[] = {&value};
    const std::string calls = std::to_string(calls_);
    tenbo_about about{};
    about.size = sizeof about;
    about.title = text(title_);
    about.source = text(parameter("case") == "source" ? title_ : calls);
    tenbo_field f{};
    f.size = sizeof f;
    f.about = &about;
    f.width = f.height = f.step_count = 1;
    f.crs = text("EPSG:4326");
    f.geotransform[0] = 139, f.geotransform[1] = 1, f.geotransform[3] = 36, f.geotransform[5] = -1;
    f.slices = slices;
    host().publish(f);
  }
  std::string title_;
  std::uint64_t last_ = 0;
  int calls_ = 0;
};
}  // namespace

TENBO_PLUGIN("listener", Listener)
