#include "tile_stream.h"

#include <algorithm>
#include <cmath>

#include "building_risk.h"
#include "ground.h"
#include "layer.h"
#include "layer_loader.h"
#include "style.h"
#include "tenbo/base/priority.h"
#include "theme.h"

namespace tenbo::runtime {
namespace {

constexpr std::size_t marks_a_frame = 10'000;  // features that are looked up in a frame: some milliseconds
constexpr std::size_t most_errors = 100;        // kept of a set
constexpr std::uint64_t unknown_size = 300'000;  // bytes: a tile whose size is not known is taken as this large
constexpr double first_ratio = 8;               // loaded bytes for each stored one, until there is experience
constexpr double first_triangles = 0.1;         // of each stored byte, likewise
constexpr double share_drawn = 0.7;             // of the budget that what is drawn may take; the rest is what stands in for it
constexpr int largest_edge = 1024;              // px, of pictures

using scene::TileState;

void build(BuiltCityTile& out, const TileSet& set, const StyleRecipe& recipe, bool textured, const std::shared_ptr<const geo::Field>& water, JobSystem& jobs,
           const CancelToken& cancel) {
  const auto given_up = [&] {
    if (cancel.cancelled()) out.error = Error{ErrorCode::cancelled, "no longer wanted", "", "", ""};
    return cancel.cancelled();
  };
  if (given_up()) return;
  auto city = io::read_tile(*set.source, set.tree.tiles[out.tile], set.attributes, set.mesh, cancel);
  if (!city) {
    out.error = city.error();
    return;
  }
  out.city = std::move(*city);
  if (given_up()) return;
  if (set.cached || set.tree.own) part_by_theme(out.city, textured);
  out.footprints = footprints_of(out.city);
  if (water && !out.footprints->parts.empty()) {
    out.overlaps = std::make_shared<PreparedOverlaps>();
    out.overlaps->of = out.footprints;
    out.overlaps->field = water;
    prepare(*out.overlaps, *out.footprints, jobs);
  }
  out.styles = recipe.styles_of(out.city.features);
  out.style_revision = recipe.revision;
  if (!textured) return;
  for (const auto& t : out.city.textures) {
    if (given_up()) return;
    auto picture = io::read_texture(t, largest_edge);
    if (picture) out.pictures.emplace_back(std::move(*picture));
    else out.pictures.emplace_back();
    if (!picture) out.city.diagnostics.warn(picture.error());
  }
}

}  // namespace

std::vector<render::FeatureStyle> StyleRecipe::styles_of(const geo::FeatureTable& table, bool* ranked) const {
  auto styles = make_styles(table, style, palette ? &*palette : nullptr);
  const bool any = flood_ranks && style.classes.empty() && colour_flood_ranks(table, *flood_ranks, styles);
  if (ranked) *ranked = any;
  if (risk && style.classes.empty()) colour_risks(table, style.risk, *risk, styles);
  return styles;
}

TileStream::TileStream(std::shared_ptr<const TileSet> set, std::uint32_t layer, TileRetry retry)
    : set_(std::move(set)), layer_(layer), states_(set_->tree.tiles.size(), TileState::absent), retry_(retry) {
  status_.tiles = states_.size();
}

TileStream::~TileStream() {
  for (auto& [index, reading] : reading_) reading.cancel.cancel();
}

void TileStream::reset(scene::World& world, render::Renderer& renderer) {
  for (auto& [index, reading] : reading_) reading.cancel.cancel();  // they come back cancelled, and are asked for again
  built_.clear();
  faults_.clear();
  status_.missing = 0;
  while (!loaded_.empty()) drop(loaded_.begin()->first, world, renderer);
  for (std::size_t i = 0; i < states_.size(); ++i)
    states_[i] = reading_.count(static_cast<std::uint32_t>(i)) ? TileState::loading : TileState::absent;
  drawn_.clear();
  to_mark_.clear();
  settled_ = false;
}

void TileStream::take(std::shared_ptr<BuiltCityTile> built) {
  const auto index = built->tile;
  const auto it = reading_.find(index);
  if (it == reading_.end()) return;
  const bool cancelled = it->second.cancel.cancelled();
  reading_.erase(it);
  if (cancelled || (built->error && built->error->code == ErrorCode::cancelled)) {
    states_[index] = TileState::absent;
    return;
  }
  if (built->error && set_->remote && built->error->code == ErrorCode::io) {  // it may be there later
    states_[index] = TileState::failed;
    Fault& fault = faults_[index];
    fault.wait = fault.wait > 0 ? std::min(fault.wait * 2, retry_.most_seconds) : retry_.first_seconds;
    fault.again = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(fault.wait * 1000));
    status_.missing = faults_.size();
    status_.why_missing = std::move(*built->error);
    return;
  }
  if (faults_.erase(index) > 0) status_.missing = faults_.size();
  if (built->error) {
    states_[index] = TileState::failed;
    if (++failures_ <= most_errors) errors_.push_back(std::move(*built->error));
    return;
  }
  for (auto& e : built->city.diagnostics.errors)
    if (++failures_ <= most_errors) errors_.push_back(std::move(e));
  built_.push_back(std::move(built));
}

// Tiles whose time has come may be wished for again.
void TileStream::forgive_faults() {
  if (faults_.empty()) return;
  const auto now = Clock::now();
  for (const auto& [index, fault] : faults_)
    if (states_[index] == TileState::failed && now >= fault.again) states_[index] = TileState::absent;
}

Diagnostics TileStream::notes() const {
  Diagnostics out;
  if (faults_.empty()) return out;
  Error e = status_.why_missing;
  e.message = std::to_string(faults_.size()) + (faults_.size() == 1 ? " tile is" : " tiles are") + " missing for now: " + e.message;
  out.fail(std::move(e));
  return out;
}

void TileStream::give_to(std::uint32_t layer, scene::World& world) {
  layer_ = layer;
  for (auto& [index, t] : loaded_)
    for (const auto e : t.entities) world.patch<LayerTag>(e, [&](LayerTag& tag) { tag.layer = layer; });
}

void TileStream::upload(BuiltCityTile& built, const std::optional<std::string>& selected, scene::World& world, render::Renderer& renderer) {
  LoadedTile t;
  const auto fail = [&](Error error) {
    states_[built.tile] = TileState::failed;
    if (++failures_ <= most_errors) errors_.push_back(std::move(error));
    release(t, world, renderer);
  };
  for (const auto& picture : built.pictures) {
    t.textures.emplace_back();
    if (!picture) continue;
    auto made = renderer.create_texture(*picture, built.city.textures[t.textures.size() - 1].repeat);
    if (!made) return fail(made.error());
    t.textures.back() = *made;
    t.gpu_bytes += picture->rgba.size() * 4 / 3;
  }
  for (auto& b : built.city.batches) {
    if (b.mesh.indices.empty()) continue;
    auto mesh = renderer.create_mesh(b.mesh);
    if (!mesh) return fail(mesh.error());
    const auto e = world.create();
    world.emplace<LayerTag>(e, LayerTag{layer_});
    world.emplace<TileFrame>(e, TileFrame{b.frame, b.min, b.max});
    world.emplace<CityTile>(e, CityTile{*mesh, b.texture, b.colour, b.theme, b.vertex_colours, b.baked_light, b.closed});
    world.emplace<StreamedTile>(e, StreamedTile{built.tile, false});
    baked_light_ |= b.baked_light;
    t.entities.push_back(e);
    t.gpu_bytes += b.mesh.vertices.size() * sizeof(Vertex) + b.mesh.indices.size() * sizeof(std::uint32_t);
    b.mesh = {};
  }
  t.looks.styles = std::move(built.styles);
  t.style_revision = built.style_revision;
  if (marked_) t.looks.mark(built.city.features, marked_.get());
  t.gpu_bytes += t.looks.styles.size() * sizeof(render::FeatureStyle);
  if (auto s = t.looks.send(renderer, selected ? built.city.features.find(*selected) : std::nullopt); !s) return fail(s.error());
  t.footprints = std::move(built.footprints);
  t.looks.overlaps = std::move(built.overlaps);
  if (built.city.extent.has_height()) lowest_ = std::min(lowest_, built.city.extent.min_height);
  t.city = std::make_shared<io::CityModel>(std::move(built.city));
  t.city->textures.clear();  // their files' bytes
  t.cpu_bytes = t.city->features.memory_bytes() + t.footprints->points.size() * sizeof(impact::LonLat) + t.footprints->parts.size() * sizeof(impact::AssetPart) + t.looks.styles.size() * (sizeof(render::FeatureStyle) + 4);
  t.used = frame_;
  stored_ += std::max<std::uint64_t>(set_->bytes[built.tile], 1);
  gpu_of_stored_ += t.gpu_bytes;
  cpu_of_stored_ += t.cpu_bytes;
  triangles_of_stored_ += t.city->triangles;
  gpu_bytes_ += t.gpu_bytes;
  cpu_bytes_ += t.cpu_bytes;
  states_[built.tile] = TileState::loaded;
  loaded_.insert_or_assign(built.tile, std::move(t));
}

// What it has on the GPU and in the world.
void TileStream::release(LoadedTile& t, scene::World& world, render::Renderer& renderer) {
  for (const auto e : t.entities) {
    renderer.destroy(world.get<CityTile>(e)->mesh);
    world.destroy(e);
  }
  for (const auto h : t.textures)
    if (h) renderer.destroy(h);
  t.looks.drop(renderer);
}

void TileStream::drop(std::uint32_t index, scene::World& world, render::Renderer& renderer) {
  const auto it = loaded_.find(index);
  if (it == loaded_.end()) return;
  LoadedTile& t = it->second;
  release(t, world, renderer);
  gpu_bytes_ -= t.gpu_bytes;
  cpu_bytes_ -= t.cpu_bytes;
  states_[index] = TileState::absent;
  loaded_.erase(it);
}

std::uint64_t TileStream::gpu_estimate(std::uint32_t index) const {
  if (const auto it = loaded_.find(index); it != loaded_.end()) return it->second.gpu_bytes;
  const double stored = static_cast<double>(set_->bytes[index] ? set_->bytes[index] : unknown_size);
  return static_cast<std::uint64_t>(stored * (stored_ ? static_cast<double>(gpu_of_stored_) / static_cast<double>(stored_) : first_ratio));
}

std::uint64_t TileStream::cpu_estimate(std::uint32_t index) const {
  if (const auto it = loaded_.find(index); it != loaded_.end()) return it->second.cpu_bytes;
  const double stored = static_cast<double>(set_->bytes[index] ? set_->bytes[index] : unknown_size);
  return static_cast<std::uint64_t>(stored * (stored_ ? static_cast<double>(cpu_of_stored_) / static_cast<double>(stored_) : first_ratio));
}

std::uint64_t TileStream::triangle_estimate(std::uint32_t index) const {
  if (const auto it = loaded_.find(index); it != loaded_.end()) return it->second.city->triangles;
  const double stored = static_cast<double>(set_->bytes[index] ? set_->bytes[index] : unknown_size);
  return static_cast<std::uint64_t>(stored * (stored_ ? static_cast<double>(triangles_of_stored_) / static_cast<double>(stored_) : first_triangles));
}

// By how much the pixel error has to grow so that what the view wants fits: found from the tree alone, so that the same
// view settles to the same picture.
double TileStream::coarser_for(const scene::TileSetChoice::View& view, const TileBudget& budget) const {
  double coarser = 1;
  for (int i = 0; i < 40; ++i, coarser *= 1.25) {
    auto wanted = view;
    wanted.max_pixel_error *= coarser;
    double gpu = 0, cpu = 0, triangles = 0;
    for (const auto index : set_->choice.ideal(wanted)) {
      gpu += static_cast<double>(gpu_estimate(index));
      cpu += static_cast<double>(cpu_estimate(index));
      triangles += static_cast<double>(triangle_estimate(index));
    }
    if (gpu <= share_drawn * static_cast<double>(budget.gpu) && cpu <= share_drawn * static_cast<double>(budget.cpu) &&
        triangles <= static_cast<double>(budget.triangles))
      break;
  }
  return coarser;
}

// Lets go of what has not been of use for longest, until there is room for more; never of what is drawn.
bool TileStream::make_room(std::uint64_t gpu, std::uint64_t cpu, const TileBudget& budget, scene::World& world, render::Renderer& renderer) {
  const auto over = [&] { return gpu_bytes_ + gpu > budget.gpu || cpu_bytes_ + cpu > budget.cpu; };
  if (!over()) return true;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> old;
  for (const auto& [index, t] : loaded_)
    if (t.used < frame_) old.emplace_back(t.used, index);
  std::sort(old.begin(), old.end());
  for (const auto& [used, index] : old) {
    if (!over()) break;
    drop(index, world, renderer);
  }
  return !over();
}

bool TileStream::update(const View& view, const std::shared_ptr<const StyleRecipe>& recipe, JobSystem& jobs, const Deliver& deliver,
                        scene::World& world, render::Renderer& renderer, const Enough& enough) {
  ++frame_;
  bool changed = false;
  for (bool first = true; !built_.empty() && (first || !enough()); first = false) {
    upload(*built_.front(), view.selected, world, renderer);
    built_.pop_front();
    changed = true;
  }
  for (auto& [index, t] : loaded_) {
    if (t.style_revision == recipe->revision) continue;
    t.looks.styles = recipe->styles_of(t.city->features);
    t.looks.hazard_key = 0;
    t.style_revision = recipe->revision;
    if (auto s = t.looks.send(renderer, view.selected ? t.city->features.find(*view.selected) : std::nullopt); !s) errors_.push_back(s.error());
    changed = true;
  }
  changed |= mark_on(view.selected, renderer);

  if (view.watched) forgive_faults();
  auto wanted = view.now;
  status_.coarser = coarser_for(wanted, view.budget);
  wanted.max_pixel_error *= status_.coarser;
  auto selection = set_->choice.select(wanted, states_);
  const auto show = [&](const LoadedTile& t, bool drawn) {  // what stays as it is costs extract nothing
    for (const auto e : t.entities)
      if (world.get<StreamedTile>(e)->drawn != drawn) world.patch<StreamedTile>(e, [&](StreamedTile& s) { s.drawn = drawn; });
  };
  auto now_drawn = selection.draw;
  std::sort(now_drawn.begin(), now_drawn.end());
  for (const auto index : drawn_)
    if (const auto it = loaded_.find(index); it != loaded_.end() && !std::binary_search(now_drawn.begin(), now_drawn.end(), index)) show(it->second, false);
  status_.features = status_.triangles = 0;
  for (const auto index : selection.draw) {
    LoadedTile& t = loaded_.at(index);
    t.used = frame_;
    show(t, true);
    status_.features += t.city->features.size();
    status_.triangles += t.city->triangles;
  }
  for (const auto index : selection.keep) loaded_.at(index).used = frame_;
  changed |= selection.draw != drawn_;
  drawn_ = std::move(selection.draw);

  // Where the flight goes is read after what is seen now.
  auto pending = std::move(selection.pending);
  if (view.ahead) {
    auto there = wanted;
    there.camera = *view.ahead;
    const auto next = set_->choice.select(there, states_);
    selection.wishes.insert(selection.wishes.end(), next.wishes.begin(), next.wishes.end());
    pending.insert(pending.end(), next.pending.begin(), next.pending.end());
    for (const auto& list : {next.draw, next.keep})
      for (const auto index : list) loaded_.at(index).used = frame_;
  }
  std::sort(pending.begin(), pending.end());
  for (auto& [index, reading] : reading_)
    if (!std::binary_search(pending.begin(), pending.end(), index)) reading.cancel.cancel();

  std::uint64_t gpu_coming = 0, cpu_coming = 0;
  for (const auto& [index, reading] : reading_) {
    gpu_coming += gpu_estimate(index);
    cpu_coming += cpu_estimate(index);
  }
  for (const auto& b : built_) {
    gpu_coming += gpu_estimate(b->tile);
    cpu_coming += cpu_estimate(b->tile);
  }
  bool full = !make_room(gpu_coming, cpu_coming, view.budget, world, renderer);
  for (const auto& wish : selection.wishes) {
    if (full || reading_.size() + built_.size() >= view.jobs_at_once) break;
    if (states_[wish.tile] != TileState::absent) continue;  // wished for twice
    const auto gpu = gpu_estimate(wish.tile), cpu = cpu_estimate(wish.tile);
    // One tile is always let in: a budget below a single tile would show nothing at all.
    if (!make_room(gpu_coming + gpu, cpu_coming + cpu, view.budget, world, renderer) && !(loaded_.empty() && reading_.empty())) {
      full = true;
      break;
    }
    gpu_coming += gpu;
    cpu_coming += cpu;
    states_[wish.tile] = TileState::loading;
    Reading reading;
    jobs.submit([set = set_, recipe, deliver, tile = wish.tile, textured = view.textured, watched = view.watched, water = water_, &jobs, cancel = reading.cancel] {
      if (watched) give_way_to_frames();
      auto built = std::make_shared<BuiltCityTile>();
      built->tile = tile;
      build(*built, *set, *recipe, textured, water, jobs, cancel);
      deliver(std::move(built));
    });
    reading_.emplace(wish.tile, std::move(reading));
  }
  settled_ = reading_.empty() && built_.empty() && to_mark_.empty() && (selection.wishes.empty() || full);
  status_.loaded = loaded_.size();
  status_.drawn = drawn_.size();
  status_.reading = reading_.size() + built_.size();
  status_.waiting = selection.wishes.size();
  status_.gpu_bytes = gpu_bytes_;
  status_.cpu_bytes = cpu_bytes_;
  return changed;
}

Status TileStream::classify(const HazardSource& hazard, bool& late, const Ground& ground, const std::optional<std::string>& selected, render::Renderer& renderer) {
  water_ = hazard.field ? hazard.field->field : nullptr;
  for (auto& [index, t] : loaded_) {
    const auto classified = t.looks.classify(hazard, t.city->features, t.footprints, nullptr, ground);
    late |= classified == FeatureLooks::Classified::late;
    if (classified == FeatureLooks::Classified::changed)
      if (auto s = t.looks.send(renderer, selected ? t.city->features.find(*selected) : std::nullopt); !s) return s;
  }
  return {};
}

Status TileStream::select(const std::optional<std::string>& id, render::Renderer& renderer) {
  for (auto& [index, t] : loaded_)
    if (auto s = t.looks.send(renderer, id ? t.city->features.find(*id) : std::nullopt); !s) return s;
  return {};
}

// Not at once: looking up every feature of a city would hold a frame up.
void TileStream::mark(std::shared_ptr<const std::set<std::string, std::less<>>> ids) {
  marked_ = std::move(ids);
  to_mark_.assign(drawn_.begin(), drawn_.end());  // what is seen comes first
  for (const auto& [index, t] : loaded_)
    if (std::find(drawn_.begin(), drawn_.end(), index) == drawn_.end()) to_mark_.push_back(index);
}

bool TileStream::mark_on(const std::optional<std::string>& selected, render::Renderer& renderer) {
  bool any = false;
  for (std::size_t looked_up = 0; !to_mark_.empty() && looked_up < marks_a_frame; to_mark_.pop_front()) {
    const auto it = loaded_.find(to_mark_.front());
    if (it == loaded_.end()) continue;  // let go of since
    LoadedTile& t = it->second;
    t.looks.mark(t.city->features, marked_.get());
    looked_up += t.city->features.size();
    if (auto s = t.looks.send(renderer, selected ? t.city->features.find(*selected) : std::nullopt); !s) errors_.push_back(s.error());
    any = true;
  }
  return any;
}

void TileStream::forget_ground() {
  for (auto& [index, t] : loaded_) {
    t.looks.hazard_key = 0;
    t.looks.base_height.clear();
  }
}

const LoadedTile* TileStream::tile(std::uint32_t index) const {
  const auto it = loaded_.find(index);
  return it == loaded_.end() ? nullptr : &it->second;
}

}  // namespace tenbo::runtime
