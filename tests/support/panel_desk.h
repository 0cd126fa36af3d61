#pragma once
// A desk with a panel, for tests of what the window works out beside its frames: frames, keys, waiting, pictures.
#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "../shell/fake_engine.h"
#include "desk.h"
#include "overlay_raster.h"

namespace tenbo::test {

struct PanelDesk : testing::Test {
  explicit PanelDesk(const std::string& name) : folder(std::string(TENBO_BINARY_DIR) + "/" + name + "_test_files") {}
  FakeEngine engine;
  runtime::TextTable words = std::move(runtime::TextTable::load(std::string(TENBO_SOURCE_DIR) + "/assets/lang")).value();
  shell::Bindings bindings;
  Log log{LogLevel::error};
  glm::uvec2 size{1920, 1080};
  shell::Desk::Frame last;
  std::filesystem::path folder;  // of what is written
  std::unique_ptr<shell::Desk> desk = std::make_unique<shell::Desk>(engine, words, bindings, shell::DeskHost{}, shell::DeskOptions{folder}, log);

  void frames(int n) {
    for (int i = 0; i < n; ++i) {
      desk->input(size, 0.05);
      last = desk->build(size, 1, 0.05);
    }
  }
  void settle() {  // at most two minutes
    frames(2);
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (desk->busy() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      frames(1);
    }
    frames(2);
  }
  void key(int k) {
    desk->post(shell::KeyEvent{k, true});
    desk->post(shell::KeyEvent{k, false});
    frames(2);
  }
  // HUD and panels over a plain ground, for somebody to look at: shell_pictures/NAME.png.
  void draw(const std::string& name) {
    render::OverlayList list;
    runtime::draw_hud(last.hud, *engine.glyphs(), list);
    Atlas atlas;
    atlas.update(*engine.glyphs());
    Image image = backdrop(static_cast<int>(size.x), static_cast<int>(size.y));
    draw_overlay(list, atlas, image);
    draw_overlay(last.overlay, atlas, image);
    save_png(std::string(TENBO_BINARY_DIR) + "/shell_pictures/" + name + ".png", image);
  }
};

}  // namespace tenbo::test
