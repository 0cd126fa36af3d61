// Binary property tables: columns of numbers, texts, booleans and enums, with arrays of fixed and varying length.
#include <cmath>
#include <cstring>

#include "metadata/schema.h"
#include "tenbo/base/text.h"

namespace tenbo::io {
namespace {

using json::Node;

template <class T>
T load(const std::byte* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

bool is_float(ComponentType t) { return t == ComponentType::float32 || t == ComponentType::float64; }

std::int64_t load_integer(ComponentType t, const std::byte* p) {
  switch (t) {
    case ComponentType::int8: return load<std::int8_t>(p);
    case ComponentType::uint8: return load<std::uint8_t>(p);
    case ComponentType::int16: return load<std::int16_t>(p);
    case ComponentType::uint16: return load<std::uint16_t>(p);
    case ComponentType::int32: return load<std::int32_t>(p);
    case ComponentType::uint32: return load<std::uint32_t>(p);
    case ComponentType::int64: return load<std::int64_t>(p);
    case ComponentType::uint64: {
      const auto v = load<std::uint64_t>(p);
      return v > static_cast<std::uint64_t>(INT64_MAX) ? INT64_MAX : static_cast<std::int64_t>(v);
    }
    default: return 0;
  }
}
double load_number(ComponentType t, const std::byte* p) {
  if (t == ComponentType::float32) return load<float>(p);
  if (t == ComponentType::float64) return load<double>(p);
  if (t == ComponentType::uint64) return static_cast<double>(load<std::uint64_t>(p));
  return static_cast<double>(load_integer(t, p));
}
double largest(ComponentType t) {
  switch (t) {
    case ComponentType::int8: return 127;
    case ComponentType::uint8: return 255;
    case ComponentType::int16: return 32767;
    case ComponentType::uint16: return 65535;
    case ComponentType::int32: return 2147483647.0;
    case ComponentType::uint32: return 4294967295.0;
    case ComponentType::int64: return 9223372036854775807.0;
    default: return 18446744073709551615.0;
  }
}

struct Column {
  MetadataProperty property;
  std::vector<std::byte> values, array_offsets, string_offsets;
  ComponentType array_type = ComponentType::uint32, string_type = ComponentType::uint32;
  bool absent = false;  // from the table: every row has the property's default
};

class BinaryTable final : public PropertyRows {
 public:
  std::string class_name;
  std::uint64_t count = 0;
  std::vector<Column> columns;
  std::shared_ptr<const MetadataSchema> schema;

  std::string name() const override { return class_name; }
  std::uint64_t rows() const override { return count; }
  // What was baked here has features of all kinds in one table: each row says which ("bldg:Building").
  std::string type_of(std::uint64_t row) const override {
    if (row < count && schema->id == "tenbo")
      for (const auto& c : columns) {
        if (c.property.id != "class") continue;
        const PropertyValue v = cell(c, row);
        if (const auto* text = std::get_if<std::string>(&v); text && !text->empty()) return *text;
      }
    return class_name;
  }
  void visit(std::uint64_t row, const Visitor& visitor) const override {
    if (row >= count) return;
    for (const auto& c : columns) {
      const PropertyValue v = cell(c, row);
      if (!std::holds_alternative<std::monostate>(v)) visitor(c.property.shown, v);
    }
  }

 private:
  // Offsets were checked to rise and to stay inside when the table was read.
  static std::uint64_t offset(const std::vector<std::byte>& offsets, ComponentType t, std::uint64_t i) {
    return static_cast<std::uint64_t>(load_integer(t, offsets.data() + i * size_of(t)));
  }

  PropertyValue element(const Column& c, std::uint64_t i) const {
    using Kind = MetadataProperty::Kind;
    const auto& p = c.property;
    if (p.kind == Kind::text) {
      const auto from = offset(c.string_offsets, c.string_type, i), to = offset(c.string_offsets, c.string_type, i + 1);
      return to_valid_utf8(
          {reinterpret_cast<const char*>(c.values.data()) + from, static_cast<std::size_t>(to - from)});
    }
    if (p.kind == Kind::boolean) return (static_cast<unsigned>(c.values[i / 8]) >> (i % 8) & 1u) != 0;
    const std::size_t size = size_of(p.component);
    if (p.kind == Kind::enumeration) {
      const auto number = load_integer(p.component, c.values.data() + i * size);
      const auto& names = schema->enums.find(p.enum_type)->second.names;
      const auto it = names.find(number);
      return it == names.end() ? std::to_string(number) : it->second;
    }
    const auto component = [&](std::uint64_t k) {
      return c.values.data() + (i * static_cast<std::uint64_t>(p.components) + k) * size;
    };
    const bool plain = p.offset.empty() && p.scale.empty() && !p.normalized && !is_float(p.component);
    const auto number = [&](std::uint64_t k) {
      double x = load_number(p.component, component(k));
      if (p.normalized) x = std::max(-1.0, x / largest(p.component));
      const auto of = [k](const std::vector<double>& v, double fallback) {
        return v.empty() ? fallback : v.size() == 1 ? v[0] : k < v.size() ? v[k] : fallback;
      };
      return x * of(p.scale, 1) + of(p.offset, 0);
    };
    if (p.components == 1) {
      if (plain) return load_integer(p.component, component(0));
      return number(0);
    }
    json::Value list = json::Value::array();
    for (int k = 0; k < p.components; ++k) {
      if (plain)
        list.push_back(load_integer(p.component, component(static_cast<std::uint64_t>(k))));
      else
        list.push_back(number(static_cast<std::uint64_t>(k)));
    }
    return list.dump();
  }

  static json::Value as_json(const PropertyValue& v) {
    if (const auto* s = std::get_if<std::string>(&v)) return *s;
    if (const auto* i = std::get_if<std::int64_t>(&v)) return *i;
    if (const auto* d = std::get_if<double>(&v)) return *d;
    if (const auto* b = std::get_if<bool>(&v)) return *b;
    return nullptr;
  }

  PropertyValue cell(const Column& c, std::uint64_t row) const {
    const auto& p = c.property;
    if (c.absent) return fallback(p);
    PropertyValue out;
    if (!p.array) {
      out = element(c, row);
    } else {
      std::uint64_t from = row * p.count, to = from + p.count;
      if (p.count == 0) {
        from = offset(c.array_offsets, c.array_type, row);
        to = offset(c.array_offsets, c.array_type, row + 1);
      }
      json::Value list = json::Value::array();
      for (auto i = from; i < to; ++i) {
        const auto v = element(c, i);
        const auto* text = std::get_if<std::string>(&v);
        list.push_back(p.components > 1 && text ? json::Value::parse(*text, nullptr, false) : as_json(v));
      }
      out = list.dump(-1, ' ', false, json::Value::error_handler_t::replace);
    }
    if (!p.no_data.is_null()) {
      const json::Value found =
          p.array || p.components > 1 ? json::Value::parse(std::get<std::string>(out), nullptr, false) : as_json(out);
      if (found == p.no_data) return p.fallback.is_null() ? PropertyValue() : fallback(p);
    }
    return out;
  }

 public:
  static PropertyValue fallback(const MetadataProperty& p) {
    const auto& f = p.fallback;
    if (f.is_string()) return f.get<std::string>();
    if (f.is_boolean()) return f.get<bool>();
    if (f.is_number_integer()) return f.get<std::int64_t>();
    if (f.is_number()) return f.get<double>();
    return f.is_null() ? PropertyValue() : PropertyValue(f.dump(-1, ' ', false, json::Value::error_handler_t::replace));
  }
};

ComponentType offset_type(const Node& property, const char* key) {
  const auto node = property.find(key);
  if (!node) return ComponentType::uint32;
  const std::string& word = node->text();
  if (word == "UINT8") return ComponentType::uint8;
  if (word == "UINT16") return ComponentType::uint16;
  if (word == "UINT32") return ComponentType::uint32;
  if (word == "UINT64") return ComponentType::uint64;
  node->bad("found \"" + word.substr(0, 40) + "\", expected UINT8, UINT16, UINT32 or UINT64");
}

// The last of count + 1 offsets that rise; fails otherwise.
std::uint64_t checked_offsets(const Node& at, const std::vector<std::byte>& offsets, ComponentType type,
                              std::uint64_t count) {
  const std::size_t size = size_of(type);
  if (offsets.size() / size <= count)
    at.bad("the offsets are " + std::to_string(offsets.size() / size) + ", expected " + std::to_string(count + 1));
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i <= count; ++i) {
    const auto v = load_integer(type, offsets.data() + i * size);
    if (v < 0 || static_cast<std::uint64_t>(v) < last) at.bad("the offsets do not rise");
    last = static_cast<std::uint64_t>(v);
  }
  return last;
}

}  // namespace

std::shared_ptr<const PropertyRows> read_property_table(const Node& table, std::shared_ptr<const MetadataSchema> schema,
                                                        const ViewOf& view, Budget& budget) {
  auto out = std::make_shared<BinaryTable>();
  const Node class_name = table("class");
  const auto it = schema->classes.find(class_name.text());
  if (it == schema->classes.end()) class_name.bad("the schema has no class \"" + class_name.text() + "\"");
  out->class_name = it->first;
  out->count = table.size_value("count");
  out->schema = schema;
  const auto copy = [&](const Node& reference) {
    const auto bytes = view(reference);
    budget.spend(bytes.size(), 1, reference.file(), "a property table");
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  };
  const auto properties = table.find("properties");
  for (const auto& p : it->second.properties)
    if (!p.fallback.is_null() && !(properties && properties->has(p.id))) {
      out->columns.emplace_back().property = p;
      out->columns.back().absent = true;
    }
  if (!properties) return out;
  properties->object();
  for (const auto& [id, value] : properties->value().items()) {
    const Node property = (*properties)(id);
    const auto* p = it->second.find(id);
    if (!p) property.bad("class \"" + it->second.id + "\" has no property \"" + id + "\"");
    Column c;
    c.property = *p;
    // A table may say its own offset and scale; they take the class's place.
    const auto own = [&](const char* key, std::vector<double>& to) {
      const auto n = property.find(key);
      if (!n) return;
      to.clear();
      if (n->is_array()) {
        for (std::size_t i = 0; i < n->size(); ++i) {
          const Node e = n->at(i);
          if (e.is_number()) to.push_back(e.number());
        }
      } else {
        to.push_back(n->number());
      }
    };
    own("offset", c.property.offset);
    own("scale", c.property.scale);
    // Early files of this kind say "bufferView" where the standard says "values".
    const bool early = !property.has("values") && property.has("bufferView");
    const Node values = property(early ? "bufferView" : "values");
    c.values = copy(values);
    std::uint64_t elements = out->count;
    if (p->array && p->count > 0) {
      if (out->count > UINT64_MAX / p->count) property.bad("its count is absurd");
      elements = out->count * p->count;
    } else if (p->array) {
      const Node offsets = property(early ? "arrayOffsetBufferView" : "arrayOffsets");
      c.array_type = offset_type(property, "arrayOffsetType");
      c.array_offsets = copy(offsets);
      elements = checked_offsets(offsets, c.array_offsets, c.array_type, out->count);
    }
    std::uint64_t have = c.values.size();
    std::uint64_t need = 0;
    if (p->kind == MetadataProperty::Kind::text) {
      const Node offsets = property(early ? "stringOffsetBufferView" : "stringOffsets");
      c.string_type = offset_type(property, "stringOffsetType");
      c.string_offsets = copy(offsets);
      need = checked_offsets(offsets, c.string_offsets, c.string_type, elements);
    } else if (p->kind == MetadataProperty::Kind::boolean) {
      need = elements / 8 + (elements % 8 != 0);
    } else {
      const std::uint64_t row = size_of(p->component) * static_cast<std::uint64_t>(p->components);
      have /= std::max<std::uint64_t>(1, row);
      need = elements;
    }
    if (need > have)
      property.bad("its values do not fit into their buffer view: " + std::to_string(need) + " needed, " +
                   std::to_string(have) + " there");
    out->columns.push_back(std::move(c));
  }
  return out;
}

}  // namespace tenbo::io
