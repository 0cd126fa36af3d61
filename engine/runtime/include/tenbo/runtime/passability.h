#pragma once
// From which depth of water on a road a vehicle does not pass. Rules are data: assets/rules/passability.json, each with its source.
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/result.h"
#include "tenbo/scene/scene_file.h"

namespace tenbo::runtime {

struct Vehicle {
  std::string id;
  scene::LocalText label;
  double impassable_from = 0;  // m of water, inclusive
  std::string source;          // who says so
};
struct Passability {
  std::string name, version;
  scene::LocalText title, note;
  std::vector<Vehicle> vehicles;  // at least one; the first is what is meant where nobody says
};

// Strict: an unknown key, a wrong type, a depth that is none or a vehicle without a source is an error that names the JSON path.
Result<Passability> load_passability(const std::filesystem::path& path);
Result<Passability> parse_passability(const std::string& json, const std::string& file);

}  // namespace tenbo::runtime
