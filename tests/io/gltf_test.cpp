// Our glTF reader. Expected values: the glTF 2.0 specification's formulas, worked out by hand here; files that the
// encoders of Draco and meshoptimizer wrote; the JSON of the sample models.
#include "tenbo/io/gltf.h"

#include <draco/compression/encode.h>
#include <draco/mesh/triangle_soup_mesh_builder.h>
#include <gtest/gtest.h>
#include <meshoptimizer.h>

#include <cmath>

#include "gdal_tools.h"
#include "gltf_support.h"

namespace fs = std::filesystem;
using namespace tenbo;
using namespace tenbo::test;

namespace {

void expect_near(const glm::dvec3& a, const glm::dvec3& b, double tolerance = 1e-6) {
  EXPECT_NEAR(a.x, b.x, tolerance);
  EXPECT_NEAR(a.y, b.y, tolerance);
  EXPECT_NEAR(a.z, b.z, tolerance);
}
glm::dvec3 placed(const io::Gltf& g, std::size_t placement, std::size_t vertex) {
  const auto& p = g.placements.at(placement);
  return glm::dvec3(p.transform * glm::dvec4(g.primitives.at(p.primitive).positions.at(vertex), 1));
}
void expect_refused(const std::string& file, const std::string& word, const std::string& place = {}) {
  const auto g = read(file);
  ASSERT_FALSE(g.ok()) << word;
  EXPECT_NE(g.error().message.find(word), std::string::npos) << g.error().text();
  EXPECT_NE(g.error().place.find(place), std::string::npos) << g.error().text();
  EXPECT_EQ(g.error().file, "test.glb");
  EXPECT_NE(g.error().code, ErrorCode::internal);
}

}  // namespace

TEST(Gltf, TransformsOfNodesMultiplyDownTheTree) {
  // Parent: translation (10,0,0), a quarter turn about y (x -> -z), scale 2. Child: the same as a column-major matrix
  // that moves by (0,0,5).
  const std::string json =
      R"({"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[{"translation":[10,0,0],"rotation":[0,0.7071067811865476,0,0.7071067811865476],"scale":[2,2,2],"children":[1]},)"
      R"({"mesh":0,"matrix":[1,0,0,0,0,1,0,0,0,0,1,0,0,0,5,1]}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"buffers":[{"byteLength":36}],"bufferViews":[{"buffer":0,"byteLength":36}],)"
      R"("accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}]})";
  const auto g = read(glb(json, triangle_bin()));
  ASSERT_TRUE(g.ok()) << g.error().text();
  ASSERT_EQ(g->placements.size(), 1u);
  // (0,0,0) -> (0,0,5) -> x2 (0,0,10) -> turned (10,0,0) -> moved (20,0,0); (1,0,0) -> (2,0,10) -> (10,0,-2) ->
  // (20,0,-2)
  expect_near(placed(*g, 0, 0), {20, 0, 0});
  expect_near(placed(*g, 0, 1), {20, 0, -2});
  EXPECT_EQ(g->primitives[0].indices, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(Gltf, EveryModeBecomesAList) {
  const auto indices = [](int mode) {
    std::string bin;
    put<float>(bin, {0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0});
    const std::string json =
        R"({"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"mode":)" + std::to_string(mode) +
        R"(,"attributes":{"POSITION":0}}]}],"buffers":[{"byteLength":48}],"bufferViews":[{"buffer":0,"byteLength":48}],)"
        R"("accessors":[{"bufferView":0,"componentType":5126,"count":4,"type":"VEC3"}]})";
    auto g = read(glb(json, bin));
    EXPECT_TRUE(g.ok());
    return g->primitives.at(0).indices;
  };
  using List = std::vector<std::uint32_t>;
  EXPECT_EQ(indices(0), (List{0, 1, 2, 3}));
  EXPECT_EQ(indices(1), (List{0, 1, 2, 3}));
  EXPECT_EQ(indices(2), (List{0, 1, 1, 2, 2, 3, 3, 0}));
  EXPECT_EQ(indices(3), (List{0, 1, 1, 2, 2, 3}));
  EXPECT_EQ(indices(4), (List{0, 1, 2}));           // a rest of one is dropped
  EXPECT_EQ(indices(5), (List{0, 1, 2, 2, 1, 3}));  // the second of a strip is turned, so that both face one way
  EXPECT_EQ(indices(6), (List{0, 1, 2, 0, 2, 3}));
}

TEST(Gltf, SparseAccessorsReplaceValues) {
  std::string bin = triangle_bin();
  put<std::uint16_t>(bin, {2, 0});  // index 2, then padding
  put<float>(bin, {7, 8, 9});
  const std::string json =
      R"({"asset":{"version":"2.0"},"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}},{"attributes":{"POSITION":1}}]}],"buffers":[{"byteLength":52}],)"
      R"("bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":2},{"buffer":0,"byteOffset":40,"byteLength":12}],)"
      R"("accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":1,"indices":{"bufferView":1,"componentType":5123},"values":{"bufferView":2}}},)"
      R"({"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":1,"indices":{"bufferView":1,"componentType":5123},"values":{"bufferView":2}}}]})";
  const auto g = read(glb(json, bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  EXPECT_EQ(g->primitives[0].positions[2], glm::vec3(7, 8, 9));
  EXPECT_EQ(g->primitives[0].positions[1], glm::vec3(1, 0, 0));
  EXPECT_EQ(g->primitives[1].positions[0], glm::vec3(0));  // no view: zeros
  EXPECT_EQ(g->primitives[1].positions[2], glm::vec3(7, 8, 9));
}

TEST(Gltf, NormalisedIntegersOfQuantizedMeshes) {
  std::string bin;
  put<std::int16_t>(bin, {-32768, 0, 0, 0, 32767, 0, 0, 0, 0, 16384, 0, 0});  // with a stride of 8
  const std::string json =
      R"({"asset":{"version":"2.0"},"extensionsRequired":["KHR_mesh_quantization"],"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"buffers":[{"byteLength":24}],)"
      R"("bufferViews":[{"buffer":0,"byteLength":24,"byteStride":8}],"accessors":[{"bufferView":0,"componentType":5122,"normalized":true,"count":3,"type":"VEC3"}]})";
  const auto g = read(glb(json, bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  expect_near(g->primitives[0].positions[0], {-1, 0, 0});  // max(c / 32767, -1)
  expect_near(g->primitives[0].positions[1], {1, 0, 0});
  expect_near(g->primitives[0].positions[2], {0, 16384 / 32767.0, 0});
}

TEST(Gltf, MeshoptBuffersAreDecoded) {
  const std::vector<float> positions{0, 0, 0, 3, 0, 0, 0, 4, 0, 3, 4, 0};
  const std::vector<std::uint32_t> triangles{0, 1, 2, 2, 1, 3};
  std::vector<unsigned char> vertices(meshopt_encodeVertexBufferBound(4, 12)),
      faces(meshopt_encodeIndexBufferBound(6, 4));
  vertices.resize(meshopt_encodeVertexBuffer(vertices.data(), vertices.size(), positions.data(), 4, 12));
  faces.resize(meshopt_encodeIndexBuffer(faces.data(), faces.size(), triangles.data(), 6));
  std::string bin;
  put(bin, vertices);
  put(bin, faces);
  const auto extension = [&](std::size_t offset, std::size_t length, int stride, int count, const char* mode) {
    return R"("extensions":{"EXT_meshopt_compression":{"buffer":0,"byteOffset":)" + std::to_string(offset) +
           R"(,"byteLength":)" + std::to_string(length) + R"(,"byteStride":)" + std::to_string(stride) +
           R"(,"count":)" + std::to_string(count) + R"(,"mode":")" + mode + "\"}}";
  };
  const std::string json =
      R"({"asset":{"version":"2.0"},"extensionsRequired":["EXT_meshopt_compression"],"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1}]}],"buffers":[{"byteLength":)" +
      std::to_string(bin.size()) +
      R"(},{"byteLength":72,"extensions":{"EXT_meshopt_compression":{"fallback":true}}}],"bufferViews":[{"buffer":1,"byteLength":48,)" +
      extension(0, vertices.size(), 12, 4, "ATTRIBUTES") + R"(},{"buffer":1,"byteOffset":48,"byteLength":24,)" +
      extension(vertices.size(), faces.size(), 4, 6, "TRIANGLES") +
      R"(}],"accessors":[{"bufferView":0,"componentType":5126,"count":4,"type":"VEC3"},{"bufferView":1,"componentType":5125,"count":6,"type":"SCALAR"}]})";
  const auto g = read(glb(json, bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  EXPECT_EQ(g->primitives[0].positions[3], glm::vec3(3, 4, 0));
  // The codec may turn a triangle's corners round, not over.
  const auto& i = g->primitives[0].indices;
  ASSERT_EQ(i.size(), 6u);
  std::string broken = bin;
  broken[0] = 'x';
  expect_refused(glb(json, broken), "meshopt data is broken");
}

TEST(Gltf, DracoMeshesAreDecoded) {
  draco::TriangleSoupMeshBuilder builder;
  builder.Start(2);
  const int position = builder.AddAttribute(draco::GeometryAttribute::POSITION, 3, draco::DT_FLOAT32);
  const float a[] = {0, 0, 0}, b[] = {5, 0, 0}, c[] = {0, 6, 0}, d[] = {5, 6, 0};
  builder.SetAttributeValuesForFace(position, draco::FaceIndex(0), a, b, c);
  builder.SetAttributeValuesForFace(position, draco::FaceIndex(1), c, b, d);
  auto mesh = builder.Finalize();
  draco::Encoder encoder;
  draco::EncoderBuffer buffer;
  ASSERT_TRUE(encoder.EncodeMeshToBuffer(*mesh, &buffer).ok());
  const std::string bin(buffer.data(), buffer.size());
  const std::string json =
      R"({"asset":{"version":"2.0"},"extensionsRequired":["KHR_draco_mesh_compression"],"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1,)"
      R"("extensions":{"KHR_draco_mesh_compression":{"bufferView":0,"attributes":{"POSITION":)" +
      std::to_string(mesh->attribute(position)->unique_id()) + R"(}}}}]}],"buffers":[{"byteLength":)" +
      std::to_string(bin.size()) + R"(}],"bufferViews":[{"buffer":0,"byteLength":)" + std::to_string(bin.size()) +
      R"(}],"accessors":[{"componentType":5126,"count":4,"type":"VEC3"},{"componentType":5125,"count":6,"type":"SCALAR"}]})";
  const auto g = read(glb(json, bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  ASSERT_EQ(g->primitives[0].indices.size(), 6u);
  double area = 0;
  for (std::size_t t = 0; t < 6; t += 3) {
    const auto at = [&](std::size_t k) {
      return glm::dvec3(g->primitives[0].positions[g->primitives[0].indices[t + k]]);
    };
    const auto u = at(1) - at(0), v = at(2) - at(0);
    area += (u.x * v.y - u.y * v.x) / 2;
  }
  EXPECT_NEAR(area, 30, 0.01);  // 5 by 6, both facing up
  expect_refused(glb(json, std::string(bin.size(), 'x')), "Draco data is broken");
}

TEST(Gltf, InstancesStandWhereTheirAttributesSay) {
  std::string bin = triangle_bin();
  put<float>(bin, {1, 2, 3, 10, 20, 30});
  put<float>(bin, {1, 1, 1, 2, 2, 2});
  const std::string json =
      R"({"asset":{"version":"2.0"},"extensionsRequired":["EXT_mesh_gpu_instancing"],"nodes":[{"mesh":0,"translation":[100,0,0],"extensions":{"EXT_mesh_gpu_instancing":{"attributes":{"TRANSLATION":1,"SCALE":2}},)"
      R"("EXT_instance_features":{"featureIds":[{"featureCount":2}]}}}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"buffers":[{"byteLength":84}],)"
      R"("bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":24},{"buffer":0,"byteOffset":60,"byteLength":24}],)"
      R"("accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":2,"type":"VEC3"},{"bufferView":2,"componentType":5126,"count":2,"type":"VEC3"}]})";
  const auto g = read(glb(json, bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  ASSERT_EQ(g->placements.size(), 2u);
  expect_near(placed(*g, 0, 1), {102, 2, 3});
  expect_near(placed(*g, 1, 1), {112, 20, 30});
  EXPECT_EQ(g->placements[1].feature, 1u);
}

TEST(Gltf, FeatureIdsAndTheirPropertyTable) {
  std::string bin = triangle_bin();
  put<float>(bin, {1, 1, 0});          // _FEATURE_ID_0: 36..48
  put<std::uint32_t>(bin, {0, 3, 6});  // offsets of "abc", "é!": 48..60
  bin += "abc\xC3\xA9!";               // 60..66
  bin += std::string(2, '\0');
  put<std::int16_t>(bin, {-5, 1234});  // 68..72
  put<std::uint8_t>(bin, {0b10});      // 72
  const std::string json =
      R"({"asset":{"version":"2.0"},"extensionsUsed":["EXT_mesh_features","EXT_structural_metadata"],"extensions":{"EXT_structural_metadata":{"schema":{"id":"s","classes":{"house":{"properties":{)"
      R"("name":{"type":"STRING"},"level":{"type":"SCALAR","componentType":"INT16","noData":-5},"old":{"type":"BOOLEAN"},)"
      R"("use":{"type":"STRING","default":"home"},"floors":{"type":"SCALAR","componentType":"UINT8"}}}}},)"
      R"("propertyTables":[{"class":"house","count":2,"properties":{"name":{"values":3,"stringOffsets":2},"level":{"values":4},"old":{"values":5}}}]}},)"
      R"("nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0,"_FEATURE_ID_0":1},"extensions":{"EXT_mesh_features":{"featureIds":[{"featureCount":2,"attribute":0,"propertyTable":0}]}}}]}],)"
      R"("buffers":[{"byteLength":73}],"bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":12},{"buffer":0,"byteOffset":48,"byteLength":12},)"
      R"({"buffer":0,"byteOffset":60,"byteLength":6},{"buffer":0,"byteOffset":68,"byteLength":4},{"buffer":0,"byteOffset":72,"byteLength":1}],)"
      R"("accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":3,"type":"SCALAR"}]})";
  const auto g = read(glb(json, bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  EXPECT_EQ(g->primitives[0].features, (std::vector<std::uint32_t>{1, 1, 0}));
  ASSERT_EQ(g->primitives[0].properties, 0);
  const auto& table = *g->properties.at(0);
  EXPECT_EQ(table.name(), "house");
  std::map<std::string, io::PropertyValue> first, second;
  table.visit(0, [&](std::string_view n, const io::PropertyValue& v) { first[std::string(n)] = v; });
  table.visit(1, [&](std::string_view n, const io::PropertyValue& v) { second[std::string(n)] = v; });
  EXPECT_EQ(std::get<std::string>(first.at("name")), "abc");
  EXPECT_FALSE(first.contains("level"));  // its value is the one that means "none"
  EXPECT_FALSE(std::get<bool>(first.at("old")));
  EXPECT_EQ(std::get<std::string>(first.at("use")), "home");  // not in the table: what the class says
  EXPECT_FALSE(first.contains("floors"));                     // neither there nor with a default
  EXPECT_EQ(std::get<std::string>(second.at("name")), "\xC3\xA9!");
  EXPECT_EQ(std::get<std::int64_t>(second.at("level")), 1234);
  EXPECT_TRUE(std::get<bool>(second.at("old")));

  // featureCount is how many features a primitive names, not how many rows there are: one that names row 1 alone
  std::string one = json, ones = bin;
  one.replace(one.find(R"("featureCount":2)"), 16, R"("featureCount":1)");
  const float row[]{1, 1, 1};
  std::memcpy(ones.data() + 36, row, sizeof row);
  const auto single = read(glb(one, ones));
  ASSERT_TRUE(single.ok()) << single.error().text();
  EXPECT_EQ(single->primitives[0].features, (std::vector<std::uint32_t>{1, 1, 1}));
  EXPECT_TRUE(single->diagnostics.warnings.empty());
}

TEST(Gltf, ColoursAreEncodedAndTexturesTransformed) {
  std::string bin = triangle_bin();
  put<float>(bin, {0, 0, 1, 0, 0, 1});
  const auto g = read(glb(
      R"({"asset":{"version":"2.0"},"extensionsRequired":["KHR_texture_transform","KHR_materials_unlit"],"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"material":0,"attributes":{"POSITION":0,"TEXCOORD_0":1}}]}],)"
      R"("materials":[{"extensions":{"KHR_materials_unlit":{}},"pbrMetallicRoughness":{"baseColorFactor":[0.5,0,1,1],"baseColorTexture":{"index":0,"extensions":{"KHR_texture_transform":{"offset":[0.25,0],"rotation":1.5707963267948966,"scale":[2,1]}}}}}],)"
      R"("textures":[{"source":0}],"images":[{"uri":"data:image/png;base64,iVBORw0KGgo="}],"buffers":[{"byteLength":60}],"bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":24}],)"
      R"("accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":3,"type":"VEC2"}]})",
      bin));
  ASSERT_TRUE(g.ok()) << g.error().text();
  EXPECT_EQ(g->materials[0].colour, (Rgba8{188, 0, 255, 255}));  // sRGB of 0.5 linear is 0.7354 (IEC 61966-2-1)
  EXPECT_TRUE(g->materials[0].unlit);
  ASSERT_EQ(g->textures.size(), 1u);
  EXPECT_EQ(g->textures[0].data->size(), 8u);
  // KHR_texture_transform: translation * rotation * scale, rotation as [[cos, sin], [-sin, cos]]: (1,0) -> (2,0) ->
  // (0,-2) -> (0.25,-2)
  EXPECT_NEAR(g->primitives[0].uvs[1].x, 0.25, 1e-6);
  EXPECT_NEAR(g->primitives[0].uvs[1].y, -2, 1e-6);
}

TEST(Gltf, WhatIsNotReadIsRefusedByName) {
  expect_refused(triangle_glb("", "", R"(,"extensionsRequired":["FOO_bar"])"), "FOO_bar", "$.extensionsRequired[0]");
  expect_refused(triangle_glb("", "", R"(,"extensionsRequired":["KHR_texture_basisu"])"), "KTX2");
  expect_refused(R"({"asset":{"version":"1.0"}})", "2.0 is read", "$.asset");
}

TEST(Gltf, BrokenFilesSayWhereTheyBreak) {
  const std::string good = triangle_glb();
  EXPECT_TRUE(read(good).ok());
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(read(good.substr(0, n)).ok()) << n;
  expect_refused(triangle_glb(R"(,"indices":7)"), "accessor 7", "$.meshes[0].primitives[0].indices");
  expect_refused(triangle_glb("", R"(,"children":[0])"), "circle", "$.nodes[0].children[0]");
  expect_refused(triangle_glb("", R"(,"translation":[1,2])"), "2 elements", "$.nodes[0].translation");
  expect_refused(triangle_glb(R"(,"mode":9)"), "mode", "$.meshes[0].primitives[0]");
  std::string json = triangle_json();
  json.replace(json.find("\"count\":3"), 9, "\"count\":4");
  expect_refused(glb(json, triangle_bin()), "do not fit", "$.accessors[0]");
  // A count that no memory holds, with no bytes behind it.
  json = triangle_json();
  json.replace(json.find("\"bufferView\":0,"), 15, "");
  json.replace(json.find("\"count\":3"), 9, "\"count\":900000000000");
  const auto g = read(glb(json, triangle_bin()));
  ASSERT_FALSE(g.ok());
  EXPECT_EQ(g.error().code, ErrorCode::out_of_budget);
  std::string bin = triangle_bin();
  put<std::uint16_t>(bin, {0, 1, 3, 0});
  json = triangle_json(R"(,"indices":1)");
  json.replace(json.find("\"byteLength\":36"), 15, "\"byteLength\":44");
  json.replace(json.find("[{\"buffer\":0,\"byteLength\":36}"), 29,
               "[{\"buffer\":0,\"byteLength\":36},{\"buffer\":0,\"byteOffset\":36,\"byteLength\":8}");
  json.replace(json.find("}]}", json.find("accessors")), 3,
               R"(},{"bufferView":1,"componentType":5123,"count":3,"type":"SCALAR"}]})");
  expect_refused(glb(json, bin), "vertex 3", "indices");
}

TEST(Gltf, ReferencesStayInTheFolder) {
  const auto dir = scratch("gltf_paths");
  fs::create_directories(dir / "in");
  write(dir / "secret.bin", triangle_bin());
  write(dir / "in/tri angle.bin", triangle_bin());
  const auto with = [](const std::string& uri) {
    std::string json = triangle_json();
    json.replace(json.find("\"byteLength\":36"), 15, "\"byteLength\":36,\"uri\":\"" + uri + "\"");
    return json;
  };
  write(dir / "in/good.gltf", with("tri%20angle.bin"));
  const auto good = io::read_gltf_file(dir / "in/good.gltf");
  ASSERT_TRUE(good.ok()) << good.error().text();
  EXPECT_EQ(good->primitives[0].positions[1], glm::vec3(1, 0, 0));
  for (const std::string uri : {"../secret.bin", "%2e%2e/secret.bin", "x/../../secret.bin", "/etc/passwd",
                                "file:///etc/passwd", "http://example.com/a.bin"}) {
    write(dir / "in/bad.gltf", with(uri));
    EXPECT_FALSE(io::read_gltf_file(dir / "in/bad.gltf").ok()) << uri;
  }
  fs::create_symlink(dir / "secret.bin", dir / "in/link.bin");
  write(dir / "in/bad.gltf", with("link.bin"));
  EXPECT_FALSE(io::read_gltf_file(dir / "in/bad.gltf").ok());
}
