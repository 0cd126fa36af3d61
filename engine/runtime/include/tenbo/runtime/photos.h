#pragma once
// What the window shows of a photograph with its camera that is selected (io/photos.h).
#include <cstdint>
#include <optional>
#include <string>

#include "tenbo/scene/camera.h"

namespace tenbo::runtime {

struct PhotoCard {
  std::uint32_t layer = 0, feature = 0;
  std::string name, date, camera, source;  // as the photograph and its layer say; empty = nothing said
  bool date_offset = false;                // the date says its offset from UTC
  std::string place;                       // height with what it is above, in the language of the glass
  std::string view;                        // direction and angles; or what is not known of them
  std::optional<scene::Camera> through;    // as the photograph's camera saw it; absent: not known how it looked
  double aspect = 1;                       // of the picture as it is looked at, width to height
  double rolled = 0;                       // degrees that the view through it leaves out
};

}  // namespace tenbo::runtime
