#pragma once
// What the xlink:href of an object's geometry name: polygons of the object itself, or of others in the file.
#include <string>
#include <unordered_map>
#include <vector>

#include "file_context.h"

namespace tenbo::io::city {

class References {
 public:
  // Finds what the references name within this geometry. true: all of them.
  bool resolve(const Geometry& geometry);
  // Second pass: copies what lies outside the object into it. Each target once, so that cycles end.
  void append(Geometry& geometry, const ExternalGeometry& external, const FileContext& file, Notes& notes) const;
  // Index into the geometry's ids; -1: it names nothing of this object.
  std::int32_t operator[](std::size_t reference) const { return reference < found_.size() ? found_[reference] : -1; }

 private:
  std::vector<std::int32_t> found_;
  struct Slot { std::size_t hash; std::uint32_t id; };
  std::vector<Slot> slots_;
};

}  // namespace tenbo::io::city
