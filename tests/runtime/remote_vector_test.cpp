// A layer of GeoJSON over HTTP follows its server, and says so where the server no longer answers. The server is the test's own.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../support/http_server.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

TEST(RemoteVectorLayer, FollowsItsServer) {
  std::atomic<int> features{1}, status{503};
  test::HttpServer server([&](const test::HttpRequest&) {
    if (status != 200) return test::answer("", status);
    std::string all;
    for (int i = 0; i < features; ++i)
      all += std::string(i ? "," : "") + R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[139.76,35.68]}})";
    return test::answer(R"({"type":"FeatureCollection","timeStamp":"2026-11-21T00:00:00Z","features":[)" + all + "]}");
  });
  const auto dir = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "remote_vector_layer";
  std::filesystem::create_directories(dir);
  std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "shelters", "kind": "vector", "path": ")" << server.url("/shelters.geojson")
                                    << R"(", "expected_interval": 2, "live": true}]})";
  JobSystem jobs;
  Log log{LogLevel::error};
  EngineOptions options;
  options.graphics = false;
  options.http_cache = std::filesystem::path();  // keeps nothing
  options.assets = std::filesystem::path(TENBO_SOURCE_DIR) / "assets";
  auto engine = Engine::create(options, jobs, log);
  ASSERT_TRUE(engine) << engine.error().text();
  auto scene = scene::read_scene(dir / "scene.json");
  ASSERT_TRUE(scene) << scene.error().text();
  ASSERT_TRUE((*engine)->open(*scene));
  const auto frames_until = [&](auto&& done) {
    const auto begun = std::chrono::steady_clock::now();
    while (!done((*engine)->layers().front()) && std::chrono::steady_clock::now() - begun < std::chrono::seconds(60)) {
      (*engine)->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }
    return done((*engine)->layers().front());
  };
  EXPECT_TRUE(frames_until([](const LayerStatus& l) { return l.state == LayerState::failed; }));
  status = 200;  // a server that was down at the start is asked again
  ASSERT_TRUE(frames_until([](const LayerStatus& l) { return l.state == LayerState::ready && l.features == 1; })) << (*engine)->layers().front().error;
  ASSERT_TRUE((*engine)->layers().front().issue_time);
  EXPECT_EQ((*engine)->layers().front().issue_time->ms, geo::parse_instant("2026-11-21T00:00:00Z")->ms);
  features = 3;
  EXPECT_TRUE(frames_until([](const LayerStatus& l) { return l.features == 3; }));
  status = 404;  // nothing is taken away
  EXPECT_TRUE(frames_until([](const LayerStatus& l) { return l.trouble == FileTrouble::unreadable; }));
  EXPECT_EQ((*engine)->layers().front().features, 3u);
  EXPECT_EQ((*engine)->layers().front().state, LayerState::ready);
  EXPECT_NE((*engine)->layers().front().trouble_detail.find("404"), std::string::npos);
  status = 200;
  EXPECT_TRUE(frames_until([](const LayerStatus& l) { return l.trouble == FileTrouble::none; }));
}

}  // namespace
}  // namespace tenbo::runtime
