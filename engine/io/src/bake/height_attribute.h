#pragma once
// The attribute that footprints are extruded by, before anything is read.
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "units.h"

namespace tenbo::io::bake {

// Fails where no vector layer among the units has an attribute of that name, and says what there is; a layer that lacks it while another
// has it gets a warning, and so does a name where there are no footprints. Layers that cannot be opened are passed over: whoever reads them
// says why.
Status check_height_attribute(const std::vector<Unit>& units, const std::string& name, Diagnostics& diagnostics);

}  // namespace tenbo::io::bake
