#include "layout.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

// Streets outward from `from` to `to`, every `every`-th one wide.
void add_streets(std::vector<Street>& out, double from, double to, double spacing_lo, double spacing_hi, int every,
                 Random& random) {
  const double sign = to > from ? 1 : -1;
  double at = from;
  for (int i = 0; sign * (to - at) > 0; ++i) {
    const bool arterial = i % every == every / 2;
    out.push_back({at, arterial ? 16.0 : 6.5, arterial});
    at += sign * random.range(spacing_lo, spacing_hi);
  }
}

double bump(double u, double v, double cu, double cv, double radius) {
  const double du = (u - cu) / radius, dv = (v - cv) / radius;
  return std::exp(-du * du - dv * dv);
}

double town_score(const Plan& plan, Vec2 p) {
  const double u = p.x / plan.stretch, v = p.y / plan.stretch;
  double s = 1.0 * bump(u, v, 470, 40, 800);
  s = std::max(s, 0.88 * bump(u, v, -400, -60, 640));
  s = std::max(s, 0.80 * bump(u, v, 520, -1060, 480));
  s = std::max(s, 0.62 * bump(u, v, -1270, 420, 260));
  s = std::max(s, 0.60 * bump(u, v, -1230, -930, 240));
  s = std::max(s, 0.58 * bump(u, v, 1380, 520, 280));
  s = std::max(s, 0.55 * bump(u, v, -520, 1080, 240));
  s = std::max(s, 0.55 * bump(u, v, 700, 1120, 260));
  return s + 0.26 * (noise(u / 210, v / 210, plan.seed + 40) - 0.5);
}

Zone zone_of(const Plan& plan, Vec2 p, double score) {
  const double u = p.x / plan.stretch, v = p.y / plan.stretch;
  if (u > 900 && u < 1500 && v < -880) return Zone::industry;
  if (score > 0.86) return Zone::core;
  if (score > 0.66) return Zone::mixed;
  return Zone::homes;
}

// Land on which a block can be: dry, not steep, off railway, canals and levees.
bool buildable(const Plan& plan, const Block& b) {
  double lo = 1e9, hi = -1e9;
  for (int i = 0; i <= 4; ++i) {
    for (int j = 0; j <= 4; ++j) {
      const Vec2 p{b.u0 + (b.u1 - b.u0) * i / 4, b.v0 + (b.v1 - b.v0) * j / 4};
      if (p.y - plan.coast_v(p.x) < (p.x < 0 ? 135 : 70) || plan.in_harbour({p.x, p.y - 18})) return false;
      if (std::abs(p.x) < plan.levee_foot + 4 || std::abs(p.y - plan.rail_v) < 21) return false;
      const double z = plan.ground_plan(p);
      if (plan.water(plan.to_world(p), p)) return false;
      lo = std::min(lo, z);
      hi = std::max(hi, z);
    }
  }
  return hi - lo < 5.5 && lo > -0.8 && hi < 40;
}

void mark_parks(const Plan& plan, Layout& layout) {
  struct Park { double u, v, radius; };
  for (const Park park : {Park{640, 690, 150}, Park{-420, 640, 62}, Park{240, -520, 60}, Park{920, -620, 70},
                          Park{-480, -760, 58}, Park{1060, 480, 70}, Park{-980, -180, 60}}) {
    for (Block& b : layout.blocks) {
      const Vec2 c = b.centre();
      const double reach = park.radius > 100 ? park.radius : park.radius * plan.stretch;
      if (b.zone != Zone::none && std::hypot(c.x - park.u * plan.stretch, c.y - park.v * plan.stretch) < reach) {
        b.zone = Zone::park;
      }
    }
  }
  for (Block& b : layout.blocks) {  // the castle's hill is a park, steep or not
    const Vec2 c = b.centre();
    if (std::hypot(c.x - plan.castle.x, c.y - plan.castle.y) < 150) b.zone = Zone::park;
  }
}

void make_districts(const Plan& plan, Layout& layout) {
  const double k = plan.stretch, us[] = {-1800 * k, plan.canal_west_u, 0, 820 * k, 1720 * k};
  const double vs[] = {-2200 * k, -900 * k, plan.canal_cross_v, plan.rail_v, 700 * k, 1350 * k};
  static const Words names[5][4] = {
      {{"松原", "Matsubara"}, {"浜町", "Hamacho"}, {"港町", "Minatomachi"}, {"岬町", "Misakicho"}},
      {{"西新田", "Nishi-Shinden"}, {"堀端", "Horibata"}, {"潮見", "Shiomi"}, {"南台", "Minamidai"}},
      {{"葦原", "Ashihara"}, {"川西", "Kawanishi"}, {"駅南", "Ekinan"}, {"東台", "Higashidai"}},
      {{"西町", "Nishimachi"}, {"中島", "Nakajima"}, {"城下", "Joka"}, {"緑ヶ丘", "Midorigaoka"}},
      {{"山手", "Yamate"}, {"上川西", "Kami-Kawanishi"}, {"上流町", "Joryucho"}, {"茶畑", "Chabatake"}}};
  for (int row = 0; row < 5; ++row) {
    for (int column = 0; column < 4; ++column) {
      layout.districts.push_back({names[row][column], us[column], us[column + 1], vs[row], vs[row + 1], row == 0});
    }
  }
}

}  // namespace

const District* Layout::district_at(const Plan&, Vec2 p) const {
  for (const District& d : districts) {
    if (p.x >= d.u0 && p.x < d.u1 && p.y >= d.v0 && p.y < d.v1) return &d;
  }
  return nullptr;
}

bool Layout::paved_v(const Plan& plan, int i, int row) const {
  const auto built = [&](int column) { return column >= 0 && column < columns && block(column, row).built; };
  if (built(i - 1) || built(i)) return true;
  const double at = along_v[i].at, middle = (along_u[row].at + along_u[row + 1].at) / 2;
  const Vec2 p{at, middle};
  if (middle - plan.coast_v(at) < 130 || plan.hilliness(p) > 0.12) return false;
  const auto usable = [&](int column) { return column >= 0 && column < columns && block(column, row).zone != Zone::none; };
  return (along_v[i].arterial || i % 2 == 0) && usable(i - 1) && usable(i);
}

bool Layout::paved_u(const Plan& plan, int i, int column) const {
  const auto built = [&](int row) { return row >= 0 && row < rows && block(column, row).built; };
  if (built(i - 1) || built(i)) return true;
  const double at = along_u[i].at, middle = (along_v[column].at + along_v[column + 1].at) / 2;
  const Vec2 p{middle, at};
  if (at - plan.coast_v(middle) < 130 || plan.hilliness(p) > 0.12) return false;
  if (std::abs(middle) < plan.levee_foot && !along_u[i].arterial) return false;
  const auto usable = [&](int row) { return row >= 0 && row < rows && block(column, row).zone != Zone::none; };
  return along_u[i].arterial || (i % 2 == 0 && usable(i - 1) && usable(i));
}

Layout make_layout(Plan& plan) {
  Layout layout;
  Random random(mix(plan.seed, 0x57EE7));
  const double k = plan.stretch, edge = plan.city_half * 0.97;
  std::vector<Street> west, east;
  add_streets(west, -plan.levee_foot - 9, -edge, 58, 74, 5, random);
  add_streets(east, plan.levee_foot + 9, edge, 58, 74, 5, random);
  layout.along_v.assign(west.rbegin(), west.rend());
  layout.along_v.insert(layout.along_v.end(), east.begin(), east.end());
  // Streets stay clear of the canals that run beside them.
  for (Street& s : layout.along_v) {
    for (const double water : {plan.canal_west_u, plan.creek_east_u}) {
      if (std::abs(s.at - water) < 24) s.at = water + (s.at < water ? -24 : 24);
    }
  }
  std::vector<Street> south, north;
  add_streets(south, plan.rail_v - 26, -1750 * k, 74, 100, 4, random);
  add_streets(north, plan.rail_v + 26, 1750 * k, 74, 100, 4, random);
  layout.along_u.assign(south.rbegin(), south.rend());
  layout.along_u.insert(layout.along_u.end(), north.begin(), north.end());
  for (Street& s : layout.along_u) {
    if (std::abs(s.at - plan.canal_cross_v) < 20) s.at = plan.canal_cross_v + (s.at < plan.canal_cross_v ? -20 : 20);
  }
  const auto by_place = [](const Street& a, const Street& b) { return a.at < b.at; };
  std::sort(layout.along_v.begin(), layout.along_v.end(), by_place);
  std::sort(layout.along_u.begin(), layout.along_u.end(), by_place);

  for (const Street& s : layout.along_u) {  // which streets cross the river
    if (s.arterial && s.at > -1390 * k && s.at < 1500 * k) plan.bridge_lines.push_back(s.at);
  }

  layout.columns = static_cast<int>(layout.along_v.size()) - 1;
  layout.rows = static_cast<int>(layout.along_u.size()) - 1;
  for (int row = 0; row < layout.rows; ++row) {
    for (int column = 0; column < layout.columns; ++column) {
      const Street &w = layout.along_v[column], &e = layout.along_v[column + 1];
      const Street &s = layout.along_u[row], &n = layout.along_u[row + 1];
      Block b{column, row, w.at + w.width / 2 + 2, e.at - e.width / 2 - 2, s.at + s.width / 2 + 2, n.at - n.width / 2 - 2};
      if (b.u1 - b.u0 > 14 && b.v1 - b.v0 > 14 && buildable(plan, b)) {
        b.score = town_score(plan, b.centre());
        b.zone = zone_of(plan, b.centre(), b.score);
      }
      layout.blocks.push_back(b);
    }
  }
  mark_parks(plan, layout);
  make_districts(plan, layout);
  return layout;
}

}  // namespace tenbo::io::make_city_detail
