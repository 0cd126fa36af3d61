#pragma once
// The engine behind the interface. The main thread owns all of it; workers get copies and give back values through
// `finished_`. The methods are spread over engine_*.cpp by what they are about.
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "alarm_watch.h"
#include "baker.h"
#include "binding.h"
#include "feeds/scene_feeds.h"
#include "ground.h"
#include "impact/ledger.h"
#include "layer.h"
#include "mesh_records.h"
#include "priority/watch.h"
#include "point_paint.h"
#include "tenbo/runtime/engine.h"
#include "tenbo/runtime/palette.h"
#include "tenbo/runtime/sensor_state.h"
#include "tenbo/runtime/text_table.h"
#include "tenbo/scene/world.h"
#include "terrain_stream.h"

namespace tenbo::runtime {

// Closures that workers leave for the main thread. Outlives the engine for as long as a worker holds it.
class MainQueue {
 public:
  void push(std::function<void()> f) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(f));
  }
  // Runs what is there, until `enough` says so; returns how many ran.
  template <class Enough>
  std::size_t pump(Enough&& enough) {
    std::size_t ran = 0;
    for (;; ++ran) {
      std::function<void()> f;
      {
        std::lock_guard lock(mutex_);
        if (queue_.empty() || closed_) break;
        f = std::move(queue_.front());
        queue_.pop_front();
      }
      f();
      if (enough()) { ++ran; break; }
    }
    return ran;
  }
  bool empty() const {
    std::lock_guard lock(mutex_);
    return queue_.empty();
  }
  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    queue_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::deque<std::function<void()>> queue_;
  bool closed_ = false;
};

class EngineImpl final : public Engine {
 public:
  EngineImpl(const EngineOptions& options, JobSystem& jobs, Log& log);
  ~EngineImpl() override;
  Status start();

  Status open(scene::SceneFile scene) override;
  const scene::SceneFile& scene() const override { return scene_; }
  Status save(const std::filesystem::path& path) override;
  void settle(const std::function<void()>& on_progress) override;
  void expect_size(glm::uvec2 size) { last_size_ = size; }  // px: what streams is read for it before anything is drawn
  bool settled() const override;

  std::vector<LayerStatus> layers() const override;
  void set_visible(std::uint32_t layer, bool visible) override;
  void set_opacity(std::uint32_t layer, double opacity) override;
  void set_style(std::uint32_t layer, const scene::LayerStyle& style) override;
  const scene::LayerStyle& style(std::uint32_t layer) const override;
  void move_layer(std::uint32_t layer, int places) override;
  Status add_paths(const std::vector<std::filesystem::path>& paths) override;
  void remove_layer(std::uint32_t layer) override;
  bool undo() override;
  bool redo() override;
  void add_bookmark(const std::string& name) override;

  const scene::Camera& camera() const override { return camera_; }
  void set_camera(const scene::Camera& camera) override;
  void fly_to(const scene::Camera& camera, double seconds) override;
  scene::Camera home(double aspect) const override;
  const TimeState& time() const override { return time_; }
  void set_time(geo::Instant t) override;
  void set_playing(bool playing, bool reverse) override;
  void set_speed(double speed) override {
    time_.speed = speed;
    if (replaying() && time_.playing) clock_ = clock_.paused().resumed(speed);
  }
  Status show(std::uint32_t layer, const scene::FieldShow& show) override;
  Status show_issue(std::optional<geo::Instant> at) override;
  Result<LayerChanges> changes(std::uint32_t layer) override;
  std::shared_ptr<const Result<LayerChanges>> changes_soon(std::uint32_t layer) override;
  Status show_member(const std::string& member, std::optional<double> threshold, bool changed) override;
  void set_language(Language language) override { options_.language = language; ++revision_; }
  Language language() const override { return options_.language; }
  void set_night(bool night) override { night_ = night; ++revision_; }
  void set_water_mode(render::WaterMode mode) override { water_mode_ = mode; ++revision_; }
  render::WaterMode water_mode() const override { return water_mode_; }
  void set_ui_scale(float scale) override { options_.ui_scale = scale; ++revision_; }
  void set_wall_clock(std::optional<geo::Instant> now) override;
  std::vector<live::FeedStatus> feeds() const override;
  geo::Instant now() const override;
  ClockState clock() const override;
  void set_clock(live::Clock::Mode mode, double speed) override;
  std::vector<live::Entry> gaps() const override;
  std::vector<Alarm> alarms() const override;
  std::size_t open_alarms() const override;
  std::vector<live::AlarmRecord> alarm_history(std::size_t count) const override;
  Status acknowledge_alarm(const std::string& id, const std::string& by) override;
  std::vector<Alarm> take_raised_alarms() override { return std::exchange(alarms_.raised, {}); }
  bool listening() const override { return feeds_ && (feeds_->connected() || clock_.mode() == live::Clock::Mode::replayed); }

  std::optional<Picked> pick(glm::uvec2 size, glm::uvec2 pixel) override;
  Probe probe(double lon, double lat) const override;
  std::optional<double> ground_height(double lon, double lat) const override;
  std::vector<Found> find(const std::string& text, std::size_t most) const override;
  std::vector<Legend> legends() const override;
  void select(std::optional<Picked> picked) override;
  const std::optional<Picked>& selected() const override { return selected_; }
  std::string vertical_datum() const override;
  std::vector<std::string> attribute_values(std::uint32_t layer, const std::string& attribute, std::size_t most) const override;
  Result<ImpactReport> impact(const ImpactRequest& request) override;
  std::vector<LedgerPair> ledger() const override;
  void want_ledger(bool wanted) override { ledger_.wanted = wanted; }
  void mark(const std::string& layer, std::shared_ptr<const std::set<std::string, std::less<>>> ids) override;
  bool select_id(const std::string& layer, const std::string& id, const geo::GeoPoint& at) override;
  std::optional<StructureCard> structure_card() const override;
  std::vector<BindingCard> binding_reviews() const override;
  Status review_binding(std::uint32_t layer, std::uint32_t structure, const std::string& model, bool accepted, const std::string& by) override;
  std::vector<int> inspection_years() const override;
  std::optional<int> inspection_year() const override { return inspection_year_; }
  void set_inspection_year(std::optional<int> year) override;
  Photograph photograph(std::uint32_t layer, std::uint32_t structure, std::uint32_t defect) override;
  std::optional<PhotoCard> photo_card() const override;
  Photograph camera_photograph(std::uint32_t layer, std::uint32_t feature) override;
  std::shared_ptr<const inspection::Register> structure_records(std::uint32_t layer) const override;
  void show_structures(std::uint32_t layer, std::shared_ptr<const inspection::Selection> selection) override;
  Rgba8 grade_colour(Grade grade) const override;
  Result<std::shared_ptr<const PriorityBase>> priority(const scene::PrioritySpec& spec) override;
  PriorityState priority_soon(bool wanted) override;

  void set_section(std::optional<scene::SectionSpec> section) override;
  void update(double dt) override;
  std::uint64_t revision() const override { return revision_; }
  HudInput hud(glm::uvec2 size) const override;
  Status present(glm::uvec2 size, const HudInput& hud, const render::OverlayList& extra, const DrawOnMap& on_map) override;
  Result<Image> still(glm::uvec2 size, std::uint32_t samples, bool with_hud) override;
  Result<Image> still_with(glm::uvec2 size, std::uint32_t samples, const DrawOnMap& draw) override;
  Status draw_offscreen(glm::uvec2 size) override;

  render::Renderer* renderer() override { return renderer_.get(); }
  render::GlyphCache* glyphs() override { return glyphs_.get(); }
  PluginHost& plugins() override { return *plugins_; }

 private:
  friend struct EngineProbe;  // tests/bench/bench_extract.cpp
  // --- layers (engine_layers.cpp, engine_sources.cpp, engine_upload.cpp)
  Layer* find_layer(std::uint32_t id);
  const Layer* find_layer(std::uint32_t id) const;
  Layer& add_layer(const scene::LayerSpec& spec);
  std::vector<std::pair<std::string, std::string>> plugin_parameters(const scene::LayerSpec& spec) const;
  void start_load(Layer& layer);
  void finish_load(std::uint32_t id, Loaded loaded);
  void accept_loaded();              // in the scene's order, so that the vertical datum does not depend on timing
  bool settle_datum(Layer& layer, geo::VerticalKind kind);
  void fill_status(Layer& layer);
  void fail(Layer& layer, Error error);
  void start_stage_two(Layer& layer);
  void rebuild_ground();
  bool ground_pending() const;
  void upload(Layer& layer, const std::function<bool()>& enough);
  void drop_tiles(Layer& layer);     // its draws
  void drop_gpu(Layer& layer);       // everything of it on the GPU
  void watch_files();
  void take_archives(Layer& layer, const std::vector<PluginMessage>& messages);
  void follow_archives();
  bool archives_settled() const;
  void ask_again();                  // vectors and pictures over HTTP whose next state is due
  void take_legend(Layer& layer, const io::Sip4dEntry& entry);
  void forget_sip4d(Layer& layer);
  void take_sip4d(Layer& layer);     // what the archive says of its layer
  void take_imagery(Layer& layer);
  void follow_imagery();             // pictures in time: those of now
  void repaint_ground();             // the same ground with other pictures
  void say_offline(Layer& layer, const std::string& why);
  void take_plugin_output(Layer& layer);
  void adopt(Layer& layer, const std::shared_ptr<const PluginOutput>& output);
  // --- shapes of plugins (engine_shapes.cpp)
  void tend_shapes(Layer& layer);
  bool shapes_settled(const Layer& layer) const;
  void mesh_shapes_of(Layer& layer, std::shared_ptr<const PluginOutput> output);
  void take_shapes_meshes(Layer& layer, const std::shared_ptr<const PluginOutput>& output, const std::shared_ptr<const Ground>& ground, ShapeMeshes made);
  std::optional<scene::Entity> add_lines(Layer& layer, const io::LineBatch& lines, float wider);  // absent: the layer has failed
  void show_shapes(Layer& layer);
  geo::Extent framed() const;
  void framing_changed();
  void rebuild_plain_ground();
  void remember();                   // pushes the scene onto the undo stack
  void apply_scene(const scene::SceneFile& scene);

  // --- issues and members (engine_forecast.cpp)
  Status choose_field(Layer& layer);  // from its forecast, as its spec has it
  void take_field(Layer& layer);      // what was chosen, with its palette
  std::optional<ForecastStatus> forecast_status(const Layer& layer) const;
  void reshow(Layer& layer);          // after choose_field
  void adopt_forecast(Layer& layer, const PluginOutput& output);
  std::function<Result<LayerChanges>()> changes_work(const Layer& layer) const;  // engine_changes.cpp

  // --- styles and fields (engine_style.cpp)
  void restyle(Layer& layer);
  void change_style(Layer& layer, const scene::LayerStyle& style);
  void stream_tiles(double dt, const std::function<bool()>& enough);  // engine_stream.cpp
  TileStream::View tile_view(const Layer& layer, const TileBudget& budget, double dt) const;
  // --- bakes of heavy city models (engine_bake.cpp)
  void note_bake(Layer& layer);      // after it was loaded
  void tend_bakes(double dt);
  void end_bake();
  void open_bake(Layer& layer, const std::string& key);
  void watch_source(Layer& layer);
  void switch_over();
  void show_bake(Layer& layer);
  void send_styles(Layer& layer);
  void bind_inspection(Layer& layer);
  std::vector<inspection::RoadPiece> roads_near(const geo::GeoPoint& at, double dlon, double dlat) const;  // degrees around it
  void request_field_steps();
  void request_textures();
  void classify();
  const Palette* palette(const std::string& name) const;
  void collect_times();

  // --- sensors (engine_sensors.cpp)
  void take_sensors_output(Layer& layer);
  void sensor_markers(const Layer& layer, glm::uvec2 size, std::vector<Marker>& out, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const;
  Legend sensor_legend(const Layer& layer) const;
  std::string sensor_value(const Sensor& sensor, const SensorState& state) const;
  std::string sensor_level(const Sensor& sensor, const SensorState& state) const;
  void symbol(const SensorState& state, Marker& marker) const;
  std::optional<geo::GeoPoint> sensor_place(const Layer& layer, std::size_t row) const;  // absent: nobody knows
  SensorCard card_of(const Layer& layer, std::size_t row) const;
  const Sensor* selected_sensor() const;
  std::optional<SensorCard> sensor_card() const;
  Picked picked_sensor(const Layer& layer, std::uint32_t row) const;
  void refresh_selected_sensor();
  void probe_sensors(const Layer& layer, double lon, double lat, ProbeLayer& out) const;

  // --- sensors on structures (engine_structure_sensors.cpp)
  void tie_sensors();                // to the structures that they name
  void place_sensors();              // on the models of those that are near
  Watched watched_structures() const;
  std::vector<StructureSensor> sensors_on(const Layer& layer, const StructurePick& pick, const inspection::Outline& outline) const;
  std::string part_words(const SensorPart& part, Language language, bool along) const;  // "main girder · span 2 · element 0203"
  std::optional<std::pair<const Layer*, std::uint32_t>> structure_named(const std::string& id) const;  // of the first list that has it
  std::string structure_name(const Layer& layer, std::uint32_t structure, bool ja) const;  // in that language where it is known; may be empty
  Words standing(const Sensor& sensor) const;                   // the structure and the part; empty: it is on none that is known

  // --- structures and their defects (engine_structures.cpp)
  static constexpr std::uint32_t defect_marker = 0x8000'0000u;  // of the second number that a marker goes by: a feature of the layer's own meshes
  void tend_structures(Layer& layer);
  void paint_structures(Layer& layer);
  std::optional<StructureCounts> structure_counts(const Layer& layer) const;
  void drop_structures(Layer& layer);
  void read_corrections_of_scene();
  // --- as of when (engine_structure_days.cpp)
  inspection::Day shown_day() const;
  const inspection::AsOf* as_of(const Layer& layer) const;  // null: it has no records, or not yet those of its output
  Grade grade_shown(const Layer& layer, const inspection::AsOf* at, std::uint32_t structure) const;
  Picked picked_structure(const Layer& layer, std::uint32_t feature, const geo::GeoPoint& at) const;
  std::optional<StructurePick> structure_on(const Layer& models, std::uint32_t feature, const geo::GeoPoint& at) const;
  std::optional<BindingCard> binding_card(const Layer& layer, std::uint32_t structure) const;
  void defect_markers(const Layer& layer, const std::function<bool(const glm::dvec3&, Marker&)>& stand, std::vector<Marker>& out,
                      std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const;

  // --- photographs (engine_photos.cpp)
  Photograph read_photograph(const std::filesystem::path& folder, const std::string& name, int turned = 1);

  // --- their markers (engine_structure_markers.cpp)
  void grow_marks(Layer& layer);
  const StructureMarks& marks_of(const Layer& layer) const;
  void structure_markers(const Layer& layer, glm::uvec2 size, const Watched& watched, std::vector<Marker>& out, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const;
  void structure_legend(const Layer& layer, Legend& legend) const;

  // --- points (engine_points.cpp)
  void take_points(Layer& layer);
  bool points_settled(const Layer& layer) const;
  void upload_points(Layer& layer, const std::function<bool()>& enough);
  void repaint_points(Layer& layer);
  void extract_points(render::FrameView& view);
  void follow_points();              // displacements: those of now
  std::optional<PointValue> shown_value(const Layer& layer) const;
  PointPaint paint_of(const Layer& layer) const;
  std::string point_class_name(int code) const;
  std::string velocity_text(double mm_a_year) const;
  Picked picked_point(const Layer& layer, std::uint32_t tile, std::uint32_t index) const;
  const Layer* selected_point_layer() const;
  void point_markers(glm::uvec2 size, std::vector<Marker>& out, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const;
  std::optional<SensorCard> point_card() const;
  Legend point_legend(const Layer& layer, const std::string& source) const;
  void probe_points(const Layer& layer, double lon, double lat, ProbeLayer& out) const;

  // --- frame (engine_extract.cpp, engine_section.cpp)
  void extract_section(render::FrameView& view);
  struct SectionPlane {
    glm::dvec3 origin, towards;  // ECEF, m; what is kept lies towards it
    bool cuts(const Layer& layer, const glm::dvec3& at) const { return !layer.uncut && glm::dot(towards, at - origin) < 0; }
  };
  std::optional<SectionPlane> section_plane() const;
  render::FrameView& extract(glm::uvec2 size);
  std::optional<geo::Instant> moving_time() const;
  double terrain_error() const;  // px that the terrain may be off on the screen
  glm::mat4 model_matrix(const geo::LocalFrame& frame) const;
  void build_overlay(const HudInput& hud, const render::OverlayList* extra, render::FrameView& view, const DrawOnMap& on_map = {});
  void sync_glyphs();

  // --- feeds (engine_feeds.cpp)
  Status open_feeds();
  void tend_feeds(const std::function<bool()>& enough);
  bool feeds_settled() const;
  bool replaying() const { return feeds_ && !feeds_->connected(); }
  bool in_the_past() const;          // what is shown is not the latest that has arrived
  live::Moment fed_until() const;    // what has arrived by then is shown
  void set_replay_clock(live::Moment at);
  void date_by_feeds(const Layer& layer, LayerStatus& status) const;
  void feed_notices(std::vector<std::string>& notices) const;
  std::string feed_chip(const LayerStatus& status) const;  // empty where its age says it all

  // --- alarms and the clock (engine_alarms.cpp)
  void tend_alarms();
  void write_alarms();
  bool lists_to_come() const;        // a plugin's layer is still being read
  Alarms::Standing alarm_standing(const Sensor& sensor) const;
  bool alarms_ready();               // what is published is the present's, and not on its way there
  const Alarms& shown_alarms() const;
  std::vector<HudAlarm> hud_alarms() const;
  void tend_clock(double dt);

  // --- impact and its ledger (engine_impact.cpp, engine_ledger.cpp)
  Result<ImpactPlan> plan_impact(const ImpactRequest& request) const;
  std::optional<std::map<std::string, Grade>> grades_of(const Layer& assets) const;
  void tend_ledger();
  void count_again(std::size_t pair, const std::string& key);
  void send_marks(Layer& layer);
  ImpactSource impact_source_of(const Layer& layer) const;

  // --- the priority list (engine_priority.cpp)
  Result<PriorityPlan> plan_priority(const scene::PrioritySpec& spec) const;
  void tend_priority();

  // --- asking
  Picked picked_feature(const Layer& layer, std::uint32_t feature, const geo::GeoPoint& at) const;
  Picked picked_feature(const Layer& layer, const geo::FeatureTable* table, std::uint32_t feature, const geo::GeoPoint& at) const;
  geo::GeoPoint from_view_frame(glm::vec3 position) const;
  std::vector<Marker> markers(glm::uvec2 size, std::vector<std::pair<std::uint32_t, std::uint32_t>>* ids) const;
  std::vector<Label> labels(glm::uvec2 size) const;
  scene::Camera camera_towards(const geo::Extent& extent, const geo::GeoPoint& fallback) const;
  std::string time_text(geo::Instant t) const;
  std::string time_note() const;
  std::string word(std::string_view key, const std::vector<std::pair<std::string_view, std::string>>& values = {}) const;
  std::string source_shown(const Layer& layer, const std::string& source) const;  // in the language of the glass
  void date(const Layer& layer, LayerStatus& status) const;  // its age and its texts, as of now

  EngineOptions options_;
  JobSystem& jobs_;
  Log& log_;
  std::shared_ptr<MainQueue> finished_ = std::make_shared<MainQueue>();
  std::unique_ptr<render::Renderer> renderer_;
  std::unique_ptr<render::GlyphCache> glyphs_;
  std::unique_ptr<PluginHost> plugins_;
  std::optional<TextTable> texts_;
  std::map<std::string, Palette> palettes_;
  std::filesystem::path assets_;

  scene::SceneFile scene_;
  scene::World world_;
  render::FrameView view_;                      // of the last extract()
  MeshRecords records_{world_, view_.meshes};
  std::vector<std::unique_ptr<Layer>> layers_;  // in drawing order
  std::uint32_t next_layer_ = 1;
  geo::HeightPolicy heights_;
  std::string datum_owner_, datum_name_;        // the layer that decided the datum, and what it calls it
  std::map<std::uint32_t, Loaded> arrived_;     // read, waiting for their turn
  std::shared_ptr<const Ground> ground_ = std::make_shared<Ground>();
  TerrainStream terrain_;
  std::vector<scene::SceneFile> undo_, redo_;

  scene::Camera camera_;
  bool camera_set_ = false;                     // by the scene or the user; otherwise framed as layers arrive
  struct Flight { scene::Camera from, to; double seconds = 0, at = 0; };
  std::optional<Flight> flight_;
  geo::LocalFrame anchor_;                      // axes of the view frame
  glm::uvec2 last_size_{1920, 1080};
  TimeState time_;
  bool night_ = false;
  std::optional<geo::Instant> wall_clock_;
  std::unique_ptr<SceneFeeds> feeds_;           // null: the scene has none, or none are wanted
  live::Clock clock_ = live::Clock::real();
  live::Moment replay_end_;
  bool following_ = true;                       // of connected feeds: the time shown is the clock's
  bool catching_up_ = false;                    // of connected feeds: what has arrived is played over again, until it is now
  AlarmWatch alarms_;
  std::vector<std::uint32_t> fed_;              // layers that have been given all so far
  std::size_t minutes_shown_ = 0;               // of the feeds, on the time bar
  std::string feed_trouble_;                    // why nothing is connected to
  std::vector<live::FeedStatus> feed_states_;   // at the last look
  render::WaterMode water_mode_ = render::WaterMode::both;
  std::optional<Picked> selected_;
  struct Corrections {
    std::filesystem::path file;                 // SCENE.bindings.json; empty: the scene has none
    std::vector<SavedCorrection> all;
    std::string trouble;                        // why they could not be read; then none are written
  } corrections_;
  std::deque<std::pair<std::string, Photograph>> photographs_;  // folder and name; the latest first
  std::optional<int> inspection_year_;          // that structures are shown as of the end of; absent: the scene's time
  std::uint64_t surfaces_revision_ = 0;         // grows when a city layer's bridges came
  std::optional<Passability> passability_;      // absent: the rule could not be read
  Ledger ledger_;
  PriorityWatch priority_;
  std::map<std::uint32_t, std::uint64_t> points_drawn_;  // by layer, in the last frame
  bool fine_points_ = false;                    // a picture is made that nobody waits for
  std::uint64_t ram_ = 0, vram_ = 0;            // bytes that streams keep to
  std::uint64_t other_ram_ = 0;                 // bytes that all else takes; 0 = not measured yet
  std::optional<scene::Camera> stood_;          // where the camera was when streams last looked
  double still_seconds_ = 0;                    // since it last moved; at_rest (tile_detail.h) and more: at rest
  std::size_t jobs_out_ = 0;                    // worker jobs whose result has not come back
  double since_watch_ = 0;                      // s since files were last looked at
  std::unique_ptr<Baker> baker_;                // the bake that is being made
  std::uint32_t baker_layer_ = 0;
  std::string bake_trouble_;                    // the last that was told
  double since_source_watch_ = 0;               // s
  bool classes_late_ = false;                   // hazard classes of this moment are still to come
  std::uint64_t cells_key_ = 0;                 // HazardSource::key of cells_
  std::shared_ptr<const std::vector<impact::Class>> cells_;  // classes of the cells of the field that buildings have theirs from
  std::size_t textures_out_ = 0;
  std::uint64_t revision_ = 1;                  // of everything that can change the picture
};

}  // namespace tenbo::runtime
