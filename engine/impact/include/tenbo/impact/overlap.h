#pragma once
// Which places of a hazard each asset lies in, and with how much of itself. Worked out once for the two; each step of a
// forecast then only looks up.
#include <cstdint>
#include <span>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/raster.h"
#include "tenbo/impact/assets.h"

namespace tenbo::impact {

// A place is a cell of a grid (row * width + column) or a zone (index of a polygon).
struct Piece {
  std::uint32_t place = 0;
  float share = 0;  // of the asset's area or length, 0 to 1; of a point 1
};

struct Overlaps {
  std::vector<std::uint32_t> starts;  // of each asset's pieces, and the end: assets + 1
  std::vector<Piece> pieces;          // each place once an asset, ascending; what lies in no place is in no piece
  std::vector<std::uint32_t> unplaced;  // assets of no known place, ascending: NaN, an area of nothing, or no part at all

  std::uint32_t assets() const { return starts.empty() ? 0 : static_cast<std::uint32_t>(starts.size() - 1); }
  std::span<const Piece> of(std::uint32_t asset) const { return {pieces.data() + starts[asset], starts[asset + 1] - starts[asset]}; }
};

// Cells are constant squares: an area overlaps a cell by the exact area of their intersection in the grid's CRS, whose axes
// the edges of the assets are taken to be straight in. Fails where PROJ has no way to the grid's CRS, or where the grid's
// transform cannot be inverted. [any]
Result<Overlaps> overlap_cells(const Assets& assets, const geo::GridGeometry& grid, JobSystem& jobs);

// Zones are areas (points and lines among them are passed over), in longitude and latitude as the assets are. Zones of one
// class that overlap each other count twice in a share. [any]
Overlaps overlap_zones(const Assets& assets, const Assets& zones, JobSystem& jobs);

}  // namespace tenbo::impact
