#include "plan.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "random.h"
#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io::make_city_detail {

Plan::Plan(std::uint32_t buildings, std::uint64_t seed_) : seed(mix(seed_)) {
  stretch = std::max(1.0, std::sqrt(buildings / 6000.0));
  city_half = 2000 * stretch;
  half_size = 3200 * stretch;
  const double wide = std::sqrt(stretch);
  river_half = 55 * wide;
  levee_crest = river_half + 62;
  levee_foot = river_half + 84;
  rail_v = 130 * stretch;
  canal_west_u = -760 * stretch;
  canal_north_v = 930 * stretch;
  canal_cross_v = -430 * stretch;
  creek_east_u = 1130 * stretch;
  creek_north_v = 900 * stretch;
  breach_v = 560 * stretch;
  castle = {640 * stretch, 690 * stretch};
  station = {560 * stretch, rail_v};

  const double lat = anchor_lat * std::numbers::pi / 180, s = std::sin(lat), w = 1 - geo::wgs84_e2 * s * s;
  const double prime = geo::wgs84_a / std::sqrt(w), meridian = geo::wgs84_a * (1 - geo::wgs84_e2) / (w * std::sqrt(w));
  degrees_x_ = 180 / std::numbers::pi / (prime * std::cos(lat));
  degrees_y_ = 180 / std::numbers::pi / meridian;
}

geo::GeoPoint Plan::to_geo(Vec2 world, double height) const {
  return {anchor_lon + world.x * degrees_x_, anchor_lat + world.y * degrees_y_, height};
}

// The river's meanders: east of its straight line by so many metres.
double Plan::bend(double v) const {
  const double t = v / stretch;
  return stretch * (200 * std::sin(t / 560 + 0.5) + 26 * std::sin(t / 240 + 2.1));
}
double Plan::bend_slope(double v) const {
  const double t = v / stretch;
  return 200.0 / 560 * std::cos(t / 560 + 0.5) + 26.0 / 240 * std::cos(t / 240 + 2.1);
}

// Near the river the plan is turned with the meanders, so that streets cross it squarely; far away it is left alone,
// but for a slow drift that keeps long streets from being rulers.
Vec2 Plan::to_world(Vec2 p) const {
  const double reach = p.x / (1350 * stretch), near = std::exp(-reach * reach);
  const double turn = p.x / (760 * stretch), turned = std::exp(-turn * turn);
  const double f = 1 / (1150 * stretch);
  const double drift_x = 55 * stretch * (noise(p.x * f, p.y * f, seed + 1) - 0.5);
  const double drift_y = 90 * stretch * (noise(p.x * f, p.y * f, seed + 2) - 0.5);
  return {p.x + bend(p.y) * near + drift_x, p.y - p.x * bend_slope(p.y) * turned + drift_y};
}

Vec2 Plan::to_plan(Vec2 world) const {
  Vec2 p = world;
  for (int i = 0; i < 12; ++i) {
    const Vec2 e = to_world(p) - world;
    if (std::abs(e.x) + std::abs(e.y) < 1e-4) break;
    const double d = 0.5;
    const Vec2 a = (to_world({p.x + d, p.y}) - to_world({p.x - d, p.y}));
    const Vec2 b = (to_world({p.x, p.y + d}) - to_world({p.x, p.y - d}));
    const double det = a.x * b.y - a.y * b.x;
    p = p - Vec2{(e.x * b.y - e.y * b.x) / det, (a.x * e.y - a.y * e.x) / det};
  }
  return p;
}

void Plan::axes(Vec2 p, Vec2& along_u, Vec2& along_v, double& scale_u, double& scale_v) const {
  const Vec2 a = to_world({p.x + 1, p.y}) - to_world({p.x - 1, p.y});
  const Vec2 b = to_world({p.x, p.y + 1}) - to_world({p.x, p.y - 1});
  const double la = std::hypot(a.x, a.y), lb = std::hypot(b.x, b.y);
  along_u = a * (1 / la);
  along_v = b * (1 / lb);
  scale_u = la / 2;
  scale_v = lb / 2;
}

double Plan::coast_v(double u) const {
  const double t = u / stretch, bay = t / 1150, cape = (t - 1820) / 430;
  return stretch * (-1400 - 230 * (1 - std::exp(-bay * bay)) - 330 * std::exp(-cape * cape) +
                    (120 * noise(t / 330, 0.5, seed + 9) + 30 * noise(t / 90, 0.5, seed + 10) - 60) * (1 - std::exp(-bay * bay)));
}

double Plan::river_level(double v) const { return std::max(0.0, 0.0006 * (v / stretch + 1400)); }

bool Plan::in_harbour(Vec2 p) const {
  const double u = p.x / stretch, v = p.y / stretch;
  return u > 330 && u < 880 && v > -1600 && v < -1235 && !(u > 560 && u < 610 && v > -1420);
}

double Plan::hilliness(Vec2 p) const {
  const double u = p.x / stretch, v = p.y / stretch, f = 1 / 420.0;
  const double rag = 640 * (noise(u / 820, v / 820, seed + 5) - 0.5) + 260 * (noise(u * f, v * f, seed + 6) - 0.5) +
                     80 * (noise(u * f * 3.7, v * f * 3.7, seed + 4) - 0.5);
  const double valley = 360 + 0.16 * std::max(0.0, v - 1200);  // the river leaves the hills through a gap
  const double north = std::min(v - 1500, (std::abs(u) - valley) * 1.2);
  const double west = -u - 1880, east = u - 1760;
  const double cape = 330 - std::hypot(u - 1820, (v + 1330) * 0.8);
  // Rounded where two meet, and the town keeps its room.
  const auto join = [](double a, double b) { const double h = std::max(420 - std::abs(a - b), 0.0) / 420; return std::max(a, b) + h * h * 105; };
  const double town = smoothstep(900, 1700, std::hypot(u, v - 100));
  return smoothstep(-40, 660, std::max(join(north, join(west, east)), cape) + rag * town);
}

double Plan::dry_land(Vec2 world, double u, double v, double inland) const {
  const double un = u / stretch, vn = v / stretch;
  // The west is an old lagoon, the east a terrace; the harbour side stays low.
  const double bowl_u = (un + 640) / 480, bowl_v = (vn + 330) / 720;
  double z = 1.5 + 0.00075 * inland / stretch - 2.35 * std::exp(-bowl_u * bowl_u - bowl_v * bowl_v);
  const double terrace = smoothstep(210, 470, un) * smoothstep(-1060, -760, vn);
  z += terrace * (7.2 + 0.0016 * (vn + 760));
  z += 0.004 * std::max(0.0, vn - 1100);
  z += 0.9 * std::exp(-std::abs(u) / 300);  // the river's own natural banks
  z += 1.5 * (noise(world.x / 340, world.y / 340, seed + 11) - 0.5) * smoothstep(60, 260, inland);
  z += 0.5 * (noise(world.x / 130, world.y / 130, seed + 7) - 0.5) + 0.12 * noise(world.x / 23, world.y / 23, seed + 8);

  const double hill = hilliness({u, v});
  if (hill > 0) {  // Ridges that branch from ridges, smooth in the valleys, as erosion leaves them.
    double sum = 0, amplitude = 1, weight = 1, x = (world.x + 0.8 * world.y) / 1400, y = (world.y - 0.8 * world.x) / 1400;
    const double warp = 0.26 * (noise(1.9 * x, 1.9 * y, seed + 30) - 0.5), twist = 0.26 * (noise(1.9 * x, 1.9 * y, seed + 31) - 0.5);
    x += warp;
    y += twist;
    for (int octave = 0; octave < 7; ++octave) {
      double n = noise(x, y, seed + 20 + octave);
      if (octave < 2) n = 0.58 * n + 0.42 * noise(1.9 * x + 0.7 * y, 1.9 * y - 0.7 * x, seed + 35 + octave);  // no flat tops
      const double ridge = 1 - std::abs(2 * n - 1);
      const double signal = ridge * ridge * weight;
      weight = std::clamp(signal * 1.5 + 0.22, 0.0, 1.0);
      sum += amplitude * signal;
      amplitude *= 0.47;
      const double rx = 1.62 * x - 1.17 * y + 3.7, ry = 1.17 * x + 1.62 * y - 1.9;
      x = rx;
      y = ry;
    }
    z += hill * std::sqrt(hill) * (14 + 165 * sum) * (0.75 + 0.25 * smoothstep(1200, 3000, vn)) + 6 * hill;
  }
  const double keep = std::hypot(u - castle.x, v - castle.y);  // the castle's hill does not stretch
  z += 17 * (1 - smoothstep(66, 150, keep));
  return z;
}

double Plan::ground(Vec2 world, Vec2 p) const {
  const double u = p.x, v = p.y, inland = v - coast_v(u), across = std::abs(u);
  double z = inland > -40 ? dry_land(world, u, v, std::max(0.0, inland)) : 0;

  // Shore: sea bed, beach, then the sea dike on the low coast.
  const double hill = hilliness(p);
  const double bed = -0.4 - 0.016 * std::max(0.0, -inland) - 5.5 * smoothstep(0, 420, -inland);
  const double beach = lerp(62, 18, smoothstep(0.1, 0.5, hill));
  z = inland < 0 ? bed : lerp(-0.4, z, smoothstep(0, beach, inland));
  if (inland > 40 && inland < 120 && u < -river_half && hill < 0.6) {
    z = std::max(z, std::min(6.6, 6.6 - (std::abs(inland - 80) - 4) * 0.36));
  }
  if (in_harbour(p)) {
    z = std::min(z, -7.0);
  } else if (u > 240 * stretch && u < 960 * stretch && v > -1480 * stretch && v < -1190 * stretch &&
             (v > -1420 * stretch || u < 330 * stretch)) {
    z = 2.6;  // quays
  }
  // Breakwater.
  if (std::abs(v + 1640 * stretch) < 9 && u > 300 * stretch && u < 1000 * stretch) z = std::max(z, 3.4);

  if (inland > 0) {
    // Railway: an embankment through the lowland, level with the terrace.
    const double off_rail = std::abs(v - rail_v);
    if (off_rail < 24 && hill < 0.5) {
      const double approach = 1 - smoothstep(levee_foot, levee_foot + 520 * stretch, across);
      const double deck = std::max(u < 0 ? 4.6 : std::min(z, 8.2), lerp(4.6, river_level(v) + 7.0, approach));
      const double top = lerp(deck, z, smoothstep(0, 260 * stretch, std::abs(u) - 1500 * stretch));
      z = lerp(top, z, smoothstep(7, 20, off_rail));
    }
    // Canals and creek, sunk below their banks.
    const auto dig = [&](double off, double half, double floor_z) {
      if (off < half + 3) z = lerp(std::min(z, floor_z), z, smoothstep(half, half + 3, off));
    };
    if (v < canal_north_v && inland > 130) dig(std::abs(u - canal_west_u), canal_half, -1.4);
    if (u > canal_west_u && u < -levee_foot) dig(std::abs(v - canal_cross_v), cross_half, -1.2);
    if (v < creek_north_v && v > -1235 * stretch) {
      dig(std::abs(u - creek_east_u), creek_half, -0.8 + 0.0026 * std::max(0.0, v / stretch + 1000));
    }
  }
  // River: channel, flood bank, levee with a road on it, and ramps where a street crosses.
  if (across < river_half + 260) {
    const double level = river_level(v), fade = smoothstep(-1500 * stretch, -1330 * stretch, v);
    const double crest = level + 6.0 - 1.2 * (1 - fade);
    double foot = levee_foot;
    for (const double line : bridge_lines) {
      const double off = std::abs(v - line);
      if (off < 26) foot = std::max(foot, lerp(levee_foot + 95, levee_foot, smoothstep(7, 24, off)));
    }
    const double d = across - river_half;
    if (d < 0) {
      const double t = across / river_half;
      const double deep = level - 3.6 - 1.2 * (1 - t * t);
      z = inland > 0 ? deep : std::min(z, lerp(deep, z, smoothstep(0, 500, -inland)));
    } else if (inland > -20) {
      double bank;
      if (d < 10) bank = lerp(level - 3.6, level + 1.7, d / 10);
      else if (d < 40) bank = level + 1.7;
      else if (d < 58) bank = lerp(level + 1.7, crest, (d - 40) / 18);
      else if (across < levee_crest + 4) bank = crest;
      else bank = lerp(crest, z, std::min(1.0, (across - levee_crest - 4) / (foot - levee_crest - 4)));
      const double outside = smoothstep(40, 58, d);
      z = lerp(bank, std::max(bank, z), outside);
    }
  }
  return z;
}

int Plan::water(Vec2 world, Vec2 p) const {
  const double inland = p.y - coast_v(p.x);
  if (in_harbour(p)) return 1;
  if (std::abs(p.x) < river_half + 6 && inland > -60) return 2;
  if (inland < 24) return ground(world, p) < 0 ? 1 : 0;
  const double hill = hilliness(p);
  if (hill > 0.5) return 0;
  if (std::abs(p.x - canal_west_u) < canal_half && p.y < canal_north_v && inland > 132) return 3;
  if (std::abs(p.y - canal_cross_v) < cross_half && p.x > canal_west_u && p.x < -levee_foot) return 3;
  if (std::abs(p.x - creek_east_u) < creek_half && p.y < creek_north_v && p.y > -1235 * stretch) return 3;
  return 0;
}

}  // namespace tenbo::io::make_city_detail
