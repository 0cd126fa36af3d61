#include "travel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace travel {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// v = c0 + c1 x + c2 x^2 + c3 x^3, x = radius / 6371
struct Layer {
  double top, bottom;
  std::array<double, 4> p, s;
};
constexpr std::array<Layer, 8> layers{{{0, 20, {5.8, 0, 0, 0}, {3.36, 0, 0, 0}},
                                       {20, 35, {6.5, 0, 0, 0}, {3.75, 0, 0, 0}},
                                       {35, 120, {8.78541, -0.74953, 0, 0}, {6.706231, -2.248585, 0, 0}},
                                       {120, 210, {25.41389, -17.69722, 0, 0}, {5.75020, -1.27420, 0, 0}},
                                       {210, 410, {30.78765, -23.25415, 0, 0}, {15.24213, -11.08552, 0, 0}},
                                       {410, 660, {29.38896, -21.40656, 0, 0}, {17.70732, -13.50652, 0, 0}},
                                       {660, 760, {25.96984, -16.93412, 0, 0}, {20.76890, -16.53147, 0, 0}},
                                       {760, 1500, {25.1486, -41.1538, 51.9932, -26.6083}, {12.9303, -21.2590, 27.8988, -14.1080}}}};
constexpr double thickest = 25;  // km of a shell: within it a power of the radius is the polynomial to a metre a second or so

struct Way {
  double angle = 0, time = 0;  // rad, s
};

class Rays {
 public:
  Rays(const std::vector<Shell>& shells, double source_depth, double radius) : source_(source_depth) {
    for (const auto& s : shells) {
      if (s.top < source_depth && source_depth < s.bottom) {  // the source lies at an edge, then
        const double v = velocity(s, source_depth, radius);
        add({s.top, source_depth, s.above, v}, radius);
        add({source_depth, s.bottom, v, s.below}, radius);
      } else {
        add(s, radius);
      }
    }
  }
  struct Part {
    double top, bottom;              // depth
    double slowness_top, slowness_bottom;  // radius / velocity, s: less with depth
    double power;                    // dln(slowness) / dln(radius)
  };
  const std::vector<Part>& parts() const { return parts_; }
  double slowness_of_source() const {  // just below it
    for (const auto& p : parts_)
      if (p.top >= source_) return p.slowness_top;
    return nan;
  }
  double slowness_above_source() const {
    double out = nan;
    for (const auto& p : parts_)
      if (p.bottom <= source_) out = p.slowness_bottom;
    return std::isnan(out) ? slowness_of_source() : out;
  }
  // From the source up to the surface. false: the ray turns back before.
  bool up(double p, Way& way) const {
    for (const auto& part : parts_) {
      if (part.top >= source_) break;
      if (p > std::min(part.slowness_top, part.slowness_bottom)) return false;
      add_part(part, p, way);
    }
    return true;
  }
  // Down, round and up again to the source's depth. false: it does not turn within the model.
  bool down(double p, Way& way) const {
    Way one;
    for (const auto& part : parts_) {
      if (part.top < source_) continue;
      if (p > part.slowness_top) break;  // reflected at its top
      add_part(part, p, one);
      if (p >= part.slowness_bottom) break;
      if (&part == &parts_.back()) return false;
    }
    way.angle += 2 * one.angle;
    way.time += 2 * one.time;
    return true;
  }

 private:
  static double velocity(const Shell& s, double depth, double radius) {
    const double b = std::log(s.below / s.above) / std::log((radius - s.bottom) / (radius - s.top));
    return s.above * std::pow((radius - depth) / (radius - s.top), b);
  }
  void add(const Shell& s, double radius) {
    const double top = radius - s.top, bottom = radius - s.bottom;
    Part p{s.top, s.bottom, top / s.above, bottom / s.below, 0};
    p.power = std::log(p.slowness_top / p.slowness_bottom) / std::log(top / bottom);
    parts_.push_back(p);
  }
  // With v = a r^b and slowness n = r / v: angle = [acos(p / n)] / (1 - b), time = [sqrt(n^2 - p^2)] / (1 - b).
  static void add_part(const Part& part, double p, Way& way) {
    const auto angle = [&](double n) { return n > p ? std::acos(p / n) : 0; };
    const auto time = [&](double n) { return n > p ? std::sqrt((n - p) * (n + p)) : 0; };
    way.angle += (angle(part.slowness_top) - angle(part.slowness_bottom)) / part.power;
    way.time += (time(part.slowness_top) - time(part.slowness_bottom)) / part.power;
  }
  std::vector<Part> parts_;
  double source_;
};

// The earliest of what the rays say at each distance, between two rays of one branch straight.
class Earliest {
 public:
  Earliest(const std::vector<double>& distances, double radius) : distances_(distances), radius_(radius), times_(distances.size(), nan) {}
  void begin() { has_last_ = false; }
  void ray(const Way& w) {
    const double x = w.angle * radius_;
    if (has_last_) between(last_x_, last_t_, x, w.time);
    last_x_ = x, last_t_ = w.time, has_last_ = true;
  }
  std::vector<double> take() { return std::move(times_); }

 private:
  void between(double xa, double ta, double xb, double tb) {
    if (xa > xb) std::swap(xa, xb), std::swap(ta, tb);
    const double slack = 1e-6;  // km: the ray straight up is at a distance of 0
    for (auto it = std::lower_bound(distances_.begin(), distances_.end(), xa - slack); it != distances_.end() && *it <= xb + slack; ++it) {
      const double t = xb > xa ? ta + (tb - ta) * std::clamp((*it - xa) / (xb - xa), 0.0, 1.0) : std::min(ta, tb);
      double& known = times_[static_cast<std::size_t>(it - distances_.begin())];
      if (!(known <= t)) known = t;
    }
  }
  const std::vector<double>& distances_;
  double radius_;
  std::vector<double> times_;
  double last_x_ = 0, last_t_ = 0;
  bool has_last_ = false;
};

}  // namespace

std::vector<Shell> iasp91(Wave wave) {
  std::vector<Shell> out;
  for (const auto& l : layers) {
    const auto& c = wave == Wave::P ? l.p : l.s;
    const auto v = [&](double depth) {
      const double x = (earth_radius_km - depth) / earth_radius_km;
      return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
    };
    const int pieces = c[1] == 0 ? 1 : static_cast<int>(std::ceil((l.bottom - l.top) / thickest));
    for (int i = 0; i < pieces; ++i) {
      const double a = l.top + (l.bottom - l.top) * i / pieces, b = l.top + (l.bottom - l.top) * (i + 1) / pieces;
      out.push_back({a, b, v(a), v(b)});
    }
  }
  return out;
}

std::vector<double> first_arrivals(const std::vector<Shell>& shells, double depth_km, const std::vector<double>& distances_km, double radius_km) {
  if (shells.empty() || !(depth_km >= 0) || !(depth_km < shells.back().bottom)) return std::vector<double>(distances_km.size(), nan);
  const Rays rays(shells, depth_km, radius_km);
  Earliest earliest(distances_km, radius_km);
  // Up: even steps of the angle at the source.
  constexpr int directions = 2000, a_part = 128;
  const double above = rays.slowness_above_source();
  if (depth_km > 0) {
    earliest.begin();
    for (int i = 0; i <= directions; ++i) {
      Way w;
      if (rays.up(above * std::sin(M_PI / 2 * i / directions), w)) earliest.ray(w);
    }
  } else {
    earliest.begin();
    earliest.ray({});
    earliest.ray({});
  }
  // Down: the rays that turn in a part, or are reflected at its top, are a branch. Closer at its ends, where distance
  // changes fastest.
  std::vector<double> edges{rays.slowness_of_source()};
  for (const auto& part : rays.parts())
    if (part.top >= depth_km)
      for (const double n : {part.slowness_top, part.slowness_bottom})
        if (n < edges.back()) edges.push_back(n);
  for (std::size_t e = 0; e + 1 < edges.size(); ++e) {
    earliest.begin();
    const double high = edges[e] * (1 - 1e-13), low = edges[e + 1] * (1 + 1e-13);
    for (int i = 0; i <= a_part; ++i) {
      Way w;
      const double p = high + (low - high) * (1 - std::cos(M_PI * i / a_part)) / 2;
      if (rays.up(p, w) && rays.down(p, w)) earliest.ray(w);
    }
  }
  return earliest.take();
}

Front front(Wave wave, double depth_km, double reach_km) {
  std::vector<double> distances;
  for (double x = 0; x < reach_km; x += x < 100 ? 2 : x < 400 ? 10 : 25) distances.push_back(x);
  distances.push_back(reach_km);
  const auto times = first_arrivals(iasp91(wave), depth_km, distances);
  Front out;
  if (std::isnan(times.front())) return out;
  out.first = times.front();
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const double t = times[i] - out.first;
    if (std::isnan(t) || (i > 0 && t <= out.seconds.back())) continue;
    out.seconds.push_back(t);
    out.metres.push_back(distances[i] * 1000);
  }
  return out;
}

}  // namespace travel
