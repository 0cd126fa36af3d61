// Scores, reasons and doubts; distances are those of the scene that each test lays out, in metres.
#include "tenbo/inspection/binding.h"

#include <gmock/gmock.h>

#include <cmath>

namespace tenbo::inspection {
namespace {
using testing::Contains;
using testing::ElementsAre;

constexpr double metre = 1 / 111'320.0;  // degrees of latitude

struct Bindings : testing::Test {
  struct Model { std::string id, name; Kind kind; geo::Extent extent; };
  struct Row { std::string id, name; Kind kind; double north; };
  std::vector<Model> models;
  std::vector<Row> rows;
  std::vector<Correction> said;
  // 40 m long, 10 m wide, its middle `north` metres north of 36 N 140 E.
  void model(const std::string& id, double north, const std::string& name = "", Kind kind = Kind::bridge) {
    geo::Extent e;
    const double lon = metre / std::cos(36 * M_PI / 180);
    e.add(140 - 20 * lon, 36 + (north - 5) * metre);
    e.add(140 + 20 * lon, 36 + (north + 5) * metre);
    models.push_back({id, name, kind, e});
  }
  void row(const std::string& id, double north, const std::string& name = "", Kind kind = Kind::unknown) { rows.push_back({id, name, kind, north}); }
  std::vector<Binding> all() {
    std::vector<Candidate> c;
    for (std::uint32_t i = 0; i < models.size(); ++i) c.push_back({i, models[i].id, models[i].name, models[i].kind, models[i].extent});
    return bind(static_cast<std::uint32_t>(rows.size()), [&](std::uint32_t i) { return Record{rows[i].id, rows[i].name, rows[i].kind, 140, 36 + rows[i].north * metre}; }, c, said);
  }
  Binding only() {
    auto list = all();
    EXPECT_EQ(list.size(), 1u);
    return list.empty() ? Binding{} : list.front();
  }
};

TEST_F(Bindings, AnIdentifierIsSureAndSaysSo) {
  model("a", 0);
  row("a", 5000);
  const auto b = only();
  EXPECT_EQ(b.surety, Surety::sure);
  EXPECT_FLOAT_EQ(b.matches.front().score, 1);
  EXPECT_THAT(b.matches.front().reasons, ElementsAre(Reason::identifier));
}

TEST_F(Bindings, PlaceNameAndKindAddUp) {
  model("a", 0, "さくら橋");
  row("", 0, "さくら橋", Kind::bridge);
  auto b = only();
  EXPECT_NEAR(b.matches.front().score, 0.75 + 0.2 + 0.04, 1e-5);
  EXPECT_THAT(b.matches.front().reasons, ElementsAre(Reason::inside, Reason::same_name, Reason::same_kind));
  rows[0] = {"", "", Kind::unknown, 20};  // 15 m from its side
  b = only();
  EXPECT_NEAR(b.matches.front().score, 0.75 - 0.25 * 15 / 30, 1e-3);
  EXPECT_NEAR(b.matches.front().distance, 15, 0.05);
  EXPECT_EQ(b.surety, Surety::sure);
}

TEST_F(Bindings, TwoThatFitAsWellAreForAPersonToDecide) {
  model("up", 0);
  model("down", 12);
  row("", 6);  // 1 m from both
  const auto b = only();
  EXPECT_EQ(b.surety, Surety::doubtful);
  EXPECT_EQ(b.tied(), nullptr);
  ASSERT_EQ(b.matches.size(), 2u);
  EXPECT_THAT(b.matches[0].reasons, Contains(Reason::rival));
  EXPECT_LT(b.matches[0].score, sure_score);
}

TEST_F(Bindings, NoDistanceBeyondReachNoOtherNameAndNoOtherKindTies) {
  model("a", 0, "鶴橋");
  row("", 36, "鶴橋");  // 31 m off
  EXPECT_EQ(only().surety, Surety::doubtful);
  rows[0] = {"", "雪見橋", Kind::bridge, 0};
  auto b = only();
  EXPECT_EQ(b.surety, Surety::doubtful);
  EXPECT_THAT(b.matches[0].reasons, Contains(Reason::other_name));
  rows[0] = {"", "鶴橋", Kind::tunnel, 0};
  EXPECT_EQ(only().surety, Surety::doubtful);
  rows[0] = {"", "鶴橋", Kind::bridge, 290};  // by its name alone, 285 m off
  EXPECT_EQ(only().surety, Surety::doubtful);
  rows[0] = {"", "雪見橋", Kind::bridge, 120};
  EXPECT_TRUE(all().empty());
}

TEST_F(Bindings, ANameIsWorthMoreThanAFewMetres) {
  model("a", 0, "鶴橋");
  model("b", 30, "雪見橋");
  row("", 24, "鶴橋");  // 19 m from a's side, 1 m from b's
  const auto b = only();
  ASSERT_TRUE(b.tied());
  EXPECT_EQ(b.tied()->feature, 0u);
}

TEST_F(Bindings, WhatAPersonSaidHolds) {
  model("a", 0);
  model("b", 50);
  row("r1", 0);
  said = {{"r1", "a", false, "K. Sato", "2026-11-23T01:00:00Z"}};
  auto list = all();
  ASSERT_EQ(list.size(), 1u);  // b is 45 m off: for a person
  EXPECT_EQ(list[0].surety, Surety::doubtful);
  said.push_back({"r1", "b", true, "K. Sato", "2026-11-23T01:01:00Z"});
  list = all();
  ASSERT_TRUE(list[0].tied());
  EXPECT_EQ(list[0].tied()->feature, 1u);
  EXPECT_TRUE(list[0].reviewed);
  said.push_back({"r1", "", false, "K. Sato", "2026-11-23T01:02:00Z"});
  list = all();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].surety, Surety::none);
  EXPECT_TRUE(list[0].matches.empty());
  said.push_back({"r1", "a", true, "K. Sato", "2026-11-23T01:03:00Z"});
  EXPECT_EQ(all()[0].tied()->feature, 0u);
}

TEST_F(Bindings, ARejectedIdentifierIsNotTiedAgain) {
  model("a", 0);
  row("a", 0);
  said = {{"a", "a", false, "", ""}};
  const auto list = all();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].surety, Surety::none);
}

TEST_F(Bindings, WhoeverFindsOnlyModelsOfOthersIsNotAskedAbout) {
  model("a", 0);
  row("a", 0);
  row("", 8);
  const auto list = all();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[1].surety, Surety::none);
  EXPECT_THAT(list[1].matches[0].reasons, Contains(Reason::taken));
}

TEST(BindingKeys, StayTheSameForTheSameRecord) {
  EXPECT_EQ(record_key({"b1", "x", Kind::bridge, 140, 36}), "b1");
  EXPECT_EQ(record_key({"", "鶴橋", Kind::bridge, 140.1234567, 36}), "鶴橋@140.12346,36.00000");
  EXPECT_EQ(record_key({"", "鶴橋", Kind::bridge, NAN, 36}), "鶴橋");
}

}  // namespace
}  // namespace tenbo::inspection
