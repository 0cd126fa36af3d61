#include "exif.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tenbo/base/text.h"
#include "tenbo/geo/crs.h"

namespace tenbo::io {
namespace {

constexpr std::size_t most_directories = 8, most_entries = 512;  // EXIF has four, of some tens each
constexpr std::size_t longest_text = 256;

// Offsets of a file are 32 bits: sums are done in 64 and looked at before they are followed.
class Tiff {
 public:
  Tiff(std::span<const std::byte> all, bool little) : all_(all), little_(little) {}
  bool has(std::uint64_t at, std::uint64_t n) const { return at <= all_.size() && n <= all_.size() - at; }
  std::uint32_t u8(std::uint64_t at) const { return has(at, 1) ? std::to_integer<std::uint32_t>(all_[at]) : 0; }
  std::uint32_t u16(std::uint64_t at) const { return little_ ? u8(at) | u8(at + 1) << 8 : u8(at) << 8 | u8(at + 1); }
  std::uint32_t u32(std::uint64_t at) const { return little_ ? u16(at) | u16(at + 2) << 16 : u16(at) << 16 | u16(at + 2); }

 private:
  std::span<const std::byte> all_;
  bool little_;
};

struct Entry {
  std::uint32_t tag = 0, type = 0, count = 0;
  std::uint64_t at = 0;  // of its values
};

std::uint32_t bytes_of(std::uint32_t type) {
  switch (type) {
    case 1: case 2: case 6: case 7: return 1;
    case 3: case 8: return 2;
    case 4: case 9: return 4;
    case 5: case 10: return 8;
    default: return 0;
  }
}

double number(const Tiff& t, const Entry& e, std::uint32_t i = 0) {
  if (i >= e.count) return PhotoMeta::unknown;
  const std::uint64_t at = e.at + std::uint64_t{i} * bytes_of(e.type);
  switch (e.type) {
    case 1: return t.u8(at);
    case 3: return t.u16(at);
    case 4: return t.u32(at);
    case 9: return static_cast<std::int32_t>(t.u32(at));
    case 5: case 10: {
      const auto a = t.u32(at), b = t.u32(at + 4);
      if (b == 0) return PhotoMeta::unknown;
      return e.type == 5 ? static_cast<double>(a) / b : static_cast<double>(static_cast<std::int32_t>(a)) / static_cast<std::int32_t>(b);
    }
    default: return PhotoMeta::unknown;
  }
}

std::string text(const Tiff& t, const Entry& e) {
  if (e.type != 2) return {};
  std::string out;
  for (std::uint32_t i = 0; i < std::min<std::size_t>(e.count, longest_text); ++i) {
    const auto c = t.u8(e.at + i);
    if (c == 0) break;
    out += c < 0x20 || c == 0x7f ? ' ' : static_cast<char>(c);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return to_valid_utf8(out);
}

// "2026:04:01 09:30:00" as people write it; nothing where it is none (cameras without a clock write blanks).
std::string date_of(const std::string& s) {
  static constexpr const char* shape = "dddd:dd:dd dd:dd:dd";
  if (s.size() < 19) return {};
  for (std::size_t i = 0; i < 19; ++i)
    if (shape[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != shape[i]) return {};
  if (s.starts_with("0000")) return {};
  std::string out = s.substr(0, 19);
  out[4] = out[7] = '-';
  return out;
}

// Degrees, minutes and seconds.
double degrees(const Tiff& t, const Entry& e, double most) {
  const double d = number(t, e, 0), m = e.count > 1 ? number(t, e, 1) : 0, s = e.count > 2 ? number(t, e, 2) : 0;
  const double v = d + (std::isfinite(m) ? m : 0) / 60 + (std::isfinite(s) ? s : 0) / 3600;
  return std::isfinite(v) && v >= 0 && v <= most ? v : PhotoMeta::unknown;
}

}  // namespace

void parse_exif(std::span<const std::byte> all, const std::string& file, PhotoMeta& out, Diagnostics& notes) {
  const auto bad = [&](std::string what, std::string place) {
    notes.warn({ErrorCode::malformed, std::move(what), file, std::move(place), "write its EXIF anew, or give place and direction in a list of photographs"});
  };
  const auto order = all.size() >= 8 ? std::string{static_cast<char>(all[0]), static_cast<char>(all[1])} : std::string();
  if (order != "II" && order != "MM") return bad("its EXIF says no byte order", "EXIF");
  const Tiff t(all, order == "II");
  if (t.u16(2) != 42) return bad("its EXIF is no TIFF structure", "EXIF");

  std::vector<std::uint32_t> seen;
  bool circle = false, outside = false, many = false;
  const auto directory = [&](std::uint32_t at, auto&& each) {
    if (at == 0) return;
    if (std::find(seen.begin(), seen.end(), at) != seen.end()) { circle = true; return; }
    if (seen.size() >= most_directories) { many = true; return; }
    seen.push_back(at);
    if (!t.has(at, 2)) { outside = true; return; }
    std::uint32_t n = t.u16(at);
    if (n > most_entries) { many = true; n = most_entries; }
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint64_t e = std::uint64_t{at} + 2 + std::uint64_t{i} * 12;
      if (!t.has(e, 12)) { outside = true; return; }
      Entry entry{t.u16(e), t.u16(e + 2), t.u32(e + 4), e + 8};
      const std::uint64_t size = std::uint64_t{entry.count} * bytes_of(entry.type);
      if (size == 0) continue;
      if (size > 4) entry.at = t.u32(e + 8);
      if (!t.has(entry.at, size)) { outside = true; continue; }
      each(entry);
    }
  };

  std::uint32_t exif = 0, gps = 0;
  std::string date, offset, lat_ref, lon_ref, datum, direction_ref;
  double lat = PhotoMeta::unknown, lon = PhotoMeta::unknown, plane_resolution = PhotoMeta::unknown, plane_unit = 2, pixels = PhotoMeta::unknown, altitude_ref = 0;
  directory(t.u32(4), [&](const Entry& e) {
    if (e.tag == 0x010F) out.make = text(t, e);
    else if (e.tag == 0x0110) out.model = text(t, e);
    else if (e.tag == 0x0112) { if (const double o = number(t, e); o >= 1 && o <= 8) out.orientation = static_cast<int>(o); }
    else if (e.tag == 0x0132 && date.empty()) date = date_of(text(t, e));
    else if (e.tag == 0x8769 && e.type == 4) exif = t.u32(e.at);
    else if (e.tag == 0x8825 && e.type == 4) gps = t.u32(e.at);
  });
  directory(exif, [&](const Entry& e) {
    const auto positive = [&](double& v) { if (const double n = number(t, e); n > 0 && n < 1e6) v = n; };
    if (e.tag == 0x9003) { if (const auto d = date_of(text(t, e)); !d.empty()) date = d; }
    else if (e.tag == 0x9011) offset = text(t, e);
    else if (e.tag == 0x920A) positive(out.focal_mm);
    else if (e.tag == 0xA405) positive(out.focal_35mm);
    else if (e.tag == 0xA002) positive(pixels);
    else if (e.tag == 0xA20E) positive(plane_resolution);
    else if (e.tag == 0xA210) positive(plane_unit);
  });
  directory(gps, [&](const Entry& e) {
    switch (e.tag) {
      case 1: lat_ref = text(t, e); break;
      case 2: lat = degrees(t, e, 90); break;
      case 3: lon_ref = text(t, e); break;
      case 4: lon = degrees(t, e, 180); break;
      case 5: altitude_ref = number(t, e); break;
      case 6: if (const double a = number(t, e); std::abs(a) < 100'000) out.altitude = a; break;
      case 0x10: direction_ref = text(t, e); break;
      case 0x11: if (const double a = number(t, e); a >= 0 && a <= 360) out.image_direction = a; break;
      case 0x12: datum = lower_case(text(t, e)); break;
      default: break;
    }
  });
  if (circle) bad("the directories of its EXIF lead round in a circle", "EXIF");
  if (many) bad("its EXIF has more entries than can be meant", "EXIF");
  if (outside) bad("parts of its EXIF lie outside of it: it is cut off or damaged", "EXIF");

  out.date = date;
  if (!date.empty() && offset.size() == 6 && (offset[0] == '+' || offset[0] == '-')) out.date += " " + offset, out.date_offset = true;
  // 2: inches, 3: centimetres (CIPA DC-008, FocalPlaneResolutionUnit)
  if (const double across = pixels > 0 ? pixels : out.width; plane_resolution > 0 && across > 0 && (plane_unit == 2 || plane_unit == 3))
    out.sensor_width_mm = across / plane_resolution * (plane_unit == 2 ? 25.4 : 10);
  if (direction_ref == "M") out.image_direction = PhotoMeta::unknown;  // from magnetic north, which lies elsewhere each year
  if (std::isfinite(out.altitude)) {
    out.altitude_kind = altitude_ref >= 2 ? AltitudeKind::ellipsoid : AltitudeKind::sea_level;  // 2 and 3 since EXIF 3.0
    if (altitude_ref == 1 || altitude_ref == 3) out.altitude = -out.altitude;
  }
  if (!std::isfinite(lat) || !std::isfinite(lon)) return;
  if ((lat_ref != "N" && lat_ref != "S") || (lon_ref != "E" && lon_ref != "W")) return bad("its GPS says no hemisphere: neither N nor S, E nor W", "GPSLatitudeRef, GPSLongitudeRef");
  if (lat == 0 && lon == 0) return;  // what cameras write that had found no satellites
  out.lat = lat_ref == "S" ? -lat : lat;
  out.lon = lon_ref == "W" ? -lon : lon;
  if (datum.find("tokyo") == std::string::npos) return;
  auto crs = geo::Crs::parse("EPSG:4301");
  auto transformer = crs ? geo::Transformer::to_geographic(*crs, geo::AxisOrder::xy) : Result<geo::Transformer>(crs.error());
  geo::GeoPoint p{out.lon, out.lat, 0};
  if (transformer) transformer->transform({&p, 1});
  else notes.warn(transformer.error());
  out.lon = transformer ? p.lon : PhotoMeta::unknown;
  out.lat = transformer ? p.lat : PhotoMeta::unknown;
}

}  // namespace tenbo::io
