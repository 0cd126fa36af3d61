// What a tile's content is, by its first bytes.
#include <cstring>

#include "tenbo/io/tiles.h"
#include "tiles/geojson.h"
#include "tiles/legacy.h"

namespace tenbo::io {
namespace {

constexpr int deepest_composite = 8;

void decode(std::span<const std::byte> bytes, const std::string& name, const FetchResource& fetch,
            const GltfOptions& options, int depth, std::vector<Gltf>& out) {
  if (bytes.empty()) json::fail(ErrorCode::malformed, "the file is empty", name);
  const std::string magic(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(4, bytes.size()));
  if (magic == "b3dm") {
    out.push_back(tiles::read_b3dm(tiles::split_legacy(bytes, name), name, fetch, options));
  } else if (magic == "i3dm") {
    out.push_back(tiles::read_i3dm(tiles::split_legacy(bytes, name), name, fetch, options));
  } else if (magic == "pnts") {
    out.push_back(tiles::read_pnts(tiles::split_legacy(bytes, name), name, options));
  } else if (magic == "cmpt") {
    if (depth > deepest_composite)
      json::fail(ErrorCode::malformed, "composites are nested more than " + std::to_string(deepest_composite) + " deep",
                 name);
    const auto tile = tiles::split_legacy(bytes, name);
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < tile.parts; ++i) {
      const std::string part = name + ": part " + std::to_string(i + 1);
      if (tile.body.size() - at < 12)
        json::fail(ErrorCode::malformed,
                   "the composite says " + std::to_string(tile.parts) + " parts and ends after " + std::to_string(i),
                   name);
      std::uint32_t length;
      std::memcpy(&length, tile.body.data() + at + 8, 4);
      if (length < 12 || length > tile.body.size() - at)
        json::fail(ErrorCode::malformed,
                   "says " + std::to_string(length) + " bytes, which do not fit into the composite", part);
      decode(tile.body.subspan(at, length), part, fetch, options, depth + 1, out);
      at += length;
    }
  } else if (magic == "vctr" || magic == "geom") {
    json::fail(ErrorCode::unsupported,
               "is a \"" + magic + "\" tile, a draft format that never became part of 3D Tiles, and is not read", name);
  } else if (magic == "glTF" || magic[0] == '{' || magic[0] == ' ' || magic[0] == '\n' || magic[0] == '\r' ||
             magic[0] == '\t' || magic.starts_with("\xEF\xBB\xBF")) {
    if (magic != "glTF" && tiles::looks_like_geojson(bytes)) {
      out.push_back(tiles::read_geojson_tile(bytes, name, options));
      return;
    }
    auto model = read_gltf(bytes, name, fetch, options);
    if (!model) throw json::Bad{model.error()};
    out.push_back(std::move(*model));
  } else if (auto page = json::page_instead({reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 2000)}, name, "a tile")) {
    throw json::Bad{std::move(*page)};
  } else {
    json::fail(ErrorCode::unsupported, "is neither b3dm, i3dm, pnts, cmpt nor glTF", name, "byte 0");
  }
}

}  // namespace

Result<std::vector<Gltf>> decode_tile(std::span<const std::byte> bytes, const std::string& name,
                                      const FetchResource& fetch, const GltfOptions& options) {
  try {
    std::vector<Gltf> out;
    decode(bytes, name, fetch, options, 0, out);
    return out;
  } catch (const json::Bad& bad) { return bad.error; } catch (const std::exception& e) {
    return Error{ErrorCode::internal, e.what(), name, "", ""};
  }
}

}  // namespace tenbo::io
