// Records with defects as they stand near the camera: on the demo generator's 3D bridges, and on models made from the records where
// there are none. What is expected is the generator's own ledger, and the defects that the test writes down.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../../engine/runtime/src/engine_impl.h"
#include "tenbo/base/file.h"
#include "tenbo/io/image.h"
#include "tenbo/io/make_city.h"

namespace tenbo::runtime {
namespace fs = std::filesystem;

// What an inspection layer would have if its plugin had read a list of defects.
struct EngineProbe {
  EngineImpl& engine;
  std::string photos = {};
  Layer* layer(const std::string& name) {
    for (auto& l : engine.layers_) if (l->spec.name == name) return l.get();
    return nullptr;
  }
  void give(Layer& layer, std::shared_ptr<const inspection::Register> records) {
    auto output = std::make_shared<PluginOutput>(*layer.output);
    output->structure_register = std::move(records);
    output->photos = photos;
    layer.plugin.reset();  // it has nothing more to say
    engine.adopt(layer, output);
  }
  // Markers of defects as a picture of that size has them: how far the symbol stands above its place, px.
  std::vector<float> raised(glm::uvec2 size) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ids;
    std::vector<float> out;
    const auto all = engine.markers(size, &ids);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].group >= 1000) out.push_back(all[i].foot.y - all[i].pixel.y);
    return out;
  }
  std::vector<Marker> markers_of_defects(glm::uvec2 size) {
    auto all = engine.markers(size, nullptr);
    std::erase_if(all, [](const Marker& m) { return m.group < 1000; });
    return all;
  }
  // Of a structure of a layer, where it is in view.
  Marker marker(const std::string& name, std::uint32_t structure, glm::uvec2 size) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ids;
    const auto all = engine.markers(size, &ids);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (ids[i] == std::pair(layer(name)->id, structure)) return all[i];
    ADD_FAILURE() << "no marker of " << structure;
    return {};
  }
  const StructureLayer& structures(const std::string& name) { return layer(name)->structures; }
};

namespace {
constexpr const char* terrain = R"({"name": "terrain", "kind": "terrain", "path": "dem.tif"})";
constexpr const char* bridges = R"({"name": "bridges", "kind": "buildings", "path": "udx/brid"})";
constexpr const char* records = R"({"name": "records", "kind": "inspection", "path": "bridges.geojson",
  "plugin": "infra_inspection", "parameters": {"path": "bridges.geojson"}})";

class StructuresEngine : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const fs::path dir = fs::path(TENBO_BINARY_DIR) / "structures_engine";
    fs::remove_all(dir);
    fs::create_directories(dir);
    JobSystem jobs;
    Progress progress;
    ASSERT_TRUE(io::make_city(dir, {.buildings = 40, .seed = 7}, jobs, progress).ok());
  }
  void SetUp() override {
    EngineOptions options;
    options.assets = fs::path(TENBO_SOURCE_DIR) / "assets";
    options.plugin_folders = {fs::path(TENBO_BINARY_DIR) / "plugins"};
    options.language = Language::en;
    auto engine = Engine::create(options, jobs_, log_);
    ASSERT_TRUE(engine.ok()) << engine.error().text();
    engine_ = std::move(*engine);
    fs::remove(dir_ / "scene.bindings.json");
  }
  void open(const std::string& layers) {
    std::ofstream(dir_ / "scene.json") << "{\"layers\": [" << layers << "]}";
    auto scene = scene::read_scene(dir_ / "scene.json");
    ASSERT_TRUE(scene.ok()) << scene.error().text();
    ASSERT_TRUE(engine_->open(*scene).ok());
    engine_->settle();
  }
  EngineImpl& impl() { return static_cast<EngineImpl&>(*engine_); }
  EngineProbe probe() { return {impl()}; }
  // The ledger's records as a register, of which the first has three defects and two inspections.
  std::shared_ptr<const inspection::Register> with_defects() {
    const auto& plain = *probe().structures("records").records;
    const auto& output = *probe().layer("records")->output;
    inspection::RegisterBuilder b;
    for (std::uint32_t i = 0; i < plain.size(); ++i) {
      inspection::StructureRow row;
      row.id = plain.id(i), row.name = plain.name(i), row.kind = inspection::Kind::bridge;
      row.lon = plain.lon(i), row.lat = plain.lat(i), row.length = plain.length(i), row.width = plain.width(i);
      row.spans = 2;
      row.heading = 60;
      std::vector<inspection::Inspection> seen(plain.inspections(i).begin(), plain.inspections(i).end());
      if (i == 0) seen = {{2015, 0, 0, Grade::II, NAN}, {2020, 0, 0, Grade::III, NAN}};
      row.inspections = seen;
      b.add(row);
    }
    const auto defect = [&](int year, inspection::DefectKind kind, inspection::Member member, const char* element, int span, float along, float length, float width, char grade) {
      inspection::Defect d;
      d.year = static_cast<std::int16_t>(year), d.kind = kind, d.member = member, d.span = static_cast<std::int16_t>(span), d.grade = grade;
      d.element = b.intern(element);
      d.along = along, d.length = length, d.width = width;
      d.photo = b.intern(grade == 'e' ? "span 1/girder.png" : grade == 'd' ? "../scene.json" : "");
      b.add(d);
    };
    using inspection::DefectKind;
    using inspection::Member;
    defect(2015, DefectKind::corrosion, Member::main_girder, "0101", 1, 3, 0.8f, 0.3f, 'c');
    defect(2020, DefectKind::corrosion, Member::main_girder, "0101", 1, 3, 2.0f, 0.5f, 'e');
    defect(2020, DefectKind::crack, Member::abutment, "0101", 1, 0, 1.5f, 0.0004f, 'd');
    defect(2020, DefectKind::spalling, Member::railing, "0101", 1, 5, 1.2f, 0.25f, 'c');
    (void)output;
    return b.finish();
  }
  void stand_before(const geo::GeoPoint& target, double range, double heading, double pitch) {
    engine_->set_camera(scene::look_at(target, range, heading, pitch));
    engine_->update(0);
    engine_->settle();
  }
  Image picture(const std::string& name) {
    auto image = engine_->still({960, 540}, 2, true);
    EXPECT_TRUE(image.ok()) << image.error().text();
    if (const char* dir = std::getenv("TENBO_TEST_PICTURES")) (void)io::write_png(fs::path(dir) / (name + ".png"), *image);
    return *image;
  }
  fs::path dir_ = fs::path(TENBO_BINARY_DIR) / "structures_engine";
  JobSystem jobs_;
  Log log_{LogLevel::error};
  std::unique_ptr<Engine> engine_;
};

TEST_F(StructuresEngine, WithoutA3DModelOneIsMadeFromTheRecord) {
  open(std::string(terrain) + "," + records);
  probe().give(*probe().layer("records"), with_defects());
  const auto& r = *probe().structures("records").records;
  const double ground = *engine_->ground_height(r.lon(0), r.lat(0));
  stand_before({r.lon(0), r.lat(0), ground + 4}, 60, 100, -8);
  const auto& s = probe().structures("records");
  ASSERT_FALSE(s.near.empty());
  EXPECT_TRUE(s.near.front().generated);
  EXPECT_EQ(s.near.front().structure, 0u);
  EXPECT_LE(s.entities.size(), 3u);  // however many are near: the models, the decals, their outlines
  EXPECT_EQ(std::count_if(s.features.begin(), s.features.end(), [](const auto& f) { return f.defect >= 0; }), 3);
  picture("generated");
  for (const auto& f : s.features) {
    if (f.defect < 0) continue;
    const auto& n = s.near[f.near];
    const auto side = n.frame.to_local(f.at).y < 0 ? n.model.outline.heading - 90 : n.model.outline.heading + 90;
    stand_before(geo::from_ecef(f.at), 14, side, 4);
    picture("generated_defect");
    break;
  }
  stand_before({r.lon(0), r.lat(0), ground + 4}, 60, 100, -8);
  // From straight above its deck is what is picked.
  engine_->set_visible(probe().layer("terrain")->id, false);
  scene::Camera above;
  above.lon = r.lon(0), above.lat = r.lat(0), above.height = ground + 60, above.pitch = -89.9;
  engine_->set_camera(above);
  engine_->update(0);
  const auto all = engine_->pick({640, 480}, {320, 300});
  ASSERT_TRUE(all && all->structure);
  EXPECT_EQ(all->structure->structure, 0u);
  EXPECT_EQ(all->structure->member, inspection::Member::pavement);
  EXPECT_FALSE(all->structure->estimated);
  EXPECT_GE(all->structure->span, 1);
  engine_->select(*all);
  const auto card = engine_->structure_card();
  ASSERT_TRUE(card);
  EXPECT_TRUE(card->generated);
  EXPECT_TRUE(card->assumed & inspection::assumed_height);
  EXPECT_EQ(card->years, (std::vector<int>{2015, 2020}));
  EXPECT_EQ(card->state.change, inspection::Change::worse);
  ASSERT_EQ(card->defects.size(), 3u);
  EXPECT_EQ(card->defects[0].change, inspection::Change::worse);
  // As of 2016 there is one defect, and the grade of then.
  engine_->set_inspection_year(2016);
  engine_->update(0);
  EXPECT_EQ(engine_->structure_card()->defects.size(), 1u);
  EXPECT_EQ(engine_->structure_card()->state.grade, Grade::II);
  EXPECT_EQ(std::count_if(s.features.begin(), s.features.end(), [](const auto& f) { return f.defect >= 0; }), 1);
}

TEST_F(StructuresEngine, DefectsLieOnThe3DBridge) {
  open(std::string(terrain) + "," + bridges + "," + records);
  probe().give(*probe().layer("records"), with_defects());
  const auto& r = *probe().structures("records").records;
  const double ground = *engine_->ground_height(r.lon(0), r.lat(0));
  stand_before({r.lon(0), r.lat(0), ground + 4}, 60, 100, -8);
  const auto& s = probe().structures("records");
  ASSERT_FALSE(s.near.empty());
  EXPECT_FALSE(s.near.front().generated);
  EXPECT_NEAR(s.near.front().model.outline.length, r.length(0), r.length(0) * 0.15 + 5);  // the generator's model has abutments
  int defects = 0;
  for (const auto& f : s.features) {
    if (f.defect < 0) continue;
    ++defects;
    // each lies on the model's surface, to a few centimetres
    const auto& n = s.near[f.near];
    const glm::vec3 local(n.frame.to_local(f.at));
    float least = INFINITY;
    for (const auto& t : n.surface) least = std::min(least, glm::length(inspection::nearest_on(t, local) - local));
    EXPECT_LT(least, 0.06f);
  }
  EXPECT_EQ(defects, 3);
  picture("bound");
  for (const auto& f : s.features) {  // from the side that the first defect looks to
    if (f.defect < 0) continue;
    const auto& n = s.near[f.near];
    const auto side = n.frame.to_local(f.at).y < 0 ? n.model.outline.heading - 90 : n.model.outline.heading + 90;
    stand_before(geo::from_ecef(f.at), 14, side, 4);
    picture("bound_defect");
    // 2 m long and 14 m away: 960 x 540 px at 36 degrees show 59 px a metre, of which the symbol leaves half the length, and its own half, free
    const auto near = probe().raised({960, 540});
    EXPECT_GT(*std::max_element(near.begin(), near.end()), 59 + 16);
    stand_before(geo::from_ecef(f.at), 600, side, 10);
    for (const float px : probe().raised({960, 540})) EXPECT_LT(px, 16) << "from afar it stands on it";
    break;
  }
  stand_before({r.lon(0), r.lat(0), ground + 4}, 60, 100, -8);
  engine_->set_visible(probe().layer("terrain")->id, false);
  scene::Camera above;
  above.lon = r.lon(0), above.lat = r.lat(0), above.height = ground + 60, above.pitch = -89.9;
  engine_->set_camera(above);
  engine_->update(0);
  engine_->set_visible(probe().layer("records")->id, false);  // its markers would be picked
  const auto picked = engine_->pick({640, 480}, {320, 240});
  ASSERT_TRUE(picked && picked->structure);
  EXPECT_EQ(picked->structure->structure, 0u);
  EXPECT_TRUE(picked->structure->estimated);
  EXPECT_GE(picked->structure->span, 1);
  EXPECT_NEAR(picked->structure->along, s.near.front().model.outline.length / 2, 4);
}

// A marker whose symbol would cover a defect stands above it, on a longer stem; above all of them where there are several.
TEST_F(StructuresEngine, MarkersAvoidDefects) {
  open(std::string(terrain) + "," + records);
  const auto plain = probe().structures("records").records;
  const auto bridge = [&](bool damaged) {
    inspection::RegisterBuilder b;
    inspection::StructureRow row;
    const std::vector<inspection::Inspection> seen{{2020, 0, 0, Grade::III, NAN}};
    row.id = plain->id(0), row.name = plain->name(0), row.kind = inspection::Kind::bridge;
    row.lon = plain->lon(0), row.lat = plain->lat(0), row.length = 40, row.width = 8, row.spans = 1, row.heading = 60, row.inspections = seen;
    b.add(row);
    for (std::uint32_t i = 1; i < plain->size(); ++i) {  // a register has as many as its list
      row = {};
      row.id = plain->id(i), row.kind = inspection::Kind::bridge, row.lon = plain->lon(i), row.lat = plain->lat(i);
      b.add(row);
    }
    for (const auto member : {inspection::Member::main_girder, inspection::Member::railing}) {
      if (!damaged) break;
      inspection::Defect d;
      d.year = 2020, d.kind = inspection::DefectKind::corrosion, d.member = member, d.span = 1, d.grade = 'd', d.along = 20, d.length = 1.0f, d.width = 0.4f;
      d.element = b.intern("0101");
      b.add(d);
    }
    return b.finish();
  };
  constexpr glm::uvec2 size{960, 540};
  probe().give(*probe().layer("records"), bridge(true));
  const geo::GeoPoint place{probe().structures("records").records->lon(0), probe().structures("records").records->lat(0), 0};
  const double ground = *engine_->ground_height(place.lon, place.lat);
  stand_before({place.lon, place.lat, ground + 4}, 60, 150, -8);
  const auto& s = probe().structures("records");
  std::vector<glm::dvec3> places;
  double side = 0;
  for (const auto& f : s.features) {
    if (f.defect < 0) continue;
    const auto& n = s.near[f.near];
    places.push_back(f.at);
    side = n.frame.to_local(f.at).y < 0 ? n.model.outline.heading - 90 : n.model.outline.heading + 90;
  }
  ASSERT_EQ(places.size(), 2u);
  // As far off as it takes for the lower one to stand where the symbol does: 38 px above the foot.
  const auto low = std::min_element(places.begin(), places.end(), [](const auto& a, const auto& b) { return geo::from_ecef(a).height < geo::from_ecef(b).height; });
  const double focal = size.y / 2.0 / std::tan(engine_->camera().fov * M_PI / 360), high = geo::from_ecef(*low).height - ground;
  ASSERT_GT(high, 1);
  const double range = high * focal / 38;
  const auto seen_from = [&](double far) {
    stand_before(geo::from_ecef(*low), far, side, 0);
    picture("marker_avoids_defects");
    return probe().marker("records", 0, size);
  };
  const auto raised = seen_from(range), afar = seen_from(range * 4);
  seen_from(range);
  int beneath = 0;
  for (const auto& m : probe().markers_of_defects(size)) {
    EXPECT_LT(std::abs(m.foot.x - raised.pixel.x), 36) << "it is one that it could cover";
    EXPECT_LT(raised.pixel.y + 16, m.foot.y) << "the symbol, 32 px high, covers a defect";
    ++beneath;
  }
  EXPECT_EQ(beneath, 2);
  EXPECT_NEAR(afar.foot.y - afar.pixel.y, 38, 0.5);
  probe().give(*probe().layer("records"), bridge(false));
  const auto plainly = seen_from(range);
  EXPECT_NEAR(plainly.foot.y - plainly.pixel.y, 38, 0.5);
  EXPECT_LT(std::abs(plainly.pixel.y - size.y / 2.0f), 16) << "without defects it stands where the lower one is";
  EXPECT_GT(plainly.pixel.y - raised.pixel.y, 16);
}

// The first has II of 2015 and III of 2020, with the defects of either year.
TEST_F(StructuresEngine, WhatIsShownIsAsOfTheScenesTimeUnlessAYearIsChosen) {
  open(std::string(terrain) + "," + bridges + "," + records);
  probe().give(*probe().layer("records"), with_defects());
  const auto& layer = *probe().layer("records");
  const auto& r = *layer.structures.records;
  const auto tied = std::find_if(layer.bound.begin(), layer.bound.end(), [](const auto& b) { return b.first == 0; });
  ASSERT_NE(tied, layer.bound.end());
  const auto colour = [&] {
    const auto* models = probe().layer("bridges");
    return std::tuple(models->looks.styles[tied->second].colour.r, models->looks.styles[tied->second].colour.g, models->looks.styles[tied->second].colour.b);
  };
  const auto of = [&](Grade g) { const auto c = engine_->grade_colour(g); return std::tuple(c.r, c.g, c.b); };
  const double ground = *engine_->ground_height(r.lon(0), r.lat(0));
  const auto at = [&](const char* time, std::optional<int> year) {
    engine_->set_time(*geo::parse_instant(time));
    engine_->set_inspection_year(year);
    stand_before({r.lon(0), r.lat(0), ground + 4}, 250, 100, -20);  // markers of models stand at their highest place
    return probe().marker("records", 0, {960, 540});
  };
  const auto defects = [&] { return std::count_if(layer.structures.features.begin(), layer.structures.features.end(), [](const auto& f) { return f.defect >= 0; }); };
  auto m = at("2030-06-01T00:00:00+09:00", {});
  EXPECT_EQ(m.letter, "III");
  EXPECT_TRUE(m.hatched) << "ten years ago";
  EXPECT_EQ(colour(), of(Grade::III));
  EXPECT_EQ(defects(), 3);
  m = at("2019-06-01T00:00:00+09:00", {});
  EXPECT_EQ(m.letter, "II");
  EXPECT_FALSE(m.hatched);
  EXPECT_EQ(colour(), of(Grade::II));
  EXPECT_EQ(defects(), 1);
  m = at("2014-06-01T00:00:00+09:00", {});
  EXPECT_EQ(m.letter, "?");
  EXPECT_EQ(colour(), of(Grade::not_inspected));
  EXPECT_EQ(defects(), 0);
  m = at("2014-06-01T00:00:00+09:00", 2021);  // a choice wins
  EXPECT_EQ(m.letter, "III");
  EXPECT_FALSE(m.hatched) << "overdue is judged by the same year";
  EXPECT_EQ(colour(), of(Grade::III));
  EXPECT_EQ(defects(), 3);
  m = at("2030-06-01T00:00:00+09:00", 2016);
  EXPECT_EQ(m.letter, "II");
  EXPECT_FALSE(m.hatched);
}

TEST_F(StructuresEngine, InspectionsAfterTheScenesTimeAreSaid) {
  open(std::string(terrain) + "," + records);
  probe().give(*probe().layer("records"), with_defects());
  std::uint32_t later = 0;
  const auto& r = *probe().structures("records").records;
  for (std::uint32_t i = 0; i < r.size(); ++i) later += r.year(i) > 2019;
  ASSERT_GT(later, 0u);
  const auto note = [&](const char* time) {
    engine_->set_time(*geo::parse_instant(time));
    engine_->update(0);
    return impl().legends().back().note;
  };
  EXPECT_NE(note("2019-06-01T00:00:00+09:00").find("Grades as of 2019-06-01: " + std::to_string(later) + " were inspected later"), std::string::npos) << note("2019-06-01T00:00:00+09:00");
  EXPECT_EQ(note("2030-06-01T00:00:00+09:00").find("as of"), std::string::npos);
}

TEST_F(StructuresEngine, PhotographsComeFromTheirFolderAlone) {
  fs::create_directories(dir_ / "photos" / "span 1");
  Image image;
  image.width = 8, image.height = 6;
  image.rgba.assign(8 * 6 * 4, 255);
  ASSERT_TRUE(io::write_png(dir_ / "photos" / "span 1" / "girder.png", image).ok());
  open(records);
  const auto records = with_defects();
  auto with_photos = probe();
  with_photos.photos = (dir_ / "photos").string();
  with_photos.give(*probe().layer("records"), records);
  const auto id = probe().layer("records")->id;
  const auto defects = records->defects(0);
  for (std::uint32_t i = 0; i < defects.size(); ++i) {
    const bool asked = engine_->photograph(id, 0, i).error.empty();
    engine_->settle();
    const auto photo = engine_->photograph(id, 0, i);
    if (defects[i].grade == 'e') {
      ASSERT_TRUE(photo.picture) << photo.error;
      EXPECT_EQ(photo.picture->width, 8);
    } else {
      EXPECT_FALSE(photo.picture);
      EXPECT_FALSE(photo.error.empty());
    }
    EXPECT_EQ(asked, defects[i].photo != 0);
  }
  EXPECT_FALSE(engine_->photograph(id, 9999, 0).error.empty());
}

TEST_F(StructuresEngine, WhatAPersonSaysIsKeptBesideTheScene) {
  open(std::string(bridges) + "," + records);
  const auto& layer = *probe().layer("records");
  ASSERT_FALSE(layer.bound.empty());
  const auto [structure, feature] = layer.bound.front();
  const auto bound = layer.bound.size();
  const std::string id(probe().layer("bridges")->data.city->features.id(feature));
  ASSERT_TRUE(engine_->review_binding(layer.id, structure, id, false, "K. Sato").ok());
  EXPECT_EQ(layer.bound.size(), bound - 1);
  EXPECT_TRUE(fs::exists(dir_ / "scene.bindings.json"));
  auto scene = scene::read_scene(dir_ / "scene.json");
  ASSERT_TRUE(engine_->open(*scene).ok());
  engine_->settle();
  EXPECT_EQ(probe().layer("records")->bound.size(), bound - 1);
  ASSERT_TRUE(engine_->review_binding(probe().layer("records")->id, structure, id, true, "K. Sato").ok());
  EXPECT_EQ(probe().layer("records")->bound.size(), bound);
  // A file that nobody can read is not written over.
  std::ofstream(dir_ / "scene.bindings.json") << "{";
  ASSERT_TRUE(engine_->open(*scene).ok());
  engine_->settle();
  EXPECT_FALSE(engine_->review_binding(probe().layer("records")->id, structure, id, false, "K. Sato").ok());
  EXPECT_EQ(*read_text_file(dir_ / "scene.bindings.json"), "{");
}

}  // namespace
}  // namespace tenbo::runtime
