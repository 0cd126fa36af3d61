#pragma once
// Well-known binary (OGC 06-103r4; ISO 19125 with Z), little-endian, and GeoPackage's header before it (OGC 12-128r18, clause 2.1.3): as
// views of its points.
#include <span>

#include "vector/plain_feature.h"

namespace tenbo::io::wkb {

// Points, lines, polygons and their multiples with or without Z. False where it is another, is empty in a part, or is damaged.
bool read(std::span<const unsigned char> bytes, PlainFeature& out);
bool read_geopackage(std::span<const unsigned char> blob, PlainFeature& out);

}  // namespace tenbo::io::wkb
