#include "tiles/geojson.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>

#include "city/triangulate.h"
#include "gltf/budget.h"
#include "tenbo/geo/ellipsoid.h"

namespace tenbo::io::tiles {
namespace {

using json::Node;

constexpr int deepest = 16;  // features of features

glm::dvec3 position(const Node& node) {
  const auto v = node.numbers(2, 16);  // more than three are allowed and mean nothing
  if (std::abs(v[0]) > 360 || std::abs(v[1]) > 90) node.bad("is no longitude and latitude in degrees");
  return {v[0], v[1], v.size() > 2 ? v[2] : 0.0};
}

GeoRing positions(const Node& node, std::size_t least) {
  GeoRing out;
  out.file = node.file();
  out.place = node.path();
  node.array(least);
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node one = node.at(i);
    out.points.push_back(position(one));
  }
  return out;
}

std::vector<GeoRing> polygon(const Node& node) {
  std::vector<GeoRing> out;
  node.array(1);
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node ring = node.at(i);
    out.push_back(positions(ring, 3));
  }
  return out;
}

class Reader {
 public:
  explicit Reader(bool one_kind) : one_kind_(one_kind) {}

  void read(const Node& node, int depth) {
    if (depth > deepest) node.bad("features are nested more than " + std::to_string(deepest) + " deep");
    const Node type = node("type");
    if (type.text() == "FeatureCollection") {
      const Node features = node("features");
      features.array();
      for (std::size_t i = 0; i < features.size(); ++i) {
        const Node one = features.at(i);
        read(one, depth + 1);
      }
      return;
    }
    if (type.text() != "Feature") type.bad("found \"" + type.text().substr(0, 40) + "\", expected a Feature or a FeatureCollection");
    const auto index = features_++;
    const Node shape = node("geometry");
    if (shape.value().is_null()) return;
    geometry(shape, index);
  }

  std::vector<GeoGeometry> out;

 private:
  void geometry(const Node& node, std::uint64_t feature) {
    const Node type = node("type");
    const std::string& word = type.text();
    if (word == "GeometryCollection") type.bad("is a GeometryCollection, which 3D Tiles may not have");
    if (one_kind_ && !kind_.empty() && word != kind_) type.bad("is a " + word.substr(0, 40) + " among those of the type " + kind_);
    kind_ = word;
    GeoGeometry g;
    g.feature = feature;
    g.place = node.path();
    const Node at = node("coordinates");
    if (word == "Point") {
      g.points.points.push_back(position(at));
    } else if (word == "MultiPoint") {
      g.points = positions(at, 1);
    } else if (word == "LineString" || word == "MultiLineString") {
      g.kind = GeoGeometry::Kind::lines;
      if (word == "LineString") g.lines.push_back(positions(at, 2));
      else
        for (std::size_t i = 0; i < at.array(1).size(); ++i) {
          const Node line = at.at(i);
          g.lines.push_back(positions(line, 2));
        }
    } else if (word == "Polygon" || word == "MultiPolygon") {
      g.kind = GeoGeometry::Kind::polygons;
      if (word == "Polygon") g.polygons.push_back(polygon(at));
      else
        for (std::size_t i = 0; i < at.array(1).size(); ++i) {
          const Node one = at.at(i);
          g.polygons.push_back(polygon(one));
        }
    } else {
      type.bad("\"" + word.substr(0, 40) + "\" is no geometry");
    }
    out.push_back(std::move(g));
  }

  bool one_kind_;
  std::string kind_;
  std::uint64_t features_ = 0;
};

// The members "properties" of features, one row each.
class FeatureRows final : public PropertyRows {
 public:
  std::string name() const override { return {}; }
  std::uint64_t rows() const override { return values_.size(); }
  void visit(std::uint64_t row, const Visitor& visitor) const override {
    for (const auto& [name, value] : values_[row]) visitor(name, value);
  }
  void add(const json::Value& feature) {
    auto& row = values_.emplace_back();
    const auto take = [&](const std::string& name, const json::Value& v) {
      if (v.is_string()) row.emplace_back(name, v.get<std::string>());
      else if (v.is_number_integer()) row.emplace_back(name, v.get<std::int64_t>());
      else if (v.is_number()) row.emplace_back(name, v.get<double>());
      else if (v.is_boolean()) row.emplace_back(name, v.get<bool>());
      else if (!v.is_null()) row.emplace_back(name, v.dump(-1, ' ', false, json::Value::error_handler_t::replace));
    };
    const auto properties = feature.find("properties");
    if (const auto id = feature.find("id"); id != feature.end() && !(properties != feature.end() && properties->is_object() && properties->contains("id")))
      take("id", *id);
    if (properties != feature.end() && properties->is_object())
      for (const auto& [name, v] : properties->items()) take(name, v);
  }
  // In the order in which Reader counts them.
  void add_all(const json::Value& node) {
    if (const auto list = node.find("features"); list != node.end() && list->is_array())
      for (const auto& one : *list) add_all(one);
    else
      add(node);
  }

 private:
  std::vector<std::vector<std::pair<std::string, PropertyValue>>> values_;
};

}  // namespace

std::vector<GeoGeometry> read_geojson(const Node& file, bool one_kind) {
  Reader reader(one_kind);
  reader.read(file, 0);
  return std::move(reader.out);
}

bool looks_like_geojson(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 1 << 16));
  return text.find("\"asset\"") == std::string_view::npos &&
         (text.find("\"Feature\"") != std::string_view::npos || text.find("\"FeatureCollection\"") != std::string_view::npos ||
          (text.find("\"coordinates\"") != std::string_view::npos && text.find("\"type\"") != std::string_view::npos));
}

Gltf read_geojson_tile(std::span<const std::byte> bytes, const std::string& name, const GltfOptions& options) {
  Budget budget(options.memory);
  budget.spend(bytes.size(), 8, name, "its JSON");
  const json::Value value = json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name);
  const Node file(value, name);
  const auto geometries = read_geojson(file, true);
  Gltf out;
  out.on_globe = true;
  out.z_up = true;
  auto rows = std::make_shared<FeatureRows>();
  rows->add_all(value);
  out.properties.push_back(rows);

  // Everything in one local frame about the middle.
  glm::dvec3 low(INFINITY), high(-INFINITY);
  const auto grow = [&](const GeoRing& ring) {
    for (const auto& p : ring.points) {
      low = glm::min(low, p);
      high = glm::max(high, p);
    }
  };
  for (const auto& g : geometries) {
    grow(g.points);
    for (const auto& line : g.lines) grow(line);
    for (const auto& polygon : g.polygons)
      for (const auto& ring : polygon) grow(ring);
  }
  if (!(low.x <= high.x)) return out;
  const auto middle = (low + high) * 0.5;
  const auto frame = geo::LocalFrame::at({middle.x, middle.y, middle.z});
  const auto local = [&](const glm::dvec3& p) { return frame.to_local(geo::GeoPoint{p.x, p.y, p.z}); };
  const double across = glm::length(local(high) - local(low));
  const float thick = static_cast<float>(std::clamp(across * 0.004, 0.05, 20.0));  // m: half of a line's width

  GltfPrimitive solids, dots;
  solids.mode = GltfMode::triangles;
  dots.mode = GltfMode::points;
  solids.properties = dots.properties = 0;
  const auto add = [&](GltfPrimitive& to, const glm::dvec3& p, std::uint64_t feature) {
    budget.spend(1, 40, name, "its shapes");
    to.positions.emplace_back(p);
    to.features.push_back(static_cast<std::uint32_t>(feature));
    return static_cast<std::uint32_t>(to.positions.size() - 1);
  };
  // A line as a tube of three sides, so that it is seen from everywhere.
  const auto tube = [&](const glm::dvec3& a, const glm::dvec3& b, std::uint64_t feature) {
    const auto along = b - a;
    const double length = glm::length(along);
    if (!(length > 0)) return;
    const auto d = along / length;
    const auto right = glm::normalize(glm::cross(d, std::abs(d.z) < 0.9 ? glm::dvec3(0, 0, 1) : glm::dvec3(1, 0, 0)));
    const auto up = glm::cross(right, d);
    std::uint32_t corner[2][3];
    for (int end = 0; end < 2; ++end)
      for (int k = 0; k < 3; ++k) {
        const double angle = M_PI / 2 + k * 2 * M_PI / 3;
        corner[end][k] = add(solids, (end ? b : a) + static_cast<double>(thick) * (std::cos(angle) * right + std::sin(angle) * up), feature);
      }
    for (int k = 0; k < 3; ++k) {
      const int n = (k + 1) % 3;
      solids.indices.insert(solids.indices.end(), {corner[0][k], corner[1][n], corner[0][n], corner[0][k], corner[1][k], corner[1][n]});
    }
  };
  city::Triangulator triangulator;
  for (const auto& g : geometries) {
    for (const auto& p : g.points.points) dots.indices.push_back(add(dots, local(p), g.feature));
    for (const auto& line : g.lines)
      for (std::size_t i = 1; i < line.points.size(); ++i) tube(local(line.points[i - 1]), local(line.points[i]), g.feature);
    for (const auto& polygon : g.polygons) {
      std::vector<glm::dvec3> points;
      std::vector<std::uint32_t> starts{0};
      for (const auto& ring : polygon) {
        std::size_t n = ring.points.size();
        if (n > 1 && ring.points.front() == ring.points.back()) --n;
        for (std::size_t i = 0; i < n; ++i) points.push_back(local(ring.points[i]));
        starts.push_back(static_cast<std::uint32_t>(points.size()));
      }
      std::vector<std::uint32_t> triangles;
      glm::dvec3 normal;
      budget.spend(points.size(), 200, name, "its shapes");
      if (triangulator.run(points, starts, triangles, normal) != city::Triangulation::done) {
        out.diagnostics.warn({ErrorCode::malformed, "a polygon has no area or cannot be filled, and is left out", name, g.place, ""});
        continue;
      }
      const auto first = static_cast<std::uint32_t>(solids.positions.size());
      for (const auto& p : points) add(solids, p, g.feature);
      for (std::size_t t = 0; t + 2 < triangles.size(); t += 3) {  // seen from above
        const auto a = first + triangles[t], b = first + triangles[t + 1], c = first + triangles[t + 2];
        if (normal.z >= 0) solids.indices.insert(solids.indices.end(), {a, b, c});
        else solids.indices.insert(solids.indices.end(), {a, c, b});
      }
    }
  }
  glm::dmat4 place(frame.axes);
  place[3] = glm::dvec4(frame.origin, 1);
  for (auto* p : {&solids, &dots})
    if (!p->indices.empty()) {
      out.primitives.push_back(std::move(*p));
      GltfPlacement put;
      put.primitive = static_cast<std::uint32_t>(out.primitives.size() - 1);
      put.transform = place;
      out.placements.push_back(put);
    }
  return out;
}

}  // namespace tenbo::io::tiles
