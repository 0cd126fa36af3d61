// Records and 3D bridges: by identifier, by place, and not at all.
#include "../../engine/runtime/src/binding.h"

#include <gtest/gtest.h>

namespace tenbo::runtime {
namespace {

constexpr double metre = 1 / 111'320.0;  // degrees of latitude

class Binding : public ::testing::Test {
 protected:
  // A bridge 40 m long from west to east, 10 m wide, its middle `north` metres north of 36 N 140 E.
  void bridge(const std::string& id, double north, const std::string& name = {}, const std::string& type = "brid:Bridge") {
    const auto f = features_.add_feature(id, type);
    if (!name.empty()) features_.add_text(f, "gml:name", name);
    const double lon = metre / std::cos(36 * M_PI / 180);
    geo::Extent e;
    e.add(140 - 20 * lon, 36 + (north - 5) * metre);
    e.add(140 + 20 * lon, 36 + (north + 5) * metre);
    features_.set_extent(f, e);
  }
  void record(const std::string& id, double north, const std::string& name = {}) {
    Structure s;
    s.id = id;
    s.name = name;
    s.lon = 140;
    s.lat = 36 + north * metre;
    structures_.push_back(s);
  }
  using Bound = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  Bound bound() { return bind_structures(structures_, features_); }
  geo::FeatureTable features_;
  std::vector<Structure> structures_;
};

TEST_F(Binding, TheIdentifierDecidesWhateverThePlace) {
  bridge("a", 0);
  bridge("b", 500);
  record("b", 0);
  record("a", 500);
  EXPECT_EQ(bound(), (Bound{{0, 1}, {1, 0}}));
}

TEST_F(Binding, SeveralRecordsMayNameOneBridge) {
  bridge("a", 0);
  record("a", 0);
  record("a", 3);
  EXPECT_EQ(bound(), (Bound{{0, 0}, {1, 0}}));
}

TEST_F(Binding, ANeighboursRecordNeverLandsOnABridgeThatHasItsOwn) {
  bridge("a", 0);
  record("a", 0);
  record("elsewhere", 10);
  EXPECT_EQ(bound(), (Bound{{0, 0}}));
}

TEST_F(Binding, ByPlaceTheNearestOfEachOther) {
  bridge("a", 0);
  bridge("b", 50);
  record("", 2);
  record("", 30);  // 20 m from b's side, 25 m from a's: b's, and not a second one of a's
  record("", 26);
  EXPECT_EQ(bound(), (Bound{{0, 0}, {1, 1}}));
}

TEST_F(Binding, ThirtyMetresAndNoMore) {
  bridge("a", 0);
  record("", 34.9);
  EXPECT_EQ(bound(), (Bound{{0, 0}}));
  structures_.clear();
  record("", 35.5);
  EXPECT_EQ(bound(), Bound{});
}

TEST_F(Binding, AnotherNameIsAnotherBridge) {
  bridge("a", 0, "鶴橋");
  record("", 0, "雪見橋");
  EXPECT_EQ(bound(), Bound{});
  record("", 8, "鶴　橋（上り）");
  EXPECT_EQ(bound(), (Bound{{1, 0}}));
}

TEST_F(Binding, OnlyBridgesAndTunnels) {
  bridge("a", 0, "", "bldg:Building");
  record("a", 0);
  EXPECT_EQ(bound(), Bound{});
  bridge("t", 0, "", "tun:Tunnel");
  EXPECT_EQ(bound(), (Bound{{0, 1}}));
}

TEST_F(Binding, NothingComesOfPlacesThatAreNone) {
  bridge("a", 0);
  record("", NAN);
  features_.add_feature("empty", "brid:Bridge");
  EXPECT_EQ(bound(), Bound{});
}

}  // namespace
}  // namespace tenbo::runtime
