#pragma once
// What the parts of a city are: their colours, and which part of a baked tile is which.
#include "tenbo/io/city.h"

namespace tenbo::runtime {

Rgba8 theme_colour(io::CityTheme theme);

// Tiles say what their features are, but hold their triangles together: a batch for each theme, as a city model has them.
// Without pictures buildings have their theme's colour there, whatever theirs is; so have these. [worker]
void part_by_theme(io::CityModel& city, bool textured);

}  // namespace tenbo::runtime
