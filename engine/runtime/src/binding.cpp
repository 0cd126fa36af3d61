#include "binding.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>

namespace tenbo::runtime {
namespace {

constexpr double reach = 30;                     // m from a feature's extent
constexpr double metres_per_degree = 111'320;    // of latitude, near enough over tens of metres
constexpr double cell = 0.01;                    // degrees, of the search grid

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') continue;
    if (text.compare(i, 3, "\xE3\x80\x80") == 0) { i += 2; continue; }  // ideographic space
    out += text[i];
  }
  return out;
}

bool may_be_one(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() || a.find(b) != std::string::npos || b.find(a) != std::string::npos;
}

// m from the place to the extent, and to its centre.
std::pair<double, double> distances(const Structure& s, const geo::Extent& e) {
  const double across = metres_per_degree * std::cos(s.lat * M_PI / 180);
  const double dx = std::max({e.west - s.lon, 0.0, s.lon - e.east}) * across;
  const double dy = std::max({e.south - s.lat, 0.0, s.lat - e.north}) * metres_per_degree;
  const auto c = e.centre();
  return {std::hypot(dx, dy), std::hypot((c.lon - s.lon) * across, (c.lat - s.lat) * metres_per_degree)};
}

}  // namespace

std::vector<std::pair<std::uint32_t, std::uint32_t>> bind_structures(std::span<const Structure> structures,
                                                                     const geo::FeatureTable& features) {
  std::vector<std::uint32_t> candidates;
  for (std::uint32_t i = 0; i < features.size(); ++i) {
    const auto type = features.type(i);
    if (type.find("Bridge") != std::string_view::npos || type.find("Tunnel") != std::string_view::npos) candidates.push_back(i);
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  if (candidates.empty()) return out;

  std::map<std::string_view, std::uint32_t> by_id;
  for (const auto f : candidates) by_id.emplace(features.id(f), f);
  std::vector<bool> bound(structures.size()), taken(features.size());
  for (std::uint32_t s = 0; s < structures.size(); ++s) {
    if (structures[s].id.empty()) continue;
    if (const auto it = by_id.find(structures[s].id); it != by_id.end()) {
      out.emplace_back(s, it->second);
      bound[s] = taken[it->second] = true;
    }
  }

  // What is left, by place. The grid holds a feature in every cell that its extent reaches.
  using Cell = std::pair<int, int>;
  const auto cell_of = [](double lon, double lat) { return Cell{static_cast<int>(std::floor(lon / cell)), static_cast<int>(std::floor(lat / cell))}; };
  std::map<Cell, std::vector<std::uint32_t>> grid;
  for (const auto f : candidates) {
    const auto& e = features.extent(f);
    if (taken[f] || e.empty() || !(e.east - e.west < 1 && e.north - e.south < 1)) continue;
    const double margin_lat = reach / metres_per_degree, margin_lon = margin_lat / std::max(0.05, std::cos(e.centre().lat * M_PI / 180));
    const auto [x0, y0] = cell_of(e.west - margin_lon, e.south - margin_lat);
    const auto [x1, y1] = cell_of(e.east + margin_lon, e.north + margin_lat);
    for (int x = x0; x <= x1; ++x)
      for (int y = y0; y <= y1; ++y) grid[{x, y}].push_back(f);
  }
  std::vector<std::tuple<double, double, std::uint32_t, std::uint32_t>> pairs;  // to the extent, to its centre; structure, feature
  for (std::uint32_t s = 0; s < structures.size(); ++s) {
    if (bound[s] || !(std::abs(structures[s].lon) <= 360 && std::abs(structures[s].lat) <= 90)) continue;  // NaN too
    const auto here = grid.find(cell_of(structures[s].lon, structures[s].lat));
    if (here == grid.end()) continue;
    const std::string name = plain(structures[s].name);
    for (const auto f : here->second) {
      const auto [edge, centre] = distances(structures[s], features.extent(f));
      if (edge <= reach && may_be_one(name, plain(geo::to_text(features.value(f, "gml:name"))))) pairs.emplace_back(edge, centre, s, f);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [edge, centre, s, f] : pairs) {
    if (bound[s] || taken[f]) continue;
    bound[s] = taken[f] = true;
    out.emplace_back(s, f);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace tenbo::runtime
