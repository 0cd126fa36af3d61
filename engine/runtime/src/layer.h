#pragma once
// One layer at work: what it was asked to be, what was read, and what stands on the GPU for it.
#include <atomic>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "feature_looks.h"
#include "field_layer.h"
#include "field_mesh.h"
#include "shape_layer.h"
#include "sensor_ties.h"
#include "structure_layer.h"
#include "tenbo/base/file.h"
#include "tenbo/io/city.h"
#include "tenbo/io/model.h"
#include "tenbo/io/photos.h"
#include "tenbo/io/points.h"
#include "tenbo/io/raster.h"
#include "tenbo/io/sip4d.h"
#include "tenbo/io/vector.h"
#include "tenbo/render/renderer.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/scene/scene_file.h"
#include "tile_stream.h"

namespace tenbo::runtime {

// A SIP4D-ZIP that a feed has brought.
struct ArrivedArchive {
  std::shared_ptr<const std::vector<std::byte>> body;
  std::string label;   // topic, address or file name
  geo::Instant of;     // when its information is of, else its arrival
};

// What a worker hands to the main thread. Exactly one of the pointers is set, or the error.
struct Loaded {
  std::optional<Error> error;
  std::shared_ptr<io::CityModel> city;
  std::shared_ptr<const TileSet> tiles;      // of a set that is streamed
  std::shared_ptr<const Footprints> footprints;   // of city: of what is drawn
  std::shared_ptr<OutlineSource> outlines;        // of city, where it has some
  bool as_model = false;                     // city is a single model, placed by the scene
  bool boreholes = false;                    // city is columns of soil
  std::shared_ptr<const std::vector<io::PhotoCamera>> photos;  // city is their frusta, by row
  geo::Extent framing;                       // of city and vectors: what a picture is framed on; empty: all of it
  std::shared_ptr<io::VectorData> vectors;
  std::shared_ptr<io::Model> model;
  std::shared_ptr<const io::PointCloud> points;
  std::shared_ptr<const io::Elevation> elevation;
  std::shared_ptr<const io::Imagery> imagery;
  std::shared_ptr<const geo::Field> field;
  std::shared_ptr<const geo::Forecast> forecast;  // where `field` is chosen from
  Diagnostics diagnostics;
  bool source = false;                       // city was read from its source, and could be shown from a bake
  bool bridges = false;                      // city or tiles have some
  std::uint64_t stamp = 0;                   // io::input_stamp, where bakes are wanted
  std::string bake_damage;                   // of a bake that was there
  std::optional<io::Sip4d> sip;              // of a layer from a SIP4D-ZIP, and
  const io::Sip4dEntry* entry() const { return sip ? sip->entry(sip_entry) : nullptr; }
  std::string sip_entry;                     // which of its layers this is
  // of vectors over HTTP (io::RemoteVector)
  std::optional<geo::Instant> stamped;
  std::uint64_t digest = 0;
  std::string offline;
};

// What stage two made from a vector layer or model, once the ground is known.
struct Meshed {
  std::shared_ptr<io::VectorMeshes> vectors;
  std::optional<FieldMesh> field;
  std::shared_ptr<const io::PointCloud> points;  // on the ground, of points without heights
  bool city_draped = false;  // a flat city layer (land use, zones) was laid on the ground in place
  double retry_seconds = std::numeric_limits<double>::infinity();  // until ground that failed on its way is worth another try
  Diagnostics diagnostics;
};

// A heavy city model on its way to being shown from its bake, or there.
struct LayerBake {
  bool possible = false;                 // the layer is such that its bake looks the same
  bool wanted = false;                   // waits for its turn
  std::string damage;  // what is wrong with it, told once; empty: nothing
  io::BakeNotes notes;
  std::shared_ptr<const TileSet> set;    // arriving; not seen before all that the view needs is there
  std::unique_ptr<TileStream> stream;    // of set
  std::uint64_t stamp = 0, seen = 0;     // of the source: as it is shown or baked, and at the last look
  bool looking = false;
  // Since the switch-over: where the camera stood, and the pixel error, which grows to the usual one once the camera moves.
  std::optional<scene::Camera> held;
  double error = 0;
};

// Which part of a forecast a layer's field is.
struct ShownForecast {
  std::size_t issue = 0;
  geo::ForecastView view;
  std::string word;        // as the scene has it; empty: the only one
  bool own_scale = true;   // values of the quantity itself: no probability, disagreement or difference
  std::string palette;
};

// The list of what an issue changed, made by a worker when somebody looks at it.
struct KeptChanges {
  std::uint64_t key = 0;
  bool asked = false;
  std::shared_ptr<const Result<LayerChanges>> done;
};

struct Layer {
  std::uint32_t id = 0;
  scene::LayerSpec spec;
  LayerStatus status;
  std::shared_ptr<Progress> progress = std::make_shared<Progress>();
  CancelToken cancel;
  std::chrono::steady_clock::time_point read_at;  // when reading last began
  bool reading = false;           // a worker reads spec.paths: for the first time, or a newer state of them
  std::vector<FileStamp> stamps;  // of spec.paths, when last read
  std::vector<std::filesystem::path> files;  // spec.paths and the plugin's, as far as they were there when last read

  std::shared_ptr<const ArrivedArchive> archive;       // of a layer of what feeds bring: the newest by now; null: none yet
  std::shared_ptr<const ArrivedArchive> archive_read;  // that reading last began with
  std::optional<scene::LayerStyle> archive_style;      // the legend that came with the data, if the style is that

  // --- read
  Loaded data;
  Meshed meshed;
  std::unique_ptr<TileStream> stream;          // of data.tiles
  LayerBake bake;
  std::unique_ptr<PluginLayer> plugin;
  std::shared_ptr<const PluginOutput> output;  // the plugin's latest
  FieldLayer field;                            // when the layer is one
  ShapeLayer shapes;                           // of output
  ShownForecast shown;                         // of data.forecast
  KeptChanges changes;                         // what the last issue changed
  std::shared_ptr<const io::Imagery> picture;  // of data.imagery: what is shown of it now; null: nothing is, before the first of its moments
  std::optional<std::size_t> picture_step;     // of its moments
  std::optional<std::size_t> point_step;       // of the dates of points that are coloured by displacement

  // --- style and GPU
  std::shared_ptr<const StyleRecipe> recipe;   // of a stream
  FeatureLooks looks;
  std::vector<render::TextureHandle> textures;
  std::vector<bool> texture_asked;
  std::size_t uploaded = 0;                    // batches already on the GPU
  std::uint64_t uploaded_bytes = 0;            // of them
  bool flat_city = false;                      // two-dimensional: no heights of its own
  bool uncut = false;                          // the scene's section plane leaves it whole
  bool flood_ranks = false;                    // water bodies coloured by their official rank
  std::set<std::string> risk_sources;          // of style.risk: whose flood it is, as the data says
  bool stage_two_started = false;
  bool stage_two_done = false;
  std::chrono::steady_clock::time_point drape_again = std::chrono::steady_clock::time_point::max();  // on ground that lacked something
  bool needs_style = true;                     // styles and table are to be made again
  std::uint64_t output_revision = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> bound;  // inspection: structure -> feature of `bound_layer`
  std::uint32_t bound_layer = 0;
  StructureLayer structures;                   // inspection
  SensorTies ties;                             // sensors: what they stand on
  FeatureSurfaces surfaces;                    // of data.city: its bridges and tunnels

  // The points as they are drawn.
  const std::shared_ptr<const io::PointCloud>& cloud() const { return meshed.points ? meshed.points : data.points; }
  bool ready() const { return status.state == LayerState::ready; }
  // Colours and textures of the data's own: models and point clouds always, 3D Tiles where the style asks for textures.
  bool own_look() const {
    if (stream) return spec.style.textured;
    return data.city && data.city->own_look && (spec.style.textured || status.kind == scene::LayerKind::model || data.boreholes || data.photos || data.city->points > 0);
  }
  const geo::FeatureTable* table_of_features() const {
    if (data.city) return &data.city->features;
    if (data.vectors) return &data.vectors->features;
    if (output && output->records) return output->records.get();
    return nullptr;
  }
};

// --- ECS components of what is drawn; each entity is one draw
struct LayerTag { std::uint32_t layer = 0; };
struct TileFrame { geo::LocalFrame frame; glm::vec3 min{0}, max{0}; };
struct CityTile {
  render::MeshHandle mesh;
  std::int32_t texture = -1;
  Rgba8 colour;
  io::CityTheme theme = io::CityTheme::building;
  bool vertex_colours = false, baked_light = false, closed = false;  // as MeshBatch has them
};
struct DrapedTile { render::MeshHandle mesh; bool extruded = false, shape = false, on_ground = true; };  // shape: a plugin's, seen through
struct LineTile { render::LineHandle lines; float wider = 1; bool draped = true; };  // wider: times the layer's width
struct PointsTile { render::PointsHandle points; std::uint32_t tile = 0, shown = 0; };  // tile: of the cloud; shown: points that the filter leaves
struct ModelTile { render::MeshHandle mesh; render::TextureHandle texture; Rgba8 colour; };
struct TerrainTile { render::MeshHandle mesh; render::TextureHandle imagery; };
struct FieldTile { render::MeshHandle mesh; };
struct PlainGround { render::MeshHandle mesh; };
struct Drawn { bool now = true; };  // chosen for this frame (terrain levels of detail)

}  // namespace tenbo::runtime
