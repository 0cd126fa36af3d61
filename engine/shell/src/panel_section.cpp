// The section plane: where it stands, which way it looks, and what it leaves whole.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "format.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

// A place so many metres on, by azimuth in degrees; on a sphere, as near as a hand's step needs.
void move(scene::SectionSpec& s, double metres, double azimuth) {
  const double a = azimuth * M_PI / 180;
  s.lat += metres * std::cos(a) / 111'195;
  s.lon += metres * std::sin(a) / (111'195 * std::max(0.01, std::cos(s.lat * M_PI / 180)));
}

}  // namespace

void Ui::section_card() {
  const float width = ImGui::GetContentRegionAvail().x;
  if (panel_head(word("section.title"))) {
    state_.close(Panel::section);
    return;
  }
  auto section = engine_.scene().section;
  const auto before = section;
  const auto& camera = engine_.camera();
  const auto here = [&] {
    scene::SectionSpec s = section.value_or(scene::SectionSpec{});
    if (!section)  // what one cuts the ground for
      for (const auto& l : layers_) if (l.kind == scene::LayerKind::boreholes) s.keep.push_back(l.name);
    const auto middle = host_.middle ? host_.middle() : std::optional<geo::GeoPoint>();  // asks the picture, and so only when a hand does
    const geo::GeoPoint at = middle.value_or(geo::GeoPoint{camera.lon, camera.lat, camera.height});
    s.lon = at.lon;
    s.lat = at.lat;
    if (s.height) s.height = at.height;
    else s.azimuth = std::fmod(camera.heading + 360, 360);
    section = s;
  };
  if (std::exchange(state_.section_cut, false) && !section) here();
  if (!section) {
    wrapped(word("section.hint"), TextSize::detail, theme_.quiet);
    if (text_button("here", word("section.cut_here"), true, width)) here();
  } else {
    const float half = (width - u()) / 2;
    const double above = camera.height - engine_.ground_height(camera.lon, camera.lat).value_or(0), step = std::clamp(std::round(std::abs(above) / 20), 1.0, 1000.0);
    if (text_button("upright", word("section.upright"), section->azimuth.has_value(), half) && !section->azimuth) section->height.reset(), here();
    ImGui::SameLine();
    if (text_button("level", word("section.level"), section->height.has_value(), half) && !section->height) {
      section->azimuth.reset();
      section->height = engine_.ground_height(section->lon, section->lat).value_or(0);
    }
    label(section->azimuth ? word("section.azimuth", {{"degrees", fmt::format("{:.0f}", *section->azimuth)}}) : word("section.height", {{"m", fmt::format("{:.1f}", section->height.value_or(0))}}), TextSize::read, theme_.text, true, width);
    label(format_place({section->lon, section->lat, 0}), TextSize::detail, theme_.quiet, false, width);
    const auto shift = [&](double by) {
      if (section->azimuth) move(*section, by, *section->azimuth);
      else section->height = *section->height + by;
    };
    const auto words = [&](const char* key) { return word(key, {{"m", fmt::format("{:.0f}", step)}}); };
    if (text_button("nearer", words(section->azimuth ? "section.nearer" : "section.lower"), false, half)) shift(-step);
    ImGui::SameLine();
    if (text_button("farther", words(section->azimuth ? "section.farther" : "section.higher"), false, half)) shift(step);
    if (section->azimuth) {
      const auto turn = [&](double by) { section->azimuth = std::fmod(*section->azimuth + by + 360, 360); };
      if (text_button("left", word("section.left"), false, half)) turn(-15);
      ImGui::SameLine();
      if (text_button("right", word("section.right"), false, half)) turn(15);
    }
    if (text_button("again", word("section.cut_here"), false, half)) here();
    ImGui::SameLine();
    if (text_button("off", word("section.off"), false, half)) section.reset();
    if (section) {
      label(word("section.keep"), TextSize::detail, theme_.quiet, false, width);
      for (const auto& l : layers_) {  // of things below the ground and of what is drawn as triangles
        if (l.kind != scene::LayerKind::boreholes && l.kind != scene::LayerKind::model && l.kind != scene::LayerKind::photos && l.kind != scene::LayerKind::buildings) continue;
        const auto at = std::find(section->keep.begin(), section->keep.end(), l.name);
        const bool kept = at != section->keep.end();
        ImGui::PushID(static_cast<int>(l.id));
        if (text_button("keep", l.title.empty() ? l.name : l.title, kept, width)) {
          if (kept) section->keep.erase(at);
          else section->keep.push_back(l.name);
        }
        ImGui::PopID();
      }
    }
  }
  if (section != before) engine_.set_section(section), animating_ = true;
}

}  // namespace tenbo::shell
