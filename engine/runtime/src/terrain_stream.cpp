#include "terrain_stream.h"

#include <algorithm>
#include <cmath>

#include "engine_impl.h"

namespace tenbo::runtime {
namespace {

constexpr int tile_cells = 48;            // edges of a tile's grid
constexpr int imagery_pixels = 256;       // of a tile's picture
constexpr std::size_t tiles_kept = 700;   // on the GPU, with what is drawn
constexpr std::size_t tiles_at_least = 40;  // whatever the budget
// Bytes of a tile: points and triangles with its skirts, and its picture with the smaller ones that belong to it.
constexpr std::uint64_t mesh_bytes = (tile_cells + 1) * (tile_cells + 5) * sizeof(Vertex) + tile_cells * (tile_cells + 4) * 6 * sizeof(std::uint32_t);
constexpr std::uint64_t picture_bytes = imagery_pixels * imagery_pixels * 4 * 4 / 3;
constexpr double coarser_step = 1.25;     // by which the error grows where the budget is too small
constexpr std::size_t jobs_at_once = 6;
constexpr double first_wait = 5, most_wait = 300;  // s until a picture that is not whole is asked for again

// Later layers over earlier ones, by alpha.
std::optional<Image> compose_imagery(const TerrainSources& sources, const geo::Extent& box, bool& whole) {
  std::optional<Image> out;
  whole = true;
  for (const auto& [layer, imagery, opacity] : sources.imagery) {
    const auto& e = imagery->extent();
    if (e.west > box.east || e.east < box.west || e.south > box.north || e.north < box.south) continue;
    auto picture = imagery->tile(box, imagery_pixels);
    whole = whole && imagery->complete(box);
    if (!picture) continue;
    if (opacity < 1)
      for (std::size_t i = 3; i < picture->rgba.size(); i += 4) picture->rgba[i] = static_cast<std::uint8_t>(std::lround(picture->rgba[i] * opacity));
    if (!out) { out = std::move(*picture); continue; }
    for (std::size_t i = 0; i + 3 < out->rgba.size() && i + 3 < picture->rgba.size(); i += 4) {
      const int a = picture->rgba[i + 3];
      for (std::size_t k = 0; k < 3; ++k)
        out->rgba[i + k] = static_cast<std::uint8_t>((picture->rgba[i + k] * a + out->rgba[i + k] * (255 - a)) / 255);
      out->rgba[i + 3] = static_cast<std::uint8_t>(std::max<int>(out->rgba[i + 3], a));
    }
  }
  return out;
}

}  // namespace

struct TerrainStream::Built {
  scene::TerrainTile tile;
  std::optional<Image> picture;
  double retry_seconds = 0;
  bool whole = true;  // the picture; a network may give the rest later
  std::uint64_t pictures = 0;
};

void TerrainStream::drop(scene::World& world, render::Renderer* renderer, Tile& tile) {
  if (renderer) {
    if (tile.mesh) renderer->destroy(tile.mesh);
    if (tile.texture) renderer->destroy(tile.texture);
  }
  if (world.alive(tile.entity)) world.destroy(tile.entity);
}

void TerrainStream::reset(TerrainSources sources, scene::World& world, render::Renderer* renderer) {
  for (auto& [id, tile] : tiles_) drop(world, renderer, tile);
  tiles_.clear();
  building_.clear();
  painting_.clear();
  old_pictures_ = 0;
  ++epoch_;
  wanted_ = 1;
  tree_.reset();
  sources_.reset();
  if (sources.extent.empty() || !std::isfinite(sources.resolution)) return;
  tree_ = std::make_shared<scene::TerrainTree>(sources.extent, sources.resolution);
  sources_ = std::make_shared<const TerrainSources>(std::move(sources));
}

void TerrainStream::repaint(std::vector<TerrainSources::Picture> imagery) {
  if (!sources_) return;
  auto sources = *sources_;
  sources.imagery = std::move(imagery);
  sources_ = std::make_shared<const TerrainSources>(std::move(sources));
  ++pictures_;
  old_pictures_ = std::max<std::size_t>(tiles_.size(), 1);  // until the next view has counted
}

// Where a tile's surface is, or that of the nearest above it: children rise no more than the parent's error beyond it.
std::pair<double, double> TerrainStream::heights(const scene::TileId& id) const {
  for (scene::TileId at = id; at.level >= 0; at = {at.level - 1, at.x / 2, at.y / 2})
    if (const auto it = tiles_.find(at); it != tiles_.end() && it->second.triangles > 0) {
      const double slack = at == id ? 0 : tree_->error(at.level);
      return {it->second.low - slack, it->second.high + slack};
    }
  return {sources_->extent.has_height() ? sources_->extent.min_height : 0, sources_->extent.has_height() ? sources_->extent.max_height : 0};
}

void TerrainStream::update(const scene::Camera& camera, glm::uvec2 viewport, double max_pixel_error, std::uint64_t budget, JobSystem& jobs,
                           const std::shared_ptr<MainQueue>& queue, scene::World& world, render::Renderer& renderer) {
  if (!tree_) return;
  ++frame_;
  scene::TerrainTree::Heights where;
  if (sources_->ground->tiled()) where = [this](const scene::TileId& id) { return heights(id); };
  const std::uint64_t each = mesh_bytes + (sources_->imagery.empty() ? 0 : picture_bytes);
  const std::size_t most = std::clamp<std::size_t>(budget / each, tiles_at_least, tiles_kept);
  // By what the view would draw in the end, so that the same view comes to the same picture whatever came before.
  const auto in_the_end = [&] { return tree_->select(camera, glm::dvec2(viewport), max_pixel_error, [](const scene::TileId&) { return true; }, where).draw.size(); };
  const std::size_t roots = tree_->roots().size();
  for (int i = 0; i < 20 && most < tiles_kept && in_the_end() > std::max(most * 7 / 10, roots); ++i) max_pixel_error *= coarser_step;

  const auto selection = tree_->select(camera, glm::dvec2(viewport), max_pixel_error, [this](const scene::TileId& id) { return tiles_.count(id) != 0; }, where);
  triangles_ = 0;
  const auto now = Clock::now();
  for (const auto& id : selection.draw) {
    const auto it = tiles_.find(id);
    if (it == tiles_.end()) continue;
    it->second.used = frame_;
    triangles_ += it->second.triangles;
  }
  for (const auto& [id, tile] : tiles_)
    if (const bool drawn = tile.used == frame_; world.get<Drawn>(tile.entity)->now != drawn)
      world.patch<Drawn>(tile.entity, [&](Drawn& d) { d.now = drawn; });
  for (const auto& [id, tile] : tiles_)  // those that are kept for later too, so that what is said of the layer is true
    if (now >= tile.again && building_.size() < jobs_at_once && building_.insert(id).second) build(id, jobs, queue, world, renderer);
  wanted_ = selection.request.size();
  for (const auto& id : selection.request) {
    if (building_.size() >= jobs_at_once) break;
    if (building_.insert(id).second) build(id, jobs, queue, world, renderer);
  }
  renew_pictures(jobs, queue, world, renderer);
  evict(most, world, renderer);
}

void TerrainStream::build(const scene::TileId& id, JobSystem& jobs, const std::shared_ptr<MainQueue>& queue, scene::World& world, render::Renderer& renderer) {
  jobs.submit([this, id, queue, tree = tree_, sources = sources_, epoch = epoch_, pictures = pictures_, &world, &renderer] {
    auto built = std::make_shared<Built>();
    built->pictures = pictures;
    const auto box = tree->box(id);
    const GroundReader ground(sources->ground, tree->cell_size(id.level));
    const auto height = [&](double lon, double lat) { return sources->ground->empty() ? sources->flat_height : ground.at(lon, lat); };
    built->tile = scene::build_terrain_tile(box, height, tile_cells, sources->ground->tiled() ? tree->cell_size(id.level) / 2 : 0);
    built->retry_seconds = ground.retry_seconds();
    built->picture = compose_imagery(*sources, box, built->whole);
    queue->push([this, id, built, epoch, &world, &renderer] {
      if (epoch == epoch_) take(id, *built, world, renderer);
    });
  });
}

// In the place of the tile that is there, where it was built again.
void TerrainStream::take(const scene::TileId& id, Built& built, scene::World& world, render::Renderer& renderer) {
  building_.erase(id);
  if (const auto old = tiles_.find(id); old != tiles_.end()) {
    drop(world, &renderer, old->second);
    tiles_.erase(old);
  }
  Tile tile;
  if (!built.tile.mesh.indices.empty()) {
    auto mesh = renderer.create_mesh(built.tile.mesh);
    if (mesh) tile.mesh = *mesh;
    tile.triangles = built.tile.mesh.indices.size() / 3;
  }
  if (built.picture)
    if (auto t = renderer.create_texture(*built.picture, false)) tile.texture = *t;
  tile.used = frame_;
  tile.picture = built.pictures;
  tile.low = built.tile.box.min_height;
  tile.high = built.tile.box.max_height;
  if (std::isfinite(built.retry_seconds)) tile.again = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(built.retry_seconds));
  if (!built.whole) put_off(tile);
  tile.entity = world.create();
  world.emplace<LayerTag>(tile.entity, LayerTag{sources_->layer});
  world.emplace<TileFrame>(tile.entity, TileFrame{built.tile.frame, built.tile.min, built.tile.max});
  world.emplace<TerrainTile>(tile.entity, TerrainTile{tile.mesh, tile.texture});
  world.emplace<Drawn>(tile.entity, Drawn{false});
  tiles_.emplace(id, std::move(tile));
}

void TerrainStream::put_off(Tile& tile) {
  tile.wait = tile.wait > 0 ? std::min(tile.wait * 2, most_wait) : first_wait;
  tile.picture_again = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(tile.wait * 1000));
}

// Tiles in view whose pictures are others than are to be seen, or whose are not whole and it is time to ask, get new ones.
void TerrainStream::renew_pictures(JobSystem& jobs, const std::shared_ptr<MainQueue>& queue, scene::World& world, render::Renderer& renderer) {
  const auto now = Clock::now();
  old_pictures_ = 0;
  for (auto& [id, tile] : tiles_) {
    if (tile.used != frame_) continue;
    const bool old = tile.picture != pictures_;
    if (old) ++old_pictures_;
    if (painting_.size() >= (old ? jobs_at_once : 2) || (!old && (tile.wait == 0 || now < tile.picture_again)) || !painting_.insert(id).second) continue;
    jobs.submit([this, id = id, queue, tree = tree_, sources = sources_, epoch = epoch_, pictures = pictures_, &world, &renderer] {
      auto built = std::make_shared<Built>();
      built->picture = compose_imagery(*sources, tree->box(id), built->whole);
      queue->push([this, id, built, epoch, pictures, &world, &renderer] {
        if (epoch != epoch_) return;
        painting_.erase(id);
        const auto it = tiles_.find(id);
        if (it == tiles_.end()) return;
        Tile& to = it->second;
        render::TextureHandle made;
        if (built->picture)
          if (auto t = renderer.create_texture(*built->picture, false)) made = *t;
        if (made || to.picture != pictures) {  // what could not be read again takes nothing away
          if (to.texture) renderer.destroy(to.texture);
          to.texture = made;
          world.patch<TerrainTile>(to.entity, [&](TerrainTile& shown) { shown.imagery = made; });
        }
        to.picture = pictures;
        if (built->whole) to.wait = 0;
        else put_off(to);
      });
    });
  }
}

void TerrainStream::evict(std::size_t most, scene::World& world, render::Renderer& renderer) {
  if (tiles_.size() <= most) return;
  std::vector<std::pair<std::uint64_t, scene::TileId>> old;
  for (const auto& [id, tile] : tiles_)
    if (tile.used + 2 < frame_ && id.level > 0) old.emplace_back(tile.used, id);
  std::sort(old.begin(), old.end());
  for (const auto& [used, id] : old) {
    if (tiles_.size() <= most) break;
    drop(world, &renderer, tiles_.at(id));
    tiles_.erase(id);
  }
}

}  // namespace tenbo::runtime
