// Property textures of EXT_structural_metadata: what their texels say of each feature (or of the primitive, where it has
// none): the mean, least and greatest number; of words the commonest.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

#include "gltf/document.h"
#include "image/image_memory.h"
#include "metadata/schema.h"

namespace tenbo::io::gltf {
namespace {

constexpr int steps = 8;  // places along a triangle's edge that are looked at

// A table with what the textures say beside it.
class WithTexels final : public PropertyRows {
 public:
  explicit WithTexels(std::shared_ptr<const PropertyRows> table, std::uint64_t rows) : table_(std::move(table)), rows_(rows) {}
  std::string name() const override { return table_ ? table_->name() : std::string(); }
  std::uint64_t rows() const override { return rows_; }
  std::string type_of(std::uint64_t row) const override { return table_ ? table_->type_of(row) : std::string(); }
  void visit(std::uint64_t row, const Visitor& visitor) const override {
    if (table_) table_->visit(row, visitor);
    if (const auto found = more.find(row); found != more.end())
      for (const auto& [name, value] : found->second) visitor(name, value);
  }
  std::map<std::uint64_t, std::map<std::string, PropertyValue>> more;

 private:
  std::shared_ptr<const PropertyRows> table_;
  std::uint64_t rows_;
};

struct Seen {
  double sum = 0, least = INFINITY, most = -INFINITY;
  std::uint64_t count = 0;
  std::map<std::int64_t, std::uint64_t> codes;  // of words
};

double number(ComponentType t, std::uint32_t bits) {
  switch (t) {
    case ComponentType::int8: return static_cast<std::int8_t>(bits);
    case ComponentType::int16: return static_cast<std::int16_t>(bits);
    case ComponentType::int32: return static_cast<std::int32_t>(bits);
    case ComponentType::float32: {
      float f;
      std::memcpy(&f, &bits, 4);
      return f;
    }
    default: return bits;
  }
}
double greatest(ComponentType t) {
  switch (t) {
    case ComponentType::int8: return 127;
    case ComponentType::uint8: return 255;
    case ComponentType::int16: return 32767;
    case ComponentType::uint16: return 65535;
    case ComponentType::int32: return 2147483647;
    case ComponentType::uint32: return 4294967295.0;
    default: return 1;
  }
}

// One property of a texture, ready to be looked up.
struct Layer {
  std::string name;
  const MetadataProperty* property = nullptr;
  const MetadataEnum* words = nullptr;
  ComponentType component = ComponentType::uint8;
  bool normalized = false;
  double offset = 0, scale = 1;
  std::vector<std::size_t> channels;
  const Image* image = nullptr;
  std::vector<glm::vec2> places;  // a vertex

  std::uint32_t bits(glm::vec2 at) const {
    const auto texel = [](float x, int size) {
      const float wrapped = x - std::floor(x);
      return std::clamp(static_cast<int>(std::isfinite(wrapped) ? wrapped * static_cast<float>(size) : 0.0f), 0, size - 1);
    };
    const auto* rgba = image->pixel(texel(at.x, image->width), texel(at.y, image->height));
    std::uint32_t out = 0;
    for (std::size_t c = 0; c < channels.size(); ++c) out |= std::uint32_t{rgba[channels[c]]} << (8 * c);
    return out;
  }
  void look(glm::vec2 at, Seen& seen) const {
    const std::uint32_t b = bits(at);
    double v = number(component, b);
    if (!std::isfinite(v)) return;
    ++seen.count;
    if (words || property->kind == MetadataProperty::Kind::boolean) {
      ++seen.codes[static_cast<std::int64_t>(v)];
      return;
    }
    if (normalized) v = std::max(v / greatest(component), -1.0);
    v = v * scale + offset;
    seen.sum += v;
    seen.least = std::min(seen.least, v);
    seen.most = std::max(seen.most, v);
  }
};

}  // namespace

void read_property_textures(Document& d, const Node& list, const TextureCoordinates& uvs, GltfPrimitive& p) {
  const auto& schema = d.schema;
  const auto extensions = d.root().find("extensions");
  const auto metadata = extensions ? extensions->find("EXT_structural_metadata") : std::nullopt;
  const auto textures = metadata ? metadata->find("propertyTextures") : std::nullopt;
  if (!schema || !textures) list.bad("the primitive has property textures, and the file has none or no schema");
  if (p.mode != GltfMode::triangles || p.positions.empty()) return;
  std::vector<Layer> layers;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Node reference = list.at(i);
    const Node texture = textures->at(reference.index_in(textures->size(), "property texture"));
    const Node class_name = texture("class");
    const auto of = schema->classes.find(class_name.text());
    if (of == schema->classes.end()) class_name.bad("the schema has no class \"" + class_name.text().substr(0, 80) + "\"");
    const auto properties = texture.find("properties");
    if (!properties) continue;
    properties->object();
    for (const auto& [name, unused] : properties->value().items()) {
      const Node entry = (*properties)(name);
      Layer layer;
      layer.name = name;
      layer.property = of->second.find(name);
      if (!layer.property) entry.bad("the class has no property \"" + name.substr(0, 80) + "\"");
      layer.component = layer.property->kind == MetadataProperty::Kind::numbers ? layer.property->component : ComponentType::uint8;
      if (layer.property->kind == MetadataProperty::Kind::enumeration)
        if (const auto e = schema->enums.find(layer.property->enum_type); e != schema->enums.end()) {
          layer.words = &e->second;
          layer.component = e->second.type;
        }
      layer.channels = {0};
      if (const auto channels = entry.find("channels")) {
        layer.channels.clear();
        for (const double c : channels->numbers(1, 4)) {
          if (c < 0 || c > 3) channels->bad("channels are 0 to 3");
          layer.channels.push_back(static_cast<std::size_t>(c));
        }
      }
      const bool one = layer.property->components == 1 && !layer.property->array && layer.property->kind != MetadataProperty::Kind::text;
      if (!one || layer.channels.size() != size_of(layer.component)) {
        d.warn("values of several numbers in a property texture are not read, those of \"" + name.substr(0, 80) + "\"", &entry);
        continue;
      }
      layer.normalized = layer.property->normalized;
      const auto own = [&](const char* key, const std::vector<double>& of_class, double fallback) {
        return entry.has(key) ? entry.number(key) : of_class.empty() ? fallback : of_class.front();
      };
      layer.offset = own("offset", layer.property->offset, 0);
      layer.scale = own("scale", layer.property->scale, 1);
      const Node index = entry("index");
      const auto made = texture_of(d, index);
      if (made < 0) continue;
      const auto& picture = d.out().textures[static_cast<std::size_t>(made)];
      auto& decoded = d.decoded[made];
      if (!decoded) {
        auto image = read_image_memory(*picture.data, picture.name);
        if (!image) {
          d.out().diagnostics.warn(image.error());
          continue;
        }
        d.budget().spend(image->rgba.size(), 1, d.name(), "the picture of a property texture");
        decoded = std::make_shared<const Image>(std::move(*image));
      }
      layer.image = decoded.get();
      const auto use = texture_use(entry);
      layer.places = uvs(use.set);
      if (layer.places.size() != p.positions.size()) continue;
      const float c = std::cos(use.rotation), s = std::sin(use.rotation);
      for (auto& at : layer.places) {
        const auto scaled = at * use.scale;
        at = use.offset + glm::vec2(c * scaled.x + s * scaled.y, c * scaled.y - s * scaled.x);
      }
      layers.push_back(std::move(layer));
    }
  }
  if (layers.empty()) return;

  std::vector<std::map<std::uint32_t, Seen>> seen(layers.size());
  for (std::size_t t = 0; t + 2 < p.indices.size(); t += 3) {
    const std::uint32_t feature = p.features.empty() ? 0 : p.features[p.indices[t]];
    if (feature == no_feature) continue;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const auto& at = layers[l].places;
      const auto a = at[p.indices[t]], b = at[p.indices[t + 1]] - a, c = at[p.indices[t + 2]] - a;
      Seen& to = seen[l][feature];
      for (int i = 0; i < steps; ++i)
        for (int j = 0; i + j < steps; ++j)
          layers[l].look(a + b * ((static_cast<float>(i) + 1.0f / 3) / steps) + c * ((static_cast<float>(j) + 1.0f / 3) / steps), to);
    }
  }
  auto& tables = d.out().properties;
  if (p.features.empty()) {
    p.features.assign(p.positions.size(), 0);
    p.properties = static_cast<std::int32_t>(tables.size());
    d.texels[p.properties] = std::make_shared<WithTexels>(nullptr, 1);
    tables.push_back(d.texels[p.properties]);
  } else if (p.properties < 0) {
    p.properties = static_cast<std::int32_t>(tables.size());
    d.texels[p.properties] = std::make_shared<WithTexels>(nullptr, *std::max_element(p.features.begin(), p.features.end(), [](auto a, auto b) { return a + 1 < b + 1; }) + std::uint64_t{1});
    tables.push_back(d.texels[p.properties]);
  } else if (!d.texels.contains(p.properties)) {
    auto& table = tables[static_cast<std::size_t>(p.properties)];
    d.texels[p.properties] = std::make_shared<WithTexels>(table, table->rows());
    table = d.texels[p.properties];
  }
  auto& more = static_cast<WithTexels&>(*d.texels[p.properties]).more;
  for (std::size_t l = 0; l < layers.size(); ++l)
    for (const auto& [feature, s] : seen[l]) {
      if (s.count == 0) continue;
      auto& values = more[feature];
      const std::string& name = layers[l].name;
      if (!s.codes.empty()) {
        const auto common = std::max_element(s.codes.begin(), s.codes.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
        if (layers[l].property->kind == MetadataProperty::Kind::boolean) {
          values[name] = common != 0;
          continue;
        }
        const auto word = layers[l].words->names.find(common);
        if (word != layers[l].words->names.end()) values[name] = word->second;
        continue;
      }
      values[name] = s.sum / static_cast<double>(s.count);
      values[name + "/least"] = s.least;
      values[name + "/most"] = s.most;
    }
}

}  // namespace tenbo::io::gltf
