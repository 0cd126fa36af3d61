#pragma once
// A tile of heights that is a picture, or GSI's table of text.
#include <span>
#include <string>
#include <vector>

#include "tenbo/io/terrain.h"

namespace tenbo::io::terrain {

struct HeightPicture {
  int edge = 0;                // pixels
  std::vector<float> heights;  // m, row by row from the north; NaN = no data
  std::size_t bytes() const { return sizeof *this + heights.size() * sizeof(float); }
  float at(int column, int row) const { return heights[static_cast<std::size_t>(row) * static_cast<std::size_t>(edge) + static_cast<std::size_t>(column)]; }
};

Result<HeightPicture> read_height_picture(std::span<const std::byte> bytes, HeightEncoding encoding, const std::string& label);

}  // namespace tenbo::io::terrain
