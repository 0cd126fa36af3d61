// Volumes of 3D Tiles in the picture: for which cameras a tile is, and where the ground lies under what is in them. Expected values: the
// rules of 3D Tiles 1.1, and the same set loaded whole.
#include <gtest/gtest.h>

#include <cmath>

#include "../io/gltf_support.h"
#include "engine_fixture.h"
#include "http_server.h"
#include "tenbo/base/file.h"

namespace tenbo::runtime {
namespace {

constexpr geo::GeoPoint place{139.767, 35.681, 40};

class TileVolumes : public test::EngineFixture {
 protected:
  // A tile of two triangles that one of a single triangle, 100 m wide, takes the place of.
  void make(const std::string& of_root, const std::string& of_child, const std::string& volume) {
    const auto frame = geo::LocalFrame::at(place);
    std::string matrix;
    for (int i = 0; i < 16; ++i) {
      char n[40];
      const int c = i / 4, r = i % 4;
      std::snprintf(n, sizeof n, "%.17g", c < 3 ? (r < 3 ? frame.axes[c][r] : 0.0) : r < 3 ? frame.origin[r] : 1.0);
      matrix += (i ? "," : "") + std::string(n);
    }
    write(dir / "a.glb", test::triangle_glb("", R"(,"scale":[100,100,100])"));
    const std::string tile = R"("boundingVolume":)" + volume;
    write(dir / "tileset.json", R"({"asset":{"version":"1.1"},"geometricError":1000,"root":{)" + tile + R"(,"geometricError":500,"refine":"REPLACE","transform":[)" + matrix +
                                    R"(],"contents":[{"uri":"a.glb"},{"uri":"a.glb"}])" + of_root + R"(,"children":[{)" + tile + R"(,"geometricError":0,"content":{"uri":"a.glb"})" + of_child + "}]}}");
  }
  void show(const std::string& more = {}, const std::string& path = "tileset.json") {
    auto o = options();
    o.graphics = true;
    open_ready(R"({"layers": [{"name": "set", "path": ")" + path + "\"" + more + "}]}", o);
  }
  LayerStatus layer() const { return engine->layers().front(); }
  // How many triangles a camera so many metres away is shown.
  std::uint64_t triangles(double range) {
    engine->set_camera(scene::look_at(place, range, 0, -60));
    engine->settle();
    return layer().triangles;
  }
  static void write(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
};

const char* const near_volume = R"({"box":[0,0,0, 150,0,0, 0,150,0, 0,0,150]})";
const char* const loose_volume = R"({"sphere":[0,0,0,600]})";
const char* const request = R"(,"viewerRequestVolume":{"sphere":[0,0,0,500]})";

TEST_F(TileVolumes, ATileIsForCamerasInsideOfItsRequestVolume) {
  make("", request, near_volume);
  ASSERT_NO_FATAL_FAILURE(show());
  ASSERT_TRUE(layer().tiles);  // as small as it is, it streams
  EXPECT_EQ(triangles(5000), 2u);
  EXPECT_EQ(triangles(300), 1u);
  EXPECT_EQ(triangles(5000), 2u);
  EXPECT_TRUE(layer().diagnostics.warnings.empty()) << layer().diagnostics.warnings.front().text();
}

TEST_F(TileVolumes, ASetWhoseRootIsForOthersShowsThemNothing) {
  make(request, "", near_volume);
  ASSERT_NO_FATAL_FAILURE(show());
  EXPECT_EQ(triangles(5000), 0u);
  EXPECT_EQ(triangles(300), 1u);
}

TEST_F(TileVolumes, ASetThatIsToBeLoadedWholeSaysThatAllIsShownToAll) {
  make("", request, near_volume);
  ASSERT_NO_FATAL_FAILURE(show(R"(, "stream": false)"));
  EXPECT_FALSE(layer().tiles);
  EXPECT_EQ(triangles(5000), 1u);
  ASSERT_EQ(layer().diagnostics.warnings.size(), 1u);
  EXPECT_NE(layer().diagnostics.warnings[0].message.find("viewerRequestVolume"), std::string::npos);
}

// The plain ground stands at the bottom of the layer.
TEST_F(TileVolumes, TheGroundIsAtTheSameHeightStreamedOrWhole) {
  make("", "", loose_volume);
  ASSERT_NO_FATAL_FAILURE(show(R"(, "stream": false)"));
  const auto whole = layer().extent;
  EXPECT_NEAR(whole.min_height, place.height, 0.01);
  ASSERT_NO_FATAL_FAILURE(show(R"(, "stream": true)"));
  ASSERT_TRUE(layer().tiles);
  const auto streamed = layer().extent;
  EXPECT_NEAR(streamed.min_height, whole.min_height, 1e-6);
  EXPECT_NEAR(streamed.max_height, whole.max_height, 1e-6);
  EXPECT_NEAR(streamed.west, whole.west, 1e-9);
  EXPECT_NEAR(streamed.north, whole.north, 1e-9);
  // Over a network it is known when the first tile comes.
  test::HttpServer server([&](const test::HttpRequest& r) {
    const auto bytes = read_file(dir / r.target.substr(1), 1 << 20);
    return bytes ? test::answer({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, 200, "Cache-Control: no-store\r\n") : test::answer("", 404);
  });
  ASSERT_NO_FATAL_FAILURE(show(R"(, "stream": true)", server.url("/tileset.json")));
  ASSERT_TRUE(layer().tiles);
  EXPECT_GT(triangles(300), 0u);
  EXPECT_NEAR(layer().extent.min_height, whole.min_height, 1e-6);
}

TEST_F(TileVolumes, HeightsAreNamedOnce) {
  make("", "", near_volume);
  ASSERT_NO_FATAL_FAILURE(show());
  EXPECT_EQ(engine->hud({640, 360}).datum, "ellipsoidal height");
}

}  // namespace
}  // namespace tenbo::runtime
