// Batch tables: JSON arrays and binary columns, and the hierarchy extension.
#include <cmath>
#include <cstring>

#include "tenbo/base/text.h"
#include "tiles/legacy.h"

namespace tenbo::io::tiles {
namespace {

using json::Value;

struct BinaryColumn {
  std::vector<std::byte> bytes;
  Component type = Component::float32;
  int components = 1;
};

PropertyValue from_json(const Value& v) {
  if (v.is_null()) return {};
  if (v.is_string()) return to_valid_utf8(v.get_ref<const std::string&>());
  if (v.is_boolean()) return v.get<bool>();
  if (v.is_number_integer()) return v.get<std::int64_t>();
  if (v.is_number()) return v.get<double>();
  return v.dump(-1, ' ', false, Value::error_handler_t::replace);
}

// Properties by name, each either a JSON array or a binary column, for `count` rows.
struct Properties {
  std::vector<std::pair<std::string, Value>> lists;
  std::vector<std::pair<std::string, BinaryColumn>> columns;

  void read(const Node& object, std::uint64_t count, const Legacy& tile, Budget& budget) {
    object.object();
    for (const auto& [name, value] : object.value().items()) {
      if (name == "extensions" || name == "extras" || name == "HIERARCHY") continue;
      const Node node = object(name);
      if (node.is_array()) {
        if (node.size() < count)
          node.bad("has " + std::to_string(node.size()) + " values, expected " + std::to_string(count));
        lists.emplace_back(name, value);
        continue;
      }
      if (!node.is_object()) node.bad("found neither an array nor a reference into the binary");
      BinaryColumn c;
      const Node type = node("componentType"), shape = node("type");
      const auto component = component_of(type.text());
      if (!component) type.bad("found \"" + type.text().substr(0, 40) + "\", expected BYTE to DOUBLE");
      c.type = *component;
      const std::string& word = shape.text();
      c.components = word == "SCALAR" ? 1 : word == "VEC2" ? 2 : word == "VEC3" ? 3 : word == "VEC4" ? 4 : 0;
      if (c.components == 0) shape.bad("found \"" + word.substr(0, 40) + "\", expected SCALAR or VEC2 to VEC4");
      const std::uint64_t row = size_of(c.type) * static_cast<std::uint64_t>(c.components),
                          offset = node.size_value("byteOffset"), have = tile.batch_binary.size();
      if (offset > have || count > (have - offset) / row)
        node.bad(std::to_string(count) + " values do not fit into the batch table's " + std::to_string(have) +
                 " bytes");
      budget.spend(count, row, node.file(), "a batch table");
      const auto bytes =
          tile.batch_binary.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(count * row));
      c.bytes.assign(bytes.begin(), bytes.end());
      columns.emplace_back(name, std::move(c));
    }
  }

  void visit(std::uint64_t row, const PropertyRows::Visitor& visitor) const {
    for (const auto& [name, list] : lists) {
      const PropertyValue v = from_json(list[static_cast<std::size_t>(row)]);
      if (!std::holds_alternative<std::monostate>(v)) visitor(name, v);
    }
    for (const auto& [name, column] : columns) {
      const BinaryColumn& c = column;  // clang 14 takes no binding into a lambda
      const auto number = [&](int k) {
        return load_component(
            c.bytes.data() +
                (row * static_cast<std::uint64_t>(c.components) + static_cast<std::uint64_t>(k)) * size_of(c.type),
            c.type);
      };
      const bool whole = c.type != Component::float32 && c.type != Component::float64;
      if (c.components == 1) {
        if (whole)
          visitor(name, static_cast<std::int64_t>(number(0)));
        else
          visitor(name, number(0));
        continue;
      }
      Value list = Value::array();
      for (int k = 0; k < c.components; ++k) {
        if (whole)
          list.push_back(static_cast<std::int64_t>(number(k)));
        else
          list.push_back(number(k));
      }
      visitor(name, list.dump());
    }
  }
};

struct HierarchyClass {
  std::string name;
  std::uint64_t length = 0;
  Properties properties;
};

class BatchTable final : public PropertyRows {
 public:
  std::uint64_t count = 0;
  Properties own;
  std::vector<HierarchyClass> classes;
  std::vector<std::uint32_t> class_ids, rows_in_class;  // one an instance of the hierarchy
  std::vector<std::uint32_t> parent_starts, parents;    // of each instance

  std::string name() const override { return {}; }
  std::uint64_t rows() const override { return count; }
  std::string type_of(std::uint64_t row) const override {
    return row < class_ids.size() ? classes[class_ids[row]].name : std::string();
  }

  // Its own values, those of its class, then those of its ancestors under the ancestor's class: "block/height".
  void visit(std::uint64_t row, const Visitor& visitor) const override {
    if (row >= count) return;
    own.visit(row, visitor);
    if (row >= class_ids.size()) return;
    classes[class_ids[row]].properties.visit(rows_in_class[row], visitor);
    std::vector<std::uint32_t> open(parents.begin() + parent_starts[row], parents.begin() + parent_starts[row + 1]),
        seen{static_cast<std::uint32_t>(row)};
    for (std::size_t i = 0; i < open.size() && i < 64; ++i) {
      const std::uint32_t at = open[i];
      if (std::find(seen.begin(), seen.end(), at) != seen.end()) continue;
      seen.push_back(at);
      const auto& c = classes[class_ids[at]];
      c.properties.visit(rows_in_class[at], [&](std::string_view name, const PropertyValue& value) {
        visitor(c.name + "/" + std::string(name), value);
      });
      open.insert(open.end(), parents.begin() + parent_starts[at], parents.begin() + parent_starts[at + 1]);
    }
  }
};

// A list of whole numbers, in the JSON or in the binary.
std::vector<std::uint32_t> numbers(const Node& object, const char* key, std::uint64_t count, std::uint64_t below,
                                   const Legacy& tile, Budget& budget) {
  const Node node = object(key);
  budget.spend(count, 4, node.file(), "a batch table's hierarchy");
  std::vector<std::uint32_t> out;
  out.reserve(static_cast<std::size_t>(count));
  const auto put = [&](double v) {
    if (!(v >= 0 && v < static_cast<double>(below)))
      node.bad("found " + std::to_string(v) + ", expected below " + std::to_string(below));
    out.push_back(static_cast<std::uint32_t>(v));
  };
  if (node.is_array()) {
    if (node.size() < count)
      node.bad("has " + std::to_string(node.size()) + " values, expected " + std::to_string(count));
    for (std::size_t i = 0; i < count; ++i) put(node.at(i).number());
    return out;
  }
  const auto word = node.find("componentType");
  const auto type = word ? component_of(word->text()) : Component::uint16;
  if (!type) word->bad("unknown component type");
  const std::uint64_t offset = node.size_value("byteOffset"), have = tile.batch_binary.size(), size = size_of(*type);
  if (offset > have || count > (have - offset) / size)
    node.bad(std::to_string(count) + " values do not fit into the batch table's " + std::to_string(have) + " bytes");
  for (std::uint64_t i = 0; i < count; ++i) put(load_component(tile.batch_binary.data() + offset + i * size, *type));
  return out;
}

void read_hierarchy(const Node& h, BatchTable& table, const Legacy& tile, Budget& budget) {
  const std::uint64_t instances = h("instancesLength").size_value(most_features);
  const Node list = h("classes");
  std::vector<std::uint64_t> used(list.size(), 0);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Node one = list.at(i);
    HierarchyClass c;
    c.name = one.text("name");
    c.length = one.size_value("length");
    const Node properties = one("instances");
    c.properties.read(properties, c.length, tile, budget);
    table.classes.push_back(std::move(c));
  }
  table.class_ids = numbers(h, "classIds", instances, list.size(), tile, budget);
  budget.spend(instances, 12, h.file(), "a batch table's hierarchy");
  for (const auto id : table.class_ids) {
    if (used[id] >= table.classes[id].length)
      h.bad("class \"" + table.classes[id].name + "\" has more instances than its length says");
    table.rows_in_class.push_back(static_cast<std::uint32_t>(used[id]++));
  }
  table.parent_starts.assign(static_cast<std::size_t>(instances) + 1, 0);
  if (h.has("parentIds")) {
    std::uint64_t all = instances;
    std::vector<std::uint32_t> counts(static_cast<std::size_t>(instances), 1);
    if (h.has("parentCounts")) {
      counts = numbers(h, "parentCounts", instances, most_features, tile, budget);
      all = 0;
      for (const auto c : counts) all += c;
    }
    const auto ids = numbers(h, "parentIds", all, instances, tile, budget);
    std::size_t at = 0;
    for (std::size_t i = 0; i < instances; ++i) {
      for (std::uint32_t k = 0; k < counts[i]; ++k, ++at)
        if (ids[at] != i) table.parents.push_back(ids[at]);  // its own parent: has none
      table.parent_starts[i + 1] = static_cast<std::uint32_t>(table.parents.size());
    }
  }
}

}  // namespace

std::shared_ptr<const PropertyRows> read_batch_table(const Legacy& tile, std::uint64_t count, const std::string& name,
                                                     Budget& budget, Diagnostics&) {
  if (tile.batch_json.empty() || count == 0) return nullptr;
  const std::string file = name + ": batch table";
  budget.spend(tile.batch_json.size(), 8, file, "a batch table");
  const Value value =
      json::parse({reinterpret_cast<const char*>(tile.batch_json.data()), tile.batch_json.size()}, file);
  const Node root(value, file);
  auto table = std::make_shared<BatchTable>();
  table->count = count;
  table->own.read(root, count, tile, budget);
  const auto extensions = root.find("extensions");
  auto hierarchy = extensions ? extensions->find("3DTILES_batch_table_hierarchy") : std::nullopt;
  if (!hierarchy) hierarchy = root.find("HIERARCHY");
  if (hierarchy) read_hierarchy(*hierarchy, *table, tile, budget);
  return table;
}

}  // namespace tenbo::io::tiles
