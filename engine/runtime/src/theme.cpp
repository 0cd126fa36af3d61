#include "theme.h"

#include <array>

namespace tenbo::runtime {
namespace {

constexpr std::size_t themes = 8;

// The corners of the triangles of each theme; those of one theme stay as they are.
std::array<MeshData, themes> parts_of(const MeshData& mesh, const std::vector<io::CityTheme>& theme_of) {
  std::array<MeshData, themes> out;
  constexpr std::uint32_t none = 0xFFFFFFFFu;
  std::vector<std::uint32_t> place(mesh.vertices.size(), none);  // a corner belongs to one feature, and so to one theme
  for (std::size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
    const auto theme = static_cast<std::size_t>(theme_of[mesh.indices[i]]);
    auto& part = out[theme];
    for (std::size_t k = 0; k < 3; ++k) {
      const std::uint32_t v = mesh.indices[i + k];
      if (place[v] == none) {
        place[v] = static_cast<std::uint32_t>(part.vertices.size());
        part.vertices.push_back(mesh.vertices[v]);
      }
      part.indices.push_back(place[v]);
    }
  }
  return out;
}

}  // namespace

Rgba8 theme_colour(io::CityTheme theme) {
  switch (theme) {
    case io::CityTheme::building: return {234, 230, 222, 255};
    case io::CityTheme::bridge: return {214, 208, 198, 255};
    case io::CityTheme::road: return {176, 174, 170, 255};
    case io::CityTheme::vegetation: return {150, 170, 128, 255};
    case io::CityTheme::furniture: return {190, 186, 178, 255};
    case io::CityTheme::relief: return {196, 194, 178, 255};
    case io::CityTheme::water: return {92, 118, 138, 255};
    case io::CityTheme::other: return {206, 202, 194, 255};
  }
  return {234, 230, 222, 255};
}

void part_by_theme(io::CityModel& city, bool textured) {
  std::vector<io::CityTheme> of_feature(city.features.size());
  for (std::uint32_t i = 0; i < of_feature.size(); ++i) {
    const auto type = city.features.type(i);
    of_feature[i] = type.empty() ? io::CityTheme::building : io::theme_of_type(type);  // footprints of a vector file say nothing
  }
  std::vector<io::MeshBatch> out;
  std::vector<io::CityTheme> of_vertex;
  const auto keep = [&](io::MeshBatch batch, io::CityTheme theme) {
    batch.theme = theme;
    if (theme == io::CityTheme::building && !textured) {
      batch.vertex_colours = false;
      batch.colour = theme_colour(theme);
    }
    out.push_back(std::move(batch));
  };
  for (auto& batch : city.batches) {
    of_vertex.resize(batch.mesh.vertices.size());
    bool mixed = false;
    for (std::size_t i = 0; i < of_vertex.size(); ++i) {
      const auto f = batch.mesh.vertices[i].feature;
      of_vertex[i] = f < of_feature.size() ? of_feature[f] : io::CityTheme::other;
      mixed |= of_vertex[i] != of_vertex[0];
    }
    if (!mixed) {
      if (!of_vertex.empty()) keep(std::move(batch), of_vertex[0]);
      continue;
    }
    auto parts = parts_of(batch.mesh, of_vertex);
    batch.mesh = {};
    for (std::size_t t = 0; t < themes; ++t) {
      if (parts[t].indices.empty()) continue;
      io::MeshBatch part = batch;
      part.mesh = std::move(parts[t]);
      keep(std::move(part), static_cast<io::CityTheme>(t));
    }
  }
  city.batches = std::move(out);
}

}  // namespace tenbo::runtime
