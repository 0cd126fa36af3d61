// The house's builder of shapes, under the hazards' names.
#pragma once
#include "report.h"
#include "tenbo/plugin_api/publication.hpp"

namespace hazard {

using tenbo::plugin::both;
using tenbo::plugin::Colour;
using tenbo::plugin::Publication;
using tenbo::plugin::Span;

}  // namespace hazard
