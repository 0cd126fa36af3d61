// A flood forecast: reads a depth field through the host, says what it is, and follows the file. The engine draws it.
#include <string>
#include <vector>

#include "tenbo/plugin_api/field_plugin.hpp"

namespace {
using tenbo::plugin::text;
using tenbo::plugin::view;

bool is_metres(const std::string& unit) {
  for (const char* word : {"m", "metre", "metres", "meter", "meters", "メートル"})
    if (unit == word) return true;
  return false;
}

class HazardFlood final : public tenbo::plugin::FieldPlugin {
 public:
  using FieldPlugin::FieldPlugin;

 private:
  void publish() override {
    const auto info = field().info();
    // What neither the layer nor the file says is taken for what this plugin is for: a depth in metres.
    const std::string quantity(info.quantity.size ? view(info.quantity) : "water depth");
    const std::string unit(info.unit.size ? view(info.unit) : "m");
    auto warnings = missing_words(info);
    const bool metres = is_metres(unit);
    if (!metres) warnings.push_back("the unit is " + unit + ", the depth classes are in m: drawn as a plain field; give \"unit\" if the file is wrong");
    if (info.unit.size == 0) warnings.emplace_back("neither the file nor the layer says the unit: taken for m");
    const auto said = tenbo::plugin::texts(warnings);
    const auto about = this->about(info, quantity, said);

    tenbo_field shown{};
    shown.size = sizeof shown;
    shown.about = &about;
    shown.quantity = text(quantity);
    shown.unit = text(unit);
    if (metres) shown.palette = text(parameter("palette"));
    shown.is_water_depth = metres && flag("water_surface") ? 1 : 0;
    shown.nodata_is_dry = flag("nodata_is_dry") ? 1 : 0;
    shown.from_reader = field().handle();
    host().publish(shown);
  }
};
}  // namespace

TENBO_PLUGIN("hazard_flood", HazardFlood)
