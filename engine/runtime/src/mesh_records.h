#pragma once
// The meshes of a frame, kept from frame to frame. A record is made when its entity comes or is marked as changed
// (World::mark, World::patch), and all of a layer's when its look changes; a camera that moves changes nothing but where
// they stand. Whoever changes a component of what is drawn marks it, or is not seen. One thread.
#include <cstdint>
#include <glm/mat3x3.hpp>
#include <glm/vec3.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "layer.h"
#include "tenbo/render/frame_view.h"
#include "tenbo/scene/world.h"

namespace tenbo::runtime {

class MeshRecords {
 public:
  // What records are made of besides the World.
  struct Scene {
    const std::vector<std::unique_ptr<Layer>>& layers;  // in drawing order
    glm::dmat3 axes{1};                                 // of the view frame, ECEF
    bool dem_is_ground = false;                         // relief is not drawn then
  };

  // Writes into `draws`, which nobody else changes; watches `world`, which must not be moved. Both outlive it.
  MeshRecords(scene::World& world, std::vector<render::MeshDraw>& draws);
  MeshRecords(const MeshRecords&) = delete;
  MeshRecords& operator=(const MeshRecords&) = delete;
  ~MeshRecords();
  // Brings the records up to the world's state, seen from `camera` (ECEF). They come in the layers' order, of one layer
  // terrain, city, models and drapes in turn; beyond that in no certain order.
  void update(const Scene& scene, const glm::dvec3& camera);
  std::size_t made() const { return made_; }  // by the last update

 private:
  // What a layer's records take from it.
  struct Look {
    std::uint32_t layer = 0, rank = 0;  // rank: place in the drawing order
    const Layer* from = nullptr;
    bool shown = false, own = false, textured = false, flat = false, ranked = false, held = false, uncut = false;
    std::optional<Rgba8> colour;
    double opacity = 1;
    render::FeatureTableHandle table;
    std::vector<render::TextureHandle> textures;
    bool operator==(const Look&) const = default;
  };
  struct Made {
    render::MeshDraw draw;
    glm::dvec3 origin;
    std::uint32_t group = 0;
  };

  void follow_looks(const Scene& scene);
  const Look* look_of(std::uint32_t layer) const;
  void touch(scene::Entity e);
  void remake(scene::Entity e);
  bool make(scene::Entity e, Made& out) const;
  void begin(const TileFrame& tile, render::MeshHandle mesh, std::uint32_t layer, Made& out) const;
  void insert(scene::Entity e, const Made& made);
  void erase(std::uint32_t at);
  void move(std::uint32_t from, std::uint32_t to);

  scene::World& world_;
  std::vector<render::MeshDraw>& draws_;
  std::vector<glm::dvec3> origins_;       // of the tiles' frames, m, in the view's axes but not from the camera; one a draw
  std::vector<std::uint32_t> owners_;     // entity indices; one a draw
  std::vector<std::uint32_t> group_of_;   // one a draw
  std::vector<std::uint32_t> places_;     // by entity index: its draw
  std::vector<std::uint32_t> ends_;       // of groups (a layer's rank and a kind): one past the last draw
  std::vector<Look> looks_;
  std::vector<scene::Entity> changed_;    // to be made again
  std::vector<std::uint32_t> touched_;    // by entity index: its place in changed_
  std::vector<std::size_t> watches_;      // numbers of the observers, one a component
  glm::dmat3 axes_{0};
  bool dem_is_ground_ = false;
  std::uint64_t since_ = 0;
  std::size_t made_ = 0;
};

}  // namespace tenbo::runtime
