// The card of a photograph with its camera: where and when, how it looked, its picture, and the way into its camera.
#include <imgui.h>

#include <algorithm>
#include <cmath>

#include "format.h"
#include "ui.h"

namespace tenbo::shell {

void Ui::photo_part(const runtime::PhotoCard& card) {
  const float width = ImGui::GetContentRegionAvail().x;
  if (!card.date.empty()) wrapped(card.date + (card.date_offset ? "" : "  " + word("photo.no_offset")), TextSize::read, theme_.text);
  if (!card.camera.empty()) wrapped(card.camera, TextSize::detail, theme_.text);
  wrapped(card.place, TextSize::detail, theme_.quiet);
  wrapped(card.view, TextSize::detail, theme_.quiet);
  if (!card.source.empty()) wrapped(word("photo.source", {{"source", card.source}}), TextSize::detail, theme_.faint);
  const auto key = std::pair(card.layer, card.feature);
  const bool open = state_.photo_large == key;
  const auto photo = engine_.camera_photograph(card.layer, card.feature);
  if (!photo.error.empty()) wrapped(word("structure.no_photo") + " " + photo.error, TextSize::detail, theme_.attention);
  else if (!photo.picture) label(word("structure.photo_loading"), TextSize::detail, theme_.faint), animating_ = true;
  else if (photo_view("photo", *photo.picture, photo.picture, width, open ? width * 1.5f : 12 * u())) {
    if (open) state_.photo_large.reset();
    else state_.photo_large = key;
    animating_ = true;
  }
  if (!card.through) return;
  if (text_button("through", word("photo.look_through"), true, width)) {
    // All of the picture is in the window, whichever of the two is the wider.
    auto camera = *card.through;
    const double aspect = static_cast<double>(size_.x) / std::max(1u, size_.y), up = std::tan(camera.fov * M_PI / 360);
    camera.fov = std::clamp(2 * std::atan(std::max(up, up * card.aspect / aspect)) * 180 / M_PI, 1.0, 150.0);
    engine_.fly_to(camera);
    animating_ = true;
  }
  if (std::abs(card.rolled) > 1) wrapped(word("photo.rolled", {{"degrees", std::to_string(std::lround(card.rolled))}}), TextSize::detail, theme_.faint);
}

}  // namespace tenbo::shell
