#pragma once
// Colours and pictures of features as tiles have them.
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "gltf_write/glb.h"
#include "records.h"
#include "tenbo/base/image.h"

namespace tenbo::io::bake {

// Mean colours by the pictures' bytes, shared by all blocks: packages hold the same pictures many times. Thread-safe.
class ColourCache {
 public:
  std::optional<Rgba8> find(std::uint64_t key) const {
    std::lock_guard lock(mutex_);
    const auto at = colours_.find(key);
    return at == colours_.end() ? std::nullopt : std::optional(at->second);
  }
  void add(std::uint64_t key, Rgba8 colour) {
    std::lock_guard lock(mutex_);
    colours_.emplace(key, colour);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, Rgba8> colours_;
};

// Of one block; not thread-safe. A picture that cannot be read leaves the theme's colour.
class Looks {
 public:
  // webp: quality that pictures are written with; 0 = they stay as they are.
  Looks(const FeatureSet& set, ColourCache& cache, unsigned webp) : set_(set), cache_(cache), webp_(webp) {}
  // The material's colour; of a picture, the mean of its opaque pixels.
  Rgba8 colour(std::uint32_t material);
  // The picture's file as it stands where glTF takes it (PNG, JPEG), or as WebP; null: none, or another format. Kept for the
  // block.
  const gltf_write::GlbImage* image(std::uint32_t material);

 private:
  void to_webp(const std::filesystem::path& path, bool repeat, std::optional<gltf_write::GlbImage>& image) const;

  const FeatureSet& set_;
  ColourCache& cache_;
  unsigned webp_;
  std::map<std::uint32_t, Rgba8> colours_;  // by texture
  std::map<std::pair<std::uint32_t, bool>, std::optional<gltf_write::GlbImage>> images_;
};

// Of what stands for a feature from afar (Rgba8::packed()): what stands upright, and what looks up; means by area. One where the other
// is not there; what looks down is not seen.
std::pair<std::uint32_t, std::uint32_t> far_colours(const FeatureSet& set, const Record& feature, Looks& looks);
constexpr float looks_up = 0.5f;  // the least upward part of a roof's normal

}  // namespace tenbo::io::bake
