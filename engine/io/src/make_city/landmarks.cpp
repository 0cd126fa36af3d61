// The buildings that have a name.
#include <algorithm>
#include <cmath>
#include <limits>

#include "buildings.h"
#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

Loft box(double p, double q, double hp, double hq, double z0, double z1, int wall, int roof = tex_gravel) {
  return {p, q, hp, hq, z0, hp, hq, z1, false, wall, roof};
}
Loft roof(double p, double q, double p0, double q0, double z0, double p1, double q1, double z1, int tiles = tex_tiles) {
  return {p, q, p0, q0, z0, p1, q1, z1, true, tiles, tiles};
}

enum class Shape {
  station, castle, tower, hall, hospital, school, library, gym, fire, market, lighthouse, shrine, temple, hotel, depot
};

void shape(Building& b, Shape kind) {
  b.form = Form::lofts;
  auto& l = b.lofts;
  switch (kind) {
    case Shape::station:
      l = {box(0, 0, 46, 11, 0, 9, tex_glass, tex_metal), roof(0, 0, 48, 13, 9, 48, 0, 13.5, tex_metal),
           box(0, -13.5, 12, 2.5, 0, 6.5, tex_glass, tex_metal), box(-38, -2, 6, 8, 0, 19, tex_plaster, tex_metal)};
      break;
    case Shape::castle:
      l = {{0, 0, 17, 15, 0, 13, 11.5, 9, false, tex_stone, tex_gravel},
           box(0, 0, 11.5, 10, 9, 15, tex_plaster), roof(0, 0, 14, 12.4, 15, 9.6, 8.2, 18, tex_slate),
           box(0, 0, 9, 7.6, 18, 22.5, tex_plaster), roof(0, 0, 11.2, 9.8, 22.5, 7, 5.6, 25.3, tex_slate),
           box(0, 0, 6.4, 5, 25.3, 29.3, tex_plaster), roof(0, 0, 8.6, 7.2, 29.3, 5, 0, 34, tex_slate)};
      break;
    case Shape::tower:
      l = {box(0, 0, 21, 19, 0, 13, tex_shop), box(0, 0, 15, 13.5, 13, 62, tex_glass), box(0, 0, 12, 10.5, 62, 88, tex_glass),
           box(0, 0, 8.5, 7, 88, 101, tex_glass), {0, 0, 1.6, 1.6, 101, 0.3, 0.3, 121, false, tex_metal, tex_metal}};
      b.installation = 4;
      break;
    case Shape::hall:
      l = {box(0, 0, 21, 17, 0, 12, tex_office), box(0, 2, 15, 9, 12, 37, tex_office),
           box(0, 2, 5, 4, 37, 41, tex_plaster, tex_metal), box(0, -18.4, 9, 1.4, 0, 5, tex_stone, tex_metal)};
      break;
    case Shape::hospital:
      l = {box(0, 0, 22, 20, 0, 9, tex_plaster), box(0, 0, 21, 6, 9, 38, tex_flats), box(0, 0, 6.5, 18, 9, 34, tex_flats),
           box(0, 0, 5.5, 5, 38, 42, tex_plaster, tex_metal)};
      break;
    case Shape::school:
      l = {box(-2, 14, 24, 5, 0, 14.4, tex_school), box(-20, -3, 5, 12, 0, 10.8, tex_school),
           box(14, -10, 10, 9, 0, 8, tex_plaster, tex_metal), roof(14, -10, 10.6, 9.6, 8, 10.6, 0, 12, tex_metal),
           box(-2, 14, 3, 3, 14.4, 17.4, tex_plaster, tex_metal)};
      break;
    case Shape::library:
      l = {box(0, 0, 19, 13, 0, 5, tex_stone), box(0, 0, 21, 15, 5, 12, tex_glass), roof(0, 0, 22, 16, 12, 15, 0, 17, tex_metal)};
      break;
    case Shape::gym:
      l = {box(0, 0, 21, 17, 0, 9, tex_plaster, tex_metal), roof(0, 0, 22, 18, 9, 13, 7, 15, tex_metal)};
      break;
    case Shape::fire:
      l = {box(0, 0, 16, 11, 0, 11, tex_office), box(13, 8, 2.6, 2.6, 11, 28, tex_plaster, tex_metal)};
      b.installation = 1;
      break;
    case Shape::market:
      l = {box(0, 0, 27, 12, 0, 7, tex_shed, tex_metal), roof(0, 0, 28.5, 13.5, 7, 28.5, 0, 11, tex_metal)};
      break;
    case Shape::lighthouse:
      l = {{0, 0, 3.4, 3.4, 0, 2.2, 2.2, 22, false, tex_plaster, tex_gravel}, box(0, 0, 3, 3, 22, 22.8, tex_stone),
           box(0, 0, 1.6, 1.6, 22.8, 26, tex_glass, tex_metal), roof(0, 0, 2, 2, 26, 0.1, 0.1, 28, tex_metal)};
      break;
    case Shape::shrine:
      l = {box(0, 3, 7.5, 5.5, 0, 5, tex_plaster), roof(0, 3, 10, 8, 5, 6, 0, 10.5, tex_slate),
           box(0, -8, 4.5, 3.5, 0, 4, tex_plaster), roof(0, -8, 6.2, 5, 4, 4, 0, 7.2, tex_slate)};
      break;
    case Shape::temple:
      l = {box(0, 0, 11, 9, 0, 6.5, tex_plaster), roof(0, 0, 14, 12, 6.5, 8, 0, 14.5, tex_tiles),
           box(19, -2, 3.2, 3.2, 0, 5, tex_plaster), roof(19, -2, 5, 5, 5, 2.6, 2.6, 7, tex_tiles),
           box(19, -2, 2.4, 2.4, 7, 11, tex_plaster), roof(19, -2, 4.2, 4.2, 11, 2, 2, 13, tex_tiles),
           box(19, -2, 1.8, 1.8, 13, 16.5, tex_plaster), roof(19, -2, 3.6, 3.6, 16.5, 0.2, 0.2, 21, tex_tiles)};
      break;
    case Shape::hotel:
      l = {box(0, 0, 18, 13, 0, 8, tex_shop), box(0, 2, 17, 7.5, 8, 58, tex_flats), box(-6, 2, 4, 3, 58, 62, tex_plaster, tex_metal)};
      break;
    case Shape::depot:
      l = {box(0, 0, 7, 6, 0, 14, tex_plaster, tex_slate), roof(0, 0, 8, 7, 14, 3, 2, 17, tex_slate)};
      break;
  }
  double p0 = 0, p1 = 0, q0 = 0, q1 = 0;
  b.height = 0;
  for (const Loft& loft : l) {
    b.height = std::max(b.height, loft.z1);
    if (loft.roof || loft.z0 > 5) continue;
    p0 = std::min(p0, loft.p - loft.p0);
    p1 = std::max(p1, loft.p + loft.p0);
    q0 = std::min(q0, loft.q - loft.q0);
    q1 = std::max(q1, loft.q + loft.q0);
  }
  b.half_p = std::max(-p0, p1);
  b.half_q = std::max(-q0, q1);
  b.footprint = {{p0, q0}, {p1, q0}, {p1, q1}, {p0, q1}};
  if (kind == Shape::school) {  // two wings round the yard
    b.footprint = {{-25, -15}, {-15, -15}, {-15, 9}, {22, 9}, {22, 19}, {-26, 19}, {-26, 9}, {-25, 9}};
  }
}

struct Landmark {
  Words name;
  Shape shape;
  double u, v;   // in a city of 4 km; free = exactly here rather than in the nearest block
  bool free;
  int usage, storeys, year;
};

const Landmark landmarks[] = {
    {{"展望駅", "Tenbo Station"}, Shape::station, 560, 0, false, 431, 2, 2014},
    {{"展望城天守", "Tenbo Castle Keep"}, Shape::castle, 640, 690, true, 421, 3, 1611},
    {{"展望タワー", "Tenbo Tower"}, Shape::tower, 420, -60, false, 404, 24, 2009},
    {{"展望市役所", "Tenbo City Hall"}, Shape::hall, 430, 390, false, 421, 9, 1996},
    {{"展望市立病院", "Tenbo City Hospital"}, Shape::hospital, 790, 330, false, 421, 9, 2003},
    {{"展望灯台", "Tenbo Lighthouse"}, Shape::lighthouse, 1560, -1480, true, 454, 1, 1908},
    {{"港湾会館", "Harbour Hall"}, Shape::library, 470, -1130, false, 401, 3, 1988},
    {{"展望市中央図書館", "Central Library"}, Shape::library, 260, 300, false, 422, 3, 2006},
    {{"潮見ホテル", "Shiomi Hotel"}, Shape::hotel, 640, -1080, false, 403, 18, 1992},
    {{"川西小学校", "Kawanishi Elementary School"}, Shape::school, -430, 330, false, 422, 4, 1974},
    {{"東台小学校", "Higashidai Elementary School"}, Shape::school, 960, -300, false, 422, 4, 1981},
    {{"浜中学校", "Hama Junior High School"}, Shape::school, -300, -780, false, 422, 4, 1978},
    {{"展望高等学校", "Tenbo High School"}, Shape::school, 880, 820, false, 422, 4, 1969},
    {{"西町小学校", "Nishimachi Elementary School"}, Shape::school, -1180, 380, false, 422, 3, 1986},
    {{"市民体育館", "Civic Gymnasium"}, Shape::gym, -540, 560, false, 422, 2, 1994},
    {{"展望市民会館", "Tenbo Civic Auditorium"}, Shape::gym, 330, 560, false, 422, 3, 1984},
    {{"消防本部", "Fire Department Headquarters"}, Shape::fire, 200, -60, false, 421, 3, 2011},
    {{"展望警察署", "Tenbo Police Station"}, Shape::fire, 690, -160, false, 421, 4, 1999},
    {{"魚市場", "Fish Market"}, Shape::market, 330, -1130, false, 402, 1, 1977},
    {{"川西病院", "Kawanishi Hospital"}, Shape::hospital, -330, -120, false, 421, 7, 1990},
    {{"堀端寺五重塔", "Horibata Temple and Pagoda"}, Shape::temple, -560, -300, false, 422, 1, 1702},
    {{"展望神社", "Tenbo Shrine"}, Shape::shrine, 620, 1050, false, 422, 1, 1835},
    {{"西水門", "West Sluice"}, Shape::depot, -730, -1230, true, 452, 3, 1979},
    {{"港小学校", "Minato Elementary School"}, Shape::school, 660, -890, false, 422, 3, 1991},
    {{"松原公民館", "Matsubara Community Hall"}, Shape::temple, -1230, -930, false, 422, 2, 1982},
    {{"緑ヶ丘小学校", "Midorigaoka Elementary School"}, Shape::school, 1370, 520, false, 422, 3, 1998},
};

}  // namespace

std::vector<Building> make_landmarks(const Plan& plan, Layout& layout) {
  std::vector<Building> out;
  for (const Landmark& mark : landmarks) {
    Building b;
    Vec2 at{mark.u * plan.stretch, mark.v * plan.stretch};
    if (mark.shape == Shape::castle) at = plan.castle;
    if (mark.shape == Shape::station) at = {plan.station.x, plan.rail_v - 40};
    if (mark.shape == Shape::depot) at = {plan.canal_west_u + 30, plan.coast_v(plan.canal_west_u) + 150};
    if (mark.shape == Shape::lighthouse) {  // the highest place near the cape's tip
      double best = -1;
      for (int i = 0; i < 400; ++i) {
        const Vec2 p{(1650 + 17.0 * (i % 20)) * plan.stretch, plan.coast_v((1650 + 17.0 * (i % 20)) * plan.stretch) + 40 + 8.0 * (i / 20)};
        const double z = plan.ground_plan(p) - 0.05 * (p.y - plan.coast_v(p.x));
        if (z > best) best = z, at = p;
      }
    }
    if (!mark.free) {
      Block* best = nullptr;
      double nearest = std::numeric_limits<double>::infinity();
      for (Block& block : layout.blocks) {
        const Vec2 c = block.centre();
        const double d = std::hypot(c.x - at.x, c.y - at.y);
        if (block.zone == Zone::none || block.zone == Zone::park || block.zone == Zone::civic || d > nearest) continue;
        if (block.u1 - block.u0 < 44 || block.v1 - block.v0 < 40) continue;
        nearest = d;
        best = &block;
      }
      if (!best) continue;
      best->zone = Zone::civic;
      best->built = true;
      at = best->centre();
    }
    double squeeze;
    place(plan, at, b, squeeze);
    shape(b, mark.shape);
    double fit = 1;  // a narrow block makes a smaller landmark
    if (!mark.free) {
      for (const Block& block : layout.blocks) {
        if (at.x < block.u0 || at.x > block.u1 || at.y < block.v0 || at.y > block.v1) continue;
        Vec2 a, c;
        double su, sv;
        plan.axes(at, a, c, su, sv);
        fit = std::min({1.0, ((block.u1 - block.u0) * su / 2 - 1) / (b.half_p + squeeze * b.half_q),
                        ((block.v1 - block.v0) * sv / 2 - 1) / (b.half_q + squeeze * b.half_p)});
      }
    }
    for (Loft& l : b.lofts) l.p *= fit, l.q *= fit, l.p0 *= fit, l.q0 *= fit, l.p1 *= fit, l.q1 *= fit;
    for (Vec2& f : b.footprint) f = f * fit;
    b.half_p *= fit;
    b.half_q *= fit;
    b.name = mark.name;
    b.usage = mark.usage;
    b.storeys = mark.storeys;
    b.year = mark.year;
    b.structure = mark.year < 1900 ? 601 : 603;
    b.roof_shade = 40;
    out.push_back(std::move(b));
  }
  return out;
}

}  // namespace tenbo::io::make_city_detail
