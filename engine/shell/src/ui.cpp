#include "ui.h"

#include <imgui.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>

#include "overlay.h"

namespace tenbo::shell {
namespace {

ImVec4 colour(Rgba8 c) { return ImGui::ColorConvertU32ToFloat4(c.packed()); }

ImGuiContext* make_context() {
  IMGUI_CHECKVERSION();
  ImGuiContext* context = ImGui::CreateContext();
  ImGui::SetCurrentContext(context);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset | ImGuiBackendFlags_HasMouseCursors;
  io.ConfigInputTextCursorBlink = false;  // nothing blinks except an alarm not yet seen
  io.ConfigWindowsResizeFromEdges = false;
  const std::pair<int, int> keys[] = {
      {ImGuiKey_Tab, GLFW_KEY_TAB}, {ImGuiKey_LeftArrow, GLFW_KEY_LEFT}, {ImGuiKey_RightArrow, GLFW_KEY_RIGHT},
      {ImGuiKey_UpArrow, GLFW_KEY_UP}, {ImGuiKey_DownArrow, GLFW_KEY_DOWN}, {ImGuiKey_PageUp, GLFW_KEY_PAGE_UP},
      {ImGuiKey_PageDown, GLFW_KEY_PAGE_DOWN}, {ImGuiKey_Home, GLFW_KEY_HOME}, {ImGuiKey_End, GLFW_KEY_END},
      {ImGuiKey_Insert, GLFW_KEY_INSERT}, {ImGuiKey_Delete, GLFW_KEY_DELETE}, {ImGuiKey_Backspace, GLFW_KEY_BACKSPACE},
      {ImGuiKey_Space, GLFW_KEY_SPACE}, {ImGuiKey_Enter, GLFW_KEY_ENTER}, {ImGuiKey_Escape, GLFW_KEY_ESCAPE},
      {ImGuiKey_KeyPadEnter, GLFW_KEY_KP_ENTER}, {ImGuiKey_A, GLFW_KEY_A}, {ImGuiKey_C, GLFW_KEY_C},
      {ImGuiKey_V, GLFW_KEY_V}, {ImGuiKey_X, GLFW_KEY_X}, {ImGuiKey_Y, GLFW_KEY_Y}, {ImGuiKey_Z, GLFW_KEY_Z}};
  for (const auto& [imgui, glfw] : keys) io.KeyMap[imgui] = glfw;
  return context;
}

}  // namespace

void Ui::ContextDeleter::operator()(ImGuiContext* c) const { ImGui::DestroyContext(c); }

Ui::Ui(runtime::Engine& engine, render::GlyphCache& glyphs, State& state, const Bindings& bindings, Words words, UiHost host)
    : engine_(engine), cache_(glyphs), state_(state), bindings_(bindings), words_(std::move(words)), host_(std::move(host)),
      context_(make_context()), fonts_(glyphs, *ImGui::GetIO().Fonts) {
  ImGuiIO& io = ImGui::GetIO();
  io.ClipboardUserData = this;
  io.GetClipboardTextFn = [](void* self) -> const char* {
    Ui& ui = *static_cast<Ui*>(self);
    ui.clipboard_ = ui.fonts_.map().in(ui.host_.clipboard ? ui.host_.clipboard() : std::string());
    ui.fonts_.ensure_mapped(ui.clipboard_);
    return ui.clipboard_.c_str();
  };
  io.SetClipboardTextFn = [](void* self, const char* text) {
    Ui& ui = *static_cast<Ui*>(self);
    if (ui.host_.set_clipboard) ui.host_.set_clipboard(ui.fonts_.map().out(std::string_view(text)));
  };
}

Ui::~Ui() { ImGui::SetCurrentContext(context_.get()); }

void Ui::feed(const InputEvent& event) {
  ImGui::SetCurrentContext(context_.get());
  ImGuiIO& io = ImGui::GetIO();
  if (const auto* key = std::get_if<KeyEvent>(&event)) {
    if (key->key > 0 && key->key < static_cast<int>(std::size(io.KeysDown))) io.KeysDown[key->key] = key->down;
    io.KeyCtrl = key->ctrl;
    io.KeyShift = key->shift;
    io.KeyAlt = key->alt;
  } else if (const auto* c = std::get_if<CharEvent>(&event)) {
    if (const char32_t unit = fonts_.typed(c->code_point)) io.AddInputCharacter(unit);
  } else if (const auto* move = std::get_if<MoveEvent>(&event)) {
    io.MousePos = {move->pixel.x, move->pixel.y};
  } else if (std::holds_alternative<LeaveEvent>(event)) {
    io.MousePos = {-FLT_MAX, -FLT_MAX};
  } else if (const auto* button = std::get_if<ButtonEvent>(&event)) {
    io.MousePos = {button->pixel.x, button->pixel.y};
    io.MouseDown[static_cast<int>(button->button)] = button->down;
  } else if (const auto* scroll = std::get_if<ScrollEvent>(&event)) {
    io.MousePos = {scroll->pixel.x, scroll->pixel.y};
    io.MouseWheel += scroll->amount.y;
    io.MouseWheelH += scroll->amount.x;
  }
}

float Ui::foot_right() const {
  const float bottom = layout_.free.y1, room = 34 * u();  // for scale bar, attribution and compass
  const auto leaves = [&](const Rect& r) { return r.empty() || r.y1 + u() <= bottom - room; };
  if (layout_.portrait || !leaves(layout_.nav)) return layout_.clear.x1;
  return leaves(layout_.right) ? static_cast<float>(size_.x) : layout_.free.x1;
}

bool Ui::covers(glm::vec2 pixel) const {
  return std::any_of(covers_.begin(), covers_.end(), [&](const Rect& r) { return r.contains(pixel); });
}

bool Ui::typing() const {
  ImGui::SetCurrentContext(context_.get());
  return ImGui::GetIO().WantTextInput;
}

void Ui::stop_typing() {
  ImGui::SetCurrentContext(context_.get());
  ImGui::SetWindowFocus(nullptr);
}

int Ui::cursor() const {
  ImGui::SetCurrentContext(context_.get());
  return ImGui::GetMouseCursor();
}

// 200 ms, slow at both ends; `value` runs from 0 to 1 in time and what is returned is eased.
float Ui::ease(Eased& e, bool open, double dt) {
  const float goal = open ? 1.0f : 0.0f, step = static_cast<float>(dt / 0.2);
  e.value = open ? std::min(goal, e.value + step) : std::max(goal, e.value - step);
  if (e.value != goal) animating_ = true;
  return e.value * e.value * (3 - 2 * e.value);
}

void Ui::apply_style() {
  ImGuiStyle& s = ImGui::GetStyle();
  const float unit = u();
  s.WindowPadding = {1.5f * unit, 1.25f * unit};
  const float line = fonts_.font(TextSize::read)->FontSize;
  s.FramePadding = {unit, std::floor(std::max(0.5f * unit, (touch() - line) / 2))};
  s.ItemSpacing = {unit, 0.75f * unit};
  s.ItemInnerSpacing = {0.5f * unit, 0.5f * unit};
  s.WindowRounding = runtime::metrics::radius / runtime::metrics::unit * unit;
  s.ChildRounding = s.FrameRounding = s.PopupRounding = s.GrabRounding = 0.5f * unit;
  s.ScrollbarSize = unit;
  s.ScrollbarRounding = 0.5f * unit;
  s.WindowBorderSize = 1;
  s.ChildBorderSize = s.FrameBorderSize = 0;
  s.WindowMinSize = {1, 1};
  s.DisplaySafeAreaPadding = {0, 0};
  ImVec4* c = s.Colors;
  c[ImGuiCol_Text] = colour(theme_.text);
  c[ImGuiCol_TextDisabled] = colour(theme_.faint);
  c[ImGuiCol_WindowBg] = c[ImGuiCol_PopupBg] = colour(theme_.panel);
  c[ImGuiCol_ChildBg] = {0, 0, 0, 0};
  c[ImGuiCol_Border] = colour(theme_.panel_edge);
  c[ImGuiCol_FrameBg] = c[ImGuiCol_FrameBgHovered] = c[ImGuiCol_FrameBgActive] = colour(theme_.field);
  c[ImGuiCol_Header] = colour(theme_.raised);
  c[ImGuiCol_HeaderHovered] = c[ImGuiCol_HeaderActive] = colour(theme_.hover);
  c[ImGuiCol_Button] = colour(theme_.raised);
  c[ImGuiCol_ButtonHovered] = c[ImGuiCol_ButtonActive] = colour(theme_.hover);
  c[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
  c[ImGuiCol_ScrollbarGrab] = colour(theme_.hover);
  c[ImGuiCol_ScrollbarGrabHovered] = c[ImGuiCol_ScrollbarGrabActive] = colour(theme_.faint);
  c[ImGuiCol_Separator] = colour(theme_.panel_edge);
  Rgba8 marked = theme_.accent;
  marked.a = 90;
  c[ImGuiCol_TextSelectedBg] = colour(marked);
  c[ImGuiCol_NavHighlight] = {0, 0, 0, 0};
}

bool Ui::begin_panel(const char* id, const Rect& rect, bool scrolls) {
  cover(rect);
  ImGui::SetNextWindowPos({rect.x0, rect.y0});
  ImGui::SetNextWindowSize({rect.width(), rect.height()});
  ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                           ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing |
                           ImGuiWindowFlags_NoBringToFrontOnFocus;
  if (scrolls) flags &= ~ImGuiWindowFlags_NoScrollbar;
  else flags |= ImGuiWindowFlags_NoScrollWithMouse;
  return ImGui::Begin(id, nullptr, flags);
}

void Ui::end_panel() { ImGui::End(); }

void Ui::build(glm::uvec2 size, float scale, float banner, double dt, render::OverlayList& out) {
  ImGui::SetCurrentContext(context_.get());
  size_ = size;
  theme_ = runtime::hud_theme(state_.night);
  theme_.panel.a = std::max<std::uint8_t>(theme_.panel.a, 232);  // panels hold more and smaller text than the HUD
  layers_ = engine_.layers();
  animating_ = false;
  clock_ += dt;
  state_.last_step = dt;

  const bool has_times = !engine_.time().steps.empty() || engine_.clock().feeds;
  const bool tool = right_has_card();
  const bool wide = static_cast<float>(size.x) >= 1400 * scale;
  state_.nav.held = false;
  LayoutInput in{size, scale, ease(left_, state_.layers, dt), 0};
  in.time_bar = ease(time_, has_times, dt);
  if (state_.shows(Panel::structures)) in.right_units = 66;  // a table of eight columns
  in.banner = banner;
  in.left_content = left_content_;
  in.right = ease(right_, tool || state_.pin || (wide && state_.probe), dt);
  layout_ = layout_for(in);

  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(size.x), static_cast<float>(size.y)};
  io.DeltaTime = static_cast<float>(std::clamp(dt, 1e-4, 1.0));
  fonts_.begin_frame(scale);
  apply_style();
  covers_next_.clear();
  sliding_ = false;

  // A glyph page dropped while building leaves quads of the old page: build once more with fresh ones.
  for (int round = 0; round < 2; ++round) {
    ImGui::NewFrame();
    layer_panel();
    right_column();
    time_bar();
    nav_buttons();
    top_bar();
    toasts(round == 0 ? dt : 0);
    if (state_.profile) profile_panel();
    if (state_.help) help_page();
    ImGui::Render();
    if (!fonts_.stale()) break;
    fonts_.begin_frame(scale);
    covers_next_.clear();
  }
  covers_ = covers_next_;
  append_overlay(*ImGui::GetDrawData(), out);
}

}  // namespace tenbo::shell
