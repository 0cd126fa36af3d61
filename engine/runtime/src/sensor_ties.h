#pragma once
// What the sensors of a layer stand on: which structure, and where on its model.
#include <cstdint>
#include <glm/vec3.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenbo/runtime/plugin_output.h"

namespace tenbo::runtime {

struct SensorTie {
  std::uint32_t layer = 0, structure = 0;  // of an inspection layer's register; layer 0: it is on none, or on one that no list has
  std::optional<glm::dvec3> at;            // ECEF: on its part, of a structure that is near the camera
  std::uint32_t guesses = 0;               // inspection::Guess, of that
};
struct SensorTies {
  std::vector<SensorTie> all;              // one a sensor; empty: none names a structure
  std::shared_ptr<const PluginOutput> of;
  std::string key, placed;                 // of what they were tied to, and placed on
};

// Of all sensors on a structure, as of the time that is shown.
struct Watch {
  int level = 0;                           // the highest threshold that a current reading reaches
  std::size_t sensors = 0;
};
using Watched = std::map<std::pair<std::uint32_t, std::uint32_t>, Watch>;  // by layer and structure

}  // namespace tenbo::runtime
