#include "tenbo/live/clock.h"

#include <algorithm>
#include <cmath>

namespace tenbo::live {

Clock Clock::replayed(Moment from, double speed, Steady begun) {
  return {Mode::replayed, from, std::isfinite(speed) && speed > 0 ? speed : 0, begun};
}

Moment Clock::at(Moment machine, Steady steady) const {
  if (mode_ == Mode::real) return machine;
  if (mode_ == Mode::stopped) return from_;
  const double us = std::chrono::duration<double, std::micro>(steady - begun_).count() * speed_;
  constexpr double most = 4e18;  // some 130,000 years: no speed leads out of the numbers
  return {from_.us + static_cast<std::int64_t>(std::clamp(us, 0.0, most - static_cast<double>(std::max<std::int64_t>(from_.us, 0))))};
}

}  // namespace tenbo::live
