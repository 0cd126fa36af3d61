#include "flood.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

constexpr double gravity = 9.81, roughness = 0.05 * 0.05;  // m/s2; Manning's n squared, built-up land
constexpr double wall = 1e4;                                // m, ground that no water climbs

struct Basin {
  int w = 0, h = 0;
  double west = 0, south = 0, dx = 30;  // world, m
  std::vector<double> ground, depth, flow_x, flow_y;  // m, m, m2/s on east and north edges
  std::size_t at(int i, int j) const { return static_cast<std::size_t>(j) * w + i; }
  double surface(std::size_t c) const { return ground[c] + depth[c]; }
  int cell(Vec2 p) const {  // -1 outside
    const int i = static_cast<int>(std::floor((p.x - west) / dx)), j = static_cast<int>(std::floor((p.y - south) / dx));
    return i < 0 || j < 0 || i >= w || j >= h ? -1 : static_cast<int>(at(i, j));
  }
};

bool outside(const Plan& plan, Vec2 p) { return p.x > -plan.levee_crest || p.y - plan.coast_v(p.x) < 82; }

Basin make_basin(const Plan& plan) {
  Basin b;
  const double k = plan.stretch;
  b.dx = 30 * k;
  b.west = -2150 * k;
  b.south = -1775 * k;
  b.w = 95;
  b.h = 118;
  const auto n = static_cast<std::size_t>(b.w) * b.h;
  b.ground.resize(n);
  b.depth.assign(n, 0);
  b.flow_x.assign(n, 0);
  b.flow_y.assign(n, 0);
  for (int j = 0; j < b.h; ++j) {
    for (int i = 0; i < b.w; ++i) {
      double sum = 0;
      bool closed = i == 0 || j == 0 || i == b.w - 1 || j == b.h - 1, rail = false, opening = false;
      for (int s = 0; s < 9; ++s) {
        const Vec2 world{b.west + (i + (s % 3 + 0.5) / 3) * b.dx, b.south + (j + (s / 3 + 0.5) / 3) * b.dx};
        const Vec2 p = plan.to_plan(world);
        sum += plan.ground(world, p);
        closed = closed || (s == 4 && outside(plan, p));
        rail = rail || std::abs(p.y - plan.rail_v) < 9;
        opening = opening || std::abs(p.x - plan.canal_west_u) < 16 || std::abs(p.x + 1320 * k) < 10;
      }
      b.ground[b.at(i, j)] = closed ? wall : rail && !opening ? std::max(4.6, sum / 9) : sum / 9;
    }
  }
  return b;
}

// h^(7/3), from a table: the drag of every edge in every step asks for it.
class SevenThirds {
 public:
  SevenThirds() {
    for (std::size_t i = 0; i < table_.size(); ++i) table_[i] = std::pow(i * 0.01, 7.0 / 3);
  }
  double operator()(double h) const {
    const double x = std::min(h * 100, static_cast<double>(table_.size() - 2));
    const auto i = static_cast<std::size_t>(x);
    return table_[i] + (table_[i + 1] - table_[i]) * (x - static_cast<double>(i));
  }

 private:
  std::array<double, 2400> table_;
};

// Discharge per metre over an edge after dt, from the surfaces on both sides.
double edge_flow(const Basin& b, std::size_t from, std::size_t to, double q, double dt, const SevenThirds& power) {
  const double high = std::max(b.surface(from), b.surface(to)), sill = std::max(b.ground[from], b.ground[to]);
  const double deep = high - sill;
  if (deep <= 0.01 || sill >= wall) return 0;
  const double slope = (b.surface(to) - b.surface(from)) / b.dx;
  const double drag = gravity * dt * roughness * std::abs(q) / power(deep);
  return (q - gravity * deep * dt * slope) / (1 + drag);
}

void step(Basin& b, double dt, const SevenThirds& power) {
  for (int j = 0; j < b.h - 1; ++j) {
    for (int i = 0; i < b.w - 1; ++i) {
      const std::size_t c = b.at(i, j), e = c + 1, n = c + b.w;
      if (b.depth[c] > 0 || b.depth[e] > 0) b.flow_x[c] = edge_flow(b, c, e, b.flow_x[c], dt, power);
      else b.flow_x[c] = 0;
      if (b.depth[c] > 0 || b.depth[n] > 0) b.flow_y[c] = edge_flow(b, c, n, b.flow_y[c], dt, power);
      else b.flow_y[c] = 0;
    }
  }
  // No cell gives more than it has.
  const double f = dt / b.dx;
  for (int j = 1; j < b.h - 1; ++j) {
    for (int i = 1; i < b.w - 1; ++i) {
      const std::size_t c = b.at(i, j);
      double out = 0;
      double* edges[] = {&b.flow_x[c], &b.flow_y[c], &b.flow_x[c - 1], &b.flow_y[c - b.w]};
      for (int s = 0; s < 4; ++s) out += std::max(0.0, s < 2 ? *edges[s] : -*edges[s]);
      if (out * f <= b.depth[c]) continue;
      const double limit = b.depth[c] / (out * f);
      for (int s = 0; s < 4; ++s) {
        if ((s < 2 ? *edges[s] : -*edges[s]) > 0) *edges[s] *= limit;
      }
    }
  }
  for (int j = 1; j < b.h - 1; ++j) {
    for (int i = 1; i < b.w - 1; ++i) {
      const std::size_t c = b.at(i, j);
      const double change = f * (b.flow_x[c - 1] - b.flow_x[c] + b.flow_y[c - b.w] - b.flow_y[c]);
      b.depth[c] = std::max(0.0, b.depth[c] + change);
    }
  }
}

// A broad-crested weir, drowned by the water behind it (Villemonte).
double weir(double upstream, double downstream, double width, double sill) {
  if (upstream < downstream) return -weir(downstream, upstream, width, sill);
  const double head = upstream - sill, behind = std::max(0.0, downstream - sill);
  if (head <= 0) return 0;
  return 1.7 * width * head * std::sqrt(head) * std::pow(1 - std::pow(behind / head, 1.5), 0.385);
}

}  // namespace

float FloodForecast::deepest_at(Vec2 p) const {
  const int i = static_cast<int>(std::floor((p.x - west) / cell)), j = static_cast<int>(std::floor((north - p.y) / cell));
  return i < 0 || j < 0 || i >= width || j >= height ? 0.0f : deepest[static_cast<std::size_t>(j) * width + i];
}

FloodForecast forecast_flood(const Plan& plan) {
  Basin b = make_basin(plan);
  const double k = plan.stretch;
  FloodForecast f;
  f.step_minutes = 10 * static_cast<int>(std::lround(k));
  f.cell = 10 * k;
  f.width = b.w * 3;
  f.height = b.h * 3;
  f.west = b.west;
  f.north = b.south + b.h * b.dx;
  const auto cells = static_cast<std::size_t>(f.width) * f.height;
  std::vector<float> ground(cells);
  for (int j = 0; j < f.height; ++j) {
    for (int i = 0; i < f.width; ++i) {
      const Vec2 world{f.west + (i + 0.5) * f.cell, f.north - (j + 0.5) * f.cell}, p = plan.to_plan(world);
      ground[static_cast<std::size_t>(j) * f.width + i] =
          static_cast<float>(outside(plan, p) ? wall : plan.ground(world, p));
    }
  }
  f.deepest.assign(cells, 0);

  const double unit = f.step_minutes / 10.0;  // hours of the story per hour of the forecast
  const double level = plan.river_level(plan.breach_v);
  std::vector<int> mouths;  // cells the breach pours into
  for (int i = -2; i <= 2; ++i) {
    const int c = b.cell(plan.to_world({-plan.levee_foot - 0.9 * b.dx, plan.breach_v + i * 0.7 * b.dx}));
    if (c >= 0 && b.ground[c] < wall && std::find(mouths.begin(), mouths.end(), c) == mouths.end()) mouths.push_back(c);
  }
  const int gate = b.cell(plan.to_world({plan.canal_west_u, plan.coast_v(plan.canal_west_u) + 150 + b.dx}));

  const SevenThirds power;
  double now = 0, dt = 1;  // s
  for (int s = 0; s < FloodForecast::steps; ++s) {
    const double end = s * f.step_minutes * 60.0;
    while (now < end) {
      dt = std::min(dt, end - now);
      const double t = now / 3600 / unit;  // h
      const double surge = (t - 1.7) / 1.55;
      const double stage = level + 2.1 + 3.85 * std::exp(-surge * surge);
      const double opened = smoothstep(0.12, 1.1, t);  // the breach widens for an hour
      if (opened > 0) {
        for (const int c : mouths) {
          const double flow = weir(stage, b.surface(c), (18 + 150 * opened) * k / mouths.size(), b.ground[c] - 0.2);
          b.depth[c] = std::max(0.0, b.depth[c] + flow * dt / (b.dx * b.dx));
        }
      }
      if (gate >= 0) b.depth[gate] = std::max(0.0, b.depth[gate] - 55 * k * dt / (b.dx * b.dx));  // the sluice's pumps
      step(b, dt, power);
      now += dt;
      const double most = *std::max_element(b.depth.begin(), b.depth.end());
      dt = 0.6 * b.dx / std::sqrt(gravity * std::max(1.0, most));
    }
    std::vector<float> out(cells, 0);
    for (int j = 0; j < f.height; ++j) {
      for (int i = 0; i < f.width; ++i) {
        const std::size_t cell = static_cast<std::size_t>(j) * f.width + i;
        if (ground[cell] >= wall) continue;
        const double x = (i + 0.5) / 3 - 0.5, y = (f.height - j - 0.5) / 3 - 0.5;
        const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
        double sum = 0, weight = 0;
        for (int c = 0; c < 4; ++c) {
          const int cx = x0 + (c & 1), cy = y0 + (c >> 1);
          if (cx < 0 || cy < 0 || cx >= b.w || cy >= b.h || b.depth[b.at(cx, cy)] < 0.03) continue;
          const double share = (c & 1 ? x - x0 : 1 - x + x0) * (c >> 1 ? y - y0 : 1 - y + y0);
          sum += share * b.surface(b.at(cx, cy));
          weight += share;
        }
        if (weight < 0.25) continue;
        const double depth = std::round((sum / weight - ground[cell]) * 100) / 100;
        if (depth < 0.05) continue;
        out[cell] = static_cast<float>(depth);
        f.deepest[cell] = std::max(f.deepest[cell], out[cell]);
      }
    }
    f.depth.push_back(std::move(out));
  }
  return f;
}

}  // namespace tenbo::io::make_city_detail
