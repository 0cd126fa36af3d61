// Decoded content to what is drawn: positions in a local frame on Earth, features with their attributes, one batch for
// each texture and one for everything without.
#include <algorithm>
#include <cmath>
#include <glm/geometric.hpp>
#include <glm/matrix.hpp>
#include <limits>
#include <map>

#include "gltf/budget.h"
#include "image/image_memory.h"
#include "tenbo/io/image.h"
#include "tenbo/io/tiles.h"
#include "tiles/marker.h"
#include "tiles/tile_features.h"

namespace tenbo::io {
namespace {

const glm::dmat4 y_to_z(1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1);
constexpr double highest_hollow = 6'200'000;  // m from the Earth's centre: what lies deeper is not placed on Earth
constexpr float farthest = 2e7f;              // m from its frame

bool finite(const glm::dvec3& v) { return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z); }
bool near(const glm::vec3& v) {
  return std::abs(v.x) < farthest && std::abs(v.y) < farthest && std::abs(v.z) < farthest;
}  // false for NaN

struct Bounds {
  glm::dvec3 low{std::numeric_limits<double>::infinity()}, high{-std::numeric_limits<double>::infinity()};
  void add(const glm::dvec3& p) {
    low = glm::min(low, p);
    high = glm::max(high, p);
  }
  bool empty() const { return !(low.x <= high.x); }
};

Bounds bounds_of(const GltfPrimitive& p) {
  Bounds b;
  for (const auto& v : p.positions)
    if (near(v)) b.add(v);
  return b;
}

float packed_colour(Rgba8 c) { return static_cast<float>(c.r + 256 * c.g + 65536 * c.b); }
std::uint8_t times(std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>((a * b + 127) / 255); }

class Mesher {
 public:
  Mesher(std::vector<Gltf>& models, const std::string& name, const glm::dmat4& transform,
         const std::vector<std::shared_ptr<const TileAttributes>>& attributes, const TileMeshOptions& options,
         CityModel& out)
      : models_(models),
        name_(name),
        transform_(transform),
        options_(options),
        out_(out),
        budget_(options.memory),
        features_(out, budget_, name, attributes) {}

  void run() {
    if (!place()) return;
    for (auto& model : models_) {
      features_.begin_model(&model);
      textures_.clear();
      const glm::dmat4 to_local = (model.on_globe ? from_globe_ : local_) * space_of(model);
      for (const auto& p : model.placements) {
        const auto& primitive = model.primitives[p.primitive];
        const glm::dmat4 m = to_local * p.transform;
        switch (primitive.mode) {
          case GltfMode::triangles: triangles(model, primitive, p, m); break;
          case GltfMode::points: points(model, primitive, p, m); break;
          case GltfMode::lines: lines_ += primitive.indices.size() / 2; break;
        }
      }
    }
    finish();
  }

 private:
  // The file's space to the tile's.
  static glm::dmat4 space_of(const Gltf& model) {
    glm::dmat4 m = model.z_up ? glm::dmat4(1) : y_to_z;
    if (model.rtc_center) m[3] += glm::dvec4(*model.rtc_center, 0);
    return m;
  }

  // Where it lies: the frame, and the matrix from the tile's space into it. False where nothing has a place.
  bool place() {
    Bounds all;
    for (const auto& model : models_) {
      std::vector<std::optional<Bounds>> known(model.primitives.size());
      const glm::dmat4 space = (model.on_globe ? glm::dmat4(1) : transform_) * space_of(model);
      for (const auto& p : model.placements) {
        auto& b = known[p.primitive];
        if (!b) b = bounds_of(model.primitives[p.primitive]);
        if (b->empty()) continue;
        const glm::dmat4 m = space * p.transform;
        for (int corner = 0; corner < 8; ++corner) {
          const glm::dvec3 c(corner & 1 ? b->high.x : b->low.x, corner & 2 ? b->high.y : b->low.y,
                             corner & 4 ? b->high.z : b->low.z);
          const auto world = glm::dvec3(m * glm::dvec4(c, 1));
          if (finite(world) && glm::length(world) < 1e9) all.add(world);
        }
      }
    }
    if (all.empty()) {
      for (const auto& model : models_)
        for (const auto& p : model.placements)
          if (!model.primitives[p.primitive].positions.empty())
            json::fail(ErrorCode::malformed, "lies nowhere that can be drawn: its coordinates are no numbers, or more than a million kilometres away", name_, "", "are they in metres?");
      return false;
    }
    const glm::dvec3 centre = (all.low + all.high) * 0.5;
    out_.vertical = geo::VerticalKind::unknown;
    const bool globe = std::any_of(models_.begin(), models_.end(), [](const Gltf& m) { return m.on_globe; });
    const bool on_earth = globe || options_.on_earth.value_or(glm::length(centre) > highest_hollow);
    if (on_earth) {
      if (glm::length(centre) < 1000) {  // a set around the whole Earth has its middle nowhere
        frame_ = geo::LocalFrame::at(geo::from_ecef(all.high));
      } else {
        frame_ = geo::LocalFrame::at(geo::from_ecef(centre));
      }
      glm::dmat4 inverse(glm::transpose(frame_.axes));
      inverse[3] = glm::dvec4(-(glm::transpose(frame_.axes) * frame_.origin), 1);
      from_globe_ = inverse;
      local_ = inverse * transform_;
      out_.vertical = options_.vertical;
      if (auto crs = geo::Crs::parse(options_.vertical == geo::VerticalKind::ellipsoidal ? "EPSG:4979" : "EPSG:4326")) out_.crs = *crs;
      const double shift =
          options_.heights.offset(options_.vertical, frame_.anchor.lon, frame_.anchor.lat);
      if (std::isfinite(shift) && shift != 0)
        frame_ = geo::LocalFrame::at({frame_.anchor.lon, frame_.anchor.lat, frame_.anchor.height + shift});
    } else {
      frame_ = geo::LocalFrame::at(options_.position);
      const double h = options_.heading * M_PI / 180.0, c = std::cos(h), s = std::sin(h);  // clockwise about up
      glm::dmat4 turn(1);
      turn[0] = {c * options_.scale, -s * options_.scale, 0, 0};
      turn[1] = {s * options_.scale, c * options_.scale, 0, 0};
      turn[2] = {0, 0, options_.scale, 0};
      local_ = turn * transform_;
    }
    return true;
  }

  MeshBatch& batch(std::int32_t texture, Rgba8 colour, bool vertex_colours, bool light = false, bool closed = false) {
    const auto key = std::tuple(texture, vertex_colours ? 0u : colour.packed(), vertex_colours, light, closed);
    const auto it = batches_.find(key);
    if (it != batches_.end() && out_.batches[it->second].mesh.vertices.size() < 4'000'000)
      return out_.batches[it->second];
    MeshBatch b;
    b.frame = frame_;
    b.texture = texture;
    b.colour = vertex_colours ? Rgba8{255, 255, 255, 255} : colour;
    b.vertex_colours = vertex_colours;
    b.baked_light = light;
    b.closed = closed;
    b.theme = options_.theme;
    b.min = glm::vec3(std::numeric_limits<float>::max());
    b.max = glm::vec3(-std::numeric_limits<float>::max());
    batches_[key] = out_.batches.size();
    out_.batches.push_back(std::move(b));
    return out_.batches.back();
  }

  std::int32_t texture(const Gltf& model, const GltfMaterial& material) {
    if (material.texture < 0) return -1;
    const bool opaque = material.alpha == GltfMaterial::Alpha::opaque;
    const auto key = std::pair(material.texture, opaque);
    if (const auto it = textures_.find(key); it != textures_.end()) return it->second;
    const auto& from = model.textures[static_cast<std::size_t>(material.texture)];
    CityTexture t;
    t.path = from.name;
    t.data = from.data;
    t.repeat = from.repeat;
    t.opaque = opaque;
    const auto index = static_cast<std::int32_t>(out_.textures.size());
    out_.textures.push_back(std::move(t));
    return textures_[key] = index;
  }

  // The features' boxes in the frame, kept beside the table until the end.
  void grow(std::uint32_t row, const glm::vec3& p) {
    if (row >= boxes_.size()) boxes_.resize(std::max<std::size_t>(row + 1, boxes_.size() * 2));
    auto& b = boxes_[row];
    b.low = glm::min(b.low, p);
    b.high = glm::max(b.high, p);
  }

  void triangles(const Gltf& model, const GltfPrimitive& p, const GltfPlacement& placement, const glm::dmat4& m) {
    const std::size_t count = p.indices.size() / 3;
    if (count == 0) return;
    out_.triangles += count;
    const GltfMaterial material =
        p.material >= 0 ? model.materials[static_cast<std::size_t>(p.material)] : GltfMaterial{};
    const bool flat = p.normals.empty();
    const std::size_t vertices = flat ? count * 3 : p.positions.size();
    budget_.spend(vertices * sizeof(Vertex) + count * 12 + p.positions.size() * 16, 1, name_, "its meshes");
    std::vector<glm::vec3> local(p.positions.size());
    std::vector<std::uint32_t> rows(p.positions.size());
    std::vector<bool> good(p.positions.size());
    for (std::size_t i = 0; i < local.size(); ++i) {
      local[i] = glm::vec3(m * glm::dvec4(p.positions[i], 1));
      good[i] = near(local[i]);
      const std::uint32_t f = placement.feature != no_feature ? placement.feature
                              : p.features.empty()            ? no_feature
                                                              : p.features[i];
      rows[i] = features_.row(placement.feature != no_feature ? placement.properties : p.properties, f);
      if (good[i]) grow(rows[i], local[i]);
    }
    if (!options_.meshes) return;
    const bool mirrored = glm::determinant(glm::dmat3(m)) < 0;
    const std::int32_t picture = !p.uvs.empty() ? texture(model, material) : -1;
    const bool plain = p.material < 0 && p.colours.empty();  // says nothing of how it looks: the theme does
    const bool coloured = picture < 0 && !plain && material.colour.a == 255;  // of one draw, whatever the materials
    if (picture >= 0 && !p.colours.empty()) ++colours_with_texture_;
    // Files often say of open surfaces that they have one side: what was baked here was looked at.
    const bool light = !p.light.empty();
    MeshBatch& b = batch(picture, plain ? Rgba8{255, 255, 255, 0} : material.colour, coloured, light, light && !material.double_sided);
    const auto first = static_cast<std::uint32_t>(b.mesh.vertices.size());
    const auto vertex = [&](std::size_t i, const glm::vec3& n) {
      const auto& at = local[i];
      float u = 0, v = 0;
      if (picture >= 0) {
        u = std::isfinite(p.uvs[i].x) ? p.uvs[i].x : 0;
        v = std::isfinite(p.uvs[i].y) ? p.uvs[i].y : 0;
      } else if (coloured) {
        Rgba8 c = material.colour;
        if (!p.colours.empty())
          c = {times(c.r, p.colours[i].r), times(c.g, p.colours[i].g), times(c.b, p.colours[i].b), 255};
        u = packed_colour(c);
      }
      b.min = glm::min(b.min, at);
      b.max = glm::max(b.max, at);
      const std::uint32_t normal = encode_normal(n);
      return Vertex{at.x, at.y, at.z, light ? with_light(normal, p.light[i][0], p.light[i][1]) : normal, u, v, rows[i]};
    };
    auto& to = b.mesh;
    if (!flat) {
      const glm::mat3 turn(glm::transpose(glm::inverse(glm::dmat3(m))));
      to.vertices.reserve(to.vertices.size() + vertices);
      for (std::size_t i = 0; i < local.size(); ++i) {
        glm::vec3 n = turn * p.normals[i];
        const float l = glm::length(n);
        n = l > 1e-20f && std::isfinite(l) ? n / l : glm::vec3(0, 0, 1);
        if (good[i])
          to.vertices.push_back(vertex(i, n));
        else
          to.vertices.push_back(Vertex{0, 0, 0, encode_normal({0, 0, 1}), 0, 0, no_feature});
      }
    }
    for (std::size_t t = 0; t < count; ++t) {
      std::uint32_t a = p.indices[t * 3], c = p.indices[t * 3 + 1], d = p.indices[t * 3 + 2];
      if (mirrored) std::swap(c, d);
      if (!good[a] || !good[c] || !good[d]) {
        ++dropped_;
        continue;
      }
      if (!flat) {
        to.indices.insert(to.indices.end(), {first + a, first + c, first + d});
        continue;
      }
      glm::vec3 n = glm::cross(local[c] - local[a], local[d] - local[a]);
      const float l = glm::length(n);
      if (!(l > 0)) continue;  // no area
      n /= l;
      const auto at = static_cast<std::uint32_t>(to.vertices.size());
      for (const auto i : {a, c, d}) to.vertices.push_back(vertex(i, n));
      to.indices.insert(to.indices.end(), {at, at + 1, at + 2});
    }
  }

  void points(const Gltf& model, const GltfPrimitive& p, const GltfPlacement& placement, const glm::dmat4& m) {
    const std::size_t count = p.indices.size();
    if (count == 0) return;
    out_.points += count;
    const GltfMaterial material =
        p.material >= 0 ? model.materials[static_cast<std::size_t>(p.material)] : GltfMaterial{};
    std::vector<glm::vec3> local(p.positions.size());
    Bounds extent;
    for (std::size_t i = 0; i < local.size(); ++i) {
      local[i] = glm::vec3(m * glm::dvec4(p.positions[i], 1));
      if (near(local[i])) extent.add(local[i]);
    }
    if (extent.empty()) return;
    const Marker& marker = marker_for(count);
    const float size = marker_size(extent.high - extent.low, count);
    out_.triangles += count * marker.triangles.size();
    budget_.spend(count, marker.corners.size() * sizeof(Vertex) + marker.triangles.size() * 12, name_, "its points");
    const glm::mat3 turn(glm::transpose(glm::inverse(glm::dmat3(m))));
    MeshBatch* b = options_.meshes ? &batch(-1, material.colour, true) : nullptr;
    for (const auto i : p.indices) {
      if (!near(local[i])) {
        ++dropped_;
        continue;
      }
      const std::uint32_t f = placement.feature != no_feature ? placement.feature
                              : p.features.empty()            ? no_feature
                                                              : p.features[i];
      const auto row = features_.row(placement.feature != no_feature ? placement.properties : p.properties, f);
      grow(row, local[i]);
      if (!b) continue;
      glm::vec3 own(0);
      if (!p.normals.empty()) {
        own = turn * p.normals[i];
        const float l = glm::length(own);
        own = l > 1e-20f && std::isfinite(l) ? own / l : glm::vec3(0);
      }
      const float colour = packed_colour(p.colours.empty() ? material.colour : p.colours[i]);
      const auto first = static_cast<std::uint32_t>(b->mesh.vertices.size());
      for (const auto& corner : marker.corners) {
        const glm::vec3 at = local[i] + corner * size;
        b->mesh.vertices.push_back(
            {at.x, at.y, at.z, encode_normal(own == glm::vec3(0) ? glm::normalize(corner) : own), colour, 0, row});
        b->min = glm::min(b->min, at);
        b->max = glm::max(b->max, at);
      }
      for (const auto& t : marker.triangles)
        b->mesh.indices.insert(b->mesh.indices.end(), {first + t[0], first + t[1], first + t[2]});
    }
  }

  // Feature boxes to extents, and what there is to say.
  void finish() {
    for (std::uint32_t row = 0; row < out_.features.size() && row < boxes_.size(); ++row) {
      const auto& b = boxes_[row];
      if (!(b.low.x <= b.high.x)) continue;
      geo::Extent e;
      for (const double x : {b.low.x, b.high.x})
        for (const double y : {b.low.y, b.high.y}) {
          // A level plane rises above the ellipsoid by d^2 / 2R from its middle.
          const double rise = (x * x + y * y) / (2 * geo::mean_radius);
          auto p = frame_.to_geo({x, y, b.low.z});
          e.add(p.lon, p.lat);
          const double base = frame_.anchor.height + rise;
          e.min_height = std::min(e.min_height, base + b.low.z);
          e.max_height = std::max(e.max_height, base + b.high.z);
        }
      out_.features.set_extent(row, e);
      out_.extent.add(e);
    }
    const auto say = [&](std::uint64_t n, const char* what, bool lost) {
      if (n == 0) return;
      Error e{lost ? ErrorCode::malformed : ErrorCode::unsupported, std::to_string(n) + what, name_, "", ""};
      if (lost)
        out_.diagnostics.fail(std::move(e));
      else
        out_.diagnostics.warn(std::move(e));
    };
    say(dropped_, " triangles or points have no finite place and are left out", true);
    say(lines_, " line segments are not drawn: lines of glTF have no look here yet", false);
    say(colours_with_texture_, " meshes have both a texture and vertex colours, and show the texture alone", false);
    for (auto& b : out_.batches)
      if (b.mesh.indices.empty()) b.min = b.max = glm::vec3(0);
    std::erase_if(out_.batches, [](const MeshBatch& b) { return b.mesh.indices.empty(); });
    for (auto& b : out_.batches)
      if (b.closed) group_by_facing(b.mesh);
  }

  struct Box {
    glm::vec3 low{std::numeric_limits<float>::max()}, high{-std::numeric_limits<float>::max()};
  };

  std::vector<Gltf>& models_;
  const std::string& name_;
  const glm::dmat4& transform_;
  const TileMeshOptions& options_;
  CityModel& out_;
  Budget budget_;
  TileFeatures features_;
  geo::LocalFrame frame_;
  glm::dmat4 local_{1}, from_globe_{1};  // from the tile's space, and from ECEF, into the frame
  std::map<std::tuple<std::int32_t, std::uint32_t, bool, bool, bool>, std::size_t> batches_;
  std::map<std::pair<std::int32_t, bool>, std::int32_t> textures_;
  std::vector<Box> boxes_;
  std::uint64_t dropped_ = 0, lines_ = 0, colours_with_texture_ = 0;
};

}  // namespace

Result<CityModel> mesh_tile(std::vector<Gltf> models, const std::string& name, const glm::dmat4& transform,
                            const std::vector<std::shared_ptr<const TileAttributes>>& attributes,
                            const TileMeshOptions& options) {
  CityModel out;
  out.own_look = true;
  try {
    for (auto& m : models) out.diagnostics.merge(std::move(m.diagnostics));
    Mesher(models, name, transform, attributes, options, out).run();
  } catch (const json::Bad& bad) { return bad.error; }
  return out;
}

Result<Image> read_texture(const CityTexture& texture, int max_edge) {
  auto image =
      texture.data ? read_image_memory(*texture.data, texture.path, max_edge) : read_image(texture.path, max_edge);
  if (image && texture.opaque)
    for (std::size_t i = 3; i < image->rgba.size(); i += 4) image->rgba[i] = 255;
  return image;
}

}  // namespace tenbo::io
