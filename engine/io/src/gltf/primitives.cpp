// Meshes: attributes and indices, plain or Draco, and every mode as a list.
#include <cmath>
#include <numeric>

#include "gltf/document.h"
#include "gltf/draco_bytes.h"

namespace tenbo::io::gltf {
namespace {

std::uint8_t encode_srgb(float linear) {
  const float x = linear > 0 ? std::min(linear, 1.0f) : 0.0f;  // NaN too
  const float s = x <= 0.0031308f ? 12.92f * x : 1.055f * std::pow(x, 1 / 2.4f) - 0.055f;
  return static_cast<std::uint8_t>(std::lround(s * 255));
}

// Where a primitive's vertices come from: accessors, or what Draco brought.
class Attributes {
 public:
  Attributes(Document& d, const Node& primitive) : d_(d), list_(primitive("attributes")) {
    list_.object();
    if (const auto extensions = primitive.find("extensions"))
      if (const auto draco = extensions->find("KHR_draco_mesh_compression")) {
        const Node reference = (*draco)("bufferView"), names = (*draco)("attributes");
        names.object();
        std::vector<std::uint32_t> ids;
        for (const auto& [name, value] : names.value().items()) {
          const Node id = names(name);
          ids.push_back(static_cast<std::uint32_t>(id.integer(0, 1 << 20)));
          draco_ids_[name] = ids.back();
        }
        draco_ = decode_draco_bytes(d.view(reference).bytes, ids, true, d.budget(), d.name(), draco->path());
      }
  }
  bool compressed() const { return draco_.has_value(); }
  const std::vector<std::uint32_t>& compressed_indices() const { return draco_->indices; }
  bool has(const std::string& name) const { return list_.has(name); }
  std::size_t vertices() const {
    if (draco_) return draco_->points;
    const Node position = list_("POSITION");
    return accessor(d_, position).count;
  }

  // `components` floats a vertex; fails where the accessor has another number of them or of vertices.
  std::vector<float> floats(const std::string& name, int components, std::size_t vertices) const {
    if (const auto it = draco_ids_.find(name); it != draco_ids_.end()) {
      const auto& a = draco_->attributes.at(it->second);
      if (a.components == components) return a.values;
      d_.budget().spend(vertices, static_cast<std::uint64_t>(components) * 4, d_.name(), name.c_str());
      std::vector<float> out(vertices * static_cast<std::size_t>(components), 1.0f);
      for (std::size_t i = 0; i < vertices; ++i)
        for (int c = 0; c < std::min(components, a.components); ++c)
          out[i * static_cast<std::size_t>(components) + static_cast<std::size_t>(c)] =
              a.values[i * static_cast<std::size_t>(a.components) + static_cast<std::size_t>(c)];
      return out;
    }
    const Node reference = list_(name);
    const Accessor a = accessor(d_, reference);
    check(reference, a.count, vertices);
    if (a.components < std::min(components, 3) || a.components > 4)
      reference.bad(name + " has " + std::to_string(a.components) + " components, expected " +
                    std::to_string(components));
    d_.budget().spend(vertices, static_cast<std::uint64_t>(components) * 4, d_.name(), name.c_str());
    std::vector<float> out(vertices * static_cast<std::size_t>(components), 1.0f);
    for (std::size_t i = 0; i < vertices; ++i)
      for (int c = 0; c < std::min(components, a.components); ++c)
        out[i * static_cast<std::size_t>(components) + static_cast<std::size_t>(c)] = a.value(i, c);
    return out;
  }
  std::vector<glm::vec3> vec3(const std::string& name, std::size_t vertices) const {
    if (!draco_ids_.contains(name)) {
      const Node reference = list_(name);
      auto out = vec3s(d_, reference, name.c_str());
      check(reference, out.size(), vertices);
      return out;
    }
    const auto values = floats(name, 3, vertices);
    std::vector<glm::vec3> out(vertices);
    for (std::size_t i = 0; i < vertices; ++i) out[i] = {values[i * 3], values[i * 3 + 1], values[i * 3 + 2]};
    return out;
  }
  std::optional<std::vector<std::uint32_t>> whole(const std::string& name, std::size_t vertices) const {
    if (const auto it = draco_ids_.find(name); it != draco_ids_.end()) {
      const auto& a = draco_->attributes.at(it->second);
      std::vector<std::uint32_t> out(vertices, no_feature);
      for (std::size_t i = 0; i < vertices; ++i) {
        const float v = std::round(a.values[i * static_cast<std::size_t>(a.components)]);
        if (v >= 0 && v < 4294967040.0f) out[i] = static_cast<std::uint32_t>(v);
      }
      return out;
    }
    if (!has(name)) return std::nullopt;
    const Node reference = list_(name);
    const Accessor a = accessor(d_, reference);
    check(reference, a.count, vertices);
    if (a.components != 1) reference.bad(name + " must be SCALAR");
    d_.budget().spend(vertices, 4, d_.name(), name.c_str());
    std::vector<std::uint32_t> out(vertices);
    for (std::size_t i = 0; i < vertices; ++i) out[i] = a.whole(i);
    return out;
  }

 private:
  static void check(const Node& at, std::size_t found, std::size_t vertices) {
    if (found != vertices)
      at.bad("has " + std::to_string(found) + " values, and the primitive has " + std::to_string(vertices) +
             " vertices");
  }
  Document& d_;
  Node list_;
  std::optional<DracoData> draco_;
  std::map<std::string, std::uint32_t> draco_ids_;
};

// Strips, fans and loops to lists.
std::vector<std::uint32_t> as_list(Document& d, int mode, std::vector<std::uint32_t> in) {
  std::vector<std::uint32_t> out;
  const std::size_t n = in.size();
  switch (mode) {
    case 2:
    case 3:
      if (n < 2) return {};
      d.budget().spend(n, 8, d.name(), "lines");
      for (std::size_t i = 0; i + 1 < n; ++i) out.insert(out.end(), {in[i], in[i + 1]});
      if (mode == 2) out.insert(out.end(), {in[n - 1], in[0]});
      return out;
    case 5:
    case 6:
      if (n < 3) return {};
      d.budget().spend(n, 12, d.name(), "triangles");
      for (std::size_t i = 0; i + 2 < n; ++i) {
        if (mode == 6)
          out.insert(out.end(), {in[0], in[i + 1], in[i + 2]});
        else if (i % 2 == 0)
          out.insert(out.end(), {in[i], in[i + 1], in[i + 2]});
        else
          out.insert(out.end(), {in[i + 1], in[i], in[i + 2]});
      }
      return out;
    case 1: in.resize(n / 2 * 2); return in;
    case 4: in.resize(n / 3 * 3); return in;
    default: return in;
  }
}

std::vector<glm::vec2> transformed(const std::vector<float>& uv, const TextureUse& use) {
  std::vector<glm::vec2> out(uv.size() / 2);
  const float c = std::cos(use.rotation), s = std::sin(use.rotation);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const glm::vec2 p = glm::vec2(uv[i * 2], uv[i * 2 + 1]) * use.scale;
    out[i] = glm::vec2(c * p.x + s * p.y, -s * p.x + c * p.y) + use.offset;  // KHR_texture_transform's rotation
  }
  return out;
}

GltfPrimitive read_primitive(Document& d, const Node& primitive, const std::vector<TextureUse>& uses) {
  GltfPrimitive p;
  const int mode = static_cast<int>(primitive.size_value("mode", 4));
  if (mode > 6) primitive.bad("\"mode\" is " + std::to_string(mode) + ", expected 0 to 6");
  p.mode = mode == 0 ? GltfMode::points : mode < 4 ? GltfMode::lines : GltfMode::triangles;
  const Attributes attributes(d, primitive);
  if (!attributes.has("POSITION")) {
    d.warn("a primitive without POSITION draws nothing", &primitive);
    return p;
  }
  const std::size_t vertices = attributes.vertices();
  p.positions = attributes.vec3("POSITION", vertices);
  if (attributes.has("NORMAL")) p.normals = attributes.vec3("NORMAL", vertices);
  if (const auto material = primitive.find("material"))
    p.material = static_cast<std::int32_t>(material->index_in(d.out().materials.size(), "material"));
  if (p.material >= 0 && d.out().materials[static_cast<std::size_t>(p.material)].texture >= 0) {
    const TextureUse& use = uses[static_cast<std::size_t>(p.material)];
    const std::string name = "TEXCOORD_" + std::to_string(use.set);
    if (attributes.has(name)) p.uvs = transformed(attributes.floats(name, 2, vertices), use);
  }
  if (attributes.has("COLOR_0")) {
    const auto colour = attributes.floats("COLOR_0", 4, vertices);
    p.colours.resize(vertices);
    for (std::size_t i = 0; i < vertices; ++i)
      p.colours[i] = {encode_srgb(colour[i * 4]), encode_srgb(colour[i * 4 + 1]), encode_srgb(colour[i * 4 + 2]), 255};
  }
  if (attributes.has("_TENBO_LIGHT")) {
    const auto light = attributes.floats("_TENBO_LIGHT", 2, vertices);
    const auto byte = [](float v) { return static_cast<std::uint8_t>(v > 0 ? std::lround(std::min(v, 1.0f) * 255) : 0); };
    p.light.resize(vertices);
    for (std::size_t i = 0; i < vertices; ++i) p.light[i] = {byte(light[i * 2]), byte(light[i * 2 + 1])};
  }
  std::vector<std::uint32_t> list;
  if (attributes.compressed()) {
    list = attributes.compressed_indices();
    if (mode != 4 && mode != 5) primitive.bad("Draco holds triangles, and \"mode\" is " + std::to_string(mode));
  } else if (const auto reference = primitive.find("indices")) {
    list = indices(d, *reference);
    for (const auto i : list)
      if (i >= vertices)
        reference->bad("an index names vertex " + std::to_string(i) + ", and there are " + std::to_string(vertices));
  } else {
    d.budget().spend(vertices, 4, d.name(), "indices");
    list.resize(vertices);
    std::iota(list.begin(), list.end(), 0u);
  }
  p.indices = as_list(d, attributes.compressed() ? 4 : mode, std::move(list));
  read_features(
      d, primitive, [&](const std::string& name) { return attributes.whole(name, vertices); },
      [&](std::int32_t set) {
        const auto values = attributes.floats("TEXCOORD_" + std::to_string(set), 2, vertices);
        return transformed(values, {});
      },
      p);
  if (primitive.count("targets") > 0)
    d.warn("morph targets are not applied: the mesh stands as it is without them", &primitive);
  return p;
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> read_mesh(Document& d, const Node& mesh, const std::vector<TextureUse>& uses) {
  const auto first = static_cast<std::uint32_t>(d.out().primitives.size());
  const Node list = mesh("primitives");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Node primitive = list.at(i);
    primitive.object();
    d.out().primitives.push_back(read_primitive(d, primitive, uses));
  }
  return {first, static_cast<std::uint32_t>(d.out().primitives.size()) - first};
}

}  // namespace tenbo::io::gltf
