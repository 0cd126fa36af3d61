#pragma once
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::runtime {

// Says what of a style is not understood: a palette that is none of `palettes`, a filter that is none.
void check_style(const scene::LayerStyle& style, const std::vector<std::string>& palettes, Diagnostics& out);

}  // namespace tenbo::runtime
