#pragma once
// Which polygons of an object are drawn, and which way round.
#include <cstdint>
#include <glm/vec3.hpp>
#include <vector>

#include "references.h"

namespace tenbo::io::city {

// A part of a city object with geometry of its own; the object itself is the first.
struct Unit {
  bool installation = false;  // stands beside the main geometry and never replaces it
};

enum class Choice : std::uint8_t { no, yes, turned_over };

// Buffers are kept from object to object; one a worker.
class Chooser {
 public:
  // Of each part of the object its best level of detail, each polygon once.
  // With `outlines` that at LOD 0 in its place, where the object has one.
  void choose(const Geometry& geometry, const std::vector<Unit>& units, const References& references, Notes& notes, bool outlines = false);
  // A closed shell whose volume is negative has all its rings the wrong way round: turn it over. Of each unit that is
  // drawn as a solid of its own polygons. `box`: of the object.
  void mend_solids(const Geometry& geometry, std::size_t units, const geo::Extent& box, const std::vector<std::uint8_t>& bad);

  Choice operator[](std::size_t polygon) const { return chosen_[polygon]; }

 private:
  bool find_outlines(const Geometry& geometry, std::size_t units, const References& references);
  bool find_best_levels(const Geometry& geometry, const std::vector<Unit>& units, const References& references, bool interior);
  void follow(const Geometry& geometry, const References& references, bool interior, Notes& notes);

  std::vector<Choice> chosen_;  // by polygon
  std::vector<int> best_;       // by unit: its level of detail that is drawn; -1 none
  struct Step { std::uint32_t reference; std::uint32_t next; bool flip; };
  enum class Visit : std::uint8_t { not_yet, open, done };
  std::vector<Visit> visits_;          // by reference; tells a cycle
  std::vector<std::uint8_t> id_done_;  // by GeometryId: 1 expanded as it stands, 2 turned over
  std::vector<Step> stack_;
  struct Volume {
    double signed_sum = 0, absolute = 0, all_area = 0;
    glm::dvec3 area{0};
    bool open = false;
  };
  std::vector<Volume> volumes_;  // by unit
};

}  // namespace tenbo::io::city
