// What a building is coloured by is what it is counted as: the colours of a city under its flood, against the ledger's own classes, building
// by building. The ledger itself is checked against GDAL and SQL (tests/app/impact_test.py).
#include <gtest/gtest.h>

#include <filesystem>

#include "../../engine/runtime/src/ground.h"
#include "../../engine/runtime/src/layer_loader.h"
#include "tenbo/io/make_city.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::runtime {
namespace {
namespace fs = std::filesystem;

TEST(HazardLedger, ThePictureSaysWhatTheLedgerSays) {
  const fs::path dir = fs::path(TENBO_BINARY_DIR) / "tmp" / "hazard-ledger";
  fs::remove_all(dir);
  JobSystem jobs;
  Log log{LogLevel::error};
  Progress progress;
  ASSERT_TRUE(io::make_city(dir, {800, 7}, jobs, progress));
  auto scene = scene::read_scene(dir / "demo.json");
  ASSERT_TRUE(scene) << scene.error().text();
  std::string flood, buildings;
  scene::LayerSpec spec;
  for (const auto& l : scene->layers) {
    if (l.plugin == "hazard_flood") flood = l.name;
    if (l.name == "buildings") buildings = l.name, spec = l;
  }
  ASSERT_FALSE(flood.empty() || buildings.empty());

  EngineOptions options;
  options.graphics = false;
  options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
  options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
  auto engine = Engine::create(options, jobs, log);
  ASSERT_TRUE(engine) << engine.error().text();
  ASSERT_TRUE((*engine)->open(*scene));
  (*engine)->settle();
  ImpactRequest request;
  request.hazard = flood;
  request.assets = buildings;
  request.all_times = request.objects = true;
  const auto report = (*engine)->impact(request);
  ASSERT_TRUE(report) << report.error().text();
  const auto& o = *report->objects;

  LoadContext context{spec, {}, jobs, std::make_shared<Progress>(), CancelToken()};
  auto loaded = load_layer(context);
  ASSERT_FALSE(loaded.error) << loaded.error->text();
  ASSERT_TRUE(loaded.outlines) << "the city has LOD 0 and LOD 1";
  FieldLayer water;
  io::FieldOptions field_options;
  field_options.nodata_is_dry = true;  // as the demo has it
  auto opened = io::open_field({dir / "flood.tif"}, field_options);
  ASSERT_TRUE(opened) << opened.error().text();
  water.field = opened->field;
  auto palette = load_palette(fs::path(TENBO_SOURCE_DIR) / "assets/palettes/flood-depth.json");
  ASSERT_TRUE(palette) << palette.error().text();
  water.palette = *palette;
  FeatureLooks looks;
  looks.styles.resize(loaded.city->features.size());
  Ground ground;
  ASSERT_EQ(water.field->steps(), o.classes.size());
  std::size_t touched = 0, compared = 0;
  std::map<int, std::size_t> classes;
  for (std::size_t step = 0; step < o.classes.size(); ++step) {
    HazardSource hazard;
    hazard.field = &water;
    hazard.slice = *water.field->slice(step);
    hazard.key = step + 2;
    hazard.places = std::make_shared<const std::vector<impact::Class>>(classify_cells(water, *hazard.slice));
    hazard.jobs = &jobs;
    hazard.run = [](const std::function<void()>& work) { work(); };
    ASSERT_EQ(looks.classify(hazard, loaded.city->features, loaded.footprints, loaded.outlines, ground), FeatureLooks::Classified::changed);
    for (std::uint32_t a = 0; a < o.assets->shapes.count; ++a) {
      const auto row = loaded.city->features.find(o.assets->ids[a]);
      ASSERT_TRUE(row) << o.assets->ids[a];
      const auto& style = looks.styles[*row];
      const auto c = o.classes[step][a];
      ++compared;
      touched += impact::is_touched(c);
      if (impact::is_touched(c)) {
        ++classes[c];
        ASSERT_EQ(style.hazard, report->classes[c - 1u].colour) << o.assets->ids[a] << " at step " << step;
        ASSERT_GT(style.hazard_height, 0);
      } else {
        ASSERT_EQ(style.hazard.a, 0) << o.assets->ids[a] << " at step " << step;
        ASSERT_EQ((style.flags & render::feature_hazard_unknown) != 0, c == impact::unknown) << o.assets->ids[a];
      }
    }
  }
  EXPECT_GT(touched, 100u) << "of " << compared;
  EXPECT_GE(classes.size(), 2u);
  // the same step again costs nothing; another field's cells are worked out anew, by whoever runs jobs
  HazardSource again;
  again.field = &water;
  again.slice = *water.field->slice(0);
  again.key = 1000;
  std::size_t asked = 0;
  again.run = [&](const std::function<void()>&) { ++asked; };
  looks.overlaps.reset();
  EXPECT_EQ(looks.classify(again, loaded.city->features, loaded.footprints, loaded.outlines, ground), FeatureLooks::Classified::late) << "the frame does not wait";
  EXPECT_EQ(looks.classify(again, loaded.city->features, loaded.footprints, loaded.outlines, ground), FeatureLooks::Classified::late);
  EXPECT_EQ(asked, 1u);
  fs::remove_all(dir);
}

}  // namespace
}  // namespace tenbo::runtime
