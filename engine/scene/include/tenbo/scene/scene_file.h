#pragma once
// The scene file: JSON with comments, validated against assets/schema/scene.schema.json's rules; see docs/guide/scene-file.md.
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tenbo/base/image.h"
#include "tenbo/base/result.h"
#include "tenbo/geo/crs.h"
#include "tenbo/geo/instant.h"
#include "tenbo/scene/camera.h"

namespace tenbo::scene {

// What a layer is made of; the same words stand in scene files ("kind") and in `tenbo info`.
enum class LayerKind { buildings, terrain, imagery, vector, model, field, inspection, boreholes, points, photos };
const char* to_string(LayerKind kind);
std::optional<LayerKind> parse_layer_kind(std::string_view word);

// One text in both languages; "en" alone serves both.
struct LocalText {
  std::string ja, en;
  const std::string& in(bool japanese) const { return japanese ? (ja.empty() ? en : ja) : (en.empty() ? ja : en); }
  bool operator==(const LocalText&) const = default;
};

// Colours by attribute value or by number: classes[] in ascending order of `from` (numbers), or by `value` (words).
struct StyleClass {
  std::optional<double> from;   // inclusive lower bound; the class reaches to the next one's
  std::string value;            // for words
  Rgba8 colour;
  LocalText label;
  bool operator==(const StyleClass&) const = default;
};
struct LayerStyle {
  std::optional<Rgba8> colour;      // of everything, where no class fits
  std::string attribute;            // classes look at this
  std::vector<StyleClass> classes;
  std::string palette;              // a file under assets/palettes, without .json ("flood-depth"); instead of classes
  std::string risk;                 // buildings of PLATEAU: by the flood they are assumed to stand in ("river", "inland" ...); instead of classes
  std::string filter;               // "attribute op value": = != < <= > >= ; what fails is hidden
  double line_width = 2.0;          // px at ui.scale 1
  std::string label_attribute;
  std::string extrude_attribute;    // polygons: metres above the base
  double extrude_scale = 1.0;
  bool textured = false;            // buildings: show textures
  bool drape = true;                // vectors: follow the ground
  double point_size = 0;            // px at ui.scale 1; 0 = as suits the data
  bool operator==(const LayerStyle&) const = default;
};

// Files of a field that is forecast in several futures, or was several times.
struct FieldMember {
  std::string name;
  std::vector<std::filesystem::path> paths;
  std::string sublayer;             // empty: the layer's; of GRIB2 the member's key
};
struct FieldIssue {
  std::string issue_time;           // empty: as the file says
  std::vector<std::filesystem::path> paths;  // of all members, or
  std::vector<FieldMember> members;
};
// Which of them is shown.
struct FieldShow {
  std::string issue = "latest";     // or ISO 8601: the last issue that is not after it
  // A member's name, "mean", "max", "p0" to "p100" (a percentile), "probability", "disagreement"; empty: the mean of several, else what there is.
  std::string member;
  std::optional<double> threshold;  // of probability and of the hatching, in the field's unit; absent: where the palette begins
  bool changed = false;             // less the issue before
  bool operator==(const FieldShow&) const = default;
};

struct LayerSpec {
  std::string name;                 // unique in the scene
  LocalText title;
  LayerKind kind = LayerKind::vector;
  bool kind_set = true;             // false: the scene file does not say; whoever loads it finds out from the data
  std::vector<std::filesystem::path> paths;  // absolute after loading, or http(s) addresses as they are written
  std::vector<std::string> allow_hosts;  // that data read over HTTP may refer to, beyond its own folder
  std::optional<std::pair<int, int>> zoom;  // of tiles by a template: the coarsest and the finest there are
  std::string encoding;             // of heights in pictures: "gsi", "terrain-rgb" or "terrarium"; empty: as their name says
  std::string sublayer;             // layer of a container, NetCDF variable
  bool visible = true;
  double opacity = 1.0;             // 0..1
  LayerStyle style;
  std::string attribution;          // shown on the glass whenever the layer is
  geo::VerticalKind vertical = geo::VerticalKind::unknown;  // override; unknown = as the data says
  // City models and vectors: the data writes its two horizontal axes in the other order than its CRS has them. Absent:
  // as the CRS says, but for coordinates that can only be exchanged ones.
  std::optional<bool> exchange_axes;
  // 3D Tiles: true: only what the view needs is loaded; false: all of it. Absent: by its size.
  std::optional<bool> stream;
  // City models: false: never shown from a bake in the cache, and never baked into it.
  bool bake = true;

  // model
  geo::GeoPoint position;           // lon, lat, height of the model's origin
  bool position_set = false;
  double heading = 0;               // degrees clockwise from north
  double scale = 1;

  // field, and plugin layers
  std::string plugin;               // id of the plugin that makes the layer; empty = built in
  std::vector<std::pair<std::string, std::string>> parameters;  // handed to the plugin, in file order; paths made absolute
  std::string quantity, unit, source, start, issue_time, certainty;
  double step_seconds = 0;
  bool nodata_is_dry = false;
  std::vector<FieldMember> members; // or
  std::vector<FieldIssue> issues;   // in place of a path; `paths` then has all of theirs
  FieldShow show;

  // "attribution" and "source" given as {"ja", "en"}; the plain ones above then hold the text in one language.
  LocalText attribution_local, source_local;
  // How often a newer one is due, s (0 = nobody said), and whether the clock is what its age is judged by in a window.
  double expected_interval = 0;
  bool live = false;
  std::vector<std::string> feeds;   // whose messages its plugin is given, or whose SIP4D-ZIP archives it shows; names of SceneFile::feeds
};

// Where messages come from; see docs/guide/feeds.md.
struct FeedSpec {
  std::string name;                 // unique in the scene
  std::string kind;                 // "mqtt", "http", "folder"
  std::string address;              // as it is written; of a folder absolute after loading
  std::vector<std::string> topics;  // MQTT
  double mqtt_version = 3, qos = 1;  // 3: MQTT 3.1.1
  double expected_interval = 0, poll_seconds = 0;  // s; 0 = nobody said
  std::filesystem::path credentials, ca_file;      // absolute after loading
  std::string group;                // feeds of one group bring the same messages
  double most_mib = 64;             // of one message
};

// What the ledger counts: which hazard touches which assets; see docs/guide/impact.md.
struct ImpactSpec {
  std::string hazard, assets;       // names of layers
  std::string by, weight, filter;   // attributes of the assets, and "attribute op value"; empty = none
};

// What the priority list ranks; see docs/guide/priority.md.
struct RoadsSpec {
  std::string layer;                // of lines; empty = no detours
  std::string speed, oneway, vehicle;  // attributes (km/h; yes, -1 ...), and whose passability closes roads; empty = none, the rule's first
  double tolerance = 1, snap = 30;  // m: between ends of lines that meet; from a structure to its road
};
struct PriorityWeightsSpec {
  double condition = 1, hazard = 1, importance = 1;  // exponents
  double arrival_hours = 12;
};
struct PrioritySpec {
  std::string structures;           // a layer of inspected structures; empty = the scene has no list
  std::vector<std::string> hazards; // names of layers
  PriorityWeightsSpec weights;
  RoadsSpec roads;
};

// What is cut away, so that one sees below the ground and inside: all that lies before an upright plane through a place, as one looks
// along `azimuth`, or all above a level one. One of the two is said.
struct SectionSpec {
  double lon = 0, lat = 0;          // degrees
  std::optional<double> azimuth;    // degrees, clockwise from north
  std::optional<double> height;     // m, in the scene's datum
  std::vector<std::string> keep;    // names of layers that stay whole
  bool operator==(const SectionSpec&) const = default;
};

struct Bookmark {
  std::string name;
  LocalText title;
  Camera camera;
};

struct SceneFile {
  std::filesystem::path path;       // empty for a scene made from data files
  LocalText title;
  std::optional<geo::Instant> time;
  std::optional<Camera> home;       // absent: framed from the layers
  std::vector<Bookmark> views;
  std::vector<LayerSpec> layers;
  std::vector<FeedSpec> feeds;
  std::vector<ImpactSpec> impact;   // in the ledger's order
  PrioritySpec priority;
  std::optional<SectionSpec> section;
  std::filesystem::path journal;    // folder in which what the feeds bring is kept; empty = in the user's state folder, by scene
  geo::VerticalKind vertical_datum = geo::VerticalKind::unknown;  // unknown: the first layer with heights decides
  std::filesystem::path geoid;      // empty = none
  double ram_mib = 0, vram_mib = 0;  // what streamed tiles keep to, with all else that the program takes; 0 = nothing said
  std::string quality;              // "", "software", "balanced", "wall": how it is drawn; "" = what suits the device
  bool alarm_sound = true;          // false: alarms are silent until somebody switches their sound on, as in a museum
  std::string mode;                 // "", "exercise", "simulation": a banner on every view and picture
};

// The first error found: place = JSON path ("$.layers[2].kind"), message = what was found and what was expected. Unknown
// keys are errors that name the nearest right one. Does not touch the data files.
Result<SceneFile> read_scene(const std::filesystem::path& path);
Result<SceneFile> parse_scene(const std::string& text, const std::filesystem::path& base_dir);
// The keys that each kind of object may have ("scene", "layer", "style", ...), in their usual order.
std::vector<std::pair<std::string, std::vector<std::string>>> scene_file_keys();
// Paths are written relative to `path`'s folder where they lie below it.
Status write_scene(const SceneFile& scene, const std::filesystem::path& path);
// What write_scene() writes into a file of that folder.
std::string format_scene(const SceneFile& scene, const std::filesystem::path& folder);

}  // namespace tenbo::scene
