// Weather warnings as shapes. Nothing of the host.
#pragma once
#include <memory>
#include <vector>

#include "../common/areas.h"
#include "../common/publication.h"
#include "../common/warnings.h"

namespace weather {

// The key of a message that is ours (VPWW54 to 61 and alerts), what it replaces earlier messages of; empty: it is another's.
std::string key_of(const hazard::Report& report);
hazard::Publication publication(const std::vector<const hazard::Report*>& reports, const hazard::AreaIndex& areas, hazard::AreaKind kind);

}  // namespace weather
