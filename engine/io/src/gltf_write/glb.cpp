#include "glb.h"

#include <meshoptimizer.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>

#include "buffer.h"

namespace tenbo::io::gltf_write {
namespace {
using Json = nlohmann::json;

constexpr int type_byte = 5120, type_unsigned_byte = 5121, type_unsigned_short = 5123, type_unsigned_int = 5125,
              type_float = 5126;

double linear(std::uint8_t srgb) {
  const double c = srgb / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
// Rounded to what 8 bits can tell, so that the text stays short.
double linear_text(std::uint8_t srgb) { return std::round(linear(srgb) * 1e5) / 1e5; }

// How positions are stored: the node's translation and scale bring them back to metres in the tile's frame.
struct Grid {
  bool quantised = false;
  glm::dvec3 origin{0};
  double step = 1;
};

Grid grid_of(const GlbTile& tile) {
  glm::dvec3 low(1e300), high(-1e300);
  for (const auto& p : tile.primitives)
    for (const auto& v : p.vertices) {
      low = glm::min(low, glm::dvec3(v.position));
      high = glm::max(high, glm::dvec3(v.position));
    }
  if (!(low.x <= high.x)) return {};
  const double size = std::max({high.x - low.x, high.y - low.y, high.z - low.z, 1e-3});
  const double least = size / 65534;
  double step = std::exp2(std::ceil(std::log2(least)));  // a power of two is exact in the file
  if (step / 2 > tile.tolerance) step = least;
  if (step / 2 > tile.tolerance) return {};
  return {true, glm::floor(low / step) * step, step};
}

struct Layout {
  int position = 0, normal = 0, feature = 0, colour = -1, uv = -1, light = -1, stride = 0;
  bool wide_feature = false;
};

Layout layout_of(const GlbTile& tile, const GlbPrimitive& p, const Grid& grid) {
  Layout l;
  int at = grid.quantised ? 8 : 12;
  l.normal = at;
  at += 4;
  l.feature = at;
  l.wide_feature = tile.rows > 65536;
  at += 4;
  if (p.coloured) {
    l.colour = at;
    at += 4;
  }
  if (tile.materials[static_cast<std::size_t>(p.material)].image >= 0) {
    l.uv = at;
    at += 8;
  }
  if (p.lit) {
    l.light = at;
    at += 4;
  }
  l.stride = at;
  return l;
}

class TileWriter {
 public:
  explicit TileWriter(const GlbTile& tile) : tile_(tile), grid_(grid_of(tile)) {}
  std::string write();

 private:
  Json primitive(const GlbPrimitive& p);
  void metadata();
  void looks();
  void nodes(Json primitives);
  int accessor(int view, int offset, int component, std::size_t count, const char* type, bool normalised = false);

  const GlbTile& tile_;
  Grid grid_;
  Buffer buffer_;
  Json accessors_ = Json::array();
  Json root_ = Json::object();
};

int TileWriter::accessor(int view, int offset, int component, std::size_t count, const char* type, bool normalised) {
  Json a{{"bufferView", view}, {"componentType", component}, {"count", count}, {"type", type}};
  if (offset) a["byteOffset"] = offset;
  if (normalised) a["normalized"] = true;
  accessors_.push_back(std::move(a));
  return static_cast<int>(accessors_.size()) - 1;
}

Json TileWriter::primitive(const GlbPrimitive& p) {
  const Layout l = layout_of(tile_, p, grid_);
  const auto stride = static_cast<std::size_t>(l.stride);
  std::vector<std::uint8_t> bytes(p.vertices.size() * stride, 0);
  std::array<std::uint8_t, 256> to_linear{};
  if (p.coloured)
    for (int i = 0; i < 256; ++i)
      to_linear[static_cast<std::size_t>(i)] =
          static_cast<std::uint8_t>(std::lround(linear(static_cast<std::uint8_t>(i)) * 255));
  const double per_step = 1 / grid_.step;
  glm::dvec3 low(1e300), high(-1e300);  // in the stored numbers
  for (std::size_t i = 0; i < p.vertices.size(); ++i) {
    const GlbVertex& v = p.vertices[i];
    std::uint8_t* out = bytes.data() + i * stride;
    glm::dvec3 stored;
    if (grid_.quantised) {
      std::uint64_t together = 0;  // and two bytes of nothing
      for (int k = 0; k < 3; ++k) {
        // positive: cut off is rounded down
        const auto q = static_cast<std::uint16_t>(std::clamp((v.position[k] - grid_.origin[k]) * per_step + 0.5, 0.0, 65535.0));
        stored[k] = q;
        together |= std::uint64_t{q} << (16 * k);
      }
      std::memcpy(out, &together, 8);
    } else {
      float f[3];
      for (int k = 0; k < 3; ++k) {
        f[k] = std::nearbyint(v.position[k] * 512) / 512;  // 2 mm: the rest is noise that does not compress
        stored[k] = f[k];
      }
      std::memcpy(out, f, 12);
    }
    low = glm::min(low, stored);
    high = glm::max(high, stored);
    for (int k = 0; k < 3; ++k) {
      const auto n = static_cast<std::int8_t>(static_cast<int>(std::clamp(v.normal[k] * 127.f + 128.5f, 1.f, 255.f)) - 128);
      std::memcpy(out + l.normal + k, &n, 1);
    }
    if (l.wide_feature) {
      const auto f = static_cast<float>(v.feature);
      std::memcpy(out + l.feature, &f, 4);
    } else {
      const auto f = static_cast<std::uint16_t>(v.feature);
      std::memcpy(out + l.feature, &f, 2);
    }
    if (l.colour >= 0) {
      out[l.colour] = to_linear[v.colour.r];
      out[l.colour + 1] = to_linear[v.colour.g];
      out[l.colour + 2] = to_linear[v.colour.b];
      out[l.colour + 3] = 255;
    }
    if (l.light >= 0) {
      out[l.light] = v.open;
      out[l.light + 1] = v.sun;
    }
    if (l.uv >= 0) {
      std::memcpy(out + l.uv, &v.u, 4);
      std::memcpy(out + l.uv + 4, &v.v, 4);
    }
  }
  const int view = buffer_.add_vertices(bytes.data(), p.vertices.size(), stride);
  const std::size_t count = p.vertices.size();
  Json attributes;
  const int position = accessor(view, 0, grid_.quantised ? type_unsigned_short : type_float, count, "VEC3");
  for (int k = 0; k < 3; ++k) {
    if (grid_.quantised) {
      accessors_.back()["min"].push_back(static_cast<std::int64_t>(low[k]));
      accessors_.back()["max"].push_back(static_cast<std::int64_t>(high[k]));
    } else {
      accessors_.back()["min"].push_back(low[k]);
      accessors_.back()["max"].push_back(high[k]);
    }
  }
  attributes["POSITION"] = position;
  attributes["NORMAL"] = accessor(view, l.normal, type_byte, count, "VEC3", true);
  attributes["_FEATURE_ID_0"] =
      accessor(view, l.feature, l.wide_feature ? type_float : type_unsigned_short, count, "SCALAR");
  if (l.colour >= 0) attributes["COLOR_0"] = accessor(view, l.colour, type_unsigned_byte, count, "VEC4", true);
  if (l.uv >= 0) attributes["TEXCOORD_0"] = accessor(view, l.uv, type_float, count, "VEC2");

  if (l.light >= 0) attributes["_TENBO_LIGHT"] = accessor(view, l.light, type_unsigned_byte, count, "VEC2", true);

  const bool small = count <= 65535;
  const int index_view = buffer_.add_indices(p.indices, count, small);
  const int indices =
      accessor(index_view, 0, small ? type_unsigned_short : type_unsigned_int, p.indices.size(), "SCALAR");
  std::vector<std::uint8_t> named(tile_.rows);
  for (const GlbVertex& v : p.vertices) named[v.feature] = 1;
  Json ids{{"featureCount", std::count(named.begin(), named.end(), 1)}, {"attribute", 0}, {"propertyTable", 0}};
  return {{"attributes", std::move(attributes)},
          {"indices", indices},
          {"material", p.material},
          {"mode", 4},
          {"extensions", {{"EXT_mesh_features", {{"featureIds", Json::array({std::move(ids)})}}}}}};
}

void TileWriter::metadata() {
  Json properties = Json::object(), table = Json::object(), enums = Json::object();
  for (const GlbColumn& c : tile_.columns) {
    Json p = Json::object();
    if (c.name != c.id) p["name"] = c.name;
    if (!c.semantic.empty()) p["semantic"] = c.semantic;
    switch (c.type) {
      case GlbColumn::Type::text: p["type"] = "STRING"; break;
      case GlbColumn::Type::enumeration: {
        p["type"] = "ENUM";
        p["enumType"] = c.id;
        Json e{{"valueType", "UINT8"}, {"values", Json::array()}};
        for (std::size_t i = 0; i < c.words.size(); ++i) e["values"].push_back({{"name", c.words[i]}, {"value", i}});
        enums[c.id] = std::move(e);
        break;
      }
      case GlbColumn::Type::int32:
        p["type"] = "SCALAR";
        p["componentType"] = "INT32";
        break;
      case GlbColumn::Type::int64:
        p["type"] = "SCALAR";
        p["componentType"] = "INT64";
        break;
      case GlbColumn::Type::float64:
        p["type"] = "SCALAR";
        p["componentType"] = "FLOAT64";
        break;
      case GlbColumn::Type::boolean: p["type"] = "BOOLEAN"; break;
    }
    // Nothing but empty texts: no buffer view is that short, so the column is left out and its default said.
    const bool empty_texts = c.type == GlbColumn::Type::text && c.values.empty();
    if (empty_texts) {
      if (!c.has_missing) p["default"] = "";
    } else if (c.has_missing) {
      if (c.type == GlbColumn::Type::text || c.type == GlbColumn::Type::enumeration)
        p["noData"] = c.missing_word;
      else if (c.type == GlbColumn::Type::float64)
        p["noData"] = c.missing;
      else
        p["noData"] = static_cast<std::int64_t>(c.missing);
    } else {
      p["required"] = true;
    }
    properties[c.id] = std::move(p);
    if (empty_texts) continue;
    Json t{{"values", buffer_.add(c.values)}};
    if (c.type == GlbColumn::Type::text) t["stringOffsets"] = buffer_.add(c.offsets);
    table[c.id] = std::move(t);
  }
  Json schema{{"id", "tenbo"},
              {"classes", {{tile_.class_id, {{"name", tile_.class_name}, {"properties", std::move(properties)}}}}}};
  if (!enums.empty()) schema["enums"] = std::move(enums);
  Json one{{"class", tile_.class_id}, {"count", tile_.rows}};
  if (!table.empty()) one["properties"] = std::move(table);
  root_["extensions"]["EXT_structural_metadata"] = {{"schema", std::move(schema)},
                                                    {"propertyTables", Json::array({std::move(one)})}};
}

void TileWriter::looks() {
  if (tile_.materials.empty()) return;
  for (const GlbMaterial& m : tile_.materials) {
    Json pbr{{"metallicFactor", 0}, {"roughnessFactor", 1}};
    if (m.image >= 0)
      pbr["baseColorTexture"] = {{"index", m.image}};
    else
      pbr["baseColorFactor"] = {linear_text(m.colour.r), linear_text(m.colour.g), linear_text(m.colour.b), 1};
    root_["materials"].push_back({{"pbrMetallicRoughness", std::move(pbr)}, {"doubleSided", !m.closed}});
  }
  if (tile_.images.empty()) return;
  bool clamped = false;
  for (const GlbImage& image : tile_.images) clamped |= !image.repeat;
  constexpr int repeat = 10497, clamp_to_edge = 33071, linear_filter = 9729, trilinear = 9987;
  root_["samplers"].push_back(
      {{"magFilter", linear_filter}, {"minFilter", trilinear}, {"wrapS", repeat}, {"wrapT", repeat}});
  if (clamped)
    root_["samplers"].push_back(
        {{"magFilter", linear_filter}, {"minFilter", trilinear}, {"wrapS", clamp_to_edge}, {"wrapT", clamp_to_edge}});
  for (const GlbImage& image : tile_.images) {
    const auto source = root_.contains("images") ? root_["images"].size() : 0;
    root_["images"].push_back({{"bufferView", buffer_.add(image.bytes)}, {"mimeType", image.mime}});
    Json texture{{"sampler", image.repeat ? 0 : 1}};
    if (image.mime == "image/webp") texture["extensions"]["EXT_texture_webp"] = {{"source", source}};
    else texture["source"] = source;
    root_["textures"].push_back(std::move(texture));
  }
}

// Readers of 3D Tiles turn a file's y-up axes into z-up, (x, y, z) to (x, -z, y), so node 0 takes east-north-up
// coordinates to ECEF turned the other way, (x, y, z) to (x, z, -y). Node 1 undoes the quantisation.
void TileWriter::nodes(Json primitives) {
  root_["asset"] = {{"version", "2.0"}, {"generator", "Tenbo"}};
  root_["scene"] = 0;
  if (primitives.empty()) {
    root_["scenes"] = Json::array({Json::object()});
    return;
  }
  root_["scenes"] = {{{"nodes", {0}}}};
  const auto y_up = [](const glm::dvec3& v) { return glm::dvec3(v.x, v.z, -v.y); };
  Json matrix = Json::array();
  for (int column = 0; column < 3; ++column) {
    const glm::dvec3 c = y_up(tile_.axes[column]);
    for (int k = 0; k < 3; ++k) matrix.push_back(c[k]);
    matrix.push_back(0.0);
  }
  const glm::dvec3 o = y_up(tile_.origin);
  for (int k = 0; k < 3; ++k) matrix.push_back(o[k]);
  matrix.push_back(1.0);
  root_["nodes"].push_back({{"matrix", std::move(matrix)}, {"children", {1}}});
  Json node{{"mesh", 0}};
  if (grid_.quantised) {
    node["translation"] = {grid_.origin.x, grid_.origin.y, grid_.origin.z};
    node["scale"] = {grid_.step, grid_.step, grid_.step};
  }
  root_["nodes"].push_back(std::move(node));
  root_["meshes"] = {{{"primitives", std::move(primitives)}}};
}

std::string TileWriter::write() {
  Json primitives = Json::array();
  for (const GlbPrimitive& p : tile_.primitives)
    if (!p.indices.empty()) primitives.push_back(primitive(p));
  const bool drawn = !primitives.empty();
  nodes(std::move(primitives));
  metadata();
  looks();
  Json used = Json::array({"EXT_structural_metadata"}), required = Json::array();
  if (drawn) {
    used.push_back("EXT_mesh_features");
    used.push_back("EXT_meshopt_compression");
    used.push_back("KHR_mesh_quantization");
    required = {"EXT_meshopt_compression", "KHR_mesh_quantization"};
    root_["accessors"] = std::move(accessors_);
  }
  if (std::any_of(tile_.images.begin(), tile_.images.end(), [](const GlbImage& i) { return i.mime == "image/webp"; })) {
    used.push_back("EXT_texture_webp");
    required.push_back("EXT_texture_webp");
  }
  root_["extensionsUsed"] = std::move(used);
  if (!required.empty()) root_["extensionsRequired"] = std::move(required);
  if (!buffer_.empty()) {
    Json views = Json::array();
    for (const BufferView& v : buffer_.views()) {
      if (v.stride == 0) {
        views.push_back({{"buffer", 0}, {"byteOffset", v.offset}, {"byteLength", v.size}});
        continue;
      }
      Json compressed{{"buffer", 0},          {"byteOffset", v.offset},
                      {"byteLength", v.size}, {"byteStride", v.stride},
                      {"count", v.count},     {"mode", v.indices ? "TRIANGLES" : "ATTRIBUTES"}};
      Json view{{"buffer", 1},
                {"byteOffset", v.plain_offset},
                {"byteLength", v.count * v.stride},
                {"target", v.indices ? 34963 : 34962},
                {"extensions", {{"EXT_meshopt_compression", std::move(compressed)}}}};
      if (!v.indices) view["byteStride"] = v.stride;
      views.push_back(std::move(view));
    }
    root_["bufferViews"] = std::move(views);
    root_["buffers"].push_back({{"byteLength", buffer_.bytes().size()}});
    if (buffer_.plain_size())
      root_["buffers"].push_back(
          {{"byteLength", buffer_.plain_size()}, {"extensions", {{"EXT_meshopt_compression", {{"fallback", true}}}}}});
  }

  std::string json = root_.dump(-1, ' ', false, Json::error_handler_t::replace);
  json.resize((json.size() + 3) / 4 * 4, ' ');
  std::string bin = buffer_.take();
  bin.resize((bin.size() + 3) / 4 * 4, '\0');
  const bool has_bin = !bin.empty();
  std::string out;
  const auto word = [&](std::uint32_t w) { out.append(reinterpret_cast<const char*>(&w), 4); };
  out.reserve(28 + json.size() + bin.size());
  word(0x46546C67);  // "glTF"
  word(2);
  word(static_cast<std::uint32_t>(12 + 8 + json.size() + (has_bin ? 8 + bin.size() : 0)));
  word(static_cast<std::uint32_t>(json.size()));
  word(0x4E4F534A);  // "JSON"
  out += json;
  if (has_bin) {
    word(static_cast<std::uint32_t>(bin.size()));
    word(0x004E4942);  // "BIN"
    out += bin;
  }
  return out;
}

}  // namespace

std::string write_glb(const GlbTile& tile) { return TileWriter(tile).write(); }

}  // namespace tenbo::io::gltf_write
