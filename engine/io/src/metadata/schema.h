#pragma once
// The 3D Metadata Specification's schemas and binary property tables, as EXT_structural_metadata, tilesets and subtrees
// use them.
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gltf/budget.h"
#include "json/node.h"
#include "tenbo/io/properties.h"

namespace tenbo::io {

enum class ComponentType : std::uint8_t {
  none,
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float32,
  float64
};
// Bytes of one; 0 for none.
inline std::size_t size_of(ComponentType t) {
  switch (t) {
    case ComponentType::int8:
    case ComponentType::uint8: return 1;
    case ComponentType::int16:
    case ComponentType::uint16: return 2;
    case ComponentType::int32:
    case ComponentType::uint32:
    case ComponentType::float32: return 4;
    case ComponentType::none: return 0;
    default: return 8;
  }
}

struct MetadataEnum {
  ComponentType type = ComponentType::uint16;
  std::map<std::int64_t, std::string> names;
};

struct MetadataProperty {
  std::string id;
  std::string shown;  // what its values are called: the id, but in what was baked here the attribute's own name
  std::string semantic;  // "TILE_GEOMETRIC_ERROR"; mostly empty
  enum class Kind : std::uint8_t { numbers, text, boolean, enumeration } kind = Kind::numbers;
  int components = 1;  // of one element: 1 scalar, 2 to 4 vector, 4, 9, 16 matrix
  ComponentType component = ComponentType::none;
  std::string enum_type;
  bool array = false;
  std::uint64_t count = 0;  // of array elements; 0 = varies
  bool normalized = false;
  bool required = false;
  std::vector<double> offset, scale;  // one a component (and array element); empty: none
  json::Value no_data, fallback;      // null: none
};

struct MetadataClass {
  std::string id;
  std::vector<MetadataProperty> properties;
  const MetadataProperty* find(std::string_view id) const;
};

struct MetadataSchema {
  std::string id;
  std::map<std::string, MetadataClass, std::less<>> classes;
  std::map<std::string, MetadataEnum, std::less<>> enums;
};

std::shared_ptr<const MetadataSchema> read_schema(const json::Node& schema);

// One entity's values in the JSON (of a tileset, tile, content or group): {"class": ..., "properties": {...}}.
std::vector<std::pair<std::string, PropertyValue>> read_entity(const json::Node& entity, const MetadataSchema& schema);

// {"class": ..., "count": N, "properties": {id: {"values": view, ...}}}. The views are copied.
using ViewOf = std::function<std::span<const std::byte>(const json::Node& reference)>;
std::shared_ptr<const PropertyRows> read_property_table(const json::Node& table,
                                                        std::shared_ptr<const MetadataSchema> schema,
                                                        const ViewOf& view, Budget& budget);

}  // namespace tenbo::io
