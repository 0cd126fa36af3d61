// F3: what the last frame cost, and what streamed layers have and want.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

#include "format.h"
#include "tenbo/base/file.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

constexpr double slow = 0.1;  // the newest frame's share in the mean that is shown: figures that can be read

std::string milliseconds(double ms) { return fmt::format("{:.1f} ms", ms); }
std::string mebibytes(std::uint64_t bytes) { return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / (1 << 20)); }

}  // namespace

void Ui::profile_panel() {
  auto* renderer = engine_.renderer();
  if (!renderer) return;
  const auto stats = renderer->stats();
  state_.frame_ms += ((state_.last_step * 1000) - state_.frame_ms) * (state_.frame_ms > 0 ? slow : 1);
  const float width = std::min(44 * u(), layout_.free.width() - 2 * u());
  if (width < 20 * u()) return;
  const float x = layout_.left.empty() || layout_.portrait ? u() : layout_.left.x1 + u();
  const Rect rect{x, layout_.free.y0, x + width, std::min(layout_.free.y0 + profile_content_, layout_.free.y1)};
  begin_panel("profile", rect, true);
  const float column = 25 * u();
  label(word("profile.title"), TextSize::heading, theme_.text, true);
  const auto line = [&](const std::string& what, const std::string& value, bool part = false) {
    label(what, TextSize::detail, part ? theme_.faint : theme_.quiet, false, column - 2 * u());
    ImGui::SameLine(column);
    label(value, TextSize::detail, theme_.text, !part);
  };
  line(word("profile.frame"), milliseconds(state_.frame_ms));
  line(word("profile.cpu"), milliseconds(stats.cpu_ms));
  line(word("profile.gpu"), stats.passes.empty() ? word("profile.unmeasured") : milliseconds(stats.gpu_ms));
  for (const auto& pass : stats.passes) line("   " + pass.name, milliseconds(pass.ms), true);
  line(word("profile.triangles"), stats.scene_kept ? word("profile.kept") : format_count(stats.triangles));
  line(word("profile.draws"), format_count(stats.draws));
  line(word("profile.ram"), mebibytes(current_memory_bytes()));
  line(word("profile.vram"), mebibytes(renderer->gpu_memory_bytes()));
  for (const auto& l : layers_) {
    if (!l.tiles) continue;
    const auto& s = *l.tiles;
    label(l.title, TextSize::read, theme_.text, true, width - 3 * u());
    line(word("profile.tiles"), fmt::format("{} / {} / {}", format_count(s.drawn), format_count(s.loaded), format_count(s.all)));
    line(word("profile.queue"), fmt::format("{} + {}", format_count(s.reading), format_count(s.waiting)));
    line(word("profile.bytes"), fmt::format("{} + {}", mebibytes(s.gpu_bytes), mebibytes(s.cpu_bytes)));
    if (s.coarser > 1) line(word("profile.coarser"), fmt::format("{:.1f} x", s.coarser));
  }
  profile_content_ = ImGui::GetCursorPosY() + 2 * u();
  end_panel();
}

}  // namespace tenbo::shell
