#include "rasters.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "random.h"

namespace tenbo::io::make_city_detail {

PlanTable::PlanTable(const Plan& plan, JobSystem& jobs) {
  cell_ = 20 * plan.stretch;
  size_ = 324;
  west_ = south_ = -plan.half_size - 20 * plan.stretch;
  places_.resize(static_cast<std::size_t>(size_) * size_);
  hills_.resize(places_.size());
  jobs.parallel_for(size_, 8, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      for (int i = 0; i < size_; ++i) {
        const std::size_t at = j * size_ + i;
        places_[at] = plan.to_plan({west_ + i * cell_, south_ + static_cast<double>(j) * cell_});
        hills_[at] = plan.hilliness(places_[at]);
      }
    }
  });
}

Vec2 PlanTable::at(Vec2 world) const {
  const double x = std::clamp((world.x - west_) / cell_, 0.0, size_ - 1.001), y = std::clamp((world.y - south_) / cell_, 0.0, size_ - 1.001);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const Vec2* p = &places_[static_cast<std::size_t>(j) * size_ + i];
  return (p[0] * (1 - (x - i)) + p[1] * (x - i)) * (1 - (y - j)) + (p[size_] * (1 - (x - i)) + p[size_ + 1] * (x - i)) * (y - j);
}

double PlanTable::hill(Vec2 world) const {
  const double x = std::clamp((world.x - west_) / cell_, 0.0, size_ - 1.001), y = std::clamp((world.y - south_) / cell_, 0.0, size_ - 1.001);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const double* h = &hills_[static_cast<std::size_t>(j) * size_ + i];
  return lerp(lerp(h[0], h[1], x - i), lerp(h[size_], h[size_ + 1], x - i), y - j);
}

double Terrain::at(Vec2 world, double half_size) const {
  const double x = std::clamp((world.x + half_size) / cell - 0.5, 0.0, size - 1.001);
  const double y = std::clamp((half_size - world.y) / cell - 0.5, 0.0, size - 1.001);
  const int i = static_cast<int>(x), j = static_cast<int>(y);
  const float* p = &heights[static_cast<std::size_t>(j) * size + i];
  return lerp(lerp(p[0], p[1], x - i), lerp(p[size], p[size + 1], x - i), y - j);
}

Terrain make_terrain(const Plan& plan, const PlanTable& table, JobSystem& jobs) {
  Terrain t;
  t.size = std::min(4096, static_cast<int>(std::lround(2 * plan.half_size / 5)));
  t.cell = 2 * plan.half_size / t.size;
  t.heights.resize(static_cast<std::size_t>(t.size) * t.size);
  jobs.parallel_for(t.size, 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      for (int i = 0; i < t.size; ++i) {
        const Vec2 w{-plan.half_size + (i + 0.5) * t.cell, plan.half_size - (static_cast<double>(j) + 0.5) * t.cell};
        t.heights[j * t.size + i] = static_cast<float>(std::round(plan.ground(w, table.at(w)) * 100) / 100);
      }
    }
  });
  return t;
}

std::string utc_text(std::int64_t ms) {
  // Civil date from days since 1970 (Howard Hinnant's algorithm, public domain).
  const std::int64_t seconds = ms / 1000, days = seconds / 86400 + 719468, era = days / 146097;
  const std::int64_t doe = days - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  const std::int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (month <= 2);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", static_cast<int>(year), static_cast<int>(month),
                static_cast<int>(day), static_cast<int>(seconds / 3600 % 24), static_cast<int>(seconds / 60 % 60),
                static_cast<int>(seconds % 60));
  return text;
}

}  // namespace tenbo::io::make_city_detail
