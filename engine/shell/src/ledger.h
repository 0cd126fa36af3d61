#pragma once
// What the ledger's panel shows of a report: made once for a report, read at each frame.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/runtime/engine.h"

namespace tenbo::shell {

// Touched over the whole forecast, and where members exist how far they go apart.
struct LedgerCurve {
  std::vector<std::optional<geo::Instant>> times;
  std::vector<double> touched, unknown;   // by step
  std::vector<double> p10, p90;           // by step, of the members' own sums; empty: one member
};
LedgerCurve curve_of(const runtime::ImpactReport& report);

// The step of a report that counts at `now`: the last not after it. Absent: nothing is forecast yet. One without time counts always.
std::optional<std::size_t> step_at(const runtime::ImpactReport& report, std::optional<geo::Instant> now);

// Counts of a class in a group, or in all (`group` absent), at a step, or by the worst (`step` absent).
double count_of(const runtime::ImpactReport& report, std::optional<std::size_t> step, impact::Class c, std::optional<std::uint32_t> group);
// Assets that are touched, by the time of it, then the most dangerous first; at most ImpactReport::most_listed.
std::vector<std::uint32_t> arrival_of(const runtime::ImpactReport& report);
// The ids of the assets that the count is of.
std::set<std::string, std::less<>> ids_of(const runtime::ImpactReport& report, std::optional<std::size_t> step, impact::Class c, std::optional<std::uint32_t> group);

// A row that a person has chosen: its objects stand out on the map.
struct LedgerRow {
  impact::Class hazard_class = 0;
  std::optional<std::uint32_t> group;
  bool worst = false;
  friend bool operator==(const LedgerRow&, const LedgerRow&) = default;
};

enum class LedgerTab { counts, first, rank, basis };
struct LedgerTool {
  std::size_t pair = 0, vehicle = 0;
  LedgerTab tab = LedgerTab::counts;
  std::optional<LedgerRow> row;
  std::vector<runtime::LedgerPair> pairs;                     // of this frame
  std::shared_ptr<const runtime::ImpactReport> report;        // of the pair that is shown; the curve and the order below are of it
  LedgerCurve curve;
  std::vector<std::uint32_t> ranking, arrival;                // assets: who to close first; by first touch, then by danger
  std::size_t ranking_vehicle = 0;
  enum class Out { none, csv, gpkg } out = Out::none;         // asked for in the panel
  std::optional<std::uint32_t> go_to;                         // asset; the same
  bool writing = false;
};

}  // namespace tenbo::shell
