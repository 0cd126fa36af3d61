// Odd sizes, wrong input, big data, things destroyed while in use.
#include <cmath>

#include "render_fixture.h"
#include "test_city.h"

namespace tenbo::render::test {
namespace {

TEST_F(RenderTest, same_input_gives_the_same_bytes) {
  TestCity city(3);
  auto terrain = renderer().create_mesh(city.terrain), buildings = renderer().create_mesh(city.buildings);
  const Shot s{.eye = {-200, -600, 200}, .heading = 20, .pitch = -15};
  for (std::uint32_t samples : {1u, 4u}) {
    FrameView v = view_of(s, {160, 90});
    v.accumulate = samples;
    v.meshes = {draw(*buildings), draw(*terrain, Material::terrain)};
    for (auto& m : v.meshes) m.model = model_of(s);
    EXPECT_EQ(shot(v).rgba, shot(v).rgba);
  }
  renderer().destroy(*terrain);
  renderer().destroy(*buildings);
}

TEST_F(RenderTest, balanced_quality_draws_the_same_scene_on_any_device) {
  auto balanced = Renderer::create({.validation = true, .quality_set = true, .quality = Quality::balanced});
  ASSERT_TRUE(balanced.ok()) << balanced.error().text();
  TestCity city(3);
  const Shot s{.eye = {-200, -600, 200}, .heading = 20, .pitch = -15};
  const auto drawn_by = [&](Renderer& r) {
    FrameView v = view_of(s, {320, 180});
    v.meshes = {draw(*r.create_mesh(city.buildings)), draw(*r.create_mesh(city.terrain), Material::terrain)};
    for (auto& m : v.meshes) m.model = model_of(s);
    auto image = r.render(v);
    for (auto& m : v.meshes) r.destroy(m.mesh);
    return image ? std::move(*image) : Image{};
  };
  const Image a = drawn_by(**balanced), b = drawn_by(renderer());
  ASSERT_EQ(a.rgba.size(), b.rgba.size());
  double apart = 0;  // only the shadows' edges differ
  for (std::size_t i = 0; i < a.rgba.size(); ++i) apart += std::abs(a.rgba[i] - b.rgba[i]);
  EXPECT_LT(apart / static_cast<double>(a.rgba.size()), 4);
  EXPECT_THAT((*balanced)->validation_messages(), testing::IsEmpty());
  EXPECT_EQ((*balanced)->quality(), Quality::balanced);
}

TEST_F(RenderTest, odd_sizes_work_and_impossible_ones_say_so) {
  auto mesh = renderer().create_mesh(wall(30, -10000, 10000, -1000, 1000, 0));
  FeatureStyle style;
  style.hazard = {1, 2, 3, 255};
  style.hazard_height = 1e6f;
  style.flags = feature_selected;
  auto table = renderer().create_features(std::span(&style, 1));
  for (glm::uvec2 size : {glm::uvec2{1, 1}, {1, 7}, {3, 1}, {17, 33}, {7680, 16}}) {
    FrameView v = looking({0, 1, 0}, size);
    v.meshes = {draw(*mesh)};
    v.meshes[0].features = *table;
    for (std::uint32_t samples : {1u, 2u}) {
      v.accumulate = samples;
      const Image image = shot(v);
      EXPECT_EQ(at(image, static_cast<int>(size.x) - 1, static_cast<int>(size.y) - 1), (Rgba8{1, 2, 3, 255})) << size.x;
    }
    EXPECT_TRUE(renderer().pick(v, {size.x - 1, size.y - 1})->hit);
  }
  for (glm::uvec2 size : {glm::uvec2{0, 5}, {5, 0}, {100'000, 5}}) {
    const auto r = renderer().render(looking({0, 1, 0}, size));
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.error().code, ErrorCode::invalid_argument);
  }
  FrameView v = looking({0, 1, 0});
  v.fov_y = std::nanf("");
  EXPECT_FALSE(renderer().render(v).ok());
  v = looking({0, 1, 0});
  v.near_plane = 0;
  EXPECT_FALSE(renderer().render(v).ok());
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(RenderTest, wrong_data_is_refused_with_an_error) {
  MeshData m = wall(1, 0, 1, 0, 1, 0);
  m.indices[2] = 4;
  EXPECT_FALSE(renderer().create_mesh(m).ok());
  m = wall(1, 0, 1, 0, 1, 0);
  m.indices.pop_back();
  EXPECT_FALSE(renderer().create_mesh(m).ok());
  EXPECT_FALSE(renderer().create_texture(Image{2, 2, std::vector<std::uint8_t>(15)}, false).ok());
  EXPECT_FALSE(renderer().create_texture(Image{0, 0, {}}, false).ok());
  EXPECT_EQ(renderer().create_texture(Image{1 << 20, 1, std::vector<std::uint8_t>(4u << 20)}, false).error().code, ErrorCode::out_of_budget);
  EXPECT_FALSE(renderer().create_grid(3, 3, std::vector<float>(8)).ok());
  EXPECT_FALSE(renderer().create_lines({{{0, 0, 0}}, {}, {0, 1}}).ok());
  EXPECT_FALSE(renderer().create_lines({{{0, 0, 0}}, {0}, {0, 2}}).ok());
  const FeatureStyle style;
  EXPECT_FALSE(renderer().update_features({}, 0, std::span(&style, 1)).ok());
  EXPECT_FALSE(renderer().present(looking({0, 1, 0})).ok());
}

TEST_F(RenderTest, empty_nan_and_stale_things_draw_nothing_and_harm_nothing) {
  FrameView v = looking({0, 1, 0});
  const Image bare = shot(v);
  auto empty = renderer().create_mesh({});
  MeshData broken = wall(30, -5, 5, -5, 5, 0);
  for (auto& vertex : broken.vertices) vertex.x = std::nanf("");
  auto nan_mesh = renderer().create_mesh(broken);
  auto gone = renderer().create_mesh(wall(30, -5, 5, -5, 5, 0));
  renderer().destroy(*gone);
  renderer().destroy(*gone);
  auto empty_lines = renderer().create_lines({});
  auto no_styles = renderer().create_features({});
  ASSERT_TRUE(empty.ok() && nan_mesh.ok() && empty_lines.ok() && no_styles.ok());
  v.meshes = {draw(*empty), draw(*nan_mesh), draw(*gone), draw({})};
  v.meshes[1].features = *no_styles;
  LineDraw line;
  line.lines = *empty_lines;
  v.lines = {line, {}};
  v.fields = {FieldDraw{}};
  OverlayCommand outside;
  outside.index_count = 3;
  outside.first_index = 1000;
  v.overlay.vertices = {{0, 0, 0, 0, 0xFFFFFFFF}};
  v.overlay.indices = {0, 0, 7};
  v.overlay.commands = {outside, {.index_count = 3}};
  EXPECT_EQ(shot(v).rgba, bare.rgba);
  for (auto h : {*empty, *nan_mesh}) renderer().destroy(h);
  renderer().destroy(*empty_lines);
  renderer().destroy(*no_styles);
}

TEST_F(RenderTest, destroying_what_a_frame_uses_gives_the_memory_back) {
  FrameView v = looking({0, 1, 0});
  shot(v);
  shot(v);
  const std::uint64_t before = renderer().gpu_memory_bytes();
  EXPECT_GT(before, 0u);
  for (int i = 0; i < 20; ++i) {
    auto mesh = renderer().create_mesh(wall(30, -5, 5, -5, 5, 0));
    auto texture = renderer().create_texture(Image{256, 256, std::vector<std::uint8_t>(256 * 256 * 4, 200)}, true);
    auto table = renderer().create_features(std::vector<FeatureStyle>(1000));
    FrameView w = v;
    w.meshes = {draw(*mesh)};
    w.meshes[0].texture = *texture;
    w.meshes[0].features = *table;
    ASSERT_TRUE(renderer().render_offscreen(w).ok());
    renderer().destroy(*mesh);
    renderer().destroy(*texture);
    renderer().destroy(*table);
  }
  shot(v);
  shot(v);
  EXPECT_LE(renderer().gpu_memory_bytes(), before + (9u << 20));  // one staging block may stay
}

TEST_F(RenderTest, tables_and_meshes_larger_than_a_storage_binding) {
  // 8.5 million styles are 136 MB; Debian 12's software device binds 128 MiB at once.
  constexpr std::uint32_t many = 8'500'000;
  std::vector<FeatureStyle> styles(many);
  styles[many - 1].hazard = {11, 22, 33, 255};
  styles[many - 1].hazard_height = 1e6f;
  styles[3].hazard = {44, 55, 66, 255};
  styles[3].hazard_height = 1e6f;
  auto table = renderer().create_features(styles);
  ASSERT_TRUE(table.ok()) << table.error().text();
  // A vertex buffer of 143 MB of which the last triangles are used.
  MeshData big = wall(30, -1000, 1000, -1000, 1000, many - 1);
  const auto corners = big.vertices;
  big.vertices.assign(5'100'000, corners[0]);
  const auto base = static_cast<std::uint32_t>(big.vertices.size());
  big.vertices.insert(big.vertices.end(), corners.begin(), corners.end());
  for (auto& i : big.indices) i += base;
  auto last = renderer().create_mesh(big), first = renderer().create_mesh(wall(20, -1000, 0, -1000, 1000, 3));
  ASSERT_TRUE(last.ok() && first.ok());
  FrameView v = looking({0, 1, 0});
  v.meshes = {draw(*last), draw(*first)};
  for (auto& m : v.meshes) m.features = *table;
  const Image image = shot(v);
  EXPECT_EQ(at(image, 60, 24), (Rgba8{11, 22, 33, 255}));
  EXPECT_EQ(at(image, 4, 24), (Rgba8{44, 55, 66, 255}));
  renderer().destroy(*last);
  renderer().destroy(*first);
  renderer().destroy(*table);
}

TEST_F(RenderTest, textures_repeat_or_clamp) {
  Image picture{2, 1, {255, 0, 0, 255, 0, 0, 255, 255}};
  auto mesh_data = wall(30, -10, 10, -10, 10, 0);
  for (auto& vertex : mesh_data.vertices) vertex.u *= 2;  // twice across
  auto mesh = renderer().create_mesh(mesh_data);
  for (bool repeat : {false, true}) {
    auto texture = renderer().create_texture(picture, repeat);
    FrameView v = looking({0, 1, 0});
    v.meshes = {draw(*mesh, Material::draped)};
    v.meshes[0].texture = *texture;
    const Rgba8 c = at(shot(v), 38, 24);  // u about 1.2
    EXPECT_EQ(c.r > 128, repeat);
    renderer().destroy(*texture);
  }
  renderer().destroy(*mesh);
}

}  // namespace
}  // namespace tenbo::render::test
