#pragma once
// Cameras as things to be seen: a body, the four edges of what it sees, and the far plane with the picture on it.
#include "tenbo/io/photos.h"

namespace tenbo::io {

// `row`: of the feature. `texture` of the model; -1: no picture on the far plane.
void add_frustum(CityModel& out, const PhotoCamera& photo, std::uint32_t row, std::int32_t texture);

}  // namespace tenbo::io
