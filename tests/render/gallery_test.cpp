// Pictures for people to judge; the assertions only say that something sensible was drawn.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "test_city.h"

namespace tenbo::render::test {
namespace {

class Gallery : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto r = Renderer::create({.validation = !std::getenv("TENBO_GALLERY_TIMES")});
    if (r) renderer_ = std::move(*r).release();
    else FAIL() << r.error().text();
    TestCity city;
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
  void shoot(const std::string& name, const Shot& s, bool night = false) {
    FrameView v = view_of(s, {1280, 720});
    v.night_theme = night;
    const char* samples = std::getenv("TENBO_GALLERY_SAMPLES");
    v.accumulate = samples ? static_cast<std::uint32_t>(std::atoi(samples)) : 1;
    fill(v, s);
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

}  // namespace
}  // namespace tenbo::render::test
