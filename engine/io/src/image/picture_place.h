#pragma once
// Where a picture lies.
#include <array>
#include <filesystem>

#include "tenbo/base/result.h"

namespace tenbo::io {

// A picture's size and place: x = place[0] + place[1] column + place[2] row, y likewise, of the corners of pixels.
struct PicturePlace {
  int width = 0, height = 0;
  bool placed = false;  // false: its size is all that is known
  std::array<double, 6> place{};
};
// What the picture says of itself, and the world file beside it (.tfw, .jgw, .pgw, .wld ...).
Result<PicturePlace> picture_place(const std::filesystem::path& path, bool prefer_world_file);

}  // namespace tenbo::io
