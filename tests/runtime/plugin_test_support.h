#pragma once
// For tests of the shipped plugins: a host over the built plugins, frames, and GDAL's own tools.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "tenbo/base/file.h"
#include "tenbo/base/process.h"
#include "tenbo/runtime/plugin_host.h"

namespace tenbo::runtime {

class ShippedPlugin : public ::testing::Test {
 protected:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    dir_ = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / (std::string(test->test_suite_name()) + "_" + test->name());
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
    host_ = PluginHost::create({{std::filesystem::path(TENBO_BINARY_DIR) / "plugins"}, std::chrono::seconds(30)}, jobs_, log_);
  }
  void TearDown() override {
    host_.reset();
    std::filesystem::remove_all(dir_);
  }
  std::unique_ptr<PluginLayer> layer(const std::string& id, const Parameters& parameters) {
    auto l = host_->create_layer(id, parameters);
    EXPECT_TRUE(l) << l.error().text();
    host_->settle(std::chrono::seconds(60));
    return l ? std::move(*l) : nullptr;
  }
  // Ticks as frames do until `done`; false after far too long.
  template <class F>
  bool frames_until(F&& done) {
    for (int i = 0; i < 3000 && !done(); ++i) {
      host_->tick(std::chrono::milliseconds(2));
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return done();
  }
  void put(const std::string& name, const std::string& text) { std::ofstream(dir_ / name, std::ios::trunc) << text; }
  std::string path(const std::string& name) const { return (dir_ / name).string(); }
  // Standard output of a tool of the system.
  static std::string tool(const std::string& program, const std::vector<std::string>& args) {
    const auto ran = run_child("/usr/bin/" + program, args, {});
    EXPECT_TRUE(ran) << ran.error().text();
    if (!ran) return {};
    EXPECT_EQ(ran->exit_code, 0) << program << ": " << ran->error_tail;
    return {reinterpret_cast<const char*>(ran->output.data()), ran->output.size()};
  }
  std::filesystem::path dir_;
  Log log_{LogLevel::error};
  JobSystem jobs_{1};
  std::unique_ptr<PluginHost> host_;
};

}  // namespace tenbo::runtime
