#include "points/las.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>

#include "tenbo/base/text.h"
#include "tenbo/base/url.h"

namespace tenbo::io::points {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie in the file");

template <class T>
T read(std::span<const std::byte> from, std::size_t at) {
  T out{};
  if (at + sizeof(T) <= from.size()) std::memcpy(&out, from.data() + at, sizeof(T));
  return out;
}

// Text that ends at its first zero.
std::string text(std::span<const std::byte> from, std::size_t at, std::size_t bytes) {
  if (at >= from.size()) return {};
  bytes = std::min(bytes, from.size() - at);
  const char* p = reinterpret_cast<const char*>(from.data()) + at;
  std::string out(p, std::find(p, p + bytes, '\0'));
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return to_valid_utf8(out);
}

// Table of section 2.6: the least that a record of each format has.
constexpr std::array<std::uint32_t, 11> least_bytes{20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67};
// Where the colour stands, 0 where there is none.
constexpr std::array<std::uint32_t, 11> colour_at{0, 0, 20, 28, 0, 28, 0, 30, 30, 0, 30};

// GeoTIFF 1.1 (OGC 19-008r4), keys 2048, 3072, 4096, 4099: codes of the EPSG, 32767 = the file's own.
struct GeoKeys {
  int geographic = 0, projected = 0, vertical = 0, vertical_unit = 0;
};

GeoKeys geo_keys(std::span<const std::byte> record) {
  GeoKeys out;
  const std::size_t count = std::min<std::size_t>(read<std::uint16_t>(record, 6), record.size() / 8);
  for (std::size_t i = 1; i <= count && (i + 1) * 8 <= record.size(); ++i) {
    if (read<std::uint16_t>(record, i * 8 + 2) != 0) continue;  // the value is elsewhere
    const int value = read<std::uint16_t>(record, i * 8 + 6);
    switch (read<std::uint16_t>(record, i * 8)) {
      case 2048: out.geographic = value; break;
      case 3072: out.projected = value; break;
      case 4096: out.vertical = value; break;
      case 4099: out.vertical_unit = value; break;
      default: break;
    }
  }
  return out;
}

void take_keys(const GeoKeys& k, LasHeader& h) {
  const auto known = [](int code) { return code > 0 && code < 32767; };
  const int code = known(k.projected) ? k.projected : k.projected == 0 && known(k.geographic) ? k.geographic : 0;
  if (code) {
    const auto epsg = "EPSG:" + std::to_string(code);
    if (known(k.vertical)) h.crs.push_back(epsg + "+" + std::to_string(k.vertical));
    h.crs.push_back(epsg);
  }
  switch (k.vertical_unit) {  // EPSG's units of measure
    case 9001: h.vertical_unit = 1; break;
    case 9002: h.vertical_unit = 0.3048; break;
    case 9003: h.vertical_unit = 1200.0 / 3937; break;
    default: break;
  }
}

void take_records(std::span<const std::byte> head, std::size_t at, std::uint32_t count, LasHeader& h, const std::string& file) {
  std::vector<std::string> wkt;
  std::optional<GeoKeys> keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (at + 54 > head.size()) {
      h.diagnostics.warn({ErrorCode::malformed, "it says that it has " + std::to_string(count) + " variable-length records, and has " + std::to_string(i), file, "byte " + std::to_string(at), ""});
      break;
    }
    const auto user = text(head, at + 2, 16);
    const auto id = read<std::uint16_t>(head, at + 18), bytes = read<std::uint16_t>(head, at + 20);
    const std::size_t from = at + 54, room = std::min<std::size_t>(bytes, head.size() - from);
    const auto body = head.subspan(from, room);
    if (user == "LASF_Projection" && id == 34735) keys = geo_keys(body);
    if ((user == "LASF_Projection" || user == "liblas") && id == 2112) wkt.push_back(text(body, 0, room));
    at = from + bytes;
  }
  for (auto& w : wkt)
    if (!w.empty()) h.crs.push_back(std::move(w));
  if (keys) take_keys(*keys, h);
}

}  // namespace

bool looks_like_las(std::string_view head) { return head.starts_with("LASF"); }

Result<LasHeader> parse_las_header(std::span<const std::byte> head, std::uint64_t file_bytes, const std::filesystem::path& path) {
  const std::string file = shown(path);
  const auto wrong = [&](std::string what, std::size_t at, std::string remedy = {}) {
    return Error{ErrorCode::malformed, std::move(what), file, "byte " + std::to_string(at), std::move(remedy)};
  };
  if (head.size() < 227 || !looks_like_las({reinterpret_cast<const char*>(head.data()), 4})) return wrong("is no LAS file: its header is too short", 0);
  LasHeader h;
  const int major = read<std::uint8_t>(head, 24);
  h.minor = read<std::uint8_t>(head, 25);
  if (major != 1 || h.minor > 4)
    return Error{ErrorCode::unsupported, "is LAS " + std::to_string(major) + "." + std::to_string(h.minor) + ", and 1.0 to 1.4 are read", file, "byte 24", "convert it to LAS 1.4"};
  h.software = text(head, 58, 32);
  const std::uint32_t header_bytes = read<std::uint16_t>(head, 94);
  const std::uint32_t least = h.minor == 4 ? 375 : h.minor == 3 ? 235 : 227;
  if (header_bytes < least) return wrong("its header says that it has " + std::to_string(header_bytes) + " bytes, and LAS 1." + std::to_string(h.minor) + " has " + std::to_string(least), 94);
  h.first_point = read<std::uint32_t>(head, 96);
  const auto records = read<std::uint32_t>(head, 100);
  const std::uint8_t format = read<std::uint8_t>(head, 104);
  h.compressed = format & 0xC0;  // as LASzip marks its files
  h.format = format & 0x3F;
  h.record_bytes = read<std::uint16_t>(head, 105);
  h.points = read<std::uint32_t>(head, 107);
  if (h.minor == 4 && head.size() >= least)
    if (const auto all = read<std::uint64_t>(head, 247); all > 0) h.points = all;
  if (h.format > 10) return Error{ErrorCode::unsupported, "its points are of format " + std::to_string(h.format) + ", and 0 to 10 are read", file, "byte 104", "write it out as format 6, 7 or 8"};
  for (std::size_t i = 0; i < 3; ++i) {
    h.scale[i] = read<double>(head, 131 + 8 * i);
    h.offset[i] = read<double>(head, 155 + 8 * i);
    h.max[i] = read<double>(head, 179 + 16 * i);
    h.min[i] = read<double>(head, 187 + 16 * i);
    if (!std::isfinite(h.scale[i]) || h.scale[i] == 0 || std::abs(h.scale[i]) > 1e6 || !std::isfinite(h.offset[i]) || std::abs(h.offset[i]) > 1e12)
      return wrong("its scale or offset of axis " + std::to_string(i + 1) + " is no number that places points", 131 + 8 * i);
  }
  if (h.first_point < header_bytes || h.first_point > file_bytes) return wrong("its points begin at byte " + std::to_string(h.first_point) + " of " + std::to_string(file_bytes), 96);
  take_records(head.first(std::min<std::uint64_t>(head.size(), h.first_point)), header_bytes, records, h, file);
  if (h.compressed) return h;
  if (h.record_bytes < least_bytes[static_cast<std::size_t>(h.format)])
    return wrong("a point of format " + std::to_string(h.format) + " takes " + std::to_string(least_bytes[static_cast<std::size_t>(h.format)]) + " bytes, and its have " + std::to_string(h.record_bytes), 105);
  const std::uint64_t has = (file_bytes - h.first_point) / h.record_bytes;
  if (h.points > has) {
    h.diagnostics.fail({ErrorCode::malformed, "it says that it has " + std::to_string(h.points) + " points, and ends after " + std::to_string(has), file, "byte 107", "was it copied to its end?"});
    h.points = has;
  }
  if (h.points == 0) return wrong("has no points", 107);
  return h;
}

LasPoint parse_las_point(const LasHeader& h, std::span<const std::byte> r) {
  LasPoint p;
  for (std::size_t i = 0; i < 3; ++i) p.at[i] = read<std::int32_t>(r, 4 * i);
  p.intensity = read<std::uint16_t>(r, 12);
  // Up to format 5 a class shares its byte with three flags.
  p.point_class = h.format < 6 ? read<std::uint8_t>(r, 15) & 31 : read<std::uint8_t>(r, 16);
  if (h.has_colour())
    for (std::size_t i = 0; i < 3; ++i) p.colour[i] = read<std::uint16_t>(r, colour_at[static_cast<std::size_t>(h.format)] + 2 * i);
  return p;
}

}  // namespace tenbo::io::points
