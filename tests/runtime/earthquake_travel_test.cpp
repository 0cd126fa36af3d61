// Travel times against closed expressions, and against what is published of IASP91 (Kennett and Engdahl 1991).
#include <gtest/gtest.h>

#include <cmath>

#include "../../plugins/hazard_earthquake/travel.h"

namespace {

std::vector<double> distances(double to, double step) {
  std::vector<double> out;
  for (double x = 0; x <= to; x += step) out.push_back(x);
  return out;
}

// In a uniform sphere rays are chords: t = |source - station| / v.
TEST(EarthquakeTravel, AUniformSphereIsCrossedByChords) {
  const double r = 6371, v = 6;
  const auto at = distances(2000, 25);
  for (const double depth : {0.0, 1.0, 10.0, 60.0, 600.0}) {
    const auto t = travel::first_arrivals({{0, 1500, v, v}}, depth, at, r);
    for (std::size_t i = 0; i < at.size(); ++i) {
      const double a = at[i] / r, chord = std::sqrt(r * r + (r - depth) * (r - depth) - 2 * r * (r - depth) * std::cos(a));
      EXPECT_NEAR(t[i], chord / v, 0.01) << "depth " << depth << ", distance " << at[i];
    }
  }
}

// Flat for a sphere a thousand times the Earth: a layer of h km over a faster one. Direct: x / v1. From the crossover on the
// head wave is first: x / v2 + 2 h sqrt(1 / v1^2 - 1 / v2^2).
TEST(EarthquakeTravel, BeyondTheCrossoverTheHeadWaveIsFirst) {
  const double v1 = 6, v2 = 8, h = 30;
  // v2 grows a little with depth, or no ray of a plane would come back
  const auto at = distances(600, 20);
  const auto t = travel::first_arrivals({{0, h, v1, v1}, {h, 3000, v2, v2 * 1.01}}, 0, at, 6.371e6);
  for (std::size_t i = 1; i < at.size(); ++i)
    EXPECT_NEAR(t[i], std::min(at[i] / v1, at[i] / v2 + 2 * h * std::sqrt(1 / (v1 * v1) - 1 / (v2 * v2))), 0.03) << at[i];
}

// Straight up: the integral of depth over velocity, by hand for the two layers of the crust.
TEST(EarthquakeTravel, AboveTheSourceTheWaveComesStraightUp) {
  EXPECT_NEAR(travel::first_arrivals(travel::iasp91(travel::Wave::P), 35 - 1e-6, {0})[0], 20 / 5.8 + 15 / 6.5, 1e-4);
  EXPECT_NEAR(travel::first_arrivals(travel::iasp91(travel::Wave::S), 10, {0})[0], 10 / 3.36, 1e-4);
}

// The table of velocities, in km/s, that IASP91 is published with at these depths, above and below its discontinuities.
TEST(EarthquakeTravel, TheModelHasThePublishedVelocities) {
  struct At { double depth, p, s; };
  const At above[]{{20, 5.8, 3.36}, {35, 6.5, 3.75}, {120, 8.05, 4.5}, {210, 8.3, 4.518}, {410, 9.03, 4.87}, {660, 10.2, 5.6}, {760, 11.0558, 6.2095}};
  const At below[]{{0, 5.8, 3.36}, {20, 6.5, 3.75}, {35, 8.04, 4.47}, {410, 9.36, 5.07}, {660, 10.79, 5.95}};
  const auto p = travel::iasp91(travel::Wave::P), s = travel::iasp91(travel::Wave::S);
  ASSERT_EQ(p.size(), s.size());
  std::size_t found = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    for (const auto& a : above)
      if (std::abs(p[i].bottom - a.depth) < 1e-9) {
        ++found;
        EXPECT_NEAR(p[i].below, a.p, 6e-4) << a.depth;
        EXPECT_NEAR(s[i].below, a.s, 6e-4) << a.depth;
      }
    for (const auto& b : below)
      if (std::abs(p[i].top - b.depth) < 1e-9) {
        ++found;
        EXPECT_NEAR(p[i].above, b.p, 6e-4) << b.depth;
        EXPECT_NEAR(s[i].above, b.s, 6e-4) << b.depth;
      }
    if (i > 0) { EXPECT_EQ(p[i].top, p[i - 1].bottom); }
  }
  EXPECT_EQ(found, 12u);
}

// P from the surface, by adding up the ray integrals over layers of 25 m with the published polynomials, in Python.
TEST(EarthquakeTravel, FirstArrivalsAreThoseOfASlowerIntegration) {
  const std::vector<double> degrees{5, 15, 18, 20}, seconds{76.274, 213.228, 251.573, 274.093};
  std::vector<double> at;
  for (const double d : degrees) at.push_back(d * M_PI / 180 * travel::earth_radius_km);
  const auto t = travel::first_arrivals(travel::iasp91(travel::Wave::P), 0, at);
  for (std::size_t i = 0; i < at.size(); ++i) EXPECT_NEAR(t[i], seconds[i], 0.02) << degrees[i];
}

TEST(EarthquakeTravel, FrontsGrowToTwoThousandKilometresAndSComesAfterP) {
  for (const double depth : {0.0, 10.0, 30.0, 35.0, 60.0, 410.0, 570.0, 700.0}) {
    const auto p = travel::front(travel::Wave::P, depth), s = travel::front(travel::Wave::S, depth);
    for (const auto* f : {&p, &s}) {
      ASSERT_GT(f->seconds.size(), 100u) << depth;
      ASSERT_EQ(f->seconds.size(), f->metres.size());
      EXPECT_EQ(f->seconds.front(), 0);
      EXPECT_EQ(f->metres.front(), 0);
      EXPECT_EQ(f->metres.back(), 2'000'000);
      for (std::size_t i = 1; i < f->seconds.size(); ++i) {
        EXPECT_GT(f->seconds[i], f->seconds[i - 1]);
        EXPECT_LE(f->metres[i] - f->metres[i - 1], 25'001) << "a gap at depth " << depth << ", " << f->metres[i];
      }
    }
    EXPECT_GE(s.first, p.first);
    EXPECT_GT(s.first + s.seconds.back(), 1.6 * (p.first + p.seconds.back()));  // vp / vs is 1.73 to 1.85 in the model
    EXPECT_LT(p.first + p.seconds.back(), 260);
  }
  EXPECT_TRUE(travel::front(travel::Wave::P, 1600).seconds.empty());
  EXPECT_TRUE(travel::front(travel::Wave::P, std::nan("")).seconds.empty());
}

}  // namespace
