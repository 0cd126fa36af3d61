// Mark-up: what is drawn next, and the list of what has been drawn.
#include <imgui.h>

#include "format.h"
#include "tenbo/scene/camera.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::markup_card(float) {
  const float width = ImGui::GetContentRegionAvail().x, edge = touch();
  MarkupTool& tool = state_.markup;
  if (panel_head(word("markup.title"))) {
    state_.close(Panel::markup);
    tool.points.clear();
    return;
  }
  const int kind = choice("##kind", {word("markup.point"), word("markup.line"), word("markup.area")}, static_cast<int>(tool.kind), width);
  if (kind >= 0) {
    tool.kind = static_cast<MarkKind>(kind);
    tool.points.clear();
  }
  wrapped(word(tool.kind == MarkKind::point ? "markup.hint_point" : "markup.hint"), TextSize::detail, theme_.quiet);
  label(word("markup.note"), TextSize::detail, theme_.quiet);
  input("##note", tool.note, word("markup.note_hint"), width);
  label(word("markup.author"), TextSize::detail, theme_.quiet);
  input("##author", tool.author, word("markup.author_hint"), width);
  const bool ready = tool.points.size() >= least_points(tool.kind) && !tool.author.empty();
  if (text_button("add", word("markup.add"), ready) && ready) host_.act(Action::markup_add);
  if (!tool.points.empty()) {
    ImGui::SameLine();
    if (text_button("again", word("markup.again"))) tool.points.clear();
  }
  ImGui::Dummy({0, 0.5f * u()});
  label(word("markup.drawn", {{"n", std::to_string(tool.marks.size())}}), TextSize::detail, theme_.quiet);
  for (std::size_t i = tool.marks.size(); i-- > 0;) {  // the newest first
    const Mark& m = tool.marks[i];
    ImGui::PushID(static_cast<int>(i));
    const float y = ImGui::GetCursorPosY();
    label(m.note.empty() ? word(std::string("markup.") + to_string(m.kind)) : m.note, TextSize::read, theme_.text, true, width - 2 * edge);
    label(m.author + " · " + format_jst(m.time), TextSize::detail, theme_.quiet, false, width - 2 * edge);
    const float after = ImGui::GetCursorPosY();
    ImGui::SetCursorPos({layout_.right.width() - 2 * edge - 0.5f * u(), y});
    if (icon_button("goto", Icon::target, word("card.zoom"))) {
      const auto& c = engine_.camera();
      engine_.fly_to(scene::look_at(m.points.front(), 600, c.heading, -35, c.fov));
    }
    ImGui::SameLine(0, 0);
    if (icon_button("remove", Icon::close, word("markup.remove"))) tool.remove = i;
    ImGui::SetCursorPosY(std::max(after, y + edge));
    ImGui::PopID();
  }
}

}  // namespace tenbo::shell
