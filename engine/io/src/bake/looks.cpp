#include "looks.h"

#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <span>

#include "tenbo/base/file.h"
#include "tenbo/base/hash.h"
#include "tenbo/io/city.h"
#include "tenbo/io/image.h"

namespace tenbo::io::bake {
namespace {

Rgba8 theme_colour(std::uint32_t theme) {
  switch (static_cast<CityTheme>(theme)) {
    case CityTheme::building: return {234, 230, 222, 255};
    case CityTheme::bridge: return {214, 208, 198, 255};
    case CityTheme::road: return {176, 174, 170, 255};
    case CityTheme::vegetation: return {150, 170, 128, 255};
    case CityTheme::furniture: return {190, 186, 178, 255};
    case CityTheme::relief: return {196, 194, 178, 255};
    case CityTheme::water: return {92, 118, 138, 255};
    case CityTheme::other: break;
  }
  return {206, 202, 194, 255};
}

}  // namespace

Rgba8 Looks::colour(std::uint32_t material) {
  const Material& m = set_.materials[material];
  Rgba8 own = theme_colour(m.theme);
  if (m.colour >> 24)
    own = {static_cast<std::uint8_t>(m.colour), static_cast<std::uint8_t>(m.colour >> 8),
           static_cast<std::uint8_t>(m.colour >> 16), 255};
  if (m.texture == none) return own;
  const auto [at, first] = colours_.try_emplace(m.texture, own);
  if (!first) return at->second;
  std::optional<std::uint64_t> key;
  if (const auto* file = this->image(material)) {
    key = hash_bytes(file->bytes);
    if (const auto known = cache_.find(*key)) return at->second = *known;
  }
  const auto image = read_image(std::filesystem::path(set_.texts[m.texture]), 64);
  if (!image) return own;
  std::uint64_t sum[3] = {0, 0, 0}, count = 0;
  for (std::size_t i = 0; i + 3 < image->rgba.size(); i += 4) {
    if (image->rgba[i + 3] < 128) continue;
    ++count;
    for (std::size_t k = 0; k < 3; ++k) sum[k] += image->rgba[i + k];
  }
  if (count)
    at->second = {static_cast<std::uint8_t>(sum[0] / count), static_cast<std::uint8_t>(sum[1] / count),
                  static_cast<std::uint8_t>(sum[2] / count), 255};
  if (key) cache_.add(*key, at->second);
  return at->second;
}

// Where it is smaller, and where glTF does not take the picture as it stands (TIFF).
void Looks::to_webp(const std::filesystem::path& path, bool repeat, std::optional<gltf_write::GlbImage>& image) const {
  constexpr int most = 16'383;  // pixels a side, that the format has
  const auto pixels = read_image(path, most);
  if (!pixels) return;
  auto bytes = encode_webp(*pixels, webp_);
  if (bytes && (!image || bytes->size() < image->bytes.size())) image = gltf_write::GlbImage{"image/webp", std::move(*bytes), repeat};
}

const gltf_write::GlbImage* Looks::image(std::uint32_t material) {
  const Material& m = set_.materials[material];
  if (m.texture == none) return nullptr;
  const auto [at, first] = images_.try_emplace({m.texture, m.repeat != 0});
  if (first) {
    constexpr std::uint64_t most = UINT64_C(64) << 20;  // bytes of one picture
    auto bytes = read_text_file(std::filesystem::path(set_.texts[m.texture]), most);
    if (bytes) {
      const bool png = bytes->starts_with("\x89PNG\r\n\x1a\n"), jpeg = bytes->starts_with("\xFF\xD8\xFF");
      if (png || jpeg)
        at->second = gltf_write::GlbImage{png ? "image/png" : "image/jpeg", std::move(*bytes), m.repeat != 0};
      if (webp_ > 0) to_webp(std::filesystem::path(set_.texts[m.texture]), m.repeat != 0, at->second);
    }
  }
  return at->second ? &*at->second : nullptr;
}

std::pair<std::uint32_t, std::uint32_t> far_colours(const FeatureSet& set, const Record& feature, Looks& looks) {
  const std::span pieces(set.pieces.data() + feature.first_piece, feature.pieces);
  if (pieces.empty()) return {};
  const std::uint32_t first = looks.colour(pieces.front().material).packed();
  if (std::all_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return looks.colour(p.material).packed() == first; })) return {first, first};
  enum Side { upright, up, down };
  double area[3]{}, sum[3][3]{};
  for (const Piece& p : pieces) {
    const std::uint32_t colour = looks.colour(p.material).packed();
    const auto at = [&](std::uint32_t i) {
      const Corner& c = set.corners[p.first_corner + set.indices[i]];
      return glm::vec3(c.x, c.y, c.z);
    };
    for (std::uint32_t i = p.first_index; i + 2 < p.first_index + p.indices; i += 3) {
      const glm::vec3 a = at(i), normal = glm::cross(at(i + 1) - a, at(i + 2) - a);
      const float length = glm::length(normal);
      if (!(length > 0)) continue;
      const Side side = normal.z > looks_up * length ? up : normal.z < -looks_up * length ? down : upright;
      area[side] += length;
      for (int k = 0; k < 3; ++k) sum[side][k] += static_cast<double>(length) * (colour >> (8 * k) & 255);
    }
  }
  const auto mean = [&](std::initializer_list<Side> sides) {
    for (const Side s : sides) {
      if (!(area[s] > 0)) continue;
      std::uint32_t out = 0xFF000000u;
      for (int k = 0; k < 3; ++k) out |= static_cast<std::uint32_t>(std::lround(sum[s][k] / area[s])) << (8 * k);
      return out;
    }
    return first;
  };
  return {mean({upright, up, down}), mean({up, down, upright})};
}

}  // namespace tenbo::io::bake
