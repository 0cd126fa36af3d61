#include "tenbo/geo/geodesic.h"

#include <gtest/gtest.h>

namespace tenbo::geo {
namespace {

// The quarter meridian of WGS 84 is 10,001,965.7293 m (NGA.STND.0036); a degree along its equator is a * pi / 180.
TEST(Geodesic, AlongMeridianAndEquator) {
  EXPECT_NEAR(geodesic_direct({20, 0, 0}, 0, 10'001'965.7293).lat, 90, 1e-7);
  EXPECT_NEAR(geodesic_direct({179.5, 0, 0}, 90, 111'319.4908).lon, 180.5, 1e-8);
}

// Vincenty's example of Flinders Peak and Buninyon (Geoscience Australia) is on GRS 80, which differs by 0.1 mm here.
TEST(Geodesic, AnswersThePublishedExample) {
  const auto p = geodesic_direct({144 + 25 / 60. + 29.52440 / 3600, -(37 + 57 / 60. + 3.72030 / 3600), 0}, 306 + 52 / 60. + 5.37 / 3600, 54'972.271);
  EXPECT_NEAR(p.lat, -(37 + 39 / 60. + 10.15610 / 3600), 1e-7);
  EXPECT_NEAR(p.lon, 143 + 55 / 60. + 35.38390 / 3600, 1e-7);
}

}  // namespace
}  // namespace tenbo::geo
