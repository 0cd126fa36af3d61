// Rules of MAXAR_grid, VRICON_class, MAXAR_extent and MAXAR_content_geojson.
#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <set>

#include "gltf/references.h"
#include "tenbo/geo/ellipsoid.h"
#include "tiles/extension_rules.h"
#include "tiles/geojson.h"

namespace tenbo::io::tiles {
namespace {

using json::Node;

constexpr std::uint64_t largest_file = std::uint64_t{64} << 20;

void one_of(const Node& node, std::initializer_list<std::string_view> words, const char* what) {
  if (std::find(words.begin(), words.end(), node.text()) == words.end())
    node.bad("\"" + node.text().substr(0, 40) + "\" is no " + what);
}

bool is_utm(std::string_view w) {
  if (w.size() != 6 || !w.starts_with("UTM") || (w[5] != 'N' && w[5] != 'S')) return false;
  if (w[3] < '0' || w[3] > '9' || w[4] < '0' || w[4] > '9') return false;
  const int zone = (w[3] - '0') * 10 + (w[4] - '0');
  return zone >= 1 && zone <= 60;
}

void check_srs(const Node& srs) {
  const Node system = srs("coordinateSystem"), elevation = srs("elevation");
  const std::string& word = system.text();
  const bool on_face = word.size() == 4 && word.starts_with("S2F") && word[3] >= '0' && word[3] <= '5';
  if (word != "GEOD" && word != "ECEF" && !is_utm(word) && !on_face)
    system.bad("\"" + word.substr(0, 40) + "\" is no coordinate system: GEOD, ECEF, UTM01N to UTM60S or S2F0 to S2F5");
  one_of(elevation, {"ELLIPSOID", "EGM2008"}, "elevation: ELLIPSOID or EGM2008");
  const bool fixed = word == "GEOD" || on_face;  // ITRF2008 at 2005.0 there, said or not
  if (!fixed || srs.has("referenceSystem")) {
    const Node reference = srs("referenceSystem");
    if (fixed) one_of(reference, {"ITRF2008"}, "reference system for this coordinate system: ITRF2008");
    else one_of(reference, {"ITRF2008", "WGS84-G1762"}, "reference system: ITRF2008 or WGS84-G1762");
  }
  if (!fixed || srs.has("epoch")) {
    const Node epoch = srs("epoch");
    const std::string& e = epoch.text();
    const bool year = e.size() >= 4 && (e[0] == '1' || e[0] == '2') &&
                      std::all_of(e.begin(), e.begin() + 4, [](char c) { return c >= '0' && c <= '9'; });
    const bool part = e.size() == 4 || (e.size() > 5 && e[4] == '.' && std::all_of(e.begin() + 5, e.end(), [](char c) { return c >= '0' && c <= '9'; }));
    if (!year || !part) epoch.bad("\"" + e.substr(0, 40) + "\" is no year from 1000 to 2999");
  }
  if (const auto axis = srs.find("axis")) one_of(*axis, {"NED", "ENU"}, "axis: NED or ENU");
  if (const auto unit = srs.find("unitHorizontal")) one_of(*unit, {"METER", "DEGREE"}, "unit: METER or DEGREE");
  if (const auto unit = srs.find("unitVertical")) one_of(*unit, {"METER"}, "unit: METER");
}

json::Value read_json(const Node& uri, const TileSource& source, const std::string& name, std::string& label) {
  if (uri.text().empty()) uri.bad("names no file");
  auto inside = source.resolve(name, uri.text());
  if (!inside) uri.bad(inside.error().message, inside.error().remedy);
  auto bytes = source.read(*inside, largest_file);
  if (!bytes) {
    Error e = bytes.error();
    if (e.place.empty()) e.place = uri.path();
    throw json::Bad{std::move(e)};
  }
  label = source.label(*inside);
  return json::parse({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, label);
}

// --- rings

// Whether c is left of a -> b (+), right of it (-) or on it (0).
int side(glm::dvec2 a, glm::dvec2 b, glm::dvec2 c) {
  const long double v = static_cast<long double>(b.x - a.x) * static_cast<long double>(c.y - a.y) -
                        static_cast<long double>(b.y - a.y) * static_cast<long double>(c.x - a.x);
  return v > 0 ? 1 : v < 0 ? -1 : 0;
}
bool between(glm::dvec2 a, glm::dvec2 b, glm::dvec2 p) {  // for a p on their line
  return p.x >= std::min(a.x, b.x) && p.x <= std::max(a.x, b.x) && p.y >= std::min(a.y, b.y) && p.y <= std::max(a.y, b.y);
}
bool meet(glm::dvec2 a, glm::dvec2 b, glm::dvec2 c, glm::dvec2 d) {
  const int abc = side(a, b, c), abd = side(a, b, d), cda = side(c, d, a), cdb = side(c, d, b);
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (abc == 0 && between(a, b, c)) || (abd == 0 && between(a, b, d)) || (cda == 0 && between(c, d, a)) ||
         (cdb == 0 && between(c, d, b));
}

// A ring without its closing point: at least three corners, and edges that meet at the corners between neighbours alone.
void check_ring(const GeoRing& ring) {
  const auto bad = [&](const std::string& why) { json::fail(ErrorCode::malformed, why, ring.file, ring.place); };
  std::vector<glm::dvec2> p;
  for (const auto& c : ring.points)
    if (p.empty() || glm::dvec2(c) != p.back()) p.emplace_back(c);
  while (p.size() > 1 && p.front() == p.back()) p.pop_back();
  std::set<std::pair<double, double>> distinct;
  for (const auto& c : p) distinct.emplace(c.x, c.y);
  if (distinct.size() < 3) bad("the ring has fewer than three corners");
  const std::size_t n = p.size();
  // Edges by their west end, so that only those whose spans overlap are held against each other.
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = i;
  const auto low = [&](std::size_t i) { return std::min(p[i].x, p[(i + 1) % n].x); };
  const auto high = [&](std::size_t i) { return std::max(p[i].x, p[(i + 1) % n].x); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return low(a) < low(b); });
  std::uint64_t work = 0;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t m = k + 1; m < n && low(order[m]) <= high(order[k]); ++m) {
      if (++work > 50'000'000) return;  // more than is worth it: taken as good
      const std::size_t i = order[k], j = order[m];
      const auto a = p[i], b = p[(i + 1) % n], c = p[j], d = p[(j + 1) % n];
      bool crosses = false;
      if ((i + 1) % n == j)  // neighbours share a corner; a spike runs back over itself
        crosses = side(a, b, d) == 0 && glm::dot(b - a, d - c) < 0;
      else if ((j + 1) % n == i)
        crosses = side(c, d, b) == 0 && glm::dot(d - c, b - a) < 0;
      else
        crosses = meet(a, b, c, d);
      if (crosses) bad("the ring crosses or touches itself");
    }
}

// Whether a place may lie in the volume, at any height.
bool holds(const TileVolume& volume, const glm::dvec3& lon_lat) {
  const double radians = M_PI / 180, lon = lon_lat.x * radians, lat = lon_lat.y * radians;
  constexpr double slack = 1e-9;
  if (const auto* r = std::get_if<TileRegion>(&volume)) {
    if (lat < r->south - slack || lat > r->north + slack) return false;
    return r->west <= r->east ? lon >= r->west - slack && lon <= r->east + slack : lon >= r->west - slack || lon <= r->east + slack;
  }
  // Boxes and spheres of a set that stands on Earth; others have no longitudes to be held against.
  const auto sphere = sphere_around(volume);
  if (glm::length(sphere.centre) + sphere.radius < 6'200'000) return true;
  const auto on_ground = geo::to_ecef({lon_lat.x, lon_lat.y, 0});
  return glm::length(on_ground - sphere.centre) <= sphere.radius + 10'000;  // m: how high or deep it lies is not said
}

}  // namespace

std::string check_grid(const Node& grid) {
  const Node type = grid("type");
  one_of(type, {"quad", "s2", "geod"}, "type of grid: quad, s2 or geod");
  if (type.text() != "quad") {
    for (const char* key : {"center", "size", "srs"})
      if (const auto extra = grid.find(key)) extra->bad("may not be in a grid of the type " + type.text());
    return type.text();
  }
  const Node centre = grid("center"), size = grid("size"), srs = grid("srs");
  (void)centre.numbers(2, 2);
  for (const double s : size.numbers(2, 2))
    if (s <= 0) size.bad("a size is not above zero");
  check_srs(srs);
  // Files are met that have a tile's members here.
  if (grid.has("boundingBox") || grid.has("level") || grid.has("index")) check_grid_tile(grid, "quad");
  return type.text();
}

void check_grid_tile(const Node& tile, const std::string& grid_type) {
  const Node box = tile("boundingBox"), level = tile("level"), index = tile("index");
  const auto b = box.numbers(6, 6);
  if (b[0] > b[2] || b[1] > b[3] || b[4] > b[5]) box.bad("a least value is greater than its greatest one");
  (void)level.integer(0, 62);
  index.array(2, 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const Node one = index.at(i);
    (void)one.integer(0, INT64_MAX);
  }
  if (grid_type == "s2" || grid_type == "geod") {
    const Node face = tile("face");
    (void)face.integer(0, grid_type == "s2" ? 5 : 1);
  }
  if (const auto pixel = tile.find("metersPerPixel"); pixel && pixel->number() <= 0) pixel->bad("is not above zero");
}

void check_class(const Node& classes) {
  classes.object();
  for (const char* list_name : {"geometry", "texture"})
    if (const auto list = classes.find(list_name)) {
      list->array();
      for (std::size_t i = 0; i < list->size(); ++i) {
        const Node one = list->at(i);
        (void)one.text("name");
        const Node number = one("class");
        (void)number.integer(0, INT64_MAX);
      }
    }
}

void check_extent(const Node& extent, const TileSource& source, const std::string& name, const TileVolume& root) {
  std::string label;
  const Node uri = extent("uri");
  const json::Value value = read_json(uri, source, name, label);
  const Node file(value, label);
  const auto geometries = read_geojson(file, false);
  if (geometries.empty()) file.bad("has no polygon");
  for (const auto& g : geometries) {
    if (g.kind != GeoGeometry::Kind::polygons)
      json::fail(ErrorCode::malformed, "an extent is of polygons alone", label, g.place);
    for (const auto& polygon : g.polygons)
      for (const auto& ring : polygon) {
        check_ring(ring);
        for (const auto& p : ring.points)
          if (!holds(root, p))
            json::fail(ErrorCode::malformed,
                       "the corner at " + std::to_string(p.x) + ", " + std::to_string(p.y) + " lies outside of the root tile's volume", label, ring.place);
      }
  }
}

void check_geojson_schema(const Node& entity, const TileSource& source, const std::string& name) {
  entity.object();
  const auto uri = entity.find("propertiesSchemaUri");
  if (!uri) return;
  if (uri->text().find_first_of(" \t\n\"<>\\^`{|}") != std::string::npos) uri->bad("\"" + uri->text().substr(0, 80) + "\" is no URI");
  std::string label;
  const json::Value value = read_json(*uri, source, name, label);
  const Node schema(value, label);
  (void)schema.text("semantic");
  if (const auto title = schema.find("name")) (void)title->text();
  const Node geometry = schema("geometry"), properties = schema("properties");
  const Node type = geometry("type"), dimensions = geometry("dimensions");
  one_of(type, {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}, "type of geometry that a layer may have");
  (void)dimensions.integer(2, 3);
  std::set<std::string> ids, semantics;
  for (std::size_t i = 0; i < properties.array().size(); ++i) {
    const Node property = properties.at(i);
    const Node id = property("id"), kind = property("type");
    if (id.text().empty()) id.bad("is empty");
    if (!ids.insert(id.text()).second) id.bad("\"" + id.text().substr(0, 40) + "\" stands there twice");
    one_of(kind, {"Integer", "Float", "String", "Boolean", "Variant"}, "type of a property");
    const bool numeric = kind.text() == "Integer" || kind.text() == "Float";
    for (const char* key : {"min", "max"})
      if (const auto bound = property.find(key)) {
        if (!numeric) bound->bad("may not be there for the type " + kind.text());
        (void)bound->number();
      }
    if (property.has("min") && property.has("max") && property.number("min") > property.number("max")) property.bad("\"min\" is greater than \"max\"");
    if (const auto semantic = property.find("semantic"); semantic && !semantics.insert(semantic->text()).second)
      semantic->bad("\"" + semantic->text().substr(0, 40) + "\" stands there twice");
    const bool required = property.boolean("required", false);
    const auto fallback = property.find("default");
    if (!fallback) continue;
    if (required) fallback->bad("may not be there where the property is required");
    if (kind.text() == "Variant") fallback->bad("may not be there for the type Variant");
    if (numeric) (void)fallback->number();
    else if (kind.text() == "String") (void)fallback->text();
    else (void)fallback->boolean();
  }
}

}  // namespace tenbo::io::tiles
