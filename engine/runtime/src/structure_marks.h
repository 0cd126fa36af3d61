#pragma once
// What the markers of an inspection layer are made from, kept from frame to frame.
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "structure_tree.h"
#include "tenbo/inspection/as_of.h"
#include "tenbo/runtime/hud.h"

namespace tenbo::runtime {

struct StructureMarks {
  std::shared_ptr<const StructureTree> tree;       // null: it grows on a worker
  std::shared_ptr<const inspection::Selection> shown;  // null: all
  // --- of the day and the filter that are shown
  using Key = std::tuple<const void*, const void*, const void*, int, int>;
  Key key;
  std::vector<std::uint8_t> ranks;                 // by structure: inspection::rank_of
  StructureTree::Tally tally;
  std::uint32_t count = 0;                         // structures that are shown
  bool overdue = false, restricted = false, closed = false;  // there is one
  std::size_t later = 0;  // inspected after the day that is shown
};

MarkerShape shape_of(Grade grade);
const char* letter_of(Grade grade);
// A number for what is shown as of a day: 0 where that is the latest.
inline int day_key(const inspection::AsOf* at) { return !at || at->is_latest() ? 0 : at->day().year * 10'000 + at->day().month * 100 + at->day().day; }

}  // namespace tenbo::runtime
