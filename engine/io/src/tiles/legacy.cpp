#include "tiles/legacy.h"

#include <cmath>
#include <cstring>
#include <glm/geometric.hpp>

namespace tenbo::io::tiles {
namespace {

std::uint32_t u32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t v;
  std::memcpy(&v, bytes.data() + at, 4);
  return v;
}

template <class T>
double load(const std::byte* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return static_cast<double>(v);
}

}  // namespace

std::optional<Component> component_of(std::string_view w) {
  if (w == "BYTE") return Component::int8;
  if (w == "UNSIGNED_BYTE") return Component::uint8;
  if (w == "SHORT") return Component::int16;
  if (w == "UNSIGNED_SHORT") return Component::uint16;
  if (w == "INT") return Component::int32;
  if (w == "UNSIGNED_INT") return Component::uint32;
  if (w == "FLOAT") return Component::float32;
  if (w == "DOUBLE") return Component::float64;
  return std::nullopt;
}
std::size_t size_of(Component c) {
  switch (c) {
    case Component::int8:
    case Component::uint8: return 1;
    case Component::int16:
    case Component::uint16: return 2;
    case Component::float64: return 8;
    default: return 4;
  }
}
double load_component(const std::byte* at, Component c) {
  switch (c) {
    case Component::int8: return load<std::int8_t>(at);
    case Component::uint8: return load<std::uint8_t>(at);
    case Component::int16: return load<std::int16_t>(at);
    case Component::uint16: return load<std::uint16_t>(at);
    case Component::int32: return load<std::int32_t>(at);
    case Component::uint32: return load<std::uint32_t>(at);
    case Component::float32: return load<float>(at);
    case Component::float64: return load<double>(at);
  }
  return 0;
}

glm::dvec3 decode_oct(double x, double y) {
  glm::dvec3 v(x, y, 1.0 - std::abs(x) - std::abs(y));
  if (v.z < 0) v = {(1.0 - std::abs(y)) * (x >= 0 ? 1.0 : -1.0), (1.0 - std::abs(x)) * (y >= 0 ? 1.0 : -1.0), v.z};
  const double l = glm::length(v);
  return l > 0 ? v / l : glm::dvec3(0, 0, 1);
}

Legacy split_legacy(std::span<const std::byte> bytes, const std::string& name) {
  Legacy t;
  const auto bad = [&](std::string why, std::string place) {
    json::fail(ErrorCode::malformed, std::move(why), name, std::move(place));
  };
  t.magic.assign(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(4, bytes.size()));
  const std::size_t header = t.magic == "cmpt" ? 16 : t.magic == "i3dm" ? 32 : 28;
  if (bytes.size() < header)
    bad("the " + t.magic + " is cut off: it has " + std::to_string(bytes.size()) + " bytes", "header");
  if (u32(bytes, 4) != 1)
    json::fail(ErrorCode::unsupported,
               "is version " + std::to_string(u32(bytes, 4)) + " of " + t.magic + ", and 1 is read", name, "byte 4");
  const std::uint64_t length = u32(bytes, 8);
  if (length > bytes.size())
    bad("says " + std::to_string(length) + " bytes, and there are " + std::to_string(bytes.size()) + ": it is cut off",
        "byte 8");
  if (length < header) bad("says " + std::to_string(length) + " bytes, fewer than its header has", "byte 8");
  bytes = bytes.first(static_cast<std::size_t>(length));
  if (t.magic == "cmpt") {
    t.parts = u32(bytes, 12);
    t.body = bytes.subspan(16);
    return t;
  }
  std::size_t at = header;
  const auto take = [&](std::size_t field, const char* what) {
    const std::size_t size = u32(bytes, field);
    if (size > bytes.size() - at)
      bad(std::string("the ") + what + " of " + std::to_string(size) + " bytes leads beyond the end",
          "byte " + std::to_string(field));
    const auto part = bytes.subspan(at, size);
    at += size;
    return part;
  };
  t.feature_json = take(12, "feature table");
  t.feature_binary = take(16, "feature table's binary");
  t.batch_json = take(20, "batch table");
  t.batch_binary = take(24, "batch table's binary");
  if (t.magic == "i3dm") t.gltf_format = u32(bytes, 28);
  t.body = bytes.subspan(at);
  return t;
}

FeatureTableReader::FeatureTableReader(const Legacy& tile, const std::string& name) : tile_(tile), name_(name) {
  if (tile.feature_json.empty())
    value_ = json::Value::object();
  else
    value_ = json::parse({reinterpret_cast<const char*>(tile.feature_json.data()), tile.feature_json.size()}, name);
  root_.emplace(value_, name_);
  root_->object();
}

std::uint64_t FeatureTableReader::size(const char* semantic, std::uint64_t fallback) const {
  const auto node = root_->find(semantic);
  if (!node) return fallback;
  if (!node->is_object()) return node->size_value(most_features);
  const auto v = values(semantic, Component::uint32, 1, 1);
  const auto n = static_cast<std::uint64_t>(v->at(0, 0));
  if (n > most_features)
    node->bad("found " + std::to_string(n) + ", expected at most " + std::to_string(most_features));
  return n;
}

std::optional<glm::dvec3> FeatureTableReader::vec3(const char* semantic) const {
  const auto node = root_->find(semantic);
  if (!node) return std::nullopt;
  if (node->is_array()) {
    const auto v = node->numbers(3, 3);
    return glm::dvec3(v[0], v[1], v[2]);
  }
  const auto v = values(semantic, Component::float32, 3, 1);
  const glm::dvec3 out(v->at(0, 0), v->at(0, 1), v->at(0, 2));
  if (!std::isfinite(out.x + out.y + out.z)) node->bad("the numbers are not finite");
  return out;
}

std::optional<FeatureTableReader::Values> FeatureTableReader::values(const char* semantic, Component type,
                                                                     int components, std::uint64_t count) const {
  const auto node = root_->find(semantic);
  if (!node) return std::nullopt;
  const std::uint64_t offset = node->size_value("byteOffset");
  if (const auto word = node->find("componentType")) {
    const auto own = component_of(word->text());
    if (!own) word->bad("found \"" + word->text().substr(0, 40) + "\", expected BYTE to DOUBLE");
    type = *own;
  }
  const std::uint64_t row = size_of(type) * static_cast<std::uint64_t>(components), have = tile_.feature_binary.size();
  if (offset > have || count > (have - offset) / row)
    node->bad(std::to_string(count) + " values of " + std::to_string(row) + " bytes from byte " +
              std::to_string(offset) + " do not fit into the feature table's " + std::to_string(have) + " bytes");
  return Values{tile_.feature_binary.data() + offset, type, components, count};
}

}  // namespace tenbo::io::tiles
