#include "tenbo/inspection/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/vec2.hpp>
#include <numeric>

namespace tenbo::inspection {
namespace {

bool within(float v, float low, float high) { return v >= low && v <= high; }  // NaN is not

class Maker {
 public:
  Maker(const Outline& o, const GroundBelow& ground) : o_(o), ground_(ground) { out_.outline = o; }

  Model make() {
    switch (o_.kind) {
      case Kind::bridge: case Kind::footbridge: bridge(); break;
      case Kind::tunnel: tunnel(); break;
      case Kind::culvert: culvert(); break;
      case Kind::gantry: gantry(); break;
      case Kind::retaining_wall: wall(); break;
      default: break;
    }
    return std::move(out_);
  }

 private:
  Part& part(Member member, int span, int number) { return out_.parts.emplace_back(Part{member, span, number, {}}); }
  static Block box(glm::vec3 a, glm::vec3 b) {
    return {{glm::vec3(a.x, a.y, a.z), {b.x, a.y, a.z}, {b.x, b.y, a.z}, {a.x, b.y, a.z}, {a.x, a.y, b.z}, {b.x, a.y, b.z}, {b.x, b.y, b.z}, {a.x, b.y, b.z}}};
  }
  static void add(Part& p, glm::vec3 a, glm::vec3 b) {
    if (a.x < b.x && a.y < b.y && a.z < b.z) p.blocks.push_back(box(a, b));
  }
  // The foot of what stands at x: a little into the ground; where nobody knows the ground, `otherwise`.
  float foot(float x, float otherwise) const {
    const float g = ground_ ? ground_(x, 0) : NAN;
    return std::isfinite(g) ? std::min(g, otherwise + 200) - 0.5f : otherwise;
  }

  void bridge() {
    const bool walk = o_.kind == Kind::footbridge;
    const float w = o_.width / 2, slab = walk ? 0.2f : 0.25f;
    const int girders = std::clamp(static_cast<int>(std::lround(o_.width / 2.5f)), 2, 40);
    const float apart = o_.width / static_cast<float>(girders);
    float deepest = 0;
    for (int s = 1; s <= o_.spans(); ++s) {
      const float a = o_.supports[static_cast<std::size_t>(s) - 1], b = o_.supports[static_cast<std::size_t>(s)], length = b - a;
      const float depth = std::clamp(length / 18, 0.5f, 3.f);  // of girders: what is usual for their span
      deepest = std::max(deepest, depth);
      const float gap = std::min(0.05f, length / 20), under = -slab - depth;
      add(part(Member::deck, s, 1), {a + gap, -w, -slab}, {b - gap, w, 0});
      add(part(Member::pavement, s, 1), {a + gap, -w + 0.4f, 0}, {b - gap, w - 0.4f, 0.05f});
      for (int g = 1; g <= girders; ++g) {
        const float y = -w + apart * (static_cast<float>(g) - 0.5f);
        add(part(Member::main_girder, s, g), {a + gap, y - 0.2f, under}, {b - gap, y + 0.2f, -slab});
        Part& bearing = part(Member::bearing, s, g);
        for (const float x : {a + 0.35f, b - 0.35f}) add(bearing, {x - 0.2f, y - 0.2f, under - 0.15f}, {x + 0.2f, y + 0.2f, under});
      }
      for (int k = 1; k <= 3; ++k) {
        Part& beam = part(Member::cross_beam, s, k);
        const float x = a + length * static_cast<float>(k) / 4;
        for (int g = 1; g < girders; ++g) {
          const float y = -w + apart * (static_cast<float>(g) - 0.5f);
          add(beam, {x - 0.12f, y + 0.2f, under + depth * 0.25f}, {x + 0.12f, y + apart - 0.2f, -slab - depth * 0.1f});
        }
      }
      for (int side = 1; side <= 2; ++side) {
        const float y = side == 1 ? -w : w - 0.25f;
        Part& rail = part(Member::railing, s, side);
        add(rail, {a + gap, y, 0}, {b - gap, y + 0.25f, 0.3f});
        const int posts = std::max(2, static_cast<int>(length / 4) + 1);
        for (int p = 0; p < posts; ++p) {
          const float x = a + 0.3f + (length - 0.6f) * static_cast<float>(p) / static_cast<float>(posts - 1);
          add(rail, {x - 0.06f, y + 0.06f, 0.3f}, {x + 0.06f, y + 0.19f, 1});
        }
        add(rail, {a + gap, y + 0.05f, 1}, {b - gap, y + 0.2f, 1.1f});
      }
    }
    for (std::size_t i = 0; i < o_.supports.size(); ++i) {  // a joint, and what carries it
      const float x = o_.supports[i];
      const int span = std::max(1, static_cast<int>(i));
      const bool first = i == 0, last = i + 1 == o_.supports.size();
      add(part(Member::expansion_joint, span, first ? 1 : 2), {x - 0.15f, -w + 0.4f, 0.05f}, {x + 0.15f, w - 0.4f, 0.06f});
      const float top = -slab - deepest - 0.15f;
      if (first || last) {
        Part& p = part(Member::abutment, span, first ? 1 : 2);
        const float low = std::min(foot(x, top - 3), top - 0.5f), out = first ? -1.f : 1.f, back = x + out * 1.2f, seat = x - out * 0.9f;
        add(p, {std::min(back, seat), -w, low}, {std::max(back, seat), w, top});
        add(p, {std::min(back, x + out * 0.6f), -w, top}, {std::max(back, x + out * 0.6f), w, 0});  // the wall behind the girders
        Part& wings = part(Member::wing_wall, span, first ? 1 : 2);
        const float end = back + out * std::min(4.f, o_.length * 0.15f);
        for (const float y : {-w, w - 0.4f}) add(wings, {std::min(back, end), y, std::max(low, top - 2)}, {std::max(back, end), y + 0.4f, 0});
      } else {
        const float low = std::min(foot(x, top - 5), top - 0.8f);
        Part& p = part(Member::pier, span, 1);
        add(p, {x - 1, -w * 0.95f, top - 0.9f}, {x + 1, w * 0.95f, top});
        add(p, {x - 0.8f, -w * 0.5f, low}, {x + 0.8f, w * 0.5f, top - 0.9f});
        add(part(Member::foundation, span, 1), {x - 1.6f, -w * 0.7f, low - 1.5f}, {x + 1.6f, w * 0.7f, low});
      }
    }
  }

  void tunnel() {
    constexpr int sides = 10;
    const float radius = o_.width / 2, thick = 0.5f, wall = 2;
    const auto at = [&](int i, float r) {
      const float angle = static_cast<float>(M_PI) * static_cast<float>(i) / sides;
      return glm::vec2(-std::cos(angle) * r, wall + std::sin(angle) * r);
    };
    for (int s = 1; s <= o_.spans(); ++s) {
      const float a = o_.supports[static_cast<std::size_t>(s) - 1], b = o_.supports[static_cast<std::size_t>(s)];
      Part& lining = part(Member::lining, s, 1);
      for (int i = 0; i < sides; ++i) {
        const glm::vec2 p = at(i, radius), q = at(i + 1, radius), p1 = at(i, radius + thick), q1 = at(i + 1, radius + thick);
        lining.blocks.push_back(Block{{glm::vec3(a, p1.x, p1.y), {a, p.x, p.y}, {a, q.x, q.y}, {a, q1.x, q1.y}, {b, p1.x, p1.y}, {b, p.x, p.y}, {b, q.x, q.y}, {b, q1.x, q1.y}}});
      }
      Part& walls = part(Member::wall, s, 1);
      add(walls, {a, -radius - thick, -0.5f}, {b, -radius, wall});
      add(walls, {a, radius, -0.5f}, {b, radius + thick, wall});
      add(part(Member::pavement, s, 1), {a, -radius, -0.3f}, {b, radius, 0});
    }
    for (int end = 1; end <= 2; ++end) {
      Part& portal = part(Member::portal, end == 1 ? 1 : std::max(1, o_.spans()), end);
      const float x = end == 1 ? -o_.length / 2 - 0.8f : o_.length / 2, edge = radius + 2.5f, top = wall + radius + 1.5f;
      add(portal, {x, -edge, -0.5f}, {x + 0.8f, -radius, top});
      add(portal, {x, radius, -0.5f}, {x + 0.8f, edge, top});
      for (int i = 0; i < sides; ++i) {  // above the arch
        const glm::vec2 p = at(i, radius), q = at(i + 1, radius);
        portal.blocks.push_back(Block{{glm::vec3(x, p.x, p.y), {x + 0.8f, p.x, p.y}, {x + 0.8f, q.x, q.y}, {x, q.x, q.y}, {x, p.x, top}, {x + 0.8f, p.x, top}, {x + 0.8f, q.x, top}, {x, q.x, top}}});
      }
    }
  }

  void culvert() {
    const float a = -o_.length / 2, b = o_.length / 2, w = o_.width / 2, high = std::clamp(o_.width * 0.8f, 2.f, 6.f), thick = 0.5f;
    add(part(Member::deck, 1, 1), {a, -w - thick, -thick}, {b, w + thick, 0});
    Part& walls = part(Member::wall, 1, 1);
    add(walls, {a, -w - thick, -thick - high}, {b, -w, -thick});
    add(walls, {a, w, -thick - high}, {b, w + thick, -thick});
    add(part(Member::foundation, 1, 1), {a, -w - thick, -2 * thick - high}, {b, w + thick, -thick - high});
  }

  void gantry() {  // across the road
    const float w = o_.width / 2, high = 6.5f;
    for (int side = 1; side <= 2; ++side) {
      const float y = side == 1 ? -w : w;
      add(part(Member::column, 1, side), {-0.25f, y - 0.25f, 0}, {0.25f, y + 0.25f, high});
      add(part(Member::foundation, 1, side), {-0.8f, y - 0.8f, -1}, {0.8f, y + 0.8f, 0.1f});
    }
    Part& beam = part(Member::main_girder, 1, 1);
    for (const float z : {high - 0.3f, high - 1.6f}) add(beam, {-0.2f, -w, z}, {0.2f, w, z + 0.3f});
    add(part(Member::attachment, 1, 1), {-0.35f, -w * 0.7f, high - 2}, {-0.25f, w * 0.7f, high + 0.4f});
  }

  void wall() { add(part(Member::wall, 1, 1), {-o_.length / 2, -0.3f, -0.5f}, {o_.length / 2, 0.3f, 4}); }

  const Outline& o_;
  const GroundBelow& ground_;
  Model out_;
};

constexpr int faces[6][4] = {{3, 2, 1, 0}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};

// Of a block's six faces as triangles, outwards whichever way its corners turn.
template <class F>
void each_triangle(const Block& block, F&& f) {
  glm::vec3 middle(0);
  for (const auto& c : block.corners) middle += c / 8.f;
  for (const auto& face : faces)
    for (int half = 0; half < 2; ++half) {
      glm::vec3 a = block.corners[static_cast<std::size_t>(face[0])], b = block.corners[static_cast<std::size_t>(face[half + 1])], c = block.corners[static_cast<std::size_t>(face[half + 2])];
      glm::vec3 n = glm::cross(b - a, c - a);
      const float size = glm::length(n);
      if (!(size > 1e-9f)) continue;
      n /= size;
      if (glm::dot(n, a - middle) < 0) std::swap(b, c), n = -n;
      f(a, b, c, n);
    }
}

}  // namespace

const char* to_string(Assumed what) {
  switch (what) {
    case assumed_length: return "length";
    case assumed_width: return "width";
    case assumed_spans: return "spans";
    case assumed_heading: return "heading";
    case assumed_height: return "height";
    case heading_from_road: return "heading_from_road";
    default: return "girders";
  }
}

float Outline::start_of(int span) const { return span >= 1 && span <= spans() ? supports[static_cast<std::size_t>(span) - 1] : -length / 2; }

int Outline::span_at(float x) const {
  const auto after = std::upper_bound(supports.begin(), supports.end(), x) - supports.begin();
  return std::clamp(static_cast<int>(after), 1, std::max(1, spans()));
}

Outline outline_of(const Register& r, std::uint32_t s) {
  Outline o;
  o.kind = r.kind(s);
  const auto written = r.span_lengths(s);
  std::vector<float> spans(written.begin(), written.end());
  if (spans.size() > 300 || !std::all_of(spans.begin(), spans.end(), [](float l) { return within(l, 0.1f, 5000); })) spans.clear();
  const float sum = std::accumulate(spans.begin(), spans.end(), 0.f);
  o.length = r.length(s);
  if (!within(o.length, 0.5f, 10'000)) {
    o.length = sum > 0 ? sum : o.kind == Kind::tunnel ? 100.f : o.kind == Kind::gantry ? 1.f : 20.f;
    if (sum <= 0 && o.kind != Kind::gantry) o.assumed |= assumed_length;
  }
  o.width = r.width(s);
  if (!within(o.width, 0.5f, 200)) {
    o.width = o.kind == Kind::footbridge ? 2.f : o.kind == Kind::gantry ? 12.f : o.kind == Kind::culvert ? 4.f : 8.f;
    o.assumed |= assumed_width;
  }
  o.heading = r.heading(s);
  if (!within(o.heading, -360, 720)) {
    o.heading = 90;
    o.assumed |= assumed_heading;
  }
  if (spans.empty()) {
    int n = r.spans(s);
    if (n < 1 || n > 300) {
      const bool crosses = o.kind == Kind::bridge || o.kind == Kind::footbridge;
      n = std::clamp(static_cast<int>(std::ceil(o.length / (crosses ? 40.f : 100.f))), 1, 300);
      if (crosses) o.assumed |= assumed_spans;
    }
    spans.assign(static_cast<std::size_t>(n), o.length / static_cast<float>(n));
  } else {
    for (auto& l : spans) l *= o.length / sum;  // the length of a structure has its abutments in it
  }
  if (o.kind == Kind::bridge || o.kind == Kind::footbridge) o.assumed |= assumed_girders;
  o.supports.push_back(-o.length / 2);
  for (const float l : spans) o.supports.push_back(o.supports.back() + l);
  return o;
}

std::string Part::element() const { return fmt::format("{:02}{:02}", span, number); }

Model make_model(const Outline& outline, const GroundBelow& ground) { return Maker(outline, ground).make(); }

std::vector<Triangle> surface_of(const Model& model) {
  std::vector<Triangle> out;
  for (const auto& p : model.parts)
    for (const auto& b : p.blocks)
      each_triangle(b, [&](glm::vec3 a, glm::vec3 c, glm::vec3 d, glm::vec3 n) { out.push_back({{a, c, d}, n, p.member, p.span, p.number}); });
  return out;
}

void add_mesh(const Model& model, std::uint32_t first, const std::function<glm::vec3(glm::vec3)>& place, MeshData& out) {
  for (std::uint32_t i = 0; i < model.parts.size(); ++i)
    for (const auto& b : model.parts[i].blocks)
      each_triangle(b, [&](glm::vec3 a, glm::vec3 c, glm::vec3 d, glm::vec3) {
        a = place(a), c = place(c), d = place(d);
        const std::uint32_t normal = encode_normal(glm::normalize(glm::cross(c - a, d - a)));
        for (const auto& v : {a, c, d}) {
          out.indices.push_back(static_cast<std::uint32_t>(out.vertices.size()));
          out.vertices.push_back({v.x, v.y, v.z, normal, 0, 0, first + i});
        }
      });
}

Member estimate_member(const Triangle& t, glm::vec3 low, glm::vec3 high) {
  const glm::vec3 at = (t.corners[0] + t.corners[1] + t.corners[2]) / 3.f;
  const float along = (at.x - low.x) / std::max(0.1f, high.x - low.x);
  if (at.z > 1.6f) return Member::other;  // above any railing: pylons, stays, arches, trusses
  if (at.z > 0.3f) return Member::railing;
  if (t.normal.z > 0.7f && at.z > -0.5f) return Member::deck;
  if (at.z > std::max(-4.f, 0.4f * low.z)) return Member::main_girder;
  return along < 0.1f || along > 0.9f ? Member::abutment : Member::pier;
}

}  // namespace tenbo::inspection
