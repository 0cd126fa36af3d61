// pnts: point clouds, plain, quantised or Draco.
#include <cmath>

#include "gltf/draco_bytes.h"
#include "tiles/legacy.h"

namespace tenbo::io::tiles {
namespace {

std::uint8_t byte_of(double v) { return static_cast<std::uint8_t>(v >= 0 ? std::min(v, 255.0) : 0.0); }

}  // namespace

Gltf read_pnts(const Legacy& tile, const std::string& name, const GltfOptions& options) {
  const FeatureTableReader table(tile, name);
  const Node& root = table.root();
  const std::uint64_t count = table.size("POINTS_LENGTH", UINT64_MAX);
  if (count == UINT64_MAX) root.bad("\"POINTS_LENGTH\" is missing");
  Gltf model;
  model.z_up = true;
  model.rtc_center = table.vec3("RTC_CENTER");
  Budget budget(options.memory);
  budget.spend(count, 36, name, "a point cloud");
  GltfPrimitive p;
  p.mode = GltfMode::points;
  const auto n = static_cast<std::size_t>(count);

  DracoData draco;
  std::map<std::string, std::uint32_t> draco_ids;
  const auto extensions = root.find("extensions");
  if (const auto compressed = extensions ? extensions->find("3DTILES_draco_point_compression") : std::nullopt) {
    const Node properties = (*compressed)("properties");
    properties.object();
    std::vector<std::uint32_t> ids;
    for (const auto& [semantic, value] : properties.value().items()) {
      const Node id = properties(semantic);
      ids.push_back(static_cast<std::uint32_t>(id.integer(0, 1 << 20)));
      draco_ids[semantic] = ids.back();
    }
    // Further properties belong to the batch table; they are in the same data.
    const std::uint64_t offset = compressed->size_value("byteOffset"), length = compressed->size_value("byteLength");
    if (offset > tile.feature_binary.size() || length > tile.feature_binary.size() - offset)
      compressed->bad("the Draco data leads beyond the feature table");
    draco = decode_draco_bytes(
        tile.feature_binary.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length)), ids, false,
        budget, name, compressed->path());
    if (draco.points != count)
      compressed->bad("the Draco data has " + std::to_string(draco.points) + " points, and POINTS_LENGTH is " +
                      std::to_string(count));
  }
  const auto from_draco = [&](const char* semantic, int components) -> const DracoAttribute* {
    const auto it = draco_ids.find(semantic);
    if (it == draco_ids.end()) return nullptr;
    const auto& a = draco.attributes.at(it->second);
    if (a.components < components)
      root.bad(std::string(semantic) + " has " + std::to_string(a.components) +
               " components in the Draco data, expected " + std::to_string(components));
    return &a;
  };

  p.positions.resize(n);
  if (const auto* a = from_draco("POSITION", 3)) {
    for (std::size_t i = 0; i < n; ++i) {
      const float* v = a->values.data() + i * static_cast<std::size_t>(a->components);
      p.positions[i] = {v[0], v[1], v[2]};
    }
  } else if (const auto position = table.values("POSITION", Component::float32, 3, count)) {
    for (std::size_t i = 0; i < n; ++i) p.positions[i] = {position->at(i, 0), position->at(i, 1), position->at(i, 2)};
  } else if (const auto quantized = table.values("POSITION_QUANTIZED", Component::uint16, 3, count)) {
    const auto offset = table.vec3("QUANTIZED_VOLUME_OFFSET"), scale = table.vec3("QUANTIZED_VOLUME_SCALE");
    if (!offset || !scale) root.bad("\"QUANTIZED_VOLUME_OFFSET\" or \"QUANTIZED_VOLUME_SCALE\" is missing");
    // The offset may be far away, where floats are coarse: it goes where RTC_CENTER goes.
    model.rtc_center = model.rtc_center.value_or(glm::dvec3(0)) + *offset;
    for (std::size_t i = 0; i < n; ++i)
      p.positions[i] =
          glm::vec3(glm::dvec3(quantized->at(i, 0), quantized->at(i, 1), quantized->at(i, 2)) / 65535.0 * *scale);
  } else {
    root.bad("\"POSITION\" and \"POSITION_QUANTIZED\" are missing");
  }

  const auto colours = [&](int components, auto&& at) {
    p.colours.resize(n);
    for (std::size_t i = 0; i < n; ++i) p.colours[i] = {byte_of(at(i, 0)), byte_of(at(i, 1)), byte_of(at(i, 2)), 255};
    (void)components;
  };
  const auto* draco_rgba = from_draco("RGBA", 3);
  const auto* draco_rgb = draco_rgba ? draco_rgba : from_draco("RGB", 3);
  if (draco_rgb) {
    float most = 0;  // normalised attributes come as 0 to 1
    for (const float v : draco_rgb->values) most = std::max(most, v);
    const double scale = most <= 1.0f ? 255 : 1;
    colours(3, [&](std::size_t i, int c) {
      return draco_rgb->values[i * static_cast<std::size_t>(draco_rgb->components) + static_cast<std::size_t>(c)] *
             scale;
    });
  } else if (const auto rgba = table.values("RGBA", Component::uint8, 4, count)) {
    colours(4, [&](std::size_t i, int c) { return rgba->at(i, c); });
  } else if (const auto rgb = table.values("RGB", Component::uint8, 3, count)) {
    colours(3, [&](std::size_t i, int c) { return rgb->at(i, c); });
  } else if (const auto packed = table.values("RGB565", Component::uint16, 1, count)) {
    colours(3, [&](std::size_t i, int c) {
      const auto v = static_cast<std::uint32_t>(packed->at(i, 0));
      return c == 0   ? std::round((v >> 11 & 31) * 255.0 / 31)
             : c == 1 ? std::round((v >> 5 & 63) * 255.0 / 63)
                      : std::round((v & 31) * 255.0 / 31);
    });
  }
  if (const auto constant = root.find("CONSTANT_RGBA"); constant && p.colours.empty()) {
    GltfMaterial m;
    if (constant->is_array()) {
      const auto v = constant->numbers(4, 4);
      m.colour = {byte_of(v[0]), byte_of(v[1]), byte_of(v[2]), 255};
    } else if (const auto v = table.values("CONSTANT_RGBA", Component::uint8, 4, 1)) {
      m.colour = {byte_of(v->at(0, 0)), byte_of(v->at(0, 1)), byte_of(v->at(0, 2)), 255};
    }
    p.material = 0;
    model.materials.push_back(m);
  }

  if (const auto* a = from_draco("NORMAL", 3)) {
    p.normals.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const float* v = a->values.data() + i * static_cast<std::size_t>(a->components);
      p.normals[i] = {v[0], v[1], v[2]};
    }
  } else if (const auto normal = table.values("NORMAL", Component::float32, 3, count)) {
    p.normals.resize(n);
    for (std::size_t i = 0; i < n; ++i) p.normals[i] = {normal->at(i, 0), normal->at(i, 1), normal->at(i, 2)};
  } else if (const auto oct = table.values("NORMAL_OCT16P", Component::uint8, 2, count)) {
    p.normals.resize(n);
    for (std::size_t i = 0; i < n; ++i)
      p.normals[i] = glm::vec3(decode_oct(oct->at(i, 0) / 255.0 * 2 - 1, oct->at(i, 1) / 255.0 * 2 - 1));
  }

  const std::uint64_t batches = table.size("BATCH_LENGTH", 0);
  const auto ids = from_draco("BATCH_ID", 1) ? std::nullopt : table.values("BATCH_ID", Component::uint16, 1, count);
  if (const auto* a = from_draco("BATCH_ID", 1)) {
    p.features.assign(n, no_feature);
    for (std::size_t i = 0; i < n; ++i)
      if (const float v = a->values[i * static_cast<std::size_t>(a->components)];
          v >= 0 && v < static_cast<float>(batches))
        p.features[i] = static_cast<std::uint32_t>(v);
  } else if (ids) {
    p.features.assign(n, no_feature);
    for (std::size_t i = 0; i < n; ++i)
      if (const double v = ids->at(i, 0); v >= 0 && v < static_cast<double>(batches))
        p.features[i] = static_cast<std::uint32_t>(v);
  }
  if (!p.features.empty())
    if (auto rows = read_batch_table(tile, batches, name, budget, model.diagnostics)) {
      p.properties = 0;
      model.properties.push_back(std::move(rows));
    }
  p.indices.resize(n);
  for (std::size_t i = 0; i < n; ++i) p.indices[i] = static_cast<std::uint32_t>(i);
  model.primitives.push_back(std::move(p));
  model.placements.push_back({});
  return model;
}

}  // namespace tenbo::io::tiles
