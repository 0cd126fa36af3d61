#include "tenbo/scene/world.h"

#include <gtest/gtest.h>

#include <glm/ext/matrix_transform.hpp>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "tenbo/scene/commands.h"
#include "tenbo/scene/hierarchy.h"

namespace tenbo::scene {
namespace {

struct Position { double x = 0, y = 0; };
struct Velocity { double dx = 0, dy = 0; };
struct Name { std::string text; };
struct Frozen {};
struct Owner { std::unique_ptr<int> value; };
template <int N> struct Numbered { int v = N; };

TEST(World, EntitiesHaveGenerations) {
  World w;
  const Entity a = w.create(), b = w.create();
  EXPECT_TRUE(w.alive(a) && w.alive(b));
  EXPECT_NE(a, b);
  EXPECT_EQ(w.size(), 2u);
  w.emplace<Position>(a, 1.0, 2.0);
  w.destroy(a);
  EXPECT_FALSE(w.alive(a));
  EXPECT_EQ(w.get<Position>(a), nullptr);
  const Entity c = w.create();
  EXPECT_EQ(c.index, a.index);  // the place is used again
  EXPECT_NE(c, a);
  EXPECT_FALSE(w.has<Position>(c));
  EXPECT_EQ(w.get<Position>(a), nullptr);
  w.destroy(a);  // stale: nothing happens
  EXPECT_TRUE(w.alive(c));
  EXPECT_FALSE(w.alive(Entity{}));
  EXPECT_FALSE(w.alive(Entity{77, 1}));
  EXPECT_FALSE(w.alive(Entity{c.index, c.generation + 1}));
  EXPECT_FALSE(w.remove<Position>(a));
}

TEST(World, KeepsComponents) {
  World w;
  const Entity e = w.create();
  w.emplace<Name>(e, "one").text += "!";
  w.emplace<Owner>(e, std::make_unique<int>(5));
  w.emplace<Frozen>(e);
  w.emplace<bool>(e, true);
  EXPECT_EQ(w.get<Name>(e)->text, "one!");
  EXPECT_EQ(*w.get<Owner>(e)->value, 5);
  EXPECT_TRUE(w.has<Frozen>(e) && *w.get<bool>(e));
  w.emplace<Name>(e, "two");  // replaces
  EXPECT_EQ(w.count<Name>(), 1u);
  EXPECT_EQ(w.get<Name>(e)->text, "two");
  EXPECT_TRUE(w.remove<Frozen>(e));
  EXPECT_FALSE(w.remove<Frozen>(e));
  EXPECT_FALSE(w.has<Frozen>(e));
  const World& seen = w;
  int found = 0;
  seen.view<Name>().each([&](Entity x, const Name& n) { found += x == e && n.text == "two"; });
  EXPECT_EQ(found, 1);
  w.clear();
  EXPECT_EQ(w.size(), 0u);
  EXPECT_EQ(w.count<Owner>(), 0u);
}

TEST(World, ViewsFindExactlyWhatHasAll) {
  World w;
  std::vector<Entity> all;
  for (int i = 0; i < 1000; ++i) {
    const Entity e = w.create();
    all.push_back(e);
    if (i % 2 == 0) w.emplace<Position>(e, i * 1.0, 0.0);
    if (i % 3 == 0) w.emplace<Velocity>(e, 1.0, i * 1.0);
    if (i % 5 == 0) w.emplace<Name>(e, std::to_string(i));
    if (i % 7 == 0) w.emplace<Frozen>(e);
  }
  std::set<std::uint32_t> seen;
  w.view<Position, Velocity>().each([&](Entity e, Position& p, Velocity& v) {
    EXPECT_EQ(p.x, e.index);
    EXPECT_EQ(v.dy, e.index);
    EXPECT_TRUE(seen.insert(e.index).second);
  });
  EXPECT_EQ(seen.size(), 167u);  // multiples of 6 below 1000
  EXPECT_EQ((w.view<Position, Velocity, Name>().count()), 34u);              // of 30
  EXPECT_EQ((w.view<Position, Velocity>(exclude<Frozen>).count()), 167u - 24u);  // without those of 42
  EXPECT_EQ((w.view<Frozen>(exclude<Position, Velocity>).count()), 143u - 72u - 48u + 24u);
  EXPECT_EQ((w.view<Position, Numbered<1>>().count()), 0u);                  // a type nobody has
  EXPECT_EQ((w.view<Position>(exclude<Numbered<2>>).count()), 500u);
  double sum = 0;
  w.view<const Position>().each([&](const Position& p) { sum += p.x; });
  EXPECT_EQ(sum, 249500);
}

TEST(World, TheOneAtHandMayGoWhileGoingOver) {
  World w;
  for (int i = 0; i < 500; ++i) {
    const Entity e = w.create();
    w.emplace<Position>(e, i * 1.0, 0.0);
    if (i % 2) w.emplace<Velocity>(e);
  }
  int visited = 0;
  w.view<Position>().each([&](Entity e, Position& p) {
    ++visited;
    if (static_cast<int>(p.x) % 3 == 0) w.destroy(e);
  });
  EXPECT_EQ(visited, 500);
  EXPECT_EQ(w.size(), 333u);
  visited = 0;
  w.view<Position, Velocity>().each([&](Entity e, Position&, Velocity&) { ++visited; w.remove<Velocity>(e); });
  EXPECT_EQ(visited, 167);
  EXPECT_EQ(w.count<Velocity>(), 0u);
  EXPECT_EQ(w.count<Position>(), 333u);
}

// Against a plain map, under many random operations.
TEST(World, AgreesWithAPlainModel) {
  World w;
  struct Model { std::optional<double> position; std::optional<std::string> name; bool frozen = false; };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Model> model;
  std::vector<Entity> ever;
  std::mt19937 random(12);
  for (int step = 0; step < 60000; ++step) {
    const Entity e = ever.empty() || random() % 6 == 0 ? w.create() : ever[random() % ever.size()];
    const auto key = std::pair{e.index, e.generation};
    if (ever.empty() || !model.count(key)) {
      if (w.alive(e)) { model[key] = {}; ever.push_back(e); }
    }
    const auto it = model.find(key);
    ASSERT_EQ(it != model.end(), w.alive(e));
    if (it == model.end()) continue;
    switch (random() % 8) {
      case 0: w.destroy(e); model.erase(it); break;
      case 1: w.emplace<Position>(e, step * 1.0, 0.0); it->second.position = step; break;
      case 2: EXPECT_EQ(w.remove<Position>(e), it->second.position.has_value()); it->second.position.reset(); break;
      case 3: w.emplace<Name>(e, std::to_string(step)); it->second.name = std::to_string(step); break;
      case 4: w.remove<Name>(e); it->second.name.reset(); break;
      case 5: w.emplace<Frozen>(e); it->second.frozen = true; break;
      case 6: w.remove<Frozen>(e); it->second.frozen = false; break;
      default: break;
    }
    if (ever.size() > 3000) ever.erase(ever.begin(), ever.begin() + 1000);
  }
  ASSERT_EQ(w.size(), model.size());
  std::size_t positions = 0, both = 0;
  for (const auto& [key, m] : model) {
    const Entity e{key.first, key.second};
    ASSERT_TRUE(w.alive(e));
    ASSERT_EQ(w.has<Position>(e), m.position.has_value());
    if (m.position) { ASSERT_EQ(w.get<Position>(e)->x, *m.position); }
    ASSERT_EQ(w.has<Name>(e), m.name.has_value());
    if (m.name) { ASSERT_EQ(w.get<Name>(e)->text, *m.name); }
    ASSERT_EQ(w.has<Frozen>(e), m.frozen);
    positions += m.position.has_value();
    both += m.position && m.name && !m.frozen;
  }
  EXPECT_EQ(w.count<Position>(), positions);
  EXPECT_EQ((w.view<Name, Position>(exclude<Frozen>).count()), both);
}

template <int... N>
void add_many(World& w, Entity e, std::integer_sequence<int, N...>) { (w.emplace<Numbered<N>>(e), ...); }
template <int... N>
int count_many(World& w, Entity e, std::integer_sequence<int, N...>) { return (0 + ... + static_cast<int>(w.has<Numbered<N>>(e))); }

TEST(World, MoreThanSixtyFourTypesOfComponents) {
  World w;
  const auto types = std::make_integer_sequence<int, 90>();
  const Entity a = w.create(), b = w.create();
  add_many(w, a, types);
  add_many(w, b, types);
  EXPECT_EQ(count_many(w, a, types), 90);
  EXPECT_TRUE(w.remove<Numbered<80>>(a));
  w.destroy(a);
  EXPECT_EQ(count_many(w, b, types), 90);
  EXPECT_EQ(w.count<Numbered<85>>(), 1u);
  const Entity c = w.create();
  EXPECT_EQ(c.index, a.index);
  EXPECT_EQ(count_many(w, c, types), 0);
}

TEST(World, TellsWhatChanged) {
  World w;
  std::vector<Entity> e;
  for (int i = 0; i < 10; ++i) { e.push_back(w.create()); w.emplace<Position>(e.back()); }
  const auto changed = [&](std::uint64_t since) {
    std::set<std::uint32_t> out;
    w.changed<Position>(since, [&](Entity x, Position&) { out.insert(x.index); });
    return out;
  };
  EXPECT_EQ(changed(0).size(), 10u);
  const std::uint64_t t = w.advance();
  EXPECT_TRUE(changed(t).empty());
  EXPECT_TRUE(w.patch<Position>(e[3], [](Position& p) { p.x = 5; }));
  w.mark<Position>(e[7]);
  const Entity fresh = w.create();
  w.emplace<Position>(fresh);
  w.emplace<Position>(e[1], 1.0, 1.0);  // replaced
  EXPECT_EQ(changed(t), (std::set<std::uint32_t>{e[1].index, e[3].index, e[7].index, fresh.index}));
  w.remove<Position>(e[0]);  // the last one takes its place, with its stamp
  EXPECT_EQ(changed(t), (std::set<std::uint32_t>{e[1].index, e[3].index, e[7].index, fresh.index}));
  EXPECT_TRUE(changed(w.advance()).empty());
  EXPECT_FALSE(w.patch<Position>(e[0], [](Position&) {}));
  EXPECT_EQ(changed(0).size(), 10u);
}

TEST(World, ObserversSeeComponentsComeAndGo) {
  World w;
  std::vector<std::string> log;
  const auto added = w.on_add<Name>([&](World&, Entity, Name& n) { log.push_back("+" + n.text); });
  w.on_remove<Name>([&](World& world, Entity e, Name& n) { log.push_back("-" + n.text + (world.alive(e) ? "" : "?")); });
  const Entity a = w.create(), b = w.create();
  w.emplace<Name>(a, "a");
  w.emplace<Name>(b, "b");
  w.emplace<Name>(a, "A");  // replaced: not added
  w.remove<Name>(a);
  w.end_on_add<Name>(added);
  w.emplace<Name>(a, "again");
  w.destroy(a);
  w.clear();
  EXPECT_EQ(log, (std::vector<std::string>{"+a", "+b", "-A", "-again", "-b"}));
}

TEST(Commands, AreMadeLaterInOrder) {
  World w;
  const Entity old = w.create(), doomed = w.create();
  w.emplace<Position>(old);
  Commands c;
  const Entity placeholder = c.create();
  EXPECT_FALSE(w.alive(placeholder));
  c.emplace<Name>(placeholder, "new");
  c.emplace<Owner>(placeholder, std::make_unique<int>(3));
  c.remove<Position>(old);
  c.destroy(doomed);
  c.emplace<Name>(doomed, "too late");
  const Entity second = c.create();
  c.emplace<Name>(second, "second");
  c.then(second, [](World& world, Entity e) { world.get<Name>(e)->text += "!"; });
  EXPECT_EQ(w.size(), 2u);
  EXPECT_FALSE(c.empty());
  c.apply(w);
  EXPECT_TRUE(c.empty());
  EXPECT_EQ(w.get<Name>(c.resolve(placeholder))->text, "new");
  EXPECT_EQ(*w.get<Owner>(c.resolve(placeholder))->value, 3);
  EXPECT_EQ(w.get<Name>(c.resolve(second))->text, "second!");
  EXPECT_FALSE(w.has<Position>(old));
  EXPECT_FALSE(w.alive(doomed));
  EXPECT_EQ(w.size(), 3u);
  EXPECT_EQ(c.resolve(old), old);
  // From within a view.
  w.view<Name>().each([&](Entity e, Name&) { c.emplace<Position>(e, 1.0, 1.0); const Entity child = c.create(); c.emplace<Name>(child, "child"); });
  c.apply(w);
  EXPECT_EQ(w.count<Name>(), 4u);
  EXPECT_EQ(w.count<Position>(), 2u);
}

TEST(Commands, WorkersFillTheirOwn) {
  World w;
  std::vector<Commands> commands(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&commands, t] {
      for (int i = 0; i < 1000; ++i) commands[t].emplace<Position>(commands[t].create(), double(t), double(i));
    });
  for (auto& t : threads) t.join();
  for (auto& c : commands) c.apply(w);
  EXPECT_EQ(w.count<Position>(), 4000u);
}

// --- hierarchy

glm::dmat4 moved(double x, double y = 0, double z = 0) { return glm::translate(glm::dmat4(1), glm::dvec3(x, y, z)); }
glm::dvec3 place(const World& w, Entity e) { return glm::dvec3(w.get<Transform>(e)->world[3]); }

TEST(Hierarchy, ChildrenFollowAndOnlyTheChangedIsComputed) {
  World w;
  Hierarchy h(w);
  std::vector<Entity> e;
  for (int i = 0; i < 7; ++i) { e.push_back(w.create()); h.set_local(e.back(), moved(1)); }
  for (int i = 1; i < 7; ++i) EXPECT_TRUE(h.set_parent(e[static_cast<std::size_t>(i)], e[static_cast<std::size_t>((i - 1) / 2)]));  // a heap's tree
  EXPECT_EQ(h.update(), 7u);
  EXPECT_EQ(place(w, e[6]), glm::dvec3(3, 0, 0));
  EXPECT_EQ(h.update(), 0u);
  const std::uint64_t t = w.advance();
  h.set_local(e[1], moved(10));
  EXPECT_EQ(h.update(), 3u);  // itself and its two
  EXPECT_EQ(place(w, e[3]), glm::dvec3(12, 0, 0));
  EXPECT_EQ(place(w, e[6]), glm::dvec3(3, 0, 0));
  w.changed<Transform>(t, [](Entity, Transform&) {});
  const std::uint64_t later = w.advance();
  h.set_local(e[4], moved(0));
  h.set_local(e[1], moved(20));  // both: each computed once
  EXPECT_EQ(h.update(), 3u);
  std::set<std::uint32_t> changed;
  w.changed<Transform>(later, [&](Entity x, Transform&) { changed.insert(x.index); });
  EXPECT_EQ(changed, (std::set<std::uint32_t>{e[1].index, e[3].index, e[4].index}));
}

TEST(Hierarchy, LinksStayConsistent) {
  World w;
  Hierarchy h(w);
  const Entity root = w.create(), middle = w.create(), leaf = w.create();
  for (const Entity e : {root, middle, leaf}) h.set_local(e, moved(1));
  EXPECT_TRUE(h.set_parent(middle, root));
  EXPECT_TRUE(h.set_parent(leaf, middle));
  EXPECT_FALSE(h.set_parent(root, leaf));    // a circle
  EXPECT_FALSE(h.set_parent(root, root));
  EXPECT_FALSE(h.set_parent(leaf, Entity{99, 1}));
  h.update();
  EXPECT_TRUE(h.set_parent(leaf, root));     // changes its parent
  EXPECT_TRUE(w.get<Children>(middle)->list.empty());
  EXPECT_EQ(w.get<Children>(root)->list.size(), 2u);
  EXPECT_EQ(h.update(), 1u);
  EXPECT_EQ(place(w, leaf), glm::dvec3(2, 0, 0));
  EXPECT_TRUE(h.set_parent(leaf, Entity{})); // a root
  h.update();
  EXPECT_EQ(place(w, leaf), glm::dvec3(1, 0, 0));
  EXPECT_TRUE(h.set_parent(leaf, middle));
  h.update();
  w.destroy(middle);                         // its child stays where it was
  EXPECT_EQ(w.get<Children>(root)->list.size(), 0u);
  EXPECT_FALSE(w.has<Parent>(leaf));
  h.update();
  EXPECT_EQ(place(w, leaf), glm::dvec3(3, 0, 0));
  h.set_parent(leaf, root);
  h.destroy_with_children(root);
  EXPECT_EQ(w.size(), 0u);
  EXPECT_EQ(h.update(), 0u);
}

TEST(Hierarchy, LongChainsAndDoubles) {
  World w;
  Hierarchy h(w);
  std::vector<Entity> chain;
  for (int i = 0; i < 20000; ++i) {
    chain.push_back(w.create());
    h.set_local(chain.back(), moved(i == 0 ? 6378137.0 : 0.001));
  }
  for (std::size_t i = chain.size(); i-- > 1;) ASSERT_TRUE(h.set_parent(chain[i], chain[i - 1]));
  EXPECT_EQ(h.update(), 20000u);
  EXPECT_NEAR(place(w, chain.back()).x, 6378137.0 + 19.999, 1e-4);
  h.destroy_with_children(chain.front());
  EXPECT_EQ(w.size(), 0u);
}

}  // namespace
}  // namespace tenbo::scene
