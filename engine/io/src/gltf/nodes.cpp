// The scene: nodes and their transforms, instances, skins in their resting pose.
#include <glm/gtc/quaternion.hpp>
#include <glm/gtc/type_ptr.hpp>

#include "gltf/document.h"

namespace tenbo::io::gltf {
namespace {

constexpr int deepest = 500;
constexpr std::size_t most_placements = 4'000'000;

glm::dmat4 trs(glm::dvec3 t, glm::dquat r, glm::dvec3 s) {
  glm::dmat4 m = glm::mat4_cast(r);
  for (int c = 0; c < 3; ++c) m[c] *= s[c];
  m[3] = glm::dvec4(t, 1);
  return m;
}

glm::dmat4 local_transform(const Node& node) {
  if (const auto matrix = node.find("matrix")) {
    const auto v = matrix->numbers(16, 16);
    return glm::make_mat4(v.data());
  }
  glm::dvec3 t(0), s(1);
  glm::dquat r(1, 0, 0, 0);
  if (const auto n = node.find("translation")) {
    const auto v = n->numbers(3, 3);
    t = {v[0], v[1], v[2]};
  }
  if (const auto n = node.find("scale")) {
    const auto v = n->numbers(3, 3);
    s = {v[0], v[1], v[2]};
  }
  if (const auto n = node.find("rotation")) {
    const auto v = n->numbers(4, 4);
    const glm::dquat q(v[3], v[0], v[1], v[2]);
    if (glm::dot(q, q) > 1e-12) r = glm::normalize(q);
  }
  return trs(t, r, s);
}

struct Instances {
  std::vector<glm::dmat4> transforms;
  std::vector<std::uint32_t> features;
  std::int32_t properties = -1;
};

Instances read_instances(Document& d, const Node& node, const Node& extension) {
  Instances out;
  const Node attributes = extension("attributes");
  attributes.object();
  std::optional<Accessor> t, r, s;
  std::size_t count = 0;
  const auto take = [&](const char* name, int components, std::optional<Accessor>& to) {
    const auto reference = attributes.find(name);
    if (!reference) return;
    to = accessor(d, *reference);
    if (to->components != components)
      reference->bad(std::string(name) + " must have " + std::to_string(components) + " components");
    if (count != 0 && to->count != count) reference->bad("instance attributes differ in their count");
    count = to->count;
  };
  take("TRANSLATION", 3, t);
  take("ROTATION", 4, r);
  take("SCALE", 3, s);
  d.budget().spend(count, sizeof(glm::dmat4), d.name(), "instances");
  out.transforms.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto vec = [i](const std::optional<Accessor>& a, double fallback) {
      return a ? glm::dvec3(a->value(i, 0), a->value(i, 1), a->value(i, 2)) : glm::dvec3(fallback);
    };
    glm::dquat q(1, 0, 0, 0);
    if (r) {
      const glm::dquat v(r->value(i, 3), r->value(i, 0), r->value(i, 1), r->value(i, 2));
      if (glm::dot(v, v) > 1e-12) q = glm::normalize(v);
    }
    out.transforms.push_back(trs(vec(t, 0), q, vec(s, 1)));
  }
  const auto extensions = node.find("extensions");
  const auto features = extensions ? extensions->find("EXT_instance_features") : std::nullopt;
  if (!features) return out;
  const Node list = (*features)("featureIds");
  const auto chosen = featured(list);
  if (!chosen) return out;
  const Node entry = list.at(*chosen);
  std::uint64_t features_count = entry.size_value("featureCount");
  if (const auto table = entry.find("propertyTable")) {
    const std::size_t index = table->index_in(d.out().properties.size(), "property table");
    out.properties = static_cast<std::int32_t>(index);
    features_count = d.out().properties[index]->rows();
  }
  out.features.resize(count, no_feature);
  std::optional<Accessor> ids;
  if (const auto attribute = entry.find("attribute")) {
    const std::string name = "_FEATURE_ID_" + std::to_string(attribute->size_value());
    const Node reference = attributes(name);
    ids = accessor(d, reference);
    if (ids->count != count || ids->components != 1) reference.bad("there is not one feature id an instance");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t id = ids ? ids->whole(i) : static_cast<std::uint32_t>(i);
    if (id < features_count) out.features[i] = id;
  }
  return out;
}

class Scene {
 public:
  Scene(Document& d, const std::vector<TextureUse>& uses)
      : d_(d),
        uses_(uses),
        nodes_(d.root().find("nodes")),
        state_(nodes_ ? nodes_->size() : 0),
        worlds_(state_.size()) {}

  void read() {
    if (!nodes_) return;
    const auto scenes = d_.root().find("scenes");
    if (scenes && scenes->size() > 0) {
      const auto chosen = d_.root().find("scene");
      const std::size_t index = chosen ? chosen->index_in(scenes->size(), "scene") : 0;
      const Node scene = scenes->at(index);
      scene.object();
      walk_list(scene, "nodes", glm::dmat4(1), 0);
    } else {  // without a scene: every node that is nobody's child
      std::vector<bool> child(nodes_->size());
      for (std::size_t i = 0; i < nodes_->size(); ++i) {
        const Node node = nodes_->at(i);
        node.object();
        const auto list = node.find("children");
        for (std::size_t k = 0; list && k < list->size(); ++k) {
          const Node reference = list->at(k);
          child[reference.index_in(nodes_->size(), "node")] = true;
        }
      }
      for (std::size_t i = 0; i < nodes_->size(); ++i)
        if (!child[i]) walk(i, glm::dmat4(1), 0);
    }
    for (const auto& [node, skin] : skinned_) place_skinned(node, skin);
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };

  void walk_list(const Node& of, const char* key, const glm::dmat4& parent, int depth) {
    const auto list = of.find(key);
    for (std::size_t k = 0; list && k < list->size(); ++k) {
      const Node reference = list->at(k);
      const std::size_t i = reference.index_in(nodes_->size(), "node");
      if (state_[i] == State::open) reference.bad("the nodes go round in a circle");
      if (state_[i] == State::done) reference.bad("node " + std::to_string(i) + " has two parents");
      walk(i, parent, depth);
    }
  }

  void walk(std::size_t i, const glm::dmat4& parent, int depth) {
    const Node node = nodes_->at(i);
    node.object();
    if (depth > deepest) node.bad("the nodes are nested more than " + std::to_string(deepest) + " deep");
    state_[i] = State::open;
    const glm::dmat4 world = parent * local_transform(node);
    worlds_[i] = world;
    if (const auto mesh = node.find("mesh")) {
      if (const auto skin = node.find("skin")) {
        const auto skins = d_.root().find("skins");
        skinned_.emplace_back(i, skin->index_in(skins ? skins->size() : 0, "skin"));
      } else {
        place(node, *mesh, world);
      }
    }
    walk_list(node, "children", world, depth + 1);
    state_[i] = State::done;
  }

  std::pair<std::uint32_t, std::uint32_t> mesh_of(const Node& reference) {
    return d_.with("meshes", reference, "mesh", [&](const Node& mesh, std::size_t index) {
      const auto it = meshes_.find(index);
      if (it != meshes_.end()) return it->second;
      const auto range = read_mesh(d_, mesh, uses_);
      meshes_.emplace(index, range);
      return range;
    });
  }

  void put(GltfPlacement p, const Node& at) {
    if (d_.out().placements.size() >= most_placements)
      at.bad("more than " + std::to_string(most_placements) + " instances");
    d_.budget().spend(1, sizeof(GltfPlacement), d_.name(), "instances");
    d_.out().placements.push_back(p);
  }

  void place(const Node& node, const Node& mesh, const glm::dmat4& world) {
    const auto [first, count] = mesh_of(mesh);
    const auto extensions = node.find("extensions");
    if (const auto instancing = extensions ? extensions->find("EXT_mesh_gpu_instancing") : std::nullopt) {
      const Instances instances = read_instances(d_, node, *instancing);
      for (std::uint32_t k = 0; k < count; ++k)
        for (std::size_t i = 0; i < instances.transforms.size(); ++i)
          put({first + k, world * instances.transforms[i],
               instances.features.empty() ? no_feature : instances.features[i], instances.properties},
              *instancing);
      return;
    }
    for (std::uint32_t k = 0; k < count; ++k) put({first + k, world, no_feature, -1}, node);
  }

  // A skinned mesh stands where its joints are: its vertices are moved once, and the node's own transform does not
  // count.
  void place_skinned(std::size_t node_index, std::size_t skin_index) {
    const Node node = nodes_->at(node_index);
    const Node mesh_reference = node("mesh");
    const auto skins = d_.root().find("skins");
    const Node skin = skins->at(skin_index);
    const Node joints = skin("joints");
    std::vector<glm::dmat4> pose;
    for (std::size_t k = 0; k < joints.size(); ++k) {
      const Node reference = joints.at(k);
      pose.push_back(worlds_[reference.index_in(nodes_->size(), "node")]);
    }
    if (const auto reference = skin.find("inverseBindMatrices")) {
      const Accessor a = accessor(d_, *reference);
      if (a.components != 16 || a.count < pose.size()) reference->bad("there is not one MAT4 a joint");
      for (std::size_t k = 0; k < pose.size(); ++k) {
        glm::dmat4 inverse;
        for (int c = 0; c < 16; ++c) inverse[c / 4][c % 4] = a.value(k, c);
        pose[k] *= inverse;
      }
    }
    d_.with("meshes", mesh_reference, "mesh", [&](const Node& mesh, std::size_t) {
      const auto [first, count] = read_mesh(d_, mesh, uses_);
      const Node list = mesh("primitives");
      for (std::uint32_t k = 0; k < count; ++k) {
        const Node primitive = list.at(k), attributes = primitive("attributes");
        move(d_.out().primitives[first + k], attributes, pose);
        put({first + k, glm::dmat4(1), no_feature, -1}, node);
      }
      return 0;
    });
  }

  void move(GltfPrimitive& p, const Node& attributes, const std::vector<glm::dmat4>& pose) {
    const auto joints_reference = attributes.find("JOINTS_0"), weights_reference = attributes.find("WEIGHTS_0");
    if (!joints_reference || !weights_reference) return;
    const Accessor joints = accessor(d_, *joints_reference), weights = accessor(d_, *weights_reference);
    if (joints.components != 4 || weights.components != 4 || joints.count != p.positions.size() ||
        weights.count != p.positions.size())
      joints_reference->bad("joints and weights must be VEC4, one a vertex");
    for (std::size_t i = 0; i < p.positions.size(); ++i) {
      glm::dmat4 m(0);
      double sum = 0;
      for (int c = 0; c < 4; ++c) {
        const double w = weights.value(i, c);
        const double j = joints.value(i, c);
        if (!(w > 0)) continue;
        if (!(j >= 0 && j < static_cast<double>(pose.size())))
          joints_reference->bad("a vertex names a joint that is not there");
        m += pose[static_cast<std::size_t>(j)] * w;
        sum += w;
      }
      if (!(sum > 0)) continue;
      p.positions[i] = glm::vec3(m * glm::dvec4(p.positions[i], 1.0) / sum);
      if (!p.normals.empty()) p.normals[i] = glm::vec3(glm::dmat3(m) * glm::dvec3(p.normals[i]));
    }
  }

  Document& d_;
  const std::vector<TextureUse>& uses_;
  std::optional<Node> nodes_;
  std::vector<State> state_;
  std::vector<glm::dmat4> worlds_;
  std::map<std::size_t, std::pair<std::uint32_t, std::uint32_t>> meshes_;
  std::vector<std::pair<std::size_t, std::size_t>> skinned_;
};

}  // namespace

void read_nodes(Document& d, const std::vector<TextureUse>& uses) { Scene(d, uses).read(); }

}  // namespace tenbo::io::gltf
