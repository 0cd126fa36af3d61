#pragma once
// Plain features read ahead on a thread of their own, for sources whose decoding is work enough (GeoPackage).
#include <memory>

#include "vector/plain_feature.h"

namespace tenbo::io {

// The same features in the same order. `source` must say where its geometries lie (PlainFeature::geometry). The first few are read
// in place.
std::unique_ptr<PlainSource> read_ahead(std::unique_ptr<PlainSource> source);

}  // namespace tenbo::io
