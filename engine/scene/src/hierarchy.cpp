#include "tenbo/scene/hierarchy.h"

#include <algorithm>

namespace tenbo::scene {

Hierarchy::Hierarchy(World& world) : world_(world) {
  // Each observer undoes the other side of the link; the lists are taken first, so that neither meets itself.
  watch_children_ = world.on_remove<Children>([](World& w, Entity, Children& children) {
    const std::vector<Entity> orphans = std::move(children.list);
    children.list.clear();
    for (const Entity child : orphans) {
      if (auto* t = w.get<Transform>(child)) t->local = t->world;  // stays where it was last seen
      w.remove<Parent>(child);
    }
  });
  watch_parent_ = world.on_remove<Parent>([this](World& w, Entity e, Parent& parent) {
    if (auto* siblings = w.get<Children>(parent.entity)) std::erase(siblings->list, e);
    touch(e);
  });
  watch_transform_ = world.on_add<Transform>([this](World&, Entity e, Transform&) { dirty_.push_back(e); });
}

Hierarchy::~Hierarchy() {
  world_.end_on_remove<Children>(watch_children_);
  world_.end_on_remove<Parent>(watch_parent_);
  world_.end_on_add<Transform>(watch_transform_);
}

bool Hierarchy::set_parent(Entity child, Entity parent) {
  if (!world_.alive(child)) return false;
  if (!parent) {
    world_.remove<Parent>(child);
    return true;
  }
  if (!world_.alive(parent)) return false;
  for (Entity a = parent; a;) {
    if (a == child) return false;
    const Parent* up = world_.get<Parent>(a);
    a = up ? up->entity : Entity{};
  }
  world_.remove<Parent>(child);
  world_.emplace<Parent>(child, Parent{parent});
  if (!world_.has<Children>(parent)) world_.emplace<Children>(parent);
  world_.get<Children>(parent)->list.push_back(child);
  touch(child);
  return true;
}

void Hierarchy::set_local(Entity e, const glm::dmat4& local) {
  if (!world_.alive(e)) return;
  if (!world_.has<Transform>(e)) world_.emplace<Transform>(e);
  world_.get<Transform>(e)->local = local;
  touch(e);
}

void Hierarchy::touch(Entity e) {
  if (auto* t = world_.get<Transform>(e); t && !t->dirty) {
    t->dirty = true;
    dirty_.push_back(e);
  } else if (!t) {  // an entity without a place of its own passes its parent's on
    if (const auto* children = world_.get<Children>(e))
      for (const Entity child : children->list) touch(child);
  }
}

std::size_t Hierarchy::update() {
  std::size_t count = 0;
  const auto dirty = std::move(dirty_);
  dirty_.clear();
  for (const Entity e : dirty) {
    const auto* t = world_.get<Transform>(e);
    if (!t || !t->dirty) continue;  // gone, or done below an ancestor
    // From the topmost changed ancestor down, each is computed once.
    Entity top = e;
    glm::dmat4 above(1);
    bool settled = false;
    for (const Parent* up = world_.get<Parent>(e); up; up = world_.get<Parent>(up->entity)) {
      const auto* parent = world_.get<Transform>(up->entity);
      if (!parent) continue;
      if (parent->dirty) { top = up->entity; settled = false; }
      else if (!settled) { above = parent->world; settled = true; }
    }
    if (!settled) above = glm::dmat4(1);
    refresh(top, above, count);
  }
  return count;
}

void Hierarchy::refresh(Entity e, const glm::dmat4& parent, std::size_t& count) {
  // A stack of our own: chains may be long.
  std::vector<std::pair<Entity, glm::dmat4>> todo{{e, parent}};
  while (!todo.empty()) {
    const auto [entity, above] = todo.back();
    todo.pop_back();
    glm::dmat4 here = above;
    if (auto* t = world_.get<Transform>(entity)) {
      t->world = here = above * t->local;
      t->dirty = false;
      world_.mark<Transform>(entity);
      ++count;
    }
    if (const auto* children = world_.get<Children>(entity))
      for (const Entity child : children->list) todo.emplace_back(child, here);
  }
}

void Hierarchy::destroy_with_children(Entity e) {
  std::vector<Entity> all{e};
  for (std::size_t i = 0; i < all.size(); ++i)
    if (const auto* children = world_.get<Children>(all[i])) all.insert(all.end(), children->list.begin(), children->list.end());
  for (auto it = all.rbegin(); it != all.rend(); ++it) world_.destroy(*it);
}

}  // namespace tenbo::scene
