// What is many kilometres wide lies on the curve of the Earth, not on its chords: a chord of 30 km sinks by 17.7 m in its middle (l^2 / 8R,
// R = 6371 km), one of 1 km by 2 cm. Heights are those that the files say.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "gdal_tools.h"
#include "tenbo/io/vector.h"

using namespace tenbo;

namespace {

io::VectorData layer(const char* name, const std::string& properties, const std::string& geometry) {
  const auto dir = test::scratch(name);
  test::write(dir / "a.geojson", R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{)" + properties + R"(},"geometry":)" + geometry + "}]}");
  Progress progress;
  auto data = io::read_vector(dir / "a.geojson", {}, progress, CancelToken());
  EXPECT_TRUE(data.ok()) << data.error().text();
  return data ? std::move(*data) : io::VectorData();
}

struct Range { double low = std::numeric_limits<double>::infinity(), high = -low; };
void add(Range& r, const geo::LocalFrame& frame, const glm::dvec3& p) {
  const double h = frame.to_geo(p).height;
  r.low = std::min(r.low, h);
  r.high = std::max(r.high, h);
}

// Of the corners of triangles, and of their middles, where they are the lowest.
Range heights(const io::VectorMeshes& m) {
  Range out;
  for (const auto& b : m.polygons)
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      glm::dvec3 v[3];
      for (std::size_t k = 0; k < 3; ++k) {
        const auto& c = b.mesh.vertices[b.mesh.indices[i + k]];
        v[k] = {c.x, c.y, c.z};
        add(out, b.frame, v[k]);
      }
      add(out, b.frame, (v[0] + v[1]) * 0.5);
      add(out, b.frame, (v[1] + v[2]) * 0.5);
      add(out, b.frame, (v[0] + v[1] + v[2]) / 3.0);
    }
  return out;
}

constexpr double sinks = 0.03;  // m

}  // namespace

TEST(VectorCurve, AtItsOwnHeight) {
  const auto d = layer("curve_plate", "", R"({"type":"Polygon","coordinates":[[[139,35,50],[139.33,35,50],[139.33,35.18,50],[139,35.18,50],[139,35,50]]]})");
  io::VectorMeshOptions o;
  o.drape = false;
  Diagnostics diagnostics;
  const auto r = heights(io::build_vector_meshes(d, io::GroundSampler(), o, diagnostics));
  EXPECT_GT(r.low, 50 - sinks);
  EXPECT_LT(r.high, 50 + 0.01);
}

TEST(VectorCurve, Extruded) {
  const auto d = layer("curve_roof", R"("height":40)", R"({"type":"Polygon","coordinates":[[[139,35],[139.33,35],[139.33,35.18],[139,35.18],[139,35]]]})");
  io::VectorMeshOptions o;
  o.extrude_attribute = "height";
  Diagnostics diagnostics;
  const auto m = io::build_vector_meshes(d, [](double, double) { return 7.0; }, o, diagnostics);
  const auto r = heights(m);
  EXPECT_GT(r.low, 7 - sinks);
  EXPECT_NEAR(r.high, 47, 0.01);
  // the roof alone: what looks up
  Range roof;
  for (const auto& b : m.polygons)
    for (std::size_t i = 0; i + 2 < b.mesh.indices.size(); i += 3) {
      glm::dvec3 v[3];
      bool up = true;
      for (std::size_t k = 0; k < 3; ++k) {
        const auto& c = b.mesh.vertices[b.mesh.indices[i + k]];
        v[k] = {c.x, c.y, c.z};
        up = up && decode_normal(c.normal).z > 0.9f;
      }
      if (up) add(roof, b.frame, (v[0] + v[1] + v[2]) / 3.0);
    }
  EXPECT_GT(roof.low, 47 - sinks);
}

TEST(VectorCurve, LinesAtTheirOwnHeight) {
  const auto d = layer("curve_line", "", R"({"type":"LineString","coordinates":[[139,35,20],[139.33,35,20]]})");
  io::VectorMeshOptions o;
  o.drape = false;
  Diagnostics diagnostics;
  const auto m = io::build_vector_meshes(d, io::GroundSampler(), o, diagnostics);
  Range r;
  for (const auto& l : m.lines)
    for (std::size_t s = 0; s + 1 < l.starts.size(); ++s)
      for (std::uint32_t i = l.starts[s]; i + 1 < l.starts[s + 1]; ++i) {
        add(r, l.frame, l.points[i]);
        add(r, l.frame, (glm::dvec3(l.points[i]) + glm::dvec3(l.points[i + 1])) * 0.5);
      }
  EXPECT_GT(r.low, 20 - sinks);
  EXPECT_LT(r.high, 20 + 0.01);
}

TEST(VectorCurve, WhatIsSmallStaysAsItIs) {
  const auto d = layer("curve_house", R"("height":10)", R"({"type":"Polygon","coordinates":[[[139,35],[139.0002,35],[139.0002,35.0001],[139,35.0001],[139,35]]]})");
  io::VectorMeshOptions o;
  o.extrude_attribute = "height";
  Diagnostics diagnostics;
  const auto m = io::build_vector_meshes(d, [](double, double) { return 7.0; }, o, diagnostics);
  ASSERT_EQ(m.polygons.size(), 1u);
  EXPECT_EQ(m.polygons[0].mesh.indices.size(), 3u * (2 + 4 * 2));  // a roof of two triangles, four walls of two
}
