// From the data section to a grid: bitmap, and the order in which the file scans.
#include <bit>
#include <limits>

#include "grib2/sections.h"

namespace tenbo::io {

namespace {

Error bad(std::string message, const char* place) { return {ErrorCode::malformed, std::move(message), "", place, ""}; }

Status unpack(std::span<const std::byte> data, const Grib2Packing& packing, std::span<float> out) {
  return packing.form == 200 ? grib2::unpack_runs(data, packing, out) : grib2::unpack_simple(data, packing, out);
}

// Values of the points that the bitmap has, spread over all; the bitmap's length was checked.
Status spread(std::span<const std::byte> bitmap, std::span<const float> values, std::span<float> out) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool has = std::to_integer<unsigned>(bitmap[i / 8]) >> (7 - i % 8) & 1u;
    if (has && next == values.size()) return bad("the bitmap has more points than there are values", "bitmap section");
    out[i] = has ? values[next++] : std::numeric_limits<float>::quiet_NaN();
  }
  if (next != values.size()) return bad("the bitmap has " + std::to_string(next) + " points, and there are " + std::to_string(values.size()) + " values", "bitmap section");
  return {};
}

// The file's k-th point, as the grid's column and row from the north-west.
void place(const Grib2Grid& g, std::span<const float> from, std::span<float> out) {
  const bool east_first = g.scan & 0x80, south_first = g.scan & 0x40, columns = g.scan & 0x20, turns = g.scan & 0x10;
  const int lines = columns ? g.width : g.height, length = columns ? g.height : g.width;
  std::size_t k = 0;
  for (int line = 0; line < lines; ++line)
    for (int n = 0; n < length; ++n, ++k) {
      const int along = turns && line % 2 ? length - 1 - n : n;
      int column = columns ? line : along, row = columns ? along : line;
      if (east_first) column = g.width - 1 - column;
      if (south_first) row = g.height - 1 - row;
      column -= g.roll;
      if (column < 0) column += g.width;
      out[static_cast<std::size_t>(row) * g.width + column] = from[k];
    }
}

Status values_into(std::span<const std::byte> bytes, const Grib2Field& f, std::span<float> out) {
  const std::size_t points = static_cast<std::size_t>(f.grid.width) * f.grid.height;
  const auto part = [&](const Grib2Part& p, const char* what) -> Result<std::span<const std::byte>> {
    if (p.offset > bytes.size() || p.size > bytes.size() - p.offset) return bad("not the bytes that the field was found in", what);
    return bytes.subspan(p.offset, p.size);
  };
  if (out.size() != points) return Error{ErrorCode::invalid_argument, "memory for " + std::to_string(out.size()) + " values is not a field of " + std::to_string(points), "", "", ""};
  const auto data = part(f.data, "data section");
  if (!data) return data.error();
  if (f.bitmap ? f.packing.count > points : f.packing.count != points)
    return bad(std::to_string(f.packing.count) + " values for " + std::to_string(points) + " points", "data section");
  const bool straight = f.grid.scan == 0 && f.grid.roll == 0;
  if (straight && !f.bitmap) return unpack(*data, f.packing, out);
  std::vector<float> ordered(points);
  if (f.bitmap) {
    const auto bitmap = part(*f.bitmap, "bitmap section");
    if (!bitmap) return bitmap.error();
    if (bitmap->size() < (points + 7) / 8) return bad("the bitmap is shorter than the grid", "bitmap section");
    std::vector<float> values(f.packing.count);
    if (auto s = unpack(*data, f.packing, values); !s) return s;
    if (auto s = spread(*bitmap, values, straight ? out : std::span<float>(ordered)); !s || straight) return s;
  } else if (auto s = unpack(*data, f.packing, ordered); !s) {
    return s;
  }
  place(f.grid, ordered, out);
  return {};
}

}  // namespace

Status grib2_values_into(std::span<const std::byte> bytes, const Grib2Field& field, std::span<float> out, const std::string& label) {
  auto status = values_into(bytes, field, out);
  if (status) return status;
  Error e = status.error();
  e.file = label;
  e.place = "message " + std::to_string(field.message + 1) + (e.place.empty() ? "" : ", ") + e.place;
  return e;
}

Result<std::vector<float>> grib2_values(std::span<const std::byte> bytes, const Grib2Field& field, const std::string& label) {
  std::vector<float> out(static_cast<std::size_t>(field.grid.width) * field.grid.height);
  if (auto status = grib2_values_into(bytes, field, out, label); !status) return status.error();
  return out;
}

}  // namespace tenbo::io
