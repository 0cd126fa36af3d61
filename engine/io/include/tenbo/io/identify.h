#pragma once
// What a path is, from its content first and its name second.
#include <filesystem>
#include <string>
#include <vector>

#include "tenbo/base/result.h"

namespace tenbo::io {

enum class DataKind { scene, city, elevation, imagery, field, vector, model, tiles, boreholes, points, photos };
const char* to_string(DataKind kind);

struct Identified {
  DataKind kind = DataKind::vector;
  std::vector<std::filesystem::path> paths;  // the files that make the one layer
  std::string layer;                         // sub-layer, where the container has several (one Identified each)
};
// A file or folder; a folder of mixed data gives several. Fails where nothing in it can be read, and says why for the
// nearest miss. An address is told by its name, and nothing is asked of its server. [worker]
Result<std::vector<Identified>> identify(const std::filesystem::path& path);

}  // namespace tenbo::io
