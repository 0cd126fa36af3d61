// A structure's card: its grade over the years, its parts, its defects with their photographs, and the 3D model that it is tied to; and the
// list of records whose model a person must choose.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "tenbo/inspection/decal.h"
#include "tenbo/inspection/model.h"
#include "overlay.h"
#include "tenbo/runtime/alarm_level.h"
#include "tenbo/runtime/hud.h"
#include "tenbo/runtime/inspection_day.h"
#include "tenbo/scene/camera.h"
#include "ui.h"
#include "tenbo/base/text.h"

namespace tenbo::shell {
namespace {

using inspection::Change;

constexpr double beside = 60;      // m: how near a bridge is looked at
constexpr std::size_t most_rows = 300;

std::string metres(float v, int digits) { return std::isfinite(v) ? fmt::format("{:.{}f} m", v, digits) : std::string(); }

std::string roman(inspection::Grade g) {
  switch (g) {
    case inspection::Grade::I: return "I";
    case inspection::Grade::II: return "II";
    case inspection::Grade::III: return "III";
    case inspection::Grade::IV: return "IV";
    case inspection::Grade::exempt: return "–";
    default: return "?";
  }
}

}  // namespace

// "↑" worse, "↓" better, "new": what the inspection before did not have.
std::string Ui::change_word(Change change) const {
  return change == Change::unknown || change == Change::same ? std::string() : word(std::string("structure.change.") + inspection::to_string(change));
}

void Ui::structure_part(const runtime::StructureCard& card) {
  const auto& r = *card.records;
  const std::uint32_t s = card.pick.structure;
  const float width = ImGui::GetContentRegionAvail().x;
  // Grade and year, and what became of it.
  std::string line = word("structure.grade") + " " + roman(card.state.grade);
  line += " · " + (card.state.inspected ? word("structure.inspected", {{"year", std::to_string(card.state.inspected)}})
                          : word(card.state.grade != r.grade(s)                                ? "priority.not_yet"
                                 : card.state.grade == inspection::Grade::not_inspected ? "structure.not_inspected"
                                 : card.state.grade == inspection::Grade::exempt        ? "priority.exempt"
                                                                                        : "priority.no_year"));
  label(line, TextSize::read, theme_.text, true, width);
  if (const auto change = change_word(card.state.change); !change.empty())
    label(change + " · " + word("structure.before", {{"year", std::to_string(card.state.before)}}), TextSize::detail, card.state.change == Change::worse ? theme_.attention : theme_.quiet, true, width);
  // What the years are of.
  const auto years = engine_.inspection_years();
  if (years.size() > 1) {
    const auto shown = engine_.inspection_year();
    const int last = years.back();
    // Where nobody has chosen, the scene's time does: its place on the slider lets go of a choice.
    const auto day = runtime::inspection_day(std::nullopt, engine_.time().now);
    const bool past = day.year < last;
    const auto place = [&](int year) { return std::upper_bound(years.begin(), years.end(), year) - years.begin(); };
    const auto own = place(day.year), at = shown ? place(*shown) : own;
    float value = static_cast<float>(std::max<std::ptrdiff_t>(0, at - 1)) / static_cast<float>(years.size() - 1);
    label((!shown && past ? word("structure.as_of_day", {{"date", runtime::day_text(day)}}) : word("structure.as_of", {{"year", std::to_string(shown.value_or(last))}})) +
              (shown ? "" : " · " + word(past ? "structure.scene_time" : "structure.latest")),
          TextSize::detail, shown ? theme_.accent : theme_.quiet, shown.has_value(), width);
    if (slider("years", value, width)) {
      const auto i = static_cast<std::size_t>(std::lround(value * static_cast<float>(years.size() - 1)));
      engine_.set_inspection_year(static_cast<std::ptrdiff_t>(i) + 1 == own ? std::nullopt : std::optional(years[i]));
      animating_ = true;
    }
  }
  // The part that was picked.
  if (card.pick.member != inspection::Member::unknown || card.pick.span > 0) {
    std::string part = word(std::string("member.") + inspection::to_string(card.pick.member));
    if (card.pick.estimated) part += " (" + word("structure.estimated") + ")";
    if (card.pick.span > 0) part += " · " + word("structure.span", {{"n", std::to_string(card.pick.span)}});
    if (!card.pick.element.empty()) part += " · " + word("structure.element", {{"n", card.pick.element}});
    if (std::isfinite(card.pick.along)) part += " · " + word("structure.along", {{"m", fmt::format("{:.1f}", card.pick.along)}});
    wrapped(part, TextSize::detail, theme_.text);
  }
  if (!card.pick.part_type.empty()) {  // as the 3D model names it
    std::string part = card.pick.part_type;
    for (const auto* more : {&card.pick.part_name, &card.pick.part_id}) if (!more->empty()) part += " · " + *more;
    wrapped(word("structure.part", {{"part", part}}), TextSize::detail, theme_.quiet);
  }
  std::string size;
  const auto put = [&](const char* key, const std::string& text) { if (!text.empty()) size += (size.empty() ? "" : " · ") + word(key) + " " + text; };
  put("structure.length", metres(r.length(s), 1));
  put("structure.width", metres(r.width(s), 1));
  if (r.spans(s) > 0) put("structure.spans", std::to_string(r.spans(s)));
  if (r.built(s) > 0) put("structure.built", std::to_string(r.built(s)));
  if (!size.empty()) wrapped(size, TextSize::detail, theme_.quiet);
  if (card.generated) {
    std::string assumed;
    for (const auto what : inspection::all_assumed)
      if (card.assumed & what) assumed += (assumed.empty() ? "" : ", ") + word(std::string("structure.assumed.") + inspection::to_string(what));
    wrapped(word("structure.generated") + (assumed.empty() ? "" : " " + word("structure.assumed", {{"what", assumed}})), TextSize::detail, theme_.attention);
  }
  if (const auto source = r.word(r.source(s)); !source.empty()) wrapped(local_half(source, ja()), TextSize::detail, theme_.faint);
  if (card.binding) binding_lines(*card.binding);
  sensor_rows(card);
  // Defects, the worst first.
  auto order = card.defects;
  const auto all = r.defects(s);
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) { return inspection::severity(all[a.defect].grade) > inspection::severity(all[b.defect].grade); });
  if (all.empty()) return;
  label(word("structure.defects", {{"n", std::to_string(order.size())}}), TextSize::read, theme_.text, true, width);
  for (std::size_t i = 0; i < std::min(order.size(), most_rows); ++i) {
    ImGui::PushID(static_cast<int>(order[i].defect));
    defect_row(card, order[i]);
    ImGui::PopID();
  }
}

void Ui::defect_row(const runtime::StructureCard& card, const runtime::DefectCard& state) {
  const auto& r = *card.records;
  const auto& d = r.defects(card.pick.structure)[state.defect];
  const bool chosen = card.pick.defect == state.defect;
  const float width = ImGui::GetContentRegionAvail().x, edge = 3 * u();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float left = ImGui::GetCursorPosX(), top = ImGui::GetCursorPosY();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rgba8 fill = runtime::defect_colour(d.grade);
  list.AddRectFilled(at, {at.x + edge, at.y + edge}, fill.packed(), 0.5f * u());
  ImGui::PushFont(fonts_.font(TextSize::detail, true));
  const char* letter = t(d.grade ? std::string(1, d.grade) : std::string("?"));
  const ImVec2 extent = ImGui::CalcTextSize(letter);
  list.AddText({std::round(at.x + (edge - extent.x) / 2), std::round(at.y + (edge - extent.y) / 2)}, runtime::ink_on(fill).packed(), letter);
  ImGui::PopFont();
  ImGui::SetCursorPos({left + edge + u(), top});
  ImGui::BeginGroup();
  const float inner = width - edge - u();
  std::string title = word(std::string("defect.") + inspection::to_string(d.kind));
  if (d.kind == inspection::DefectKind::other && d.kind_word) title = r.word(d.kind_word);
  if (const auto change = change_word(state.change); !change.empty()) title += "  " + change;
  label(title, TextSize::detail, state.change == Change::worse || state.change == Change::appeared ? theme_.attention : chosen ? theme_.accent : theme_.text, true, inner);
  std::string where = d.member == inspection::Member::other && d.member_word ? std::string(r.word(d.member_word)) : word(std::string("member.") + inspection::to_string(d.member));
  if (d.span > 0) where += " · " + word("structure.span", {{"n", std::to_string(d.span)}});
  if (d.element) where += " · " + word("structure.element", {{"n", std::string(r.word(d.element))}});
  wrapped(where, TextSize::detail, theme_.quiet, left + width);
  std::string facts;
  const auto put = [&](const std::string& text) { if (!text.empty()) facts += (facts.empty() ? "" : " · ") + text; };
  if (d.response) put(word("structure.response", {{"class", std::string(r.word(d.response))}}));
  if (std::isfinite(d.length) && inspection::is_line(d.kind)) {
    put(metres(d.length, 2));
    if (std::isfinite(d.width)) put(word("structure.opening", {{"mm", fmt::format("{:.2f}", d.width * 1000)}}));
  } else if (std::isfinite(d.length)) {
    put(std::isfinite(d.width) ? fmt::format("{:.2f} × {:.2f} m", d.length, d.width) : metres(d.length, 2));
  } else {
    put(word("structure.no_size"));
  }
  if (d.year) put(d.month && d.day ? fmt::format("{}-{:02}-{:02}", d.year, d.month, d.day) : std::to_string(d.year));
  wrapped(facts, TextSize::detail, theme_.quiet, left + width);
  if (!state.placed) wrapped(word("structure.no_place"), TextSize::detail, theme_.faint, left + width);
  else if (state.guesses & ~static_cast<std::uint32_t>(inspection::guess_size)) wrapped(word("structure.guessed_place"), TextSize::detail, theme_.faint, left + width);
  if (d.note) wrapped(local_half(r.word(d.note), ja()), TextSize::detail, theme_.text, left + width);
  if (d.photo && (chosen || ImGui::IsRectVisible(at, {at.x + width, at.y + edge}))) {
    const bool open = state_.structure.photo && *state_.structure.photo == std::pair(card.pick.structure, state.defect);
    const auto photo = engine_.photograph(card.pick.layer, card.pick.structure, state.defect);
    if (!photo.error.empty()) wrapped(word("structure.no_photo") + " " + photo.error, TextSize::detail, theme_.attention, left + width);
    else if (!photo.picture) label(word("structure.photo_loading"), TextSize::detail, theme_.faint), animating_ = true;
    else if (photo_view("photo", *photo.picture, photo.picture, inner, open ? inner * 1.5f : 10 * u())) {
      if (open) state_.structure.photo.reset();
      else state_.structure.photo = std::pair(card.pick.structure, state.defect);
      animating_ = true;
    }
  }
  ImGui::EndGroup();
  ImGui::Dummy({0, 0.5f * u()});
}

// Its texture lives as long as the picture does with whoever shows it. True where it was touched.
bool Ui::photo_view(const char* id, const Image& image, const std::shared_ptr<const Image>& owner, float most_wide, float most_high) {
  auto* renderer = engine_.renderer();
  const float scale = std::min({most_wide / static_cast<float>(image.width), most_high / static_cast<float>(image.height), 4.f});
  const ImVec2 size{std::round(static_cast<float>(image.width) * scale), std::round(static_cast<float>(image.height) * scale)};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton(id, {std::max(1.f, size.x), std::max(1.f, size.y)});
  auto it = std::find_if(photos_.begin(), photos_.end(), [&](const auto& p) { return p.first == owner; });
  if (it == photos_.end() && renderer) {
    if (auto texture = renderer->create_texture(image, false)) {
      photos_.emplace_front(owner, *texture);
      it = photos_.begin();
      while (photos_.size() > 24) {  // as many as the engine keeps
        renderer->destroy(photos_.back().second);
        photos_.pop_back();
      }
    }
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (it != photos_.end()) list.AddImage(texture_id(it->second), at, {at.x + size.x, at.y + size.y});
  else list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, theme_.raised.packed());
  list.AddRect(at, {at.x + size.x, at.y + size.y}, (ImGui::IsItemHovered() ? theme_.accent : theme_.panel_edge).packed());
  return pressed;
}

std::string Ui::reasons_of(const runtime::ModelChoice& choice) const {
  std::string out;
  for (const auto reason : choice.reasons) {
    out += out.empty() ? "" : ", ";
    out += word(std::string("binding.reason.") + inspection::to_string(reason), {{"m", std::isfinite(choice.distance) ? fmt::format("{:.0f}", choice.distance) : "?"}});
  }
  return out;
}

void Ui::binding_lines(const runtime::BindingCard& binding) {
  const auto head = word(std::string("binding.") + inspection::to_string(binding.surety));
  if (binding.surety == inspection::Surety::sure && !binding.choices.empty()) {
    const auto& c = binding.choices.front();
    wrapped(fmt::format("{} {:.2f}: {}", head, c.score, reasons_of(c)), TextSize::detail, theme_.quiet);
  } else if (binding.surety == inspection::Surety::doubtful) {
    wrapped(head, TextSize::detail, theme_.attention);
  }
  if (!binding.by.empty()) label(word("binding.by", {{"name", binding.by}, {"time", binding.at}}), TextSize::detail, theme_.faint);
}

void Ui::review_card() {
  ReviewTool& tool = state_.review;
  const float width = ImGui::GetContentRegionAvail().x;
  const auto cards = engine_.binding_reviews();
  if (panel_head(word("binding.title"), [&] { chip(word("binding.open", {{"n", std::to_string(cards.size())}}), cards.empty() ? theme_.quiet : theme_.attention); })) {
    state_.close(Panel::review);
    return;
  }
  input("##by", tool.by, word("binding.by_hint"), width);
  ImGui::BeginChild("reviews", {0, 0}, false, ImGuiWindowFlags_NoNav);
  if (cards.empty()) wrapped(word("binding.none_open"), TextSize::detail, theme_.quiet);
  const float inner = ImGui::GetContentRegionAvail().x;
  const auto say = [&](const runtime::BindingCard& card, const std::string& model, bool accepted) {
    if (tool.by.empty()) return state_.say(word("binding.by_needed"), true);  // a choice has somebody who made it
    const auto said = engine_.review_binding(card.layer, card.structure, model, accepted, tool.by);
    state_.say(said ? word("binding.saved") : said.error().text(), !said);
    animating_ = true;
  };
  for (std::size_t i = 0; i < std::min(cards.size(), most_rows); ++i) {
    const auto& card = cards[i];
    ImGui::PushID(static_cast<int>(i));
    label(card.name.empty() ? card.key : card.name, TextSize::read, theme_.text, true, inner);
    label(card.layer_name + " · " + card.key, TextSize::detail, theme_.faint, false, inner);
    for (std::size_t k = 0; k < card.choices.size(); ++k) {
      const auto& c = card.choices[k];
      ImGui::PushID(static_cast<int>(k));
      label(fmt::format("{:.2f}  {}", c.score, c.name.empty() ? c.id : c.name), TextSize::detail, theme_.text, k == 0, inner);
      wrapped(reasons_of(c), TextSize::detail, theme_.quiet);
      if (icon_button("fly", Icon::target, word("card.zoom"))) {
        const auto& camera = engine_.camera();
        engine_.fly_to(scene::look_at(c.place, beside * 2, camera.heading, -35, camera.fov));
      }
      ImGui::SameLine();
      const float half = (inner - touch() - 2 * u()) / 2;
      if (text_button("accept", word("binding.accept"), k == 0, half)) say(card, c.id, true);
      ImGui::SameLine();
      if (text_button("reject", word("binding.reject"), false, half)) say(card, c.id, false);
      ImGui::PopID();
    }
    if (card.choices.size() > 1 && text_button("none", word("binding.reject_all"), false, inner)) say(card, {}, false);
    ImGui::Dummy({0, u()});
    ImGui::PopID();
  }
  touch_scroll();
  ImGui::EndChild();
}

}  // namespace tenbo::shell
