// From the features of four tiles to those of the one above them.
#include <meshoptimizer.h>

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <unordered_map>

#include "proxy.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/city.h"

namespace tenbo::io::bake {
namespace {

// What a tile may hold: more is more to draw than a tile that is seen from afar is worth.
constexpr std::size_t most_boxes = 3072;
constexpr std::size_t most_triangles = 60'000;
constexpr double first_grain = 8, next_grain = 1.25;  // m; and times

// How coarse: what is smaller than a grain may go, and small neighbours are gathered in squares of a grid of grains.
struct Choice {
  double grain = 0;  // m
  bool groups = false;
  double lon_step = 0, lat_step = 0;  // degrees, of the grid
};

bool gathered(const Proxy& p, const Choice& c) { return c.groups && p.size <= 1.5 * c.grain; }

// How far what stands for a feature may be from it. Roads, water and ground lie flat and reach far: a box is soon wider
// than they are. A bridge is mostly air, and what one looks at.
struct Room {
  double box, mesh;  // m
};
Room room_of(const Proxy& p, const Choice& c) {
  switch (static_cast<CityTheme>(p.theme)) {
    case CityTheme::road:
    case CityTheme::water:
    case CityTheme::relief:
    case CityTheme::other: return {c.grain / 8, c.grain / 2};
    case CityTheme::bridge: return {c.grain / 2, c.grain / 8};
    default: return {c.grain, c.grain / 2};
  }
}
bool as_box(const Proxy& p, const Choice& c) { return p.points == 0 || p.box_deviation <= room_of(p, c).box; }

std::uint64_t group_key(const Proxy& p, const Choice& c) {
  const auto x = static_cast<std::uint64_t>((p.lon + 180) / c.lon_step),
             y = static_cast<std::uint64_t>((p.lat + 90) / c.lat_step);
  return (x << 28 ^ y) << 4 ^ p.theme;
}

bool fits(const ProxyList& fine, const Choice& c) {
  std::size_t boxes = 0, triangles = 0;
  std::unordered_map<std::uint64_t, bool> groups;
  for (const Proxy& p : fine.proxies) {
    if (gathered(p, c)) {
      if (groups.emplace(group_key(p, c), true).second) ++boxes;
    } else if (as_box(p, c)) {
      ++boxes;
    } else {
      triangles += p.indices / 3;
    }
    if (boxes > most_boxes) return false;
  }
  return boxes * 10 + triangles / 2 <= most_triangles;  // meshes lose about half of theirs
}

// One box for a group: turned as its largest member is, in the shape of what is around all of them but only as large as
// they are together, so that streets stay as wide as they were; as high as they are on average.
Proxy joined(const ProxyList& fine, const std::vector<std::uint32_t>& members) {
  const auto volume = [](const Proxy& p) { return (p.a + 0.1) * (p.b + 0.1) * (p.top - p.bottom + 0.1); };
  const Proxy* largest = &fine.proxies[members.front()];
  for (const std::uint32_t m : members)
    if (volume(fine.proxies[m]) > volume(*largest)) largest = &fine.proxies[m];
  Proxy out = *largest;
  out.points = out.indices = out.first_point = out.first_index = 0;
  const auto frame = geo::LocalFrame::at({largest->lon, largest->lat, largest->bottom});
  const glm::dvec2 axis(std::cos(largest->angle), std::sin(largest->angle)), across(-axis.y, axis.x);
  double low_a = INFINITY, high_a = -INFINITY, low_b = INFINITY, high_b = -INFINITY, area = 0, tops = 0,
         colour[3] = {0, 0, 0}, roof[3] = {0, 0, 0};
  float bottom = INFINITY;
  std::vector<glm::dvec3> corners(members.size() * 8);
  out.members = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Proxy& p = fine.proxies[members[i]];
    box_corners(p, frame, &corners[i * 8]);
    for (std::size_t k = i * 8; k < i * 8 + 8; ++k) {
      const double along = glm::dot(glm::dvec2(corners[k]), axis), over = glm::dot(glm::dvec2(corners[k]), across);
      low_a = std::min(low_a, along);
      high_a = std::max(high_a, along);
      low_b = std::min(low_b, over);
      high_b = std::max(high_b, over);
    }
    const double ground = 4.0 * p.a * p.b + 1e-3;
    area += ground;
    tops += ground * p.top;
    bottom = std::min(bottom, p.bottom);
    for (int k = 0; k < 3; ++k) {
      colour[k] += ground * (p.colour >> (8 * k) & 255);
      roof[k] += ground * (p.roof >> (8 * k) & 255);
    }
    out.members += p.members;
  }
  out.colour = out.roof = 0xFF000000u;
  for (int k = 0; k < 3; ++k) {
    out.colour |= static_cast<std::uint32_t>(std::lround(colour[k] / area)) << (8 * k);
    out.roof |= static_cast<std::uint32_t>(std::lround(roof[k] / area)) << (8 * k);
  }
  const double around = (high_a - low_a) * (high_b - low_b), shrink = around > area ? std::sqrt(area / around) : 1;
  out.a = static_cast<float>((high_a - low_a) / 2 * shrink);
  out.b = static_cast<float>((high_b - low_b) / 2 * shrink);
  const glm::dvec2 middle = axis * ((low_a + high_a) / 2) + across * ((low_b + high_b) / 2);
  const auto place = frame.to_geo(glm::dvec3(middle, 0));
  out.lon = place.lon;
  out.lat = place.lat;
  out.bottom = bottom;
  out.top = std::max(bottom, static_cast<float>(tops / area));
  out.size = std::max({2 * out.a, 2 * out.b, out.top - out.bottom});

  glm::dvec3 own[8];
  box_corners(out, frame, own);
  double deviation = 0, worst = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Proxy& p = fine.proxies[members[i]];
    worst = std::max<double>(worst, p.box_deviation);
    deviation = std::max<double>(deviation, std::abs(p.top - out.top));
  }
  // What sticks out, and the corners that stand where there is nothing.
  deviation = std::max({deviation, (high_a - low_a) / 2 - out.a, (high_b - low_b) / 2 - out.b});
  for (const auto& c : own) {
    double nearest = INFINITY;
    for (const auto& m : corners) nearest = std::min(nearest, glm::dot(m - c, m - c));
    deviation = std::max(deviation, std::sqrt(nearest));
  }
  const double bare = 4.0 * out.a * out.b - area;
  if (bare > 0)
    deviation = std::max(deviation,
                         std::min(std::sqrt(bare) / 2, std::max<double>(out.top - out.bottom, std::min(out.a, out.b))));
  out.deviation = out.box_deviation = static_cast<float>(worst + deviation);
  return out;
}

// What 99 percent of all that is to be seen, by the area of its box, keeps to: a single odd shape in a thousand houses
// would have all of them drawn finer than the eye can tell. Bridges are few among many houses, and what people look at:
// each keeps to it.
double usual_deviation(const std::vector<Proxy>& proxies) {
  std::vector<std::pair<float, double>> by_area;  // m, m2
  by_area.reserve(proxies.size());
  double all = 0, bridges = 0;
  for (const Proxy& p : proxies) {
    if (static_cast<CityTheme>(p.theme) == CityTheme::bridge) bridges = std::max<double>(bridges, p.deviation);
    const double area = 4.0 * p.a * p.b + 4.0 * (p.a + p.b) * (p.top - p.bottom) + 1e-3;
    by_area.emplace_back(p.deviation, area);
    all += area;
  }
  std::sort(by_area.begin(), by_area.end());
  double sum = 0;
  for (const auto& [deviation, area] : by_area)
    if ((sum += area) >= 0.99 * all) return std::max<double>(bridges, deviation);
  return bridges;
}

double area_of(std::span<const glm::vec3> points, std::span<const std::uint32_t> triangles) {
  double sum = 0;
  for (std::size_t i = 0; i + 2 < triangles.size(); i += 3) {
    const glm::vec3& a = points[triangles[i]];
    sum += glm::length(glm::cross(points[triangles[i + 1]] - a, points[triangles[i + 2]] - a)) / 2;
  }
  return sum;
}

// A mesh with fewer triangles, or the same one where none can go. The simplifier measures how far what is left has moved,
// not what is gone: a truss of thin members would fall away at the cost of half a member's width. So most of it is to
// be seen afterwards.
constexpr double least_left = 0.7;  // of the area
void add_simplified(ProxyList& out, const ProxyList& fine, Proxy p, double error) {
  const std::span points(fine.points.data() + p.first_point, p.points);
  const std::span indices(fine.indices.data() + p.first_index, p.indices);
  std::vector<std::uint32_t> kept;
  if (indices.size() > 36) {
    const float scale = meshopt_simplifyScale(&points[0].x, points.size(), sizeof(glm::vec3));
    const double area = area_of(points, indices);
    for (int attempt = 0; attempt < 3; ++attempt, error /= 4) {
      float reached = 0;
      kept.resize(indices.size());
      kept.resize(meshopt_simplify(kept.data(), indices.data(), indices.size(), &points[0].x, points.size(),
                                   sizeof(glm::vec3), 0, static_cast<float>(error / std::max(scale, 1e-6f)), 0,
                                   &reached));
      if (area_of(points, kept) >= least_left * area) {
        p.deviation += reached * scale;
        break;
      }
      kept.clear();
    }
  }
  if (kept.empty()) kept.assign(indices.begin(), indices.end());
  std::vector<std::uint32_t> place(points.size(), none);
  std::vector<glm::vec3> used;
  for (std::uint32_t& i : kept) {
    if (place[i] == none) {
      place[i] = static_cast<std::uint32_t>(used.size());
      used.push_back(points[i]);
    }
    i = place[i];
  }
  out.add_mesh(p, used, kept);
  out.proxies.push_back(p);
}

}  // namespace

ProxyList coarser(const ProxyList& fine, const Cell& cell, double& deviation) {
  Choice choice{cell.metres() / 512};  // nothing grouped
  const double parallel = std::cos(std::clamp(cell.centre().lat, -89.0, 89.0) * 3.14159265358979323846 / 180);
  for (double grain = first_grain; !fits(fine, choice) && grain < cell.metres() / 4; grain *= next_grain) {
    const double degrees = grain / cell.metres() * cell.degrees();
    choice = {std::max(grain, cell.metres() / 4096), true, degrees / parallel, degrees};
  }
  struct Slot {
    std::vector<std::uint32_t> members;
  };
  std::vector<Slot> slots;
  std::unordered_map<std::uint64_t, std::size_t> groups;
  for (std::uint32_t i = 0; i < fine.proxies.size(); ++i) {
    const Proxy& p = fine.proxies[i];
    if (gathered(p, choice)) {
      const auto [at, first] = groups.emplace(group_key(p, choice), slots.size());
      if (first) slots.emplace_back();
      slots[at->second].members.push_back(i);
    } else {
      slots.push_back({{i}});
    }
  }
  ProxyList out;
  out.proxies.reserve(slots.size());
  for (const Slot& slot : slots) {
    const Proxy& first = fine.proxies[slot.members.front()];
    if (slot.members.size() > 1) {
      out.proxies.push_back(joined(fine, slot.members));
    } else if (gathered(first, choice) || as_box(first, choice)) {
      Proxy p = first;
      p.points = p.indices = p.first_point = p.first_index = 0;
      p.deviation = p.box_deviation;
      out.proxies.push_back(p);
    } else {
      add_simplified(out, fine, first, room_of(first, choice).mesh);
    }
  }
  deviation = usual_deviation(out.proxies);
  return out;
}

}  // namespace tenbo::io::bake
