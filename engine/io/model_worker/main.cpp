// The importer of 3D models, alone in its process: `tenbo_model_worker FILE` reads with Assimp and writes what
// model_format.h describes. Exit status 0 = a model was written; 3 = the file cannot be read, why stands on standard error.
#include <assimp/DefaultIOSystem.h>
#include <assimp/Importer.hpp>
#include <assimp/config.h>
#include <assimp/GltfMaterial.h>
#include <assimp/postprocess.h>
#include <assimp/scene.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/model_format.h"

namespace fs = std::filesystem;
namespace format = tenbo::model_format;

namespace {

// Opens nothing outside of the model's folder, whatever the model names.
class FolderOnly final : public Assimp::DefaultIOSystem {
 public:
  explicit FolderOnly(fs::path root) : root_(std::move(root)) {}
  bool Exists(const char* file) const override { return inside(file) && DefaultIOSystem::Exists(file); }
  Assimp::IOStream* Open(const char* file, const char* mode) override {
    return inside(file) && mode && mode[0] == 'r' ? DefaultIOSystem::Open(file, mode) : nullptr;
  }

 private:
  bool inside(const char* file) const {
    std::error_code ec;
    const fs::path real = fs::weakly_canonical(file, ec);
    if (ec) return false;
    const auto end = std::mismatch(root_.begin(), root_.end(), real.begin(), real.end()).first;
    return end == root_.end();
  }
  fs::path root_;
};

std::string lower_extension(const fs::path& path) {
  std::string e = path.extension().string();
  std::transform(e.begin(), e.end(), e.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return e;
}

template <class T>
bool metadata(const aiScene& scene, const char* key, T& value) {
  return scene.mMetaData && scene.mMetaData->Get(key, value);
}

// From the file's axes and unit to metres with z up.
aiMatrix4x4 to_world(const aiScene& scene, const std::string& extension) {
  double scale = 1;
  bool y_up = true;
  if (extension == ".fbx") {
    double unit = 1;  // cm for one of the file's units
    if (float narrow = 1; !metadata(scene, "UnitScaleFactor", unit) && metadata(scene, "UnitScaleFactor", narrow)) unit = narrow;
    if (unit > 0 && std::isfinite(unit)) scale = unit * 0.01;
    std::int32_t up = 1;
    if (metadata(scene, "UpAxis", up)) y_up = up != 2;
  } else if (extension == ".stl" || extension == ".ply" || extension == ".3ds" || extension == ".dxf" || extension == ".3mf" || extension == ".amf") {
    y_up = false;  // these have z up, by custom or by their standard
  }
  aiMatrix4x4 m;
  if (y_up) m = aiMatrix4x4(1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1);
  aiMatrix4x4 s;
  s.a1 = s.b2 = s.c3 = static_cast<ai_real>(scale);
  return m * s;
}

std::uint8_t byte(float v) { return static_cast<std::uint8_t>(std::lround(std::clamp(std::isfinite(v) ? v : 1.0f, 0.0f, 1.0f) * 255)); }
float srgb(float v) { return v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f; }

struct Output {
  std::vector<unsigned char> body, textures;
  std::uint32_t parts = 0, texture_count = 0;
  std::uint64_t vertices = 0, indices = 0, texture_bytes = 0;
  std::vector<std::string> warnings;
  std::map<std::string, std::int32_t> texture_index;

  template <class T>
  static void put(std::vector<unsigned char>& to, const T* values, std::size_t n) {
    const auto* p = reinterpret_cast<const unsigned char*>(values);
    to.insert(to.end(), p, p + n * sizeof(T));
  }
};

std::int32_t texture_of(const aiScene& scene, const aiMaterial& material, Output& out) {
  aiString name;
  if (material.GetTexture(aiTextureType_BASE_COLOR, 0, &name) != AI_SUCCESS && material.GetTexture(aiTextureType_DIFFUSE, 0, &name) != AI_SUCCESS) return -1;
  const std::string key(name.C_Str());
  if (key.empty()) return -1;
  if (const auto it = out.texture_index.find(key); it != out.texture_index.end()) return it->second;
  std::int32_t index = -1;
  format::TextureHeader header{format::TextureKind::path, 0, 0, 0};
  const void* bytes = nullptr;
  std::vector<unsigned char> rgba;
  if (const aiTexture* t = scene.GetEmbeddedTexture(key.c_str())) {
    if (t->mHeight == 0) {
      header = {format::TextureKind::packed, 0, 0, t->mWidth};
      bytes = t->pcData;
    } else {
      const std::uint64_t pixels = static_cast<std::uint64_t>(t->mWidth) * t->mHeight;
      if (pixels <= format::max_texture_bytes / 4) {
        rgba.reserve(pixels * 4);
        for (std::uint64_t i = 0; i < pixels; ++i) rgba.insert(rgba.end(), {t->pcData[i].r, t->pcData[i].g, t->pcData[i].b, t->pcData[i].a});
      }
      header = {format::TextureKind::pixels, t->mWidth, t->mHeight, rgba.size()};
      bytes = rgba.data();
    }
  } else {
    header.bytes = key.size();
    bytes = key.data();
  }
  if (bytes && header.bytes > 0 && out.texture_count < format::max_textures && out.texture_bytes + header.bytes <= format::max_texture_bytes) {
    Output::put(out.textures, &header, 1);
    Output::put(out.textures, static_cast<const unsigned char*>(bytes), header.bytes);
    out.texture_bytes += header.bytes;
    index = static_cast<std::int32_t>(out.texture_count++);
  } else {
    out.warnings.push_back("a texture is empty or too large and left out: " + key.substr(0, 200));
  }
  out.texture_index[key] = index;
  return index;
}

bool add_mesh(const aiScene& scene, const aiMesh& mesh, const aiMatrix4x4& place, bool linear_colours, Output& out) {
  out.vertices += mesh.mNumVertices;
  out.indices += static_cast<std::uint64_t>(mesh.mNumFaces) * 3;
  if (out.vertices > format::max_vertices || out.indices > format::max_indices || ++out.parts > format::max_parts) return false;
  format::PartHeader header{mesh.mNumVertices, 0, -1, {255, 255, 255, 255}};
  if (mesh.mMaterialIndex < scene.mNumMaterials) {
    const aiMaterial& material = *scene.mMaterials[mesh.mMaterialIndex];
    header.texture = mesh.HasTextureCoords(0) ? texture_of(scene, material, out) : -1;
    aiColor4D colour(header.texture < 0 ? 0.78f : 1, header.texture < 0 ? 0.78f : 1, header.texture < 0 ? 0.78f : 1, 1);
    bool linear = false;
    if (material.Get(AI_MATKEY_BASE_COLOR, colour) == AI_SUCCESS) linear = linear_colours;
    else material.Get(AI_MATKEY_COLOR_DIFFUSE, colour);
    float opacity = 1;
    if (material.Get(AI_MATKEY_OPACITY, opacity) == AI_SUCCESS && opacity > 0 && opacity < colour.a) colour.a = opacity;
    if (mesh.HasVertexColors(0) && header.texture < 0) {  // their mean: a part has one colour
      double sum[3] = {0, 0, 0};
      for (unsigned i = 0; i < mesh.mNumVertices; ++i) {
        sum[0] += mesh.mColors[0][i].r; sum[1] += mesh.mColors[0][i].g; sum[2] += mesh.mColors[0][i].b;
      }
      const double n = std::max(1u, mesh.mNumVertices);
      colour.r *= static_cast<float>(sum[0] / n); colour.g *= static_cast<float>(sum[1] / n); colour.b *= static_cast<float>(sum[2] / n);
      out.warnings.push_back("colours of vertices are shown as their mean");
    }
    const auto encode = [&](float v) { return byte(linear ? srgb(v) : v); };
    header.colour[0] = encode(colour.r); header.colour[1] = encode(colour.g); header.colour[2] = encode(colour.b);
    header.colour[3] = byte(colour.a);
  }
  std::vector<std::uint32_t> indices;
  indices.reserve(static_cast<std::size_t>(mesh.mNumFaces) * 3);
  const aiMatrix3x3 linear_part(place);
  const bool mirrored = linear_part.Determinant() < 0;  // keeps the outside out
  for (unsigned f = 0; f < mesh.mNumFaces; ++f) {
    const aiFace& face = mesh.mFaces[f];
    if (face.mNumIndices != 3) continue;
    indices.insert(indices.end(), {face.mIndices[0], face.mIndices[mirrored ? 2 : 1], face.mIndices[mirrored ? 1 : 2]});
  }
  header.indices = static_cast<std::uint32_t>(indices.size());
  aiMatrix3x3 normal_part = linear_part;
  if (std::abs(linear_part.Determinant()) > 1e-30) normal_part.Inverse().Transpose();
  std::vector<format::Vertex> vertices(mesh.mNumVertices);
  for (unsigned i = 0; i < mesh.mNumVertices; ++i) {
    const aiVector3D p = place * mesh.mVertices[i];
    aiVector3D n = mesh.HasNormals() ? normal_part * mesh.mNormals[i] : aiVector3D(0, 0, 1);
    n.NormalizeSafe();
    const aiVector3D uv = mesh.HasTextureCoords(0) ? mesh.mTextureCoords[0][i] : aiVector3D();
    vertices[i] = {{p.x, p.y, p.z}, {n.x, n.y, n.z}, {uv.x, 1 - uv.y}};
  }
  Output::put(out.body, &header, 1);
  Output::put(out.body, vertices.data(), vertices.size());
  Output::put(out.body, indices.data(), indices.size());
  return true;
}

bool add_node(const aiScene& scene, const aiNode& node, const aiMatrix4x4& parent, bool linear_colours, int depth, Output& out) {
  if (depth > 512) return false;
  const aiMatrix4x4 place = parent * node.mTransformation;
  for (unsigned i = 0; i < node.mNumMeshes; ++i)
    if (node.mMeshes[i] < scene.mNumMeshes && !add_mesh(scene, *scene.mMeshes[node.mMeshes[i]], place, linear_colours, out)) return false;
  for (unsigned i = 0; i < node.mNumChildren; ++i)
    if (!add_node(scene, *node.mChildren[i], place, linear_colours, depth + 1, out)) return false;
  return true;
}

bool send(const void* bytes, std::size_t size) { return size == 0 || std::fwrite(bytes, 1, size, stdout) == size; }

int fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  return 3;
}

int import(const fs::path& path) {
  std::error_code ec;
  const fs::path real = fs::canonical(path, ec);
  if (ec) return fail("no such file");
  Assimp::Importer importer;
  importer.SetIOHandler(new FolderOnly(real.parent_path()));
  importer.SetPropertyInteger(AI_CONFIG_PP_SBP_REMOVE, aiPrimitiveType_POINT | aiPrimitiveType_LINE);
  importer.SetPropertyFloat(AI_CONFIG_PP_GSN_MAX_SMOOTHING_ANGLE, 30.0f);
  const aiScene* scene = importer.ReadFile(real.string(), aiProcess_Triangulate | aiProcess_GenSmoothNormals | aiProcess_JoinIdenticalVertices |
                                                              aiProcess_SortByPType | aiProcess_ValidateDataStructure);
  if (!scene || !scene->mRootNode) return fail(importer.GetErrorString());
  if (scene->mNumMeshes == 0) return fail("there are no triangles in it");
  const std::string extension = lower_extension(real);
  Output out;
  if (!add_node(*scene, *scene->mRootNode, to_world(*scene, extension), extension == ".gltf" || extension == ".glb" || extension == ".vrm", 0, out))
    return fail("the model is larger than 30 million vertices, or its nodes are nested too deeply");
  std::sort(out.warnings.begin(), out.warnings.end());
  out.warnings.erase(std::unique(out.warnings.begin(), out.warnings.end()), out.warnings.end());
  if (out.warnings.size() > 50) out.warnings.resize(50);
  const format::Header header{format::magic, format::version, out.parts, out.texture_count, static_cast<std::uint32_t>(out.warnings.size())};
  bool ok = send(&header, sizeof header) && send(out.body.data(), out.body.size()) && send(out.textures.data(), out.textures.size());
  for (const auto& w : out.warnings) {
    const auto length = static_cast<std::uint32_t>(w.size());
    ok = ok && send(&length, sizeof length) && send(w.data(), w.size());
  }
  ok = ok && send(&format::end_mark, sizeof format::end_mark) && std::fflush(stdout) == 0;
  return ok ? 0 : fail("the result cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fail("usage: tenbo_model_worker FILE");
  try {
    return import(argv[1]);
  } catch (const std::exception& e) {
    return fail(std::string("the importer failed: ") + e.what());
  } catch (...) {
    return fail("the importer failed");
  }
}
