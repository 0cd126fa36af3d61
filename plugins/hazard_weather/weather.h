// Weather warnings as shapes. Nothing of the host.
#pragma once
#include <memory>
#include <vector>

#include "../common/areas.h"
#include "../common/publication.h"
#include "../common/warnings.h"

namespace weather {

// A flash says that something has begun, and never that it is over: it is shown for three hours from its report, which is our own
// choice. ms.
inline constexpr tenbo_time flash_shown = 3LL * 3600 * 1000;
bool is_flash(const hazard::Report& report);  // VPBS50 (気象防災速報: 線状降水帯 ...), VPOA50 (記録的短時間大雨情報)

// The key of a message that is ours (VPWW54 to 61, flashes and alerts), what it replaces earlier messages of; empty: it is another's.
std::string key_of(const hazard::Report& report);
hazard::Publication publication(const std::vector<const hazard::Report*>& reports, const hazard::AreaIndex& areas, hazard::AreaKind kind);

}  // namespace weather
