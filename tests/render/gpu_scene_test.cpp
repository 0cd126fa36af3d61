// GPU-driven drawing against the direct way, on the same device: the same picture, fewer triangles. What is seen and what
// is not is counted a second time here, on the CPU.
#include <algorithm>
#include <map>

#include "render_fixture.h"
#include "test_city.h"

namespace tenbo::render::test {
namespace {

class GpuSceneTest : public testing::Test {
 protected:
  // One of each for all tests of a program, gone before the validation layer is.
  static void SetUpTestSuite() {
    for (auto [drawing, one] : {std::pair{Drawing::direct, &direct_}, {Drawing::gpu_driven, &gpu_}}) {
      auto r = Renderer::create({.validation = true, .quality_set = true, .quality = Quality::balanced, .drawing = drawing});
      if (!r) throw std::runtime_error(r.error().text());
      *one = std::move(*r);
    }
  }
  static void TearDownTestSuite() { direct_.reset(), gpu_.reset(); }
  static Renderer& direct() { return *direct_; }
  static Renderer& gpu() { return *gpu_; }
  void SetUp() override {
    if (!gpu().gpu_driven()) GTEST_SKIP() << "this device cannot draw GPU-driven";
  }
  void TearDown() override {
    EXPECT_THAT(direct().validation_messages(), testing::IsEmpty());
    EXPECT_THAT(gpu().validation_messages(), testing::IsEmpty());
  }
  static Image shot(Renderer& r, const FrameView& v) {
    auto image = r.render(v);
    if (!image) throw std::runtime_error(image.error().text());
    return std::move(*image);
  }
  // Pixels with a channel off by more than `steps`.
  static std::size_t differing(const Image& a, const Image& b, int steps) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < a.rgba.size(); i += 4) {
      int most = 0;
      for (std::size_t k = 0; k < 4; ++k) most = std::max(most, std::abs(int(a.rgba[i + k]) - int(b.rgba[i + k])));
      n += most > steps;
    }
    return n;
  }
  inline static std::unique_ptr<Renderer> direct_, gpu_;
};

// The test city in blocks, as a layer's tiles are, in both renderers. Handles are the same in both: they count up.
struct Town {
  std::vector<MeshHandle> blocks;
  MeshHandle terrain, sea;
  FeatureTableHandle table;
  std::vector<MeshData> data;
  std::vector<FeatureStyle> styles;

  Town(Renderer& r, const TestCity& city) : styles(city.styles) {
    std::map<std::pair<int, int>, MeshData> cells;
    std::map<std::pair<int, int>, std::map<std::uint32_t, std::uint32_t>> moved;
    const MeshData& all = city.buildings;
    for (std::size_t i = 0; i < all.indices.size(); i += 3) {
      const Vertex& at = all.vertices[all.indices[i]];
      const std::pair key{static_cast<int>(std::floor(at.x / 400)), static_cast<int>(std::floor(at.y / 400))};
      MeshData& cell = cells[key];
      for (std::size_t k = i; k < i + 3; ++k) {
        auto [it, fresh] = moved[key].try_emplace(all.indices[k], static_cast<std::uint32_t>(cell.vertices.size()));
        if (fresh) cell.vertices.push_back(all.vertices[all.indices[k]]);
        cell.indices.push_back(it->second);
      }
    }
    for (auto& [key, cell] : cells) {
      blocks.push_back(*r.create_mesh(cell));
      data.push_back(cell);
    }
    terrain = *r.create_mesh(city.terrain);
    sea = *r.create_mesh(city.sea);
    table = *r.create_features(styles);
  }
  void add_to(FrameView& v, const glm::mat4& model) const {
    const auto add = [&](MeshHandle mesh, Material material) {
      MeshDraw& d = v.meshes.emplace_back();
      d.mesh = mesh;
      d.material = material;
      d.model = model;
      if (material == Material::city) d.features = table;
    };
    for (MeshHandle m : blocks) add(m, Material::city);
    add(terrain, Material::terrain);
    add(sea, Material::water_body);
  }
  FrameView view(const Shot& s, glm::uvec2 size) const {
    FrameView v = view_of(s, size);
    v.anchor = -s.eye;
    add_to(v, model_of(s));
    return v;
  }
};

const TestCity& city() {
  static const TestCity one(12);
  return one;
}
constexpr glm::uvec2 small{320, 200};
const Shot shots[]{{{0, -1500, 600}, 0, -25}, {{-700, -900, 60}, 40, -5}, {{300, 200, 1500}, 10, -89, 120, 30}, {{63, -612, 9}, 60, 2, 250, 20}};

TEST_F(GpuSceneTest, draws_the_picture_that_the_direct_way_does) {
  const Town here(direct(), city()), there(gpu(), city());
  int i = 0;
  for (const Shot& s : shots) {
    const Image a = shot(direct(), here.view(s, small));
    save_png(a, "gpu_scene_direct_" + std::to_string(i));
    for (int frame = 0; frame < 2; ++frame) {  // nothing seen before, and all of it
      const Image b = shot(gpu(), there.view(s, small));
      save_png(b, "gpu_scene_" + std::to_string(i));
      EXPECT_LT(differing(a, b, 8), small.x * small.y / 200) << i << ' ' << frame;  // stricter than the golden pictures
      EXPECT_LT(differing(a, b, 2), small.x * small.y / 20) << i << ' ' << frame;
      EXPECT_LT(gpu().stats().triangles, direct().stats().triangles) << i << ' ' << frame;
    }
    ++i;
  }
}

// Stills of several samples look at nothing but their input.
TEST_F(GpuSceneTest, stills_are_the_same_and_repeat) {
  const Town here(direct(), city()), there(gpu(), city());
  FrameView a = here.view(shots[1], small), b = there.view(shots[1], small), other = there.view(shots[2], small);
  a.accumulate = b.accumulate = 4;
  const Image first = shot(gpu(), b);
  EXPECT_LT(differing(shot(direct(), a), first, 8), small.x * small.y / 200);
  shot(gpu(), other);
  EXPECT_EQ(shot(gpu(), b).rgba, first.rgba);
}

// Through streets and over roofs, tens of metres and degrees a frame: nothing that is seen may be missing in any.
TEST_F(GpuSceneTest, a_fast_camera_loses_nothing) {
  const Town here(direct(), city()), there(gpu(), city());
  std::uint64_t drawn = 0, in_view = 0;
  for (int i = 0; i < 30; ++i) {
    const float t = static_cast<float>(i) / 30;
    const Shot s{{-900 + 1800 * t, -914 + 700 * std::sin(9 * t), 14 + 60 * std::abs(std::sin(17 * t))}, 90 + 500 * t * t, -12 + 10 * std::cos(21 * t)};
    const Image a = shot(direct(), here.view(s, small)), b = shot(gpu(), there.view(s, small));
    EXPECT_LT(differing(a, b, 8), small.x * small.y / 200) << i;
    // What is missing shows something far behind it, or the sky: whole patches of other colours.
    EXPECT_LT(differing(a, b, 40), small.x * small.y / 2000) << i;
    drawn += gpu().stats().clusters.drawn;
    in_view += gpu().stats().clusters.in_view;
  }
  EXPECT_LT(drawn, in_view) << "some is hidden";
}

// The clusters as the test's own meshes make them: 128 triangles each, in order.
struct Box { glm::vec3 lo{1e9f}, hi{-1e9f}; };
std::vector<Box> boxes_of(const MeshData& m) {
  std::vector<Box> out;
  for (std::size_t i = 0; i < m.indices.size(); ++i) {
    if (i % 384 == 0) out.emplace_back();
    const Vertex& v = m.vertices[m.indices[i]];
    out.back().lo = glm::min(out.back().lo, glm::vec3(v.x, v.y, v.z));
    out.back().hi = glm::max(out.back().hi, glm::vec3(v.x, v.y, v.z));
  }
  return out;
}
// Whether a box in the view frame has all its corners outside one side of the view's pyramid.
bool outside(const FrameView& v, const Box& box, glm::vec3 move) {
  const double ty = std::tan(double(v.fov_y) / 2), tx = ty * v.size.x / v.size.y;
  int n[5]{};
  for (int k = 0; k < 8; ++k) {
    const glm::dvec3 e = glm::dmat3(v.view) * glm::dvec3(glm::vec3(k & 1 ? box.hi.x : box.lo.x, k & 2 ? box.hi.y : box.lo.y, k & 4 ? box.hi.z : box.lo.z) + move);
    const double z = -e.z;
    n[0] += e.x < -tx * z, n[1] += e.x > tx * z, n[2] += e.y < -ty * z, n[3] += e.y > ty * z, n[4] += z < v.near_plane;
  }
  return std::any_of(n, n + 5, [](int c) { return c == 8; });
}

TEST_F(GpuSceneTest, what_is_outside_the_picture_is_not_drawn) {
  const Town there(gpu(), city());
  for (const Shot& s : shots) {
    const FrameView v = there.view(s, small);
    std::uint64_t all = 0, seen = 0;
    const auto count = [&](const MeshData& m) {
      for (const Box& b : boxes_of(m)) ++all, seen += !outside(v, b, -s.eye);
    };
    for (const MeshData& m : there.data) count(m);
    count(city().terrain);
    count(city().sea);
    shot(gpu(), v);
    EXPECT_EQ(gpu().stats().clusters.tested, all);
    EXPECT_NEAR(double(gpu().stats().clusters.in_view), double(seen), 2) << "floats on the edge";
    EXPECT_LE(gpu().stats().clusters.drawn, seen + 2);
  }
}

// A wall, and boxes behind it and beside it: those whose corners are all behind the wall's face are hidden, one by one.
TEST_F(GpuSceneTest, what_is_hidden_is_not_drawn) {
  MeshData wall;
  quad(wall, {-20, 100, -20}, {20, 100, -20}, {20, 100, 20}, {-20, 100, 20}, 0);
  MeshData box;
  building(box, {0, 0}, {1, 1}, 0, -1, 1, 0, 0);
  const auto wall_mesh = *gpu().create_mesh(wall);
  FrameView v;
  v.size = {320, 200};
  v.view = glm::lookAt(glm::vec3(0), glm::vec3(0, 1, 0), glm::vec3(0, 0, 1));
  v.meshes.emplace_back().mesh = wall_mesh;
  std::uint64_t hidden = 0, in_view = 1;
  for (int x = -12; x <= 12; ++x)
    for (int z = -6; z <= 6; ++z) {
      const glm::vec3 at(x * 7 + 0.5f, 170, z * 6 + 0.5f);
      MeshDraw& d = v.meshes.emplace_back();
      d.mesh = *gpu().create_mesh(box);  // each its own: draws of one mesh share what was seen of it
      d.model = glm::translate(glm::mat4(1), at);
      in_view += !outside(v, {{-1, -1, -1}, {1, 1, 1}}, at);
      // Through the wall's edge at 100 m a ray goes 34 m off the axis at 170 m. All boxes are 1 m off that or more.
      const auto off = [](float c, float a) { return std::abs(c) + 1 < 20 * (170 - 1) / 100.f * a; };
      hidden += off(at.x, 1) && off(at.z, 1);
    }
  ASSERT_GT(hidden, 80u);
  for (int frame = 0; frame < 4; ++frame) {
    shot(gpu(), v);
    const auto c = gpu().stats().clusters;
    EXPECT_EQ(c.in_view, in_view) << frame;
    // In the first frame nothing stands before anything yet; in the second that is drawn again, for it was seen.
    if (frame > 1) { EXPECT_EQ(c.drawn, in_view - hidden); }
  }
  // The wall goes: what it hid is there in the same frame.
  v.meshes.front().model = glm::translate(glm::mat4(1), glm::vec3(0, 0, 500));
  shot(gpu(), v);
  EXPECT_EQ(gpu().stats().clusters.drawn, in_view - 1);
}

// The tier for walls: the same scene, its shadows and ambient occlusion finer.
TEST_F(GpuSceneTest, a_wall_draws_the_same_scene) {
  auto wall = Renderer::create({.validation = true, .quality_set = true, .quality = Quality::wall, .drawing = Drawing::gpu_driven});
  ASSERT_TRUE(wall.ok());
  EXPECT_TRUE((*wall)->gpu_driven());
  const Town here(gpu(), city()), there(**wall, city());
  const Image a = shot(gpu(), here.view(shots[0], small)), b = shot(**wall, there.view(shots[0], small));
  EXPECT_NE(a.rgba, b.rgba);
  EXPECT_LT(differing(a, b, 24), small.x * small.y / 50);
  EXPECT_THAT((*wall)->validation_messages(), testing::IsEmpty());
}

TEST_F(GpuSceneTest, styles_show_and_features_are_picked) {
  FeatureStyle styles[6];
  styles[1].colour = {20, 200, 20, 255};
  styles[2].hazard = {242, 133, 201, 255}, styles[2].hazard_height = 4;
  styles[3].flags = feature_hidden;
  styles[4].flags = feature_hazard_unknown, styles[4].hazard_height = 4;
  styles[5].flags = feature_selected | feature_dimmed;
  MeshData m;
  for (int i = 0; i < 6; ++i)
    building(m, {-12.5f + 5 * static_cast<float>(i), 40}, {2, 2}, 0.1f, -3, 6, 2, static_cast<std::uint32_t>(i));
  for (Vertex& v : m.vertices) v.u = 200 + 256 * 120 + 65536 * 40;
  MeshData floor;
  quad(floor, {-500, -500, -3}, {500, -500, -3}, {500, 500, -3}, {-500, 500, -3}, no_feature);
  Image images[2];
  PickResult picks[2][6];
  for (int i = 0; i < 2; ++i) {
    Renderer& r = i ? gpu() : direct();
    const auto mesh = *r.create_mesh(m), ground = *r.create_mesh(floor);
    const auto table = *r.create_features(styles);
    const auto texture = *r.create_texture(Image{1, 1, {90, 120, 200, 255}}, true);
    FrameView v;
    v.size = {480, 200};
    v.view = glm::lookAt(glm::vec3(0), glm::vec3(0, 40, 0), glm::vec3(0, 0, 1));
    v.camera_height = 3;
    const auto add = [&](float z) -> MeshDraw& {
      MeshDraw& d = v.meshes.emplace_back();
      d.mesh = mesh;
      d.features = table;
      d.model = glm::translate(glm::mat4(1), glm::vec3(0, 0, z));
      d.layer = 7;
      return d;
    };
    add(0).vertex_colours = true;
    add(9).texture = texture;
    add(-8).opacity = 0.5f;
    v.meshes.back().casts_shadow = false;
    MeshDraw& g = v.meshes.emplace_back();
    g.mesh = ground;
    g.material = Material::ground;
    shot(r, v);
    images[i] = shot(r, v);
    save_png(images[i], i ? "gpu_styles" : "gpu_styles_direct");
    for (unsigned k = 0; k < 6; ++k) picks[i][k] = *r.pick(v, {60 + 72 * k, 98});
  }
  EXPECT_LT(differing(images[0], images[1], 8), images[0].rgba.size() / 4 / 200);
  for (int k = 0; k < 6; ++k) {
    EXPECT_EQ(picks[0][k].hit, picks[1][k].hit) << k;
    EXPECT_EQ(picks[0][k].feature, picks[1][k].feature) << k;
    EXPECT_EQ(picks[0][k].layer, picks[1][k].layer) << k;
  }
  // Exact colours stay exact.
  int exact = 0;
  for (std::size_t i = 0; i < images[1].rgba.size(); i += 4)
    exact += images[1].rgba[i] == 242 && images[1].rgba[i + 1] == 133 && images[1].rgba[i + 2] == 201;
  EXPECT_GT(exact, 1000);
}

// Of solids, walls that look away are left out, and nobody can tell.
TEST_F(GpuSceneTest, solids_from_behind_are_left_out) {
  MeshData m;
  for (int side = 0; side < 5; ++side)  // sides together, as a mesh for this is ordered
    for (int i = 0; i < 64; ++i) {
      MeshData one;
      building(one, {static_cast<float>(i % 8) * 12, 60 + static_cast<float>(i / 8) * 12}, {4, 4}, 0, 0, 8, 0, 0);
      const auto base = static_cast<std::uint32_t>(m.vertices.size());
      m.vertices.insert(m.vertices.end(), one.vertices.begin() + side * 4, one.vertices.begin() + side * 4 + 4);
      for (std::uint32_t k : {0u, 1u, 2u, 0u, 2u, 3u}) m.indices.push_back(base + k);
    }
  Image images[2];
  std::uint64_t in_view[2];
  const auto mesh = *gpu().create_mesh(m);
  for (int closed = 0; closed < 2; ++closed) {
    FrameView v;
    v.size = small;
    v.view = glm::lookAt(glm::vec3(0), glm::vec3(0, 60, -30), glm::vec3(0, 0, 1));
    v.camera_height = 30;
    MeshDraw& d = v.meshes.emplace_back();
    d.mesh = mesh;
    d.model = glm::translate(glm::mat4(1), glm::vec3(-40, 0, -30));
    d.closed = closed;
    images[closed] = shot(gpu(), v);
    in_view[closed] = gpu().stats().clusters.in_view;
  }
  EXPECT_EQ(in_view[0], 5u);
  EXPECT_EQ(in_view[1], 4u) << "the walls to the north";
  EXPECT_LT(differing(images[0], images[1], 4), 20u);
}

// Looked at from above, a camera that moves by whole pixels moves the picture by as many: shadows' edges do not crawl.
TEST_F(GpuSceneTest, shadows_do_not_swim) {
  MeshData m, floor;
  for (int i = -3; i <= 3; ++i) building(m, {i * 21.3f, i * 7.7f}, {5, 4}, 0.3f * static_cast<float>(i), 0, 25, 0, 0);
  quad(floor, {-900, -900, 0}, {900, -900, 0}, {900, 900, 0}, {-900, 900, 0}, no_feature);
  const auto city_mesh = *gpu().create_mesh(m), ground = *gpu().create_mesh(floor);
  const auto from = [&](glm::vec3 eye) {
    FrameView v = view_of({eye, 0, -80, 215, 40}, small);
    v.view = glm::lookAt(glm::vec3(0), glm::vec3(0, 0, -1), glm::vec3(0, 1, 0));
    v.camera_height = eye.z;
    v.anchor = -eye;
    for (MeshHandle mesh : {city_mesh, ground}) {
      MeshDraw& d = v.meshes.emplace_back();
      d.mesh = mesh;
      d.material = mesh == ground ? Material::ground : Material::city;
      d.model = glm::translate(glm::mat4(1), -eye);
    }
    return shot(gpu(), v);
  };
  const float pixel = 2 * 400 * std::tan(0.6283185f / 2) / static_cast<float>(small.y);  // m on the floor
  const Image before = from({0, 0, 400});
  for (int step = 1; step <= 6; ++step) {
    const int shift = 4 * step;  // the pattern of the ambient occlusion repeats after four
    const Image now = from({pixel * static_cast<float>(shift), 0, 400});
    int crawled = 0;
    for (int y = 4; y < now.height - 4; ++y)
      for (int x = 40; x < now.width - 40 - shift; ++x) {
        const float ex = (static_cast<float>(x + shift) + 0.5f - now.width / 2.f) * pixel;
        bool on_building = false;  // roofs are nearer, and move faster
        for (int i = -3; i <= 3; ++i) on_building = on_building || (std::abs(ex - i * 21.3f) < 14 && std::abs((now.height / 2.f - y) * pixel - i * 7.7f) < 14);
        if (!on_building) crawled += std::abs(int(now.pixel(x, y)[0]) - int(before.pixel(x + shift, y)[0])) > 12;
      }
    EXPECT_LT(crawled, 12) << step;
  }
}

// Meshes come and go: pages are shared, given back and used again.
TEST_F(GpuSceneTest, meshes_come_and_go) {
  MeshData m;
  quad(m, {-5, 30, -5}, {5, 30, -5}, {5, 30, 5}, {-5, 30, 5}, 0);
  const auto memory = [&] { return gpu().gpu_memory_bytes(); };
  FrameView v;
  v.size = {64, 48};
  v.view = glm::lookAt(glm::vec3(0), glm::vec3(0, 1, 0), glm::vec3(0, 0, 1));
  std::uint64_t before = 0;  // with what the first meshes brought: their page, and room for lists
  for (int round = 0; round < 4; ++round) {
    std::vector<MeshHandle> meshes;
    for (int i = 0; i < 200; ++i) meshes.push_back(*gpu().create_mesh(m));
    v.meshes.clear();
    v.meshes.emplace_back().mesh = meshes[static_cast<std::size_t>(round) * 40];
    const Image seen = shot(gpu(), v);
    EXPECT_GT(seen.pixel(32, 30)[0], seen.pixel(2, 40)[0] / 2);
    EXPECT_EQ(gpu().stats().clusters.drawn, 1u);
    for (MeshHandle h : meshes) gpu().destroy(h);
    v.meshes.clear();
    for (int i = 0; i < 3; ++i) shot(gpu(), v);
    if (round == 0) before = memory();
  }
  EXPECT_LE(memory(), before);
}

}  // namespace
}  // namespace tenbo::render::test
