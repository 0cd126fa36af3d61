#pragma once
// The tile formats of 3D Tiles 1.0: a header, a feature table, a batch table, and what they frame.
#include <glm/vec3.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gltf/budget.h"
#include "json/node.h"
#include "tenbo/io/gltf.h"

namespace tenbo::io::tiles {

using json::Node;

struct Legacy {
  std::string magic;  // "b3dm"
  std::span<const std::byte> feature_json, feature_binary, batch_json, batch_binary, body;
  std::uint32_t gltf_format = 0;  // of i3dm
  std::uint32_t parts = 0;        // of cmpt
};
// Splits a tile; throws json::Bad where the sizes do not fit.
Legacy split_legacy(std::span<const std::byte> bytes, const std::string& name);

// componentType and size of "FLOAT", "UNSIGNED_SHORT", ...
enum class Component : std::uint8_t { int8, uint8, int16, uint16, int32, uint32, float32, float64 };
std::optional<Component> component_of(std::string_view word);
std::size_t size_of(Component c);
double load_component(const std::byte* at, Component c);

// A feature table's JSON and binary.
class FeatureTableReader {
 public:
  FeatureTableReader(const Legacy& tile, const std::string& name);
  const Node& root() const { return *root_; }
  bool has(const char* semantic) const { return root_->has(semantic); }
  std::uint64_t size(const char* semantic, std::uint64_t fallback) const;  // a global number
  std::optional<glm::dvec3> vec3(const char* semantic) const;              // a global vector: array or byteOffset
  // `count` times `components` values in the binary; fails where they do not fit.
  struct Values {
    const std::byte* data = nullptr;
    Component type = Component::float32;
    int components = 1;
    std::uint64_t count = 0;
    double at(std::uint64_t row, int component) const {
      return load_component(
          data + (row * static_cast<std::uint64_t>(components) + static_cast<std::uint64_t>(component)) * size_of(type),
          type);
    }
  };
  std::optional<Values> values(const char* semantic, Component type, int components, std::uint64_t count) const;

 private:
  const Legacy& tile_;
  const std::string& name_;
  json::Value value_;
  std::optional<Node> root_;
};

// Null where there is none. `count` is BATCH_LENGTH (or the number of instances).
std::shared_ptr<const PropertyRows> read_batch_table(const Legacy& tile, std::uint64_t count, const std::string& name,
                                                     Budget& budget, Diagnostics& diagnostics);

Gltf read_b3dm(const Legacy& tile, const std::string& name, const FetchResource& fetch, const GltfOptions& options);
Gltf read_i3dm(const Legacy& tile, const std::string& name, const FetchResource& fetch, const GltfOptions& options);
Gltf read_pnts(const Legacy& tile, const std::string& name, const GltfOptions& options);

glm::dvec3 decode_oct(double x, double y);  // of -1..1
inline constexpr std::uint64_t most_features = 100'000'000;

}  // namespace tenbo::io::tiles
