// The layer tree on the left: what there is, how far it has loaded, how old it is, what went wrong with it.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/scene/camera.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::layer_panel() {
  if (layout_.left.empty()) return;
  begin_panel("layers", layout_.left);
  label(word("layers.title"), TextSize::heading, theme_.text, true);
  std::size_t wrong = 0;
  for (const auto& l : layers_) wrong += l.state == runtime::LayerState::failed || !l.diagnostics.errors.empty();
  if (wrong) {
    ImGui::SameLine();
    chip(std::to_string(wrong) + " " + word("layers.with_errors"), theme_.error);
  }
  const float edge = std::round(3 * u());
  ImGui::SameLine(layout_.left.width() - 2 * edge - 2 * u());
  if (icon_button("undo", Icon::undo, tip("layers.undo", Action::undo), false, 3)) host_.act(Action::undo);
  ImGui::SameLine(0, 0.5f * u());
  if (icon_button("close", Icon::close, tip("layers.hide", Action::layers), false, 3)) host_.act(Action::layers);
  ImGui::BeginChild("list", {0, 0}, false, ImGuiWindowFlags_NoNav);
  if (layers_.empty()) wrapped(word("layers.none"), TextSize::detail, theme_.dim);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    ImGui::PushID(static_cast<int>(layers_[i].id));
    layer_row(layers_[i], i, layers_.size());
    ImGui::PopID();
  }
  const float needed = ImGui::GetCursorPosY();
  const float above = ImGui::GetWindowPos().y - layout_.left.y0;
  ImGui::EndChild();
  end_panel();
  const float content = above + needed + 1.5f * u();
  if (std::abs(content - left_content_) > 0.5f) animating_ = true;
  left_content_ = content;
}

void Ui::layer_row(const runtime::LayerStatus& l, std::size_t index, std::size_t count) {
  const float width = ImGui::GetContentRegionAvail().x, edge = std::round(3 * u());
  const bool failed = l.state == runtime::LayerState::failed;
  const bool troubled = failed || !l.diagnostics.errors.empty();
  const bool open = state_.unfolded.count(l.id) > 0;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (icon_button("eye", l.visible ? Icon::eye : Icon::eye_off, word(l.visible ? "layers.hide_layer" : "layers.show_layer"), false, 3))
    engine_.set_visible(l.id, !l.visible);

  // When a forecast was made; without an issue time nothing is claimed.
  const std::string age = l.issue_time ? word("layers.issued") + " " + format_jst_clock(*l.issue_time) : std::string();
  float chip_width = 0;
  if (!age.empty()) {
    ImGui::PushFont(fonts_.font(TextSize::detail));
    chip_width = ImGui::CalcTextSize(t(age)).x + 2 * u();
    ImGui::PopFont();
  }
  const float marks = (troubled ? edge : 0) + edge;
  const std::string& title = l.title.empty() ? l.name : l.title;
  ImGui::SetCursorScreenPos({at.x + edge + 0.5f * u(), at.y});
  const float name_width = std::max(4 * u(), width - edge - marks - chip_width - u());
  if (ImGui::InvisibleButton("fold", {name_width, edge})) {
    if (open) state_.unfolded.erase(l.id);
    else state_.unfolded.insert(l.id);
  }
  const bool hovered = ImGui::IsItemHovered();
  ImGui::SetCursorScreenPos({at.x + edge + 0.5f * u(), std::round(at.y + (edge - 15 * 1.36f * u() / 8) / 2)});
  label(title, TextSize::read, failed ? theme_.error : !l.visible ? theme_.faint : hovered ? theme_.accent : theme_.text, false, name_width);
  if (!age.empty()) {
    ImGui::SetCursorScreenPos({at.x + width - marks - chip_width, std::round(at.y + 0.4f * u())});
    chip(age, theme_.dim);
  }
  if (troubled) {
    ImGui::SetCursorScreenPos({at.x + width - marks, at.y});
    draw_icon(*ImGui::GetWindowDrawList(), Icon::warning, {at.x + width - marks + edge / 2, at.y + edge / 2}, 1.75f * u(), theme_.error.packed());
  }
  ImGui::SetCursorScreenPos({at.x + width - edge, at.y});
  if (icon_button("more", open ? Icon::down : Icon::right, word("layers.details"), false, 3)) {
    if (open) state_.unfolded.erase(l.id);
    else state_.unfolded.insert(l.id);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + edge});
  ImGui::Dummy({0, 0});

  if (l.state == runtime::LayerState::loading || l.state == runtime::LayerState::waiting) {
    const float indent = edge + 0.5f * u();
    ImGui::Indent(indent);
    bar(l.state == runtime::LayerState::waiting ? 0.0f : static_cast<float>(l.progress), width - indent);
    label(l.state == runtime::LayerState::waiting ? word("layers.waiting") : l.rate.empty() ? word("layers.loading") : l.rate,
          TextSize::detail, theme_.dim, false, width - indent);
    ImGui::Unindent(indent);
  }
  if (failed && !open) {
    ImGui::Indent(edge + 0.5f * u());
    label(l.error, TextSize::detail, theme_.error, false, width - edge - u());
    ImGui::Unindent(edge + 0.5f * u());
  }
  if (open) layer_details(l, index, count);
}

void Ui::layer_details(const runtime::LayerStatus& l, std::size_t index, std::size_t count) {
  const float indent = std::round(3.5f * u());
  ImGui::Indent(indent);
  const float width = ImGui::GetContentRegionAvail().x;
  const auto line = [&](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    label(word(key), TextSize::detail, theme_.faint);
    ImGui::SameLine(9 * u() + indent);
    wrapped(value, TextSize::detail, theme_.dim);
  };
  auto opacity = static_cast<float>(l.opacity);
  label(word("layers.opacity"), TextSize::detail, theme_.faint);
  ImGui::SameLine(9 * u() + indent);
  if (slider("opacity", opacity, std::max(6 * u(), width - 14 * u()))) engine_.set_opacity(l.id, opacity);
  ImGui::SameLine();
  label(std::to_string(std::lround(l.opacity * 100)) + " %", TextSize::detail, theme_.dim);

  line("layers.kind", word(std::string("layer.kind.") + scene::to_string(l.kind)));
  if (l.features) line("layers.features", format_count(l.features));
  if (l.triangles) line("layers.triangles", format_count(l.triangles));
  line("layers.crs", l.crs);
  line("layers.lod", l.lod);
  if (l.issue_time) line("layers.issue_time", format_jst(*l.issue_time) + " JST");
  line("layers.source", l.source);
  line("layers.attribution", l.attribution);

  if (index > 0) {
    if (icon_button("up", Icon::up, word("layers.up"), false, 3)) engine_.move_layer(l.id, -1);
    ImGui::SameLine(0, 0.5f * u());
  }
  if (index + 1 < count) {
    if (icon_button("down", Icon::down, word("layers.down"), false, 3)) engine_.move_layer(l.id, 1);
    ImGui::SameLine(0, 0.5f * u());
  }
  if (!l.extent.empty()) {
    if (icon_button("zoom", Icon::target, word("layers.zoom"), false, 3))
      engine_.fly_to(scene::frame_extent(l.extent, static_cast<double>(size_.x) / std::max(1u, size_.y), engine_.camera().fov));
    ImGui::SameLine(0, 0.5f * u());
  }
  if (icon_button("style", Icon::palette, word("top.style"), false, 3)) {
    state_.style = {};
    state_.style.open = true;
    state_.style.layer = l.id;
    state_.style.filter = engine_.style(l.id).filter;
  }
  ImGui::SameLine(0, 0.5f * u());
  if (icon_button("remove", Icon::trash, word("layers.remove"), false, 3)) engine_.remove_layer(l.id);

  if (!l.error.empty()) wrapped(l.error, TextSize::detail, theme_.error);
  const auto list = [&](const std::vector<Error>& entries, std::uint64_t dropped, Rgba8 ink, std::string_view key) {
    if (entries.empty()) return;
    label(word(key) + " " + format_count(entries.size() + dropped), TextSize::detail, ink, true);
    constexpr std::size_t shown = 12;
    for (std::size_t i = 0; i < std::min(entries.size(), shown); ++i) wrapped(entries[i].text(), TextSize::detail, theme_.dim);
    if (entries.size() + dropped > shown)
      label("+ " + format_count(entries.size() + dropped - shown), TextSize::detail, theme_.faint);
  };
  list(l.diagnostics.errors, l.diagnostics.errors_dropped, theme_.error, "layers.errors");
  list(l.diagnostics.warnings, l.diagnostics.warnings_dropped, theme_.warn, "layers.warnings");
  ImGui::Unindent(indent);
  ImGui::Dummy({0, 0.5f * u()});
}

}  // namespace tenbo::shell
