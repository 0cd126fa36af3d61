#pragma once
// The first step of a bake: every unit into its segment.
#include <string>
#include <vector>

#include "tenbo/base/jobs.h"
#include "tenbo/io/bake.h"
#include "tenbo/io/city.h"
#include "units.h"
#include "work.h"

namespace tenbo::io::bake {

struct Reading {
  const std::vector<Unit>& units;
  const WorkFolder& work;
  CityOptions city;
  std::string height;  // attribute that footprints are extruded by; empty = a usual name
  JobSystem& jobs;
  BakeProgress& progress;
  CancelToken cancel;
};

// Units first to last (excluded); those whose segments are there already are not read again. A unit that cannot be read
// gets a segment that says why. [worker]
Status read_units(const Reading& reading, std::size_t first, std::size_t last);

// A feature table and its triangles into the segment of a unit.
struct Read {
  const geo::FeatureTable& features;
  const std::vector<MeshBatch>& batches;
  const std::vector<CityTexture>& textures;
  const Diagnostics& diagnostics;
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  std::string vertical_name;
};
Status keep(const Reading& reading, std::size_t unit, const Read& read);
Status keep_failure(const Reading& reading, std::size_t unit, const Error& error);
bool is_kept(const Reading& reading, std::size_t unit);

// Units first to last (excluded), all of one vector layer: one reader, the chunks worked on side by side.
Status read_vector_units(const Reading& reading, std::size_t first, std::size_t last);

}  // namespace tenbo::io::bake
