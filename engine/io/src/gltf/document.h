#pragma once
// One glTF file while it is read: its JSON, its buffers, and where the result goes. One thread.
#include <deque>
#include <functional>
#include <glm/mat4x4.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gltf/budget.h"
#include "json/node.h"
#include "tenbo/io/gltf.h"

namespace tenbo::io {
struct MetadataSchema;
}

namespace tenbo::io::gltf {

using json::Node;

struct View {
  std::span<const std::byte> bytes;
  std::size_t stride = 0;  // 0 = packed
};

class Document {
 public:
  Document(const Node& root, std::span<const std::byte> chunk, const std::string& name, const FetchResource& fetch,
           const GltfOptions& options, Gltf& out);

  const Node& root() const { return root_; }
  const std::string& name() const { return name_; }
  Gltf& out() { return out_; }
  Budget& budget() { return budget_; }
  const GltfOptions& options() const { return options_; }
  // An element of a top-level array ("accessors", 3), as `from` refers to it. The callback keeps the nodes alive.
  template <class F>
  auto with(const char* array, const Node& from, const char* what, F&& f) {
    const auto list = root_.find(array);
    const std::size_t i = from.index_in(list ? list->size() : 0, what);
    const Node element = list->at(i);
    element.object();
    return f(element, i);
  }

  View view(const Node& reference);  // to a bufferView; decompressed where it is compressed
  FetchResource fetch() const { return fetch_; }
  void warn(std::string message, const Node* at = nullptr);       // each text once
  std::shared_ptr<const MetadataSchema> schema;                                // of EXT_structural_metadata; may be null
  std::map<std::int32_t, std::shared_ptr<const Image>> decoded;                // pictures whose texels are values, by texture
  std::map<std::int32_t, std::shared_ptr<PropertyRows>> texels;                // tables with values of texels, by their index
  std::map<std::pair<std::size_t, bool>, std::int32_t> pictures;  // image and wrap -> texture; -1 = cannot be had

 private:
  std::span<const std::byte> buffer(std::size_t index, const Node& node);
  std::span<const std::byte> slice(const Node& view);  // of its buffer
  View decompress(const Node& view, const Node& extension);

  const Node& root_;
  std::span<const std::byte> chunk_;
  const std::string& name_;
  const FetchResource& fetch_;
  const GltfOptions& options_;
  Gltf& out_;
  Budget budget_;
  std::map<std::size_t, std::vector<std::byte>> buffers_;
  std::deque<std::vector<std::byte>> decompressed_;
  std::map<std::size_t, View> views_;  // decompressed
  std::map<std::string, bool> warned_;
};

// accessors.cpp: values of an accessor, with sparse ones put in and normalised ones scaled.
struct Accessor {
  std::vector<std::byte> owned;  // where sparse or absent
  const std::byte* data = nullptr;
  std::size_t count = 0, stride = 0;
  int component = 0;   // 5120 byte, 5121 ubyte, 5122 short, 5123 ushort, 5125 uint, 5126 float
  int components = 0;  // 1 to 4, 9, 16
  bool normalized = false;
  float value(std::size_t row, int component_index) const;
  std::uint32_t whole(std::size_t row) const;  // of a scalar; floats are rounded, below zero is no_feature
};
Accessor accessor(Document& d, const Node& reference);
std::size_t component_size(int component);
std::vector<glm::vec3> vec3s(Document& d, const Node& reference, const char* what);
std::vector<std::uint32_t> indices(Document& d, const Node& reference);

// materials.cpp
void read_materials(Document& d);
// The picture's bytes of textures[index]; -1 and a warning where it cannot be had.
std::int32_t texture_of(Document& d, const Node& reference);
// Texture coordinate set and transform of a textureInfo.
struct TextureUse {
  std::int32_t set = 0;
  glm::vec2 offset{0}, scale{1};
  float rotation = 0;
};
TextureUse texture_use(const Node& info);
// Of a material's base colour, as its primitives need it.
std::vector<TextureUse> base_colour_uses(Document& d);

// primitives.cpp: a mesh's primitives, appended to out(); {first, count}.
std::pair<std::uint32_t, std::uint32_t> read_mesh(Document& d, const Node& mesh, const std::vector<TextureUse>& uses);

// features.cpp: EXT_mesh_features (or _BATCHID) of a primitive whose vertices are read. `values` gives an attribute as
// numbers, one a vertex; nothing where there is none of that name.
using AttributeValues = std::function<std::optional<std::vector<std::uint32_t>>(const std::string& name)>;
using TextureCoordinates = std::function<std::vector<glm::vec2>(std::int32_t set)>;
void read_features(Document& d, const Node& primitive, const AttributeValues& values, const TextureCoordinates& uvs,
                   GltfPrimitive& p);
// property_textures.cpp: what the textures that `list` names say of the primitive's features, as their attributes.
void read_property_textures(Document& d, const Node& list, const TextureCoordinates& uvs, GltfPrimitive& p);
// The featureIds entry that counts: the first with a property table, else the first.
std::optional<std::size_t> featured(const Node& feature_ids);
// structural_metadata.cpp
void read_structural_metadata(Document& d);

// nodes.cpp: the default scene's nodes with their instances and skins.
void read_nodes(Document& d, const std::vector<TextureUse>& uses);

}  // namespace tenbo::io::gltf
