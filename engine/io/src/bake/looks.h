#pragma once
// Colours and pictures of features as tiles have them.
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "gltf_write/glb.h"
#include "records.h"
#include "tenbo/base/image.h"

namespace tenbo::io::bake {

// Of one block; not thread-safe. A picture that cannot be read leaves the theme's colour.
class Looks {
 public:
  explicit Looks(const FeatureSet& set) : set_(set) {}
  // The material's colour; of a picture, the mean of its opaque pixels.
  Rgba8 colour(std::uint32_t material);
  // The picture's file as it stands where glTF takes it (PNG, JPEG); null: none, or another format. Kept for the block.
  const gltf_write::GlbImage* image(std::uint32_t material);

 private:
  const FeatureSet& set_;
  std::map<std::uint32_t, Rgba8> colours_;                       // by texture
  std::map<std::pair<std::uint32_t, bool>, std::optional<gltf_write::GlbImage>> images_;
};

}  // namespace tenbo::io::bake
