// The sums of an impact as a table: figures that a person can read, worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenbo/runtime/impact.h"

namespace tenbo::runtime {
namespace {
using ::testing::HasSubstr;

TEST(ImpactCsv, SumsOfWeightsHaveThreeDecimalsAndCountsNone) {
  ImpactReport r;
  r.unit = "people";
  r.classes.push_back({});
  r.classes[0].label = {"浸水", "wet"};
  r.groups = {""};
  ImpactRow row;
  row.hazard_class = 1;
  row.count = 0.1 + 0.2 + 1234;  // 1234.3 and a rest that no digit of the data gave
  row.min = 12;
  row.max = 2500000.5;
  r.rows.push_back(row);
  ImpactSum sum;
  sum.unknown = 1.0 / 3;
  r.sums.push_back(sum);
  const auto csv = impact_csv(r, false);
  EXPECT_THAT(csv, HasSubstr(",wet,,1234.3,12,2500000.5,people,"));
  EXPECT_THAT(csv, HasSubstr(",unknown,,0.333333,0.333333,0.333333,people,"));
}

}  // namespace
}  // namespace tenbo::runtime
