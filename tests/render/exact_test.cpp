// Colours that must come out exactly as they went in: hazards, classes, draped polygons, overlay.
#include <cmath>
#include <limits>

#include "render_fixture.h"

namespace tenbo::render::test {
namespace {

const float nan_value = std::numeric_limits<float>::quiet_NaN();

TEST_F(RenderTest, hazard_colour_is_exact_below_its_height_and_clay_is_lit_above) {
  // Official depth colours of the MLIT hazard-map guide.
  const Rgba8 official[6]{{247, 245, 169, 255}, {255, 216, 192, 255}, {255, 183, 183, 255},
                          {255, 145, 145, 255}, {242, 133, 201, 255}, {220, 122, 220, 255}};
  auto mesh = renderer().create_mesh(wall(30, -20, 20, -20, 20, 0));
  ASSERT_TRUE(mesh.ok());
  for (const Rgba8 colour : official) {
    FeatureStyle style;
    style.hazard = colour;
    style.hazard_height = 100;  // scene's datum; the tile's origin lies at 100 m
    auto table = renderer().create_features(std::span(&style, 1));
    ASSERT_TRUE(table.ok());
    for (std::uint32_t samples : {1u, 4u}) {
      FrameView v = looking({0, 1, 0});
      v.accumulate = samples;
      v.haze_distance = 20;  // hazards do not fade
      MeshDraw d = draw(*mesh);
      d.features = *table;
      d.origin_height = 100;
      v.meshes.push_back(d);
      const Image image = shot(v);
      for (int y = 26; y < 48; ++y)
        for (int x = 0; x < 64; x += 7) EXPECT_EQ(at(image, x, y), colour) << x << ' ' << y << ' ' << samples;
      EXPECT_NE(at(image, 32, 10), colour);
    }
    renderer().destroy(*table);
  }
  renderer().destroy(*mesh);
}

TEST_F(RenderTest, height_of_a_vertex_follows_the_curved_datum) {
  // 10 km east of the tile's origin the datum lies 10000^2 / (2 * 6371009) = 7.848 m below the tangent plane.
  auto mesh = renderer().create_mesh(wall(10, -1e4f - 10, -1e4f + 10, -10, 10, 0));
  FeatureStyle style;
  style.hazard = {255, 40, 0, 255};
  style.hazard_height = 7.848f;
  auto table = renderer().create_features(std::span(&style, 1));
  FrameView v = looking({0, 1, 0});
  MeshDraw d = draw(*mesh);
  d.features = *table;
  d.model = glm::translate(glm::mat4(1), glm::vec3(1e4f, 0, 0));
  v.meshes.push_back(d);
  const Image image = shot(v);
  EXPECT_EQ(at(image, 32, 26), style.hazard);  // z < 0
  EXPECT_NE(at(image, 32, 21), style.hazard);  // z > 0
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(RenderTest, unknown_hazard_is_hatched_grey) {
  auto mesh = renderer().create_mesh(wall(30, -20, 20, -20, 20, 0));
  FeatureStyle style;
  style.flags = feature_hazard_unknown;
  style.hazard_height = 50;
  auto table = renderer().create_features(std::span(&style, 1));
  FrameView v = looking({0, 1, 0});
  MeshDraw d = draw(*mesh);
  d.features = *table;
  v.meshes.push_back(d);
  const Image image = shot(v);
  int dark = 0, light = 0;
  for (int y = 10; y < 40; ++y)
    for (int x = 10; x < 50; ++x) {
      dark += at(image, x, y) == Rgba8{150, 150, 150, 255};
      light += at(image, x, y) == Rgba8{190, 190, 190, 255};
    }
  EXPECT_EQ(dark, 600);
  EXPECT_EQ(light, 600);
  renderer().destroy(*mesh);
  renderer().destroy(*table);
}

TEST_F(RenderTest, draped_colour_is_exact_and_opacity_blends) {
  auto ground = renderer().create_mesh(floor(-100, 100, -100, 100, -50));
  FrameView v = looking({0, 0, -1});
  v.meshes.push_back(draw(*ground, Material::draped));
  v.meshes.back().colour = {10, 200, 30, 255};
  EXPECT_EQ(at(shot(v), 20, 20), (Rgba8{10, 200, 30, 255}));
  v.meshes.push_back(draw(*ground, Material::draped));
  v.meshes.back().colour = {210, 100, 130, 255};
  v.meshes.back().opacity = 0.5f;
  const Rgba8 c = at(shot(v), 20, 20);
  EXPECT_NEAR(c.r, 110, 1);
  EXPECT_NEAR(c.g, 150, 1);
  EXPECT_NEAR(c.b, 80, 1);
  renderer().destroy(*ground);
}

TEST_F(RenderTest, what_is_draped_is_lifted_by_what_the_ground_may_be_off) {
  const Rgba8 colour{10, 200, 30, 255};
  auto ground = renderer().create_mesh(floor(-1e4f, 1e4f, 50, 3e4f, -1000)), area = renderer().create_mesh(floor(-1e4f, 1e4f, 50, 3e4f, -1010));
  FrameView v = looking({0, 0.94f, -0.34f});
  v.meshes = {draw(*ground, Material::terrain), draw(*area, Material::draped)};
  v.meshes[1].colour = colour;
  EXPECT_NE(at(shot(v), 32, 24), colour);  // 10 m below at 3 km, which is more than the bias makes up for
  v.meshes[1].on_ground = true;
  EXPECT_NE(at(shot(v), 32, 24), colour);
  v.ground_error = 3;  // px: with these 48 rows some tens of metres
  EXPECT_EQ(at(shot(v), 32, 24), colour);
  EXPECT_NEAR(renderer().pick(v, {32, 24})->position.z, -1000, 2);
  v.meshes[1].on_ground = false;
  EXPECT_NE(at(shot(v), 32, 24), colour);
  renderer().destroy(*ground);
  renderer().destroy(*area);
}

// A field of 4 x 2 cells of 10 m seen from straight above; cell (0,0) in the north-west.
class FieldTest : public RenderTest {
 protected:
  FieldDraw field(std::vector<float> values) {
    MeshData m;
    const std::uint32_t n = encode_normal({0, 0, 1});
    for (int j = 0; j <= 2; ++j)
      for (int i = 0; i <= 4; ++i) m.vertices.push_back({-20.f + 10 * i, 10.f - 10 * j, -60, n, i / 4.f, j / 2.f, no_feature});
    for (std::uint32_t j = 0; j < 2; ++j)
      for (std::uint32_t i = 0; i < 4; ++i) {
        const std::uint32_t a = j * 5 + i;
        for (std::uint32_t k : {a, a + 5, a + 6, a, a + 6, a + 1}) m.indices.push_back(k);
      }
    mesh_ = *renderer().create_field_mesh(m);
    grid_ = *renderer().create_grid(4, 2, values);
    FieldDraw f;
    f.mesh = mesh_;
    f.values = grid_;
    f.palette = {{0.01f, {247, 245, 169, 255}}, {0.5f, {255, 216, 192, 255}}, {3, {255, 183, 183, 255}}, {5, {255, 145, 145, 255}}};
    return f;
  }
  void TearDown() override {
    renderer().destroy(mesh_);
    renderer().destroy(grid_);
    RenderTest::TearDown();
  }
  // Pixel at the centre of a cell: 64 x 48 px at 60 m with 36 degrees cover 39 m from north to south.
  static Rgba8 cell(const Image& image, int column, int row) {
    const double metres_per_px = 2 * 60 * std::tan(0.31415927) / 48;
    return at(image, static_cast<int>(std::floor(32 + (-15 + 10 * column) / metres_per_px)),
              static_cast<int>(std::floor(24 + (-5 + 10 * row) / metres_per_px)));
  }
  MeshHandle mesh_;
  GridHandle grid_;
};

TEST_F(FieldTest, classes_are_exact_and_unknown_and_dry_cells_show_nothing) {
  FieldDraw f = field({0.3f, 0.5f, 3, 7, nan_value, 0, 0.009f, -1});
  f.as_depth = false;
  for (WaterMode mode : {WaterMode::classes, WaterMode::both}) {
    FrameView v = looking({0, 0, -1});
    const Image bare = shot(v);
    f.mode = mode;
    v.fields = {f};
    const Image image = shot(v);
    EXPECT_EQ(cell(image, 0, 0), (Rgba8{247, 245, 169, 255}));
    EXPECT_EQ(cell(image, 1, 0), (Rgba8{255, 216, 192, 255}));  // a class begins at its stop, inclusive
    EXPECT_EQ(cell(image, 2, 0), (Rgba8{255, 183, 183, 255}));
    EXPECT_EQ(cell(image, 3, 0), (Rgba8{255, 145, 145, 255}));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(cell(image, i, 1), cell(bare, i, 1)) << i;
  }
}

// Blocks only leave out what would show nothing: the picture is the same to the byte. A block reaches over cells that
// show nothing where one of it does.
TEST_F(FieldTest, blocks_change_no_pixel) {
  constexpr int columns = 40, rows = 24;  // 3 x 2 blocks of the grid, 10 x 6 cells in a block of the mesh
  MeshData m;
  std::vector<float> values;
  std::vector<FieldBlock> blocks;
  const auto index = [](int i, int j) { return static_cast<std::uint32_t>(j * (columns + 1) + i); };
  for (int j = 0; j <= rows; ++j)
    for (int i = 0; i <= columns; ++i)
      m.vertices.push_back({-20.f + i, 12.f - j, -60, encode_normal({0, 0, 1}), float(i) / columns, float(j) / rows, no_feature});
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < columns; ++i)
      values.push_back(i == 12 && j == 3 ? 6.f : i > 30 && j > 17 ? 0.2f : i < 5 ? nan_value : i < 20 ? 0.f : 0.005f);
  for (int by = 0; by < rows; by += 6)
    for (int bx = 0; bx < columns; bx += 10) {
      const auto first = static_cast<std::uint32_t>(m.indices.size());
      for (int j = by; j < by + 6; ++j)
        for (int i = bx; i < bx + 10; ++i)
          for (std::uint32_t k : {index(i, j), index(i, j + 1), index(i + 1, j + 1), index(i, j), index(i + 1, j + 1), index(i + 1, j)})
            m.indices.push_back(k);
      blocks.push_back({first, 360, std::uint32_t(bx), std::uint32_t(by), std::uint32_t(bx + 10), std::uint32_t(by + 6)});
    }
  FieldDraw f = field(std::vector<float>(8, 0.f));
  const MeshHandle whole = *renderer().create_field_mesh(m), parted = *renderer().create_field_mesh(m, blocks);
  const GridHandle grid = *renderer().create_grid(columns, rows, values);
  f.values = grid;
  const auto picture = [&](MeshHandle mesh) {
    FrameView v = looking({0, 0, -1});
    f.mesh = mesh;
    v.fields = {f};
    Image image = shot(v);
    return std::pair(image.rgba, renderer().stats().triangles);
  };
  const auto [all, triangles] = picture(whole);
  const auto [some, fewer] = picture(parted);
  EXPECT_EQ(all, some);
  EXPECT_EQ(triangles, 2u * columns * rows);
  // Grid blocks of 16 cells with something in them: (0,0), and (1,1) (2,1); mesh blocks that meet them: 2 x 3 of the
  // first, and of the others all that reach beyond x = 16 and y = 16, 3 x 2; one is among both.
  EXPECT_EQ(fewer, 120u * (2 * 3 + 3 * 2 - 1));
  // What is hatched is there to be seen, also where a block has nothing else: i < 5, which nobody knows.
  for (const bool unknown : {true, false}) {
    f.unknown_hatched = unknown;
    f.hatched = !unknown;
    EXPECT_TRUE(picture(whole).first == picture(parted).first) << unknown;
    if (unknown) {
      EXPECT_FALSE(picture(parted).first == all) << "the test's unknown cells are striped";
    }
  }
  const FieldBlock backwards[]{{360, 360, 0, 0, 1, 1}, {0, 360, 0, 0, 1, 1}}, beyond[]{{0, 1'000'000, 0, 0, 1, 1}};
  EXPECT_FALSE(renderer().create_field_mesh(m, backwards).ok());
  EXPECT_FALSE(renderer().create_field_mesh(m, beyond).ok());
  for (MeshHandle h : {whole, parted}) renderer().destroy(h);
  renderer().destroy(grid);
}

TEST_F(FieldTest, next_step_moves_no_class) {
  FieldDraw f = field(std::vector<float>(8, 0.3f));
  const GridHandle next = *renderer().create_grid(4, 2, std::vector<float>(8, 9.f));
  f.next = next;
  for (float blend : {0.f, 0.5f, 0.99f}) {
    f.blend = blend;
    FrameView v = looking({0, 0, -1});
    v.fields = {f};
    EXPECT_EQ(cell(shot(v), 1, 1), (Rgba8{247, 245, 169, 255})) << blend;
  }
  renderer().destroy(next);
}

TEST_F(FieldTest, depth_raises_the_surface_smoothly_between_steps) {
  FieldDraw f = field(std::vector<float>(8, 2.f));
  const GridHandle next = *renderer().create_grid(4, 2, std::vector<float>(8, 6.f));
  f.next = next;
  f.mode = WaterMode::classes;
  f.model = glm::translate(glm::mat4(1), glm::vec3(0, 60, 55));  // ground 5 m below the eye, 50 to 70 m away
  // The far edge of the water is y = 70, z = -5 + depth: its row from the top follows from the projection.
  const auto top_row = [&](float blend) {
    f.blend = blend;
    FrameView v = looking({0, 1, 0}, {64, 480});
    v.fields = {f};
    const Image image = shot(v);
    for (int y = 0; y < 480; ++y)
      if (at(image, 32, y) == Rgba8{255, 216, 192, 255}) return y;
    return -1;
  };
  for (float blend : {0.f, 0.25f, 0.5f}) {
    const double z = -5 + 2 + 4 * blend, row = 240 * (1 - z / 70 / std::tan(0.31415927));
    EXPECT_NEAR(top_row(blend), row, 1.5) << blend;
  }
  renderer().destroy(next);
}

TEST_F(FieldTest, opacity_mixes_with_what_lies_below) {
  FieldDraw f = field(std::vector<float>(8, 4.f));
  f.mode = WaterMode::classes;
  f.opacity = 0.5f;
  auto ground = renderer().create_mesh(floor(-50, 50, -50, 50, -70));
  FrameView v = looking({0, 0, -1});
  v.meshes.push_back(draw(*ground, Material::draped));
  v.meshes.back().colour = {55, 83, 183, 255};
  v.fields = {f};
  const Rgba8 c = cell(shot(v), 1, 1);
  EXPECT_NEAR(c.r, 155, 1);
  EXPECT_NEAR(c.g, 133, 1);
  EXPECT_NEAR(c.b, 183, 1);
  renderer().destroy(*ground);
}

OverlayList rectangle(float x0, float y0, float x1, float y1, Rgba8 colour, TextureHandle texture = {}) {
  OverlayList o;
  const std::uint32_t c = colour.packed();
  o.vertices = {{x0, y0, 0, 0, c}, {x1, y0, 1, 0, c}, {x1, y1, 1, 1, c}, {x0, y1, 0, 1, c}};
  o.indices = {0, 1, 2, 0, 2, 3};
  OverlayCommand command;
  command.index_count = 6;
  command.texture = texture;
  o.commands = {command};
  return o;
}

TEST_F(RenderTest, overlay_is_exact_to_the_pixel_and_clipped) {
  FrameView v = looking({0, 1, 0});
  const Image bare = shot(v);
  v.overlay = rectangle(10, 5, 30, 25, {12, 34, 56, 255});
  v.overlay.commands[0].clip = {0, 0, 20, 1e9f};
  const Image image = shot(v);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x) {
      const bool inside = x >= 10 && x < 20 && y >= 5 && y < 25;
      ASSERT_EQ(at(image, x, y), inside ? (Rgba8{12, 34, 56, 255}) : at(bare, x, y)) << x << ' ' << y;
    }
}

TEST_F(RenderTest, overlay_textures_and_vertex_offset_and_alpha) {
  Image picture{2, 1, {255, 0, 0, 255, 0, 0, 255, 255}};
  auto texture = renderer().create_texture(picture, false);
  FrameView v = looking({0, 1, 0});
  v.overlay = rectangle(0, 0, 40, 20, {255, 255, 255, 255}, *texture);
  const OverlayList more = rectangle(50, 0, 60, 10, {200, 100, 0, 255});
  v.overlay.commands.push_back(more.commands[0]);
  v.overlay.commands[1].vertex_offset = 4;
  v.overlay.vertices.insert(v.overlay.vertices.end(), more.vertices.begin(), more.vertices.end());
  // Half transparent black over the first.
  const OverlayList shade = rectangle(0, 10, 40, 20, {0, 0, 0, 128});
  v.overlay.commands.push_back(shade.commands[0]);
  v.overlay.commands[2].vertex_offset = 8;
  v.overlay.vertices.insert(v.overlay.vertices.end(), shade.vertices.begin(), shade.vertices.end());
  const Image image = shot(v);
  EXPECT_EQ(at(image, 5, 5), (Rgba8{255, 0, 0, 255}));
  EXPECT_EQ(at(image, 35, 5), (Rgba8{0, 0, 255, 255}));
  EXPECT_EQ(at(image, 55, 5), (Rgba8{200, 100, 0, 255}));
  EXPECT_NEAR(at(image, 5, 15).r, 127, 1);
  EXPECT_EQ(at(image, 5, 15).a, 255);
  renderer().destroy(*texture);
}

TEST_F(RenderTest, glyph_atlas_gives_coverage) {
  std::vector<std::uint8_t> atlas(8 * 8, 0);
  for (int y = 0; y < 8; ++y) for (int x = 4; x < 8; ++x) atlas[static_cast<std::size_t>(y * 8 + x)] = 255;
  ASSERT_TRUE(renderer().update_glyph_atlas(8, 0, 8, atlas).ok());
  FrameView v = looking({0, 1, 0});
  const Image bare = shot(v);
  v.overlay = rectangle(0, 0, 32, 32, {9, 8, 7, 255});
  Image image = shot(v);
  EXPECT_EQ(at(image, 24, 12), (Rgba8{9, 8, 7, 255}));
  EXPECT_EQ(at(image, 4, 12), at(bare, 4, 12));
  // Only the rows sent change.
  ASSERT_TRUE(renderer().update_glyph_atlas(8, 4, 8, std::vector<std::uint8_t>(4 * 8, 255)).ok());
  image = shot(v);
  EXPECT_EQ(at(image, 4, 28), (Rgba8{9, 8, 7, 255}));
  EXPECT_EQ(at(image, 4, 4), at(bare, 4, 4));
  EXPECT_FALSE(renderer().update_glyph_atlas(8, 4, 9, atlas).ok());
  ASSERT_TRUE(renderer().update_glyph_atlas(1, 0, 1, std::vector<std::uint8_t>(1, 255)).ok());
}

TEST_F(RenderTest, line_has_its_width_and_exact_colour) {
  LineData data;
  data.points = {{-30, 50, 0}, {0, 50, 0}, {30, 50, 0}};
  data.features = {0, 0, 0};
  data.starts = {0, 3};
  auto lines = renderer().create_lines(data);
  FrameView v = looking({0, 1, 0});
  LineDraw d;
  d.lines = *lines;
  d.colour = {20, 40, 220, 255};
  d.width = 6;
  v.lines = {d};
  const Image image = shot(v);
  for (int y = 22; y <= 25; ++y) EXPECT_EQ(at(image, 20, y), (Rgba8{20, 40, 220, 255})) << y;
  int rows = 0;
  for (int y = 0; y < 48; ++y) rows += at(image, 20, y) == Rgba8{20, 40, 220, 255};
  EXPECT_GE(rows, 5);
  EXPECT_LE(rows, 6);
  renderer().destroy(*lines);
}

}  // namespace
}  // namespace tenbo::render::test
