#include "tenbo/impact/exposure.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tenbo::impact {

const char* to_string(Rule rule) {
  return rule == Rule::anywhere ? "most dangerous class anywhere" : "largest overlapped area";
}

Class ClassScale::of(double value) const {
  if (std::isnan(value)) return nodata_is_dry ? untouched : unknown;
  return static_cast<Class>(std::upper_bound(from.begin(), from.end(), value) - from.begin());
}

void classify_places(std::span<const float> values, const ClassScale& scale, std::vector<Class>& out) {
  out.resize(values.size());
  // Comparisons in float give what those in double would: a float is at least a double's bound where it is at least the
  // next float that is not below it.
  std::array<float, most_classes> bounds;
  const std::size_t n = std::min(scale.from.size(), most_classes);
  for (std::size_t k = 0; k < n; ++k) {
    bounds[k] = static_cast<float>(scale.from[k]);
    if (static_cast<double>(bounds[k]) < scale.from[k]) bounds[k] = std::nextafter(bounds[k], INFINITY);
  }
  const Class nodata = scale.nodata_is_dry ? untouched : unknown;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float v = values[i];
    Class c = 0;
    for (std::size_t k = 0; k < n; ++k) c = static_cast<Class>(c + (v >= bounds[k]));
    out[i] = v == v ? c : nodata;
  }
}

namespace {

constexpr float tie = 1e-6f;  // of the asset's area: coordinates are no better than that

Class largest(std::span<const Piece> pieces, std::span<const Class> places, std::array<float, 256>& share) {
  if (pieces.size() == 1) return places[pieces[0].place];
  Class worst = untouched;
  bool some_unknown = false, mixed = false;
  for (const auto& p : pieces) {
    const Class c = places[p.place];
    if (c == unknown) { some_unknown = true; continue; }
    mixed |= worst != untouched && c != untouched && c != worst;
    worst = std::max(worst, c);
  }
  if (worst == untouched) return some_unknown ? unknown : untouched;
  if (!mixed) return worst;
  for (const auto& p : pieces) share[places[p.place]] += p.share;
  Class best = worst;
  for (Class c = worst; c >= 1; --c)
    if (share[c] > share[best] + tie) best = c;
  for (const auto& p : pieces) share[places[p.place]] = 0;
  return best;
}

Class anywhere(std::span<const Piece> pieces, std::span<const Class> places) {
  Class worst = untouched;
  bool some_unknown = false;
  for (const auto& p : pieces) {
    const Class c = places[p.place];
    if (c == unknown) some_unknown = true;
    else worst = std::max(worst, c);
  }
  return worst == untouched && some_unknown ? unknown : worst;
}

}  // namespace

void classify_assets(const Overlaps& overlaps, std::span<const Class> places, Rule rule, JobSystem& jobs, std::vector<Class>& out) {
  out.resize(overlaps.assets());
  jobs.parallel_for(out.size(), 16384, [&](std::size_t begin, std::size_t end) {
    std::array<float, 256> share{};
    for (std::size_t a = begin; a < end; ++a) {
      const auto pieces = overlaps.of(static_cast<std::uint32_t>(a));
      out[a] = pieces.empty() ? outside : rule == Rule::anywhere ? anywhere(pieces, places) : largest(pieces, places, share);
    }
  });
  for (const auto a : overlaps.unplaced) out[a] = unplaced;
}

std::vector<double> share_by_class(const Overlaps& overlaps, std::span<const Class> places, std::span<const double> weights,
                                   std::span<const std::uint32_t> groups, std::uint32_t group_count) {
  std::vector<double> all(std::size_t{256} * std::max(1u, group_count), 0.0);
  std::size_t next_unplaced = 0;
  for (std::uint32_t a = 0; a < overlaps.assets(); ++a) {
    const bool lost = next_unplaced < overlaps.unplaced.size() && overlaps.unplaced[next_unplaced] == a;
    if (lost) ++next_unplaced;
    const double w = weights[a];
    if (!(w >= 0) || !std::isfinite(w)) continue;
    double* out = all.data() + (groups.empty() ? 0 : std::size_t{256} * groups[a]);
    if (lost) { out[unplaced] += w; continue; }
    double placed = 0;
    for (const auto& p : overlaps.of(a)) {
      out[places[p.place]] += w * static_cast<double>(p.share);
      placed += static_cast<double>(p.share);
    }
    if (placed < 1 - static_cast<double>(tie)) out[outside] += w * (1 - placed);
  }
  return all;
}

History::History(std::uint32_t assets) : worst_(assets, outside), first_(assets, never) {}

void History::add(std::size_t step, std::span<const Class> classes) {
  for (std::size_t a = 0; a < classes.size(); ++a) {
    const Class c = classes[a];
    if (is_touched(c)) {
      if (first_[a] == never) {
        first_[a] = static_cast<std::uint32_t>(step);
        worst_[a] = c;
      }
      worst_[a] = std::max(worst_[a], c);
    } else if (first_[a] == never && worst_[a] != unknown) {
      worst_[a] = c;
    }
  }
}

std::vector<std::uint64_t> count(std::span<const Class> classes, std::span<const std::uint32_t> groups, std::uint32_t group_count) {
  std::vector<std::uint64_t> out(std::size_t{256} * std::max(1u, group_count), 0);
  for (std::size_t a = 0; a < classes.size(); ++a) ++out[(groups.empty() ? 0 : std::size_t{256} * groups[a]) + classes[a]];
  return out;
}

}  // namespace tenbo::impact
