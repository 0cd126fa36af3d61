#include "choice.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

namespace tenbo::io::city {

void Chooser::choose(const Geometry& g, const std::vector<Unit>& units, const References& references, Notes& notes, bool outlines) {
  chosen_.assign(g.polygons.size(), Choice::no);
  for (const bool interior : {false, true}) {  // a room alone is drawn from within
    const bool outlined = outlines && !interior && find_outlines(g, units.size(), references);
    if (!outlined && !find_best_levels(g, units, references, interior)) continue;
    for (std::size_t i = 0; i < g.polygons.size(); ++i) {
      const Polygon& p = g.polygons[i];
      if (p.interior == interior && p.lod == best_[p.unit]) chosen_[i] = p.flip ? Choice::turned_over : Choice::yes;
    }
    if (!g.references.empty()) follow(g, references, interior, notes);
    return;
  }
}

// false: there is none.
bool Chooser::find_outlines(const Geometry& g, std::size_t units, const References& references) {
  best_.assign(units, -1);
  bool any = false;
  for (const Polygon& p : g.polygons)
    if (!p.interior && p.lod == 0) {
      best_[p.unit] = 0;
      any = true;
    }
  for (std::size_t r = 0; r < g.references.size(); ++r)
    if (references[r] >= 0 && !g.references[r].interior && g.references[r].lod == 0) {
      best_[g.references[r].unit] = 0;
      any = true;
    }
  return any;
}

// false: there is nothing on this side.
bool Chooser::find_best_levels(const Geometry& g, const std::vector<Unit>& units, const References& references, bool interior) {
  best_.assign(units.size(), -1);
  for (const Polygon& p : g.polygons)
    if (p.interior == interior) best_[p.unit] = std::max<int>(best_[p.unit], p.lod);
  for (std::size_t r = 0; r < g.references.size(); ++r)
    if (references[r] >= 0 && g.references[r].interior == interior)
      best_[g.references[r].unit] = std::max<int>(best_[g.references[r].unit], g.references[r].lod);
  int most = -1, parts = -1, beside = -1;
  for (std::size_t u = 0; u < units.size(); ++u) {
    most = std::max(most, best_[u]);
    if (units[u].installation) beside = std::max(beside, best_[u]);
    else if (u != 0) parts = std::max(parts, best_[u]);
  }
  if (most < 0) return false;
  const int main = best_[0], level = std::max(main, parts);
  for (std::size_t u = 0; u < units.size(); ++u) {
    bool covered = best_[u] == 0 && most > 0;  // footprints, only where there is nothing else
    if (u == 0) covered = covered || main < parts;
    else if (!units[u].installation) covered = covered || best_[u] < best_[0];
    else covered = covered || (best_[u] < level && beside >= level);  // files repeat installations for each level
    if (covered) best_[u] = -1;
  }
  return true;
}

// References, and references within what they name.
void Chooser::follow(const Geometry& g, const References& references, bool interior, Notes& notes) {
  visits_.assign(g.references.size(), Visit::not_yet);
  id_done_.assign(g.ids.size(), 0);
  for (std::uint32_t r = 0; r < g.references.size(); ++r) {
    const Reference& reference = g.references[r];
    if (references[r] < 0 || reference.interior != interior || reference.lod != best_[reference.unit] || visits_[r] != Visit::not_yet) continue;
    stack_.push_back({r, UINT32_MAX, reference.flip});
    while (!stack_.empty()) {
      Step& step = stack_.back();
      const std::uint32_t current = step.reference;
      const auto target = static_cast<std::size_t>(references[current]);
      const GeometryId& id = g.ids[target];
      if (step.next == UINT32_MAX) {
        visits_[current] = Visit::open;
        const std::uint8_t bit = step.flip ? 2 : 1;
        if ((id_done_[target] & bit) != 0) {  // many may name one; it is walked once
          visits_[current] = Visit::done;
          stack_.pop_back();
          continue;
        }
        id_done_[target] |= bit;
        step.next = id.reference_begin;
        for (std::uint32_t p = id.polygon_begin; p < id.polygon_end; ++p)
          if (chosen_[p] == Choice::no) chosen_[p] = g.polygons[p].flip != step.flip ? Choice::turned_over : Choice::yes;
      }
      if (step.next >= id.reference_end) {
        visits_[current] = Visit::done;
        stack_.pop_back();
        continue;
      }
      const std::uint32_t next = step.next++;
      if (references[next] < 0 || visits_[next] == Visit::done) continue;
      if (visits_[next] == Visit::open) {
        notes.warn(g.references[next].at, "xlink:href \"#" + std::string(g.references[next].target) + "\" leads back to itself");
        visits_[next] = Visit::done;
        continue;
      }
      stack_.push_back({next, UINT32_MAX, step.flip != g.references[next].flip});
    }
  }
}

void Chooser::mend_solids(const Geometry& g, std::size_t units, const geo::Extent& box, const std::vector<std::uint8_t>& bad) {
  const geo::GeoPoint centre = box.centre();
  const double east = 111'320 * std::cos(centre.lat * 3.14159265358979 / 180), north = 111'320;
  const auto local = [&](const geo::GeoPoint& p) { return glm::dvec3((p.lon - centre.lon) * east, (p.lat - centre.lat) * north, p.height - centre.height); };
  volumes_.assign(units, {});
  bool any = false;
  for (std::size_t i = 0; i < g.polygons.size(); ++i) {
    const Polygon& p = g.polygons[i];
    if (chosen_[i] == Choice::no || bad[i] != 0) continue;
    Volume& v = volumes_[p.unit];
    if (!p.solid) v.open = true;
    if (v.open) continue;
    any = true;
    const Ring& ring = g.rings[p.first_ring];
    if (ring.count < 4) continue;
    const glm::dvec3 a = local(g.points[ring.first]);
    glm::dvec3 b = local(g.points[ring.first + 1]) - a, twice(0);
    for (std::uint32_t k = ring.first + 2; k + 1 < ring.first + ring.count; ++k) {
      const glm::dvec3 c = local(g.points[k]) - a;
      twice += glm::cross(b, c);
      b = c;
    }
    const bool turned = chosen_[i] == Choice::turned_over;
    const double part = glm::dot(a, twice) / 6;
    v.signed_sum += turned ? -part : part;
    v.absolute += std::abs(part);
    v.area += turned ? -twice : twice;
    v.all_area += glm::length(twice);
  }
  if (!any) return;
  for (std::size_t i = 0; i < g.polygons.size(); ++i) {
    const Polygon& p = g.polygons[i];
    if (chosen_[i] == Choice::no || !p.solid) continue;
    const Volume& v = volumes_[p.unit];
    // closed: the areas cancel as vectors
    if (!v.open && v.signed_sum < -0.05 * v.absolute && glm::length(v.area) < 1e-3 * v.all_area)
      chosen_[i] = chosen_[i] == Choice::yes ? Choice::turned_over : Choice::yes;
  }
}

}  // namespace tenbo::io::city
