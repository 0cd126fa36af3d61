#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "engine_impl.h"
#include "tenbo/base/file.h"
#include "tenbo/io/raster_cache.h"
#include "tenbo/scene/camera_controls.h"

namespace tenbo::runtime {
namespace fs = std::filesystem;

namespace {

// assets/ beside the executable (installed), two folders up (build/release in the source tree), or where told.
fs::path find_assets(const fs::path& told) {
  if (!told.empty()) return told;
  const auto exe = executable_dir();
  std::error_code ec;
  for (const auto& candidate : {exe / "assets", exe / "../share/tenbo/assets", exe / "../../assets", fs::path("assets")})
    if (fs::is_directory(candidate / "palettes", ec)) return fs::weakly_canonical(candidate, ec);
  return exe / "assets";
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::create(const EngineOptions& options, JobSystem& jobs, Log& log) {
  auto engine = std::make_unique<EngineImpl>(options, jobs, log);
  if (auto s = engine->start(); !s) return s.error();
  return std::unique_ptr<Engine>(std::move(engine));
}

EngineImpl::EngineImpl(const EngineOptions& options, JobSystem& jobs, Log& log) : options_(options), jobs_(jobs), log_(log) {}

EngineImpl::~EngineImpl() {
  baker_.reset();
  finished_->close();
  for (auto& layer : layers_) layer->cancel.cancel();
  ledger_.forget();
  priority_.forget();
  jobs_.wait_idle();
  for (auto& layer : layers_) drop_gpu(*layer);
  if (renderer_) terrain_.reset({}, world_, renderer_.get());
}

Status EngineImpl::start() {
  assets_ = find_assets(options_.assets);
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(assets_ / "palettes", ec)) {
    if (entry.path().extension() != ".json") continue;
    auto palette = load_palette(entry.path());
    if (palette) palettes_.emplace(entry.path().stem().string(), std::move(*palette));
    else log_.warning(palette.error().text());
  }
  if (auto rule = load_passability(assets_ / "rules" / "passability.json")) passability_ = std::move(*rule);
  else log_.warning(rule.error().text());
  if (auto texts = TextTable::load(assets_ / "lang")) texts_ = std::move(*texts);
  else log_.warning(texts.error().text());

  PluginHostOptions plugin_options;
  plugin_options.folders = options_.plugin_folders;
  if (plugin_options.folders.empty()) plugin_options.folders.push_back(executable_dir() / "plugins");
  plugin_options.assets = assets_;
  plugins_ = PluginHost::create(plugin_options, jobs_, log_);

  if (!options_.graphics) return {};
  auto renderer = render::Renderer::create(options_.renderer);
  if (!renderer) return renderer.error();
  renderer_ = std::move(*renderer);
  auto glyphs = render::GlyphCache::create();
  if (!glyphs) return glyphs.error();
  glyphs_ = std::move(*glyphs);
  return {};
}

Status EngineImpl::open(scene::SceneFile scene) {
  geo::HeightPolicy heights;
  heights.scene = scene.vertical_datum;
  const fs::path geoid = options_.geoid.empty() ? scene.geoid : options_.geoid;
  if (!geoid.empty()) {
    auto g = geo::Geoid::open(geoid.string());
    if (!g) return g.error();
    heights.geoid = std::move(*g);
    // with a geoid heights can be true ones: above the ellipsoid, as satellites and 3D Tiles have them
    if (heights.scene == geo::VerticalKind::unknown) heights.scene = geo::VerticalKind::ellipsoidal;
  }
  for (auto& layer : layers_) { layer->cancel.cancel(); drop_gpu(*layer); }
  layers_.clear();
  ledger_.forget();
  priority_.forget();
  feeds_.reset();
  constexpr double mib = 1 << 20;
  ram_ = options_.ram ? options_.ram : scene.ram_mib > 0 ? static_cast<std::uint64_t>(scene.ram_mib * mib) : machine_memory_bytes() / 4;
  vram_ = options_.vram ? options_.vram : scene.vram_mib > 0 ? static_cast<std::uint64_t>(scene.vram_mib * mib) : renderer_ ? renderer_->gpu_memory_size() / 2 : 0;
  other_ram_ = 0;
  io::set_raster_cache(std::clamp(ram_ / 8, io::least_raster_cache, io::most_raster_cache));  // of --ram, as all else
  arrived_.clear();
  selected_.reset();
  flight_.reset();
  heights_ = std::move(heights);
  datum_owner_.clear();
  datum_name_.clear();
  time_ = {};
  ground_ = std::make_shared<Ground>();
  terrain_.reset({}, world_, renderer_.get());
  scene_ = std::move(scene);
  inspection_year_.reset();
  read_corrections_of_scene();
  camera_set_ = scene_.home.has_value();
  if (scene_.home) camera_ = *scene_.home;
  time_.now = scene_.time;
  if (auto s = open_feeds(); !s) return s;
  for (const auto& spec : scene_.layers) add_layer(spec);
  // the ground first: what lies on it waits for it
  for (auto& layer : layers_) if (layer->spec.kind == scene::LayerKind::terrain) start_load(*layer);
  for (auto& layer : layers_) if (layer->status.state == LayerState::waiting) start_load(*layer);
  framing_changed();
  return {};
}

bool EngineImpl::settled() const {
  if (jobs_out_ > 0 || textures_out_ > 0 || !finished_->empty() || !arrived_.empty() || flight_) return false;
  for (const auto& l : layers_) {
    if (l->status.state == LayerState::waiting || l->status.state == LayerState::loading || l->reading) return false;
    if (l->ready() && renderer_ && (l->needs_style || (l->stage_two_started && !l->stage_two_done))) return false;
    if (l->ready() && l->data.city && renderer_ && l->uploaded < l->data.city->batches.size()) return false;
    if (l->ready() && !points_settled(*l)) return false;
    if (!l->field.asked.empty()) return false;
    if (l->plugin && l->status.state != LayerState::failed && l->plugin->state() == PluginState::starting) return false;  // it has published, and may have more to say
    if (l->ready() && !shapes_settled(*l)) return false;
    if (l->stream && l->spec.visible && !l->stream->settled()) return false;
  }
  return feeds_settled() && (!renderer_ || terrain_.settled());
}

void EngineImpl::settle(const std::function<void()>& on_progress) {
  auto last = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  // a few quiet rounds in a row: one thing's end may be another's beginning
  for (int quiet = 0; quiet < 3;) {
    update(0.0);
    if (settled()) ++quiet;
    else {
      quiet = 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    if (on_progress && std::chrono::steady_clock::now() - last > std::chrono::milliseconds(100)) {
      last = std::chrono::steady_clock::now();
      on_progress();
    }
  }
  if (on_progress) on_progress();
}

// One frame's worth of everything but drawing. Each part has its budget; dt 0 means nobody is waiting for a frame.
void EngineImpl::update(double dt) {
  const auto begun = std::chrono::steady_clock::now();
  const double budget_ms = dt > 0 ? 4.0 : 1e9;
  const auto enough = [&] { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count() > budget_ms; };

  // 1. what workers finished, and plugins
  if (finished_->pump(enough) > 0 || time_.playing || flight_ || !settled()) ++revision_;
  plugins_->tick(std::chrono::microseconds(dt > 0 ? 1000 : 100'000));
  accept_loaded();
  tend_bakes(dt);
  tend_feeds(enough);
  for (auto& l : layers_)
    if (l->plugin) take_plugin_output(*l);
  tend_alarms();
  since_watch_ += dt > 0 ? dt : 0;
  if (since_watch_ > 0.25) {
    since_watch_ = 0;
    watch_files();
    ask_again();
  }

  // 2. time and flight
  if (catching_up_ && time_.now) {
    tend_clock(dt);
  } else if (time_.playing && time_.now && !time_.steps.empty() && !replaying()) {
    auto ms = time_.now->ms + static_cast<std::int64_t>((time_.reverse ? -1 : 1) * dt * time_.speed * 1000.0);
    if (ms > time_.steps.back().ms) ms = time_.steps.front().ms;
    if (ms < time_.steps.front().ms) ms = time_.steps.back().ms;
    time_.now = geo::Instant{ms};
  }
  if (flight_) {
    flight_->at += dt > 0 ? dt : flight_->seconds;
    const double k = std::min(1.0, flight_->at / std::max(1e-3, flight_->seconds));
    camera_ = scene::fly(flight_->from, flight_->to, k, [this](double lon, double lat) { return ground_->known(lon, lat); });
    if (k >= 1.0) { camera_ = flight_->to; flight_.reset(); }
  }

  refresh_selected_sensor();
  follow_imagery();
  follow_points();

  // 3. what the new state needs
  for (auto& l : layers_)
    if (l->plugin && l->ready()) tend_shapes(*l);
  tie_sensors();
  for (auto& l : layers_)
    if (l->output && l->ready()) tend_structures(*l);
  place_sensors();
  tend_ledger();
  tend_priority();
  request_field_steps();
  request_textures();
  if (renderer_) {
    for (auto& l : layers_) if (l->ready() && l->needs_style) restyle(*l);
    stream_tiles(dt, enough);
    classify();  // what has just come, too: it is never seen without its class
    for (auto& l : layers_) { if (l->ready()) upload(*l, enough); if (enough()) break; }
    terrain_.update(camera_, last_size_, terrain_error(), vram_ / 4, jobs_, finished_, world_, *renderer_);
  }
}

std::vector<LayerStatus> EngineImpl::layers() const {
  std::vector<LayerStatus> out;
  for (const auto& l : layers_) {
    LayerStatus s = l->status;
    s.visible = l->spec.visible;
    s.opacity = l->spec.opacity;
    s.title = l->spec.title.in(options_.language == Language::ja);
    if (s.title.empty()) s.title = s.name;
    if (l->data.imagery) s.diagnostics.merge((l->picture ? l->picture : l->data.imagery)->notes());
    if (l->data.elevation) s.diagnostics.merge(l->data.elevation->notes());
    if (l->data.tiles) s.diagnostics.merge(l->data.tiles->source->notes());
    if (l->stream) s.diagnostics.merge(l->stream->notes());
    s.structures = structure_counts(*l);
    date(*l, s);
    const auto total = l->progress->total.load(), done = l->progress->done.load();
    if (s.state == LayerState::ready) s.progress = 1;
    else s.progress = total ? std::min(1.0, static_cast<double>(done) / static_cast<double>(total)) : -1;
    out.push_back(std::move(s));
  }
  return out;
}

// --- view and time

void EngineImpl::set_camera(const scene::Camera& camera) {
  ++revision_;
  camera_ = camera;
  camera_set_ = true;
  flight_.reset();
}

void EngineImpl::fly_to(const scene::Camera& camera, double seconds) {
  camera_set_ = true;
  if (seconds <= 0) { set_camera(camera); return; }
  flight_ = Flight{camera_, camera, seconds, 0};
}

scene::Camera EngineImpl::home(double aspect) const {
  if (scene_.home) return *scene_.home;
  geo::Extent all = framed();
  if (all.empty()) return camera_;
  if (!all.has_height()) { all.min_height = all.max_height = 0; }
  return scene::frame_extent(all, aspect);
}

void EngineImpl::set_time(geo::Instant t) {
  ++revision_;
  if (replaying()) return set_replay_clock(live::from_instant(t));
  constexpr std::int64_t about_now = 30'000;  // ms: as near as a hand can set it
  catching_up_ = false;
  following_ = feeds_ && std::abs(t.ms - now().ms) < about_now;
  time_.now = t;
}

void EngineImpl::set_playing(bool playing, bool reverse) {
  if (replaying()) {  // the journal's clock is what plays
    clock_ = playing && !reverse ? clock_.paused().resumed(time_.speed) : clock_.paused();
    time_.playing = playing && !reverse;
    ++revision_;
    return;
  }
  if (playing) following_ = false;
  catching_up_ = false;
  time_.playing = playing && time_.steps.size() > 1;
  time_.reverse = reverse;
  if (time_.playing && !time_.now) time_.now = time_.steps.front();
}

}  // namespace tenbo::runtime
