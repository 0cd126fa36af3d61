#pragma once
// City models in: CityGML 2.0 and 3.0 (buildings, bridges, roads, vegetation, furniture, relief, water, ...), parsed in
// parallel and ready for the GPU.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/mesh.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/geo/features.h"

namespace tenbo::io {

enum class CityTheme : std::uint8_t { building, bridge, road, vegetation, furniture, relief, water, other };
const char* to_string(CityTheme theme);

// One draw's worth of triangles: a spatial tile of one theme, one texture.
struct MeshBatch {
  geo::LocalFrame frame;     // positions are east-north-up metres here; heights are in the scene's datum
  MeshData mesh;
  glm::vec3 min{0}, max{0};  // of the positions, in the frame
  std::int32_t texture = -1;  // index into textures; -1 = none
  Rgba8 colour{255, 255, 255, 0};  // X3DMaterial's diffuse colour; alpha 0 = none, the theme's own
  CityTheme theme = CityTheme::other;
};

struct CityTexture {
  std::filesystem::path path;  // inside the data's folder; decoded later, on a worker (io::read_image)
  bool repeat = false;         // app:wrapMode wrap or mirror
};

struct CityModel {
  std::string name;              // of the file or folder
  geo::Crs crs;                  // the first file's; see warnings where files differ
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  geo::FeatureTable features;    // one row a top-level city object; parts and installations belong to it
  std::vector<MeshBatch> batches;
  std::vector<CityTexture> textures;
  geo::Extent extent;            // all coordinates of the features, every LOD
  std::vector<int> lods;         // present, ascending
  std::uint64_t triangles = 0;   // in batches
  std::uint64_t bytes = 0;       // of input read
  Diagnostics diagnostics;
};

struct CityOptions {
  geo::HeightPolicy heights;      // scene == unknown: heights are kept as they are
  double tile_size = 500.0;       // m, edge of a spatial tile
  bool meshes = true;             // false: attributes and counts alone (still counts triangles)
};

// A file, a folder, or a whole PLATEAU package. Fails only where nothing could be read. [worker]
Result<CityModel> read_city(const std::filesystem::path& path, const CityOptions& options, JobSystem& jobs,
                            Progress& progress, CancelToken cancel);
// The same from memory, as a fuzzer or test has it; `name` stands in messages, `dir` is where code lists and textures
// are looked for (may be empty: none).
Result<CityModel> read_city_memory(std::string text, const std::string& name, const std::filesystem::path& dir,
                                   const CityOptions& options, JobSystem& jobs);

}  // namespace tenbo::io
