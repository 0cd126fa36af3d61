#pragma once
// Objects whose surfaces stand in other objects of the file: those are found by their ids, and the objects' meshes made then.
#include <vector>

#include "city_file.h"

namespace tenbo::io::city {

struct LateObject {
  const char* at;         // its start tag
  std::uint32_t feature;  // of the model
  geo::Extent extent;     // set here
};

// `wanted`: the ids they lack. The harvests hold meshes and notes alone; their features are the model's.
std::vector<Harvest> read_deferred(const FileContext& file, std::vector<LateObject>& objects, std::unordered_set<std::string_view> wanted,
                                   JobSystem& jobs, const CancelToken& cancel);

}  // namespace tenbo::io::city
