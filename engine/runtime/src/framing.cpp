#include "framing.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace tenbo::runtime {
namespace {

constexpr std::size_t fewest = 5;   // features, to tell the usual from the odd
constexpr double share_out = 0.05;  // of the features may stick out at each side, but always one
constexpr double share_in = 0.75;   // must lie in the box
constexpr double much_smaller = 4;  // than the whole, along its longer side

// Degrees of latitude.
double longer_side(const geo::Extent& e) {
  return std::max((e.east - e.west) * std::cos(e.centre().lat * std::numbers::pi / 180), e.north - e.south);
}

// The value that `out` of them lie beyond.
double beyond(std::vector<double>& values, std::size_t out) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(out), values.end());
  return values[out];
}

}  // namespace

geo::Extent framing_extent(const geo::FeatureTable& features, const geo::Extent& whole) {
  std::vector<double> west, south, east, north;  // the latter two negated: all are to be small
  for (std::uint32_t i = 0; i < features.size(); ++i) {
    const geo::Extent& e = features.extent(i);
    if (e.empty()) continue;
    west.push_back(e.west);
    south.push_back(e.south);
    east.push_back(-e.east);
    north.push_back(-e.north);
  }
  const std::size_t count = west.size();
  if (count < fewest) return whole;
  const auto out = std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) * share_out));
  const geo::Extent core{beyond(west, out), beyond(south, out), -beyond(east, out), -beyond(north, out)};
  if (core.empty() || longer_side(core) * much_smaller > longer_side(whole)) return whole;

  // What is no farther from the core than the core is long belongs to it all the same.
  const double reach_y = longer_side(core) + 1e-6, reach_x = reach_y / std::max(0.01, std::cos(core.centre().lat * std::numbers::pi / 180));
  geo::Extent framed;
  std::size_t in = 0;
  for (std::uint32_t i = 0; i < features.size(); ++i) {
    const geo::Extent& e = features.extent(i);
    if (e.empty() || e.west < core.west - reach_x || e.east > core.east + reach_x || e.south < core.south - reach_y || e.north > core.north + reach_y) continue;
    framed.add(e);
    ++in;
  }
  return static_cast<double>(in) >= share_in * static_cast<double>(count) ? framed : whole;
}

}  // namespace tenbo::runtime
