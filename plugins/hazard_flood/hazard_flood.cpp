// A flood: reads a depth field through the host, or areas of assumed inundation, says what it is, and follows the file. The engine
// draws it.
#include <string>
#include <vector>

#include "../common/inundation_areas.h"
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

  void activate() override {
    if (!parameter("path").empty() && !parameter("areas").empty()) throw std::runtime_error("\"path\" is a field of depths and \"areas\" are polygons: give each a layer of its own");
    if (parameter("path").empty() && parameter("areas").empty()) throw std::runtime_error("neither \"path\" (a field of depths) nor \"areas\" (polygons of assumed inundation) is given");
    if (parameter("areas").empty()) return FieldPlugin::activate();
    watch(list("areas"));  // before reading: a change while we read is not lost
    show_areas();
  }
  void apply() override {
    if (parameter("areas").empty()) return FieldPlugin::apply();
    watch(list("areas"));
    show_areas_again("the changed parameters do not fit the data");
  }
  void file_changed(const std::string& path) override {
    if (parameter("areas").empty()) return FieldPlugin::file_changed(path);
    show_areas_again("the new " + path + " cannot be read");
  }

 private:
  void show_areas() {
    areas_.read(host(), list("areas"), parameter("depth_column"), parameter("plan"));
    tenbo::plugin::Publication out;
    out.row_type = "inundation";
    areas_.add_to(out);
    out.title = !parameter("title").empty() ? parameter("title") : areas_.durations() ? "浸水継続時間 / How long the water stays" : "浸水想定区域 / Assumed inundation";
    out.source = parameter("source");
    out.certainty = TENBO_SIMULATED;  // assumed: of a rain that has not fallen
    if (out.source.empty()) out.warn(tenbo::plugin::both("データにもレイヤにも出典がありません", "neither the data nor the layer says where it comes from"));
    host().publish(out.finish());
  }
  void show_areas_again(const std::string& what_failed) {
    try {
      show_areas();
    } catch (const tenbo::plugin::HostError& e) {
      if (e.code != TENBO_CLOSED) host().report(what_failed + "; what is shown is the data before it");
    } catch (const std::exception& e) {
      host().report(what_failed + " (" + e.what() + "); what is shown is the data before it");
    }
  }

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

  hazard::InundationAreas areas_;
};
}  // namespace

TENBO_PLUGIN("hazard_flood", HazardFlood)
