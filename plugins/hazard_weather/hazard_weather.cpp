// Weather warnings: messages come through the host, what they mean is in weather.cpp, the engine draws it.
#include "../common/warning_plugin.h"
#include "weather.h"

namespace {
class HazardWeather final : public hazard::WarningPlugin {
 public:
  using WarningPlugin::WarningPlugin;

 private:
  std::string key_of(const hazard::Report& report) const override { return weather::key_of(report); }
  bool report_stands(const hazard::Report& r, tenbo_time now) const override { return weather::is_flash(r) ? now < r.time + weather::flash_shown : WarningPlugin::report_stands(r, now); }
  hazard::Publication publication(const std::vector<const hazard::Report*>& reports) override {
    auto out = weather::publication(reports, areas(), hazard::area_kind_of(parameter("areas_are")));
    out.title = "気象警報・注意報 / Weather warnings";
    return out;
  }
};
}  // namespace

TENBO_PLUGIN("hazard_weather", HazardWeather)
