#include <cmath>
#include <cstring>

#include "gltf/document.h"

namespace tenbo::io::gltf {

std::size_t component_size(int component) {
  switch (component) {
    case 5120:
    case 5121: return 1;
    case 5122:
    case 5123: return 2;
    case 5125:
    case 5126: return 4;
    default: return 0;
  }
}

namespace {

int components_of(const Node& type) {
  const std::string& t = type.text();
  if (t == "SCALAR") return 1;
  if (t == "VEC2") return 2;
  if (t == "VEC3") return 3;
  if (t == "VEC4" || t == "MAT2") return 4;
  if (t == "MAT3") return 9;
  if (t == "MAT4") return 16;
  type.bad("found \"" + t.substr(0, 40) + "\", expected SCALAR, VEC2, VEC3, VEC4, MAT2, MAT3 or MAT4");
}

int component_type(const Node& node) {
  const auto c = static_cast<int>(node.integer(0, 65535));
  if (component_size(c) == 0) node.bad("found " + std::to_string(c) + ", expected 5120 to 5123, 5125 or 5126");
  return c;
}

template <class T>
T load(const std::byte* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// `count` rows of `size` bytes in a view, from an offset; fails where they do not fit.
const std::byte* rows_in(const View& view, std::uint64_t offset, std::uint64_t count, std::size_t size,
                         std::size_t stride, const Node& at) {
  const std::uint64_t have = view.bytes.size();
  if (count > 0 && (offset > have || size > have - offset || (count - 1) > (have - offset - size) / stride))
    at.bad(std::to_string(count) + " values of " + std::to_string(size) + " bytes from byte " + std::to_string(offset) +
           " do not fit into a buffer view of " + std::to_string(have));
  return view.bytes.data() + (count > 0 ? offset : 0);
}

void put_sparse(Document& d, const Node& sparse, std::size_t row, Accessor& a) {
  const std::uint64_t count = sparse.size_value("count");
  const Node places = sparse("indices"), values = sparse("values");
  const Node places_view = places("bufferView"), values_view = values("bufferView");
  const Node places_type = places("componentType");
  const int type = component_type(places_type);
  if (type != 5121 && type != 5123 && type != 5125) places_type.bad("expected 5121, 5123 or 5125");
  const std::size_t width = component_size(type);
  const View from = d.view(places_view), to = d.view(values_view);
  const auto* p = rows_in(from, places.size_value("byteOffset", 0), count, width, width, sparse);
  const auto* v = rows_in(to, values.size_value("byteOffset", 0), count, row, row, sparse);
  for (std::uint64_t i = 0; i < count; ++i, p += width, v += row) {
    const std::size_t at = width == 1   ? load<std::uint8_t>(p)
                           : width == 2 ? load<std::uint16_t>(p)
                                        : load<std::uint32_t>(p);
    if (at >= a.count) sparse.bad("names value " + std::to_string(at) + ", and there are " + std::to_string(a.count));
    std::memcpy(a.owned.data() + at * row, v, row);
  }
}

}  // namespace

Accessor accessor(Document& d, const Node& reference) {
  return d.with("accessors", reference, "accessor", [&](const Node& node, std::size_t) {
    Accessor a;
    const Node component = node("componentType"), type = node("type");
    a.component = component_type(component);
    a.components = components_of(type);
    a.normalized = node.boolean("normalized", false);
    const std::uint64_t count = node.size_value("count");
    const std::size_t size = component_size(a.component), row = size * static_cast<std::size_t>(a.components);
    const auto view_reference = node.find("bufferView");
    const auto sparse = node.find("sparse");
    if (view_reference) {
      const View view = d.view(*view_reference);
      a.stride = view.stride ? view.stride : row;
      if (a.stride < row)
        node.bad("the buffer view's stride is " + std::to_string(a.stride) + ", and one value has " +
                 std::to_string(row) + " bytes");
      a.data = rows_in(view, node.size_value("byteOffset", 0), count, row, a.stride, node);
    }
    a.count = static_cast<std::size_t>(count);
    if (!view_reference || sparse) {
      d.budget().spend(count, row, d.name(), "an accessor");
      a.owned.assign(a.count * row, std::byte{0});
      if (a.data)
        for (std::size_t i = 0; i < a.count; ++i) std::memcpy(a.owned.data() + i * row, a.data + i * a.stride, row);
      a.stride = row;
      if (sparse) put_sparse(d, *sparse, row, a);
      a.data = a.owned.data();
    }
    return a;
  });
}

float Accessor::value(std::size_t row, int i) const {
  const std::byte* p = data + row * stride + static_cast<std::size_t>(i) * component_size(component);
  switch (component) {
    case 5120: {
      const auto v = static_cast<float>(load<std::int8_t>(p));
      return normalized ? std::max(v / 127.0f, -1.0f) : v;
    }
    case 5121: {
      const auto v = static_cast<float>(load<std::uint8_t>(p));
      return normalized ? v / 255.0f : v;
    }
    case 5122: {
      const auto v = static_cast<float>(load<std::int16_t>(p));
      return normalized ? std::max(v / 32767.0f, -1.0f) : v;
    }
    case 5123: {
      const auto v = static_cast<float>(load<std::uint16_t>(p));
      return normalized ? v / 65535.0f : v;
    }
    case 5125: {
      const auto v = static_cast<float>(load<std::uint32_t>(p));
      return normalized ? v / 4294967295.0f : v;
    }
    default: return load<float>(p);
  }
}

std::uint32_t Accessor::whole(std::size_t row) const {
  const std::byte* p = data + row * stride;
  switch (component) {
    case 5120: {
      const auto v = load<std::int8_t>(p);
      return v < 0 ? no_feature : static_cast<std::uint32_t>(v);
    }
    case 5121: return load<std::uint8_t>(p);
    case 5122: {
      const auto v = load<std::int16_t>(p);
      return v < 0 ? no_feature : static_cast<std::uint32_t>(v);
    }
    case 5123: return load<std::uint16_t>(p);
    case 5125: return load<std::uint32_t>(p);
    default: {
      const float v = std::round(load<float>(p));
      return v >= 0 && v < 4294967040.0f ? static_cast<std::uint32_t>(v) : no_feature;  // false for NaN
    }
  }
}

std::vector<glm::vec3> vec3s(Document& d, const Node& reference, const char* what) {
  const Accessor a = accessor(d, reference);
  if (a.components != 3) reference.bad(std::string(what) + " must be VEC3");
  d.budget().spend(a.count, sizeof(glm::vec3), d.name(), what);
  std::vector<glm::vec3> out(a.count);
  if (a.component == 5126 && a.stride == sizeof(glm::vec3)) {
    if (a.count) std::memcpy(out.data(), a.data, a.count * sizeof(glm::vec3));
    return out;
  }
  for (std::size_t i = 0; i < a.count; ++i) out[i] = {a.value(i, 0), a.value(i, 1), a.value(i, 2)};
  return out;
}

std::vector<std::uint32_t> indices(Document& d, const Node& reference) {
  const Accessor a = accessor(d, reference);
  if (a.components != 1 || (a.component != 5121 && a.component != 5123 && a.component != 5125))
    reference.bad("indices must be unsigned scalars");
  d.budget().spend(a.count, 4, d.name(), "indices");
  std::vector<std::uint32_t> out(a.count);
  for (std::size_t i = 0; i < a.count; ++i) out[i] = a.whole(i);
  return out;
}

}  // namespace tenbo::io::gltf
