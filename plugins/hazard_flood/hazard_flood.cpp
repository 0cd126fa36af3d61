// A flood forecast: reads a depth field through the host, says what it is, and follows the file. The engine draws it.
#include <string>
#include <vector>

#include "tenbo/plugin_api/plugin.hpp"

namespace {
using tenbo::plugin::text;

using tenbo::plugin::view;

bool is_metres(const std::string& unit) {
  for (const char* word : {"m", "metre", "metres", "meter", "meters", "メートル"})
    if (unit == word) return true;
  return false;
}

class HazardFlood final : public tenbo::plugin::Plugin {
 public:
  using Plugin::Plugin;

  void activate() override {
    watch(list("path"));  // before reading: a change while we read is not lost
    read();
    publish();
  }
  // The user looks at the result of the change: if the file does not fit the new parameters, that is an error to show, but
  // no reason to lose the layer.
  void apply() override {
    watch(list("path"));
    refresh("the changed parameters do not fit the data");
  }
  void file_changed(const std::string& path) override { refresh("the new " + path + " cannot be read"); }

 private:
  void refresh(const std::string& what_failed) {
    try {
      read();
    } catch (const tenbo::plugin::HostError& e) {
      if (e.code == TENBO_CLOSED) return;
      host().report(what_failed + "; what is shown is the data before it");
      return;
    }
    publish();
  }

  void read() {
    tenbo_field_options o{};
    o.size = sizeof o;
    o.variable = text(parameter("variable"));
    o.quantity = text(parameter("quantity"));
    o.unit = text(parameter("unit"));
    o.source = text(parameter("source"));
    o.start = text(parameter("start"));
    o.issue_time = text(parameter("issue_time"));
    o.crs = text(parameter("crs"));
    if (parameter("certainty") != "unknown") o.certainty = text(parameter("certainty"));
    o.step_seconds = number("step_seconds", 0);
    o.nodata_is_dry = flag("nodata_is_dry") ? 1 : 0;
    field_ = tenbo::plugin::FieldFile(host(), list("path"), o);
  }

  void publish() {
    const auto info = field_.info();
    // What neither the layer nor the file says is taken for what this plugin is for: a depth in metres.
    const std::string quantity(info.quantity.size ? view(info.quantity) : "water depth");
    const std::string unit(info.unit.size ? view(info.unit) : "m");
    std::vector<tenbo_text> warnings;
    const bool metres = is_metres(unit);
    const std::string in_other_unit = "the unit is " + unit + ", the depth classes are in m: drawn as a plain field; give \"unit\" if the file is wrong";
    if (!metres) warnings.push_back(text(in_other_unit));
    if (info.unit.size == 0) warnings.push_back(text("neither the file nor the layer says the unit: taken for m"));
    if (info.source.size == 0) warnings.push_back(text("neither the file nor the layer says where the data comes from"));
    if (!info.has_issue_time && info.has_valid_times) warnings.push_back(text("neither the file nor the layer says when the forecast was issued"));

    tenbo_about about{};
    about.size = sizeof about;
    about.title = text(parameter("title").empty() ? quantity : parameter("title"));
    about.source = info.source;
    about.certainty = info.certainty;
    about.issue_time = info.issue_time;
    about.has_issue_time = info.has_issue_time;
    about.warnings = warnings.data();
    about.warning_count = static_cast<std::uint32_t>(warnings.size());

    tenbo_field field{};
    field.size = sizeof field;
    field.about = &about;
    field.quantity = text(quantity);
    field.unit = text(unit);
    if (metres) field.palette = text(parameter("palette"));
    field.is_water_depth = metres && flag("water_surface") ? 1 : 0;
    field.nodata_is_dry = flag("nodata_is_dry") ? 1 : 0;
    field.from_reader = field_.handle();
    host().publish(field);
  }

  tenbo::plugin::FieldFile field_;
};
}  // namespace

TENBO_PLUGIN("hazard_flood", HazardFlood)
