#pragma once
// The columns of one list, found: by a mapping's names, else by the words of the headings. -1 = the list has none.
#include <string>
#include <vector>

#include "tenbo/inspection/mapping.h"

namespace tenbo::inspection {

struct ColumnsOf {
  std::vector<std::string> names;
  int id = -1, name = -1, kind = -1, grade = -1, year = -1, score = -1, lon = -1, lat = -1, both = -1, height = -1, road = -1, owner = -1, prefecture = -1,
      municipality = -1, source = -1, length = -1, width = -1, spans = -1, span_lengths = -1, heading = -1, built = -1, access = -1, restriction = -1,
      traffic = -1, importance = -1, emergency = -1;
  int structure = -1, member = -1, element = -1, defect_kind = -1, defect_grade = -1, response = -1, photo = -1, note = -1, span = -1, along = -1,
      across = -1, up = -1, defect_length = -1, defect_width = -1;
  std::vector<int> ratings;        // of the US inventory: the worst of them counts
  bool condition_in_grade = false;  // the grade's column holds good, fair, poor
  struct Round {
    int year = 0, year_column = -1, grade = -1, score = -1;
  };
  std::vector<Round> history;
  int history_list = -1;
  std::vector<std::string> missing;  // what the mapping names and the list lacks

  ColumnsOf() = default;
  ColumnsOf(const Mapping& mapping, std::vector<std::string> columns);

 private:
  int named(const Names& names, const char* what);
  int nbi_item(std::string_view word) const;
};

}  // namespace tenbo::inspection
