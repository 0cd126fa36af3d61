#include "context.h"

#include <fmt/format.h>

namespace tenbo::runtime {

Theme hud_theme(bool night) {
  if (night)  // dimmer than the dimmest of the official classes
    return {{5, 7, 10, 226}, {255, 255, 255, 18}, {148, 145, 139, 255}, {112, 109, 103, 255},
            {44, 122, 112, 255}, {152, 114, 8, 255}, {8, 8, 6, 255},
            {92, 90, 86, 255}, {255, 255, 255, 10}, {255, 255, 255, 20}, {0, 0, 0, 110}, {2, 3, 5, 170}, {150, 76, 68, 255}, {4, 14, 12, 255}};
  return {{13, 18, 25, 216}, {255, 255, 255, 34}, {242, 246, 249, 255}, {176, 188, 199, 255},
          {78, 208, 190, 255}, {255, 196, 0, 255}, {16, 14, 8, 255},
          {134, 147, 159, 255}, {255, 255, 255, 20}, {255, 255, 255, 38}, {0, 0, 0, 110}, {4, 7, 10, 160}, {255, 122, 108, 255}, {5, 24, 21, 255}};
}

TextSizes hud_text_sizes(float scale) {
  const auto at = [scale](float px) {
    return std::clamp(static_cast<int>(std::lround(px * scale)), render::least_text_size, render::greatest_text_size);
  };
  return {at(metrics::glance), at(metrics::read), at(metrics::detail)};
}

double scale_bar_metres(double metres) {
  if (!std::isfinite(metres) || metres < 0.01 || metres > 1e8) return 0;
  const double power = std::pow(10.0, std::floor(std::log10(metres) + 1e-9));
  for (const double step : {5.0, 2.0, 1.0})
    if (step * power <= metres * (1 + 1e-9)) return step * power;
  return power;
}

std::string length_text(double metres) {
  if (metres >= 1000) return fmt::format("{:.10g} km", metres / 1000);
  return fmt::format("{:.10g} m", metres);
}

}  // namespace tenbo::runtime
