// quantized-mesh 1.0: header, vertices as differences, indices against a high-water mark, edges, extensions.
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "tenbo/io/terrain.h"

namespace tenbo::io {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t header_bytes = 88;
constexpr std::uint32_t most_short_vertices = 65536;  // more take 32-bit indices, aligned to 4 bytes
constexpr float highest = 1e6f;                       // m
constexpr std::uint8_t id_normals = 1, id_water = 2, id_metadata = 4, id_filling = 200;
constexpr std::size_t water_edge = 256;

struct Broken { Error error; };

class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const std::string& label) : bytes_(bytes), label_(label) {}
  std::size_t at() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  [[noreturn]] void bad(std::string what) const {
    throw Broken{{ErrorCode::malformed, std::move(what), label_, "byte " + std::to_string(at_), "the tile is damaged, cut off, or no quantized-mesh"}};
  }
  void need(std::uint64_t bytes, const char* what) const {
    if (bytes > left()) bad(std::string("ends within ") + what + ": " + std::to_string(bytes) + " bytes are due and " + std::to_string(left()) + " are left");
  }
  template <class T>
  T get(const char* what) {
    need(sizeof(T), what);
    T v;
    std::memcpy(&v, bytes_.data() + at_, sizeof v);
    at_ += sizeof v;
    return v;
  }
  std::span<const std::byte> take(std::size_t bytes, const char* what) {
    need(bytes, what);
    at_ += bytes;
    return bytes_.subspan(at_ - bytes, bytes);
  }
  void align(std::size_t to) {
    if (const std::size_t over = at_ % to; over && left() >= to - over) at_ += to - over;
  }

 private:
  std::span<const std::byte> bytes_;
  const std::string& label_;
  std::size_t at_ = 0;
};

std::vector<std::uint16_t> differences(Reader& in, std::uint32_t count, const char* what) {
  in.need(std::uint64_t{count} * 2, what);
  std::vector<std::uint16_t> out(count);
  std::int32_t value = 0;
  for (auto& v : out) {
    const auto code = in.get<std::uint16_t>(what);
    value += (code >> 1) ^ -(code & 1);
    if (value < 0 || value > QuantizedMesh::most) in.bad(std::string(what) + " leave the range 0 to 32767");
    v = static_cast<std::uint16_t>(value);
  }
  return out;
}

template <class T>
void read_indices(Reader& in, std::uint32_t vertices, QuantizedMesh& out) {
  if (sizeof(T) == 4) in.align(4);
  const auto triangles = in.get<std::uint32_t>("the number of triangles");
  const std::uint64_t count = std::uint64_t{triangles} * 3;
  in.need(count * sizeof(T), "the triangles");
  out.indices.resize(static_cast<std::size_t>(count));
  std::uint32_t high = 0;
  for (auto& index : out.indices) {
    const std::uint32_t code = in.get<T>("the triangles");
    if (code > high) in.bad("a triangle names a vertex before the one that is next");
    index = high - code;
    if (code == 0) ++high;
    if (index >= vertices) in.bad("a triangle names vertex " + std::to_string(index) + " of " + std::to_string(vertices));
  }
  for (auto* edge : {&out.west, &out.south, &out.east, &out.north}) {
    const auto n = in.get<std::uint32_t>("the number of an edge's vertices");
    in.need(std::uint64_t{n} * sizeof(T), "an edge");
    edge->resize(n);
    for (auto& index : *edge)
      if ((index = in.get<T>("an edge")) >= vertices) in.bad("an edge names vertex " + std::to_string(index) + " of " + std::to_string(vertices));
  }
}

void read_extensions(Reader& in, std::uint32_t vertices, QuantizedMesh& out) {
  while (in.left() > 0) {
    const auto id = in.get<std::uint8_t>("an extension");
    auto length = in.get<std::uint32_t>("an extension's length");
    // The first writers of normals had the length in the other byte order.
    if (length > in.left() && __builtin_bswap32(length) <= in.left()) length = __builtin_bswap32(length);
    Reader body = in;
    in.take(length, "an extension");
    if (id == id_normals) {
      if (length != std::uint64_t{vertices} * 2) body.bad("has " + std::to_string(length) + " bytes of normals for " + std::to_string(vertices) + " vertices");
      out.normals.resize(vertices);
      for (auto& n : out.normals) n = {body.get<std::uint8_t>("normals"), body.get<std::uint8_t>("normals")};
    } else if (id == id_water) {
      if (length != 1 && length != water_edge * water_edge) body.bad("has a water mask of " + std::to_string(length) + " bytes, expected 1 or 65536");
      const auto mask = body.take(length, "the water mask");
      out.water.resize(length);
      std::memcpy(out.water.data(), mask.data(), length);
    } else if (id == id_metadata) {
      const auto size = body.get<std::uint32_t>("the metadata's length");
      if (std::uint64_t{size} + 4 > length) body.bad("has metadata of " + std::to_string(size) + " bytes in an extension of " + std::to_string(length));
      const auto text = body.take(size, "the metadata");
      out.metadata.assign(reinterpret_cast<const char*>(text.data()), text.size());
    } else if (id == id_filling && length == sizeof out.filling) {
      out.filling = body.get<std::uint32_t>("the filling");
      if (out.filling > out.indices.size() / 3) body.bad("fills with " + std::to_string(out.filling) + " triangles of " + std::to_string(out.indices.size() / 3));
    }
  }
}

template <class T>
void put(std::string& out, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
void put_indices(std::string& out, const QuantizedMesh& mesh) {
  while (out.size() % sizeof(T)) out += '\0';
  put(out, static_cast<std::uint32_t>(mesh.indices.size() / 3));
  std::uint32_t high = 0;
  for (const auto index : mesh.indices) {
    put(out, static_cast<T>(high - index));
    if (index == high) ++high;
  }
  for (const auto* edge : {&mesh.west, &mesh.south, &mesh.east, &mesh.north}) {
    put(out, static_cast<std::uint32_t>(edge->size()));
    for (const auto index : *edge) put(out, static_cast<T>(index));
  }
}

}  // namespace

Result<QuantizedMesh> read_quantized_mesh(std::span<const std::byte> bytes, const std::string& label) {
  try {
    Reader in(bytes, label);
    in.need(header_bytes + 4, "its header");
    QuantizedMesh out;
    for (auto& c : out.centre) c = in.get<double>("the centre");
    out.min_height = in.get<float>("the heights");
    out.max_height = in.get<float>("the heights");
    for (auto& c : out.sphere) c = in.get<double>("the sphere");
    for (auto& c : out.horizon) c = in.get<double>("the horizon");
    if (!(std::abs(out.min_height) <= highest && std::abs(out.max_height) <= highest && out.min_height <= out.max_height))
      in.bad("has heights from " + std::to_string(out.min_height) + " to " + std::to_string(out.max_height) + " m");
    const auto vertices = in.get<std::uint32_t>("the number of vertices");
    in.need(std::uint64_t{vertices} * 6, "the vertices");
    out.u = differences(in, vertices, "the vertices' u");
    out.v = differences(in, vertices, "the vertices' v");
    out.h = differences(in, vertices, "the vertices' heights");
    if (vertices > most_short_vertices) read_indices<std::uint32_t>(in, vertices, out);
    else read_indices<std::uint16_t>(in, vertices, out);
    read_extensions(in, vertices, out);
    return out;
  } catch (Broken& broken) {
    return std::move(broken.error);
  }
}

std::string write_quantized_mesh(const QuantizedMesh& mesh) {
  std::string out;
  for (const double c : mesh.centre) put(out, c);
  put(out, mesh.min_height);
  put(out, mesh.max_height);
  for (const double c : mesh.sphere) put(out, c);
  for (const double c : mesh.horizon) put(out, c);
  put(out, static_cast<std::uint32_t>(mesh.u.size()));
  for (const auto* values : {&mesh.u, &mesh.v, &mesh.h}) {
    std::int32_t before = 0;
    for (const std::uint16_t value : *values) {
      const std::int32_t step = value - before;
      put(out, static_cast<std::uint16_t>((step << 1) ^ (step >> 31)));
      before = value;
    }
  }
  if (mesh.u.size() > most_short_vertices) put_indices<std::uint32_t>(out, mesh);
  else put_indices<std::uint16_t>(out, mesh);
  if (!mesh.normals.empty()) {
    put(out, id_normals);
    put(out, static_cast<std::uint32_t>(mesh.normals.size() * 2));
    for (const auto& n : mesh.normals) put(out, n);
  }
  if (!mesh.water.empty()) {
    put(out, id_water);
    put(out, static_cast<std::uint32_t>(mesh.water.size()));
    out.append(reinterpret_cast<const char*>(mesh.water.data()), mesh.water.size());
  }
  if (!mesh.metadata.empty()) {
    put(out, id_metadata);
    put(out, static_cast<std::uint32_t>(mesh.metadata.size() + 4));
    put(out, static_cast<std::uint32_t>(mesh.metadata.size()));
    out += mesh.metadata;
  }
  if (mesh.filling > 0) {
    put(out, id_filling);
    put(out, static_cast<std::uint32_t>(sizeof mesh.filling));
    put(out, mesh.filling);
  }
  return out;
}

}  // namespace tenbo::io
