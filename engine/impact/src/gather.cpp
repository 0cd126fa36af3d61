#include "gather.h"

namespace tenbo::impact {

namespace {
// Coordinates are no better than this: what touches by less does not touch.
constexpr float least_share = 1e-6f;
}  // namespace

PartIndex::PartIndex(const Assets& assets) : starts(assets.count + 1, 0), order(assets.parts.size()) {
  for (const auto& p : assets.parts) ++starts[p.asset + 1];
  for (std::uint32_t i = 0; i < assets.count; ++i) starts[i + 1] += starts[i];
  auto next = starts;
  for (std::uint32_t i = 0; i < assets.parts.size(); ++i) order[next[assets.parts[i].asset]++] = i;
}

Shape measure_of(const Assets& assets, std::span<const std::uint32_t> parts) {
  auto best = Shape::point;
  for (const auto i : parts) best = std::min(best, assets.parts[i].shape);
  return best;
}

void PieceList::end_asset(double whole) {
  std::sort(now_.begin(), now_.end());
  std::uint32_t made = 0;
  for (std::size_t i = 0; i < now_.size();) {
    const auto place = now_[i].first;
    double amount = 0;
    for (; i < now_.size() && now_[i].first == place; ++i) amount += now_[i].second;
    const auto share = static_cast<float>(amount / whole);
    if (!(share > least_share)) continue;
    pieces_.push_back({place, std::min(share, 1.f)});
    ++made;
  }
  counts_.push_back(made);
  now_.clear();
}

void PieceList::end_unplaced() {
  now_.clear();
  unplaced_.push_back(static_cast<std::uint32_t>(counts_.size()));
  counts_.push_back(0);
}

Overlaps PieceList::join(std::vector<PieceList>& runs) {
  Overlaps out;
  std::size_t assets = 0, pieces = 0;
  for (const auto& r : runs) {
    assets += r.counts_.size();
    pieces += r.pieces_.size();
  }
  out.starts.reserve(assets + 1);
  out.pieces.reserve(pieces);
  out.starts.push_back(0);
  for (auto& r : runs) {
    for (const auto i : r.unplaced_) out.unplaced.push_back(out.assets() + i);
    for (const auto n : r.counts_) out.starts.push_back(out.starts.back() + n);
    out.pieces.insert(out.pieces.end(), r.pieces_.begin(), r.pieces_.end());
    r = {};
  }
  return out;
}

}  // namespace tenbo::impact
