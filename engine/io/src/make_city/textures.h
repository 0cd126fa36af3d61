#pragma once
// Painted pictures for walls and roofs. Each repeats: a wall shows whole bays and storeys of its picture.
#include "buildings.h"
#include "tenbo/base/image.h"

namespace tenbo::io::make_city_detail {

struct TextureScale {
  double bay, storey;  // m
  int bays, storeys;   // in the picture
};
TextureScale texture_scale(int texture);
const char* texture_name(int texture);  // file name
Image paint_texture(int texture, std::uint64_t seed);

}  // namespace tenbo::io::make_city_detail
