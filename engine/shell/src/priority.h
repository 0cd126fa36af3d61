#pragma once
// What the priority panel remembers and shows.
#include <memory>
#include <optional>

#include "tenbo/inspection/as_of.h"
#include "tenbo/runtime/engine.h"

namespace tenbo::shell {

struct PriorityTool {
  bool poor = false, touched = true;
  std::optional<inspection::PriorityWeights> weights;           // as a person has set them; absent: the scene's
  runtime::PriorityState state;                                 // of this frame
  std::shared_ptr<const runtime::PriorityReport> report;        // ranked for what is asked, or for what was asked before
  inspection::Day day = inspection::latest_day;                 // that the report is as of
  inspection::Day ranked_day = inspection::latest_day;          // the newer one
  bool ranking = false;                                         // a newer one is on its way
  std::optional<std::uint32_t> chosen;                          // structure whose reasons are unfolded and whose way round is drawn
  std::optional<std::size_t> go_to;                             // row; asked for in the panel
  enum class Out { none, csv, gpkg, sheet } out = Out::none;    // the same; the sheet is of the chosen one
  bool writing = false;
};

inline inspection::PriorityWeights weights_of(const scene::PriorityWeightsSpec& w) { return {w.condition, w.hazard, w.importance, w.arrival_hours}; }

}  // namespace tenbo::shell
