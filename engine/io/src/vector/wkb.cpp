#include "vector/wkb.h"

namespace tenbo::io::wkb {
namespace {

using Bytes = std::span<const unsigned char>;
enum : std::uint32_t { point = 1, line, polygon, points, lines, polygons };

bool take(Bytes& bytes, std::uint32_t& value) {
  if (bytes.size() < 4) return false;
  value = plain_load<std::uint32_t>(bytes.data());
  bytes = bytes.subspan(4);
  return true;
}

bool take_points(Bytes& bytes, std::uint32_t count, bool z, ShapeKind kind, bool hole, PlainFeature& out) {
  const std::uint32_t step = z ? 24 : 16;
  if (count == 0 || bytes.size() / step < count) return false;
  out.parts.push_back({kind, hole, count, step, step, bytes.data(), z ? bytes.data() + 16 : nullptr});
  bytes = bytes.subspan(std::size_t{count} * step);
  return true;
}

// wanted: the type that members of a multiple have; 0: any.
bool take_geometry(Bytes& bytes, std::uint32_t wanted, PlainFeature& out) {
  if (bytes.empty() || bytes[0] != 1) return false;  // little-endian
  bytes = bytes.subspan(1);
  std::uint32_t type = 0, count = 0;
  if (!take(bytes, type)) return false;
  bool z = false;
  if (type & 0x80000000u) {  // as PostGIS and older writers say it
    type &= 0x7fffffffu;
    z = true;
  } else if (type > 1000 && type < 2000) {
    type -= 1000;
    z = true;
  }
  if (wanted != 0 && type != wanted) return false;
  switch (type) {
    case point: return take_points(bytes, 1, z, ShapeKind::point, false, out);
    case line: return take(bytes, count) && take_points(bytes, count, z, ShapeKind::line, false, out);
    case polygon: {
      std::uint32_t rings = 0;
      if (!take(bytes, rings) || rings == 0) return false;
      for (std::uint32_t i = 0; i < rings; ++i)
        if (!take(bytes, count) || !take_points(bytes, count, z, ShapeKind::polygon, i > 0, out)) return false;
      return true;
    }
    case points:
    case lines:
    case polygons:
      if (wanted != 0 || !take(bytes, count) || count == 0) return false;
      for (std::uint32_t i = 0; i < count; ++i)
        if (!take_geometry(bytes, type - 3, out)) return false;
      return true;
    default: return false;
  }
}

}  // namespace

bool read(Bytes bytes, PlainFeature& out) { return take_geometry(bytes, 0, out) && bytes.empty(); }

bool read_geopackage(Bytes blob, PlainFeature& out) {
  if (blob.size() < 8 || blob[0] != 'G' || blob[1] != 'P' || blob[2] != 0) return false;
  constexpr std::size_t envelopes[] = {0, 32, 48, 48, 64};  // bytes
  const unsigned flags = blob[3], envelope = flags >> 1 & 7;
  if ((flags & 0xf0) != 0 || envelope > 4 || blob.size() < 8 + envelopes[envelope]) return false;  // empty, or of an extension
  return read(blob.subspan(8 + envelopes[envelope]), out);
}

}  // namespace tenbo::io::wkb
