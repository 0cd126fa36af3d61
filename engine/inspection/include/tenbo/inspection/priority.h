#pragma once
// Which structures somebody should see to first: condition x hazard x importance. Each factor is a number from 0 to 1, raised to its
// weight; the score is their product times 100. What is not known has a value of its own, below, and is said. Every factor comes with
// the reasons that it is made of. Pure: knows neither layers nor clocks.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/geo/instant.h"
#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

// The values of the factors: an ordinal scale of our own, made for an order and for nothing else. Nobody measured it; whoever sees another order
// as right moves the weights. What has not been inspected is not sound: it stands between III and II, as in "who to close first".
namespace priority_value {
inline constexpr double grade_IV = 1, grade_III = 0.75, not_inspected = 0.6, grade_II = 0.3, grade_I = 0.1, exempt = 0.05;
inline constexpr double overdue_more = 0.1;       // is added, up to 1, where the last inspection lies too far back; the uninspected have it in their value
inline constexpr double restricted_least = 0.75;  // of what has a restricted load, whatever its grade
inline constexpr double closed = 1;
inline constexpr double unknown_hazard = 0.5;     // no data there, outside of the hazard's area, or no known place
inline constexpr double unknown_importance = 0.5;
inline constexpr double full_traffic = 50'000;    // vehicles a day that count 1; the logarithm between: log(1 + n) / log(1 + 50,000)
}  // namespace priority_value

struct PriorityWeights {
  double condition = 1, hazard = 1, importance = 1;  // exponents, 0 (does not count) to 4
  // A hazard that is there in so many hours counts half of one that is there now: 1 / (1 + hours / this). 0: when it comes does not count.
  double arrival_hours = 12;
  friend bool operator==(const PriorityWeights&, const PriorityWeights&) = default;
};

struct Said {
  std::string ja, en;
  const std::string& in(bool japanese) const { return japanese ? ja : en; }
};

// What is asked of a structure, from a register or from plain records.
struct PriorityFacts {
  Grade grade = Grade::not_inspected;
  int year = 0;                       // of the last inspection; 0 = unknown
  Access access = Access::unknown;
  std::string_view restriction;       // as written
  float traffic = unknown_length;     // vehicles a day; NaN = not written
  float importance = unknown_length;  // 0 to 1; NaN = not written
  std::string_view source;            // of the record; empty = not stated
};
PriorityFacts facts_of(const Register& reg, std::uint32_t structure);
// Overdue as of a year, as Register::overdue has it.
bool overdue(const PriorityFacts& facts, int year);

// A layer of a hazard: its classes from the mildest on.
struct HazardClass {
  Said label;
  double severity = 0;                // 0 to 1: of classes that have a level (1 to 5) (level - 1 + j / m) / 5, the j-th of m of that level; else the place in the scale, k / n
};
struct HazardLayer {
  Said title;
  std::string source, certainty;      // empty = not stated
  std::string unit;                   // of values
  std::optional<geo::Instant> issued;
  std::vector<HazardClass> classes;
};
// What a layer says of one structure from the moment that is asked for on.
enum class HazardState : std::uint8_t { touched, untouched, unknown, outside, unplaced };
struct HazardAt {
  HazardState state = HazardState::unknown;
  std::uint8_t hazard_class = 0;      // 1 to classes.size(), where touched
  std::optional<geo::Instant> from;   // since or from when; absent: a hazard without times
  double hours = 0;                   // until then; 0 = it is there
  float value = std::numeric_limits<float>::quiet_NaN();  // in the layer's unit; NaN = it has none
};
double severity_of(const HazardLayer& layer, const HazardAt& at, const PriorityWeights& weights);

enum class Factor : std::uint8_t { condition, hazard, importance };
const char* to_string(Factor factor);

struct PriorityReason {
  Factor factor = Factor::condition;
  Said text;                          // "grade III", "flood: 3-5 m", "12,400 vehicles a day"
  double value = 0;                   // what it comes to, 0 to 1
  bool decides = false;               // the factor is this one's value
  bool known = true;                  // false: nobody knows, and the value is the one that is documented for that
  std::string source;                 // who says so; empty = not stated
  int year = 0;                       // of an inspection
  std::optional<geo::Instant> from, issued;
};

struct Priority {
  double condition = 0, hazard = 0, importance = 0;  // 0 to 1, before their weights
  double score = 0;                                  // 0 to 100
  std::vector<PriorityReason> reasons;                       // of explain alone
};

// `hazards` one a layer. Of several hazards the worst counts; without any layer the factor is 1 and says so. [any]
Priority prioritise(const PriorityFacts& facts, std::span<const HazardLayer* const> layers, std::span<const HazardAt> hazards, const PriorityWeights& weights, int year,
                    bool explain = false);

// III, IV, not inspected, restricted or closed: what a list of structures in poor state shows.
bool poor(const PriorityFacts& facts);

}  // namespace tenbo::inspection
