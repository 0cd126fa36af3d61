#include "city.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <glm/geometric.hpp>
#include <thread>

namespace tenbo::bench {
namespace {

constexpr float river_half = 70;  // m

struct Random {
  std::uint64_t state;
  Random(std::uint32_t x, std::uint32_t y) : state(x * 0x9E3779B97F4A7C15ull ^ (y + 1) * 0xC2B2AE3D27D4EB4Full) { next(); next(); }
  float next() {  // 0..1
    state ^= state >> 31;
    state *= 0xD6E8FEB86659FD93ull;
    state ^= state >> 32;
    return static_cast<float>(state >> 40) / 16777216.f;
  }
};

std::uint32_t pack(glm::vec3 c) {
  const auto one = [](float v) { return static_cast<std::uint32_t>(std::clamp(v, 0.f, 255.f)); };
  return one(c.x) | one(c.y) << 8 | one(c.z) << 16;
}
glm::vec3 unpack(std::uint32_t c) { return {c & 255u, c >> 8 & 255u, c >> 16 & 255u}; }

// How high a place builds: 0 in the suburbs .. 1 in the middle of a centre. Centres every few kilometres, one larger.
float centrality(glm::vec2 p) {
  float most = std::exp(-glm::dot(p - glm::vec2(600, 300), p - glm::vec2(600, 300)) / 1.1e6f);
  const glm::vec2 cell = glm::floor(p / 5000.f);
  for (int j = -1; j <= 1; ++j)
    for (int i = -1; i <= 1; ++i) {
      const glm::vec2 c = cell + glm::vec2(i, j);
      Random r(static_cast<std::uint32_t>(c.x + 10'000), static_cast<std::uint32_t>(c.y + 20'000));
      const glm::vec2 middle = (c + glm::vec2(0.2f + 0.6f * r.next(), 0.2f + 0.6f * r.next())) * 5000.f;
      most = std::max(most, (0.25f + 0.35f * r.next()) * std::exp(-glm::dot(p - middle, p - middle) / 3e5f));
    }
  return most;
}

Block building(std::uint32_t x, std::uint32_t y, std::uint32_t lots) {
  Random r(x, y);
  const float from = -static_cast<float>(lots) * pitch / 2;
  Block b;
  b.x = from + (static_cast<float>(x) + 0.5f) * lot + static_cast<float>(x / 4) * street + street / 2;
  b.y = from + (static_cast<float>(y) + 0.5f) * lot + static_cast<float>(y / 4) * street + street / 2;
  const float empty = r.next(), tall = r.next(), size = r.next();
  const float centre = centrality({b.x, b.y});
  if (empty < 0.05f || std::abs(b.x - City::river(b.y)) < river_half + 18) return b;
  const Random park_of(x / 16 + 77'777, y / 12 + 33'333);
  if (Random(park_of).next() < 0.03f) return b;
  b.height = 5.5f + 5 * tall + centre * (14 + 190 * tall * tall * tall);
  const float grow = b.height > 14 ? 1.15f : 1;
  b.wide = std::min(lot / 2 - 0.6f, (5 + 4 * size) * grow);
  b.deep = std::min(lot / 2 - 0.6f, (5 + 4 * r.next()) * grow);
  b.turn = (r.next() - 0.5f) * 0.08f;
  static constexpr std::array<glm::vec3, 6> walls{{{236, 231, 222}, {222, 214, 203}, {206, 200, 194}, {229, 219, 200}, {190, 186, 184}, {214, 196, 180}}};
  static constexpr std::array<glm::vec3, 3> glass{{{176, 186, 196}, {198, 203, 207}, {160, 170, 182}}};
  const float pick = r.next();
  b.colour = pack(b.height > 35 && pick > 0.4f ? glass[static_cast<std::size_t>(r.next() * 2.99f)] : walls[static_cast<std::size_t>(pick * 5.99f)]);
  return b;
}

// What four stand for: their common box, as high as they are on the whole.
Block merged(const Block* const (&four)[4]) {
  Block out;
  glm::vec2 lo(1e9f), hi(-1e9f);
  glm::vec3 colour(0);
  float area = 0, volume = 0, highest = 0;
  for (const Block* b : four) {
    if (b->wide <= 0) continue;
    lo = glm::min(lo, glm::vec2(b->x - b->wide, b->y - b->deep));
    hi = glm::max(hi, glm::vec2(b->x + b->wide, b->y + b->deep));
    const float a = b->wide * b->deep;
    area += a;
    volume += a * b->height;
    colour += unpack(b->colour) * a;
    if (b->height > highest) highest = b->height, out.feature = b->feature;
  }
  if (area <= 0) return {};
  const glm::vec2 half = (hi - lo) * 0.5f, middle = (lo + hi) * 0.5f;
  const float share = std::min(0.93f, std::sqrt(1.3f * area / (half.x * half.y)));  // what stands covers so much of the box
  out.x = middle.x;
  out.y = middle.y;
  out.wide = half.x * share;
  out.deep = half.y * share;
  out.height = 0.85f * volume / area + 0.15f * highest;
  out.colour = pack(colour / area * 0.98f);
  return out;
}

std::uint32_t even_bits(std::uint32_t v) {  // 0..255
  std::uint32_t out = 0;
  for (std::uint32_t i = 0; i < 4; ++i) out |= (v >> (2 * i) & 1u) << i;
  return out;
}

}  // namespace

float City::river(float y) { return -900 + 650 * std::sin(y / 2600.f) + 120 * std::sin(y / 700.f); }

City::City(std::uint32_t buildings) {
  // A power of two of tiles, with a circle in it that holds enough: about nine of ten lots have a building.
  const double wanted = std::sqrt(buildings / 0.86 / 0.785);
  for (lots_ = tile_lots; lots_ < wanted; lots_ *= 2) {}
  std::vector<Block> all(std::size_t{lots_} * lots_);
  const unsigned workers = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (unsigned k = 0; k < workers; ++k)
    threads.emplace_back([&, k] {
      for (std::uint32_t y = k; y < lots_; y += workers)
        for (std::uint32_t x = 0; x < lots_; ++x) all[std::size_t{y} * lots_ + x] = building(x, y, lots_);
    });
  threads.clear();  // joins
  // The nearest to the middle stay, so many as are wanted.
  std::vector<std::uint32_t> standing;
  for (std::uint32_t i = 0; i < all.size(); ++i)
    if (all[i].wide > 0) standing.push_back(i);
  const auto off = [&](std::uint32_t i) { return all[i].x * all[i].x + all[i].y * all[i].y; };
  if (standing.size() > buildings) {
    const auto end = standing.begin() + buildings;
    std::nth_element(standing.begin(), end, standing.end(), [&](std::uint32_t p, std::uint32_t q) { return off(p) != off(q) ? off(p) < off(q) : p < q; });
    for (auto i = end; i != standing.end(); ++i) all[*i] = Block{};
    standing.erase(end, standing.end());
    std::sort(standing.begin(), standing.end());
  }
  for (std::uint32_t i : standing) {
    all[i].feature = buildings_++;
    reach_ = std::max(reach_, off(i));
  }
  reach_ = std::sqrt(reach_);
  grids_.push_back(std::move(all));
  while (side_of(levels() - 1) > tile_lots) {
    const int below = levels() - 1;
    const std::uint32_t n = side_of(below) / 2;
    std::vector<Block> grid(std::size_t{n} * n);
    for (std::uint32_t y = 0; y < n; ++y)
      for (std::uint32_t x = 0; x < n; ++x)
        grid[std::size_t{y} * n + x] = merged({&at(below, 2 * x, 2 * y), &at(below, 2 * x + 1, 2 * y), &at(below, 2 * x, 2 * y + 1), &at(below, 2 * x + 1, 2 * y + 1)});
    grids_.push_back(std::move(grid));
  }
}

glm::vec2 City::corner(int level, std::uint32_t x, std::uint32_t y) const {
  return glm::vec2(static_cast<float>(x), static_cast<float>(y)) * width(level) - side() / 2;
}

float City::tallest(int level, std::uint32_t x, std::uint32_t y) const {
  float out = 0;
  for (std::uint32_t i = 0; i < tile_lots * tile_lots; ++i) {
    const Block& b = at(level, x * tile_lots + i % tile_lots, y * tile_lots + i / tile_lots);
    if (b.wide > 0) out = std::max(out, b.height + 4);
  }
  return out;
}

std::uint32_t City::count(std::uint32_t x, std::uint32_t y) const {
  std::uint32_t n = 0;
  for (std::uint32_t i = 0; i < tile_lots * tile_lots; ++i) n += at(0, x * tile_lots + i % tile_lots, y * tile_lots + i / tile_lots).wide > 0;
  return n;
}

MeshData City::mesh(int level, std::uint32_t x, std::uint32_t y, bool detailed) const {
  MeshData m;
  const glm::vec2 origin = corner(level, x, y);
  const auto face = [&](std::initializer_list<glm::vec3> p, std::uint32_t colour, std::uint32_t feature) {
    const auto* v = p.begin();
    const std::uint32_t n = encode_normal(glm::normalize(glm::cross(v[1] - v[0], v[2] - v[0])));
    const auto base = static_cast<std::uint32_t>(m.vertices.size());
    for (const glm::vec3& q : p) m.vertices.push_back({q.x, q.y, q.z, n, static_cast<float>(colour), 0, feature});
    for (std::uint32_t k = 2; k < p.size(); ++k)
      for (std::uint32_t i : {0u, k - 1, k}) m.indices.push_back(base + i);
  };
  for (int side = 0; side < 5; ++side)  // four walls and the roof; neighbours after each other
    for (std::uint32_t i = 0; i < tile_lots * tile_lots; ++i) {
      const Block& b = at(level, x * tile_lots + even_bits(i), y * tile_lots + even_bits(i >> 1));
      if (b.wide <= 0) continue;
      const glm::vec2 middle = glm::vec2(b.x, b.y) - origin, u(std::cos(b.turn), std::sin(b.turn)), v(-u.y, u.x);
      const auto corner_at = [&](float s, float t, float z) { return glm::vec3(middle + u * (s * b.wide) + v * (t * b.deep), z); };
      const bool gable = detailed && b.height < 10.5f;
      const float top = gable ? b.height - 2.4f : b.height;
      static constexpr float s[5][2]{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};
      const std::uint32_t roof = gable ? pack(unpack(b.colour) * glm::vec3(0.62f, 0.55f, 0.52f)) : pack(unpack(b.colour) * 0.9f);
      if (side < 4) {
        const float *p = s[side], *q = s[side + 1];
        face({corner_at(p[0], p[1], 0), corner_at(q[0], q[1], 0), corner_at(q[0], q[1], top), corner_at(p[0], p[1], top)}, b.colour, b.feature);
        if (gable && side % 2 == 1) face({corner_at(p[0], p[1], top), corner_at(q[0], q[1], top), corner_at(p[0], 0, b.height)}, b.colour, b.feature);
      } else if (gable) {
        face({corner_at(-1, -1, top), corner_at(1, -1, top), corner_at(1, 0, b.height), corner_at(-1, 0, b.height)}, roof, b.feature);
        face({corner_at(1, 1, top), corner_at(-1, 1, top), corner_at(-1, 0, b.height), corner_at(1, 0, b.height)}, roof, b.feature);
      } else {
        face({corner_at(-1, -1, top), corner_at(1, -1, top), corner_at(1, 1, top), corner_at(-1, 1, top)}, roof, b.feature);
        if (!detailed || b.height < 24) continue;
        const auto on = [&](float a, float c, float z) { return corner_at(a * 0.45f + 0.1f, c * 0.4f, z); };
        for (int k = 0; k < 4; ++k)
          face({on(s[k][0], s[k][1], top), on(s[k + 1][0], s[k + 1][1], top), on(s[k + 1][0], s[k + 1][1], top + 3), on(s[k][0], s[k][1], top + 3)}, b.colour, b.feature);
        face({on(-1, -1, top + 3), on(1, -1, top + 3), on(1, 1, top + 3), on(-1, 1, top + 3)}, roof, b.feature);
      }
    }
  return m;
}

MeshData City::river_mesh() const {
  MeshData m;
  const float half = side() / 2 + 40'000, step = 60;
  const std::uint32_t n = encode_normal({0, 0, 1});
  for (float y = -half; y <= half; y += step) {
    const auto base = static_cast<std::uint32_t>(m.vertices.size());
    m.vertices.push_back({river(y) - river_half, y, 0.4f, n, 0, 0, no_feature});
    m.vertices.push_back({river(y) + river_half, y, 0.4f, n, 0, 0, no_feature});
    if (base == 0) continue;
    for (std::uint32_t i : {base - 2, base - 1, base + 1, base - 2, base + 1, base}) m.indices.push_back(i);
  }
  return m;
}

}  // namespace tenbo::bench
