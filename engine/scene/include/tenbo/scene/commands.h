#pragma once
// Changes to a World, written down now and made later at one place: from within each(), or from a worker that must not
// touch the World. Each worker fills its own; the World's thread applies them in a fixed order.
#include <memory>
#include <vector>

#include "tenbo/scene/world.h"

namespace tenbo::scene {

class Commands {
 public:
  // A placeholder that the other methods take; resolve() tells what became of it.
  Entity create() { return {created_++, placeholder}; }
  void destroy(Entity e) { push(e, [](World& w, Entity x) { w.destroy(x); }); }
  template <class T, class... Args>
  void emplace(Entity e, Args&&... args) {
    push(e, [value = detail::make<T>(std::forward<Args>(args)...)](World& w, Entity x) mutable { w.emplace<T>(x, std::move(value)); });
  }
  template <class T>
  void remove(Entity e) { push(e, [](World& w, Entity x) { w.remove<T>(x); }); }
  // Any other change to one entity: f(World&, Entity).
  template <class F>
  void then(Entity e, F&& f) { push(e, std::forward<F>(f)); }

  // Makes the changes in the order they were recorded and forgets them. Those to entities that are gone are dropped.
  void apply(World& world) {
    resolved_.clear();
    for (std::uint32_t i = 0; i < created_; ++i) resolved_.push_back(world.create());
    created_ = 0;
    auto operations = std::move(operations_);
    operations_.clear();
    for (auto& [entity, operation] : operations)
      if (const Entity e = resolve(entity); world.alive(e)) operation->run(world, e);
  }
  // The entity that a placeholder became in the last apply(); any other entity is returned as it is.
  Entity resolve(Entity e) const {
    if (e.generation != placeholder) return e;
    return e.index < resolved_.size() ? resolved_[e.index] : Entity{};
  }
  bool empty() const { return operations_.empty() && created_ == 0; }

 private:
  static constexpr std::uint32_t placeholder = UINT32_MAX;  // no living entity has this generation
  struct Operation {
    virtual ~Operation() = default;
    virtual void run(World& world, Entity e) = 0;
  };
  template <class F>
  struct Holder final : Operation {
    explicit Holder(F f) : f_(std::move(f)) {}
    void run(World& world, Entity e) override { f_(world, e); }
    F f_;
  };
  template <class F>
  void push(Entity e, F&& f) {
    operations_.emplace_back(e, std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(f)));
  }

  std::vector<std::pair<Entity, std::unique_ptr<Operation>>> operations_;
  std::vector<Entity> resolved_;
  std::uint32_t created_ = 0;
};

}  // namespace tenbo::scene
