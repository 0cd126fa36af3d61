#pragma once
// Which member of a structure a part of its 3D model is, by what the model's file says of it: classes of IFC 2x3 to 4.3 with their
// PredefinedType, modules of CityGML 2.0 and 3.0 with their functions, and names as people give them.
#include <string_view>

#include "tenbo/inspection/defect.h"

namespace tenbo::inspection {

// `type`: "IfcBeam", "brid:BridgeConstructionElement"; `role`: its function, PredefinedType, ObjectType, parted by " / "; `name`: as written.
// unknown: the part itself does not say, and what it is part of may.
Member member_of_part(std::string_view type, std::string_view role, std::string_view name);

}  // namespace tenbo::inspection
