#pragma once
// 3D models through Assimp, in the worker process tenbo_model_worker: a crash or hang of the importer costs the file.
#include <filesystem>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/image.h"
#include "tenbo/base/mesh.h"
#include "tenbo/base/result.h"

namespace tenbo::io {

struct ModelPart {
  MeshData mesh;            // metres; x east, y north, z up (the file's up axis already turned)
  std::int32_t texture = -1;
  Rgba8 colour{200, 200, 200, 255};
};
struct Model {
  std::vector<ModelPart> parts;
  std::vector<Image> textures;
  glm::vec3 min{0}, max{0};
  Diagnostics diagnostics;
};
struct ModelOptions {
  std::filesystem::path worker;             // the worker program; empty = beside the executable
  int time_limit_seconds = 60;
};
Result<Model> read_model(const std::filesystem::path& path, const ModelOptions& options);

}  // namespace tenbo::io
