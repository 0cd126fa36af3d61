#pragma once
// Small city models for tests, and questions to ask of what was read.
#include <cmath>
#include <glm/geometric.hpp>
#include <string>
#include <vector>

#include "tenbo/io/city.h"

namespace tenbo::test {

inline const std::string city_head =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<core:CityModel xmlns:core=\"http://www.opengis.net/citygml/2.0\" xmlns:bldg=\"http://www.opengis.net/citygml/building/2.0\"\n"
    " xmlns:gml=\"http://www.opengis.net/gml\" xmlns:gen=\"http://www.opengis.net/citygml/generics/2.0\"\n"
    " xmlns:app=\"http://www.opengis.net/citygml/appearance/2.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"\n"
    " xmlns:uro=\"https://www.geospatial.jp/iur/uro/3.1\" xmlns:veg=\"http://www.opengis.net/citygml/vegetation/2.0\"\n"
    " xmlns:dem=\"http://www.opengis.net/citygml/relief/2.0\" xmlns:xAL=\"urn:oasis:names:tc:ciq:xsdschema:xAL:2.0\">\n";
inline std::string envelope(const std::string& srs = "http://www.opengis.net/def/crs/EPSG/0/6697") {
  return "<gml:boundedBy><gml:Envelope srsName=\"" + srs + "\" srsDimension=\"3\"><gml:lowerCorner>35 139 0</gml:lowerCorner>"
         "<gml:upperCorner>36 140 9</gml:upperCorner></gml:Envelope></gml:boundedBy>\n";
}
inline std::string city(const std::string& members, const std::string& bounds = envelope()) {
  return city_head + bounds + members + "</core:CityModel>\n";
}
inline std::string member(const std::string& object) { return "<core:cityObjectMember>" + object + "</core:cityObjectMember>\n"; }
inline std::string building(const std::string& inside, const std::string& id = "b1") {
  return member("<bldg:Building gml:id=\"" + id + "\">" + inside + "</bldg:Building>");
}
// A polygon near 35.68 N 139.70 E from points in metres: east, north, up.
inline std::string at(double e, double n, double u) {
  char text[96];
  std::snprintf(text, sizeof text, "%.14f %.14f %.6f", 35.68 + n / 110940.0, 139.70 + e / 90460.0, u);
  return text;
}
using Points = std::vector<std::array<double, 3>>;
inline std::string ring(const Points& points, const std::string& id = {}) {
  std::string list;
  for (const auto& p : points) list += at(p[0], p[1], p[2]) + " ";
  list += at(points[0][0], points[0][1], points[0][2]);
  return "<gml:LinearRing" + (id.empty() ? "" : " gml:id=\"" + id + "\"") + "><gml:posList>" + list + "</gml:posList></gml:LinearRing>";
}
inline std::string polygon(const Points& outer, const std::vector<Points>& holes = {}, const std::string& id = {}, const std::string& ring_id = {}) {
  std::string out = "<gml:Polygon" + (id.empty() ? "" : " gml:id=\"" + id + "\"") + "><gml:exterior>" + ring(outer, ring_id) + "</gml:exterior>";
  for (const auto& h : holes) out += "<gml:interior>" + ring(h) + "</gml:interior>";
  return out + "</gml:Polygon>";
}
inline std::string surfaces(const std::vector<std::string>& members) {
  std::string out = "<gml:MultiSurface>";
  for (const auto& m : members) out += m[0] == '#' ? "<gml:surfaceMember xlink:href=\"" + m + "\"/>" : "<gml:surfaceMember>" + m + "</gml:surfaceMember>";
  return out + "</gml:MultiSurface>";
}
inline Points square(double size, double z = 0, double e = 0, double n = 0) {
  return {{e, n, z}, {e + size, n, z}, {e + size, n + size, z}, {e, n + size, z}};
}
// A box with faces outward.
inline std::string box(double size, double height, double e = 0, double n = 0) {
  const auto b = square(size, 0, e, n), t = square(size, height, e, n);
  std::string out = "<gml:Solid><gml:exterior><gml:CompositeSurface>";
  const auto add = [&](const Points& p) { out += "<gml:surfaceMember>" + polygon(p) + "</gml:surfaceMember>"; };
  add({b[3], b[2], b[1], b[0]});
  add(t);
  for (std::size_t i = 0; i < 4; ++i) add({b[i], b[(i + 1) % 4], t[(i + 1) % 4], t[i]});
  return out + "</gml:CompositeSurface></gml:exterior></gml:Solid>";
}

inline glm::dvec3 position(const Vertex& v) { return {v.x, v.y, v.z}; }
inline double area(const io::CityModel& model, std::uint32_t feature = no_feature) {
  double sum = 0;
  for (const auto& b : model.batches)
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      const auto &a = b.mesh.vertices[b.mesh.indices[i]], &c = b.mesh.vertices[b.mesh.indices[i + 1]], &d = b.mesh.vertices[b.mesh.indices[i + 2]];
      if (feature != no_feature && a.feature != feature) continue;
      sum += glm::length(glm::cross(position(c) - position(a), position(d) - position(a))) / 2;
    }
  return sum;
}
inline geo::AttributeValue value(const io::CityModel& model, std::string_view name, std::uint32_t feature = 0) {
  return model.features.value(feature, name);
}
inline std::string text(const io::CityModel& model, std::string_view name, std::uint32_t feature = 0) {
  return geo::to_text(model.features.value(feature, name));
}
inline bool has(const std::vector<Error>& list, std::string_view part) {
  for (const auto& e : list)
    if (e.text().find(part) != std::string::npos) return true;
  return false;
}
inline Result<io::CityModel> read(std::string xml, const io::CityOptions& options = {}, const std::filesystem::path& dir = {}) {
  JobSystem jobs(2);
  return io::read_city_memory(std::move(xml), "test.gml", dir, options, jobs);
}

}  // namespace tenbo::test
