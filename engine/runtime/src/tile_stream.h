#pragma once
// A tile set on its way to the glass: which tiles the view needs, workers that read and mesh them, and what of them is
// loaded, within a budget. Each loaded tile has its own features, and says how they look. [main]
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "feature_looks.h"
#include "tenbo/base/jobs.h"
#include "tenbo/render/renderer.h"
#include "tenbo/runtime/palette.h"
#include "tenbo/scene/world.h"
#include "tile_set.h"

namespace tenbo::runtime {

// What the looks of a layer's features are made from; copied to workers.
struct StyleRecipe {
  scene::LayerStyle style;
  std::optional<Palette> palette, flood_ranks, risk;  // risk: of style.risk
  std::uint64_t revision = 0;
  // `ranked`: whether water was coloured by its official rank.
  std::vector<render::FeatureStyle> styles_of(const geo::FeatureTable& table, bool* ranked = nullptr) const;
};

// What a worker made of a tile.
struct BuiltCityTile {
  std::uint32_t tile = 0;
  std::optional<Error> error;
  io::CityModel city;
  std::shared_ptr<const Footprints> footprints;
  std::shared_ptr<PreparedOverlaps> overlaps;  // with the field that buildings had their classes from when it was asked for; null: none
  std::vector<render::FeatureStyle> styles;
  std::uint64_t style_revision = 0;
  std::vector<std::optional<Image>> pictures;  // of city.textures
};

struct LoadedTile {
  std::shared_ptr<io::CityModel> city;         // its meshes are on the GPU
  std::shared_ptr<const Footprints> footprints;
  FeatureLooks looks;
  std::uint64_t style_revision = 0;
  std::vector<render::TextureHandle> textures;
  std::vector<scene::Entity> entities;
  std::uint64_t gpu_bytes = 0, cpu_bytes = 0;
  std::uint64_t used = 0;                      // the last update that drew it or kept it in hand
};

// ECS component of what a streamed tile draws.
struct StreamedTile { std::uint32_t tile = 0; bool drawn = false; };

struct TileBudget {
  std::uint64_t gpu = UINT64_MAX, cpu = UINT64_MAX;  // bytes
  std::uint64_t triangles = UINT64_MAX;              // of a frame
};

struct StreamStatus {
  std::uint64_t tiles = 0;           // of the set
  std::uint64_t loaded = 0, drawn = 0, waiting = 0, reading = 0;
  std::uint64_t features = 0, triangles = 0;  // of what is drawn
  std::uint64_t gpu_bytes = 0, cpu_bytes = 0;
  double coarser = 1;                // the pixel error is this many times what was asked for, to keep to the budget
  std::uint64_t missing = 0;         // tiles that the network did not give; they are asked for again
  Error why_missing;                 // of the last of them
};

// When a tile that the network did not give is asked for again, where the view still wants it.
struct TileRetry {
  double first_seconds = 5, most_seconds = 300;  // doubled each time
};

class TileStream {
 public:
  using Deliver = std::function<void(std::shared_ptr<BuiltCityTile>)>;  // called on a worker
  using Enough = std::function<bool()>;

  TileStream(std::shared_ptr<const TileSet> set, std::uint32_t layer, TileRetry retry = {});
  ~TileStream();  // reset() first where there is a renderer

  // Drops everything and begins again, as when a layer wants its pictures.
  void reset(scene::World& world, render::Renderer& renderer);
  void take(std::shared_ptr<BuiltCityTile> built);
  // What is loaded becomes the layer's: until then a stream of layer 0 is never seen.
  void give_to(std::uint32_t layer, scene::World& world);

  struct View {
    scene::TileSetChoice::View now;
    std::optional<scene::Camera> ahead;  // where a flight ends
    TileBudget budget;
    std::size_t jobs_at_once = 2;
    bool textured = true;
    // Frames are being made: workers give way to them, and what the network did not give is asked for again. Not where somebody
    // waits for one picture.
    bool watched = true;
    std::optional<std::string> selected;  // id of the feature
  };
  // Uploads what has come until `enough`, chooses, marks what is drawn, asks workers for what is missing, lets go of what
  // is over the budget. True where something that is drawn has changed.
  bool update(const View& view, const std::shared_ptr<const StyleRecipe>& recipe, JobSystem& jobs, const Deliver& deliver,
              scene::World& world, render::Renderer& renderer, const Enough& enough);
  bool settled() const { return settled_; }
  // m; of all content that has been here, in the scene's heights; infinite before the first.
  double lowest() const { return lowest_; }
  bool baked_light() const { return baked_light_; }  // some tile that has been here had it

  // Hazard classes and selection on everything that is loaded. `late`: set where some are still to come.
  Status classify(const HazardSource& hazard, bool& late, const Ground& ground, const std::optional<std::string>& selected, render::Renderer& renderer);
  Status select(const std::optional<std::string>& id, render::Renderer& renderer);
  void mark(std::shared_ptr<const std::set<std::string, std::less<>>> ids);  // of features that stand out (FeatureLooks::mark); null: none
  void forget_ground();

  const LoadedTile* tile(std::uint32_t index) const;
  const std::map<std::uint32_t, LoadedTile>& loaded() const { return loaded_; }
  const TileSet& set() const { return *set_; }
  const StreamStatus& status() const { return status_; }
  // What is missing for the time being.
  Diagnostics notes() const;
  std::vector<Error> take_errors() { return std::exchange(errors_, {}); }

 private:
  struct Reading { CancelToken cancel; };
  using Clock = std::chrono::steady_clock;
  struct Fault {
    Clock::time_point again;  // not before
    double wait = 0;          // s, the last
  };
  void forgive_faults();
  void upload(BuiltCityTile& built, const std::optional<std::string>& selected, scene::World& world, render::Renderer& renderer);
  static void release(LoadedTile& tile, scene::World& world, render::Renderer& renderer);
  bool mark_on(const std::optional<std::string>& selected, render::Renderer& renderer);
  void drop(std::uint32_t index, scene::World& world, render::Renderer& renderer);
  double coarser_for(const scene::TileSetChoice::View& view, const TileBudget& budget) const;
  std::uint64_t gpu_estimate(std::uint32_t index) const;
  std::uint64_t cpu_estimate(std::uint32_t index) const;
  std::uint64_t triangle_estimate(std::uint32_t index) const;
  bool make_room(std::uint64_t gpu, std::uint64_t cpu, const TileBudget& budget, scene::World& world, render::Renderer& renderer);

  std::shared_ptr<const TileSet> set_;
  std::uint32_t layer_ = 0;
  std::vector<scene::TileState> states_;
  std::map<std::uint32_t, LoadedTile> loaded_;
  std::map<std::uint32_t, Reading> reading_;
  std::map<std::uint32_t, Fault> faults_;  // of the network, by tile
  TileRetry retry_;
  std::deque<std::shared_ptr<BuiltCityTile>> built_;
  std::shared_ptr<const std::set<std::string, std::less<>>> marked_;
  std::deque<std::uint32_t> to_mark_;          // tiles whose features are looked up in it in the next frames
  std::shared_ptr<const geo::Field> water_;    // that buildings have their classes from
  std::vector<std::uint32_t> drawn_;
  std::uint64_t frame_ = 0;
  std::uint64_t stored_ = 0, gpu_of_stored_ = 0, cpu_of_stored_ = 0, triangles_of_stored_ = 0;  // of all tiles ever loaded, for estimates
  std::uint64_t gpu_bytes_ = 0, cpu_bytes_ = 0;
  bool settled_ = false;
  bool baked_light_ = false;
  double lowest_ = std::numeric_limits<double>::infinity();
  StreamStatus status_;
  std::vector<Error> errors_;
  std::size_t failures_ = 0;
};

}  // namespace tenbo::runtime
