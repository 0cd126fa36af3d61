#pragma once
// What the metadata of an implicit tile says of the tile itself, by the semantics of the 3D Metadata Semantic Reference:
// it takes the place of what follows from the tile's place in the tiling.
#include <map>
#include <string>

#include "metadata/schema.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io::tiles {

using Semantics = std::map<std::string, std::string, std::less<>>;  // by the property's name
Semantics semantics_of(const MetadataClass& of);

// TILE_BOUNDING_BOX, _REGION, _SPHERE, TILE_MINIMUM_HEIGHT, TILE_MAXIMUM_HEIGHT, TILE_GEOMETRIC_ERROR and TILE_REFINE of a
// row. Throws json::Bad; `label` names the file.
void apply_semantics(const PropertyRows& rows, std::uint64_t row, const Semantics& semantics, const std::string& label, Tile& tile);

}  // namespace tenbo::io::tiles
