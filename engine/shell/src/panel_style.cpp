// Style by attribute: which attribute, how many classes, which colours, and what is hidden.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "style_classes.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::style_card(float) {
  const float width = ImGui::GetContentRegionAvail().x;
  StyleTool& tool = state_.style;
  if (panel_head(word("style.title"))) {
    state_.close(Panel::style);
    return;
  }
  // Layers that have attributes or at least a colour of their own.
  std::vector<const runtime::LayerStatus*> choices;
  std::vector<std::string> names;
  int current = -1;
  for (const auto& l : layers_) {
    if (l.kind == scene::LayerKind::imagery || l.kind == scene::LayerKind::terrain || l.kind == scene::LayerKind::field) continue;
    if (tool.layer == l.id) current = static_cast<int>(choices.size());
    choices.push_back(&l);
    names.push_back(l.title.empty() ? l.name : l.title);
  }
  if (choices.empty()) {
    wrapped(word("style.none"), TextSize::detail, theme_.quiet);
    return;
  }
  if (current < 0) {
    current = 0;
    tool.layer = choices[0]->id;
    tool.filter = engine_.style(choices[0]->id).filter;
  }
  label(word("style.layer"), TextSize::detail, theme_.quiet);
  if (const int c = choice("layer", names, current, width); c >= 0) {
    tool.layer = choices[static_cast<std::size_t>(c)]->id;
    tool.filter = engine_.style(*tool.layer).filter;
    current = c;
  }
  const runtime::LayerStatus& layer = *choices[static_cast<std::size_t>(current)];
  scene::LayerStyle style = engine_.style(layer.id);
  bool changed = false;

  label(word("style.attribute"), TextSize::detail, theme_.quiet);
  std::vector<std::string> attributes{word("style.plain")}, bare;
  int chosen = 0;
  for (const auto& a : layer.attributes) {
    if (a.name == style.attribute) chosen = static_cast<int>(attributes.size());
    attributes.push_back(a.name);
    bare.push_back(a.name);
  }
  const auto reclass = [&] {
    style.classes = make_classes(engine_.attribute_values(layer.id, style.attribute), tool.classes, ramps()[static_cast<std::size_t>(tool.ramp)]);
    style.palette.clear();
    changed = true;
  };
  if (const int a = choice("attribute", attributes, chosen, width); a >= 0) {
    style.attribute = a == 0 ? std::string() : attributes[static_cast<std::size_t>(a)];
    if (a == 0) {
      style.classes.clear();
      changed = true;
    } else {
      reclass();
    }
  }
  if (style.attribute.empty()) {
    label(word("style.colour"), TextSize::detail, theme_.quiet);
    const Rgba8 swatches[] = {{232, 228, 220}, {0, 114, 178}, {86, 180, 233}, {0, 158, 115}, {240, 228, 66}, {230, 159, 0}, {213, 94, 0}, {204, 121, 167}};
    const float in = std::round(0.75f * u());
    for (std::size_t i = 0; i < std::size(swatches); ++i) {
      ImGui::PushID(static_cast<int>(i));
      const ImVec2 at = ImGui::GetCursorScreenPos();
      if (ImGui::InvisibleButton("swatch", {touch(), touch()})) {
        style.colour = swatches[i];
        changed = true;
      }
      ImDrawList& list = *ImGui::GetWindowDrawList();
      list.AddRectFilled({at.x + in, at.y + in}, {at.x + touch() - in, at.y + touch() - in}, swatches[i].packed(), 0.5f * u());
      if (style.colour == swatches[i] || ImGui::IsItemHovered())
        list.AddRect({at.x + in - 2, at.y + in - 2}, {at.x + touch() - in + 2, at.y + touch() - in + 2}, theme_.text.packed(), 0.5f * u(), 0, 2);
      if (i % 4 != 3) ImGui::SameLine(0, 0);
      ImGui::PopID();
    }
  } else {
    label(word("style.palette"), TextSize::detail, theme_.quiet);
    for (std::size_t i = 0; i < ramps().size(); ++i) {
      const Ramp& ramp = ramps()[i];
      ImGui::PushID(static_cast<int>(i));
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float cell = width / static_cast<float>(ramp.stops.size());
      if (ImGui::InvisibleButton("ramp", {width, touch()})) {
        tool.ramp = static_cast<int>(i);
        reclass();
      }
      ImDrawList& list = *ImGui::GetWindowDrawList();
      for (std::size_t k = 0; k < ramp.stops.size(); ++k)
        list.AddRectFilled({at.x + cell * static_cast<float>(k), at.y + u()}, {at.x + cell * static_cast<float>(k + 1), at.y + touch() - u()}, ramp.stops[k].packed());
      if (ImGui::IsItemHovered() || static_cast<int>(i) == tool.ramp)
        list.AddRect({at.x - 1, at.y + u() - 1}, {at.x + width + 1, at.y + touch() - u() + 1}, theme_.text.packed(), 2, 0, static_cast<int>(i) == tool.ramp ? 2.0f : 1.0f);
      ImGui::PopID();
    }
    label(word("style.classes"), TextSize::detail, theme_.quiet);
    for (int n = 3; n <= 8; ++n) {
      ImGui::PushID(n);
      if (text_button("n", std::to_string(n), n == tool.classes, touch())) {
        tool.classes = n;
        reclass();
      }
      if (n < 8) ImGui::SameLine(0, 0.25f * u());
      ImGui::PopID();
    }
    ImGui::PushFont(fonts_.font(TextSize::detail));
    for (const auto& c : style.classes) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + 2}, {at.x + 2 * u(), at.y + ImGui::GetFontSize() - 2}, c.colour.packed(), 2);
      ImGui::SetCursorPosX(ImGui::GetCursorPosX() + 3 * u());
      label(c.label.in(engine_.language() == runtime::Language::ja), TextSize::detail, theme_.text, false, width - 3 * u());
    }
    ImGui::PopFont();
    if (style.classes.empty()) wrapped(word("style.no_values"), TextSize::detail, theme_.attention);
  }

  label(word("style.filter"), TextSize::detail, theme_.quiet);
  if (input("##filter", tool.filter, word("style.filter_hint"), width)) {
    const Status fits = check_filter(tool.filter, bare);
    tool.error = fits.ok() ? std::string() : fits.error().text();
    if (fits.ok()) {
      style.filter = tool.filter;
      changed = true;
    }
  }
  if (!tool.error.empty()) wrapped(tool.error, TextSize::detail, theme_.attention);
  touch_scroll();
  if (changed) engine_.set_style(layer.id, style);
}

}  // namespace tenbo::shell
