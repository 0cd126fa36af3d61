// Vertices as EXT_meshopt_compression has them: the bytes are the library's own, and it reads them back.
#include <gtest/gtest.h>
#include <meshoptimizer.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gltf_write/vertex_codec.h"

namespace {
using tenbo::io::gltf_write::encode_vertices;

std::vector<std::uint8_t> vertices_of(std::size_t count, std::size_t stride, int kind, std::mt19937& random) {
  std::vector<std::uint8_t> out(count * stride);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < stride; ++k) {
      const unsigned r = random();
      auto& b = out[i * stride + k];
      switch (kind) {
        case 0: b = static_cast<std::uint8_t>(r); break;                                // noise
        case 1: b = 7; break;                                                           // nothing changes
        case 2: b = static_cast<std::uint8_t>(i * (k % 5) / 3); break;                  // changes slowly
        case 3: b = static_cast<std::uint8_t>(i % 97 == 0 ? r : i + (r & 1)); break;    // little, and now and then much
        default: b = static_cast<std::uint8_t>(k % 3 == 0 ? r & 31 : r & 3); break;
      }
    }
  return out;
}

TEST(VertexCodec, WritesTheLibrarysBytes) {
  meshopt_encodeVertexVersion(0);
  std::mt19937 random(1);
  for (const std::size_t stride : {4U, 8U, 12U, 20U, 24U, 28U, 32U, 36U, 64U, 100U, 256U})
    for (const std::size_t count : {1U, 2U, 15U, 16U, 17U, 31U, 240U, 255U, 256U, 257U, 1000U, 5003U})
      for (int kind = 0; kind < 5; ++kind) {
        const auto vertices = vertices_of(count, stride, kind, random);
        std::string expected(meshopt_encodeVertexBufferBound(count, stride), '\0');
        expected.resize(meshopt_encodeVertexBuffer(reinterpret_cast<unsigned char*>(expected.data()), expected.size(), vertices.data(), count, stride));
        std::string out = "before";
        encode_vertices(out, vertices.data(), count, stride);
        ASSERT_EQ(out.substr(0, 6), "before");
        ASSERT_TRUE(out.substr(6) == expected) << "stride " << stride << ", " << count << " vertices, kind " << kind;
        std::vector<std::uint8_t> back(vertices.size());
        ASSERT_EQ(meshopt_decodeVertexBuffer(back.data(), count, stride, reinterpret_cast<const unsigned char*>(out.data()) + 6, out.size() - 6), 0);
        ASSERT_EQ(back, vertices);
      }
}
}  // namespace
