// Pictures on the ground from a server that fails at one tile, and is well again later: the glass says so meanwhile, and the
// tile comes by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "http_server.h"
#include "tenbo/base/file.h"
#include "tenbo/io/image.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {

namespace fs = std::filesystem;

TEST(ImageryRetry, WhatTheNetworkDidNotGiveIsAskedForAgain) {
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / "scratch" / "imagery_retry";
  fs::remove_all(dir);
  fs::create_directories(dir);
  Image image;
  image.width = image.height = 256;
  image.rgba.assign(std::size_t{256} * 256 * 4, 200);
  ASSERT_TRUE(io::write_png(dir / "tile.png", image).ok());
  const auto read = read_file(dir / "tile.png", 1 << 20);
  ASSERT_TRUE(read.ok());
  const std::string png(reinterpret_cast<const char*>(read->data()), read->size());
  std::mutex mutex;
  std::string bad;  // the first that is asked for after the pyramid's top
  std::atomic<bool> sick{true};
  test::HttpServer server([&](const test::HttpRequest& r) {
    const std::lock_guard lock(mutex);
    if (bad.empty() && r.target != "/0/0/0.png") bad = r.target;
    return sick && r.target == bad ? test::answer("", 503) : test::answer(png, 200, "Cache-Control: no-store\r\n");
  });
  std::ofstream(dir / "scene.json") << R"({"layers": [{"name": "photo", "kind": "imagery", "zoom": [0, 4], "path": ")" + server.url("/{z}/{x}/{y}.png") + R"("}]})";
  JobSystem jobs;
  Log log{LogLevel::error};
  EngineOptions options;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  auto made = Engine::create(options, jobs, log);
  ASSERT_TRUE(made.ok()) << made.error().text();
  auto& engine = **made;
  auto scene = scene::read_scene(dir / "scene.json");
  ASSERT_TRUE(scene.ok()) << scene.error().text();
  ASSERT_TRUE(engine.open(*scene).ok());
  engine.settle();
  ASSERT_EQ(engine.layers().front().state, LayerState::ready) << engine.layers().front().error;
  engine.set_camera(scene::look_at({139.7, 35.7, 0}, 4e5, 0, -80));
  engine.settle();
  ASSERT_TRUE(engine.still({320, 200}, 1, false).ok());
  engine.settle();
  const auto errors = [&] { return engine.layers().front().diagnostics.errors; };
  ASSERT_EQ(errors().size(), 1u);
  EXPECT_NE(errors()[0].message.find("could not be read"), std::string::npos) << errors()[0].text();
  const auto notices = engine.hud({640, 360}).notices;
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](const auto& n) { return n.find("503") != std::string::npos; }));
  sick = false;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!errors().empty() && std::chrono::steady_clock::now() < end) {
    engine.update(0.02);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(errors().empty());
}

}  // namespace
}  // namespace tenbo::runtime
