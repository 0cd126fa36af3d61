// Pictures for people to judge, under renders/ in the build folder; the assertions say that drawing them works and that
// the validation layer is silent. Small by default; TENBO_GALLERY=1 draws the whole city at 1280 x 720, and
// TENBO_GALLERY_TIMES=1 prints what a frame of 1920 x 1080 costs, pass by pass.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "test_city.h"

namespace tenbo::render::test {
namespace {

class Gallery : public testing::Test {
 protected:
  static bool whole() { return std::getenv("TENBO_GALLERY") || std::getenv("TENBO_GALLERY_TIMES"); }
  static void SetUpTestSuite() {
    auto r = Renderer::create({.validation = !std::getenv("TENBO_GALLERY_TIMES")});
    if (r) renderer_ = std::move(*r).release();
    else FAIL() << r.error().text();
    TestCity city(whole() ? 26 : 5);
    terrain_ = *renderer_->create_mesh(city.terrain);
    buildings_ = *renderer_->create_mesh(city.buildings);
    sea_ = *renderer_->create_mesh(city.sea);
    styles_ = city.styles;
    centres_ = city.centres;
    table_ = *renderer_->create_features(styles_);
  }
  static void TearDownTestSuite() {
    delete renderer_;
    renderer_ = nullptr;
  }
  void fill(FrameView& v, const Shot& s) {
    MeshDraw d;
    d.model = model_of(s);
    d.mesh = buildings_;
    d.features = table_;
    d.layer = 1;
    v.meshes.push_back(d);
    d.features = {};
    d.mesh = terrain_;
    d.colour = {255, 255, 255, 255};
    d.material = Material::terrain;
    d.layer = 2;
    v.meshes.push_back(d);
    d.mesh = sea_;
    d.material = Material::water_body;
    d.colour = {66, 88, 104, 255};
    v.meshes.push_back(d);
  }
  void shoot(const std::string& name, const Shot& s, bool night = false, const std::function<void(FrameView&)>& more = {}) {
    FrameView v = view_of(s, whole() ? glm::uvec2(1280, 720) : glm::uvec2(320, 180));
    v.night_theme = night;
    const char* samples = std::getenv("TENBO_GALLERY_SAMPLES");
    v.accumulate = samples ? static_cast<std::uint32_t>(std::atoi(samples)) : 1;
    fill(v, s);
    if (more) more(v);
    auto image = renderer_->render(v);
    ASSERT_TRUE(image.ok()) << image.error().text();
    save_png(*image, name);
    if (std::getenv("TENBO_GALLERY_TIMES")) {
      v.size = {1920, 1080};
      ASSERT_TRUE(renderer_->render_offscreen(v).ok());
      double least = 1e9;  // of all threads: what the frame costs, whoever else is at work
      for (int i = 0; i < 8; ++i) {
        const std::clock_t before = std::clock();
        ASSERT_TRUE(renderer_->render_offscreen(v).ok());
        least = std::min(least, 1000.0 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC);
      }
      std::printf("processor %6.1f ms ", least);
      const FrameStats st = renderer_->stats();
      std::printf("%-14s %8llu triangles  cpu %6.1f ms ", name.c_str(), static_cast<unsigned long long>(st.triangles), st.cpu_ms);
      for (const auto& p : st.passes) std::printf(" %s %.1f", p.name.c_str(), p.ms);
      std::printf("\n");
    }
    EXPECT_EQ(renderer_->validation_messages(), std::vector<std::string>{});
  }
  static Renderer* renderer_;
  static MeshHandle terrain_, buildings_, sea_;
  static FeatureTableHandle table_;
  static std::vector<FeatureStyle> styles_;
  static std::vector<glm::vec3> centres_;
};
Renderer* Gallery::renderer_ = nullptr;
MeshHandle Gallery::terrain_, Gallery::buildings_, Gallery::sea_;
FeatureTableHandle Gallery::table_;
std::vector<FeatureStyle> Gallery::styles_;
std::vector<glm::vec3> Gallery::centres_;

TEST_F(Gallery, noon) { shoot("noon", {.eye = {-300, -2300, 700}, .heading = 12, .pitch = -22}); }
TEST_F(Gallery, middle) { shoot("middle", {.eye = {200, -900, 160}, .heading = 25, .pitch = -14}); }
TEST_F(Gallery, street) { shoot("street", {.eye = {312, -460, 12}, .heading = 10, .pitch = -2}); }
TEST_F(Gallery, far) { shoot("far", {.eye = {-1500, -7500, 3200}, .heading = 11, .pitch = -26}); }
TEST_F(Gallery, dusk) { shoot("dusk", {.eye = {-300, -2300, 700}, .heading = 12, .pitch = -16, .sun_azimuth = 285, .sun_elevation = 4}); }
TEST_F(Gallery, twilight) { shoot("twilight", {.eye = {-300, -2300, 700}, .heading = -40, .pitch = -10, .sun_azimuth = 290, .sun_elevation = -4}); }
TEST_F(Gallery, night) { shoot("night", {.eye = {-300, -2300, 700}, .heading = 12, .pitch = -16, .sun_azimuth = 320, .sun_elevation = -25}); }
TEST_F(Gallery, theme) { shoot("theme", {.eye = {-300, -2300, 700}, .heading = 12, .pitch = -22}, true); }
TEST_F(Gallery, morning) { shoot("morning", {.eye = {200, -900, 160}, .heading = 25, .pitch = -10, .sun_azimuth = 95, .sun_elevation = 14}); }

// A flood along the river: water as surface and class, buildings coloured to its level, one of them selected.
class Flood : public Gallery {
 protected:
  static constexpr int columns = 240, rows = 200;
  static constexpr float cell = 12.5f, west = -1500, north = 1200;
  static float level(float y) { return 7.2f + 0.0016f * std::max(0.f, y + 1800); }
  static float depth_at(float x, float y) {
    const float d = level(y) - std::max(ground(x, y), 0.f);
    return std::abs(x - river_x(y)) < 900 - 0.2f * std::abs(y) && d > 0 ? d * (0.55f + 0.45f * std::sin(x / 400 + y / 700)) : 0;
  }
  void SetUp() override {
    MeshData m;
    std::vector<float> values;
    for (int j = 0; j <= rows; ++j)
      for (int i = 0; i <= columns; ++i) {
        const float x = west + cell * i, y = north - cell * j;
        m.vertices.push_back({x, y, std::max(ground(x, y), 0.f), encode_normal({0, 0, 1}), float(i) / columns, float(j) / rows, no_feature});
        if (i < columns && j < rows) {
          values.push_back(depth_at(x + cell / 2, y - cell / 2));
          const auto a = static_cast<std::uint32_t>(j * (columns + 1) + i);
          for (std::uint32_t k : {a, a + columns + 1, a + columns + 2, a, a + columns + 2, a + 1}) m.indices.push_back(k);
        }
      }
    mesh = *renderer_->create_field_mesh(m);
    grid = *renderer_->create_grid(columns, rows, values);
    auto styles = styles_;
    for (std::size_t i = 0; i < styles.size(); ++i) {
      const glm::vec3 c = centres_[i];
      const float d = depth_at(c.x, c.y);
      if (d < 0.01f) continue;
      styles[i].hazard = d < 0.5f ? Rgba8{247, 245, 169, 255} : d < 3 ? Rgba8{255, 216, 192, 255} : Rgba8{255, 183, 183, 255};
      styles[i].hazard_height = std::max(ground(c.x, c.y), 0.f) + d;
    }
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < centres_.size(); ++i)
      if (glm::distance(glm::vec2(centres_[i]), {430, -480}) < glm::distance(glm::vec2(centres_[nearest]), {430, -480})) nearest = i;
    styles[nearest].flags = feature_selected;
    ASSERT_TRUE(renderer_->update_features(table_, 0, styles).ok());
  }
  void TearDown() override {
    renderer_->destroy(mesh);
    renderer_->destroy(grid);
    ASSERT_TRUE(renderer_->update_features(table_, 0, styles_).ok());
  }
  std::function<void(FrameView&)> with(WaterMode mode, const Shot& s) {
    return [this, mode, s](FrameView& v) {
      FieldDraw f;
      f.mesh = mesh;
      f.values = grid;
      f.model = model_of(s);
      f.mode = mode;
      f.palette = {{0.01f, {247, 245, 169, 255}}, {0.5f, {255, 216, 192, 255}}, {3, {255, 183, 183, 255}}, {5, {255, 145, 145, 255}}};
      v.fields.push_back(f);
    };
  }
  MeshHandle mesh;
  GridHandle grid;
};
const Shot over{.eye = {-300, -1900, 900}, .heading = 14, .pitch = -34}, side{.eye = {300, -900, 60}, .heading = 5, .pitch = -9};
TEST_F(Flood, above_both) { shoot("flood_above", over, false, with(WaterMode::both, over)); }
TEST_F(Flood, side_both) { shoot("flood_side", side, false, with(WaterMode::both, side)); }
TEST_F(Flood, side_surface) { shoot("flood_surface", side, false, with(WaterMode::surface, side)); }
TEST_F(Flood, theme) { shoot("flood_theme", over, true, with(WaterMode::both, over)); }

}  // namespace
}  // namespace tenbo::render::test
