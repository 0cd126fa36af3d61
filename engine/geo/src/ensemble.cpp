// Statistics over members, a block of cells at a time: the inner loops run over cells side by side, so that the compiler makes them wide. A
// percentile needs one or two ranks of each cell: a merge-exchange network over the members puts them in their places without a branch, and
// only of those exchanges that a wanted rank depends on.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tenbo/geo/forecast.h"

namespace tenbo::geo {
namespace {

constexpr std::size_t block = 128;  // cells: 20 members of a block fit the first cache

struct Exchange { std::uint16_t low, high; bool want_low = true, want_high = true; };

// Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M), less what the ranks do not need.
std::vector<Exchange> network(std::size_t n, std::size_t first_rank, std::size_t last_rank) {
  std::vector<Exchange> all;
  std::size_t top = 1;
  while (top < n) top *= 2;
  for (std::size_t p = top / 2; p > 0; p /= 2) {
    std::size_t q = top / 2, r = 0, d = p;
    for (;;) {
      for (std::size_t i = 0; i + d < n; ++i)
        if ((i & p) == r) all.push_back({static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i + d)});
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
  std::vector<bool> wanted(n, false);
  wanted[first_rank] = wanted[last_rank] = true;
  std::vector<Exchange> needed;
  for (auto e = all.rbegin(); e != all.rend(); ++e) {
    if (!wanted[e->low] && !wanted[e->high]) continue;
    e->want_low = wanted[e->low];
    e->want_high = wanted[e->high];
    wanted[e->low] = wanted[e->high] = true;
    needed.push_back(*e);
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

// Four cells in one register, by the compiler's own vectors: no NaN is left here that would count.
using Four = float __attribute__((vector_size(16)));
constexpr std::size_t fours = block / 4;

struct Block {
  union {
    float values[block];
    Four four[fours];
  };
};

void exchange(Block& a, Block& b) {
  for (std::size_t i = 0; i < fours; ++i) {
    const Four x = a.four[i], y = b.four[i];
    a.four[i] = x < y ? x : y;
    b.four[i] = y < x ? x : y;
  }
}
void only_low(Block& a, const Block& b) {
  for (std::size_t i = 0; i < fours; ++i) a.four[i] = a.four[i] < b.four[i] ? a.four[i] : b.four[i];
}
void only_high(const Block& a, Block& b) {
  for (std::size_t i = 0; i < fours; ++i) b.four[i] = b.four[i] < a.four[i] ? a.four[i] : b.four[i];
}

}  // namespace

void ensemble_statistic(const std::vector<const float*>& members, std::size_t n, const ForecastView& view, bool dry, float* out) {
  const std::size_t m = members.size();
  if (m == 0) return;
  const double place = std::clamp(view.percentile, 0.0, 100.0) / 100 * static_cast<double>(m - 1);
  const auto rank = static_cast<std::size_t>(place);
  const auto above = std::min(rank + 1, m - 1);
  const auto part = static_cast<float>(place - static_cast<double>(rank));
  const bool between = part > 0;
  const auto exchanges = view.statistic == Statistic::percentile ? network(m, rank, between ? above : rank) : std::vector<Exchange>();
  const auto threshold = static_cast<float>(view.threshold);
  std::vector<Block> rows(m);
  alignas(64) std::array<std::int32_t, block> missing{}, passed{};
  alignas(64) std::array<double, block> sum{};
  Block out_block{};
  float* const result = out_block.values;
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t count = std::min(block, n - first);
    missing.fill(0);
    for (std::size_t k = 0; k < m; ++k) {
      float* __restrict row = rows[k].values;
      const float* __restrict from = members[k] + first;
      if (count < block) std::fill(row, row + block, 0.f);
      for (std::size_t i = 0; i < count; ++i) {
        const float v = from[i];
        missing[i] += v != v;
        row[i] = v != v ? 0.f : v;
      }
    }
    switch (view.statistic) {
      case Statistic::member:
        std::copy_n(rows[std::min(view.member, m - 1)].values, block, result);
        break;
      case Statistic::mean:
        sum.fill(0);
        for (const Block& row : rows)
          for (std::size_t i = 0; i < block; ++i) sum[i] += static_cast<double>(row.values[i]);
        for (std::size_t i = 0; i < block; ++i) result[i] = static_cast<float>(sum[i] / static_cast<double>(m));
        break;
      case Statistic::maximum:
        std::copy_n(rows[0].values, block, result);
        for (std::size_t k = 1; k < m; ++k) only_high(rows[k], out_block);
        break;
      case Statistic::percentile:
        for (const auto& e : exchanges) {
          Block &low = rows[e.low], &high = rows[e.high];
          if (e.want_low && e.want_high) exchange(low, high);
          else if (e.want_low) only_low(low, high);
          else only_high(low, high);
        }
        for (std::size_t i = 0; i < block; ++i) {
          const float a = rows[rank].values[i], b = between ? rows[above].values[i] : a;
          result[i] = a + (b - a) * part;
        }
        break;
      case Statistic::probability:
      case Statistic::disagreement: {
        passed.fill(0);
        for (const Block& row : rows)
          for (std::size_t i = 0; i < block; ++i) passed[i] += row.values[i] >= threshold;
        const auto of = static_cast<std::int32_t>(m);
        if (view.statistic == Statistic::probability)
          for (std::size_t i = 0; i < block; ++i) result[i] = static_cast<float>(passed[i] * 100.0 / of);
        else
          for (std::size_t i = 0; i < block; ++i) result[i] = passed[i] * 5 >= of && passed[i] * 5 <= of * 4 ? 1.f : 0.f;
        break;
      }
    }
    const std::int32_t too_many = dry ? static_cast<std::int32_t>(m) : 1;
    for (std::size_t i = 0; i < count; ++i) out[first + i] = missing[i] >= too_many ? std::numeric_limits<float>::quiet_NaN() : result[i];
  }
}

}  // namespace tenbo::geo
