#include <cmath>
#include <numbers>

#include "city_gml.h"
#include "gml_text.h"

namespace tenbo::io::make_city_detail {
namespace {

Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
Vec3 operator*(Vec3 a, double s) { return {a.x * s, a.y * s, a.z * s}; }

// Builds in the bridge's own frame: t metres along the deck, s across it (left positive), z height.
class BridgeWriter {
 public:
  BridgeWriter(const Plan& plan, const Bridge& bridge, GmlText& out) : plan_(plan), b_(bridge), out_(out) {
    start_ = plan.to_world(b_.a);
    const Vec2 d = plan.to_world(b_.b) - start_;
    length_ = std::hypot(d.x, d.y);
    along_ = {d.x / length_, d.y / length_, 0};
    left_ = {-along_.y, along_.x, 0};
    rise_ = std::min(2.2, length_ * 0.008);
  }

  void write() {
    out_ << "<core:cityObjectMember>\n<brid:Bridge gml:id=\"" << b_.id << "\">\n<gml:name>" << b_.name.ja << "</gml:name>\n"
         << "<gen:stringAttribute name=\"英語名\"><gen:value>" << b_.name.en << "</gen:value></gen:stringAttribute>\n"
         << "<gen:stringAttribute name=\"構造形式\"><gen:value>" << b_.kind.ja << "</gen:value></gen:stringAttribute>\n"
         << "<gen:measureAttribute name=\"橋長\"><gen:value uom=\"m\">";
    out_.fixed(b_.length, 1);
    out_ << "</gen:value></gen:measureAttribute>\n";
    static constexpr int classes[] = {1010, 1020, 1030, 1040, 1050};
    out_.code("brid:class", "Bridge_class", classes[static_cast<int>(b_.form)]);
    out_.code("brid:function", "Bridge_function", b_.rail ? 2 : 1);
    out_ << "<brid:yearOfConstruction>" << b_.built << "</brid:yearOfConstruction>\n";
    out_.surfaces_begin("brid:lod2MultiSurface");
    deck();
    out_.surfaces_end("brid:lod2MultiSurface");
    element(1000, [&] { piers(); });
    switch (b_.form) {
      case BridgeForm::arch: element(1001, [&] { arches(); }); break;
      case BridgeForm::truss: element(1002, [&] { trusses(); }); break;
      case BridgeForm::cable_stayed: element(1003, [&] { pylon_and_stays(); }); break;
      default: break;
    }
    out_ << "</brid:Bridge>\n</core:cityObjectMember>\n";
  }

 private:
  double top(double t) const { const double x = t / length_; return b_.end_height + rise_ * 4 * x * (1 - x); }
  Vec3 at(double t, double s, double z) const {
    return Vec3{start_.x, start_.y, z} + along_ * t + left_ * s;
  }

  template <class Body>
  void element(int number, Body body) {
    if (length_ < 40 && number == 1000) return;  // a short bridge has no piers
    out_ << "<brid:outerBridgeConstruction><brid:BridgeConstructionElement gml:id=\"" << b_.id << "_" << number << "\">\n";
    out_.surfaces_begin("brid:lod2Geometry");
    body();
    out_.surfaces_end("brid:lod2Geometry");
    out_ << "</brid:BridgeConstructionElement></brid:outerBridgeConstruction>\n";
  }

  // A straight member of w x h between two points, square to its own direction.
  void beam(Vec3 a, Vec3 b, double w, double h) {
    const Vec3 d = b - a;
    const double length = std::sqrt(d.x * d.x + d.y * d.y + d.z * d.z);
    Vec3 side{-d.y, d.x, 0};
    const double flat = std::hypot(side.x, side.y);
    side = flat > 1e-6 ? side * (1 / flat) : left_;
    const Vec3 n = d * (1 / length), up{side.y * n.z - side.z * n.y, side.z * n.x - side.x * n.z, side.x * n.y - side.y * n.x};
    const Vec3 s = side * (w / 2), u = up * (-h / 2);
    // Seen along the member: low right, low left, high left, high right at the start; then the same at the end.
    const Vec3 corners[8] = {a - s - u, b - s - u, b + s - u, a + s - u, a - s + u, b - s + u, b + s + u, a + s + u};
    out_.box(corners);
  }

  void deck() {
    const int pieces = length_ > 60 ? 16 : 4;
    const double half = b_.width / 2, thick = length_ > 60 ? (b_.form == BridgeForm::girder ? 2.4 : 1.2) : 0.7;
    for (int i = 0; i < pieces; ++i) {
      const double t0 = length_ * i / pieces, t1 = length_ * (i + 1) / pieces, z0 = top(t0), z1 = top(t1);
      const auto slab = [&](double s0, double s1, double above, double below, double inset) {
        const Vec3 c[8] = {at(t0, s0 + inset, z0 + below), at(t1, s0 + inset, z1 + below), at(t1, s1 - inset, z1 + below),
                           at(t0, s1 - inset, z0 + below), at(t0, s0, z0 + above), at(t1, s0, z1 + above),
                           at(t1, s1, z1 + above), at(t0, s1, z0 + above)};
        out_.box(c);
      };
      slab(-half, half, 0, -0.5, 0);                        // roadway
      slab(-half * 0.8, half * 0.8, -0.5, -thick, half * 0.2);  // girders
      if (!b_.rail) {                                       // parapets
        slab(-half, -half + 0.3, 1.0, 0, 0);
        slab(half - 0.3, half, 1.0, 0, 0);
      }
    }
  }

  void piers() {
    const int spans = b_.form == BridgeForm::cable_stayed ? 3 : std::max(2, static_cast<int>(std::lround(length_ / 44)));
    for (int i = 1; i < spans; ++i) {
      const double t = length_ * i / spans, half = b_.width * 0.36;
      const Vec2 foot{at(t, 0, 0).x, at(t, 0, 0).y};
      const double floor = plan_.ground(foot) - 1, head = top(t) - (b_.form == BridgeForm::girder ? 2.4 : 1.2);
      const auto block = [&](double thick, double wide, double z0, double z1) {
        const Vec3 c[8] = {at(t - thick, -wide, z0), at(t + thick, -wide, z0), at(t + thick, wide, z0), at(t - thick, wide, z0),
                           at(t - thick, -wide, z1), at(t + thick, -wide, z1), at(t + thick, wide, z1), at(t - thick, wide, z1)};
        out_.box(c);
      };
      block(1.1, half * 0.8, floor, head - 1.3);
      block(1.3, half * 1.25, head - 1.3, head);
    }
  }

  void arches() {
    // Tied arches over equal spans, with hangers.
    const int spans = length_ > 150 ? 3 : 1, steps = length_ > 60 ? 12 : 8;
    const double span = length_ / spans, height = std::max(2.2, span * 0.19), w = length_ > 60 ? 0.9 : 0.35;
    for (int k = 0; k < spans; ++k) {
      for (const double s : {-b_.width / 2 - 0.5, b_.width / 2 + 0.5}) {
        Vec3 last{};
        for (int i = 0; i <= steps; ++i) {
          const double x = static_cast<double>(i) / steps, t = span * (k + x), z = top(t) + height * 4 * x * (1 - x);
          const Vec3 p = at(t, s, z);
          if (i) beam(last, p, w, w * 1.2);
          if (i && i < steps) beam(at(t, s, top(t) - 0.4), p, 0.22, 0.22);
          last = p;
        }
      }
      for (const double x : {0.35, 0.5, 0.65}) {  // bracing overhead
        const double t = span * (k + x), z = top(t) + height * 4 * x * (1 - x);
        if (height > 5.5) beam(at(t, -b_.width / 2 - 0.5, z), at(t, b_.width / 2 + 0.5, z), 0.5, 0.5);
      }
    }
  }

  void trusses() {
    const int panels = 2 * std::max(4, static_cast<int>(std::lround(length_ / 22)));
    const double step = length_ / panels, height = b_.rail ? 7.2 : 6.2;
    for (const double s : {-b_.width / 2 - 0.3, b_.width / 2 + 0.3}) {
      for (int i = 0; i < panels; ++i) {  // a Warren truss: every other node is above
        const double t0 = i * step, t1 = t0 + step;
        const bool rising = i % 2 == 0;
        beam(at(t0, s, top(t0) + (rising ? 0 : height)), at(t1, s, top(t1) + (rising ? height : 0)), 0.45, 0.45);
        if (!rising && i + 1 < panels) beam(at(t0, s, top(t0) + height), at(t1 + step, s, top(t1 + step) + height), 0.55, 0.55);
      }
    }
    for (int i = 1; i < panels; i += 2) {
      const double t = i * step;
      beam(at(t, -b_.width / 2 - 0.3, top(t) + height), at(t, b_.width / 2 + 0.3, top(t) + height), 0.35, 0.35);
    }
  }

  void pylon_and_stays() {
    const double height = length_ * 0.26;
    for (const double x : {1.0 / 3, 2.0 / 3}) {
      const double t = length_ * x, z = top(t), half = b_.width / 2 + 0.9;
      for (const double s : {-1.0, 1.0}) beam(at(t, s * half, z - 4), at(t, s * 1.1, z + height), 1.5, 1.5);
      beam(at(t, -half * 0.45, z + height * 0.62), at(t, half * 0.45, z + height * 0.62), 1, 1);
      for (int i = 1; i <= 6; ++i) {
        const double reach = length_ * (x < 0.5 ? 0.155 : 0.155) * i / 6 + 4, peak = z + height * (0.66 + 0.05 * i);
        for (const double s : {-1.0, 1.0}) {
          for (const double side : {-1.0, 1.0}) {
            const double end = t + side * reach;
            const double q = (half - 0.9) + ((1.1) - (half - 0.9)) * (peak - z) / height;
            beam(at(end, s * (half - 1.1), top(end)), at(t, s * q, peak), 0.16, 0.16);
          }
        }
      }
    }
  }

  const Plan& plan_;
  const Bridge& b_;
  GmlText& out_;
  Vec2 start_;
  Vec3 along_, left_;
  double length_ = 0, rise_ = 0;
};

}  // namespace

std::string city_mesh_name(const Plan& plan) {
  const geo::GeoPoint g = plan.to_geo({0, 0}, 0);
  return mesh_code(g.lon, g.lat).substr(0, 6);
}

TextFile brid_gml(const Plan& plan, const Layout& layout) {
  GmlText out(plan);
  for (const Bridge& b : layout.bridges) {
    if (b.modelled) BridgeWriter(plan, b, out).write();
  }
  return {"udx/brid/" + city_mesh_name(plan) + "_brid_6697_op.gml", out.file()};
}

}  // namespace tenbo::io::make_city_detail
