// The layer tree on the left: what there is, how far it has loaded, how old it is, what went wrong with it.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/scene/camera.h"
#include "tenbo/runtime/bilingual.h"
#include "tenbo/runtime/freshness.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::layer_panel() {
  if (layout_.left.empty()) return;
  begin_panel("layers", layout_.left);
  const float top = 0.5f * u();
  ImGui::SetCursorPosY(top + std::round((touch() - fonts_.font(TextSize::heading, true)->FontSize) / 2));
  label(word("layers.title"), TextSize::heading, theme_.text, true);
  std::size_t wrong = 0;
  for (const auto& l : layers_) wrong += l.state == runtime::LayerState::failed || !l.diagnostics.errors.empty();
  if (wrong) {
    ImGui::SameLine();
    chip(std::to_string(wrong) + " " + word("layers.with_errors"), theme_.error);
  }
  const float edge = touch();
  ImGui::SetCursorPos({layout_.left.width() - 2 * edge - 0.5f * u(), top});
  if (icon_button("undo", Icon::undo, tip("layers.undo", Action::undo))) host_.act(Action::undo);
  ImGui::SameLine(0, 0);
  if (icon_button("close", Icon::close, tip("layers.hide", Action::layers))) host_.act(Action::layers);
  ImGui::BeginChild("list", {0, 0}, false, ImGuiWindowFlags_NoNav);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.25f * u()});
  if (layers_.empty()) wrapped(word("layers.none"), TextSize::detail, theme_.quiet);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    ImGui::PushID(static_cast<int>(layers_[i].id));
    layer_row(layers_[i], i, layers_.size());
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
  touch_scroll();
  const float needed = ImGui::GetCursorPosY();
  const float above = ImGui::GetWindowPos().y - layout_.left.y0;
  ImGui::EndChild();
  end_panel();
  const float content = above + needed + 1.5f * u();
  if (std::abs(content - left_content_) > 0.5f) animating_ = true;
  left_content_ = content;
}

// Each row is a finger high. Dated layers have a second line: who says so, when it was issued, what it is valid for; their
// age stands in a chip at the right.
void Ui::layer_row(const runtime::LayerStatus& l, std::size_t index, std::size_t count) {
  const float width = ImGui::GetContentRegionAvail().x, edge = touch();
  const bool failed = l.state == runtime::LayerState::failed;
  const bool lost = l.trouble != runtime::FileTrouble::none;
  const bool troubled = failed || lost || !l.diagnostics.errors.empty();
  const bool open = state_.unfolded.count(l.id) > 0;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (icon_button("eye", l.visible ? Icon::eye : Icon::eye_off, word(l.visible ? "layers.hide_layer" : "layers.show_layer")))
    engine_.set_visible(l.id, !l.visible);

  const std::string age = age_of(l);
  const float chip_edge = age.empty() ? 0 : chip_width(age, l.freshness) + 0.5f * u();
  std::string when;
  if (l.issue_time) when = word("layers.issued") + " " + format_jst_clock(*l.issue_time);
  if (l.valid_time) when += (when.empty() ? "" : " · ") + word("layers.valid") + " " + format_jst_clock(*l.valid_time);
  if (!when.empty() && !l.source_shown.empty()) when += " · " + l.source_shown;

  const float x0 = at.x + edge, marks = (troubled ? 3 * u() : 0) + edge, room = std::max(4 * u(), width - edge - marks);
  const float line1 = fonts_.font(TextSize::read)->FontSize, line2 = fonts_.font(TextSize::detail)->FontSize;
  const std::string& title = l.title.empty() ? l.name : l.title;
  // The chip stands beside the name where both have room, else on a line of its own: names are not for cutting.
  ImGui::PushFont(fonts_.font(TextSize::read));
  const bool beside = ImGui::CalcTextSize(t(title)).x + chip_edge <= room;
  ImGui::PopFont();
  const float chip_room = beside ? chip_edge : 0, chip_line = beside ? 0 : line2 + 0.375f * u();
  const float text_height = line1 + (when.empty() ? 0 : line2) + chip_line;
  const float row = std::max(edge, std::round(text_height + 0.75f * u()));
  ImGui::SetCursorScreenPos({x0, at.y});
  if (ImGui::InvisibleButton("fold", {room, row})) {
    if (open) state_.unfolded.erase(l.id);
    else state_.unfolded.insert(l.id);
  }
  const bool hovered = ImGui::IsItemHovered();
  const float top = std::round(at.y + (row - text_height) / 2);
  ImGui::SetCursorScreenPos({x0, top});
  label(title, TextSize::read, failed ? theme_.error : !l.visible ? theme_.faint : hovered ? theme_.accent : theme_.text, false, room - chip_room);
  if (!age.empty()) {
    if (beside) ImGui::SetCursorScreenPos({x0 + room - chip_room, std::round(top + (line1 - line2) / 2)});
    else ImGui::SetCursorScreenPos({x0, std::round(top + text_height - line2 - 0.125f * u())});
    chip(age, theme_.quiet, l.freshness);
  }
  if (!when.empty()) {
    ImGui::SetCursorScreenPos({x0, top + line1});
    label(when, TextSize::detail, l.visible ? theme_.quiet : theme_.faint, false, room);
  }
  if (troubled)
    draw_icon(*ImGui::GetWindowDrawList(), Icon::warning, {at.x + width - marks + 1.5f * u(), at.y + edge / 2}, 2.25f * u(),
              (lost && !failed ? theme_.attention : theme_.error).packed());
  ImGui::SetCursorScreenPos({at.x + width - edge, at.y});
  if (icon_button("more", open ? Icon::down : Icon::right, word("layers.details"))) {
    if (open) state_.unfolded.erase(l.id);
    else state_.unfolded.insert(l.id);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + row});
  ImGui::Dummy({0, 0});
  if (lost) {
    ImGui::Indent(edge);
    wrapped(word(l.trouble == runtime::FileTrouble::vanished ? "trouble.vanished" : "trouble.unreadable"), TextSize::detail, theme_.attention);
    ImGui::Unindent(edge);
  }

  if (l.state == runtime::LayerState::loading || l.state == runtime::LayerState::waiting) {
    const float indent = edge;
    ImGui::Indent(indent);
    bar(l.state == runtime::LayerState::waiting ? 0.0f : static_cast<float>(l.progress), width - indent);
    label(l.state == runtime::LayerState::waiting ? word("layers.waiting") : l.rate.empty() ? word("layers.loading") : l.rate,
          TextSize::detail, theme_.quiet, false, width - indent);
    ImGui::Unindent(indent);
  }
  if (l.state == runtime::LayerState::ready && l.bake == runtime::BakeState::baking) {
    ImGui::Indent(edge);
    bar(static_cast<float>(l.bake_progress), width - edge);
    label(bake_of(l), TextSize::detail, theme_.quiet, false, width - edge);
    ImGui::Unindent(edge);
  }
  if (failed && !open) {
    ImGui::Indent(edge);
    label(l.error, TextSize::detail, theme_.error, false, width - edge - u());
    ImGui::Unindent(edge);
  }
  if (open) layer_details(l, index, count);
}

std::string Ui::bake_of(const runtime::LayerStatus& l) const {
  switch (l.bake) {
    case runtime::BakeState::none: break;
    case runtime::BakeState::waiting: return word("layers.bake.waiting");
    case runtime::BakeState::baking: return word("layers.bake.baking", {{"percent", std::to_string(std::lround(l.bake_progress * 100))}});
    case runtime::BakeState::baked: return word("layers.bake.baked");
    case runtime::BakeState::failed: return word("layers.bake.failed") + (l.bake_error.empty() ? "" : ": " + l.bake_error);
  }
  return {};
}

void Ui::layer_details(const runtime::LayerStatus& l, std::size_t index, std::size_t count) {
  const float indent = touch(), column = indent + 11 * u();
  ImGui::Indent(indent);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.375f * u()});
  const float width = ImGui::GetContentRegionAvail().x;
  const auto line = [&](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    label(word(key), TextSize::detail, theme_.faint);
    ImGui::SameLine(column);
    wrapped(value, TextSize::detail, theme_.quiet);
  };
  auto opacity = static_cast<float>(l.opacity);
  const float y = ImGui::GetCursorPosY(), middle = y + std::round((touch() - fonts_.font(TextSize::detail)->FontSize) / 2);
  ImGui::SetCursorPosY(middle);
  label(word("layers.opacity"), TextSize::detail, theme_.faint);
  ImGui::SameLine(column - u());
  ImGui::SetCursorPosY(y);
  if (slider("opacity", opacity, std::max(6 * u(), width - 16 * u()))) engine_.set_opacity(l.id, opacity);
  ImGui::SameLine(0, 0);
  ImGui::SetCursorPosY(middle);
  label(std::to_string(std::lround(l.opacity * 100)) + " %", TextSize::detail, theme_.quiet);
  ImGui::SetCursorPosY(y + touch());

  line("layers.kind", word(std::string("layer.kind.") + scene::to_string(l.kind)));
  if (l.features) line("layers.features", format_count(l.features));
  if (l.triangles) line("layers.triangles", format_count(l.triangles));
  line("layers.crs", l.crs);
  line("layers.bake", bake_of(l));
  line("layers.lod", l.lod);
  if (l.issue_time) line("layers.issue_time", format_jst(*l.issue_time) + " JST");
  if (l.valid_time) line("layers.valid_time", format_jst(*l.valid_time) + " JST");
  line("layers.age", age_of(l));
  if (l.expected_seconds > 0) line("layers.expected", runtime::age_text(words_.table, words_.language(), l.expected_seconds));
  line("layers.source", l.source_shown);
  line("layers.attribution", l.attribution_shown);

  if (index > 0) {
    if (icon_button("up", Icon::up, word("layers.up"))) engine_.move_layer(l.id, -1);
    ImGui::SameLine(0, 0);
  }
  if (index + 1 < count) {
    if (icon_button("down", Icon::down, word("layers.down"))) engine_.move_layer(l.id, 1);
    ImGui::SameLine(0, 0);
  }
  if (!l.extent.empty()) {
    if (icon_button("zoom", Icon::target, word("layers.zoom")))
      engine_.fly_to(scene::frame_extent(l.extent, static_cast<double>(size_.x) / std::max(1u, size_.y), engine_.camera().fov));
    ImGui::SameLine(0, 0);
  }
  if (icon_button("style", Icon::palette, word("top.style"))) {
    state_.style = {};
    state_.open(Panel::style);
    state_.style.layer = l.id;
    state_.style.filter = engine_.style(l.id).filter;
  }
  ImGui::SameLine(0, 0);
  if (has_forecast_card(l)) {
    if (icon_button("forecast", Icon::layers, word("forecast.title"))) open_forecast(l.id);
    ImGui::SameLine(0, 0);
  }
  if (icon_button("remove", Icon::trash, word("layers.remove"))) engine_.remove_layer(l.id);

  if (!l.error.empty()) wrapped(l.error, TextSize::detail, theme_.error);
  if (!l.trouble_detail.empty()) wrapped(l.trouble_detail, TextSize::detail, theme_.attention);
  const auto list = [&](const std::vector<Error>& entries, std::uint64_t dropped, Rgba8 ink, std::string_view key) {
    if (entries.empty()) return;
    label(word(key) + " " + format_count(entries.size() + dropped), TextSize::detail, ink, true);
    constexpr std::size_t shown = 12;
    for (std::size_t i = 0; i < std::min(entries.size(), shown); ++i) wrapped(runtime::in_language(entries[i].text(), engine_.language() == runtime::Language::ja), TextSize::detail, theme_.quiet);
    if (entries.size() + dropped > shown)
      label("+ " + format_count(entries.size() + dropped - shown), TextSize::detail, theme_.faint);
  };
  list(l.diagnostics.errors, l.diagnostics.errors_dropped, theme_.error, "layers.errors");
  list(l.diagnostics.warnings, l.diagnostics.warnings_dropped, theme_.attention, "layers.warnings");
  ImGui::PopStyleVar();
  ImGui::Unindent(indent);
  ImGui::Dummy({0, 0.5f * u()});
}

}  // namespace tenbo::shell
