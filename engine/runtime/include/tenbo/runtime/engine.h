#pragma once
// The engine: a scene, its layers, and the frame. The command line and the window both stand on this; nothing here
// knows about windows or panels. All methods are [main].
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/jobs.h"
#include "tenbo/base/log.h"
#include "tenbo/geo/features.h"
#include "tenbo/geo/instant.h"
#include "tenbo/live/clock.h"
#include "tenbo/live/feed.h"
#include "tenbo/render/renderer.h"
#include "tenbo/runtime/alarms.h"
#include "tenbo/runtime/changes.h"
#include "tenbo/runtime/hud.h"
#include "tenbo/runtime/impact.h"
#include "tenbo/runtime/photos.h"
#include "tenbo/runtime/plugin_host.h"
#include "tenbo/runtime/structures.h"
#include "tenbo/runtime/priority.h"
#include "tenbo/scene/camera.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::runtime {

enum class BakeUse { off, existing, make };

// What becomes of the feeds that a scene names.
struct FeedUse {
  enum class Source {
    none,     // nothing: pictures and questions never connect to anything
    connect,  // a window: they are connected to, and written to the scene's journal
    journal,  // what a journal has is played back; nothing is connected to
  } source = Source::none;
  std::filesystem::path journal;              // instead of the scene's
  std::optional<geo::Instant> from, to;       // of a journal: where the clock begins, and stops; absent: its first and last entry
  double speed = 1;                           // journal seconds a real second; 0: the clock stands, at `from`, else at `to`
};

struct EngineOptions {
  bool graphics = true;                  // false: no renderer (info, probe)
  render::RendererOptions renderer;
  std::filesystem::path geoid;           // --geoid; overrides the scene's
  std::filesystem::path assets;          // empty = found beside the executable or in the source tree
  std::vector<std::filesystem::path> plugin_folders;  // empty = beside the executable
  Language language = Language::ja;
  float ui_scale = 1;
  // What streamed tiles keep to, with all else that the program takes: bytes of memory, and of the graphics device's. 0 =
  // the scene's, else a quarter of the machine's memory and half of the device's.
  std::uint64_t ram = 0, vram = 0;

  // What is kept between runs (io/cache.h): its folder, empty = none. Bakes of city models of at least `bake_from` bytes of
  // source are shown in the source's place, and made, as `bakes` says. What is smaller is read in a fraction of a second, and its
  // bake would be one that is loaded whole.
  std::filesystem::path cache;
  std::uint64_t bake_cache_bytes = std::uint64_t{16} << 30;
  BakeUse bakes = BakeUse::off;
  std::uint64_t bake_from = std::uint64_t{128} << 20;
  std::filesystem::path bake_program;    // what bakes in the background; empty = tenbo beside the executable
  bool bake_idle = true;                 // it takes the processor only where nobody else wants it
  std::optional<std::filesystem::path> http_cache;  // empty = none; absent: as the environment says
  FeedUse feeds;
};

// A streamed layer at work.
struct TilesStatus {
  std::uint64_t all = 0;                 // tiles of the set
  std::uint64_t loaded = 0, drawn = 0;   // of them
  std::uint64_t waiting = 0, reading = 0;  // wanted and not there; on their way
  std::uint64_t gpu_bytes = 0, cpu_bytes = 0;  // of what is loaded
  double coarser = 1;                    // how many times the pixel error that was asked for, to keep to the budget
};

// The bake of a heavy city model: is to be made, is being made, is what is shown; could not be made.
enum class BakeState { none, waiting, baking, baked, failed };

// Of a field that was forecast several times or in several futures: what there is, and what is shown.
struct ForecastStatus {
  std::vector<geo::Instant> issues;      // ascending; empty: one of unknown time
  std::vector<std::string> members;      // their names; empty: one future
  std::size_t issue = 0;                 // that is shown
  scene::FieldShow show;
  std::string unit;                      // of the members
  double threshold = 0;                  // of the probability and of the hatching, in that unit
  std::vector<double> thresholds;        // where the classes of the layer's own palette begin
  std::string what;                      // the first line of the label alone
  std::string label;                     // "mean of 20 members", in the language of the glass; lines end with \n
};

enum class LayerState { waiting, loading, ready, failed };
// Since the layer was read: its file has gone, or a newer one cannot be read. What is shown is the last good data.
enum class FileTrouble { none, vanished, unreadable };

struct LayerStatus {
  std::uint32_t id = 0;                  // stable for the life of the layer
  std::string name, title;
  scene::LayerKind kind = scene::LayerKind::vector;
  LayerState state = LayerState::waiting;
  double progress = 0;                   // 0..1; negative = not known
  std::string rate;                      // "84 MB/s", while loading
  bool visible = true;
  double opacity = 1;
  Diagnostics diagnostics;
  std::string error;                     // of a failed layer
  std::uint64_t features = 0, triangles = 0;
  std::string crs;                       // "EPSG:6697"
  geo::VerticalKind vertical = geo::VerticalKind::unknown;
  geo::Extent extent;
  std::vector<geo::Instant> times;
  std::optional<geo::Instant> issue_time;
  std::string source, attribution;
  std::vector<geo::AttributeSummary> attributes;
  std::string lod;                       // "1,2"
  BakeState bake = BakeState::none;
  double bake_progress = 0;              // 0..1, while it is made
  std::string bake_error;
  std::optional<TilesStatus> tiles;      // of a streamed layer; its features and triangles are those that are drawn
  // How old it is at the scene's time (a live layer in a window: by the clock), and what is wrong with its file since.
  std::optional<geo::Instant> valid_time;    // of the step that is shown
  std::optional<double> age_seconds;         // absent: undated; NaN: its source names no moment
  Freshness freshness = Freshness::undated;
  std::optional<ForecastStatus> forecast;    // absent: one issue of one member
  double expected_seconds = 0;               // between two issues; 0 = nobody said
  bool live = false;
  FileTrouble trouble = FileTrouble::none;
  std::string trouble_detail;                // the reader's own words
  std::string source_shown, attribution_shown;  // in the language of the glass
  // Of what a plugin shows: whether it is meant, its headline, and what people must know of it (cancelled, corrected).
  Actuality actuality = Actuality::actual;
  std::vector<std::string> drills;           // where what is real stands beside them: the names of what is of an exercise or a test
  std::uint64_t real_records = 0;            // and how many are real
  std::string headline;
  std::vector<std::string> notes;
  // Of a layer that names feeds: the worst of them decides on its age, too.
  std::string feed;                          // its name; empty = none
  live::FeedState feed_state = live::FeedState::live;
  std::string feed_reason;                   // why it is refused or offline
  std::optional<StructureCounts> structures;  // of an inspection layer
};

struct Picked {
  std::uint32_t layer = 0;               // LayerStatus::id
  std::string layer_name;
  std::optional<std::uint32_t> feature;  // row; absent on terrain
  std::string feature_id;                // gml:id
  std::vector<std::pair<std::string, geo::AttributeValue>> attributes;
  std::shared_ptr<const std::vector<std::string>> attribute_text;  // owns the text that attribute values view; copies share it
  geo::GeoPoint position;                // height in the scene's datum
  std::optional<StructurePick> structure;  // the part of a structure, or the defect on it
};

struct ProbeLayer {
  std::string layer;
  std::optional<double> value;           // absent = unknown or nothing there
  std::string unit, value_class;         // class label of the palette
  std::optional<geo::Instant> valid_time, issue_time;
  std::string source;
  std::string note;                      // "nodata", "outside"
  std::string member;                    // what is shown of several: a member's name, "mean", "p90" ...; empty: there is one
  std::size_t members = 1;
};
struct Probe {
  std::optional<double> ground_height;
  std::vector<ProbeLayer> layers;
};

struct Found {
  std::string text, detail;              // name; layer and attribute it was found in
  scene::Camera camera;
  std::optional<std::uint32_t> layer, feature;
};

// A pair that the ledger counts.
struct LedgerPair {
  scene::ImpactSpec spec;
  std::string hazard, assets;                  // their titles
  std::shared_ptr<const ImpactReport> report;  // over all times, with objects; null: not yet. Stays until a newer one is there
  ImpactSource hazard_source, assets_source;   // of now, in the language of the glass
  bool counting = false;                       // a newer one is on its way
  std::string error;                           // why there is none; empty: nothing is wrong
};

struct TimeState {
  std::vector<geo::Instant> steps;       // all valid times of the visible layers, ascending
  std::optional<geo::Instant> now;       // what is drawn
  bool playing = false;
  bool reverse = false;
  double speed = 3600;                   // scene seconds a real second
};

// The clock that "now" is from.
struct ClockState {
  bool feeds = false;                    // there is one to be set: the scene has feeds, or a journal is played back
  bool journal = false;                  // a journal's; then it is never real
  live::Clock::Mode mode = live::Clock::Mode::real;
  double speed = 1;                      // of one that is replayed
};

// What the priority list ranks, as far as it has been worked out.
struct PriorityState {
  std::shared_ptr<const PriorityBase> base;    // null: not yet, or error. Stays until a newer one is there
  bool counting = false;
  std::string error;                           // why there is none; empty: nothing is wrong
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> create(const EngineOptions& options, JobSystem& jobs, Log& log);
  virtual ~Engine() = default;

  // SCENE as the command line has it: one scene file, or data files and folders that become layers.
  static Result<scene::SceneFile> scene_for(const std::vector<std::filesystem::path>& paths);
  // Replaces what is open; layers load in the background, nearest need first.
  virtual Status open(scene::SceneFile scene) = 0;
  virtual const scene::SceneFile& scene() const = 0;
  virtual Status save(const std::filesystem::path& path) = 0;
  // Waits until every layer is ready or failed and the view has all its tiles. `on_progress` about 10 times a second.
  virtual void settle(const std::function<void()>& on_progress = {}) = 0;
  virtual bool settled() const = 0;

  // What is cut away of the scene; absent: nothing is. Kept with the scene; scene().section is what is shown.
  virtual void set_section(std::optional<scene::SectionSpec> /*section*/) {}

  // --- layers
  virtual std::vector<LayerStatus> layers() const = 0;
  virtual void set_visible(std::uint32_t layer, bool visible) = 0;
  virtual void set_opacity(std::uint32_t layer, double opacity) = 0;
  virtual void set_style(std::uint32_t layer, const scene::LayerStyle& style) = 0;
  virtual const scene::LayerStyle& style(std::uint32_t layer) const = 0;
  virtual void move_layer(std::uint32_t layer, int places) = 0;
  virtual Status add_paths(const std::vector<std::filesystem::path>& paths) = 0;
  virtual void remove_layer(std::uint32_t layer) = 0;
  virtual bool undo() = 0;   // layer edits and bookmarks
  virtual bool redo() = 0;
  virtual void add_bookmark(const std::string& name) = 0;

  // --- view and time
  virtual const scene::Camera& camera() const = 0;
  virtual void set_camera(const scene::Camera& camera) = 0;
  virtual void fly_to(const scene::Camera& camera, double seconds = 1.5) = 0;  // eased, never through terrain
  virtual scene::Camera home(double aspect) const = 0;
  virtual const TimeState& time() const = 0;
  virtual void set_time(geo::Instant t) = 0;
  virtual void set_playing(bool playing, bool reverse = false) = 0;
  virtual void set_speed(double scene_seconds_per_second) = 0;
  // What is shown of a field with several issues or members, to be undone; what is shown stays where that cannot be.
  virtual Status show(std::uint32_t /*layer*/, const scene::FieldShow& /*show*/) { return Error{ErrorCode::unsupported, "this engine has no forecasts", "", "", ""}; }
  virtual Status show_issue(std::optional<geo::Instant> /*at*/) { return {}; }  // of all layers: the last not after `at`; absent: the latest
  // Of all layers with several members; an empty name leaves that as it is.
  virtual Status show_member(const std::string& /*member*/, std::optional<double> /*threshold*/, bool /*changed*/) { return {}; }
  // What the issue that is shown changed against the one before, at the moment that is shown. Takes its time; in a window
  // changes_soon: what is known so far, null before anything is.
  virtual Result<LayerChanges> changes(std::uint32_t /*layer*/) { return Error{ErrorCode::unsupported, "this engine has no forecasts", "", "", ""}; }
  virtual std::shared_ptr<const Result<LayerChanges>> changes_soon(std::uint32_t /*layer*/) { return nullptr; }
  virtual void set_language(Language language) = 0;
  virtual Language language() const = 0;
  virtual void set_night(bool night) = 0;
  virtual void set_water_mode(render::WaterMode mode) = 0;
  virtual render::WaterMode water_mode() const = 0;
  virtual void set_ui_scale(float scale) = 0;
  // Feeds: their states, and the one clock that "now" is from: the machine's, or a journal's. Setting the time of a scene with
  // feeds back shows what had arrived by then; setting it to about now follows the clock again.
  virtual std::vector<live::FeedStatus> feeds() const { return {}; }
  virtual geo::Instant now() const { return live::to_instant(live::machine_now()); }
  // Whether messages may come at any moment: a window looks more often then.
  virtual bool listening() const { return false; }
  // Of connected feeds: real follows what arrives, stopped holds the moment that is shown, replayed plays on from there over what has
  // arrived until it is now. Of a journal: real goes to its end.
  virtual ClockState clock() const { return {}; }
  virtual void set_clock(live::Clock::Mode /*mode*/, double /*speed*/ = 1) {}
  virtual std::vector<live::Entry> gaps() const { return {}; }  // the latest of each feed ("": all), as of the moment that is shown
  // Alarms (alarms.h), as of the moment that is shown: the open ones, the worst first, then those acknowledged, the latest first. A
  // window raises them and writes them to the journal; whoever plays a journal back shows what stands in it.
  virtual std::vector<Alarm> alarms() const { return {}; }
  virtual std::size_t open_alarms() const { return 0; }
  virtual std::vector<live::AlarmRecord> alarm_history(std::size_t /*count*/) const { return {}; }  // the latest first
  virtual Status acknowledge_alarm(const std::string& /*id*/, const std::string& /*by*/) { return Error{ErrorCode::unsupported, "this engine has no alarms", "", "", ""}; }
  virtual std::vector<Alarm> take_raised_alarms() { return {}; }  // since the last call: for a sound
  // The clock on the wall, for the age of live layers. A window says it now and then; who renders pictures never does.
  virtual void set_wall_clock(std::optional<geo::Instant> /*now*/) {}

  // --- asking
  virtual std::optional<Picked> pick(glm::uvec2 size, glm::uvec2 pixel) = 0;
  virtual Probe probe(double lon, double lat) const = 0;
  virtual std::optional<double> ground_height(double lon, double lat) const = 0;
  virtual std::vector<Found> find(const std::string& text, std::size_t most = 20) const = 0;
  virtual std::vector<Legend> legends() const = 0;
  virtual void select(std::optional<Picked> picked) = 0;
  virtual const std::optional<Picked>& selected() const = 0;
  virtual std::string vertical_datum() const = 0;   // for the screen and JSON
  // Up to `most` values of one attribute of a layer, spread over its features, for choosing classes. Missing ones are
  // left out.
  virtual std::vector<std::string> attribute_values(std::uint32_t /*layer*/, const std::string& /*attribute*/,
                                                    std::size_t /*most*/ = 2000) const { return {}; }

  // What one layer touches of another. Reads the assets anew and whole, and so takes its time: not for a window's frame.
  virtual Result<ImpactReport> impact(const ImpactRequest& /*request*/) { return Error{ErrorCode::unsupported, "this engine has no impact", "", "", ""}; }

  // What the scene declares ("impact"), counted over all times on workers while somebody wants it, again when the hazard or the assets change.
  virtual std::vector<LedgerPair> ledger() const { return {}; }
  virtual void want_ledger(bool /*wanted*/) {}
  // What the priority list of `spec` is ranked from (priority.h), where one waits for it; in a window priority_soon: of the scene's own
  // spec, worked out on workers from when somebody wants it, again when a layer of it changes.
  virtual Result<std::shared_ptr<const PriorityBase>> priority(const scene::PrioritySpec& /*spec*/) { return Error{ErrorCode::unsupported, "this engine has no priorities", "", "", ""}; }
  virtual PriorityState priority_soon(bool /*wanted*/) { return {}; }
  // Features of a layer that stand out, the layer's others stepping back; null: none do. Of one layer at a time.
  virtual void mark(const std::string& /*layer*/, std::shared_ptr<const std::set<std::string, std::less<>>> /*ids*/) {}
  // Selects by id; false where nothing with it is loaded. `at`: where the card says that it is.
  virtual bool select_id(const std::string& /*layer*/, const std::string& /*id*/, const geo::GeoPoint& /*at*/) { return false; }

  // --- structures with inspection records (structures.h)
  virtual std::optional<StructureCard> structure_card() const { return std::nullopt; }  // of what is selected
  virtual std::vector<BindingCard> binding_reviews() const { return {}; }               // the doubtful ones, the surest first
  // What a person says of a record and a model (empty and not accepted: none is its own); kept beside the scene.
  virtual Status review_binding(std::uint32_t /*layer*/, std::uint32_t /*structure*/, const std::string& /*model*/, bool /*accepted*/, const std::string& /*by*/) {
    return Error{ErrorCode::unsupported, "this engine binds no records", "", "", ""};
  }
  virtual std::vector<int> inspection_years() const { return {}; }                      // of all layers, ascending
  virtual std::optional<int> inspection_year() const { return std::nullopt; }           // that structures and defects are shown as of; absent: the latest
  virtual void set_inspection_year(std::optional<int> /*year*/) {}
  // Of a defect; read on a worker, so that it is not there at once. The few that were asked for last are kept.
  virtual Photograph photograph(std::uint32_t /*layer*/, std::uint32_t /*structure*/, std::uint32_t /*defect*/) { return {}; }
  virtual std::shared_ptr<const inspection::Register> structure_records(std::uint32_t /*layer*/) const { return nullptr; }  // null: it has none, or not yet
  // Of a layer's structures those whose markers are shown (null: all), until its records change.
  virtual void show_structures(std::uint32_t /*layer*/, std::shared_ptr<const inspection::Selection> /*selection*/) {}
  virtual Rgba8 grade_colour(inspection::Grade /*grade*/) const { return {160, 160, 160, 255}; }  // as markers and the legend have it

  // --- photographs with their cameras (photos.h): of what is selected; its picture as with defects
  virtual std::optional<PhotoCard> photo_card() const { return std::nullopt; }
  virtual Photograph camera_photograph(std::uint32_t /*layer*/, std::uint32_t /*feature*/) { return {}; }

  // --- frames
  // Advances time, jobs, plugins and flights by dt seconds, within budgets.
  virtual void update(double dt) = 0;
  // Changes whenever the next frame may differ from the last one drawn; lets a window rest while nothing happens.
  // 0 = not known: draw now and then.
  virtual std::uint64_t revision() const { return 0; }
  // The HUD's input for this state, for the shell to add to.
  virtual HudInput hud(glm::uvec2 size) const = 0;
  using DrawOnMap = std::function<void(render::OverlayList&)>;  // what belongs to the map, and so lies under the HUD
  // Draws to the window: scene, `on_map`, HUD (with `panels` and `free_area` from the shell), then `extra` on top.
  virtual Status present(glm::uvec2 size, const HudInput& hud, const render::OverlayList& extra, const DrawOnMap& on_map) = 0;
  // Draws a still, `samples` jittered samples a pixel, with the HUD; banners are on every picture, also without it.
  virtual Result<Image> still(glm::uvec2 size, std::uint32_t samples = 8, bool with_hud = true) = 0;
  // The same with the HUD, and under it what a person has drawn on the map (called again where the glyph cache started over).
  virtual Result<Image> still_with(glm::uvec2 size, std::uint32_t samples, const DrawOnMap& /*draw*/) { return still(size, samples); }
  // Draws off screen without HUD read-back (bench).
  virtual Status draw_offscreen(glm::uvec2 size) = 0;

  virtual render::Renderer* renderer() = 0;  // null without graphics
  virtual render::GlyphCache* glyphs() = 0;
  virtual PluginHost& plugins() = 0;
};

}  // namespace tenbo::runtime
