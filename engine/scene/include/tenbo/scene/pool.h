#pragma once
// Where a World keeps one type of component: a sparse set. Values lie side by side in the order they came, so that
// going over them is a walk through memory; the sparse array finds an entity's value in one step.
#include <algorithm>
#include <cassert>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include "tenbo/scene/entity.h"
#include "tenbo/scene/pages.h"

namespace tenbo::scene {

class World;

namespace detail {

inline constexpr std::uint32_t none = UINT32_MAX;

template <class T, class... Args>
T make(Args&&... args) {
  if constexpr (std::is_aggregate_v<T>) return T{std::forward<Args>(args)...};
  else return T(std::forward<Args>(args)...);
}

// What the World needs of a pool without knowing its type.
class PoolBase {
 public:
  virtual ~PoolBase() = default;
  // The entity has the component.
  virtual void remove(World& world, Entity e) = 0;

  std::size_t size() const { return entities_.size(); }
  std::uint32_t position(std::uint32_t index) const { return index < sparse_.size() ? sparse_[index].position : none; }
  // none also where the index has passed to another entity since.
  std::uint32_t position(Entity e) const {
    if (e.index >= sparse_.size()) return none;
    const Place p = sparse_[e.index];
    return p.generation == e.generation ? p.position : none;
  }
  bool contains(std::uint32_t index) const { return position(index) != none; }
  const std::vector<Entity>& entities() const { return entities_; }

  // Stamps say when a component was added or marked last. They cost nothing until somebody asks: the first question
  // finds everything changed.
  void track(std::uint64_t now) {
    if (!tracked_) stamps_.assign(entities_.size(), latest_ = now);
    tracked_ = true;
  }
  void stamp(std::uint32_t at, std::uint64_t now) {
    if (tracked_) stamps_[at] = latest_ = now;
  }
  std::uint64_t latest() const { return latest_; }  // no stamp is later
  std::uint64_t stamp_at(std::uint32_t at) const { return stamps_[at]; }

 protected:
  std::vector<Entity> entities_;
  struct Place { std::uint32_t position = none, generation = 0; };
  std::vector<Place> sparse_;  // by entity index
  std::vector<std::uint64_t> stamps_;
  std::uint64_t latest_ = 0;
  bool tracked_ = false;
};

template <class T>
class Pool final : public PoolBase {
 public:
  static constexpr bool is_tag = std::is_empty_v<T>;
  using Observer = std::function<void(World&, Entity, T&)>;

  T& value(std::uint32_t at) {
    if constexpr (is_tag) return tag_;
    else return values_[at];
  }
  template <class... Args>
  T& add(World& world, Entity e, std::uint64_t now, Args&&... args) {
    const auto at = static_cast<std::uint32_t>(entities_.size());
    if (e.index >= sparse_.size()) sparse_.resize(std::max<std::size_t>(e.index + std::size_t{1}, sparse_.size() * 2));
    if constexpr (!is_tag) values_.push_back([&] { return make<T>(std::forward<Args>(args)...); });
    entities_.push_back(e);
    sparse_[e.index] = {at, e.generation};
    if (tracked_) stamps_.push_back(latest_ = now);
    if (added_.empty()) return value(at);
    for (std::size_t i = 0; i < added_.size(); ++i)
      if (added_[i]) added_[i](world, e, value(position(e.index)));
    return value(position(e.index));
  }
  void remove(World& world, Entity e) override {
    for (std::size_t i = 0; i < removed_.size(); ++i)
      if (removed_[i]) removed_[i](world, e, value(position(e.index)));
    const std::uint32_t at = sparse_[e.index].position;
    const Entity last = entities_.back();
    if constexpr (!is_tag) {
      if (at + 1 != entities_.size()) values_[at] = std::move(values_.back());
      values_.pop_back();
    }
    entities_[at] = last;
    entities_.pop_back();
    sparse_[last.index].position = at;
    sparse_[e.index] = {};
    if (tracked_) {
      stamps_[at] = stamps_.back();
      stamps_.pop_back();
    }
  }
  // The values from the last page to the first, each page from its last value: f(values, first position, count).
  template <class F>
  void each_page(F&& f) {
    for (std::size_t n = (size() + Pages<T>::page_size - 1) / Pages<T>::page_size; n-- > 0;) {
      if (n * Pages<T>::page_size >= size()) continue;  // the callback removed several
      f(values_.page(n), static_cast<std::uint32_t>(n * Pages<T>::page_size));
    }
  }
  void reserve(std::size_t count) {
    entities_.reserve(count);
    if constexpr (!is_tag) values_.reserve(count);
  }

  auto& values() { return values_; }

  std::vector<Observer> added_, removed_;

 private:
  struct Nothing {};
  std::conditional_t<is_tag, Nothing, Pages<T>> values_;
  [[no_unique_address]] std::conditional_t<is_tag, T, Nothing> tag_;
};

}  // namespace detail
}  // namespace tenbo::scene
