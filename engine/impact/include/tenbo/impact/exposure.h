#pragma once
// Which class of a hazard each asset has at a step, and how many there are of each.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/impact/overlap.h"

namespace tenbo::impact {

// Classes are bytes: 0 = not touched (dry, no rain, below the first class), 1 to n = the hazard's classes from the mildest
// on, and the three words that are no number. A hazard has at most most_classes.
using Class = std::uint8_t;
inline constexpr Class untouched = 0;
inline constexpr std::size_t most_classes = 60;
inline constexpr Class unknown = 255;   // nobody knows: no data there, and the layer does not say that this means dry
inline constexpr Class outside = 254;   // no part of the asset lies in the hazard's area: nothing was said about it
inline constexpr Class unplaced = 253;  // nobody knows where the asset is
inline constexpr bool is_touched(Class c) { return c >= 1 && c <= most_classes; }

// Classes by ascending lower bounds, inclusive; the last one has no end.
struct ClassScale {
  std::vector<double> from;
  bool nodata_is_dry = false;
  Class of(double value) const;
};
// The class of each place. `out` gets the size of `values`. [any]
void classify_places(std::span<const float> values, const ClassScale& scale, std::vector<Class>& out);

enum class Rule : std::uint8_t {
  // A building: the class that covers most of what is touched of it; ties, within a millionth of its area, go to the more
  // dangerous (MLIT, standard specification of 3D city models: risk attributes). Unknown where nothing known touches it and
  // some of it is unknown.
  largest_share,
  // A road or a bridge: the most dangerous class that touches it anywhere. Unknown as above.
  anywhere,
};
const char* to_string(Rule rule);  // "largest overlapped area", "most dangerous class anywhere"

// The class of each asset, from those of the places. `out` gets overlaps.assets() classes. [any]
void classify_assets(const Overlaps& overlaps, std::span<const Class> places, Rule rule, JobSystem& jobs, std::vector<Class>& out);

// How much of each asset's measure lies in each class, weighted and summed by group: people who are counted in cells, and are
// taken as spread evenly over them. `weights` one an asset; NaN and negative ones are unknown, and the asset counts nowhere.
// Result[group * 256 + class], with [unknown], [outside] and [unplaced]; `groups` as for count().
std::vector<double> share_by_class(const Overlaps& overlaps, std::span<const Class> places, std::span<const double> weights,
                                   std::span<const std::uint32_t> groups, std::uint32_t group_count);

// What has happened to each asset, or place, so far; steps are added in ascending order.
class History {
 public:
  explicit History(std::uint32_t assets);
  void add(std::size_t step, std::span<const Class> classes);
  static constexpr std::uint32_t never = 0xFFFFFFFFu;
  // The most dangerous class of all steps; where none touched it: unknown if it ever was, else as at the first step.
  std::span<const Class> worst() const { return worst_; }
  std::span<const std::uint32_t> first_touched() const { return first_; }  // step; never

 private:
  std::vector<Class> worst_;
  std::vector<std::uint32_t> first_;
};

// Assets of each class in each group: counts[group * 256 + class]. `groups` one an asset, below `group_count`; empty = one
// group of all.
std::vector<std::uint64_t> count(std::span<const Class> classes, std::span<const std::uint32_t> groups, std::uint32_t group_count);

}  // namespace tenbo::impact
