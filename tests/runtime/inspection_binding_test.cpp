// Inspection records are tied to the 3D bridges that stand there, whichever of the two comes first, and follow their
// file. The bridges and the ledger are the demo generator's; what is expected is read from its GeoJSON.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <thread>

#include "tenbo/base/file.h"
#include "tenbo/io/make_city.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

constexpr const char* bridges_layer = R"({"name": "bridges", "kind": "buildings", "path": "udx/brid"})";
constexpr const char* records_layer = R"({"name": "records", "kind": "inspection", "path": "bridges.geojson",
  "plugin": "infra_inspection", "parameters": {"path": "bridges.geojson"}})";

using Grades = std::map<std::string, std::string>;
// Only what differs: "id: picked, not the ledger's".
std::string differences(const Grades& picked, const Grades& ledger) {
  std::string out;
  for (const auto& [key, grade] : picked)
    if (const auto it = ledger.find(key); it == ledger.end() || it->second != grade)
      out += key + ": \"" + grade + "\", not \"" + (it == ledger.end() ? "" : it->second) + "\"\n";
  return out;
}

class InspectionBinding : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = fs::path(TENBO_BINARY_DIR) / "binding";
    ledger_ = *read_text(dir_ / "bridges.geojson");
    EngineOptions options;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    auto engine = Engine::create(options, jobs_, log_);
    ASSERT_TRUE(engine.ok()) << engine.error().text();
    engine_ = std::move(*engine);
  }
  void TearDown() override { std::ofstream(dir_ / "bridges.geojson") << ledger_; }
  static void SetUpTestSuite() {
    const fs::path dir = fs::path(TENBO_BINARY_DIR) / "binding";
    fs::remove_all(dir);
    fs::create_directories(dir);
    JobSystem jobs;
    Progress progress;
    ASSERT_TRUE(io::make_city(dir, {.buildings = 40, .seed = 7}, jobs, progress).ok());
  }
  void open(const std::string& layers) {
    std::ofstream(dir_ / "scene.json") << "{\"layers\": [" << layers << "]}";
    auto scene = scene::read_scene(dir_ / "scene.json");
    ASSERT_TRUE(scene.ok()) << scene.error().text();
    ASSERT_TRUE(engine_->open(*scene).ok());
    engine_->settle();
  }
  std::uint32_t id(const std::string& name) {
    for (const auto& l : engine_->layers()) if (l.name == name) return l.id;
    ADD_FAILURE() << name;
    return 0;
  }
  // Identifier of each record whose bridge is picked from straight above -> the grade in what was picked.
  Grades grades_on_bridges() {
    engine_->set_visible(id("records"), false);  // its markers would be picked before the bridge
    const auto ledger = nlohmann::json::parse(*read_text(dir_ / "bridges.geojson"));
    Grades out;
    for (const auto& f : ledger["features"]) {
      scene::Camera above;
      above.lon = f["geometry"]["coordinates"][0];
      above.lat = f["geometry"]["coordinates"][1];
      above.height = 400;
      above.pitch = -89.9;
      engine_->set_camera(above);
      const auto picked = engine_->pick({320, 240}, {160, 120});
      if (!picked || picked->layer == id("records") || !picked->feature) continue;
      std::string grade;
      for (const auto& [name, value] : picked->attributes) if (name == "判定区分") grade = geo::to_text(value);
      out[f["properties"]["id"]] = grade;
    }
    return out;
  }
  static Result<std::string> read_text(const fs::path& path) {
    std::ifstream in(path);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  // As the ledger has them; the 3D bridges are a part of all.
  Grades ledger_of(const std::map<std::string, std::string>& picked) {
    Grades out;
    const auto ledger = nlohmann::json::parse(*read_text(dir_ / "bridges.geojson"));
    for (const auto& f : ledger["features"]) {
      const std::string key = f["properties"]["id"];
      if (picked.count(key)) out[key] = f["properties"]["判定区分"].is_string() ? f["properties"]["判定区分"].get<std::string>() : "";
    }
    return out;
  }
  JobSystem jobs_;
  Log log_{LogLevel::error};
  fs::path dir_;
  std::string ledger_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(InspectionBinding, WhateverTheOrderOfLayers) {
  open(std::string(bridges_layer) + "," + records_layer);
  const auto bridges_first = grades_on_bridges();
  ASSERT_GE(bridges_first.size(), 10u);
  EXPECT_EQ(differences(bridges_first, ledger_of(bridges_first)), "");
  open(std::string(records_layer) + "," + bridges_layer);
  EXPECT_EQ(grades_on_bridges(), bridges_first);
}

TEST_F(InspectionBinding, BridgesThatArriveLongAfterTheirRecords) {
  open(records_layer);
  ASSERT_TRUE(engine_->add_paths({dir_ / "udx" / "brid"}).ok());
  engine_->settle();
  const auto late = grades_on_bridges();
  ASSERT_GE(late.size(), 10u);
  EXPECT_EQ(differences(late, ledger_of(late)), "");
}

TEST_F(InspectionBinding, AReplacedLedgerFollows) {
  open(std::string(bridges_layer) + "," + records_layer);
  const auto before = grades_on_bridges();
  const auto text = std::regex_replace(*read_text(dir_ / "bridges.geojson"), std::regex("\"判定区分\":\"[^\"]*\""), "\"判定区分\":\"Ⅳ\"");
  std::ofstream(dir_ / "next") << text;
  fs::rename(dir_ / "next", dir_ / "bridges.geojson");
  const auto begun = std::chrono::steady_clock::now();
  Grades now;
  do {
    for (int i = 0; i < 20; ++i) {
      engine_->update(1.0 / 60);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    now = grades_on_bridges();
  } while (now != ledger_of(now) && std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
  EXPECT_EQ(now, ledger_of(now));
  EXPECT_NE(now, before);
}

}  // namespace
}  // namespace tenbo::runtime
