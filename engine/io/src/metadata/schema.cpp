#include "metadata/schema.h"

namespace tenbo::io {

using json::Node;

const MetadataProperty* MetadataClass::find(std::string_view wanted) const {
  for (const auto& p : properties)
    if (p.id == wanted) return &p;
  return nullptr;
}

namespace {

ComponentType component_of(const Node& node) {
  static const std::map<std::string, ComponentType, std::less<>> words{
      {"INT8", ComponentType::int8},      {"UINT8", ComponentType::uint8},   {"INT16", ComponentType::int16},
      {"UINT16", ComponentType::uint16},  {"INT32", ComponentType::int32},   {"UINT32", ComponentType::uint32},
      {"INT64", ComponentType::int64},    {"UINT64", ComponentType::uint64}, {"FLOAT32", ComponentType::float32},
      {"FLOAT64", ComponentType::float64}};
  const auto it = words.find(node.text());
  if (it == words.end()) node.bad("found \"" + node.text().substr(0, 40) + "\", expected INT8 to FLOAT64");
  return it->second;
}

void flatten(const Node& node, std::vector<double>& out) {
  if (!node.is_array()) {
    out.push_back(node.number());
    return;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    const Node element = node.at(i);
    flatten(element, out);
  }
}

MetadataProperty read_property(const Node& node, const std::string& id, const MetadataSchema& schema) {
  MetadataProperty p;
  p.id = p.shown = id;
  if (schema.id == "tenbo")  // bake/properties.cpp: ids allow few signs, and styles go by the source's names
    if (const auto name = node.find("name")) p.shown = name->text();
  p.semantic = node.text("semantic", "");
  const Node type = node("type");
  const std::string& word = type.text();
  static const std::map<std::string, int, std::less<>> sizes{{"SCALAR", 1}, {"VEC2", 2}, {"VEC3", 3}, {"VEC4", 4},
                                                             {"MAT2", 4},   {"MAT3", 9}, {"MAT4", 16}};
  if (const auto it = sizes.find(word); it != sizes.end()) {
    p.components = it->second;
    const Node component = node("componentType");
    p.component = component_of(component);
  } else if (word == "STRING") {
    p.kind = MetadataProperty::Kind::text;
  } else if (word == "BOOLEAN") {
    p.kind = MetadataProperty::Kind::boolean;
  } else if (word == "ENUM") {
    p.kind = MetadataProperty::Kind::enumeration;
    const Node name = node("enumType");
    p.enum_type = name.text();
    const auto words = schema.enums.find(p.enum_type);
    if (words == schema.enums.end()) name.bad("the schema has no enum \"" + p.enum_type + "\"");
    p.component = words->second.type;
  } else {
    type.bad("found \"" + word.substr(0, 40) +
             "\", expected SCALAR, VEC2 to VEC4, MAT2 to MAT4, STRING, BOOLEAN or ENUM");
  }
  p.array = node.boolean("array", false);
  if (const auto count = node.find("count")) p.count = count->size_value(1u << 20);
  p.normalized = node.boolean("normalized", false);
  p.required = node.boolean("required", false);
  if (const auto n = node.find("offset")) flatten(*n, p.offset);
  if (const auto n = node.find("scale")) flatten(*n, p.scale);
  if (const auto n = node.find("noData")) p.no_data = n->value();
  if (const auto n = node.find("default")) p.fallback = n->value();
  return p;
}

}  // namespace

std::shared_ptr<const MetadataSchema> read_schema(const Node& node) {
  auto schema = std::make_shared<MetadataSchema>();
  node.object();
  schema->id = node.text("id", "");
  if (const auto enums = node.find("enums")) {
    enums->object();
    for (const auto& [id, value] : enums->value().items()) {
      const Node one = (*enums)(id);
      MetadataEnum e;
      if (const auto type = one.find("valueType")) e.type = component_of(*type);
      const Node values = one("values");
      for (std::size_t i = 0; i < values.size(); ++i) {
        const Node entry = values.at(i);
        const Node number = entry("value");
        e.names[number.integer(INT64_MIN / 2, INT64_MAX / 2)] = entry.text("name");
      }
      schema->enums.emplace(id, std::move(e));
    }
  }
  if (const auto classes = node.find("classes")) {
    classes->object();
    for (const auto& [id, value] : classes->value().items()) {
      const Node one = (*classes)(id);
      one.object();
      MetadataClass c;
      c.id = id;
      if (const auto properties = one.find("properties")) {
        properties->object();
        for (const auto& [property_id, property_value] : properties->value().items()) {
          const Node property = (*properties)(property_id);
          property.object();
          c.properties.push_back(read_property(property, property_id, *schema));
        }
      }
      schema->classes.emplace(id, std::move(c));
    }
  }
  return schema;
}

namespace {

PropertyValue value_of(const Node& node, const MetadataProperty& p) {
  if (p.array || node.is_array()) {
    if (!node.is_array()) node.bad("found one value, expected an array of them");
    return node.value().dump(-1, ' ', false, json::Value::error_handler_t::replace);
  }
  using Kind = MetadataProperty::Kind;
  if (p.kind == Kind::text || p.kind == Kind::enumeration) return node.text();
  if (p.kind == Kind::boolean) return node.boolean();
  if (node.value().is_number_integer()) return node.value().get<std::int64_t>();
  return node.number();
}

}  // namespace

std::vector<std::pair<std::string, PropertyValue>> read_entity(const Node& entity, const MetadataSchema& schema) {
  std::vector<std::pair<std::string, PropertyValue>> out;
  const Node class_name = entity("class");
  const auto it = schema.classes.find(class_name.text());
  if (it == schema.classes.end()) class_name.bad("the schema has no class \"" + class_name.text() + "\"");
  const auto properties = entity.find("properties");
  if (!properties) return out;
  properties->object();
  for (const auto& [id, value] : properties->value().items()) {
    const Node node = (*properties)(id);
    const auto* p = it->second.find(id);
    if (!p) node.bad("class \"" + it->second.id + "\" has no property \"" + id + "\"");
    if (!node.value().is_null()) out.emplace_back(id, value_of(node, *p));
  }
  return out;
}

}  // namespace tenbo::io
