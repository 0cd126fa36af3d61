#pragma once
// A feature as its file holds it: views of the file's own bytes, which nothing has been built of yet. What the readers of footprints (FlatGeobuf,
// GeoPackage) give where they can do without GDAL.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "tenbo/io/vector.h"

namespace tenbo::io {

struct PlainValue {
  enum class Kind : std::uint8_t { text, integer, real, boolean };
  std::uint32_t column = 0;
  Kind kind = Kind::text;
  std::int64_t integer = 0;  // and boolean
  double real = 0;
  std::string_view text;
};

// A point, a line or a ring: coordinates as little-endian doubles, at any address.
struct PlainPart {
  ShapeKind kind = ShapeKind::point;
  bool hole = false;
  std::uint32_t count = 0;          // points, at least 1
  std::uint32_t step = 16;          // bytes from one point's x to the next one's; y follows x
  std::uint32_t z_step = 8;         // and from z to z
  const unsigned char* xy = nullptr;
  const unsigned char* z = nullptr;  // null: there are none
};

struct PlainFeature {
  std::int64_t fid = 0;
  bool has_geometry = false;
  std::vector<PlainValue> values;  // columns in ascending order, each once; what is null is left out
  std::vector<PlainPart> parts;    // holes after the ring that they are in
  std::string_view bytes;          // that the parts lie in, and texts may; set where there is a part
};

// Gives the features of a layer one by one until it meets what it does not know: then it is GDAL's turn.
class PlainSource {
 public:
  enum class Got : std::uint8_t { feature, end, unknown };
  virtual ~PlainSource() = default;
  virtual Got next(PlainFeature& out) = 0;  // views are good until the next call
};

template <class T>
T plain_load(const unsigned char* at) {
  static_assert(std::endian::native == std::endian::little);
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace tenbo::io
