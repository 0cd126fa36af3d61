#include "references.h"

#include <algorithm>
#include <unordered_set>

namespace tenbo::io::city {

bool References::resolve(const Geometry& g) {
  found_.assign(g.references.size(), -1);
  if (g.references.empty()) return true;
  const std::hash<std::string_view> hash;
  slots_.clear();
  for (std::uint32_t i = 0; i < g.ids.size(); ++i) slots_.push_back({hash(g.ids[i].id), i});
  std::sort(slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.hash != b.hash ? a.hash < b.hash : a.id < b.id; });
  bool all = true;
  for (std::size_t r = 0; r < g.references.size(); ++r) {
    const std::string_view target = g.references[r].target;
    if (g.references[r].implicit < 0) {
      const std::size_t h = hash(target);
      auto it = std::lower_bound(slots_.begin(), slots_.end(), h, [](const Slot& a, std::size_t b) { return a.hash < b; });
      for (; it != slots_.end() && it->hash == h; ++it)
        if (g.ids[it->id].id == target) {
          found_[r] = static_cast<std::int32_t>(it->id);
          break;
        }
    }
    all = all && found_[r] >= 0;
  }
  return all;
}

void References::append(Geometry& g, const ExternalGeometry& external, const FileContext& file, Notes& notes) const {
  std::unordered_set<std::string> done;
  for (std::size_t r = 0; r < g.references.size(); ++r) {  // grows
    if ((*this)[r] >= 0) continue;
    const Reference reference = g.references[r];
    if (!done.insert(std::string(reference.target) + '\n' + std::to_string(reference.implicit) + '\n' + std::to_string(reference.lod)).second) {
      continue;
    }
    const auto found = external.find(reference.target);
    if (found == external.end()) {
      notes.warn(reference.at, "xlink:href \"#" + std::string(reference.target) + "\" names nothing in this file; that surface is missing", {}, ErrorCode::not_found);
      continue;
    }
    const Geometry& e = found->second;
    if (file.copies_left.fetch_sub(static_cast<std::int64_t>(e.points.size())) < 0) {
      notes.warn(reference.at, "references between objects multiply beyond measure; the rest is left out", {}, ErrorCode::out_of_budget);
      return;
    }
    const auto point_shift = static_cast<std::uint32_t>(g.points.size());
    const auto ring_shift = static_cast<std::uint32_t>(g.rings.size());
    for (const CrsRun& run : e.runs) {
      if (run.implicit >= 0 && reference.implicit < 0) continue;
      g.runs.push_back({run.first + point_shift, reference.implicit >= 0 ? nullptr : run.crs, reference.implicit});
    }
    g.points.insert(g.points.end(), e.points.begin(), e.points.end());
    for (Ring ring : e.rings) {
      ring.first += point_shift;
      g.rings.push_back(ring);
    }
    for (Polygon p : e.polygons) {
      p.first_ring += ring_shift;
      p.lod = reference.lod;
      p.unit = reference.unit;
      p.interior = reference.interior;
      p.flip = p.flip != reference.flip;
      p.solid = p.solid || reference.solid;
      p.implicit = reference.implicit;
      p.element = reference.element;
      g.polygons.push_back(p);
    }
    for (Reference next : e.references) {
      next.lod = reference.lod;
      next.unit = reference.unit;
      next.interior = reference.interior;
      next.flip = next.flip != reference.flip;
      next.implicit = reference.implicit;
      next.element = reference.element;
      g.references.push_back(next);
    }
  }
}

}  // namespace tenbo::io::city
