// The register: what goes in comes out, ordered by date, found by id; words of lists become kinds, members and defects.
#include <gtest/gtest.h>

#include <array>

#include "tenbo/inspection/register.h"

namespace {
using namespace tenbo::inspection;

TEST(Register, LastInspectionDecides) {
  RegisterBuilder b;
  const std::array<Inspection, 3> history{{{2019, 0, 0, Grade::II, 0}, {2024, 6, 1, Grade::III, 0}, {2014, 0, 0, Grade::I, 0}}};
  StructureRow row;
  row.id = "a";
  row.name = "谷桜橋";
  row.inspections = history;
  row.lon = 130.59;
  row.lat = 32.89;
  EXPECT_EQ(b.add(row), 0U);
  StructureRow never;
  never.id = "b";
  EXPECT_EQ(b.add(never), 1U);
  const auto r = b.finish();
  ASSERT_EQ(r->size(), 2U);
  EXPECT_EQ(r->grade(0), Grade::III);
  EXPECT_EQ(r->year(0), 2024);
  EXPECT_EQ(r->inspection_by(0, 2023)->grade, Grade::II);
  EXPECT_EQ(r->inspection_by(0, 2013), nullptr);
  EXPECT_FALSE(r->overdue(0, 2029));
  EXPECT_TRUE(r->overdue(0, 2030));
  EXPECT_EQ(r->grade(1), Grade::not_inspected);
  EXPECT_TRUE(r->overdue(1, 2024));
  EXPECT_EQ(r->find("b"), 1U);
  EXPECT_FALSE(r->find("c"));
  EXPECT_EQ(r->name(0), "谷桜橋");
}

TEST(Register, DefectsLieWithTheirStructureOldestFirst) {
  RegisterBuilder b;
  StructureRow row;
  row.id = "a";
  b.add(row);
  row.id = "b";
  b.add(row);
  Defect d;
  d.structure = 1;
  d.year = 2024;
  d.note = b.intern("later");
  b.add(d);
  d.year = 2019;
  d.note = b.intern("first");
  b.add(d);
  d.structure = 0;
  d.note = b.intern("other");
  b.add(d);
  const auto r = b.finish();
  ASSERT_EQ(r->defects(0).size(), 1U);
  ASSERT_EQ(r->defects(1).size(), 2U);
  EXPECT_EQ(r->word(r->defects(1)[0].note), "first");
  EXPECT_EQ(r->word(r->defects(1)[1].note), "later");
}

TEST(InspectionWords, OfJapaneseAndEnglishLists) {
  EXPECT_EQ(read_kind("橋梁"), Kind::bridge);
  EXPECT_EQ(read_kind("横断歩道橋"), Kind::footbridge);
  EXPECT_EQ(read_kind("大型カルバート"), Kind::culvert);
  EXPECT_EQ(read_kind(""), Kind::unknown);
  EXPECT_EQ(read_kind("魚道"), Kind::other);
  EXPECT_EQ(read_member("主桁"), Member::main_girder);
  EXPECT_EQ(read_member("横桁"), Member::cross_beam);
  EXPECT_EQ(read_member("Deck slab"), Member::deck);
  EXPECT_EQ(read_defect_kind("剥離・鉄筋露出"), DefectKind::exposed_rebar);
  EXPECT_EQ(read_defect_kind("漏水・遊離石灰"), DefectKind::free_lime);
  EXPECT_EQ(read_defect_kind("Fatigue crack"), DefectKind::fatigue_crack);
  EXPECT_EQ(read_defect_kind("ひびわれ"), DefectKind::crack);
}
}  // namespace
