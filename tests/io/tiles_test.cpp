// 3D Tiles: the formats of 1.0, trees, implicit tiling, packages. Expected values: the OGC standard's formulas and
// layouts, worked out by hand here; positions on Earth from geo::to_ecef, which its own tests check against PROJ.
#include "tenbo/io/tiles.h"

#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <map>

#include "gdal_tools.h"
#include "gltf_support.h"
#include "gzip.h"
#include "tenbo/geo/ellipsoid.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

std::string tile(const std::string& magic, std::string feature_json, std::string feature_bin, std::string batch_json,
                 std::string batch_bin, const std::string& body, int format = -1) {
  feature_json = padded(feature_json, ' ', 8);
  feature_bin = padded(feature_bin, '\0', 8);
  if (!batch_json.empty()) batch_json = padded(batch_json, ' ', 8);
  const std::size_t header = format >= 0 ? 32 : 28;
  const auto n = [](std::size_t v) { return u32(static_cast<std::uint32_t>(v)); };
  return magic + u32(1) +
         n(header + feature_json.size() + feature_bin.size() + batch_json.size() + batch_bin.size() + body.size()) +
         n(feature_json.size()) + n(feature_bin.size()) + n(batch_json.size()) + n(batch_bin.size()) +
         (format >= 0 ? u32(static_cast<std::uint32_t>(format)) : "") + feature_json + feature_bin + batch_json +
         batch_bin + body;
}
Result<std::vector<io::Gltf>> decode(const std::string& file) {
  return io::decode_tile(bytes(file), "test.tile", io::fetch_from_folder("/nonexistent"));
}

std::map<std::string, io::PropertyValue> row(const io::PropertyRows& rows, std::uint64_t i) {
  std::map<std::string, io::PropertyValue> out;
  rows.visit(i, [&](std::string_view n, const io::PropertyValue& v) { out[std::string(n)] = v; });
  return out;
}

constexpr const char* unit_box = R"("boundingVolume":{"box":[0.5,0.5,0.5, 0.5,0,0, 0,0.5,0, 0,0,0.5]})";
std::string tileset(const std::string& root, const std::string& more = {}) {
  return R"({"asset":{"version":"1.1"},"geometricError":10,)" + more + R"("root":{)" + root + "}}";
}
std::string root(const std::string& inner) {
  return std::string(unit_box) + R"(,"refine":"REPLACE","geometricError":5)" + inner;
}

Result<io::TileTree> tree_of(const fs::path& path) {
  std::string entry;
  auto source = io::open_tile_source(path, entry);
  if (!source) return source.error();
  return io::read_tile_tree(**source, entry);
}
Result<io::CityModel> open(const fs::path& path, io::TilesOptions options = {}) {
  JobSystem jobs(2);
  Progress progress;
  return io::read_tiles(path, options, jobs, progress, {});
}

}  // namespace

TEST(Tiles, B3dmHasFeaturesFromItsBatchTable) {
  std::string bin = triangle_bin();
  put<float>(bin, {1, 1, 1});
  const std::string model = glb(
      R"({"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0,"_BATCHID":1}}]}],"buffers":[{"byteLength":48}],"bufferViews":[{"buffer":0,"byteLength":36},)"
      R"({"buffer":0,"byteOffset":36,"byteLength":12}],"accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":3,"type":"SCALAR"}]})",
      bin);
  std::string binary;
  put<double>(binary, {1.5, 2.5});
  const auto models = decode(
      tile("b3dm", R"({"BATCH_LENGTH":2,"RTC_CENTER":[100,200,300]})", "",
           R"({"id":["a","b"],"levels":[3,4],"height":{"byteOffset":0,"componentType":"DOUBLE","type":"SCALAR"}})",
           binary, model));
  ASSERT_TRUE(models.ok()) << models.error().text();
  const auto& g = models->at(0);
  EXPECT_EQ(*g.rtc_center, glm::dvec3(100, 200, 300));
  EXPECT_EQ(g.primitives[0].features, (std::vector<std::uint32_t>{1, 1, 1}));
  ASSERT_EQ(g.primitives[0].properties, 0);
  const auto values = row(*g.properties[0], 1);
  EXPECT_EQ(std::get<std::string>(values.at("id")), "b");
  EXPECT_EQ(std::get<std::int64_t>(values.at("levels")), 4);
  EXPECT_EQ(std::get<double>(values.at("height")), 2.5);

  io::TileMeshOptions options;
  auto mesh = io::mesh_tile(std::vector<io::Gltf>(*models), "x/test.b3dm", glm::dmat4(1), {}, options);
  ASSERT_TRUE(mesh.ok());
  ASSERT_EQ(mesh->features.size(), 1u);  // feature 0 has no vertex
  EXPECT_EQ(mesh->features.id(0), "b");
  EXPECT_EQ(mesh->triangles, 1u);
}

TEST(Tiles, HierarchyGivesAnAncestorsValuesUnderItsClass) {
  const auto models = decode(tile(
      "b3dm", R"({"BATCH_LENGTH":2})", "",
      R"({"extensions":{"3DTILES_batch_table_hierarchy":{"instancesLength":3,"classIds":[0,0,1],"parentIds":[2,2,2],"classes":[)"
      R"({"name":"Wall","length":2,"instances":{"colour":["white","red"]}},{"name":"Building","length":1,"instances":{"year":[1980]}}]}}})",
      "", glb(triangle_json(), triangle_bin())));
  ASSERT_TRUE(models.ok()) << models.error().text();
  const auto& rows = *models->at(0).properties.at(0);
  EXPECT_EQ(rows.type_of(1), "Wall");
  const auto values = row(rows, 1);
  EXPECT_EQ(std::get<std::string>(values.at("colour")), "red");
  EXPECT_EQ(std::get<std::int64_t>(values.at("Building/year")), 1980);
}

TEST(Tiles, I3dmPutsAModelInEveryEncoding) {
  const std::string model = glb(triangle_json(), triangle_bin());
  const auto at = [](const io::Gltf& g, std::size_t i, const glm::dvec3& p) {
    return glm::dvec3(g.placements.at(i).transform * glm::dvec4(p, 1));
  };
  std::string bin;
  put<float>(bin, {1, 2, 3, 4, 5, 6});
  put<float>(bin, {2, 0.5});
  auto plain = decode(tile("i3dm", R"({"INSTANCES_LENGTH":2,"POSITION":{"byteOffset":0},"SCALE":{"byteOffset":24}})",
                           bin, "", "", model, 1));
  ASSERT_TRUE(plain.ok()) << plain.error().text();
  ASSERT_EQ(plain->at(0).placements.size(), 2u);
  // glTF's (0,1,0) is up: z in the tile
  EXPECT_LT(glm::length(at(plain->at(0), 0, {0, 1, 0}) - glm::dvec3(1, 2, 5)), 1e-9);
  EXPECT_LT(glm::length(at(plain->at(0), 1, {1, 0, 0}) - glm::dvec3(4.5, 5, 6)), 1e-9);

  bin.clear();
  put<std::uint16_t>(bin, {0, 32768, 65535, 0});
  put<std::uint16_t>(bin, {32768, 65535, 65535, 32768});  // oct: up (0,1) -> +y, right (1,0) -> +x
  auto quantized = decode(tile(
      "i3dm",
      R"({"INSTANCES_LENGTH":1,"POSITION_QUANTIZED":{"byteOffset":0},"QUANTIZED_VOLUME_OFFSET":[10,10,10],"QUANTIZED_VOLUME_SCALE":[100,100,100],)"
      R"("NORMAL_UP_OCT32P":{"byteOffset":8},"NORMAL_RIGHT_OCT32P":{"byteOffset":12}})",
      bin, "", "", model, 1));
  ASSERT_TRUE(quantized.ok()) << quantized.error().text();
  EXPECT_LT(glm::length(at(quantized->at(0), 0, {0, 0, 0}) - glm::dvec3(10, 10 + 100 * 32768 / 65535.0, 110)), 1e-6);
  EXPECT_LT(glm::length(at(quantized->at(0), 0, {1, 0, 0}) - at(quantized->at(0), 0, {0, 0, 0}) - glm::dvec3(1, 0, 0)),
            1e-3);

  // Up and right given: x goes right, y goes up, z to their cross product (the standard's basis).
  bin.clear();
  put<float>(bin, {0, 0, 0, 0, 0, 1, 0, 1, 0});
  auto turned = decode(tile(
      "i3dm",
      R"({"INSTANCES_LENGTH":1,"POSITION":{"byteOffset":0},"NORMAL_UP":{"byteOffset":12},"NORMAL_RIGHT":{"byteOffset":24}})",
      bin, "", "", model, 1));
  ASSERT_TRUE(turned.ok());
  EXPECT_LT(glm::length(at(turned->at(0), 0, {1, 0, 0}) - glm::dvec3(0, 1, 0)), 1e-9);  // right is +y
  EXPECT_LT(glm::length(at(turned->at(0), 0, {0, 1, 0}) - glm::dvec3(1, 0, 0)),
            1e-9);  // z goes to right x up = y x z = +x

  const auto place = geo::to_ecef({139.7, 35.6, 50});
  char json[300];
  std::snprintf(
      json, sizeof json,
      R"({"INSTANCES_LENGTH":1,"POSITION":{"byteOffset":0},"EAST_NORTH_UP":true,"RTC_CENTER":[%.17g,%.17g,%.17g]})",
      place.x, place.y, place.z);
  bin.clear();
  put<float>(bin, {0, 0, 0});
  auto upright = decode(tile("i3dm", json, bin, "", "", model, 1));
  ASSERT_TRUE(upright.ok()) << upright.error().text();
  const auto top = geo::from_ecef(at(upright->at(0), 0, {0, 10, 0}) + *upright->at(0).rtc_center);
  EXPECT_NEAR(top.height, 60, 1e-6);
  EXPECT_NEAR(top.lon, 139.7, 1e-9);
}

TEST(Tiles, PntsInEveryColour) {
  std::string bin;
  put<std::uint16_t>(bin, {0, 0, 0, 65535, 65535, 65535});
  put<std::uint16_t>(bin, {0xF800, 0x07E0});  // red, green
  auto packed = decode(tile(
      "pnts",
      R"({"POINTS_LENGTH":2,"POSITION_QUANTIZED":{"byteOffset":0},"QUANTIZED_VOLUME_OFFSET":[1,2,3],"QUANTIZED_VOLUME_SCALE":[10,20,30],"RGB565":{"byteOffset":12}})",
      bin, "", "", ""));
  ASSERT_TRUE(packed.ok()) << packed.error().text();
  const auto& p = packed->at(0).primitives[0];
  EXPECT_EQ(p.mode, io::GltfMode::points);
  EXPECT_EQ(glm::dvec3(p.positions[1]) + *packed->at(0).rtc_center, glm::dvec3(11, 22, 33));
  EXPECT_EQ(p.colours[0], (Rgba8{255, 0, 0, 255}));
  EXPECT_EQ(p.colours[1], (Rgba8{0, 255, 0, 255}));
  bin.clear();
  put<float>(bin, {0, 0, 0});
  bin += "\x0A\x14\x1E\xFF";
  bin += "\xFF\x80";  // oct16p: x = 1, y about 0
  auto rgba = decode(tile(
      "pnts",
      R"({"POINTS_LENGTH":1,"POSITION":{"byteOffset":0},"RGBA":{"byteOffset":12},"NORMAL_OCT16P":{"byteOffset":16}})",
      bin, "", "", ""));
  ASSERT_TRUE(rgba.ok()) << rgba.error().text();
  EXPECT_EQ(rgba->at(0).primitives[0].colours[0], (Rgba8{10, 20, 30, 255}));
  EXPECT_GT(rgba->at(0).primitives[0].normals[0].x, 0.99f);
  auto constant = decode(
      tile("pnts", R"({"POINTS_LENGTH":1,"POSITION":{"byteOffset":0},"CONSTANT_RGBA":[1,2,3,255]})", bin, "", "", ""));
  ASSERT_TRUE(constant.ok());
  EXPECT_EQ(constant->at(0).materials[0].colour, (Rgba8{1, 2, 3, 255}));
  auto mesh = io::mesh_tile(std::move(*rgba), "p.pnts", glm::dmat4(1), {}, {});
  ASSERT_TRUE(mesh.ok());
  EXPECT_EQ(mesh->points, 1u);
  ASSERT_EQ(mesh->batches.size(), 1u);
  EXPECT_TRUE(mesh->batches[0].vertex_colours);
  EXPECT_EQ(mesh->batches[0].mesh.vertices[0].u, 10 + 256 * 20 + 65536 * 30);
}

TEST(Tiles, CompositesHoldTheirPartsAndNothingMore) {
  const std::string part = tile("b3dm", R"({"BATCH_LENGTH":0})", "", "", "", triangle_glb());
  const auto composite = [](std::uint32_t parts, const std::string& body) {
    return "cmpt" + u32(1) + u32(static_cast<std::uint32_t>(16 + body.size())) + u32(parts) + body;
  };
  const auto two = decode(composite(2, part + part));
  ASSERT_TRUE(two.ok()) << two.error().text();
  EXPECT_EQ(two->size(), 2u);
  EXPECT_FALSE(decode(composite(3, part + part)).ok());
  std::string nested = part;
  for (int i = 0; i < 12; ++i) nested = composite(1, nested);
  const auto deep = decode(nested);
  ASSERT_FALSE(deep.ok());
  EXPECT_NE(deep.error().message.find("nested"), std::string::npos);
}

TEST(Tiles, CutOffTilesAreRefusedEverywhere) {
  std::string bin;
  put<float>(bin, {1, 2, 3, 4, 5, 6});
  for (const auto& file :
       {tile("b3dm", R"({"BATCH_LENGTH":1})", "", R"({"id":["a"]})", "", triangle_glb()),
        tile("i3dm", R"({"INSTANCES_LENGTH":2,"POSITION":{"byteOffset":0}})", bin, "", "", triangle_glb(), 1),
        tile("pnts", R"({"POINTS_LENGTH":2,"POSITION":{"byteOffset":0}})", bin, "", "", "")}) {
    EXPECT_TRUE(decode(file).ok());
    for (std::size_t n = 0; n < file.size(); ++n) {
      const auto cut = decode(file.substr(0, n));
      EXPECT_FALSE(cut.ok()) << file.substr(0, 4) << " " << n;
      if (!cut.ok()) {
        EXPECT_NE(cut.error().code, ErrorCode::internal) << cut.error().text();
      }
    }
  }
  // More than the table has, more than memory has.
  EXPECT_FALSE(decode(tile("pnts", R"({"POINTS_LENGTH":3,"POSITION":{"byteOffset":0}})", bin, "", "", "")).ok());
  EXPECT_FALSE(decode(tile("pnts", R"({"POINTS_LENGTH":90000000,"POSITION":{"byteOffset":0}})", bin, "", "", "")).ok());
  EXPECT_FALSE(
      decode(tile("i3dm", R"({"INSTANCES_LENGTH":-1,"POSITION":{"byteOffset":0}})", bin, "", "", triangle_glb(), 1))
          .ok());
}

TEST(Tiles, ErrorsNameTheJsonPath) {
  const auto dir = scratch("tiles_errors");
  const auto refused = [&](const std::string& json, const std::string& place, const std::string& word) {
    write(dir / "tileset.json", json);
    const auto t = tree_of(dir);
    ASSERT_FALSE(t.ok()) << json;
    EXPECT_EQ(t.error().place, place) << t.error().text();
    EXPECT_NE(t.error().message.find(word), std::string::npos) << t.error().text();
    EXPECT_EQ(t.error().file, (dir / "tileset.json").string());
  };
  refused("{", "line 1", "JSON");
  refused(R"({"asset":{}})", "$.asset", "version");
  refused(R"({"asset":{"version":"2.0"}})", "$.asset.version", "1.0 and 1.1");
  refused(R"({"asset":{"version":"1.1"},"geometricError":-1})", "$.geometricError", "0 or more");
  refused(tileset(R"("geometricError":1)"), "$.root", "boundingVolume");
  refused(tileset(R"("boundingVolume":{"box":[1,2,3]},"geometricError":1)"), "$.root.boundingVolume.box", "12");
  refused(tileset(R"("boundingVolume":{"region":[0,1,0,0.5,0,1]},"geometricError":1)"), "$.root.boundingVolume.region",
          "south");
  refused(tileset(R"("boundingVolume":{},"geometricError":1)"), "$.root.boundingVolume", "neither");
  refused(tileset(root(R"(,"content":{"uri":"../x.glb"})")), "$.root.content.uri", "outside");
  refused(tileset(root(R"(,"content":{"uri":"http://a/x.glb"})")), "$.root.content.uri", "URL");
  refused(tileset(root(R"(,"content":{},"contents":[])")), "$.root", "both");
  refused(tileset(root(R"(,"children":[{)" + root("") + "},{}]")), "$.root.children[1]", "boundingVolume");
  refused(tileset(root(""), R"("extensionsUsed":["A_b"],"extensionsRequired":["A_b"],)"), "$.extensionsRequired[0]",
          "A_b");
  refused(tileset(root(""), R"("extensionsUsed":["A_b","A_b"],)"), "$.extensionsUsed[1]", "twice");
  refused(tileset(root(R"(,"refine":"MAYBE")")), "$.root.refine", "ADD or REPLACE");
  refused(tileset(root(R"(,"metadata":{"class":"c"})")), "$.root.metadata", "schema");
}

TEST(Tiles, LeavesAreDrawnAndParentsStandInForWhatIsMissing) {
  const auto dir = scratch("tiles_leaves");
  const auto transform = R"(,"transform":[1,0,0,0, 0,1,0,0, 0,0,1,0, 1000,0,0,1])";
  write(dir / "a.glb", triangle_glb());
  write(dir / "b.glb", triangle_glb());
  write(dir / "tileset.json", tileset(root(R"(,"content":{"uri":"a.glb"},"children":[{)" +
                                           root(std::string(transform) + R"(,"content":{"uri":"b.glb"})") + "}]")));
  auto t = tree_of(dir);
  ASSERT_TRUE(t.ok()) << t.error().text();
  ASSERT_EQ(t->tiles.size(), 2u);
  EXPECT_FALSE(t->on_earth);
  EXPECT_EQ(std::get<io::TileBox>(t->tiles[1].volume).centre, glm::dvec3(1000.5, 0.5, 0.5));
  auto replaced = open(dir);
  ASSERT_TRUE(replaced.ok()) << replaced.error().text();
  EXPECT_EQ(replaced->triangles, 1u);
  EXPECT_EQ(replaced->features.id(0), "b.glb");
  fs::remove(dir / "b.glb");
  auto coarse = open(dir);
  ASSERT_TRUE(coarse.ok());
  EXPECT_EQ(coarse->features.id(0), "a.glb");
  EXPECT_EQ(coarse->diagnostics.errors.size(), 1u);
  write(dir / "b.glb", triangle_glb());
  std::string add = slurp(dir / "tileset.json");
  add.replace(add.find("REPLACE"), 7, "ADD");
  write(dir / "tileset.json", add);
  auto both = open(dir);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->triangles, 2u);
}

TEST(Tiles, APlaceOnEarthIsWhereTheTransformSays) {
  const auto dir = scratch("tiles_place");
  const geo::GeoPoint at{139.767, 35.681, 40};
  const auto frame = geo::LocalFrame::at(at);
  std::string matrix;
  for (int c = 0; c < 4; ++c)
    for (int r = 0; r < 4; ++r) {
      char n[40];
      std::snprintf(n, sizeof n, "%.17g", c < 3 ? (r < 3 ? frame.axes[c][r] : 0.0) : r < 3 ? frame.origin[r] : 1.0);
      matrix += (matrix.empty() ? "" : ",") + std::string(n);
    }
  write(dir / "a.glb", triangle_glb("", R"(,"translation":[0,7,0])"));
  write(dir / "tileset.json", tileset(root(R"(,"transform":[)" + matrix + R"(],"content":{"uri":"a.glb"})")));
  auto m = open(dir);
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_EQ(m->vertical, geo::VerticalKind::ellipsoidal);
  EXPECT_EQ(m->crs.id(), "EPSG:4979");
  EXPECT_NEAR(m->extent.west, 139.767, 1e-8);
  EXPECT_NEAR(m->extent.min_height, 47, 1e-4);  // 40 and 7 up
  EXPECT_NEAR(m->extent.max_height, 48, 1e-4);  // glTF's y is up
  const auto top = geo::to_ecef({139.767, 35.681, 48});
  double nearest = 1e9;
  for (const auto& v : m->batches.at(0).mesh.vertices)
    nearest = std::min(nearest, glm::length(m->batches[0].frame.to_world({v.x, v.y, v.z}) - top));
  EXPECT_LT(nearest, 1e-4);
}

TEST(Tiles, ExternalTilesetsNestButNotInCircles) {
  const auto dir = scratch("tiles_external");
  fs::create_directories(dir / "sub");
  write(dir / "sub/a.glb", triangle_glb());
  write(dir / "tileset.json", tileset(root(R"(,"content":{"uri":"sub/inner.json"})")));
  write(dir / "sub/inner.json", tileset(root(R"(,"content":{"uri":"a.glb"})")));
  auto good = open(dir);
  ASSERT_TRUE(good.ok()) << good.error().text();
  EXPECT_EQ(good->triangles, 1u);
  write(dir / "sub/inner.json", tileset(root(R"(,"content":{"uri":"../tileset.json"})")));
  const auto circle = open(dir);
  ASSERT_FALSE(circle.ok());
  EXPECT_NE(circle.error().message.find("contains itself"), std::string::npos) << circle.error().text();
}

TEST(Tiles, ImplicitQuadtreesFollowTheirBits) {
  const auto dir = scratch("tiles_implicit");
  // Two levels a subtree, three levels in all. Root and its children 0 and 3 (Morton: south-west, north-east); a child
  // subtree under 3's child 1: Morton place 3 * 4 + 1 = 13, x = 3, y = 2 of level 2. Content in tile 3 and in the child
  // subtree's root.
  const auto subtree = [](std::uint8_t tiles, std::uint16_t children, std::uint8_t contents) {
    std::string bin;
    put<std::uint8_t>(bin, {tiles, 0, 0, 0, 0, 0, 0, 0});
    put<std::uint16_t>(bin, {children, 0, 0, 0});
    put<std::uint8_t>(bin, {contents, 0, 0, 0, 0, 0, 0, 0});
    const std::string json = padded(
        R"({"buffers":[{"byteLength":24}],"bufferViews":[{"buffer":0,"byteOffset":0,"byteLength":1},{"buffer":0,"byteOffset":8,"byteLength":2},{"buffer":0,"byteOffset":16,"byteLength":1}],)"
        R"("tileAvailability":{"bitstream":0},"contentAvailability":[{"bitstream":2}],"childSubtreeAvailability":{"bitstream":1}})",
        ' ', 8);
    return "subt" + u32(1) + u64(json.size()) + u64(bin.size()) + json + bin;
  };
  write(dir / "0.0.0.subtree", subtree(0b10011, 1 << 13, 0b10000));
  write(
      dir / "2.3.2.subtree",
      R"({"tileAvailability":{"constant":1},"contentAvailability":[{"constant":1}],"childSubtreeAvailability":{"constant":0}})");
  for (const char* name : {"1.1.1.glb", "2.3.2.glb"}) write(dir / name, triangle_glb());
  const std::string implicit =
      R"(,"content":{"uri":"{level}.{x}.{y}.glb"},"implicitTiling":{"subdivisionScheme":"QUADTREE","subtreeLevels":2,"availableLevels":3,"subtrees":{"uri":"{level}.{x}.{y}.subtree"}})";
  write(dir / "tileset.json", tileset(root(implicit)));
  auto t = tree_of(dir);
  ASSERT_TRUE(t.ok()) << t.error().text();
  ASSERT_EQ(t->tiles.size(), 4u);  // root, 0, 3, and 2.3.2 (its children are beyond the levels there are)
  const auto& last = t->tiles.back();
  ASSERT_EQ(last.contents.size(), 1u);
  EXPECT_EQ(last.contents[0].name, "2.3.2.glb");
  EXPECT_EQ(last.geometric_error, 5 / 4.0);
  const auto& box = std::get<io::TileBox>(last.volume);  // x from 3/4 to 1, y from 2/4 to 3/4, the whole of z
  EXPECT_EQ(box.centre, glm::dvec3(0.875, 0.625, 0.5));
  EXPECT_EQ(box.half_axes[0].x, 0.125);
  EXPECT_EQ(box.half_axes[2].z, 0.5);
  EXPECT_TRUE(t->diagnostics.errors.empty());
  auto model = open(dir);
  ASSERT_TRUE(model.ok()) << model.error().text();
  EXPECT_EQ(model->triangles, 1u);  // the leaf alone

  write(dir / "0.0.0.subtree", subtree(0b00001, 1 << 13, 0));  // a child of what is not there
  EXPECT_FALSE(tree_of(dir).ok());
  const std::string whole = subtree(0b10011, 1 << 13, 0b10000);
  for (std::size_t n = 0; n < whole.size(); n += 3) {
    write(dir / "0.0.0.subtree", whole.substr(0, n));
    EXPECT_FALSE(tree_of(dir).ok()) << n;
  }
}

TEST(Tiles, MetadataOfEveryLevelComesWithTheFeatures) {
  const auto dir = scratch("tiles_metadata");
  write(dir / "a.glb", triangle_glb());
  write(
      dir / "tileset.json",
      tileset(
          root(
              R"(,"metadata":{"class":"c","properties":{"n":2}},"content":{"uri":"a.glb","group":0,"metadata":{"class":"c","properties":{"n":3}}})"),
          R"("schema":{"id":"s","classes":{"c":{"properties":{"n":{"type":"SCALAR","componentType":"UINT8"}}}}},"metadata":{"class":"c","properties":{"n":1}},"groups":[{"class":"c","properties":{"n":4}}],)"));
  auto m = open(dir);
  ASSERT_TRUE(m.ok()) << m.error().text();
  for (const auto& [name, value] :
       {std::pair<const char*, std::int64_t>{"tileset/n", 1}, {"tile/n", 2}, {"content/n", 3}, {"group/n", 4}})
    EXPECT_EQ(std::get<std::int64_t>(m->features.value(0, name)), value) << name;
}

TEST(Tiles, SubtreesHaveMetadataOfTheirOwnOfTilesAndOfContents) {
  // A subtree of two levels with the root, and its children 0 and 2; contents in the children. The tables are laid out as the
  // 3D Metadata Specification says: a row for each tile (and content) that is available, in the order of their bits; strings by
  // their bytes and 32-bit offsets. What has one of the semantics of its Semantic Reference takes the place of what is implied.
  const auto dir = scratch("tiles_subtree_metadata");
  std::string bin;
  put<std::uint8_t>(bin, {0b01011, 0b01010, 0, 0, 0, 0, 0, 0});
  put<float>(bin, {7, 6, 5, 0});                                  // at 8: errors
  put<double>(bin, {0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.25,        // at 24: boxes
                    0.25, 0.25, 0.5, 0.125, 0, 0, 0, 0.25, 0, 0, 0, 0.5,
                    0.25, 0.75, 0.5, 0.25, 0, 0, 0, 0.125, 0, 0, 0, 0.5});
  put<std::uint32_t>(bin, {0, 5, 5, 8});                          // at 312: where the names begin and end
  bin += "southup!";                                              // at 328: "south", "", "up!"
  put<std::uint16_t>(bin, {300, 40, 0, 0});                       // at 336: of the two contents
  ASSERT_EQ(bin.size(), 344u);
  const auto subtree = [&](const std::string& tiles, const std::string& contents) {
    const std::string json = padded(
        R"({"buffers":[{"byteLength":344}],"bufferViews":[{"buffer":0,"byteOffset":0,"byteLength":1},{"buffer":0,"byteOffset":1,"byteLength":1},{"buffer":0,"byteOffset":8,"byteLength":12},)"
        R"({"buffer":0,"byteOffset":24,"byteLength":288},{"buffer":0,"byteOffset":312,"byteLength":16},{"buffer":0,"byteOffset":328,"byteLength":8},{"buffer":0,"byteOffset":336,"byteLength":4}],)"
        R"("propertyTables":[{"class":"t","count":)" + tiles + R"(,"properties":{"error":{"values":2},"box":{"values":3},"name":{"values":5,"stringOffsets":4}}},)"
        R"({"class":"c","count":)" + contents + R"(,"properties":{"cars":{"values":6}}}],)"
        R"("tileMetadata":0,"contentMetadata":[1],"subtreeMetadata":{"class":"s","properties":{"author":"A","count":9}},)"
        R"("tileAvailability":{"bitstream":0},"contentAvailability":[{"bitstream":1}],"childSubtreeAvailability":{"constant":0}})", ' ', 8);
    return "subt" + u32(1) + u64(json.size()) + u64(bin.size()) + json + bin;
  };
  write(dir / "0.0.0.subtree", subtree("3", "2"));
  for (const char* name : {"1.0.0.glb", "1.0.1.glb"}) write(dir / name, triangle_glb());
  write(dir / "tileset.json", tileset(
      root(R"(,"content":{"uri":"{level}.{x}.{y}.glb"},"implicitTiling":{"subdivisionScheme":"QUADTREE","subtreeLevels":2,"availableLevels":2,"subtrees":{"uri":"{level}.{x}.{y}.subtree"}})"),
      R"("schema":{"id":"s","classes":{"t":{"properties":{"error":{"type":"SCALAR","componentType":"FLOAT32","semantic":"TILE_GEOMETRIC_ERROR"},)"
      R"("box":{"type":"SCALAR","componentType":"FLOAT64","array":true,"count":12,"semantic":"TILE_BOUNDING_BOX"},"name":{"type":"STRING"}}},)"
      R"("c":{"properties":{"cars":{"type":"SCALAR","componentType":"UINT16"}}},"s":{"properties":{"author":{"type":"STRING"},"count":{"type":"SCALAR","componentType":"UINT8"}}}}},)"));
  const auto t = tree_of(dir);
  ASSERT_TRUE(t.ok()) << t.error().text();
  ASSERT_EQ(t->tiles.size(), 3u);
  const auto text = [](const std::shared_ptr<const io::TileAttributes>& of, const std::string& name) -> std::string {
    if (!of) return "nothing";
    for (const auto& [n, v] : *of)
      if (n == name) return std::holds_alternative<std::string>(v) ? std::get<std::string>(v) : std::holds_alternative<std::int64_t>(v) ? std::to_string(std::get<std::int64_t>(v)) : "other";
    return "missing";
  };
  const double errors[] = {7, 6, 5};
  const char* names[] = {"south", "", "up!"};
  const glm::dvec3 centres[] = {{0.5, 0.5, 0.5}, {0.25, 0.25, 0.5}, {0.25, 0.75, 0.5}};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& tile = t->tiles[i];
    EXPECT_EQ(tile.geometric_error, errors[i]);
    EXPECT_EQ(text(tile.attributes, "tile/name"), names[i]);
    EXPECT_EQ(text(tile.attributes, "subtree/author"), "A");
    EXPECT_EQ(text(tile.attributes, "subtree/count"), "9");
    const auto& box = std::get<io::TileBox>(tile.volume);
    EXPECT_EQ(box.centre, centres[i]);
  }
  EXPECT_EQ(std::get<io::TileBox>(t->tiles[1].volume).half_axes[0].x, 0.125);  // implied were 0.25
  EXPECT_EQ(std::get<io::TileBox>(t->tiles[0].volume).half_axes[2].z, 0.25);
  ASSERT_EQ(t->tiles[2].contents.size(), 1u);
  EXPECT_EQ(text(t->tiles[1].contents[0].attributes, "content/cars"), "300");
  EXPECT_EQ(text(t->tiles[2].contents[0].attributes, "content/cars"), "40");
  const auto m = open(dir);
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_EQ(m->triangles, 2u);
  // Fewer rows than there are tiles, or contents.
  write(dir / "0.0.0.subtree", subtree("2", "2"));
  EXPECT_FALSE(tree_of(dir).ok());
  write(dir / "0.0.0.subtree", subtree("3", "1"));
  EXPECT_FALSE(tree_of(dir).ok());
}

TEST(Tiles, GzippedFilesAndArchivesAreTheSame) {
  const auto dir = scratch("tiles_packed");
  fs::create_directories(dir / "in");
  write(dir / "in/a.glb", gzipped(triangle_glb()));
  write(dir / "in/tileset.json", gzipped(tileset(root(R"(,"content":{"uri":"a.glb"})"))));
  auto folder = open(dir / "in");
  ASSERT_TRUE(folder.ok()) << folder.error().text();
  EXPECT_EQ(folder->triangles, 1u);
  int status = 1;
  run("cd " + quoted(dir / "in") + " && python3 -m zipfile -c ../set.3tz tileset.json a.glb", &status);
  ASSERT_EQ(status, 0);
  auto archive = open(dir / "set.3tz");
  ASSERT_TRUE(archive.ok()) << archive.error().text();
  EXPECT_EQ(archive->triangles, 1u);
  run("cd " + quoted(dir) +
          " && python3 -c \"import sqlite3; c = sqlite3.connect('set.3dtiles'); c.execute('create table media (key "
          "text primary key, content blob)'); "
          "[c.execute('insert into media values (?, ?)', (k, open('in/' + k, 'rb').read())) for k in ('tileset.json', "
          "'a.glb')]; c.commit()\"",
      &status);
  ASSERT_EQ(status, 0);
  auto database = open(dir / "set.3dtiles");
  ASSERT_TRUE(database.ok()) << database.error().text();
  EXPECT_EQ(database->triangles, 1u);
  const std::string whole = slurp(dir / "set.3tz");
  write(dir / "cut.3tz", whole.substr(0, whole.size() / 2));
  EXPECT_FALSE(open(dir / "cut.3tz").ok());
  write(dir / "in/tileset.json", slurp(dir / "in/tileset.json").substr(0, 40));
  EXPECT_FALSE(open(dir / "in").ok());
}

TEST(Tiles, ABudgetLeavesTilesCoarse) {
  const auto dir = scratch("tiles_budget");
  write(dir / "coarse.glb", triangle_glb());
  write(dir / "fine.glb", triangle_glb("", "", R"(,"extras":")" + std::string(200'000, 'x') + "\""));
  write(dir / "tileset.json", tileset(root(R"(,"content":{"uri":"coarse.glb"},"children":[{)" +
                                           root(R"(,"content":{"uri":"fine.glb"})") + "}]")));
  io::TilesOptions options;
  options.memory = 1'000'000;
  auto m = open(dir, options);
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_EQ(m->features.id(0), "coarse.glb");
  ASSERT_FALSE(m->diagnostics.warnings.empty());
  EXPECT_NE(m->diagnostics.warnings[0].message.find("coarser"), std::string::npos);
}
