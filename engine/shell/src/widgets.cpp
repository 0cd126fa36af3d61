// The panels' few widgets: drawn plainly, sized on the 8-px grid, labelled through the glyph cache.
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "tenbo/base/text.h"
#include "tenbo/runtime/freshness.h"
#include "ui.h"

namespace tenbo::shell {
namespace {

Rgba8 faded(Rgba8 c, float f) {
  c.a = static_cast<std::uint8_t>(std::lround(static_cast<float>(c.a) * f));
  return c;
}

}  // namespace

std::string Ui::cut(std::string_view text, float width) {
  const char* whole = t(text);
  if (ImGui::CalcTextSize(whole).x <= width) return std::string(text);
  const float room = width - ImGui::CalcTextSize(t("…")).x;
  const ImFont& font = *ImGui::GetFont();
  float used = 0;
  std::size_t end = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const char32_t c = next_code_point(text, pos);
    used += font.GetCharAdvance(static_cast<ImWchar>(fonts_.map().in(c)));
    if (used > room) break;
    end = pos;
  }
  return std::string(text.substr(0, end)) + "…";
}

void Ui::label(std::string_view text, TextSize size, Rgba8 colour, bool bold, float max_width) {
  ImGui::PushFont(fonts_.font(size, bold));
  ImGui::PushStyleColor(ImGuiCol_Text, colour.packed());
  const std::string shown = max_width > 0 ? cut(text, max_width) : std::string(text);
  ImGui::TextUnformatted(t(shown));
  ImGui::PopStyleColor();
  ImGui::PopFont();
  if (shown.size() != text.size() && ImGui::IsItemHovered()) tooltip(text);
}

void Ui::wrapped(std::string_view text, TextSize size, Rgba8 colour, float until) {
  ImGui::PushFont(fonts_.font(size));
  ImGui::PushStyleColor(ImGuiCol_Text, colour.packed());
  ImGui::PushTextWrapPos(until);
  ImGui::TextUnformatted(t(text));
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void Ui::tooltip(std::string_view text) {
  ImGui::PushFont(fonts_.font(TextSize::detail));
  ImGui::SetNextWindowBgAlpha(1);
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(40 * u());
  ImGui::TextUnformatted(t(text));
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopFont();
}

bool Ui::panel_head(const std::string& title, const std::function<void()>& beside, int count, const std::function<void()>& buttons) {
  const float edge = touch(), top = 0.5f * u(), across = static_cast<float>(count + 1) * edge;
  ImGui::SetCursorPosY(top + std::round((edge - fonts_.font(TextSize::heading, true)->FontSize) / 2));
  label(title, TextSize::heading, theme_.text, true, ImGui::GetContentRegionAvail().x - across);
  if (beside) {
    ImGui::SameLine();
    beside();
  }
  ImGui::SetCursorPos({layout_.right.width() - across - 0.5f * u(), top});
  if (buttons) {
    buttons();
    ImGui::SameLine(0, 0);
  }
  return icon_button("close", Icon::close, tip("card.close", Action::clear));
}

std::string Ui::tip(std::string_view key, Action action) const {
  const std::string keys = bindings_.label(action);
  return keys.empty() ? words_(key) : words_(key) + "  (" + keys + ")";
}

bool Ui::icon_button(const char* id, Icon icon, const std::string& tip_text, bool on) {
  const float edge = touch();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton(id, {edge, edge});
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (hovered || on) {  // the mark is smaller than what a finger may hit
    const float in = std::round(0.5f * u());
    list.AddRectFilled({at.x + in, at.y + in}, {at.x + edge - in, at.y + edge - in}, (hovered ? theme_.hover : theme_.raised).packed(), 0.5f * u());
  }
  const Rgba8 ink = on ? theme_.accent : hovered ? theme_.text : theme_.quiet;
  draw_icon(list, icon, {std::round(at.x + edge / 2), std::round(at.y + edge / 2)}, std::round(2.375f * u()), ink.packed());
  if (hovered && !tip_text.empty()) tooltip(tip_text);
  return pressed;
}

bool Ui::text_button(const char* id, std::string_view text, bool primary, float width) {
  ImGui::PushFont(fonts_.font(TextSize::detail, true));
  const char* shown = t(width > 0 ? cut(text, width - u()) : std::string(text));
  const ImVec2 extent = ImGui::CalcTextSize(shown);
  const ImVec2 box{width > 0 ? width : std::round(extent.x + 2.5f * u()), touch()};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton(id, box);
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rgba8 ground = primary ? (hovered ? theme_.accent : faded(theme_.accent, 0.88f)) : hovered ? theme_.hover : theme_.raised;
  list.AddRectFilled(at, {at.x + box.x, at.y + box.y}, ground.packed(), 0.5f * u());
  list.AddText({std::round(at.x + (box.x - extent.x) / 2), std::round(at.y + (box.y - extent.y) / 2)},
               (primary ? theme_.accent_text : theme_.text).packed(), shown);
  ImGui::PopFont();
  return pressed;
}

bool Ui::input(const char* id, std::string& value, std::string_view hint, float width, bool focus) {
  // The field works on mapped text; what the caller has is always the real one.
  std::string mapped = fonts_.map().in(value);
  fonts_.ensure_mapped(mapped);
  const ImGuiInputTextFlags flags = ImGuiInputTextFlags_CallbackResize | ImGuiInputTextFlags_CallbackCharFilter;
  struct Hook { std::string& text; Fonts& fonts; } hook{mapped, fonts_};
  const auto callback = [](ImGuiInputTextCallbackData* data) -> int {
    auto& h = *static_cast<Hook*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
      h.text.resize(static_cast<std::size_t>(data->BufTextLen));
      data->Buf = h.text.data();
    } else if (data->EventFlag == ImGuiInputTextFlags_CallbackCharFilter) {
      std::string one;
      append_utf8(one, data->EventChar);
      h.fonts.ensure_mapped(one);
    }
    return 0;
  };
  ImGui::SetNextItemWidth(width);
  if (focus) ImGui::SetKeyboardFocusHere();
  // ImGui hides the hint behind "##": hints never hold it.
  const bool changed = ImGui::InputTextWithHint(id, t(hint), mapped.data(), mapped.capacity() + 1, flags, callback, &hook);
  if (changed) value = fonts_.map().out(std::string_view(mapped.c_str()));
  return changed;
}

bool Ui::slider(const char* id, float& value, float width) {
  const float height = touch();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, {width, height});
  bool changed = false;
  if (ImGui::IsItemActive()) {
    sliding_ = true;
    const float was = value;
    value = std::clamp((ImGui::GetIO().MousePos.x - at.x - u()) / std::max(1.0f, width - 2 * u()), 0.0f, 1.0f);
    changed = value != was;
  }
  const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float y = std::round(at.y + height / 2), x0 = at.x + u(), x1 = at.x + width - u(), x = x0 + (x1 - x0) * value;
  const float thick = std::max(2.0f, u() / 3);
  list.AddRectFilled({x0, y - thick / 2}, {x1, y + thick / 2}, theme_.hover.packed(), thick / 2);
  list.AddRectFilled({x0, y - thick / 2}, {x, y + thick / 2}, theme_.accent.packed(), thick / 2);
  list.AddCircleFilled({x, y}, u() * (hot ? 0.85f : 0.7f), (hot ? theme_.text : theme_.accent).packed());
  return changed;
}

float Ui::chip_width(std::string_view text, runtime::Freshness freshness) {
  const bool overdue = freshness == runtime::Freshness::late || freshness == runtime::Freshness::stale;
  ImGui::PushFont(fonts_.font(TextSize::detail, overdue));
  const float width = std::round(ImGui::CalcTextSize(t(text)).x + (overdue ? 4 : 1.5f) * u());
  ImGui::PopFont();
  return width;
}

// Overdue ones are amber, hatched at the ends; stale ones hatched throughout.
void Ui::chip(std::string_view text, Rgba8 ink, runtime::Freshness freshness) {
  const bool stale = freshness == runtime::Freshness::stale, overdue = stale || freshness == runtime::Freshness::late;
  const float width = chip_width(text, freshness);
  ImGui::PushFont(fonts_.font(TextSize::detail, overdue));
  const char* shown = t(text);
  const ImVec2 extent = ImGui::CalcTextSize(shown), at = ImGui::GetCursorScreenPos();
  const ImVec2 box{width, std::round(extent.y + 0.25f * u())};
  ImGui::Dummy(box);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 end{at.x + box.x, at.y + box.y};
  list.AddRectFilled(at, end, (overdue ? theme_.attention : faded(ink, 0.16f)).packed(), overdue ? 0 : box.y / 2);
  if (overdue) {
    const auto hatch = [&](float x0, float x1, Rgba8 colour) {
      list.PushClipRect({x0, at.y}, {x1, end.y}, true);
      for (float x = x0 - box.y; x < x1; x += u())
        list.AddLine({x, end.y}, {x + box.y, at.y}, colour.packed(), u() * 0.35f);
      list.PopClipRect();
    };
    const float edge = 1.5f * u();
    hatch(at.x, at.x + edge, theme_.attention_text);
    hatch(end.x - edge, end.x, theme_.attention_text);
    if (stale) hatch(at.x + edge, end.x - edge, faded(theme_.attention_text, 0.28f));
  }
  list.AddText({std::round(at.x + (box.x - extent.x) / 2), std::round(at.y + 0.125f * u())}, (overdue ? theme_.attention_text : ink).packed(), shown);
  ImGui::PopFont();
}

std::string Ui::age_of(const runtime::LayerStatus& l) const {
  if (!l.feed.empty())
    if (auto chip = runtime::feed_chip(words_.table, words_.language(), l.feed_state, {l.age_seconds, l.freshness}); !chip.empty()) return chip;
  return runtime::age_chip(words_.table, words_.language(), {l.age_seconds, l.freshness});
}

void Ui::touch_scroll() {
  const ImGuiIO& io = ImGui::GetIO();
  const ImGuiWindow* window = ImGui::GetCurrentWindow();
  if (!io.MouseDown[0]) scrolling_ = 0;
  if (!io.MouseDown[0] || sliding_ || io.WantTextInput || ImGui::GetScrollMaxY() <= 0) return;
  if (scrolling_ == 0 && window->InnerRect.Contains(io.MouseClickedPos[0])) {
    const float dx = std::abs(io.MousePos.x - io.MouseClickedPos[0].x), dy = std::abs(io.MousePos.y - io.MouseClickedPos[0].y);
    if (dy > 0.75f * u() && dy > dx) {
      scrolling_ = window->ID;
      ImGui::ClearActiveID();  // what the finger began on is not pressed
    }
  }
  if (scrolling_ == window->ID) ImGui::SetScrollY(ImGui::GetScrollY() - io.MouseDelta.y);
}

void Ui::bar(float fraction, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = std::max(2.0f, std::round(0.375f * u()));
  ImGui::Dummy({width, height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, theme_.raised.packed(), height / 2);
  float x0 = 0, x1 = std::clamp(fraction, 0.0f, 1.0f) * width;
  if (fraction < 0) {  // nobody knows how much: a piece that wanders calmly
    const float s = 0.5f + 0.5f * static_cast<float>(std::sin(clock_ * 2));
    x0 = s * width * 0.7f;
    x1 = x0 + width * 0.3f;
    animating_ = true;
  }
  list.AddRectFilled({at.x + x0, at.y}, {at.x + x1, at.y + height}, theme_.accent.packed(), height / 2);
}

int Ui::choice(const char* id, const std::vector<std::string>& items, int current, float width) {
  int chosen = -1;
  ImGui::PushID(id);
  const std::string shown = current >= 0 && current < static_cast<int>(items.size()) ? items[static_cast<std::size_t>(current)] : "";
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 box{width, touch()};
  const bool pressed = ImGui::InvisibleButton("open", box);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + box.x, at.y + box.y}, (ImGui::IsItemHovered() ? theme_.hover : theme_.field).packed(), 0.5f * u());
  list.AddText({at.x + u(), std::round(at.y + (box.y - ImGui::GetFontSize()) / 2)}, theme_.text.packed(), t(cut(shown, width - 4 * u())));
  draw_icon(list, Icon::down, {at.x + box.x - 1.5f * u(), at.y + box.y / 2}, 1.25f * u(), theme_.quiet.packed());
  if (pressed) ImGui::OpenPopup("list");
  // Below the box, or above it where there is more room, as in the time bar at the window's lower edge.
  const float gap = 2, most = 40 * u(), needed = static_cast<float>(items.size()) * touch() + 2 * ImGui::GetStyle().WindowPadding.y;
  const float above = at.y - gap, below = ImGui::GetIO().DisplaySize.y - (at.y + box.y + gap);
  const bool up = std::min(needed, most) > below && above > below;
  ImGui::SetNextWindowPos({at.x, up ? above : at.y + box.y + gap}, ImGuiCond_Always, {0, up ? 1.0f : 0.0f});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {width * 1.6f, std::clamp(up ? above : below, touch(), most)});
  ImGui::SetNextWindowBgAlpha(1);
  if (ImGui::BeginPopup("list", ImGuiWindowFlags_NoNav)) {
    const ImVec2 p = ImGui::GetWindowPos(), s = ImGui::GetWindowSize();
    cover({p.x, p.y, p.x + s.x, p.y + s.y});
    for (std::size_t i = 0; i < items.size(); ++i) {
      ImGui::PushID(static_cast<int>(i));
      const ImVec2 row = ImGui::GetCursorScreenPos();
      if (ImGui::Selectable("##item", static_cast<int>(i) == current, 0, {0, touch() - ImGui::GetStyle().ItemSpacing.y})) {
        chosen = static_cast<int>(i);
        ImGui::CloseCurrentPopup();
      }
      ImGui::GetWindowDrawList()->AddText({row.x, std::round(row.y + (touch() - ImGui::GetStyle().ItemSpacing.y - ImGui::GetFontSize()) / 2)}, theme_.text.packed(), t(items[i]));
      ImGui::PopID();
    }
    touch_scroll();
    ImGui::EndPopup();
  }
  ImGui::PopID();
  return chosen;
}

}  // namespace tenbo::shell
