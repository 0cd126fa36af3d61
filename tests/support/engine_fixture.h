#pragma once
// An engine for a test: its folder, its jobs, its log, and the scene that the test writes.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "tenbo/runtime/engine.h"

namespace tenbo::test {

class EngineFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    dir = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / (std::string(info->test_suite_name()) + "_" + info->name());
    std::filesystem::remove_all(dir);
    std::filesystem::create_directories(dir);
  }
  void TearDown() override {
    engine.reset();
    std::filesystem::remove_all(dir);
  }

  // English, with the assets and the plugins of this build, without pictures.
  static runtime::EngineOptions options() {
    runtime::EngineOptions o;
    o.graphics = false;
    o.language = runtime::Language::en;
    o.assets = std::filesystem::path(TENBO_SOURCE_DIR) / "assets";
    o.plugin_folders = {std::filesystem::path(TENBO_BINARY_DIR) / "plugins"};
    return o;
  }

  // An engine that shows the scene, all of it loaded. A failure is fatal: call it by ASSERT_NO_FATAL_FAILURE.
  void open(const std::string& scene_text, const runtime::EngineOptions& o = options()) {
    engine.reset();
    std::ofstream(dir / "scene.json") << scene_text;
    auto made = runtime::Engine::create(o, jobs, log);
    ASSERT_TRUE(made.ok()) << made.error().text();
    engine = std::move(*made);
    auto scene = scene::read_scene(dir / "scene.json");
    ASSERT_TRUE(scene.ok()) << scene.error().text();
    const auto opened = engine->open(std::move(*scene));
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine->settle();
  }
  // The same, and each layer must be ready.
  void open_ready(const std::string& scene_text, const runtime::EngineOptions& o = options()) {
    open(scene_text, o);
    if (HasFatalFailure()) return;
    for (const auto& l : engine->layers()) ASSERT_EQ(l.state, runtime::LayerState::ready) << l.name << ": " << l.error;
  }

  // Frames until it is so; false where it is not after a minute.
  template <class Done>
  bool until(Done&& done) {
    for (const auto patient = std::chrono::steady_clock::now() + std::chrono::minutes(1); !done();) {
      if (std::chrono::steady_clock::now() > patient) return false;
      engine->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  std::filesystem::path dir;
  JobSystem jobs{2};
  Log log{LogLevel::error};
  std::unique_ptr<runtime::Engine> engine;
};

}  // namespace tenbo::test
