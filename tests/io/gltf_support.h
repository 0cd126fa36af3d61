#pragma once
// Small glTF files made in tests: a JSON text and a binary chunk.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "tenbo/io/gltf.h"

namespace tenbo::test {

template <class T>
void put(std::string& to, const std::vector<T>& values) {
  to.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}
inline std::string u32(std::uint32_t v) { return {reinterpret_cast<const char*>(&v), 4}; }
inline std::string u64(std::uint64_t v) { return {reinterpret_cast<const char*>(&v), 8}; }
inline std::string padded(std::string s, char with, std::size_t to = 4) {
  while (s.size() % to) s += with;
  return s;
}

inline std::string glb(std::string json, std::string bin = {}) {
  json = padded(json, ' ');
  bin = padded(bin, '\0');
  std::string out =
      "glTF" + u32(2) + u32(static_cast<std::uint32_t>(12 + 8 + json.size() + (bin.empty() ? 0 : 8 + bin.size())));
  out += u32(static_cast<std::uint32_t>(json.size())) + "JSON" + json;
  if (!bin.empty()) out += u32(static_cast<std::uint32_t>(bin.size())) + std::string("BIN\0", 4) + bin;
  return out;
}
inline std::span<const std::byte> bytes(const std::string& s) { return std::as_bytes(std::span(s.data(), s.size())); }

inline Result<io::Gltf> read(const std::string& file,
                             const io::FetchResource& fetch = io::fetch_from_folder("/nonexistent"),
                             const io::GltfOptions& options = {}) {
  return io::read_gltf(bytes(file), "test.glb", fetch, options);
}

// A triangle (0,0,0) (1,0,0) (0,1,0); `extra` goes into the top level, `primitive` into the primitive, `node` into the
// node.
inline std::string triangle_json(const std::string& primitive = {}, const std::string& node = {},
                                 const std::string& extra = {}) {
  return R"({"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0)" + node +
         R"(}],"meshes":[{"primitives":[{"attributes":{"POSITION":0})" + primitive +
         R"(}]}],"buffers":[{"byteLength":36}],"bufferViews":[{"buffer":0,"byteLength":36}],)" +
         R"("accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]}])" +
         extra + "}";
}
inline std::string triangle_bin() {
  std::string bin;
  put<float>(bin, {0, 0, 0, 1, 0, 0, 0, 1, 0});
  return bin;
}
inline std::string triangle_glb(const std::string& primitive = {}, const std::string& node = {},
                                const std::string& extra = {}) {
  return glb(triangle_json(primitive, node, extra), triangle_bin());
}

}  // namespace tenbo::test
