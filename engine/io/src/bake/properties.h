#pragma once
// The attributes of some features as columns of a property table.
#include <span>
#include <vector>

#include "gltf_write/glb.h"
#include "records.h"

namespace tenbo::io::bake {

// One row for each of `rows` (records of the set). Columns: id, class (the feature's type), then each attribute that
// occurs, by name. A column has the narrowest type that keeps every value; an attribute that repeats within a feature
// becomes text, its values joined with "; ". Words that repeat among the rows become an enumeration.
std::vector<gltf_write::GlbColumn> columns_of(const FeatureSet& set, std::span<const std::uint32_t> rows);

// "bldg:measuredHeight" -> "bldg_measuredHeight", "町丁目" -> "u753Au4E01u76EE": letters and digits of ASCII stay,
// which is all that the schema allows, and the same name gives the same id in every tile.
std::string property_id(std::string_view name);

}  // namespace tenbo::io::bake
