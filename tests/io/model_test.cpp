// Models. Expected values: counts from the glTF JSON itself (accessor counts, node instances), shapes written here, and
// workers made to fail.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>

#include "gdal_tools.h"
#include "tenbo/io/image.h"
#include "tenbo/io/model.h"

namespace fs = std::filesystem;
using namespace tenbo;
using test::quoted;

namespace {

const fs::path shared = TENBO_SHARED_DATA;

io::ModelOptions options(int seconds = 60) { return {fs::path(TENBO_BINARY_DIR) / "tenbo_model_worker", seconds}; }

std::size_t triangles(const io::Model& m) {
  std::size_t n = 0;
  for (const auto& p : m.parts) n += p.mesh.indices.size() / 3;
  return n;
}

// Triangles of the default scene: each mesh as often as nodes show it.
std::size_t triangles_of_gltf(const fs::path& glb) {
  const std::string bytes = test::slurp(glb);
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 12, 4);
  const auto j = nlohmann::json::parse(bytes.substr(20, length));
  std::size_t total = 0;
  const std::function<void(std::size_t)> visit = [&](std::size_t n) {
    const auto& node = j["nodes"][n];
    if (node.contains("mesh"))
      for (const auto& p : j["meshes"][node["mesh"].get<std::size_t>()]["primitives"]) {
        const int mode = p.value("mode", 4);
        const std::size_t accessor = p.contains("indices") ? p["indices"].get<std::size_t>() : p["attributes"]["POSITION"].get<std::size_t>();
        const std::size_t count = j["accessors"][accessor]["count"];
        if (mode == 4) total += count / 3;
        if (mode == 5 || mode == 6) total += count - 2;
      }
    if (node.contains("children")) for (const auto& c : node["children"]) visit(c);
  };
  for (const auto& n : j["scenes"][j.value("scene", 0)]["nodes"]) visit(n);
  return total;
}

fs::path script(const fs::path& dir, const std::string& name, const std::string& body) {
  test::write(dir / name, "#!/bin/sh\n" + body + "\n");
  fs::permissions(dir / name, fs::perms::owner_all);
  return dir / name;
}

constexpr const char* cube_obj =
    "mtllib cube.mtl\no cube\nv 0 0 0\nv 2 0 0\nv 2 3 0\nv 0 3 0\nv 0 0 1\nv 2 0 1\nv 2 3 1\nv 0 3 1\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nusemtl red\n"
    "f 1/1 4/4 3/3 2/2\nf 5/1 6/2 7/3 8/4\nf 1/1 2/2 6/3 5/4\nf 3/1 4/2 8/3 7/4\nf 1/1 5/2 8/3 4/4\nf 2/1 3/2 7/3 6/4\n";

}  // namespace

TEST(Model, GltfSamplesHaveTheTrianglesTheirJsonSays) {
  const auto dir = shared / "gltf-samples-a";
  if (!fs::exists(dir)) GTEST_SKIP() << "gltf-samples-a is not here";
  int read = 0;
  for (const auto& e : fs::directory_iterator(dir)) {
    if (e.path().extension() != ".glb") continue;
    auto m = io::read_model(e.path(), options());
    ASSERT_TRUE(m.ok()) << m.error().text();
    EXPECT_EQ(triangles(*m), triangles_of_gltf(e.path())) << e.path();
    for (const auto& p : m->parts) EXPECT_LT(p.texture, static_cast<int>(m->textures.size()));
    EXPECT_TRUE(m->diagnostics.errors.empty()) << e.path();
    ++read;
  }
  EXPECT_GE(read, 20);
  auto box = io::read_model(dir / "BoxTextured.glb", options());
  ASSERT_TRUE(box.ok());
  EXPECT_EQ(box->textures.size(), 1u);
  EXPECT_EQ(box->textures[0].width, 256);
}

TEST(Model, YUpBecomesZUpWithNormalsOutAndTextures) {
  const auto dir = test::scratch("obj");
  test::write(dir / "cube.obj", cube_obj);
  test::write(dir / "cube.mtl", "newmtl red\nKd 1 0 0\nmap_Kd skin.png\n");
  Image skin;
  skin.width = skin.height = 2;
  skin.rgba = {10, 20, 30, 255, 40, 50, 60, 255, 70, 80, 90, 255, 100, 110, 120, 255};
  ASSERT_TRUE(io::write_png(dir / "skin.png", skin).ok());
  auto m = io::read_model(dir / "cube.obj", options());
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_EQ(triangles(*m), 12u);
  // x 0..2, y 0..3 (up), z 0..1 (towards the viewer, thus south): east 0..2, north -1..0, up 0..3.
  EXPECT_NEAR(m->min.x, 0, 1e-6); EXPECT_NEAR(m->max.x, 2, 1e-6);
  EXPECT_NEAR(m->min.y, -1, 1e-6); EXPECT_NEAR(m->max.y, 0, 1e-6);
  EXPECT_NEAR(m->min.z, 0, 1e-6); EXPECT_NEAR(m->max.z, 3, 1e-6);
  ASSERT_EQ(m->textures.size(), 1u);
  EXPECT_EQ(m->textures[0].rgba, skin.rgba);
  double volume = 0;
  for (const auto& p : m->parts) {
    EXPECT_EQ(p.colour.r, 255);
    EXPECT_EQ(p.colour.g, 0);
    for (std::size_t i = 0; i + 2 < p.mesh.indices.size(); i += 3) {
      const auto at = [&](std::size_t k) { const auto& v = p.mesh.vertices[p.mesh.indices[i + k]]; return glm::dvec3(v.x, v.y, v.z); };
      volume += glm::dot(at(0), glm::cross(at(1), at(2))) / 6;
      const auto n = glm::normalize(glm::cross(at(1) - at(0), at(2) - at(0)));
      EXPECT_GT(glm::dot(n, glm::dvec3(decode_normal(p.mesh.vertices[p.mesh.indices[i]].normal))), 0.99);
    }
  }
  EXPECT_NEAR(volume, 6, 1e-5);  // outside out
}

TEST(Model, OtherFormats) {
  const auto dir = test::scratch("model_formats");
  // STL and PLY keep their z.
  test::write(dir / "a.stl", "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 5\nvertex 1 0 5\nvertex 0 1 5\nendloop\nendfacet\nendsolid a\n");
  test::write(dir / "a.ply", "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 5\n1 0 5\n0 1 5\n3 0 1 2\n");
  for (const char* name : {"a.stl", "a.ply"}) {
    auto m = io::read_model(dir / name, options());
    ASSERT_TRUE(m.ok()) << m.error().text();
    EXPECT_EQ(triangles(*m), 1u);
    EXPECT_FLOAT_EQ(m->min.z, 5);
  }
  // COLLADA in inches with z up: 39.37 units = 1 m.
  test::write(dir / "a.dae", R"(<?xml version="1.0"?><COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1"><asset><unit meter="0.0254" name="inch"/><up_axis>Z_UP</up_axis></asset>
<library_geometries><geometry id="g"><mesh><source id="p"><float_array id="pa" count="9">0 0 39.3700787 39.3700787 0 39.3700787 0 39.3700787 78.7401575</float_array><technique_common><accessor source="#pa" count="3" stride="3"><param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor></technique_common></source>
<vertices id="v"><input semantic="POSITION" source="#p"/></vertices><triangles count="1"><input semantic="VERTEX" source="#v" offset="0"/><p>0 1 2</p></triangles></mesh></geometry></library_geometries>
<library_visual_scenes><visual_scene id="s"><node><instance_geometry url="#g"/></node></visual_scene></library_visual_scenes><scene><instance_visual_scene url="#s"/></scene></COLLADA>)");
  auto m = io::read_model(dir / "a.dae", options());
  ASSERT_TRUE(m.ok()) << m.error().text();
  EXPECT_NEAR(m->max.x, 1, 1e-4);
  EXPECT_NEAR(m->max.y, 1, 1e-4);
  EXPECT_NEAR(m->min.z, 1, 1e-4);
  EXPECT_NEAR(m->max.z, 2, 1e-4);
}

// A tetrahedron with corners (100,0,0), (0,200,0), (0,0,300), in ASCII FBX 7.4: what its axes and unit make of it, in
// metres east, north, up. Front axis: y-up faces +z, z-up faces -y, as 3ds Max and Blender write them.
TEST(Model, FbxAxesAndUnits) {
  const auto dir = test::scratch("fbx");
  const auto fbx = [](bool z_up, const char* unit) {
    const auto number = [](const char* name, const std::string& v) { return "P: \"" + std::string(name) + "\", \"int\", \"Integer\", \"\"," + v + "\n"; };
    return "; FBX 7.4.0 project file\nFBXHeaderExtension:  {\nFBXHeaderVersion: 1003\nFBXVersion: 7400\n}\nGlobalSettings:  {\nVersion: 1000\nProperties70:  {\n" +
           number("UpAxis", z_up ? "2" : "1") + number("UpAxisSign", "1") + number("FrontAxis", z_up ? "1" : "2") + number("FrontAxisSign", z_up ? "-1" : "1") +
           number("CoordAxis", "0") + number("CoordAxisSign", "1") + "P: \"UnitScaleFactor\", \"double\", \"Number\", \"\"," + unit + "\n}\n}\n" +
           "Objects:  {\nGeometry: 1000, \"Geometry::t\", \"Mesh\" {\nVertices: *12 {\na: 0,0,0,100,0,0,0,200,0,0,0,300\n}\n"
           "PolygonVertexIndex: *12 {\na: 0,2,-2,0,1,-4,0,3,-3,1,2,-4\n}\nGeometryVersion: 124\n}\n"
           "Model: 2000, \"Model::t\", \"Mesh\" {\nVersion: 232\nProperties70:  {\n}\n}\n}\nConnections:  {\nC: \"OO\",2000,0\nC: \"OO\",1000,2000\n}\n";
  };
  struct Case { bool z_up; const char* unit; double scale; };  // unit: centimetres
  for (const Case& c : {Case{false, "1", 0.01}, Case{true, "1", 0.01}, Case{false, "100", 1}, Case{true, "2.54", 0.0254}}) {
    test::write(dir / "t.fbx", fbx(c.z_up, c.unit));
    auto m = io::read_model(dir / "t.fbx", options());
    ASSERT_TRUE(m.ok()) << m.error().text();
    EXPECT_EQ(triangles(*m), 4u);
    const glm::dvec3 low = c.z_up ? glm::dvec3(0) : glm::dvec3(0, -300, 0), high = c.z_up ? glm::dvec3(100, 200, 300) : glm::dvec3(100, 0, 200);
    EXPECT_LT(glm::distance(glm::dvec3(m->min), low * c.scale), 1e-4 * c.scale * 300) << c.z_up << c.unit;
    EXPECT_LT(glm::distance(glm::dvec3(m->max), high * c.scale), 1e-4 * c.scale * 300) << c.z_up << c.unit;
    double volume = 0;
    for (const auto& p : m->parts)
      for (std::size_t i = 0; i + 2 < p.mesh.indices.size(); i += 3) {
        const auto at = [&](std::size_t k) { const auto& v = p.mesh.vertices[p.mesh.indices[i + k]]; return glm::dvec3(v.x, v.y, v.z); };
        volume += glm::dot(at(0), glm::cross(at(1), at(2))) / 6;
      }
    EXPECT_NEAR(volume / (std::pow(c.scale, 3) * 1e6), 1, 1e-3);  // 100 * 200 * 300 / 6, outside out
  }
}

TEST(Model, TexturesStayInTheFolder) {
  const auto dir = test::scratch("model_paths");
  fs::create_directories(dir / "m");
  test::write(dir / "m/cube.obj", cube_obj);
  Image i;
  i.width = i.height = 1;
  i.rgba = {1, 2, 3, 255};
  ASSERT_TRUE(io::write_png(dir / "secret.png", i).ok());
  for (const std::string& reference : {std::string("../secret.png"), (dir / "secret.png").string(), std::string("missing.png"), std::string("http://example.invalid/a.png")}) {
    test::write(dir / "m/cube.mtl", "newmtl red\nKd 1 1 1\nmap_Kd " + reference + "\n");
    auto m = io::read_model(dir / "m/cube.obj", options());
    ASSERT_TRUE(m.ok()) << m.error().text();
    EXPECT_TRUE(m->textures.empty()) << reference;
    EXPECT_FALSE(m->diagnostics.warnings.empty()) << reference;
    for (const auto& p : m->parts) EXPECT_EQ(p.texture, -1);
  }
  test::write(dir / "secret.mtl", "newmtl red\nKd 0 1 0\n");
  test::write(dir / "m/out.obj", "mtllib ../secret.mtl\n" + std::string(cube_obj).substr(std::string(cube_obj).find('\n') + 1));
  auto m = io::read_model(dir / "m/out.obj", options());
  ASSERT_TRUE(m.ok());
  for (const auto& p : m->parts) EXPECT_FALSE(p.colour.g == 255 && p.colour.r == 0);
}

TEST(Model, AWorkerThatHangsCrashesOrLiesCostsTheFileAlone) {
  const auto dir = test::scratch("workers");
  test::write(dir / "cube.obj", cube_obj);
  const auto with = [&](const fs::path& worker, int seconds = 1) { return io::read_model(dir / "cube.obj", {worker, seconds}); };
  auto hung = with(script(dir, "hang", "sleep 60"));
  ASSERT_FALSE(hung.ok());
  EXPECT_EQ(hung.error().code, ErrorCode::out_of_budget);
  auto quiet = with(script(dir, "quiet", "exec >&- 2>&-; sleep 60"));
  ASSERT_FALSE(quiet.ok());
  EXPECT_EQ(quiet.error().code, ErrorCode::out_of_budget);
  auto crashed = with(script(dir, "crash", "kill -SEGV $$"), 10);
  ASSERT_FALSE(crashed.ok());
  EXPECT_NE(crashed.error().message.find("crashed"), std::string::npos);
  auto failed = with(script(dir, "fail", "echo 'bad chunk 7' >&2; exit 3"), 10);
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().message.find("bad chunk 7"), std::string::npos);
  EXPECT_FALSE(with(script(dir, "empty", "true"), 10).ok());
  EXPECT_FALSE(with(script(dir, "noise", "head -c 100000 /dev/urandom"), 10).ok());
  EXPECT_FALSE(with(dir / "not_there").ok());

  // The true answer, damaged: cut at many lengths, and every 32-bit word of its first part set to extremes.
  test::run(quoted(options().worker) + " " + quoted(dir / "cube.obj") + " > " + quoted(dir / "answer.bin"));
  const std::string answer = test::slurp(dir / "answer.bin");
  ASSERT_GT(answer.size(), 500u);
  const auto teller = script(dir, "teller", "cat " + quoted(dir / "told.bin"));
  test::write(dir / "told.bin", answer);
  EXPECT_TRUE(with(teller, 10).ok());
  for (std::size_t n = 0; n < answer.size(); n += 41) {
    test::write(dir / "told.bin", answer.substr(0, n));
    EXPECT_FALSE(with(teller, 10).ok()) << n;
  }
  test::write(dir / "told.bin", answer + "more");
  EXPECT_FALSE(with(teller, 10).ok());
  for (std::size_t at = 0; at + 4 <= std::min<std::size_t>(answer.size(), 140); at += 4)
    for (const std::uint32_t value : {0u, 0x7FFFFFFFu, 0xFFFFFFFFu, 0x7F800000u}) {
      std::string bad = answer;
      std::memcpy(bad.data() + at, &value, 4);
      test::write(dir / "told.bin", bad);
      auto m = with(teller, 10);
      if (!m.ok()) continue;
      for (const auto& p : m->parts)
        for (const auto i : p.mesh.indices) ASSERT_LT(i, p.mesh.vertices.size());
    }
}

TEST(Model, TruncatedFilesAreErrors) {
  const auto dir = test::scratch("model_cut");
  EXPECT_FALSE(io::read_model(dir / "none.glb", options()).ok());
  test::write(dir / "empty.glb", "");
  EXPECT_FALSE(io::read_model(dir / "empty.glb", options()).ok());
  test::write(dir / "text.glb", "not a model at all");
  EXPECT_FALSE(io::read_model(dir / "text.glb", options()).ok());
  const auto sample = shared / "gltf-samples-a/BoxTextured.glb";
  if (!fs::exists(sample)) GTEST_SKIP() << "gltf-samples-a is not here";
  const std::string good = test::slurp(sample);
  for (std::size_t n = 4; n < good.size(); n += good.size() / 12) {
    test::write(dir / "cut.glb", good.substr(0, n));
    EXPECT_FALSE(io::read_model(dir / "cut.glb", options()).ok()) << n;
  }
}

TEST(Model, AGltfWithoutItsBufferNamesIt) {
  const auto dir = test::scratch("model_buffer");
  test::write(dir / "m.gltf", R"({"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
    "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]}],"bufferViews":[{"buffer":0,"byteLength":36}],"buffers":[{"uri":"gone.bin","byteLength":36}]})");
  const auto missing = io::read_model(dir / "m.gltf", options());
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().text().find("gone.bin"), std::string::npos) << missing.error().text();
  EXPECT_NE(missing.error().text().find("m.gltf"), std::string::npos);
  EXPECT_FALSE(missing.error().remedy.empty());
  test::write(dir / "gone.bin", std::string(12, '\0'));  // a third of what it should be
  EXPECT_FALSE(io::read_model(dir / "m.gltf", options()).ok());
  const float corners[] = {0, 0, 0, 1, 0, 0, 0, 1, 0};
  test::write(dir / "gone.bin", std::string(reinterpret_cast<const char*>(corners), sizeof corners));
  const auto whole = io::read_model(dir / "m.gltf", options());
  ASSERT_TRUE(whole.ok()) << whole.error().text();
  EXPECT_EQ(triangles(*whole), 1u);
}
