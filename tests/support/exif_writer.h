#pragma once
// EXIF and XMP as cameras write them, put into a JPEG behind its first mark. Written from CIPA DC-008 and the XMP specification, apart
// from the reader.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace tenbo::test {

struct ExifField { std::uint16_t tag, type; std::uint32_t count; std::string value; };  // value in the file's byte order

class ExifWriter {
 public:
  explicit ExifWriter(bool little = true) : little_(little) {}
  std::string u16(std::uint32_t v) const { return order({static_cast<char>(v >> 8), static_cast<char>(v)}); }
  std::string u32(std::uint32_t v) const { return order({static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8), static_cast<char>(v)}); }
  ExifField text(std::uint16_t tag, std::string s) const {
    s += '\0';
    return {tag, 2, static_cast<std::uint32_t>(s.size()), s};
  }
  ExifField number(std::uint16_t tag, std::uint32_t v) const { return {tag, 3, 1, u16(v)}; }
  ExifField byte(std::uint16_t tag, std::uint8_t v) const { return {tag, 1, 1, std::string(1, static_cast<char>(v))}; }
  ExifField ratio(std::uint16_t tag, std::vector<std::pair<std::uint32_t, std::uint32_t>> of) const {
    std::string v;
    for (const auto& [a, b] : of) v += u32(a) + u32(b);
    return {tag, 5, static_cast<std::uint32_t>(of.size()), v};
  }
  ExifField degrees(std::uint16_t tag, double v) const {
    const double m = (v - std::floor(v)) * 60, s = (m - std::floor(m)) * 60;
    return ratio(tag, {{static_cast<std::uint32_t>(v), 1}, {static_cast<std::uint32_t>(m), 1}, {static_cast<std::uint32_t>(std::lround(s * 1e6)), 1000000}});
  }

  std::vector<ExifField> main, exif, gps;

  std::string tiff() const {
    const auto size = [](const std::vector<ExifField>& f) {
      std::size_t n = 2 + 12 * f.size() + 4;
      for (const auto& e : f) if (e.value.size() > 4) n += e.value.size() + e.value.size() % 2;
      return static_cast<std::uint32_t>(n);
    };
    auto first = main;
    if (!exif.empty()) first.push_back({0x8769, 4, 1, u32(0)});
    if (!gps.empty()) first.push_back({0x8825, 4, 1, u32(0)});
    const std::uint32_t exif_at = 8 + size(first), gps_at = exif_at + (exif.empty() ? 0 : size(exif));
    for (auto& f : first) {
      if (f.tag == 0x8769) f.value = u32(exif_at);
      if (f.tag == 0x8825) f.value = u32(gps_at);
    }
    std::string out = (little_ ? "II" : "MM") + u16(42) + u32(8) + directory(first, 8);
    if (!exif.empty()) out += directory(exif, exif_at);
    if (!gps.empty()) out += directory(gps, gps_at);
    return out;
  }

 private:
  std::string order(std::string big) const { return little_ ? std::string(big.rbegin(), big.rend()) : big; }
  std::string directory(const std::vector<ExifField>& fields, std::uint32_t at) const {
    std::string head = u16(static_cast<std::uint32_t>(fields.size())), rest;
    const auto behind = at + 2 + 12 * static_cast<std::uint32_t>(fields.size()) + 4;
    for (const auto& f : fields) {
      head += u16(f.tag) + u16(f.type) + u32(f.count);
      if (f.value.size() <= 4) {
        head += f.value + std::string(4 - f.value.size(), '\0');
      } else {
        head += u32(behind + static_cast<std::uint32_t>(rest.size()));
        rest += f.value + std::string(f.value.size() % 2, '\0');
      }
    }
    return head + u32(0) + rest;
  }
  bool little_;
};

inline std::string jpeg_part(unsigned char marker, const std::string& body) {
  const auto n = body.size() + 2;
  return std::string("\xFF") + static_cast<char>(marker) + static_cast<char>(n >> 8) + static_cast<char>(n) + body;
}
inline std::string with_parts(const std::string& jpeg, const std::string& tiff, const std::string& xmp) {
  std::string out = jpeg.substr(0, 2);
  if (!tiff.empty()) out += jpeg_part(0xE1, std::string("Exif\0\0", 6) + tiff);
  if (!xmp.empty()) out += jpeg_part(0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + xmp);
  return out + jpeg.substr(2);
}
inline std::string drone_xmp(const std::string& attributes) {
  return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
         "<rdf:Description rdf:about=\"\" xmlns:drone-dji=\"http://www.dji.com/drone-dji/1.0/\" xmlns:Camera=\"http://pix4d.com/camera/1.0\" " + attributes + "/></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
}

// What a drone writes of a flight over the demo city: 24 mm equivalent, 4:3.
struct DronePhoto {
  double lon = 139.76, lat = 35.68, altitude = 120, relative = 80, yaw = 30, pitch = -45, roll = 0;
  std::string date = "2026:04:01 09:30:00";
};
inline std::string drone_photo(const std::string& jpeg, const DronePhoto& p, bool little = true) {
  ExifWriter w(little);
  w.main = {w.text(0x010F, "DJI"), w.text(0x0110, "FC3411"), w.number(0x0112, 1)};
  w.exif = {w.text(0x9003, p.date), w.text(0x9011, "+09:00"), w.ratio(0x920A, {{838, 100}}), w.number(0xA405, 22)};
  w.gps = {w.text(1, p.lat < 0 ? "S" : "N"), w.degrees(2, std::abs(p.lat)), w.text(3, p.lon < 0 ? "W" : "E"), w.degrees(4, std::abs(p.lon)), w.byte(5, p.altitude < 0 ? 1 : 0),
           w.ratio(6, {{static_cast<std::uint32_t>(std::lround(std::abs(p.altitude) * 1000)), 1000}})};
  char at[400];
  std::snprintf(at, sizeof at, "drone-dji:AbsoluteAltitude=\"%+.2f\" drone-dji:RelativeAltitude=\"%+.2f\" drone-dji:GimbalRollDegree=\"%+.2f\" drone-dji:GimbalYawDegree=\"%+.2f\" drone-dji:GimbalPitchDegree=\"%+.2f\"",
                p.altitude, p.relative, p.roll, p.yaw, p.pitch);
  return with_parts(jpeg, w.tiff(), drone_xmp(at));
}

}  // namespace tenbo::test
