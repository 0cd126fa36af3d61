#pragma once
// What a hazard layer touches of an assets layer: how many, by class and group, at each step, at worst, and when first.
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/extent.h"
#include "tenbo/geo/instant.h"
#include "tenbo/impact/exposure.h"
#include "tenbo/runtime/passability.h"
#include "tenbo/runtime/plugin_output.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::runtime {

struct ImpactRequest {
  std::string hazard, assets;         // names of layers
  std::optional<geo::Instant> time;   // absent: the scene's
  bool all_times = false;             // every step of the hazard
  std::string by;                     // attribute of the assets to group by; empty = one group of all
  std::string weight;                 // attribute to be summed in place of counting ("population"); spread evenly over the asset
  std::optional<impact::Rule> rule;   // absent: what suits the assets
  std::string filter;                 // "attribute op value": assets that pass, as a style has it; empty = all
  bool objects = false;               // fill ImpactReport::objects, too
};

// All features of a layer as assets, read from its source: not only those that happen to be drawn.
struct LayerAssets {
  impact::Assets shapes;
  std::vector<std::string> ids, names;  // gml:id or fid; what people call it, "" where nothing says
  std::vector<std::uint32_t> group;     // an asset's; into groups
  std::vector<std::string> groups;      // in order of their text
  std::vector<double> weight;           // NaN = missing or no number; empty where none was asked for
  bool crossed = false;                 // bridges and roads: what counts is the worst place, not the largest part
};

// Each asset by itself.
struct ImpactObjects {
  std::shared_ptr<const LayerAssets> assets;
  std::vector<std::optional<geo::Instant>> times;    // of the steps that were asked for
  std::vector<std::vector<impact::Class>> classes;   // [step][asset]
  std::vector<impact::Class> worst;                  // [asset], over the steps
  std::vector<std::uint32_t> first;                  // [asset]: the step at which it is first touched; never
  std::vector<float> greatest;                       // [asset]: the greatest value of a cell that touches it, in the hazard's unit; NaN = none known. Empty: no field
  std::vector<std::vector<std::uint32_t>> closed;    // [vehicle][asset]: the step from which it is impassable; never. Empty: the hazard is no depth of water
  std::vector<std::optional<Grade>> condition;       // [asset]: by the inspection; absent: no record. Empty: the scene has no inspection of these
  static constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

  geo::Extent extent(std::uint32_t asset) const;     // degrees; empty: its place is not known
};

struct ImpactClass {
  double from = 0;                    // inclusive, in the hazard's unit; NaN: a class by word
  scene::LocalText label;
  std::optional<int> level;           // 1 to 5, of a class that says so (ShapeClass)
  Rgba8 colour;                       // of the hazard's legend
};

// How many of a group have a class, by what is shown of the hazard. min, max and the percentiles (linear between the ordered counts): of its
// members' own counts; all equal to count where it has one member, or what is shown is no quantity that members have (a probability, a difference).
struct ImpactRow {
  std::optional<geo::Instant> time;   // absent: a hazard without times
  impact::Class hazard_class = 0;     // 1 to classes.size(); rows of nought are left out
  std::uint32_t group = 0;            // into groups
  double count = 0, min = 0, max = 0;
  double p10 = 0, p50 = 0, p90 = 0;
};

// Assets whose class is another than by the issue before, at an equal valid time.
struct ImpactChange {
  std::optional<geo::Instant> time;
  double up = 0, down = 0, same = 0;  // to a more dangerous class, or from untouched; to a milder one, or to untouched
  double unknown = 0;                 // by either issue, or outside, or of no place
};

// All of the assets at one time: the five sum up to `total`.
struct ImpactSum {
  std::optional<geo::Instant> time;
  double touched = 0, untouched = 0;
  double unknown = 0;                 // no data there
  double outside = 0;                 // beyond the hazard's area
  double unplaced = 0;                // of no known place
};

struct ImpactSource {
  std::string layer, title, source;   // who says so; empty = not stated
  std::string quantity, unit;         // of the hazard
  std::string certainty;              // "simulated", ...; "unknown"
  std::optional<geo::Instant> issue_time;
  Actuality actuality = Actuality::actual;
  std::string member;                 // what is shown of several: "mean", "p90", a name; empty: there is one
};

// When an asset is first touched, and by what at worst.
struct ImpactAsset {
  std::string id;
  double lon = 0, lat = 0;            // degrees; of a corner of it
  std::uint32_t group = 0;
  std::optional<geo::Instant> first;
  impact::Class worst = 0;
};

struct ImpactReport {
  double total = 0;                   // assets, or the sum of the weights that are known
  std::uint64_t features = 0, without_weight = 0;  // of them
  std::string unit;                   // "features", or the weight's attribute
  std::vector<ImpactClass> classes;   // class c is classes[c - 1]
  std::vector<std::string> groups;    // in order of their text; "" = the attribute is missing
  std::vector<ImpactRow> rows;        // by time, class, group
  std::vector<ImpactSum> sums;        // by time
  std::vector<std::string> members;   // of the hazard; empty: one, or what is shown is nothing that members have
  std::vector<std::vector<ImpactRow>> member_rows;  // each member's own rows, as the hazard would have them alone
  std::optional<geo::Instant> since;  // the issue before, that `changes` compares with
  std::vector<ImpactChange> changes;  // by time; empty: there is no issue before
  // Over all steps that were asked for, by what is shown:
  std::vector<ImpactRow> worst;       // by the most dangerous class that each asset has; without time
  std::vector<ImpactRow> first;       // assets first touched at a time, by group; hazard_class is that of the worst
  ImpactSum whole;                    // by the worst; without time. Unknown: touched at no step, and unknown at one at least
  std::vector<ImpactAsset> touched;   // the first `most_listed` to be hit, in the order of time, then of danger
  static constexpr std::size_t most_listed = 1000;
  impact::Rule rule = impact::Rule::largest_share;
  bool nodata_is_dry = false;
  std::string rule_source;            // where the classes come from
  ImpactSource hazard, assets;
  std::optional<Passability> passability;  // where the hazard is a depth of water
  std::shared_ptr<const ImpactObjects> objects;  // null: not asked for
  Diagnostics diagnostics;
};

// Who to close first: assets that are touched, by the time from which `vehicle` (of passability) does not pass, then by the time of first
// touch, then by their condition (IV, III, not inspected, II, I, exempt), then by the greatest depth. Indices of assets; needs `objects`.
std::vector<std::uint32_t> ranked(const ImpactReport& report, std::size_t vehicle, std::size_t most = SIZE_MAX);

// All assets with their shapes, as a GeoPackage for other programs: name, group, class (at `step` of the objects; by the worst where
// absent), worst, first_touched, greatest, closed_VEHICLE, condition. Needs `objects`. [worker]
Status write_impact_geopackage(const std::filesystem::path& path, const ImpactReport& report, std::optional<std::size_t> step, bool japanese);
// The rows as CSV (RFC 4180); what is not known stands apart, as words in the place of a class.
std::string impact_csv(const ImpactReport& report, bool japanese);

}  // namespace tenbo::runtime
