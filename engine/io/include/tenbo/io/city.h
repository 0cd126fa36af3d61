#pragma once
// City models in: CityGML 2.0 and 3.0 (buildings, bridges, roads, vegetation, furniture, relief, water, ...), parsed in
// parallel and ready for the GPU.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/mesh.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/ellipsoid.h"
#include "tenbo/geo/features.h"
#include "tenbo/io/city_element.h"

namespace tenbo::io {

enum class CityTheme : std::uint8_t { building, bridge, road, vegetation, furniture, relief, water, other };
const char* to_string(CityTheme theme);
// Of a feature by its type ("bldg:Building").
CityTheme theme_of_type(std::string_view type);

// One draw's worth of triangles: a spatial tile of one theme, one texture.
struct MeshBatch {
  geo::LocalFrame frame;     // positions are east-north-up metres here; heights are in the scene's datum
  MeshData mesh;
  glm::vec3 min{0}, max{0};  // of the positions, in the frame
  std::int32_t texture = -1;  // index into textures; -1 = none
  Rgba8 colour{255, 255, 255, 0};  // X3DMaterial's diffuse colour; alpha 0 = none, the theme's own
  CityTheme theme = CityTheme::other;
  bool vertex_colours = false;  // without a texture: u = r + 256 g + 65536 b of each vertex's colour (0 to 255, sRGB)
  bool baked_light = false;     // the vertices carry it (with_light in base/mesh.h)
  bool closed = false;          // solids with their faces outwards: those that look away from the eye are never seen
  std::vector<ElementRun> elements{};  // by triangle; empty: none of them belongs to an element
};

struct CityTexture {
  std::filesystem::path path;  // inside the data's folder; decoded later, on a worker (io::read_image)
  bool repeat = false;         // app:wrapMode wrap or mirror
  std::shared_ptr<const std::vector<std::byte>> data{};  // the picture's file in memory; `path` then only names it
  bool opaque = false;         // its alpha does not count
  int edge = 0;                // px, at most; 0 = as the device can
};

struct CityModel {
  std::string name;              // of the file or folder
  geo::Crs crs;                  // the first file's; see warnings where files differ
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  geo::FeatureTable features;    // one row a top-level city object; parts and installations belong to it
  std::vector<CityElement> elements;  // of bridges and tunnels
  std::vector<MeshBatch> batches;
  std::vector<CityTexture> textures;
  geo::Extent extent;            // all coordinates of the features, every LOD
  std::vector<int> lods;         // present, ascending
  std::uint64_t triangles = 0;   // in batches
  std::uint64_t points = 0;      // of point clouds, each drawn as a small solid of a few triangles
  bool own_look = false;         // colours and textures are the data's own (3D Tiles, glTF), not a theme's
  std::uint64_t bytes = 0;       // of input read
  Diagnostics diagnostics;
};

// Coordinate reference systems that were looked up before. PROJ's database takes milliseconds for each: whoever opens many
// files may keep one for all of them. Thread-safe.
class CrsCache;
std::shared_ptr<CrsCache> make_crs_cache();

struct CityOptions {
  geo::HeightPolicy heights;      // scene == unknown: heights are kept as they are
  double tile_size = 500.0;       // m, edge of a spatial tile
  bool meshes = true;             // false: attributes and counts alone (still counts triangles)
  bool outlines = false;          // each object as its LOD 0 outline where it has one: what it covers of the ground
  // The two horizontal axes are written in the other order than the CRS has them. Absent: as the CRS says, but for
  // latitudes that can only be longitudes; a file that comes to lie near a pole is warned about.
  std::optional<bool> exchange_axes{};
  std::shared_ptr<CrsCache> crs_cache{};  // null: each call asks PROJ anew
  std::filesystem::path root{};   // code lists and pictures must not lie outside of it; empty: the path's own package or folder
};

// A file, a folder, or a whole PLATEAU package. Fails only where nothing could be read. [worker]
//
// Attributes are named as the standard's own prefix has them, whatever prefix a file uses: "bldg:measuredHeight",
// "gml:name", "core:creationDate"; generic attributes by their own name ("町名", in a set "区域/区分"); fields of nested
// types and of parts by their types, "uro:BuildingDetailAttribute/surveyYear", "bldg:BuildingPart/measuredHeight".
// Elements that repeat repeat. A coded value is its word from the code list (the code where there is no list), with the
// code beside it as NAME_code; a unit of measure stands as NAME_uom. Addresses: each xAL element ("xAL:LocalityName"), and
// all but the country joined as "address". Numbers and booleans are typed by their text; gen: attributes by their kind;
// values with a unit are real; names, ids and digits with leading zeros are text. Empty elements are missing.
//
// Each object is drawn at its best level of detail (a footprint only where there is nothing else; rooms only where there
// is no outside), each polygon once. Surfaces on the ground (relief, roads, water, land use, LOD 0) are turned to look
// up, closed solids that are inside out are turned over; all else keeps the way its rings turn.
Result<CityModel> read_city(const std::filesystem::path& path, const CityOptions& options, JobSystem& jobs,
                            Progress& progress, CancelToken cancel);
// The same from memory, as a fuzzer or test has it; `name` stands in messages, `dir` is where code lists and textures
// are looked for (may be empty: none).
Result<CityModel> read_city_memory(std::string text, const std::string& name, const std::filesystem::path& dir,
                                   const CityOptions& options, JobSystem& jobs);

}  // namespace tenbo::io
