// Statistics of 20 members of 500 x 500 cells: what a step takes, beside std::nth_element cell by cell.
// usage: bench_ensemble [members] [cells a side]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>

#include "tenbo/geo/forecast.h"

using namespace tenbo;

namespace {

template <class F>
double median_ms(F&& f) {
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    f();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
  }
  std::nth_element(times.begin(), times.begin() + 7, times.end());
  return times[7];
}

}  // namespace

int main(int argc, char** argv) {
  const auto members = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 20), side = static_cast<std::size_t>(argc > 2 ? std::atoi(argv[2]) : 500);
  const std::size_t n = side * side;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> value(-1, 6);
  std::vector<std::vector<float>> data(members, std::vector<float>(n));
  for (auto& m : data)
    for (float& v : m) v = std::max(0.f, value(random));
  std::vector<const float*> rows;
  for (const auto& m : data) rows.push_back(m.data());
  std::vector<float> out(n);
  const auto time = [&](const geo::ForecastView& view) { return median_ms([&] { geo::ensemble_statistic(rows, n, view, false, out.data()); }); };
  const double p90 = time({geo::Statistic::percentile, 0, 90});
  const auto network = out;
  const double p50 = time({geo::Statistic::percentile, 0, 50}), mean = time({geo::Statistic::mean}), maximum = time({geo::Statistic::maximum}),
               share = time({geo::Statistic::probability, 0, 0, 0.5});
  std::vector<float> cell(members);
  const double place = 0.9 * static_cast<double>(members - 1);
  const auto rank = static_cast<std::ptrdiff_t>(place);
  const double plain = median_ms([&] {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < members; ++k) cell[k] = data[k][i];
      std::nth_element(cell.begin(), cell.begin() + rank, cell.end());
      const float a = cell[static_cast<std::size_t>(rank)], b = rank + 1 < static_cast<std::ptrdiff_t>(members) ? *std::min_element(cell.begin() + rank + 1, cell.end()) : a;
      out[i] = a + (b - a) * static_cast<float>(place - static_cast<double>(rank));
    }
  });
  double off = 0;
  for (std::size_t i = 0; i < n; ++i) off = std::max(off, static_cast<double>(std::abs(out[i] - network[i])));
  fmt::print("{} members, {} x {} cells, one thread, ms a step (median of 15): mean {:.2f}, maximum {:.2f}, probability {:.2f}, p50 {:.2f}, p90 {:.2f}; p90 by nth_element {:.2f}, {:.1f} times as long (largest difference {:g})\n",
             members, side, side, mean, maximum, share, p50, p90, plain, plain / p90, off);
  return 0;
}
