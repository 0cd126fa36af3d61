#pragma once
// What a person did to the scene, to be taken back and done again.
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "tenbo/scene/scene_file.h"

namespace tenbo::scene {

class UndoStack {
 public:
  explicit UndoStack(std::size_t most = 100) : most_(most) {}
  // Before an edit: remembers the scene as it is. What had been taken back cannot be done again after this.
  void remember(const SceneFile& before) {
    undo_.push_back(before);
    if (undo_.size() > most_) undo_.pop_front();
    redo_.clear();
  }
  // The scene to go back to, or on to; nullopt where there is none.
  std::optional<SceneFile> undo(const SceneFile& now) {
    if (undo_.empty()) return std::nullopt;
    redo_.push_back(now);
    SceneFile out = std::move(undo_.back());
    undo_.pop_back();
    return out;
  }
  std::optional<SceneFile> redo(const SceneFile& now) {
    if (redo_.empty()) return std::nullopt;
    undo_.push_back(now);
    if (undo_.size() > most_) undo_.pop_front();
    SceneFile out = std::move(redo_.back());
    redo_.pop_back();
    return out;
  }
  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }

 private:
  std::size_t most_;
  std::deque<SceneFile> undo_;
  std::vector<SceneFile> redo_;
};

}  // namespace tenbo::scene
