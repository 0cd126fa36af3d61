// Volcanic warnings, ash-fall and eruptions as shapes. Nothing of the host.
#pragma once
#include <optional>
#include <vector>

#include "../common/areas.h"
#include "../common/publication.h"

namespace volcano {

// The key of a message that is ours (VFVO50, 53 to 56, alerts about volcanoes); empty: it is another's.
std::string key_of(const hazard::Report& report);
hazard::Publication publication(const std::vector<const hazard::Report*>& reports, const hazard::AreaIndex& areas);

// Classes of how much ash falls: VFVO53 says only that it falls.
enum class Ash { unknown, some, little, moderate, heavy, stones };
Ash ash_of(std::string_view kind);  // "やや多量の降灰", "小さな噴石の落下"
// What differs from the message before: levels of volcanoes, kinds of municipalities, times of eruptions.
std::vector<std::string> changes_of(const hazard::Report& report);

}  // namespace volcano
