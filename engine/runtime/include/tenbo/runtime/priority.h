#pragma once
// The priority list: what somebody should see to first, of a layer of inspected structures, under the hazards that the scene names, with the
// way round each. In two halves: what is slow (overlaps, the road network) is made once for a state of the layers; ranking is a look-up in it.
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/inspection/priority.h"
#include "tenbo/inspection/road_network.h"
#include "tenbo/runtime/impact.h"

namespace tenbo::runtime {

struct PriorityHazard {
  std::string layer;
  inspection::HazardLayer about;
  ImpactSource source;
  std::string trouble;                          // why it says nothing of any structure now; then all are unknown
  std::shared_ptr<const ImpactReport> report;   // over all its times, with objects; null with trouble
  std::vector<std::uint32_t> asset;             // [structure]: of the report's objects; no_asset: the structure is not among them
  std::shared_ptr<const ImpactReport> on_roads; // the same of the roads, where the hazard is a depth of water; else null
  static constexpr std::uint32_t no_asset = 0xFFFFFFFFu;
};

// What there is to rank. Immutable; read from any thread.
struct PriorityBase {
  scene::PrioritySpec spec;
  std::shared_ptr<const PluginOutput> structures;
  std::vector<inspection::PriorityFacts> facts;  // [structure]; their words are those of `structures` and of `words`
  std::deque<std::string> words;
  ImpactSource source;                          // of the structures
  std::vector<PriorityHazard> hazards;
  std::shared_ptr<const inspection::RoadNetwork> roads;  // null: the scene names none, or roads_trouble
  ImpactSource roads_source;
  std::string roads_trouble;
  std::vector<std::uint32_t> road_of_edge;      // [edge]: the feature
  std::size_t vehicle = 0;                      // of the passability rule
  Diagnostics diagnostics;
};

struct PriorityQuestion {
  std::optional<geo::Instant> time;             // absent: hazards as at their first step
  int year = 0;                                 // that overdue is judged by
  inspection::PriorityWeights weights;
  bool poor = false;                            // structures in poor state alone: III, IV, not inspected, restricted or closed
  bool touched = false;                         // those alone that a hazard touches, or may touch
  std::size_t most = 50;                        // rows; 0 = all
  std::size_t detours = 50;                     // of the first so many rows
};

struct PriorityRow {
  std::uint32_t structure = 0;                  // into PluginOutput::structures
  inspection::PriorityFacts facts;
  inspection::Priority priority;                // explained
  bool touched = false;                         // by a hazard, now or to come
  std::optional<inspection::Detour> detour;     // absent: not asked for, or no network
  std::optional<inspection::Detour> detour_now; // with the roads under water impassable; absent: no such hazard
};

struct PriorityReport {
  std::shared_ptr<const PriorityBase> base;
  PriorityQuestion question;
  std::size_t structures = 0, poor = 0, touched = 0, unknown = 0;  // of all; unknown: no hazard touches it for certain and one is unknown there
  std::size_t listed = 0;                       // that pass the question, of which `rows` are the first
  std::vector<PriorityRow> rows;                // the highest score first; then the worse condition, the greater importance, the id
  const Structure& structure(const PriorityRow& row) const { return base->structures->structures[row.structure]; }
};

// [any]
PriorityReport rank(std::shared_ptr<const PriorityBase> base, const PriorityQuestion& question);
// The ways round one structure. [any]
void add_detours(const PriorityBase& base, const PriorityQuestion& question, PriorityRow& row);
// Calendar year in Japan, by which lists judge what is overdue.
int year_of(geo::Instant t);

// The rows as CSV (RFC 4180) and as a GeoPackage of points. What is not known is a word or empty, never a number.
std::string priority_csv(const PriorityReport& report, bool japanese);
Status write_priority_geopackage(const std::filesystem::path& path, const PriorityReport& report, bool japanese);
// "III", "not_inspected"; "18 km, 24 min more", "no way round" ...
const char* grade_word(Grade grade);
std::string detour_words(const inspection::Detour& detour, bool japanese);

}  // namespace tenbo::runtime
