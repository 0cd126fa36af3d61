#pragma once
// A field on its way to the glass: which step counts now, and its slices on the GPU.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "field_grids.h"
#include "tenbo/geo/field.h"
#include "tenbo/runtime/palette.h"

namespace tenbo::runtime {

// Cells where the second is 1 are marked in the last bit of their value, for the renderer (FieldDraw::hatched): a value becomes larger
// by the smallest step there is, never smaller, so that no class is lost. Dry cells that are marked become 1e-30.
std::vector<float> with_hatching(const std::vector<float>& values, const std::vector<float>& marks);

// Cells without a value marked so, and no others.
std::vector<float> with_unknown_hatched(const std::vector<float>& values);

struct FieldLayer {
  std::shared_ptr<const geo::Field> field;
  std::optional<Palette> palette;
  bool is_depth = true;
  std::optional<bool> meshed_as_depth;    // what its surface was made for
  bool needs_mesh() const { return meshed_as_depth && *meshed_as_depth != is_depth; }
  bool colours_buildings = true;          // gives them classes: depths, and probabilities and differences of what was forecast in several ways
  std::shared_ptr<const geo::Field> disagreement;  // 1 where members disagree: hatched; null: nothing is
  bool hatches_unknown() const { return palette && palette->hatch_unknown && !disagreement && field && !field->info().nodata_is_dry; }
  std::uint64_t revision = 0;             // changes when the data does
  FieldGrids grids;                       // on the GPU
  std::map<std::size_t, std::shared_ptr<const geo::FieldSlice>> slices;   // step -> CPU, the ones in use
  std::set<std::size_t> asked;            // steps being read
  std::map<std::size_t, std::string> failed;  // steps that could not be read, with why

  // Another field, or a newer one, takes this one's place. True: it has the same cells, so that the mesh may stay.
  bool replace(std::shared_ptr<const geo::Field> with, render::Renderer* renderer);
  // The step that counts at t and, for the surface's motion only, how far it is to the next (0..1).
  std::optional<std::size_t> step_at(std::optional<geo::Instant> t) const;
  float blend_at(std::size_t step, std::optional<geo::Instant> t) const;
  // The palette class of a value; null for NaN and below the first class.
  const PaletteStop* class_of(float value) const;
};

}  // namespace tenbo::runtime
