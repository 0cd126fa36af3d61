// The picture on the ground: painted as an airman would see it in September, in quiet colours.
#include <algorithm>
#include <cmath>

#include "random.h"
#include "rasters.h"

namespace tenbo::io::make_city_detail {
namespace {

struct Colour { double r, g, b; };
Colour blend(Colour a, Colour b, double t) { return {lerp(a.r, b.r, t), lerp(a.g, b.g, t), lerp(a.b, b.b, t)}; }
Colour operator*(Colour c, double s) { return {c.r * s, c.g * s, c.b * s}; }

class Painter {
 public:
  Painter(const Plan& plan, const Layout& layout) : plan_(plan), layout_(layout) {
    // Which pieces of street are paved, asked once.
    for (int i = 0; i < static_cast<int>(layout.along_v.size()); ++i) {
      for (int row = 0; row < layout.rows; ++row) paved_v_.push_back(layout.paved_v(plan, i, row));
    }
    for (int i = 0; i < static_cast<int>(layout.along_u.size()); ++i) {
      for (int column = 0; column < layout.columns; ++column) paved_u_.push_back(layout.paved_u(plan, i, column));
    }
  }

  Colour at(Vec2 w, Vec2 p, double z, double hill) const {
    const double inland = p.y - plan_.coast_v(p.x), across = std::abs(p.x);
    const double grain = noise(w.x / 6, w.y / 6, 3) - 0.5, patch = noise(w.x / 70, w.y / 70, 4) - 0.5;
    if (z < -0.3 && (inland < 26 || plan_.in_harbour(p))) return sea(z, patch);
    if (across < plan_.river_half + 6 && inland > -60) return blend({92, 112, 112}, {70, 92, 98}, 1 - across / plan_.river_half + patch * 0.4);
    if (across < plan_.levee_foot && inland > -20) return bank(across, grain, patch);
    if (hill < 0.5 && near_canal(p) && plan_.water(w, p) == 3) return {84, 104, 104};
    if (inland < 34) return blend({206, 194, 162}, {188, 174, 142}, grain + 0.5);                    // beach
    if (inland < 120 && p.x < 0 && hill < 0.6) {
      return inland > 76 && inland < 84 ? Colour{176, 174, 166} : blend({130, 142, 98}, {150, 156, 112}, patch + 0.5);
    }
    if (std::abs(p.y - plan_.rail_v) < 5.5 && hill < 0.5) {
      const double track = std::abs(std::abs(p.y - plan_.rail_v) - 2.2);
      return track > 0.5 && track < 1.0 ? Colour{112, 106, 100} : Colour{140, 132, 122} * (1 + 0.1 * grain);
    }
    if (std::abs(p.y - plan_.rail_v) < 20 && hill < 0.5) return Colour{128, 144, 98} * (1 + 0.12 * grain);  // embankment
    Colour street;
    if (on_street(p, street)) return street * (1 + 0.05 * grain);
    const Block* block = block_at(p);
    const Zone zone = block ? block->zone : Zone::none;
    const double wild = smoothstep(0.04, 0.16, hill + 0.05 * patch);
    Colour ground = meadow(patch, grain);
    if (zone == Zone::field) {
      ground = field(*block, p, grain);
    } else if (zone == Zone::none && hill < 0.16 && inland > 150) {  // small fields wherever it is flat
      const double u = std::floor(p.x / 64), v = std::floor(p.y / 82);
      ground = field({static_cast<int>(u) + 300, static_cast<int>(v) + 300, u * 64 + 1, u * 64 + 63, v * 82 + 1, v * 82 + 81}, p, grain);
    } else if (zone == Zone::park) {
      ground = park(p, grain, patch);
    } else if (block && zone != Zone::none) {
      ground = yard(*block, p, grain);
    }
    return wild > 0 && (zone == Zone::none || zone == Zone::field) ? blend(ground, forest(w, grain), wild) : ground;
  }

 private:
  static Colour sea(double z, double patch) {
    const double deep = 1 - std::exp(z / 5.5);
    return blend({132, 158, 154}, {58, 84, 102}, std::clamp(deep + 0.06 * patch, 0.0, 1.0));
  }
  Colour bank(double across, double grain, double patch) const {
    const double d = across - plan_.river_half;
    if (d < 12) return blend({150, 146, 128}, {128, 134, 106}, grain + 0.5);
    if (d > 59 && d < 65) return {150, 148, 144};                             // the road on the levee
    if (d > 26 && d < 28.5) return {176, 168, 148};                           // the path below it
    return blend({124, 144, 92}, {142, 156, 104}, patch + 0.5) * (1 + 0.1 * grain);
  }
  static Colour meadow(double patch, double grain) { return blend({134, 146, 102}, {156, 158, 118}, patch + 0.5) * (1 + 0.08 * grain); }
  static Colour forest(Vec2 w, double grain) {
    const double crown = noise(w.x / 9, w.y / 9, 12), stand = noise(w.x / 160, w.y / 160, 13);
    return blend({68, 92, 62}, {96, 116, 76}, 0.6 * crown + 0.4 * stand) * (1 + 0.14 * grain);
  }
  Colour field(const Block& b, Vec2 p, double grain) const {
    const double fu = (p.x - b.u0) / (b.u1 - b.u0), fv = (p.y - b.v0) / (b.v1 - b.v0);
    const std::uint64_t own = mix(plan_.seed, static_cast<std::uint64_t>(b.row) * 4096 + b.column);
    const int strips = 2 + static_cast<int>(own % 3);
    const double s = (own & 16 ? fu : fv) * strips;
    const int strip = std::clamp(static_cast<int>(s), 0, strips - 1);
    const double edge = std::min(s - strip, strip + 1 - s) / strips * (own & 16 ? b.u1 - b.u0 : b.v1 - b.v0);
    const bool bund = edge < 0.9 || p.x - b.u0 < 0.5 || b.u1 - p.x < 1 || p.y - b.v0 < 0.5 || b.v1 - p.y < 1;
    if (bund) return {122, 132, 92};
    static constexpr Colour crops[] = {{196, 180, 112}, {186, 176, 108}, {150, 164, 98}, {168, 170, 104}, {132, 154, 92},
                                       {172, 160, 122}, {202, 190, 128}, {118, 142, 88}};
    const std::uint64_t crop = mix(own, strip);
    if (crop % 23 == 0) {  // greenhouses
      const double bay = std::fmod((own & 16 ? p.y : p.x) / 6, 1.0);
      return bay < 0.2 && bay > -0.2 ? Colour{150, 160, 150} : Colour{206, 212, 210};
    }
    const double row = std::fmod(std::abs(own & 16 ? p.y : p.x) / 3.4, 1.0) < 0.5 ? 0.985 : 1.015;
    return crops[crop % std::size(crops)] * (row + 0.06 * grain);
  }
  Colour park(Vec2 p, double grain, double patch) const {
    const double path = std::abs(noise(p.x / 60, p.y / 60, 31) - 0.5);
    if (path < 0.018) return {192, 182, 158};
    const double trees = noise(p.x / 14, p.y / 14, 32);
    return trees > 0.58 ? Colour{84, 112, 70} * (1 + 0.2 * grain) : blend({126, 152, 92}, {144, 162, 104}, patch + 0.5);
  }
  Colour yard(const Block& b, Vec2 p, double grain) const {
    const bool paved = b.zone == Zone::core || b.zone == Zone::industry;
    const double green = noise(p.x / 9, p.y / 9, 33);
    if (b.zone == Zone::civic) {
      return green > 0.68 ? Colour{120, 142, 92} : Colour{196, 184, 158} * (1 + 0.05 * grain);
    }
    if (paved) return green > 0.78 ? Colour{126, 142, 104} : Colour{178, 174, 166} * (1 + 0.06 * grain);
    return green > 0.55 ? Colour{132, 146, 102} * (1 + 0.1 * grain) : Colour{184, 174, 154} * (1 + 0.06 * grain);
  }

  bool near_canal(Vec2 p) const {
    return std::abs(p.x - plan_.canal_west_u) < 12 || std::abs(p.y - plan_.canal_cross_v) < 12 || std::abs(p.x - plan_.creek_east_u) < 12;
  }
  const Block* block_at(Vec2 p) const {
    const int column = index(layout_.along_v, p.x), row = index(layout_.along_u, p.y);
    return column < 0 || row < 0 ? nullptr : &layout_.block(column, row);
  }
  static int index(const std::vector<Street>& streets, double at) {  // of the gap, -1 outside
    const auto it = std::upper_bound(streets.begin(), streets.end(), at, [](double x, const Street& s) { return x < s.at; });
    return it == streets.begin() || it == streets.end() ? -1 : static_cast<int>(it - streets.begin()) - 1;
  }
  bool on_street(Vec2 p, Colour& colour) const {
    const int column = index(layout_.along_v, p.x), row = index(layout_.along_u, p.y);
    if (column < 0 || row < 0) return false;
    const auto near = [&](const std::vector<Street>& streets, int i, double at, bool paved) {
      const double off = std::abs(streets[i].at - at), half = streets[i].width / 2;
      if (!paved || off > half + (streets[i].arterial ? 2 : 0.6)) return false;
      const bool line = streets[i].arterial && off < 0.45;
      colour = off > half ? Colour{182, 178, 170} : line ? Colour{206, 204, 196} : streets[i].arterial ? Colour{136, 136, 136} : Colour{156, 154, 150};
      return true;
    };
    for (int i = column; i <= column + 1; ++i) {
      if (near(layout_.along_v, i, p.x, paved_v_[static_cast<std::size_t>(i) * layout_.rows + row])) return true;
    }
    for (int i = row; i <= row + 1; ++i) {
      if (near(layout_.along_u, i, p.y, paved_u_[static_cast<std::size_t>(i) * layout_.columns + column])) return true;
    }
    return false;
  }

  const Plan& plan_;
  const Layout& layout_;
  std::vector<bool> paved_v_, paved_u_;
};

Colour roof_colour(const Building& b) {
  const double t = b.roof_shade / 255.0;
  switch (b.roof) {
    case tex_tiles: return blend({108, 104, 106}, {142, 112, 98}, t * t);
    case tex_slate: return blend({84, 96, 106}, {112, 116, 116}, t);
    case tex_metal: return blend({150, 162, 166}, {132, 152, 150}, t);
    default: return blend({182, 180, 174}, {160, 160, 158}, t);
  }
}

}  // namespace

Image paint_imagery(const Plan& plan, const Layout& layout, const std::vector<Building>& buildings, const PlanTable& table,
                    const Terrain& terrain, JobSystem& jobs) {
  Image image;
  image.width = image.height = std::min(6144, static_cast<int>(std::lround(2 * plan.half_size / 2)));
  image.rgba.resize(static_cast<std::size_t>(image.width) * image.height * 4);
  const double cell = 2 * plan.half_size / image.width;
  const Painter painter(plan, layout);
  const auto put = [&](int i, int j, Colour c) {
    const double grey = 0.3 * c.r + 0.59 * c.g + 0.11 * c.b;  // a picture to lay data on: quiet
    c = blend({grey, grey, grey}, c, 0.8);
    std::uint8_t* out = image.pixel(i, j);
    out[0] = static_cast<std::uint8_t>(std::clamp(c.r, 0.0, 255.0));
    out[1] = static_cast<std::uint8_t>(std::clamp(c.g, 0.0, 255.0));
    out[2] = static_cast<std::uint8_t>(std::clamp(c.b, 0.0, 255.0));
    out[3] = 255;
  };
  jobs.parallel_for(image.height, 16, [&](std::size_t begin, std::size_t end) {
    for (int j = static_cast<int>(begin); j < static_cast<int>(end); ++j) {
      for (int i = 0; i < image.width; ++i) {
        const Vec2 w{-plan.half_size + (i + 0.5) * cell, plan.half_size - (j + 0.5) * cell};
        put(i, j, painter.at(w, table.at(w), terrain.at(w, plan.half_size), table.hill(w)));
      }
    }
  });
  for (const Building& b : buildings) {  // roofs
    const double reach = std::hypot(b.half_p, b.half_q);
    const int i0 = static_cast<int>((b.centre.x - reach + plan.half_size) / cell), i1 = static_cast<int>((b.centre.x + reach + plan.half_size) / cell);
    const int j0 = static_cast<int>((plan.half_size - b.centre.y - reach) / cell), j1 = static_cast<int>((plan.half_size - b.centre.y + reach) / cell);
    const Colour roof = roof_colour(b);
    const bool turn = b.half_q > b.half_p;
    for (int j = std::max(0, j0); j <= std::min(image.height - 1, j1); ++j) {
      for (int i = std::max(0, i0); i <= std::min(image.width - 1, i1); ++i) {
        const Vec2 d = Vec2{-plan.half_size + (i + 0.5) * cell, plan.half_size - (j + 0.5) * cell} - b.centre;
        const double p = d.x * b.axis_p.x + d.y * b.axis_p.y, q = d.x * b.axis_q.x + d.y * b.axis_q.y;
        if (std::abs(p) > b.half_p || std::abs(q) > b.half_q) continue;
        const double slope = b.form == Form::gable ? ((turn ? p : q) > 0 ? 0.93 : 1.05) : 1;
        put(i, j, roof * slope);
      }
    }
  }
  return image;
}

}  // namespace tenbo::io::make_city_detail
