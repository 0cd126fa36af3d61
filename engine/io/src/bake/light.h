#pragma once
// Light that stands still: how much of the sky and of the sun each vertex of a tile sees past what else the tile holds.
#include "gltf_write/glb.h"

namespace tenbo::io::bake {

// Where it is looked up: at each corner of a face; or once for a face, at its middle, for foot and top alone, which is
// enough for what is seen from afar.
enum class LightDetail { corners, faces };

// Fills GlbVertex::open and sun of all primitives, from nothing but the tile: what stands in a neighbouring tile is not
// there. The sun stands where it does at half past ten, local solar time, on an equinox.
// eight: look eight ways at once where the machine can; the bytes are the same without.
void light_tile(gltf_write::GlbTile& tile, LightDetail detail, bool eight = true);

}  // namespace tenbo::io::bake
