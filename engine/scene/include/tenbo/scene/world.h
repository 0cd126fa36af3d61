#pragma once
// The World: entities and their components, stored by type in sparse sets (pool.h). One thread owns it.
//
//   World world;
//   Entity e = world.create();
//   world.emplace<Position>(e, 1.0, 2.0);
//   world.view<Position, Velocity>(exclude<Frozen>).each([](Entity, Position& p, Velocity& v) { ... });
//
// References to components stay good until a component of that type is removed. Within each() the entity at
// hand may be destroyed and lose components; any other change of what is viewed goes into Commands (commands.h).
#include <bit>
#include <memory>
#include <tuple>

#include "tenbo/scene/pool.h"

namespace tenbo::scene {

namespace detail {
inline std::uint32_t next_component_id() {
  static std::uint32_t next = 0;
  return next++;
}
// A number for each component type, given before main(): no guard stands before each use.
template <class T>
inline const std::uint32_t component_number = next_component_id();
template <class T>
std::uint32_t component_id() { return component_number<T>; }
}  // namespace detail

template <class... X> struct exclude_t {};
template <class... X> inline constexpr exclude_t<X...> exclude{};

template <class Included, class Excluded> class View;

// Entities that have all of T... and none of X... . T may be const.
template <class... T, class... X>
class View<std::tuple<T...>, exclude_t<X...>> {
  template <class C> using PoolOf = detail::Pool<std::remove_const_t<C>>;

 public:
  View(PoolOf<T>*... pools, PoolOf<X>*... without) : pools_(pools...), without_(without...) {}

  // f(Entity, T&...) or f(T&...), last added first.
  template <class F>
  void each(F&& f) const {
    if (!(std::get<PoolOf<T>*>(pools_) && ...)) return;
    const detail::PoolBase* driver = smallest();
    if constexpr (sizeof...(T) == 1 && sizeof...(X) == 0) {
      auto& pool = *std::get<0>(pools_);
      using Only = std::remove_reference_t<decltype(pool)>;
      if constexpr (Only::is_tag) {
        for (auto i = static_cast<std::uint32_t>(pool.size()); i-- > 0;)
          if (i < pool.size()) call(f, pool.entities()[i], pool.value(i));
      } else {
        pool.each_page([&](auto* values, std::uint32_t first) {
          constexpr auto side = static_cast<std::uint32_t>(std::remove_reference_t<decltype(pool.values())>::page_size);
          for (auto i = std::min(side, static_cast<std::uint32_t>(pool.size()) - first); i-- > 0;)
            if (first + i < pool.size()) call(f, pool.entities()[first + i], values[i]);  // unless the callback removed it
        });
      }
    } else {
      const auto& entities = driver->entities();
      for (auto i = static_cast<std::uint32_t>(entities.size()); i-- > 0;) {
        if (i >= entities.size()) continue;
        const Entity e = entities[i];
        // Pools that were filled together have their values in the same places: looked at before the sparse array is.
        std::tuple<At<T>...> at{find<T>(e, i)...};
        if ((std::get<At<T>>(at).missing() || ...)) continue;
        if (((std::get<PoolOf<X>*>(without_) && std::get<PoolOf<X>*>(without_)->contains(e.index)) || ...)) continue;
        if constexpr (std::is_invocable_v<F&, Entity, T&...>)
          f(e, static_cast<T&>(std::get<PoolOf<T>*>(pools_)->value(std::get<At<T>>(at).position))...);
        else
          f(static_cast<T&>(std::get<PoolOf<T>*>(pools_)->value(std::get<At<T>>(at).position))...);
      }
    }
  }
  std::size_t count() const {
    std::size_t n = 0;
    each([&](T&...) { ++n; });
    return n;
  }

 private:
  template <class C>
  struct At {
    std::uint32_t position;
    bool missing() const { return position == detail::none; }
  };
  template <class C>
  At<C> find(Entity e, std::uint32_t guess) const {
    const auto& pool = *std::get<PoolOf<C>*>(pools_);
    if (guess < pool.size() && pool.entities()[guess].index == e.index) return {guess};
    return {pool.position(e.index)};
  }
  template <class F, class V>
  static void call(F& f, const Entity& e, V& value) {
    using Asked = std::tuple_element_t<0, std::tuple<T...>>;  // it may be const
    if constexpr (std::is_invocable_v<F&, Entity, T&...>) f(e, static_cast<Asked&>(value));
    else f(static_cast<Asked&>(value));
  }
  const detail::PoolBase* smallest() const {
    const detail::PoolBase* best = nullptr;
    ((best = !best || std::get<PoolOf<T>*>(pools_)->size() < best->size() ? std::get<PoolOf<T>*>(pools_) : best), ...);
    return best;
  }
  std::tuple<PoolOf<T>*...> pools_;
  std::tuple<PoolOf<X>*...> without_;
};

class World {
 public:
  World() = default;
  World(World&&) noexcept = default;
  World& operator=(World&&) noexcept = default;

  Entity create() {
    if (free_ != detail::none) {
      const std::uint32_t index = free_;
      free_ = slots_[index].next_free;
      slots_[index].next_free = alive_mark;
      ++count_;
      return {index, slots_[index].generation};
    }
    slots_.push_back({1, alive_mark});
    ++count_;
    return {static_cast<std::uint32_t>(slots_.size() - 1), 1};
  }
  // Removes its components (observers see them) and frees its place; nothing happens when it is not alive.
  void destroy(Entity e) {
    if (!alive(e)) return;
    while (e.index < components_.size() && components_[e.index] != 0) {
      const int bit = std::countr_zero(components_[e.index]);
      if (bit < shared_bit) {
        components_[e.index] &= ~(std::uint64_t{1} << bit);
        pools_[static_cast<std::size_t>(bit)]->remove(*this, e);
      } else {  // one bit stands for all types from the 64th on
        components_[e.index] &= ~(std::uint64_t{1} << shared_bit);
        for (std::size_t i = shared_bit; i < pools_.size(); ++i)
          if (pools_[i] && pools_[i]->contains(e.index)) pools_[i]->remove(*this, e);
      }
    }
    Slot& slot = slots_[e.index];
    if (slot.generation != e.generation || slot.next_free != alive_mark) return;  // an observer destroyed it meanwhile
    ++slot.generation;
    slot.next_free = free_;
    free_ = e.index;
    --count_;
  }
  bool alive(Entity e) const {
    return e.index < slots_.size() && slots_[e.index].generation == e.generation && slots_[e.index].next_free == alive_mark;
  }
  std::size_t size() const { return count_; }  // living entities
  void reserve(std::size_t entities) {
    slots_.reserve(entities);
    components_.resize(std::max(components_.size(), entities));
  }
  // Destroys everything; observers see it.
  void clear() {
    for (std::uint32_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].next_free == alive_mark) destroy({i, slots_[i].generation});
  }

  // Adds a component, or replaces the one that is there (then no observer is called, but the change is stamped).
  template <class T, class... Args>
  T& emplace(Entity e, Args&&... args) {
    assert(alive(e));
    detail::Pool<T>& pool = ensure<T>();
    if (const std::uint32_t at = pool.position(e.index); at != detail::none) {
      if constexpr (!detail::Pool<T>::is_tag) pool.value(at) = detail::make<T>(std::forward<Args>(args)...);
      pool.stamp(at, now_);
      return pool.value(at);
    }
    if (e.index >= components_.size()) components_.resize(std::max<std::size_t>(e.index + std::size_t{1}, components_.size() * 2));
    components_[e.index] |= bit_of(detail::component_id<T>());
    return pool.add(*this, e, now_, std::forward<Args>(args)...);
  }
  template <class T>
  T* get(Entity e) {
    detail::Pool<T>* pool = find<T>();
    if (!pool) return nullptr;
    const std::uint32_t at = pool->position(e);
    return at == detail::none ? nullptr : &pool->value(at);
  }
  template <class T>
  const T* get(Entity e) const { return const_cast<World*>(this)->get<T>(e); }
  template <class T>
  bool has(Entity e) const { return get<T>(e) != nullptr; }
  // False where it was not there.
  template <class T>
  bool remove(Entity e) {
    if (!has<T>(e)) return false;
    const std::uint32_t id = detail::component_id<T>();
    if (id < shared_bit) components_[e.index] &= ~bit_of(id);  // the shared bit may serve others
    find<T>()->remove(*this, e);
    return true;
  }
  template <class T>
  std::size_t count() const {
    const auto* pool = const_cast<World*>(this)->find<T>();
    return pool ? pool->size() : 0;
  }
  template <class T>
  void reserve_components(std::size_t count) { ensure<T>().reserve(count); }

  template <class... T, class... X>
  View<std::tuple<T...>, exclude_t<X...>> view(exclude_t<X...> = {}) {
    return {find<std::remove_const_t<T>>()..., find<X>()...};
  }
  template <class... T, class... X>
  View<std::tuple<const T...>, exclude_t<X...>> view(exclude_t<X...> = {}) const {
    auto* self = const_cast<World*>(this);
    return {self->find<std::remove_const_t<T>>()..., self->find<X>()...};
  }

  // --- change tracking: each frame (or system) notes now() and advances it; later it asks what changed since.
  std::uint64_t now() const { return now_; }
  std::uint64_t advance() { return ++now_; }
  template <class T>
  void mark(Entity e) {
    detail::Pool<T>* pool = find<T>();
    if (!pool || !alive(e)) return;
    if (const std::uint32_t at = pool->position(e.index); at != detail::none) pool->stamp(at, now_);
  }
  // Changes a component through f(T&) and marks it; false where it is not there.
  template <class T, class F>
  bool patch(Entity e, F&& f) {
    T* value = get<T>(e);
    if (!value) return false;
    f(*value);
    mark<T>(e);
    return true;
  }
  // Calls f(Entity, T&) for each component added or marked at or after `since`; the first call for a type finds all.
  // Where nothing was, it costs nothing.
  template <class T, class F>
  void changed(std::uint64_t since, F&& f) {
    detail::Pool<T>& pool = ensure<T>();
    pool.track(now_);
    if (pool.latest() < since) return;
    for (auto i = static_cast<std::uint32_t>(pool.size()); i-- > 0;)
      if (i < pool.size() && pool.stamp_at(i) >= since) f(pool.entities()[i], pool.value(i));
  }

  // --- observers: f(World&, Entity, T&), after it was added or before it is removed. They must not add or remove
  // components of the type they watch. The number ends the watch.
  template <class T, class F>
  std::size_t on_add(F&& f) { auto& list = ensure<T>().added_; list.emplace_back(std::forward<F>(f)); return list.size() - 1; }
  template <class T, class F>
  std::size_t on_remove(F&& f) { auto& list = ensure<T>().removed_; list.emplace_back(std::forward<F>(f)); return list.size() - 1; }
  template <class T> void end_on_add(std::size_t number) { ensure<T>().added_[number] = nullptr; }
  template <class T> void end_on_remove(std::size_t number) { ensure<T>().removed_[number] = nullptr; }

 private:
  static constexpr int shared_bit = 63;
  static constexpr std::uint32_t alive_mark = UINT32_MAX - 1;
  struct Slot {
    std::uint32_t generation = 1;
    std::uint32_t next_free = 0;    // alive_mark while it is alive
  };
  static std::uint64_t bit_of(std::uint32_t id) { return std::uint64_t{1} << std::min<std::uint32_t>(id, shared_bit); }

  template <class T>
  detail::Pool<T>* find() {
    const std::uint32_t id = detail::component_id<T>();
    return id < pools_.size() ? static_cast<detail::Pool<T>*>(pools_[id].get()) : nullptr;
  }
  template <class T>
  detail::Pool<T>& ensure() {
    const std::uint32_t id = detail::component_id<T>();
    if (id >= pools_.size()) pools_.resize(id + 1);
    if (!pools_[id]) pools_[id] = std::make_unique<detail::Pool<T>>();
    return static_cast<detail::Pool<T>&>(*pools_[id]);
  }

  std::vector<Slot> slots_;
  std::vector<std::uint64_t> components_;                 // a bit for each type that the entity has; as far as any has one
  std::vector<std::unique_ptr<detail::PoolBase>> pools_;  // by component id
  std::uint32_t free_ = detail::none;                     // head of the list of free slots
  std::size_t count_ = 0;
  std::uint64_t now_ = 1;
};

}  // namespace tenbo::scene
