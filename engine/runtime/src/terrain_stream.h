#pragma once
// Terrain on its way to the glass: which tiles the view needs, workers that build them, and the tiles on the GPU. What
// is drawn always covers the ground: a coarse tile stays until all the finer ones that replace it are there.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "ground.h"
#include "tenbo/base/jobs.h"
#include "tenbo/render/renderer.h"
#include "tenbo/scene/camera.h"
#include "tenbo/scene/terrain_tree.h"
#include "tenbo/scene/world.h"

namespace tenbo::runtime {

class MainQueue;

struct TerrainSources {
  std::shared_ptr<const Ground> ground;
  struct Picture {
    std::uint32_t layer;
    std::shared_ptr<const io::Imagery> imagery;
    double opacity = 1;
  };
  std::vector<Picture> imagery;      // the last is on top
  std::uint32_t layer = 0;           // that picks report
  geo::Extent extent;                // of all of them
  double resolution = 10;            // m, of the finest
  double flat_height = 0;            // m, where there is imagery and no elevation
};

class TerrainStream {
 public:
  // Drops every tile and begins again. An empty extent turns the terrain off.
  void reset(TerrainSources sources, scene::World& world, render::Renderer* renderer);
  // Other pictures on the same ground: tiles keep the ones that they have until theirs are there.
  void repaint(std::vector<TerrainSources::Picture> imagery);
  bool active() const { return tree_ != nullptr; }
  bool settled() const { return !active() || (wanted_ == 0 && building_.empty() && old_pictures_ == 0); }
  // Chooses tiles for the view, asks workers for what is missing, marks what is drawn (component Drawn). `budget`: bytes on
  // the GPU that tiles keep to, coarser where the view wants more. Tiles whose data could not be read are built again when
  // that is worth a try. [main]
  void update(const scene::Camera& camera, glm::uvec2 viewport, double max_pixel_error, std::uint64_t budget, JobSystem& jobs,
              const std::shared_ptr<MainQueue>& queue, scene::World& world, render::Renderer& renderer);
  std::size_t tiles() const { return tiles_.size(); }
  std::uint64_t triangles() const { return triangles_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Tile {
    scene::Entity entity;
    render::MeshHandle mesh;
    render::TextureHandle texture;
    std::uint64_t used = 0, triangles = 0;
    std::uint64_t picture = 0;        // which pictures it has: pictures_
    double low = 0, high = 0;                              // m, of its surface
    Clock::time_point again = Clock::time_point::max();    // when what it lacks is asked for again
    double wait = 0;                  // s; > 0: something of its picture is missing, and
    Clock::time_point picture_again;  // is asked for again then
  };
  struct Built;
  static void put_off(Tile& tile);
  void renew_pictures(JobSystem& jobs, const std::shared_ptr<MainQueue>& queue, scene::World& world, render::Renderer& renderer);
  void build(const scene::TileId& id, JobSystem& jobs, const std::shared_ptr<MainQueue>& queue, scene::World& world, render::Renderer& renderer);
  void take(const scene::TileId& id, Built& built, scene::World& world, render::Renderer& renderer);
  std::pair<double, double> heights(const scene::TileId& id) const;
  void drop(scene::World& world, render::Renderer* renderer, Tile& tile);
  void evict(std::size_t most, scene::World& world, render::Renderer& renderer);

  std::shared_ptr<const TerrainSources> sources_;
  std::shared_ptr<scene::TerrainTree> tree_;
  std::map<scene::TileId, Tile> tiles_;
  std::set<scene::TileId> building_;
  std::set<scene::TileId> painting_;  // tiles whose pictures are read again
  std::uint64_t pictures_ = 0;       // of repaint()
  std::size_t old_pictures_ = 0;     // tiles of the last view that have others
  std::size_t wanted_ = 1;           // tiles that the last view asked for and did not have
  std::uint64_t frame_ = 0;
  std::uint64_t epoch_ = 0;          // of reset(): tiles built before it are thrown away
  std::uint64_t triangles_ = 0;
};

}  // namespace tenbo::runtime
