#include "buildings.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "random.h"

namespace tenbo::io::make_city_detail {

double Building::area() const {
  double twice = 0;
  for (std::size_t i = 0; i < footprint.size(); ++i) {
    const Vec2 a = footprint[i], b = footprint[(i + 1) % footprint.size()];
    twice += a.x * b.y - a.y * b.x;
  }
  return twice / 2;
}

void place(const Plan& plan, Vec2 at, Building& building, double& squeeze) {
  Vec2 a, b;
  double su, sv;
  plan.axes(at, a, b, su, sv);
  building.centre = plan.to_world(at);
  // The streets are not quite square; the building is, half-way between them, and shrinks so that it stays in its lot.
  const Vec2 turned{b.y, -b.x};
  Vec2 p = a + turned;
  p = p * (1 / std::hypot(p.x, p.y));
  building.axis_p = p;
  building.axis_q = {-p.y, p.x};
  squeeze = std::abs(a.x * p.y - a.y * p.x);
}

void stand_on_ground(const Plan& plan, Building& b) {
  double lo = 1e9;
  for (const Vec2 f : b.footprint) lo = std::min(lo, plan.ground(b.at(f.x, f.y)));
  b.base = std::round(lo * 100) / 100;
}

namespace {

struct Lot { double u0, u1, v0, v1; };

std::vector<Lot> lots_of(const Block& b, Random& random) {
  int columns = 3, rows = 5;
  switch (b.zone) {
    case Zone::core: columns = 2; rows = random.between(2, 3); break;
    case Zone::mixed: columns = random.between(2, 3); rows = random.between(3, 4); break;
    case Zone::homes: columns = 3; rows = b.v1 - b.v0 > 78 ? 6 : 5; break;
    case Zone::industry: columns = 1; rows = random.between(1, 3); break;
    default: return {};
  }
  const double w = b.u1 - b.u0, h = b.v1 - b.v0;
  columns = std::min(columns, std::max(1, static_cast<int>(w / 13)));
  rows = std::min(rows, std::max(1, static_cast<int>(h / 12)));
  std::vector<Lot> lots;
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      const double empty = b.zone == Zone::homes ? 0.05 + 0.3 * (1 - smoothstep(0.35, 0.72, b.score)) : 0.06;
      if (random.chance(empty)) continue;  // gardens, car parks
      lots.push_back({b.u0 + w * i / columns, b.u0 + w * (i + 1) / columns, b.v0 + h * j / rows, b.v0 + h * (j + 1) / rows});
    }
  }
  return lots;
}

void dress_house(Building& b, Random& random) {
  b.usage = random.chance(0.12) ? 413 : 411;
  b.storeys = random.chance(0.78) ? 2 : 1;
  b.eaves = b.storeys * 2.75 + random.range(0.2, 0.7);
  b.form = random.chance(0.82) ? Form::gable : Form::box;
  b.height = b.form == Form::gable ? b.eaves + std::min(b.half_p, b.half_q) * random.range(0.42, 0.6) : b.eaves + 0.6;
  b.structure = 601;
  b.wall = random.chance(0.75) ? tex_house : tex_plaster;
  b.roof = b.form == Form::box ? tex_gravel : random.chance(0.62) ? tex_tiles : tex_slate;
  b.year = 1962 + static_cast<int>(60 * std::sqrt(random.uniform()));
}

void dress_block(Building& b, Random& random, int lo, int hi) {
  b.storeys = random.between(lo, hi);
  const double draw = random.uniform();
  b.usage = draw < 0.34 ? 412 : draw < 0.62 ? 402 : draw < 0.9 ? 401 : draw < 0.95 ? 403 : 404;
  b.height = b.storeys * (b.usage == 412 ? 2.95 : 3.6) + random.range(0.8, 1.6);
  b.structure = b.storeys > 3 ? 603 : 604;
  b.storeys_below = b.storeys > 7 && random.chance(0.6) ? 1 : 0;
  b.wall = b.usage == 412 ? tex_flats : b.usage == 402 ? (b.storeys < 5 ? tex_shop : tex_office)
                                     : b.storeys > 10 && random.chance(0.6) ? tex_glass : tex_office;
  b.roof = tex_gravel;
  b.year = 1968 + static_cast<int>(55 * std::sqrt(random.uniform()));
}

void add_stepped_top(Building& b, Random& random) {
  b.form = Form::lofts;
  const double lower = b.height * random.range(0.55, 0.75), p1 = b.half_p * 0.74, q1 = b.half_q * 0.74;
  b.lofts = {{0, 0, b.half_p, b.half_q, 0, b.half_p, b.half_q, lower, false, b.wall, tex_gravel},
             {0, 0, p1, q1, lower, p1, q1, b.height, false, b.wall, tex_gravel},
             {p1 * 0.3, 0, 2.4, 2, b.height, 2.4, 2, b.height + 2.6, false, tex_plaster, tex_metal}};
  b.height += 2.6;
  b.installation = 2;
}

Building make_one(const Plan& plan, const Block& block, const Lot& lot, Random& random) {
  Building b;
  double squeeze = 0, su, sv;
  Vec2 a, c;
  const Vec2 middle{(lot.u0 + lot.u1) / 2, (lot.v0 + lot.v1) / 2};
  place(plan, middle, b, squeeze);
  plan.axes(middle, a, c, su, sv);
  double w = (lot.u1 - lot.u0) * su, h = (lot.v1 - lot.v0) * sv;
  const double gap = block.zone == Zone::core ? 1.0 : block.zone == Zone::mixed ? 1.4 : 2.0;
  const double ww = w - 2 * (squeeze * h / 2) - gap, hh = h - 2 * (squeeze * w / 2) - gap;
  const double fill_lo = block.zone == Zone::homes ? 0.62 : 0.78, fill_hi = block.zone == Zone::homes ? 0.86 : 0.98;
  b.half_p = std::clamp(ww / 2 * random.range(fill_lo, fill_hi), 2.4, 40.0);
  b.half_q = std::clamp(hh / 2 * random.range(fill_lo, fill_hi), 2.4, 40.0);
  if (block.zone == Zone::homes) {
    b.half_p = std::min(b.half_p, 6.4);
    b.half_q = std::min(b.half_q, 5.6);
  }
  switch (block.zone) {
    case Zone::core: {
      const double heart = smoothstep(0.84, 1.1, block.score);
      dress_block(b, random, 4, 7 + static_cast<int>(8 * heart));
      if (b.storeys > 8 && random.chance(0.5)) add_stepped_top(b, random);
      break;
    }
    case Zone::mixed:
      if (random.chance(0.45)) dress_house(b, random);
      else dress_block(b, random, 2, 5);
      break;
    case Zone::industry:
      b.usage = random.chance(0.6) ? 441 : 431;
      b.storeys = random.between(1, 2);
      b.height = random.range(7, 13);
      b.structure = 604;
      b.wall = tex_shed;
      b.roof = tex_metal;
      b.year = random.between(1970, 2019);
      if (random.chance(0.5)) {
        b.form = Form::gable;
        b.eaves = b.height - std::min(b.half_p, b.half_q) * 0.16;
      }
      break;
    default: dress_house(b, random);
  }
  // Some houses and flats have an L-shaped plan.
  const double p = b.half_p, q = b.half_q;
  if (b.form == Form::box && std::min(p, q) > 4.5 && random.chance(0.3)) {
    const double cp = p * random.range(0.1, 0.4), cq = q * random.range(0.05, 0.35);
    b.footprint = {{-p, -q}, {p, -q}, {p, cq}, {cp, cq}, {cp, q}, {-p, q}};
  } else {
    b.footprint = {{-p, -q}, {p, -q}, {p, q}, {-p, q}};
  }
  b.roof_shade = static_cast<std::uint8_t>(random.below(256));
  return b;
}

}  // namespace

std::vector<Building> make_buildings(const Plan& plan, Layout& layout, std::uint32_t count) {
  std::vector<Building> buildings = make_landmarks(plan, layout);
  if (buildings.size() > count) buildings.resize(count);

  std::vector<std::size_t> order(layout.blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return layout.blocks[a].score != layout.blocks[b].score ? layout.blocks[a].score > layout.blocks[b].score : a < b;
  });
  for (const std::size_t i : order) {
    if (buildings.size() >= count) break;
    Block& block = layout.blocks[i];
    if (block.zone < Zone::core || block.zone == Zone::civic) continue;
    Random random(mix(plan.seed, 1000 + i));
    for (const Lot& lot : lots_of(block, random)) {
      if (buildings.size() >= count) break;
      buildings.push_back(make_one(plan, block, lot, random));
      block.built = true;
    }
  }
  // What the town does not reach stays fields.
  for (Block& block : layout.blocks) {
    if (!block.built && block.zone >= Zone::core && block.zone != Zone::civic) block.zone = Zone::field;
  }
  std::uint32_t number = 0;
  for (Building& b : buildings) {
    b.number = ++number;
    stand_on_ground(plan, b);
    const Vec2 p = plan.to_plan(b.centre);
    const District* d = layout.district_at(plan, p);
    b.district = d ? d->name.ja : "郊外";
    const double w = d ? (d->u1 - d->u0) / 2 : 500, h = d ? (d->v1 - d->v0) / 2 : 500;
    const int cu = d ? std::clamp(static_cast<int>((p.x - d->u0) / w), 0, 1) : 0;
    const int cv = d ? std::clamp(static_cast<int>((p.y - d->v0) / h), 0, 1) : 0;
    b.chome = 1 + cu + 2 * cv;
    b.banchi = 1 + static_cast<int>(mix(plan.seed, b.number) % 48);
  }
  // The buildings round the two centres are the ones modelled with roofs and pictures: up to 700.
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t i = 0; i < buildings.size(); ++i) {
    const Vec2 p = plan.to_plan(buildings[i].centre);
    const double k = plan.stretch;
    const double d = std::min(std::hypot(p.x - 450 * k, p.y - 100 * k), std::hypot(p.x + 330 * k, p.y + 30 * k) * 1.25);
    near.emplace_back(buildings[i].name.ja.empty() ? d : -1, i);
  }
  std::sort(near.begin(), near.end());
  for (std::size_t i = 0; i < near.size() && i < 700; ++i) buildings[near[i].second].lod2 = true;
  return buildings;
}

}  // namespace tenbo::io::make_city_detail
