#pragma once
// Which class of a water field each building stands in, and up to where its walls are under water.
#include <functional>
#include <vector>

#include "field_layer.h"
#include "feature_looks.h"

namespace tenbo::runtime {

// A building takes the class with the largest overlapped footprint area; ties go to the more dangerous (MLIT's rule for
// PLATEAU risk attributes). Cells are constant squares. Cells without data count as unknown unless the layer declares
// them dry; a building that stands on unknown cells and in no water is unknown, never dry.
void classify_buildings(const FieldLayer& field, const geo::FieldSlice& slice, const std::vector<FootprintSample>& footprints,
                        const std::vector<float>& base_height, std::vector<render::FeatureStyle>& styles);

}  // namespace tenbo::runtime
