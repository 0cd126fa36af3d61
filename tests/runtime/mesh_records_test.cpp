// Records kept from frame to frame against records made from nothing, and against what the entities say.
#include "../../engine/runtime/src/mesh_records.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <tuple>

namespace tenbo::runtime {
namespace {

using Draws = std::vector<render::MeshDraw>;

auto fields(const render::MeshDraw& d) {
  const auto matrix = [&](int c) { return std::tuple(d.model[c].x, d.model[c].y, d.model[c].z, d.model[c].w); };
  const auto handle = [](auto h) { return std::tuple(h.index, h.generation); };
  const auto vec = [](glm::vec3 v) { return std::tuple(v.x, v.y, v.z); };
  return std::tuple(std::tuple(d.layer, handle(d.mesh), handle(d.texture), handle(d.features), d.material),
                    std::tuple(matrix(0), matrix(1), matrix(2), matrix(3)),
                    std::tuple(d.origin_height, d.radius, d.colour.packed(), d.opacity, d.saturation, d.part),
                    std::tuple(vec(d.bounds_min), vec(d.bounds_max), d.casts_shadow, d.baked_light, d.closed, d.vertex_colours));
}
auto sorted(const Draws& draws) {
  std::vector<decltype(fields(draws[0]))> out;
  for (const auto& d : draws) out.push_back(fields(d));
  std::sort(out.begin(), out.end());
  return out;
}

struct MeshRecordsTest : testing::Test {
  scene::World world;
  Draws draws;
  MeshRecords records{world, draws};
  std::vector<std::unique_ptr<Layer>> layers;
  geo::LocalFrame anchor = geo::LocalFrame::at({139.7, 35.6, 0});
  glm::dvec3 camera = geo::to_ecef({139.71, 35.61, 800});
  bool dem = false;
  std::uint32_t meshes = 0, layer_ids = 0;

  Layer& add_layer() {
    layers.push_back(std::make_unique<Layer>());
    layers.back()->id = ++layer_ids;
    layers.back()->status.state = LayerState::ready;
    return *layers.back();
  }
  scene::Entity place(std::uint32_t layer, double lon, double lat) {
    const auto e = world.create();
    world.emplace<LayerTag>(e, LayerTag{layer});
    world.emplace<TileFrame>(e, TileFrame{geo::LocalFrame::at({lon, lat, 10}), glm::vec3(-1, -2, -3), glm::vec3(4, 5, 6)});
    return e;
  }
  render::MeshHandle mesh() { return {++meshes, 1}; }
  scene::Entity city(std::uint32_t layer, double lon = 139.7, double lat = 35.6, io::CityTheme theme = io::CityTheme::building) {
    const auto e = place(layer, lon, lat);
    world.emplace<CityTile>(e, CityTile{mesh(), -1, {1, 2, 3, 255}, theme, false, false, true});
    return e;
  }
  const Draws& update() {
    records.update({layers, anchor.axes, dem}, camera);
    return draws;
  }
  Draws from_nothing() {
    Draws out;
    MeshRecords fresh(world, out);
    fresh.update({layers, anchor.axes, dem}, camera);
    return out;
  }
};

TEST_F(MeshRecordsTest, StandsWhereTheFrameSays) {
  add_layer();
  city(1, 139.72, 35.63);
  for (const double height : {800.0, 30.0, 500'000.0}) {
    camera = geo::to_ecef({139.71, 35.61, height});
    ASSERT_EQ(update().size(), 1u);
    // Independent of how records are kept: each point by way of ECEF.
    const auto frame = geo::LocalFrame::at({139.72, 35.63, 10});
    for (const glm::dvec3 p : {glm::dvec3(0), glm::dvec3(100, 0, 0), glm::dvec3(0, 100, 0), glm::dvec3(0, 0, 100)}) {
      const glm::dvec3 expected = glm::transpose(anchor.axes) * (frame.to_world(p) - camera);
      const glm::vec3 found = draws[0].model * glm::vec4(glm::vec3(p), 1);
      EXPECT_LT(glm::distance(glm::dvec3(found), expected), 1e-7 * height + 1e-3);
    }
  }
}

TEST_F(MeshRecordsTest, MakesOnlyWhatChanged) {
  add_layer();
  std::vector<scene::Entity> all;
  for (int i = 0; i < 100; ++i) all.push_back(city(1));
  update();
  EXPECT_EQ(records.made(), 100u);
  camera = geo::to_ecef({139.6, 35.5, 1200});
  update();
  EXPECT_EQ(records.made(), 0u);
  world.patch<CityTile>(all[7], [](CityTile& t) { t.closed = false; });
  world.patch<TileFrame>(all[7], [](TileFrame& t) { t.max.z = 9; });
  world.patch<TileFrame>(all[9], [](TileFrame& t) { t.max.z = 8; });
  world.destroy(all[11]);
  update();
  EXPECT_EQ(records.made(), 3u);
  EXPECT_EQ(draws.size(), 99u);
  layers[0]->spec.opacity = 0.5;
  update();
  EXPECT_EQ(records.made(), 99u);
}

TEST_F(MeshRecordsTest, AnIndexThatIsUsedAgainIsAnotherEntity) {
  add_layer();
  const auto old = city(1);
  update();
  world.destroy(old);
  const auto now = city(1);
  ASSERT_EQ(now.index, old.index);
  ASSERT_EQ(update().size(), 1u);
  EXPECT_EQ(draws[0].mesh, world.get<CityTile>(now)->mesh);
  world.destroy(now);
  world.create();  // takes the place, and is not drawn
  EXPECT_TRUE(update().empty());
}

TEST_F(MeshRecordsTest, LayersComeInTheirOrder) {
  for (int i = 0; i < 3; ++i) add_layer();
  for (int i = 0; i < 4; ++i)
    for (const std::uint32_t layer : {2u, 1u, 3u}) city(layer);
  std::vector<std::uint32_t> order;
  const auto seen = [&] {
    order.clear();
    for (const auto& d : update())
      if (order.empty() || order.back() != d.layer) order.push_back(d.layer);
    return order;
  };
  EXPECT_EQ(seen(), (std::vector<std::uint32_t>{1, 2, 3}));
  city(1);  // later, into the midst
  EXPECT_EQ(seen(), (std::vector<std::uint32_t>{1, 2, 3}));
  std::swap(layers[0], layers[2]);
  EXPECT_EQ(seen(), (std::vector<std::uint32_t>{3, 2, 1}));
  layers[1]->spec.visible = false;
  EXPECT_EQ(seen(), (std::vector<std::uint32_t>{3, 1}));
  layers.erase(layers.begin());
  EXPECT_EQ(seen(), (std::vector<std::uint32_t>{1}));
  layers[0]->spec.visible = true;
  EXPECT_EQ(seen(), (std::vector<std::uint32_t>{2, 1}));
}

TEST_F(MeshRecordsTest, ReliefGivesWayToADem) {
  add_layer();
  city(1, 139.7, 35.6, io::CityTheme::relief);
  city(1);
  EXPECT_EQ(update().size(), 2u);
  dem = true;
  EXPECT_EQ(update().size(), 1u);
  dem = false;
  EXPECT_EQ(update().size(), 2u);
}

// Whatever happens, and in whatever order, the records are those that would be made from nothing.
TEST_F(MeshRecordsTest, EqualThoseMadeFromNothing) {
  std::mt19937 random(11);
  const auto any = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  for (int i = 0; i < 4; ++i) add_layer();
  std::vector<scene::Entity> all;
  const auto lon = [&] { return 139.6 + static_cast<double>(any(2000)) * 1e-4; };
  const auto pick_layer = [&] { return static_cast<std::uint32_t>(any(5)); };  // 0: of none
  const auto create = [&] {
    const auto layer = pick_layer();
    scene::Entity e;
    switch (any(5)) {
      case 0: e = place(layer, lon(), 35.6); world.emplace<TerrainTile>(e, TerrainTile{mesh(), {}}); world.emplace<Drawn>(e, Drawn{any(2) == 0}); break;
      case 1: e = place(0, lon(), 35.6); world.emplace<PlainGround>(e, PlainGround{mesh()}); break;
      case 2: e = place(layer, lon(), 35.6); world.emplace<ModelTile>(e, ModelTile{mesh(), {}, {9, 8, 7, 255}}); break;
      case 3: e = place(layer, lon(), 35.6); world.emplace<DrapedTile>(e, DrapedTile{mesh(), any(2) == 0}); break;
      default: e = city(layer, lon(), 35.6, any(3) == 0 ? io::CityTheme::relief : io::CityTheme::building); break;
    }
    all.push_back(e);
  };
  for (int i = 0; i < 200; ++i) create();
  for (int round = 0; round < 600; ++round) {
    for (auto n = any(6); n-- > 0;) {
      const std::size_t i = any(all.size());
      const auto e = all[i];
      switch (any(12)) {
        case 0: case 1: create(); break;
        case 2: case 3: world.destroy(e); all[i] = all.back(); all.pop_back(); break;
        case 4: world.patch<TileFrame>(e, [&](TileFrame& t) { t.frame = geo::LocalFrame::at({lon(), 35.7, 3}); }); break;
        case 5: world.patch<CityTile>(e, [&](CityTile& t) { t.colour.r = static_cast<std::uint8_t>(any(256)); }); break;
        case 6: world.patch<Drawn>(e, [](Drawn& d) { d.now = !d.now; }); break;
        case 7: world.patch<LayerTag>(e, [&](LayerTag& t) { t.layer = pick_layer(); }); break;
        case 8: world.patch<TerrainTile>(e, [&](TerrainTile& t) { t.imagery = {static_cast<std::uint32_t>(any(9)), 1}; }); break;
        case 9: world.remove<ModelTile>(e); break;
        case 10: if (world.get<Drawn>(e)) world.remove<Drawn>(e); break;
        default: world.emplace<CityTile>(e, CityTile{mesh(), -1, {}, io::CityTheme::water, true, true, false}); break;
      }
    }
    Layer& l = *layers[any(layers.size())];
    switch (any(14)) {
      case 0: l.spec.visible = !l.spec.visible; break;
      case 1: l.spec.opacity = static_cast<double>(any(10)) / 10; break;
      case 2: l.spec.style.colour = Rgba8{static_cast<std::uint8_t>(any(256)), 1, 1, 255}; break;
      case 3: l.spec.style.colour.reset(); break;
      case 4: l.flat_city = !l.flat_city; break;
      case 5: l.looks.table = {static_cast<std::uint32_t>(any(5)), 1}; break;
      case 6: std::swap(layers[any(layers.size())], layers[any(layers.size())]); break;
      case 7: dem = !dem; break;
      case 8: anchor = geo::LocalFrame::at({lon(), 35.6, 0}); break;
      case 9: l.status.state = l.status.state == LayerState::ready ? LayerState::loading : LayerState::ready; break;
      default: break;
    }
    camera = geo::to_ecef({lon(), 35.6, 500});
    update();
    ASSERT_EQ(sorted(draws), sorted(from_nothing())) << "round " << round;
    std::vector<std::uint32_t> rank(8, 0);
    for (std::uint32_t i = 0; i < layers.size(); ++i) rank[layers[i]->id] = i;
    ASSERT_TRUE(std::is_sorted(draws.begin(), draws.end(), [&](const auto& a, const auto& b) { return rank[a.layer] < rank[b.layer]; }));
  }
}

}  // namespace
}  // namespace tenbo::runtime
