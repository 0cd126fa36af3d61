#pragma once
// What a picture of a layer should be framed on.
#include "tenbo/geo/features.h"

namespace tenbo::runtime {

// The box that most of the features lie in, where a few far away would make them specks; otherwise `whole`, the extent of
// all. [any]
geo::Extent framing_extent(const geo::FeatureTable& features, const geo::Extent& whole);

}  // namespace tenbo::runtime
