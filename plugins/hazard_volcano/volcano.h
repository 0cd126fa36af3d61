// Volcanic warnings, ash-fall and eruptions as shapes. Nothing of the host.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "../common/areas.h"
#include "../common/publication.h"

namespace volcano {

// The key of a message that is ours (VFVO50, 52 to 56, alerts about volcanoes); empty: it is another's.
std::string key_of(const hazard::Report& report);
hazard::Publication publication(const std::vector<const hazard::Report*>& reports, const hazard::AreaIndex& areas);

// Classes of how much ash falls: VFVO53 says only that it falls.
enum class Ash { unknown, some, little, moderate, heavy, stones };
Ash ash_of(std::string_view kind);  // "やや多量の降灰", "小さな噴石の落下"
// A plume as a report says it, in words and where it can be drawn.
struct Plume {
  std::optional<double> top, above;  // m above the sea; above the crater
  std::optional<double> bearing;     // degrees from north, which way it drifts
  std::string ja, en;                // "火口上 1800 m 南東へ", "crater +1800 m, to SE"; what is not known stays a word
};
Plume plume_of(const hazard::Row& volcano);
// An observation is of its moment: a plume is shown for six hours from its report, which is our own choice. ms.
inline constexpr tenbo_time plume_shown = 6LL * 3600 * 1000;
// What differs from the message before: levels of volcanoes, kinds of municipalities, times of eruptions.
std::vector<std::string> changes_of(const hazard::Report& report);

}  // namespace volcano
