#pragma once
// The forecast: the west levee fails in a typhoon, and the lowland fills.
#include <vector>

#include "plan.h"

namespace tenbo::io::make_city_detail {

struct FloodForecast {
  static constexpr int steps = 36;
  int width = 0, height = 0;             // cells
  double west = 0, north = 0, cell = 10;  // world, m
  int step_minutes = 10;
  std::vector<std::vector<float>> depth;  // per step, m, row by row from the north; 0 = dry; whole centimetres
  std::vector<float> deepest;             // of all steps

  float deepest_at(Vec2 world) const;
};

// Shallow water without its convective term (Bates, Horritt and Fewtrell 2010) on cells of 30 m, then spread over the
// terrain's own detail: the surface is interpolated, the depth is surface minus ground.
FloodForecast forecast_flood(const Plan& plan);

}  // namespace tenbo::io::make_city_detail
