// Which vertex belongs to which feature: EXT_mesh_features, and the _BATCHID of 3D Tiles 1.0.
#include <algorithm>
#include <cmath>

#include "gltf/document.h"
#include "image/image_memory.h"

namespace tenbo::io::gltf {
namespace {

// Ids from a picture: each triangle has the id of the texel under its middle, and vertices of its own.
void ids_from_texture(Document& d, const Node& texture, const TextureCoordinates& uvs, GltfPrimitive& p,
                      std::vector<std::uint32_t>& ids) {
  const Node index = texture("index");
  const auto made = texture_of(d, index);
  if (made < 0 || p.mode != GltfMode::triangles) return;
  const auto& picture = d.out().textures[static_cast<std::size_t>(made)];
  auto image = read_image_memory(*picture.data, picture.name);
  if (!image) {
    d.out().diagnostics.warn(image.error());
    return;
  }
  std::vector<std::size_t> channels{0};
  if (const auto list = texture.find("channels")) {
    channels.clear();
    for (const double c : list->numbers(1, 4)) {
      if (c < 0 || c > 3) list->bad("channels are 0 to 3");
      channels.push_back(static_cast<std::size_t>(c));
    }
  }
  const auto places = uvs(texture_use(texture).set);
  d.warn("feature ids of a texture are taken at the middle of each triangle", &texture);
  const std::size_t n = p.indices.size();
  d.budget().spend(n, 64, d.name(), "vertices of their own for feature ids of a texture");
  GltfPrimitive split;
  for (std::size_t i = 0; i + 2 < n; i += 3) {
    const auto middle = (places[p.indices[i]] + places[p.indices[i + 1]] + places[p.indices[i + 2]]) / 3.0f;
    std::uint32_t id = 0;
    const auto texel = [](float x, int size) {
      const float wrapped = x - std::floor(x);  // NaN stays, and is 0 below
      return std::clamp(static_cast<int>(std::isfinite(wrapped) ? wrapped * static_cast<float>(size) : 0.0f), 0,
                        size - 1);
    };
    const auto* rgba = image->pixel(texel(middle.x, image->width), texel(middle.y, image->height));
    for (std::size_t c = 0; c < channels.size(); ++c) id |= std::uint32_t{rgba[channels[c]]} << (8 * c);
    for (std::size_t k = 0; k < 3; ++k) {
      const auto v = p.indices[i + k];
      split.positions.push_back(p.positions[v]);
      if (!p.normals.empty()) split.normals.push_back(p.normals[v]);
      if (!p.uvs.empty()) split.uvs.push_back(p.uvs[v]);
      if (!p.light.empty()) split.light.push_back(p.light[v]);
      if (!p.colours.empty()) split.colours.push_back(p.colours[v]);
      split.indices.push_back(static_cast<std::uint32_t>(i + k));
      ids.push_back(id);
    }
  }
  p.positions = std::move(split.positions);
  p.normals = std::move(split.normals);
  p.uvs = std::move(split.uvs);
  p.colours = std::move(split.colours);
  p.light = std::move(split.light);
  p.indices = std::move(split.indices);
}

}  // namespace

std::optional<std::size_t> featured(const Node& feature_ids) {
  for (std::size_t i = 0; i < feature_ids.size(); ++i) {
    const Node entry = feature_ids.at(i);
    if (entry.object().has("propertyTable")) return i;
  }
  if (feature_ids.size() == 0) return std::nullopt;
  return 0;
}

namespace {
void read_ids(Document& d, const Node& primitive, const AttributeValues& values, const TextureCoordinates& uvs,
                   GltfPrimitive& p) {
  const auto extensions = primitive.find("extensions");
  if (const auto metadata = extensions ? extensions->find("EXT_structural_metadata") : std::nullopt) {
    if (metadata->count("propertyAttributes"))
      d.warn("property attributes are not read: their values are not shown", &*metadata);
  }
  const auto mesh_features = extensions ? extensions->find("EXT_mesh_features") : std::nullopt;
  if (!mesh_features) {
    if (!d.options().batch_ids) return;
    for (const char* name : {"_BATCHID", "BATCHID"})
      if (auto ids = values(name)) {
        p.features = std::move(*ids);
        return;
      }
    return;
  }
  const Node list = (*mesh_features)("featureIds");
  const auto chosen = featured(list);
  if (!chosen) return;
  if (list.size() > 1)
    d.warn("a primitive has several sets of feature ids; the first with a property table is used", &list);
  const Node entry = list.at(*chosen);
  std::uint64_t count = entry.size_value("featureCount");
  if (const auto table = entry.find("propertyTable")) {
    const std::size_t index = table->index_in(d.out().properties.size(), "property table");
    p.properties = static_cast<std::int32_t>(index);
    count = d.out().properties[index]->rows();  // featureCount is how many of the rows this primitive names
  }
  std::vector<std::uint32_t> ids;
  if (const auto attribute = entry.find("attribute")) {
    const std::string name = "_FEATURE_ID_" + std::to_string(attribute->size_value());
    auto found = values(name);
    if (!found) attribute->bad("the primitive has no attribute " + name);
    ids = std::move(*found);
  } else if (const auto texture = entry.find("texture")) {
    ids_from_texture(d, *texture, uvs, p, ids);
    if (ids.empty()) return;
  } else {  // implicit: vertex i is feature i
    d.budget().spend(p.positions.size(), 4, d.name(), "feature ids");
    ids.resize(p.positions.size());
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<std::uint32_t>(i);
  }
  const auto null = entry.find("nullFeatureId");
  const std::uint64_t nothing = null ? null->size_value() : no_feature;
  std::uint64_t outside = 0;
  for (auto& id : ids) {
    if (id == nothing)
      id = no_feature;
    else if (id != no_feature && id >= count) {
      ++outside;
      id = no_feature;
    }
  }
  if (outside > 0)
    d.out().diagnostics.warn({ErrorCode::malformed,
                              std::to_string(outside) + " vertices name a feature beyond the " + std::to_string(count) +
                                  " that there are, and belong to none",
                              d.name(), entry.path(), ""});
  p.features = std::move(ids);
}

}  // namespace

void read_features(Document& d, const Node& primitive, const AttributeValues& values, const TextureCoordinates& uvs,
                   GltfPrimitive& p) {
  // Feature ids of a texture give triangles vertices of their own, whose places are looked up before that.
  const auto extensions = primitive.find("extensions");
  const auto metadata = extensions ? extensions->find("EXT_structural_metadata") : std::nullopt;
  const auto list = metadata ? metadata->find("propertyTextures") : std::nullopt;
  const auto before = p.indices;
  read_ids(d, primitive, values, uvs, p);
  if (!list || list->size() == 0) return;
  const bool split = !p.indices.empty() && p.indices != before;
  read_property_textures(d, *list, !split ? uvs : TextureCoordinates([&](std::int32_t set) {
    const auto all = uvs(set);
    std::vector<glm::vec2> out;
    for (const auto i : before) out.push_back(all[i]);
    out.resize(p.positions.size());
    return out;
  }), p);
}

}  // namespace tenbo::io::gltf
