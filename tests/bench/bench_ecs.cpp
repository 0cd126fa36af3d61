// Entities per second of the World: create, add components, go over 1, 2 and 3 components, remove, destroy. Median of
// several runs.  bench_ecs [--entities N] [--runs N] [--case NAME] [--json]
// Configured with -DTENBO_ENTT=<folder that holds entt/entt.hpp>, EnTT does the same in turn.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#ifdef TENBO_ENTT
#include <entt/entt.hpp>
#endif

#include "tenbo/scene/world.h"

namespace {

using tenbo::scene::Entity;
using tenbo::scene::World;

struct Position { double x = 0, y = 0; };
struct Velocity { double x = 1, y = 2; };
struct Health { double value = 3; };

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The same rules for every store: an entity is made alone and then gets its components one by one, in the order of
// their types; iteration touches every component that it names; what is timed leaves out building what it needs. A
// store's own bulk calls, sorts and groups are not used.
struct Tenbo {
  using Id = Entity;
  World w;
  Id create() { return w.create(); }
  void destroy(Id e) { w.destroy(e); }
  template <class T> void add(Id e) { w.emplace<T>(e); }
  template <class T> void remove(Id e) { w.remove<T>(e); }
  template <class T> T& get(Id e) { return *w.get<T>(e); }
  template <class... T, class F> void each(F&& f) { w.view<T...>().each(f); }
};

#ifdef TENBO_ENTT
struct Entt {
  using Id = entt::entity;
  entt::registry w;
  Id create() { return w.create(); }
  void destroy(Id e) { w.destroy(e); }
  template <class T> void add(Id e) { w.emplace<T>(e); }
  template <class T> void remove(Id e) { w.remove<T>(e); }
  template <class T> T& get(Id e) { return *w.try_get<T>(e); }
  template <class... T, class F> void each(F&& f) { w.view<T...>().each(f); }
};
#endif

volatile double sink;  // keeps results alive

template <class S>
std::vector<typename S::Id> make(S& store, std::size_t count, int components) {
  std::vector<typename S::Id> out(count);
  for (auto& e : out) {
    e = store.create();
    if (components > 0) store.template add<Position>(e);
    if (components > 1) store.template add<Velocity>(e);
    if (components > 2) store.template add<Health>(e);
  }
  return out;
}

struct Case {
  const char* name;
  double (*tenbo)(std::size_t);  // seconds for so many entities
  double (*entt)(std::size_t);   // null without EnTT
};

template <class S>
struct Cases {
  static double create(std::size_t n) {
    S s;
    std::vector<typename S::Id> out(n);
    return seconds([&] { for (auto& e : out) e = s.create(); });
  }
  static double create_3_components(std::size_t n) {
    S s;
    return seconds([&] { make(s, n, 3); });
  }
  static double create_again(std::size_t n) {  // into places that were freed
    S s;
    auto all = make(s, n, 0);
    for (const auto e : all) s.destroy(e);
    return seconds([&] { for (auto& e : all) e = s.create(); });
  }
  static double iterate_1(std::size_t n) {
    S s;
    make(s, n, 1);
    return seconds([&] { s.template each<Position>([](Position& p) { p.x += 1; }); });
  }
  static double iterate_2(std::size_t n) {
    S s;
    make(s, n, 2);
    return seconds([&] { s.template each<Position, Velocity>([](Position& p, Velocity& v) { p.x += v.x; }); });
  }
  static double iterate_3(std::size_t n) {
    S s;
    make(s, n, 3);
    return seconds([&] { s.template each<Position, Velocity, Health>([](Position& p, Velocity& v, Health& h) { p.x += v.x * h.value; }); });
  }
  static double iterate_2_half(std::size_t n) {  // every other entity has the second component
    S s;
    const auto all = make(s, n, 1);
    for (std::size_t i = 0; i < n; i += 2) s.template add<Velocity>(all[i]);
    return seconds([&] { s.template each<Position, Velocity>([](Position& p, Velocity& v) { p.x += v.x; }); });
  }
  static double iterate_2_shuffled(std::size_t n) {  // components in different orders: the sparse array is needed
    S s;
    auto all = make(s, n, 1);
    std::shuffle(all.begin(), all.end(), std::mt19937(1));
    for (const auto e : all) s.template add<Velocity>(e);
    return seconds([&] { s.template each<Position, Velocity>([](Position& p, Velocity& v) { p.x += v.x; }); });
  }
  static double get(std::size_t n) {
    S s;
    const auto all = make(s, n, 2);
    return seconds([&] { double sum = 0; for (const auto e : all) sum += s.template get<Velocity>(e).x; sink = sum; });
  }
  static double remove(std::size_t n) {
    S s;
    const auto all = make(s, n, 2);
    return seconds([&] { for (const auto e : all) s.template remove<Position>(e); });
  }
  static double remove_sparse(std::size_t n) {  // one in ten, in no order
    S s;
    auto all = make(s, n, 2);
    std::shuffle(all.begin(), all.end(), std::mt19937(1));
    all.resize(n / 10);
    return seconds([&] { for (const auto e : all) s.template remove<Position>(e); }) * 10;  // for n, as all others
  }
  static double destroy(std::size_t n) {
    S s;
    const auto all = make(s, n, 0);
    return seconds([&] { for (const auto e : all) s.destroy(e); });
  }
  static double destroy_3_components(std::size_t n) {
    S s;
    const auto all = make(s, n, 3);
    return seconds([&] { for (const auto e : all) s.destroy(e); });
  }
};

#ifdef TENBO_ENTT
#define TENBO_CASE(name) Case{#name, Cases<Tenbo>::name, Cases<Entt>::name}
#else
#define TENBO_CASE(name) Case{#name, Cases<Tenbo>::name, nullptr}
#endif
const Case cases[] = {
    TENBO_CASE(create), TENBO_CASE(create_3_components), TENBO_CASE(create_again), TENBO_CASE(iterate_1),
    TENBO_CASE(iterate_2), TENBO_CASE(iterate_3), TENBO_CASE(iterate_2_half), TENBO_CASE(iterate_2_shuffled),
    TENBO_CASE(get), TENBO_CASE(remove), TENBO_CASE(remove_sparse), TENBO_CASE(destroy), TENBO_CASE(destroy_3_components),
};

double median(std::vector<double>& times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t entities = 1'000'000, runs = 7;
  bool json = false;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--json") json = true;
    else if (option == "--entities" && i + 1 < argc) entities = std::strtoull(argv[++i], nullptr, 10);
    else if (option == "--runs" && i + 1 < argc) runs = std::strtoull(argv[++i], nullptr, 10);
    else if (option == "--case" && i + 1 < argc) only = argv[++i];
    else { fmt::print(stderr, "usage: bench_ecs [--entities N] [--runs N] [--case NAME] [--json]\n"); return 2; }
  }
  if (entities == 0 || runs == 0 || entities > 100'000'000) { fmt::print(stderr, "bench_ecs: N is 1 to 100000000\n"); return 2; }

  nlohmann::ordered_json out{{"entities", entities}, {"runs", runs}, {"entities_per_second", nlohmann::ordered_json::object()}};
  for (const Case& c : cases) {
    if (!only.empty() && only != c.name) continue;
    std::vector<double> ours, theirs;
    for (std::size_t i = 0; i < runs; ++i) {  // in turn: both meet the same machine
      ours.push_back(c.tenbo(entities));
      if (c.entt) theirs.push_back(c.entt(entities));
    }
    const double time = median(ours), rate = static_cast<double>(entities) / time;
    out["entities_per_second"][c.name] = std::llround(rate);
    if (!json) fmt::print("{:24} {:8.2f} ns an entity {:14.0f} entities/s", c.name, time / static_cast<double>(entities) * 1e9, rate);
    if (c.entt) {
      const double ratio = median(theirs) / time;
      out["times_as_fast_as_entt"][c.name] = ratio;
      if (!json) fmt::print("   {:5.2f} times as fast as EnTT", ratio);
    }
    if (!json) fmt::print("\n");
  }
  if (json) fmt::print("{}\n", out.dump());
}
