#pragma once
// The city's rasters: terrain, painted picture, flood forecast.
#include <filesystem>
#include <string>
#include <vector>

#include "buildings.h"
#include "flood.h"
#include "tenbo/base/image.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"

namespace tenbo::io::make_city_detail {

// Plan coordinates of world places, from a table: exact to some centimetres and a hundred times as fast as solving.
class PlanTable {
 public:
  PlanTable(const Plan& plan, JobSystem& jobs);
  Vec2 at(Vec2 world) const;
  double hill(Vec2 world) const;  // Plan::hilliness there

 private:
  double west_, south_, cell_;
  int size_;
  std::vector<Vec2> places_;
  std::vector<double> hills_;
};

// A square of numbers over the whole terrain, row by row from the north.
struct Terrain {
  int size = 0;
  double cell = 5;  // m
  std::vector<float> heights;
  double at(Vec2 world, double half_size) const;  // bilinear
};
Terrain make_terrain(const Plan& plan, const PlanTable& table, JobSystem& jobs);
Image paint_imagery(const Plan& plan, const Layout& layout, const std::vector<Building>& buildings, const PlanTable& table,
                    const Terrain& terrain, JobSystem& jobs);

Status write_terrain(const Plan& plan, const Terrain& terrain, const std::filesystem::path& path);
Status write_imagery(const Plan& plan, const Image& image, const std::filesystem::path& path);
Status write_flood(const Plan& plan, const FloodForecast& flood, const std::filesystem::path& path);

// The forecast's own time, in the files and the scene: the first step, UTC.
inline constexpr std::int64_t flood_start_ms = 1789246800000;  // 2026-09-12T21:00:00Z, 06:00 in Japan
inline constexpr std::int64_t flood_issue_ms = flood_start_ms - 30 * 60 * 1000;
std::string utc_text(std::int64_t ms);

}  // namespace tenbo::io::make_city_detail
