// Models from records, and defects on them. Expected places are worked out by hand from the dimensions in each test.
#include "tenbo/inspection/model.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <glm/geometric.hpp>
#include <numeric>

#include "tenbo/inspection/decal.h"
#include "tenbo/inspection/history.h"

namespace tenbo::inspection {
namespace {
using testing::ElementsAre;

Outline outline_from(const StructureRow& row) {
  RegisterBuilder b;
  b.add(row);
  return outline_of(*b.finish(), 0);
}

// 60 m long, 10 m wide, spans of 20 and 40 m.
Outline two_spans() {
  static const float spans[] = {20, 40};
  StructureRow row;
  row.kind = Kind::bridge;
  row.length = 60, row.width = 10, row.heading = 45;
  row.span_lengths = spans;
  return outline_from(row);
}

TEST(Outlines, SayWhatIsAssumed) {
  auto o = two_spans();
  EXPECT_EQ(o.assumed, static_cast<std::uint32_t>(assumed_girders));
  EXPECT_THAT(o.supports, ElementsAre(-30, -10, 30));
  StructureRow bare;
  bare.kind = Kind::bridge;
  o = outline_from(bare);
  EXPECT_EQ(o.assumed, static_cast<std::uint32_t>(assumed_length | assumed_width | assumed_spans | assumed_heading | assumed_girders));
  StructureRow wrong;
  wrong.kind = Kind::bridge;
  wrong.length = 1e9f, wrong.width = -3, wrong.spans = 30000, wrong.heading = INFINITY;
  o = outline_from(wrong);
  EXPECT_EQ(o.assumed, static_cast<std::uint32_t>(assumed_length | assumed_width | assumed_spans | assumed_heading | assumed_girders));
}

TEST(Outlines, FindSpans) {
  const auto o = two_spans();
  EXPECT_EQ(o.span_at(-25), 1);
  EXPECT_EQ(o.span_at(0), 2);
  EXPECT_EQ(o.span_at(-99), 1);
  EXPECT_EQ(o.span_at(99), 2);
  EXPECT_EQ(o.start_of(2), -10);
}

TEST(Models, OfABridgeHaveItsMembersAndItsSize) {
  const auto m = make_model(two_spans(), [](float, float) { return -9.f; });
  std::map<Member, int> count;
  float low = INFINITY, left = -INFINITY;
  for (const auto& t : surface_of(m))
    for (const auto& c : t.corners) low = std::min(low, c.z), left = std::max(left, c.y);
  for (const auto& p : m.parts) ++count[p.member];
  EXPECT_EQ(count[Member::deck], 2);
  EXPECT_EQ(count[Member::main_girder], 8);  // 10 m / 2.5 m a span
  EXPECT_EQ(count[Member::pier], 1);
  EXPECT_EQ(count[Member::abutment], 2);
  EXPECT_FLOAT_EQ(left, 5);
  EXPECT_FLOAT_EQ(low, -9.5f - 1.5f);  // the pier stands in the ground, on its foundation
}

TEST(Models, EveryTriangleLooksOutOfItsBlock) {
  for (const Kind kind : {Kind::bridge, Kind::footbridge, Kind::tunnel, Kind::culvert, Kind::gantry, Kind::retaining_wall}) {
    StructureRow row;
    row.kind = kind;
    const auto m = make_model(outline_from(row));
    ASSERT_FALSE(m.parts.empty()) << to_string(kind);
    for (const auto& p : m.parts) {
      ASSERT_FALSE(p.blocks.empty()) << to_string(p.member);
      for (const auto& b : p.blocks) {
        const Model one{m.outline, {{p.member, p.span, p.number, {b}}}};
        const auto surface = surface_of(one);
        ASSERT_EQ(surface.size(), 12u) << to_string(p.member);
        double volume = 0;  // of a closed surface that looks outwards it is positive
        for (const auto& t : surface) volume += glm::dot(glm::dvec3(t.corners[0]), glm::cross(glm::dvec3(t.corners[1]), glm::dvec3(t.corners[2]))) / 6;
        EXPECT_GT(volume, 0) << to_string(kind) << " " << to_string(p.member);
      }
    }
  }
  StructureRow unknown;
  EXPECT_TRUE(make_model(outline_from(unknown)).parts.empty());
}

struct Decals : testing::Test {
  Model model = make_model(two_spans(), [](float, float) { return -9.f; });
  std::vector<Triangle> surface = surface_of(model);
  std::optional<Decal> on(const Defect& d, std::string_view element = "", Place place = {}) { return make_decal(d, element, place, model.outline, surface); }
};

double area(const Decal& d) {
  double a = 0;
  for (const auto& t : d.triangles) a += 0.5 * glm::length(glm::cross(glm::dvec3(t[1] - t[0]), glm::dvec3(t[2] - t[0])));
  return a;
}

TEST_F(Decals, LieWhereTheListSaysAndAsLargeAsItSays) {
  Defect d;
  d.kind = DefectKind::spalling;
  d.member = Member::deck;
  d.span = 2;
  d.along = 5, d.across = 1, d.up = -0.25f;  // 5 m into the span from x = -10, on the underside of a slab of 0.25 m
  d.length = 0.8f, d.width = 0.5f;
  const auto decal = on(d);
  ASSERT_TRUE(decal);
  EXPECT_EQ(decal->guesses, 0u);
  EXPECT_NEAR(glm::length(decal->at - glm::vec3(-5, 1, -0.25f)), 0, 1e-4);
  EXPECT_NEAR(decal->normal.z, -1, 1e-5);
  EXPECT_NEAR(area(*decal), 0.8 * 0.5, 1e-4);
  double outline = 0;
  for (const auto& e : decal->edges) outline += glm::length(e[1] - e[0]);
  EXPECT_NEAR(outline, 2 * (0.8 + 0.5), 1e-3);
  for (const auto& t : decal->triangles)
    for (const auto& p : t) EXPECT_NEAR(p.z, -0.25 - decal_lift, 1e-5);
}

TEST_F(Decals, OfASpanThatTheBridgeLacksAreAGuess) {
  Defect d;
  d.kind = DefectKind::spalling;
  d.member = Member::deck;
  d.span = 9;
  d.along = 10, d.across = 1, d.up = -0.25f;
  d.length = 0.8f, d.width = 0.5f;
  if (const auto decal = on(d)) {
    EXPECT_TRUE(decal->guesses & guess_along);
  }
  d.span = 2, d.along = 5;
  EXPECT_FALSE(on(d)->guesses & guess_along);
}

TEST_F(Decals, TheElementNumberChoosesTheGirder) {
  Defect d;
  d.kind = DefectKind::corrosion;
  d.member = Member::main_girder;
  d.span = 1;
  d.along = 10;
  d.length = 1, d.width = 0.3f;
  // four girders, 2.5 m apart: the middles at -3.75, -1.25, 1.25, 3.75; each 0.4 m wide
  for (const auto& [element, y] : {std::pair("0101", -3.75f), {"0103", 1.25f}, {"4", 3.75f}}) {
    const auto decal = on(d, element);
    ASSERT_TRUE(decal) << element;
    EXPECT_NEAR(std::abs(decal->at.y - y), 0.2, 1e-4) << element;
    EXPECT_NEAR(decal->at.x, -20, 1e-4);
    EXPECT_EQ(decal->guesses & guess_member, 0u);
  }
  EXPECT_TRUE(on(d, "0199")->guesses & guess_member);
}

TEST_F(Decals, ACrackIsALineOfItsLength) {
  Defect d;
  d.kind = DefectKind::crack;
  d.member = Member::abutment;
  d.span = 1;
  d.along = 0, d.up = -2;
  d.length = 1.2f, d.width = 0.0003f;
  const auto decal = on(d);
  ASSERT_TRUE(decal);
  double length = 0;
  for (const auto& e : decal->edges) length += glm::length(e[1] - e[0]);
  EXPECT_NEAR(length, 1.2, 1e-3);
  EXPECT_NEAR(area(*decal), 1.2 * 0.0003, 1e-5);
}

TEST_F(Decals, AreCutAtTheEdgeOfTheirMember) {
  Defect d;
  d.kind = DefectKind::leakage;
  d.member = Member::deck;
  d.span = 1;
  d.along = 10, d.across = 5, d.up = -0.25f;  // at the edge of a deck of +-5 m: half of it hangs over
  d.length = 2, d.width = 2;
  const auto decal = on(d);
  ASSERT_TRUE(decal);
  EXPECT_NEAR(area(*decal), 2, 1e-3);
}

TEST_F(Decals, WithoutAPlaceThereIsNone) {
  Defect d;
  EXPECT_FALSE(on(d));
  d.member = Member::deck;
  EXPECT_FALSE(on(d));  // which of the two spans?
  d.span = 1;
  const auto decal = on(d);
  ASSERT_TRUE(decal);
  EXPECT_EQ(decal->guesses, static_cast<std::uint32_t>(guess_along | guess_across | guess_up | guess_size));
  EXPECT_FALSE(make_decal(d, "", {}, model.outline, {}));
}

TEST_F(Decals, APlaceOnEarthDecidesWhateverTheMember) {
  Defect d;
  d.lon = d.lat = 0;
  const auto decal = on(d, "", glm::vec3(3, 0.4f, 0.06f));
  ASSERT_TRUE(decal);
  EXPECT_EQ(decal->member, Member::pavement);
  EXPECT_NEAR(decal->at.x, 3, 1e-4);
  EXPECT_NEAR(decal->at.z, 0.05, 1e-4);
}

TEST_F(Decals, HostileNumbersMakeNone) {
  Defect d;
  d.member = Member::deck;
  d.span = 1;
  d.along = 1e30f, d.length = -1, d.width = INFINITY;
  const auto decal = on(d);
  ASSERT_TRUE(decal);
  for (const auto& t : decal->triangles)
    for (const auto& p : t) EXPECT_LE(std::abs(p.x), 31);
  d.along = INFINITY;
  EXPECT_TRUE(on(d));  // as if nobody had said
}

TEST(NearestPoint, IsTheTrianglesOwn) {
  const Triangle t{{glm::vec3(0), {4, 0, 0}, {0, 3, 0}}, {0, 0, 1}};
  EXPECT_EQ(nearest_on(t, {1, 1, 5}), glm::vec3(1, 1, 0));
  EXPECT_EQ(nearest_on(t, {-2, -2, 1}), glm::vec3(0));
  EXPECT_EQ(nearest_on(t, {2, -9, 0}), glm::vec3(2, 0, 0));
  const auto p = nearest_on(t, {4, 3, 0});  // on the long side: foot of the perpendicular, (4 - 0.48 * 4, ...) by hand: (2.56, 1.08)
  EXPECT_NEAR(p.x, 2.56, 1e-5);
  EXPECT_NEAR(p.y, 1.08, 1e-5);
}

TEST(Estimates, OfABoxBridge) {
  const glm::vec3 low(-30, -5, -10), high(30, 5, 0);
  const auto at = [&](glm::vec3 p, glm::vec3 n) { return estimate_member({{p, p, p}, n}, low, high); };
  EXPECT_EQ(at({0, 0, -0.2f}, {0, 0, 1}), Member::deck);
  EXPECT_EQ(at({0, 0, -2}, {0, 0, -1}), Member::main_girder);
  EXPECT_EQ(at({-29, 0, -7}, {1, 0, 0}), Member::abutment);
  EXPECT_EQ(at({0, 1, -7}, {0, 1, 0}), Member::pier);
}

TEST(History, ByYear) {
  RegisterBuilder b;
  const Inspection seen[] = {{2014, 0, 0, Grade::II, 0}, {2019, 0, 0, Grade::III, 0}, {2024, 0, 0, Grade::II, 0}};
  StructureRow row;
  row.inspections = seen;
  b.add(row);
  const auto defect = [&](int year, char grade, const char* element) {
    Defect d;
    d.year = static_cast<std::int16_t>(year), d.grade = grade, d.kind = DefectKind::crack, d.member = Member::deck, d.span = 1;
    d.element = b.intern(element);
    b.add(d);
  };
  defect(2014, 'b', "01");
  defect(2019, 'd', "01");
  defect(2019, 'c', "02");
  const auto r = b.finish();
  EXPECT_THAT(years_of(*r, 0), ElementsAre(2014, 2019, 2024));
  auto s = state_by(*r, 0, 2013);
  EXPECT_EQ(s.grade, Grade::not_inspected);
  EXPECT_TRUE(s.defects.empty());
  s = state_by(*r, 0, 2016);
  EXPECT_EQ(s.grade, Grade::II);
  EXPECT_EQ(s.change, Change::unknown);
  ASSERT_EQ(s.defects.size(), 1u);
  EXPECT_EQ(s.defects[0].change, Change::unknown);
  s = state_by(*r, 0, 2020);
  EXPECT_EQ(s.change, Change::worse);
  EXPECT_EQ(s.before, 2014);
  ASSERT_EQ(s.defects.size(), 2u);
  EXPECT_EQ(s.defects[0].change, Change::worse);
  EXPECT_EQ(s.defects[1].change, Change::appeared);
  EXPECT_EQ(state_by(*r, 0, 2030).change, Change::better);
}

}  // namespace
}  // namespace tenbo::inspection
