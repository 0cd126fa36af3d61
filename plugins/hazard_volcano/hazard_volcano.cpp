// Volcanoes: messages come through the host, what they mean is in volcano.cpp, the engine draws it.
#include "../common/warning_plugin.h"
#include "volcano.h"

namespace {
class HazardVolcano final : public hazard::WarningPlugin {
 public:
  using WarningPlugin::WarningPlugin;

 private:
  std::string key_of(const hazard::Report& report) const override { return volcano::key_of(report); }
  hazard::Publication publication(const std::vector<const hazard::Report*>& reports) override {
    auto out = volcano::publication(reports, areas());
    out.title = "火山 / Volcanoes";
    return out;
  }
};
}  // namespace

TENBO_PLUGIN("hazard_volcano", HazardVolcano)
