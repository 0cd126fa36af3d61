#pragma once
// Structures by place, so that a frame looks at as many of 720,000 as it can show: a cell that is a few pixels wide is one marker, that of
// the worst in it, which counts them all. Immutable; what counts (grades, a filter) is a tally beside it. [any]
#include <cstdint>
#include <functional>
#include <glm/mat3x3.hpp>
#include <glm/vec3.hpp>
#include <optional>
#include <span>
#include <vector>

#include "tenbo/inspection/filter.h"

namespace tenbo::runtime {

class StructureTree {
 public:
  // Degrees; those that are not finite have no place and are in no cell.
  StructureTree(std::span<const double> lons, std::span<const double> lats);

  // By cell: how many, the first of the worst, and how many are as bad.
  struct Tally {
    std::vector<std::uint32_t> count, worst, as_bad;
    std::vector<std::uint8_t> rank;  // of `worst`
  };
  // Of those that are selected (null: all); `ranks` by structure, the greatest is the worst. A pass over all: milliseconds for 720,000.
  Tally tally(std::span<const std::uint8_t> ranks, const inspection::Selection* selection) const;

  struct View {
    glm::dvec3 eye{0};              // ECEF, lowered by the ground's height, since cells lie on the ellipsoid
    glm::dmat3 axes{1};             // columns: right, up, backward, in ECEF
    double tan_x = 1, tan_y = 1;    // of half the angles of view, with some margin
    double focal = 1000;            // px: of 1 m at 1 m
    double range = 1e9;             // m
    double cell = 16;               // px: cells up to this wide are one
  };
  // Calls emit(structure, count, as_bad) for each cell or structure that may be in view. `apart`: comes alone, whatever stands beside it.
  void visit(const View& view, const Tally& tally, const inspection::Selection* selection, std::optional<std::uint32_t> apart,
             const std::function<void(std::uint32_t structure, std::uint32_t count, std::uint32_t as_bad)>& emit) const;

  std::uint32_t placed() const { return static_cast<std::uint32_t>(order_.size()); }

 private:
  struct Cell {
    glm::dvec3 centre{0};           // ECEF, on the ellipsoid
    float radius = 0;               // m: of a sphere around all
    std::uint32_t first = 0, last = 0;  // of order_
    std::uint32_t child = 0, children = 0;  // cells; none: a leaf
  };
  std::vector<std::uint32_t> order_, where_;  // structures along a Morton curve; and where each is in it, UINT32_MAX: nowhere
  std::vector<Cell> cells_;                   // parents before their children
};

}  // namespace tenbo::runtime
