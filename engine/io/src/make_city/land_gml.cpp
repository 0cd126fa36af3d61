// Roads, trees and water as city objects.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "city_gml.h"
#include "gml_text.h"
#include "random.h"

namespace tenbo::io::make_city_detail {
namespace {

constexpr double road_lift = 0.12;  // m above the ground

class RoadWriter {
 public:
  RoadWriter(const Plan& plan, const Layout& layout, GmlText& out) : plan_(plan), layout_(layout), out_(out) {}

  void write_all() {
    for (int i = 0; i < static_cast<int>(layout_.along_v.size()); ++i) {
      const auto paved = [&](int row) { return layout_.paved_v(plan_, i, row); };
      runs(layout_.along_v[i], true, layout_.along_u, paved);
    }
    for (int i = 0; i < static_cast<int>(layout_.along_u.size()); ++i) {
      const auto paved = [&](int column) { return layout_.paved_u(plan_, i, column); };
      runs(layout_.along_u[i], false, layout_.along_v, paved);
    }
  }

 private:
  // One Road object for every unbroken run of paved pieces.
  template <class Paved>
  void runs(const Street& street, bool along_v, const std::vector<Street>& across, Paved paved) {
    const int pieces = static_cast<int>(across.size()) - 1;
    for (int i = 0; i < pieces;) {
      if (!paved(i)) {
        ++i;
        continue;
      }
      int end = i;
      while (end < pieces && paved(end)) ++end;
      road(street, along_v, across[i].at - across[i].width / 2, across[end].at + across[end].width / 2);
      i = end;
    }
  }

  void road(const Street& street, bool along_v, double from, double to) {
    std::vector<std::array<Vec3, 4>> quads;
    const int steps = std::max(1, static_cast<int>(std::ceil((to - from) / 16)));
    for (int k = 0; k < steps; ++k) {
      const double a = lerp(from, to, static_cast<double>(k) / steps), b = lerp(from, to, (k + 1.0) / steps);
      std::array<Vec3, 4> quad;
      const double half = street.width / 2;
      bool wet = false;
      for (int c = 0; c < 4; ++c) {
        const double along = c == 1 || c == 2 ? b : a, side = (c < 2) == along_v ? half : -half;
        const Vec2 p = along_v ? Vec2{street.at + side, along} : Vec2{along, street.at + side};
        const Vec2 w = plan_.to_world(p);
        wet = wet || plan_.water(w, p) || std::abs(p.x) < plan_.levee_crest - 8;
        quad[c] = {w.x, w.y, plan_.ground(w, p) + road_lift};
      }
      if (!wet) quads.push_back(quad);
    }
    if (quads.empty()) return;
    out_ << "<core:cityObjectMember>\n<tran:Road gml:id=\"tran_" << uuid_of(plan_.seed + 5, ++number_) << "\">\n";
    if (street.arterial) out_ << "<gml:name>" << (along_v ? "展望本通り" : "大橋通り") << number_ << "号線</gml:name>\n";
    out_.code("tran:function", "Road_function", street.arterial ? 2 : 3);
    out_.surfaces_begin("tran:lod1MultiSurface");
    for (const auto& q : quads) out_.polygon(q);
    out_.surfaces_end("tran:lod1MultiSurface");
    out_ << "<uro:roadStructureAttribute><uro:RoadStructureAttribute>";
    out_.quantity("uro:width", "m", street.width, 1);
    out_ << "</uro:RoadStructureAttribute></uro:roadStructureAttribute>\n</tran:Road>\n</core:cityObjectMember>\n";
  }

  const Plan& plan_;
  const Layout& layout_;
  GmlText& out_;
  std::uint32_t number_ = 0;
};

// A tree of eight sides: trunk, and a crown of two cones foot to foot.
void tree(const Plan& plan, GmlText& out, Vec2 at, bool pine, Random& random, std::uint32_t number) {
  const double ground = plan.ground(at), height = pine ? random.range(8, 14) : random.range(6, 11);
  const double radius = height * (pine ? 0.2 : 0.34), bottom = ground + height * (pine ? 0.3 : 0.24), girth = 0.16 + height * 0.012;
  const double middle = bottom + (height + ground - bottom) * (pine ? 0.16 : 0.44), turn = random.range(0, 1);
  out << "<core:cityObjectMember>\n<veg:SolitaryVegetationObject gml:id=\"veg_" << uuid_of(plan.seed + 9, number) << "\">\n";
  out.code("veg:class", "SolitaryVegetationObject_class", pine ? 1060 : 1070);
  out.quantity("veg:height", "m", height, 1);
  out.quantity("veg:crownDiameter", "m", radius * 2, 1);
  out.surfaces_begin("veg:lod2Geometry");
  constexpr int sides = 7;
  const auto ringed = [&](int i, double r, double z) {
    const double angle = 2 * std::numbers::pi * (i + turn) / sides;
    return Vec3{at.x + r * std::cos(angle), at.y + r * std::sin(angle), z};
  };
  for (int i = 0; i < 4; ++i) {
    const double a = std::numbers::pi / 2 * i, b = a + std::numbers::pi / 2;
    const Vec3 side[] = {{at.x + girth * std::cos(a), at.y + girth * std::sin(a), ground - 0.3},
                         {at.x + girth * std::cos(b), at.y + girth * std::sin(b), ground - 0.3},
                         {at.x + girth * std::cos(b), at.y + girth * std::sin(b), middle},
                         {at.x + girth * std::cos(a), at.y + girth * std::sin(a), middle}};
    out.polygon(side);
  }
  const double shoulder = pine ? 0.0 : 0.62, top = ground + height, upper = middle + (top - middle) * 0.62;
  for (int i = 0; i < sides; ++i) {
    const Vec3 low[] = {ringed(i + 1, radius * 0.42, bottom), ringed(i, radius * 0.42, bottom), ringed(i, radius, middle), ringed(i + 1, radius, middle)};
    const Vec3 flipped[] = {low[1], low[0], low[3], low[2]};
    out.polygon(flipped);
    if (pine) {
      const Vec3 cone[] = {ringed(i, radius, middle), ringed(i + 1, radius, middle), {at.x, at.y, top}};
      out.polygon(cone);
    } else {
      const Vec3 band[] = {ringed(i, radius, middle), ringed(i + 1, radius, middle), ringed(i + 1, radius * shoulder, upper), ringed(i, radius * shoulder, upper)};
      const Vec3 cap[] = {ringed(i, radius * shoulder, upper), ringed(i + 1, radius * shoulder, upper), {at.x, at.y, top - 0.06 * height}};
      out.polygon(band);
      out.polygon(cap);
    }
  }
  out.surfaces_end("veg:lod2Geometry");
  out << "</veg:SolitaryVegetationObject>\n</core:cityObjectMember>\n";
}

void water_begin(const Plan& plan, GmlText& out, int number, const char* name, int code) {
  out << "<core:cityObjectMember>\n<wtr:WaterBody gml:id=\"wtr_" << uuid_of(plan.seed + 11, number) << "\">\n<gml:name>" << name
      << "</gml:name>\n";
  out.code("wtr:class", "WaterBody_class", code);
  out.surfaces_begin("wtr:lod1MultiSurface");
}
void water_end(GmlText& out) {
  out.surfaces_end("wtr:lod1MultiSurface");
  out << "</wtr:WaterBody>\n</core:cityObjectMember>\n";
}

// A strip of water along v (or u) between two offsets, at a height that may fall along it.
template <class Place, class Height>
void strip(const Plan& plan, GmlText& out, double from, double to, double step, double half, Place place, Height height) {
  const int pieces = std::max(1, static_cast<int>(std::ceil((to - from) / step)));
  for (int i = 0; i < pieces; ++i) {
    const double a = lerp(from, to, static_cast<double>(i) / pieces), b = lerp(from, to, (i + 1.0) / pieces);
    Vec3 quad[4];
    for (int c = 0; c < 4; ++c) {
      const double along = c == 2 || c == 3 ? b : a;
      const Vec2 w = plan.to_world(place(along, c == 1 || c == 2 ? half : -half));
      quad[c] = {w.x, w.y, height(along)};
    }
    out.polygon(quad);
  }
}

}  // namespace

TextFile tran_gml(const Plan& plan, const Layout& layout) {
  GmlText out(plan);
  RoadWriter(plan, layout, out).write_all();
  return {"udx/tran/" + city_mesh_name(plan) + "_tran_6697_op.gml", out.file()};
}

TextFile veg_gml(const Plan& plan, const Layout& layout, const std::vector<Building>& buildings) {
  GmlText out(plan);
  Random random(mix(plan.seed, 0x7EEE));
  std::uint32_t number = 0;
  const auto grow = [&](Vec2 p, bool pine) {
    const Vec2 w = plan.to_world(p);
    if (number >= 1200 || plan.water(w, p) || plan.ground(w, p) < 0.2) return;
    for (const Building& b : buildings) {
      const Vec2 d = w - b.centre;
      const double reach = std::max(b.half_p, b.half_q) + 3;
      if (std::abs(d.x) > reach + 20 || std::abs(d.y) > reach + 20) continue;
      if (std::abs(d.x * b.axis_p.x + d.y * b.axis_p.y) < b.half_p + 2 && std::abs(d.x * b.axis_q.x + d.y * b.axis_q.y) < b.half_q + 2) return;
    }
    tree(plan, out, w, pine, random, ++number);
  };
  for (const Block& b : layout.blocks) {  // parks
    if (b.zone != Zone::park) continue;
    for (int i = 0; i < 9; ++i) grow({random.range(b.u0, b.u1), random.range(b.v0, b.v1)}, random.chance(0.3));
  }
  // Avenues of the two centres.
  for (std::size_t i = 0; i < layout.along_u.size(); ++i) {
    const Street& s = layout.along_u[i];
    if (!s.arterial) continue;
    for (int c = 0; c < layout.columns; ++c) {
      const Block& above = layout.block(c, std::min(static_cast<int>(i), layout.rows - 1));
      if (!above.built || above.score < 0.78) continue;
      for (double u = above.u0 + 4; u < above.u1; u += 15) {
        for (const double side : {-1.0, 1.0}) grow({u, s.at + side * (s.width / 2 - 1.2)}, false);
      }
    }
  }
  for (double u = -1650 * plan.stretch; u < -230 * plan.stretch; u += 15 * plan.stretch) {  // the pines behind the dike
    for (int i = 0; i < 2; ++i) grow({u + random.range(-5, 5), plan.coast_v(u) + 103 + random.range(0, 22)}, true);
  }
  return {"udx/veg/" + city_mesh_name(plan) + "_veg_6697_op.gml", out.file()};
}

TextFile wtr_gml(const Plan& plan) {
  GmlText out(plan);
  const double edge = plan.half_size, k = plan.stretch;
  water_begin(plan, out, 1, "展望湾", 1000);
  {  // the sea: from the terrain's southern edge to a line hidden just inside the shore
    std::vector<Vec3> shore;
    const double reach = edge + 300 * k;
    std::vector<Vec2> line;
    for (double u = -reach; u <= reach; u += 20 * k) {
      double inland = std::abs(u) < plan.river_half + 10 ? -40 : 14;
      if (u > 325 * k && u < 885 * k) inland = -1228 * k - plan.coast_v(u);  // the basin
      const Vec2 w = plan.to_world({u, plan.coast_v(u) + inland});
      if (w.x > -edge && w.x < edge && (line.empty() || w.x > line.back().x + 0.5)) line.push_back(w);
    }
    for (std::size_t i = 0; i + 1 < line.size(); i += 12) {  // in pieces, so that no ring is long
      const std::size_t end = std::min(i + 12, line.size() - 1);
      const double x0 = i == 0 ? -edge : line[i].x, x1 = end + 1 == line.size() ? edge : line[end].x;
      std::vector<Vec3> ring = {{x0, -edge, 0}, {x1, -edge, 0}};
      if (x1 != line[end].x) ring.push_back({x1, line[end].y, 0});
      for (std::size_t j = end + 1; j-- > i;) ring.push_back({line[j].x, line[j].y, 0});
      if (x0 != line[i].x) ring.push_back({x0, line[i].y, 0});
      out.polygon(ring);
    }
  }
  water_end(out);
  water_begin(plan, out, 2, "展望川", 1020);
  strip(plan, out, plan.coast_v(0) - 42, edge, 20, plan.river_half + 8, [](double v, double s) { return Vec2{s, v}; },
        [&](double v) { return std::max(0.02, plan.river_level(v)); });
  water_end(out);
  water_begin(plan, out, 3, "西堀川", 1030);
  strip(plan, out, plan.coast_v(plan.canal_west_u) + 130, plan.canal_north_v, 30, plan.canal_half + 1.2,
        [&](double v, double s) { return Vec2{plan.canal_west_u + s, v}; }, [](double) { return -0.45; });
  water_end(out);
  water_begin(plan, out, 4, "堀端運河", 1030);
  strip(plan, out, plan.canal_west_u, -plan.levee_foot, 30, plan.cross_half + 1,
        [&](double u, double s) { return Vec2{u, plan.canal_cross_v - s}; }, [](double) { return -0.45; });
  water_end(out);
  water_begin(plan, out, 5, "東谷川", 1030);
  strip(plan, out, -1235 * k, plan.creek_north_v, 30, plan.creek_half + 0.8,
        [&](double v, double s) { return Vec2{plan.creek_east_u + s, v}; },
        [&](double v) { return 0.0026 * std::max(0.0, v / k + 1000) + 0.1; });
  water_end(out);
  return {"udx/wtr/" + city_mesh_name(plan) + "_wtr_6697_op.gml", out.file()};
}

}  // namespace tenbo::io::make_city_detail
