#pragma once
// Worker-side half of a layer: from its specification to data in memory, and from data plus ground to meshes.
#include "layer.h"
#include "tenbo/io/identify.h"

namespace tenbo::runtime {

struct BakePlace {
  io::BakeCache cache;
  bool bridges = true;  // also those with bridges
};

struct LoadContext {
  scene::LayerSpec spec;
  geo::HeightPolicy heights;
  JobSystem& jobs;
  std::shared_ptr<Progress> progress;
  CancelToken cancel;
  bool graphics = true;
  std::uint64_t memory = UINT64_MAX;  // bytes that the layer may take, of what --ram leaves
  bool memory_said = false;           // by the user; else it is a share of the machine's, and more is only warned about
  std::optional<BakePlace> bakes;       // absent: bakes are not wanted
  std::uint64_t bake_from = 0;          // bytes
  std::optional<std::filesystem::path> http_cache;
  std::uint64_t ram = 0;  // bytes that the program keeps to; 0 = not said
  std::uint64_t vram = UINT64_MAX;  // bytes of the graphics device that the program keeps to
  std::shared_ptr<const ArrivedArchive> archive;  // of a layer of what feeds bring
  bool outlines = false;  // city models at LOD 0 where they have it (io::CityOptions)
};

// The tiles of a bake in the cache. [worker]
Result<std::shared_ptr<const TileSet>> baked_set(const std::shared_ptr<const io::CachedBake>& bake, const geo::HeightPolicy& heights);

bool same_extent(const io::Imagery& a, const io::Imagery& b);

// The kind of layer that data of this kind becomes.
scene::LayerKind layer_kind(io::DataKind kind);

// A layer of the SIP4D-ZIP archives that its feeds bring.
bool shows_archives(const scene::LayerSpec& spec);

// Reads whatever the paths hold; the kind steers only what cannot be told from the data. [worker]
Loaded load_layer(const LoadContext& context);

// Meshes that need the ground: draped and extruded vectors, the surface of a field. [worker]
// `flat_city`: a city model without heights, draped in place; nobody else may touch it meanwhile.
Meshed mesh_layer(const scene::LayerSpec& spec, std::shared_ptr<io::VectorData> vectors, std::shared_ptr<io::CityModel> flat_city,
                  std::shared_ptr<const geo::Field> field, const FieldMeshOptions& surface, const io::GroundSource& ground, JobSystem& jobs);

// What the buildings of a model cover: faces that look up. [worker]
std::shared_ptr<const Footprints> footprints_of(const io::CityModel& city);

}  // namespace tenbo::runtime
