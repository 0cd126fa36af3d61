// Ways round a closed road: a grid whose answers are known in closed form, and a network of chance against an independent Dijkstra (dijkstra.py).
#include "tenbo/inspection/road_network.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

namespace tenbo::inspection {
namespace {

struct Lines {
  std::vector<std::vector<geo::GeoPoint>> points;
  std::vector<double> speeds;
  std::vector<int> ways;
  void add(std::vector<geo::GeoPoint> p, int way = 0, double speed = NAN) { points.push_back(std::move(p)), ways.push_back(way), speeds.push_back(speed); }
  RoadNetwork network(double tolerance = 0.5) const {
    std::vector<RoadLine> lines;
    for (std::uint32_t i = 0; i < points.size(); ++i) lines.push_back({i, points[i], speeds[i], ways[i]});
    return RoadNetwork::build(lines, tolerance);
  }
};

// n x n nodes on the equator, where 0.001 degrees are 111.3195 m of longitude and 110.5743 m of latitude (WGS 84: pi / 180 a, and pi / 180 a (1 - e^2)).
constexpr double east = 111.3195, north = 110.5743;
geo::GeoPoint node(int x, int y) { return {139 + 0.001 * x, 0.001 * y, 0}; }
Lines grid(int n) {
  Lines out;
  for (int y = 0; y < n; ++y)
    for (int x = 0; x < n; ++x) {
      if (x + 1 < n) out.add({node(x, y), node(x + 1, y)});
      if (y + 1 < n) out.add({node(x, y), node(x, y + 1)});
    }
  return out;
}

TEST(RoadNetwork, RoundOneBlockOfAGrid) {
  const auto n = grid(6).network();
  EXPECT_EQ(n.nodes(), 36u);
  EXPECT_EQ(n.edges().size(), 60u);
  RoadSearch search(n);
  const auto d = search.around(139.0025, 0.0020, 20, false);  // an edge eastward, in the middle
  ASSERT_EQ(d.around, Around::found);
  EXPECT_NEAR(d.metres, east + 2 * north, 0.01) << "up, along, down";
  EXPECT_NEAR(d.extra_metres, 2 * north, 0.01);
  EXPECT_NEAR(d.from_road, 0, 1e-6);
  ASSERT_GE(d.route.size(), 4u);
  const auto off = search.around(139.0025, 0.0020 + 0.0001, 20, false);
  EXPECT_NEAR(off.from_road, north / 10, 0.02);
  EXPECT_EQ(search.around(139.0025, 0.0024, 20, false).around, Around::not_in_network);
}

TEST(RoadNetwork, ABlockedBlockIsGoneRoundAndADeadEndHasNoWay) {
  auto lines = grid(6);
  lines.add({node(5, 5), node(7, 7)});  // a dead end
  const auto n = lines.network();
  RoadSearch search(n);
  EXPECT_EQ(search.around(139.006, 0.006, 20, false).around, Around::none);
  // Everything that leaves the east end but along the closed edge's own line is under water: round by two blocks.
  std::vector<std::uint8_t> blocked(n.edges().size(), 0);
  const auto at = [&](double x, double y) { return n.snap(139 + 0.001 * x, 0.001 * y, 10)->edge; };
  blocked[at(3, 1.5)] = blocked[at(3, 2.5)] = 1;
  const auto d = search.around(at(2.5, 2), false, blocked);
  ASSERT_EQ(d.around, Around::found);
  EXPECT_NEAR(d.metres, 3 * east + 2 * north, 0.01);
  blocked[at(3.5, 2)] = 1;
  EXPECT_EQ(search.around(at(2.5, 2), false, blocked).around, Around::under_hazard) << "there would be a way, dry";
}

TEST(RoadNetwork, OneWayRoadsAreDrivenOneWay) {
  Lines lines;  // a ring of a short and a long side; the long one is for one way alone
  lines.add({{139, 0}, {139.001, 0}});
  lines.add({{139.001, 0}, {139.001, 0.001}, {139, 0.001}, {139, 0}}, 1);
  auto n = lines.network();
  RoadSearch both(n);
  EXPECT_EQ(both.around(0, false).around, Around::none) << "there is a way back only";
  lines.ways[0] = -1;
  n = lines.network();
  RoadSearch back(n);
  const auto d = back.around(0, false);
  ASSERT_EQ(d.around, Around::found);
  EXPECT_NEAR(d.metres, east + 2 * north, 0.01);
}

TEST(RoadNetwork, ByTimeTheQuickRoadIsTaken) {
  Lines lines;
  lines.add({{139, 0}, {139.01, 0}}, 0, 36);
  lines.add({{139, 0}, {139.005, 0.001}, {139.01, 0}}, 0, 18);   // shorter, and 5 m/s
  lines.add({{139, 0}, {139.005, -0.003}, {139.01, 0}}, 0, 72);  // longer, and 20 m/s
  lines.add({{139.01, 0}, {139.02, 0}});
  const auto n = lines.network();
  EXPECT_EQ(n.without_speed(), 1u);
  RoadSearch search(n);
  const double shorter = 2 * std::hypot(5 * east, north), longer = 2 * std::hypot(5 * east, 3 * north), direct = 10 * east;
  EXPECT_NEAR(search.around(0, false).metres, shorter, 0.05);
  const auto quick = search.around(0, true);
  EXPECT_NEAR(quick.metres, longer, 0.05);
  EXPECT_NEAR(quick.seconds, longer / 20, 0.01);
  EXPECT_NEAR(quick.extra_seconds, longer / 20 - direct / 10, 0.01);
}

TEST(RoadNetwork, LinesMeetByEndsWithinTheToleranceAndNotWhereTheyCross) {
  Lines lines;
  lines.add({{139, 0}, {139.001, 0}, {139.002, 0}});                     // a T in its middle vertex
  lines.add({{139.001 + 0.000004, 0.000002}, {139.001, 0.001}});         // 0.5 m away from it
  lines.add({{139.0005, -0.001}, {139.0005, 0.001}});                    // crosses without meeting: a bridge
  const auto n = lines.network(1);
  EXPECT_EQ(n.edges().size(), 4u);
  EXPECT_EQ(n.nodes(), 6u);
  EXPECT_EQ(lines.network(0.1).edges().size(), 3u) << "too far apart";
  Lines shared;  // the very same vertex in the middle of both
  shared.add({{139, 0}, {139.001, 0}, {139.002, 0}});
  shared.add({{139.001, -0.001}, {139.001, 0}, {139.001, 0.001}});
  EXPECT_EQ(shared.network().edges().size(), 4u);
}

TEST(RoadNetwork, NothingAndNonsenseMakeNoNetwork) {
  const auto none = RoadNetwork::build({}, 1);
  EXPECT_EQ(none.nodes(), 0u);
  EXPECT_FALSE(none.snap(139, 35, 100));
  Lines lines;
  lines.add({{139, 0}});
  lines.add({{NAN, 0}, {139, 0}});
  lines.add({{139, 0}, {139, 0}});
  const auto n = lines.network();
  EXPECT_TRUE(n.edges().empty());
  RoadSearch search(n);
  EXPECT_EQ(search.around(139, 0, 100, false).around, Around::not_in_network);
  EXPECT_FALSE(n.snap(NAN, 35, 100));
}

TEST(RoadNetwork, AgreesWithAnIndependentDijkstra) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "python3 is not installed";
  std::mt19937 random(20261123);
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<geo::GeoPoint> nodes;
  for (int i = 0; i < 400; ++i) nodes.push_back({139 + upto(20'000) * 1e-6, 35 + upto(20'000) * 1e-6, 0});
  const auto file = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / "dijkstra.txt";
  std::filesystem::create_directories(file.parent_path());
  Lines lines;
  {
    std::ofstream out(file);
    for (int i = 0; i < 900; ++i) {
      const int a = upto(400), way = upto(5) == 0 ? 1 - 2 * upto(2) : 0;
      int b = a;  // one of its neighbours, about
      double least = 1;
      for (int k = 0; k < 40; ++k)
        if (const int c = upto(400); c != a && std::hypot(nodes[c].lon - nodes[a].lon, nodes[c].lat - nodes[a].lat) < least) least = std::hypot(nodes[c].lon - nodes[a].lon, nodes[c].lat - nodes[a].lat), b = c;
      if (b == a) continue;
      lines.add({nodes[a], nodes[b]}, way);
      std::array<char, 200> text{};
      std::snprintf(text.data(), text.size(), "edge %.9f %.9f %.9f %.9f %d %d\n", nodes[a].lon, nodes[a].lat, nodes[b].lon, nodes[b].lat, way >= 0, way <= 0);
      out << text.data();
    }
    for (std::size_t e = 0; e < lines.points.size(); e += 3) out << "ask " << e << "\n";
  }
  const auto n = lines.network(0.01);
  ASSERT_EQ(n.edges().size(), lines.points.size());
  RoadSearch search(n);
  FILE* answers = popen(("python3 " TENBO_SOURCE_DIR "/tests/inspection/dijkstra.py " + file.string()).c_str(), "r");
  ASSERT_NE(answers, nullptr);
  int found = 0, none = 0;
  for (std::uint32_t e = 0; e < lines.points.size(); e += 3) {
    char word[64] = "";
    ASSERT_EQ(std::fscanf(answers, "%63s", word), 1) << e;
    const auto d = search.around(e, false);
    if (std::string(word) == "none") {
      EXPECT_EQ(d.around, Around::none) << e;
      ++none;
      continue;
    }
    ASSERT_EQ(d.around, Around::found) << e;
    EXPECT_NEAR(d.metres, std::atof(word), 0.01) << e;
    ++found;
  }
  pclose(answers);
  EXPECT_GT(found, 100);
  EXPECT_GT(none, 3) << "the network has dead ends, too";
}

}  // namespace
}  // namespace tenbo::inspection
