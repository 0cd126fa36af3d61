#include "tenbo/scene/camera.h"

#include <gtest/gtest.h>

#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <numbers>
#include <random>

#include "tenbo/scene/camera_controls.h"
#include "tenbo/scene/frustum.h"

namespace tenbo::scene {
namespace {

constexpr double degree = std::numbers::pi / 180;
const glm::dvec2 screen(1920, 1080);

Camera over_tokyo(double height = 1500, double heading = 30, double pitch = -40) {
  Camera c;
  c.lon = 139.7;
  c.lat = 35.68;
  c.height = height;
  c.heading = heading;
  c.pitch = pitch;
  return c;
}
glm::dvec2 pixel_of(const Camera& c, const geo::GeoPoint& p) {
  const auto pixel = c.project(geo::to_ecef(p), screen);
  EXPECT_TRUE(pixel.has_value());
  return pixel.value_or(glm::dvec2(-1e9));
}

TEST(Camera, AxesFollowTheirDefinition) {
  const Camera c = over_tokyo(1000, 90, 0);  // looks east, level
  const geo::LocalFrame enu = geo::LocalFrame::at({c.lon, c.lat, c.height});
  const glm::dmat3 axes = c.orientation();
  EXPECT_LT(glm::distance(-axes[2], enu.axes[0]), 1e-12);   // forward = east
  EXPECT_LT(glm::distance(axes[0], -enu.axes[1]), 1e-12);   // right = south
  EXPECT_LT(glm::distance(axes[1], enu.axes[2]), 1e-12);    // up
  const glm::dmat3 down = over_tokyo(1000, 0, -90).orientation();
  EXPECT_LT(glm::distance(down[1], geo::LocalFrame::at({139.7, 35.68, 0}).axes[1]), 1e-12);  // north is up on the screen
  EXPECT_NEAR(glm::determinant(over_tokyo().orientation()), 1, 1e-12);
}

TEST(Camera, RaysAndPixelsAgree) {
  const Camera c = over_tokyo();
  std::mt19937 random(1);
  std::uniform_real_distribution<double> x(0, screen.x), y(0, screen.y), t(1, 50000);
  for (int i = 0; i < 300; ++i) {
    const glm::dvec2 pixel(x(random), y(random));
    const auto back = c.project(c.position() + c.ray(pixel, screen) * t(random), screen);
    ASSERT_TRUE(back);
    ASSERT_LT(glm::distance(*back, pixel), 1e-5);
  }
  // Edges of the field of view, from its definition: fov is between the top and the bottom edge.
  const glm::dvec3 top = c.ray({960, 0}, screen), bottom = c.ray({960, 1080}, screen);
  EXPECT_NEAR(std::acos(glm::dot(top, bottom)) / degree, 36, 1e-6);
  EXPECT_FALSE(c.project(c.position() - c.ray({960, 540}, screen), screen));  // behind
  // A picked position is within half a pixel also 100 km from here (issue 2, section 9): numbers have room for it.
  const glm::dvec3 far = c.position() + c.ray({100.5, 900.5}, screen) * 1e5;
  EXPECT_LT(glm::distance(*c.project(far, screen), glm::dvec2(100.5, 900.5)), 1e-4);
}

TEST(Camera, LookAtLooksThereFromThatFar) {
  for (const double range : {10.0, 500.0, 9000.0, 300e3, 5e6})
    for (const double heading : {0.0, 77.0, 200.0, 359.0})
      for (const double pitch : {-89.0, -35.0, -10.0}) {
        const geo::GeoPoint target{139.7, 35.68, 25};
        const Camera c = look_at(target, range, heading, pitch);
        EXPECT_NEAR(glm::distance(c.position(), geo::to_ecef(target)), range, range * 1e-9 + 1e-6);
        EXPECT_LT(glm::distance(pixel_of(c, target), screen / 2.0), 0.05) << range << " " << heading << " " << pitch;
        // Where the Earth's curve lets it: from 5000 km away so flat a look would pass above the ground.
        if (range < 1e6 || pitch < -80) {
          EXPECT_EQ(c.heading, heading);
          EXPECT_EQ(c.pitch, pitch);
        } else {
          EXPECT_LT(c.pitch, pitch);
          EXPECT_GT(c.height, 0);
        }
      }
  const Camera down = look_at({139.7, 35.68, 0}, 1000, 45, -90);
  EXPECT_LT(glm::distance(pixel_of(down, {139.7, 35.68, 0}), screen / 2.0), 1e-3);
  EXPECT_EQ(down.heading, 45);
}

TEST(Camera, FramesAllOfABox) {
  for (const double aspect : {16.0 / 9, 32.0 / 9, 0.5, 4.0 / 3})
    for (const geo::Extent box : {geo::Extent{139.7, 35.6, 139.75, 35.65, 0, 200}, geo::Extent{139, 35, 140, 36, -5, 3776},
                                  geo::Extent{139.7, 35.6, 139.7001, 35.6001, 0, 30}, geo::Extent{130, 31, 131, 31.01, 0, 0}}) {
      const Camera c = frame_extent(box, aspect);
      EXPECT_EQ(c.heading, 0);
      EXPECT_EQ(c.pitch, -35);
      const glm::dvec2 viewport(1000 * aspect, 1000);
      double most = 0;
      for (const double lon : {box.west, box.east})
        for (const double lat : {box.south, box.north})
          for (const double h : {box.min_height, box.max_height}) {
            const auto p = c.project(geo::to_ecef({lon, lat, h}), viewport);
            ASSERT_TRUE(p);
            EXPECT_TRUE(p->x >= 0 && p->x <= viewport.x && p->y >= 0 && p->y <= viewport.y) << p->x << " " << p->y;
            most = std::max({most, std::abs(p->x / viewport.x - 0.5), std::abs(p->y / viewport.y - 0.5)});
          }
      EXPECT_GT(most, 0.25);  // and not from needlessly far
    }
  EXPECT_TRUE(std::isfinite(frame_extent({}, 1.5).height));
  EXPECT_TRUE(std::isfinite(frame_extent({-180, -90, 180, 90, 0, 0}, 1.5).height));
}

TEST(Camera, FramesTheGlobe) {
  // Seen from a distance D of its centre, a sphere of radius R is a circle of tan(asin(R / D)) around the middle.
  for (const double aspect : {16.0 / 9, 1.0, 0.5}) {
    const Camera c = frame_extent({-180, -90, 180, 90, -400, 6000}, aspect);
    EXPECT_NEAR(c.pitch, -90, 1e-9);
    EXPECT_NEAR(c.lat, 0, 1e-9);
    const double r = geo::wgs84_a, d = c.height + r;
    const double disc = std::tan(std::asin(r / d)) / std::tan(18 * 3.14159265358979 / 180) / std::min(1.0, aspect);  // of the shorter side
    EXPECT_LT(disc, 0.98) << aspect;
    EXPECT_GT(disc, 0.7) << aspect;
  }
  // A continent leans, and its middle is in the middle.
  const geo::Extent europe{-10, 35, 40, 70, 0, 0};
  const Camera c = frame_extent(europe, 1.5);
  EXPECT_LT(c.pitch, -35);
  for (const double lon : {europe.west, europe.east})
    for (const double lat : {europe.south, europe.north}) {
      const auto p = c.project(geo::to_ecef({lon, lat, 0}), {1500, 1000});
      ASSERT_TRUE(p);
      EXPECT_TRUE(p->x >= 0 && p->x <= 1500 && p->y >= 0 && p->y <= 1000) << p->x << " " << p->y;
    }
}

TEST(Sun, AgreesWithPublishedExamples) {
  // Meeus, Astronomical Algorithms, example 25.a: 1992-10-13 0h TD, apparent right ascension 198.38083, declination
  // -7.78507 degrees. TD - UT was 59 s then. At the pole the elevation is the declination, and the azimuth counts from
  // the meridian: azimuth + hour angle = 180.
  const geo::Instant t{*geo::parse_instant("1992-10-12T23:59:01Z")};
  const SunPosition pole = sun_position(t, 0, 90);
  EXPECT_NEAR(pole.elevation, -7.78507, 0.003);
  // Sidereal time at Greenwich (ch. 12, for this instant): 21.8 degrees; hour angle = that - right ascension.
  const double days = static_cast<double>(t.ms) / 86400000.0 - 10957.5;
  const double sidereal = std::fmod(280.46061837 + 360.98564736629 * days, 360.0);
  const double hour_angle = std::fmod(sidereal - 198.38083 + 720, 360.0);
  EXPECT_NEAR(std::fmod(pole.azimuth - 180 + 360, 360.0), hour_angle, 0.01);
}

TEST(Sun, AgreesWithAnIndependentFormula) {
  // The Astronomical Almanac's low-precision formulas (0.01 degrees, 1950 to 2050), page C24.
  std::mt19937 random(4);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int i = 0; i < 400; ++i) {
    const geo::Instant t{static_cast<std::int64_t>((unit(random) * 60 - 10) * 365.25 * 86400000.0)};
    const double lon = unit(random) * 360 - 180, lat = unit(random) * 160 - 80;
    const double n = static_cast<double>(t.ms) / 86400000.0 + 2440587.5 - 2451545.0;
    const double l = 280.460 + 0.9856474 * n, g = (357.528 + 0.9856003 * n) * degree;
    const double lambda = (l + 1.915 * std::sin(g) + 0.020 * std::sin(2 * g)) * degree, epsilon = (23.439 - 0.0000004 * n) * degree;
    const double ra = std::atan2(std::cos(epsilon) * std::sin(lambda), std::cos(lambda)), dec = std::asin(std::sin(epsilon) * std::sin(lambda));
    const double gmst = (18.697374558 + 24.06570982441908 * n) * 15;
    const double ha = (gmst + lon) * degree - ra;
    const double elevation = std::asin(std::sin(lat * degree) * std::sin(dec) + std::cos(lat * degree) * std::cos(dec) * std::cos(ha));
    const double azimuth = std::atan2(-std::sin(ha), std::tan(dec) * std::cos(lat * degree) - std::sin(lat * degree) * std::cos(ha));
    const SunPosition sun = sun_position(t, lon, lat);
    ASSERT_NEAR(sun.elevation, elevation / degree, 0.03);
    if (std::abs(sun.elevation) < 85) {
      ASSERT_NEAR(std::remainder(sun.azimuth - azimuth / degree, 360.0) * std::cos(elevation), 0, 0.03);
    }
  }
  // Noon in Tokyo is at 11:44 JST in the middle of February, and the sun then stands in the south.
  EXPECT_NEAR(sun_position(*geo::parse_instant("2026-02-11T11:55:17+09:00"), 139.7414, 35.658).azimuth, 180, 0.3);
}

TEST(Controls, PanKeepsTheGrabbedPointUnderTheCursor) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> x(200, 1700), y(420, 1000), pitch(-88, -25), heading(0, 360), log_height(1, 5);
  int moved = 0;
  for (int i = 0; i < 300; ++i) {
    const Camera c = over_tokyo(std::pow(10, log_height(random)), heading(random), pitch(random));
    const auto grabbed = ground_under(c, {x(random), y(random)}, screen);
    if (!grabbed) continue;
    const glm::dvec2 to(x(random), y(random));
    const Camera after = pan(c, *grabbed, to, screen);
    if (after.lon == c.lon && after.lat == c.lat) continue;
    ++moved;
    ASSERT_LT(glm::distance(pixel_of(after, *grabbed), to), 0.01) << c.height << " " << c.pitch;
    EXPECT_EQ(after.height, c.height);
    EXPECT_EQ(after.heading, c.heading);
    EXPECT_EQ(after.pitch, c.pitch);
  }
  EXPECT_GT(moved, 250);
}

TEST(Controls, PanningIntoTheSkyStays) {
  const Camera c = over_tokyo(1500, 30, -5);
  const auto grabbed = ground_under(c, {960, 900}, screen);
  ASSERT_TRUE(grabbed);
  const Camera after = pan(c, *grabbed, {960, 10}, screen);
  EXPECT_EQ(after.lon, c.lon);
  EXPECT_FALSE(ground_under(c, {960, 10}, screen));
}

TEST(Controls, ZoomGoesTowardsThePoint) {
  for (const glm::dvec2 pixel : {glm::dvec2(960, 540), glm::dvec2(300, 800), glm::dvec2(1700, 600)}) {
    const Camera c = over_tokyo();
    const auto target = ground_under(c, pixel, screen);
    ASSERT_TRUE(target);
    const Camera near = zoom(c, *target, 0.5, screen), far = zoom(c, *target, 4, screen);
    EXPECT_LT(glm::distance(pixel_of(near, *target), pixel), 0.05);
    EXPECT_LT(glm::distance(pixel_of(far, *target), pixel), 0.05);
    const double distance = glm::distance(c.position(), geo::to_ecef(*target));
    EXPECT_NEAR(glm::distance(near.position(), geo::to_ecef(*target)) / distance, 0.5, 1e-3);
    EXPECT_NEAR(glm::distance(far.position(), geo::to_ecef(*target)) / distance, 4, 1e-2);
    EXPECT_EQ(near.pitch, c.pitch);
    Camera close = c;
    for (int i = 0; i < 60; ++i) close = zoom(close, *target, 0.5, screen, 2);
    EXPECT_NEAR(glm::distance(close.position(), geo::to_ecef(*target)), 2, 0.01);
  }
}

TEST(Controls, OrbitKeepsThePivotAndTheDistance) {
  for (const glm::dvec2 pixel : {glm::dvec2(960, 540), glm::dvec2(400, 700)})
    for (const double turn_by : {0.0, 20.0, -135.0})
      for (const double tilt_by : {0.0, 15.0, -25.0, -200.0, 200.0}) {
        const Camera c = over_tokyo();
        const auto pivot = ground_under(c, pixel, screen);
        ASSERT_TRUE(pivot);
        const Camera after = orbit(c, *pivot, turn_by, tilt_by, screen);
        EXPECT_LT(glm::distance(pixel_of(after, *pivot), pixel), 0.05) << turn_by << " " << tilt_by;
        EXPECT_NEAR(glm::distance(after.position(), geo::to_ecef(*pivot)) / glm::distance(c.position(), geo::to_ecef(*pivot)), 1, 2e-3);
        EXPECT_NEAR(after.pitch, std::clamp(c.pitch + tilt_by, -90.0, -1.0), 0.1);
        if (after.pitch > -89) {
          EXPECT_NEAR(std::remainder(after.heading - (c.heading + turn_by), 360.0), 0, 0.2);
        }
      }
}

TEST(Controls, PinchMovesTurnsAndZoomsAtOnce) {
  const Camera c = over_tokyo();
  const auto anchor = ground_under(c, {900, 600}, screen);
  ASSERT_TRUE(anchor);
  const Camera after = pinch(c, *anchor, {1000, 650}, 2, 10, screen);
  EXPECT_LT(glm::distance(pixel_of(after, *anchor), glm::dvec2(1000, 650)), 0.05);
  EXPECT_NEAR(std::remainder(after.heading - (c.heading - 10), 360.0), 0, 0.1);
  EXPECT_LT(after.height, c.height * 0.6);
}

TEST(Controls, WalkingIsLevelAndTrue) {
  const Camera c = over_tokyo(50, 90, -10);
  const Camera east = walk(c, 0, 100, 0);
  EXPECT_NEAR(glm::distance(c.position(), east.position()), 100, 0.01);
  EXPECT_GT(east.lon, c.lon);
  EXPECT_NEAR(east.lat, c.lat, 1e-6);
  EXPECT_EQ(east.height, c.height);
  EXPECT_LT(walk(c, 100, 0, 0).lat, c.lat);  // right of east is south
  EXPECT_EQ(walk(c, 0, 0, 5).height, 55);
  EXPECT_EQ(keep_above(c, [](double, double) { return 60.0; }).height, 62);
  EXPECT_EQ(keep_above(c, [](double, double) { return std::nan(""); }).height, 50);
  EXPECT_EQ(turn(c, 300, -100).pitch, -90);
  EXPECT_EQ(turn(c, 300, 0).heading, 30);
}

TEST(Controls, FlightsEndWhereTheyShouldAndMissTheGround) {
  const GroundSampler ridge = [](double lon, double) { return lon > 139.8 && lon < 139.82 ? 2500.0 : 10.0; };
  Camera a = over_tokyo(100), b = over_tokyo(150, 350, -20);
  b.lon = 139.9;
  EXPECT_EQ(fly(a, b, 0, ridge).lon, a.lon);
  EXPECT_EQ(fly(a, b, 1, ridge).heading, b.heading);
  double before = a.lon, highest = 0;
  for (int i = 1; i <= 1000; ++i) {
    const Camera c = fly(a, b, i / 1000.0, ridge);
    ASSERT_GT(c.height, ridge(c.lon, c.lat) + 1);
    ASSERT_GE(c.lon, before - 1e-12);
    const double turned = std::remainder(c.heading - a.heading, 360.0);  // 30 to 350 the short way
    ASSERT_TRUE(turned <= 1e-9 && turned >= -40.000001);
    before = c.lon;
    highest = std::max(highest, c.height);
  }
  EXPECT_GT(highest, 2500);
  const double start = fly(a, b, 0.01).lon - a.lon, middle = fly(a, b, 0.51).lon - fly(a, b, 0.5).lon;
  EXPECT_LT(start, middle / 100);  // slow in
  Camera far = b;
  far.lon = 10;
  far.lat = 50;
  EXPECT_GT(fly(a, far, 0.5).height, 1e6);  // arcs over long distances
  far.lon = a.lon - 180;
  far.lat = -a.lat;
  EXPECT_TRUE(std::isfinite(fly(a, far, 0.5).lon));
}

TEST(Frustum, SeesWhatProjectsIntoTheScreen) {
  const Camera c = over_tokyo();
  const Frustum f(c, screen);
  std::mt19937 random(8);
  std::uniform_real_distribution<double> d(-3000, 3000);
  int seen = 0, hidden = 0;
  for (int i = 0; i < 2000; ++i) {
    const glm::dvec3 p = c.position() + glm::dvec3(d(random), d(random), d(random));
    const auto pixel = c.project(p, screen);
    const bool on_screen = pixel && pixel->x >= 0 && pixel->x <= screen.x && pixel->y >= 0 && pixel->y <= screen.y;
    ASSERT_EQ(f.sees(p, 0), on_screen);
    (on_screen ? seen : hidden)++;
    if (!f.sees(p, 500)) {
      EXPECT_FALSE(on_screen);
    }
  }
  EXPECT_GT(seen, 20);
  EXPECT_GT(hidden, 1000);
}

}  // namespace
}  // namespace tenbo::scene
