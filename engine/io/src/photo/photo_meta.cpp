#include "tenbo/io/photo_meta.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <glm/geometric.hpp>
#include <pugixml.hpp>

#include "exif.h"
#include "tenbo/io/photo.h"

namespace tenbo::io {
namespace {

constexpr double diagonal_35mm = 43.26661530556787;  // mm, of 36 x 24
constexpr double rad = M_PI / 180;

double number(std::string_view s) {
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  if (s.starts_with('+')) s.remove_prefix(1);
  double v = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  return error == std::errc{} && end == s.data() + s.size() && std::isfinite(v) && std::abs(v) < 1e6 ? v : PhotoMeta::unknown;
}

}  // namespace

// Names are matched with the prefix that their makers write; each may be an attribute of rdf:Description or an element in it.
void parse_photo_xmp(std::string_view xml, const std::string& file, PhotoMeta& out, Diagnostics& notes) {
  pugi::xml_document document;
  if (const auto read = document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8); !read) {
    notes.warn({ErrorCode::malformed, std::string("its XMP is no XML: ") + read.description(), file, "XMP", "give the camera's direction in a list of photographs"});
    return;
  }
  double yaw = PhotoMeta::unknown, pitch = yaw, roll = yaw, body_yaw = yaw, body_pitch = yaw, body_roll = yaw, absolute = yaw;
  const auto take = [&](std::string_view name, std::string_view value) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return;
    const auto prefix = name.substr(0, colon), word = name.substr(colon + 1);
    if (prefix == "drone-dji") {
      if (word == "GimbalYawDegree") yaw = number(value);
      else if (word == "GimbalPitchDegree") pitch = number(value);
      else if (word == "GimbalRollDegree") roll = number(value);
      else if (word == "RelativeAltitude") out.relative_altitude = number(value);
      else if (word == "AbsoluteAltitude") absolute = number(value);
      else if (word == "CalibratedFocalLength") { if (const double f = number(value); f > 0) out.focal_px = f; }
      else if (word == "AltitudeType") out.rtk = value.find("Rtk") != std::string_view::npos;
    } else if (prefix == "drone-parrot") {
      if (word == "CameraYawDegree") yaw = number(value);
      else if (word == "CameraPitchDegree") pitch = number(value);
      else if (word == "CameraRollDegree") roll = number(value);
    } else if (prefix == "Camera") {
      if (word == "Yaw") body_yaw = number(value);
      else if (word == "Pitch") body_pitch = number(value);
      else if (word == "Roll") body_roll = number(value);
      else if (word == "AboveGroundAltitude" && !std::isfinite(out.relative_altitude)) out.relative_altitude = number(value);
    }
  };
  for (const auto& rdf : document.child("x:xmpmeta").children("rdf:RDF"))
    for (const auto& d : rdf.children("rdf:Description")) {
      for (const auto& a : d.attributes()) take(a.name(), a.value());
      for (const auto& c : d.children()) take(c.name(), c.text().get());
    }
  if (yaw >= -360 && yaw <= 360) out.heading = std::fmod(yaw + 720, 360);
  if (pitch >= -180 && pitch <= 180) out.pitch = pitch;
  if (roll >= -180 && roll <= 180) out.roll = roll;
  if (std::abs(body_yaw) <= 360 && std::abs(body_pitch) <= 180 && std::abs(body_roll) <= 180) out.body = {body_yaw, body_pitch, body_roll};
  if (!std::isfinite(out.altitude) && std::isfinite(absolute)) out.altitude = absolute, out.altitude_kind = AltitudeKind::sea_level;
  if (out.rtk && std::isfinite(out.altitude)) out.altitude_kind = AltitudeKind::ellipsoid;
}

void parse_photo_parts(std::span<const std::byte> bytes, const std::string& file, PhotoMeta& out, Diagnostics& notes) {
  const auto at = [&](std::size_t i) { return i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0u; };
  constexpr std::string_view exif_mark("Exif\0\0", 6), xmp_mark("http://ns.adobe.com/xap/1.0/\0", 29);
  bool exif = false, xmp = false;
  for (std::size_t i = 2; i + 4 <= bytes.size();) {
    if (at(i) != 0xFF) break;
    const auto marker = at(i + 1);
    if (marker == 0xFF) { ++i; continue; }                       // fill
    if (marker == 0xDA || marker == 0xD9) break;                 // the picture, or its end
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) { i += 2; continue; }
    const std::size_t length = at(i + 2) << 8 | at(i + 3);
    if (length < 2 || i + 2 + length > bytes.size()) {
      if (marker == 0xE1) notes.warn({ErrorCode::malformed, "the part of the JPEG that holds its EXIF is cut off", file, "APP1", "copy it from the drone again"});
      break;
    }
    const auto part = bytes.subspan(i + 4, length - 2);
    const std::string_view text(reinterpret_cast<const char*>(part.data()), part.size());
    if (marker == 0xE1 && !exif && text.starts_with(exif_mark)) {
      exif = true;
      parse_exif(part.subspan(exif_mark.size()), file, out, notes);
    } else if (marker == 0xE1 && !xmp && text.starts_with(xmp_mark)) {
      xmp = true;
      parse_photo_xmp(text.substr(xmp_mark.size()), file, out, notes);
    }
    i += 2 + length;
  }
  if (out.rtk && std::isfinite(out.altitude)) out.altitude_kind = AltitudeKind::ellipsoid;  // whichever of the two came first
}

Result<PhotoMeta> parse_photo_meta(std::span<const std::byte> bytes, const std::string& file, Diagnostics& notes) {
  const auto bad = [&](const char* what, const char* remedy) { return Error{ErrorCode::malformed, what, file, "", remedy}; };
  if (bytes.size() < 4 || bytes[0] != std::byte{0xFF} || bytes[1] != std::byte{0xD8}) return bad("is no JPEG", "photographs with a camera are JPEG files; convert it with its EXIF");
  PhotoMeta out;
  const auto head = photo_head(bytes);
  if (!head) return bad("its JPEG has no size: it is cut off or damaged", "copy it from the drone again");
  out.width = head->width;
  out.height = head->height;
  parse_photo_parts(bytes, file, out, notes);
  return out;
}

std::optional<glm::dmat3> camera_axes(const PhotoMeta& p) {
  if (p.body && !(std::isfinite(p.heading) && std::isfinite(p.pitch))) {
    // North, east, down: yaw about down, then pitch about east, then roll about north.
    const double y = p.body->x * rad, t = p.body->y * rad, r = p.body->z * rad;
    const glm::dvec3 top(std::cos(y) * std::cos(t), std::sin(y) * std::cos(t), -std::sin(t));
    const glm::dvec3 right(std::cos(y) * std::sin(t) * std::sin(r) - std::sin(y) * std::cos(r), std::sin(y) * std::sin(t) * std::sin(r) + std::cos(y) * std::cos(r), std::cos(t) * std::sin(r));
    const auto enu = [](const glm::dvec3& ned) { return glm::dvec3(ned.y, ned.x, -ned.z); };
    const glm::dvec3 a = enu(right), b = enu(top);
    return glm::dmat3(a, b, glm::cross(a, b));
  }
  if (!std::isfinite(p.heading) || !std::isfinite(p.pitch)) return std::nullopt;
  const double h = p.heading * rad, t = p.pitch * rad, r = (std::isfinite(p.roll) ? p.roll : 0) * rad;
  const glm::dvec3 forward(std::sin(h) * std::cos(t), std::cos(h) * std::cos(t), std::sin(t)), level(std::cos(h), -std::sin(h), 0);
  const glm::dvec3 over = glm::cross(level, forward);
  return glm::dmat3(level * std::cos(r) - over * std::sin(r), over * std::cos(r) + level * std::sin(r), -forward);
}

std::optional<PhotoField> photo_field(const PhotoMeta& p) {
  if (p.width == 0 || p.height == 0) return std::nullopt;
  const double w = p.width, h = p.height;
  double across = PhotoMeta::unknown;  // px to the focal length's one
  if (p.focal_px > 0) across = 1 / p.focal_px;
  else if (p.focal_35mm > 0) across = diagonal_35mm / p.focal_35mm / std::hypot(w, h);
  else if (p.focal_mm > 0 && p.sensor_width_mm > 0) across = p.sensor_width_mm / p.focal_mm / w;
  const PhotoField out{w / 2 * across, h / 2 * across};
  if (!(out.x > 1e-3 && out.x < 20 && out.y > 1e-3 && out.y < 20)) return std::nullopt;  // 0.1 to 174 degrees: no lens has more
  return out;
}

}  // namespace tenbo::io
