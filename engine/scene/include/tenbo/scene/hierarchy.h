#pragma once
// Things that move with other things.
#include <glm/mat4x4.hpp>
#include <vector>

#include "tenbo/scene/world.h"

namespace tenbo::scene {

// local: in the parent's frame (the world's, ECEF metres, where there is no parent). world: kept by Hierarchy.
struct Transform {
  glm::dmat4 local{1}, world{1};
  bool dirty = true;
};
struct Parent { Entity entity; };
struct Children { std::vector<Entity> list; };  // written by Hierarchy alone

// Watches a World, which it must not outlive. Destroying a parent leaves its children as roots where they are.
class Hierarchy {
 public:
  explicit Hierarchy(World& world);
  ~Hierarchy();
  Hierarchy(const Hierarchy&) = delete;
  Hierarchy& operator=(const Hierarchy&) = delete;

  // An empty entity makes it a root. False where one is not alive, or it would become its own ancestor. The local
  // transform is kept, so the thing moves.
  bool set_parent(Entity child, Entity parent);
  // Adds the Transform where there is none. The world transform follows in update().
  void set_local(Entity e, const glm::dmat4& local);
  // Brings world transforms up to date below everything that changed, stamps them as changed (World::mark), and
  // returns how many were computed.
  std::size_t update();
  void destroy_with_children(Entity e);

 private:
  void touch(Entity e);
  void refresh(Entity e, const glm::dmat4& parent, std::size_t& count);
  World& world_;
  std::vector<Entity> dirty_;
  std::size_t watch_children_, watch_parent_, watch_transform_;
};

}  // namespace tenbo::scene
