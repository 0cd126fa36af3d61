#include "tenbo/inspection/worst_first.h"

#include <algorithm>
#include <array>

#include "tenbo/inspection/as_of.h"

namespace tenbo::inspection {

std::uint8_t rank_of(Grade grade, bool overdue) {
  static constexpr std::array<std::uint8_t, 6> ranks{5, 1, 3, 6, 8, 0};  // by Grade
  return static_cast<std::uint8_t>(ranks[static_cast<std::size_t>(grade)] + (overdue && grade != Grade::exempt && grade != Grade::not_inspected ? 1 : 0));
}

namespace {
template <class At>
std::vector<std::uint32_t> ordered(const At& r, const Selection* selection, int as_of, std::size_t most) {
  struct Row { std::uint64_t key; std::uint32_t structure; };  // key: ascending
  std::vector<Row> rows;
  rows.reserve(selection ? selection->count() : r.size());
  for (std::uint32_t s = 0; s < r.size(); ++s) {
    if (selection && !selection->has(s)) continue;
    const auto rank = rank_of(r.grade(s), late(r, s, as_of));
    const int year = r.year(s);  // 0, unknown, after the known ones of its rank
    rows.push_back({static_cast<std::uint64_t>(255 - rank) << 32U | static_cast<std::uint32_t>(year > 0 ? year : INT16_MAX), s});
  }
  const auto before = [](const Row& a, const Row& b) { return a.key != b.key ? a.key < b.key : a.structure < b.structure; };
  const std::size_t kept = std::min(most, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end(), before);
  std::vector<std::uint32_t> out;
  out.reserve(kept);
  for (std::size_t i = 0; i < kept; ++i) out.push_back(rows[i].structure);
  return out;
}
}  // namespace

std::vector<std::uint32_t> worst_first(const Register& r, const Selection* selection, int as_of, std::size_t most) { return ordered(r, selection, as_of, most); }
std::vector<std::uint32_t> worst_first(const AsOf& at, const Selection* selection, int as_of, std::size_t most) { return ordered(at, selection, as_of, most); }

}  // namespace tenbo::inspection
