#pragma once
// layer.json: what a set of quantized-mesh or heightmap tiles has, and where.
#include <span>
#include <string>
#include <vector>

#include "tenbo/geo/extent.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/crs.h"

namespace tenbo::io::terrain {

struct LayerJson {
  bool heightmap = false;       // tiles of heightmap-1.0; else of quantized-mesh-1.0
  bool geodetic = true;         // two roots of 180 degrees (EPSG:4326); else the Web Mercator square (EPSG:3857)
  bool rows_from_north = false;  // in the addresses ("scheme": "xyz" or "slippyMap"); "tms" counts from the south
  std::string address;          // {z}, {x}, {y}: relative to layer.json
  int min_zoom = 0, max_zoom = 0;
  geo::Extent bounds;           // degrees
  struct Range { std::uint32_t x0, y0, x1, y1; };  // rows from the south
  std::vector<std::vector<Range>> available;       // by zoom; empty: not said
  int listed = 0;               // zooms below this are listed in `available`; deeper ones say so themselves, in their tiles
  std::string attribution;
  geo::VerticalKind vertical = geo::VerticalKind::ellipsoidal;  // as the format has it; a bake of ours that kept its source's says so

  bool has(int z, std::uint32_t x, std::uint32_t y) const;
};

Result<LayerJson> parse_layer_json(std::span<const std::byte> bytes, const std::string& label);

}  // namespace tenbo::io::terrain
