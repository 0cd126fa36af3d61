#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "gltf/document.h"
#include "gltf/references.h"
#include "tenbo/base/file.h"
#include "tenbo/base/inside.h"
#include "tenbo/base/text.h"
#include "tenbo/base/url.h"
#include "tenbo/io/gltf.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

using json::Node;

// Extensions that a file may require: read, or of no consequence for what is drawn here.
constexpr std::array read_extensions{"KHR_draco_mesh_compression",
                                     "KHR_mesh_quantization",
                                     "EXT_meshopt_compression",
                                     "KHR_texture_transform",
                                     "EXT_texture_webp",
                                     "EXT_mesh_gpu_instancing",
                                     "EXT_instance_features",
                                     "EXT_mesh_features",
                                     "EXT_structural_metadata",
                                     "KHR_materials_unlit",
                                     "CESIUM_RTC",
                                     "CESIUM_primitive_outline",
                                     "KHR_materials_pbrSpecularGlossiness",
                                     "KHR_materials_clearcoat",
                                     "KHR_materials_emissive_strength",
                                     "KHR_materials_ior",
                                     "KHR_materials_iridescence",
                                     "KHR_materials_sheen",
                                     "KHR_materials_specular",
                                     "KHR_materials_transmission",
                                     "KHR_materials_volume",
                                     "KHR_materials_anisotropy",
                                     "KHR_materials_dispersion",
                                     "KHR_lights_punctual",
                                     "KHR_xmp_json_ld",
                                     "KHR_materials_variants"};

std::uint32_t u32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t v;
  std::memcpy(&v, bytes.data() + at, 4);
  return v;
}

// The JSON and the binary chunk of a GLB; the whole as JSON where it is none.
void split(std::span<const std::byte> bytes, const std::string& name, std::string_view& text,
           std::span<const std::byte>& chunk) {
  const auto bad = [&](std::string why, std::string place) {
    json::fail(ErrorCode::malformed, std::move(why), name, std::move(place));
  };
  if (bytes.size() < 4 || u32(bytes, 0) != 0x46546C67) {  // "glTF"
    text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return;
  }
  if (bytes.size() < 20) bad("the GLB is cut off: it has " + std::to_string(bytes.size()) + " bytes", "header");
  if (const auto version = u32(bytes, 4); version != 2)
    json::fail(ErrorCode::unsupported, "is glTF " + std::to_string(version) + ".0, and 2.0 is read", name, "byte 4",
               "convert it: gltf-pipeline");
  const std::uint64_t length = u32(bytes, 8);
  if (length > bytes.size())
    bad("says " + std::to_string(length) + " bytes, and there are " + std::to_string(bytes.size()) + ": it is cut off",
        "byte 8");
  bytes = bytes.first(static_cast<std::size_t>(std::max<std::uint64_t>(length, 12)));
  std::size_t at = 12;
  bool has_text = false;
  while (bytes.size() - at >= 8) {
    const std::uint64_t size = u32(bytes, at);
    const std::uint32_t type = u32(bytes, at + 4);
    at += 8;
    if (size > bytes.size() - at)
      bad("a chunk of " + std::to_string(size) + " bytes leads beyond the end", "byte " + std::to_string(at - 8));
    const auto content = bytes.subspan(at, static_cast<std::size_t>(size));
    if (type == 0x4E4F534A && !has_text) {  // "JSON"
      text = {reinterpret_cast<const char*>(content.data()), content.size()};
      has_text = true;
    } else if (type == 0x004E4942 && chunk.data() == nullptr) {  // "BIN"
      chunk = content;
    }
    at += static_cast<std::size_t>(size);
  }
  if (!has_text) bad("the GLB has no JSON chunk", "byte 12");
}

void check_asset(const Node& root, Gltf& out) {
  const Node asset = root("asset");
  const std::string version = asset.text("version");
  if (!version.starts_with("2.") && version != "2")
    asset.unsupported("is glTF " + version.substr(0, 20) + ", and 2.0 is read", "convert it: gltf-pipeline");
  out.z_up = asset.text("gltfUpAxis", "Y") == "Z";
  if (const auto used = root.find("extensionsUsed"))
    for (std::size_t i = 0; i < used->size(); ++i) out.extensions_used.push_back((*used).at(i).text());
  const auto required = root.find("extensionsRequired");
  for (std::size_t i = 0; required && i < required->size(); ++i) {
    const Node one = required->at(i);
    const std::string& word = one.text();
    if (std::find(read_extensions.begin(), read_extensions.end(), word) != read_extensions.end()) continue;
    if (word == "KHR_texture_basisu")
      one.unsupported(
          "requires KHR_texture_basisu, and KTX2 (Basis Universal) pictures are not read: there is no library for them "
          "here",
          "write the pictures as PNG, JPEG or WebP: gltf-transform, toktx");
    one.unsupported("requires the extension " + word.substr(0, 80) + ", which is not read",
                    "write the file without it");
  }
}

Gltf read(std::span<const std::byte> bytes, const std::string& name, const FetchResource& fetch,
          const GltfOptions& options) {
  if (bytes.empty()) json::fail(ErrorCode::malformed, "the file is empty", name);
  std::string_view text;
  std::span<const std::byte> chunk;
  split(bytes, name, text, chunk);
  const json::Value value = json::parse(text, name);
  const Node root(value, name);
  root.object();
  Gltf out;
  check_asset(root, out);
  gltf::Document d(root, chunk, name, fetch, options, out);
  if (const auto extensions = root.find("extensions"))
    if (const auto rtc = extensions->find("CESIUM_RTC")) {
      const Node center = (*rtc)("center");
      const auto v = center.numbers(3, 3);
      out.rtc_center = glm::dvec3(v[0], v[1], v[2]);
    }
  gltf::read_materials(d);
  gltf::read_structural_metadata(d);
  gltf::read_nodes(d, gltf::base_colour_uses(d));
  if (root.count("animations") > 0) d.warn("animations are not played: what moves stands where the file puts it");
  return out;
}

}  // namespace

FetchResource fetch_from_folder(fs::path folder) {
  return [folder = std::move(folder)](const std::string& reference,
                                      std::uint64_t limit) -> Result<std::vector<std::byte>> {
    auto name = join_reference("", reference);
    if (!name) {
      Error e = name.error();
      e.file = folder.string();
      return e;
    }
    const fs::path dir = folder.empty() ? fs::path(".") : folder;
    auto path = resolve_inside(dir, dir, *name);
    if (!path) return path.error();
    return read_file(*path, limit);
  };
}

Result<Gltf> read_gltf(std::span<const std::byte> bytes, const std::string& name, const FetchResource& fetch,
                       const GltfOptions& options) {
  try {
    return read(bytes, name, fetch, options);
  } catch (const json::Bad& bad) { return bad.error; } catch (const std::exception& e) {
    return Error{ErrorCode::internal, e.what(), name, "", ""};
  }
}

Result<Gltf> read_gltf_file(const fs::path& path, const GltfOptions& options) {
  auto bytes = read_file(path, std::uint64_t{4} << 30);
  if (!bytes) return bytes.error();
  return read_gltf(*bytes, path.string(), fetch_from_folder(path.parent_path()), options);
}

bool is_gltf_file(const fs::path& path) {
  std::array<char, 4> magic{};
  std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
  const std::string extension = lower_case(is_url(path) ? fs::path(shown(path)).extension().string() : path.extension().string());
  return std::string_view(magic.data(), magic.size()) == "glTF" || extension == ".gltf" || extension == ".glb";
}

}  // namespace tenbo::io
