// Impact of a field of 500 x 500 cells on 500,000 buildings: what the overlaps take once, and what a step takes.
// usage: bench_impact [buildings] [cells a side]
// Buildings are rectangles of 8 to 20 m, turned at random, on 10 x 10 km near 35 N; the field is a wave of water that wanders over it,
// in Japan's plane rectangular zone 8, so that every corner goes through PROJ.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>

#include "tenbo/base/file.h"
#include "tenbo/geo/crs.h"
#include "tenbo/impact/exposure.h"

using namespace tenbo;

namespace {

double ms_since(std::chrono::steady_clock::time_point t) { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - t).count(); }

impact::Assets make_buildings(std::uint32_t count, const geo::Transformer& to_geographic) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> place(-5000, 5000), half(4, 10), turn(0, 3.14159265);
  std::vector<geo::GeoPoint> corners;
  for (std::uint32_t i = 0; i < count; ++i) {
    const double x = place(random), y = place(random), a = half(random), b = half(random), t = turn(random);
    for (const auto& [s, u] : {std::pair(-a, -b), std::pair(a, -b), std::pair(a, b), std::pair(-a, b)})
      corners.push_back({x + s * std::cos(t) - u * std::sin(t), y + s * std::sin(t) + u * std::cos(t), 0});
  }
  to_geographic.transform(corners);
  impact::Assets out;
  out.count = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    out.add_part(i, impact::Shape::area);
    for (int k = 0; k < 4; ++k) out.add_point(corners[4 * i + k].lon, corners[4 * i + k].lat);
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const auto count = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 500'000);
  const int side = argc > 2 ? std::atoi(argv[2]) : 500;
  geo::GridGeometry grid;
  grid.width = grid.height = side;
  const double cell = 10'000.0 / side;
  grid.geotransform = {-5000, cell, 0, 5000, 0, -cell};
  grid.crs = *geo::Crs::parse("EPSG:6676");
  const auto buildings = make_buildings(count, *geo::Transformer::to_geographic(grid.crs, geo::AxisOrder::xy));
  JobSystem jobs;

  auto begun = std::chrono::steady_clock::now();
  const auto overlaps = impact::overlap_cells(buildings, grid, jobs);
  const double prepared = ms_since(begun);
  if (!overlaps) {
    fmt::print(stderr, "{}\n", overlaps.error().text());
    return 1;
  }
  const impact::ClassScale scale{{1e-6, 0.5, 3, 5, 10, 20}, false};
  std::vector<float> depth(static_cast<std::size_t>(side) * side);
  std::vector<impact::Class> places, classes;
  std::vector<double> times;
  std::uint64_t touched = 0;
  for (int step = 0; step < 36; ++step) {
    for (int r = 0; r < side; ++r)
      for (int c = 0; c < side; ++c) {
        const double d = 6 * std::sin(r * 0.02 + step * 0.3) * std::cos(c * 0.013 - step * 0.1);
        depth[static_cast<std::size_t>(r) * side + c] = (r + c) % 97 == 0 ? NAN : static_cast<float>(d);
      }
    begun = std::chrono::steady_clock::now();
    impact::classify_places(depth, scale, places);
    impact::classify_assets(*overlaps, places, impact::Rule::largest_share, jobs, classes);
    const auto n = impact::count(classes, {}, 1);
    times.push_back(ms_since(begun));
    for (impact::Class k = 1; k <= 6; ++k) touched += n[k];
  }
  std::sort(times.begin(), times.end());
  fmt::print("{} buildings, {} x {} cells, {} threads: overlaps {:.2f} s ({:.2f} cells a building), a step {:.2f} ms (median of {}), longest {:.2f} ms; {} touched on average; {} MB at the peak\n",
             count, side, side, jobs.threads(), prepared / 1000, static_cast<double>(overlaps->pieces.size()) / count, times[times.size() / 2], times.size(), times.back(),
             touched / times.size(), peak_memory_bytes() / 1'000'000);
  return 0;
}
