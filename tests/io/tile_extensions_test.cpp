// Extensions of 3D Tiles that change no picture, and GeoJSON as content: what is good passes, and each rule has a set that
// breaks it alone. Expected: the extensions' own texts (NGA.STND.0046, MAXAR_grid 1.0, MAXAR_extent 1.0,
// MAXAR_content_geojson 1.0, RFC 7946); places from geo::to_ecef, which its own tests check against PROJ.
#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <map>

#include "gdal_tools.h"
#include "gltf_support.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/io/image.h"
#include "tenbo/io/tiles.h"

namespace fs = std::filesystem;
using namespace tenbo;

namespace {

const char* box_root = R"("root":{"refine":"ADD","geometricError":1,"boundingVolume":{"box":[0,0,0, 9,0,0, 0,9,0, 0,0,9]})";
const char* region_root =  // half a degree about 0, 0
    R"("root":{"refine":"ADD","geometricError":1,"boundingVolume":{"region":[-0.0087266,-0.0087266,0.0087266,0.0087266,0,100]})";

// "" = good, else the place that is refused.
std::string verdict(const std::string& name, const std::string& object, const std::string& root = std::string(box_root) + "}",
                    const std::map<std::string, std::string>& files = {}) {
  const fs::path folder = test::scratch("tile_extensions") / "set";
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const auto& [file, text] : files) test::write(folder / file, text);
  test::write(folder / "tileset.json", R"({"asset":{"version":"1.1"},"geometricError":9,"extensionsUsed":[")" + name + R"("],"extensions":{")" +
                                           name + "\":" + object + "}," + root + "}");
  std::string entry;
  const auto source = io::open_tile_source(folder, entry);
  EXPECT_TRUE(source.ok());
  const auto tree = io::read_tile_tree(**source, entry);
  if (tree) {
    EXPECT_TRUE(tree->diagnostics.warnings.empty()) << tree->diagnostics.warnings.front().text();
    return "";
  }
  return tree.error().place.empty() ? tree.error().message : tree.error().place;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

const std::string extent_object = R"({"origin":[6378137,0,0],"lsrAxisUnitVectors":[[0,1,0],[0,0,1],[1,0,0]],"lsrLengths":[10,20,30]})";
const std::string spdcf = R"({"A":0.5,"alpha":0,"beta":10,"T":1})";
const std::string gpm =
    R"({"masterRecord":{"version":"1.2","implementation":"test","modelCoordSystem":{"mcsType":"ECEF","crsEcef":{"id":7662}},)"
    R"("idInformation":{"datasetId":"a","referenceDateTime":"2024-02-29"},"datasetExtentInformation":)" + extent_object +
    R"(,"collectionRecordList":[{"collectionId":"c","platformId":"p","sensorRecords":[{"sensorId":"s","sensorType":"t","sensorMode":"m",)"
    R"("collectionUnitRecords":[{"referenceDateTime":"2024-04-29T11:21:49Z","collectionUnitId":"u","pointSourceId":0,"extentInformation":)" + extent_object +
    R"(}]}]}]},"unmodeledErrorRecord":{"uniqueId":"u","corrRotationThetas":[0,0,0],"corrParams":[)" + spdcf + "," + spdcf + "," + spdcf +
    R"(],"posts":[{"position":[1,2,3],"covariance":[1,0,1,0,0,1]}]},"interpolationParams":{"interpolationMode":"nearestNeighbor"},)"
    R"("interTileCorrelationGroups":[{"groupFlags":[true,false,true],"rotationThetas":[0,0,0],"params":[)" + spdcf + "," + spdcf + "," + spdcf +
    R"(]}],"ppeManifest":[{"source":"SIGZ","min":0,"max":1},{"source":"SIGR"}],"threeDimConformalParams":{"flags":[true,false,false,true,false,false,false],)"
    R"("recentering":[1,2,3],"normalizingScaleFactor":1,"parameters":[0,1],"covariance":[1,0,1]}})";

const std::string quad = R"({"type":"quad","center":[0,0],"size":[10,10],"srs":{"referenceSystem":"ITRF2008","epoch":"2005.0","coordinateSystem":"UTM54N","elevation":"EGM2008"}})";
std::string with_grid(const std::string& tile) { return std::string(box_root) + R"(,"extensions":{"MAXAR_grid":)" + tile + "}}"; }

std::string polygon(const std::string& rings) {
  return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[)" + rings + "]}}]}";
}
std::string extent_verdict(const std::string& rings) {
  return verdict("MAXAR_extent", R"({"uri":"e.geojson"})", std::string(region_root) + "}", {{"e.geojson", polygon(rings)}});
}

}  // namespace

TEST(TileExtensions, GpmIsCheckedByItsRules) {
  EXPECT_EQ(verdict("NGA_gpm", gpm), "");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, R"({"mcsType":"ECEF","crsEcef":{"id":7662}})",
                                        R"({"mcsType":"LSR","origin":{"coordinates":[1,2,3],"crsEcef":{"id":7662}},"axisUnitVectors":[[1,0,0],[0,1,0],[0,0,1]]})")), "");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, R"({"mcsType":"ECEF","crsEcef":{"id":7662}})",
                                        R"({"mcsType":"UTM","crsHorizontalUtm":{"id":32654},"crsVertical":{"name":"v","definition":"WKT"}})")), "");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, R"("interpolationMode":"nearestNeighbor")", R"("interpolationMode":"IDW","interpNumPosts":2,"dampeningParam":0.5)")), "");
  const std::string at = "$.extensions.NGA_gpm.";
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, "2024-02-29", "2023-02-29")), at + "masterRecord.idInformation.referenceDateTime");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, "[[0,1,0]", "[[0,1.01,0]")), at + "masterRecord.datasetExtentInformation.lsrAxisUnitVectors[0]");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, "[0,0,1],[1,0,0]", "[0,0,1],[0,0,1]")), at + "masterRecord.datasetExtentInformation.lsrAxisUnitVectors");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, R"("parameters":[0,1])", R"("parameters":[0])")), at + "threeDimConformalParams.parameters");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, "SIGR", "SIGZ")), at + "ppeManifest[1]");
  EXPECT_EQ(verdict("NGA_gpm", replaced(gpm, R"("beta":10)", R"("beta":11)")), at + "unmodeledErrorRecord.corrParams[0].beta");
  // Anchor points are in a content of the root tile: of none there is no index.
  const std::string anchors = replaced(gpm, R"("ppeManifest")", R"("anchorPointMetadata":{"placementType":"SeparateContent","contentIndex":1},"ppeManifest")");
  EXPECT_EQ(verdict("NGA_gpm", anchors), at + "anchorPointMetadata.contentIndex");
}

TEST(TileExtensions, GridsAreCheckedWithTheirTiles) {
  EXPECT_EQ(verdict("MAXAR_grid", quad), "");
  EXPECT_EQ(verdict("VRICON_grid", quad), "");
  EXPECT_EQ(verdict("MAXAR_grid", replaced(quad, "UTM54N", "UTM61N")), "$.extensions.MAXAR_grid.srs.coordinateSystem");
  EXPECT_EQ(verdict("MAXAR_grid", replaced(quad, "2005.0", "205")), "$.extensions.MAXAR_grid.srs.epoch");
  // Geodetic coordinates have a reference system of their own, which need not be said.
  const std::string geodetic = replaced(quad, R"("referenceSystem":"ITRF2008","epoch":"2005.0","coordinateSystem":"UTM54N")", R"("coordinateSystem":"GEOD")");
  EXPECT_EQ(verdict("MAXAR_grid", geodetic), "");
  EXPECT_EQ(verdict("MAXAR_grid", replaced(geodetic, "GEOD", "UTM01S")), "$.extensions.MAXAR_grid.srs");
  const std::string tile = R"({"boundingBox":[0,0,1,1,0,9],"level":2,"index":[3,0]})";
  EXPECT_EQ(verdict("MAXAR_grid", quad, with_grid(tile)), "");
  EXPECT_EQ(verdict("MAXAR_grid", quad, with_grid(replaced(tile, "[0,0,1,1", "[2,0,1,1"))), "$.root.extensions.MAXAR_grid.boundingBox");
  EXPECT_EQ(verdict("MAXAR_grid", R"({"type":"s2"})", with_grid(tile)), "$.root.extensions.MAXAR_grid");  // no face
  EXPECT_EQ(verdict("MAXAR_grid", R"({"type":"s2"})", with_grid(replaced(tile, R"("level")", R"("face":5,"level")"))), "");
  EXPECT_EQ(verdict("MAXAR_grid", R"({"type":"geod"})", with_grid(replaced(tile, R"("level")", R"("face":2,"level")"))), "$.root.extensions.MAXAR_grid.face");
}

TEST(TileExtensions, ExtentsAreSimplePolygonsInTheRoot) {
  const std::string ring = "$.features[0].geometry.coordinates[0]";
  EXPECT_EQ(extent_verdict("[[0,0],[0.4,0],[0.4,0.4],[0,0.4],[0,0]]"), "");
  EXPECT_EQ(extent_verdict("[[0,0],[0.4,0],[0.4,0.4],[0,0.4]]"), "");                                      // need not be closed
  EXPECT_EQ(extent_verdict("[[0,0],[0.4,0],[0.4,0.4],[0,0.4],[0,0]],[[0.1,0.1],[0.2,0.1],[0.1,0.2]]"), "");  // a hole
  EXPECT_EQ(extent_verdict("[[0,0],[0.4,0.4],[0.4,0],[0,0.4],[0,0]]"), ring);                             // a bow tie
  EXPECT_EQ(extent_verdict("[[0,0],[0.4,0],[0.2,0],[0.2,0.4],[0,0]]"), ring);                             // back over itself
  EXPECT_EQ(extent_verdict("[[0,0],[0.4,0],[0,0]]"), ring);
  EXPECT_EQ(extent_verdict("[[0,0],[0.6,0],[0.4,0.4],[0,0]]"), ring);  // 0.6 degrees: beyond half a degree
}

TEST(TileExtensions, GeojsonIsContent) {
  const fs::path folder = test::scratch("tile_extensions") / "geojson";
  fs::create_directories(folder);
  test::write(folder / "tileset.json",
              R"({"asset":{"version":"1.1"},"geometricError":9,"extensionsUsed":["MAXAR_content_geojson"],"extensionsRequired":["MAXAR_content_geojson"],"root":{"refine":"ADD",)"
              R"("geometricError":0,"transform":[1,0,0,0, 0,1,0,0, 0,0,1,0, 5,5,5,1],"content":{"uri":"a.geojson"},"boundingVolume":{"region":[2.4,0.6,2.5,0.7,0,100]}}})");
  // A square with a hole and a field; 0.001 degrees at 36 N: 90.1 m by 111.0 m.
  test::write(folder / "a.geojson",
              R"({"type":"FeatureCollection","features":[{"type":"Feature","id":"f1","properties":{"name":"pond","depth":1.5},"geometry":{"type":"Polygon",)"
              R"("coordinates":[[[140,36,50],[140.001,36,50],[140.001,36.001,50],[140,36.001,50],[140,36,50]],[[140.0004,36.0004,50],[140.0006,36.0004,50],[140.0006,36.0006,50],[140.0004,36.0006,50],[140.0004,36.0004,50]]]}},)"
              R"({"type":"Feature","properties":{"name":"other"},"geometry":null}]})");
  JobSystem jobs(2);
  Progress progress;
  const auto model = io::read_tiles(folder, {}, jobs, progress, {});
  ASSERT_TRUE(model.ok()) << model.error().text();
  ASSERT_EQ(model->features.size(), 1u);
  EXPECT_EQ(model->features.find("f1"), 0u);
  double area = 0;
  for (const auto& b : model->batches)
    for (std::size_t i = 0; i < b.mesh.indices.size(); i += 3) {
      glm::dvec3 p[3];
      for (std::size_t k = 0; k < 3; ++k) {
        const auto& v = b.mesh.vertices[b.mesh.indices[i + k]];
        p[k] = {v.x, v.y, v.z};
      }
      const auto n = glm::cross(p[1] - p[0], p[2] - p[0]);
      EXPECT_GT(n.z, 0);  // seen from above
      area += glm::length(n) / 2;
    }
  // Lengths of the sides by chords on the ellipsoid.
  const auto side = [](geo::GeoPoint a, geo::GeoPoint b) { return glm::length(geo::to_ecef(a) - geo::to_ecef(b)); };
  const double whole = side({140, 36, 50}, {140.001, 36, 50}) * side({140, 36, 50}, {140, 36.001, 50});
  EXPECT_NEAR(area, whole * (1 - 0.04), whole * 1e-4);
  EXPECT_NEAR(model->extent.west, 140, 1e-7);
  EXPECT_NEAR(model->extent.north, 36.001, 1e-7);
  EXPECT_NEAR(model->extent.max_height, 50, 0.01);
}

// A picture of 4 by 1 texels: red a number, green a word's code; two features side by side, two texels each. Temperature is
// 2 v + 5 by the texture's own scale and offset; the second feature's texels say 30 and 50, seen alike: 85.
TEST(TileExtensions, PropertyTexturesSpeakOfFeatures) {
  const fs::path folder = test::scratch("property_textures");
  Image image;
  image.width = 4;
  image.height = 1;
  image.rgba = {10, 1, 0, 255, 10, 1, 0, 255, 30, 2, 0, 255, 50, 2, 0, 255};
  ASSERT_TRUE(io::write_png(folder / "values.png", image).ok());
  std::string bin;
  test::put<float>(bin, {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 2, 0, 0, 2, 1, 0, 1, 1, 0});           // two quads
  test::put<float>(bin, {0, 0, 0.5, 0, 0.5, 1, 0, 1, 0.5, 0, 1, 0, 1, 1, 0.5, 1});                              // their texture coordinates
  test::put<float>(bin, {0, 0, 0, 0, 1, 1, 1, 1});                                                              // features
  test::put<std::uint16_t>(bin, {0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7});
  test::write(folder / "a.bin", bin);
  const std::string gltf =
      R"({"asset":{"version":"2.0"},"extensionsUsed":["EXT_mesh_features","EXT_structural_metadata"],"nodes":[{"mesh":0}],"buffers":[{"uri":"a.bin","byteLength":216}],)"
      R"("bufferViews":[{"buffer":0,"byteLength":96},{"buffer":0,"byteOffset":96,"byteLength":64},{"buffer":0,"byteOffset":160,"byteLength":32},{"buffer":0,"byteOffset":192,"byteLength":24}],)"
      R"("accessors":[{"bufferView":0,"componentType":5126,"count":8,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":8,"type":"VEC2"},{"bufferView":2,"componentType":5126,"count":8,"type":"SCALAR"},{"bufferView":3,"componentType":5123,"count":12,"type":"SCALAR"}],)"
      R"("images":[{"uri":"values.png"}],"textures":[{"source":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0,"TEXCOORD_0":1,"_FEATURE_ID_0":2},"indices":3,)"
      R"("extensions":{"EXT_mesh_features":{"featureIds":[{"featureCount":2,"attribute":0}]},"EXT_structural_metadata":{"propertyTextures":[0]}}}]}],)"
      R"("extensions":{"EXT_structural_metadata":{"schema":{"id":"s","enums":{"wall":{"valueType":"UINT8","values":[{"name":"brick","value":1},{"name":"glass","value":2}]}},)"
      R"("classes":{"c":{"properties":{"temperature":{"type":"SCALAR","componentType":"UINT8"},"made_of":{"type":"ENUM","enumType":"wall"}}}}},)"
      R"("propertyTextures":[{"class":"c","properties":{"temperature":{"index":0,"channels":[0],"scale":2,"offset":5},"made_of":{"index":0,"channels":[1]}}}]}}})";
  test::write(folder / "a.gltf", gltf);
  JobSystem jobs(2);
  Progress progress;
  const auto model = io::read_tiles(folder / "a.gltf", {}, jobs, progress, {});
  ASSERT_TRUE(model.ok()) << model.error().text();
  ASSERT_EQ(model->features.size(), 2u);
  const auto real = [&](std::uint32_t row, const char* name) { return std::get<double>(model->features.value(row, name)); };
  EXPECT_EQ(real(0, "temperature"), 25);
  EXPECT_EQ(real(0, "temperature/most"), 25);
  EXPECT_NEAR(real(1, "temperature"), 85, 5);
  EXPECT_EQ(real(1, "temperature/least"), 65);
  EXPECT_EQ(real(1, "temperature/most"), 105);
  EXPECT_EQ(std::get<std::string_view>(model->features.value(0, "made_of")), "brick");
  EXPECT_EQ(std::get<std::string_view>(model->features.value(1, "made_of")), "glass");
  // Broken references are errors with a place.
  for (const auto& [from, to] : {std::pair<const char*, const char*>{R"("propertyTextures":[0])", R"("propertyTextures":[1])"}, {R"("class":"c")", R"("class":"d")"}, {R"("channels":[1])", R"("channels":[7])"},
                                 {R"({"temperature":{"index":0)", R"({"temperature":{"index":9)"}}) {
    test::write(folder / "b.gltf", replaced(gltf, from, to));
    const auto bad = io::read_tiles(folder / "b.gltf", {}, jobs, progress, {});
    ASSERT_FALSE(bad.ok()) << to;
    EXPECT_EQ(bad.error().code, ErrorCode::malformed) << bad.error().text();
    EXPECT_FALSE(bad.error().place.empty());
  }
}
