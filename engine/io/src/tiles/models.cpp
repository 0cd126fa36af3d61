// b3dm and i3dm: glTF with a feature and a batch table.
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/gtc/quaternion.hpp>

#include "tenbo/geo/ellipsoid.h"
#include "tiles/legacy.h"

namespace tenbo::io::tiles {
namespace {

Gltf inner_gltf(std::span<const std::byte> bytes, const std::string& name, const FetchResource& fetch,
                GltfOptions options) {
  options.batch_ids = true;
  auto model = read_gltf(bytes, name, fetch, options);
  if (!model) throw json::Bad{model.error()};
  return std::move(*model);
}

const glm::dmat4 y_to_z(1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0,
                        1);  // columns: x stays, y becomes z, z becomes -y

}  // namespace

Gltf read_b3dm(const Legacy& tile, const std::string& name, const FetchResource& fetch, const GltfOptions& options) {
  const FeatureTableReader table(tile, name);
  if (tile.body.empty()) json::fail(ErrorCode::malformed, "there is no glTF in the b3dm", name);
  Gltf model = inner_gltf(tile.body, name, fetch, options);
  if (const auto center = table.vec3("RTC_CENTER")) model.rtc_center = *center;
  const std::uint64_t count = table.size("BATCH_LENGTH", 0);
  Budget budget(options.memory);
  if (auto batches = read_batch_table(tile, count, name, budget, model.diagnostics)) {
    const auto index = static_cast<std::int32_t>(model.properties.size());
    model.properties.push_back(std::move(batches));
    for (auto& p : model.primitives)
      if (p.properties < 0 && !p.features.empty()) p.properties = index;
  }
  for (auto& p : model.primitives)
    if (count > 0)
      for (auto& f : p.features)
        if (f >= count) f = no_feature;
  return model;
}

Gltf read_i3dm(const Legacy& tile, const std::string& name, const FetchResource& fetch, const GltfOptions& options) {
  const FeatureTableReader table(tile, name);
  Gltf model;
  if (tile.gltf_format == 0) {
    std::string reference(reinterpret_cast<const char*>(tile.body.data()), tile.body.size());
    while (!reference.empty() && (reference.back() == ' ' || reference.back() == '\0')) reference.pop_back();
    auto bytes = fetch(reference, std::uint64_t{1} << 32);
    if (!bytes) throw json::Bad{bytes.error()};
    const auto slash = reference.rfind('/');
    const std::string folder = slash == std::string::npos ? std::string() : reference.substr(0, slash + 1);
    model = inner_gltf(
        *bytes, name + ": " + reference,
        [&](const std::string& inner, std::uint64_t limit) {
          return fetch(inner.starts_with("data:") ? inner : folder + inner, limit);
        },
        options);
  } else if (tile.gltf_format == 1) {
    if (tile.body.empty()) json::fail(ErrorCode::malformed, "there is no glTF in the i3dm", name);
    model = inner_gltf(tile.body, name, fetch, options);
  } else {
    json::fail(ErrorCode::malformed, "gltfFormat is " + std::to_string(tile.gltf_format) + ", expected 0 or 1", name,
               "byte 28");
  }

  const Node& root = table.root();
  const std::uint64_t count = table.size("INSTANCES_LENGTH", UINT64_MAX);
  if (count == UINT64_MAX) root.bad("\"INSTANCES_LENGTH\" is missing");
  const auto rtc = table.vec3("RTC_CENTER");
  auto position = table.values("POSITION", Component::float32, 3, count);
  glm::dvec3 offset(0), scale(1);
  if (!position) {
    position = table.values("POSITION_QUANTIZED", Component::uint16, 3, count);
    if (!position) root.bad("\"POSITION\" and \"POSITION_QUANTIZED\" are missing");
    const auto o = table.vec3("QUANTIZED_VOLUME_OFFSET"), s = table.vec3("QUANTIZED_VOLUME_SCALE");
    if (!o || !s) root.bad("\"QUANTIZED_VOLUME_OFFSET\" or \"QUANTIZED_VOLUME_SCALE\" is missing");
    offset = *o;
    scale = *s / 65535.0;
  }
  const auto up = table.values("NORMAL_UP", Component::float32, 3, count),
             right = table.values("NORMAL_RIGHT", Component::float32, 3, count);
  const auto up_oct = table.values("NORMAL_UP_OCT32P", Component::uint16, 2, count),
             right_oct = table.values("NORMAL_RIGHT_OCT32P", Component::uint16, 2, count);
  const auto uniform = table.values("SCALE", Component::float32, 1, count),
             apart = table.values("SCALE_NON_UNIFORM", Component::float32, 3, count);
  const bool east_north_up = root.boolean("EAST_NORTH_UP", false);
  const auto ids = table.values("BATCH_ID", Component::uint16, 1, count);
  Budget budget(options.memory);
  std::uint64_t batches = count;
  if (ids) {
    batches = 0;
    for (std::uint64_t i = 0; i < count; ++i)
      batches = std::max(batches, static_cast<std::uint64_t>(std::max(0.0, ids->at(i, 0))) + 1);
    batches = std::min(batches, most_features);
  }
  std::int32_t properties = -1;
  if (auto rows = read_batch_table(tile, batches, name, budget, model.diagnostics)) {
    properties = static_cast<std::int32_t>(model.properties.size());
    model.properties.push_back(std::move(rows));
  }

  // The model as it stands in the tile's space, z up.
  std::vector<GltfPlacement> inner = std::move(model.placements);
  const glm::dmat4 turn = model.z_up ? glm::dmat4(1) : y_to_z;
  for (auto& p : inner) {
    p.transform = turn * p.transform;
    if (model.rtc_center) p.transform[3] += glm::dvec4(*model.rtc_center, 0);
  }
  if (inner.size() > 0 && count > 4'000'000 / inner.size())
    json::fail(
        ErrorCode::out_of_budget,
        std::to_string(count) + " instances of " + std::to_string(inner.size()) + " parts are more than 4 million",
        name, "", "cut the tile");
  model.placements.clear();
  model.placements.reserve(static_cast<std::size_t>(count) * inner.size());
  model.rtc_center = rtc;
  model.z_up = true;
  const auto vec = [](const FeatureTableReader::Values& v, std::uint64_t i) {
    return glm::dvec3(v.at(i, 0), v.at(i, 1), v.at(i, 2));
  };
  const auto oct = [](const FeatureTableReader::Values& v, std::uint64_t i) {
    return decode_oct(v.at(i, 0) / 65535.0 * 2 - 1, v.at(i, 1) / 65535.0 * 2 - 1);
  };
  std::uint64_t dropped = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const glm::dvec3 at = vec(*position, i) * scale + offset;
    glm::dmat3 axes(1);
    if ((up && right) || (up_oct && right_oct)) {
      const glm::dvec3 y = up ? vec(*up, i) : oct(*up_oct, i), x = right ? vec(*right, i) : oct(*right_oct, i);
      axes = {x, y, glm::cross(x, y)};  // what was x in the tile is right now, what was y is up
    } else if (east_north_up) {
      const auto world = at + rtc.value_or(glm::dvec3(0));
      if (glm::length(world) > 1) axes = geo::LocalFrame::at(geo::from_ecef(world)).axes;
    }
    if (uniform) axes *= uniform->at(i, 0);
    if (apart) {
      const auto s = vec(*apart, i);
      for (int c = 0; c < 3; ++c) axes[c] *= s[c];
    }
    glm::dmat4 m(axes);
    m[3] = glm::dvec4(at, 1);
    double sum = 0;
    for (int c = 0; c < 4; ++c) sum += m[c].x + m[c].y + m[c].z;
    if (!std::isfinite(sum)) {
      ++dropped;
      continue;
    }
    const double id = ids ? ids->at(i, 0) : static_cast<double>(i);
    for (const auto& p : inner) {
      GltfPlacement made = p;
      made.transform = m * p.transform;
      made.feature = id >= 0 ? static_cast<std::uint32_t>(id) : no_feature;
      made.properties = properties;
      model.placements.push_back(made);
    }
  }
  if (dropped)
    model.diagnostics.fail({ErrorCode::malformed,
                            std::to_string(dropped) + " instances have no finite place and are left out", name, "",
                            ""});
  return model;
}

}  // namespace tenbo::io::tiles
