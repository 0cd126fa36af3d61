// Volcanoes: messages come through the host, what they mean is in volcano.cpp, the engine draws it.
#include "../common/warning_plugin.h"
#include "volcano.h"

namespace {
class HazardVolcano final : public hazard::WarningPlugin {
 public:
  using WarningPlugin::WarningPlugin;

 private:
  std::string key_of(const hazard::Report& report) const override { return volcano::key_of(report); }
  // An observed eruption is over; ash ends by its forecast's own time, and that of an eruption is a matter of hours.
  bool report_stands(const hazard::Report& r, tenbo_time now) const override {
    if (r.code == "VFVO52") return now < r.time + volcano::plume_shown;
    if (r.code == "VFVO54" || r.code == "VFVO55") return now < r.time + 4 * volcano::plume_shown;
    return WarningPlugin::report_stands(r, now);
  }
  hazard::Publication publication(const std::vector<const hazard::Report*>& reports) override {
    auto out = volcano::publication(reports, areas());
    out.title = "火山 / Volcanoes";
    return out;
  }
};
}  // namespace

TENBO_PLUGIN("hazard_volcano", HazardVolcano)
