#pragma once
// Whether two city models are the same, to the byte.
#include <cstring>
#include <string>
#include <vector>

#include "tenbo/io/city.h"

namespace tenbo::test {

inline std::vector<std::string> told(const Diagnostics& d) {
  std::vector<std::string> out;
  for (const auto* list : {&d.errors, &d.warnings})
    for (const Error& e : *list) out.push_back(e.text());
  return out;
}

// The first thing in which they differ; empty: nothing.
inline std::string difference(const Diagnostics& a, const Diagnostics& b) {
  const auto x = told(a), y = told(b);
  for (std::size_t i = 0; i < x.size() || i < y.size(); ++i)
    if (i >= x.size() || i >= y.size() || x[i] != y[i])
      return "message " + std::to_string(i) + ": \"" + (i < x.size() ? x[i] : "none") + "\", \"" + (i < y.size() ? y[i] : "none") + "\"";
  if (a.errors.size() != b.errors.size()) return "errors and warnings";
  if (a.warnings_dropped != b.warnings_dropped || a.errors_dropped != b.errors_dropped) return "how many messages are not kept";
  return {};
}

inline std::string difference(const io::CityModel& a, const io::CityModel& b) {
  const auto same = [](const geo::Extent& x, const geo::Extent& y) { return std::memcmp(&x, &y, sizeof x) == 0; };
  if (auto messages = difference(a.diagnostics, b.diagnostics); !messages.empty()) return messages;
  if (a.crs.id() != b.crs.id() || a.vertical != b.vertical) return "CRS";
  if (a.triangles != b.triangles) return "triangles: " + std::to_string(a.triangles) + ", " + std::to_string(b.triangles);
  if (a.bytes != b.bytes) return "bytes";
  if (!same(a.extent, b.extent)) return "extent";
  if (a.lods != b.lods) return "levels of detail";
  if (a.features.size() != b.features.size()) return "features: " + std::to_string(a.features.size()) + ", " + std::to_string(b.features.size());
  for (std::uint32_t f = 0; f < a.features.size(); ++f) {
    const std::string which = " of feature " + std::to_string(f);
    if (a.features.id(f) != b.features.id(f)) return "id" + which;
    if (a.features.type(f) != b.features.type(f)) return "type" + which;
    if (a.features.attributes(f) != b.features.attributes(f)) return "attributes" + which;
    if (!same(a.features.extent(f), b.features.extent(f))) return "extent" + which;
  }
  if (a.elements.size() != b.elements.size()) return "elements";
  for (std::size_t i = 0; i < a.elements.size(); ++i)
    if (a.elements[i].whole != b.elements[i].whole || a.elements[i].parent != b.elements[i].parent) return "element " + std::to_string(i);
  if (a.textures.size() != b.textures.size()) return "textures";
  if (a.batches.size() != b.batches.size()) return "batches: " + std::to_string(a.batches.size()) + ", " + std::to_string(b.batches.size());
  for (std::size_t i = 0; i < a.batches.size(); ++i) {
    const io::MeshBatch &p = a.batches[i], &q = b.batches[i];
    const std::string which = " of batch " + std::to_string(i);
    if (p.theme != q.theme || !(p.colour == q.colour) || p.texture != q.texture) return "theme, colour or texture" + which;
    if (p.mesh.vertices.size() != q.mesh.vertices.size() || p.mesh.indices != q.mesh.indices) return "triangles" + which;
    if (!p.mesh.vertices.empty() && std::memcmp(p.mesh.vertices.data(), q.mesh.vertices.data(), p.mesh.vertices.size() * sizeof(Vertex)) != 0) return "vertices" + which;
  }
  return {};
}

}  // namespace tenbo::test
