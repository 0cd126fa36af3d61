// The column on the right: what is picked with all it has, and what lies under the cursor.
#include <imgui.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "format.h"
#include "tenbo/base/text.h"
#include "tenbo/scene/camera.h"
#include "ui.h"

namespace tenbo::shell {
bool Ui::right_has_card() const { return state_.tool != Panel::none || state_.panel != Panel::none || engine_.selected(); }

void Ui::right_column() {
  if (layout_.right.empty()) return;
  const bool tool = right_has_card();
  const bool probe = state_.probe && (!is_list(state_.panel) || state_.pin);  // a list needs the room
  Rect main = layout_.right;
  if (probe) {
    const float height = std::min(main.height() * (tool ? 0.45f : 1.0f), std::max(14 * u(), probe_content_));
    Rect rect = main;
    if (tool) rect.y0 = rect.y1 - height;
    else rect.y1 = rect.y0 + height;
    begin_panel("probe", rect);
    probe_card();
    const float needed = ImGui::GetCursorPosY() + 0.5f * u();
    if (std::abs(needed - probe_content_) > 0.5f) animating_ = true;
    probe_content_ = needed;
    end_panel();
    if (!tool) layout_.right.y1 = rect.y1;
    main.y1 = rect.y0 - u();
  }
  if (!tool) return;
  if (is_list(state_.panel) && state_.tool == Panel::none) {
    Rect list = main;
    if (engine_.selected()) list.y1 = std::round(main.y0 + main.height() * 0.66f);
    const bool structures = state_.panel == Panel::structures, priority = state_.panel == Panel::priority;
    begin_panel(structures ? "structures" : priority ? "priority" : "ledger", list);
    if (structures) structures_card();
    else if (priority) priority_card(list.height());
    else ledger_card(list.height());
    end_panel();
    if (!engine_.selected()) return;
    main.y0 = list.y1 + u();
  }
  begin_panel("card", main, state_.tool != Panel::none && state_.tool != Panel::measure);
  const Panel shown = state_.tool != Panel::none ? state_.tool : engine_.selected() ? Panel::none : state_.panel;
  switch (shown) {
    case Panel::style: style_card(main.height()); break;
    case Panel::measure: measure_card(main.height()); break;
    case Panel::markup: markup_card(main.height()); break;
    case Panel::forecast: forecast_card(main.height()); break;
    case Panel::section: section_card(); break;
    case Panel::review: review_card(); break;
    case Panel::alarms: alarms_card(); break;
    case Panel::feeds: feeds_card(); break;
    default: card(main.height()); break;
  }
  end_panel();
}

void Ui::card(float) {
  const runtime::Picked picked = *engine_.selected();
  const float width = ImGui::GetContentRegionAvail().x;
  std::string title = picked.layer_name;
  for (const auto& l : layers_)
    if (l.id == picked.layer && !l.title.empty()) title = l.title;
  std::string name;
  for (const auto& [key, value] : picked.attributes)
    if (name.empty() && (key == "name" || key == "gml:name" || key == "名称")) name = geo::to_text(value);
  const auto structure = engine_.structure_card();
  if (structure && !structure->name.empty()) name = structure->name;

  const auto zoom = [&] {
    if (!icon_button("goto", Icon::target, word("card.zoom"))) return;
    const auto& c = engine_.camera();
    engine_.fly_to(scene::look_at(picked.position, 400, c.heading, -35, c.fov));
  };
  if (panel_head(name.empty() ? title : name, {}, 1, zoom)) {
    engine_.select(std::nullopt);
    return;
  }
  if (!name.empty()) label(title, TextSize::detail, theme_.quiet, false, width);
  const std::string id = structure && !structure->id.empty() ? structure->id : picked.feature_id;
  if (!id.empty()) label(id, TextSize::detail, theme_.faint, false, width);
  label(format_place(picked.position) + "  " + format_metres(picked.position.height), TextSize::detail, theme_.quiet, false, width);
  const auto photo = engine_.photo_card();
  if (picked.attributes.empty() && !structure) {
    wrapped(word(picked.feature ? "card.no_attributes" : "card.ground"), TextSize::detail, theme_.quiet);
    return;
  }
  if (!structure && !photo) input("##filter", state_.card_filter, word("card.search"), width);
  ImGui::BeginChild("attributes", {0, 0}, false, ImGuiWindowFlags_NoNav);
  if (photo) photo_part(*photo);
  if (structure) structure_part(*structure);
  if (structure || photo) input("##filter", state_.card_filter, word("card.search"), ImGui::GetContentRegionAvail().x);
  const std::string wanted = lower_case(state_.card_filter);
  const float inner = ImGui::GetContentRegionAvail().x, split = std::round(inner * 0.42f);
  std::size_t shown = 0;
  ImGui::PushFont(fonts_.font(TextSize::detail));
  for (const auto& [key, value] : picked.attributes) {
    std::string text = geo::to_text(value);
    const bool blank = text.empty();
    if (blank) text = "—";
    if (!wanted.empty() && lower_case(key).find(wanted) == std::string::npos && lower_case(text).find(wanted) == std::string::npos) continue;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float left = split - u(), right = inner - split;
    const float row = std::max(ImGui::CalcTextSize(t(key), nullptr, false, left).y, ImGui::CalcTextSize(t(text), nullptr, false, right).y);
    if (shown++ % 2 == 0)
      ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y - 0.25f * u()}, {at.x + inner, at.y + row + 0.25f * u()},
                                                theme_.raised.packed(), 0.25f * u());
    const float top = ImGui::GetCursorPosY();
    if (ImGui::IsRectVisible({at.x, at.y}, {at.x + inner, at.y + row})) {
      ImGui::SetCursorPos({0.5f * u(), top});
      wrapped(key, TextSize::detail, theme_.quiet, split - 0.5f * u());
      ImGui::SetCursorPos({split, top});
      wrapped(text, TextSize::detail, blank ? theme_.faint : theme_.text, inner);
    }
    ImGui::SetCursorPos({0, top + row + 0.5f * u()});
  }
  ImGui::PopFont();
  if (shown == 0) label(word("find.nothing"), TextSize::detail, theme_.quiet);
  touch_scroll();
  ImGui::EndChild();
}

void Ui::probe_card() {
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorPos();
  label(word(state_.pin ? "probe.pinned" : "probe.title"), TextSize::detail, state_.pin ? theme_.accent : theme_.faint, true);
  if (state_.pin) {  // the way to let go of it
    const ImVec2 next = ImGui::GetCursorPos();
    ImGui::SetCursorPos({layout_.right.width() - touch() - 0.5f * u(), 0.5f * u()});
    if (icon_button("unpin", Icon::close, tip("probe.unpin", Action::clear))) host_.act(Action::clear);
    ImGui::SetCursorPos({at.x, next.y});
  }
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.25f * u()});
  label(state_.ground ? format_place(*state_.ground) : "—", TextSize::read, theme_.text, false, width);
  label(word("probe.crs"), TextSize::detail, theme_.quiet, false, width);
  const auto height = state_.ground_values ? state_.ground_values->ground_height : std::optional<double>{};
  label(word("probe.ground") + "  " + (height ? format_metres(*height) : word("probe.unknown")), TextSize::read, theme_.text, false, width);
  label(engine_.vertical_datum(), TextSize::detail, theme_.quiet, false, width);
  ImGui::PopStyleVar();
  if (!state_.ground_values) return;
  for (std::size_t i = 0; i < std::min<std::size_t>(state_.ground_values->layers.size(), 4); ++i) {
    const runtime::ProbeLayer& l = state_.ground_values->layers[i];
    const auto of = std::find_if(layers_.begin(), layers_.end(), [&](const auto& s) { return s.name == l.layer; });
    label(of != layers_.end() && !of->title.empty() ? of->title : l.layer, TextSize::detail, theme_.quiet, false, width);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {u(), 0.25f * u()});
    char number[48] = "";
    if (l.value) std::snprintf(number, sizeof number, "%.2f ", *l.value);
    const bool dry = l.note == "dry";  // as the layer declares: that is known
    const std::string value = l.value ? number + l.unit : word(dry ? "probe.dry" : l.note == "outside" ? "probe.outside" : "probe.unknown");
    label(value, TextSize::read, l.value || dry ? theme_.text : theme_.faint, true, width * 0.5f);
    if (!l.value_class.empty()) {
      ImGui::SameLine();
      label(l.value_class, TextSize::detail, theme_.text, false, width * 0.5f);
    }
    std::string when;
    if (l.valid_time) when = word("layers.valid") + " " + format_jst_clock(*l.valid_time);
    if (l.issue_time) when += (when.empty() ? "" : " · ") + word("layers.issued") + " " + format_jst_clock(*l.issue_time);
    if (!when.empty()) label(when + " JST", TextSize::detail, theme_.quiet, false, width);
    const std::string& source = of != layers_.end() ? of->source_shown : l.source;
    if (!source.empty()) label(source, TextSize::detail, theme_.faint, false, width);
    ImGui::PopStyleVar();
  }
}

}  // namespace tenbo::shell
