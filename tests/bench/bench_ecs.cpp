// Entities per second of the World: create, add components, go over 1, 2 and 3 components, remove, destroy. Median of
// several runs.  bench_ecs [--entities N] [--runs N] [--json]
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

struct Case {
  const char* name;
  std::function<double(std::size_t)> run;  // seconds for so many entities; building what is needed is not counted
};

std::vector<Entity> make(World& world, std::size_t count, int components) {
  std::vector<Entity> out(count);
  for (auto& e : out) {
    e = world.create();
    if (components > 0) world.emplace<Position>(e);
    if (components > 1) world.emplace<Velocity>(e);
    if (components > 2) world.emplace<Health>(e);
  }
  return out;
}

volatile double sink;  // keeps results alive

const Case cases[] = {
    {"create", [](std::size_t n) {
       World w;
       return seconds([&] { for (std::size_t i = 0; i < n; ++i) sink = w.create().index; });
     }},
    {"create_3_components", [](std::size_t n) {
       World w;
       return seconds([&] { make(w, n, 3); });
     }},
    {"create_again", [](std::size_t n) {  // into places that were freed
       World w;
       for (const Entity e : make(w, n, 0)) w.destroy(e);
       return seconds([&] { for (std::size_t i = 0; i < n; ++i) sink = w.create().index; });
     }},
    {"iterate_1", [](std::size_t n) {
       World w;
       make(w, n, 1);
       return seconds([&] { w.view<Position>().each([](Position& p) { p.x += 1; }); });
     }},
    {"iterate_2", [](std::size_t n) {
       World w;
       make(w, n, 2);
       return seconds([&] { w.view<Position, Velocity>().each([](Position& p, Velocity& v) { p.x += v.x; }); });
     }},
    {"iterate_3", [](std::size_t n) {
       World w;
       make(w, n, 3);
       return seconds([&] { w.view<Position, Velocity, Health>().each([](Position& p, Velocity& v, Health& h) { p.x += v.x * h.value; }); });
     }},
    {"iterate_2_half", [](std::size_t n) {  // every other entity has the second component
       World w;
       const auto all = make(w, n, 1);
       for (std::size_t i = 0; i < n; i += 2) w.emplace<Velocity>(all[i]);
       return seconds([&] { w.view<Position, Velocity>().each([](Position& p, Velocity& v) { p.x += v.x; }); });
     }},
    {"iterate_2_shuffled", [](std::size_t n) {  // components in different orders: the sparse array is needed
       World w;
       auto all = make(w, n, 1);
       std::shuffle(all.begin(), all.end(), std::mt19937(1));
       for (const Entity e : all) w.emplace<Velocity>(e);
       return seconds([&] { w.view<Position, Velocity>().each([](Position& p, Velocity& v) { p.x += v.x; }); });
     }},
    {"get", [](std::size_t n) {
       World w;
       auto all = make(w, n, 2);
       return seconds([&] { double sum = 0; for (const Entity e : all) sum += w.get<Velocity>(e)->x; sink = sum; });
     }},
    {"remove", [](std::size_t n) {
       World w;
       const auto all = make(w, n, 2);
       return seconds([&] { for (const Entity e : all) w.remove<Position>(e); });
     }},
    {"remove_shuffled", [](std::size_t n) {
       World w;
       auto all = make(w, n, 2);
       std::shuffle(all.begin(), all.end(), std::mt19937(1));
       return seconds([&] { for (const Entity e : all) w.remove<Position>(e); });
     }},
    {"destroy", [](std::size_t n) {
       World w;
       const auto all = make(w, n, 0);
       return seconds([&] { for (const Entity e : all) w.destroy(e); });
     }},
    {"destroy_3_components", [](std::size_t n) {
       World w;
       const auto all = make(w, n, 3);
       return seconds([&] { for (const Entity e : all) w.destroy(e); });
     }},
};

}  // namespace

int main(int argc, char** argv) {
  std::size_t entities = 1'000'000, runs = 7;
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--json") json = true;
    else if (option == "--entities" && i + 1 < argc) entities = std::strtoull(argv[++i], nullptr, 10);
    else if (option == "--runs" && i + 1 < argc) runs = std::strtoull(argv[++i], nullptr, 10);
    else { fmt::print(stderr, "usage: bench_ecs [--entities N] [--runs N] [--json]\n"); return 2; }
  }
  if (entities == 0 || runs == 0 || entities > 100'000'000) { fmt::print(stderr, "bench_ecs: N is 1 to 100000000\n"); return 2; }

  nlohmann::ordered_json out{{"entities", entities}, {"runs", runs}, {"entities_per_second", nlohmann::ordered_json::object()}};
  for (const Case& c : cases) {
    std::vector<double> times;
    for (std::size_t i = 0; i < runs; ++i) times.push_back(c.run(entities));
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(runs / 2), times.end());
    const double median = times[runs / 2], rate = static_cast<double>(entities) / median;
    out["entities_per_second"][c.name] = std::llround(rate);
    if (!json) fmt::print("{:24} {:8.2f} ns an entity {:14.0f} entities/s\n", c.name, median / static_cast<double>(entities) * 1e9, rate);
  }
  if (json) fmt::print("{}\n", out.dump());
}
